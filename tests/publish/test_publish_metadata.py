"""The description of the raw tables fits the tables, and `metadata.yml` is its copy."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sample_catalogue import Sample

from catalog.publish import serve as serving
from catalog.publish.metadata import TABLES, as_yaml, columns_of, metadata

ROOT = Path(__file__).parents[2]
COMPLETE = ("dataset", "distribution", "portal", "portal_run", "run", "version")


@pytest.fixture
def columns(sample: Sample) -> dict[str, set[str]]:
    """Table -> its columns, for all tables and views of ours."""
    with closing(sqlite3.connect(sample.path)) as db:
        names = [
            name for (name,) in db.execute("select name from sqlite_master where type in ('table', 'view')")
        ]
        own = [name for name in names if "_fts" not in name and not name.startswith(("_", "sqlite_"))]
        found = {name: {row[1] for row in db.execute(f"pragma table_info([{name}])")} for name in own}
    db.close()
    return found


def test_every_table_is_described(columns: dict[str, set[str]]) -> None:
    assert set(TABLES) == set(columns)


def test_only_columns_that_exist_are_described(columns: dict[str, set[str]]) -> None:
    stray = {table: set(columns_of(table)) - columns[table] for table in TABLES}
    assert {table: names for table, names in stray.items() if names} == {}


@pytest.mark.parametrize("table", COMPLETE)
def test_the_main_tables_are_described_completely(columns: dict[str, set[str]], table: str) -> None:
    assert columns[table] - set(columns_of(table)) == set()


def test_columns_of_properties_carry_their_labels() -> None:
    assert (
        columns_of("dataset")["frequency"] == "Aktualisierungsfrequenz – frequency (dct:accrualPeriodicity)"
    )
    assert columns_of("distribution")["download_url"] == "Download-URL – download URL (dcat:downloadURL)"


def test_views_of_tables_name_columns_that_exist(columns: dict[str, set[str]]) -> None:
    for table, described in metadata()["databases"]["bestand"]["tables"].items():
        named = {described.get(name) for name in ("label_column", "sort", "sort_desc", "fts_pk")} - {None}
        assert named | set(described.get("facets", ())) <= columns.get(table, set())


def test_the_file_is_a_copy() -> None:
    path = ROOT / "metadata.yml"
    if not path.exists():
        pytest.skip("metadata.yml is not part of this installation")
    assert path.read_text(encoding="utf-8") == as_yaml()


def test_settings_are_those_that_datasette_knows() -> None:
    from datasette.app import DEFAULT_SETTINGS

    assert set(serving.settings()) <= set(DEFAULT_SETTINGS)
    assert serving.settings()["suggest_facets"] is False


def test_serving_needs_a_database(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        serving.serve(tmp_path / "nix.db")
