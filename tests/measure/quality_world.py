"""A small world for the tests of quality: two towns of state 99, two portals, records with known points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from catalog.measure.quality import Scored, aggregate
from catalog.measure.records import look_at_changed
from catalog.record.canonical import canonical_bytes
from catalog.record.findings import KINDS, check
from catalog.record.node import Record
from catalog.record.table import Agent, Dataset, Distribution, Kind, Location, PeriodOfTime
from catalog.record.terms import IRI, XSD_DATE, Literal
from catalog.store.sink import CrawlFacts, Found
from catalog.store.store import Store

EU = "http://publications.europa.eu/resource/authority/"
CSV, PDF = IRI(EU + "file-type/CSV"), IRI(EU + "file-type/PDF")
TEXT_CSV = IRI("https://www.iana.org/assignments/media-types/text/csv")
CC_BY = IRI(EU + "licence/CC_BY_4_0")
DL_DE = IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")
_LINKS = """insert or ignore into link (url) select access_url from distribution where access_url <> ''
union select download_url from distribution where download_url <> ''"""
_USES = """insert or ignore into dataset_link (dataset, link, role)
select dataset, link.id, 'access' from distribution join link on link.url = access_url
union select dataset, link.id, 'download' from distribution join link on link.url = download_url"""
SMALL, LARGE = "99000001", "99000002"


def day(text: str) -> Literal:
    return Literal(text, "", XSD_DATE)


def file(name: str = "a", **more: Any) -> Distribution:
    """A distribution that passes every metric of its level, but for the changes given."""
    values: dict[str, list[Any]] = {
        "access_url": [IRI(f"https://daten.example/{name}")],
        "download_url": [IRI(f"https://daten.example/{name}.csv")],
        "format": [CSV], "media_type": [TEXT_CSV], "license": [CC_BY], "rights": [IRI("https://daten.example/rechte")],
        "byte_size": [Literal("120", "", "http://www.w3.org/2001/XMLSchema#nonNegativeInteger")],
    }  # fmt: skip
    return Distribution(id=IRI(f"https://daten.example/file/{name}"), **{**values, **more})


def dataset(title: str, *files: Distribution, **more: Any) -> Record:
    """A dataset that passes every metric of its level, but for the changes given."""
    values: dict[str, list[Any]] = {
        "title": [title], "description": ["Worum es geht."], "keyword": ["Bäume"],
        "theme": [IRI(EU + "data-theme/ENVI")],
        "spatial": [Location(id=IRI("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/99000001"))],
        "temporal": [PeriodOfTime(start_date=[day("2026-01-01")])],
        "access_rights": [IRI(EU + "access-right/PUBLIC")],
        "contact_point": [Kind(has_email=[IRI("mailto:daten@stadt.example")])],
        "publisher": [Agent(name=["Stadt Kleinstadt"])],
        "issued": [day("2026-01-01")], "modified": [day("2026-02-01")],
    }  # fmt: skip
    return Record(Dataset(distribution=list(files), **{**values, **more}))


def is_compliant(record: Record) -> bool:
    """Whether no finding of a record is an error in the profile DCAT-AP."""
    return not any(KINDS[slug].severity["dcat-ap"] == "error" for slug in check(record))


class World:
    """A store with both towns and the portals `klein` and `land`."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "bestand.db", "0.1")
        self.store.keep_municipalities(
            [
                {"ags": SMALL, "name": "Kleinstadt", "state": "99", "population": 4000, "size_class": 7},
                {"ags": LARGE, "name": "Großstadt", "state": "99", "population": 500_000, "size_class": 1},
            ]
        )
        portals = [{"key": key, "url": f"https://{key}.example", "title": key} for key in ("klein", "land")]
        self.store.keep_portals(portals)

    def crawl(self, portal: str, records: Mapping[str, Record], type_: str = "", fault: str = "") -> None:
        """A complete crawl of a portal; `fault` is one met while reading each record."""
        run = self.store.begin_run()
        sink = self.store.sink(run, portal)
        found = [
            Found(
                name, blake2b(canonical_bytes(record), digest_size=16).digest(), 1,
                record=record, findings=check(record) + Counter([fault] if fault else []), type=type_,
            )
            for name, record in records.items()
        ]  # fmt: skip
        same = sink.unchanged([(item.identifier, item.raw_digest) for item in found], 1)
        sink.take(
            [Found(i.identifier, i.raw_digest, 1, type=type_) if i.identifier in same else i for i in found]
        )
        count = len(found)
        sink.finish(CrawlFacts(delivered=count, claimed=count, walked=True, requests=1))
        self.store.end_run(run)

    def belongs(self, identifier: str, ags: str) -> None:
        self.sql("update dataset set ags = ? where identifier = ?", ags, identifier)

    def links(self, states: Mapping[str, str], status: int | None = 200) -> None:
        """Links as if they had been checked: address -> state."""
        for url, state in states.items():
            self.sql("update link set state = ?, status = ? where url = ?", state, status, url)

    def measure(self) -> int:
        """What `bestand measure` does of quality; the number of the run."""
        run = self.store.begin_run("measure")
        look_at_changed(self.store, [Scored(self.store)])
        self.sql(_LINKS)
        self.sql(_USES)
        aggregate(self.store, run)
        self.store.end_run(run)
        return run

    def sql(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.store.db.atomic():
            rows: list[tuple[Any, ...]] = self.store.conn.execute(sql, values).fetchall()
        return rows

    def points(self) -> dict[str, tuple[int, int, int]]:
        """Identifier -> points, possible, points of the national view."""
        sql = (
            "select identifier, points, possible, points_national from quality"
            " join dataset on dataset.id = quality.dataset"
        )
        return {name: tuple(rest) for name, *rest in self.sql(sql)}  # type: ignore[misc]
