"""The end of a portal's crawl: its outcome, what is gone, and the small aggregates that pages read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

import orjson
from sqlite_utils import Database

from catalog.cleaning.codes import open_licenses
from catalog.store.facets import refresh_facets
from catalog.store.ids import Numbers
from catalog.store.outcome import Standing, Verdict, complete, judge
from catalog.store.seen import Seen
from catalog.store.sink import OUTCOMES, CrawlFacts

WHOLE = ("complete", "unchanged", "empty")
"""Outcomes after which the stored records are what the portal lists."""


class Filled(Protocol):
    """What a sink knows when its portal's crawl ends; `taken` and `listed` are records that were met, `renewed` says whether
    any was written."""

    db: Database
    conn: sqlite3.Connection
    portal: int
    run: int
    portal_run: int
    clock: Callable[[], datetime]
    numbers: Numbers
    accept_shrink: bool
    taken: Seen
    listed: Seen
    renewed: bool

    def now(self) -> str:
        """The time in UTC, to the second."""


def close_portal(sink: Filled, facts: CrawlFacts, outcome: str | None = None) -> str:
    """Decide, mark and count, in one transaction; `facts.note` says why. Raises ValueError for an outcome that is none."""
    if outcome is not None and outcome not in OUTCOMES:
        raise ValueError(f"{outcome!r} is no outcome")
    missing = _missing(sink) if complete(facts) else []
    alive = _alive(sink)
    standing = Standing(alive, len(missing), _held_since(sink), sink.accept_shrink, _lost_before(sink))
    verdict = judge(facts, standing, sink.clock())
    if outcome is not None:
        verdict = Verdict(outcome, False, facts.note or verdict.note)
    with sink.db.atomic():
        gone = _mark_gone(sink, missing) if verdict.mark_gone else 0
        _write(sink, facts, verdict, gone, len(missing))
        refresh_portal(sink.conn, sink.portal)
        if gone or sink.renewed or _unfaceted(sink):
            refresh_facets(sink.conn, sink.portal)
    facts.note = verdict.note
    return verdict.outcome


def _unfaceted(sink: Filled) -> bool:
    """Whether a crawl was broken off before its records could be searched by facets."""
    sql = "select 1 from dataset where portal = ? and id not in (select dataset from facet) limit 1"
    return sink.conn.execute(sql, (sink.portal,)).fetchone() is not None


def _alive(sink: Filled) -> int:
    """Records that were known and not gone before this run."""
    sql = (
        "select count(*) - (select returned from portal_run where id = ?) from dataset"
        " where portal = ? and gone_run is null and first_seen <> ?"
    )
    found: int = sink.conn.execute(sql, (sink.portal_run, sink.portal, sink.run)).fetchone()[0]
    return found


def _missing(sink: Filled) -> list[int]:
    """Records that the portal no longer lists. One that is listed but could not be read is not missing."""
    sql = "select id from dataset where portal = ? and gone_run is null"
    numbers = (number for (number,) in sink.conn.execute(sql, (sink.portal,)))
    return [number for number in numbers if number not in sink.taken and number not in sink.listed]


def _held_since(sink: Filled) -> datetime | None:
    """When the first crawl after the last whole one was held as shrunk."""
    row = sink.conn.execute(
        "select min(ended) from portal_run where portal = ? and outcome = 'shrunk' and run >"
        " coalesce((select last_complete_run from portal where id = ?), 0)",
        (sink.portal, sink.portal),
    ).fetchone()
    return datetime.strptime(row[0], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if row[0] else None


def _lost_before(sink: Filled) -> int:
    """Parts of the listing that failed in the last complete crawl: records that it could not name."""
    row = sink.conn.execute(
        "select json_extract(faults, '$.\"page-failed\"') from portal_run join portal on portal.id = portal_run.portal"
        " where portal.id = ? and portal_run.run = portal.last_complete_run",
        (sink.portal,),
    ).fetchone()
    return int(row[0] or 0) if row else 0


def _mark_gone(sink: Filled, missing: list[int]) -> int:
    now = sink.now()
    rows = [(sink.run, now, number) for number in missing]
    sink.conn.executemany("update dataset set gone_run = ?, gone_at = ? where id = ?", rows)
    events = [(sink.numbers.ids.next("version"), number, sink.run, "gone") for number in missing]
    sink.conn.executemany("insert into version (id, dataset, run, event) values (?, ?, ?, ?)", events)
    return len(missing)


def _write(sink: Filled, facts: CrawlFacts, verdict: Verdict, gone: int, missing: int) -> None:
    now = sink.now()
    counters = [
        orjson.dumps(dict(counter)).decode() for counter in (facts.skipped, facts.failures, facts.faults)
    ]
    sink.conn.execute(
        "update portal_run set ended = ?, outcome = ?, note = ?, requests = requests + ?, bytes = bytes + ?,"
        " seconds = seconds + ?, claimed = ?, delivered = ?, rejected = ?, repeated = ?, gone = ?, missing = ?,"
        " skipped = ?, failures = ?, faults = ? where id = ?",
        (now, verdict.outcome, verdict.note, facts.requests, facts.bytes, round(facts.seconds, 3), facts.claimed,
         facts.delivered, facts.rejected, facts.repeated, gone, missing, *counters, sink.portal_run),
    )  # fmt: skip
    sql = "update portal set last_run = ?, last_outcome = ? where id = ?"
    sink.conn.execute(sql, (sink.run, verdict.outcome, sink.portal))
    if verdict.outcome in WHOLE:
        sql = "update portal set last_complete_run = ?, last_complete_at = ? where id = ?"
        sink.conn.execute(sql, (sink.run, now, sink.portal))


_STATISTICS = """
delete from stat_portal where portal = :portal;
insert into stat_portal select :portal, sum(gone_run is null), sum(gone_run is not null),
    coalesce(sum(case when gone_run is null then distributions end), 0),
    coalesce(sum(case when gone_run is null then errors end), 0),
    coalesce(sum(case when gone_run is null then warnings end), 0),
    coalesce(sum(gone_run is null and errors = 0), 0), coalesce(sum(gone_run is null and license in (select value from json_each(:open))), 0)
    from dataset where portal = :portal having count(*) > 0;
delete from stat_theme where portal = :portal;
insert into stat_theme select :portal, theme, count(*) from dataset_theme join dataset on dataset.id = dataset
    where portal = :portal and gone_run is null group by theme;
delete from stat_format where portal = :portal;
insert into stat_format select :portal, format, count(*), count(distinct dataset) from distribution
    join dataset on dataset.id = dataset where portal = :portal and gone_run is null group by format;
delete from stat_license where portal = :portal;
insert into stat_license select :portal, license, count(*) from dataset
    where portal = :portal and gone_run is null group by license;
delete from stat_finding where portal = :portal;
insert into stat_finding select :portal, kind, count(*), sum(count) from finding
    join dataset on dataset.id = dataset where portal = :portal and gone_run is null group by kind;
"""


def refresh_portal(conn: sqlite3.Connection, portal: int) -> None:
    """Renew the portal's rows in the `stat_` tables, inside the caller's transaction."""
    for statement in _STATISTICS.split(";\n"):
        if statement.strip():
            conn.execute(statement, {"portal": portal, "open": orjson.dumps(open_licenses()).decode()})
