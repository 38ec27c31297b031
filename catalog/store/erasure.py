"""Takes out of a database and its archive what may no longer be kept: in every table, version and body."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from catalog.record.canonical import canonical_bytes, digest, from_json
from catalog.store.batch import Batch
from catalog.store.discretion import Discretion
from catalog.store.rows import draft
from catalog.store.search import forget, learn
from catalog.store.sink import Found
from catalog.store.words import renew_words

if TYPE_CHECKING:
    from catalog.store.store import Store

_APART = frozenset(
    {"version", "dataset", "payload", "distribution", "dataset_keyword", "dataset_theme", "finding"}
)
"""Tables whose rows follow from records, or that have a way of their own."""
_OURS = frozenset(
    {"key", "ags", "ars", "state", "kind", "outcome", "slug", "method", "step", "verdict", "sha256"}
)
"""Columns that hold our own words."""
_BY_RULE = (
    ("rejected", "raw"),
    ("rejected", "error"),
    ("rejected", "identifier"),
    ("evidence", "proof"),
    ("portal_run", "note"),
    ("discovery", "proof"),
    ("homepage", "note"),
    ("offer", "title"),
)
"""What is looked through by the rule too: text that is not ours and follows from no record."""


def clean(store: Store, discretion: Discretion) -> Counter[str]:
    """Take out what the list names and, unless personal data are kept, what the rule finds; where something was taken out, and how often.

    What was overwritten is gone from the file, too. The caller holds the lock.
    """
    conn, done = store.conn, Counter[str]()
    conn.execute("pragma secure_delete = on")
    for part in _parts(conn, 200):
        with store.db.atomic():
            done.update(_clean_versions(store, discretion, part))
    with store.db.atomic():
        done.update(_clean_identifiers(conn, discretion))
        done.update(_clean_tables(conn, discretion))
        _forget_orphans(conn)
    store.numbers.forget()
    done.update(_clean_archive(store, discretion))
    renew_words(store.db)
    for index in ("dataset_fts", "word_fts"):
        conn.execute(f"insert into {index} ({index}) values ('optimize')")
    conn.commit()
    conn.execute("vacuum")
    conn.execute("pragma wal_checkpoint(truncate)")
    return +done


def _parts(conn: sqlite3.Connection, size: int) -> Iterator[list[int]]:
    numbers = [number for (number,) in conn.execute("select id from dataset order by id")]
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]


def _clean_versions(store: Store, discretion: Discretion, numbers: list[int]) -> Counter[str]:
    done, current = Counter[str](), list[tuple[int, str, bytes]]()
    marks = ",".join("?" * len(numbers))
    sql = (
        "select version.id, version.record, dataset.id, dataset.version from version join dataset on dataset.id = dataset"
        f" where record is not null and dataset.id in ({marks})"
    )
    for version, text, number, newest in store.conn.execute(sql, numbers).fetchall():
        record = from_json(text)
        dropped = discretion.record(record)
        if not dropped:
            continue
        done["versions"] += 1
        changed = canonical_bytes(record)
        if version == newest:
            current.append((number, changed.decode(), digest(changed)))
        else:
            sql = "update version set record = ?, digest = ? where id = ?"
            store.conn.execute(sql, (changed.decode(), digest(changed), version))
    _renew(store, current)
    done["records"] += len(current)
    return done


def _renew(store: Store, current: list[tuple[int, str, bytes]]) -> None:
    """The current version of records with all rows that follow from it."""
    conn = store.conn
    forget(conn, [number for number, _, _ in current])
    kinds = dict(conn.execute("select slug, id from finding_kind"))
    for number, text, new_digest in current:
        sql = "select portal.id, portal.key, identifier, raw_digest, reader, dataset.type from dataset join portal on portal.id = portal where dataset.id = ?"
        portal, key, identifier, raw_digest, reader, kind = conn.execute(sql, (number,)).fetchone()
        sql = "select slug, count from finding join finding_kind on finding_kind.id = kind where dataset = ?"
        findings = Counter(dict(conn.execute(sql, (number,)).fetchall()))
        item = draft(Found(identifier, raw_digest, reader, from_json(text), kind, findings))
        sql = (
            "update version set record = ?, digest = ? where id = (select version from dataset where id = ?)"
        )
        conn.execute(sql, (text, new_digest, number))
        Batch(conn, (portal, key), 0, store.numbers, kinds).replace([(number, item)])
        learn(conn, [(number, *item.form.search)])


def _clean_identifiers(conn: sqlite3.Connection, discretion: Discretion) -> Counter[str]:
    """Identifiers that name somebody, as hashes; the record's key, its address, stays."""
    done = Counter[str]()
    for number, identifier in conn.execute("select id, identifier from dataset").fetchall():
        if not discretion.keep or discretion.erased.has(identifier):
            wanted = discretion.identifier(identifier)
            sql = "update or ignore dataset set identifier = ? where id = ? and identifier <> ?"
            if wanted != identifier and not conn.execute(sql, (wanted, number, wanted)).rowcount:
                conn.execute(sql, (f"{wanted}~{number}", number, wanted))
            done["identifiers"] += wanted != identifier
    return done


def _clean_tables(conn: sqlite3.Connection, discretion: Discretion) -> Counter[str]:
    """Every other table, column by column, whatever it is for."""
    done = Counter[str]()
    for table, column in _columns(conn):
        ruled = not discretion.keep and (table, column) in _BY_RULE
        for (text,) in conn.execute(f"select distinct {column} from {table} where {column} > ''").fetchall():
            if not isinstance(text, str):
                continue
            left = _left(text, column, discretion, ruled)
            if left != text:
                sql = f"update or replace {table} set {column} = ? where {column} = ?"
                done[table] += conn.execute(sql, (left, text)).rowcount
    return done


def _left(text: str, column: str, discretion: Discretion, ruled: bool) -> str:
    if ruled:
        return discretion.raw(text.encode()).decode() if column == "raw" else discretion.text(text)
    return discretion.erased.text(text)


def _columns(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    tables = [name for (name,) in conn.execute(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and sql not like 'create virtual%'"
        " and name not like '%\\_fts\\_%' escape '\\' and name <> '_sqlite_migrations'")]  # fmt: skip
    for table in tables:
        for _, column, kind, *_ in conn.execute(f"pragma table_info({table})").fetchall():
            if table not in _APART and kind.lower() == "text" and column not in _OURS:
                yield table, column


def _forget_orphans(conn: sqlite3.Connection) -> None:
    """Names that no record has any more."""
    conn.execute(
        "delete from agent where id not in (select publisher from dataset where publisher is not null)"
    )
    conn.execute("delete from keyword where id not in (select keyword from dataset_keyword)")


def _clean_archive(store: Store, discretion: Discretion) -> Counter[str]:
    """Bodies that hold something of the list, with their rows; a body without it has another name."""
    done, conn = Counter[str](), store.conn
    for url, headers, number in conn.execute("select url, headers, id from payload").fetchall():
        values = (discretion.text(url), discretion.text(headers), number)
        if values[:2] != (url, headers):
            with store.db.atomic():
                conn.execute("update payload set url = ?, headers = ? where id = ?", values)
    for (name,) in conn.execute("select distinct sha256 from payload").fetchall():
        body = store.folder.read(name)
        left = body if body is None else discretion.body(body)
        if left is None or left == body:
            continue
        renamed = store.folder.keep(left)
        with store.db.atomic():
            conn.execute(
                "update payload set sha256 = ?, size = ? where sha256 = ?", (renamed, len(left), name)
            )
        done["archive"] += 1
    store.folder.remove_all_but({name for (name,) in conn.execute("select distinct sha256 from payload")})
    return done
