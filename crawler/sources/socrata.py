"""Socrata (Tyler Data & Insights) domains, by the discovery API that each of them answers; else by their `data.json`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload
from crawler.formats.socrata import FOUR_BY_FOUR, identifier_of, read_file, read_items
from crawler.sources.paging import Window, following, parts, window_of
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "socrata"
RANK = 80
KEY_HEADER = ("X-App-Token", "{}")
READER = 1

API = "/api/catalog/v1"
REACH = 10_000
"""Assets up to which pages can be turned by offset; beyond them the API scrolls from one identifier to the next."""
_LIMIT = 256
"""Assets a page (at most 10,000): about 2 MB."""
_PAGES, _SCROLL, _FILE = "list", "scroll", "data_json"


def root(portal: Portal) -> str:
    """The address of the interface: the portal's base without the path of an API. It may be the shared service
    (`https://api.eu.socrata.com`), which then is asked for the portal's domain."""
    return portal.base.partition("/api/")[0].rstrip("/")


def site(portal: Portal) -> str:
    """The address below which the domain's assets have their pages."""
    parts_ = urlsplit(portal.url)
    return f"{parts_.scheme}://{parts_.netloc}"


def probe(portal: Portal) -> list[Call]:
    """One asset of the domain, then one of its views."""
    return [
        Call(_address(portal, {"limit": 1}), "probe"),
        Call(f"{site(portal)}/api/views.json?limit=1", "probe"),
    ]


def _address(portal: Portal, query: Mapping[str, str | int]) -> str:
    domain = portal.settings.get("domain") or urlsplit(portal.url).hostname or ""
    context = {"domains": domain, "search_context": domain}
    if portal.settings.get("filter"):
        context["attribution"] = portal.settings["filter"]
    return f"{root(portal)}{API}?{urlencode({**context, **query})}"


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """Assets with identifiers of four by four characters are proof; headers that only Socrata's servers send nearly so."""
    base = root(portal)
    try:
        value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    except UnreadablePayload:
        value = None
    proof = _judge(value) if payload.status == 200 else ""
    if proof:
        return Evidence(KIND, 95, proof, base)
    if any(name.startswith("x-socrata-") for name in payload.headers):
        return Evidence(KIND, 85, "The answer has a header of Socrata's servers.", base)
    return None


def _judge(value: Any) -> str:
    if isinstance(value, dict) and isinstance(value.get("resultSetSize"), int):
        items = value.get("results")
        if isinstance(items, list) and (_are_assets(items) if items else "timings" in value):
            return f"the discovery API counts {value['resultSetSize']} assets of the domain"
    views = isinstance(value, list) and value and isinstance(value[0], dict) and "viewType" in value[0]
    if views and FOUR_BY_FOUR.fullmatch(str(value[0].get("id", ""))):
        return "the domain lists its views by identifiers of four by four characters"
    return ""


def _are_assets(items: list[Any]) -> bool:
    resource = items[0].get("resource") if isinstance(items[0], dict) else None
    return isinstance(resource, dict) and bool(FOUR_BY_FOUR.fullmatch(str(resource.get("id", ""))))


def start(portal: Portal) -> list[Call]:
    """The first page, by identifiers; or what `listing` asks for."""
    if portal.settings.get("listing") == _FILE:
        return [_file(portal)]
    return [_page(portal, Window(0, _page_size(portal)))]


def _page_size(portal: Portal) -> int:
    text = portal.settings.get("page_size", "")
    return max(1, int(text)) if text.isdecimal() else _LIMIT


def _page(portal: Portal, window: Window) -> Call:
    query: dict[str, str | int] = {"limit": window.size, "offset": window.start, "order": "dataset_id"}
    return Call(_address(portal, query), _PAGES, state=window.state)


def _scroll(portal: Portal, last: str, size: int) -> Call:
    """The assets after the last one that was read, in the order of identifiers."""
    return Call(
        _address(portal, {"limit": size, "scroll_id": last}), _SCROLL, state={"last": last, "size": size}
    )


def _file(portal: Portal) -> Call:
    return Call(f"{site(portal)}/data.json", _FILE)


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """Entries and further calls. Where the discovery API is refused or says nothing readable, `data.json` is asked.

    Raises UnreadablePayload: what `read_json` raises, `api-error`, `unexpected-shape`.
    """
    try:
        value = _answer(payload)
        return _READERS[call.step](portal, call, value)
    except UnreadablePayload:
        if call.step == _PAGES and not call.state.get("start"):
            return Page(calls=[_file(portal)])
        raise


def _answer(payload: Payload) -> Any:
    value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    if payload.status != 200 or (isinstance(value, dict) and "error" in value):
        said = value.get("error") or value.get("message") if isinstance(value, dict) else ""
        raise UnreadablePayload("api-error", f"The portal answers with an error: {str(said)[:200]}")
    return value


def _assets(portal: Portal, value: Any) -> tuple[Page, list[Any]]:
    items = value.get("results") if isinstance(value, dict) else None
    if not isinstance(items, list):
        raise UnreadablePayload("unexpected-shape", "The answer holds no list of assets.")
    size = value.get("resultSetSize")
    page = Page(total=size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None)
    page.entries, page.skipped = read_items(items, site(portal))
    return page, items


def _read_page(portal: Portal, call: Call, value: Any) -> Page:
    """A page; in a domain that is larger than pages reach, scrolling begins after the first one."""
    page, items = _assets(portal, value)
    window = window_of(call.state, _LIMIT)
    if page.total is not None and page.total > REACH and items:
        page.calls = [_scroll(portal, last, window.size)] if (last := _last_of(items)) else []
        return page
    after = following(window, len(items), page.total)
    page.calls = [_page(portal, one) for one in after if one.start + one.size <= REACH]
    return page


def _read_scroll(portal: Portal, call: Call, value: Any) -> Page:
    """A page, and the one after its last asset; the end is an empty page or one that goes no further."""
    page, items = _assets(portal, value)
    last = _last_of(items)
    if not last:
        return page
    if last == call.state["last"]:
        page.faults["page-repeated"] += 1
        page.entries.clear()
        return page
    page.calls = [_scroll(portal, last, call.state["size"])]
    return page


def _last_of(items: list[Any]) -> str:
    return next((found for item in reversed(items) if (found := identifier_of(item))), "")


def _read_file(portal: Portal, call: Call, value: Any) -> Page:
    entries = read_file(value, call.url, site(portal))
    return Page(entries, total=len(entries))


_READERS = {_PAGES: _read_page, _SCROLL: _read_scroll, _FILE: _read_file}


def split(portal: Portal, call: Call) -> list[Call]:
    """The halves of a page; a scroll by half as many (what comes after it is asked for from there)."""
    if call.step == _SCROLL:
        half = call.state["size"] // 2
        return [_scroll(portal, call.state["last"], half)] if half else []
    if call.step == _FILE:
        return []
    return [_page(portal, window) for window in parts(window_of(call.state, _LIMIT))]
