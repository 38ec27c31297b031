"""The demo of the search for home pages: what it prints is what was measured."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner
from fleet import homepages

from crawler.cli import main


def test_the_demo_prints_precision_and_recall(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["demo", "--discover", "--dir", str(tmp_path / "demo")])
    assert result.exit_code == 0, result.output
    printed = {
        name.strip(): (int(there), int(found), int(right))
        for name, there, found, right in re.findall(
            r"^([a-z ]+?) +(\d+) +(\d+) +(\d+) +[\d.]+% +[\d.]+%", result.stdout, re.MULTILINE
        )
    }
    assert printed.keys() == {"home pages", "portals", "towns with pages of data"}
    there, found, right = printed["home pages"]
    assert there == sum(1 for each in homepages.truth() if each.host)
    assert right / found >= 0.95
    assert right / there >= 0.9
    for name in ("portals", "towns with pages of data"):
        assert len(set(printed[name])) == 1, "all and nothing else"
    with closing(sqlite3.connect(tmp_path / "demo" / "discovery.db")) as db:
        assert db.execute("select count(*) from homepage").fetchone() == (len(homepages.towns()),)
    wrong = result.stdout.partition("Taken for something else")[2].partition("Precision")[0]
    assert "98152004" in wrong, "the page that somebody made about a town"
