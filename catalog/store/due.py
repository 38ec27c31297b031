"""When a portal is to be crawled again: by its rhythm after a whole crawl, sooner and then ever more rarely after failures."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson
from sqlite_utils import Database

from catalog.store.closing import WHOLE
from catalog.store.outcome import HOLD

RHYTHM = "rhythm"
"""The setting of a portal (registry, column `settings`) that says how often it is crawled."""
RHYTHMS = {
    "daily": 1,
    "weekly": 7,
    "fortnightly": 14,
    "monthly": 30,
    "quarterly": 91,
    "yearly": 365,
}
"""Name → days. A number of days (`10`) is a rhythm too."""
WEEKLY = timedelta(days=7)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(hours=6), timedelta(days=90)
EARLY = timedelta(hours=1)
"""A timer that goes off at the same time each day finds due what falls due within the next hour."""
_OURS = ("partial", "failed_here")
"""Ends that say nothing against the portal: it is tried again at least in its rhythm."""
_DAYS = re.compile(r"[1-9]\d{0,3}")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


class Standing(NamedTuple):
    """What the crawls of one portal say: the last one that was read whole (or held as shrunk), and those after it that
    were not: how many, how the newest ended and when. Times are UTC."""

    rhythm: timedelta = WEEKLY
    whole: datetime | None = None
    shrunk: bool = False
    failures: int = 0
    failed: datetime | None = None
    outcome: str = ""


class Due(NamedTuple):
    """A portal and when it is due; `at` None: it was never crawled. `outcome` is that of its newest crawl, `failures` the
    number of crawls since the last whole one."""

    portal: str
    at: datetime | None
    rhythm: timedelta
    outcome: str = ""
    failures: int = 0


def rhythm_of(text: str) -> timedelta | None:
    """The rhythm that a text names; None where it names none.

    >>> rhythm_of("monthly").days, rhythm_of("10").days, rhythm_of("now and then")
    (30, 10, None)
    """
    word = text.strip().lower()
    days = RHYTHMS.get(word) or (int(word) if _DAYS.fullmatch(word) else 0)
    return timedelta(days=days) if days else None


def pause(failures: int) -> timedelta:
    """How long after the n-th failure in a row: 6 h, doubled n-1 times, at most 90 days."""
    return min(FIRST_PAUSE * int(2 ** min(max(failures, 1) - 1, 20)), LONGEST_PAUSE)


def next_crawl(standing: Standing) -> datetime | None:
    """When the portal is due; None: at once, it was never crawled.

    What was held as shrunk is due when a second crawl may confirm it; what was not read to its end by our own fault or
    budget never waits longer than its rhythm.
    """
    if standing.failures and standing.failed is not None:
        wait = pause(standing.failures)
        return standing.failed + (min(wait, standing.rhythm) if standing.outcome in _OURS else wait)
    if standing.whole is None:
        return None
    return standing.whole + (min(standing.rhythm, HOLD) if standing.shrunk else standing.rhythm)


_STANDING = f"""
with crawl as (
    select portal_run.portal, portal_run.id, outcome, coalesce(portal_run.ended, portal_run.started) as at
    from portal_run join run on run.id = portal_run.run
    where command = 'crawl' and outcome is not null and outcome not in ('cancelled', 'opted_out')
), whole as (
    select portal, max(id) as id, outcome, at from crawl
    where outcome in ({", ".join(f"'{name}'" for name in (*WHOLE, "shrunk"))}) group by portal
), failed as (
    select crawl.portal, count(*) as failures, max(crawl.id) as id, crawl.outcome, crawl.at
    from crawl left join whole on whole.portal = crawl.portal
    where crawl.id > coalesce(whole.id, 0) group by crawl.portal
)
select key, settings, whole.at, coalesce(whole.outcome, ''), coalesce(failures, 0), failed.at,
       coalesce(failed.outcome, '')
from portal left join whole on whole.portal = portal.id left join failed on failed.portal = portal.id
where opted_out = 0 order by key
"""


def schedule(db: Database) -> list[Due]:
    """All portals that are crawled without being named, those due first at the head: never crawled, then the longest
    waiting. Left out: viewers, portals set aside or replaced, and those that opted out."""
    found = [_due(row) for row in db.conn.execute(_STANDING) if _is_active(row[1])]
    return sorted(found, key=lambda item: (item.at or datetime.min.replace(tzinfo=UTC), item.portal))


def due(db: Database, now: datetime) -> list[str]:
    """The keys of the portals that are due, the longest waiting first."""
    return [item.portal for item in schedule(db) if item.at is None or item.at <= now + EARLY]


def _is_active(settings: str) -> bool:
    return str(orjson.loads(settings or "{}").get("state", "active")) == "active"


def _due(row: tuple[Any, ...]) -> Due:
    key, settings, whole, outcome, failures, failed, last = row
    rhythm = rhythm_of(str(orjson.loads(settings or "{}").get(RHYTHM, ""))) or WEEKLY
    standing = Standing(rhythm, _moment(whole), outcome == "shrunk", failures, _moment(failed), last)
    return Due(key, next_crawl(standing), rhythm, last or outcome, failures)


def _moment(text: str | None) -> datetime | None:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC) if text else None
