"""Windows of a listing: together they ask for everything once, however pages come back."""

from hypothesis import given
from hypothesis import strategies as st

from crawler.sources.paging import AT_ONCE, Window, following, parts, window_of


@given(total=st.integers(0, 3_000), size=st.integers(1, 400), cap=st.integers(1, 400))
def test_all_records_are_asked_for_exactly_once(total: int, size: int, cap: int) -> None:
    seen: list[int] = []
    waiting = [Window(0, size)]
    while waiting:
        window = waiting.pop(0)
        delivered = range(window.start, min(window.start + min(window.size, cap), total))
        seen += delivered
        waiting += following(window, len(delivered), total)
    assert sorted(seen) == list(range(total))


@given(total=st.integers(0, 500), size=st.integers(1, 60))
def test_without_a_total_pages_follow_until_one_is_short(total: int, size: int) -> None:
    seen: list[int] = []
    window: Window | None = Window(0, size)
    while window is not None:
        delivered = range(window.start, min(window.start + window.size, total))
        seen += delivered
        window = next(iter(following(window, len(delivered), None)), None)
    assert seen == list(range(total))


def test_a_billion_records_are_not_asked_for_at_once() -> None:
    found = following(Window(0, 100), 100, 10**9)
    assert len(found) == AT_ONCE
    assert [window.goes_on for window in found] == [False] * (AT_ONCE - 1) + [True]


@given(start=st.integers(0, 100), size=st.integers(2, 100))
def test_halves_cover_a_window(start: int, size: int) -> None:
    first, second, after = parts(Window(start, size))
    assert (first.start, first.start + first.size, second.start + second.size) == (
        start,
        second.start,
        start + size,
    )
    assert (after.start, after.goes_on, after.blind) == (start + size, True, 1)


def test_a_listing_that_only_fails_ends() -> None:
    window, count = Window(0, 1), 0
    while found := parts(window):
        (window,), count = found, count + 1
    assert count == 2
    assert window_of(window.state, 5) == window
