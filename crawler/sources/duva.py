"""DUVA, the statistics system of German cities: its DCAT export `duva2dcat`, one catalogue file or a list of files."""

from __future__ import annotations

import re
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from crawler.formats.dcat import FeedPage, read_feed
from crawler.formats.reading import UnreadablePayload
from crawler.sources import dcat
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "duva"
RANK = 130
READER = 1

EXPORT = "/duva2dcat"
PATHS = (f"{EXPORT}/catalog.jsonld", "/dcat-ap/catalog.jsonld", "/dcat-ap/")
"""Where the export lies: below the servlet, or copied to a folder, then with or without the whole in one file."""
_RDF_FILE = re.compile(r"\.(jsonld|json-ld|rdf|ttl|xml|nt|n3)$", re.IGNORECASE)
_FEED = re.compile(r"/catalog(\.\w+)?$", re.IGNORECASE)
_HEAD = 1_000_000
_JSONLD = (("Accept", "application/ld+json, text/turtle;q=0.9, application/rdf+xml;q=0.8, */*;q=0.1"),)


def probe(portal: Portal) -> list[Call]:
    """The three places, best first."""
    base = _site(portal.base)
    return [Call(base + path, "probe", headers=_JSONLD) for path in PATHS]


def _site(base: str) -> str:
    """The address without the export's own path."""
    for part in (EXPORT, "/dcat-ap"):
        base = base.partition(part)[0]
    return base.rstrip("/")


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A catalogue whose addresses lie below `duva2dcat` is proof; a catalogue or a table of RDF files where DUVA puts
    them is likely; a page that links to the export points there."""
    if payload.status != 200:
        return None
    path = urlsplit(payload.url or call.url).path
    try:
        feed = read_feed(payload.body, payload.content_type, payload.url or call.url)
    except UnreadablePayload as error:
        return _recognise_page(payload, path) if error.slug == "html-instead" else None
    if feed.catalogue is None or not feed.entries:
        return None
    if _is_export(feed):
        proof = f"a dcat:Catalog of {len(feed.entries)} datasets whose addresses lie below duva2dcat"
        return Evidence(KIND, 95, proof, payload.url)
    if path.endswith(PATHS[1]):
        return Evidence(KIND, 75, "a dcat:Catalog in the folder in which DUVA's export is put", payload.url)
    return None


def _is_export(feed: FeedPage) -> bool:
    named = [str(feed.catalogue.root.id)] if feed.catalogue else []
    return any(f"{EXPORT}/" in name for name in (*named, *(entry.identifier for entry in feed.entries)))


def _recognise_page(payload: Payload, path: str) -> Evidence | None:
    files = _Files(payload.url)
    files.read(payload.body)
    if path.rstrip("/").endswith("/dcat-ap") and files.found:
        proof = f"a table of {len(files.found)} RDF files in the folder in which DUVA's export is put"
        return Evidence(KIND, 70, proof, payload.url)
    if files.export:
        return Evidence(KIND, 60, f"The page links to DUVA's export {files.export}.", files.export)
    return None


def start(portal: Portal) -> list[Call]:
    """The catalogue file; the list of files where the address is that of the folder."""
    return [Call(_start_url(portal), "list", headers=_JSONLD)]


def _start_url(portal: Portal) -> str:
    given = portal.api_url or portal.url
    path = urlsplit(given).path
    if _RDF_FILE.search(path) or _FEED.search(path):
        return given
    if path.rstrip("/").endswith("/dcat-ap"):
        return given
    return _site(given) + PATHS[0]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The catalogue's datasets, or those of one file; of a list of files a call for each; where the portal has nothing
    at the first place, a call for the next.

    Raises UnreadablePayload: as `crawler.sources.dcat.read`, and `html-instead` for a page that lists no files.
    """
    if payload.status >= 400:
        return Page(calls=_next_place(call))
    try:
        return dcat.read(portal, _without_links(call), payload)
    except UnreadablePayload as error:
        if error.slug != "html-instead" or call.step != "list":
            raise
        files = _Files(payload.url or call.url)
        files.read(payload.body)
        if not files.found:
            raise
    whole = [url for url in files.found if _FEED.search(urlsplit(url).path)]
    return Page(calls=[Call(url, "file", headers=_JSONLD) for url in whole[:1] or files.found])


def _next_place(call: Call) -> list[Call]:
    """The place that DUVA's export may be at if it is not where the call asked."""
    site = _site(call.url)
    places = [site + path for path in PATHS]
    if call.step != "list" or call.url not in places[:-1]:
        return []
    return [Call(places[places.index(call.url) + 1], "list", headers=_JSONLD)]


def _without_links(call: Call) -> Call:
    """The same call as one that already left a page: what a page of HTML names is for this module to judge."""
    return Call(call.url, call.step, headers=call.headers, state={"left": 1, **call.state})


class _Files(HTMLParser):
    """The RDF files that stand in tables or lists of a page below its own folder, each name in one syntax; and the
    address of DUVA's export if a link leads there."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base, self.export = base, ""
        self._by_name: dict[str, str] = {}

    @property
    def found(self) -> list[str]:
        return list(self._by_name.values())

    def read(self, body: bytes) -> None:
        """Take in a page; what the parser gives up on counts no further."""
        with suppress(AssertionError):  # Python's parser raises it for some malformed declarations
            self.feed(body[:_HEAD].decode("utf-8", "replace"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag != "a" or not href:
            return
        try:
            target = urljoin(self.base, href.strip()).partition("#")[0]
            path, folder = urlsplit(target).path, urlsplit(self.base).path.rpartition("/")[0]
        except ValueError:
            return
        if EXPORT in path and not self.export:
            self.export = target.partition(EXPORT)[0] + PATHS[0]
        if _RDF_FILE.search(path) and path.startswith(f"{folder}/"):
            self._by_name.setdefault(_RDF_FILE.sub("", path), target)


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: a file cannot be asked for in parts."""
    return []
