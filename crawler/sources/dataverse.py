"""Dataverse installations: the Search API lists the datasets, the Native API gives the latest version of each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from crawler.formats.dataverse import dataset_entry
from crawler.formats.dataverse_item import item_entry
from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload
from crawler.sources.paging import Window, following, parts, window_of
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "dataverse"
RANK = 150
KEY_HEADER = ("X-Dataverse-key", "{}")
READER = 1

LIMIT = 100
"""Datasets a page; the API allows 1,000."""
_HEAD = 64 * 1024


def probe(portal: Portal) -> list[Call]:
    """One dataset of the search, then the version of the installation."""
    return [_search(portal, Window(0, 1), step="probe"), Call(f"{site_of(portal)}/api/info/version", "probe")]


def site_of(portal: Portal) -> str:
    """The address of the installation, without the path of its API or of a collection."""
    base = portal.base
    for part in ("/api/", "/dataverse/", "/dataset.xhtml", "/oai"):
        base = base.partition(part)[0]
    return base.rstrip("/")


def _collection(portal: Portal) -> str:
    """The collection that the setting `collection` or the portal's address (`/dataverse/<alias>`) names."""
    given = portal.settings.get("collection", "")
    return given or urlsplit(portal.url).path.partition("/dataverse/")[2].strip("/").partition("/")[0]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """Status `OK` with `total_count` and `items` is the Search API's; with a version and a build, the Info API's."""
    if payload.status != 200:
        return None
    site = payload.url.partition("/api/")[0].rstrip("/")
    try:
        data = data_of(payload)
    except UnreadablePayload as error:
        head = payload.body[:_HEAD]
        named = error.slug == "html-instead" and (
            b"dataverse.xhtml" in head or (b"/dataverse/" in head and b"Dataverse" in head)
        )
        return Evidence(KIND, 55, "The page names Dataverse.", site_of(portal)) if named else None
    if (
        isinstance(data.get("total_count"), int)
        and isinstance(data.get("items"), list)
        and "count_in_response" in data
    ):
        return Evidence(KIND, 95, f"Dataverse's search counts {data['total_count']} datasets", site)
    if isinstance(data.get("version"), str) and "build" in data:
        return Evidence(KIND, 90, f"Dataverse {data['version']}", site)
    return None


def data_of(payload: Payload) -> dict[str, Any]:
    """The `data` of an answer in Dataverse's envelope. Raises UnreadablePayload."""
    value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    if isinstance(value, dict) and value.get("status") == "ERROR":
        raise UnreadablePayload(
            "api-error", f"Dataverse answers with an error: {str(value.get('message'))[:200]}"
        )
    data = value.get("data") if isinstance(value, dict) and value.get("status") == "OK" else None
    if not isinstance(data, dict):
        raise UnreadablePayload("unexpected-shape", "The answer has no data in the envelope of Dataverse.")
    return data


def start(portal: Portal) -> list[Call]:
    """The first page of the search, oldest first: what is published meanwhile comes at the end."""
    return [_search(portal, Window(0, LIMIT))]


def _search(portal: Portal, window: Window, step: str = "search") -> Call:
    asked = {
        "q": "*",
        "type": "dataset",
        "sort": "date",
        "order": "asc",
        "per_page": window.size,
        "start": window.start,
    }
    if collection := _collection(portal):
        asked["subtree"] = collection
    return Call(f"{site_of(portal)}/api/search?{urlencode(asked, safe='*')}", step, state=window.state)


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """A call for each dataset of a page and for the other pages; the record of one dataset. Raises UnreadablePayload."""
    if payload.status >= 400:
        return Page(calls=_another_way(portal, call))
    data = data_of(payload)
    if call.step == "dataset":
        collection, name = (str(call.state.get(key, "")) for key in ("collection", "name"))
        return Page([dataset_entry(data, site_of(portal), collection, name)])
    items = data.get("items")
    if not isinstance(items, list):
        raise UnreadablePayload("unexpected-shape", "The answer holds no items of a search.")
    if call.step == "item":
        return _read_item(portal, call, items)
    total = data.get("total_count")
    total = total if isinstance(total, int) and total >= 0 else None
    page = Page(total=total)
    for item in items:
        if isinstance(item, dict) and isinstance(item.get("global_id"), str):
            page.calls.append(_dataset(portal, item))
        else:
            page.faults["identifier-missing"] += 1
    page.calls += [
        _search(portal, each) for each in following(window_of(call.state, LIMIT), len(items), total)
    ]
    return page


def _read_item(portal: Portal, call: Call, items: list[Any]) -> Page:
    """What the search knows of a dataset; a finding where it stands in for an answer that failed."""
    page = Page([item_entry(item, site_of(portal)) for item in items[:1]])
    if call.state.get("instead"):
        page.faults["page-failed"] += 1
    return page


def _dataset(portal: Portal, item: dict[str, Any]) -> Call:
    """The latest version of a dataset; the collection travels along, because the answer does not name it."""
    name = item["global_id"]
    url = f"{site_of(portal)}/api/datasets/:persistentId/?persistentId={quote(name, safe=':/')}"
    said = {"collection": item.get("identifier_of_dataverse"), "name": item.get("name_of_dataverse")}
    state = {"id": name, **{key: value for key, value in said.items() if isinstance(value, str)}}
    return Call(url, "dataset", state=state)


def _another_way(portal: Portal, call: Call) -> list[Call]:
    """What the search knows of a dataset that cannot be had itself."""
    if call.step != "dataset":
        return []
    asked = {"q": "*", "type": "dataset", "per_page": 1, "fq": f'dsPersistentId:"{call.state.get("id", "")}"'}
    return [Call(f"{site_of(portal)}/api/search?{urlencode(asked, safe='*')}", "item", state=call.state)]


def split(portal: Portal, call: Call) -> list[Call]:
    """Two halves of a page; what the search knows where a dataset fails, which is then a finding."""
    if call.step != "search":
        return [replace(each, state={**each.state, "instead": True}) for each in _another_way(portal, call)]
    return [_search(portal, each) for each in parts(window_of(call.state, LIMIT))]
