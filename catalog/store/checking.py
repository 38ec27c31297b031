"""What is true of every database, at any instant (`bestand check-db`): a list of sentences about what is not."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b, sha256
from itertools import islice
from typing import Any

import orjson

from catalog.cleaning.privacy import drop_personal_data, scrub, without_people
from catalog.record.canonical import from_json
from catalog.record.columns import dataset_row
from catalog.store.payloads import PayloadFolder
from catalog.store.pruning import PRUNED
from catalog.store.rows import CODES
from catalog.store.search import search_text
from catalog.store.sink import OUTCOMES

_LIFE = re.compile(r"added( changed| gone returned( changed)*)*( gone)?")
_CURRENT = (
    "select dataset.*, record, digest, version.dataset as owner from dataset left join version"
    " on version.id = dataset.version order by dataset.id"
)


def invariants(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with the database; nothing, if all is well. Leaves only temporary tables behind."""
    return list(problems(conn))


def problems(conn: sqlite3.Connection) -> Iterator[str]:
    """The same, one sentence after the other as they are found."""
    for look in (_file, _runs, _records, _lives, _words, _counters):
        yield from look(conn)


def archive_problems(conn: sqlite3.Connection, folder: PayloadFolder) -> Iterator[str]:
    """Bodies of answers that are missing from the archive or are not what was kept. Reads each body once."""
    for name, size in conn.execute("select sha256, max(size) from payload group by sha256"):
        body = folder.read(name)
        if body is None:
            yield f"archive: {name} is missing or damaged"
        elif (sha256(body).hexdigest(), len(body)) != (name, size):
            yield f"archive: {name} holds something else"


def personal_data(conn: sqlite3.Connection) -> Iterator[str]:
    """Versions of records and rejected items in which today's rule still finds personal data; none of it is quoted."""
    sql = "select version.id, identifier, record from version join dataset on dataset.id = dataset where record is not null"
    for number, identifier, text in conn.execute(sql):
        found = drop_personal_data(from_json(text))
        if found:
            yield f"{without_people(identifier)[:40]}, version {number}: {found} values"
    for number, raw in conn.execute("select id, raw from rejected"):
        if scrub(raw.encode()) != raw.encode():
            yield f"rejected item {number}"


def _file(conn: sqlite3.Connection) -> Iterator[str]:
    for (text,) in conn.execute("pragma integrity_check"):
        if text != "ok":
            yield f"integrity: {text}"
    for row in conn.execute("pragma foreign_key_check"):
        yield f"foreign key: {tuple(row)}"
    for (number,) in conn.execute("select id from run where state <> 'running' and ended is null"):
        yield f"run {number} is over, but has no end"


def _runs(conn: sqlite3.Connection) -> Iterator[str]:
    """Each portal of a run that was carried through has exactly one outcome, and it is one of the vocabulary."""
    sql = "select run, portal, outcome from portal_run join run on run.id = run where state = 'done' or outcome is not null"
    for run, portal, outcome in conn.execute(sql):
        if outcome not in OUTCOMES:
            yield f"run {run}, portal {portal}: {outcome!r} is no outcome"
    sql = (
        "select key from portal join portal_run on portal_run.portal = portal.id and portal_run.run = portal.last_run"
        " where last_outcome <> coalesce(outcome, '')"
    )
    for (key,) in conn.execute(sql):
        yield f"portal {key}: its last outcome is not that of its last run"


def _rows(conn: sqlite3.Connection, sql: str) -> Iterator[dict[str, Any]]:
    cursor = conn.execute(sql)
    names = [item[0] for item in cursor.description]
    for row in cursor:
        yield dict(zip(names, row, strict=True))


def _records(conn: sqlite3.Connection) -> Iterator[str]:
    """Each record has a current version, and its rows are those that follow from it."""
    for row in _rows(conn, _CURRENT):
        name = row["identifier"][:40]
        if row["owner"] != row["id"] or row["record"] is None:
            yield f"{name}: no current version"
            continue
        if blake2b(row["record"].encode(), digest_size=16).digest() != row["digest"]:
            yield f"{name}: the digest is not that of the record"
        if _stored(conn, row["id"], row) != _derived(row["record"]):
            yield f"{name}: rows do not follow from the record"
        kinds = Counter(kind for (kind,) in conn.execute(
            "select severity from finding join finding_kind on finding_kind.id = kind where dataset = ?", (row["id"],)))  # fmt: skip
        if (kinds["error"], kinds["warning"]) != (row["errors"], row["warnings"]):
            yield f"{name}: errors and warnings are not those of its findings"


def _stored(conn: sqlite3.Connection, number: int, row: dict[str, Any]) -> list[Any]:
    urls = conn.execute(
        "select access_url from distribution where dataset = ? order by 1", (number,)
    ).fetchall()
    words = conn.execute(
        "select name from dataset_keyword join keyword on keyword.id = keyword where dataset = ?", (number,)
    ).fetchall()
    names = conn.execute("select name from agent where id = ?", (row["publisher"],)).fetchall()
    found = [row["modified"], row["distributions"], urls, {word for (word,) in words}]
    return found if _has_a_choice(row["record"]) else [*found, row["title"], names]


def _derived(text: str) -> list[Any]:
    row = dataset_row(from_json(text), CODES)
    urls = sorted((item.access_url,) for item in row.distributions)
    found = [row.modified or None, len(urls), urls, set(row.keywords)]
    return found if _has_a_choice(text) else [*found, row.title, [(row.publisher,)] if row.publisher else []]


def _has_a_choice(text: str) -> bool:
    """Of several titles or publishers the columns take the first as it came."""
    record = orjson.loads(text)
    return any(len(record.get(name, ())) > 1 for name in ("title", "publisher"))


def _lives(conn: sqlite3.Connection) -> Iterator[str]:
    """Each history can have happened, and the record's own columns agree with it."""
    sql = "select dataset, group_concat(event, ' ') from (select * from version order by id) group by dataset"
    lives = dict(conn.execute(sql).fetchall())
    sql = "select id, identifier, gone_run, gone_at, first_seen, version from dataset"
    for number, identifier, gone_run, gone_at, first_seen, version in conn.execute(sql).fetchall():
        life = lives.pop(number, "")
        if not _LIFE.fullmatch(life):
            yield f"{identifier[:40]}: impossible life {life!r}"
        if life.endswith("gone") != (gone_run is not None) or (gone_run is None) != (gone_at is None):
            yield f"{identifier[:40]}: gone in one place only"
        sql = "select min(run), max(case when record is not null then id end) from version where dataset = ?"
        if conn.execute(sql, (number,)).fetchone() != (first_seen, version):
            yield f"{identifier[:40]}: first run or current version disagree with the history"
    if lives:
        yield f"versions of records that are not there: {sorted(lives)}"
    sql = (
        "select count(*) from version where (record is null) <> (event = 'gone') and event in ('added', 'changed', 'gone')"
        f" and not (record is null and run in (select id from run where coalesce(ended, started) < ({PRUNED})))"
    )
    if conn.execute(sql).fetchone()[0]:
        yield "an event without its record"


def _words(conn: sqlite3.Connection) -> Iterator[str]:
    """The index holds exactly the words of the current records: none is missing, no ghost of an old text."""
    conn.execute(
        "create virtual table temp.fresh using fts5(title, text, content='', tokenize='unicode61 remove_diacritics 2')"
    )
    try:
        fresh = (
            (row["id"], *search_text(orjson.loads(row["record"])))
            for row in _rows(conn, _CURRENT)
            if row["record"]
        )
        while rows := list(islice(fresh, 1000)):
            conn.executemany("insert into temp.fresh (rowid, title, text) values (?, ?, ?)", rows)
        conn.execute("create virtual table temp.wanted using fts5vocab('temp', 'fresh', 'instance')")
        conn.execute("create virtual table temp.held using fts5vocab('main', 'dataset_fts', 'instance')")
        for one, other, what in (("held", "wanted", "ghost of"), ("wanted", "held", "no")):
            sql = f"select term, doc from temp.{one} except select term, doc from temp.{other} limit 3"
            for term, doc in conn.execute(sql).fetchall():
                yield f"search: {what} {term!r} in {doc}"
    finally:
        for table in ("held", "wanted", "fresh"):
            conn.execute(f"drop table if exists temp.{table}")
        conn.commit()


def _counters(conn: sqlite3.Connection) -> Iterator[str]:
    """What a finished run counts is what its history says."""
    sql = (
        "select portal_run.run, portal_run.portal, added, changed, returned, gone,"
        " (select count(*) from dataset where dataset.portal = portal_run.portal and first_seen = portal_run.run),"
        " (select count(distinct dataset) from version join dataset on dataset.id = dataset"
        "  where version.run = portal_run.run and dataset.portal = portal_run.portal and event = 'gone')"
        " from portal_run where outcome is not null"
    )
    for run, portal, added, changed, returned, gone, new, went in conn.execute(sql):
        if (added, gone) != (new, went):
            yield f"run {run}, portal {portal}: counts {added} added and {gone} gone, but {new} and {went} were"
        sql = (
            "select event, count(*) from (select dataset, min(version.id), event from version join dataset"
            " on dataset.id = dataset where version.run = ? and portal = ? and first_seen <> version.run"
            " and event in ('changed', 'returned') group by dataset) group by event"
        )
        happened = dict(conn.execute(sql, (run, portal)).fetchall())
        if (changed, returned) != (happened.get("changed", 0), happened.get("returned", 0)):
            yield f"run {run}, portal {portal}: counts {changed} changed, {returned} returned, but {happened}"
