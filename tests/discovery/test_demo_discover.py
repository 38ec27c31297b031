"""The demo of the search for home pages: what it prints is what was measured."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fleet import homepages

from crawler.cli import main

UNOFFICIAL = "98152004"
"""The town about which somebody made a page."""


def printed(result: Result) -> dict[str, tuple[int, int, int]]:
    """What was looked for → how many are there, were found, and are right."""
    assert result.exit_code == 0, result.output
    row = r"^([a-z ]+?) +(\d+) +(\d+) +(\d+) +[\d.]+% +[\d.]+%"
    return {
        name.strip(): (int(there), int(found), int(right))
        for name, there, found, right in re.findall(row, result.stdout, re.MULTILINE)
    }


def wrong(result: Result) -> str:
    return result.stdout.partition("Taken for something else")[2].partition("Precision")[0]


def demo(folder: Path) -> Result:
    return CliRunner().invoke(main, ["demo", "--discover", "--dir", str(folder)])


def test_the_demo_prints_what_it_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an eighth of the towns."""
    towns = [row for row in homepages.towns() if row["ags"] == UNOFFICIAL or row["ags"].endswith("1")]
    assert 5 < len(towns) < 40
    monkeypatch.setattr(homepages, "towns", lambda: towns)
    result = demo(tmp_path)
    scores = printed(result)
    assert scores.keys() == {"home pages", "portals", "towns with pages of data"}
    there, found, right = scores["home pages"]
    assert there == sum(1 for each in homepages.truth() if each.host)
    assert len(towns) / 2 < right < found < len(towns)
    with closing(sqlite3.connect(tmp_path / "discovery.db")) as db:
        assert db.execute("select count(*) from homepage").fetchone() == (len(towns),)
    assert UNOFFICIAL in wrong(result)


@pytest.mark.slow
def test_the_demo_prints_precision_and_recall(tmp_path: Path) -> None:
    result = demo(tmp_path)
    scores = printed(result)
    there, found, right = scores["home pages"]
    assert right / found >= 0.95
    assert right / there >= 0.9
    for name in ("portals", "towns with pages of data"):
        assert len(set(scores[name])) == 1, "all and nothing else"
    with closing(sqlite3.connect(tmp_path / "discovery.db")) as db:
        assert db.execute("select count(*) from homepage").fetchone() == (len(homepages.towns()),)
    assert UNOFFICIAL in wrong(result)
