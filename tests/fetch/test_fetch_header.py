"""An answer whose header has no end: the portal gets its outcome, and memory stays."""

import socketserver
import threading
from collections.abc import Iterator

import pytest

from crawler.fetch.bounded_handler import LENGTH
from crawler.fetch.memory import MemorySink
from crawler.fetch.options import Options
from crawler.fetch.run import crawl
from crawler.sources.protocol import Portal

OPTIONS = Options(delay=0, timeout=5, retries=0, retry_wait=0, allow_private=True)


class Talker(socketserver.BaseRequestHandler):
    """Sends header lines for as long as somebody listens, and counts them."""

    sent = 0

    def handle(self) -> None:
        self.request.recv(4096)
        try:
            self.request.sendall(b"HTTP/1.1 200 OK\r\n")
            while type(self).sent < 2_000 * LENGTH:
                self.request.sendall(b"X-Again: " + b"a" * 4000 + b"\r\n")
                type(self).sent += 4011
        except OSError:
            pass


@pytest.fixture
def talker() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talker) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_header_without_an_end_is_given_up(talker: str) -> None:
    (result,) = crawl([Portal("talker", talker, kind="ckan")], lambda portal: MemorySink(), OPTIONS)
    assert result.outcome in ("unreachable", "unreadable")
    assert Talker.sent < 400 * LENGTH  # what sockets hold, for the few requests that are made
