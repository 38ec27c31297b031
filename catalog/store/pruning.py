"""What may go when it is old: answers in the archive, what records said before, evidence. First said, then done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.store.database import StoreError
from catalog.store.store import Store
from catalog.store.writer import NEWEST_ANSWERS

WHAT = ("archive", "versions", "evidence")
_SPAN = re.compile(r"([1-9]\d{0,4})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
COMMAND = "prune"


@dataclass(frozen=True, slots=True)
class Going:
    """What of one kind would go: `rows`, their text in `bytes` (what the file itself shrinks by is seen afterwards), and the
    time (UTC) before which it is old."""

    what: str
    before: str
    rows: int
    bytes: int


def span_of(text: str) -> timedelta:
    """A span of time. Raises ValueError.

    >>> span_of("90d").days, span_of("12w").days, span_of("6m").days, span_of("2y").days
    (90, 84, 180, 730)
    """
    found = _SPAN.fullmatch(text.strip().lower())
    if not found:
        raise ValueError(f"{text!r} is no span of time such as 90d, 12w, 6m or 2y")
    return timedelta(days=int(found[1]) * _DAYS[found[2]])


def limits(keep: Mapping[str, timedelta], now: datetime) -> dict[str, str]:
    """Kind → the time before which it is old. Raises StoreError for a kind that is none."""
    unknown = sorted(set(keep) - set(WHAT))
    if unknown:
        raise StoreError(f"{unknown[0]!r} cannot be pruned; {', '.join(WHAT)} can.")
    return {what: (now - keep[what]).strftime("%Y-%m-%dT%H:%M:%SZ") for what in WHAT if what in keep}


_OLD_ANSWERS = f"at < :before and portal_run not in ({NEWEST_ANSWERS} group by portal_run.portal)"
_LATEST = (
    "select max(portal_run.id) from portal_run where outcome is not null group by portal",
    "select portal_run.id from portal_run join portal on portal.id = portal_run.portal"
    " and portal_run.run = portal.last_complete_run",
)
"""Portal runs whose evidence stays however old: the newest of each portal, and its newest whole one."""
_OLD_EVIDENCE = (
    "portal_run in (select id from portal_run where coalesce(ended, started) < :before)"
    f" and portal_run not in ({_LATEST[0]}) and portal_run not in ({_LATEST[1]})"
)
_OLD_SEARCH = (
    "at < :before and run not in (select homepage.run from homepage where homepage.ags = discovery.ags)"
)
_OLD_VERSIONS = """
version.record is not null
and version.run in (select id from run where coalesce(ended, started) < :before)
and exists (select 1 from version as later join run on run.id = later.run where later.dataset = version.dataset
    and later.id > version.id and later.record is not null and coalesce(run.ended, run.started) < :before)
"""
"""What a record said before the last thing that it said before the limit: so each day since can still be shown."""

_COUNT = {
    "archive": [
        f"select count(*), coalesce((select sum(size) from (select max(size) as size from payload where {_OLD_ANSWERS}"
        f" and sha256 not in (select sha256 from payload where not ({_OLD_ANSWERS})) group by sha256)), 0)"
        f" from payload where {_OLD_ANSWERS}"
    ],
    "versions": [f"select count(*), coalesce(sum(length(record)), 0) from version where {_OLD_VERSIONS}"],
    "evidence": [
        f"select count(*), coalesce(sum(length(url) + length(proof)), 0) from evidence where {_OLD_EVIDENCE}",
        f"select count(*), coalesce(sum(length(raw) + length(error)), 0) from rejected where {_OLD_EVIDENCE}",
        f"select count(*), coalesce(sum(length(url) + length(proof)), 0) from discovery where {_OLD_SEARCH}",
    ],
}
_PRUNE = {
    "archive": [f"delete from payload where {_OLD_ANSWERS}"],
    "versions": [
        f"update version set record = null where id in (select version.id from version where {_OLD_VERSIONS})"
    ],
    "evidence": [
        f"delete from evidence where {_OLD_EVIDENCE}",
        f"delete from rejected where {_OLD_EVIDENCE}",
        f"delete from discovery where {_OLD_SEARCH}",
    ],
}


def going(store: Store, before: Mapping[str, str]) -> list[Going]:
    """What would go; `before` as `limits` gives it. Only SELECTs."""
    found = []
    for what, limit in before.items():
        counted = [store.conn.execute(sql, {"before": limit}).fetchone() for sql in _COUNT[what]]
        found.append(Going(what, limit, sum(row[0] for row in counted), sum(row[1] for row in counted)))
    return found


def prune(store: Store, before: Mapping[str, str], compact: bool = False) -> list[Going]:
    """Let it go, in one transaction, as a run of its own (so that the history says from when on it is whole); bodies of
    answers that no row names are removed after it. `compact` gives the room back to the disk (it needs as much again
    meanwhile). What was there stays as it was where this is broken off."""
    went = going(store, before)
    run = store.begin_run(COMMAND, {"before": dict(before)})
    with store.db.atomic():
        for what, limit in before.items():
            for sql in _PRUNE[what]:
                store.conn.execute(sql, {"before": limit})
    if "archive" in before:
        wanted = {name for (name,) in store.conn.execute("select distinct sha256 from payload")}
        store.folder.remove_all_but(wanted)
    store.end_run(run)
    if compact:
        store.conn.execute("vacuum")
    return went


PRUNED = f"""
select max(json_extract(options, '$.before.versions')) from run where command = '{COMMAND}'
"""
"""From when on each version of a record is whole; null: from the first."""
