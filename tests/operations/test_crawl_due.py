"""`crawl --due` and a run's budget, against a portal on loopback."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from slow_portal import ROWS, TOTAL, SlowPortal, slow_portal

from crawler.cli import main

PAGES = TOTAL // ROWS


@dataclass
class Site:
    """Two portals that answer (each on a port of its own), and the database that knows them."""

    db: Path
    portals: tuple[SlowPortal, SlowPortal]

    def bestand(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--db", str(self.db)])

    def crawl(self, *arguments: str) -> tuple[int, dict[str, object]]:
        done = self.bestand("crawl", "--allow-private", "--delay", "0", "--json", *arguments)
        return done.exit_code, json.loads(done.stdout)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.db)) as connection:
            return connection.execute(sql).fetchall()

    def turn_back(self, days: int) -> None:
        """Make what happened so far happen some days earlier."""
        with closing(sqlite3.connect(self.db)) as connection:
            for column in ("started", "ended"):
                moved = f"strftime('%Y-%m-%dT%H:%M:%SZ', {column}, '-{days} days')"
                connection.execute(f"update portal_run set {column} = {moved}")
            connection.commit()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with slow_portal(0) as one, slow_portal(0) as two:
        made = Site(tmp_path / "bestand.db", (one, two))
        for key, portal in (("one", one), ("two", two)):
            assert made.bestand("portals", "add", portal.url, "--key", key, "--kind", "ckan").exit_code == 0
        yield made


def test_due_is_asked_once_a_week_and_what_a_budget_left_comes_next(site: Site) -> None:
    code, said = site.crawl("--due", "--requests", "10", "--jobs", "1")
    assert (code, said["state"], said["left"]) == (0, "done", ["two"])
    assert site.rows("select key, outcome from portal_run join portal on portal.id = portal") == [
        ("one", "partial")
    ]
    assert 5 <= len(site.portals[0].asked) <= 12
    assert site.portals[1].asked == []

    code, said = site.crawl("--due")
    assert (code, [each["portal"] for each in said["portals"]]) == (0, ["two"]), "the one that waits longest"  # type: ignore[index]
    code, said = site.crawl("--due")
    assert (code, said["run"], said["portals"]) == (0, None, [])
    site.turn_back(days=1)
    code, said = site.crawl("--due")
    assert [(each["portal"], each["outcome"]) for each in said["portals"]] == [("one", "complete")]  # type: ignore[attr-defined]
    site.turn_back(days=7)
    assert len(site.crawl("--due")[1]["portals"]) == 2  # type: ignore[arg-type]


def test_what_was_asked_by_name_and_not_reached_makes_a_run_incomplete(site: Site) -> None:
    code, said = site.crawl("one", "two", "--minutes", "0.0000001", "--jobs", "1")
    assert (code, said["state"], said["left"], said["portals"]) == (1, "incomplete", ["one", "two"], [])
    assert site.rows("select count(*) from portal_run") == [(0,)]


def test_due_and_names_exclude_each_other(site: Site) -> None:
    done = site.bestand("crawl", "one", "--due")
    assert done.exit_code == 2
    assert "Either --due or portals by name." in done.stderr
