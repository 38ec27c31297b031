"""The links of an OGC API record → distributions, pages and licences by their relation types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.cleaning.formats import read_format, read_media_type
from catalog.record.node import Values
from catalog.record.table import Distribution
from crawler.formats.fields import Fields
from crawler.formats.rules import first_date
from crawler.formats.values import Cleaner, unique

_RECORD = frozenset(
    # The record itself in other forms, and where it stands.
    ("self", "collection", "root", "parent", "up", "prev", "next", "first", "last", "canonical", "queryables")
)
_PICTURES = frozenset({"preview", "icon", "thumbnail", "overview", "browse", "legend"})
_PAGES = frozenset({"about", "describedby", "documentation", "help", "service-doc", "related", "information"})
_LANDING = frozenset({"search", "landing-page", "alternate", "sales", "order"})
_LICENSES = frozenset({"license", "licence"})

OUT_OF_SCOPE = frozenset(
    # Which application a link is for, and bookkeeping of servers.
    ("templated", "varBase", "applicationProfile", "function", "hreflang", "method", "headers", "body", "id")
)
"""Keys of a link that are known and deliberately not mapped."""


@dataclass(slots=True)
class Links:
    """What the links of a record lead to."""

    distributions: list[Distribution] = field(default_factory=list)
    pages: Values = field(default_factory=list)
    landing: Values = field(default_factory=list)
    licenses: list[str] = field(default_factory=list)


def read_links(links: Iterable[Fields], clean: Cleaner) -> Links:
    """Links to files and services are distributions; so is every relation that is not known to be something else."""
    found = Links()
    for link in links:
        address = link.text("href", "url")
        relation = link.text("rel").lower()
        media = link.text("type")
        if not address or "{" in address or relation in _RECORD | _PICTURES:
            continue
        _sort(found, link, clean, address, relation, media)
    found.pages, found.landing = unique(found.pages), unique(found.landing)
    return found


def _sort(found: Links, link: Fields, clean: Cleaner, address: str, relation: str, media: str) -> None:
    is_page = media.partition(";")[0] in ("text/html", "")
    if relation in _LICENSES:
        found.licenses.append(address)
    elif relation in _PAGES:
        found.pages.append(clean.address(address))
    elif relation in _LANDING:
        if is_page:
            found.landing.append(clean.address(address))
    else:
        found.distributions.append(_distribution(link, clean, address, media))


def _distribution(link: Fields, clean: Cleaner, address: str, media: str) -> Distribution:
    """`type` is a media type, or the protocol of a service (`OGC:WMS`) where `protocol` does not say it."""
    node = Distribution(access_url=[clean.address(address)])
    protocol = link.text("protocol")
    node.title = [text] if (text := link.text("title", "name")) else []
    node.description = link.prose("description")
    node.issued, node.modified = first_date(link, "created"), first_date(link, "updated")
    if length := link.take("length"):
        node.byte_size = [clean.size(length)]
    _format(node, clean, address, protocol, media)
    link.close(OUT_OF_SCOPE)
    return node


def _format(node: Distribution, clean: Cleaner, address: str, protocol: str, media: str) -> None:
    """Only what is said, or what the address itself says; a protocol that only says `a link` says no format."""
    stated = next((text for text in (protocol, media) if text and not text.upper().startswith("WWW:")), "")
    if stated or read_format("", address):
        node.format = [clean.format(stated, address, media if "/" in media else "")]
    if read_media_type(media):
        node.media_type = [clean.media_type(media)]
        if not protocol and media.partition(";")[0] != "text/html":
            node.download_url = node.access_url.copy()
