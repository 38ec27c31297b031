"""Feeds that a web page names: in `<link rel="alternate">`, or in links to an address that ends like a catalogue's."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

RDF_TYPES = frozenset(
    {
        "application/rdf+xml",
        "text/turtle",
        "application/x-turtle",
        "application/ld+json",
        "application/n-triples",
        "text/n3",
    }
)
_FEED = re.compile(
    r"/(catalog|catalogue|katalog|dcat|dcat-ap)[\w.-]*\.(rdf|ttl|xml|jsonld|nt|n3)$", re.IGNORECASE
)
MAX_HTML = 1_000_000


class _Links(HTMLParser):
    """Collects the feeds of a page in their order; declared alternates before plain links."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base, self.alternates, self.plain = base, list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        if tag == "base" and given.get("href"):
            self.base = _joined(self.base, given["href"]) or self.base
        elif tag == "link" and "alternate" in given.get("rel", "").lower().split():
            if given.get("type", "").partition(";")[0].strip().lower() in RDF_TYPES:
                self.alternates.append(_joined(self.base, given.get("href", "")))
        elif tag == "a":
            target = _joined(self.base, given.get("href", ""))
            if _FEED.search(urlsplit(target).path):
                self.plain.append(target)


def _joined(base: str, href: str) -> str:
    """The absolute web address of a link, without its fragment; empty for what is none."""
    try:
        found = urljoin(base, href).partition("#")[0]
        return found if href and urlsplit(found).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def links_in_html(html: bytes | str, base: str) -> list[str]:
    """The addresses of RDF feeds that the page at `base` names, best first, each once."""
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else html
    parser = _Links(base)
    try:
        parser.feed(text[:MAX_HTML])
        parser.close()
    except AssertionError:
        pass  # Python's parser gives up on some malformed declarations; what came before them counts
    return [link for link in dict.fromkeys([*parser.alternates, *parser.plain]) if link]
