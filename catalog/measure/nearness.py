"""How alike two municipalities are, and how far apart they lie. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import asin, cos, log10, radians, sin, sqrt

EARTH = 6371.0088
"""Mean radius of the earth, km (IUGG)."""
WEIGHTS = {"size": 0.5, "type": 0.15, "state": 0.1, "portfolio": 0.25}
"""What each part of the distance weighs; they add up to 1."""
_SIZE, _TYPE, _STATE, _PORTFOLIO = WEIGHTS.values()


_BIT: dict[str, int] = {}


def bits(names: Iterable[str]) -> int:
    """A set of names as bits, which compare ten times as fast; a name has the same bit as long as the process lives."""
    found = 0
    for name in names:
        found |= 1 << _BIT.setdefault(name, len(_BIT))
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality as others are compared with it. `hosts`: the portals its records lie in; `software`: their kinds."""

    ags: str
    name: str
    state: str = ""
    type: str = ""
    population: int | None = None
    lat: float | None = None
    lon: float | None = None
    models: frozenset[str] = frozenset()
    software: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    gaps: frozenset[str] = field(default=frozenset(), compare=False)
    size: float = field(init=False, compare=False)
    """The decimal logarithm of the inhabitants; 0 for none."""
    model_bits: int = field(init=False, compare=False)
    gap_bits: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        people = self.population
        object.__setattr__(self, "size", log10(people) if people and people > 0 else 0.0)
        object.__setattr__(self, "model_bits", bits(self.models))
        object.__setattr__(self, "gap_bits", bits(self.gaps))


def kilometres(first: Place, second: Place) -> float | None:
    """The distance on the sphere (haversine), or None where a position is missing."""
    if None in (first.lat, first.lon, second.lat, second.lon):
        return None
    north, south = radians(first.lat or 0), radians(second.lat or 0)
    east = radians((second.lon or 0) - (first.lon or 0))
    part = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, part)))


DEGREE = EARTH * radians(1)
"""Kilometres of a degree of latitude."""


def within(first: Place, second: Place, most: float) -> float | None:
    """The distance where it is at most so many kilometres; None where it is more or a position is missing. Places whose
    latitudes alone lie further apart are told at once."""
    if first.lat is None or second.lat is None or abs(first.lat - second.lat) * DEGREE > most:
        return None
    apart = kilometres(first, second)
    return apart if apart is not None and apart <= most else None


def overlap(first: int, second: int) -> float:
    """Jaccard's index of two sets as bits: what both have of what either has; 0 for two empty sets."""
    both = (first & second).bit_count()
    return both / (first | second).bit_count() if both else 0.0


def distance(first: Place, second: Place) -> float:
    """0 (alike) to 1: the logarithms of the sizes (a factor of ten counts full), type, state, portfolio of model datasets.

    Where one of the two has no portfolio yet, the other parts are weighed up to 1.
    """
    apart = _SIZE * min(1.0, abs(first.size - second.size))
    if first.type != second.type:
        apart += _TYPE
    if first.state != second.state:
        apart += _STATE
    if first.models and second.models:
        return apart + _PORTFOLIO * (1.0 - overlap(first.model_bits, second.model_bits))
    return apart / (_SIZE + _TYPE + _STATE)


def reasons(first: Place, second: Place) -> dict[str, object]:
    """Why two municipalities are peers, as plain facts."""
    found: dict[str, object] = {"population": second.population}
    if first.type == second.type and first.type:
        found["type"] = first.type
    if first.state == second.state and first.state:
        found["state"] = first.state
    both = sorted(first.models & second.models)
    if both:
        found["models"] = both
    return found
