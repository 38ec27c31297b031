"""Opendatasoft (Huwise) portals, by the Explore API 2.1: pages as far as it lets one turn them, else its export of the
whole catalogue."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from crawler.formats.json_payload import read_json
from crawler.formats.opendatasoft import read_items
from crawler.formats.reading import UnreadablePayload
from crawler.sources.paging import Window, following, parts, window_of
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "opendatasoft"
RANK = 20
KEY_HEADER = ("Authorization", "Apikey {}")
READER = 1

API = "/api/explore/v2.1/catalog"
REACH = 10_000
"""Datasets up to which pages can be turned: offset and limit together may not be more."""
_LIMIT = 100
"""Datasets a page at most."""
_ORDERED, _UNORDERED, _EXPORT = "list", "unordered", "export"
_ASSETS = re.compile(
    rb"(?:src|href)=[\"'][^\"']*(?:opendatasoft\.com|huwise\.com|/static/ods/)", re.IGNORECASE
)
_HEAD = 64 * 1024
"""Bytes of a page in which the platform's assets are looked for."""


def root(portal: Portal) -> str:
    """The address of the domain: the portal's base without the path of an API or of its pages."""
    base = portal.base
    for part in ("/api/", "/explore"):
        base = base.partition(part)[0]
    return base.rstrip("/")


def probe(portal: Portal) -> list[Call]:
    """One dataset, then the entry of the API."""
    base = root(portal)
    return [
        Call(f"{base}{API}/datasets?limit=1", "probe"),
        Call(f"{base}/api/explore/", "probe"),
        Call(f"{base}/api/v2/catalog/datasets?rows=1", "probe"),
    ]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A page of datasets with their metadata is proof, as is the entry of the API with its version; a page that is
    built from the platform's files leads there."""
    try:
        value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    except UnreadablePayload:
        named = _ASSETS.search(payload.body[:_HEAD])
        return (
            Evidence(KIND, 45, "The page is built from Opendatasoft's files.", root(portal))
            if named
            else None
        )
    proof = _judge(value) if payload.status == 200 else ""
    return Evidence(KIND, 95, proof, root(portal)) if proof else None


def _judge(value: Any) -> str:
    if not isinstance(value, dict):
        return ""
    items = value.get("results", value.get("datasets"))
    if isinstance(value.get("total_count"), int) and isinstance(items, list) and _are_datasets(items):
        return f"the Explore API counts {value['total_count']} datasets"
    links = value.get("links")
    if isinstance(value.get("current_version"), str) and isinstance(links, list):
        return f"the Explore API names its version {value['current_version']}"
    return ""


def _are_datasets(items: list[Any]) -> bool:
    first = items[0] if items else {"dataset_id": "", "metas": {}}
    inner = first.get("dataset", first) if isinstance(first, dict) else {}
    return isinstance(inner, dict) and "dataset_id" in inner and "metas" in inner


def start(portal: Portal) -> list[Call]:
    """The first page, by the datasets' identifiers; or what `listing` asks for."""
    if portal.settings.get("listing") == _EXPORT:
        return [_export(portal)]
    return [_page(portal, _ORDERED, Window(0, _page_size(portal)))]


def _page_size(portal: Portal) -> int:
    text = portal.settings.get("page_size", "")
    return min(_LIMIT, max(1, int(text))) if text.isdecimal() else _LIMIT


def _page(portal: Portal, step: str, window: Window) -> Call:
    query: dict[str, str | int] = {"limit": window.size, "offset": window.start}
    if step == _ORDERED:
        query["order_by"] = "dataset_id"
    return Call(f"{root(portal)}{API}/datasets?{urlencode(query | _where(portal))}", step, state=window.state)


def _export(portal: Portal) -> Call:
    query = urlencode(_where(portal))
    return Call(f"{root(portal)}{API}/exports/json" + (f"?{query}" if query else ""), _EXPORT)


def _where(portal: Portal) -> dict[str, str | int]:
    """`filter` is a condition of the API's query language: `publisher="Stadt Neuwald"`."""
    return {"where": portal.settings["filter"]} if portal.settings.get("filter") else {}


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """Entries and further calls. A first page that is refused in order is asked for without one, then the export.

    Raises UnreadablePayload: what `read_json` raises, `api-error`, `unexpected-shape`.
    """
    try:
        value = _answer(payload)
        if call.step == _EXPORT:
            return _read_export(portal, value)
        return _read_page(portal, call, value)
    except UnreadablePayload:
        if calls := _otherwise(portal, call):
            return Page(calls=calls)
        raise


def _answer(payload: Payload) -> Any:
    value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    if payload.status != 200 or (isinstance(value, dict) and "error_code" in value):
        said = value.get("message", "") if isinstance(value, dict) else ""
        raise UnreadablePayload("api-error", f"The portal answers with an error: {str(said)[:200]}")
    return value


def _otherwise(portal: Portal, call: Call) -> list[Call]:
    window = window_of(call.state, _LIMIT)
    if call.step == _EXPORT or window.start or not window.goes_on:
        return []
    return [_page(portal, _UNORDERED, window) if call.step == _ORDERED else _export(portal)]


def _read_page(portal: Portal, call: Call, value: Any) -> Page:
    items = value.get("results", value.get("datasets")) if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise UnreadablePayload("unexpected-shape", "The answer holds no list of datasets.")
    count = value.get("total_count")
    total = count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
    if total is not None and total > REACH:
        return Page(calls=[_export(portal)], total=total)
    page = Page(read_items(items, root(portal)), total=total)
    after = following(window_of(call.state, _LIMIT), len(items), total)
    page.calls = [_page(portal, call.step, window) for window in after if window.start + window.size <= REACH]
    return page


def _read_export(portal: Portal, value: Any) -> Page:
    if not isinstance(value, list):
        raise UnreadablePayload("unexpected-shape", "The export is no list of datasets.")
    return Page(read_items(value, root(portal)), total=len(value))


def split(portal: Portal, call: Call) -> list[Call]:
    """The halves of a page; the export cannot be cut."""
    if call.step == _EXPORT:
        return []
    return [_page(portal, call.step, window) for window in parts(window_of(call.state, _LIMIT))]
