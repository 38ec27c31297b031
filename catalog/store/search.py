"""The full-text index: which words of a record it knows, and how it is renewed when the rules for words change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from zlib import crc32

import orjson
from sqlite_utils import Database

from catalog.vocabulary.folding import search_forms

Json = dict[str, Any]
LONGEST = 20_000
"""Characters of a description that are searched."""
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_BATCH = 500
_SAMPLE: Json = {
    "title": ["Straßenbäume ÆØŁĐ ﬁ Ⅸ", {"@value": "Trees\x00 İı ǅ", "@language": "en"}],
    "description": ["Ångström ½ é\u0301 – „Zitat“\t\n² ", "zweiter Text"],
    "keyword": ["naïve", "Σίσυφος", "日本"],
    "publisher": [{"name": ["Amt für Übersicht"], "rest": {_LABEL: ["Ämter"]}}, {"@id": "urn:x"}, "Stadt"],
    "others": [{"@id": "urn:x", "name": ["Referat"]}],
}


def search_text(found: Json) -> tuple[str, str]:
    """What the index knows of a record, out of its canonical JSON: folded titles; folded descriptions, keywords and
    publishers.

    The index keeps no text and can only forget one that it is given again letter by letter. So this depends on the
    canonical JSON alone, which is stored, and not on the record, whose values may stand in another order.
    """
    description = " ".join(_texts(found, "description"))[:LONGEST]
    rest = (description, *_texts(found, "keyword"), *_publishers(found))
    return search_forms(" ".join(_texts(found, "title"))), search_forms(" ".join(rest))


def _texts(node: Json, name: str) -> Iterator[str]:
    for value in node.get(name, ()):
        if isinstance(value, str):
            yield value
        elif "@value" in value:
            yield value["@value"]


def _publishers(found: Json) -> Iterator[str]:
    for value in found.get("publisher", ()):
        if isinstance(value, str):
            yield value
        else:
            node = _described(found, value)
            yield from _texts(node, "name")
            yield from _texts(node.get("rest", {}), _LABEL)


def _described(found: Json, value: Json) -> Json:
    if len(value) > 1 or "others" not in found:
        return value
    return next((node for node in found["others"] if node.get("@id") == value.get("@id")), value)


def learn(conn: sqlite3.Connection, rows: Iterable[tuple[int, str, str]]) -> None:
    """Add rows (dataset, title, text) to the index."""
    conn.executemany("insert into dataset_fts (rowid, title, text) values (?, ?, ?)", rows)


def forget(conn: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Take datasets out of the index, by the text of the version that is stored as their current one."""
    rows = [(number, *search_text(orjson.loads(record))) for number, record in _records(conn, numbers)]
    sql = "insert into dataset_fts (dataset_fts, rowid, title, text) values ('delete', ?, ?, ?)"
    conn.executemany(sql, rows)


def _records(conn: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[tuple[int, str]]:
    for start in range(0, len(numbers), _BATCH):
        part = numbers[start : start + _BATCH]
        sql = (
            "select dataset.id, record from dataset join version on version.id = dataset.version"
            f" where dataset.id in ({','.join('?' * len(part))})"
        )
        yield from conn.execute(sql, part)


def form() -> int:
    """A number for the rules by which words are made, by what they make of a sample; never 0."""
    return crc32("\n".join(search_text(_SAMPLE)).encode()) >> 1 or 1


def keep_form(db: Database) -> bool:
    """Build the index anew where it was made by other rules (`user_version` says which); whether it was."""
    known: int = db.conn.execute("pragma user_version").fetchone()[0]
    if known == form():
        return False
    with db.atomic():
        if known:
            _rebuild(db.conn)
        db.conn.execute(f"pragma user_version = {form()}")
    return bool(known)


def _rebuild(conn: sqlite3.Connection) -> None:
    conn.execute("insert into dataset_fts (dataset_fts) values ('delete-all')")
    rows = conn.execute(
        "select dataset.id, record from dataset join version on version.id = dataset.version order by dataset.id"
    )
    while part := rows.fetchmany(_BATCH):
        learn(conn, [(number, *search_text(orjson.loads(record))) for number, record in part])
