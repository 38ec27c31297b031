"""A small measured catalogue for the tests of the pages: built by real crawls, real link checks and the real `measure`.

Land Musterland (state 99): `HAFEN` publishes much in a portal of its own, `BURG` and other towns through the state's
portal, `MEMBER` only through its association; of `BLOCKED`, `UNREACHABLE` and `UNCHECKED` nothing is known, at `NOTHING`
all was asked and nothing found, `WEBSITE` has data on web pages only. `FORMER` is a key that became `HAFEN`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1] / "store"))

from store_house import House, complete, dataset, found, hand_over

from catalog.measure.measuring import measure
from catalog.measure.stocktaking.milestones import milestone
from catalog.record.findings import check
from catalog.record.node import Record
from catalog.record.table import HVD_LEGISLATION, Kind, Location
from catalog.record.terms import IRI, XSD_DATE, Literal
from catalog.store.discoveries import Conclusion, Discoveries
from catalog.store.links import Checked, Links
from catalog.store.registers import Former, Registers
from catalog.store.sink import CrawlFacts

EU = "http://publications.europa.eu/resource/authority/"
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & "Zitat"'
HAFEN, BURG, COPY, HOSTILE_TOWN, UMLAUT = "99111000", "99112000", "99113000", "99151001", "99151002"
MEMBER, BLOCKED, UNREACHABLE, UNCHECKED, NOTHING = "99152001", "99152002", "99152003", "99153001", "99153002"
WEBSITE, FORMER, WILD = "99153003", "99000001", "99999999"
TOWNS: tuple[tuple[str, str, str, str, int | None], ...] = (
    (HAFEN, "991110000000", "Musterhafen, Landeshauptstadt", "Kreisfreie Stadt", 512_000),
    (BURG, "991120000000", "Beispielburg, Stadt", "Kreisfreie Stadt", 120_000),
    (COPY, "991130000000", "Exempelstadt, Stadt", "Kreisfreie Stadt", 130_500),
    (HOSTILE_TOWN, "991510001001", f"Hinterhalt {HOSTILE}", "Stadt", 31_000),
    (UMLAUT, "991510002002", "Größ-Überlingen ob der Straße", "Stadt", 28_000),
    (MEMBER, "991525001001", "Kleinmuster", "Gemeinde", 2_100),
    (BLOCKED, "991520002002", "Sperrhausen", "Gemeinde", 4_800),
    (UNREACHABLE, "991520003003", "Fernweh", "Gemeinde", 7_400),
    (UNCHECKED, "991530001001", "Unbefragt", "Gemeinde", None),
    (NOTHING, "991530002002", "Leerfeld", "Gemeinde", 6_100),
    (WEBSITE, "991530003003", "Seitenau", "Gemeinde", 15_300),
)
"""Key, regional key, name, type, inhabitants."""
ASSOCIATION = "991525001"
PORTALS: tuple[Mapping[str, Any], ...] = (
    {"key": "hafen", "url": "https://daten.hafen.example", "title": "Offene Daten Musterhafen", "kind": "ckan", "ags": HAFEN},
    {"key": "land", "url": "https://daten.land.example", "title": "Datenportal Musterland", "kind": "piveau", "covers": "99"},
    {"key": "sperre", "url": "https://daten.sperrhausen.example", "title": "Sperrhausen", "kind": "ckan", "ags": BLOCKED},
    {"key": "fern", "url": "https://daten.fernweh.example", "title": "Fernweh", "kind": "ckan", "ags": UNREACHABLE},
    {"key": "verband", "url": "https://vg.example", "title": "VG Musterau", "kind": "dcat", "ars": ASSOCIATION},
    {"key": "seitenau", "url": "https://seitenau.example", "title": "Seitenau", "kind": "website", "ags": WEBSITE},
)  # fmt: skip
NAMES = (
    *("Baumkataster", "Spielplätze", "Straßenverzeichnis", "Haushaltsplan 2026", "Bebauungspläne", "Parkplätze"),
    *("Kommunalwahl 2025: Ergebnisse", "Kindertagesstätten", "Abfallkalender", "Radwege", "Denkmalliste", "Luftqualität"),
)  # fmt: skip
THEMES = ("ENVI", "EDUC", "TRAN", "GOVE", "REGI", "HEAL", "ECON", "SOCI", "JUST")
FIRST, SECOND = datetime(2026, 8, 1, 2, tzinfo=UTC), datetime(2026, 11, 15, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Measured:
    """The file, and the run of its newest measurement."""

    path: Path
    run: int


def build(path: Path) -> Measured:
    """Crawl, check links, look for home pages and measure, in August and again in November 2026; writes `path`."""
    house = House(path)
    house.clock.now = FIRST
    _register(house)
    house.store.keep_portals(PORTALS)
    _crawl_all(house, 0)
    _homepages(house)
    measure(house.store)
    milestone(house.store, "2026-Q3")
    house.clock.now = SECOND
    _crawl_all(house, 1)
    measure(house.store)
    _check_links(house)
    house.clock.advance(hours=1)
    run = measure(house.store).run
    house.conn.execute("pragma journal_mode=wal")
    house.store.close()
    return Measured(path, run)


def record(title: str, number: int, town: str = "", *, modified: str = "2026-10-20", **more: Any) -> Record:
    """A dataset as a town describes it: every fourth without a licence, every fifth without a contact, every sixth
    without a description, of themes in turn; with a key of the municipality where one is given."""
    made = dataset(
        title, files=1 + number % 2, modified=modified, keywords=(title.split()[0], "Muster"),
        theme=[IRI(f"{EU}data-theme/{THEMES[number % len(THEMES)]}")],
        frequency=[IRI(f"{EU}frequency/{'MONTHLY' if number % 2 else 'ANNUAL'}")],
        issued=[Literal("2025-01-31", "", XSD_DATE)],
        contact_point=[Kind(fn=["Open-Data-Stelle"], has_email=[IRI("mailto:opendata@stadt.example")])] if number % 5 else [],
        **({"spatial": [Location(id=IRI(f"http://dcat-ap.de/def/politicalGeocoding/municipalityKey/{town}"))],
            "geocoding_level": [IRI("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")]} if town else {}), **more,
    )  # fmt: skip
    if number % 6 == 5:
        made.root.description = []  # type: ignore[attr-defined]
    for place, part in enumerate(made.root.distribution):  # type: ignore[attr-defined]
        part.license = [] if number % 4 == 3 else [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
        part.format = [IRI(f"{EU}file-type/{('CSV', 'PDF', 'GEOJSON')[number % 3]}")]
        part.access_url = [IRI(f"https://{town or 'stelle'}.example/{number}/{place}.csv")]
    return made


def _register(house: House) -> None:
    house.store.keep_municipalities(
        [{"ags": ags, "ars": ars, "name": name, "type": kind, "population": people, "state": "Musterland", "country": "DE",
          "district": f"Kreis {ags[2:5]}", "district_key": ags[:5], "association": "Musterau" if ars[:9] == ASSOCIATION else name,
          "association_type": "Verbandsgemeinde" if ars[:9] == ASSOCIATION else "Verbandsfreie Gemeinde",
          "lat": 52.0 + number / 10, "lon": 9.0 + number / 7} for number, (ags, ars, name, kind, people) in enumerate(TOWNS)]
        + [{"ags": WILD, "name": "Wilder Wald", "type": "gemeindefreies Gebiet", "state": "Musterland", "country": "DE"},
           {"ags": FORMER, "name": "Althafen", "state": "Musterland", "country": "DE"}]
    )  # fmt: skip
    Registers(house.store.db).load([], (), [Former(FORMER, HAFEN, "merged", "2026-01-01")])


def _crawl_all(house: House, epoch: int) -> None:
    hafen = {f"h{n}": record(_title(n), n, HAFEN) for n in range(24 + epoch)}
    hafen["h0"] = record("Baumkataster der Stadt" if epoch else "Baumkataster", 1, HAFEN)
    if epoch:
        del hafen["h23"]
    burg = {f"b{n}": record(NAMES[n], n + 4, BURG) for n in range(6 if epoch else 2)}
    burg["b0"].root.applicable_legislation = [HVD_LEGISLATION]  # type: ignore[attr-defined]
    copy = {f"c{n}": record(NAMES[n + 4], n, COPY) for n in range(5)}
    rest = {"t0": record(HOSTILE, 1, HOSTILE_TOWN), "t1": record("Spielplätze in Überlingen", 2, UMLAUT)}
    again = {"s0": record(_title(6), 6, HAFEN)}
    member = {f"v{n}": record(NAMES[n], n, publisher="Verbandsgemeinde Musterau") for n in range(4)}
    _crawl(house, "hafen", hafen)
    _crawl(house, "land", burg | copy | rest | again)
    _crawl(house, "verband", member)
    _crawl(house, "seitenau", {"w0": record("Haushalt als Tabelle", 2, WEBSITE)}, "website")
    _fail(house, "sperre", "blocked")
    _fail(house, "fern", "unreachable")


def _title(number: int) -> str:
    return f"{NAMES[number]}" if number < len(NAMES) else f"{NAMES[number % len(NAMES)]} {2000 + number}"


def _crawl(house: House, portal: str, listed: Mapping[str, Record], kind: str = "") -> None:
    house.portal = portal
    sink = house.sink()
    hand_over(sink, [found(name, item, findings=check(item), type=kind) for name, item in listed.items()])
    sink.finish(complete(len(listed)))
    house.store.end_run(sink.run)
    house.clock.advance(minutes=10)


def _fail(house: House, portal: str, why: str) -> None:
    house.portal = portal
    sink = house.sink()
    sink.evidence(
        f"https://{portal}.example/robots.txt", 0 if why == "unreachable" else 403, why, "no answer"
    )
    sink.finish(CrawlFacts(requests=1, failures=Counter({why: 1})))
    house.store.end_run(sink.run)


def _homepages(house: House) -> None:
    for ags, state in ((HAFEN, "found"), (NOTHING, "found"), (WEBSITE, "found"), (BURG, "found")):
        Discoveries(house.store).conclude(1, Conclusion(ags, state, f"https://stadt{ags}.example", 90))


def _check_links(house: House) -> None:
    """Every seventh address is gone; the last was never checked."""
    numbers = [number for (number,) in house.rows("select id from link order by id")]
    Links(house.store).keep(
        [Checked(number, "stadt.example", "gone" if place % 7 == 3 else "reachable", 404 if place % 7 == 3 else 200)
         for place, number in enumerate(numbers[:-1])]
    )  # fmt: skip
