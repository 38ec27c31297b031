"""CKAN portals, by the Action API: `package_search`, else `current_package_list_with_resources`, else `package_list`
with `package_show` for each. What DKAN 1 answers to these can be read too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.formats.ckan import read_entries
from crawler.formats.reading import UnreadablePayload
from crawler.sources.ckan_api import ACTION, OLD_ACTION, action, action_at, is_enveloped, result_of, root
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "ckan"
RANK = 60
KEY_HEADER = ("Authorization", "{}")
READER = 1

PREFIXES = ("/data", "/ckan", "/opendata", "/katalog")
"""Paths below which municipalities put CKAN when something else has the root."""

_ROWS = 1000
"""`ckan.search.rows_max` as shipped; portals that lower it deliver fewer rows without saying so."""
_AT_ONCE = 500
"""Calls issued from one page at most, so that a portal that claims a billion datasets costs no memory."""
_BLIND = 2
"""How many pages in a row that could not be read the listing may jump over while no total is known."""
_GENERATOR = re.compile(rb"""<meta\s[^>]*content=["']ckan ([0-9][\w.]{0,20})""", re.IGNORECASE)
_HEAD = 64 * 1024
"""Bytes of a page in which the generator is looked for."""
_FALLBACKS = {"search": "search-unsorted", "search-unsorted": "current", "current": "names"}
_LISTINGS = {"search": "search", "current": "current", "packages": "names"}


def probe(portal: Portal) -> list[Call]:
    """An empty search shows that something speaks CKAN's API (portals without `status_show` do too); `status_show` then
    proves CKAN."""
    base = root(portal)
    found = [
        action_at(base, ACTION, "package_search", {"rows": 0}, step="empty", state=_place(base, ACTION)),
        action_at(base, ACTION, "status_show", {}, step="status", state=_place(base, ACTION)),
        action_at(base, ACTION, "package_list", {"limit": 1}, step="listed", state=_place(base, ACTION)),
    ]
    site = "{0.scheme}://{0.netloc}".format(urlsplit(base))
    others = [site] * (base != site) + [site + prefix for prefix in PREFIXES if site + prefix != base]
    found += [
        action_at(other, ACTION, "status_show", {}, step="status", state=_place(other, ACTION))
        for other in others
    ]
    old = _place(base, OLD_ACTION)
    found.append(action_at(base, OLD_ACTION, "package_search", {"rows": 0}, step="empty", state=old))
    found.append(
        action_at(
            base,
            OLD_ACTION,
            "package_list",
            {},
            method="POST",
            step="listed",
            state={**old, "method": "POST"},
        )
    )
    return found


def _place(base: str, path: str) -> dict[str, str]:
    return {"base": base, "action": path}


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A version of CKAN is proof; a home page that says it was made by CKAN nearly so; an empty search or a list of
    names only says that something speaks CKAN's API."""
    if not is_enveloped(payload):
        return _recognise_page(portal, payload)
    try:
        result, _ = result_of(payload)
    except UnreadablePayload:
        return None
    known = {
        key: str(call.state[key]) for key in ("action", "method") if call.state.get(key, ACTION) != ACTION
    }
    confidence, proof, settings = _judge(result)
    if not confidence:
        return None
    base = str(call.state.get("base", "")) or root(portal)
    return Evidence(KIND, confidence, proof, base, {**known, **settings})


def _judge(result: Any) -> tuple[int, str, dict[str, str]]:
    """Confidence, proof and settings from the result of any of the probes; 0 for what CKAN would not answer."""
    if isinstance(result, dict) and isinstance(version := result.get("ckan_version"), str):
        return 98, f"status_show names CKAN {version}", _software(result)
    if isinstance(result, dict) and isinstance(result.get("results"), list):
        count = result.get("count")
        if isinstance(count, int):
            return 60, f"package_search answers like CKAN and counts {count} packages", {}
    if isinstance(result, list) and result and all(isinstance(name, str) for name in result):
        return 55, "package_list answers with names, as CKAN and DKAN 1 do", {"listing": "packages"}
    return 0, "", {}


def _recognise_page(portal: Portal, payload: Payload) -> Evidence | None:
    """`<meta name="generator" content="ckan 2.10.4">`: CKAN's own base template."""
    found = _GENERATOR.search(payload.body[:_HEAD])
    if found is None:
        return None
    version = found[1].decode("ascii")
    return Evidence(
        KIND, 80, f"the page names CKAN {version} as its generator", root(portal), {"version": version}
    )


def _software(status: Mapping[str, Any]) -> dict[str, str]:
    extensions = status.get("extensions")
    names = [name for name in extensions if isinstance(name, str)] if isinstance(extensions, list) else []
    return {"version": str(status["ckan_version"]), "extensions": " ".join(names)}


def start(portal: Portal) -> list[Call]:
    """The first page of the search, in an order that does not move while it is read; or what `listing` asks for."""
    step = _LISTINGS.get(portal.settings.get("listing", "search"), "search")
    return [_names(portal)] if step == "names" else [_page(portal, step, 0, _rows(portal), {"open": True})]


def _rows(portal: Portal) -> int:
    text = portal.settings.get("page_size", "")
    return max(1, int(text)) if text.isdigit() else _ROWS


def _page(portal: Portal, step: str, offset: int, rows: int, state: Mapping[str, Any]) -> Call:
    """One page. The one that is `open` says how the listing goes on; all others only deliver."""
    name, parameters = _question(portal, step, offset, rows)
    return action(portal, name, parameters, step=step, state={**state, "start": offset, "rows": rows})


def _question(portal: Portal, step: str, offset: int, rows: int) -> tuple[str, dict[str, str | int]]:
    """The action that a step asks, and its parameters; `filter` is a Solr filter (`fq`)."""
    if step == "current":
        return "current_package_list_with_resources", {"limit": rows, "offset": offset}
    parameters: dict[str, str | int] = {"q": "*:*", "rows": rows, "start": offset}
    if step == "search":
        # Any other order moves while pages are read: records get lost and come twice (ckanext-harvest).
        parameters["sort"] = "id asc"
    if portal.settings.get("filter"):
        parameters["fq"] = portal.settings["filter"]
    return "package_search", parameters


def _names(portal: Portal) -> Call:
    return action(portal, "package_list", {}, step="names")


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """Entries and further calls. A first page that the portal refuses leads to the next way of listing.

    Raises UnreadablePayload: see `result_of`.
    """
    try:
        result, faults = result_of(payload)
        page = _READERS.get(call.step, _read_page)(portal, call, result)
    except UnreadablePayload as refusal:
        refused = payload.status >= 400 or refusal.slug in ("api-error", "unexpected-shape")
        if not refused or not (calls := _instead(portal, call)):
            raise
        return Page(calls=calls)
    page.faults += faults
    return page


def _instead(portal: Portal, call: Call) -> list[Call]:
    """The next way of listing, where the very first page was refused and the portal prescribes none."""
    step = _FALLBACKS.get(call.step)
    if step is None or call.state.get("start") or not call.state.get("open"):
        return []
    return [_names(portal)] if step == "names" else [_page(portal, step, 0, _rows(portal), {"open": True})]


def _read_page(portal: Portal, call: Call, result: Any) -> Page:
    packages, total = _packages(result)
    page = Page(total=total)
    page.entries, page.skipped = read_entries(packages, root(portal))
    page.calls = _following(portal, call, page, len(packages))
    return page


def _packages(result: Any) -> tuple[list[Any], int | None]:
    """The packages of an answer and the total it tells; a list in a list is opened, a lone package is a list of one."""
    if isinstance(result, dict):
        count = result.get("count")
        total = count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else None
        if isinstance(packages := result.get("results"), list):
            return packages, total
        if "id" in result or "name" in result:
            return [result], None
        raise UnreadablePayload("unexpected-shape", "The answer holds no list of packages.")
    nested = len(result) == 1 and isinstance(result[0], list)
    return (result[0] if nested else result), None


def _following(portal: Portal, call: Call, page: Page, delivered: int) -> list[Call]:
    """The calls that a page leads to: what it left out of what was asked, and, if it is open, what comes after it."""
    if not delivered:
        return []
    offset, rows = call.state.get("start", 0), call.state.get("rows", _ROWS)
    end = offset + delivered
    if not call.state.get("open"):
        missing = min(offset + rows, page.total if page.total is not None else offset) - end
        return [_page(portal, call.step, end, missing, {})] if missing > 0 else []
    if page.total is None:
        return _blindly(portal, call, page, end) if delivered == rows else []
    size = min(rows, delivered)
    offsets = range(end, page.total, size)[:_AT_ONCE]
    return [_page(portal, call.step, at, size, {"open": at == offsets[-1]}) for at in offsets]


def _blindly(portal: Portal, call: Call, page: Page, end: int) -> list[Call]:
    """The next page where no total is told: until one is short, or begins like the one before (then the portal does
    not page at all)."""
    first = page.entries[0].identifier if page.entries else ""
    if first and first == call.state.get("first"):
        page.faults["page-repeated"] += 1
        page.entries.clear()
        return []
    return [_page(portal, call.step, end, call.state.get("rows", _ROWS), {"open": True, "first": first})]


def _read_names(portal: Portal, call: Call, result: Any) -> Page:
    """A call for each name."""
    names = (
        [str(name) for name in result if isinstance(name, str | int)] if isinstance(result, list) else None
    )
    if names is None:
        raise UnreadablePayload("unexpected-shape", "The list of packages is no list of names.")
    calls = [action(portal, "package_show", {"id": name}, step="show") for name in dict.fromkeys(names)]
    return Page(calls=calls, total=len(calls))


def _read_package(portal: Portal, call: Call, result: Any) -> Page:
    """One package; DKAN 1 puts it into a list."""
    page = Page()
    page.entries, page.skipped = read_entries(_packages(result)[0], root(portal))
    return page


_READERS = {"names": _read_names, "show": _read_package}


def split(portal: Portal, call: Call) -> list[Call]:
    """Two halves of a page. The end of the listing stays reachable: an open page also leaves a call for what comes
    after it, at most twice in a row while nobody has told a total."""
    if call.step not in ("search", "search-unsorted", "current"):
        return []
    offset, rows, blind = call.state["start"], call.state["rows"], call.state.get("blind", 0)
    halves = [(offset, rows // 2), (offset + rows // 2, rows - rows // 2)] if rows > 1 else []
    calls = [_page(portal, call.step, at, size, {}) for at, size in halves]
    if call.state.get("open") and blind < _BLIND:
        calls.append(_page(portal, call.step, offset + rows, rows, {"open": True, "blind": blind + 1}))
    return calls
