"""The collector of cycles is told to look seldom, and threads to take short turns, during a run, and as before afterwards."""

import gc
import sys
from weakref import ref

import pytest

from crawler.fetch.garbage import PORTALS, THRESHOLDS, seldom_collected, sweep
from crawler.fetch.reactor import Desk, run
from crawler.fetch.turns import INTERVAL, quick_turns


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


def test_turns_are_short_during_a_run_and_as_before_afterwards() -> None:
    before = sys.getswitchinterval()

    async def work(desk: Desk) -> float:
        return await desk.run(sys.getswitchinterval)

    assert run(work) == pytest.approx(INTERVAL)
    assert sys.getswitchinterval() == before
    with pytest.raises(OSError, match="disk"), quick_turns():
        raise OSError("disk full")
    assert sys.getswitchinterval() == before
