"""A loopback portal of any kind for a test: a path leads to a function that answers; served as the demo fleet is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from fleet.message import Request, Response, json_response
from fleet.routes import Route, Routed, Routes, fixed, text
from fleet.server import PortalServer, stop_all

__all__ = ["Loopback", "Request", "Response", "Route", "Routes", "as_json", "fixed", "serving", "text"]


@dataclass
class Loopback:
    """One portal; `routes` may be exchanged while it runs, `asked` holds the targets of all requests."""

    routes: Routes = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, target: str, headers: Mapping[str, str] | None = None) -> Response:
        """The answer to a target (path and query), as it would be served."""
        self.asked.append(target)
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return self(Request(parts.path, query, headers or {}))

    def __call__(self, request: Request) -> Response:
        return Routed(self.routes)(request)


def as_json(value: object, status: int = 200) -> Response:
    return json_response(value, status, "application/json")


@contextmanager
def serving(*portals: Loopback) -> Iterator[None]:
    """Run the portals until the block ends."""
    running = [_started(portal) for portal in portals]
    try:
        yield
    finally:
        stop_all(running)


def _started(portal: Loopback) -> PortalServer:
    server = PortalServer(portal)
    server.asked, portal.port = portal.asked, server.server_port
    server.start()
    return server
