"""Web servers on loopback that answer byte by byte as a test wants, and a store whose datasets name their addresses."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from catalog.measure.links import sync
from catalog.store.links import Links, Selection
from catalog.store.store import Store
from crawler.fetch.links.checking import LinkRun, check_links
from crawler.fetch.options import Options

Answer = bytes | Iterable[bytes]
Route = Callable[["Asked"], Answer]
QUICK = Options(jobs=16, delay=0.0, timeout=0.6, retry_wait=0.01, allow_private=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]


@dataclass
class Host:
    """A server: path -> answer. `asked` holds all requests but those for robots.txt, `robots` answers these."""

    routes: dict[str, Route] = field(default_factory=dict)
    robots: bytes = b""
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    robots_asked: int = 0
    port: int = 0

    def url(self, path: str = "") -> str:
        """The address of a path."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}{path}"

    def methods(self, path: str) -> list[str]:
        """How a path was asked for, in order."""
        return [asked.method for asked in self.asked if asked.target.partition("?")[0] == path]

    def answer(self, asked: Asked) -> Answer:
        """What is sent for a request."""
        if asked.target == "/robots.txt":
            self.robots_asked += 1
            return self.robots or said(404)
        self.asked.append(asked)
        route = self.routes.get(asked.target.partition("?")[0])
        return route(asked) if route else said(404)


def said(status: int, body: str | bytes = b"", **headers: str) -> bytes:
    """An answer in one piece; `content_type="text/csv"` becomes a header. Content-Length is that of the body unless given."""
    raw = body.encode() if isinstance(body, str) else body
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [
        f"HTTP/1.1 {status} X",
        *(f"{name}: {value}" for name, value in ({"content-length": str(len(raw))} | given).items()),
    ]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode() + raw


def always(status: int, body: str | bytes = b"", **headers: str) -> Route:
    """The same answer to everything; HEAD gets its head."""

    def route(asked: Asked) -> bytes:
        whole = said(status, body, **headers)
        return whole.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if asked.method == "HEAD" else whole

    return route


def by_method(head: Route, get: Route) -> Route:
    """HEAD is answered otherwise than GET."""
    return lambda asked: head(asked) if asked.method == "HEAD" else get(asked)


@contextmanager
def serving(*hosts: Host) -> Iterator[None]:
    """Run servers until the block ends."""
    running = [_Server(host) for host in hosts]
    try:
        yield
    finally:
        for server in running:
            server.stop()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, host: Host) -> None:
        super().__init__(("127.0.0.1", 0), _handler(host))
        host.port = self.server_address[1]
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.thread.start()

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever goes away in the middle is no error here."""

    def stop(self) -> None:
        """End the server."""
        self.shutdown()
        self.thread.join()
        self.server_close()


def _handler(host: Host) -> type[StreamRequestHandler]:
    class Handler(StreamRequestHandler):
        def setup(self) -> None:
            if host.tls:
                self.request = host.tls.wrap_socket(self.request, server_side=True)
            super().setup()

        def handle(self) -> None:
            method, target, *_ = self.rfile.readline().decode("latin-1").split() or ["", ""]
            lines = iter(lambda: self.rfile.readline().decode("latin-1").strip(), "")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
            }
            answer = host.answer(Asked(method, target, headers))
            with suppress(OSError):
                for piece in [answer] if isinstance(answer, bytes) else answer:
                    self.wfile.write(piece)

    return Handler


def closed_url(path: str = "/a.csv") -> str:
    """An address at which nothing listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}{path}"


class Catalogue:
    """A store with one portal; every address that is named becomes a dataset with one distribution."""

    def __init__(self, path: Path, clock: Callable[[], object] | None = None) -> None:
        self.store = Store(path, "test", clock) if clock else Store(path, "test")  # type: ignore[arg-type]
        self.store.keep_portals([{"key": "musterstadt", "url": "https://daten.musterstadt.example/"}])
        self.run = self.store.begin_run()

    @classmethod
    def reopened(cls, path: Path) -> Catalogue:
        """The catalogue of a store that is there."""
        again = cls.__new__(cls)
        again.store, again.run = Store(path, "test"), 1
        return again

    def name(
        self, url: str, role: str = "download", media_type: str = "", size: int | None = None, **more: str
    ) -> None:
        """Add a dataset that names an address."""
        conn = self.store.conn
        (number,) = conn.execute("select coalesce(max(id), 0) + 1 from dataset").fetchone()
        with self.store.db.atomic():
            conn.execute(
                "insert into dataset (id, key, portal, identifier, class, version, raw_digest, reader, first_seen,"
                " changed_run) values (?, ?, 1, ?, ?, ?, x'00', 1, ?, ?)",
                (number, f"key{number}", str(number), "DataService" if role == "endpoint" else "Dataset", number,
                 self.run, self.run),
            )  # fmt: skip
            access, download = ("", url) if role == "download" else (url, "")
            conn.execute(
                "insert into distribution (dataset, access_url, download_url, media_type, format, byte_size)"
                " values (?, ?, ?, ?, ?, ?)",
                (number, access, download, media_type, more.get("format", ""), size),
            )

    def check(
        self, options: Options = QUICK, limit: int | None = None, per_day: int = 2000, **selection: object
    ) -> LinkRun:
        """Sync and check."""
        sync(self.store)
        return check_links(Links(self.store, Selection(**selection), per_day), options, limit)  # type: ignore[arg-type]

    def link(self, url: str) -> dict[str, object]:
        """The row of an address."""
        (row,) = list(self.store.db.query("select * from link where url = ?", [url]))
        return row

    def state(self, url: str) -> tuple[object, object, object]:
        """State, status and problem of an address."""
        row = self.link(url)
        return row["state"], row["status"], row["problem"]
