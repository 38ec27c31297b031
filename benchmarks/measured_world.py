"""A database to measure: records of German municipalities in shared portals, a tenth of them in a national one as well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from random import Random

from fleet.topics import SENTENCES, TOPICS

from catalog.record.canonical import canonical_bytes
from catalog.record.findings import check
from catalog.record.node import Record
from catalog.record.table import Agent, Dataset, Distribution, Kind
from catalog.record.terms import IRI, XSD_DATE, Literal
from catalog.store.registers import Registers
from catalog.store.sink import CrawlFacts, Found
from catalog.store.store import Store

MUNICIPALITIES, PORTALS, COPIED = 5000, 100, 10
"""How many municipalities publish, in how many portals; every so manieth record stands in the national portal too."""
BATCH = 500
_EU = "http://publications.europa.eu/resource/authority/"
_FORMATS = ("CSV", "JSON", "XLSX", "PDF", "GEOJSON", "WMS_SRVC")
_LICENSES = (
    _EU + "licence/CC_BY_4_0", "http://dcat-ap.de/def/licenses/dl-by-de/2.0", "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
    "http://dcat-ap.de/def/licenses/other-closed",
)  # fmt: skip
_RHYTHMS = ("ANNUAL", "MONTHLY", "IRREG", "DAILY", "QUARTERLY")

Town = tuple[str, str]
"""A municipality's key and name."""


def build(path: Path, count: int) -> int:
    """A new database with so many records, by crawls of all portals; returns how many records it has."""
    store = Store(path, "benchmark")
    try:
        Registers(store.db).load_shipped()
        _keep_portals(store)
        _crawl(store, count, frozenset())
        return int(store.conn.execute("select count(*) from dataset").fetchone()[0])
    finally:
        store.close()


def change(path: Path, count: int, share: float) -> int:
    """A second crawl that finds this share of the records changed; returns how many there were."""
    rng, store = Random("change"), Store(path, "benchmark")
    changed = frozenset(rng.sample(range(count), round(count * share)))
    try:
        _crawl(store, count, changed)
    finally:
        store.close()
    return len(changed)


def _keep_portals(store: Store) -> None:
    rows = [
        {"key": f"land-{n}", "url": f"https://daten-{n}.example/", "kind": "ckan", "title": f"Portal {n}"}
        for n in range(PORTALS)
    ]
    bund = {"key": "bund", "url": "https://bund.example/", "kind": "ckan", "title": "Bund", "covers": "DE"}
    store.keep_portals([*rows, bund])


def _crawl(store: Store, count: int, changed: frozenset[int]) -> None:
    """All portals in one run; the records of a municipality stand in one of them."""
    towns, run = _towns(store), store.begin_run()
    for number in range(PORTALS):
        listed = [n for n in range(count) if n % len(towns) % PORTALS == number]
        _fill(store, run, f"land-{number}", listed, towns, changed)
    _fill(store, run, "bund", range(0, count, COPIED), towns, changed)
    store.end_run(run)


def _fill(
    store: Store, run: int, portal: str, listed: Sequence[int], towns: Sequence[Town], changed: frozenset[int]
) -> None:
    """One portal: what the store proves to be unchanged is not built, as in a crawl."""
    sink = store.sink(run, portal)
    for numbers in _batches(listed):
        digests = [(f"{portal}-{n}", _digest(n, n in changed)) for n in numbers]
        same = sink.unchanged(digests, 1)
        sink.take(
            [
                Found(name, digest, 1) if name in same else _found(name, digest, n, towns, n in changed)
                for n, (name, digest) in zip(numbers, digests, strict=True)
            ]
        )
    sink.finish(CrawlFacts(delivered=len(listed), claimed=len(listed), walked=True, requests=1))


def _batches(numbers: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(numbers)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _digest(number: int, changed: bool) -> bytes:
    return blake2b(f"{number} {changed}".encode(), digest_size=16).digest()


def _found(name: str, digest: bytes, number: int, towns: Sequence[Town], changed: bool) -> Found:
    made = record(number, towns[number % len(towns)], changed=changed)
    canonical_bytes(made)
    return Found(name, digest, 1, record=made, findings=check(made))


def _towns(store: Store) -> list[Town]:
    """So many municipalities, spread over the whole register."""
    rows = store.conn.execute(
        "select ags, name from municipality where not coalesce(unincorporated, 0) order by ags"
    ).fetchall()
    step = max(1, len(rows) // MUNICIPALITIES)
    return [(ags, name.split(",")[0]) for ags, name in rows[::step][:MUNICIPALITIES]]


def record(number: int, town: Town, *, changed: bool = False) -> Record:
    """A record of a municipality, with the gaps of real ones; `changed`: as it is after an edit."""
    rng = Random(number)
    topic = rng.choice(TOPICS)
    title = f"{topic.title} {town[1]} {2015 + number % 11}"
    host = f"https://daten.{town[0]}.example"
    said = " ".join(sentence.format(title=topic.title, town=town[1]) for sentence in SENTENCES[topic.kind])
    files = [_file(rng, host, number, place) for place in range(rng.choice((1, 1, 2, 3)))]
    return Record(
        Dataset(
            title=[title],
            description=[said + (" Im März fortgeschrieben." if changed else "")] if rng.random() < 0.9 else [],
            keyword=list(topic.keywords.split()),
            theme=[IRI(f"{_EU}data-theme/{topic.theme}")] if rng.random() < 0.8 else [],
            publisher=[Agent(name=[f"Stadt {town[1]}" if number % 3 else town[1]])],
            contact_point=[Kind(has_email=[IRI(f"mailto:opendata@{town[0]}.example")])] if rng.random() < 0.85 else [],
            spatial=[IRI(f"http://dcat-ap.de/def/politicalGeocoding/municipalityKey/{town[0]}")],
            geocoding_level=[IRI("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")],
            frequency=[IRI(f"{_EU}frequency/{rng.choice(_RHYTHMS)}")] if rng.random() < 0.6 else [],
            modified=[Literal(f"{rng.randint(2018, 2026)}-{rng.randint(1, 9):02}-11", "", XSD_DATE)],
            distribution=files,
        )
    )  # fmt: skip


def _file(rng: Random, host: str, number: int, place: int) -> Distribution:
    name = rng.choice(_FORMATS)
    url = f"{host}/files/{number}-{place}.{name.lower()}"
    return Distribution(
        id=IRI(f"{host}/file/{number}-{place}"), title=[f"Datei {place}"], format=[IRI(f"{_EU}file-type/{name}")],
        license=[IRI(rng.choice(_LICENSES))] if rng.random() < 0.85 else [], access_url=[IRI(url)],
        download_url=[IRI(url)] if rng.random() < 0.5 else [],
    )  # fmt: skip
