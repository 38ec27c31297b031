"""A group of files on a web page → a record, with the page as its landing page and the word that no catalogue lists it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from urllib.parse import quote

from catalog.cleaning.licences import read_licence
from catalog.record.node import Node, Record, Values
from catalog.record.table import Dataset, Distribution, ProvenanceStatement
from catalog.record.terms import IRI, Literal
from crawler.formats.agents import agent, kind
from crawler.formats.html_page import WebPage
from crawler.formats.html_parts import Link, Section, one_line
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import LABEL
from crawler.formats.values import Cleaner
from crawler.formats.web_files import File, Group

TYPE = "website"
"""The type of every entry: it was found on a page and is not a catalogue's own record."""
MANY_FILES = 500
LONGEST_DESCRIPTION = 2_000
MANY_LINES = 400

PUBLISHERS = ("dcterms.publisher", "dc.publisher", "publisher", "og:site_name")
"""Names in the head of a page under which it says whose it is, best first."""
MAPPED = frozenset({*PUBLISHERS, "description", "dcterms.description", "dc.description", "og:description"})
OUT_OF_SCOPE = frozenset(
    (
        # Of the page, not of the data on it: its name, subject, dates, form, address and language.
        *(
            "title",
            "subject",
            "date",
            "date.created",
            "date.modified",
            "created",
            "modified",
            "issued",
            "available",
        ),
        *(
            "type",
            "format",
            "identifier",
            "language",
            "medium",
            "extent",
            "audience",
            "bibliographiccitation",
        ),
        # People who wrote the page.
        *("creator", "contributor"),
        # Rights in the page's text; the licence of data stands in its content or as a link.
        *("rights", "rightsholder", "accessrights"),
        # Where the whole site is about; the same on each of its pages.
        *("coverage", "spatial", "source", "relation"),
    )
)
"""Dublin Core elements in the head of a page that are known and deliberately not mapped."""
_DUBLIN_CORE = re.compile(r"(?:dc|dct|dcterms)[.:](.+)")

_DATE = r"(\d{1,2}\.\s?\d{1,2}\.\s?\d{4}|\d{4}-\d{2}-\d{2}|\d{1,2}\.?\s+[A-Za-zÄä]{3,9}\.?\s+\d{4}|[A-Za-zÄä]{3,9}\s+(?:\d{1,2},\s+)?\d{4}|\d{4})(?!\d)"
_CHANGED = re.compile(
    r"\b(?:(?:daten)?stand|aktualisiert|aktualisierung|zuletzt geändert|letzte änderung|updated|last update|"
    rf"last modified)(?:\s+(?:am|on|vom|der daten))?\s*:?\s*{_DATE}",
    re.IGNORECASE,
)
_ISSUED = re.compile(rf"\b(?:veröffentlicht|published)(?:\s+(?:am|on))?\s*:?\s*{_DATE}", re.IGNORECASE)
_SIZE = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)\s?(bytes?|kb|mb|gb|kib|mib|gib)\b", re.IGNORECASE)
_LICENCE = re.compile(r"\b(?:lizenz|licen[cs]e|nutzungsbedingung|cc[\s-]by|dl-de|cc0)", re.IGNORECASE)
_LICENCE_FIELD = re.compile(r"(?:daten)?(?:lizenz|licen[cs]e)\s*:\s*(.{2,200})", re.IGNORECASE)
_TAIL = re.compile(r"\s*[(\[][^()\[\]]{1,60}[)\]]\s*$")

_PROVENANCE = (
    Literal("Auf einer Webseite gefunden, nicht in einem Datenkatalog: {}", "de"),
    Literal("Found on a web page, not in a data catalogue: {}", "en"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where groups were found: the page's lasting address, and what the page says for all of them."""

    url: str
    publisher: str = ""
    language: str = ""
    description: str = ""
    licences: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()
    unread: Counter[str] = field(default_factory=Counter)


def place_of(page: WebPage, url: str, site: str = "", *, alone: bool = False) -> Place:
    """What a page says for all its groups; `site`: whose the site is, where the page does not say so; `alone`: the page
    has one group, so that what describes the page describes that."""
    publisher = next((page.meta[name] for name in PUBLISHERS if page.meta.get(name)), site)
    described = [page.meta.get(name, "") for name in ("description", "dcterms.description", "og:description")]
    description = next(filter(None, described), "") if alone else ""
    main = [section for section in page.sections if section.main]
    licences = dict.fromkeys([*_licences(main), *_licence_links(page.links)])
    return Place(
        url, publisher, page.language, description, tuple(licences), tuple(_mailboxes(main)), _unread(page)
    )


def entry_of(group: Group, place: Place) -> Entry:
    """The group as an entry, under an identifier that lasts as long as page and heading keep their names."""
    page = place.url.rstrip("/")  # where a page answers with and without it, either may be met first
    identifier = page + (f"#{quote(group.place, safe='/-')}" if group.place else "")
    return Entry(identifier, _raw(group, place), partial(read_group, group, place, identifier), TYPE)


def _raw(group: Group, place: Place) -> bytes:
    """Everything the record depends on, in one form."""
    files = [
        [file.link.url, file.link.text, file.link.around, file.link.type, file.format.code]
        for file in group.files
    ]
    texts = [section.text for section in group.sections]
    links = [[link.url, link.rel] for section in group.sections for link in section.links]
    head = [place.publisher, place.language, place.description, *place.licences, *place.mailboxes]
    return canonical({"title": group.title, "files": files, "text": texts, "links": links, "page": head})


def read_group(group: Group, place: Place, identifier: str) -> Reading:
    """The group as a record of class Dataset."""
    clean = Cleaner(place.url.rpartition("/")[0])
    dataset = Dataset(id=IRI(identifier), identifier=[identifier], landing_page=[IRI(place.url)])
    dataset.title = [clean.prose(group.title)] if group.title else []
    if not group.title:
        clean.faults["title-missing-in-source"] += 1
    text = _description(group) or place.description
    dataset.description = [clean.prose(text)] if text else []
    dataset.publisher = [who] if (who := agent(clean, [place.publisher] if place.publisher else [])) else []
    dataset.contact_point = _contact(clean, group, place)
    dataset.language = [clean.language(place.language)] if place.language else []
    dataset.provenance = [_provenance(place.url)]
    _date(clean, group, dataset)
    license_ = clean.license(_stated(group, place))
    dataset.distribution = [_distribution(clean, file, license_) for file in group.files]
    if len(group.files) > MANY_FILES:
        clean.faults["distribution-excess"] += 1
    return Reading(Record(dataset), Counter(place.unread), clean.faults, TYPE)


def _provenance(url: str) -> Node:
    said = [Literal(text.text.format(url), text.lang) for text in _PROVENANCE]
    return ProvenanceStatement(rest={LABEL: list(said)})


def _description(group: Group) -> str:
    """The group's lines that are more than the labels of its links."""
    labels = {link.around for section in group.sections for link in section.links}
    labels |= {link.text for section in group.sections for link in section.links}
    lines = [line for line in _lines(group.sections) if line not in labels and "://" not in line]
    return one_line(" ".join(line for line in lines if len(line) > 20), LONGEST_DESCRIPTION)


def _lines(sections: Iterable[Section]) -> Iterator[str]:
    lines = (line for section in sections for line in section.text.split("\n"))
    yield from islice(lines, MANY_LINES)


def _date(clean: Cleaner, group: Group, dataset: Dataset) -> None:
    """`Stand: 31.12.2025` and `veröffentlicht am 1. März 2026`, where the group says so."""
    text = "\n".join(_lines(group.sections))
    if changed := _CHANGED.search(text):
        dataset.modified = [clean.date(changed[1])]
    if issued := _ISSUED.search(text):
        dataset.issued = [clean.date(issued[1])]


def _stated(group: Group, place: Place) -> list[str]:
    """What the group says about its licence; else what the page says, if that is one thing."""
    own = [
        *_licences(group.sections),
        *_licence_links(link for part in group.sections for link in part.links),
    ]
    return own or (list(place.licences) if len(place.licences) == 1 else [])


def _licences(sections: Iterable[Section]) -> list[str]:
    """Licences that lines of text name; of a line `Lizenz: …` also one that is not known."""
    found: dict[str, None] = {}
    for line in _lines(sections):
        if not _LICENCE.search(line):
            continue
        said = _LICENCE_FIELD.search(line)
        known = read_licence(line)
        if known is not None:
            found[known.de_uri or known.eu_uri or known.url] = None
        elif said:
            found[said[1].strip()] = None
    return list(found)


def _licence_links(links: Iterable[Link]) -> list[str]:
    found: dict[str, None] = {}
    for link in links:
        known = read_licence(link.url) if _may_be_licence(link) else None
        if known is not None:
            found[known.de_uri or known.eu_uri or known.url] = None
        elif "license" in link.rel.split():
            found[link.url] = None
    return list(found)


def _may_be_licence(link: Link) -> bool:
    return "license" in link.rel.split() or bool(
        re.search(r"creativecommons|govdata|dl-de|opendatacommons|licen", link.url)
    )


def _mailboxes(sections: Iterable[Section]) -> list[str]:
    links = (link.url for section in sections for link in section.links)
    return list(dict.fromkeys(url for url in links if url.startswith("mailto:")))


def _contact(clean: Cleaner, group: Group, place: Place) -> Values:
    """The first mailbox below the group's heading, else the page's, if it has one alone."""
    own = _mailboxes(group.sections) or (list(place.mailboxes) if len(place.mailboxes) == 1 else [])
    found = kind(clean, "", own[0].removeprefix("mailto:")) if own else None
    return [found] if found else []


def _distribution(clean: Cleaner, file: File, license_: Values) -> Distribution:
    """The address is where one gets at the data; it is that of the file itself, unless it is a service."""
    link = file.link
    address = clean.address(link.url)
    part = Distribution(access_url=[address], license=list(license_))
    if file.kind != "service":
        part.download_url = [address]
    title = _label(link)
    part.title = [clean.prose(title)] if title else []
    part.format = [IRI(file.format.uri)] if file.format.uri else [file.format.code]
    part.media_type = [IRI(file.format.media_type)] if file.format.media_type else []
    size = _SIZE.search(link.text) or _SIZE.search(link.around if link.text in link.around else "")
    part.byte_size = [clean.size(f"{size[1]} {size[2]}")] if size else []
    return part


def _label(link: Link) -> str:
    """What the link calls the file; of one that says no more than its format, what stands before it in its row."""
    text = _TAIL.sub("", link.text)
    before = link.around.partition(link.text)[0].strip(" -–:|,") if link.text and len(text) < 8 else ""
    return before or text


def _unread(page: WebPage) -> Counter[str]:
    """Dublin Core elements of the head that nothing reads."""
    found: Counter[str] = Counter()
    for name in page.meta:
        part = _DUBLIN_CORE.fullmatch(name)
        if part and name not in MAPPED and part[1] not in OUT_OF_SCOPE:
            found[f"meta.{name}"] += 1
    return found
