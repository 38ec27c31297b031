"""A tiny server on loopback for portals of any kind: a path leads to a function that answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

Answer = tuple[int, Mapping[str, str], bytes]
Route = Callable[[dict[str, str], Mapping[str, str], bytes], Answer]
"""(query, request headers in lower case, body) -> (status, headers, body)."""
Routes = Mapping[str, Route]


@dataclass
class Loopback:
    """One portal; `routes` may be exchanged while it runs, `asked` holds the targets of all requests."""

    routes: Routes = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.asked.append(target)
        parts = urlsplit(target)
        route = self.routes.get(unquote(parts.path))
        if route is None:
            return 404, {"Content-Type": "text/plain"}, b"nothing here"
        return route(dict(parse_qsl(parts.query, keep_blank_values=True)), headers, body)


def text(body: str | bytes, content_type: str = "text/html", status: int = 200) -> Answer:
    return status, {"Content-Type": content_type}, body.encode() if isinstance(body, str) else body


def as_json(value: object, status: int = 200) -> Answer:
    return text(orjson.dumps(value), "application/json", status)


def fixed(answer: Answer) -> Route:
    """A route that always answers the same."""
    return lambda query, headers, body: answer


@contextmanager
def serving(*portals: Loopback) -> Iterator[None]:
    """Run the portals until the block ends."""
    running = [_started(portal) for portal in portals]
    try:
        yield
    finally:
        for http in running:
            http.shutdown()
            http.server_close()


def _started(portal: Loopback) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said, answer = portal.answer(self.path, headers, body)
            self.send_response(status)
            for name, value in said.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    portal.port = http.server_address[1]
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return http
