"""A loopback server that answers as portals do, well and badly, and a portal kind that reads it."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from catalog.record.node import Record
from catalog.record.table import Dataset
from crawler.formats.reading import Entry, Reading, UnreadablePayload
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal


@dataclass
class Answer:
    """What the server sends."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.0
    length: int | None = None


@dataclass
class Server:
    """A running server: `routes` maps a path to a function of (query, how often asked, request headers)."""

    routes: dict[str, Any] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[float]] = field(default_factory=dict)
    agents: set[str] = field(default_factory=set)
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        parts = urlsplit(target)
        self.asked[target] += 1
        self.times.setdefault(parts.path, []).append(time.monotonic())
        self.agents.add(headers.get("user-agent", ""))
        route = self.routes.get(parts.path)
        if route is None:
            return Answer(b"nothing here", 404)
        if isinstance(route, Answer):
            return route
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        return route(query, self.asked[target], headers)


@contextmanager
def serving(*servers: Server, certificate: Path | None = None) -> Iterator[None]:
    """Run servers on loopback until the block ends."""
    running = [_start(server, certificate) for server in servers]
    try:
        yield
    finally:
        for http in running:
            http.shutdown()
            http.server_close()


def _start(server: Server, certificate: Path | None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.answer(self.path, headers)
            time.sleep(answer.pause)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header(
                "Content-Length", str(len(answer.body) if answer.length is None else answer.length)
            )
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = answer.length is not None

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    http = Quiet(("127.0.0.1", 0), Handler)
    server.port = http.server_address[1]
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
        server.scheme = "https"
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return http


def items(first: int, count: int) -> list[dict[str, Any]]:
    """Records as the listing gives them."""
    return [{"id": f"d{number}", "title": f"Record {number}"} for number in range(first, first + count)]


def listing(rows: list[Any], total: int | None = None, following: str = "") -> Answer:
    """One page of the listing."""
    page = {"items": rows, "total": total, "next": following}
    return Answer(json.dumps(page).encode(), headers={"Content-Type": "application/json"})


def paged(total: int, size: int = 10) -> Any:
    """A listing of `total` records by `start` and `rows`."""

    def route(query: dict[str, str], _asked: int, _headers: Mapping[str, str]) -> Answer:
        start, rows = int(query.get("start", 0)), min(size, int(query.get("rows", size)))
        return listing(items(start, max(0, min(rows, total - start))), total)

    return route


class Listing:
    """The kind `listing`: JSON pages below /list, by offset, or by the links that a page names."""

    KIND = "listing"
    RANK = 10
    READER = 1
    SIZE = 10

    def probe(self, portal: Portal) -> list[Call]:
        return [Call(f"{portal.base}/about", step="probe")]

    def recognise(self, portal: Portal, call: Call, payload: Payload) -> Evidence | None:
        if payload.body.startswith(b'{"listing"'):
            return Evidence("listing", 95, "The answer names the product Listing.", portal.base)
        return None

    def start(self, portal: Portal) -> list[Call]:
        return [self._window(portal, 0, self.SIZE)]

    def read(self, portal: Portal, call: Call, payload: Payload) -> Page:
        if payload.body.lstrip().startswith(b"<"):
            raise UnreadablePayload("html-instead", "A page of HTML answers in the place of JSON.")
        try:
            said = json.loads(payload.body)
        except ValueError as error:
            raise UnreadablePayload("truncated", "The JSON breaks off.") from error
        page = Page([self._entry(row) for row in said["items"]], total=said["total"])
        if said["next"]:
            page.calls.append(Call(said["next"]))
        elif call.state.get("start") == 0 and said["total"]:
            starts = range(self.SIZE, said["total"], self.SIZE)
            page.calls.extend(self._window(portal, start, self.SIZE) for start in starts)
        return page

    def split(self, portal: Portal, call: Call) -> list[Call]:
        start, rows = call.state.get("start", 0), call.state.get("rows", 0)
        if rows < 2:
            return []
        half = rows // 2
        return [self._window(portal, start, half), self._window(portal, start + half, rows - half)]

    def _window(self, portal: Portal, start: int, rows: int) -> Call:
        url = f"{portal.base}/list?start={start}&rows={rows}"
        return Call(url, state={"start": start, "rows": rows})

    def _entry(self, row: Any) -> Entry:
        raw = json.dumps(row, sort_keys=True).encode()
        name = row.get("id", "") if isinstance(row, dict) else ""
        return Entry(name, raw, lambda: Reading(Record(Dataset(title=[row["title"]]))))


class Flat(Listing):
    """The kind `flat`: everything in /flat.json."""

    KIND = "flat"
    RANK = 20

    def probe(self, portal: Portal) -> list[Call]:
        return [Call(f"{portal.base}/flat.json", step="probe")]

    def recognise(self, portal: Portal, call: Call, payload: Payload) -> Evidence | None:
        if payload.body.startswith(b'{"flat"'):
            return Evidence("flat", 95, "A flat file answers.", portal.base)
        return None

    def start(self, portal: Portal) -> list[Call]:
        return [Call(f"{portal.base}/flat.json")]

    def split(self, portal: Portal, call: Call) -> list[Call]:
        return []


KINDS = {"listing": Listing(), "flat": Flat()}


def bomb(size: int) -> Answer:
    """A small gzip body that unpacks to `size` bytes."""
    return Answer(gzip.compress(b" " * size), headers={"Content-Encoding": "gzip"})
