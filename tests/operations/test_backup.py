"""Backups and their way back: whole, sound, and refused where they are not."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from operated import Operated

from catalog.store.backup import Backup, NotSound, back_up, check_sound, restore, rotate
from catalog.store.checking import invariants
from catalog.store.database import StoreError, lock
from catalog.store.store import Store
from crawler.cli import main

VERSION = "0.1"


@pytest.fixture
def crawled(operated: Operated) -> Operated:
    operated.run({"alpha": "complete", "beta": "complete"})
    operated.clock.advance(days=7)
    operated.run({"alpha": "complete", "beta": "unreachable"})
    return operated


def bestand(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(line for line in connection.iterdump() if "sqlite_sequence" not in line)


def saved(crawled: Operated, target: Path, **more: object) -> Backup:
    return back_up(crawled.path, target, crawled.now, VERSION, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz"])
def test_what_comes_back_is_what_was_there(crawled: Operated, tmp_path: Path, name: str) -> None:
    decisions = tmp_path / "bestand-decisions.csv"
    decisions.write_text("portal,publisher,key\n")
    made = saved(crawled, tmp_path / "backups" / name, beside=[decisions, tmp_path / "not-there.csv"])
    assert (made.runs, made.datasets, made.bodies, made.missing, made.beside) == (
        2,
        4,
        3,
        0,
        [decisions.name],
    )
    new = tmp_path / "elsewhere" / "bestand.db"
    assert restore(tmp_path / "backups" / name, new, crawled.now) == made
    assert dump(new) == dump(crawled.path)
    bodies = {file.name: file.read_bytes() for file in (tmp_path / "bestand.db.archive").glob("*/*")}
    assert {
        file.name: file.read_bytes() for file in new.with_name("bestand.db.archive").glob("*/*")
    } == bodies
    assert new.with_name(decisions.name).read_text() == decisions.read_text()
    store = Store(new, VERSION, crawled.clock)
    assert invariants(store.conn) == []
    assert store.archived_run("alpha") is not None
    store.close()


def test_what_was_erased_since_does_not_come_back(crawled: Operated, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    file = json.loads(bestand("backup", folder, "--db", crawled.path, "--json").stdout)["file"]
    crawled.store.close()
    done = bestand("erase", "add", "Amt für Übersicht", "--db", crawled.path)
    assert done.exit_code == 0, done.output
    assert "Übersicht" not in "".join(dump(crawled.path))
    done = bestand("restore", file, "--db", crawled.path, "--replace")
    assert done.exit_code == 0, done.output
    assert "Eins" in "".join(dump(crawled.path))
    assert "Übersicht" not in "".join(dump(crawled.path))
    new = tmp_path / "new.db"
    file = json.loads(bestand("backup", folder / "second.tar", "--db", crawled.path, "--json").stdout)["file"]
    assert bestand("restore", file, "--db", new).exit_code == 0
    assert (tmp_path / "new.db.erased").read_text() == (tmp_path / "bestand.db.erased").read_text()
    crawled.store = Store(crawled.path, VERSION, crawled.clock)


def test_a_backup_is_for_its_owner_and_names_nobody(crawled: Operated, tmp_path: Path) -> None:
    target = tmp_path / "b.tar"
    saved(crawled, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with tarfile.open(target) as tar:
        assert {(member.uid, member.uname) for member in tar} == {(0, "")}
        assert tar.getnames()[0] == "contents.json"


def test_while_a_crawl_writes_the_backup_is_of_one_moment(crawled: Operated, tmp_path: Path) -> None:
    run = crawled.begin(["gamma"])
    stop = threading.Event()
    seen: list[Exception] = []

    def write() -> None:
        store = Store(crawled.path, VERSION, crawled.clock)
        while not stop.is_set():
            try:
                store.keep_portals([{"key": "delta", "url": "https://delta.example/", "title": "x" * 50_000}])
            except sqlite3.Error as error:  # pragma: no cover - would fail the test
                seen.append(error)
        store.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            made = saved(crawled, tmp_path / f"{number}.tar")
            restore(tmp_path / f"{number}.tar", tmp_path / f"{number}.db", crawled.now)
            assert made.runs == run
    finally:
        stop.set()
        writer.join()
    assert seen == []


def test_without_the_archive_the_catalogue_is_whole_all_the_same(crawled: Operated, tmp_path: Path) -> None:
    made = saved(crawled, tmp_path / "b.tar", archive=False)
    assert made.bodies == 0
    new = tmp_path / "new.db"
    restore(tmp_path / "b.tar", new, crawled.now)
    assert dump(new) == dump(crawled.path)
    assert not new.with_name("new.db.archive").exists()


def test_what_stands_there_is_never_deleted(crawled: Operated, tmp_path: Path) -> None:
    saved(crawled, tmp_path / "b.tar")
    crawled.run({"gamma": "complete"})
    crawled.store.close()
    before = dump(crawled.path)
    with pytest.raises(StoreError, match="--replace"):
        restore(tmp_path / "b.tar", crawled.path, crawled.now)
    restore(tmp_path / "b.tar", crawled.path, crawled.now, replace=True)
    aside = list(tmp_path.glob("bestand.db.before-*Z"))
    assert [dump(each) for each in aside] == [before]
    assert (tmp_path / f"{aside[0].name}.archive").is_dir()
    assert dump(crawled.path) != before
    crawled.store = Store(crawled.path, VERSION, crawled.clock)


def repacked(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes] | None]) -> Path:
    """A backup with other members."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for member in old:
            stream = old.extractfile(member)
            changed = change(member.name, stream.read() if stream else b"")
            if changed is not None:
                info = tarfile.TarInfo(changed[0])
                info.size = len(changed[1])
                new.addfile(info, io.BytesIO(changed[1]))
    return target


DAMAGES: dict[str, Callable[[str, bytes], tuple[str, bytes] | None]] = {
    "another database": lambda name, body: (name, body + b" " if name == "bestand.db" else body),
    "no database": lambda name, body: None if name == "bestand.db" else (name, body),
    "no contents": lambda name, body: None if name == "contents.json" else (name, body),
    "odd contents": lambda name, body: (name, b"[1]" if name == "contents.json" else body),
    "another answer": lambda name, body: (name, body[:-9] if name.startswith("archive/") else body),
    "a way out": lambda name, body: ("../../evil" if name == "contents.json" else name, body),
    "an absolute way out": lambda name, body: ("/tmp/evil" if name == "contents.json" else name, body),
    "a hidden file": lambda name, body: ("beside/../x" if name == "contents.json" else name, body),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_or_hostile_backup_touches_nothing(crawled: Operated, tmp_path: Path, damage: str) -> None:
    saved(crawled, tmp_path / "good.tar")
    bad = repacked(tmp_path / "good.tar", tmp_path / "bad.tar", DAMAGES[damage])
    folder = tmp_path / "new"
    folder.mkdir()
    with pytest.raises(NotSound):
        restore(bad, folder / "new.db", crawled.now)
    assert list(folder.iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_links_and_other_files_are_refused(crawled: Operated, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    with tarfile.open(bad, "w") as tar:
        link = tarfile.TarInfo("bestand.db")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    for source in (bad, Path(__file__)):
        with pytest.raises(NotSound):
            restore(source, tmp_path / "new.db", crawled.now)
    bad.write_bytes(b"")
    with pytest.raises(NotSound):
        restore(bad, tmp_path / "new.db", crawled.now)


def test_damage_in_the_database_is_found(crawled: Operated, tmp_path: Path) -> None:
    crawled.store.close()
    body = bytearray(crawled.path.read_bytes())
    body[8192 * 3 : 8192 * 12] = bytes(8192 * 9)
    broken = tmp_path / "broken.db"
    broken.write_bytes(bytes(body))
    with pytest.raises(NotSound, match="damaged"):
        check_sound(broken)
    with closing(sqlite3.connect(crawled.path)) as connection:
        connection.execute("insert into portal_run (run, portal, started) values (99, 99, '')")
        connection.commit()
    with pytest.raises(NotSound, match="refers to"):
        check_sound(crawled.path)
    with pytest.raises(StoreError):
        saved(crawled, tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()
    crawled.path.unlink()
    crawled.store = Store(crawled.path, VERSION, crawled.clock)


def test_a_backup_of_a_newer_program_is_refused(crawled: Operated, tmp_path: Path) -> None:
    with crawled.db.atomic():
        crawled.db.conn.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('bestand', 'm999_later', '')"
        )
    crawled.store.close()
    with (
        closing(sqlite3.connect(crawled.path)) as connection,
        closing(sqlite3.connect(tmp_path / "x.db")) as other,
    ):
        connection.backup(other)
    with pytest.raises(StoreError, match="newer version"):
        saved(crawled, tmp_path / "b.tar")
    crawled.path.unlink()
    crawled.store = Store(crawled.path, VERSION, crawled.clock)


def test_the_newest_are_kept_and_other_files_left_alone(crawled: Operated, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    names = [(crawled.now + timedelta(days=day)).strftime("bestand-%Y%m%dT%H%M%SZ.tar") for day in range(5)]
    for name in (*names, "mine.tar", "bestand-old.tar"):
        (folder / name).write_text("")
    assert [file.name for file in rotate(folder, 2)] == names[:3]
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        [*names[3:], "mine.tar", "bestand-old.tar"]
    )


def test_the_commands(crawled: Operated, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    made = bestand("backup", folder, "--db", crawled.path, "--keep", 1, "--json")
    assert made.exit_code == 0, made.output
    said = json.loads(made.stdout)
    assert (said["datasets"], said["bodies"], said["removed"]) == (4, 3, [])
    crawled.store.close()
    assert bestand("restore", said["file"], "--db", crawled.path).exit_code == 2
    with lock(crawled.path):
        assert bestand("restore", said["file"], "--db", crawled.path, "--replace").exit_code == 75
    done = bestand("restore", said["file"], "--db", crawled.path, "--replace")
    assert (done.exit_code, "4 datasets of 2 runs" in done.stdout) == (0, True), done.output
    assert bestand("status", "--db", crawled.path).exit_code == 0
    assert bestand("backup", tmp_path / "x.tar", "--db", tmp_path / "none.db").exit_code == 2
    crawled.store = Store(crawled.path, VERSION, crawled.clock)
