"""What must not break a measurement: dates that are none, registers with faults, portals that hold nothing, models that
nobody knows. Each leaves a measurement that ends, and figures that say what is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rhythm import in_time
from store_house import House, dataset
from tiny_world import APFEL, BIRNE, FEIGE, TREES, crawl, day, good, look

from catalog.measure.measuring import measure
from catalog.measure.register import UnreadableRegister, read_register
from catalog.measure.stocktaking.frame import band, size_class
from catalog.record.node import Record
from catalog.record.terms import IRI, XSD_DATE, XSD_DATETIME, Literal
from catalog.store.registers import Former, Registers
from catalog.store.sink import CrawlFacts

Town = dict[str, Any]
Build = Callable[..., House]
PORTAL = {"key": "apfel", "url": "https://daten.apfelstadt.example", "kind": "ckan", "ags": APFEL}


@pytest.fixture
def world(house: House) -> Build:
    """A store with Apfelstadt (or other units) and its portal, which is crawled when it is given records."""

    def make(records: dict[str, Record] | None = None, units: list[Town] | None = None) -> House:
        house.store.keep_municipalities(units or [town(APFEL, "Apfelstadt", 30_000)])
        house.store.keep_portals([PORTAL])
        if records is not None:
            crawl(house, "apfel", records)
        return house

    return make


def town(ags: str, name: str, population: object, **more: object) -> Town:
    return {"ags": ags, "ars": f"{ags[:5]}0{ags[5:]}{ags[5:]}", "name": name, "population": population, "type": "Stadt",
            "state": "Musterland", "country": "DE", **more}  # fmt: skip


def newest(house: House, ags: str = APFEL) -> tuple[str, int | None, dict[str, Any]]:
    """State, level and figures of the newest stocktaking."""
    state, level, figures = house.rows(
        "select state, level, figures from stocktaking where ags = ? order by run desc limit 1", ags
    )[0]
    return state, level, orjson.loads(figures)


def criterion(house: House, slug: str) -> tuple[float | None, int | None]:
    """Value and verdict of Apfelstadt's newest judgement."""
    sql = "select value, passed from criterion where slug = ? and ags = ? order by run desc limit 1"
    return house.rows(sql, slug, APFEL)[0]


# --- portals without records -------------------------------------------------------------------------------------------


def test_a_portal_that_was_never_crawled(world: Build) -> None:
    house = world()
    assert measure(house.store).records == 0
    assert newest(house)[:2] == ("not_checked", None)


def test_an_empty_portal_is_not_nothing_while_the_home_page_was_not_read(world: Build) -> None:
    house = world({})
    measure(house.store)
    assert newest(house)[:2] == ("not_checked", None)
    look(house, APFEL, "found")
    measure(house.store)
    assert newest(house)[:2] == ("nothing_found", 0)


def test_a_portal_that_never_answered(world: Build) -> None:
    house = world()
    house.portal = "apfel"
    sink = house.sink()
    sink.finish(CrawlFacts(requests=1, failures=Counter(unreachable=1), note="The connection was refused."))
    measure(house.store)
    assert newest(house)[:2] == ("unreachable", None)


def test_records_that_say_nothing_at_all(world: Build) -> None:
    """No title, no publisher, no file: they are there, and that is all."""
    empty = Record(dataset("").root.__class__())
    house = world({"a": empty, "b": Record(dataset("").root.__class__()), "c": empty})
    measure(house.store)
    state, level, figures = newest(house)
    assert (state, level, figures["records"], figures["complete"]) == ("found", 2, 3, 0)
    assert criterion(house, "kept_up") == (None, None)
    assert criterion(house, "in_time") == (None, None)


def test_an_empty_database(house: House) -> None:
    """No municipality, no portal that was asked."""
    done = measure(house.store)
    assert (done.records, done.states, done.levels) == (0, {}, {})
    assert house.rows("select * from share") == []


# --- dates that are none -----------------------------------------------------------------------------------------------

WRONG_DAYS = (
    "20013-01-01",
    "0000-00-00",
    "9999-99-99",
    "2024-02-30",
    "gestern",
    "now",
    "2460000.51",
    "",
    "-1",
    "2026-1-1",
)
PARTS = (("2026-10", 1), ("2026", 9), ("2026-10-20T08:15:00+02:00", 0))
"""A month or a year counts from its first day: on 1 November that is one whole month, and nine, ago."""


@pytest.mark.parametrize("text", WRONG_DAYS)
def test_a_day_that_is_none_is_no_evidence_of_care(world: Build, text: str) -> None:
    """The record of the year 20013 is neither new nor in time, and it hides no other record's date."""
    wrong = good("Quarz", "https://a.example/1.csv", "ENVI", modified=[Literal(text, "", XSD_DATE)])
    right = good("Basalt", "https://a.example/2.csv", "ENVI", modified=[day("2020-01-01")])
    house = world({"wrong": wrong, "right": right, "more": right})
    measure(house.store)
    value, passed = criterion(house, "kept_up")
    assert passed == 0
    assert value is not None
    assert value >= 12
    assert criterion(house, "in_time")[0] == 0


@pytest.mark.parametrize(("text", "months"), PARTS)
def test_part_of_a_date_counts_from_its_first_day(world: Build, text: str, months: int) -> None:
    house = world({"a": good("Quarz", "https://a.example/1.csv", "ENVI", modified=[Literal(text, "", "")])})
    measure(house.store)
    assert criterion(house, "kept_up") == (months, 1)


def test_a_date_in_the_future_is_not_the_newest(world: Build) -> None:
    """Apfelstadt announces a change for 2031; the last one that happened was in 2020."""
    records = {
        name: good(name, f"https://a.example/{name}.csv", "ENVI", modified=[Literal(f"{year}-01-01T00:00:00", "", XSD_DATETIME)])
        for name, year in (("quarz", 2031), ("basalt", 2020))
    }  # fmt: skip
    house = world(records)
    measure(house.store)
    assert newest(house)[2]["newest"] == "2020-01-01"
    assert criterion(house, "kept_up")[1] == 0


@given(st.text(max_size=12), st.sampled_from(["ANNUAL", "MONTHLY", "DAILY", "IRREG", "", "WEEKLY_2"]))
def test_no_text_of_a_date_breaks_the_rhythm(text: str, frequency: str) -> None:
    assert in_time(frequency, text, date(2026, 11, 1)) in (True, False, None)


# --- models that nobody knows --------------------------------------------------------------------------------------------


def test_labels_of_unknown_models_are_counted_and_listed(world: Build) -> None:
    """An address below the catalogue's that it does not have is no model dataset; a known one beside it counts."""
    base = "https://musterdatenkatalog.de/def/musterdatensatz/"
    strange = [IRI(f"{base}quarz/nr-1"), IRI(f"{base}{'x' * 3000}"), IRI(base)]
    house = world({
        "unknown": good("Quarz", "https://a.example/1.csv", "ENVI", references=strange),
        "both": good("Basalt", "https://a.example/2.csv", "ENVI", references=[*strange, IRI(base + TREES)]),
    })  # fmt: skip
    measure(house.store)
    sql = "select identifier, evidence from dataset_model join dataset on dataset.id = dataset"
    assert house.rows(sql) == [("both", "declared")]
    sql = "select identifier from unknown_model join dataset on dataset.id = dataset"
    assert house.rows(sql) == [("unknown",)]
    assert newest(house)[2]["models"] == 1


# --- registers with faults -----------------------------------------------------------------------------------------------


def test_doubled_and_malformed_keys_are_named_and_left_out(world: Build) -> None:
    reading = read_register(
        f"ags,name,population\n{APFEL},Apfelstadt,30000\n{APFEL},Doppelstadt,12\n123,Kurz,5\n{BIRNE},Birnendorf,\n".encode(),
        "DE",
    )
    assert [unit["name"] for unit in reading.units] == ["Apfelstadt", "Birnendorf"]
    said = " ".join(reading.faults)
    assert "Doppelstadt: the key is already Apfelstadt's" in said
    assert "123 Kurz: the key has not 8 digits" in said
    house = world({}, reading.units)
    measure(house.store)
    assert house.rows("select municipalities from share where measure = 'found' and scope = 'all'") == [(2,)]


def test_a_register_that_is_none_changes_nothing(world: Build) -> None:
    house = world()
    with pytest.raises(UnreadableRegister, match="no register"):
        read_register(b"<html><body>404</body></html>")
    measure(house.store)
    assert len(house.rows("select * from municipality")) == 1


@pytest.mark.parametrize("population", [0, None, ""])
def test_without_inhabitants_there_is_no_class_and_no_rate(world: Build, population: object) -> None:
    """The municipality is measured all the same; it counts in no size class and in no band, but in the whole."""
    records = {
        name: good(name, f"https://a.example/{name}.csv", "ENVI") for name in ("quarz", "basalt", "gneis")
    }
    house = world(records, [town(APFEL, "Apfelstadt", population), town(BIRNE, "Birnendorf", 8_000)])
    measure(house.store)
    state, level, figures = newest(house)
    assert (state, level, figures["per_10000"]) == ("found", 3, None)
    groups = dict(house.rows("select scope || key, municipalities from share where measure = 'found'"))
    assert (groups["all"], groups["class7"], groups["band5-20k"]) == (2, 1, 1)
    assert not {"class", "band"} & groups.keys()
    assert size_class(population or None) is None  # type: ignore[arg-type]
    assert band(population or None) == ""  # type: ignore[arg-type]


def test_a_merged_municipality_is_measured_once(world: Build) -> None:
    """Its portal, its records and its key go to its successor; a second merger goes on to the last one."""
    units = [
        town(APFEL, "Apfelstadt", 30_000),
        town(BIRNE, "Birnendorf", 8_000),
        town(FEIGE, "Feigenheim", 5_500),
    ]
    house = world({"a": good("Quarz", "https://a.example/1.csv", "ENVI")}, units)
    measure(house.store)
    registers = Registers(house.store.db)
    registers.load([], former=[Former(APFEL, BIRNE, "merged")])
    registers.load([], former=[Former(BIRNE, FEIGE, "merged")])
    measure(house.store)
    assert newest(house, FEIGE)[2]["records"] == 1
    assert house.rows("select ags from portal where key = 'apfel'") == [(FEIGE,)]
    sql = (
        "select municipalities from share where scope = 'all' and measure = 'found' order by run desc limit 1"
    )
    assert house.rows(sql) == [(1,)]
    assert house.rows("select distinct ags from stocktaking") == [(FEIGE,)]


def test_a_successor_that_nobody_knows_leaves_no_record_behind(world: Build) -> None:
    """The new key is in no register: the records are nobody's, and the measurement ends all the same."""
    house = world({"a": good("Quarz", "https://a.example/1.csv", "ENVI")})
    measure(house.store)
    Registers(house.store.db).load([], former=[Former(APFEL, "99999999", "merged")])
    done = measure(house.store)
    assert done.states == {}
    assert house.rows("select count(*) from dataset where gone_run is null") == [(1,)]


# --- and all of it at once -----------------------------------------------------------------------------------------------


def test_measuring_again_says_the_same(world: Build) -> None:
    """Nothing new is written where nothing changed, whatever the records look like."""
    records = {
        f"r{n}": good("", f"https://a.example/{n}.csv", "XXXX", modified=[Literal(text, "", XSD_DATE)])
        for n, text in enumerate(WRONG_DAYS)
    }
    house = world(records)
    measure(house.store)
    first = house.rows("select * from stocktaking")
    measure(house.store)
    assert house.rows("select * from stocktaking") == first
    assert house.rows("select count(distinct run) from criterion") == [(1,)]
