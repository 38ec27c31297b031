"""Portals that publish their catalogue as DCAT in RDF: one file, or pages that Hydra links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from catalog.record.parse import UnreadableRdf, syntax_of
from crawler.formats.dcat import FeedPage, read_feed
from crawler.formats.html_links import links_in_html
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "dcat"
RANK = 170
READER = 1

PATHS = ("/catalog.rdf", "/catalog.ttl", "/catalog.xml", "/catalog.jsonld", "/dcat.json")
"""Where catalogues commonly lie: ckanext-dcat's default endpoint and what other products copied from it."""
REMEMBERED = 8
"""How many addresses last read a call remembers, beside the first and one that is kept for longer."""
ACCEPT = (
    "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.9, application/ld+json;q=0.8,"
    " text/n3;q=0.5, application/xml;q=0.4, application/json;q=0.4, */*;q=0.1"
)
_HEADERS = (("Accept", ACCEPT),)
_DCAT_US = re.compile(rb"project-open-data\.cio\.gov|resources\.data\.gov/(schemas|resources)/dcat-us")


def probe(portal: Portal) -> list[Call]:
    """The address itself, be it a feed or a page that names one, then the usual places below it and at the root."""
    bases = dict.fromkeys([portal.base, _root(portal.base)])
    addresses = [_start_url(portal), *(base + path for base in bases for path in PATHS)]
    return [_call(url, "probe") for url in dict.fromkeys(addresses)]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """RDF with a catalogue or datasets proves the kind; a page that names a feed points to it.

    Less sure than the API of a product that also has feeds (CKAN, DKAN, udata); DCAT-US is `data_json`'s.
    """
    if payload.status != 200 or _is_dcat_us(payload):
        return None
    try:
        feed = read_feed(payload.body, payload.content_type, payload.url)
    except UnreadablePayload as error:
        return _named_by_page(payload) if error.slug == "html-instead" else None
    if not feed.entries and feed.catalogue is None:
        return None
    return Evidence(KIND, _confidence(feed), _proof(feed), call.url, {"format": _syntax(payload)})


def _is_dcat_us(payload: Payload) -> bool:
    head = payload.body[:4000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and bool(_DCAT_US.search(head))


def _named_by_page(payload: Payload) -> Evidence | None:
    links = links_in_html(payload.body, payload.url)
    return Evidence(KIND, 50, f"The page names the feed {links[0]}.", links[0]) if links else None


def _confidence(feed: FeedPage) -> int:
    if not feed.entries:
        return 55
    return 80 if feed.catalogue else 70


def _proof(feed: FeedPage) -> str:
    said = ["a dcat:Catalog" if feed.catalogue else "no dcat:Catalog", f"{len(feed.entries)} records"]
    if feed.hydra and feed.hydra.total is not None:
        said.append(f"hydra:totalItems {feed.hydra.total}")
    return f"RDF with {', '.join(said)}."


def _syntax(payload: Payload) -> str:
    try:
        return syntax_of(payload.body, payload.content_type)
    except UnreadableRdf:
        return ""


def start(portal: Portal) -> list[Call]:
    """The feed's first page."""
    return [_call(_start_url(portal), "list")]


def _start_url(portal: Portal) -> str:
    """The feed as the registry or detection gave it, exactly as written: a slash at the end may matter."""
    return portal.api_url or portal.url


def _call(url: str, step: str, state: Mapping[str, Any] | None = None) -> Call:
    return Call(url, step, headers=_HEADERS, state=state or {})


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The page's records and the call for the next one, as the source writes its address.

    Paging ends where there is no next link, where it leads to a page already read, and where two pages in a row hold
    the same (`page-repeated`). A web page in place of a feed is left once, for the feed it names.
    Raises UnreadablePayload, `unexpected-shape` for RDF without catalogue, datasets or paging.
    """
    try:
        feed = read_feed(payload.body, payload.content_type, payload.url or call.url)
    except UnreadablePayload as error:
        return _page_left(call, payload, error)
    if not feed.entries and feed.catalogue is None and feed.hydra is None:
        raise UnreadablePayload("unexpected-shape", "RDF without a catalogue or datasets.")
    total = feed.hydra.total if feed.hydra else None
    page = Page(
        feed.entries, [], total, faults=feed.faults, catalogue=feed.catalogue, remainder=feed.remainder
    )
    _follow(feed, call, page)
    return page


def _page_left(call: Call, payload: Payload, error: UnreadablePayload) -> Page:
    links = links_in_html(payload.body, payload.url or call.url) if error.slug == "html-instead" else []
    if not links or call.state:
        raise error
    return Page(calls=[_call(links[0], "list", {"left": 1})])


def _follow(feed: FeedPage, call: Call, page: Page) -> None:
    """Add the next page's call, or the finding that it would only repeat what was read."""
    if feed.hydra is None or not feed.hydra.next:
        return
    content, visited = _content(feed), _visited(call, feed.hydra.here)
    if _mark(feed.hydra.next) in visited or content == call.state.get("content"):
        page.faults["page-repeated"] += 1
        return
    page.calls.append(_call(feed.hydra.next, call.step, _state(call, visited, content)))


def _state(call: Call, visited: list[str], content: str) -> dict[str, Any]:
    """What the next call must know to see a circle; it does not grow with the pages read."""
    number = int(call.state.get("page", 1))
    first = call.state.get("first") or visited
    kept = _mark(call.url) if number & (number - 1) == 0 else str(call.state.get("kept", ""))
    seen = visited[-REMEMBERED:]
    return {"page": number + 1, "first": list(first), "kept": kept, "seen": seen, "content": content}


def _visited(call: Call, here: str) -> list[str]:
    """The marks of pages read: the first, the last few, this one under the portal's name and its own, and one that is
    renewed at each power of two, so that a circle of any length meets it (Brent's algorithm)."""
    state = call.state
    marks = [*state.get("first", ()), state.get("kept", ""), *state.get("seen", ()), _mark(call.url)]
    return list(dict.fromkeys(filter(None, [*marks, _mark(here) if here else ""])))


def _mark(url: str) -> str:
    """An address without its host (behind a proxy it has several), as eight bytes in hexadecimal."""
    parts = urlsplit(url)
    return _digest(f"{parts.path}?{parts.query}".encode())


def _content(feed: FeedPage) -> str:
    return _digest(b"\n".join(entry.raw for entry in feed.entries))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: a feed's page cannot be asked for in parts."""
    return []
