"""Numbers for new rows and for names, given out by the one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Literal

MOST = 50_000
"""Names remembered at a time."""


class Ids:
    """The next free id of a table; right as long as there is one writer."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._next = {
            table: (conn.execute(f"select max(id) from {table}").fetchone()[0] or 0) + 1
            for table in ("dataset", "version")
        }

    def next(self, table: Literal["dataset", "version"]) -> int:
        """A number not used before."""
        number = self._next[table]
        self._next[table] = number + 1
        return number


class Names:
    """Name -> id of the tables `agent` and `keyword`; new names get a row."""

    def __init__(self, conn: sqlite3.Connection, table: Literal["agent", "keyword"]) -> None:
        self._conn, self._table = conn, table
        self._known: dict[str, int] = {}

    def ids(self, names: Iterable[str]) -> dict[str, int]:
        """The ids of the names (empty ones have none), inside the caller's transaction."""
        wanted = {name for name in names if name}
        missing = sorted(wanted - self._known.keys())
        if missing:
            if len(self._known) > MOST:
                self._known.clear()
                missing = sorted(wanted)
            insert = f"insert or ignore into {self._table} (name) values (?)"
            self._conn.executemany(insert, [(name,) for name in missing])
            self._look_up(missing)
        return {name: self._known[name] for name in wanted}

    def _look_up(self, names: list[str]) -> None:
        for start in range(0, len(names), 500):
            part = names[start : start + 500]
            marks = ",".join("?" * len(part))
            sql = f"select name, id from {self._table} where name in ({marks})"
            self._known.update(self._conn.execute(sql, part))

    def forget(self) -> None:
        """After a transaction that was rolled back, nothing is known."""
        self._known.clear()


class Numbers:
    """All numbers that one open database gives out; shared by the sinks of portals that are crawled side by side."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.ids = Ids(conn)
        self.agents = Names(conn, "agent")
        self.keywords = Names(conn, "keyword")

    def forget(self) -> None:
        """After a transaction that was rolled back, no name is known."""
        self.agents.forget()
        self.keywords.forget()
