"""Real peer software on loopback: the program that starts it, where there is one."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

SERVERS = Path(__file__).parents[2].parent / "shared" / "servers" / "servers"
NOT_INSTALLED = 3


def asked(*words: str) -> str:
    """What the program that runs the servers prints; skips where it or the server is not there."""
    if not SERVERS.is_file():
        pytest.skip(f"no servers at {SERVERS}")
    done = subprocess.run([SERVERS, *words], capture_output=True, text=True, timeout=300, check=False)
    if done.returncode == NOT_INSTALLED:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def running(name: str) -> Iterator[dict[str, str]]:
    """The addresses of a server while it is used. Other test processes may use it too: what one of them started, the last
    one stops; what ran before goes on."""
    with _file(name).open("a+b") as users:
        with _one_at_a_time():
            fcntl.flock(users, fcntl.LOCK_SH)
            ran = orjson.loads(asked("status", "--json"))[name]["running"]
            asked("start", name)
            users.write(b"" if ran else b"started by a test\n")
            users.flush()
        try:
            yield orjson.loads(asked("url", name, "--all"))
        finally:
            with _one_at_a_time():
                _stop_if_last(name, users.fileno())


def _file(name: str) -> Path:
    return Path(tempfile.gettempdir()) / f"bestand-peer-{name}-{os.getuid()}"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with _file("all").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _stop_if_last(name: str, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(users, fcntl.LOCK_UN)
        return
    if os.fstat(users).st_size:
        asked("stop", name)
        os.ftruncate(users, 0)
