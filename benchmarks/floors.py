"""Floors: the least that the same work could cost. Payloads decoded and rows inserted, or records read and bytes
written, with nothing in between."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pyoxigraph

from benchmarks.sample import Sample, Stopwatch
from catalog.store.database import open_for_reading, open_for_writing
from catalog.store.payloads import PayloadFolder
from catalog.store.search import search_text

ROWS = 5000
"""Rows inserted at once, each time in one transaction."""
PIECE = 1_000_000
_FILLED = "select name from sqlite_master where type = 'table' and name not like '%fts%' and name not like '\\_%' escape '\\'"
_RECORDS = "select dataset.id, record from dataset join version on version.id = dataset.version"


def floor_store(db: str, kind: str) -> Sample:
    """The archived payloads of a finished database decoded, and its rows of all tables, the search index among them,
    inserted into a new one of the same schema."""
    source, watch = open_for_reading(Path(db)).conn, Stopwatch()
    for body in _bodies(source, Path(db)):
        with watch:
            _DECODERS[kind](body)
    with TemporaryDirectory(dir=Path(db).parent) as folder:
        target = open_for_writing(Path(folder) / "floor.db").conn
        for sql, rows in _inserts(source, target):
            with watch, target:
                target.executemany(sql, rows)
        count: int = target.execute("select count(*) from dataset").fetchone()[0]
        target.close()
    source.close()
    return watch.sample(count)


def _decode_turtle(body: bytes) -> None:
    list(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.TURTLE))


_DECODERS: dict[str, Callable[[bytes], Any]] = {"ckan": orjson.loads, "dcat": _decode_turtle}


def _bodies(source: sqlite3.Connection, db: Path) -> Iterator[bytes]:
    folder = PayloadFolder(db.with_name(f"{db.name}.archive"))
    for (name,) in source.execute("select distinct sha256 from payload"):
        yield folder.read(name) or b""


def _inserts(source: sqlite3.Connection, target: sqlite3.Connection) -> Iterator[tuple[str, Sequence[Any]]]:
    """Each insert with some of its rows. What a new database holds from the start is cleared first."""
    for (table,) in list(source.execute(_FILLED)):
        with target:
            target.execute(f"delete from {table}")
        rows = source.execute(f"select * from {table}")
        sql = f"insert into {table} values ({', '.join('?' * len(rows.description))})"
        yield from ((sql, part) for part in iter(lambda rows=rows: rows.fetchmany(ROWS), []))  # type: ignore[misc]
    index = source.execute(_RECORDS)
    sql = "insert into dataset_fts (rowid, title, text) values (?, ?, ?)"
    while part := index.fetchmany(ROWS):
        yield sql, [(number, *search_text(orjson.loads(record))) for number, record in part]


def floor_export(db: str, output: str) -> Sample:
    """The records read from the database, and the bytes of a finished export written to another file."""
    source, watch = open_for_reading(Path(db)).conn, Stopwatch()
    with watch:
        count = sum(1 for _ in source.execute(f"{_RECORDS} where gone_run is null"))
    source.close()
    with Path(output).open("rb") as finished, Path(f"{output}.floor").open("wb") as stream:
        while piece := finished.read(PIECE):
            with watch:
                stream.write(piece)
    return watch.sample(count)
