"""Laws 1 and 2: unfinished means nothing is gone, unreachable is not empty, exactly one outcome."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_house import House, complete, found, hand_over, many

from catalog.store.outcome import HOLD, Standing, judge, shrunk
from catalog.store.sink import OUTCOMES, CrawlFacts, Reject

NOW = datetime(2026, 11, 8, tzinfo=UTC)


def facts_of(**failures: int) -> CrawlFacts:
    """A crawl that delivered nothing because calls failed."""
    return CrawlFacts(failures=Counter(failures), claimed=None)


CASES: dict[str, tuple[CrawlFacts, Standing]] = {
    "complete": (complete(9), Standing(10, 1)),
    "unchanged": (complete(10, not_modified=True), Standing(10, 0)),
    "partial": (complete(5, claimed=10), Standing(10, 5)),
    "empty": (complete(0), Standing(0, 0)),
    "shrunk": (complete(5), Standing(10, 5)),
    "unreachable": (facts_of(unreachable=3), Standing(10, 10)),
    "blocked": (facts_of(blocked=1, unreachable=9), Standing(10, 10)),
    "tls_error": (facts_of(tls_error=1), Standing(0, 0)),
    "not_found": (facts_of(not_found=1), Standing(0, 0)),
    "changed_kind": (facts_of(changed_kind=1), Standing(0, 0)),
    "unreadable": (facts_of(unreadable=1), Standing(0, 0)),
    "too_large": (facts_of(too_large=1), Standing(0, 0)),
    "opted_out": (facts_of(opted_out=1), Standing(0, 0)),
}
SAID = {"cancelled", "failed_here"}
"""Outcomes that only the caller can know."""


def test_every_outcome_is_either_judged_or_said() -> None:
    assert CASES.keys() | SAID == set(OUTCOMES)
    assert len(OUTCOMES) == len(set(OUTCOMES))


@pytest.mark.parametrize("outcome", CASES)
def test_each_outcome_can_be_reached(outcome: str) -> None:
    verdict = judge(*CASES[outcome], NOW)
    assert verdict.outcome == outcome
    assert verdict.mark_gone == (outcome in ("complete", "unchanged", "empty"))
    assert verdict.note or outcome == "complete"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_portals_run_has_the_outcome_that_was_said(house: House, outcome: str) -> None:
    house.crawl(many(4))
    sink = house.sink()
    assert sink.finish(CrawlFacts(), outcome) == outcome
    assert house.rows("select run, outcome from portal_run order by run") == [(1, "complete"), (2, outcome)]
    assert house.one("select last_outcome from portal") == outcome
    assert house.one("select count(*) from dataset where gone_run is not null") == 0


def test_an_outcome_that_is_none_is_refused(house: House) -> None:
    sink = house.sink()
    with pytest.raises(ValueError, match="'fine' is no outcome"):
        sink.finish(complete(0), "fine")
    assert house.one("select outcome from portal_run") is None


@given(
    st.builds(CrawlFacts, claimed=st.none() | st.integers(0, 50), delivered=st.integers(0, 50),
              rejected=st.integers(0, 5), walked=st.booleans(), over_budget=st.booleans(), not_modified=st.booleans(),
              failures=st.dictionaries(st.sampled_from(OUTCOMES[5:]), st.integers(1, 3), max_size=2).map(Counter),
              skipped=st.dictionaries(st.just("document"), st.integers(1, 5)).map(Counter)),
    st.integers(0, 60), st.integers(0, 60), st.booleans(),
)  # fmt: skip
def test_nothing_is_gone_unless_the_whole_portal_was_read(
    facts: CrawlFacts, alive: int, missing: int, accepted: bool
) -> None:
    standing = Standing(max(alive, missing), missing, None, accepted)
    verdict = judge(facts, standing, NOW)
    assert verdict.outcome in OUTCOMES
    reached = facts.delivered + facts.rejected + facts.skipped.total()
    whole = facts.walked and not facts.failures and not facts.over_budget and reached >= (facts.claimed or 0)
    assert not verdict.mark_gone or (whole and (accepted or not shrunk(standing)))
    assert verdict.outcome != "empty" or not (facts.failures or facts.delivered or facts.rejected)


@pytest.mark.parametrize(
    ("alive", "missing", "held"),
    [
        (100, 20, False), (100, 21, True), (50, 10, False), (49, 10, True), (48, 9, False), (40, 9, False),
        (18, 9, True), (19, 9, False), (10, 4, False), (10, 5, True), (2, 1, True), (1, 1, True), (3, 1, False),
        (0, 0, False), (12, 12, True),
    ],
)  # fmt: skip
def test_more_than_a_fifth_and_ten_or_half_is_held(alive: int, missing: int, held: bool) -> None:
    assert shrunk(Standing(alive, missing)) is held


@pytest.mark.parametrize(("span", "outcome"), [(HOLD - timedelta(seconds=1), "shrunk"), (HOLD, "complete")])
def test_a_second_crawl_six_days_later_confirms(house: House, span: timedelta, outcome: str) -> None:
    house.crawl(many(20))
    assert house.crawl(many(9)) == "shrunk"
    assert house.counters() == {"unchanged": 9, "missing": 11}
    assert house.one("select note from portal_run where run = 2") == "11 of 20 records were not found; held."
    house.clock.advance(hours=-1)
    house.clock.now += span
    assert house.crawl(many(9)) == outcome
    assert house.one("select count(*) from dataset where gone_run is not null") == (
        11 if outcome == "complete" else 0
    )


def test_a_whole_crawl_in_between_starts_the_count_anew(house: House) -> None:
    house.crawl(many(20))
    assert house.crawl(many(9)) == "shrunk"
    house.clock.advance(days=3)
    assert house.crawl(many(20)) == "complete"
    house.clock.advance(days=4)
    assert house.crawl(many(9)) == "shrunk"


def test_a_partial_crawl_confirms_nothing(house: House) -> None:
    house.crawl(many(20))
    house.crawl(many(9))
    house.clock.advance(days=7)
    assert house.crawl(many(9), claimed=20) == "partial"
    assert house.counters() == {"unchanged": 9}
    assert house.crawl(many(9)) == "complete"
    assert house.counters()["gone"] == 11


def test_a_person_may_accept_the_shrinking(house: House) -> None:
    house.crawl(many(20))
    assert house.crawl(many(9), accept_shrink=True) == "complete"
    assert house.counters() == {"unchanged": 9, "gone": 11, "missing": 11}


def test_an_empty_listing_is_held_then_confirmed(house: House) -> None:
    house.crawl(many(3))
    assert house.crawl({}) == "shrunk"
    assert house.one("select count(*) from dataset where gone_run is not null") == 0
    house.clock.advance(days=6)
    assert house.crawl({}) == "empty"
    assert house.counters() == {"gone": 3, "missing": 3}
    assert house.crawl({}) == "empty"
    assert house.counters() == {}


def test_returned_records_do_not_hide_a_shrinking(house: House) -> None:
    house.crawl(many(40))
    house.crawl(many(20), accept_shrink=True)
    assert house.crawl(many(30, first=10)) == "shrunk"  # 10 of 20 missing, 20 back
    assert house.counters() == {"unchanged": 10, "returned": 20, "missing": 10}


@pytest.mark.parametrize(
    "facts",
    [{"claimed": 9}, {"walked": False}, {"over_budget": True}, {"failures": Counter(unreachable=1)}],
)
def test_an_unfinished_crawl_marks_nothing_gone(house: House, facts: dict[str, Any]) -> None:
    house.crawl(many(4))
    assert house.crawl(many(3), **facts) == "partial"
    assert house.counters() == {"unchanged": 3}
    assert house.one("select note from portal_run where run = 2")
    assert house.rows("select last_run, last_complete_run from portal") == [(2, 1)]


def test_rejected_and_skipped_count_towards_the_total(house: House) -> None:
    house.crawl(many(4))
    assert house.crawl(many(3), claimed=9, rejected=2, skipped=Counter(document=4)) == "complete"
    assert house.counters() == {"unchanged": 3, "gone": 1, "missing": 1}


def test_what_is_listed_but_unreadable_is_not_gone(house: House) -> None:
    house.crawl(many(4))
    sink = house.sink()
    hand_over(
        sink,
        [found(name, record) for name, record in many(3).items()],
        rejects=[Reject("id-3", b"{", "broken")],
    )
    assert sink.finish(complete(3, rejected=1, claimed=4)) == "complete"
    assert house.counters() == {"unchanged": 3}
    assert house.events("id-3") == ["added"]


def test_a_portal_of_which_nothing_can_be_read_is_not_empty(house: House) -> None:
    sink = house.sink()
    sink.take([], [Reject("a", b"{", "broken")])
    assert sink.finish(complete(0, rejected=1, claimed=1)) == "unreadable"
    assert house.one("select note from portal_run") == "None of 1 records could be read."
    assert house.one("select last_complete_run from portal") is None


def test_facts_are_kept(house: House) -> None:
    house.crawl({}, requests=7, bytes=900, seconds=1.25, claimed=3, rejected=1, skipped=Counter(document=2),
                failures=Counter(not_found=1), faults=Counter({"page-failed": 1}))  # fmt: skip
    names = "requests, bytes, seconds, claimed, delivered, rejected, skipped, failures, faults, ended"
    assert house.rows(f"select {names} from portal_run") == [
        (
            7,
            900,
            1.25,
            3,
            0,
            1,
            '{"document":2}',
            '{"not_found":1}',
            '{"page-failed":1}',
            "2026-11-01T02:00:00Z",
        )
    ]


def test_records_that_could_not_be_delivered_explain_as_many_missing_ones_once(house: House) -> None:
    """The portal names no record whose page it cannot deliver: what is missing may be just that one."""
    lost: dict[str, Any] = {"rejected": 1, "claimed": 20}
    house.crawl(many(20))
    assert house.crawl(many(19), **lost, faults=Counter({"page-failed": 1})) == "complete"
    assert "1 more could not be delivered; held" in house.one("select note from portal_run order by id desc")
    assert house.one("select count(*) from dataset where gone_run is null") == 20
    assert house.crawl(many(19), **lost, faults=Counter({"page-failed": 1})) == "complete"
    assert house.one("select count(*) from dataset where gone_run is null") == 19
