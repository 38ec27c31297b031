"""JKAN: data portals made by Jekyll, without a server; `datasets.json` lists, each dataset's page says the rest."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.formats.jkan import dataset_entry, read_page
from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "jkan"
RANK = 165
READER = 1

FILE = "/datasets.json"
_KEYS = frozenset({"title", "organization", "notes", "category", "project", "url", "license", "tags"})
_HTML = (("Accept", "text/html"),)
_GENERATOR = re.compile(rb"""<meta\s[^>]*content=["']Jekyll""", re.IGNORECASE)
_HEAD = 256 * 1024


def probe(portal: Portal) -> list[Call]:
    """The list of datasets."""
    return [Call(_file(portal), "probe")]


def _file(portal: Portal) -> str:
    base = portal.base
    return base if base.endswith(FILE) else re.sub(r"/(index\.html|datasets)$", "", base) + FILE


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A list of objects that have a title, an organisation and a page below `/datasets/`, and no key that is not JKAN's,
    is proof; a page that names JKAN and Jekyll points to it."""
    if payload.status != 200:
        return None
    try:
        value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    except UnreadablePayload:
        return _recognise_page(portal, payload)
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    if not items or len(items) != len(value):
        return None
    whole = all({"title", "url", "organization"} <= item.keys() <= _KEYS for item in items)
    below = all("/datasets/" in str(item.get("url")) for item in items)
    if not (whole and below):
        return None
    return Evidence(
        KIND, 92, f"datasets.json of JKAN lists {len(items)} datasets", payload.url.removesuffix(FILE)
    )


def _recognise_page(portal: Portal, payload: Payload) -> Evidence | None:
    head = payload.body[:_HEAD]
    if b"jkan" not in head.lower():
        return None
    confidence = 70 if _GENERATOR.search(head) else 55
    return Evidence(KIND, confidence, "The page names JKAN.", _file(portal).removesuffix(FILE))


def start(portal: Portal) -> list[Call]:
    """The list of datasets."""
    return [Call(_file(portal), "list")]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """A call for the page of each dataset; the record of one dataset. Raises UnreadablePayload."""
    if payload.status >= 400:
        return Page()
    if call.step == "page":
        return _read_page(call, payload)
    value, faults = read_json(payload.body, payload.headers.get("content-type", ""))
    if not isinstance(value, list):
        raise UnreadablePayload("unexpected-shape", "The file is no list of datasets.")
    calls = {found.url: found for item in value if (found := _page_call(call, payload, item)) is not None}
    faults["identifier-missing"] += len(value) - len(
        [item for item in value if _address(call, payload, item)]
    )
    return Page(calls=list(calls.values()), total=len(calls), faults=+faults)


def _address(call: Call, payload: Payload, item: Any) -> str:
    """The address of a dataset's page; empty for what has none."""
    url = item.get("url") if isinstance(item, dict) else None
    if not isinstance(url, str) or not url.strip():
        return ""
    try:
        found = urljoin(payload.url or call.url, url.strip())
        return found if urlsplit(found).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _page_call(call: Call, payload: Payload, item: Any) -> Call | None:
    """The call for a dataset's page; what the list says travels along, but for the description, which the page has."""
    url = _address(call, payload, item)
    if not url:
        return None
    said = {key: value for key, value in item.items() if key not in ("notes", "url")}
    return Call(url, "page", headers=_HTML, state={"item": said})


def _read_page(call: Call, payload: Payload) -> Page:
    if not payload.body.lstrip()[:1] == b"<":
        raise UnreadablePayload("unexpected-shape", "The dataset's page is no HTML.")
    said = call.state.get("item")
    page = read_page(payload.body, payload.url or call.url)
    return Page([dataset_entry(said if isinstance(said, dict) else {}, page, call.url)])


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: files cannot be asked for in parts."""
    return []
