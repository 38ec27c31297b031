"""Catalogue Services for the Web, 2.0.2 and 3.0 (GeoNetwork, InGrid, pycsw, deegree …): ISO 19139, ISO 19115-3, DCAT or
Dublin Core, page by page in the order of identifiers, whatever the server says about the next record."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

from catalog.record.terms import IRI
from crawler.formats.iso_metadata import Context
from crawler.formats.metadata_xml import Metadata, read_elements
from crawler.formats.reading import Entry, UnreadablePayload
from crawler.sources.csw_answer import Capabilities, Results, read_capabilities, read_results
from crawler.sources.csw_request import (
    SCHEMAS,
    Query,
    capabilities_url,
    endpoint,
    record_url,
    version_in,
)
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "csw"
RANK = 100
READER = 1

PATHS = (
    "/csw",
    "/srv/ger/csw",
    "/geonetwork/srv/ger/csw",
    "/interface/csw",
    "/smartfindersdi-csw/api",
    "/soapServices/CSWStartup",
    "/catalogue/csw",
)
"""Where catalogues commonly lie: pycsw, GeoNetwork (two installations), InGrid, smart.finder SDI, terra, GeoNode."""
_GEONETWORK = re.compile(
    rb"<title>[^<]{0,80}geonetwork|/srv/[a-z]{2,3}/(?:portal\.opensearch|catalog\.search)", re.IGNORECASE
)
_HEAD = 256 * 1024
"""Bytes of a page in which GeoNetwork is looked for."""
_SMALL = 10
"""Records asked for where a first page fails; some servers cannot put a hundred together within their own limits."""
_WORN_OUT = 5
"""Single records that may fail one after the other before the catalogue is held to be broken."""
_BLIND = 2
"""Pages in a row that may fail while the server has told no total."""
_WORTH_PARTING = frozenset({"api-error", "not-xml", "truncated", "unexpected-shape"})


def probe(portal: Portal) -> list[Call]:
    """GetCapabilities at the address itself, then at the usual places below it."""
    base = endpoint(portal.base).partition("/srv/")[0].rstrip("/")
    given = capabilities_url(portal.base, version_in(portal.base))
    others = [] if urlsplit(base).query else [capabilities_url(base + path) for path in PATHS]
    return [Call(url, "capabilities") for url in dict.fromkeys([given, *others])]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """Capabilities that name GetRecords are proof; a page of results says that one was asked, a web page of GeoNetwork
    that there is one to be asked."""
    where = endpoint(call.url if call.step == "capabilities" else payload.url)
    version = version_in(portal.base)
    settings = {"version": version} if version else {}
    try:
        found = read_capabilities(payload)
    except UnreadablePayload:
        return _recognise_results(payload, where, settings)
    name = f" “{found.title}”" if found.title else ""
    proof = f"capabilities of a CSW {found.version}{name} with {len(found.schemas)} output schemas"
    return Evidence(KIND, 95 if found.get or found.post else 70, proof, where, settings)


def _recognise_results(payload: Payload, where: str, settings: dict[str, str]) -> Evidence | None:
    try:
        found = read_results(payload)
    except UnreadablePayload:
        if _GEONETWORK.search(payload.body[:_HEAD]):
            return Evidence(KIND, 55, "a web page of GeoNetwork, which speaks CSW", settings=settings)
        return None
    return Evidence(KIND, 80, f"search results of a CSW with {found.matched} records", where, settings)


def start(portal: Portal) -> list[Call]:
    """The capabilities: they say where GetRecords is taken, by which method and in which schemas."""
    version = portal.settings.get("version", "") or version_in(portal.base)
    return [Call(capabilities_url(portal.base, version), "capabilities")]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The first query out of the capabilities; entries and the next query out of a page of results.

    A page that cannot be read is asked for in halves. Raises UnreadablePayload: see `read_capabilities` and
    `read_results`.
    """
    if call.step == "capabilities":
        return _begin(portal, call, payload)
    query = Query.of(call)
    try:
        return _read_page(query, payload)
    except UnreadablePayload as error:
        return _instead(query, payload, error)


def _begin(portal: Portal, call: Call, payload: Payload) -> Page:
    found = read_capabilities(payload)
    own = endpoint(call.url)
    addresses = {"GET": found.get, "POST": found.post}
    known = {method: _reachable(own, href) for method, href in addresses.items() if href} or {"GET": own}
    wanted = portal.settings.get("method", "POST").upper()
    method = wanted if wanted in known else next(iter(known))
    spare = next((f"{other} {url}" for other, url in known.items() if other != method), "")
    size = portal.settings.get("page_size", "")
    rows = max(1, int(size)) if size.isdecimal() else 100
    query = Query(
        known[method],
        found.version,
        method,
        known.get("GET", own),
        spare,
        schema=_schema(portal, found),
        filter=portal.settings.get("filter", ""),
        rows=rows,
        size=rows,
    )
    foreign = sum(bool(href) and not _is_same_host(own, href) for href in addresses.values())
    faults = Counter({"link-foreign": foreign} if foreign else {})
    return Page(calls=[query.call()], catalogue=found.catalogue(own), faults=faults)


def _reachable(own: str, href: str) -> str:
    """The address that the capabilities name, on the host and by the scheme by which the catalogue was reached: behind a
    proxy many name an inner host. One that is on another host altogether is replaced by the catalogue's own."""
    stated = endpoint(urljoin(own, href))
    if _is_same_host(own, stated):
        mine, theirs = urlsplit(own), urlsplit(stated)
        return theirs._replace(scheme=mine.scheme, netloc=mine.netloc).geturl()
    return own


def _is_same_host(own: str, href: str) -> bool:
    return urlsplit(urljoin(own, href)).hostname == urlsplit(own).hostname


def _schema(portal: Portal, found: Capabilities) -> str:
    """The schema that the portal's `schema` names, else the first of ours that the catalogue offers."""
    named = portal.settings.get("schema", "")
    wanted = [uri for name, uris in SCHEMAS.items() if name == named or not named for uri in uris]
    if named and named not in SCHEMAS:
        return named
    offered = {schema.rstrip("#/"): schema for schema in found.schemas}
    known = next((offered[uri.rstrip("#/")] for uri in wanted if uri.rstrip("#/") in offered), "")
    if known or named:
        return known or wanted[0]
    return SCHEMAS["dublin_core"][found.version.startswith("3")]


def _read_page(query: Query, payload: Payload) -> Page:
    results = read_results(payload)
    found = _metadata(query, results)
    delivered = len(found.entries) + sum(found.skipped.values())
    page = Page(found.entries, [], results.matched, found.skipped, results.faults + found.faults)
    page.remainder = found.remainder
    matched = results.matched if results.matched is not None else query.matched
    seen = _digest(found.entries)
    last = query.last if query.window else seen
    settled = replace(query, matched=matched, bad=0, blind=0, seen=seen, last=last)
    if delivered and seen == query.last and not query.window:
        page.faults["page-repeated"] += 1
        following = None
    elif query.gap and (not delivered or (results.following or 0) > query.resume):
        following = replace(settled, trusted=True).past()  # what came in the place of the gap comes after it
    else:
        page.calls = _calls(_after(settled, query.seen, delivered, results.following))
        return page
    page.entries, page.skipped, page.calls = [], Counter(), _calls(following)
    return page


def _calls(query: Query | None) -> list[Call]:
    return [query.call()] if query else []


def _metadata(query: Query, results: Results) -> Metadata:
    def address(identifier: str) -> IRI:
        return IRI(record_url(query.home or query.url, query.version, query.schema, identifier))

    context = Context(query.url, address)
    return read_elements(results.elements, lambda element: context)


def _digest(entries: list[Entry]) -> str:
    """What tells a page from another: the identifiers on it."""
    names = "\n".join(entry.identifier or entry.raw.decode("utf-8", "replace") for entry in entries)
    return blake2b(names.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _after(query: Query, before: str, delivered: int, following: int | None) -> Query | None:
    """The next query. What was delivered is counted, not what the server says it returned. Where `nextRecord` jumps over
    records, the gap is asked for first, until one was found empty (INSPIRE's geoportal filters behind the numbers); where
    it is missing, zero or behind, the count alone says how to go on."""
    end = query.start + delivered
    if query.window:
        rest = query.start + query.rows - end
        if delivered and rest > 0 and query.seen != before and query.exists(end):
            return replace(query, start=end, rows=rest)
        return query.past()
    head = replace(query, rows=query.size, empty=not delivered)
    if query.matched is not None and end > query.matched:
        return None
    ahead = following if following is not None and following >= end and query.exists(following) else 0
    if not delivered:
        return replace(head, start=ahead) if ahead > end and not query.empty else None
    if ahead > end and not query.trusted:
        return replace(head, gap=True).stretch(end, ahead - end, resume=ahead)
    if ahead:
        return replace(head, start=ahead)
    if query.matched is None:
        return replace(head, start=end) if delivered >= query.rows else None
    return None if query.trusted and following == 0 else replace(head, start=end)


def _instead(query: Query, payload: Payload, error: UnreadablePayload) -> Page:
    """What to ask where a page was refused or cannot be read; raises the error where nothing is left to ask.

    A first page: without sorting, by the other method, for fewer records. Any other: in halves, one after the other,
    until the record is alone that breaks it; that one is rejected.
    """
    is_first = query.matched is None and query.start == 1 and not query.window
    if is_first and (other := _otherwise(query, error)):
        return Page(calls=[other.call()])
    if error.slug not in _WORTH_PARTING or (query.matched is None and query.blind >= _BLIND):
        raise error
    if query.rows > 1:
        half = query.rows // 2
        left = query.stretch(query.start, half)
        rest = (query.start + half, query.rows - half)
        blind = query.blind + (not query.window)
        return Page(calls=[replace(left, pending=(rest, *left.pending), blind=blind).call()])
    if query.matched is None or query.bad + 1 >= _WORN_OUT:
        raise error
    following = replace(query, bad=query.bad + 1).past()
    return Page([_rejected(query, payload, error)], _calls(following))


def _otherwise(query: Query, error: UnreadablePayload) -> Query | None:
    if error.slug == "api-error":
        if query.sorted:
            return replace(query, sorted=False)
        if query.spare:
            method, _, url = query.spare.partition(" ")
            return replace(query, method=method, url=url, spare="")
    if error.slug in _WORTH_PARTING and query.rows > _SMALL:
        return replace(query, rows=_SMALL)
    return None


def _rejected(query: Query, payload: Payload, error: UnreadablePayload) -> Entry:
    """The record that the catalogue cannot deliver, by its position, with what came in its place."""
    raw = f"<!-- record {query.start} -->\n".encode() + payload.body
    return Entry("", raw, partial(_raise, error))


def _raise(error: UnreadablePayload) -> NoReturn:
    raise error


def split(portal: Portal, call: Call) -> list[Call]:
    """Two halves of a page that failed, and what comes after it."""
    if call.step != "records":
        return []
    query = Query.of(call)
    half = query.rows // 2
    parts = [(query.start, half), (query.start + half, query.rows - half)] if query.rows > 1 else []
    calls = [replace(query, start=at, rows=rows, window=True, pending=(), resume=0) for at, rows in parts]
    onward = replace(query, blind=query.blind + 1).past()
    if onward is not None and (query.matched is not None or query.blind < _BLIND):
        calls.append(onward)
    return [one.call() for one in calls]
