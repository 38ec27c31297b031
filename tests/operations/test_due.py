"""Which portals are due, and what a run's budget stops."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from operated import Operated

from catalog.store.due import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    RHYTHMS,
    WEEKLY,
    Standing,
    due,
    next_crawl,
    pause,
    rhythm_of,
    schedule,
)
from crawler.fetch.budget import Budget

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_rhythms() -> None:
    assert {name: span.days for name in RHYTHMS if (span := rhythm_of(name))} == RHYTHMS
    assert rhythm_of(" Weekly ") == WEEKLY
    assert rhythm_of("10") == timedelta(days=10)
    assert [rhythm_of(text) for text in ("", "often", "0", "-1", "12345", "1.5")] == [None] * 6


def test_pauses_double_and_end_somewhere() -> None:
    pauses = [pause(number) for number in range(1, 12)]
    assert pauses[0] == FIRST_PAUSE < WEEKLY
    assert all(later == min(2 * earlier, LONGEST_PAUSE) for earlier, later in itertools.pairwise(pauses))
    assert pause(10_000) == pauses[-1] == LONGEST_PAUSE


@given(
    st.integers(1, 500), st.sampled_from(["unreachable", "blocked", "not_found", "partial", "failed_here"])
)
def test_no_portal_is_forgotten(failures: int, outcome: str) -> None:
    at = next_crawl(Standing(failures=failures, failed=NOW, outcome=outcome))
    assert at is not None
    assert NOW < at <= NOW + LONGEST_PAUSE


def test_our_own_budget_never_makes_a_portal_wait_longer_than_its_rhythm() -> None:
    for outcome in ("partial", "failed_here"):
        assert next_crawl(Standing(failures=50, failed=NOW, outcome=outcome)) == NOW + WEEKLY
    assert next_crawl(Standing(failures=50, failed=NOW, outcome="unreachable")) == NOW + LONGEST_PAUSE


def test_what_shrunk_is_looked_at_again_when_that_can_be_confirmed() -> None:
    monthly = timedelta(days=30)
    assert next_crawl(Standing(monthly, NOW, shrunk=True)) == NOW + timedelta(days=6)
    assert next_crawl(Standing(monthly, NOW)) == NOW + monthly
    assert next_crawl(Standing(timedelta(days=1), NOW, shrunk=True)) == NOW + timedelta(days=1)


def test_never_crawled_first_then_the_longest_waiting(operated: Operated) -> None:
    assert due(operated.db, operated.now) == ["alpha", "beta", "gamma"]
    operated.run({"gamma": "complete"})
    operated.clock.advance(hours=1)
    operated.run({"alpha": "complete"})
    assert due(operated.db, operated.now) == ["beta"]
    operated.clock.advance(days=8)
    assert due(operated.db, operated.now) == ["beta", "gamma", "alpha"]


def test_due_by_the_last_complete_crawl_whatever_was_read_again(operated: Operated) -> None:
    operated.run({"alpha": "complete", "beta": "complete", "gamma": "complete"})
    operated.clock.advance(days=5)
    operated.run({"alpha": "complete"}, command="reparse")
    operated.clock.advance(days=2)
    assert due(operated.db, operated.now) == ["alpha", "beta", "gamma"]


def test_what_failed_is_tried_sooner_then_ever_more_rarely(operated: Operated) -> None:
    operated.run({"alpha": "complete", "beta": "complete", "gamma": "complete"})
    tried = []
    for _ in range(300):
        operated.clock.advance(hours=12)
        if "alpha" in due(operated.db, operated.now):
            tried.append(operated.now)
            operated.run({"alpha": "unreachable"})
    gaps = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert len(tried) > 6
    assert gaps == sorted(gaps)
    assert gaps[0] < timedelta(days=1)
    assert gaps[-1] > 4 * WEEKLY
    operated.run({"alpha": "complete"})
    assert {item.portal: item.failures for item in schedule(operated.db)}["alpha"] == 0


def test_rhythm_of_a_portal_comes_from_its_settings(operated: Operated) -> None:
    operated.settings("beta", rhythm="monthly")
    operated.settings("gamma", rhythm="whenever")
    operated.run({"alpha": "complete", "beta": "complete", "gamma": "complete"})
    operated.clock.advance(days=8)
    assert due(operated.db, operated.now) == ["alpha", "gamma"]


def test_cancelled_is_no_failure_and_who_opted_out_is_left_alone(operated: Operated) -> None:
    operated.run({"alpha": "complete", "beta": "complete"})
    operated.clock.advance(days=8)
    operated.run({"alpha": "cancelled"})
    assert due(operated.db, operated.now)[:2] == ["gamma", "alpha"]
    operated.settings("gamma", state="dead")
    operated.settings("beta", opt_out="2026-11-01")
    assert due(operated.db, operated.now) == ["alpha"]


def test_a_timer_at_the_same_hour_finds_what_is_due_a_little_later(operated: Operated) -> None:
    operated.settings("alpha", rhythm="daily")
    operated.run({"alpha": "complete"})
    operated.clock.advance(hours=23, minutes=30)
    assert "alpha" in due(operated.db, operated.now)
    operated.clock.advance(hours=-12)
    assert "alpha" not in due(operated.db, operated.now)


@pytest.mark.parametrize(("seconds", "requests"), [(60.0, None), (None, 10), (60.0, 10)])
def test_a_budget_is_spent_once_time_or_requests_are_over(
    seconds: float | None, requests: int | None
) -> None:
    time = 0.0
    budget = Budget(seconds, requests, lambda: time)
    budget.note("a", 4)
    budget.note("b", 5)
    budget.note("a", 3)  # what was counted once stays
    assert not budget.spent
    time, before = 61.0, budget.spent
    assert bool(budget.spent) == (seconds is not None)
    time = 0.0
    budget.note("a", 5)
    assert not before
    assert bool(budget.spent) == (requests is not None)


def test_without_a_budget_nothing_is_ever_spent() -> None:
    budget = Budget()
    budget.note("a", 10**9)
    assert not budget.spent
