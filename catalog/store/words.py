"""The words of the full-text index as a table of their own: by their parts one finds `baumkataster` for `kataster`."""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database

SHORTEST = 5
"""Letters that a word must have to be kept: what is shorter has no parts."""
_OFTEN = 3
"""Datasets that must have a word where no title has it."""

_INDEXED = f"""
select term, sum(doc) as datasets from temp.indexed
where length(term) >= {SHORTEST} and term glob '[a-z]*' and not term glob '*[0-9_]*'
group by term having max(col = 'title') or sum(doc) >= {_OFTEN}
"""


def renew_words(db: Database) -> int:
    """Make `word` what the full-text index holds now, in one transaction; returns how many words are new or gone."""
    conn = db.conn
    conn.execute("create virtual table if not exists temp.indexed using fts5vocab(main, dataset_fts, col)")
    with db.atomic():
        conn.execute(f"create temp table found as {_INDEXED}")
        gone = conn.execute("select id, word from word where word not in (select term from found)").fetchall()
        _forget(conn, gone)
        last = conn.execute("select coalesce(max(id), 0) from word").fetchone()[0]
        new = conn.execute(
            "insert into word (word, datasets) select term, datasets from found where term not in (select word from word)"
        ).rowcount
        conn.execute("insert into word_fts (rowid, word) select id, word from word where id > ?", (last,))
        conn.execute(
            "update word set datasets = found.datasets from found where term = word and word.datasets <> found.datasets"
        )
        conn.execute("drop table temp.found")
    return new + len(gone)


def _forget(conn: sqlite3.Connection, words: list[tuple[int, str]]) -> None:
    conn.executemany("insert into word_fts (word_fts, rowid, word) values ('delete', ?, ?)", words)
    conn.executemany("delete from word where id = ?", [(number,) for number, _ in words])
