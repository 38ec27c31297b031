"""What a newer register changes: keys that are new, merged, changed or gone, names, and populations that jump."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final, NamedTuple

from catalog.store.registers import Former
from catalog.vocabulary.folding import fold

JUMP: Final = 0.2
"""Change of population from which it is reported (a share); smaller towns than `_SMALL` are left out."""
_SMALL: Final = 500
_AREA, _AREA_SHARE = 0.06, 0.004
"""By how much areas of merged units may differ from the sum (km², share): registers round to hectares."""
_MOST_MERGED: Final = 9
_MOST_CANDIDATES: Final = 16


class Unit(NamedTuple):
    """What is compared of a municipality. `area` in km²."""

    key: str
    name: str
    district: str
    association: str
    population: int
    area: float


@dataclass(slots=True)
class Changes:
    """The differences of two registers. `merged`, `rekeyed`: old key -> new key; `vanished`: keys without a known
    successor; `renamed`: key -> (old, new name); `jumps`: key -> (old, new population)."""

    new: list[Unit] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)
    rekeyed: dict[str, str] = field(default_factory=dict)
    vanished: list[Unit] = field(default_factory=list)
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)
    jumps: dict[str, tuple[int, int]] = field(default_factory=dict)

    def former(self, since: str = "") -> list[Former]:
        """The keys that are no longer valid, with their successors."""
        return [
            *(Former(old, new, "merged", since) for old, new in sorted(self.merged.items())),
            *(Former(old, new, "rekeyed", since) for old, new in sorted(self.rekeyed.items())),
        ]


def unit_of(row: Mapping[str, Any]) -> Unit:
    """A row of a register as it is compared."""
    ags, ars = str(row["ags"]), str(row.get("ars") or "")
    return Unit(
        ags, str(row["name"]), ags[:5], ars[:9], _whole(row.get("population")), _real(row.get("area"))
    )


def _whole(value: Any) -> int:
    return int(_real(value))


def _real(value: Any) -> float:
    try:
        return float(value or 0)
    except (TypeError, ValueError):
        return 0.0


def units_in(conn: sqlite3.Connection, countries: Iterable[str]) -> list[Unit]:
    """The municipalities of these countries in the database."""
    wanted = sorted(set(countries))
    marks = ", ".join("?" * len(wanted))
    cursor = conn.execute(f"select ags, ars, name, population, area from municipality"
                          f" where coalesce(country, '') in ({marks}) order by ags", wanted)  # fmt: skip
    return [
        unit_of(dict(zip(("ags", "ars", "name", "population", "area"), row, strict=True))) for row in cursor
    ]


def compare(old: Sequence[Unit], new: Sequence[Unit], named: Mapping[str, str] | None = None) -> Changes:
    """What `new` changes. `named`: successors that a person gives (old key -> new key); they are believed first.

    A key that vanished is *rekeyed* where a new unit bears its name and its area; it is *merged* where the areas of
    vanished units of a district are together what another unit there has more than before, or, for a new unit, has.
    """
    before, after = {unit.key: unit for unit in old}, {unit.key: unit for unit in new}
    changes = Changes(new=[unit for key, unit in after.items() if key not in before])
    gone = {key: unit for key, unit in before.items() if key not in after}
    for key, successor in (named or {}).items():
        if key in gone and successor in after:
            changes.merged[key] = successor
            del gone[key]
    _rekeyed(changes, gone)
    _merged(changes, gone, before, after)
    changes.vanished = list(gone.values())
    for key in before.keys() & after.keys():
        _same_key(changes, before[key], after[key])
    return changes


def _same_key(changes: Changes, old: Unit, new: Unit) -> None:
    if old.name != new.name:
        changes.renamed[new.key] = (old.name, new.name)
    takes_in = new.key in changes.merged.values()
    if (
        old.population >= _SMALL
        and not takes_in
        and abs(new.population - old.population) > JUMP * old.population
    ):
        changes.jumps[new.key] = (old.population, new.population)


def _rekeyed(changes: Changes, gone: dict[str, Unit]) -> None:
    by_name = defaultdict(list)
    for unit in changes.new:
        by_name[_plain(unit)].append(unit)
    for key, unit in list(gone.items()):
        same = [
            other
            for other in by_name[_plain(unit)]
            if other.key[:2] == key[:2] and _equal(other.area, unit.area)
        ]
        if len(same) == 1:
            changes.rekeyed[key] = same[0].key
            del gone[key]


def _plain(unit: Unit) -> str:
    return fold(unit.name.split(",")[0])


def _equal(one: float, other: float) -> bool:
    return one > 0 and abs(one - other) <= max(_AREA, _AREA_SHARE * one)


def _merged(
    changes: Changes, gone: dict[str, Unit], before: Mapping[str, Unit], after: Mapping[str, Unit]
) -> None:
    """Units that grew, those that grew most first."""
    rekeyed = set(changes.rekeyed.values())
    grown = {
        key: unit.area - (before[key].area if key in before else 0.0)
        for key, unit in after.items()
        if key not in rekeyed
    }
    for key in sorted(grown, key=lambda key: (-grown[key], key)):
        if not gone:
            return
        if grown[key] <= _AREA:
            continue
        members = _members(after[key], grown[key], list(gone.values()))
        for member in members:
            changes.merged[member.key] = key
            del gone[member.key]


def _members(heir: Unit, area: float, gone: Sequence[Unit]) -> Sequence[Unit]:
    """The vanished units of the district whose areas together are what the heir gained; fellows of its association
    first, the fewest that fit."""
    near = sorted(
        (unit for unit in gone if unit.district == heir.district and unit.area > 0),
        key=lambda unit: (unit.association != heir.association, unit.key),
    )[:_MOST_CANDIDATES]
    for count in range(1, min(_MOST_MERGED, len(near)) + 1):
        for members in combinations(near, count):
            if _equal(area, sum(unit.area for unit in members)):
                return members
    return ()
