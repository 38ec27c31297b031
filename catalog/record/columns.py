"""The columns of the tables out of a record: what lists, searches and facets need, as plain text and codes.

Only properties flagged `column` in the property table are read. Codes are those of the vocabularies; what no list
knows keeps its own text, so that nothing is hidden.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from catalog.record.node import Node, Record, first_text
from catalog.record.table import Dataset, Distribution, Kind, Location, PeriodOfTime
from catalog.record.terms import IRI, BNode, Literal

_NOTHING: list[Any] = []


LONGEST = 1_000
"""Characters of a title or name that stand in a column; the record itself keeps all."""


class DistributionRow(NamedTuple):
    """One distribution (or the endpoint of a data service) as columns."""

    iri: str
    title: str
    access_url: str
    download_url: str
    format: str
    media_type: str
    license: str
    byte_size: int | None
    modified: str


class DatasetRow(NamedTuple):
    """One record as columns. `bbox` is west, south, east, north in degrees, or None."""

    title: str
    description: str
    publisher: str
    contact: str
    issued: str
    modified: str
    temporal_start: str
    temporal_end: str
    license: str
    access_rights: str
    frequency: str
    language: str
    landing_page: str
    spatial: str
    bbox: tuple[float, float, float, float] | None
    themes: list[str]
    keywords: list[str]
    distributions: list[DistributionRow]


class Codes:
    """How values become codes; the store gives the functions of `catalog.cleaning`, so that this module needs none."""

    def license(self, text: str) -> str:
        """Licence text or address -> code, else empty."""
        raise NotImplementedError

    def format(self, text: str, url: str, media_type: str) -> str:
        """Format text or address -> EU file-type code, else empty."""
        raise NotImplementedError

    def themes(self, text: str) -> tuple[str, ...]:
        """Theme text or address -> EU theme codes."""
        raise NotImplementedError

    def date(self, text: str) -> str:
        """Date text -> ISO 8601, else empty."""
        raise NotImplementedError

    def bbox(self, text: str) -> tuple[float, float, float, float] | None:
        """Geometry text -> west, south, east, north."""
        raise NotImplementedError


def dataset_row(record: Record, codes: Codes) -> DatasetRow:
    """The columns of a dataset, series or data service."""
    root = record.root
    distributions = [_distribution(record, node, codes) for node in _distributions(record)]
    contact = [record.resolve(value) for value in _of(root, "contact_point")]
    start, end = _period(record, codes)
    return DatasetRow(
        title=first_text(_of(root, "title"))[:LONGEST],
        description=first_text(_of(root, "description")),
        publisher=_agent(record, _of(root, "publisher"))[:LONGEST],
        contact=_mailbox(contact),
        issued=_date(_of(root, "issued"), codes),
        modified=_date(_of(root, "modified"), codes),
        temporal_start=start,
        temporal_end=end,
        license=_common([row.license for row in distributions]) or _license(_of(root, "license"), codes),
        access_rights=tail(plain_text(_of(root, "access_rights"))),
        frequency=tail(plain_text(_of(root, "frequency"))),
        language=" ".join(sorted({tail(_plain(value)) for value in _of(root, "language")} - {""})),
        landing_page=plain_text(_of(root, "landing_page")),
        spatial=_place(record),
        bbox=_bbox(record, codes),
        themes=_themes(root, codes),
        keywords=_keywords(root),
        distributions=distributions,
    )


def _of(node: Node, name: str) -> list[Any]:
    found: list[Any] = getattr(node, name, _NOTHING)
    return found


def _plain(value: Any) -> str:
    """A value as text: a literal's text, an address, or the address of a nested resource."""
    cls = type(value)
    if cls is str:
        return str(value)
    if cls is IRI:
        return str.__str__(value)
    if cls is Literal:
        return str(value.text)
    if isinstance(value, Node):
        return str(value.id) if type(value.id) is IRI else _label(value)
    return "" if cls is BNode else str(value)


def _label(node: Node) -> str:
    for name in ("pref_label", "title", "name"):
        if text := first_text(_of(node, name)):
            return text
    for key in (
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2004/02/skos/core#prefLabel",
    ):
        if text := first_text(node.rest.get(key, _NOTHING)):
            return text
    return ""


def plain_text(values: list[Any]) -> str:
    """The first value that says something, as text; empty where none does."""
    for value in values:
        if text := _plain(value):
            return text
    return ""


def tail(text: str) -> str:
    """The last part of a vocabulary's address; other text unchanged."""
    if text.startswith(("http://publications.europa.eu/", "http://www.iana.org/", "https://www.iana.org/")):
        return text.rstrip("/").rpartition("/")[2]
    return text


def _date(values: list[Any], codes: Codes) -> str:
    for value in values:
        if date := codes.date(_plain(value)):
            return date
    return ""


def _agent(record: Record, values: list[Any]) -> str:
    for value in values:
        node = record.resolve(value)
        if isinstance(node, Node) and (name := first_text(_of(node, "name")) or _label(node)):
            return name.strip()
        if text := _plain(node):
            return text.strip()
    return ""


def _mailbox(contacts: list[Any]) -> str:
    for node in contacts:
        if isinstance(node, Kind):
            for value in node.has_email or node.has_url:
                if text := _plain(value):
                    return text.removeprefix("mailto:")
    return ""


def _period(record: Record, codes: Codes) -> tuple[str, str]:
    for value in _of(record.root, "temporal"):
        node = record.resolve(value)
        if isinstance(node, PeriodOfTime):
            return _date(node.start_date, codes), _date(node.end_date, codes)
    return "", ""


def _place(record: Record) -> str:
    """The place's name or address; geometry has columns of its own."""
    for value in _of(record.root, "spatial"):
        node = record.resolve(value)
        if isinstance(node, Node):
            if text := _label(node) or (node.id if type(node.id) is IRI else ""):
                return text
        elif text := _plain(node):
            return text
    return ""


def _bbox(record: Record, codes: Codes) -> tuple[float, float, float, float] | None:
    for value in _of(record.root, "spatial"):
        node = record.resolve(value)
        if isinstance(node, Location):
            for text in (*node.bbox, *node.geometry, *node.centroid):
                if found := codes.bbox(_plain(text)):
                    return found
    return None


def _themes(root: Node, codes: Codes) -> list[str]:
    found = {code for value in _of(root, "theme") for code in codes.themes(_plain(value))}
    return sorted(found)


def _keywords(root: Node) -> list[str]:
    texts = {" ".join(_plain(value).split())[:200] for value in _of(root, "keyword")}
    return sorted(texts - {""})


def _license(values: list[Any], codes: Codes) -> str:
    """The licence's code; what no list knows keeps its text (at most 200 characters)."""
    text = plain_text(values)
    return codes.license(text) or text.strip()[:200] if text else ""


def _common(licenses: list[str]) -> str:
    """The licence that most distributions have; of equals the first by name."""
    given = sorted(code for code in licenses if code)
    return max(given, key=given.count, default="")


def _distributions(record: Record) -> list[Node]:
    root = record.root
    if isinstance(root, Dataset):
        found = [record.resolve(value) for value in root.distribution]
        return [node for node in found if isinstance(node, Node)]
    return [root] if _of(root, "endpoint_url") else []


def _distribution(record: Record, node: Node, codes: Codes) -> DistributionRow:
    if not isinstance(node, Distribution):
        return _endpoint(record, node, codes)
    access, download = plain_text(node.access_url), plain_text(node.download_url)
    media_type, text = plain_text(node.media_type), plain_text(node.format)
    return DistributionRow(
        iri=str(node.id) if type(node.id) is IRI else "",
        title=first_text(node.title)[:LONGEST],
        access_url=access,
        download_url=download,
        format=codes.format(text, download or access, media_type) or tail(text)[:100],
        media_type=_media_type(media_type),
        license=_license([record.resolve(value) for value in node.license], codes),
        byte_size=_size(plain_text(node.byte_size)),
        modified=_date(node.modified, codes),
    )


def _endpoint(record: Record, node: Node, codes: Codes) -> DistributionRow:
    """A data service, or whatever else stands where a distribution should."""
    address = plain_text(_of(node, "access_url") or _of(node, "endpoint_url"))
    text = plain_text(_of(node, "format"))
    return DistributionRow(
        iri=str(node.id) if type(node.id) is IRI else "",
        title=first_text(_of(node, "title"))[:LONGEST],
        access_url=address,
        download_url="",
        format=codes.format(text, address, "") or tail(text)[:100],
        media_type="",
        license=_license([record.resolve(value) for value in _of(node, "license")], codes),
        byte_size=None,
        modified=_date(_of(node, "modified"), codes),
    )


@lru_cache(maxsize=4096)
def _media_type(text: str) -> str:
    return text.partition("/assignments/media-types/")[2] or text[:100]


def _size(text: str) -> int | None:
    """Bytes; None where there is no number or one that SQLite cannot hold."""
    digits = text.partition(".")[0]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
