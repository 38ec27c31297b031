"""A copy of the database turned back to the end of a day: what was known then, by today's register, portals and readers.

Not kept, and so as today: raw digests, types and readers of records, what portals say of themselves, and faults met while
reading a record (its own faults are found anew). A portal that had not been asked by then has no outcome.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from catalog.record.canonical import from_json
from catalog.record.findings import check
from catalog.store.batch import Batch
from catalog.store.closing import WHOLE, refresh_portal
from catalog.store.database import StoreError, open_for_reading
from catalog.store.facets import refresh_facets
from catalog.store.pruning import PRUNED
from catalog.store.rows import Draft, draft
from catalog.store.search import forget, learn, search_text
from catalog.store.sink import Found
from catalog.store.store import Store, utc_now

PIECE = 500
"""Records that are renewed at once."""
_NEWEST_ONLY = (
    *("sighting", "leakage", "peer", "missing_model", "together", "action", "attribution_review", "payload"),
)
"""Tables that hold the newest state of all records together: the next measurement fills them (and a copy has no archive)."""
_LOOKED_AT = ("measured", "linked")
"""By these a pass knows which version of a record it saw; without a row it looks at the record again."""

_BEGIN = """
create temp table later_run (id integer primary key);
create temp table touched (dataset integer primary key);
create temp table turned (dataset integer primary key, version integer not null);
insert into later_run select id from portal_run where coalesce(ended, started) > :end;
insert into touched select distinct version.dataset from version join dataset on dataset.id = version.dataset
    join portal_run on portal_run.run = version.run and portal_run.portal = dataset.portal
    where portal_run.id in (select id from later_run);
"""
_NEW_WORDS = """
select dataset from touched where dataset > ? order by dataset limit ?
"""
_EVENTS = """
delete from version where id in (
    select version.id from version join dataset on dataset.id = version.dataset
    join portal_run on portal_run.run = version.run and portal_run.portal = dataset.portal
    where version.dataset in (select dataset from touched) and portal_run.id in (select id from later_run));
"""
_NEVER_SEEN = (
    "id in (select dataset from touched) and not exists (select 1 from version where dataset = dataset.id)"
)
_LIFE = """
delete from touched where dataset not in (select id from dataset);
insert into turned select id, (select max(id) from version where dataset = dataset.id and record is not null)
    from dataset where id in (select dataset from touched);
update dataset set
    changed_run = (select max(run) from version where dataset = dataset.id and event <> 'gone'),
    gone_run = (select case when event = 'gone' then run end from version where dataset = dataset.id order by id desc limit 1)
    where id in (select dataset from touched);
update dataset set gone_at = (select ended from portal_run where run = gone_run and portal_run.portal = dataset.portal)
    where id in (select dataset from touched);
delete from turned where version = (select version from dataset where id = turned.dataset);
"""
_TURNED = """
select turned.dataset, turned.version, before.record, now.record, dataset.identifier, raw_digest, reader, type
from turned join dataset on dataset.id = turned.dataset join version as before on before.id = turned.version
left join temp.words as now on now.dataset = turned.dataset where turned.dataset > ? order by turned.dataset limit ?
"""
_PORTALS = f"""
update portal set last_run = null, last_outcome = '', last_complete_run = null, last_complete_at = null
    where id in (select portal from portal_run where id in (select id from later_run));
delete from unread where first_run in (select id from run where started > :end);
update unread set last_run = first_run where last_run in (select id from run where started > :end);
update portal set (last_run, last_outcome) = (
    select run, outcome from portal_run where portal_run.portal = portal.id and outcome is not null
    and id not in (select id from later_run) order by ended desc, id desc limit 1)
    where last_run is null and exists (select 1 from portal_run where portal_run.portal = portal.id
    and outcome is not null and id not in (select id from later_run));
update portal set (last_complete_run, last_complete_at) = (
    select run, ended from portal_run where portal_run.portal = portal.id and outcome in {WHOLE}
    and id not in (select id from later_run) order by ended desc, id desc limit 1)
    where last_complete_run is null;
update run set ended = null, state = 'running' where ended > :end;
"""
_LINKS = """
delete from link_change where at > :end;
update link set (state, status, changed_at, checked_at) = (
    select state, status, at, at from link_change where link_change.link = link.id order by at desc limit 1),
    content_type = '', size = null, final_url = '', problem = '', failures = 0
    where changed_at > :end and exists (select 1 from link_change where link_change.link = link.id);
update link set state = 'not_checked', status = null, changed_at = null, checked_at = null, content_type = '', size = null,
    final_url = '', problem = '', failures = 0 where changed_at > :end;
update link set checked_at = changed_at where checked_at > :end;
"""
_HOMEPAGES = """
delete from discovery where at > :end;
delete from offer where run in (select id from run where started > :end);
insert or replace into homepage (ags, run, at, state, url, certainty, note, due)
    select ags, run, at, verdict, url, certainty, proof, at from discovery where id in (
        select max(id) from discovery where step = 'end' group by ags)
    and ags in (select ags from homepage where at > :end);
delete from homepage where at > :end;
"""


def rewound(
    source: Path, target: Path, day: date, version: str = "", clock: Callable[[], datetime] = utc_now
) -> Store:
    """A copy of the database at `source`, made at `target`, as it was at the end of `day` (UTC); opened for writing.

    `source` is only read. What was measured later is gone, and records that were different then will be measured again.
    Raises StoreError where the source cannot be read or says no more what was then (it was pruned), or the target is there
    already.
    """
    if target.exists():
        raise StoreError(f"There is a file {target} already; a copy needs a place of its own.")
    _copy(source, target)
    store = Store(target, version, clock)
    try:
        _refuse_pruned(store, day)
        _turn_back(store, _end_of(day))
    except BaseException:
        store.conn.close()
        target.unlink(missing_ok=True)
        raise
    return store


def _refuse_pruned(store: Store, day: date) -> None:
    pruned = store.conn.execute(PRUNED).fetchone()[0]
    if pruned and _end_of(day) < pruned:
        raise StoreError(f"What records said before {pruned} was pruned; no earlier day can be shown.")


def _end_of(day: date) -> str:
    return f"{day.isoformat()}T23:59:59Z"


def _copy(source: Path, target: Path) -> None:
    db = open_for_reading(source)
    try:
        db.conn.execute("vacuum into ?", (str(target),))
    except sqlite3.Error as error:
        raise StoreError(f"The database {source} cannot be copied to {target}: {error}.") from error
    finally:
        db.conn.close()


def _turn_back(store: Store, end: str) -> None:
    conn = store.conn
    with store.db.atomic():
        _run(conn, _BEGIN, end)
        _keep_words(conn)
        _run(conn, _EVENTS, end)
        _forget(conn, "dataset", _NEVER_SEEN)
        _run(conn, _LIFE, end)
        _renew(store)
        _run(conn, _PORTALS + _LINKS + _HOMEPAGES, end)
        _forget(conn, "portal_run", "id in (select id from later_run)")
        _forget(conn, "run", "started > :end", end)
        for table in _NEWEST_ONLY:
            conn.execute(f"delete from {table}")
        for (portal,) in conn.execute("select id from portal").fetchall():
            refresh_portal(conn, portal)
            refresh_facets(conn, portal)
        for table in ("later_run", "touched", "turned", "words"):
            conn.execute(f"drop table temp.{table}")


def _run(conn: sqlite3.Connection, script: str, end: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            conn.execute(statement, {"end": end})


def _forget(conn: sqlite3.Connection, table: str, condition: str, end: str = "") -> None:
    """Delete rows of a table, and before them all rows that refer to them, whatever the table."""
    for child, column, parent in _references(conn, table):
        _forget(conn, child, f"{column} in (select {parent} from {table} where {condition})", end)
    conn.execute(f"delete from {table} where {condition}", {"end": end})


def _references(conn: sqlite3.Connection, table: str) -> list[tuple[str, str, str]]:
    """Table, column and the column of `table` that it refers to."""
    sql = (
        'select child.name, link."from", coalesce(link."to", \'id\') from sqlite_master as child'
        " join pragma_foreign_key_list(child.name) as link where child.type = 'table' and link.\"table\" = ?"
    )
    return list(conn.execute(sql, (table,)))


def _keep_words(conn: sqlite3.Connection) -> None:
    """Take the records that will change out of the index, while their words are known; keep what they say today."""
    last = 0
    while rows := [number for (number,) in conn.execute(_NEW_WORDS, (last, PIECE))]:
        last = rows[-1]
        forget(conn, rows)
    conn.execute(
        "create temp table words as select dataset.id as dataset, version.record from dataset"
        " join version on version.id = dataset.version where dataset.id in (select dataset from touched)"
    )


def _renew(store: Store) -> None:
    """Columns, files, themes, keywords and findings of records that said something else then."""
    conn = store.conn
    slugs: dict[str, int] = dict(conn.execute("select slug, id from finding_kind"))
    batch = Batch(conn, (0, ""), 0, store.numbers, slugs)
    names = {number: slug for slug, number in slugs.items()}
    last = 0
    while rows := conn.execute(_TURNED, (last, PIECE)).fetchall():
        last = rows[-1][0]
        batch.replace([(row[0], _draft(conn, row, names)) for row in rows])
        conn.executemany("update dataset set version = ? where id = ?", [(row[1], row[0]) for row in rows])
        for table in _LOOKED_AT:
            conn.executemany(f"delete from {table} where dataset = ?", [(row[0],) for row in rows])
    for words in _words(conn):
        learn(conn, words)


def _draft(conn: sqlite3.Connection, row: tuple[Any, ...], names: dict[int, str]) -> Draft:
    """The record as it was, with its findings. What was found beyond the record itself, while it was read or because
    personal data were dropped since, is as today."""
    number, _, before, now, identifier, raw, reader, kind = row
    record = from_json(before)
    sql = "select kind, count from finding where dataset = ?"
    found = Counter({names[slug]: count for slug, count in conn.execute(sql, (number,))})
    found.subtract(check(from_json(now)))
    found.update(check(record))
    return draft(Found(identifier, raw, reader, record, kind, +found))


def _words(conn: sqlite3.Connection) -> Iterator[list[tuple[int, str, str]]]:
    """What the index is to know of the records that were taken out of it."""
    last = 0
    sql = (
        "select dataset.id, record from dataset join version on version.id = dataset.version"
        " where dataset.id in (select dataset from touched) and dataset.id > ? order by dataset.id limit ?"
    )
    while rows := conn.execute(sql, (last, PIECE)).fetchall():
        last = rows[-1][0]
        yield [(number, *search_text(orjson.loads(record))) for number, record in rows]
