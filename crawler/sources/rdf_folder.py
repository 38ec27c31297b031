"""Folders of RDF files, on a web server or on disk: each file is read as a feed of its own.

A folder on disk answers with the addresses of what lies in it, one a line (`text/uri-list`, RFC 2483).
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from crawler.formats.dcat import read_feed
from crawler.formats.listing_html import read_listing
from crawler.formats.reading import UnreadablePayload
from crawler.sources.local import is_local
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "rdf_folder"
RANK = 195
READER = 1

URI_LIST = "text/uri-list"
SYNTAXES = {
    ".nt": "application/n-triples",
    ".ttl": "text/turtle",
    ".rdf": "application/rdf+xml",
    ".owl": "application/rdf+xml",
    ".jsonld": "application/ld+json",
    ".n3": "text/n3",
    ".xml": "",
    ".json": "",
}
"""Endings in the order in which one of several syntaxes of the same file is chosen; the last two say little."""
PATHS = ("/rdf/", "/dcat/")
DEPTH = 8
"""Folders inside each other that are followed at most; links in a circle would never end."""


def probe(portal: Portal) -> list[Call]:
    """The address itself as a folder, then usual places below it."""
    url = portal.api_url or portal.url
    root = url.rpartition("/")[0] if _ending(url) else url.rstrip("/")
    return [Call(place, "folder") for place in dict.fromkeys([root + "/", *(root + path for path in PATHS)])]


def _ending(url: str) -> str:
    """The known ending of a file's address in lower case; empty for a folder and other files."""
    name = urlsplit(url).path.rpartition("/")[2].lower()
    dot = name.rfind(".")
    return name[dot:] if dot > 0 and name[dot:] in SYNTAXES else ""


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """The index of a folder with files whose endings are those of RDF; no proof, as a feed may be linked beside others.
    On disk nothing but the files themselves can be meant."""
    url = payload.url or call.url
    try:
        if is_local(portal.url):
            return _on_disk(payload, url)
        files, _ = _listed(payload, url)
    except UnreadablePayload:
        return None
    sure = [file for file in files if SYNTAXES[_ending(file)]]
    if not sure:
        return None
    return Evidence(KIND, 60, f"A folder with {len(sure)} RDF files.", url)


def _on_disk(payload: Payload, url: str) -> Evidence | None:
    """A folder with files or folders that may hold RDF, or a file of RDF with records. Raises UnreadablePayload."""
    if payload.content_type == URI_LIST:
        files, folders = _listed(payload, url)
        sure = any(SYNTAXES[_ending(file)] for file in files)
        proof = f"A folder on disk with {len(files)} files that may be RDF and {len(folders)} folders."
        return Evidence(KIND, 95 if sure else 60, proof, url) if files or folders else None
    count = len(_records(payload, url).entries) if _ending(url) else 0
    return Evidence(KIND, 95, f"A file on disk with {count} records in RDF.", url) if count else None


def start(portal: Portal) -> list[Call]:
    """The folder, or the one file."""
    url = portal.api_url or portal.url
    if _ending(url):
        return [Call(url, "file")]
    return [Call(url if url.endswith("/") else url + "/", "folder")]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """A folder leads to its files, of each only one syntax, and to the folders in it; a file holds records.

    Raises UnreadablePayload: what `read_feed` raises, `unexpected-shape` for a folder that lists nothing.
    """
    url = payload.url or call.url
    if call.step == "file":
        return _records(payload, url)
    files, folders = _listed(payload, url)
    chosen = _one_of_each(files)
    # What is called XML or JSON may be anything: where it cannot be read, nothing is missing.
    page = Page(calls=[Call(file, "file", optional=not SYNTAXES[_ending(file)]) for file in chosen])
    if left := len(files) - len(chosen):
        page.skipped["other syntax"] = left
    depth = int(call.state.get("depth", 0)) + 1
    if depth < DEPTH:
        page.calls += [Call(folder, "folder", state={"depth": depth}) for folder in folders]
    return page


def _records(payload: Payload, url: str) -> Page:
    feed = read_feed(payload.body, SYNTAXES.get(_ending(url), "") or payload.content_type, url)
    return Page(feed.entries, faults=feed.faults, catalogue=feed.catalogue, remainder=feed.remainder)


def _listed(payload: Payload, url: str) -> tuple[list[str], list[str]]:
    """RDF files and folders of a listing in HTML or as a list of addresses. Raises UnreadablePayload for neither."""
    if payload.content_type == URI_LIST:
        lines = payload.body.decode("utf-8", "replace").splitlines()
        found = [urljoin(url, line.strip()) for line in lines if line.strip() and not line.startswith("#")]
        return [one for one in found if _ending(one)], [one for one in found if one.endswith("/")]
    listing = read_listing(payload.body, url)
    if not listing.is_index:
        raise UnreadablePayload("unexpected-shape", "The page lists no folder.")
    return [file for file in listing.files if _ending(file)], list(listing.folders)


def _one_of_each(files: Iterable[str]) -> list[str]:
    """Of files that differ in their ending only, the one that is read fastest: they say the same."""
    order = list(SYNTAXES)
    best: dict[str, str] = {}
    for file in files:
        ending = _ending(file)
        stem = file[: file.lower().rindex(ending)]
        if stem not in best or order.index(ending) < order.index(_ending(best[stem])):
            best[stem] = file
    return list(best.values())


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: a file cannot be asked for in parts."""
    return []
