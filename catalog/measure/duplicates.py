"""The same dataset in several portals: all sightings are kept, one is canonical by a stated rule; leakage follows.

Two records are the same when an identifier, the address of a file, or (for one municipality) the words of the title are
equal, and each portal has the sign exactly once: what one portal uses for several records tells none of them apart.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter

import orjson

from catalog.measure.fingerprints import KINDS
from catalog.measure.measure import Measure, Text
from catalog.store.measures import Measures
from catalog.store.store import Store

OWN, SHARED, STATE, NATIONAL = range(4)
"""Tiers of portals, as a record of a municipality sees them; the lowest is the canonical one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as sightings compare it."""

    id: int
    key: str
    portal: int
    ags: str
    tier: int
    first_seen: int

    @property
    def rank(self) -> tuple[int, int, str]:
        """The lowest of a group is canonical: the municipality's own portal, then the nearer one; then the earlier."""
        return self.tier, self.first_seen, self.key


@dataclass(slots=True)
class _Group:
    members: dict[int, int] = field(default_factory=dict)
    """Portal → record: a group holds one record of each portal."""


class _Groups:
    """Records joined pair by pair; two that one portal lists apart are never joined."""

    def __init__(self) -> None:
        self._of: dict[int, _Group] = {}
        self.reason: dict[int, str] = {}

    def join(self, first: Seen, second: Seen, reason: str) -> None:
        one, other = self._group(first), self._group(second)
        if one is other or one.members.keys() & other.members.keys():
            return
        one.members |= other.members
        for member in other.members.values():
            self._of[member] = one
        for item in (first, second):
            self.reason.setdefault(item.id, reason)

    def _group(self, item: Seen) -> _Group:
        return self._of.setdefault(item.id, _Group({item.portal: item.id}))

    def __iter__(self) -> Iterator[list[int]]:
        groups = {id(group): group for group in self._of.values()}
        return (sorted(group.members.values()) for group in groups.values() if len(group.members) > 1)


_RECORDS = """
select dataset.id, dataset.key, dataset.portal, coalesce(dataset.ags, ''), portal.ags, portal.covers, dataset.first_seen
from dataset join portal on portal.id = dataset.portal
where gone_run is null and portal.kind <> 'website' and dataset.id in (select value from json_each(?))
"""
_SIGNS = """
select kind, value, fingerprint.dataset from fingerprint join (
    select kind, value from fingerprint group by kind, value having count(*) > 1
) as often using (kind, value) order by kind, value, dataset
"""
"""What several records have: kind and value of the sign, record."""

Sign = tuple[str, int, int]


def tier_of(ags: str, portal_ags: str | None, covers: str) -> int:
    """How near a portal is to a municipality: its own, one shared with others, its state's, the country's."""
    return OWN if ags and portal_ags == ags else _tier_by_area(covers)


@cache
def _tier_by_area(covers: str) -> int:
    areas = covers.split()
    if any(area.isalpha() for area in areas):
        return NATIONAL
    return STATE if any(len(area) == 2 for area in areas) else SHARED


def sight(store: Store) -> int:
    """Find the records that are the same, keep the sightings and the leakage; returns how many are not canonical."""
    rows = sorted(sightings(store.conn))
    measures = Measures(store)
    measures.renew("sighting", ("dataset", "canonical", "reason"), rows)
    measures.renew("leakage", _LEAKAGE_COLUMNS, leakage(store.conn))
    return len(rows)


def sightings(conn: sqlite3.Connection) -> Iterator[tuple[int, int, str]]:
    """Record, its canonical one, and by what they are known to be the same; for all that are not canonical."""
    signs = conn.execute(_SIGNS).fetchall()
    known = _records(conn, {number for _, _, number in signs})
    by_kind = {kind: list(found) for kind, found in groupby(signs, key=itemgetter(0))}
    groups = _Groups()
    for kind in KINDS:
        for pair in _pairs(by_kind.get(kind, ()), known, kind):
            groups.join(*pair, kind)
    for members in groups:
        first = min((known[member] for member in members), key=lambda item: item.rank)
        yield from ((member, first.id, groups.reason[member]) for member in members if member != first.id)


def _records(conn: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Seen]:
    rows = conn.execute(_RECORDS, (orjson.dumps(sorted(numbers)).decode(),))
    return {
        number: Seen(number, key, portal, ags, tier_of(ags, owner, covers), first)
        for number, key, portal, ags, owner, covers, first in rows
    }


def _pairs(signs: Iterable[Sign], known: Mapping[int, Seen], kind: str) -> Iterator[tuple[Seen, Seen]]:
    """Records that share a sign of this kind, the canonical one of them first."""
    for _, sharing in groupby(signs, key=itemgetter(1)):
        group = [known[number] for _, _, number in sharing if number in known]
        yield from _told_apart(group, by_town=kind == "title")


def _told_apart(group: Sequence[Seen], *, by_town: bool) -> Iterator[tuple[Seen, Seen]]:
    """Pairs of a group; titles are compared within one municipality, and only where each portal has the sign once."""
    if len(group) < 2:
        return
    parts = _by_town(group) if by_town else [list(group)]
    for part in parts:
        often = Counter(item.portal for item in part)
        single = sorted((item for item in part if often[item.portal] == 1), key=lambda item: item.rank)
        yield from ((single[0], other) for other in single[1:])


def _by_town(group: Iterable[Seen]) -> list[list[Seen]]:
    towns: defaultdict[str, list[Seen]] = defaultdict(list)
    for item in group:
        if item.ags:
            towns[item.ags].append(item)
    return list(towns.values())


_LEAKAGE_COLUMNS = (
    "ags",
    "own",
    "state_portal",
    "national",
    "not_in_state",
    "not_in_national",
    "only_elsewhere",
)
_TIERS = """
select dataset.id, dataset.ags, portal.ags, portal.covers, coalesce(sighting.canonical, dataset.id)
from dataset join portal on portal.id = dataset.portal left join sighting on sighting.dataset = dataset.id
where gone_run is null and dataset.ags is not null and portal.kind not in ('website', 'table')
order by dataset.ags
"""
_READ_WHOLE = "select covers from portal where covers <> '' and last_complete_run is not null"


def leakage(conn: sqlite3.Connection) -> Iterator[tuple[str | int | None, ...]]:
    """Per municipality: records in its own, the state's and the national portal; which of its own are not in those (None
    where no such portal was read whole), and which are only elsewhere."""
    read = [areas.split() for (areas,) in conn.execute(_READ_WHOLE)]
    national = any(area.isalpha() for areas in read for area in areas)
    states = {area for areas in read for area in areas if len(area) == 2 and area.isdigit()}
    for ags, tiers in _canonical_by_tier(conn):
        own, elsewhere = tiers[OWN], tiers[SHARED] | tiers[STATE] | tiers[NATIONAL]
        yield (
            ags, len(own), len(tiers[STATE]), len(tiers[NATIONAL]),
            len(own - tiers[STATE]) if own and ags[:2] in states else None,
            len(own - tiers[NATIONAL]) if own and national else None,
            len(elsewhere - own) if own else 0,
        )  # fmt: skip


def _canonical_by_tier(conn: sqlite3.Connection) -> Iterator[tuple[str, tuple[set[int], ...]]]:
    town, tiers = "", _no_tiers()
    for _, ags, owner, covers, canonical in conn.execute(_TIERS):
        if ags != town:
            if town:
                yield town, tiers
            town, tiers = ags, _no_tiers()
        tiers[tier_of(ags, owner, covers)].add(canonical)
    if town:
        yield town, tiers


def _no_tiers() -> tuple[set[int], ...]:
    return tuple(set() for _ in range(4))


MEASURES: tuple[Measure, ...] = (
    Measure(
        "sightings",
        Text("Mehrfach gesehene Datensätze", "Datasets seen several times"),
        Text("Wie viele Einträge sind derselbe Datensatz in einem anderen Portal?", "How many records are the same dataset in another portal?"),
        Text(
            "Gleich sind Einträge verschiedener Portale mit gleicher Kennung, gleicher Datei-Adresse oder (innerhalb einer Kommune) gleichen Titelwörtern, "
            "wenn jedes Portal das Merkmal genau einmal hat. Maßgeblich ist der Eintrag im eigenen Portal der Kommune, sonst im gemeinsamen, im Landes-, im nationalen Portal; sonst der frühere.",
            "Records of different portals are the same when an identifier, a file's address or (within one municipality) the words of the title are equal, "
            "and each portal has the sign exactly once. Canonical is the record in the municipality's own portal, else in a shared one, the state's, the national one; else the earlier.",
        ),
        "select dataset.key, dataset.title, canonical.key as canonical, sighting.reason from sighting"
        " join dataset on dataset.id = sighting.dataset join dataset as canonical on canonical.id = sighting.canonical"
        " where dataset.ags = :ags order by dataset.key",
        Text(
            "Titel ohne Jahr und Reihe können verschiedene Daten meinen; dann fehlt ein Datensatz in der Zählung.",
            "Titles without a year may mean different data; then one record is missing from the count.",
        ),
    ),
    Measure(
        "leakage",
        Text("Lücken zwischen den Portalen", "Leakage between portals"),
        Text("Was steht im eigenen Portal, aber nicht im Landes- oder nationalen, und umgekehrt?", "What stands in the own portal, but not in the state's or national one, and the other way round?"),
        Text(
            "Maßgebliche Einträge des eigenen Portals ohne Gegenstück im Landes- oder nationalen Portal; und Einträge anderswo ohne Gegenstück im eigenen. "
            "Ohne Angabe, wo kein solches Portal vollständig gelesen wurde.",
            "Canonical records of the own portal without a counterpart in the state's or national one; and records elsewhere without one in the own. "
            "Not shown where no such portal was read whole.",
        ),
        "select * from leakage where ags = :ags",
    ),
)  # fmt: skip
"""What this module publishes."""
