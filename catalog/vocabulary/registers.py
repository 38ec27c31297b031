"""The registers of municipalities in `schemas/registers`: the units of a country and the other bodies that follow from
their keys."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

ALONE: Final = frozenset({"", "Verbandsfreie Gemeinde"})
"""What the register calls a municipality that belongs to no association."""
CITY_STATES: Final = {"02": "02000000", "11": "11000000"}
"""Key of a state that is one municipality -> that municipality: Hamburg and Berlin (Bremen has two)."""
_STATE, _DISTRICT, _ASSOCIATION, _UNIT = 2, 5, 9, 12
"""Digits of the regional key of a state, a district, an association of municipalities and a municipality (Destatis)."""
_CLASSES: Final = ((400_000, 1), (200_000, 2), (100_000, 3), (50_000, 4), (25_000, 5), (10_000, 6))
_SMALLEST_CLASS: Final = 7


class Body(NamedTuple):
    """A district (key of 5 digits), an association of municipalities (9) or a state (2). `type`: what it calls itself."""

    key: str
    kind: str
    name: str
    state: str = ""
    type: str = ""


def size_class(population: int) -> int:
    """The size class of a municipality, 1 (more than 400,000 inhabitants) to 7 (fewer than 10,000), after KGSt.

    >>> size_class(400_001), size_class(25_000), size_class(9_999)
    (1, 5, 7)
    """
    return next((number for limit, number in _CLASSES if population >= limit), _SMALLEST_CLASS)


def municipality_key(key: str) -> str:
    """The municipality's key of 8 digits for a regional key of 12, for a town that is its own district (5), and for a
    state that is one municipality (2); any other key stays as it is.

    >>> municipality_key("053340002002"), municipality_key("05111"), municipality_key("11")
    ('05334002', '05111000', '11000000')
    """
    if not key.isdecimal():
        return key
    if len(key) == _UNIT:
        return key[:_DISTRICT] + key[_ASSOCIATION:]
    return f"{key}000" if len(key) == _DISTRICT else CITY_STATES.get(key, key)


@cache
def shipped_register(country: str = "de") -> tuple[Mapping[str, str], ...]:
    """The units of a register that ships with the program, one a row (`schemas/README.md` names the columns).

    Raises FileNotFoundError for a country that has none.
    """
    return tuple(_table(f"{country}.csv"))


@cache
def shipped_aliases(country: str = "de") -> tuple[Mapping[str, str], ...]:
    """Other names of municipalities: `alias`, `ags`, and what the alias is (`kind`: `whole` name, `place` in a name)."""
    return tuple(_table(f"{country}-aliases.csv"))


def _table(name: str) -> Iterator[dict[str, str]]:
    text = (files("schemas") / "registers" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(io.StringIO(text, newline=""))


def bodies_of(units: Iterable[Mapping[str, object]]) -> list[Body]:
    """The districts, associations and states that the units of a German register belong to, in order of their keys.

    A town that is its own district, and a municipality that is its own association, are no bodies beside themselves.
    """
    found: dict[str, Body] = {}
    for unit in units:
        for body in _bodies_of(unit):
            found.setdefault(body.key, body)
    return [found[key] for key in sorted(found)]


def _bodies_of(unit: Mapping[str, object]) -> Iterator[Body]:
    def text(name: str) -> str:
        return str(unit.get(name) or "").strip()

    ars, state = text("ars"), text("state")
    if len(ars) != _UNIT or not ars.isdecimal():
        return
    if state:
        yield Body(ars[:_STATE], "state", state, state)
    district = text("district").split(",")[0].strip()
    if district and not ars.startswith(f"{ars[:_DISTRICT]}0000000"):
        yield Body(ars[:_DISTRICT], "district", district, state)
    kind = text("association_type")
    if kind not in ALONE and text("association"):
        yield Body(ars[:_ASSOCIATION], "association", text("association").split(",")[0].strip(), state, kind)
