"""What pages and commands read of the stocktaking, by hand."""

import sqlite3
from collections.abc import Iterator
from datetime import date

import pytest
from stock_world import BURG, HAFEN, NOWHERE, build, crawl, measure, records
from store_house import House

from catalog.measure.relations import first_steps, mailbox, missing_of, peers_of, shared_portals, together_of
from catalog.measure.stocktaking import reading
from catalog.measure.stocktaking.milestones import milestone
from catalog.store.measures import Measures

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Measured twice: Beispielburg lists two more complete records in between, and only reads are tested."""
    house = build(House(tmp_path_factory.mktemp("reading") / "bestand.db"))
    measure(house)
    milestone(house.store, "first")
    more = records("beispielburg", 4) | records("musterhafen", 2)
    house.clock.advance(days=1)
    crawl(house, "land", {name: record for name, record in more.items() if name != "beispielburg-2"})
    house.store.keep_municipalities(
        [{"ags": "99119000", "name": "Neudorf", "population": 900, "state": "Musterland"}]
    )
    measure(house)
    milestone(house.store, "second")
    yield house
    house.store.conn.close()


def test_the_headline_has_bounds(world: House) -> None:
    found = reading.headline(world.conn)
    assert found
    share = found["shares"]["systematic"]
    # Musterhafen misses completeness (6 of 9), Beispielburg too (3 of 3, licences 2 of 3); Neudorf was never asked
    assert (share["municipalities"], share["yes"], share["unknown"]) == (4, 0, 1)
    assert (share["lower"], share["upper"]) == (0, 0.25)
    assert list(found["shares"]) == ["found", "listed", "systematic", "level_4"]
    assert (found["shares"]["found"]["yes"], found["shares"]["listed"]["yes"]) == (2, 2)


def test_nothing_measured_has_no_headline(house: House) -> None:
    assert reading.headline(house.conn) is None
    assert reading.municipality(house.conn, HAFEN, TODAY) is None
    assert first_steps(house.conn, HAFEN) is None


def test_shares_stand_beside_those_of_others(world: House) -> None:
    rows = {row["key"]: row for row in reading.shares(world.conn, "listed", "class")}
    assert set(rows) == {"3", "5", "7"}
    assert [(item["source"], item["share"]) for item in rows["3"]["external"]] == [
        ("Musterdatenkatalog", 0.57)
    ]
    (whole,) = reading.shares(world.conn, "systematic", "all")
    assert [item["share"] for item in whole["external"]] == [0.27]
    assert "n = 412" in whole["external"][0]["instrument"]["en"]
    assert [row["unknown"] for row in reading.share_history(world.conn)] == [0, 1]


def test_a_municipality_with_its_criteria(world: House) -> None:
    found = reading.municipality(world.conn, HAFEN, TODAY)
    assert found
    assert (found["name"], found["state"], found["level"], found["next"]) == ("Musterhafen", "found", 2, 3)
    assert found["missing"] == ["complete", "licensed"]  # 6 of 9; 6 of the 8 that are public
    assert [row["slug"] for row in found["criteria"]][:3] == ["listed", "complete", "licensed"]
    assert found["criteria"][1]["passed"] is False
    assert found["criteria"][1]["title"]["en"] == "Completely described"
    assert found["dimensions"]["ownership"] == 88.9  # publishers 9 of 9, contacts 7 of 9
    assert found["last_known"] is False


def test_evidence_grows_old(world: House) -> None:
    day = date(2026, 11, 1)  # the own portal was read last on that day
    assert reading.municipality(world.conn, HAFEN, date(2027, 1, 31))["last_known"] is False  # type: ignore[index]
    assert reading.municipality(world.conn, HAFEN, date(2027, 2, 1))["last_known"] is True  # type: ignore[index]
    assert (
        date(2027, 1, 31) - day
    ).days == 91  # the shared portal, which lists two of its records, was read a day later
    assert reading.municipality(world.conn, NOWHERE, TODAY)["last_known"] is None  # type: ignore[index]


def test_nothing_leads_to_listing(world: House) -> None:
    found = reading.municipality(world.conn, NOWHERE, TODAY)
    assert found
    assert (found["state"], found["level"], found["next"], found["missing"]) == (
        "nothing_found",
        0,
        2,
        ["listed"],
    )
    assert ["homepage", "https://nirgendwo.example", "found"] in found["asked"]


@pytest.mark.parametrize(
    ("level", "passed", "expected"),
    [
        (4, {}, (None, [], [])),
        (3, {"kept_up": True, "contact": False, "broad": True}, (4, ["contact"], [])),
        (3, {"kept_up": True, "contact": True, "broad": None, "links": None}, (4, [], ["links", "broad"])),
        (2, {"complete": False, "contact": False}, (3, ["complete"], [])),
        (None, {}, (2, ["listed"], [])),
    ],
)
def test_the_next_step(
    level: int | None, passed: dict[str, bool | None], expected: tuple[object, ...]
) -> None:
    rows = [
        {"slug": item.slug, "level": item.level, "passed": passed[item.slug]}
        for item in reading.CRITERIA
        if item.slug in passed
    ]
    found = reading._next(level, rows)
    assert (found["next"], found["missing"], found["unshown"]) == expected


def test_history_keeps_what_changed(world: House) -> None:
    assert [(row["state"], row["level"]) for row in reading.history(world.conn, BURG)] == [("found", 2)]
    assert world.one("select count(*) from stocktaking where ags = ?", BURG) == 2


def test_towns_of_a_class(world: House) -> None:
    assert [row["name"] for row in reading.towns(world.conn)] == [
        "Musterhafen",
        "Beispielburg",
        "Nirgendwo",
        "Neudorf",
    ]
    assert [row["name"] for row in reading.towns(world.conn, size_class=5)] == ["Beispielburg", "Nirgendwo"]
    assert [row["records"] for row in reading.towns(world.conn, level=2)] == [9, 3]
    assert [row["name"] for row in reading.towns(world.conn, state="not_checked")] == ["Neudorf"]
    assert [row["name"] for row in reading.towns(world.conn, limit=1, start=1)] == ["Beispielburg"]
    assert reading.towns(world.conn, land="Anderland") == []


def test_milestones_are_compared(world: House) -> None:
    assert [row["name"] for row in reading.milestones(world.conn)] == ["second", "first"]
    found = reading.compare_milestones(world.conn, "first", "second")
    assert found["comparable"]
    shares = {(row["measure"], row["scope"], row["key"]): row for row in found["shares"]}
    # two of three are listed, then two of four
    assert shares["listed", "all", ""]["difference"] == pytest.approx(2 / 4 - 2 / 3)
    assert shares["listed", "class", "7"]["before"] is None
    assert shares["listed", "class", "7"]["difference"] is None
    assert [(row["from"], row["to"], row["municipalities"]) for row in found["moves"]] == [
        (0, 0, 1),
        (2, 2, 2),
    ]
    assert found["moved"] == []
    with pytest.raises(KeyError):
        reading.compare_milestones(world.conn, "first", "never")


def test_whom_to_write_to(world: House) -> None:
    assert mailbox(world.conn, HAFEN) == "daten@musterhafen.example"
    assert mailbox(world.conn, NOWHERE) == ""
    (other,) = together_of(world.conn, BURG)
    assert (other["name"], other["mailbox"]) == ("Musterhafen", "daten@musterhafen.example")
    assert other["reasons"]["km"] == 11  # a tenth of a degree of latitude
    assert [row["name"] for row in peers_of(world.conn, BURG)] == ["Musterhafen"]


def test_what_is_missing_names_exemplars(world: House) -> None:
    key = world.one("select key from dataset where ags = ? order by id limit 1", HAFEN)
    Measures(world.store).renew(
        "missing_model", ("ags", "model", "rank", "peers", "share", "exemplars"),
        [(BURG, "haushaltsplan", 1, 1, 1.0, f'["{key}"]')],
    )  # fmt: skip
    (row,) = missing_of(world.conn, BURG)
    assert (row["model"], row["label"], row["share"]) == ("haushaltsplan", "haushaltsplan", 1.0)
    assert [(item["municipality"], item["formats"]) for item in row["exemplars"]] == [("Musterhafen", "CSV")]


def test_first_steps_of_a_town_with_nothing(world: House) -> None:
    found = first_steps(world.conn, NOWHERE)
    assert found
    # Beispielburg has nearly its size; both have the trees, two of two
    assert [row["name"] for row in found["peers"]] == ["Beispielburg", "Musterhafen"]
    assert [(row["model"], row["peers"], row["share"]) for row in found["first"]] == [
        ("baumkataster", 2, 1.0)
    ]
    assert {item["municipality"] for item in found["first"][0]["exemplars"]} == {
        "Musterhafen",
        "Beispielburg",
    }
    # the shared portal holds records of both neighbours (11 and 22 km away), the own one of Musterhafen is not offered
    assert [(row["key"], row["neighbours"], row["municipalities"]) for row in found["portals"]] == [
        ("land", 2, 2)
    ]


def test_a_portal_that_covers_the_state_is_offered_without_neighbours(world: House) -> None:
    from catalog.measure.nearness import Place

    far = Place("99500000", "Fern", "Anderland")
    assert [row["key"] for row in shared_portals(world.conn, far, [])] == ["land"]


def test_reading_writes_nothing(world: House) -> None:
    conn = sqlite3.connect(f"file:{world.path}?mode=ro", uri=True)
    assert reading.headline(conn)
    assert reading.municipality(conn, HAFEN, TODAY)
    assert first_steps(conn, NOWHERE)
    conn.close()
