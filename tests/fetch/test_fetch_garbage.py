"""The collector of cycles is told to look seldom during a run, and as before afterwards."""

import gc
from weakref import ref

import pytest

from crawler.fetch.garbage import PORTALS, THRESHOLDS, seldom_collected, sweep
from crawler.fetch.reactor import Desk, run


def test_a_run_collects_seldom_and_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()

    async def work(desk: Desk) -> tuple[int, int, int]:
        return await desk.run(gc.get_threshold)

    assert run(work) == THRESHOLDS != before
    assert gc.get_threshold() == before


def test_it_is_left_as_it_was_after_an_error() -> None:
    before = gc.get_threshold()
    with pytest.raises(OSError, match="disk"), seldom_collected():
        raise OSError("disk full")
    assert gc.get_threshold() == before


def test_what_portals_leave_behind_is_collected_now_and_then() -> None:
    class Cycle:
        def __init__(self) -> None:
            self.me = self

    with seldom_collected():
        left = ref(Cycle())
        sweep(PORTALS - 1)
        assert left() is not None
        sweep(PORTALS)
        assert left() is None
