"""What a feed says beside the records: the catalogue, its pages, and where each record comes from.

Sources: Hydra Core Vocabulary (with the older PagedCollection terms that udata and piveau read), DCAT-AP 3.0.1
(dcat:CatalogRecord as the place for provenance).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import orjson

from catalog.publish.lines import Json, iri, literal, record_lines
from catalog.record.table import CLASSES, DataService
from catalog.record.terms import XSD, XSD_DATETIME, expand
from catalog.store.reading import WEBSITE, Published

PAGE_SIZE = 100
"""Datasets on a page of a feed."""

DEFAULT_BASE = "http://127.0.0.1:8001"

_TYPE = iri(expand("rdf:type"))
_WITHDRAWN = iri("http://purl.org/adms/status/Withdrawn")
_ABOUT = (
    "Datensätze offener Datenportale von Kommunen, wie die Portale sie beschreiben. "
    "Datasets of municipal open-data portals, as the portals describe them."
)
_IDENTIFIER, _TITLE = expand("dct:identifier"), expand("dct:title")


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: the address of the site without a closing slash, the catalogue's path, its title and publisher;
    `websites`: what was found on web pages is in it too."""

    base: str
    path: str
    title: str
    description: str
    publisher: str
    homepage: str
    websites: bool = False

    @property
    def catalogue(self) -> str:
        """The IRI of the catalogue that the feed describes."""
        return f"{self.base}{self.path}"

    def page(self, extension: str, number: int) -> str:
        """The address of a page."""
        return f"{self.base}{self.path}.{extension}?page={number}{'&website=1' if self.websites else ''}"


def short(base: str) -> str:
    """A short mark of a base address, for entity tags."""
    return blake2b(base.encode(), digest_size=4).hexdigest()


def pages(total: int) -> int:
    """How many pages a feed of `total` datasets has; an empty feed has one."""
    return max(1, -(-total // PAGE_SIZE))


@cache
def _predicate(curie: str) -> str:
    return iri(expand(curie))


def _line(subject: str, curie: str, value: str) -> str:
    return f"{subject} {_predicate(curie)} {value} .\n"


def dataset_iri(base: str, row: Published) -> str:
    """The source's own IRI where it is an http(s) one, else the dataset's address here."""
    return row.iri if row.iri.startswith(("http://", "https://")) else f"{base}/dataset/{row.key}"


def site_feed(base: str, websites: bool = False) -> Feed:
    """The feed of everything that a catalogue lists; with `websites` also what was found on web pages."""
    return Feed(base, "/catalog", "Bestand", _ABOUT, "Bestand", f"{base}/", websites)


def portal_feed(base: str, key: str, title: str, publisher: str, url: str) -> Feed:
    """The feed of one portal's datasets."""
    name = title or url
    return Feed(
        base, f"/portal/{key}/catalog", name, f"{name}: {_ABOUT}", publisher or name, f"{base}/portal/{key}"
    )


def catalogue_lines(feed: Feed) -> Iterator[str]:
    """The catalogue itself with its publisher and home page."""
    subject, publisher = iri(feed.catalogue), iri(f"{feed.catalogue}#publisher")
    yield f"{subject} {_TYPE} {iri(expand('dcat:Catalog'))} .\n"
    yield _line(subject, "dct:title", literal(feed.title))
    yield _line(subject, "dct:description", literal(feed.description))
    yield _line(subject, "dct:publisher", publisher)
    yield _line(subject, "foaf:homepage", iri(feed.homepage))
    yield f"{publisher} {_TYPE} {iri(expand('foaf:Agent'))} .\n"
    yield _line(publisher, "foaf:name", literal(feed.publisher))
    yield f"{iri(feed.homepage)} {_TYPE} {iri(expand('foaf:Document'))} .\n"


def member_lines(feed: Feed, row: Published) -> str:
    """The catalogue's references to a dataset and to its catalogue record."""
    subject = iri(feed.catalogue)
    member = "dcat:service" if row.kind == DataService.__name__ else "dcat:dataset"
    listed = _line(subject, member, iri(dataset_iri(feed.base, row)))
    return listed + _line(subject, "dcat:record", iri(_record_iri(feed.base, row)))


def page_lines(feed: Feed, extension: str, number: int, total: int) -> Iterator[str]:
    """The one Hydra node of a page, with both generations of terms; there is no `next` on the last page."""
    last, node = pages(total), iri(feed.page(extension, number))
    for name in ("PartialCollectionView", "PagedCollection"):
        yield f"{node} {_TYPE} {iri(expand(f'hydra:{name}'))} .\n"
    for name, value in (("totalItems", total), ("itemsPerPage", PAGE_SIZE)):
        yield _line(node, f"hydra:{name}", literal(str(value), datatype=f"{XSD}integer"))
    for name, target in neighbours(number, last).items():
        address = iri(feed.page(extension, target))
        yield _line(node, f"hydra:{name}", address)
        yield _line(node, f"hydra:{name}Page", address)


def neighbours(number: int, last: int) -> dict[str, int]:
    """The pages that a page refers to, by the relation's name."""
    found = {"first": 1, "last": last}
    if number > 1:
        found["previous"] = number - 1
    if number < last:
        found["next"] = number + 1
    return found


def dataset_lines(base: str, row: Published, turtle: bool = False) -> list[str]:
    """A dataset with its provenance: under its published IRI, never without dct:identifier and dct:title.

    N-Triples lines; with `turtle` they are Turtle that needs the prefixes of the table.
    """
    record = orjson.loads(row.record)
    name = dataset_iri(base, row)
    names = {record["@id"]: name} if record.get("@id") else {}
    if not names:
        record["@id"] = name
    lines = record_lines(record, f"d{row.id}", names, turtle)
    subject = iri(name)
    if not _says(record, "identifier", _IDENTIFIER):
        lines.append(_line(subject, "dct:identifier", literal(row.identifier)))
    if not _says(record, "title", _TITLE):
        lines.append(_line(subject, "dct:title", literal(row.title or row.identifier)))
    lines.extend(_provenance(base, row, subject))
    return lines


def _says(record: Json, name: str, term: str) -> bool:
    cls = CLASSES.get(record.get("@class", ""))
    return bool(record.get(name) if cls and hasattr(cls, name) else record.get("rest", {}).get(term))


def _record_iri(base: str, row: Published) -> str:
    return f"{base}/dataset/{row.key}#record"


def _provenance(base: str, row: Published, topic: str) -> Iterator[str]:
    """The catalogue record: listing date, date of the last change, and the portal that it comes from; of one that lies on
    our own disk its page here, as the path says nothing to others."""
    subject = iri(_record_iri(base, row))
    on_web = row.portal_url.startswith(("http://", "https://"))
    yield f"{subject} {_TYPE} {_predicate('dcat:CatalogRecord')} .\n"
    yield _line(subject, "foaf:primaryTopic", topic)
    yield _line(subject, "dct:source", iri(row.portal_url if on_web else f"{base}/portal/{row.portal_key}"))
    yield _line(subject, "dct:issued", literal(row.first_seen, datatype=XSD_DATETIME))
    yield _line(subject, "dct:modified", literal(row.gone_at or row.changed, datatype=XSD_DATETIME))
    if row.type == WEBSITE:
        yield _line(subject, "dct:type", iri(f"{base}/datasets?type={WEBSITE}"))
    if row.gone_at:
        yield _line(subject, "adms:status", _WITHDRAWN)
