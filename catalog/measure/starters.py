"""Starter records to copy: for a model dataset that a municipality lacks, a record as DCAT-AP.de Turtle and as a CKAN package.

What only the municipality can say stands in `TO_FILL`; addresses below `PLACE_HOLDER` are to be replaced.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from catalog.measure.measure import Text
from catalog.measure.models import Model, by_slug
from catalog.measure.relations import mailbox
from catalog.record.graph import triples_of
from catalog.record.node import Record
from catalog.record.parse import to_rdflib
from catalog.record.table import Agent, Dataset, Distribution, Kind, Location
from catalog.record.terms import IRI, PREFIXES

PLACE_HOLDER: Final = "https://bitte-ausfuellen.example"
"""Below it stand all addresses that a municipality replaces with its own."""
TO_FILL: Final = Text(
    "dcatde:contributorID (von GovData vergeben), die Adressen unter bitte-ausfuellen.example, Beschreibung, Stand und Rhythmus",
    "dcatde:contributorID (given by GovData), the addresses below bitte-ausfuellen.example, description, date and frequency",
)
MOST_COLUMNS: Final = 40
_EU: Final = "http://publications.europa.eu/resource/authority/"
_LICENSE: Final = IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")
_LEVEL: Final = IRI("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")
_KEY: Final = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/"
_CONTRIBUTOR: Final = "http://dcat-ap.de/def/contributors/"
_LOCAL: Final = IRI("http://purl.org/adms/publishertype/LocalAuthority")
_COLUMNS: Final = re.compile(
    r"\b(?:Spalten|Attribute|Felder|Feldnamen|Spaltennamen|Columns|Fields)\s*:\s*([^\n.]{3,1000})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What exemplars say about their columns: names, and the standards that they follow."""

    columns: tuple[str, ...] = ()
    standards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Starter:
    """A record to copy. `columns`: the names that exemplars give their columns; empty where none is known."""

    model: Model
    record: Record
    columns: tuple[str, ...] = ()

    @property
    def turtle(self) -> str:
        """DCAT-AP.de in Turtle, headed by what is to be filled in."""
        graph = to_rdflib(triples_of(self.record, "s"))
        for name, base in PREFIXES.items():
            graph.bind(name, base)
        head = [
            f"# {self.model.label}",
            f"# Bitte ausfüllen: {TO_FILL.de}",
            f"# To be filled in: {TO_FILL.en}",
            f"# <{self.record.root.id}> dcatde:contributorID <{_CONTRIBUTOR}…> .",
        ]
        return "\n".join(head) + "\n" + graph.serialize(format="turtle")

    @property
    def ckan(self) -> dict[str, Any]:
        """The same as a package for CKAN's `package_create` (with the extras of ckanext-dcat and ckanext-dcatde)."""
        return _package(self.record)


def starters(conn: sqlite3.Connection, ags: str) -> Iterator[Starter]:
    """A starter for each model dataset that is missing in a municipality, in order of its rank; reads only."""
    rows = conn.execute("select model, exemplars from missing_model where ags = ? order by rank", (ags,))
    for slug, exemplars in rows.fetchall():
        if slug in by_slug():
            yield starter(conn, ags, slug, orjson.loads(exemplars))


def starter(conn: sqlite3.Connection, ags: str, slug: str, exemplars: Sequence[str] = ()) -> Starter:
    """The starter of one model dataset; `exemplars` are keys of datasets to learn columns from. Raises KeyError for a
    municipality or model dataset that is not known."""
    town = conn.execute("select name, coalesce(type, '') from municipality where ags = ?", (ags,)).fetchone()
    if town is None:
        raise KeyError(ags)
    model = by_slug()[slug]
    known = _learned(conn, exemplars)
    publisher = _publisher(conn, ags, *town)
    return Starter(model, _record(ags, model, publisher, mailbox(conn, ags), known), known.columns)


_PUBLISHER = """
select agent.name from dataset join agent on agent.id = dataset.publisher where dataset.ags = ? and gone_run is null
group by agent.id order by count(*) desc, agent.name limit 1
"""


def _publisher(conn: sqlite3.Connection, ags: str, name: str, kind: str) -> str:
    """The name that the municipality's records use most, else its official one: `Musterhafen, Stadt` is Stadt
    Musterhafen."""
    row = conn.execute(_PUBLISHER, (ags,)).fetchone()
    if row:
        return str(row[0])
    bare, _, title = name.partition(", ")
    if not title:
        title = next(
            (word for word in ("Stadt", "Markt", "Gemeinde") if kind.lower().endswith(word.lower())), ""
        )
    return f"{title} {bare}".strip()


def _record(ags: str, model: Model, publisher: str, address: str, known: Known) -> Record:
    root = Dataset(
        id=IRI(f"{PLACE_HOLDER}/dataset/{model.slug}"),
        identifier=[model.slug],
        title=[f"{model.name} ({publisher})"],
        description=[_description(model, publisher)],
        keyword=sorted({model.name, model.topic}),
        theme=[IRI(f"{_EU}data-theme/{model.theme}")] if model.theme else [],
        publisher=[Agent(name=[publisher], type=[_LOCAL])],
        contact_point=[
            Kind(fn=[publisher], has_email=[IRI(f"mailto:{address or 'daten@bitte-ausfuellen.example'}")])
        ],
        spatial=[Location(id=IRI(_KEY + ags))],
        geocoding_level=[_LEVEL],
        access_rights=[IRI(f"{_EU}access-right/PUBLIC")],
        references=[IRI(model.uri)],
        conforms_to=[IRI(iri) for iri in known.standards],
        distribution=[_distribution(model, publisher, known)],
    )
    return Record(root)


def _description(model: Model, publisher: str) -> str:
    return (
        f"{model.label}: ein Datensatz der Kommune ({publisher}), angelegt nach dem Musterdatenkatalog. "
        "Bitte beschreiben: Was enthalten die Daten, woher kommen sie, wie oft werden sie erneuert?"
    )


def _distribution(model: Model, publisher: str, known: Known) -> Distribution:
    columns = [f"Spalten: {', '.join(known.columns)}"] if known.columns else []
    return Distribution(
        id=IRI(f"{PLACE_HOLDER}/dataset/{model.slug}/resource/csv"),
        title=[f"{model.name} als CSV"],
        description=columns,
        access_url=[IRI(f"{PLACE_HOLDER}/{model.slug}.csv")],
        download_url=[IRI(f"{PLACE_HOLDER}/{model.slug}.csv")],
        format=[IRI(f"{_EU}file-type/CSV")],
        media_type=[IRI("https://www.iana.org/assignments/media-types/text/csv")],
        license=[_LICENSE],
        license_attribution=[publisher],
    )


_EXEMPLAR = (
    "select version.record from dataset join version on version.id = dataset.version where dataset.key = ?"
)


def _learned(conn: sqlite3.Connection, keys: Sequence[str]) -> Known:
    """What the exemplars name: the columns of the first that names any, and standards that one of them follows."""
    columns: tuple[str, ...] = ()
    standards: Counter[str] = Counter()
    for key in keys:
        row = conn.execute(_EXEMPLAR, (key,)).fetchone()
        if row:
            record = orjson.loads(row[0])
            columns = columns or columns_named(record)
            standards.update(_standards(record))
    return Known(columns, tuple(sorted(standards)))


def columns_named(record: dict[str, Any]) -> tuple[str, ...]:
    """The columns that the descriptions of a record (canonical JSON) list after a word such as `Spalten:`; the longest
    list.

    >>> columns_named({"distribution": [{"description": ["CSV. Spalten: Art, Höhe, Standort"]}]})
    ('Art', 'Höhe', 'Standort')
    """
    files = [node for node in record.get("distribution", ()) if isinstance(node, dict)]
    texts = [text for node in (*files, record) for text in _texts(node.get("description", ()))]
    lists = [_split(found) for text in texts for found in _COLUMNS.findall(text)]
    return max(lists, key=len, default=())


def _split(text: str) -> tuple[str, ...]:
    names = [name.strip(" \t\"'„“`*") for name in re.split(r"[,;|]|\s{2,}", text)]
    kept = [name for name in names if 0 < len(name) <= 60]
    return tuple(dict.fromkeys(kept))[:MOST_COLUMNS] if len(kept) > 1 else ()


def _standards(record: dict[str, Any]) -> Iterator[str]:
    files = [node for node in record.get("distribution", ()) if isinstance(node, dict)]
    for node in (record, *files):
        for value in node.get("conforms_to", ()):
            iri = value.get("@id", "") if isinstance(value, dict) else ""
            if iri.startswith(("http://", "https://")):
                yield iri


def _texts(values: Any) -> Iterator[str]:
    for value in values:
        text = value if isinstance(value, str) else value.get("@value", "") if isinstance(value, dict) else ""
        if isinstance(text, str):
            yield text


def _package(record: Record) -> dict[str, Any]:
    """CKAN's form of a starter's record; what CKAN has no field for stands in its extras."""
    root = record.root
    assert isinstance(root, Dataset)
    publisher, contact = root.publisher[0], root.contact_point[0]
    extras = {
        "identifier": root.identifier[0],
        "publisher_name": publisher.name[0],
        "publisher_type": publisher.type[0],
        "contact_name": contact.fn[0],
        "contact_email": contact.has_email[0].removeprefix("mailto:"),
        "theme": orjson.dumps(root.theme).decode(),
        "access_rights": root.access_rights[0],
        "spatial_uri": root.spatial[0].id,
        "politicalGeocodingLevelURI": root.geocoding_level[0],
        "references": root.references[0],
        "conforms_to": orjson.dumps(root.conforms_to).decode(),
    }
    return {
        "name": root.identifier[0],
        "title": root.title[0],
        "notes": root.description[0],
        "tags": [{"name": word} for word in root.keyword],
        "license_id": "dl-de/by-2-0",
        "extras": [
            {"key": key, "value": str(value)} for key, value in extras.items() if value not in ("", "[]")
        ],
        "resources": [_resource(part) for part in root.distribution],
    }


def _resource(part: Distribution) -> dict[str, str]:
    found = {
        "id": str(part.id).rpartition("/")[2],
        "name": part.title[0],
        "description": part.description[0] if part.description else "",
        "url": part.access_url[0],
        "download_url": part.download_url[0],
        "format": "CSV",
        "mimetype": "text/csv",
        "license": part.license[0],
        "licenseAttributionByText": part.license_attribution[0],
    }
    return {key: str(value) for key, value in found.items() if value}
