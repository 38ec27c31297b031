"""EntryScape portals: EntryStore's search lists the entries, each entry's graph (RDF/JSON) holds all of a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from catalog.record.terms import RDF_TYPE
from crawler.formats.dcat import FeedPage, read_feed
from crawler.formats.json_payload import read_json
from crawler.formats.rdf_json import is_rdf_json, read_rdf_json
from crawler.formats.reading import UnreadablePayload
from crawler.sources.paging import Window, following, parts, window_of
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "entryscape"
RANK = 90
READER = 1

TYPES = (
    "http://www.w3.org/ns/dcat#Dataset",
    "http://www.w3.org/ns/dcat#DatasetSeries",
    "http://www.w3.org/ns/dcat#DataService",
    "http://entryscape.com/terms/IndependentDataService",
    "http://entryscape.com/terms/ServedByDataService",
)
"""What is listed; the last two are EntryScape's own types of data services."""
LIMIT = 100
"""EntryStore delivers no more entries a page."""
_RESOURCE = "http://entrystore.org/terms/resource"
_STORE = "/store"
_JSON = (("Accept", "application/json"),)
_SIGN = re.compile(rb"entryscape|entrystore", re.IGNORECASE)
_REPOSITORY = re.compile(rb"""repository["']?\s*:\s*["'](https?://[^"'\s]{1,300}?)/?["']""")
_HEAD = 256 * 1024


def probe(portal: Portal) -> list[Call]:
    """One entry from the store; then the configuration of the portal's pages, which names the store."""
    return [
        _search(portal, Window(0, 1), step="probe"),
        Call(f"{_root(portal)}/theme/local.js", "probe"),
    ]


def _root(portal: Portal) -> str:
    return store_of(portal).rpartition(_STORE)[0]


def store_of(portal: Portal) -> str:
    """The address of the EntryStore, without a trailing slash: below `/store` unless the portal's address names it."""
    base = portal.base
    head, found, _ = base.partition(f"{_STORE}/")
    if found:
        return head + _STORE
    return base if base.endswith(_STORE) else base + _STORE


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """Results with children that have a context and an entry are EntryStore's alone; a page or script that names
    EntryScape points to the store."""
    if payload.status != 200:
        return None
    try:
        value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
        children, total = children_of(value)
    except UnreadablePayload:
        return _recognise_page(portal, payload)
    known = any("entryId" in child and "contextId" in child for child in children if isinstance(child, dict))
    if total is None or not (known or "rights" in value or "facetFields" in value):
        return None
    address = payload.url.partition(f"{_STORE}/search")[0] + _STORE
    proof = f"EntryStore's search answers with {total} results in resource.children"
    return Evidence(KIND, 95 if known else 70, proof, address)


def _recognise_page(portal: Portal, payload: Payload) -> Evidence | None:
    head = payload.body[:_HEAD]
    if not _SIGN.search(head):
        return None
    named = _REPOSITORY.search(head)
    address = named[1].decode() if named else store_of(portal)
    return Evidence(KIND, 75 if named else 55, "The page or its script names EntryScape.", address)


def start(portal: Portal) -> list[Call]:
    """The first page of the search, by address of the entry: an order that does not move while it is read."""
    return [_search(portal, Window(0, LIMIT))]


def _search(portal: Portal, window: Window, step: str = "search", order: str = "uri asc") -> Call:
    """A page of the search; the setting `context` keeps to one catalogue of the store."""
    types = " OR ".join(f"rdfType:{_escaped(type_)}" for type_ in TYPES)
    query = f"({types}) AND public:true"
    if context := portal.settings.get("context", ""):
        query += f" AND context:{_escaped(f'{store_of(portal)}/{context}')}"
    address = f"{store_of(portal)}/search?type=solr&query={quote(query, safe='')}"
    address += f"&limit={window.size}&offset={window.start}"
    if order:
        address += f"&sort={quote(order, safe='')}"
    return Call(address, step, headers=_JSON, state=window.state | {"order": order})


def _escaped(text: str) -> str:
    """An address as Solr's query language takes it as one word."""
    return re.sub(r"([:/])", r"\\\1", text)


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """A call for each entry of a page and for the pages after it; the record of one entry.

    Raises UnreadablePayload.
    """
    if payload.status >= 400:
        return Page(calls=_another_way(portal, call))
    value, faults = _value(payload)
    if call.step == "record":
        page = _record(call, payload, value)
        page.faults.update(faults)
        return page
    children, total = children_of(value)
    window = window_of(call.state, LIMIT)
    calls = [found for child in children if (found := _entry_call(portal, child)) is not None]
    order = str(call.state.get("order", ""))
    calls += [_search(portal, each, order=order) for each in following(window, len(children), total)]
    return Page(calls=calls, total=total if window.goes_on else None, faults=faults)


def _another_way(portal: Portal, call: Call) -> list[Call]:
    """Without an order where the store refuses that; the entry alone where it does not follow its links."""
    if call.step == "search" and call.state.get("order"):
        return [_search(portal, window_of(call.state, LIMIT), order="")]
    if call.step == "record" and "recursive=" in call.url:
        return [Call(call.url.partition("?")[0], "record", headers=_JSON, state=call.state)]
    return []


def _value(payload: Payload) -> tuple[Any, Any]:
    """The JSON of an answer; None where it is RDF in another syntax."""
    try:
        return read_json(payload.body, payload.headers.get("content-type", ""))
    except UnreadablePayload as error:
        if error.slug in ("html-instead", "not-json") and payload.content_type not in ("text/html", ""):
            return None, {}
        raise


def children_of(value: Any) -> tuple[list[Any], int | None]:
    """The entries of a search and how many the store claims. Raises UnreadablePayload."""
    if isinstance(value, dict) and isinstance(value.get("error"), str):
        raise UnreadablePayload("api-error", f"EntryStore answers with an error: {value['error'][:200]}")
    resource = value.get("resource") if isinstance(value, dict) else None
    children = resource.get("children") if isinstance(resource, dict) else None
    if not isinstance(children, list):
        raise UnreadablePayload("unexpected-shape", "The answer holds no entries of an EntryStore.")
    total = value.get("results")
    return children, total if isinstance(total, int) and total >= 0 else None


def _entry_call(portal: Portal, child: Any) -> Call | None:
    """The call for an entry's graph with what it links to; None for a child that is no entry."""
    if not isinstance(child, dict) or not child.get("contextId") or not child.get("entryId"):
        return None
    context, entry = (quote(str(child[key]), safe="") for key in ("contextId", "entryId"))
    url = f"{store_of(portal)}/{context}/metadata/{entry}?recursive=dcat"
    return Call(url, "record", headers=_JSON, state={"resource": _resource_of(child)})


def _resource_of(child: Mapping[str, Any]) -> str:
    """The address of what an entry describes: as its information graph says, else the only subject of its own graph."""
    info = child.get("info")
    for described in info.values() if isinstance(info, dict) else ():
        values = described.get(_RESOURCE) if isinstance(described, dict) else None
        if isinstance(values, list) and values and isinstance(values[0], dict):
            return str(values[0].get("value", ""))
    graph = child.get("metadata")
    return str(next(iter(graph))) if isinstance(graph, dict) and len(graph) == 1 else ""


def _record(call: Call, payload: Payload, value: Any) -> Page:
    """The entry that was asked for; others that its graph reaches are listed by themselves."""
    feed = _graph(payload, value)
    wanted = [entry for entry in feed.entries if entry.identifier == call.state.get("resource")]
    if not feed.entries:
        raise UnreadablePayload("unexpected-shape", f"The entry {urlsplit(call.url).path} is no dataset.")
    return Page(entries=wanted or feed.entries, faults=feed.faults, remainder=feed.remainder)


def _graph(payload: Payload, value: Any) -> FeedPage:
    """RDF/JSON, which EntryStore answers by itself, or what else a store may be set up to answer."""
    if is_rdf_json(value):
        return read_rdf_json({subject: _as_service(described) for subject, described in value.items()})
    return read_feed(payload.body, payload.content_type, payload.url)


def _as_service(described: Mapping[str, Any]) -> Mapping[str, Any]:
    """What EntryScape types as its own kind of data service alone is a dcat:DataService too."""
    given = described.get(RDF_TYPE)
    values = (
        [value.get("value") for value in given if isinstance(value, dict)] if isinstance(given, list) else []
    )
    types = {value for value in values if isinstance(value, str)}
    if not types & set(TYPES[3:]) or types & set(TYPES[:3]):
        return described
    return {**described, RDF_TYPE: [*(given or ()), {"type": "uri", "value": TYPES[2]}]}


def split(portal: Portal, call: Call) -> list[Call]:
    """Two halves of a page; the entry alone where the store fails over what it links to."""
    if call.step == "search":
        order = str(call.state.get("order", ""))
        return [_search(portal, each, order=order) for each in parts(window_of(call.state, LIMIT))]
    return _another_way(portal, call)
