"""Drives Debian's chromium over its debugging pipe: pages in any width, what they log, what they look like."""

import base64
import fcntl
import json
import os
import signal
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--remote-debugging-pipe",
        "about:blank",
    ),
)


class Chromium:
    """One browser with one page; a context manager."""

    def __init__(self, program: str) -> None:
        self.home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        there_reads, self.writes = os.pipe()
        self.reads, there_writes = os.pipe()
        actions = [
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, high := fcntl.fcntl(there_reads, fcntl.F_DUPFD_CLOEXEC, 10), 3),
            (os.POSIX_SPAWN_DUP2, higher := fcntl.fcntl(there_writes, fcntl.F_DUPFD_CLOEXEC, 10), 4),
        ]
        arguments = [program, f"--user-data-dir={self.home.name}", *FLAGS]
        self.process = os.posix_spawn(program, arguments, os.environ, file_actions=actions)
        for end in (there_reads, there_writes, high, higher):
            os.close(end)
        self.buffer, self.number = b"", 0
        self.events: list[dict[str, Any]] = []
        self.session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self.process, signal.SIGTERM)
        os.waitpid(self.process, 0)
        os.close(self.writes)
        os.close(self.reads)
        self.home.cleanup()

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self.buffer:
            read = os.read(self.reads, 1 << 16)
            if not read:
                raise EOFError("chromium ended")
            self.buffer += read
        text, _, self.buffer = self.buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        return found

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its result; events that come meanwhile are kept."""
        self.number += 1
        asked: dict[str, Any] = {"id": self.number, "method": method, "params": params}
        if self.session:
            asked["sessionId"] = self.session
        os.write(self.writes, json.dumps(asked).encode() + b"\0")
        while (found := self._message()).get("id") != self.number:
            self.events.append(found)
        if "error" in found:
            raise RuntimeError(f"{method}: {found['error']}")
        result: dict[str, Any] = found["result"]
        return result

    def open(self, url: str, width: int, height: int = 900, dark: bool = False) -> list[str]:
        """Show a page; returns what it complained about (console, network, content security policy)."""
        self.events.clear()
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=scheme)
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 700,
        )
        self.call("Page.navigate", url=url)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self._message())
        return [text for event in self.events if (text := _complaint(event))]

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def picture(self, path: Path) -> None:
        """The whole page as a PNG file."""
        found = self.call("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(found["data"]))


def _complaint(event: dict[str, Any]) -> str:
    params = event.get("params", {})
    if event.get("method") == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
        return str(params["entry"]["text"])
    if event.get("method") == "Runtime.exceptionThrown":
        return str(params["exceptionDetails"]["text"])
    if event.get("method") == "Network.loadingFailed":
        return str(params.get("errorText"))
    return ""
