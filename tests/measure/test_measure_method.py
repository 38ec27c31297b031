"""The method: every figure's rows can be listed, agree with the figure, and change only with a new version."""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from rhythm import in_time
from stock_world import BURG, HAFEN, NOWHERE, build, crawl, measure, records
from store_house import House, dataset

from catalog.measure import method
from catalog.measure.measure import Measure
from catalog.measure.method import CHANGES, MEASURES, PARTS, parameters, rows, spelt_out
from catalog.measure.stocktaking.criteria import CRITERIA
from catalog.measure.stocktaking.dimensions import DIMENSIONS
from catalog.measure.stocktaking.states import STATES
from catalog.measure.stocktaking.taking import METHOD, SHARES
from catalog.record.table import DataService
from catalog.record.terms import IRI
from catalog.store.link_uses import sync
from catalog.store.measure_schema import IS_HIGH_VALUE

ROOT = Path(__file__).parents[2]
DIGESTS = ROOT / "docs" / "reference" / "method-digests.json"
TODAY = date(2026, 11, 22)
EVERY = list(MEASURES.values())


def slug(measure: Measure) -> str:
    return measure.slug


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    found = build(House(tmp_path_factory.mktemp("method") / "bestand.db"))
    found.clock.now = found.clock.now.replace(month=11, day=22)
    measure(found)
    yield found
    found.store.conn.close()


@pytest.mark.parametrize("item", EVERY, ids=slug)
def test_the_sql_of_every_measure_runs(world: House, item: Measure) -> None:
    for ags in (HAFEN, BURG, NOWHERE, ""):
        listed = list(rows(world.conn, item.slug, TODAY, ags=ags))
        assert len(listed) < 100
    again = world.conn.execute(spelt_out(item.sql, TODAY), parameters(item.sql, ags=HAFEN)).fetchall()
    assert [tuple(row.values()) for row in rows(world.conn, item.slug, TODAY, ags=HAFEN)] == again
    assert not re.search(r":(known|open|usable|no_data|working|broken|periods|as_of)\b", spelt_out(item.sql))


@pytest.mark.parametrize("item", EVERY, ids=slug)
def test_every_measure_is_said_in_both_languages(item: Measure) -> None:
    for text in (item.title, item.question, item.formula):
        assert text.de.strip()
        assert text.en.strip()
    assert bool(item.caveat.de) == bool(item.caveat.en)


def test_slugs_are_unique_and_everything_that_is_judged_is_published() -> None:
    assert len(MEASURES) == sum(len(measures) for _, measures in PARTS)
    judged = [*(f"criterion-{item.slug}" for item in CRITERIA), *(f"dimension-{item.slug}" for item in DIMENSIONS),
              *(f"state-{name}" for name in STATES), *(f"share-{name}" for name in SHARES)]  # fmt: skip
    assert {name.replace("_", "-") for name in judged} <= MEASURES.keys()


def criteria(conn: sqlite3.Connection, ags: str) -> dict[str, tuple[int | None, int | None, float | None]]:
    sql = "select slug, numerator, denominator, value from criterion where ags = ?"
    return {name: tuple(rest) for name, *rest in conn.execute(sql, (ags,))}  # type: ignore[misc]


@pytest.mark.parametrize("ags", [HAFEN, BURG])
@pytest.mark.parametrize("name", ["complete", "licensed", "in_time", "links", "contact"])
def test_the_rows_of_a_criterion_add_up_to_its_value(world: House, ags: str, name: str) -> None:
    listed = list(rows(world.conn, f"criterion-{name.replace('_', '-')}", TODAY, ags=ags))
    above, below, _ = criteria(world.conn, ags)[name]
    assert (sum(row["passed"] for row in listed), len(listed)) == (above, below)
    assert 0 < (above or 0) < (below or 0)  # the world has both, or nothing would be shown


def test_the_rows_of_the_other_criteria(world: House) -> None:
    found = criteria(world.conn, HAFEN)
    assert len(list(rows(world.conn, "criterion-listed", ags=HAFEN))) == found["listed"][0] == 9
    newest = next(rows(world.conn, "criterion-kept-up", TODAY, ags=HAFEN))
    assert (newest["newest"], newest["passed"], found["kept_up"][2]) == ("2026-10-20", 1, 1)
    broad = list(rows(world.conn, "criterion-broad", ags=HAFEN))
    assert {row["theme"] for row in broad if row["theme"]} == {"ENVI", "TRAN", "GOVE"}
    assert found["broad"][2] == 3
    assert {row["model"] for row in broad if row["model"]} == {"baumkataster", "haushaltsplan"}


def test_pages_are_no_listing_unless_another_portal_lists_their_records(tmp_path: Path) -> None:
    """Musterhafen's nine records stand on pages now; two of them the state's portal lists too: 2 of 9, so level 2."""
    house = build(House(tmp_path / "bestand.db"))
    house.store.keep_portals(
        [{"key": "muster", "url": "https://daten.musterhafen.example", "kind": "sitemap", "ags": HAFEN}]
    )
    measure(house)
    assert criteria(house.conn, HAFEN)["machine_readable"] == (2, 9, pytest.approx(2 / 9))
    assert criteria(house.conn, BURG)["machine_readable"] == (4, 4, 1)
    listed = list(rows(house.conn, "criterion-machine-readable", TODAY, ags=HAFEN))
    assert [row["passed"] for row in listed] == [0] * 7 + [1] * 2
    assert {row["portal"] for row in listed} == {"muster"}  # of two sightings the own portal's counts
    assert house.one("select level from stocktaking where ags = ?", HAFEN) == 2
    house.store.conn.close()


def test_high_value_datasets_and_their_interfaces(tmp_path: Path) -> None:
    """Of three marked records (two by category, one by the regulation) two have an interface: a WMS, an access service."""
    house = build(House(tmp_path / "bestand.db"))
    water = IRI("http://data.europa.eu/bna/c_a9135398")
    marked = {
        "wms": dataset("Gewässer als Dienst", hvd_category=[water]),
        "file": dataset("Gewässer als Datei", hvd_category=[water]),
        "law": dataset(
            "Pegel", applicable_legislation=[IRI("http://data.europa.eu/eli/reg_impl/2023/138/oj")]
        ),
        "none": dataset("Verordnung http://data.europa.eu/eli/reg_impl/2023/138/oj"),
    }
    first, last = (marked[name].root.distribution[0] for name in ("wms", "law"))  # type: ignore[attr-defined]
    first.format = [IRI("http://publications.europa.eu/resource/authority/file-type/WMS_SRVC")]
    last.access_service = [DataService(title=["Pegel"], endpoint_url=[IRI("https://pegel.example/sensors")])]
    crawl(house, "muster", records("musterhafen", 9) | marked)
    with house.store.db.atomic():
        house.conn.execute("update dataset set ags = ? where ags is null", (HAFEN,))
    sync(house.store)
    measure(house)
    listed = {row["title"]: row["passed"] for row in rows(house.conn, "hvd", TODAY, ags=HAFEN)}
    assert listed == {"Gewässer als Dienst": 1, "Gewässer als Datei": 0, "Pegel": 1}
    found = json.loads(house.one("select figures from stocktaking where ags = ? order by run desc", HAFEN))
    assert (found["hvd"], found["hvd_with_interface"], found["records"]) == (3, 2, 13)
    plan = " ".join(
        row[3] for row in house.rows(f"explain query plan select count(*) from version where {IS_HIGH_VALUE}")
    )
    assert "version_high_value" in plan
    house.store.conn.close()


@pytest.mark.parametrize(
    ("frequency", "most"),
    [("HOURLY", 2), ("DAILY", 2), ("WEEKLY", 14), ("MONTHLY", 60), ("QUARTERLY", 182), ("ANNUAL", 730), ("BIENNIAL", 1461)],
)  # fmt: skip
def test_a_rhythm_is_kept_for_twice_its_period(frequency: str, most: int) -> None:
    """2 x 30.44 days of a month = 60.88; 2 x 91.32 = 182.64; 2 x 365.25 = 730.5; a date shows no less than a day."""
    for days in (-400, -1, 0, 1, most - 1, most, most + 1, most + 2, 9000):
        assert in_time(frequency, (TODAY - timedelta(days=days)).isoformat(), TODAY) is (days <= most), days


def test_shares_and_states_list_their_municipalities(world: House) -> None:
    sql = "select measure, yes from share where scope = 'all'"
    for name, yes in world.rows(sql):
        assert len(list(rows(world.conn, f"share-{name.replace('_', '-')}"))) == yes
    assert [row["ags"] for row in rows(world.conn, "state-found")] == [HAFEN, BURG]
    assert [row["ags"] for row in rows(world.conn, "state-nothing-found")] == [NOWHERE]
    assert [row["ags"] for row in rows(world.conn, "state-found", size_class="5")] == [BURG]


def test_no_figure_changed_without_a_new_version() -> None:
    kept = json.loads(DIGESTS.read_text(encoding="utf-8"))
    changed = method.changed_in_silence(kept)
    assert changed == [], "give these a new version and name them in method.CHANGES (before the first release: delete the file, `bestand docs`)"  # fmt: skip
    assert kept.keys() == MEASURES.keys()


def test_a_silent_change_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = json.loads(method.digests({}))
    item = MEASURES["criterion-complete"]
    monkeypatch.setitem(method.MEASURES, item.slug, replace(item, thresholds={"threshold": 0.8}))
    assert method.changed_in_silence(kept) == [item.slug]
    assert json.loads(method.digests(kept)) == kept  # writing the docs anew does not hide it
    monkeypatch.setitem(method.MEASURES, item.slug, replace(item, thresholds={"threshold": 0.8}, version=2))
    assert method.changed_in_silence(kept) == []
    assert json.loads(method.digests(kept))[item.slug]["version"] == 2
    assert method.digest(replace(item, sql=item.sql.replace(" ", "\n  "))) == method.digest(item)


def test_the_changelog_names_every_version() -> None:
    assert CHANGES[0].version == METHOD
    assert [item.day for item in CHANGES] == sorted((item.day for item in CHANGES), reverse=True)
    for item in EVERY:
        named = [change for change in CHANGES if item.slug in change.measures]
        assert len(named) == item.version - 1, f"{item.slug} grew, but the changelog does not say so"
        assert item.since in {change.day for change in CHANGES}


def test_the_page_holds_every_measure_and_its_sql() -> None:
    page = method.method_page()
    for item in EVERY:
        assert f"`{item.slug}`, version {item.version}" in page
        assert item.formula.de in page
    assert page.count("```sql") == len(EVERY)
