"""Stored answers of real portals, put back behind the interface from which they were taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

PAYLOADS = Path(__file__).parents[2].parent / "shared" / "payloads"
ROWS_MAX = 1000
"""`ckan.search.rows_max` as shipped."""
JSON = "application/json;charset=utf-8"
CONTENT_TYPES = {
    ".rdf": "application/rdf+xml; charset=utf-8",
    ".xml": "application/rdf+xml; charset=utf-8",
    ".ttl": "text/turtle; charset=utf-8",
    ".jsonld": "application/ld+json; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, media type, body."""

    body: bytes
    content_type: str = JSON
    status: int = 200


Query = Mapping[str, str]
Site = Callable[[str, Query], Answer]
"""What a portal answers to a path and a query."""
MISSING = Answer(b"Not found", "text/plain", 404)


@dataclass(frozen=True, slots=True)
class PayloadPortal:
    """One portal made of payloads: `epochs` holds one tuple of files for each crawl, `make` turns files into a site,
    `path` is the address a user would give."""

    key: str
    kind: str
    epochs: tuple[tuple[str, ...], ...]
    make: Callable[[tuple[str, ...]], Site]
    path: str = "/"
    hint: bool = False
    """Whether the registry names the kind; else it is detected."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the registry knows beyond the kind."""


@cache
def body(name: str) -> bytes:
    """The bytes of a payload."""
    return (PAYLOADS / name).read_bytes()


def value(name: str) -> Any:
    """A JSON payload's value."""
    return orjson.loads(body(name))


def packages_in(name: str) -> list[Any]:
    """The packages of a CKAN or DKAN payload: a bare list, an envelope of a search, of one package, or a package."""
    found = value(name)
    if isinstance(found, dict) and "requests_history" in found:
        found = orjson.loads(found["requests_history"][0]["response"]["body"])
    if isinstance(found, dict) and "success" in found:
        found = found["result"]
    if isinstance(found, dict) and isinstance(found.get("results"), list):
        found = found["results"]
    return found if isinstance(found, list) else [found]


def _success(action: str, result: Any) -> Answer:
    help_text = f"http://127.0.0.1/api/3/action/help_show?name={action}"
    return Answer(orjson.dumps({"help": help_text, "success": True, "result": result}))


def _refused(message: str, status: int = 400) -> Answer:
    return Answer(orjson.dumps({"success": False, "error": {"message": message}}), status=status)


def _action(path: str) -> str:
    found = re.fullmatch(r"/api(?:/3)?/action/(\w+)", path)
    return found[1] if found else ""


def _number(query: Query, name: str, default: int) -> int:
    return int(query[name]) if query.get(name, "").isdigit() else default


def ckan(files: tuple[str, ...], version: str = "2.9.5") -> Site:
    """CKAN: `package_search` in pages, sorted where that is asked for, `status_show`, lists and single packages."""
    packages = [package for name in files for package in packages_in(name)]
    sorted_by_id = sorted(packages, key=lambda package: str(package.get("id") or package["name"]))
    by_name = {package.get("name"): package for package in packages}

    def search(query: Query) -> Answer:
        start, rows = _number(query, "start", 0), min(_number(query, "rows", 10), ROWS_MAX)
        order = sorted_by_id if query.get("sort", "").startswith("id") else packages
        result = {
            "count": len(packages),
            "sort": query.get("sort", ""),
            "results": order[start : start + rows],
        }
        return _success("package_search", result)

    def site(path: str, query: Query) -> Answer:
        match _action(path):
            case "package_search":
                return search(query)
            case "status_show":
                return _success("status_show", {"ckan_version": version, "extensions": []})
            case "package_list":
                return _success("package_list", list(by_name))
            case "package_show" if query.get("id") in by_name:
                return _success("package_show", by_name[query["id"]])
        return _refused("not known", 404) if path.startswith("/api") else MISSING

    return site


def berlin(files: tuple[str, ...]) -> Site:
    """Berlin's register ran CKAN 1.8."""
    return ckan(files, "1.8")


def dkan(files: tuple[str, ...]) -> Site:
    """DKAN 1: names, packages in a list of one, all of them as a list in a list; no search, no `status_show`."""
    packages = [package for name in files for package in packages_in(name)]
    by_name = {package.get("id") or package["name"]: package for package in packages}

    def site(path: str, query: Query) -> Answer:
        match _action(path):
            case "package_list":
                return _success("package_list", list(by_name))
            case "package_show" if query.get("id") in by_name:
                return _success("package_show", [by_name[query["id"]]])
            case "current_package_list_with_resources":
                offset = _number(query, "offset", 0)
                page = packages[offset : offset + _number(query, "limit", 10)]
                return _success("current_package_list_with_resources", [page])
        return MISSING

    return site


def recorded(files: tuple[str, ...]) -> Site:
    """What a harvester recorded: each answer as it came, without a search of its own."""
    answers = {}
    for name in files:
        for exchange in value(name)["requests_history"]:
            parts = urlsplit(exchange["request"]["url"])
            content_type = next(
                (
                    text
                    for key, text in exchange["response"]["headers"].items()
                    if key.lower() == "content-type"
                ),
                JSON,
            )
            text = exchange["response"]["body"]
            name = parse_qs(parts.query).get("id", [""])[0]
            answers[_action(parts.path[parts.path.index("/api") :]), name] = Answer(
                text.encode(), content_type
            )

    def site(path: str, query: Query) -> Answer:
        if _action(path) == "package_search" and query.get("start", "0") != "0":
            return _success("package_search", {"count": 7, "results": []})
        return answers.get((_action(path), query.get("id", "")), MISSING)

    return site


def feed(path: str) -> Callable[[tuple[str, ...]], Site]:
    """A DCAT feed below `path`, one file a page."""

    def make(files: tuple[str, ...]) -> Site:
        pages = [Answer(body(name), CONTENT_TYPES[Path(name).suffix]) for name in files]

        def site(asked: str, query: Query) -> Answer:
            page = _number(query, "page", 1)
            return pages[page - 1] if asked == path and 0 < page <= len(pages) else MISSING

        return site

    return make


def file(content_type: str = "application/json") -> Callable[[tuple[str, ...]], Site]:
    """A `data.json`."""

    def make(files: tuple[str, ...]) -> Site:
        answer = Answer(body(files[0]), content_type)
        return lambda path, query: answer if path == "/data.json" else MISSING

    return make


def _ckan(key: str, *files: str, make: Callable[[tuple[str, ...]], Site] = ckan) -> PayloadPortal:
    return PayloadPortal(key, "ckan", (tuple(f"ckan/{name}.json" for name in files),), make)


def _dcat(key: str, *files: str, hint: bool = False) -> PayloadPortal:
    path = "/catalog" + Path(files[0]).suffix
    return PayloadPortal(key, "dcat", (tuple(f"dcat_rdf/{name}" for name in files),), feed(path), path, hint)


def _data_json(key: str, name: str, content_type: str = "application/json") -> PayloadPortal:
    return PayloadPortal(key, "data_json", ((f"data_json/{name}.json",),), file(content_type), "/data.json")


PORTALS = (
    PayloadPortal(
        "berlin", "ckan",
        (("ckan/berlin_2014-11-24_current_package_list.json",), ("ckan/berlin_2015_current_package_list.json",)),
        berlin,
    ),
    _ckan("belo-horizonte", "belohorizonte_br_package_search_page"),
    _ckan("multilingual", "ckan_dataset_multilingual"),
    _ckan("scheming", "ckan_full_dataset_dcat_ap"),
    _ckan("legacy", "full_ckan_dataset_legacy"),
    _ckan("datasud", "datasud_00"),
    PayloadPortal(
        "datasud-packages", "ckan", (tuple(f"ckan/datasud_0{number}.json" for number in range(1, 8)),),
        ckan, hint=True,
    ),
    _ckan("datasud-recorded", "datasud_fr_udata_snapshot", make=recorded),
    _ckan("govdata", "govdata_2025_package_search"),
    PayloadPortal(
        "koeln", "dkan",
        tuple((f"dkan1/koeln_{day}_package_show_list.json",) for day in ("2014-10-17", "2014-11-20", "2015-01-21")),
        dkan, hint=True,
    ),

    PayloadPortal(
        "dkan-french", "dkan", (("dkan1/dkan-french-w-license.json",),), dkan, hint=True,
    ),
    _dcat("lichtenberg", "berlin-lichtenberg_ckanext-dcatde_catalog.rdf"),
    _dcat("ckanext-dcat", "ckanext-dcat_catalog.rdf"),
    _dcat("gov-de", "ckanext-dcat_dataset_gov_de.rdf"),
    _dcat("multilingual-ttl", "ckanext-dcat_dataset_multilingual.ttl"),
    _dcat("uag", "dcat-ap-de_UAG_Beispieldatensatz.ttl", hint=True),
    _dcat("dcatde-max", "dcatde_metadata_max_1_0_1.rdf"),
    _dcat("opendatasoft", "opendatasoft_public_catalog_2015.ttl"),
    _dcat("rostock", "rostock_opendata-hro_catalog_page.rdf"),
    _dcat("udata-bnodes", "udata_bnodes.xml"),
    _dcat("datara", "udata_datara--5a26b0f6-0ccf-46ad-ac58-734054b91977.rdf.xml"),
    _dcat("udata-flat", "udata_flat.jsonld"),
    _dcat("udata-geonetwork", "udata_geonetwork.xml"),
    _dcat("udata-nested", "udata_nested.jsonld"),
    _dcat("udata-paged", "udata_paged-collection-1.jsonld", "udata_paged-collection-2.jsonld"),
    _dcat("udata-series", "udata_series.xml"),
    _dcat("udata", "udata_udata.xml"),
    _data_json("justicia", "ar_catalogo_justicia"),
    _data_json("ar-malformed-date", "ar_malformed_date"),
    _data_json("ar-assorted-errors", "ar_several_assorted_errors"),
    _data_json("datos-gob-ar", "datosgobar_2019_data", "text/html; charset=utf-8"),
    _data_json("cftc", "dcatus"),
    _data_json("dcat-us-3", "dcatus3_0"),
    _data_json("dcat-us-3-series", "dcatus3_0_series_with_members"),
    replace(_data_json("bad-licence", "dcatus_bad_license_uri"), hint=True),  # its one item is of ArcGIS Online
    _data_json("no-identifier", "dcatus_no_identifier"),
    _data_json("philadelphia", "philadelphia_opendataphilly_dcatus"),
)  # fmt: skip


@dataclass(slots=True)
class Harbour:
    """Portals on loopback, one port each; `turn` puts the files of another epoch behind them."""

    portals: tuple[PayloadPortal, ...]
    sites: dict[str, Site] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def turn(self, epoch: int) -> list[PayloadPortal]:
        """Serve the files of an epoch (from 1); returns the portals that have it."""
        present = [portal for portal in self.portals if len(portal.epochs) >= epoch]
        for portal in present:
            self.sites[portal.key] = portal.make(portal.epochs[epoch - 1])
        return present


@contextmanager
def serving(portals: tuple[PayloadPortal, ...] = PORTALS) -> Iterator[Harbour]:
    """Portals on loopback until the block ends."""
    harbour = Harbour(portals)
    with ExitStack() as stack:
        for portal in portals:
            server = _server(harbour, portal.key)
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            harbour.addresses[portal.key] = f"http://127.0.0.1:{server.server_address[1]}{portal.path}"
        yield harbour


def _server(harbour: Harbour, key: str) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
            answer = harbour.sites[key](parts.path, query)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server
