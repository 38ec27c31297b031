"""Websites whose pages describe datasets with schema.org: robots.txt, sitemaps and their indexes, then the pages."""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from urllib.parse import unquote, urljoin, urlsplit

from crawler.formats.reading import UnreadablePayload
from crawler.formats.schema_org import read_datasets
from crawler.formats.schema_org_page import datasets_in, is_catalogue
from crawler.formats.xml_payload import child_text, children, local, read_xml
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "sitemap"
RANK = 190
READER = 1

LARGEST = 52_428_800
"""Bytes of an unpacked sitemap: 50 MiB (sitemaps.org, protocol)."""
_SITEMAP_LINE = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_DATASET = re.compile(
    r"/(?:[\w-]*(?:dataset|datens(?:a|ae|ä)tz|open-?data|offene-daten|geodaten)[\w-]*|daten|data)(?:[/?]|\.x?html?|$)",
    re.IGNORECASE,
)
_SITEMAP_NAME = re.compile(
    r"dataset|datens(?:a|ae|ä)tz|open-?data|offene-daten|(?:^|[^a-z])(?:daten|data)(?:[^a-z]|$)",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(?:xml|gz|txt)$|sitemap", re.IGNORECASE)


def probe(portal: Portal) -> list[Call]:
    """robots.txt, which may name sitemaps, then the usual places."""
    root = _root(portal.base)
    places = [
        root + "/robots.txt",
        portal.base + "/sitemap.xml",
        root + "/sitemap.xml",
        root + "/sitemap_index.xml",
    ]
    return [Call(url, _step(url)) for url in dict.fromkeys(places)]


def _root(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def _step(url: str) -> str:
    return "robots" if urlsplit(url).path.endswith("/robots.txt") else "sitemap"


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A page with a dataset in it speaks for the kind; a sitemap only as far as its addresses look like those of datasets.

    Never sure: catalogue software marks up its pages like this too, and has better interfaces.
    """
    url = payload.url or call.url
    if datasets := datasets_in(payload.body, payload.headers.get("content-type", "")):
        where = url if len(datasets) > 1 else _root(url) + "/robots.txt"
        return Evidence(KIND, 70, f"The page describes {len(datasets)} datasets with schema.org.", where)
    if is_catalogue(payload.body, payload.headers.get("content-type", "")):
        return Evidence(
            KIND, 60, "The page calls itself a DataCatalog of schema.org.", _root(url) + "/robots.txt"
        )
    return _recognise_list(call, payload, url)


def _recognise_list(call: Call, payload: Payload, url: str) -> Evidence | None:
    try:
        lists, pages = _listed(_step(url), payload)
    except UnreadablePayload:
        return None
    wanted = [page for page in pages if _looks_like_dataset(page)]
    named = [each for each in lists if _SITEMAP_NAME.search(urlsplit(each).path)]
    if wanted:
        return Evidence(
            KIND, 58, f"The sitemap names {len(wanted)} addresses that look like pages of datasets.", url
        )
    if named:
        return Evidence(KIND, 55, f"A sitemap of datasets by its name: {named[0]}.", url)
    return Evidence(KIND, 30, "There is a sitemap.", url) if lists or pages else None


def _looks_like_dataset(url: str) -> bool:
    return bool(_DATASET.search(unquote(urlsplit(url).path)))


def start(portal: Portal) -> list[Call]:
    """The address where it is a sitemap, a robots.txt or (found by detection) a page of datasets; else `/sitemap.xml`."""
    url = portal.api_url or portal.url
    if _step(url) == "robots" or _FILE.search(urlsplit(url).path):
        return [Call(url, _step(url))]
    return [Call(url, "page") if portal.api_url else Call(_root(url) + "/sitemap.xml", "sitemap")]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """A list leads to its sitemaps and pages, a page to the datasets that it describes; a page without any is counted.

    Raises UnreadablePayload for a list that is none.
    """
    url = payload.url or call.url
    if call.step == "page":
        found = datasets_in(payload.body, payload.headers.get("content-type", ""))
        page = Page(read_datasets(found, url))
        if not found:
            page.skipped["page"] += 1
        return page
    lists, pages = _listed(call.step, payload)
    if call.step == "robots" and not lists:
        lists = [_root(url) + "/sitemap.xml"]
    return _calls(portal, lists, pages)


def _calls(portal: Portal, lists: list[str], pages: list[str]) -> Page:
    """Of the pages those that the setting `pages` (a regular expression) chooses; without it those that look like pages
    of datasets, or all where none does. Of the sitemaps likewise those that are named after datasets."""
    chosen = _chosen(portal, pages)
    named = [each for each in lists if _SITEMAP_NAME.search(urlsplit(each).path)]
    wanted = lists if "pages" in portal.settings else named or lists
    page = Page(calls=[Call(url, "sitemap") for url in dict.fromkeys(wanted)])
    page.calls += [Call(url, "page", page=True) for url in dict.fromkeys(chosen)]
    if left := len(pages) - len(chosen):
        page.skipped["page"] = left
    return page


def _chosen(portal: Portal, pages: list[str]) -> list[str]:
    expression = portal.settings.get("pages", "")
    if expression:
        return [url for url in pages if _compiled(expression).search(unquote(url))]
    return [url for url in pages if _looks_like_dataset(url)] or pages


@lru_cache(maxsize=64)
def _compiled(expression: str) -> re.Pattern[str]:
    """The expression of a portal's settings; one that is none is taken as the text that it is."""
    try:
        return re.compile(expression)
    except re.error:
        return re.compile(re.escape(expression))


def _listed(step: str, payload: Payload) -> tuple[list[str], list[str]]:
    """The sitemaps and the pages that a robots.txt or a sitemap names. Raises UnreadablePayload."""
    base = payload.url
    if step == "robots":
        named = [found.decode("utf-8", "replace") for found in _SITEMAP_LINE.findall(payload.body[:LARGEST])]
        return _addresses(base, named), []
    body = _unpacked(payload.body)
    if body.lstrip()[:4].lower() == b"http":
        return [], _addresses(base, body.decode("utf-8", "replace").split())
    root, _ = read_xml(body)
    if local(root) not in ("urlset", "sitemapindex"):
        raise UnreadablePayload("unexpected-shape", "The XML is no sitemap.")
    lists = [child_text(item, "loc") for item in children(root, "sitemap")]
    return _addresses(base, lists), _addresses(
        base, [child_text(item, "loc") for item in children(root, "url")]
    )


def _addresses(base: str, texts: list[str]) -> list[str]:
    found = []
    for text in texts:
        try:
            url = urljoin(base, text) if text else ""
        except ValueError:
            continue
        if urlsplit(url).scheme in ("http", "https"):
            found.append(url)
    return found


def _unpacked(body: bytes) -> bytes:
    """A sitemap may be packed with gzip whatever its headers say. Raises UnreadablePayload beyond the protocol's limit."""
    if body[:2] != b"\x1f\x8b":
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, LARGEST)
    except zlib.error:
        raise UnreadablePayload("truncated", "The packed sitemap is damaged.") from None
    if unpacker.unconsumed_tail:
        raise UnreadablePayload("unexpected-shape", "The packed sitemap is larger than the protocol allows.")
    if not unpacker.eof:
        raise UnreadablePayload("truncated", "The packed sitemap breaks off.")
    return found


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: neither a list nor a page can be asked for in parts."""
    return []
