"""Links to check: which are due, what a check found, when to look again, and what a host may be asked in a day."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlite_utils import Database

from catalog.store.store import Store

WORKING = ("reachable", "moved")
FAILING = ("gone", "refused", "timeout", "tls", "unreachable", "server_error", "wrong_content")
UNKNOWN = ("not_checked", "blocked", "not_http")
"""States that prove nothing about the file: not asked yet, not allowed to ask, nothing that we can ask."""
STATES = (*WORKING, *FAILING, *UNKNOWN)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(hours=12), timedelta(days=30)
RETRY_PAUSE = timedelta(hours=1)
LONGEST_COOL_OFF = timedelta(days=7)
"""However long a host asks us to stay away, after a week we ask again."""
PER_DAY = 2_000
"""Checks of one host in a day (UTC)."""


class Claim(NamedTuple):
    """What the metadata say of a link: `role` is access, download or endpoint; `media_type` a media type or the code of a
    file type; `size` in bytes."""

    role: str
    media_type: str = ""
    size: int | None = None


class DueLink(NamedTuple):
    """A link to be checked. `place` is where it stands in its host's queue."""

    id: int
    url: str
    host: str
    claims: tuple[Claim, ...] = ()
    place: tuple[str, int] = ("", 0)


class Checked(NamedTuple):
    """What a check found. `problem`: slugs, separated by blanks; `cooling`: (host, seconds) that ask for a pause;
    `answered`: hosts that answered meanwhile."""

    link: int
    host: str
    state: str
    status: int | None = None
    content_type: str = ""
    size: int | None = None
    final_url: str = ""
    problem: str = ""
    cooling: tuple[tuple[str, float], ...] = ()
    answered: tuple[str, ...] = ()


class Selection(NamedTuple):
    """Which links are meant: those due, or (`due` false) all; of a portal (key) or of a municipality."""

    due: bool = True
    portal: str = ""
    ags: str = ""


def pause(state: str, problem: str, unchanged: timedelta, failures: int) -> timedelta:
    """How long until the next check.

    A link whose state has been the same for `unchanged` is looked at again after that span and half a day more, so that
    the pauses double: 12 h, 24 h, 48 h, … 30 days. After the n-th failure in a row it is 1 h, doubled n-1 times.
    """
    if is_failure(state, problem):
        return min(RETRY_PAUSE * int(2 ** min(max(failures, 1) - 1, 20)), LONGEST_PAUSE)
    return min(max(unchanged, timedelta()) + FIRST_PAUSE, LONGEST_PAUSE)


def is_failure(state: str, problem: str) -> bool:
    """Whether a check is to be repeated soon: the link fails, or its host has enough of us for now. What robots.txt
    forbids is no failure."""
    return state in FAILING or (state == "blocked" and "robots" not in problem)


class Links:
    """The links of a store that is opened for writing. `per_day`: checks of one host in a day."""

    def __init__(self, store: Store, selection: Selection | None = None, per_day: int = PER_DAY) -> None:
        self._db: Database = store.db
        self._conn: sqlite3.Connection = store.conn
        self._clock: Callable[[], datetime] = store.clock
        self._discretion = store.discretion()
        self._per_day = per_day
        self._started = text_of(store.clock())
        self._where, self._values = _condition(selection or Selection())

    def hosts(self) -> list[tuple[str, int]]:
        """The hosts that may be asked now and the number of links to check there; those with the most links first."""
        sql = (
            f"select host, count(*) from link where {self._where} group by host order by count(*) desc, host"
        )
        counts = [(host, count) for host, count in self._conn.execute(sql, self._known())]
        return [(host, least) for host, count in counts if (least := min(count, self._left(host))) > 0]

    def due(self, host: str, count: int, after: tuple[str, int] = ("", 0)) -> list[DueLink]:
        """The next links of a host, the longest waiting first; none while it cools off or has had its share today."""
        sql = (
            f"select id, url, host, next_check from link where {self._where} and host = :host"
            " and (next_check, id) > (:place, :last) order by next_check, id limit :count"
        )
        most = min(count, self._left(host))
        values = {**self._known(), "host": host, "place": after[0], "last": after[1], "count": max(most, 0)}
        rows = self._conn.execute(sql, values).fetchall()
        return [DueLink(row[0], row[1], row[2], self._claims(row[0]), (row[3], row[0])) for row in rows]

    def _claims(self, link: int) -> tuple[Claim, ...]:
        sql = (
            "select distinct role, media_type, size from dataset_link where link = ?"
            " order by role, media_type, size limit 20"
        )
        return tuple(Claim(*row) for row in self._conn.execute(sql, (link,)))

    def _known(self) -> dict[str, Any]:
        return {**self._values, "now": text_of(self._clock()), "started": self._started}

    def _left(self, host: str) -> int:
        """How often a host may still be asked today."""
        sql = "select day, checks, coalesce(cool_until, '') from link_host where host = ?"
        row = self._conn.execute(sql, (host,)).fetchone()
        now = text_of(self._clock())
        if row is None:
            return self._per_day
        if row[2] > now:
            return 0
        return self._per_day - (row[1] if row[0] == now[:10] else 0)

    def keep(self, results: Sequence[Checked]) -> None:
        """Keep what checks found, in one transaction."""
        now = self._clock().replace(microsecond=0)
        known = self._states([result.link for result in results])
        found = [(result, known[result.link]) for result in results if result.link in known]
        with self._db.atomic():
            self._conn.executemany(_KEEP, [_row(self._discreet(one), before, now) for one, before in found])
            changed = [result for result, before in found if result.state != before[0]]
            at = text_of(now)
            rows = [(result.link, at, result.state, result.status) for result in changed]
            self._conn.executemany("insert or replace into link_change values (?, ?, ?, ?)", rows)
            self._keep_hosts(results, now)

    def _discreet(self, result: Checked) -> Checked:
        """The result with what may be kept of the texts that came from outside."""
        kept = self._discretion.text
        return result._replace(final_url=kept(result.final_url), content_type=kept(result.content_type))

    def _states(self, links: Sequence[int]) -> dict[int, tuple[str, str | None, int]]:
        """Link -> state, since when, failures in a row."""
        found = {}
        for link in links:
            sql = "select state, changed_at, failures from link where id = ?"
            if row := self._conn.execute(sql, (link,)).fetchone():
                found[link] = row
        return found

    def _keep_hosts(self, results: Iterable[Checked], now: datetime) -> None:
        at = text_of(now)
        counts = Counter(result.host for result in results)
        self._conn.executemany(_COUNT, [(host, at[:10], count) for host, count in counts.items()])
        answered = {host for result in results for host in result.answered}
        self._conn.executemany(_ANSWERED, [(host, at) for host in answered])
        cooling = [
            (host, text_of(now + _cool_off(span))) for result in results for host, span in result.cooling
        ]
        self._conn.executemany(_COOLING, cooling)

    def found(self) -> dict[str, int]:
        """State -> number of links that were found in it since this was made; the most first."""
        sql = "select state, count(*) from link where checked_at >= ? group by state order by count(*) desc, state"
        return dict(self._conn.execute(sql, (self._started,)))

    def witnesses(self, count: int = 5) -> list[str]:
        """Addresses on hosts that answered most lately, of portals that were read, and on any other hosts: whoever is on
        the network reaches one of them."""
        return [url for sql in _WITNESSES for (url,) in self._conn.execute(sql, (count,)) if url]


_KEEP = """
update link set state = ?, status = ?, content_type = ?, size = ?, final_url = ?, problem = ?, checked_at = ?,
       changed_at = ?, failures = ?, next_check = case when next_check is null then null else ? end
where id = ?
"""
"""A link that lost its last user meanwhile stays without a next check."""
_COUNT = """
insert into link_host (host, day, checks) values (?, ?, ?) on conflict (host) do update set
    checks = case when day = excluded.day then checks + excluded.checks else excluded.checks end, day = excluded.day
"""
_ANSWERED = """
insert into link_host (host, answered_at) values (?, ?)
on conflict (host) do update set answered_at = excluded.answered_at
"""
_COOLING = """
insert into link_host (host, cool_until) values (?, ?)
on conflict (host) do update set cool_until = max(coalesce(cool_until, ''), excluded.cool_until)
"""

_WITNESSES = (
    "select (select url from link where link.host = link_host.host and next_check is not null limit 1) from link_host"
    " where answered_at is not null order by answered_at desc, host limit ?",
    "select url from portal where last_complete_at is not null and url like 'http%'"
    " order by last_complete_at desc, key limit ?",
    "select min(url) from link where next_check is not null group by host order by host limit 2 * ?",
)


def _condition(selection: Selection) -> tuple[str, dict[str, str]]:
    """The links that are meant, as a condition on `link`, and its values."""
    parts = ["next_check <= :now"] if selection.due else ["next_check is not null"]
    parts.append("(checked_at is null or checked_at < :started)")
    of = []
    if selection.portal:
        of.append("dataset.portal = (select id from portal where key = :portal)")
    if selection.ags:
        of.append("dataset.ags = :ags")
    if of:
        uses = "select 1 from dataset_link u join dataset on dataset.id = u.dataset where u.link = link.id"
        parts.append(f"exists ({uses} and {' and '.join(of)})")
    return " and ".join(parts), {"portal": selection.portal, "ags": selection.ags}


def _row(result: Checked, before: tuple[str, str | None, int], now: datetime) -> tuple[Any, ...]:
    """The values of `_KEEP`."""
    state, since, failures = before
    same = state == result.state and since is not None
    changed = since if same and since is not None else text_of(now)
    failures = failures + 1 if is_failure(result.state, result.problem) else 0
    wait = pause(result.state, result.problem, now - moment_of(changed), failures)
    cool = [_cool_off(span) for host, span in result.cooling if host == result.host]
    return (
        *(result.state, result.status, result.content_type[:200], result.size, result.final_url[:2000]),
        *(result.problem, text_of(now), changed, failures, text_of(now + max([wait, *cool])), result.link),
    )


def _cool_off(seconds: float) -> timedelta:
    return min(timedelta(seconds=min(max(seconds, 0.0), 1e7)), LONGEST_COOL_OFF)


def text_of(moment: datetime) -> str:
    """A time as it stands in the tables."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(text: str) -> datetime:
    """The time that stands in a table."""
    return datetime.fromisoformat(text)
