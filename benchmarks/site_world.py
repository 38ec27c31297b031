"""A measured catalogue made larger by SQL alone: copies of its records, each round with a run and a word of its own."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import orjson

from catalog.store.database import open_for_writing
from catalog.store.facets import refresh_all
from catalog.store.search import search_text
from catalog.store.words import renew_words
from catalog.vocabulary.folding import search_forms

PLACES = (
    *("Altstadt", "Bahnhofsviertel", "Domplatz", "Eichenhain", "Feldmark", "Gartenstadt", "Hafenviertel", "Inselweg"),
    *("Jägerhof", "Klosterberg", "Lindenallee", "Marktplatz", "Nordbezirk", "Ostend", "Pfarrgarten", "Quellgebiet"),
    *("Rathausplatz", "Südpark", "Talaue", "Uferzone", "Villenviertel", "Weststadt", "Zollhafen", "Schlossgarten"),
)  # fmt: skip
"""Words that tell the copies apart; each round takes the next, with its number."""
_LEFT_OUT = frozenset({"facet", "fingerprint", "spoken_place", "measured", "linked", "unknown_model"})
"""Tables that no page reads, or that are made from the others."""
_COUNTED = ("dataset", "version", "link")
"""Tables whose ids others point to: those of a copy are shifted by as many as the source has."""
_POINTING = {
    ("dataset_link", "link"): "link", ("quality_file", "access_link"): "link", ("quality_file", "download_link"): "link",
    ("sighting", "canonical"): "dataset", ("dataset", "version"): "version",
}  # fmt: skip
"""Columns beside `dataset` that point to a row that is copied too."""
_OWN = {
    "dataset": {
        "key": "substr(key, 1, 8) || printf('%04d', :round)", "identifier": "identifier || '-' || :round",
        "iri": "iif(iri = '', '', iri || '-' || :round)", "title": "title || ' ' || :word",
        "first_seen": ":run", "changed_run": ":run",
    },
    "version": {"run": ":run"},
    "link": {"url": "url || '?' || :round"},
}  # fmt: skip
"""What a copy says otherwise."""
_FIGURES = (
    "update stat_portal set datasets = datasets * :n, gone = gone * :n, distributions = distributions * :n,"
    " errors = errors * :n, warnings = warnings * :n, without_error = without_error * :n, open = open * :n",
    "update stat_theme set datasets = datasets * :n",
    "update stat_license set datasets = datasets * :n",
    "update stat_format set datasets = datasets * :n, distributions = distributions * :n",
    "update stat_finding set datasets = datasets * :n, count = count * :n",
    "update stat_score set datasets = datasets * :n",
    "update model_town set datasets = datasets * :n",
    "update action set datasets = datasets * :n",
    "update stocktaking set figures = json_set(figures, '$.records', json_extract(figures, '$.records') * :n)"
    " where json_extract(figures, '$.records') > 0",
)
"""What is counted, brought to the number of copies."""


def multiply(source: Path, target: Path, times: int) -> int:
    """Write `source` so many times over to `target`; returns how many datasets it has. Raises StoreError."""
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)
    shutil.copy(source, target)
    db = open_for_writing(target)
    conn = db.conn
    conn.execute("pragma synchronous = off")
    _keep_words(conn)
    sizes = {
        name: conn.execute(f"select coalesce(max(id), 0) from {name}").fetchone()[0] for name in _COUNTED
    }
    with db.atomic():
        for number in range(1, times):
            _copy(conn, number, sizes)
        for sql in _FIGURES:
            conn.execute(sql, {"n": times})
    conn.execute("drop table temp.words")
    refresh_all(db)
    renew_words(db)
    count: int = conn.execute("select count(*) from dataset").fetchone()[0]
    conn.commit()
    conn.close()
    return count


def _keep_words(conn: sqlite3.Connection) -> None:
    """What the full-text index knows of the source's records; the index itself keeps no text."""
    conn.execute("create temp table words (dataset integer primary key, title text, text text)")
    records = conn.execute("select id, record from dataset_record").fetchall()
    rows = ((number, *search_text(orjson.loads(record))) for number, record in records)
    conn.executemany("insert into temp.words values (?, ?, ?)", rows)


def _copy(conn: sqlite3.Connection, number: int, sizes: Mapping[str, int]) -> None:
    """One round: every record of the source again, in a run of its own."""
    values = {name: number * size for name, size in sizes.items()} | {
        f"last_{name}": size for name, size in sizes.items()
    }
    word = f"{PLACES[number % len(PLACES)]} {number}"
    given = {**values, "round": number, "word": word, "folded": search_forms(word), "run": _run(conn)}
    for table, columns in _copied(conn).items():
        chosen = ", ".join(_expression(table, column) for column in columns)
        key = "id" if table in _COUNTED else "dataset"
        where = f"{key} <= :last_{table if table in _COUNTED else 'dataset'}"
        conn.execute(
            f"insert into {table} ({', '.join(columns)}) select {chosen} from {table} where {where}", given
        )
    sql = "insert into dataset_fts (rowid, title, text) select dataset + :dataset, title || ' ' || :folded, text from temp.words"
    conn.execute(sql, given)


def _run(conn: sqlite3.Connection) -> int:
    """A new run like the first, of the same portals; returns its number."""
    sql = "insert into run (started, ended, version, command, options, state) select started, ended, version, command, options, state from run where id = 1"
    number = int(conn.execute(sql).lastrowid or 0)
    columns = [row[1] for row in conn.execute("pragma table_info(portal_run)") if row[1] not in ("id", "run")]
    names = ", ".join(columns)
    conn.execute(
        f"insert into portal_run (run, {names}) select ?, {names} from portal_run where run = 1", (number,)
    )
    return number


def _copied(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """The tables whose rows are copied: those of records, versions and links, and all whose rows belong to a record."""
    tables = [
        name
        for (name,) in conn.execute(
            "select name from sqlite_master where type = 'table' and name not like '%^_fts%' escape '^'"
        )
    ]
    columns = {table: [row[1] for row in conn.execute(f"pragma table_info({table})")] for table in tables}
    of_records = {
        table: names for table, names in columns.items() if "dataset" in names and table not in _LEFT_OUT
    }
    return {table: columns[table] for table in _COUNTED} | of_records


def _expression(table: str, column: str) -> str:
    """What a column of a copy holds."""
    if column in _OWN.get(table, {}):
        return _OWN[table][column]
    if column == "id":
        return f"id + :{table}" if table in _COUNTED else "null"
    points_to = "dataset" if column == "dataset" else _POINTING.get((table, column))
    return f"iif({column} > 0, {column} + :{points_to}, {column})" if points_to else column
