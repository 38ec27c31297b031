"""The fleet on loopback: one small web server and one port for each portal."""

import csv
import io
import socket
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import orjson

from fleet.holdings import towns
from fleet.message import Request, Response, Site
from fleet.portals import FleetPortal, portals
from fleet.register import Municipality, body, municipality, slug
from fleet.sites import Records, records, site

LOOPBACK = "127.0.0.1"
EPOCHS = (1, 2, 3)
PARTED = ("ckan", "piveau")
"""Kinds whose shared portals have a part (an organisation, a catalogue) for each municipality, by its short name."""


class PortalServer(ThreadingHTTPServer):
    """Serves one site and remembers the paths that were asked for."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, answer: Site) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__((LOOPBACK, 0), PortalHandler)
        self._thread = Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    def server_bind(self) -> None:
        """Binds without the look-up of the host's name that `HTTPServer` makes."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def start(self) -> None:
        """Serves from a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread and every connection that a client keeps open."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):  # the client went away first
                    connection.shutdown(socket.SHUT_RDWR)

    def remember(self, path: str) -> None:
        """Notes a path that was asked for."""
        with self._lock:
            self.asked.append(path)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Keeps the connection in mind while a thread serves it."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forgets the connection, then closes it."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's fault; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class PortalHandler(BaseHTTPRequestHandler):
    """Turns what arrives into a `Request` and a `Response` into what is sent."""

    protocol_version = "HTTP/1.1"
    server_version = "fleet"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True
    server: PortalServer

    def do_GET(self) -> None:
        """Answers with the body."""
        self.reply(self.answered())

    def do_POST(self) -> None:
        """As GET; a JSON or form body gives parameters."""
        self.reply(self.answered(self.rfile.read(int(self.headers.get("Content-Length") or 0))))

    def do_HEAD(self) -> None:
        """Answers without the body."""
        self.reply(self.answered(), with_body=False)

    def answered(self, body: bytes = b"") -> Response:
        """Asks the site."""
        self.server.remember(self.path)
        address = urlsplit(self.path)
        query = {**dict(parse_qsl(address.query, keep_blank_values=True)), **parameters(body)}
        headers = {name.lower(): value for name, value in self.headers.items()}
        return self.server.answer(Request(address.path, query, headers, self.command, body))

    def reply(self, response: Response, with_body: bool = True) -> None:
        """Sends status, headers and body in one piece."""
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(response.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Says nothing."""


def parameters(body: bytes) -> dict[str, str]:
    """The parameters in a body of JSON (an object) or of a form; none in anything else."""
    if not body.lstrip().startswith(b"{"):
        return dict(parse_qsl(body.decode("latin-1")))
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return {str(name): str(each) for name, each in value.items()}


class Fleet:
    """The example portals, each on a port of its own; use it as a context manager. `only`: the keys of those wanted."""

    def __init__(
        self, seed: int = 1, epoch: int = 1, size: float = 1.0, only: Iterable[str] | None = None
    ) -> None:
        self.size = size
        self.epoch = epoch
        wanted = None if only is None else set(only)
        self.portals = {
            portal.key: portal for portal in portals(seed) if wanted is None or portal.key in wanted
        }
        self._servers: dict[str, PortalServer] = {}
        self._closed: dict[str, socket.socket] = {}

    def __enter__(self) -> Self:
        """Starts all servers."""
        for portal in self.portals.values():
            if portal.dialect == "down":
                self._closed[portal.key] = _closed_port()
                continue
            server = PortalServer(site(portal, self.epoch, self.size))
            self._servers[portal.key] = server
            server.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stops all servers and gives the ports back."""
        stop_all(self._servers.values())
        for reserved in self._closed.values():
            reserved.close()
        self._servers.clear()
        self._closed.clear()

    def port(self, key: str) -> int:
        """The port of a portal; raises `KeyError` for an unknown key or before the fleet is started."""
        closed = self._closed.get(key)
        return int(closed.getsockname()[1] if closed else self._servers[key].server_port)

    def url(self, key: str) -> str:
        """The address of a portal as a registry would hold it."""
        return f"http://{LOOPBACK}:{self.port(key)}{self.portals[key].path}"

    def set_epoch(self, epoch: int) -> None:
        """Turns every portal's page: what was changed, taken away or added shows from the next request on."""
        if epoch not in EPOCHS:
            raise ValueError(f"no epoch {epoch}; there are {EPOCHS}")
        self.epoch = epoch
        for key, server in self._servers.items():
            server.answer = site(self.portals[key], epoch, self.size)

    def around(self, key: str, wrap: Callable[[Site], Site]) -> None:
        """Puts something around a portal's site, until its page is turned; raises `KeyError` as `port` does."""
        server = self._servers[key]
        server.answer = wrap(server.answer)

    def requests(self, key: str) -> list[str]:
        """The paths with query that a portal was asked for so far, in order; none for one that is down."""
        return list(self._servers[key].asked) if key in self._servers else []

    def forget_requests(self) -> None:
        """Empties the log of requests of every portal."""
        for server in self._servers.values():
            server.asked = []

    def records(self, key: str, epoch: int | None = None) -> Records:
        """What a crawl of a portal should bring in an epoch (the present one if none is named)."""
        return records(self.portals[key], epoch or self.epoch, self.size)

    def rows(self) -> list[dict[str, str]]:
        """A registry row for each portal; `kind` is empty where it is to be detected."""
        return [self._row(portal) for portal in self.portals.values()]

    def parts(self) -> list[dict[str, str | int]]:
        """Which organisation or catalogue of a shared portal is which municipality, as rows of `portal_part`."""
        shared = [
            portal for portal in self.portals.values()
            if portal.shares and portal.kind in PARTED and not portal.trait("unparted")
        ]  # fmt: skip
        return [_part(portal, town) for portal in shared for town in towns(portal)]

    def registry_csv(self) -> str:
        """The rows as CSV with a header."""
        rows = self.rows()
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue()

    def _row(self, portal: FleetPortal) -> dict[str, str]:
        town = municipality(portal.ags) if portal.ags else None
        owner = town or (body(portal.body) if portal.body else None)
        return {
            "key": portal.key,
            "title": portal.title,
            "url": self.url(portal.key),
            "kind": portal.kind if portal.hint else "",
            "ags": town.ags if town else "",
            "ars": owner.ars if owner else "",
            "body": owner.name if owner else portal.title,
            "covers": portal.covers,
            "note": portal.note,
        }


def _part(portal: FleetPortal, town: Municipality) -> dict[str, str | int]:
    said = {"portal": portal.key, "part": slug(town.short_name), "ags": town.ags, "ars": town.ars}
    return {**said, "level": "municipality", "name": town.name, "certainty": 100, "source": "fleet"}


def stop_all(servers: Iterable[PortalServer]) -> None:
    """Stops servers, all at the same time: each takes until it next looks whether it should."""
    running = list(servers)
    with ThreadPoolExecutor(max_workers=len(running) or 1) as pool:
        list(pool.map(PortalServer.stop, running))


def _closed_port() -> socket.socket:
    """A socket that holds a port without listening, so that every connection is refused."""
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    reserved.bind((LOOPBACK, 0))
    return reserved
