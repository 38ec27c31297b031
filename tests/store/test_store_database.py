"""The file itself: whose it is, who may write, and what a kill or a full disk leaves behind."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from store_house import House, complete, dataset, found, many

from catalog.store import database
from catalog.store.checking import invariants
from catalog.store.database import (
    AlreadyRunning,
    NewerDatabase,
    StoreError,
    lock,
    open_for_reading,
    open_for_writing,
)
from catalog.store.store import Store

PROGRAM = Path(__file__).with_name("store_writer.py")


def program(*arguments: object) -> dict[str, Any]:
    """Run the writer as a process of its own; what it printed."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *map(str, arguments)], capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_a_kill_at_any_instant_leaves_a_sound_database(tmp_path: Path) -> None:
    answer = program("kill", tmp_path / "bestand.db", 15)
    assert answer["wrong"] == []
    assert answer["sound"] == []
    assert answer["same"]
    assert answer["damaged"] == []


def test_a_full_disk_leaves_a_sound_database(tmp_path: Path) -> None:
    path = tmp_path / "bestand.db"
    answer = program("starve", path, 3_000_000)
    assert answer["error"] == "OperationalError"
    assert answer["taken"] > 0
    assert (answer["archive"], answer["bodies"]) == ("OSError", [])
    house = House(path)
    assert house.one("select count(*) from dataset") == answer["taken"]
    assert invariants(house.conn) == []
    house.store.close()


def test_a_batch_that_finds_no_room_is_rolled_back(house: House) -> None:
    house.crawl(many(3))
    sink = house.sink()
    pages = house.one("pragma page_count")
    house.conn.execute(f"pragma max_page_count = {pages + 2}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        sink.take([found(f"n{n}", dataset("voll", description=f"{n} " * 3000)) for n in range(50)])
    assert house.one("select count(*) from dataset") == 3
    house.conn.execute("pragma max_page_count = 1073741823")
    sink.take([found("n0", dataset("Platz"))])
    assert sink.finish(complete(4, claimed=9)) == "partial"


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bestand.db"
    with subprocess.Popen(
        [sys.executable, str(PROGRAM), "hold", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match="Another run is writing"), lock(path):
            pass
        other.kill()
        other.wait()
        with lock(path):
            pass


def test_a_lock_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match="cannot be locked: No such file"),
        lock(tmp_path / "missing" / "bestand.db"),
    ):
        pass


@pytest.mark.parametrize("opened", [open_for_writing, open_for_reading, Store])
def test_a_newer_database_is_refused_and_not_touched(
    tmp_path: Path, opened: Callable[[Path], object]
) -> None:
    path = tmp_path / "bestand.db"
    Store(path).close()
    conn = sqlite3.connect(path)
    conn.execute(
        "insert into _sqlite_migrations (migration_set, name, applied_at) values ('bestand', 'm999_later', '')"
    )
    conn.commit()
    conn.close()
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match=r"newer version of Bestand \(m999_later\)"):
        opened(path)
    assert path.read_bytes() == before


def test_a_missing_file_is_said_and_not_made(tmp_path: Path) -> None:
    path = tmp_path / "bestand.db"
    with pytest.raises(StoreError, match="There is no database"):
        open_for_reading(path)
    assert not path.exists()
    with pytest.raises(StoreError, match="cannot be written"):
        open_for_writing(tmp_path / "missing" / "bestand.db")


@pytest.mark.parametrize("opened", [open_for_writing, open_for_reading])
@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\xff" * 4080])
def test_a_file_of_another_kind_is_said(
    tmp_path: Path, opened: Callable[[Path], object], content: bytes
) -> None:
    path = tmp_path / "bestand.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"bestand\.db cannot be"):
        opened(path)
    assert path.read_bytes() == content


def test_odd_names_of_files_are_no_addresses(tmp_path: Path) -> None:
    path = tmp_path / "100% offen? ja#1.db"
    Store(path).close()
    open_for_reading(path).conn.close()
    assert [item.name for item in tmp_path.glob("*.db")] == [path.name]


def test_older_tables_are_said_to_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "bestand.db"
    sqlite3.connect(path).close()
    conn = sqlite3.connect(path)
    conn.execute("create table other (x)")
    conn.close()
    with pytest.raises(StoreError, match="older tables"):
        open_for_reading(path)


def test_a_reader_cannot_write_and_sees_only_whole_batches(house: House) -> None:
    reader = open_for_reading(house.path)
    sink = house.sink()
    with house.store.db.atomic():
        house.conn.execute("update portal set title = 'half'")
        assert reader.conn.execute("select title from portal").fetchone()[0] == "Muster"
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.conn.execute("delete from portal")
    reader.conn.close()
    sink.finish(complete(0))


def test_opening_again_changes_nothing(house: House) -> None:
    house.crawl(many(3))
    house.store.close()
    before = house.path.read_bytes()
    house.store = house.open()
    house.store.close()
    assert house.path.read_bytes() == before
    house.store = house.open()


def test_a_closed_store_is_one_file(house: House) -> None:
    house.crawl(many(3))
    house.store.close()
    assert {item.name for item in house.path.parent.iterdir() if item.is_file()} == {"bestand.db"}
    house.store = house.open()
    assert database.MIGRATIONS.pending(house.store.db) == []
