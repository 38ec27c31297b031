"""Every municipality's newest stocktaking in one pass, by size class and land; kept in memory until it is measured again."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeVar

import orjson

from catalog.measure.stocktaking.states import KNOWN
from catalog.publish.site.maps import Map, Place, draw
from catalog.publish.site.visit import Visit

COPIES: Final = 2
"""Catalogues to copy from that are named for each size class."""
MODELS: Final = 12
_STAMP = "select run, run.started as at, method from share join run on run.id = run order by run desc limit 1"
NEWEST: Final = """
from municipality left join stocktaking on stocktaking.ags = municipality.ags
    and stocktaking.run = (select max(run) from stocktaking as later where later.ags = municipality.ags)
where not coalesce(unincorporated, 0) and coalesce(type, '') not like 'gemeindefreies Gebiet%'
"""
"""Every municipality with its newest stocktaking, to which conditions are added; unincorporated areas stand apart."""
_TOWNS = f"""
select municipality.ags, name, coalesce(municipality.state, '') as land, coalesce(district_key, '') as district,
       coalesce(size_class, 0) as size_class, lat, lon, coalesce(stocktaking.state, 'not_checked') as status, level,
       coalesce(json_extract(figures, '$.records'), 0) as records, coalesce(dimensions, '') as dimensions
{NEWEST} order by municipality.ags
"""
_MODELS = "select size_class, model, sum(municipalities) from stat_model where model <> '' group by 1, 2"
T = TypeVar("T")


class Town(NamedTuple):
    """A municipality as lists need it. `size_class` 0: not known; `metadata`: 0 to 100, None where nothing was measured."""

    ags: str
    name: str
    land: str
    size_class: int
    lat: float | None
    lon: float | None
    status: str
    level: int | None
    records: int
    metadata: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """The municipalities of a size class, or of a land. `levels`: level → how many; `statuses` likewise; `means`: the mean
    of each dimension over those that publish; `copies`: the best catalogues."""

    key: str
    municipalities: int
    levels: Mapping[int, int]
    statuses: Mapping[str, int]
    publishing: int
    means: Mapping[str, float]
    copies: tuple[Town, ...]

    @property
    def unknown(self) -> int:
        """Of how many nothing is known."""
        return sum(number for status, number in self.statuses.items() if status not in KNOWN)

    @property
    def systematic(self) -> int:
        """How many are catalogued or better."""
        return self.levels.get(3, 0) + self.levels.get(4, 0)


@dataclass(frozen=True, slots=True)
class Survey:
    """The newest measurement of all municipalities. `run` and `at` name it, `method` is the version of the method."""

    run: int
    at: str
    method: str
    everybody: Group
    classes: tuple[Group, ...]
    lands: tuple[Group, ...]
    map: Map | None
    publishers: tuple[Town, ...]

    def of_class(self, number: int | None) -> Group | None:
        """The group of a size class."""
        return next((group for group in self.classes if group.key == str(number or 0)), None)


async def survey(visit: Visit) -> Survey | None:
    """The newest measurement; None where nothing was measured yet."""
    return await kept(visit, "survey", _survey)


async def models(visit: Visit) -> dict[int, list[tuple[str, int]]]:
    """Size class → the model datasets that most of its municipalities publish, with how many do; -1: of all classes."""
    return await kept(visit, "models", _models) or {}


_KEPT: dict[tuple[str, str], tuple[tuple[Any, ...], Any]] = {}
_MOST_KEPT = 200


async def kept(visit: Visit, name: str, make: Callable[[sqlite3.Connection, tuple[Any, ...]], T]) -> T | None:
    """What was made for the newest measurement, made once; None where nothing was measured yet. What was kept longest
    goes first where there is too much of it."""
    row = await visit.row(_STAMP)
    if row is None:
        return None
    stamp, place = tuple(row), (str(visit.database.path), name)
    if place not in _KEPT or _KEPT[place][0] != stamp:
        made = await visit.database.execute_fn(lambda conn: make(conn, stamp))
        _keep(place, stamp, made)
    found: T = _KEPT[place][1]
    return found


def _keep(place: tuple[str, str], stamp: tuple[Any, ...], made: Any) -> None:
    _KEPT.pop(place, None)
    _KEPT[place] = stamp, made
    while len(_KEPT) > _MOST_KEPT:
        del _KEPT[next(iter(_KEPT))]


def _survey(conn: sqlite3.Connection, stamp: tuple[Any, ...]) -> Survey:
    towns, places, measured = [], [], {}
    for ags, name, land, district, number, lat, lon, status, level, records, text in conn.execute(_TOWNS):
        dimensions = orjson.loads(text) if len(text) > 2 else {}
        measured[ags] = dimensions
        town = (ags, name, land, number, lat, lon, status, level, records, dimensions.get("metadata"))
        towns.append(Town(*town))
        places.append(Place(ags, district, lat, lon, level))
    classes = _grouped(towns, measured, lambda town: str(town.size_class))
    run, at, method = stamp
    return Survey(
        run, at, method, _group("", towns, measured), classes, _grouped(towns, measured, lambda town: town.land),
        draw(places), tuple(town for town in towns if town.records),
    )  # fmt: skip


Dimensions = Mapping[str, Mapping[str, float | None]]


def _grouped(towns: Iterable[Town], measured: Dimensions, of: Callable[[Town], str]) -> tuple[Group, ...]:
    """The groups by key; those of unknown size or land stand last."""
    members: defaultdict[str, list[Town]] = defaultdict(list)
    for town in towns:
        members[of(town)].append(town)
    return tuple(
        _group(key, members[key], measured)
        for key in sorted(members, key=lambda key: (key in ("", "0"), key))
    )


def _group(key: str, towns: Sequence[Town], measured: Dimensions) -> Group:
    publishing = [town for town in towns if town.records]
    values: defaultdict[str, list[float]] = defaultdict(list)
    for town in publishing:
        for name, value in measured[town.ags].items():
            if value is not None:
                values[name].append(value)
    return Group(
        key, len(towns), Counter(town.level for town in towns if town.level is not None),
        Counter(town.status for town in towns), len(publishing),
        {name: sum(found) / len(found) for name, found in values.items()}, _best(publishing),
    )  # fmt: skip


def _best(towns: Iterable[Town]) -> tuple[Town, ...]:
    """The highest levels, then the best metadata, of those that are listed at least."""
    listed = [town for town in towns if (town.level or 0) >= 2]
    return tuple(
        sorted(listed, key=lambda town: (-(town.level or 0), -(town.metadata or 0), town.ags))[:COPIES]
    )


def _models(conn: sqlite3.Connection, stamp: tuple[Any, ...]) -> dict[int, list[tuple[str, int]]]:
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for number, model, towns in conn.execute(_MODELS):
        counts[-1][model] += towns
        counts[number][model] += towns
    return {
        number: sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MODELS]
        for number, found in counts.items()
    }
