"""Pruning says first what would go, and takes no more than that."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from operated import Operated

from catalog.store import history
from catalog.store.checking import invariants
from catalog.store.database import StoreError
from catalog.store.pruning import Going, going, limits, prune, span_of
from catalog.store.rewinding import rewound
from crawler.cli import main

YEAR = timedelta(days=365)


@pytest.fixture
def old(operated: Operated) -> Operated:
    """A record that changed every half a year, in portals that are still there, and one that was last read long ago."""
    for number in range(6):
        run = operated.begin(["alpha"])
        operated.crawl(run, "alpha", titles=[f"Stand {number}", "Bleibt"])
        operated.store.end_run(run)
        if number == 0:
            operated.run({"beta": "complete"})
        operated.clock.advance(days=182)
    return operated


def plan(operated: Operated, **keep: timedelta) -> dict[str, Going]:
    return {item.what: item for item in going(operated.store, limits(keep, operated.now))}


def texts(operated: Operated) -> list[int]:
    """Of each version of the record, whether its text is kept."""
    sql = "select record is not null from version join dataset on dataset.id = dataset where identifier = 'alpha-0' order by version.id"
    return [kept for (kept,) in operated.db.conn.execute(sql)]


def test_spans() -> None:
    assert [span_of(text).days for text in ("1d", "2w", "6m", "2Y")] == [1, 14, 180, 730]
    for text in ("", "1", "d", "0d", "-1d", "1.5y", "1h", "999999d"):
        with pytest.raises(ValueError, match="no span"):
            span_of(text)


def test_to_say_what_would_go_changes_nothing(old: Operated) -> None:
    before = old.db.conn.total_changes
    found = plan(old, archive=YEAR, versions=YEAR, evidence=YEAR)
    assert list(found) == ["archive", "versions", "evidence"]
    assert all(item.rows > 0 and item.bytes > 0 for item in found.values())
    assert old.db.conn.total_changes == before


def test_of_versions_goes_what_was_said_before_the_limit_but_not_the_last_of_it(old: Operated) -> None:
    counts = old.db.conn.execute("select sum(added), sum(changed) from portal_run").fetchone()
    found = plan(old, versions=YEAR)["versions"]
    assert found.rows == 4 - 1
    went = prune(old.store, limits({"versions": YEAR}, old.now))
    assert went == [found]
    assert texts(old) == [0, 0, 0, 1, 1, 1]
    assert plan(old, versions=YEAR)["versions"].rows == 0, "what went goes only once"
    events = [item.event for item in history.versions(old.db, old.db.conn.execute(
        "select key from dataset where identifier = 'alpha-0'").fetchone()[0])]  # fmt: skip
    assert events == ["added", *["changed"] * 5], "that it changed, and when, stays"
    assert old.db.conn.execute("select sum(added), sum(changed) from portal_run").fetchone() == counts
    (change,) = history.diff(old.db, 5, 7)
    assert [(field.old, field.new) for field in change.fields] == [(["Stand 3"], ["Stand 5"])]


def test_what_a_record_says_now_is_never_old(old: Operated) -> None:
    old.clock.advance(days=10_000)
    prune(old.store, limits({"versions": timedelta(days=1), "archive": timedelta(days=1), "evidence": timedelta(days=1)}, old.now), compact=True)  # fmt: skip
    assert texts(old) == [0, 0, 0, 0, 0, 1]
    missing = (
        "select count(*) from dataset left join version on version.id = dataset.version where record is null"
    )
    assert old.db.conn.execute(missing).fetchone() == (0,)
    kept = old.db.conn.execute("select count(*), count(distinct portal_run) from payload").fetchone()
    assert kept == (2, 2), "the answers of each portal's last complete crawl"
    bodies = list(Path(f"{old.path}.archive").glob("*/*"))
    assert len(bodies) == 2
    portals = (
        "select count(distinct portal) from evidence join portal_run on portal_run.id = evidence.portal_run"
    )
    assert old.db.conn.execute(portals).fetchone() == (2,)


def test_pruned_history_is_sound_and_is_not_shown_where_it_is_not_whole(
    old: Operated, tmp_path: Path
) -> None:
    limit = old.now - YEAR
    prune(old.store, limits({"versions": YEAR}, old.now))
    assert invariants(old.db.conn) == []
    with pytest.raises(StoreError, match="was pruned"):
        rewound(old.path, tmp_path / "earlier.db", limit.date() - timedelta(days=1))
    assert not (tmp_path / "earlier.db").exists()
    copy = rewound(old.path, tmp_path / "then.db", limit.date())
    titles = {
        title for (title,) in copy.conn.execute("select title from dataset where identifier like 'alpha%'")
    }
    assert titles == {"Stand 3", "Bleibt"}
    copy.close()


def test_after_pruning_the_next_crawl_goes_on(old: Operated) -> None:
    prune(old.store, limits({"versions": timedelta(days=1), "archive": timedelta(days=1)}, old.now))
    run = old.begin(["alpha"])
    assert old.crawl(run, "alpha", titles=["Stand 5", "Bleibt"]) == "complete"
    counted = old.db.conn.execute(
        "select added, changed, unchanged, gone from portal_run where run = ?", (run,)
    )
    assert counted.fetchone() == (0, 0, 2, 0)


def test_what_cannot_be_pruned_is_said(old: Operated) -> None:
    with pytest.raises(StoreError, match="'datasets' cannot be pruned"):
        limits({"datasets": YEAR}, old.now)


def test_the_command_says_first_and_does_with_yes(old: Operated) -> None:
    old.clock.now = old.clock.now.replace(year=2090)
    old.store.close()
    command = ["prune", "--db", str(old.path), "--keep", "versions=1d", "--json"]
    first, second = (CliRunner().invoke(main, [*command, *more]) for more in ([], ["--yes"]))
    assert (first.exit_code, second.exit_code) == (0, 0), second.output
    assert json.loads(first.stdout) | {"done": True} == json.loads(second.stdout) | {
        "going": json.loads(first.stdout)["going"]
    }
    for wrong in ("versions", "versions=", "versions=soon", "portals=1y"):
        done = CliRunner().invoke(main, ["prune", "--db", str(old.path), "--keep", wrong])
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    old.__init__(old.path)  # type: ignore[misc]
