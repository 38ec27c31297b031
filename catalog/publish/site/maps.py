"""Where municipalities lie on a map without tiles: state outlines, a dot for each, as SVG paths. Pure.

The field is that of `schemas/maps/germany.csv`: Mercator, longitude 5.87° to 15.04°, latitude 55.06° to 47.27°, in units of
293 by 397. Places that are not German get the frame that holds them all.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, log, pi, radians, tan
from typing import Final, NamedTuple

WIDTH: Final = 293
_WEST, _EAST, _NORTH, _SOUTH = 5.87, 15.04, 55.06, 47.27
_HIGHEST: Final = 1.1
"""A frame is at most so many times as high as it is wide."""
_POLAR: Final = 84.0
"""Latitude beyond which nothing is told apart: Mercator has no poles."""
_STROKE: Final = "h0"
_FEW, _MANY = 200, 1500
"""Dots up to which they are drawn large, and from which on small."""
_MARGIN: Final = 0.06
"""Room around the outermost places, as a share of the frame."""
GERMAN: Final = frozenset(f"{number:02d}" for number in range(1, 17))


class Place(NamedTuple):
    """A municipality on the map: its key, the district's key, position in degrees, and level (None: not known)."""

    ags: str
    district: str
    lat: float | None
    lon: float | None
    level: int | None


class Outline(NamedTuple):
    """A state's outline as an SVG path."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Map:
    """What is drawn. `dots`: level → path of points, those with something to see; `rest`: path of points by how many
    municipalities without anything lie there (few, some, many); paths of points are in halves of a unit; `frame`: west, south, east, north where there is no
    outline; `unplaced`: municipalities without a position."""

    width: int
    height: int
    outlines: tuple[Outline, ...]
    dots: Mapping[int, str]
    rest: tuple[str, str, str]
    frame: tuple[float, float, float, float] | None
    unplaced: int

    @property
    def density(self) -> str:
        """How close the dots are: `few`, `some` or `dense`."""
        number = sum(path.count(_STROKE) for path in self.dots.values())
        return "few" if number <= _FEW else "dense" if number >= _MANY else "some"


@cache
def german_outlines() -> tuple[Outline, ...]:
    """The outlines of the 16 states."""
    text = (files("schemas") / "maps" / "germany.csv").read_text(encoding="utf-8")
    return tuple(Outline(row["state"], row["path"]) for row in csv.DictReader(io.StringIO(text)))


def draw(places: Iterable[Place]) -> Map | None:
    """The map of these places; None where none of them has a position."""
    known, unplaced = [], 0
    for place in places:
        if place.lat is None or place.lon is None:
            unplaced += 1
        else:
            known.append(place)
    if not known:
        return None
    german = any(place.ags[:2] in GERMAN for place in known)
    field = _Field(_WEST, _SOUTH, _EAST, _NORTH) if german else _around(known)
    outlines = german_outlines() if german else ()
    frame = None if german else (field.west, field.south, field.east, field.north)
    return Map(WIDTH, field.height, outlines, _dots(field, known), _rest(field, known), frame, unplaced)


@dataclass(frozen=True, slots=True)
class _Field:
    """A part of the earth in Mercator, as wide as the map."""

    west: float
    south: float
    east: float
    north: float

    @property
    def height(self) -> int:
        spread = _mercator(self.north) - _mercator(self.south)
        return max(WIDTH // 3, round(WIDTH * spread / ((self.east - self.west) * pi / 180)))

    def at(self, lat: float, lon: float) -> tuple[int, int]:
        """The position in halves of a unit: small whole numbers make short paths."""
        top, bottom = _mercator(self.north), _mercator(self.south)
        x = (lon - self.west) / (self.east - self.west) * WIDTH
        y = (top - _mercator(max(-_POLAR, min(_POLAR, lat)))) / (top - bottom) * self.height
        return round(2 * x), round(2 * y)


def _mercator(lat: float) -> float:
    return log(tan(pi / 4 + lat * pi / 360))


def _around(places: Sequence[Place]) -> _Field:
    lats = [max(-_POLAR, min(_POLAR, place.lat)) for place in places if place.lat is not None]
    lons = [place.lon for place in places if place.lon is not None]
    high = max(max(lats) - min(lats), 0.2)
    wide = max(max(lons) - min(lons), 0.2, high / cos(radians(min(80.0, max(map(abs, lats))))) / _HIGHEST)
    west = (min(lons) + max(lons) - wide) / 2
    return _Field(
        west - _MARGIN * wide, max(-_POLAR - 1, min(lats) - _MARGIN * high),
        west + (1 + _MARGIN) * wide, min(_POLAR + 1, max(lats) + _MARGIN * high),
    )  # fmt: skip


def _dots(field: _Field, places: Iterable[Place]) -> dict[int, str]:
    """Level → path; what was found nowhere (level 0) and what is not known has no dot of its own."""
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for place in places:
        if place.level and place.lat is not None and place.lon is not None:
            found[place.level].append(field.at(place.lat, place.lon))
    return {level: _path(points) for level, points in sorted(found.items())}


def _rest(field: _Field, places: Iterable[Place]) -> tuple[str, str, str]:
    """One point a district, in the middle of its municipalities without anything, by how many they are."""
    districts: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for place in places:
        if not place.level and place.lat is not None and place.lon is not None:
            districts[place.district or place.ags[:5]].append((place.lat, place.lon))
    sizes: tuple[list[tuple[int, int]], ...] = ([], [], [])
    for points in districts.values():
        middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
        sizes[(len(points) > 5) + (len(points) > 25)].append(field.at(middle[0], middle[1]))
    few, some, many = (_path(points) for points in sizes)
    return few, some, many


def _path(points: Iterable[tuple[int, int]]) -> str:
    """Points as strokes without length, which round line ends make dots: a sixth of what circles take."""
    steps, last = [], (0, 0)
    for point in sorted(set(points)):
        steps.append(f"m{point[0] - last[0]} {point[1] - last[1]}{_STROKE}")
        last = point
    return "".join(steps)
