"""The commands measure and milestone, as a person or a machine uses them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from catalog.store.store import Store
from crawler.cli import main


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A database with two fictional municipalities and nothing else."""
    path = tmp_path / "bestand.db"
    store = Store(path, "0.1")
    store.keep_municipalities(
        [
            {"ags": f"9911100{n}", "ars": f"99111000{n}000", "name": f"Musterort {n}", "population": 5_000}
            for n in (1, 2)
        ]
    )
    store.close()
    return path


def bestand(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(item) for item in arguments])


def test_measure_says_what_is_known(db: Path) -> None:
    done = bestand("measure", "--db", db)
    assert done.exit_code == 0
    assert "not_checked" in done.stdout
    assert "stocktaking …" in done.stderr


def test_measure_for_machines(db: Path) -> None:
    found = json.loads(bestand("measure", "--db", db, "--json").stdout)
    assert found["states"] == {"not_checked": 2}
    assert found["levels"] == {}
    assert set(found["seconds"]) == {
        "records",
        "links",
        "search",
        "attribution",
        "duplicates",
        "quality",
        "stocktaking",
        "peers",
    }
    share = found["headline"]["shares"]["systematic"]
    assert (share["municipalities"], share["unknown"], share["lower"], share["upper"]) == (2, 2, 0, 1)


def test_a_day_in_the_past_keeps_nothing(db: Path) -> None:
    done = bestand("measure", "--db", db, "--as-of", "2026-01-31", "--json")
    assert json.loads(done.stdout)["states"] == {"not_checked": 2}
    assert json.loads(bestand("measure", "--db", db, "--json").stdout)["run"] == 1


@pytest.mark.parametrize(
    ("day", "word"), [("2999-01-01", "future"), ("gestern", "does not match the format")]
)
def test_days_that_cannot_be(db: Path, day: str, word: str) -> None:
    done = bestand("measure", "--db", db, "--as-of", day)
    assert done.exit_code == 2
    assert word in done.stderr


def test_milestones_come_after_measuring_and_never_change(db: Path) -> None:
    early = bestand("milestone", "--db", db)
    assert (early.exit_code, "comes first" in early.stderr) == (2, True)
    bestand("measure", "--db", db)
    made = bestand("milestone", "--db", db, "--name", "2026-Q4", "--json")
    assert json.loads(made.stdout) == {"milestone": "2026-Q4"}
    again = bestand("milestone", "--db", db, "--name", "2026-Q4")
    assert (again.exit_code, "never change" in again.stderr) == (2, True)
