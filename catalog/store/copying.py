"""A sound copy of a database, without the records of portals that may not be passed on."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

_RAW = ("rejected", "payload", "evidence")
"""Tables that hold what a portal answered, by the run in which it did."""


def copy_database(source: str | Path, target: Path, without: Sequence[int] = ()) -> None:
    """Copy a live database to a new file as one state (`VACUUM INTO`), small and without a write-ahead log.

    `without`: numbers of portals whose records, and all that was derived from them, are not copied; the portals themselves
    stay, so that one sees what is missing. Raises sqlite3.Error, FileExistsError where `target` is there already.
    """
    if target.exists():
        raise FileExistsError(target)
    with closing(sqlite3.connect(source)) as connection:
        connection.execute("vacuum into ?", [str(target)])
    if without:
        with closing(sqlite3.connect(target)) as connection:
            _leave_out(connection, without)


def _leave_out(connection: sqlite3.Connection, portals: Sequence[int]) -> None:
    marks = ",".join("?" * len(portals))
    with connection:
        connection.execute(
            f"create temp table left_out as select id from dataset where portal in ({marks})", portals
        )
        for table, column in _referring(connection, "dataset"):
            connection.execute(f"delete from {table} where {column} in (select id from temp.left_out)")
        runs = f"select id from portal_run where portal in ({marks})"
        for table in _RAW:
            connection.execute(f"delete from {table} where portal_run in ({runs})", portals)
        for table, column in _referring(connection, "portal"):
            if table not in ("dataset", "portal_run", "portal_part"):
                connection.execute(f"delete from {table} where {column} in ({marks})", portals)
        connection.execute("update portal set catalogue = null where id in (" + marks + ")", portals)
        connection.execute("delete from dataset where id in (select id from temp.left_out)")
    connection.execute("vacuum")


def _referring(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    """The tables and columns that refer to a table."""
    tables = connection.execute(
        "select name from sqlite_master where type = 'table' and sql is not null"
    ).fetchall()
    return [
        (name, row[3])
        for (name,) in tables
        for row in connection.execute("select * from pragma_foreign_key_list(?)", [name])
        if row[2] == table
    ]
