"""Writing what was measured. One transaction a call; what can be computed again is replaced, what has a history added."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from catalog.store.store import Store

_IN_LIST = 500
_ROWS = 5_000


class Measures:
    """The tables of `catalog.store.measure_schema`, of a store that is opened for writing."""

    def __init__(self, store: Store) -> None:
        self._db: Database = store.db
        self.conn: sqlite3.Connection = store.conn

    def renew(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Make these all the rows of a table, no two of which are alike; returns how many there are now. Only what differs
        is written: after a small change that is little, and reading costs a fraction of writing."""
        with self._db.atomic():
            gone = set(self.conn.execute(f"select {', '.join(columns)} from {table}"))
            before, fresh = len(gone), []
            for row in map(tuple, rows):
                if row in gone:
                    gone.discard(row)
                else:
                    fresh.append(row)
            where = " and ".join(f"{name} is ?" for name in columns)
            self.conn.executemany(f"delete from {table} where {where}", gone)
            return before - len(gone) + self._insert("insert", table, columns, fresh)

    def clear(self, table: str) -> None:
        """Delete all rows of a table."""
        with self._db.atomic():
            self.conn.execute(f"delete from {table}")

    def renew_of(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], key: str, of: Sequence[Any]
    ) -> int:
        """Replace the rows whose column `key` is one of `of`; returns how many were written."""
        with self._db.atomic():
            for start in range(0, len(of), _IN_LIST):
                part = of[start : start + _IN_LIST]
                marks = ",".join("?" * len(part))
                self.conn.execute(f"delete from {table} where {key} in ({marks})", part)
            return self._insert("insert", table, columns, rows)

    def keep(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        """Insert rows, replacing those with the same primary key; returns how many were written."""
        with self._db.atomic():
            return self._insert("insert or replace", table, columns, rows)

    def change(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], key: str = "id"
    ) -> int:
        """Set columns of rows that are there: each row holds the values of `columns`, then the key."""
        sql = f"update {table} set {', '.join(f'{name} = ?' for name in columns)} where {key} = ?"
        with self._db.atomic():
            return self._many(sql, rows)

    def _insert(self, how: str, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
        marks = ", ".join("?" * len(columns))
        return self._many(f"{how} into {table} ({', '.join(columns)}) values ({marks})", rows)

    def _many(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """In pieces, so that rows may come from a generator without being held."""
        count, piece = 0, []
        for row in rows:
            piece.append(row)
            if len(piece) == _ROWS:
                count += self._flush(sql, piece)
        return count + self._flush(sql, piece)

    def _flush(self, sql: str, piece: list[Sequence[Any]]) -> int:
        self.conn.executemany(sql, piece)
        count = len(piece)
        piece.clear()
        return count
