"""While much is written, the log is folded into the file beside the writer."""

import sqlite3
import time
from pathlib import Path

import pytest
from store_house import House, found, many

from catalog.store import checkpoints


def folded(path: Path) -> bool:
    """Whether everything in the log is in the file as well."""
    conn = sqlite3.connect(path)
    _, length, done = conn.execute("pragma wal_checkpoint(passive)").fetchone()
    conn.close()
    return bool(length == done)


def test_the_log_is_folded_while_the_writer_writes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "PAUSE", 0.01)
    store, path = house.store, house.store.path
    before = store.conn.execute("pragma wal_autocheckpoint").fetchone()
    with store.written_at_length():
        assert store.conn.execute("pragma wal_autocheckpoint").fetchone()[0] > before[0]
        sink = house.sink()
        sink.take([found(*item) for item in many(300).items()])
        written, deadline = path.with_name(path.name + "-wal").stat().st_size, time.monotonic() + 10
        while path.stat().st_size < written / 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert (
            path.stat().st_size >= written / 2
        )  # the records are in the file itself, though nobody closed it
    assert store.conn.execute("pragma wal_autocheckpoint").fetchone() == before
    assert folded(path)


def test_a_file_that_cannot_be_folded_is_the_writers_news(house: House, tmp_path: Path) -> None:
    with checkpoints.folded_aside(house.store.conn, tmp_path / "no folder" / "bestand.db"):
        house.sink().take([found(*item) for item in many(3).items()])
    assert house.store.conn.execute("select count(*) from dataset").fetchone() == (3,)
