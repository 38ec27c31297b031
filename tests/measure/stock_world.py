"""A small measured world of state 99: Musterhafen with a portal of its own, Beispielburg on the shared one, Nirgendwo
with nothing."""

from __future__ import annotations

from datetime import timedelta

from store_house import House, complete, dataset, found, hand_over

from catalog.measure import duplicates, peers, quality
from catalog.measure.fingerprints import Fingerprints
from catalog.measure.records import look_at_changed
from catalog.measure.stocktaking.taking import take_stock
from catalog.record.findings import check
from catalog.record.node import Record
from catalog.record.table import Kind
from catalog.record.terms import IRI
from catalog.store.discoveries import Conclusion, Discoveries
from catalog.store.link_uses import sync
from catalog.store.links import Checked, Links
from catalog.store.measures import Measures

EU = "http://publications.europa.eu/resource/authority/"
HAFEN, BURG, NOWHERE = "99111000", "99112000", "99113000"
TOWNS = (
    (HAFEN, "991110000000", "Musterhafen", 120_000), (BURG, "991120000000", "Beispielburg", 30_000),
    (NOWHERE, "991130000000", "Nirgendwo", 28_000),
)  # fmt: skip
PORTALS = (
    {"key": "muster", "url": "https://daten.musterhafen.example", "kind": "ckan", "ags": HAFEN},
    {"key": "land", "url": "https://daten.land.example", "kind": "piveau", "covers": "99"},
)


def contact(address: str) -> Kind:
    return Kind(fn=["Stelle für Daten"], has_email=[IRI(f"mailto:{address}")])


def records(town: str, number: int, **more: object) -> dict[str, Record]:
    """So many records: every third without a description, every fourth without a licence, a third of them rhythmic."""
    made = {}
    for n in range(number):
        record = dataset(
            f"Datensatz {n} {town}", description="" if n % 3 == 2 else "Worum es geht.", files=1 + n % 2,
            modified="2026-10-20" if n % 2 else "2024-05-01",
            frequency=[IRI(EU + "frequency/MONTHLY")] if n % 3 == 0 else [],
            theme=[IRI(EU + "data-theme/" + ("ENVI", "TRAN", "GOVE")[n % 3])],
            contact_point=[contact(f"daten@{town}.example")] if n % 5 else [],
            access_rights=[IRI(EU + "access-right/" + ("NON_PUBLIC" if n == 4 else "PUBLIC"))],
            **more,
        )  # fmt: skip
        if n % 3 == 2:
            record.root.description = []  # type: ignore[attr-defined]
        for part in record.root.distribution:  # type: ignore[attr-defined]
            part.license = [] if n % 4 == 3 else [IRI(EU + "licence/CC_BY_4_0")]
            part.access_url = [IRI(f"https://{town}.example/{n}/{part.title[0].split()[-1]}.csv")]
        made[f"{town}-{n}"] = record
    return made


def build(house: House) -> House:
    """Crawl, attribute, check links, look for home pages."""
    store = house.store
    store.keep_municipalities(
        {"ags": ags, "ars": ars, "name": name, "population": people, "state": "Musterland", "type": "Stadt", "country": "DE",
         "lat": 53.0 + number / 10, "lon": 9.0} for number, (ags, ars, name, people) in enumerate(TOWNS)
    )  # fmt: skip
    store.keep_portals(PORTALS)
    crawl(house, "muster", records("musterhafen", 9))
    crawl(house, "land", records("beispielburg", 4) | records("musterhafen", 2))
    measures = Measures(store)
    rows = house.rows("select identifier, id from dataset")
    measures.change(
        "dataset", ("ags",), [(HAFEN if "hafen" in name else BURG, number) for name, number in rows]
    )
    sync(store)
    links = house.rows("select id from link order by id")
    Links(store).keep(
        [Checked(number, "x.example", "reachable" if number % 4 else "gone") for (number,) in links[:-1]]
    )
    for ags, _, name, _ in TOWNS:
        Discoveries(store).conclude(1, Conclusion(ags, "found", f"https://{name.lower()}.example", 90))
    models = [("baumkataster", HAFEN, 0), ("haushaltsplan", HAFEN, 1), ("baumkataster", BURG, 0)]
    measures.keep("dataset_model", ("dataset", "model", "evidence", "certainty"), [
        (house.one("select min(id) + ? from dataset where ags = ?", number, ags), model, "words", 0.9)
        for model, ags, number in models
    ])  # fmt: skip
    return house


def crawl(house: House, portal: str, listed: dict[str, Record]) -> None:
    house.portal = portal
    sink = house.sink()
    hand_over(sink, [found(name, record, findings=check(record)) for name, record in listed.items()])
    sink.finish(complete(len(listed)))
    house.store.end_run(sink.run)


def measure(house: House) -> int:
    """All steps but attribution and recognition, which the world itself says; returns the run."""
    run = house.store.begin_run("measure")
    look_at_changed(house.store, (quality.Scored(house.store), Fingerprints()))
    duplicates.sight(house.store)
    quality.aggregate(house.store, run)
    take_stock(house.store, run)
    peers.relate(house.store)
    house.store.end_run(run)
    house.clock.now += timedelta(hours=1)
    return run
