"""Databases as earlier versions left them, kept as SQL: `python tests/operations/schema_fixtures.py` writes those that are
missing. One that is there is never written again: it is what users have.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))

from sqlite_utils import Database  # noqa: E402 - as a program it has to find the source tree first

from catalog.store.schema import MIGRATIONS  # noqa: E402

FOLDER = HERE.parent / "fixtures" / "schemas"
ROWS = """
insert into municipality (ags, name, population) values ('01001000', 'Musterstadt', 12345);
insert into run (id, started, ended, version, state) values (1, '2026-01-01T02:00:00Z', '2026-01-01T02:10:00Z', '0.0', 'done');
insert into run (id, started, version, options) values (2, '2026-01-08T02:00:00Z', '0.0', '{"portals": ["muster"]}');
insert into portal (id, key, url, title, kind, ags, last_run, last_outcome, last_complete_run, last_complete_at)
    values (1, 'muster', 'https://daten.example/', 'Muster', 'ckan', '01001000', 1, 'complete', 1, '2026-01-01T02:10:00Z');
insert into portal_part (portal, part, ags) values (1, 'amt', '01001000');
insert into portal_run (id, run, portal, started, ended, outcome, delivered, added, gone) values
    (1, 1, 1, '2026-01-01T02:00:00Z', '2026-01-01T02:10:00Z', 'complete', 2, 2, 0);
insert into evidence (portal_run, at, url, status, verdict, proof)
    values (1, '2026-01-01T02:00:01Z', 'https://daten.example/', 200, 'ckan', 'status_show answers');
insert into payload (portal_run, call, step, url, status, headers, sha256, size, at)
    values (1, 'c', 'page', 'https://daten.example/api', 200, '{}', 'ab', 10, '2026-01-01T02:00:02Z');
insert into agent (id, name) values (1, 'Amt für Übersicht');
insert into version (id, dataset, run, event, digest, record) values
    (1, 1, 1, 'added', x'{digest1}', '{record1}'), (2, 2, 1, 'added', x'{digest2}', '{record2}');
insert into dataset (id, key, portal, identifier, class, title, publisher, version, raw_digest, reader, first_seen, changed_run)
    values (1, 'aaaaaaaaaaaa', 1, 'id-1', 'Dataset', 'Baumkataster', null, 1, x'00', 1, 1, 1),
           (2, 'bbbbbbbbbbbb', 1, 'id-2', 'Dataset', 'Haushalt', null, 2, x'00', 1, 1, 1);
insert into dataset_fts (rowid, title, text) values (1, 'Baumkataster', ''), (2, 'Haushalt', '');
insert into unread (portal, key, count, first_run, last_run) values (1, 'extra', 3, 1, 1);
insert into rejected (portal_run, identifier, raw, error) values (1, 'bad', '{}', 'ValueError');
insert into link (id, url, state) values (1, 'https://daten.example/1.csv', 'not_checked');
insert into stocktaking (ags, run, state, method) values ('01001000', 1, 'found', '1');
insert into score (dataset, run, method, points, possible) values (1, 1, '1', 100, 405);
"""
"""What the first tables hold; later columns have their defaults. Run 2 was broken off."""


def names() -> list[str]:
    """The migrations, in order."""
    return [item.name for item in MIGRATIONS._migrations]


def filled(upto: str) -> sqlite3.Connection:
    """A database in memory with the tables up to a migration, and rows as they stand before the newest ones."""
    database = Database(memory=True)
    MIGRATIONS.apply(database, stop_before=_after(upto))
    conn: sqlite3.Connection = database.conn
    with conn:
        for statement in _rows().split(";\n"):
            if statement.strip():
                conn.execute(statement)
    return conn


def _after(name: str) -> str | None:
    later = names()[names().index(name) + 1 :]
    return later[0] if later else None


def _rows() -> str:
    from hashlib import blake2b

    text = ROWS
    for number, title in ((1, "Baumkataster"), (2, "Haushalt")):
        record = f'{{"@class":"Dataset","title":["{title}"]}}'
        digest = blake2b(record.encode(), digest_size=16).hexdigest()
        text = text.replace(f"{{digest{number}}}", digest).replace(f"{{record{number}}}", record)
    return text


def dump(conn: sqlite3.Connection) -> Iterator[str]:
    """The database as SQL. Full-text indexes are left to those who read them: their own tables are SQLite's."""
    rows = conn.execute(
        "select type, name, sql from sqlite_master where sql is not null order by rowid"
    ).fetchall()
    shadows = ("sqlite_", *(f"{name}_" for _, name, sql in rows if _is_virtual(sql)))
    ours = [row for row in rows if not row[1].startswith(shadows)]
    yield "PRAGMA user_version = 1;"
    yield from (f"{sql};" for _, _, sql in ours)
    for kind, name, sql in ours:
        if kind == "table" and not _is_virtual(sql):
            yield from _inserts(conn, name)
    yield "INSERT INTO dataset_fts (rowid, title, text) SELECT id, title, '' FROM dataset;"


def _is_virtual(sql: str) -> bool:
    return sql.lower().startswith("create virtual")


def _inserts(conn: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = [row[1] for row in conn.execute(f"pragma table_info([{table}])")]
    quoted = " || ', ' || ".join(f"quote([{column}])" for column in columns)
    for (values,) in conn.execute(f"select {quoted} from [{table}]"):
        yield f"INSERT INTO [{table}] ({', '.join(columns)}) VALUES ({values});"


def main() -> None:
    """Write the fixtures that are missing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names():
        path = FOLDER / f"{name}.sql"
        if not path.exists():
            with closing(filled(name)) as conn:
                path.write_text("\n".join(dump(conn)) + "\n", encoding="utf-8")
            print(f"written: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
