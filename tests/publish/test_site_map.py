"""The map: positions by the projection of the outlines, paths that say what they should, frames for other countries."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.publish.site.charts import HIGH, WIDE, line, stack
from catalog.publish.site.maps import WIDTH, Place, draw, german_outlines

BERLIN = Place("11000000", "11000", 52.52, 13.405, 3)
KIEL, NOWHERE = Place("01002000", "01002", 54.32, 10.14, None), Place("01001000", "01001", None, None, 2)


def points(path: str) -> list[tuple[int, int]]:
    """The dots of a path, in halves of a unit."""
    found, here = [], (0, 0)
    for x, y in re.findall(r"m(-?\d+) (-?\d+)h0", path):
        here = here[0] + int(x), here[1] + int(y)
        found.append(here)
    return found


def test_there_are_sixteen_states_within_the_field() -> None:
    assert len(german_outlines()) == 16
    for outline in german_outlines():
        x, y = map(int, re.match(r"M(\d+) (\d+)", outline.path).groups())  # type: ignore[union-attr]
        assert 0 <= x <= 293
        assert 0 <= y <= 397


def test_a_town_lies_where_its_state_does() -> None:
    drawn = draw([BERLIN])
    assert drawn is not None
    ((x, y),) = points(drawn.dots[3])
    outline = next(item for item in german_outlines() if item.name == "Berlin")
    begin = [int(value) for value in re.match(r"M(\d+) (\d+)", outline.path).groups()]  # type: ignore[union-attr]
    assert abs(x / 2 - begin[0]) < 20
    assert abs(y / 2 - begin[1]) < 20
    assert (drawn.width, drawn.frame, drawn.density) == (WIDTH, None, "few")


def test_what_has_nothing_is_a_grey_dot_of_its_district() -> None:
    drawn = draw([BERLIN, KIEL, Place("01002001", "01002", 54.34, 10.16, 0)])
    assert drawn is not None
    assert [len(points(path)) for path in drawn.rest] == [1, 0, 0]
    assert list(drawn.dots) == [3]


def test_the_size_of_a_grey_dot_says_how_many_there_are() -> None:
    many = [Place(f"0100{n:04d}", "01002", 54 + n / 100, 10, None) for n in range(30)]
    assert [len(points(path)) for path in draw(many).rest] == [0, 0, 1]  # type: ignore[union-attr]


def test_who_has_no_position_is_counted() -> None:
    assert draw([NOWHERE]) is None
    assert draw([NOWHERE, KIEL]).unplaced == 1  # type: ignore[union-attr]


def test_other_countries_get_a_frame() -> None:
    drawn = draw([Place("99111000", "99111", 46.9, 7.4, 1), Place("99112000", "99112", 47.4, 8.5, 4)])
    assert drawn is not None
    assert drawn.outlines == ()
    assert drawn.frame is not None
    west, south, east, north = drawn.frame
    assert west < 7.4 < 8.5 < east
    assert south < 46.9 < 47.4 < north


@given(
    st.lists(
        st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from([None, 0, 1, 4])), min_size=1
    )
)
def test_any_positions_stay_within_the_field(places: list[tuple[float, float, int | None]]) -> None:
    drawn = draw([Place(f"99{n:06d}", "99001", *place) for n, place in enumerate(places)])
    assert drawn is not None
    for path in (*drawn.dots.values(), *drawn.rest):
        for x, y in points(path):
            assert -1 <= x <= 2 * drawn.width + 1
            assert -1 <= y <= 2 * drawn.height + 1


def test_a_line_fills_its_field_from_lowest_to_highest() -> None:
    drawn = line([1663, 1700, 1668])
    assert drawn is not None
    assert (drawn.low, drawn.high) == (1663, 1700)
    heights = [y for _, y in drawn.points]
    assert max(heights) - min(heights) > 0.8 * HIGH
    assert all(0 <= x <= WIDE for x, _ in drawn.points)
    assert line([5]) is None
    assert line([5, 5]) is not None


@given(st.lists(st.integers(0, 10**6), max_size=8))
def test_the_parts_of_a_bar_fill_it(parts: list[int]) -> None:
    drawn = stack(parts)
    assert len(drawn) == (len(parts) if sum(parts) else 0)
    assert not drawn or sum(length for _, length in drawn) == pytest.approx(100, abs=0.1)
