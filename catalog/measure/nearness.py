"""How alike two municipalities are, and how far apart they lie. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import asin, cos, dist, isfinite, log10, pi, radians, sin

EARTH = 6371.0088
"""Mean radius of the earth, km (IUGG)."""
WEIGHTS = {"size": 0.5, "type": 0.15, "state": 0.1, "portfolio": 0.25}
"""What each part of the distance weighs; they add up to 1."""
_SIZE, _TYPE, _STATE, _PORTFOLIO = WEIGHTS.values()

Point = tuple[float, float, float]

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
    at: Point | None = field(init=False, compare=False)
    """Where it lies on a sphere of radius 1; None where that is not known."""
    model_bits: int = field(init=False, compare=False)
    software_bits: int = field(init=False, compare=False)
    host_bits: int = field(init=False, compare=False)
    gap_bits: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        people = self.population
        object.__setattr__(self, "size", log10(people) if people and people > 0 else 0.0)
        object.__setattr__(self, "at", point(self.lat, self.lon))
        for name in ("model", "software", "host", "gap"):
            plural = name if name == "software" else f"{name}s"
            object.__setattr__(self, f"{name}_bits", bits(getattr(self, plural)))


def point(lat: float | None, lon: float | None) -> Point | None:
    """A position in degrees on a sphere of radius 1; None where a part is missing or no number."""
    if lat is None or lon is None or not isfinite(lat) or not isfinite(lon):
        return None
    north, east = radians(lat), radians(lon)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def kilometres(first: Place, second: Place) -> float | None:
    """The distance on the sphere, or None where a position is missing."""
    if first.at is None or second.at is None:
        return None
    return _along(dist(first.at, second.at))


def _along(chord: float) -> float:
    """Kilometres over ground of a straight line through a sphere of radius 1."""
    return 2 * EARTH * asin(min(1.0, chord / 2))


def within(place: Place, others: Iterable[Place], most: float) -> list[tuple[float, Place]]:
    """Those of the others that lie at most so many kilometres away, each with its distance. Chords are compared, so that
    only for those that are near the way over ground is computed."""
    here, limit = place.at, 2 * sin(min(most / (2 * EARTH), pi / 2))
    if here is None:
        return []
    chords = ((dist(here, other.at), other) for other in others if other.at is not None)
    return [(_along(chord), other) for chord, other in chords if chord <= limit]


def overlap(first: int, second: int) -> float:
    """Jaccard's index of two sets as bits: what both have of what either has; 0 for two empty sets."""
    both = (first & second).bit_count()
    return both / (first | second).bit_count() if both else 0.0


def distance(first: Place, second: Place) -> float:
    """0 (alike) to 1: the logarithms of the sizes (a factor of ten counts full), type, state, portfolio of model datasets.

    Where one of the two has no portfolio yet, the other parts are weighed up to 1.
    """
    return distances(first, (second,))[0]


def distances(place: Place, others: Sequence[Place]) -> list[float]:
    """The distance to each of the others: one loop without calls, as it runs a million times."""
    found = []
    size, kind, state, mine = place.size, place.type, place.state, place.model_bits
    for other in others:
        apart = abs(size - other.size)
        apart = _SIZE * apart if apart < 1.0 else _SIZE
        if other.type != kind:
            apart += _TYPE
        if other.state != state:
            apart += _STATE
        theirs = other.model_bits
        if mine and theirs:
            both = mine & theirs
            apart += _PORTFOLIO * (1.0 - both.bit_count() / (mine | theirs).bit_count() if both else 1.0)
        else:
            apart /= _SIZE + _TYPE + _STATE
        found.append(apart)
    return found


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
