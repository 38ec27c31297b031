"""With whom a municipality has the most to do in common: gaps, model datasets, software, portals, nearness. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import chain

from catalog.measure.nearness import Place, overlap, within

NEAR = 30.0
"""Kilometres within which municipalities are near."""
TOGETHER = 10
SAME_GAPS, SAME_MODELS, SAME_SOFTWARE, SAME_HOST, NEARBY = 0.35, 0.2, 0.1, 0.15, 0.2
"""What each part weighs; they add up to 1."""
_NORTH, _EAST = 0.27, 0.5
"""Degrees of a square of the grid that near places are looked up in: 30 km and more up to 57° north or south."""
_NEIGHBOURS, _USERS = 60, 100
"""How many near places, and users of the same portal, are looked at."""
_SHARED = ("gaps", "models", "software", "hosts")

Candidate = tuple[Place, float | None]
"""A municipality with its distance in kilometres where it is near."""
Partner = tuple[float, str, Place, float | None]
"""How much there is in common (0 to 1), key, municipality, its distance where it is near."""


def together(first: Place, second: Place) -> tuple[float, dict[str, object]]:
    """How much two municipalities have to do in common (0 to 1), and what."""
    (candidate,) = _measured(first, [second])
    score, _, _, apart = _scored(first, [candidate])[0]
    return score, in_common(first, second, apart)


def in_common(first: Place, second: Place, apart: float | None) -> dict[str, object]:
    """What two municipalities have in common; `apart`: their distance in kilometres where they are near."""
    both = {name: sorted(getattr(first, name) & getattr(second, name)) for name in _SHARED}
    why: dict[str, object] = {name: values for name, values in both.items() if values}
    return why if apart is None else why | {"km": round(apart)}


def partners(
    places: Sequence[Place], like: Mapping[str, Iterable[Place]]
) -> Iterator[tuple[Place, list[Partner]]]:
    """Each municipality with those that it has most in common with, the best first. `like`: key → those most alike."""
    field = _Field(places, like)
    for place in places:
        scored = [item for item in _scored(place, field.around(place)) if item[0] > 0]
        yield place, _best(scored)


def _best(scored: list[Partner]) -> list[Partner]:
    """The highest, of equals by key; a sort of mere numbers first says which can be among them."""
    if len(scored) > TOGETHER:
        least = sorted(item[0] for item in scored)[-TOGETHER]
        scored = [item for item in scored if item[0] >= least]
    return sorted(scored, reverse=True)[:TOGETHER]


def _scored(place: Place, candidates: Iterable[Candidate]) -> list[Partner]:
    found = []
    gaps, models, software, hosts = place.gap_bits, place.model_bits, place.software_bits, place.host_bits
    for other, apart in candidates:
        score = SAME_GAPS * overlap(gaps, other.gap_bits) if gaps else 0.0
        score += SAME_MODELS * overlap(models, other.model_bits) if models else 0.0
        if software & other.software_bits:
            score += SAME_SOFTWARE
        if hosts & other.host_bits:
            score += SAME_HOST
        if apart is not None:
            score += NEARBY * (1 - apart / NEAR)
        found.append((score, other.ags, other, apart))
    return found


def _measured(place: Place, others: Iterable[Place]) -> list[Candidate]:
    found = list(others)
    near = {other.ags: apart for apart, other in within(place, found, NEAR)}
    return [(other, near.get(other.ags)) for other in found]


class _Field:
    """Who may have something in common: near places, users of the same portal, and those alike."""

    def __init__(self, places: Sequence[Place], like: Mapping[str, Iterable[Place]]) -> None:
        self._grid: defaultdict[tuple[int, int], list[Place]] = defaultdict(list)
        self._hosts: defaultdict[str, list[Place]] = defaultdict(list)
        self._like = like
        self._by_key = {place.ags: place for place in places}
        for place in sorted(places, key=lambda item: (item.size, item.ags)):
            if place.at is not None:
                self._grid[_square(place)].append(place)
            for host in place.hosts:
                self._hosts[host].append(place)
        self._sizes = {host: [place.size for place in users] for host, users in self._hosts.items()}

    def around(self, place: Place) -> list[Candidate]:
        """Candidates without the place itself."""
        found = {other.ags: other for other in self._near(place)}
        for host in place.hosts:
            found.update((other.ags, other) for other in self._users(host, place))
        found.update((other.ags, self._by_key[other.ags]) for other in self._like[place.ags])
        found.pop(place.ags, None)
        return _measured(place, found.values())

    def _near(self, place: Place) -> Iterator[Place]:
        if place.at is None:
            return
        row, column = _square(place)
        squares = [(row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
        close = within(place, chain.from_iterable(self._grid.get(square, ()) for square in squares), NEAR)
        if len(close) > _NEIGHBOURS:
            close = nsmallest(_NEIGHBOURS, close, key=lambda item: (item[0], item[1].ags))
        yield from (other for _, other in close)

    def _users(self, host: str, place: Place) -> list[Place]:
        """Of those on one portal, which may be thousands, the hundred of the nearest size."""
        users = self._hosts[host]
        if len(users) <= _USERS:
            return users
        middle = bisect_left(self._sizes[host], place.size)
        window = users[max(0, middle - _USERS) : middle + _USERS]
        return nsmallest(_USERS, window, key=lambda other: (abs(other.size - place.size), other.ags))


def _square(place: Place) -> tuple[int, int]:
    return int((place.lat or 0) // _NORTH), int((place.lon or 0) // _EAST)
