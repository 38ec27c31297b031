"""A run that was broken off and goes on leaves the tables of one that was not disturbed."""

import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_house import House, batches, complete, dataset, found, hand_over, many, proven

from catalog.store.checking import invariants
from catalog.store.sink import Found, Reject, Stored

TABLES = ("portal", "run", "portal_run", "dataset", "dataset_theme", "version", "finding", "unread", "rejected",
          "stat_portal", "stat_theme", "stat_format", "stat_license", "stat_finding")  # fmt: skip


class Step(NamedTuple):
    """One crawl: the variant of each record that the portal lists, how many batches there are before the break (None: no break),
    what differs in the raw form, and the reader."""

    listed: dict[int, int]
    broken_after: int | None
    noise: int
    reader: int


STEPS = st.lists(
    st.builds(Step, st.dictionaries(st.integers(0, 7), st.integers(0, 2), max_size=8), st.none() | st.integers(0, 4),
              st.integers(0, 1), st.integers(1, 2)),
    min_size=1, max_size=5,
)  # fmt: skip


def items(step: Step) -> list[Found]:
    """What the portal lists."""
    return [
        found(f"id-{n}", dataset(f"Titel {n} {'Ä' * variant}", files=variant, keywords=[f"wort{variant}"]),
              raw_digest=bytes((n, variant, step.noise)), reader=step.reader,
              findings=Counter({"charset-wrong": 1} if step.noise else {}), unread=Counter({"extras.x": 1}))
        for n, variant in step.listed.items()
    ]  # fmt: skip


def play(
    path: Path, steps: list[Step], broken: bool
) -> tuple[dict[str, list[tuple[object, ...]]], list[str]]:
    """Crawl after crawl, with or without the breaks; the tables and what is wrong with them."""
    house = House(path / "bestand.db")
    for step in steps:
        run = house.store.begin_run("crawl", {"portals": ["muster"]})
        rejects = [Reject("", b"{", "broken"), Reject("", b"{", "broken"), Reject("x", b"{", "broken")]
        if broken and step.broken_after is not None:
            sink = house.sink(run)
            for batch in list(batches(items(step), 2))[: step.broken_after]:
                sink.take(proven(sink, batch), rejects)
            house.reopen()
            assert house.store.broken_run() == (run, ["muster"])
        sink = house.sink(run, accept_shrink=True)
        hand_over(sink, items(step), 2, rejects)
        sink.finish(complete(len(step.listed), rejected=3))
        house.store.end_run(run)
        house.clock.advance(days=1)
    tables = {name: house.rows(f"select * from {name} order by 1, 2") for name in TABLES}
    wrong = invariants(house.conn)
    house.store.close()
    return tables, wrong


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_breaks_leave_no_trace(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        undisturbed, wrong = play(Path(one), steps, broken=False)
        assert wrong == []
        resumed, wrong = play(Path(other), steps, broken=True)
        assert wrong == []
    for name in TABLES:
        assert resumed[name] == undisturbed[name], name
    assert lives(undisturbed) == expected(steps)


def lives(tables: dict[str, list[tuple[object, ...]]]) -> dict[object, list[object]]:
    """Identifier -> events, out of the tables."""
    names = {row[0]: row[3] for row in tables["dataset"]}
    found_lives: dict[object, list[object]] = defaultdict(list)
    for _, number, _, event, *_ in tables["version"]:
        found_lives[names[number]].append(event)
    return dict(found_lives)


def expected(steps: list[Step]) -> dict[object, list[object]]:
    """Identifier -> events, as the laws have it (nothing is held: each shrinking is accepted)."""
    known: dict[int, int | None] = {}
    told: dict[object, list[object]] = defaultdict(list)
    for step in steps:
        if not step.listed:
            continue  # only rejects were listed: unreadable, so nothing is gone
        for number in sorted(step.listed.keys() | known.keys()):
            before, after = known.get(number, -1), step.listed.get(number)
            if before == after:
                continue
            event = (
                "added"
                if before == -1
                else "gone"
                if after is None
                else "returned"
                if before is None
                else "changed"
            )
            told[f"id-{number}"].append(event)
            known[number] = after
    return dict(told)


def test_what_was_taken_twice_in_a_broken_run_is_counted_once(house: House) -> None:
    house.crawl(many(3))
    sink = house.sink()
    rows = [*(found(n, r) for n, r in many(2).items()), found("id-2", dataset("Anders"), unread=Counter(x=1)),
            found("neu", dataset("Neu"), unread=Counter(x=1))]  # fmt: skip
    sink.take(rows, [Reject("kaputt", b"<", "broken")])
    assert house.counters() == {"added": 1, "changed": 1, "unchanged": 2}
    house.reopen()
    again = house.sink(sink.run)
    again.take(rows, [Reject("kaputt", b"<", "broken")])
    again.finish(complete(4, rejected=1))
    assert house.counters(sink.run) == {"added": 1, "changed": 1, "unchanged": 2}
    assert house.rows("select key, count from unread") == [("x", 2)]
    assert house.one("select count(*) from rejected") == 1


def test_a_record_that_changes_during_the_break_counts_as_what_it_was_first(house: House) -> None:
    sink = house.sink()
    sink.take([found("a", dataset("Eins"))])
    house.reopen()
    again = house.sink(sink.run)
    again.take([found("a", dataset("Zwei"))])
    again.finish(complete(1))
    assert house.counters() == {"added": 1}
    assert house.events("a") == ["added", "changed"]


def test_archived_answers_are_given_again_only_in_the_broken_run(house: House) -> None:
    answer = Stored("https://daten.example/api", 200, {"etag": '"x"'}, b"body \x00\xff")
    sink = house.sink()
    assert sink.replay("c1") is None
    sink.archive("c1", "list", answer)
    assert (sink.replay("c1"), sink.last("c1")) == (None, None)
    house.reopen()
    again = house.sink(sink.run)
    assert again.replay("c1") == answer
    assert again.replay("c2") is None
    again.finish(complete(0))
    assert house.sink().replay("c1") is None
    read_again = house.sink(replay_of=sink.portal_run)
    assert read_again.replay("c1") == answer


def test_a_rolled_back_batch_is_forgotten_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = house.sink()
    batch = [found("a", dataset("Neu", keywords=["nie gesehen"]), unread=Counter(x=1))]
    with monkeypatch.context() as patch:
        patch.setattr(type(sink), "_rejects", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sink.take(batch)
    assert house.one("select count(*) from dataset") == 0
    assert house.one("select count(*) from keyword") == 0
    sink.take(batch)
    sink.finish(complete(1))
    assert house.counters() == {"added": 1}
    assert house.rows("select name from keyword") == [("nie gesehen",)]
