"""Whose a record is: four steps in their order, decisions first, ambiguous to nobody. Every figure is counted by hand."""

import csv
import io
import tempfile
from functools import cache
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_house import House, dataset, found, hand_over

from catalog.measure.attribution import (
    METHODS,
    NOBODY,
    Attribution,
    Group,
    Spoken,
    attribute,
    compact,
    part_forms,
)
from catalog.measure.attribution_measures import MEASURES
from catalog.measure.decisions import UnreadableDecisions, keep_decision, path_beside, read_decisions
from catalog.measure.records import look_at_changed
from catalog.record.node import Record
from catalog.record.table import Agent, Location
from catalog.record.terms import IRI
from catalog.store.registers import Former, Registers
from catalog.store.sink import CrawlFacts

GEO = "http://dcat-ap.de/def/politicalGeocoding/"
HAFEN, KLEVE, KONZEN, HEIDE, HAMBURG = "99101000", "99102001", "99102004", "99102002", "02000000"
REGISTER = """ags,ars,name,state,type,district,association,association_type,population,country
99101000,991010000000,"Musterhafen, Stadt",Musterland,Kreisfreie Stadt,Musterhafen,Musterhafen,Verbandsfreie Gemeinde,300000,DE
99102001,991020001001,"Kleve, Stadt",Musterland,Stadt,Kleve,Kleve,Verbandsfreie Gemeinde,50000,DE
99102002,991025001002,Beispielau (Heide),Musterland,Gemeinde,Kleve,Konzen,Verbandsgemeinde,4000,DE
99102004,991025001004,"Konzen, Stadt",Musterland,Stadt,Kleve,Konzen,Verbandsgemeinde,18000,DE
98102002,981020002002,Beispielau,Nachbarland,Gemeinde,Anderskreis,Beispielau,Verbandsfreie Gemeinde,9000,DE
02000000,020000000000,"Hamburg, Freie und Hansestadt",Hamburg,Kreisfreie Stadt,Hamburg,Hamburg,Verbandsfreie Gemeinde,1800000,DE
"""


def place(level: str = "", *keys: str) -> dict[str, list[object]]:
    """The properties by which a record says where it belongs."""
    return {
        "geocoding_level": [IRI(f"{GEO}Level/{level}")] if level else [],
        "spatial": [Location(id=IRI(GEO + key)) for key in keys],
    }


@pytest.fixture
def world(house: House) -> House:
    """Six municipalities; the portal of a town, of a district, a state's and the country's."""
    house.store.keep_municipalities(csv.DictReader(io.StringIO(REGISTER)))
    house.store.keep_portals([
        {"key": "hafen", "url": "https://hafen.example", "ags": HAFEN},
        {"key": "kreis", "url": "https://kreis.example", "ags": "99102"},
        {"key": "land", "url": "https://land.example", "settings": {"ars": "99", "covers": "99"}},
        {"key": "bund", "url": "https://bund.example", "settings": {"covers": "DE"}},
    ])  # fmt: skip
    house.store.keep_portal_parts([
        {"portal": "land", "part": "stadt-kleve", "ags": KLEVE, "ars": "991020001001", "name": "Stadt Kleve", "certainty": 95},
        {"portal": "land", "part": "vg-konzen", "ars": "991025001", "name": "Verbandsgemeinde Konzen", "certainty": 85},
        {"portal": "land", "part": "GemeindeNrdlich", "ags": HEIDE, "name": "Nördliche Heide", "certainty": 60},
    ])  # fmt: skip
    return house


def crawl(house: House, portal: str, *records: Record) -> None:
    sink = house.store.sink(house.store.begin_run(), portal)
    hand_over(sink, [found(f"{portal}-{number}", item) for number, item in enumerate(records)])
    sink.finish(CrawlFacts(walked=True, claimed=len(records), delivered=len(records)))
    house.clock.advance(hours=1)


def by(publisher: str, iri: str = "", **properties: object) -> Record:
    made = dataset(publisher or "ohne", files=0)
    agents = [Agent(id=IRI(iri) if iri else None, name=[publisher])] if publisher else []
    for name, values in {"publisher": agents, **properties}.items():
        setattr(made.root, name, values)
    return made


def attributed(house: House, decisions: dict[tuple[str, str], str] | None = None) -> list[tuple[object, ...]]:
    look_at_changed(house.store, [Spoken()])
    attribute(house.store, house.store.begin_run("measure"), decisions or {})
    return house.rows("select ags, attribution, certainty, body from dataset order by id")


def test_a_record_says_it_only_with_its_level(world: House) -> None:
    crawl(
        world, "bund",
        by("A", **place("municipality", f"municipalityKey/{KLEVE}")),
        by("B", **place("", f"municipalityKey/{KLEVE}")),
        by("C", **place("municipality", "regionalKey/991020001001")),
        by("D", **place("administrativeDistrict", "districtKey/99101")),
        by("E", **place("administrativeDistrict", "districtKey/99102")),
        by("F", **place("state", "stateKey/02")),
        by("G", **place("municipality", f"municipalityKey/{KLEVE}", f"municipalityKey/{HAFEN}")),
        by("H", **place("municipality", "municipalAssociationKey/991025001")),
        by("I", **place("municipality", "municipalityKey/77777777")),
        by("J", **place("state", f"municipalityKey/{KLEVE}")),
    )  # fmt: skip
    assert attributed(world) == [
        (KLEVE, "declared", 98, ""),
        (None, "", 0, ""),  # a key alone says where, not who
        (KLEVE, "declared", 98, ""),
        (HAFEN, "declared", 98, ""),  # a town that is its own district
        (None, "declared", 98, "99102"),
        (HAMBURG, "declared", 98, ""),  # a state that is one municipality
        (None, "", 0, ""),  # of two nobody
        (None, "declared", 98, "991025001"),
        (None, "", 0, ""),
        (None, "", 0, ""),
    ]


def test_a_part_of_a_portal_is_found_by_address_slug_and_name(world: House) -> None:
    crawl(
        world, "land",
        by("Statistikstelle", "https://land.example/organization/stadt-kleve"),
        by("Verbandsgemeinde Konzen"),
        by("Gemeinde Nördlich"),
        by("Irgendwer"),
    )  # fmt: skip
    assert attributed(world) == [
        (KLEVE, "part", 95, ""),
        (None, "part", 85, "991025001"),
        (HEIDE, "part", 60, ""),  # as portals drop umlauts
        (None, "", 0, ""),
    ]


def test_a_town_s_own_portal_unless_the_publisher_is_another_body(world: House) -> None:
    crawl(
        world,
        "hafen",
        *map(by, ["Umweltamt", "Musterhafen", "Stadt Kleve", "Kreis Kleve", "Bundesamt für Seewesen", ""]),
    )
    assert attributed(world) == [
        (HAFEN, "own_portal", 90, ""),
        (HAFEN, "own_portal", 90, ""),
        (KLEVE, "publisher", 90, ""),
        (None, "publisher", 90, "99102"),
        (None, "", 0, ""),
        (HAFEN, "own_portal", 90, ""),
    ]


def test_a_district_s_portal_is_its_own_as_another_body(world: House) -> None:
    crawl(world, "kreis", by("Katasteramt"), by("Stadt Kleve"), by("Kreisverwaltung"))
    assert attributed(world) == [
        (None, "own_portal", 90, "99102"),
        (KLEVE, "publisher", 90, ""),
        (None, "own_portal", 90, "99102"),
    ]


def test_namesakes_are_told_apart_by_the_portal_s_area_or_are_nobody_s(world: House) -> None:
    crawl(world, "land", by("Gemeinde Beispielau"))
    crawl(
        world,
        "bund",
        by("Gemeinde Beispielau"),
        by("Konzen"),
        by("Kreis Kleve"),
        by("Verbandsgemeinde Konzen"),
    )
    assert attributed(world) == [
        (HEIDE, "publisher", 80, ""),
        (None, "", 0, ""),
        (None, "", 0, ""),  # the town, or the association of its name
        (None, "publisher", 90, "99102"),
        (None, "publisher", 90, "991025001"),
    ]
    review = world.rows(
        "select publisher, reason, candidates, datasets from attribution_review order by publisher"
    )
    assert [(name, reason, orjson.loads(keys), count) for name, reason, keys, count in review] == [
        ("Gemeinde Beispielau", "namesakes", ["98102002", HEIDE], 1),
        ("Konzen", "association", [KONZEN, "991025001"], 1),
    ]


def test_a_decision_goes_first_and_may_say_nobody(world: House) -> None:
    crawl(world, "bund", by("Gemeinde Beispielau"), by("Stadt Kleve"), by("Konzen"))
    decided = {
        ("bund", "gemeinde beispielau"): "98102002",
        ("", "Stadt Kleve"): NOBODY,
        ("land", "Konzen"): KONZEN,
    }
    assert attributed(world, decided) == [
        ("98102002", "decision", 100, ""),
        (None, "decision", 100, ""),
        (None, "", 0, ""),  # decided for another portal
    ]
    assert world.rows("select publisher from attribution_review") == [("Konzen",)]


def test_nothing_is_written_where_nothing_changed(world: House) -> None:
    crawl(world, "hafen", by("Umweltamt"), by("Stadt Kleve"))
    first = attributed(world)
    before = world.store.conn.total_changes
    counts = attribute(world.store, 1, {})
    assert world.store.conn.total_changes == before
    assert attributed(world) == first
    assert counts == {"own_portal": 1, "publisher": 1, "ambiguous": 0}


def test_portals_keep_whose_they_are_before_there_is_a_register(house: House) -> None:
    house.store.keep_portals([{"key": "a", "url": "u", "ags": HAFEN, "settings": {"covers": "991"}},
                              {"key": "b", "url": "v", "settings": {"ars": "991020001001"}}])  # fmt: skip
    sql = "select ags, body, covers from portal where key in ('a', 'b') order by key"
    assert house.rows(sql) == [(None, HAFEN, "991"), (None, "991020001001", "")]
    house.store.keep_municipalities(csv.DictReader(io.StringIO(REGISTER)))
    assert house.rows(sql) == [(HAFEN, HAFEN, "991"), (KLEVE, "991020001001", "")]
    house.store.keep_portals([{"key": "a", "url": "u", "ags": ""}])
    assert house.rows(sql)[0] == (HAFEN, HAFEN, "991")


def test_records_of_a_merged_municipality_go_to_its_successor(world: House) -> None:
    crawl(world, "bund", by("A", **place("municipality", f"municipalityKey/{HEIDE}")))
    attributed(world)
    Registers(world.store.db).load([], [], [Former(HEIDE, KONZEN, "merged", "2027-01-01")])
    assert attributed(world) == [(KONZEN, "declared", 98, "")]
    assert world.rows("select count(*) from municipality where ags = ?", HEIDE) == [(0,)]
    assert world.rows("select ags from portal_part where part = 'GemeindeNrdlich'") == [(KONZEN,)]


def test_decisions_survive_in_a_file(tmp_path: Path) -> None:
    path = path_beside(tmp_path / "bestand.db")
    assert read_decisions(path) == {}
    keep_decision(path, "", 'Stadt, die "so" heißt', KLEVE, "2026-11-22")
    keep_decision(path, "bund", "Neustadt", NOBODY, "2026-11-22")
    keep_decision(path, "bund", "Neustadt", HAFEN, "2026-11-23")
    assert read_decisions(path) == {("", 'Stadt, die "so" heißt'): KLEVE, ("bund", "Neustadt"): HAFEN}


@pytest.mark.parametrize("body", [b"what,ever\n1,2\n", b"\xff\xfe\x00", b""])
def test_a_file_without_decisions_is_said_to_be_none(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "d.csv").write_bytes(body)
    with pytest.raises(UnreadableDecisions, match="holds no decisions"):
        read_decisions(tmp_path / "d.csv")


def test_forms_of_a_part() -> None:
    forms = list(part_forms(["https://x.example/organization/stadt-k%C3%B6ln"], "Köln"))
    assert forms == ["https://x.example/organization/stadt-k%C3%B6ln", "stadtkoeln", "koeln", "kln"]
    assert compact("Stadt-KÖLN ") == "stadtkoeln"


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.slug)
def test_every_figure_lists_its_rows(world: House, measure: object) -> None:
    crawl(world, "hafen", by("Umweltamt"))
    crawl(world, "bund", by("Gemeinde Beispielau"))
    attributed(world)
    sql = measure.sql  # type: ignore[attr-defined]
    count = {"attribution-coverage": 2, "attribution-certainty": 1, "attribution-ambiguous": 1}
    assert len(world.store.conn.execute(sql, {"portal": "", "ags": ""}).fetchall()) == count[measure.slug]  # type: ignore[attr-defined]
    assert len(world.store.conn.execute(sql, {"portal": "nirgends", "ags": ""}).fetchall()) == 0


@cache
def _attribution() -> Attribution:
    house = House(Path(tempfile.mkdtemp()) / "bestand.db")
    house.store.keep_municipalities(csv.DictReader(io.StringIO(REGISTER)))
    house.store.keep_portals([
        {"key": "hafen", "url": "u", "ags": HAFEN}, {"key": "land", "url": "v", "settings": {"ars": "99"}},
    ])  # fmt: skip
    return Attribution(house.conn)


@given(
    publisher=st.text(max_size=60),
    level=st.text(max_size=20),
    keys=st.text(max_size=20),
    parts=st.text(max_size=60),
)
def test_whatever_is_said_has_one_answer(publisher: str, level: str, keys: str, parts: str) -> None:
    for portal in _attribution().portals:
        answer = _attribution().of(Group(portal, publisher, level, keys, parts))
        assert answer.method in (*METHODS, "")
        assert answer.ags is None or not answer.body
        assert bool(answer.certainty) == bool(answer.method)
