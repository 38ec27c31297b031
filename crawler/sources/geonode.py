"""GeoNode portals, by API 2: all resources page by page, in the order of their numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from crawler.formats.geonode import read_entries
from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "geonode"
RANK = 140
READER = 1

_LISTS = ("resources", "datasets", "layers")
"""What API 2 lists: everything, datasets (4.x), layers (3.x)."""
_PAGES = re.compile(rb"__GEONODE_CONFIG__|/static/geonode/|geonode-mapstore-client", re.IGNORECASE)
_HEAD = 256 * 1024
"""Bytes of a page in which GeoNode's scripts are looked for."""
_SIZE = 100
_BLIND = 2
"""Pages in a row that may fail while no total is known."""
_AT_ONCE = 500
"""Calls issued from one page at most, so that a portal that claims a billion resources costs no memory."""


def _root(portal: Portal) -> str:
    return portal.base.partition("/api/")[0].rstrip("/")


def _url(root: str, name: str, parameters: Mapping[str, Any]) -> str:
    return f"{root}/api/v2/{name}?{urlencode(parameters, quote_via=quote, safe='[]')}"


def probe(portal: Portal) -> list[Call]:
    """One item of each of the lists of API 2."""
    root = _root(portal)
    return [
        Call(_url(root, name, {"page_size": 1}), "probe", state={"list": name}) for name in _LISTS[::-1][1:]
    ]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A page in GeoNode's own envelope: links, total, page_size and a list under the name that was asked for, with
    resources as GeoNode names them. A web page that loads its scripts points to it."""
    try:
        name, items, total = _page_of(payload)
    except UnreadablePayload:
        found = _PAGES.search(payload.body[:_HEAD])
        return Evidence(KIND, 60, "the page loads GeoNode's own scripts", _root(portal)) if found else None
    first = items[0] if items and isinstance(items[0], dict) else {}
    named = {"pk", "resource_type", "polymorphic_ctype_id"} <= first.keys()
    proof = f"API 2 lists {total} {name}" + (" as GeoNode writes them" if named else "")
    return Evidence(KIND, 95 if named else 60, proof, _root(portal))


def start(portal: Portal) -> list[Call]:
    """The first page."""
    wanted = portal.settings.get("listing", "")
    return [_page(portal, wanted if wanted in _LISTS else _LISTS[0], 1, _size(portal), {"open": True})]


def _size(portal: Portal) -> int:
    text = portal.settings.get("page_size", "")
    return max(1, int(text)) if text.isdecimal() else _SIZE


def _page(portal: Portal, name: str, number: int, size: int, state: Mapping[str, Any] | None = None) -> Call:
    """Pages are asked for in the order of the numbers that resources keep for ever. The one that is `open` leads on; all
    others only deliver."""
    parameters = {"page": number, "page_size": size, "sort[]": "pk"}
    said = {"list": name, "page": number, "size": size, **(state or {})}
    return Call(_url(_root(portal), name, parameters), "list", state=said)


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The resources of a page; the first one leads to all others.

    A portal that does not know the list of all resources is asked for its datasets. Raises UnreadablePayload: what
    `read_json` raises, `api-error`, `unexpected-shape`.
    """
    number, size = int(call.state.get("page", 1)), int(call.state.get("size", _SIZE))
    try:
        name, items, total = _page_of(payload)
    except UnreadablePayload as refusal:
        if refusal.slug == "api-error" and number == 1 and call.state.get("list") == _LISTS[0]:
            return Page(calls=[_page(portal, _LISTS[1], 1, size, {"open": True})])
        raise
    page = Page(read_entries(items, _root(portal)), total=total)
    if items and call.state.get("open"):
        step = min(size, len(items)) if number == 1 else size  # a portal may deliver less than was asked for
        numbers = range(number + 1, -(-total // step) + 1)[:_AT_ONCE]
        page.calls = [_page(portal, name, one, step, {"open": one == numbers[-1]}) for one in numbers]
    return page


def _page_of(payload: Payload) -> tuple[str, list[Any], int]:
    """Name of the list, items, total."""
    value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    if not isinstance(value, dict):
        raise UnreadablePayload("unexpected-shape", "The answer is no object.")
    if "detail" in value or "errors" in value:
        said = value.get("detail") or value.get("errors")
        raise UnreadablePayload("api-error", f"The portal answers with an error: {said}"[:250])
    name = next((name for name in _LISTS if isinstance(value.get(name), list)), "")
    total = value.get("total")
    if not name or not {"page_size", "links"} <= value.keys() or not isinstance(total, int):
        raise UnreadablePayload("unexpected-shape", "The answer is no page of GeoNode's API 2.")
    return name, value[name], max(0, total)


def split(portal: Portal, call: Call) -> list[Call]:
    """Two halves of a page; pages only divide evenly, so that an odd size is cut into single resources."""
    if call.step != "list" or int(call.state.get("size", 1)) < 2:
        return []
    number, size, name = int(call.state["page"]), int(call.state["size"]), str(call.state["list"])
    smaller = size // 2 if size % 2 == 0 else 1
    first = (number - 1) * (size // smaller) + 1
    parts = [_page(portal, name, one, smaller) for one in range(first, first + size // smaller)]
    blind = int(call.state.get("blind", 0))
    if call.state.get("open") and blind < _BLIND:
        parts.append(_page(portal, name, number + 1, size, {"open": True, "blind": blind + 1}))
    return parts
