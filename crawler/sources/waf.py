"""Web-accessible folders: directory listings, nested or not, of XML files with metadata."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NoReturn
from urllib.parse import quote, urlsplit

from catalog.record.terms import IRI
from crawler.formats.iso_metadata import Context
from crawler.formats.listing_html import read_listing
from crawler.formats.metadata_xml import read_elements, records_in
from crawler.formats.reading import Entry, UnreadablePayload
from crawler.formats.xml_payload import Element, local, read_xml
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "waf"
RANK = 190
READER = 1

PATHS = ("/waf/", "/metadata/", "/xml/", "/iso/")
"""Where such folders commonly lie."""
DEPTH = 8
"""Folders inside each other that are followed at most; links in a circle would never end."""


def _folder(portal: Portal) -> str:
    """The folder's address; a path without an ending is that of a folder."""
    base = portal.api_url or portal.url
    last = urlsplit(base).path.rpartition("/")[2]
    return base if base.endswith("/") or "." in last else base + "/"


def probe(portal: Portal) -> list[Call]:
    """The address itself as a folder, then usual places below it."""
    base = _folder(portal)
    root = base.rpartition("/")[0]
    return [Call(url, "folder") for url in dict.fromkeys([base, *(root + path for path in PATHS)])]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A page that says it is the index of a folder and lists XML files. What is in them the crawl will see, so that
    this is no proof."""
    if payload.status != 200 or b"<" not in payload.body[:512]:
        return None
    found = read_listing(payload.body, payload.url)
    files = [url for url in found.files if _is_metadata_file(url)]
    if not found.is_index or not files:
        return None
    share = len(files) / len(found.files)
    proof = f"the index of a folder with {len(files)} XML files among {len(found.files)}"
    return Evidence(KIND, 85 if share > 0.5 else 55, proof, payload.url)


def _is_metadata_file(url: str) -> bool:
    return urlsplit(url).path.lower().endswith(".xml")


def start(portal: Portal) -> list[Call]:
    """The folder."""
    return [Call(_folder(portal), "folder", state={"depth": 0})]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """Calls for the files and folders of a listing, or the records of a file.

    A file that cannot be read is a rejected record: it is one of the portal's, and says nothing of the others. Raises
    UnreadablePayload (`unexpected-shape`) for a folder that is none.
    """
    if call.step == "file":
        return _read_file(portal, call, payload)
    found = read_listing(payload.body, payload.url or call.url)
    files = {url: date for url, date in found.files.items() if _is_metadata_file(url)}
    if not (found.is_index or files or found.folders):
        raise UnreadablePayload("unexpected-shape", "The page lists no files and folders.")
    depth = int(call.state.get("depth", 0)) + 1
    page = Page(skipped=Counter())
    page.calls = [Call(url, "file", state={"listed": date}) for url, date in files.items()]
    if depth <= DEPTH:
        page.calls += [Call(url, "folder", state={"depth": depth}) for url in found.folders]
    return page


def _read_file(portal: Portal, call: Call, payload: Payload) -> Page:
    try:
        root, faults = read_xml(payload.body)
        elements = records_in(root)
        found = read_elements(elements, _context(portal, call, len(elements)))
    except UnreadablePayload as error:
        return Page([Entry(call.url, payload.body, partial(_raise, error))])
    page = Page(found.entries, skipped=found.skipped, faults=faults + found.faults, remainder=found.remainder)
    if not elements:
        page.skipped[f"xml:{local(root)}"] += 1
    return page


def _raise(error: UnreadablePayload) -> NoReturn:
    raise error


def _context(portal: Portal, call: Call, count: int) -> Callable[[Element], Context]:
    """What is described is a fragment of the folder, so that services find their datasets by identifier; the file is the
    catalogue record about it, if it holds no other."""
    folder = _folder(portal)

    def address(identifier: str) -> IRI:
        return IRI(f"{folder}#{quote(identifier, safe='')}")

    source = call.url if count == 1 else ""
    context = Context(call.url.rpartition("/")[0], address, str(call.state.get("listed", "")), source)
    return lambda element: context


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: a file and a listing are whole."""
    return []
