"""What happened: how runs ended, what changed between two of them, and the life of one dataset. Only SELECTs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import orjson
from sqlite_utils import Database

from catalog.store.comparing import FieldChange, field_changes
from catalog.store.database import NotThere

__all__ = [
    "Change",
    "FieldChange",
    "PortalStatus",
    "RunStatus",
    "Version",
    "diff",
    "field_changes",
    "status",
    "versions",
]


@dataclass(frozen=True, slots=True)
class PortalStatus:
    """How one portal's crawl ended. `outcome` None: it is under way or was broken off. `seconds` of the crawl,
    `bytes` received; `skipped`, `failures` and `faults` by slug."""

    portal: str
    url: str
    outcome: str | None
    note: str
    started: str
    ended: str | None
    requests: int
    bytes: int
    seconds: float
    claimed: int | None
    delivered: int
    rejected: int
    repeated: int
    added: int
    changed: int
    unchanged: int
    returned: int
    gone: int
    missing: int
    skipped: dict[str, int]
    failures: dict[str, int]
    faults: dict[str, int]


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A run: `state` is `running` (also where it was broken off), `done`, `incomplete` or `failed`. Times are UTC."""

    run: int
    started: str
    ended: str | None
    version: str
    command: str
    state: str
    portals: list[PortalStatus] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one dataset between two runs: `added`, `changed`, `gone` or `returned`. `run` and `at`: the
    run of its last event in the span and when that began; `fields` for what differs in a record that was there."""

    event: str
    portal: str
    key: str
    identifier: str
    title: str
    run: int
    at: str
    fields: list[FieldChange] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Version:
    """One event in the life of a dataset, with what it changed; `digest` in hex, None where it went."""

    run: int
    at: str
    event: str
    digest: str | None
    fields: list[FieldChange] = field(default_factory=list)


class _State(NamedTuple):
    """A dataset after a run: whether the portal had it, its digest, and the version row with its record."""

    there: bool = False
    digest: bytes | None = None
    version: int = 0


class _Row(NamedTuple):
    version: int
    run: int
    event: str
    digest: bytes | None
    has_record: bool


def status(db: Database, run: int | None = None) -> RunStatus:
    """How a run went; None asks for the newest in which portals were read, else the newest. Raises NotThere where there is
    none."""
    newest = "coalesce((select max(run) from portal_run), (select max(id) from run))"
    sql = f"select id, started, ended, version, command, state from run where id = coalesce(?, {newest})"
    row = db.conn.execute(sql, (run,)).fetchone()
    if row is None:
        raise NotThere("There is no run yet." if run is None else f"There is no run {run}.")
    number, started, ended, version, command, state = row
    return RunStatus(number, started, ended, version, command, state, list(_portals(db, number)))


def _portals(db: Database, run: int) -> Iterator[PortalStatus]:
    names = [item.name for item in fields(PortalStatus)][2:]
    sql = (
        f"select portal.key, portal.url, {', '.join(f'portal_run.{name}' for name in names)} from portal_run"
        " join portal on portal.id = portal_run.portal where run = ? order by portal.key"
    )
    for row in db.conn.execute(sql, (run,)):
        yield PortalStatus(*row[:-3], *(orjson.loads(text) for text in row[-3:]))


def diff(db: Database, run_a: int, run_b: int, portal: str | None = None) -> Iterator[Change]:
    """What changed from the end of one run to the end of another, of all portals or one (its key).

    Streams, in order of the datasets' ids. The net effect counts: what came and went in between is no change. Raises
    NotThere for a run or portal that does not exist.
    """
    for run in (run_a, run_b):
        if db.conn.execute("select 1 from run where id = ?", (run,)).fetchone() is None:
            raise NotThere(f"There is no run {run}.")
    if portal is not None and not db.conn.execute("select 1 from portal where key = ?", (portal,)).fetchone():
        raise NotThere(f"No portal has the key {portal!r}.")
    return _diff(db, run_a, run_b, portal)


def _diff(db: Database, run_a: int, run_b: int, portal: str | None) -> Iterator[Change]:
    sql = (
        "select dataset.id, portal.key, dataset.key, identifier, dataset.title from dataset"
        " join portal on portal.id = dataset.portal where (? is null or portal.key = ?)"
        " and dataset.id in (select dataset from version where run > ? and run <= ?) order by dataset.id"
    )
    span = min(run_a, run_b), max(run_a, run_b)
    for number, name, key, identifier, title in db.conn.execute(sql, (portal, portal, *span)):
        rows = _rows(db, number)
        before, after = _state(rows, run_a), _state(rows, run_b)
        event = _net(before, after, [row.event for row in rows if row.run <= run_a])
        if event:
            last = max(row.run for row in rows if span[0] < row.run <= span[1])
            differing = _fields(db, before, after)
            yield Change(event, name, key, identifier, title, last, _started(db, last), differing)


def _rows(db: Database, dataset: int) -> list[_Row]:
    sql = "select id, run, event, digest, record is not null from version where dataset = ? order by id"
    return [_Row(*row) for row in db.conn.execute(sql, (dataset,))]


def _state(rows: list[_Row], run: int) -> _State:
    state = _State()
    for row in rows:
        if row.run <= run:
            version = row.version if row.has_record else state.version
            state = _State(row.event != "gone", row.digest or state.digest, version)
    return state


def _net(before: _State, after: _State, events: list[str]) -> str:
    """The event that leads from one state to the other; empty where they are the same."""
    if before.there and after.there:
        return "changed" if before.digest != after.digest else ""
    if before.there or not after.there:
        return "gone" if before.there else ""
    return "returned" if events else "added"


def _fields(db: Database, before: _State, after: _State) -> list[FieldChange]:
    if not after.there or not before.version or before.version == after.version:
        return []
    return field_changes(_record(db, before.version), _record(db, after.version))


def _record(db: Database, version: int) -> dict[str, Any]:
    row = db.conn.execute("select record from version where id = ?", (version,)).fetchone()
    record: dict[str, Any] = orjson.loads(row[0])
    return record


def _started(db: Database, run: int) -> str:
    row = db.conn.execute("select started from run where id = ?", (run,)).fetchone()
    return str(row[0])


def versions(db: Database, key: str) -> Iterator[Version]:
    """The life of one dataset, by its key, oldest event first. Raises NotThere for a key that is none."""
    row = db.conn.execute("select id from dataset where key = ?", (key,)).fetchone()
    if row is None:
        raise NotThere(f"There is no dataset {key}.")
    return _versions(db, row[0])


def _versions(db: Database, dataset: int) -> Iterator[Version]:
    sql = (
        "select version.id, run, started, event, digest, record from version join run on run.id = run"
        " where dataset = ? order by version.id"
    )
    known: dict[str, Any] | None = None
    for _, run, at, event, digest, text in db.conn.execute(sql, (dataset,)):
        record = orjson.loads(text) if text is not None else None
        changes = field_changes(known, record) if known is not None and record is not None else []
        known = record or known
        yield Version(run, at, event, digest.hex() if digest is not None else None, changes)
