"""Catalogues with OGC API Records: every collection of records, page by page along `rel=next`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from crawler.formats.json_payload import read_object
from crawler.formats.ogc_record import read_features
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "ogcapi"
RANK = 120
READER = 1

ROWS = 100
"""Records a page: what pygeoapi and pycsw allow as shipped; servers that allow less give less."""
PREFIXES = ("/oapi", "/ogcapi", "/api")
"""Paths below which servers stand beside something else."""
_HEADERS = (("Accept", "application/geo+json, application/json;q=0.9, */*;q=0.1"),)
_RECORDS = "ogcapi-records-1"
_CATALOGUE = "/def/rel/ogc/1.0/ogc-catalog"
_TAILS = ("/conformance", "/collections")


def probe(portal: Portal) -> list[Call]:
    """What the server says it conforms to, then its collections: below the address, at the root, below usual prefixes."""
    root = "{0.scheme}://{0.netloc}".format(urlsplit(portal.base))
    bases = dict.fromkeys([_base(portal.base), root, *(root + prefix for prefix in PREFIXES)])
    return [_call(base + tail, tail.strip("/")) for base in bases for tail in _TAILS]


def _call(url: str, step: str, state: Mapping[str, Any] | None = None) -> Call:
    return Call(url, step, headers=_HEADERS, state=state or {})


def _base(url: str) -> str:
    """The landing page's address, whichever address of the interface is given."""
    parts = urlsplit(url)
    path = parts.path
    for tail in _TAILS:
        if tail in path:
            path = path[: path.rindex(tail)]
    return urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A conformance class of OGC API Records is proof, a collection of records too; a page of records nearly so.

    A landing page with `conformance` and `data` may be that of features only: it names no kind, it only says where to look.
    """
    try:
        value = _object(payload)
    except UnreadablePayload:
        return None
    base = _base(payload.url or call.url)
    if any(_RECORDS in text for text in _texts(value.get("conformsTo"))) and value.get("type") != "Feature":
        return Evidence(KIND, 95, "The server conforms to OGC API Records.", base)
    if names := [str(one["id"]) for one in _collections(value)]:
        return Evidence(KIND, 92, f"The collection {names[0]!r} holds records of OGC API Records.", base)
    if any(_is_record(item) for item in _features(value)[:1]):
        return Evidence(KIND, 80, "A page of records of OGC API Records.", base)
    relations = {link.get("rel") for link in _links(value)}
    if {"conformance", "data"} <= relations:
        return Evidence(KIND, 45, "The landing page of an OGC API, of records or of features.", base)
    return None


def _object(payload: Payload) -> dict[str, Any]:
    return read_object(payload.body, payload.headers.get("content-type", ""))


def _texts(value: Any) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _links(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [link for link in _objects(value.get("links")) if isinstance(link.get("href"), str)]


def _collections(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The collections that hold records: they say so by `itemType` or by a link to the catalogue."""
    return [
        one
        for one in _objects(value.get("collections"))
        if isinstance(one.get("id"), str) and _is_catalogue(one)
    ]


def _is_catalogue(collection: Mapping[str, Any]) -> bool:
    if item_type := collection.get("itemType"):
        return "record" in ([item_type] if isinstance(item_type, str) else _texts(item_type))
    return collection.get("type") == "Catalog" or any(
        str(link.get("rel", "")).endswith(_CATALOGUE) for link in _links(collection)
    )


def _features(value: Mapping[str, Any]) -> list[Any]:
    items = value.get("features")
    return items if isinstance(items, list) and value.get("type") == "FeatureCollection" else []


def _is_record(item: Any) -> bool:
    if not isinstance(item, dict):
        return False
    said = item.get("properties")
    named = any(_RECORDS in text for text in _texts(item.get("conformsTo")))
    return named or (isinstance(said, dict) and {"title", "type", "created", "updated"} <= said.keys())


def start(portal: Portal) -> list[Call]:
    """The collections; those named by the setting `collections` are asked for at once."""
    base, named = _base(portal.base), portal.settings.get("collections", "").split()
    if named:
        return [
            _items(portal, f"{base}/collections/{quote(name, safe='')}/items", bool(named[1:]))
            for name in named
        ]
    return [_call(f"{base}/collections", "collections")]


def _items(portal: Portal, url: str, several: bool) -> Call:
    size = portal.settings.get("page_size", "")
    rows = max(1, int(size)) if size.isdecimal() else ROWS
    return _window(url, 0, rows, {"open": True, "several": several})


def _window(url: str, offset: int, rows: int, state: Mapping[str, Any]) -> Call:
    """A page by offset; the first one is asked for without, as a server may know no offset at all."""
    found = _with(url, limit=rows, **({"offset": offset} if offset else {}))
    return _call(found, "items", {**state, "start": offset, "rows": rows})


def _with(url: str, **parameters: int) -> str:
    parts = urlsplit(url)
    query = {name: value for name, value in parse_qsl(parts.query) if name not in ("limit", "offset")}
    return urlunsplit(parts._replace(query=urlencode({**query, **parameters}), fragment=""))


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The collections lead to their first pages, a page of records to the next one.

    Raises UnreadablePayload: what `read_json` raises, `unexpected-shape` for what is neither, `api-error` for an exception.
    """
    value = _object(payload)
    if call.step == "collections":
        return _read_collections(portal, value, payload.url or call.url)
    if value.get("type") != "FeatureCollection" or not isinstance(value.get("features"), list):
        raise _refusal(value)
    return _read_items(call, value, payload.url or call.url)


def _refusal(value: Mapping[str, Any]) -> UnreadablePayload:
    """The server's own words where it gives any (`{code, description}` or RFC 7807)."""
    said = next(
        (text for key in ("description", "detail", "title") if isinstance(text := value.get(key), str)), ""
    )
    if said and ("code" in value or "status" in value):
        return UnreadablePayload(
            "api-error", f"The server answers with an error: {' '.join(said.split())[:200]}"
        )
    return UnreadablePayload("unexpected-shape", "The answer is no page of records.")


def _read_collections(portal: Portal, value: Mapping[str, Any], url: str) -> Page:
    """First pages of all collections of records; the list may itself have a next page."""
    if not isinstance(value.get("collections"), list):
        raise _refusal(value)
    found, following = _collections(value), _next(value, url)
    if not found and not following:
        raise UnreadablePayload("unexpected-shape", "None of the collections holds records.")
    several = len(found) > 1 or bool(following)
    calls = [_items(portal, _items_url(one, url), several) for one in found]
    return Page(calls=calls + ([_call(following, "collections")] if following else []))


def _items_url(collection: Mapping[str, Any], url: str) -> str:
    """The link to the records in GeoJSON, else the address that the standard prescribes."""
    for link in _links(collection):
        if link.get("rel") == "items" and str(link.get("type", "application/geo+json")) in (
            "application/geo+json",
            "application/json",
        ):
            return urljoin(url, str(link["href"]))
    return f"{_base(url)}/collections/{quote(str(collection['id']), safe='')}/items"


def _read_items(call: Call, value: Mapping[str, Any], url: str) -> Page:
    """Records are counted, not believed; `numberMatched` is the portal's total only where there is one collection."""
    items, matched = _features(value), value.get("numberMatched")
    known = matched if isinstance(matched, int) and not isinstance(matched, bool) and matched >= 0 else None
    page = Page(
        list(read_features(items, _plain(call.url))), total=None if call.state.get("several") else known
    )
    if call.state.get("open") and items:
        page.calls = _following(call, value, url, len(items), known)
    return page


def _plain(url: str) -> str:
    """The address of a collection's records without its query: identifiers do not depend on the page."""
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))


def _following(
    call: Call, value: Mapping[str, Any], url: str, delivered: int, known: int | None
) -> list[Call]:
    """The next page: as linked, else by offset while the server claims to have more."""
    offset, rows = int(call.state.get("start", 0)), int(call.state.get("rows", ROWS))
    end = offset + delivered
    state = {**call.state, "start": end, "rows": rows}
    if following := _next(value, url):
        return [_call(following, "items", state)]
    return [_window(call.url, end, rows, call.state)] if known is not None and end < known else []


def _next(value: Mapping[str, Any], url: str) -> str:
    return next((urljoin(url, str(link["href"])) for link in _links(value) if link.get("rel") == "next"), "")


def split(portal: Portal, call: Call) -> list[Call]:
    """Two halves of a page by offset, and what comes after it."""
    if call.step != "items":
        return []
    offset, rows = int(call.state.get("start", 0)), int(call.state.get("rows", ROWS))
    kept = {"several": call.state.get("several", False)}
    halves = [(offset, rows // 2), (offset + rows // 2, rows - rows // 2)] if rows > 1 else []
    calls = [_window(call.url, at, size, kept) for at, size in halves]
    if call.state.get("open") and call.state.get("blind", 0) < 2:
        blind = {"open": True, "blind": call.state.get("blind", 0) + 1, **kept}
        calls.append(_window(call.url, offset + rows, rows, blind))
    return calls
