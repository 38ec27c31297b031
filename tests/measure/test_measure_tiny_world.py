"""Six municipalities and every figure that is published of them, counted by hand: the comments are the counting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from store_house import House
from tiny_world import APFEL, ASSOCIATION, BIRNE, CITRONE, DATTEL, EICHEL, FEIGE, build, change

from catalog.measure.measuring import Measured
from catalog.measure.metrics import METRICS
from catalog.measure.stocktaking.milestones import milestone

TREES, BUDGET = "flora-und-fauna-baumbestand-baumkataster", "finanzen-haushalt-plan"
"""The model datasets that the catalogue has under the declared addresses."""


class World:
    """The world with its newest measurement."""

    def __init__(self, folder: Path) -> None:
        self.house = House(folder / "bestand.db")
        self.done = build(self.house)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.house.rows(sql, *values)

    def newest(self, ags: str) -> dict[str, Any]:
        """The newest stocktaking of a municipality."""
        cursor = self.house.conn.execute(
            "select * from stocktaking where ags = ? order by run desc limit 1", (ags,)
        )
        row = dict(zip([item[0] for item in cursor.description], cursor.fetchone(), strict=True))
        return row | {name: orjson.loads(row[name]) for name in ("dimensions", "asked", "figures")}

    def criteria(self, ags: str) -> dict[str, tuple[Any, ...]]:
        """Slug → value (two digits), passed, numerator, denominator of the newest judgement."""
        sql = (
            "select slug, round(value, 2), passed, numerator, denominator from criterion where ags = ?"
            " and run = (select max(run) from stocktaking where ags = ?)"
        )
        return {slug: tuple(rest) for slug, *rest in self.rows(sql, ags, ags)}

    def share(self, measure: str, scope: str = "all", key: str = "") -> tuple[Any, ...]:
        """Municipalities, yes, no, unknown, bounds and interval of the newest run, rounded to four digits."""
        sql = (
            "select municipalities, yes, no, unknown, round(lower, 4), round(upper, 4), round(low95, 4),"
            " round(high95, 4) from share where measure = ? and scope = ? and key = ? order by run desc limit 1"
        )
        return self.rows(sql, measure, scope, key)[0]

    def points(self) -> dict[str, tuple[int, ...]]:
        """Identifier → MQA points, possible ones, points of the national view."""
        sql = (
            "select identifier, points, possible, points_national from quality"
            " join dataset on dataset.id = dataset where gone_run is null"
        )
        return {name: tuple(rest) for name, *rest in self.rows(sql)}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """After the first quarter."""
    made = World(tmp_path_factory.mktemp("tiny"))
    yield made
    made.house.store.close()


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Measured]]:
    """A quarter later; the first one is frozen as `2026-Q4`."""
    made = World(tmp_path_factory.mktemp("later"))
    milestone(made.house.store, "2026-Q4")
    yield made, change(made.house)
    made.house.store.close()


# --- whose, which, how often -------------------------------------------------------------------------------------------


def test_whose_the_records_are(world: World) -> None:
    """Own portals: 4 of Apfelstadt, 3 of the association. The 4 of the villages say their key and that they are of a
    municipality. The copies in the state's portal name a key, but no level: their publisher, Stadt Apfelstadt, decides."""
    assert world.done.attributed == {"own_portal": 7, "declared": 4, "publisher": 2, "ambiguous": 0}
    owners = {
        name: ags or body for name, ags, body in world.rows("select identifier, ags, body from dataset")
    }
    assert {name for name, owner in owners.items() if owner == APFEL} == {"a1", "a2", "a3", "a4", "k1", "k2"}
    assert {name for name, owner in owners.items() if owner == BIRNE} == {"b1", "b2", "b3"}
    assert {name for name, owner in owners.items() if owner == ASSOCIATION} == {"v1", "v2", "v3"}
    assert owners["f1"] == FEIGE


def test_which_model_datasets_they_are(world: World) -> None:
    """Declared are trees by a1, its copy k1 and b1, the budget by b2 and f1; a2 and its copy declare what no catalogue has."""
    sql = "select identifier, model, evidence from dataset_model join dataset on dataset.id = dataset order by 1"
    assert world.rows(sql) == [
        ("a1", TREES, "declared"), ("b1", TREES, "declared"), ("b2", BUDGET, "declared"),
        ("f1", BUDGET, "declared"), ("k1", TREES, "declared"),
    ]  # fmt: skip
    unknown = world.rows(
        "select identifier from unknown_model join dataset on dataset.id = dataset order by 1"
    )
    assert unknown == [("a2",), ("k2",)]


def test_what_was_seen_twice(world: World) -> None:
    """k1 and k2 lead to the files of a1 and a2; the municipality's own portal is the canonical one."""
    sql = (
        "select dataset.identifier, other.identifier, reason from sighting join dataset on dataset.id = dataset"
        " join dataset as other on other.id = canonical order by 1"
    )
    assert world.rows(sql) == [("k1", "a1", "url"), ("k2", "a2", "url")]
    assert world.done.sightings == 2


def test_what_leaks_between_the_portals(world: World) -> None:
    """Apfelstadt: 4 of its own, of which the state's portal has 2, so 2 are missing there; there is no national portal;
    nothing stands only elsewhere. The villages have no portal of their own."""
    assert world.rows("select * from leakage order by ags") == [
        (APFEL, 4, 2, 0, 2, None, 0), (BIRNE, 0, 3, 0, None, None, 0), (FEIGE, 0, 1, 0, None, None, 0),
    ]  # fmt: skip


# --- quality ---------------------------------------------------------------------------------------------------------


def test_points_of_two_datasets(world: World) -> None:
    """a1: keyword 30 + theme 30 + place 20 = 80 (no period); address works 50 + download address 20 + works 30 = 100;
    format 20 + media type 10 + both from lists 10 + non-proprietary 20 + machine-readable 20 + no violation 30 = 110;
    licence 20 + known 10 + contact 20 + publisher 10 = 60 (no access rights); date of change 5. Together 355 of 405.

    b1: theme 30 + place 20 = 50; no download address, so nothing works: 0, and whether the address works is not known;
    format 20 + no violation 30 = 50; licence 20 + publisher 10 = 30; date of change 5. Together 135 of 405 - 50 = 355.
    By the German list its licence is known: 10 more.
    """
    assert world.points()["a1"] == (355, 405, 355)
    assert world.points()["b1"] == (135, 355, 145)
    # b3 has no description: an error by DCAT-AP costs 30
    assert world.points()["b3"] == (105, 355, 115)


def test_points_of_groups(world: World) -> None:
    """Of a municipality, each dataset once: Birnendorf (135 + 135 + 105) / 3 = 125. Of a portal, all of them:
    the state's has 2 copies at 355, b1, b2, f1 at 135 and b3 at 105: (710 + 405 + 105) / 6 = 203.33.
    Class 7: (135 + 135 + 105 + 135) / 4 = 127.5. All: a1 to a4, the four of the villages, three of the association at 115
    (as b1, but without a place): (1420 + 510 + 345) / 11 = 206.82."""
    sql = "select datasets, points from stat_score where scope = ? and key = ? order by run desc limit 1"
    found = {
        pair: world.rows(sql, *pair)[0]
        for pair in (
            ("municipality", APFEL), ("municipality", BIRNE), ("portal", "land"), ("class", "7"), ("all", ""),
        )
    }  # fmt: skip
    assert list(found.values()) == [(4, 355.0), (3, 125.0), (6, 203.33), (4, 127.5), (11, 206.82)]


def test_what_to_do_next(world: World) -> None:
    """Apfelstadt's four datasets all lack the same: a period (20), access rights (10) and those from the list (5), rights
    (5), size (5), date of issue (5); times four. Equal gains stand in the order of the published table."""
    sql = "select metric, datasets, gain from action where ags = ? order by rank"
    assert world.rows(sql, APFEL) == [
        ("temporalAvailability", 4, 80), ("accessRightsAvailability", 4, 40),
        ("accessRightsVocabularyAlignment", 4, 20), ("rightsAvailability", 4, 20), ("byteSizeAvailability", 4, 20),
        ("dateIssuedAvailability", 4, 20),
    ]  # fmt: skip
    # Birnendorf: keywords 3 x 30, a download address that works 3 x 30, a period, a download address, an open and a
    # readable format and a contact 3 x 20; the licence of the German list is nothing to mend
    first = world.rows(sql, BIRNE)[:7]
    assert [(metric, gain) for metric, _, gain in first] == [
        ("keywordAvailability", 90), ("downloadUrlStatusCode", 90), ("temporalAvailability", 60),
        ("downloadUrlAvailability", 60), ("formatMediaTypeNonProprietary", 60),
        ("formatMediaTypeMachineInterpretable", 60), ("contactPointAvailability", 60),
    ]  # fmt: skip
    assert "knownLicence" not in {metric for metric, _, _ in world.rows(sql, BIRNE)}
    assert len(world.rows("select slug from metric")) == len(METRICS) == 23


# --- stocktaking -----------------------------------------------------------------------------------------------------


def test_states_and_levels(world: World) -> None:
    """Apfelstadt misses only level 4; Birnendorf has 3 records, one of them incomplete; Feigenheim has one; Citronau has
    the three of its association, which count for level 2 at most; Dattelfeld's home page was read and so was the state's
    portal; Eichelau was never looked for."""
    found = {ags: (row["state"], row["level"]) for ags in TOWNS for row in (world.newest(ags),)}
    assert found == {
        APFEL: ("found", 3), BIRNE: ("found", 2), CITRONE: ("found_via_association", 2),
        DATTEL: ("nothing_found", 0), EICHEL: ("not_checked", None), FEIGE: ("found", 1),
    }  # fmt: skip
    assert world.newest(CITRONE)["via"] == ASSOCIATION
    assert dict(world.done.levels) == {0: 1, 1: 1, 2: 2, 3: 1}


TOWNS = (APFEL, BIRNE, CITRONE, DATTEL, EICHEL, FEIGE)


def test_what_was_asked(world: World) -> None:
    assert world.newest(DATTEL)["asked"] == [
        ["homepage", f"https://www.{DATTEL}.example", "found"],
        ["covers", "land", "read"],
    ]
    assert world.newest(EICHEL)["asked"] == [["covers", "land", "read"]]


def test_each_criterion(world: World) -> None:
    """Apfelstadt: all four records stand in catalogues, are complete, licensed (CC BY), name a contact and are in time (monthly, changed on 20
    October, today is 1 November); that is 12 days, no whole month; four links checked, all work; 4 themes of 7 asked for.

    Birnendorf: 2 of 3 have a description; no contact, no rhythm, no link checked; last changed on 1 May 2024, 30 months
    ago; 3 themes."""
    assert world.criteria(APFEL) == {
        "listed": (4, 1, 4, None), "complete": (1, 1, 4, 4), "licensed": (1, 1, 4, 4),
        "machine_readable": (1, 1, 4, 4), "kept_up": (0, 1, None, None), "in_time": (1, 1, 4, 4),
        "links": (1, 1, 4, 4), "contact": (1, 1, 4, 4), "broad": (4, 0, 0, 0),
    }  # fmt: skip
    assert world.criteria(BIRNE) == {
        "listed": (3, 1, 3, None), "complete": (0.67, 0, 2, 3), "licensed": (1, 1, 3, 3),
        "machine_readable": (1, 1, 3, 3), "kept_up": (30, 0, None, None), "in_time": (None, None, 0, 0),
        "links": (None, None, 0, 0), "contact": (0, 0, 0, 3), "broad": (3, 0, 0, 0),
    }  # fmt: skip
    assert world.criteria(FEIGE)["listed"] == (1, 0, 1, None)
    assert world.criteria(CITRONE) == world.criteria(DATTEL) == {}


def test_each_dimension(world: World) -> None:
    """Apfelstadt: 4 of 13 themes = 30.8; 1420 of 1620 points = 87.7; all else is whole.

    Birnendorf: 3 of 13 = 23.1; by the national view 145 + 145 + 115 = 405 of 3 x 355 = 38.0; (36 - 30) / 35 = 17.1;
    the licence is open; three PDFs, none machine-readable, no link checked = 0; publisher 100, contact 0, so 50."""
    assert world.newest(APFEL)["dimensions"] == {
        "breadth": 30.8, "metadata": 87.7, "currency": 100, "openness": 100, "usability": 100, "ownership": 100,
        "continuity": 100,
    }  # fmt: skip
    assert world.newest(BIRNE)["dimensions"] == {
        "breadth": 23.1, "metadata": 38.0, "currency": 17.1, "openness": 100, "usability": 0, "ownership": 50,
        "continuity": 100,
    }  # fmt: skip


def test_the_plain_figures(world: World) -> None:
    """Apfelstadt: 4 datasets in 6 sightings; 4 x 10,000 / 30,000 = 1.3; one model dataset is known."""
    figures = world.newest(APFEL)["figures"]
    assert (figures["records"], figures["sightings"], figures["per_10000"]) == (4, 6, 1.3)
    assert (figures["themes"], figures["models"], figures["portals"]) == (4, 1, ["apfel", "land"])
    assert world.newest(BIRNE)["figures"]["per_10000"] == 3.8  # 3 x 10,000 / 8,000 = 3.75


def test_shares_with_bounds_and_intervals(world: World) -> None:
    """Of 6: something was found at Apfelstadt, Birnendorf, Citronau and Feigenheim, nothing at Dattelfeld, and nothing is
    known of Eichelau: 4/6 to 5/6. Asked whatever would come of it were Apfelstadt (class 5, has it) and Dattelfeld (class
    7, has it not). Weighted: 1/6 x 1 + 5/6 x 0 = 1/6; effective size 1 / (1/36 + 25/36) = 36/26; with z = 1.96,
    z²/n = 2.7744: centre (1/6 + 1.3872) / 3.7744 = 0.4117, half 1.96 x sqrt(0.1003 + 0.5009) / 3.7744 = 0.4026.

    Class 7: 3 yes, 1 no, 1 unknown of 5; one asked, who has it not: centre = half = 1.9207 / 4.8415 = 0.3967. Class 5:
    all is known, so there is no interval."""
    assert world.share("found") == (6, 4, 1, 1, 0.6667, 0.8333, 0.009, 0.8143)
    assert world.share("found", "class", "7") == (5, 3, 1, 1, 0.6, 0.8, 0, 0.7935)
    assert world.share("found", "class", "5") == (1, 1, 0, 0, 1, 1, None, None)
    assert world.share("listed")[:6] == (6, 3, 2, 1, 0.5, 0.6667)  # without Feigenheim
    assert world.share("systematic")[:6] == (6, 1, 4, 1, 0.1667, 0.3333)  # Apfelstadt
    assert world.share("level_4")[:6] == (6, 0, 5, 1, 0, 0.1667)
    assert world.share("found", "band", "<5k")[:4] == (3, 1, 1, 1)  # Citronau, Dattelfeld, Eichelau
    assert world.share("found", "state", "Musterland")[:4] == (6, 4, 1, 1)


# --- relations -------------------------------------------------------------------------------------------------------


def test_peers(world: World) -> None:
    """Apfelstadt and Birnendorf: 0.5 x (log 30000 - log 8000 = 0.5740) + another type 0.15 + the same state 0 + of
    {trees} and {trees, budget} half in common: 0.25 x 0.5 = 0.5620. Birnendorf and Feigenheim: 0.5 x (log 8000 - log 5500
    = 0.1627) + 0.25 x 0.5 = 0.2064. Apfelstadt and Feigenheim have nothing in common: 0.5 x 0.7368 + 0.15 + 0.25 = 0.7684."""
    found = world.rows("select ags, peer, rank, distance from peer order by ags, rank")
    assert found == [
        (APFEL, BIRNE, 1, 0.562), (APFEL, FEIGE, 2, 0.7684), (BIRNE, FEIGE, 1, 0.2064), (BIRNE, APFEL, 2, 0.562),
        (FEIGE, BIRNE, 1, 0.2064), (FEIGE, APFEL, 2, 0.7684),
    ]  # fmt: skip


def test_what_is_missing_and_who_shows_how(world: World) -> None:
    """Both peers of Apfelstadt have the budget; both of Feigenheim have the trees, Apfelstadt's being the better ones.
    Birnendorf has all that two peers have."""
    keys = dict(world.rows("select identifier, key from dataset"))
    found = world.rows("select ags, model, rank, peers, share, exemplars from missing_model order by ags")
    assert [row[:5] for row in found] == [(APFEL, BUDGET, 1, 2, 1.0), (FEIGE, TREES, 1, 2, 1.0)]
    assert sorted(orjson.loads(found[0][5])) == sorted([keys["b2"], keys["f1"]])
    assert orjson.loads(found[1][5]) == [keys["a1"], keys["b1"]]


def test_with_whom_to_work(world: World) -> None:
    """Apfelstadt and Birnendorf: models 0.2 x 1/2 + the same software 0.1 and portal 0.15 + 11.12 km apart 0.2 x (1 -
    0.3707) = 0.1259: 0.4759. Birnendorf and Feigenheim lie as far apart and have as much in common. Apfelstadt and
    Feigenheim: 0.25 + 0.2 x (1 - 22.24 / 30) = 0.3017. Their gaps are not the same."""
    found = world.rows("select ags, other, rank, score from together order by ags, rank")
    assert found == [
        (APFEL, BIRNE, 1, 0.4759), (APFEL, FEIGE, 2, 0.3017), (BIRNE, FEIGE, 1, 0.4759), (BIRNE, APFEL, 2, 0.4759),
        (FEIGE, BIRNE, 1, 0.4759), (FEIGE, APFEL, 2, 0.3017),
    ]  # fmt: skip
    (why,) = world.rows("select reasons from together where ags = ? and other = ?", APFEL, BIRNE)
    assert orjson.loads(why[0]) == {
        "models": [TREES], "software": ["piveau"], "hosts": ["https://daten.musterland.example"], "km": 11,
    }  # fmt: skip


# --- a quarter later -------------------------------------------------------------------------------------------------


def test_a_quarter_later(later: tuple[World, Measured]) -> None:
    """Apfelstadt: a2 is gone from its own portal, so its copy counts: still 4 records, in 5 sightings. 3 of 4 links work.
    Of 6 records ever seen in its portals 5 are there: 83.3. Points: 3 x 355 + (355 - 80) = 1340 of 1620 = 82.7.
    Usable 100, links 75: 87.5. Openness and owners are as before. All rhythms are monthly; a1 was changed on 20 January, the
    others on 20 October; today is 30 January 2027, so 1 of 4 is in time: (25 + 100) / 2 = 62.5."""
    world, done = later
    assert done.records == 1
    assert (world.newest(APFEL)["state"], world.newest(APFEL)["level"]) == ("found", 3)
    figures = world.newest(APFEL)["figures"]
    assert (figures["records"], figures["sightings"], figures["gone"]) == (4, 5, 1)
    assert world.criteria(APFEL)["links"] == (0.75, 0, 3, 4)
    assert world.criteria(APFEL)["in_time"] == (0.25, 0, 1, 4)
    assert world.newest(APFEL)["dimensions"] == {
        "breadth": 30.8, "metadata": 82.7, "currency": 62.5, "openness": 100, "usability": 87.5, "ownership": 100,
        "continuity": 83.3,
    }  # fmt: skip
    # own: a1, a3, a4; the state's portal: k1 (that is a1) and k2; not there: a3, a4; only there: k2
    assert world.rows("select * from leakage where ags = ?", APFEL) == [(APFEL, 3, 2, 0, 2, None, 1)]
    assert world.rows("select count(*) from sighting") == [(1,)]


def test_a_broken_link_costs_what_it_brought(later: tuple[World, Measured]) -> None:
    """a4: its address 50 and its download 30 no longer work."""
    world, _ = later
    assert world.points()["a4"] == (275, 405, 275)
    sql = "select metric, rank, gain from action where ags = ? order by rank limit 3"
    assert world.rows(sql, APFEL) == [
        ("temporalAvailability", 1, 80), ("accessUrlStatusCode", 2, 50), ("accessRightsAvailability", 3, 40)
    ]  # fmt: skip


def test_a_merged_municipality(later: tuple[World, Measured]) -> None:
    """Birnendorf has four records now, three of them complete; Feigenheim is in no figure any more, its key still leads."""
    world, _ = later
    assert world.criteria(BIRNE)["listed"] == (4, 1, 4, None)
    assert world.criteria(BIRNE)["complete"] == (0.75, 0, 3, 4)
    assert world.rows("select ags from former_key where key = ?", FEIGE) == [(BIRNE,)]
    for table in ("stocktaking", "criterion", "action", "peer", "missing_model", "together", "leakage"):
        assert not world.rows(f"select 1 from {table} where ags = ?", FEIGE), table
    # of five: Apfelstadt, Birnendorf and Citronau yes, Dattelfeld no, Eichelau refuses us
    assert world.share("found")[:6] == (5, 3, 1, 1, 0.6, 0.8)
    assert world.newest(EICHEL)["state"] == "blocked"


def test_what_did_not_change_is_not_written_again(later: tuple[World, Measured]) -> None:
    """The history of Citronau and Dattelfeld has one entry; Apfelstadt has one for each of its three judgements."""
    world, _ = later
    counts = dict(world.rows("select ags, count(*) from stocktaking group by ags"))
    assert counts == {APFEL: 3, BIRNE: 2, CITRONE: 1, DATTEL: 1, EICHEL: 2}


def test_the_milestone_stays(later: tuple[World, Measured]) -> None:
    """Six municipalities with the levels of then, and the shares of then."""
    world, _ = later
    frozen = dict(world.rows("select ags, level from milestone_municipality where milestone = ?", "2026-Q4"))
    assert frozen == {APFEL: 3, BIRNE: 2, CITRONE: 2, DATTEL: 0, EICHEL: None, FEIGE: 1}
    sql = "select municipalities, yes, no, unknown from milestone_share where measure = 'found' and scope = 'all'"
    assert world.rows(sql) == [(6, 4, 1, 1)]
