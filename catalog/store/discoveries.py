"""What the search for home pages found: evidence step by step, one conclusion a municipality, and what its page offers."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from catalog.store.discretion import Discretion
from catalog.store.store import Store

DUE_AFTER: Mapping[str, timedelta] = {
    "found": timedelta(days=180),
    "district": timedelta(days=180),
    "none": timedelta(days=180),
    "open": timedelta(days=90),
    "blocked": timedelta(days=30),
    "unreachable": timedelta(days=7),
}
"""State of a home page → after how long it is looked for again."""
REFUSALS = ("parked", "namesake", "unnamed", "other_town", "unofficial", "no_page", "no_host", "not_found")
"""Verdicts by which an address is refused for good, as far as one search goes."""


class Step(NamedTuple):
    """A row of evidence: `step` says what was asked for, `verdict` what the answer proves, `certainty` how surely (0-100)."""

    step: str
    url: str
    status: int
    verdict: str
    proof: str
    certainty: int = 0


class Conclusion(NamedTuple):
    """What the search for one municipality's home page came to."""

    ags: str
    state: str
    url: str = ""
    certainty: int = 0
    note: str = ""


class Offered(NamedTuple):
    """What a home page leads to. `kind`: a portal kind, `website` for a page of data, `portal` where that is still to be
    detected, empty where nothing is known that stands there; `relation`: `own`, `other` or `shared`."""

    ags: str
    url: str
    kind: str
    relation: str
    title: str
    found_on: str
    certainty: int = 0


class Discoveries:
    """The tables `discovery`, `homepage` and `offer` of a store that is opened for writing. Addresses and texts are kept
    as far as the rule for personal data and the erasure list let them."""

    def __init__(self, store: Store) -> None:
        self._db: Database = store.db
        self._conn: sqlite3.Connection = store.conn
        self._clock: Callable[[], datetime] = store.clock
        self._discretion: Callable[[int], Discretion] = store.discretion

    def _now(self) -> str:
        return _text(self._clock())

    def due(self, keys: Sequence[str] = ()) -> list[str]:
        """The municipalities to look for now: of those named all, else all that were never looked for or are due again;
        the largest first."""
        if keys:
            known = {ags for (ags,) in self._conn.execute("select ags from municipality")}
            return [ags for ags in keys if ags in known]
        sql = (
            "select municipality.ags from municipality left join homepage on homepage.ags = municipality.ags"
            " where homepage.due is null or homepage.due <= ? order by coalesce(population, 0) desc, municipality.ags"
        )
        return [ags for (ags,) in self._conn.execute(sql, (self._now(),))]

    def refused(self, ags: str) -> set[str]:
        """Addresses that a search which was broken off has refused; empty where the last one came to its end."""
        marks = ", ".join("?" * len(REFUSALS))
        sql = (
            f"select url from discovery where ags = ? and step = 'candidate' and verdict in ({marks})"
            " and id > coalesce((select max(id) from discovery where ags = ? and step = 'end'), 0) and at > ?"
        )
        recent = _text(self._clock() - DUE_AFTER["unreachable"])
        return {url for (url,) in self._conn.execute(sql, (ags, *REFUSALS, ags, recent))}

    def keep_steps(self, ags: str, run: int, steps: Iterable[Step]) -> None:
        """Keep evidence, in one transaction."""
        now, kept = self._now(), self._discretion(run).text
        sql = (
            "insert into discovery (ags, run, at, step, url, status, verdict, proof, certainty)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        rows = [(ags, run, now, *step._replace(url=kept(step.url), proof=kept(step.proof))) for step in steps]
        with self._db.atomic():
            self._conn.executemany(sql, rows)

    def conclude(self, run: int, found: Conclusion, offers: Iterable[Offered] = ()) -> None:
        """Keep what a search came to, and what the home page offers in the place of what it offered before.

        A home page that was found once and does not answer now keeps its address and its offers.
        """
        now, due = self._now(), _text(self._clock() + DUE_AFTER[found.state])
        kept = self._discretion(run).text
        found = found._replace(url=kept(found.url), note=kept(found.note))
        lost = found.state in ("unreachable", "blocked")
        sql = (
            "insert into homepage (ags, run, at, state, url, certainty, note, due) values (?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict (ags) do update set run = excluded.run, at = excluded.at, state = excluded.state,"
            " url = case when :lost and homepage.url <> '' then homepage.url else excluded.url end,"
            " certainty = excluded.certainty, note = excluded.note, due = excluded.due"
        ).replace(":lost", "1" if lost else "0")
        with self._db.atomic():
            self._conn.execute(sql, (found.ags, run, now, *found[1:], due))
            self.keep_end(found, run, now)
            if not lost:
                self._conn.execute("delete from offer where ags = ?", (found.ags,))
            self._conn.executemany(_KEEP_OFFER, [(*_kept_offer(offer, kept), run) for offer in offers])

    def keep_end(self, found: Conclusion, run: int, now: str) -> None:
        """The last step of a search, by which one sees that it was not broken off; inside the caller's transaction."""
        sql = (
            "insert into discovery (ags, run, at, step, url, status, verdict, proof, certainty)"
            " values (?, ?, ?, 'end', ?, 0, ?, ?, ?)"
        )
        self._conn.execute(sql, (found.ags, run, now, found.url, found.state, found.note, found.certainty))

    def to_detect(self) -> list[Offered]:
        """Offers of which nobody knows yet what stands there."""
        sql = f"select {', '.join(Offered._fields)} from offer where kind = 'portal' order by url, ags"
        return [Offered(*row) for row in self._conn.execute(sql)]

    def keep_kind(self, run: int, url: str, kind: str, step: Step, certainty: int = 0) -> None:
        """What stands at an address, for all municipalities whose pages lead there, with the evidence."""
        with self._db.atomic():
            towns = [ags for (ags,) in self._conn.execute("select ags from offer where url = ?", (url,))]
            self._conn.execute(
                "update offer set kind = ?, certainty = ? where url = ? and kind = 'portal'",
                (kind, certainty, url),
            )
        for ags in towns:
            self.keep_steps(ags, run, [step])

    def homepages(self, keys: Sequence[str] = ()) -> list[dict[str, object]]:
        """The conclusions with the municipalities' names, in order of their keys; of these municipalities or of all."""
        sql = (
            "select homepage.ags, name, municipality.state as land, homepage.state, url, certainty, note, at, due"
            " from homepage join municipality on municipality.ags = homepage.ags order by homepage.ags"
        )
        wanted = set(keys)
        return [row for row in self._db.query(sql) if not wanted or row["ags"] in wanted]

    def offers(self, keys: Sequence[str] = ()) -> list[Offered]:
        """What home pages lead to; of these municipalities or of all."""
        wanted = set(keys)
        rows = self._conn.execute(f"select {', '.join(Offered._fields)} from offer order by ags, url")
        return [Offered(*row) for row in rows if not wanted or row[0] in wanted]


_KEEP_OFFER = (
    "insert into offer (ags, url, kind, relation, title, found_on, certainty, run) values (?, ?, ?, ?, ?, ?, ?, ?)"
    " on conflict (ags, url) do update set run = excluded.run, title = excluded.title, found_on = excluded.found_on"
)


def _kept_offer(offer: Offered, kept: Callable[[str], str]) -> Offered:
    """The offer with what may be kept of its texts."""
    return offer._replace(url=kept(offer.url), title=kept(offer.title), found_on=kept(offer.found_on))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
