"""One run beside the crawls before it: outcomes and counts of each portal, what is new, and what a person has to look at.

Only SELECTs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

import orjson
from sqlite_utils import Database

from catalog.store.closing import WHOLE
from catalog.store.database import NotThere

MOST = 20
"""Rows of a list that are shown; how many there are is always said."""
FAILED = frozenset(
    (
        "unreachable",
        "blocked",
        "tls_error",
        "not_found",
        "changed_kind",
        "unreadable",
        "too_large",
        "failed_here",
    )
)
"""Outcomes with which nothing was read."""


@dataclass(frozen=True, slots=True)
class PortalReport:
    """One portal in the run, beside its crawl before. `outcome` is empty where it was asked for and not reached;
    `before` where there was none; `failures`: crawls in a row, up to this one, that were not whole."""

    portal: str
    title: str
    url: str
    outcome: str = ""
    note: str = ""
    before: str = ""
    failures: int = 0
    claimed: int | None = None
    delivered: int = 0
    delivered_before: int | None = None
    added: int = 0
    changed: int = 0
    returned: int = 0
    gone: int = 0
    missing: int = 0
    rejected: int = 0
    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    known_before: bool = False

    @property
    def failed(self) -> bool:
        """Whether nothing was read."""
        return self.outcome in FAILED

    @property
    def turned(self) -> bool:
        """Whether the portal fails now and did not before, or the other way round."""
        return bool(self.before) and _class(self.outcome) != _class(self.before)


@dataclass(frozen=True, slots=True)
class Attention:
    """What a person has to look at. `kind`: `shrunk`, `changed_kind`, `moved`, `unread`, `rejected`, `failing`, `fault`,
    `attribution`; `portal` may be empty; `what`: values of the kind, in words of the source."""

    kind: str
    portal: str
    count: int = 0
    what: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Retrospect:
    """A run, looked back at. `state`: `running`, `done`, `incomplete` or `failed`; `before`: number of the run of the same
    command before, whose sums are in `sums_before`."""

    run: int
    command: str
    state: str
    started: str
    ended: str | None
    version: str
    before: int | None
    portals: list[PortalReport]
    sums: dict[str, int]
    sums_before: dict[str, int]
    attention: list[Attention]

    @property
    def outcomes(self) -> dict[str, int]:
        """Outcome → number of portals, the most first; the empty one for those not reached."""
        found: dict[str, int] = {}
        for item in self.portals:
            found[item.outcome] = found.get(item.outcome, 0) + 1
        return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def status(self) -> str:
        """`failed`: the run, or every portal; `unfinished`: it was stopped or broken off; `attention`: portals failed or
        a person is needed; else `ok`."""
        failed = [item for item in self.portals if item.failed]
        if self.state == "failed" or (failed and len(failed) == len(self.portals)):
            return "failed"
        if self.state in ("running", "incomplete"):
            return "unfinished"
        return "attention" if failed or self.attention else "ok"


_REPORTED = [item.name for item in fields(PortalReport)]
SUMS = ("delivered", "added", "changed", "returned", "gone", "missing", "rejected", "requests", "bytes")
_RUN = "select id, command, state, started, ended, version, options from run where id = ?"
_NEWEST = "select max(id) from run where command = 'crawl'"
_BEFORE = "select max(id) from run where command = ? and id < ? and state <> 'running'"
_SUMS = f"select {', '.join(f'coalesce(sum({name}), 0)' for name in SUMS)} from portal_run where run = ?"
_PORTALS = f"""
with mine as (select * from portal_run where run = :run),
earlier as (
    select portal_run.portal, portal_run.id, outcome, delivered from portal_run join run on run.id = portal_run.run
    where command = :command and run < :run and outcome is not null and portal in (select portal from mine)
), last as (select portal, max(id) as id, outcome, delivered from earlier group by portal),
whole as (select portal, max(id) as id from earlier
    where outcome in ({", ".join(f"'{name}'" for name in (*WHOLE, "shrunk"))}) group by portal)
select portal.key, portal.title, portal.url, coalesce(mine.outcome, ''), mine.note, coalesce(last.outcome, ''),
    (select count(*) from earlier where earlier.portal = portal.id and earlier.id > coalesce(whole.id, 0)),
    mine.claimed, mine.delivered, last.delivered, {
    ", ".join(
        f"mine.{name}"
        for name in (
            "added",
            "changed",
            "returned",
            "gone",
            "missing",
            "rejected",
            "requests",
            "bytes",
            "seconds",
        )
    )
},
    last.id is not null
from mine join portal on portal.id = mine.portal left join last on last.portal = portal.id
left join whole on whole.portal = portal.id order by portal.key
"""
_UNREAD = """
select portal.key, unread.key, count from unread join portal on portal.id = unread.portal where first_run = ?
order by portal.key, count desc, unread.key
"""
_REJECTED = """
select portal.key, error, count(*) from rejected join portal_run on portal_run.id = rejected.portal_run
join portal on portal.id = portal_run.portal where run = ? group by 1, 2 order by 1, 3 desc, 2
"""
_FIRST_ANSWER = """
select portal.key, portal.url, portal.api_url, portal.settings, payload.url from payload
join portal_run on portal_run.id = payload.portal_run join portal on portal.id = portal_run.portal
where payload.id in (select min(payload.id) from payload join portal_run on portal_run.id = payload.portal_run
    where run = ? group by portal_run.portal) order by portal.key
"""
_REVIEW = "select publisher, datasets from attribution_review order by datasets desc, publisher limit ?"


def look_back(db: Database, run: int | None = None) -> Retrospect:
    """A run (the newest crawl) beside what was before. Raises NotThere where there is none."""
    number = db.conn.execute(_NEWEST).fetchone()[0] if run is None else run
    row = db.conn.execute(_RUN, (number,)).fetchone()
    if row is None:
        raise NotThere("There is no crawl yet." if run is None else f"There is no run {run}.")
    before = db.conn.execute(_BEFORE, (row[1], row[0])).fetchone()[0]
    portals = _portals(db, row[0], row[1], orjson.loads(row[6]).get("portals", []))
    sums_before = _sums(db, before) if before else {}
    attention = [
        *_from_portals(portals),
        *_moved(db, row[0]),
        *_unread(db, row[0], portals),
        *_rejected(db, row[0]),
    ]
    number, command, state, started, ended, version = row[:6]
    return Retrospect(
        *(number, command, state, started, ended, version, before, portals),
        sums=_sums(db, number), sums_before=sums_before, attention=[*attention, *_review(db)],
    )  # fmt: skip


def _class(outcome: str) -> str:
    if outcome in FAILED:
        return outcome
    return "well" if outcome in WHOLE else "partly"


def _sums(db: Database, run: int) -> dict[str, int]:
    return dict(zip(SUMS, db.conn.execute(_SUMS, (run,)).fetchone(), strict=True))


def _portals(db: Database, run: int, command: str, asked: Sequence[Any]) -> list[PortalReport]:
    rows = db.conn.execute(_PORTALS, {"run": run, "command": command}).fetchall()
    found = {row[0]: _portal(row) for row in rows}
    for key in asked:
        if str(key) not in found:
            named = db.conn.execute(
                "select key, title, url from portal where key = ?", (str(key),)
            ).fetchone()
            found[str(key)] = PortalReport(*(named or (str(key), "", "")))
    return [found[key] for key in sorted(found)]


def _portal(row: tuple[Any, ...]) -> PortalReport:
    failures = row[6] + 1 if row[3] not in (*WHOLE, "shrunk") else 0
    values = (*row[:6], failures, *row[7:-1], bool(row[-1]))
    return PortalReport(**dict(zip(_REPORTED, values, strict=True)))


def _from_portals(portals: Sequence[PortalReport]) -> list[Attention]:
    found = []
    for item in portals:
        if item.outcome == "shrunk":
            found.append(Attention("shrunk", item.portal, item.missing, [item.note]))
        elif item.outcome == "changed_kind":
            found.append(Attention("changed_kind", item.portal, 0, [item.note]))
        elif item.outcome == "failed_here":
            found.append(Attention("fault", item.portal, 0, [item.note]))
        elif item.failed and item.failures >= 3:
            found.append(Attention("failing", item.portal, item.failures, [item.outcome]))
    return found


def _moved(db: Database, run: int) -> list[Attention]:
    """Portals whose first answer came from a host that the registry does not know."""
    found = []
    for key, url, api_url, settings, answered in db.conn.execute(_FIRST_ANSWER, (run,)):
        aliases = str(orjson.loads(settings or "{}").get("aliases", "")).split()
        known = {_host(address) for address in (url, api_url, *aliases)}
        if _host(answered) not in known | {""}:
            found.append(Attention("moved", key, 0, [answered]))
    return found


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _unread(db: Database, run: int, portals: Sequence[PortalReport]) -> list[Attention]:
    """Keys that portals had not used before; of a portal's first crawl all are new, and none is news."""
    known = {item.portal for item in portals if item.known_before}
    return _grouped("unread", [row for row in db.conn.execute(_UNREAD, (run,)) if row[0] in known])


def _rejected(db: Database, run: int) -> list[Attention]:
    return _grouped("rejected", db.conn.execute(_REJECTED, (run,)).fetchall())


def _grouped(kind: str, rows: Sequence[tuple[str, str, int]]) -> list[Attention]:
    grouped: dict[str, list[tuple[str, int]]] = {}
    for portal, text, count in rows:
        grouped.setdefault(portal, []).append((text, count))
    return [
        Attention(
            kind,
            portal,
            len(found) if kind == "unread" else sum(count for _, count in found),
            [f"{text} ({count})" for text, count in found[:MOST]],
        )
        for portal, found in grouped.items()
    ]


def _review(db: Database) -> list[Attention]:
    count = db.conn.execute("select count(*) from attribution_review").fetchone()[0]
    rows = db.conn.execute(_REVIEW, (MOST,)).fetchall()
    return (
        [Attention("attribution", "", count, [f"{name} ({datasets})" for name, datasets in rows])]
        if count
        else []
    )
