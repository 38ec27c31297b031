"""The files that the fleet's datasets name, behind one port: told apart by host and path; some are gone, moved, slow,
refused or not what the metadata say."""

import time
from collections.abc import Callable
from hashlib import blake2b
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from fleet.holdings import holdings
from fleet.message import Request, Response, not_found, page, server_error
from fleet.portal import FleetPortal
from fleet.server import LOOPBACK, PortalServer

SLOW = 1.2
"""Seconds that a slow file takes."""
KEPT = "/daten/"
"""Folder of files that are what they should be, always."""
_BODIES = {
    "csv": (b"Jahr;Gebiet;Anzahl\r\n2024;Mitte;12\r\n", "text/csv"),
    "json": (b'{"jahr": 2024, "anzahl": 12}', "application/json"),
    "geojson": (b'{"type": "FeatureCollection", "features": []}', "application/geo+json"),
    "pdf": (b"%PDF-1.7\n%%EOF\n", "application/pdf"),
    "xml": (b"<?xml version='1.0'?><liste><zeile/></liste>", "application/xml"),
    "html": (b"<!doctype html><html><head><title>Karte</title></head><body></body></html>", "text/html"),
    "zip": (b"PK\x03\x04" + bytes(60), "application/zip"),
    "ole": (b"\xd0\xcf\x11\xe0" + bytes(60), "application/vnd.ms-excel"),
    "wms": (b"<?xml version='1.0'?><WMS_Capabilities version='1.3.0'></WMS_Capabilities>", "text/xml"),
    "wfs": (b"<?xml version='1.0'?><WFS_Capabilities version='2.0.0'></WFS_Capabilities>", "text/xml"),
    "text": (b"Platzhalter\n", "text/plain"),
}
_LIKE = {
    **dict.fromkeys(("json", "api"), "json"), **dict.fromkeys(("geojson", "gjson"), "geojson"),
    **dict.fromkeys(("kml", "kmz", "gml", "xml", "rss", "jrss"), "xml"), **dict.fromkeys(("html", "url"), "html"),
    **dict.fromkeys(("xlsx", "ods", "docx", "zip", "shp", "shape", "gtfs"), "zip"),
    **dict.fromkeys(("xls", "doc", "docreader"), "ole"), **{name: name for name in ("csv", "pdf", "wms", "wfs")},
}  # fmt: skip
"""Ending of a path → what stands there."""


def answer(request: Request) -> Response:
    """The file at a path below `/daten/`, `/files/` or another folder where nothing is any more."""
    if request.path.startswith(KEPT):
        return _file(request)
    if not request.path.startswith(("/files/", "/media/", "/dataset/")):
        return not_found()
    return _fate(request.path)(request)


def _file(request: Request) -> Response:
    body, media_type = _BODIES[_LIKE.get(request.path.rsplit(".", 1)[-1].lower(), "text")]
    return Response(body, media_type)


def _gone(request: Request) -> Response:
    return not_found()


def _start_page(request: Request) -> Response:
    """What a relaunch leaves: the start page, with status 200, for every old address."""
    return page("Willkommen", "<h1>Herzlich willkommen auf unserer neuen Seite</h1>")


def _moved(request: Request) -> Response:
    to = f"{request.base}{KEPT}{request.path.rsplit('/', 1)[-1]}"
    return Response(b"", status=301, headers={"Location": to})


def _login(request: Request) -> Response:
    return page("Anmeldung", "<form><input name='k'><input type='password' name='p'></form>")


def _slow(request: Request) -> Response:
    time.sleep(SLOW)
    return _file(request)


def _failing(request: Request) -> Response:
    return server_error()


def _refused(request: Request) -> Response:
    return page("Verboten", "<h1>403</h1>", status=403)


_FATES: tuple[tuple[int, Callable[[Request], Response]], ...] = (
    (8, _gone), (13, _start_page), (17, _moved), (19, _login), (22, _failing), (25, _refused),
)  # fmt: skip
"""Of a hundred files: the first eight are gone, and so on; all others are there."""
_SLOW_ONE = 7
"""One of so many thousand files is slow."""


def _fate(path: str) -> Callable[[Request], Response]:
    draw = int.from_bytes(blake2b(path.encode(), digest_size=4).digest())
    if draw // 100 % 1000 < _SLOW_ONE:
        return _slow
    return next((fate for below, fate in _FATES if draw % 100 < below), _file)


def hosts(portals: list[FleetPortal]) -> list[str]:
    """The hosts of all files that datasets of the portals name, but for those of addresses gone wrong."""
    found = set()
    for portal in portals:
        for dataset in holdings(portal):
            parts = (urlsplit(file.url) for file in dataset.resources if file.url.startswith("http://"))
            found |= {part.netloc for part in parts if part.netloc.endswith(".example")}
    return sorted(host for host in found if not host.startswith("alt."))


class Files:
    """The files on loopback; use it as a context manager."""

    def __init__(self, portals: list[FleetPortal]) -> None:
        self._hosts = hosts(portals)
        self._server = PortalServer(answer)

    def __enter__(self) -> Self:
        """Starts the server."""
        self._server.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stops the server and gives the port back."""
        self._server.stop()

    def hosts_text(self) -> str:
        """Where the hosts stand, as a table of hosts: `address:port name` a line."""
        return "".join(f"{LOOPBACK}:{self._server.server_port} {host}\n" for host in self._hosts)

    def asked(self) -> list[str]:
        """The paths that were asked for, in order."""
        return list(self._server.asked)
