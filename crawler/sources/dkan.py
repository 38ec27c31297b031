"""DKAN portals. Version 1 answers some of CKAN's actions in its own way: names, then all packages as a list in a list
or each as a list of one. Version 2 lists its metastore, at once or by its search."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crawler.formats.ckan import read_entries
from crawler.formats.dkan import read_items
from crawler.formats.reading import UnreadablePayload
from crawler.sources.ckan_api import ACTION, action_at, is_enveloped, result_of, root
from crawler.sources.numbered import Sheet, following, parts, sheet_of
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "dkan"
RANK = 50
READER = 1

METASTORE = "/api/1/metastore/schemas/dataset"
SEARCH = "/api/1/search"
_PACKAGES = 100
"""Packages a page of DKAN 1."""
_DATASETS = 64
"""Datasets a page of DKAN 2's search (at most 100): a power of two, so that a failing page halves down to one."""
_DRUPAL = re.compile(rb"<meta\s[^>]*content=[\"']Drupal", re.IGNORECASE)
_HEAD = 64 * 1024
"""Bytes of a page in which signs of DKAN are looked for."""


def probe(portal: Portal) -> list[Call]:
    """One package as version 1 delivers it, then the schema and the search of version 2."""
    base = root(portal)
    return [
        _action(portal, "current_package_list_with_resources", {"limit": 1, "offset": 0}, "probe"),
        Call(base + METASTORE, "probe"),
        Call(f"{base}{SEARCH}?page-size=1", "probe"),
    ]


def _action(
    portal: Portal,
    name: str,
    parameters: Mapping[str, str | int],
    step: str,
    state: Mapping[str, Any] | None = None,
) -> Call:
    path = portal.settings.get("action", ACTION)
    return action_at(root(portal), path, name, parameters, step=step, state=state or {})


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A package in a list in a list, or with DKAN's words for type and state, is proof of version 1; a metastore is
    proof of version 2. Names alone prove nothing: CKAN lists them too."""
    if _is_drupal_with_dkan(payload):
        return Evidence(KIND, 45, "The page was made by Drupal and names DKAN.", root(portal))
    try:
        result, _ = result_of(payload)
    except UnreadablePayload:
        return None
    version, proof = _judge_packages(result) if is_enveloped(payload) else _judge_metastore(result, payload)
    if not version or payload.status != 200:
        return None
    listing = {"listing": "current"} if "current_package_list_with_resources" in call.url else {}
    return Evidence(KIND, 95, proof, root(portal), {"version": version, **listing})


def _is_drupal_with_dkan(payload: Payload) -> bool:
    head = payload.body[:_HEAD]
    return bool(_DRUPAL.search(head)) and b"dkan" in head.lower()


def _judge_packages(result: Any) -> tuple[str, str]:
    packages = _packages(result) if isinstance(result, list) else []
    if not packages or not isinstance(package := packages[0], dict):
        return "", ""
    if result is not packages and "id" in package:
        return "1", "packages come as a list in a list, as only DKAN 1 sends them"
    if package.get("type") == "Dataset" and "revision_timestamp" in package:
        return "1", "a package has type Dataset and state Active, as only DKAN 1 writes them"
    return "", ""


def _judge_metastore(value: Any, payload: Payload) -> tuple[str, str]:
    if isinstance(value, list):
        datasets = value and isinstance(value[0], dict) and "accessLevel" in value[0]
        return ("2", "a metastore lists its datasets") if datasets and METASTORE in payload.url else ("", "")
    properties = value.get("properties")
    if isinstance(properties, dict) and {"distribution", "accessLevel"} <= properties.keys():
        return "2", "a metastore tells the schema of its datasets"
    if {"total", "results", "facets"} <= value.keys() and _are_datasets(value["results"]):
        return "2", f"a search over a metastore counts {value['total']} datasets"
    return "", ""


def _are_datasets(results: Any) -> bool:
    return isinstance(results, dict) and all(str(key).startswith("dkan_dataset/") for key in results)


def start(portal: Portal) -> list[Call]:
    """The names of all packages (version 1), or all items of the metastore (version 2)."""
    second = portal.settings.get("version") == "2" or "/api/1/" in portal.api_url
    return [_items(portal) if second else _action(portal, "package_list", {}, "names")]


def _items(portal: Portal) -> Call:
    return Call(f"{root(portal)}{METASTORE}/items", "items")


def _search(portal: Portal, sheet: Sheet) -> Call:
    url = f"{root(portal)}{SEARCH}?page={sheet.number}&page-size={sheet.size}"
    return Call(url, "search", state=sheet.state)


def _shows(portal: Portal, names: list[str]) -> list[Call]:
    """A call for each package; identifiers may hold umlauts and signs, which are percent-encoded as UTF-8."""
    return [_action(portal, "package_show", {"id": name}, "show") for name in names]


def _current(portal: Portal, offset: int, missing: list[str]) -> Call:
    """A page of packages; `missing` are the names that did not come yet."""
    asked = {"limit": _PACKAGES, "offset": offset}
    state = {"offset": offset, "missing": missing}
    return _action(portal, "current_package_list_with_resources", asked, "current", state)


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """Entries and further calls; a way of listing that the portal refuses leads to the next one.

    Raises UnreadablePayload: see `result_of`, and `unexpected-shape` for what is no listing.
    """
    try:
        if payload.status != 200:
            raise UnreadablePayload("api-error", f"The portal answers with status {payload.status}.")
        result, faults = result_of(payload)
        page = _READERS[call.step](portal, call, result)
    except UnreadablePayload:
        if calls := _otherwise(portal, call):
            return Page(calls=calls)
        raise
    page.faults += faults
    return page


def _otherwise(portal: Portal, call: Call) -> list[Call]:
    """What to ask where a call is refused: no names → the metastore, → its search; no pages → each package."""
    if call.step == "names":
        return [_items(portal)]
    if call.step == "items":
        return [_search(portal, Sheet(1, _DATASETS))]
    return _shows(portal, call.state["missing"]) if call.step == "current" else []


def _read_names(portal: Portal, call: Call, result: Any) -> Page:
    """The listing's total; then pages where the portal is known to have them, else a call for each name."""
    if not isinstance(result, list) or not all(isinstance(name, str | int) for name in result):
        raise UnreadablePayload("unexpected-shape", "The list of packages is no list of names.")
    names = list(dict.fromkeys(str(name) for name in result))
    paged = names and portal.settings.get("listing") == "current"
    return Page(calls=[_current(portal, 0, names)] if paged else _shows(portal, names), total=len(names))


def _packages(result: list[Any]) -> list[Any]:
    """The packages of an answer: a list, or that list as the only item of another."""
    return result[0] if len(result) == 1 and isinstance(result[0], list) else result


def _read_current(portal: Portal, call: Call, result: Any) -> Page:
    """A page, then the next; at the end a call for each name that no page held."""
    if not isinstance(result, list):
        raise UnreadablePayload("unexpected-shape", "The answer holds no list of packages.")
    packages, page = _packages(result), Page()
    missing = _still_missing(call.state["missing"], packages)
    page.entries, page.skipped = read_entries(packages, root(portal))
    if packages and len(missing) == len(call.state["missing"]):
        page.faults["page-repeated"] += 1
        page.entries.clear()
    elif len(packages) == _PACKAGES and missing:
        page.calls = [_current(portal, call.state["offset"] + _PACKAGES, missing)]
        return page
    page.calls = _shows(portal, missing)
    return page


def _still_missing(missing: list[str], packages: list[Any]) -> list[str]:
    came = {
        str(package.get(key)) for package in packages if isinstance(package, dict) for key in ("id", "name")
    }
    return [name for name in missing if name not in came]


def _read_package(portal: Portal, call: Call, result: Any) -> Page:
    page = Page()
    packages = _packages(result) if isinstance(result, list) else [result]
    page.entries, page.skipped = read_entries(packages, root(portal))
    return page


def _read_items(portal: Portal, call: Call, result: Any) -> Page:
    if not isinstance(result, list):
        raise UnreadablePayload("unexpected-shape", "The metastore answers with no list of datasets.")
    return Page(read_items(result, root(portal)), total=len(result))


def _read_search(portal: Portal, call: Call, result: Any) -> Page:
    """A page of the search: `total` may be text, `results` is an object by identifier, or a list where it is empty."""
    found = result.get("results") if isinstance(result, dict) else None
    if not isinstance(found, dict | list):
        raise UnreadablePayload("unexpected-shape", "The search answers with no datasets.")
    items = list(found.values()) if isinstance(found, dict) else found
    total = str(result.get("total", ""))
    page = Page(read_items(items, root(portal)), total=int(total) if total.isdecimal() else None)
    after = following(sheet_of(call.state, _DATASETS), len(items), page.total)
    page.calls = [_search(portal, sheet) for sheet in after]
    return page


_READERS = {
    "names": _read_names,
    "current": _read_current,
    "show": _read_package,
    "items": _read_items,
    "search": _read_search,
}


def split(portal: Portal, call: Call) -> list[Call]:
    """For a page of packages each package, for the metastore its search, for a page of the search its halves."""
    if call.step in ("current", "items"):
        return _otherwise(portal, call)
    if call.step != "search":
        return []
    return [_search(portal, sheet) for sheet in parts(sheet_of(call.state, _DATASETS))]
