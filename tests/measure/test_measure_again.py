"""A measurement after a small change says what one from nothing says: what is carried over is provably the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_house import House
from tiny_world import build, change

from catalog.measure.measuring import measure
from catalog.store.measures import Measures

MADE = (
    *("fingerprint", "spoken_place", "quality", "quality_file", "dataset_model", "unknown_model", "dataset_link", "sighting"),
    *("leakage", "peer", "missing_model", "together", "model_town", "stat_model", "action", "metric", "model", "stat_facet"),
)  # fmt: skip
"""Tables that hold the newest state only and can be made anew."""
SAID = (
    "select id, ags, attribution, certainty, body from dataset order by id",
    "select ags, state, level, dimensions, via, asked, figures from stocktaking"
    " where run = (select max(run) from stocktaking as later where later.ags = stocktaking.ags) order by ags",
    "select ags, slug, value, threshold, passed, numerator, denominator from criterion"
    " where run = (select max(run) from stocktaking where stocktaking.ags = criterion.ags) order by ags, slug",
    "select measure, scope, key, municipalities, yes, no, unknown, lower, upper, low95, high95 from share"
    " where run = (select max(run) from share) order by 1, 2, 3",
    "select portal, publisher, reason, candidates, datasets from attribution_review order by 1, 2",
)


def held(house: House) -> list[list[tuple[Any, ...]]]:
    return [sorted(house.rows(f"select * from {table}"), key=repr) for table in MADE] + [
        house.rows(sql) for sql in SAID
    ]


def forget(house: House) -> None:
    """As if nothing had ever been measured; what links answered and the history stay."""
    with house.store.db.atomic():
        for table in (*MADE, "measured", "linked", "attribution_review", "criterion", "stocktaking"):
            house.conn.execute(f"delete from {table}")
        house.conn.execute("update dataset set ags = null, attribution = '', certainty = 0, body = ''")


def test_after_a_change_as_from_nothing(house: House) -> None:
    build(house)
    done = change(house)
    assert done.records == 1  # of 13 one was looked at
    carried = held(house)
    forget(house)
    assert measure(house.store).records == 13
    assert held(house) == carried
    assert all(carried[MADE.index(name)] for name in ("sighting", "peer", "together", "model_town", "action"))


def test_nothing_is_written_where_nothing_changed(house: House) -> None:
    build(house)
    measure(house.store)
    before = house.conn.total_changes
    Measures(house.store).renew("peer", COLUMNS, house.rows(f"select {', '.join(COLUMNS)} from peer"))
    assert house.conn.total_changes == before


COLUMNS = ("ags", "peer", "rank", "distance", "reasons")
tables = (
    st.dictionaries(st.sampled_from("abcdef"), st.none() | st.integers(0, 3), max_size=6)
    .map(dict.items)
    .map(list)
)


@pytest.fixture
def words(house: House) -> Measures:
    house.conn.execute("create table thing (name text primary key, number integer)")
    return Measures(house.store)


def test_renewed_tables_hold_what_they_are_given(words: Measures) -> None:
    @given(tables, tables)
    def holds(first: list[tuple[str, int | None]], second: list[tuple[str, int | None]]) -> None:
        for rows in (first, second):
            assert words.renew("thing", ("name", "number"), iter(rows)) == len(rows)
            assert words.conn.execute("select * from thing order by name").fetchall() == sorted(rows)

    holds()
