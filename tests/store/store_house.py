"""A store in a folder with a clock that the test sets, records built of the property table's classes, and crawls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from catalog.record.canonical import canonical_bytes
from catalog.record.node import Record
from catalog.record.table import Agent, Dataset, Distribution
from catalog.record.terms import IRI, XSD_DATE, Literal
from catalog.store.sink import CrawlFacts, Found, Reject
from catalog.store.store import Store
from catalog.store.writer import SqliteSink

CSV = IRI("http://publications.europa.eu/resource/authority/file-type/CSV")
READER = 1


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Turn the clock on by days, hours …"""
        self.now += timedelta(**span)


def dataset(
    title: str = "Baumkataster",
    *,
    description: str = "Alle Straßenbäume der Stadt.",
    keywords: Sequence[str] = ("Bäume", "Umwelt"),
    files: int = 1,
    modified: str = "2026-01-31",
    publisher: str = "Amt für Übersicht",
    **more: Any,
) -> Record:
    """A dataset as a portal might describe it."""
    parts = [
        Distribution(id=IRI(f"https://daten.example/{n}"), title=[f"Datei {n}"], format=[CSV],
                     access_url=[IRI(f"https://daten.example/{n}.csv")])
        for n in range(files)
    ]  # fmt: skip
    return Record(
        Dataset(title=[title], description=[description], keyword=list(keywords), distribution=parts,
                modified=[Literal(modified, "", XSD_DATE)], publisher=[Agent(name=[publisher])], **more)
    )  # fmt: skip


def found(identifier: str, record: Record, **more: Any) -> Found:
    """A record as a crawl hands it over; its raw bytes are its canonical ones unless `raw_digest` says otherwise."""
    raw = blake2b(canonical_bytes(record), digest_size=16).digest()
    return Found(identifier, **{"raw_digest": raw, "reader": READER, "record": record, **more})


def many(number: int, first: int = 0) -> dict[str, Record]:
    """So many different records by identifier."""
    return {f"id-{n}": dataset(f"Datensatz {n}") for n in range(first, first + number)}


@dataclass
class House:
    """A store with one portal, `muster`, and what a crawl of it needs."""

    path: Path
    clock: Clock = field(default_factory=Clock)
    portal: str = "muster"

    def __post_init__(self) -> None:
        self.store = self.open()
        self.store.keep_portals([{"key": self.portal, "url": "https://daten.example", "title": "Muster"}])

    def open(self) -> Store:
        """Open the database (again)."""
        return Store(self.path, "0.1", self.clock)

    def reopen(self) -> None:
        """As a new process would: nothing is remembered but the file."""
        self.store.conn.close()
        self.store = self.open()

    @property
    def conn(self) -> Any:
        return self.store.conn

    def sink(self, run: int | None = None, **more: Any) -> SqliteSink:
        """A sink for the portal, in a new run unless one is given."""
        return self.store.sink(self.store.begin_run() if run is None else run, self.portal, **more)

    def crawl(self, records: Mapping[str, Record], *, accept_shrink: bool = False, **facts: Any) -> str:
        """A whole crawl, a new run; returns its outcome. `facts` overwrite those of a complete listing."""
        sink = self.sink(accept_shrink=accept_shrink)
        hand_over(sink, [found(identifier, record) for identifier, record in records.items()])
        outcome = sink.finish(complete(len(records), **facts))
        self.store.end_run(sink.run)
        self.clock.advance(hours=1)
        return outcome

    def one(self, sql: str, *values: Any) -> Any:
        """The first column of the first row."""
        row = self.conn.execute(sql, values).fetchone()
        return row[0] if row else None

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """All rows."""
        found_rows: list[tuple[Any, ...]] = self.conn.execute(sql, values).fetchall()
        return found_rows

    def events(self, identifier: str) -> list[str]:
        """The life of a record."""
        sql = "select event from version join dataset on dataset.id = dataset where identifier = ? order by version.id"
        return [event for (event,) in self.rows(sql, identifier)]

    def counters(self, run: int | None = None) -> dict[str, int]:
        """The counters of the portal's run, the newest unless one is given; those that are not 0."""
        names = ("added", "changed", "unchanged", "returned", "gone", "missing")
        sql = f"select {', '.join(names)} from portal_run where run = coalesce(?, (select max(id) from run))"
        return {name: count for name, count in zip(names, self.rows(sql, run)[0], strict=True) if count}

    def search(self, words: str) -> list[str]:
        """Identifiers of the records that the index finds."""
        sql = (
            "select identifier from dataset_fts join dataset on dataset.id = dataset_fts.rowid"
            " where dataset_fts match ? order by identifier"
        )
        return [identifier for (identifier,) in self.rows(sql, words)]


def complete(number: int, **more: Any) -> CrawlFacts:
    """The facts of a listing that was read to its end."""
    return CrawlFacts(**{"delivered": number, "claimed": number, "walked": True, "requests": 1, **more})


def hand_over(
    sink: SqliteSink, items: Sequence[Found], size: int = 3, rejects: Sequence[Reject] = ()
) -> None:
    """As the crawl does: ask what is unchanged, hand over the rest with its record, in batches."""
    for batch in batches(items, size):
        sink.take(proven(sink, batch))
    if rejects:
        sink.take([], rejects)


def batches(items: Sequence[Found], size: int) -> Iterator[Sequence[Found]]:
    """Slices of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def proven(sink: SqliteSink, batch: Sequence[Found]) -> list[Found]:
    """The batch, without the records that the raw digest proves unchanged."""
    readers = {item.reader for item in batch}
    same = {
        name
        for reader in readers
        for name in sink.unchanged(
            [(i.identifier, i.raw_digest) for i in batch if i.reader == reader], reader
        )
    }
    return [
        Found(item.identifier, item.raw_digest, item.reader, type=item.type)
        if item.identifier in same
        else item
        for item in batch
    ]


def finding(**counts: int) -> Counter[str]:
    """Findings by slug, hyphens written as underscores."""
    return Counter({name.replace("_", "-"): count for name, count in counts.items()})
