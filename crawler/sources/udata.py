"""udata portals: API 1, whose pages hold datasets with their resources; else API 2, which links to the resources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload
from crawler.formats.udata import identifier_of, left_out, read_entries
from crawler.sources.numbered import Sheet, following, parts, sheet_of
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "udata"
RANK = 70
KEY_HEADER = ("X-API-KEY", "{}")
READER = 1

_SIZE = 128
"""Datasets a page: a power of two, so that a page that fails can be halved down to one dataset."""
_FILES = 100
"""Resources a page of API 2."""
_NAMED = re.compile(
    rb"""<meta\s+name=["']api-root["']\s+content=["'][^"']*/api/1/|(?:pypi\.org/project|opendatateam)/udata\b""",
    re.IGNORECASE,
)
"""What the head of udata's own pages says, or a link to the program."""
_HEAD = 256 * 1024
_PAGER = frozenset({"data", "total", "page", "page_size", "next_page"})
_DATASET = frozenset({"frequency", "resources", "organization", "harvest", "temporal_coverage"})
"""Keys that each dataset has in both APIs, be they null."""


def root(portal: Portal) -> str:
    """The address below which udata lies: the portal's base without the path of an API."""
    base = portal.base
    for part in ("/api/1", "/api/2"):
        base = base.partition(part)[0]
    return base.rstrip("/")


def probe(portal: Portal) -> list[Call]:
    """One dataset of each API, then what the site says about itself."""
    base = root(portal)
    asked = [
        Call(f"{base}/api/{api}/datasets/?page_size=1", "probe", state={"api": api}) for api in ("1", "2")
    ]
    return [*asked, Call(f"{base}/api/1/site/", "probe", state={"api": "1"})]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A pager of datasets with udata's keys is proof, as is a site that calls itself by its version; an empty pager is
    only likely. A page that names udata or the root of its API is a hint, and so is how it says that nothing is there."""
    try:
        value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    except UnreadablePayload as error:
        named = error.slug == "html-instead" and _NAMED.search(payload.body[:_HEAD])
        return Evidence(KIND, 55, "The page names udata.", root(portal)) if named else None
    if not isinstance(value, dict):
        return None
    confidence, proof = _judge(value) if payload.status == 200 else _judge_refusal(value)
    if not confidence:
        return None
    api = str(call.state.get("api", "1"))
    return Evidence(KIND, confidence, proof, root(portal), {"api": "2"} if api == "2" else {})


def _judge_refusal(value: Mapping[str, Any]) -> tuple[int, str]:
    """Since it has no pages of its own, udata answers `{"error": …, "status": 404}` at its root, as others do too."""
    absent = (
        value.keys() == {"error", "status"} and value["status"] == 404 and isinstance(value["error"], str)
    )
    return (40, "says as udata does that nothing is there") if absent else (0, "")


def _judge(value: Mapping[str, Any]) -> tuple[int, str]:
    if value.keys() >= _PAGER and isinstance(items := value["data"], list):
        if items and isinstance(items[0], dict) and items[0].keys() >= _DATASET:
            return 95, f"a page of udata's datasets, {value['total']} in all"
        return (60, "an empty page as udata has them") if not items else (0, "")
    if isinstance(value.get("version"), str) and "feed_size" in value and "metrics" in value:
        return 93, f"the site says that it is udata {value['version']}"
    return 0, ""


def start(portal: Portal) -> list[Call]:
    """The first page, in the order of creation: what is added while pages are read comes last."""
    return [_page(portal, _api(portal), Sheet(1, _page_size(portal)))]


def _api(portal: Portal) -> str:
    return "2" if portal.settings.get("api") == "2" else "1"


def _page_size(portal: Portal) -> int:
    text = portal.settings.get("page_size", "")
    return max(1, int(text)) if text.isdecimal() else _SIZE


def _page(portal: Portal, api: str, sheet: Sheet) -> Call:
    query: dict[str, str | int] = {"page": sheet.number, "page_size": sheet.size, "sort": "created"}
    if organisation := portal.settings.get("filter"):
        query["organization"] = organisation
    url = f"{root(portal)}/api/{api}/datasets/?{urlencode(query)}"
    return Call(url, state={**sheet.state, "api": api})


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """Entries and further calls; where API 1 is refused or says nothing readable, API 2 is asked.

    Raises UnreadablePayload: what `read_json` raises, `api-error`, `unexpected-shape` for what is no page.
    """
    try:
        value = _pager(payload)
    except UnreadablePayload:
        if call.step == "list" and call.state.get("api") == "1" and call.state.get("page") == 1:
            return Page(calls=[_page(portal, "2", Sheet(1, _page_size(portal)))])
        raise
    return _read_files(portal, call, value) if call.step == "resources" else _read_page(portal, call, value)


def _pager(payload: Payload) -> dict[str, Any]:
    value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    if payload.status != 200 or (isinstance(value, dict) and "data" not in value and "message" in value):
        said = value.get("message", "") if isinstance(value, dict) else ""
        raise UnreadablePayload("api-error", f"The portal answers with an error: {str(said)[:200]}")
    if not isinstance(value, dict) or not isinstance(value.get("data"), list):
        raise UnreadablePayload("unexpected-shape", "The answer holds no list of datasets.")
    return value


def _read_page(portal: Portal, call: Call, value: Mapping[str, Any]) -> Page:
    items, total = value["data"], value.get("total")
    page = Page(
        total=total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None
    )
    whole = [_without_link(item) for item in items if not _is_split(item)]
    page.entries, page.skipped = read_entries(whole, root(portal))
    page.calls = [_files(portal, item) for item in items if _is_split(item)]
    if page.total is not None or value.get("next_page"):
        after = following(sheet_of(call.state, _SIZE), len(items), page.total)
        page.calls += [_page(portal, _api_of(call), sheet) for sheet in after]
    return page


def _is_split(item: Any) -> bool:
    """Whether a dataset (API 2) names resources that are listed elsewhere."""
    resources = item.get("resources") if isinstance(item, dict) else None
    linked = isinstance(resources, dict) and bool(resources.get("total"))
    return linked and bool(identifier_of(item)) and not left_out(item)


def _without_link(item: Any) -> Any:
    """A dataset without resources, to which API 2 links nevertheless."""
    linked = isinstance(item, dict) and isinstance(item.get("resources"), dict)
    return {**item, "resources": []} if linked else item


def _api_of(call: Call) -> str:
    return str(call.state.get("api", "1"))


def _files(portal: Portal, item: Mapping[str, Any], page: int = 1, found: tuple[Any, ...] = ()) -> Call:
    """A call for a page of a dataset's resources (API 2); the dataset travels with it."""
    url = f"{root(portal)}/api/2/datasets/{identifier_of(item)}/resources/?page={page}&page_size={_FILES}"
    return Call(url, "resources", state={"dataset": dict(item), "found": list(found), "page": page})


def _read_files(portal: Portal, call: Call, value: Mapping[str, Any]) -> Page:
    item, found = call.state["dataset"], (*call.state["found"], *value["data"])
    if value["data"] and value.get("next_page"):
        return Page(calls=[_files(portal, item, call.state["page"] + 1, found)])
    page = Page()
    page.entries, page.skipped = read_entries([{**item, "resources": list(found)}], root(portal))
    return page


def split(portal: Portal, call: Call) -> list[Call]:
    """The smaller pages that hold the same as a page of the listing."""
    if call.step != "list":
        return []
    return [_page(portal, _api_of(call), sheet) for sheet in parts(sheet_of(call.state, _SIZE))]
