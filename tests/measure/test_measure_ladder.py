"""The ladder, the states, the dimensions and the shares, as laws and by hand."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rhythm import in_time

from catalog.measure.stocktaking.criteria import CRITERIA, Context, judge, level
from catalog.measure.stocktaking.dimensions import DIMENSIONS, dimensions
from catalog.measure.stocktaking.figures import Figures
from catalog.measure.stocktaking.frame import band, size_class
from catalog.measure.stocktaking.shares import Share, share, weighted, wilson
from catalog.measure.stocktaking.states import Asked, state_of
from catalog.measure.stocktaking.usual import usual_models

TODAY = date(2026, 11, 22)
SYSTEMATIC = Figures(
    records=20, sightings=20, complete=20, in_listing=20, licensed=18, open=18, with_contact=20, owned=20, rhythm=10, in_time=9,
    newest="2026-10-01", links_checked=40, links_working=39, themes={"ENVI", "GOVE", "TRAN", "REGI", "EDUC", "SOCI", "ECON"},
)  # fmt: skip


def reached(figures: Figures, usual: frozenset[str] = frozenset()) -> int:
    return level(figures, judge(figures, Context(TODAY, usual)))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, 4),
        ({"in_time": 7}, 3),  # 70 % in time
        ({"links_working": 37}, 3),  # 92.5 % work
        ({"with_contact": 17}, 3),  # 85 % name a contact
        ({"newest": "2025-11-01"}, 3),  # more than twelve months ago
        ({"newest": "2025-11-01", "changed_at": "2026-06-01T00:00:00Z"}, 4),  # a change was seen
        ({"themes": {"ENVI"}}, 3),
        ({"rhythm": 0, "in_time": 0, "links_checked": 0, "links_working": 0}, 4),  # three of five are shown
        ({"complete": 17}, 2),  # 85 % complete
        ({"licensed": 15}, 2),  # 75 % known
        ({"in_listing": 18}, 4),
        ({"in_listing": 17}, 2),  # 85 % stand in a listing, the rest on single pages
        ({"records": 2, "complete": 2, "licensed": 2}, 1),
        ({"records": 0, "web": 5}, 1),
        ({"records": 0, "web": 0}, 0),
        ({"closed": 20, "licensed": 0}, 4),  # nothing is meant to be public: the licence is not shown
    ],
)
def test_the_level_by_hand(change: dict[str, object], expected: int) -> None:
    assert reached(replace(SYSTEMATIC, **change)) == expected  # type: ignore[arg-type]


def test_a_quarter_of_what_is_usual_is_broad() -> None:
    usual = frozenset("abcdefgh")
    few = replace(SYSTEMATIC, themes={"ENVI"})
    assert reached(replace(few, models={"a", "b"}), usual) == 4
    assert reached(replace(few, models={"a", "x"}), usual) == 3


def test_two_shown_criteria_of_level_four_are_too_few() -> None:
    hidden = replace(SYSTEMATIC, rhythm=0, in_time=0, links_checked=0, links_working=0, newest="")
    assert [value.passed for value in judge(hidden, Context(TODAY))][4:] == [None, None, None, True, True]
    assert reached(hidden) == 3


counts = st.integers(0, 50)


@given(counts, counts, counts, counts, counts, counts)
def test_better_figures_never_lower_the_level(
    records: int, complete: int, licensed: int, contact: int, themes: int, more: int
) -> None:
    figures = Figures(
        records=records, complete=min(complete, records), licensed=min(licensed, records), in_listing=records,
        newest="2026-10-01",
        with_contact=min(contact, records), themes={str(n) for n in range(min(themes, 13))},
    )  # fmt: skip
    better = replace(
        figures, complete=min(records, figures.complete + more), licensed=min(records, figures.licensed + more),
        with_contact=min(records, figures.with_contact + more),
    )  # fmt: skip
    assert 0 <= reached(figures) <= reached(better) <= 4


def test_every_criterion_has_one_value() -> None:
    assert [value.slug for value in judge(SYSTEMATIC, Context(TODAY))] == [item.slug for item in CRITERIA]


@given(counts, counts, counts, st.sampled_from(["", "2026-10-01", "2020-01-01", "2031-01-01"]))
def test_dimensions_are_between_0_and_100_or_unknown(whole: int, part: int, gone: int, newest: str) -> None:
    some = min(part, whole)
    figures = Figures(
        records=whole, sightings=whole, open=some, owned=some, with_contact=some, rhythm=whole, in_time=some,
        usable=some, links_checked=whole, links_working=some, points=some, possible=whole, gone=gone, newest=newest,
    )  # fmt: skip
    found = dimensions(figures, frozenset(), TODAY)
    assert set(found) == {item.slug for item in DIMENSIONS}
    assert all(value is None or 0 <= value <= 100 for value in found.values())
    if not whole:
        assert found["openness"] is None
        assert found["metadata"] is None


def test_dimensions_by_hand() -> None:
    figures = replace(SYSTEMATIC, points=300, possible=325, usable=15, gone=5, models={"a"})
    assert dimensions(figures, frozenset("abcd"), TODAY) == {
        "breadth": 39.4,  # (7/13 + 1/4) / 2
        "metadata": 92.3,  # 300 / 325
        "currency": 95.0,  # (9/10 + 1 month: 35/35) / 2
        "openness": 90.0,  # 18 / 20
        "usability": 86.2,  # (15/20 + 39/40) / 2
        "ownership": 100.0,
        "continuity": 80.0,  # 20 / 25
    }


ASKED = [Asked("homepage", "https://a", "found"), Asked("covers", "land", "complete", "2026-11-01")]


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        ([], "not_checked"),
        (ASKED, "nothing_found"),
        (ASKED[:1], "nothing_found"),
        (ASKED[1:], "not_checked"),  # the home page was not found
        ([*ASKED, Asked("covers", "bund", "partial")], "not_checked"),
        (
            [*ASKED, Asked("covers", "bund", "blocked")],
            "not_checked",
        ),  # a shared portal's fault is not the town's
        ([*ASKED, Asked("covers", "bund", "complete")], "not_checked"),  # was never read whole
        ([*ASKED, Asked("own", "p", "blocked"), Asked("own", "q", "unreachable")], "blocked"),
        ([*ASKED, Asked("own", "p", "unreachable")], "unreachable"),
        ([Asked("homepage", "", "unreachable")], "unreachable"),
        ([Asked("homepage", "", "blocked")], "blocked"),
        ([*ASKED, Asked("own", "p", "empty", "2026-11-01")], "nothing_found"),
        ([*ASKED, Asked("own", "p", "shrunk", "2026-11-01")], "not_checked"),
    ],
)
def test_states(asked: list[Asked], state: str) -> None:
    assert state_of(has_records=False, via="", asked=asked) == state
    assert state_of(has_records=True, via="", asked=asked) == "found"
    assert state_of(has_records=False, via="990110001", asked=asked) == "found_via_association"


@given(st.lists(st.sampled_from([True, False, None]), max_size=60))
def test_the_truth_lies_between_the_bounds(answers: list[bool | None]) -> None:
    found = share(answers, [answer for answer in answers if answer is not None])
    assert found.yes + found.no + found.unknown == found.municipalities == len(answers)
    if not answers:
        assert found.lower is found.upper is None
        return
    assert found.lower is not None
    assert found.upper is not None
    for guess in (True, False):
        truth = sum(guess if answer is None else answer for answer in answers) / len(answers)
        assert found.lower <= truth <= found.upper
    assert (found.low95 is None) == (not found.unknown or found.unknown == len(answers))


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_interval_holds_the_share(yes: int, asked: int) -> None:
    yes = min(yes, asked)
    low, high = wilson(yes, asked)
    assert 0 <= low <= yes / asked + 1e-12
    assert yes / asked - 1e-12 <= high <= 1


def test_classes_weigh_as_much_as_they_have_municipalities() -> None:
    large = share([True] * 8 + [False] * 2, [True] * 8 + [False] * 2)  # all 10 asked: 80 %
    small = share([True] * 1 + [False] * 9 + [None] * 90, [True] + [False] * 9)  # 10 of 100 asked: 10 %
    found = weighted([large, small])
    # Estimate: (10 * 0.8 + 100 * 0.1) / 110 = 16.4 %; unweighted it were 9 of 20 = 45 %.
    assert (found.yes, found.no, found.unknown) == (9, 11, 90)
    assert found.low95 is not None
    assert found.high95 is not None
    assert found.low95 < 0.164 < found.high95 < 0.45
    assert (found.lower, found.upper) == (9 / 110, 99 / 110)


def test_a_class_of_which_nobody_was_asked_leaves_no_estimate() -> None:
    assert weighted([share([True, False], [True, False]), share([None, None])]).low95 is None
    turned_up = share([True, None, None])  # found in a shared portal: no sample
    assert (turned_up.lower, turned_up.upper, turned_up.low95) == (1 / 3, 1, None)
    assert weighted([]) == Share(0, 0, 0, 0, None, None)


@pytest.mark.parametrize(
    ("population", "number", "name"),
    [
        (None, None, ""), (0, None, ""), (-1, None, ""), (1, 7, "<5k"), (4_999, 7, "<5k"), (5_000, 7, "5-20k"),
        (9_999, 7, "5-20k"), (10_000, 6, "5-20k"), (25_000, 5, "20-100k"), (99_999, 4, "20-100k"),
        (100_000, 3, ">100k"), (200_000, 2, ">100k"), (400_000, 1, ">100k"),
    ],
)  # fmt: skip
def test_classes_and_bands(population: int | None, number: int | None, name: str) -> None:
    assert (size_class(population), band(population)) == (number, name)


@pytest.mark.parametrize(
    ("frequency", "day", "expected"),
    [
        ("DAILY", "2026-11-20", True), ("DAILY", "2026-11-19", False), ("ANNUAL", "2024-12-01", True),
        ("ANNUAL", "2024-11-01", False), ("HOURLY", "2026-11-21", True), ("IRREG", "2026-11-21", None),
        ("ANNUAL", "", None), ("ANNUAL", "20013-01-01", None), ("ANNUAL", "2031-01-01", True), ("nie", "2026-11-21", None),
    ],
)  # fmt: skip
def test_one_period_of_grace(frequency: str, day: str, expected: bool | None) -> None:
    assert in_time(frequency, day, TODAY) is expected


def test_usual_needs_ten_publishers_and_eight_models() -> None:
    eight = set("abcdefgh")
    found = {f"{n:02}": Figures(records=3, models=eight if n < 4 else {"z"}) for n in range(10)}
    classes: dict[str, int | None] = dict.fromkeys(found, 6)
    assert usual_models(found, classes) == {6: frozenset(eight | {"z"})}  # 4 of 10 and 6 of 10 publish them
    assert usual_models(found, {**classes, "00": 5}) == {}  # nine publishers
    assert usual_models({**found, "00": Figures(records=3)}, classes) == {}  # 3 of 10: only z is left
