"""The rules that all tables follow."""

import re
import sqlite3

from store_house import House

TABLES = "select name from sqlite_master where type = 'table' and name not like '%sqlite%' and name not like '%^_fts%' escape '^'"
PLURALS = re.compile(r"(?<!s)s$")


def tables(conn: sqlite3.Connection) -> list[str]:
    """Our tables, without those that SQLite and its full-text index make for themselves."""
    return [name for (name,) in conn.execute(TABLES)]


def test_every_foreign_key_has_an_index(house: House) -> None:
    missing = [
        f"{table}.{key[3]}"
        for table in tables(house.conn)
        for key in house.rows(f"pragma foreign_key_list({table})")
        if key[3] not in first_columns(house, table)
    ]
    assert missing == []


def first_columns(house: House, table: str) -> set[str]:
    """The columns by which rows are found: first in an index or in the primary key."""
    found = {name for _, name, _, _, _, place in house.rows(f"pragma table_info({table})") if place == 1}
    for _, name, *_ in house.rows(f"pragma index_list({table})"):
        found.add(house.rows(f"pragma index_info({name})")[0][2])
    return found


def test_foreign_keys_point_to_columns_that_are_there(house: House) -> None:
    for table in tables(house.conn):
        for _, _, other, _, to, *_ in house.rows(f"pragma foreign_key_list({table})"):
            names = {row[1]: row[5] for row in house.rows(f"pragma table_info({other})")}
            assert names.get(to) == 1, f"{table} -> {other}.{to}"


def test_names_are_singular_and_snake_case(house: House) -> None:
    found = tables(house.conn)
    assert {
        "portal",
        "run",
        "portal_run",
        "dataset",
        "distribution",
        "version",
        "finding",
        "unread",
        "rejected",
    } <= set(found)
    for name in found:
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", name)
        assert not PLURALS.search(name), name
    for table in found:
        for _, column, *_ in house.rows(f"pragma table_info({table})"):
            assert re.fullmatch(r"[a-z]+[a-z0-9]*(_[a-z0-9]+)*", column), f"{table}.{column}"


def test_keys_inside_are_integers(house: House) -> None:
    for table in tables(house.conn):
        for _, column, kind, *_ in house.rows(f"pragma table_info({table})"):
            assert column != "id" or kind == "INTEGER", table


def test_views_can_be_read(house: House) -> None:
    for (name,) in house.rows("select name from sqlite_master where type = 'view'"):
        assert house.rows(f"select * from {name}") == []
