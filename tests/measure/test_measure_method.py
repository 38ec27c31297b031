"""The method: every figure's rows can be listed, agree with the figure, and change only with a new version."""

import json
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from stock_world import BURG, HAFEN, NOWHERE, build, measure
from store_house import House

from catalog.measure import method
from catalog.measure.measure import Measure
from catalog.measure.method import CHANGES, MEASURES, PARTS, parameters, rows, spelt_out
from catalog.measure.stocktaking.criteria import CRITERIA
from catalog.measure.stocktaking.dimensions import DIMENSIONS
from catalog.measure.stocktaking.figures import is_in_time, lists
from catalog.measure.stocktaking.states import STATES
from catalog.measure.stocktaking.taking import METHOD, SHARES

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
    (listing,) = rows(world.conn, "criterion-machine-readable", ags=HAFEN)
    assert (listing["portal"], listing["records"]) == (
        "muster",
        9,
    )  # of two sightings the own portal's counts
    newest = next(rows(world.conn, "criterion-kept-up", TODAY, ags=HAFEN))
    assert (newest["newest"], newest["passed"], found["kept_up"][2]) == ("2026-10-20", 1, 1)
    broad = list(rows(world.conn, "criterion-broad", ags=HAFEN))
    assert {row["theme"] for row in broad if row["theme"]} == {"ENVI", "TRAN", "GOVE"}
    assert found["broad"][2] == 3
    assert {row["model"] for row in broad if row["model"]} == {"baumkataster", "haushaltsplan"}


def test_the_rhythm_in_sql_is_that_of_the_judgement(world: House) -> None:
    sql = MEASURES["criterion-in-time"].sql
    expression = re.search(r"(max\(julianday.*?)\s+as passed", sql, re.DOTALL)
    assert expression
    case = (
        expression[1].replace("coalesce(modified, issued)", ":day").replace("alive.frequency", ":frequency")
    )
    for frequency in ("DAILY", "WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL", "HOURLY", "BIENNIAL"):
        for days in range(-3, 1500, 1 if frequency != "BIENNIAL" else 7):
            day = (TODAY - timedelta(days=days)).isoformat()
            values = {
                "day": day,
                "frequency": frequency,
                "as_of": TODAY.isoformat(),
                "periods": lists()["periods"],
            }
            (by_sql,) = world.conn.execute(f"select {case}", values).fetchone()
            assert bool(by_sql) == is_in_time(frequency, day, TODAY), (frequency, day)


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
