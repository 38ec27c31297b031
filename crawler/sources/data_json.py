"""Portals that offer their catalogue as one `data.json` (DCAT-US and its kin), now and then in pages."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawler.formats.data_json import read_catalogue
from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "data_json"
RANK = 180
READER = 1

_NEXT = re.compile(r"<([^<>]+)>\s*;[^,<]*\brel=[\"']?next\b", re.IGNORECASE)
_SCHEMAS = ("project-open-data.cio.gov", "resources.data.gov", "dcat-us")


def _is_file(url: str) -> bool:
    return urlsplit(url).path.lower().endswith(".json")


def probe(portal: Portal) -> list[Call]:
    """The portal's address itself if it is a JSON file, else `data.json` below it, then at the root of the host."""
    base = portal.base
    if _is_file(base):
        return [Call(base)]
    parts = urlsplit(base)
    root = f"{parts.scheme}://{parts.netloc}"
    return [Call(url) for url in dict.fromkeys((f"{base}/data.json", f"{root}/data.json"))]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A JSON object with a list of datasets; a schema of DCAT-US that it names makes it sure."""
    try:
        value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
        entries, _ = read_catalogue(value, payload.url)
    except UnreadablePayload:
        return None
    if not isinstance(value, dict):
        return None
    named = str(value.get("conformsTo", "")) + str(value.get("@context", ""))
    proven = any(schema in named.lower() for schema in _SCHEMAS)
    proof = f"a catalogue of {len(entries)} entries" + (" that names the schema of DCAT-US" if proven else "")
    return Evidence(KIND, 90 if proven else 70 if entries else 40, proof, payload.url)


def start(portal: Portal) -> list[Call]:
    """The file."""
    url = portal.base if _is_file(portal.base) else f"{portal.base}/data.json"
    return [Call(url)]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """All entries of the file, and the next page where the answer names one.

    Raises UnreadablePayload: what `read_json` raises, and `unexpected-shape` for what is no catalogue.
    """
    value, faults = read_json(payload.body, payload.headers.get("content-type", ""))
    entries, catalogue = read_catalogue(value, _without_page(call.url))
    page = Page(entries=entries, faults=faults, catalogue=catalogue)
    following = _next(value, payload)
    visited = [*call.state.get("visited", ()), call.url]
    if entries and following and following not in visited:
        page.calls = [Call(following, state={"visited": visited})]
    elif not following:
        page.total = None if "visited" in call.state else len(entries)
    return page


def _without_page(url: str) -> str:
    """The address of the file: identifiers are minted below it, whichever page they stand on."""
    return url.partition("?")[0].partition("#")[0]


def _next(value: Any, payload: Payload) -> str:
    """The next page by a `Link` header (RFC 8288) or by the keys in which portals put it; "" where there is none."""
    header = _NEXT.search(payload.headers.get("link", ""))
    if header:
        return urljoin(payload.url, str(header[1]))
    if not isinstance(value, dict):
        return ""
    links = value.get("links")
    candidates = [value.get(key) for key in ("next", "nextPage", "hydra:next", "hydra:nextPage")]
    candidates.append(links.get("next") if isinstance(links, dict) else None)
    for candidate in candidates:
        if isinstance(candidate, dict):
            candidate = candidate.get("@id") or candidate.get("href")
        if isinstance(candidate, str) and candidate.strip():
            return urljoin(payload.url, candidate.strip())
    return ""


def split(portal: Portal, call: Call) -> list[Call]:
    """A file cannot be asked for in parts."""
    return []
