"""INSPIRE download feeds: an entry of a service feed with its dataset feed → a dataset with its files.

RFC 4287 (Atom), GeoRSS Simple, and the INSPIRE Technical Guidance on Download Services 3.1, section 5 (pre-defined Atom).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin

from catalog.cleaning.formats import read_media_type
from catalog.cleaning.iris import is_web_address
from catalog.cleaning.licences import read_licence
from catalog.record.node import Record
from catalog.record.table import Catalogue, Dataset, Distribution, RightsStatement, Standard
from catalog.record.terms import IRI
from crawler.formats.agents import agent, kind
from crawler.formats.fields import Fields
from crawler.formats.georss import GEORSS, read_shapes
from crawler.formats.reading import Reading, UnreadablePayload
from crawler.formats.rules import first_date, labelled
from crawler.formats.values import Cleaner, unique
from crawler.formats.xml_payload import Element, children, local, read_xml, text_in

ATOM = "application/atom+xml"
MANY_DISTRIBUTIONS = 1_000
CODE, NAMESPACE = "spatial_dataset_identifier_code", "spatial_dataset_identifier_namespace"
_FILES = frozenset({"alternate", "section", "enclosure", "item", ""})
_PAGES = frozenset({"describedby", "related", "via", "help"})
_LISTS = frozenset({"link", "category", "author", "contributor", *GEORSS})
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

OUT_OF_SCOPE = frozenset(
    # Who wrote the feed's text beside its author, where it was copied from, and pictures of the feed.
    (
        "contributor",
        "source",
        "generator",
        "logo",
        "icon",
        "subtitle",
        "totalResults",
        "startIndex",
        "itemsPerPage",
    )
)
"""Elements of feeds and entries that are known and deliberately not mapped."""

LINK_OUT_OF_SCOPE = frozenset(
    # Where a part lies within its dataset: parts are files, not datasets.
    ("bbox", "time")
)
"""Attributes of a link that are known and deliberately not mapped."""


@dataclass(slots=True)
class Feed:
    """A feed taken apart: what it says itself, and its entries, as JSON-able objects; element name → text, or a list of
    objects for what may come several times."""

    header: dict[str, Any]
    entries: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    @property
    def is_dataset(self) -> bool:
        """Whether the entries are downloads of one dataset: it leads up to a service feed, or none of its entries is a
        dataset by itself."""
        up = any(link.get("rel") == "up" for link in self.header["link"])
        return up or not any(CODE in entry or feed_of(entry) for entry in self.entries)

    @property
    def next(self) -> str:
        """The address of the feed's next page (RFC 5005), empty where there is none."""
        return next((link["href"] for link in self.header["link"] if link.get("rel") == "next"), "")


def read_feed(body: bytes, url: str) -> Feed:
    """Raises UnreadablePayload: what `read_xml` raises, `unexpected-shape` for XML that is no Atom feed."""
    root, _ = read_xml(body)
    if local(root) != "feed":
        raise UnreadablePayload("unexpected-shape", "The XML is no Atom feed.")
    feed = Feed(_object(root, url, "entry"), url=url)
    feed.entries = [_object(entry, url) for entry in children(root, "entry")]
    return feed


def _object(element: Element, url: str, but: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {"link": []}
    if lang := element.get(_XML_LANG):
        found["lang"] = lang
    for child in element:
        name = local(child)
        if not name or name == but:
            continue
        value = _value(child, url)
        if name in _LISTS:
            found.setdefault(name, []).append(value)
        elif value:
            found.setdefault(name, value)
    return found


def _value(element: Element, url: str) -> Any:
    if local(element) == "link":
        return {local_name(key): text for key, text in element.attrib.items()} | {
            "href": _joined(url, element)
        }
    if local(element) == "category":
        return {local_name(key): text for key, text in element.attrib.items()}
    if local(element) == "author":
        return {local(child): text for child in element if (text := text_in(child))}
    return text_in(element)


def local_name(key: Any) -> str:
    return str(key).rpartition("}")[2]


def _joined(url: str, element: Element) -> str:
    href = str(element.get("href") or "").strip()
    try:
        return urljoin(url, href) if href else ""
    except ValueError:
        return href


def feed_of(entry: Mapping[str, Any]) -> str:
    """The address of an entry's dataset feed, empty where it has none."""
    for link in entry["link"]:
        if (
            link.get("rel", "alternate") == "alternate"
            and str(link.get("type", "")).startswith(ATOM)
            and link["href"]
        ):
            return str(link["href"])
    return ""


def key_of(entry: Mapping[str, Any], header: Mapping[str, Any]) -> str:
    """What identifies an entry: code with its namespace, else its id where that is not the feed's own."""
    if code := entry.get(CODE):
        space = entry.get(NAMESPACE, "")
        return f"{space.rstrip('/#')}/{code}" if space and not is_web_address(code) else str(code)
    own = entry.get("id", "")
    return str(own) if own != header.get("id") else ""


def read_dataset(
    entry: Mapping[str, Any], header: Mapping[str, Any], downloads: Feed | None, url: str
) -> Reading:
    """A dataset from its entry in a service feed with that feed's header, and from its own feed where there is one.

    `url`: the service feed's address.
    """
    clean = Cleaner(url.rpartition("/")[0])
    fields = Fields(entry, clean)
    above = Fields(downloads.header if downloads else {}, clean, "feed.")
    node = Dataset()
    _identify(fields, node, key_of(entry, header), url)
    _describe(fields, above, node)
    _responsible(fields, above, header, node)
    fallback = above.text("rights") or str(header.get("rights", ""))
    terms = fields.text("rights") or fallback
    above.drop("rights")
    _links(fields, node, clean, terms, downloads is not None)
    for download in downloads.entries if downloads else ():
        node.distribution += _downloads(Fields(download, clean, "entry[]."), clean, terms)
    _sums(node, clean)
    fields.close(OUT_OF_SCOPE)
    above.close(OUT_OF_SCOPE | {"id", "link", "updated", "category", "lang"})
    return Reading(Record(node), clean.unread, clean.faults)


def _identify(fields: Fields, node: Dataset, key: str, url: str) -> None:
    code, own = fields.text(CODE), fields.text("id")
    fields.drop(NAMESPACE)
    if not key:
        fields.cleaner.faults["identifier-missing"] += 1
    if is_web_address(key):
        node.id = IRI(key)
    elif key:
        node.id = IRI(own if is_web_address(own) and own != url else f"{url}#{quote(key, safe='')}")
    node.identifier = [text for text in [code or key] if text]


def _describe(fields: Fields, above: Fields, node: Dataset) -> None:
    clean = fields.cleaner
    node.title = fields.prose("title") or above.prose("title")
    above.drop("title")
    node.description = fields.prose("summary", "content") or above.prose("subtitle")
    if not node.title:
        clean.faults["title-missing-in-source"] += 1
    node.issued, node.modified = first_date(fields, "published"), first_date(fields, "updated")
    if not node.modified:
        node.modified = first_date(above, "updated")
    language = fields.text("lang") or above.text("lang")
    node.language = [clean.language(language)] if language else []
    terms = [(part.text("term"), part.text("label")) for part in fields.nested("category")]
    node.conforms_to = unique(labelled(Standard, clean, term) for term, _ in terms if is_web_address(term))
    node.keyword = unique(label or term for term, label in terms if term and not is_web_address(term))
    node.spatial = read_shapes(fields) or read_shapes(above)


def _responsible(fields: Fields, above: Fields, header: Mapping[str, Any], node: Dataset) -> None:
    """The author is whom one asks, and the only one whom a feed names as responsible."""
    clean = fields.cleaner
    general = Fields({"author": header.get("author", [])}, clean)
    authors = fields.nested("author") or above.nested("author") or general.nested("author")
    above.drop("author")
    for author in authors[:1]:
        name, email, url = author.text("name"), author.text("email"), author.text("uri")
        node.publisher = [one for one in [agent(clean, [name] if name else [], "", url)] if one]
        node.contact_point = [one for one in [kind(clean, name, email, "", url)] if one]
        author.close()


def _links(fields: Fields, node: Dataset, clean: Cleaner, terms: str, downloads: bool) -> None:
    """Metadata and pages; files and services that the entry itself links to. The dataset feed is not a file."""
    for link in fields.nested("link"):
        relation, address, media = link.text("rel") or "alternate", link.text("href"), link.text("type")
        if not address or relation in ("self", "up", "search"):
            continue
        if media.startswith(ATOM):
            if not downloads:  # a feed on another host: all that is known of the files
                node.distribution.append(_distribution(link, clean, address, media, terms))
            continue
        if relation in _PAGES:
            node.page.append(clean.address(address))
        elif media.startswith("text/html"):
            node.landing_page.append(clean.address(address))
        elif relation in _FILES:
            node.distribution.append(_distribution(link, clean, address, media, terms))
        else:
            clean.unread[f"link[rel={relation[:40]}]"] += 1
    node.page, node.landing_page = unique(node.page), unique(node.landing_page)


def _downloads(entry: Fields, clean: Cleaner, terms: str) -> Iterator[Distribution]:
    """The files of one entry of a dataset feed: one dataset in one reference system and format, in one or many parts."""
    title, description = entry.prose("title"), entry.prose("summary", "content")
    modified, issued = first_date(entry, "updated"), first_date(entry, "published")
    systems = [part.text("term", "label") for part in entry.nested("category")]
    standards = [labelled(Standard, clean, text) for text in systems if text]
    own = entry.text("rights") or terms
    for link in entry.nested("link"):
        relation, address, media = link.text("rel"), link.text("href"), link.text("type")
        if relation not in _FILES or not address or media.startswith(ATOM):
            continue
        file = _distribution(link, clean, address, media, own)
        file.title, file.description = title or file.title, description.copy()
        file.modified, file.issued, file.conforms_to = modified.copy(), issued.copy(), list(standards)
        yield file
    entry.drop("id", "author", "lang", CODE, NAMESPACE, *GEORSS)
    entry.close(OUT_OF_SCOPE)


def _distribution(link: Fields, clean: Cleaner, address: str, media: str, terms: str) -> Distribution:
    found = clean.address(address)
    node = Distribution(access_url=[found], download_url=[found])
    node.title = [text] if (text := link.text("title")) else []
    if media:
        node.format = [clean.format(media, address, media)]
        node.media_type = [clean.media_type(media)] if read_media_type(media) else []
    if length := link.text("length"):
        node.byte_size = [clean.size(length)]
    if language := link.text("hreflang"):
        node.language = [clean.language(language)]
    _terms(node, clean, terms)
    link.close(LINK_OUT_OF_SCOPE)
    return node


def _terms(node: Distribution, clean: Cleaner, terms: str) -> None:
    """A licence where the text names one that is known, else a statement of rights: feeds put both into `rights`."""
    if not terms:
        return
    if read_licence(terms):
        node.license = clean.license([terms])
    else:
        node.rights = [labelled(RightsStatement, clean, clean.prose(terms))]


def _sums(node: Dataset, clean: Cleaner) -> None:
    if len(node.distribution) > MANY_DISTRIBUTIONS:
        clean.faults["distribution-excess"] += 1


def read_header(feed: Feed) -> Record:
    """What a service feed says of itself."""
    clean = Cleaner(feed.url.rpartition("/")[0])
    fields = Fields(feed.header, clean)
    node = Catalogue(id=IRI(feed.url), title=fields.prose("title"), description=fields.prose("subtitle"))
    node.modified = first_date(fields, "updated")
    for author in fields.nested("author")[:1]:
        name = author.text("name")
        node.publisher = [one for one in [agent(clean, [name] if name else [])] if one]
    if terms := fields.text("rights"):
        node.rights = [labelled(RightsStatement, clean, clean.prose(terms))]
    return Record(node)
