"""Which links of a web page lead to files and services, and the groups that they form below its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from catalog.cleaning.formats import Format, read_format
from catalog.vocabulary.folding import fold
from crawler.formats.html_page import WebPage
from crawler.formats.html_parts import Heading, Link, Section, one_line

_MORE_DATA = (
    *(
        "TSV",
        "GML",
        "GMZ",
        "GPX",
        "DBF",
        "DXF",
        "DWG",
        "E00",
        "GDB",
        "SDMX",
        "YAML",
        "SQL",
        "PARQUET",
        "GTFS",
    ),
    *(
        "GEOTIFF",
        "LAS",
        "LAZ",
        "XYZ",
        "XLSB",
        "XLSM",
        "MDB",
        "ODB",
        "HDF",
        "N3",
        "TAB",
        "MIF_MID",
        "SKOS_XML",
        "OWL",
    ),
)
_NO_DATA = frozenset({"RSS", "ATOM", "RDFA", "AKN4EU_LEG", "ETSI_XML"})
_DOCUMENTS = frozenset({"PDF", "DOC", "DOCX", "ODT", "RTF", "TXT", "PPT", "PPTX", "ODP", "EPUB", "MARKDOWN"})
_SERVICES = frozenset({"WMS_SRVC", "WFS_SRVC", "WMTS_SRVC", "WCS_SRVC", "CSW_SRVC", "REST", "SPARQLQ"})

_GIVES_FILES = re.compile(
    r"download|attachment|getfile|get_file|securedl|/media/|/file|/asset|/export|/dump", re.IGNORECASE
)
_NAMED = re.compile(r"[(\[]\s*(?:als\s+)?\.?([A-Za-z][A-Za-z0-9-]{1,9})\b[^()\[\]]{0,40}[)\]]?\s*$")
_BARE = re.compile(
    r"(?:download|als|datei|file|herunterladen|format)?[\s:,-]*\.?([A-Za-z][A-Za-z0-9-]{1,9})(?:[\s-]*(?:datei|file|download|format|tabelle))?",
    re.IGNORECASE,
)
_REST = re.compile(r"/rest/services/.+/(?:Map|Feature|Image)Server\b", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>\"']{4,600}")
_GENERAL = re.compile(
    r"(?:weitere |alle |die |zum |all |more |related )*(?:downloads?|dateien|dokumente?|links?|anlagen?|materialien|"
    r"informationen|infos?|unterlagen|herunterladen|files|documents|attachments|dateiformate?|formate?|datei|daten|data)"
    r"(?: (?:zum|und|&|and) (?:downloads?|herunterladen|links))?\s*:?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\d\W]{1,20}|(?:jahr|year|stand|quartal|teil)\W*[\d\W]{1,20}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class File:
    """A link to a file or service. `kind`: `data`, `service`, `archive` or `document`."""

    link: Link
    format: Format
    kind: str


@dataclass(slots=True)
class Group:
    """The files below one heading; `title` says what they are, `place` tells the group from others of its page."""

    title: str
    place: str
    files: list[File] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    @property
    def has_data(self) -> bool:
        """Whether there is more than documents and archives, whose content one does not see."""
        return any(file.kind in ("data", "service") for file in self.files)


def file_of(link: Link) -> File | None:
    """The file or service that a link leads to; None where it leads to a page, a picture, or nobody knows where."""
    known = _format_of(link)
    kind = _kind_of(known) if known else ""
    return File(link, known, kind) if known and kind else None


def _kind_of(known: Format) -> str:
    if known.code in _NO_DATA or known.kind == "webpage":
        return ""
    if known.kind == "service":
        return "service" if known.code in _SERVICES else ""
    if known.kind == "archive":
        return "archive"
    if known.machine_readable or known.code in _MORE_DATA:
        return "data"
    return "document" if known.code in _DOCUMENTS else ""


def _format_of(link: Link) -> Format | None:
    """By the address, then its parameters, the type that the link states, and last what it is called."""
    if _REST.search(link.url):
        return read_format("REST")
    known = (
        read_format("", link.url)
        or _by_query(link.url)
        or (read_format("", "", link.type) if link.type else None)
    )
    if known is not None and known.kind != "webpage":
        return known
    return _by_name(link) or known


def _by_query(url: str) -> Format | None:
    for name, value in parse_qsl(urlsplit(url).query)[:12]:
        if name.lower() in ("format", "f", "outputformat", "type", "ext") and len(value) < 60:
            found = read_format(value)
        else:
            found = read_format("", f"http://x/{value}") if "." in value else None
        if found is not None and found.kind != "webpage":
            return found
    return None


def _by_name(link: Link) -> Format | None:
    """`Baumkataster (CSV, 12 kB)`, `CSV-Datei`: where the link is one that gives files."""
    bare = _BARE.fullmatch(link.text)
    if not (bare or link.download or _GIVES_FILES.search(link.url)):
        return None
    named = bare or _NAMED.search(link.text) or _NAMED.search(link.around)
    found = read_format(named[1]) if named else None
    if found is None or found.kind == "webpage" or named is None:
        return None
    word = named[1].upper()
    sure = link.download or _GIVES_FILES.search(link.url) or word == found.code
    return found if sure else None  # `Archiv` alone names no ZIP file


def groups(page: WebPage) -> list[Group]:
    """The groups of the page's own content that hold files, in their order."""
    found: dict[tuple[Heading, ...], Group] = {}
    for section in page.sections:
        files = list(_files(section)) if section.main else []
        trail = _meaning(section.headings)
        if trail in found or files:
            group = found.setdefault(trail, Group(_title(trail, page), _place(trail)))
            known: dict[str, File] = {}
            for file in (*group.files, *files):
                known.setdefault(file.link.url, file)
            group.files = list(known.values())
    for section in page.sections:
        trail = _meaning(section.headings)
        if section.main and trail in found:
            found[trail].sections.append(section)
    return list(found.values())


def _files(section: Section) -> Iterator[File]:
    """The section's files, and the services whose addresses it prints without a link."""
    for link in section.links:
        file = file_of(link)
        if file is not None:
            yield file
    linked = {link.url for link in section.links}
    for found in _ADDRESS.findall(section.text):
        url = found.rstrip(".,;:)")
        file = file_of(Link(url, "")) if url not in linked else None
        if file is not None and file.kind == "service":
            yield file


def _meaning(headings: tuple[Heading, ...]) -> tuple[Heading, ...]:
    """The headings without those at the end that say nothing but `Downloads`."""
    while headings and _GENERAL.fullmatch(headings[-1].text):
        headings = headings[:-1]
    return headings


def _title(trail: tuple[Heading, ...], page: WebPage) -> str:
    """The nearest heading; one that is only a year with the one above it; without any, the page's title."""
    if not trail:
        return page.heading or page.title
    above = trail[-2].text if len(trail) > 1 else page.title
    own = trail[-1].text
    return one_line(f"{above} {own}", 200) if _NUMBER.fullmatch(own) and above else own


def _place(trail: tuple[Heading, ...]) -> str:
    """A name for the group within its page, of its last two headings below the first level; empty for the page itself."""
    words = [heading.text for heading in trail if heading.level > 1][-2:]
    return "/".join("-".join(re.findall(r"\w+", fold(word)))[:80] for word in words)
