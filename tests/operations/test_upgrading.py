"""A database of every earlier version is brought up to date, with everything that it held, and goes on from there."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from schema_fixtures import FOLDER, dump, filled, names
from store_house import complete, dataset, found

from catalog.store.checking import invariants
from catalog.store.database import NewerDatabase, StoreError, open_for_reading
from catalog.store.store import Store
from crawler.cli import main

SCHEMA = (
    "select type, name, tbl_name, sql from sqlite_master where name not like 'sqlite%' order by type, name"
)
Row = tuple[object, ...]


def loaded(name: str, path: Path) -> Path:
    """The database that a version left."""
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript((FOLDER / f"{name}.sql").read_text(encoding="utf-8"))
    return path


def contents(conn: sqlite3.Connection) -> dict[str, list[dict[str, object]]]:
    """The rows of every table that is not SQLite's or a full-text index's own."""
    found_tables = conn.execute(
        "select name from sqlite_master where type = 'table' and sql not like 'create virtual%'"
    )
    tables = [
        name
        for (name,) in found_tables.fetchall()
        if "_fts" not in name and not name.startswith(("sqlite", "_"))
    ]
    rows: dict[str, list[dict[str, object]]] = {}
    for table in tables:
        cursor = conn.execute(f"select * from {table}")
        columns = [item[0] for item in cursor.description]
        rows[table] = [dict(zip(columns, row, strict=True)) for row in cursor]
    return rows


def without_times(text: str) -> list[str]:
    """A dump without the rows that say when migrations were applied."""
    return [line for line in text.splitlines() if not line.startswith("INSERT INTO [_sqlite_migrations]")]


def test_each_schema_is_kept() -> None:
    missing = sorted(set(names()) - {path.stem for path in FOLDER.glob("*.sql")})
    assert missing == [], "python tests/operations/schema_fixtures.py writes them"


@pytest.mark.parametrize("name", names())
def test_a_migration_never_changes_once_there_are_databases(name: str) -> None:
    with closing(filled(name)) as conn:
        today = "\n".join(dump(conn)) + "\n"
    assert without_times((FOLDER / f"{name}.sql").read_text(encoding="utf-8")) == without_times(today)


def crawl_on(store: Store) -> None:
    """Resume the run that was broken off before the upgrade, and close."""
    sink = store.sink(2, "muster")
    sink.take([found("id-1", dataset("Baumkataster 2026")), found("id-3", dataset("Neu"))])
    assert sink.finish(complete(2), None) == "shrunk"
    store.end_run(2)
    counted = store.conn.execute("select added, changed, missing from portal_run where run = 2").fetchone()
    assert counted == (1, 1, 1)
    words = "select count(*) from dataset_fts where dataset_fts match ?"
    found_words = [
        store.conn.execute(words, (word,)).fetchone()[0] for word in ("baumkataster", "haushalt", "neu")
    ]
    assert found_words == [1, 1, 1]
    assert invariants(store.conn) == []
    store.close()


@pytest.mark.parametrize("name", names())
def test_every_version_is_brought_up_to_date_with_all_that_it_held_and_goes_on(
    name: str, tmp_path: Path
) -> None:
    path = loaded(name, tmp_path / "old.db")
    with closing(sqlite3.connect(path)) as conn:
        before = contents(conn)
    old = Store(path, "0.1")
    fresh = Store(tmp_path / "fresh.db", "0.1")
    assert old.conn.execute(SCHEMA).fetchall() == fresh.conn.execute(SCHEMA).fetchall()
    after = contents(old.conn)
    for table, rows in before.items():
        if table in ("finding_kind", "facet_code"):
            continue
        kept = [{column: row[column] for column in rows[0]} for row in after[table]] if rows else []
        assert all(row in kept for row in rows), table
    assert invariants(old.conn) == []
    assert old.broken_run() == (2, ["muster"])
    crawl_on(old)
    fresh.close()


def test_who_only_reads_is_told_how_to_bring_it_up_to_date(tmp_path: Path) -> None:
    path = loaded(names()[0], tmp_path / "old.db")
    with pytest.raises(StoreError, match="older tables"):
        open_for_reading(path)
    done = CliRunner().invoke(main, ["status", "--db", str(path)])
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = loaded(names()[-1], tmp_path / "later.db")
    with closing(sqlite3.connect(path)) as conn:
        conn.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('bestand', 'm999_later', '')"
        )
        conn.commit()
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match="m999_later"):
        Store(path)
    assert path.read_bytes() == before


def test_an_interrupted_upgrade_leaves_the_database_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = loaded(names()[0], tmp_path / "old.db")
    with closing(sqlite3.connect(path)) as conn:
        before = conn.execute(SCHEMA).fetchall()

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("catalog.store.schema._run", fail)
        with pytest.raises(StoreError, match="disk is full"):
            Store(path)
    with closing(sqlite3.connect(path)) as conn:
        assert conn.execute(SCHEMA).fetchall() == before
    Store(path).close()
