"""Who is measured: the municipalities of the register with the groups by which shares are given."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

BANDS = ((5_000, "<5k"), (20_000, "5-20k"), (100_000, "20-100k"))
"""Bands of the survey: inhabitants below → name; from 100,000 on `>100k`."""
CLASSES = ((400_000, 1), (200_000, 2), (100_000, 3), (50_000, 4), (25_000, 5), (10_000, 6))
"""KGSt Größenklassen: inhabitants from → class; below all of them 7."""


@dataclass(frozen=True, slots=True)
class Town:
    """One municipality. `size_class` and `band` are None and empty where the population is not known."""

    ags: str
    ars: str
    name: str
    state: str
    type: str
    population: int | None
    size_class: int | None
    band: str

    @property
    def association(self) -> str:
        """The key of its association (the first nine digits of the regional key)."""
        return self.ars[:9]

    def groups(self) -> dict[str, str]:
        """Scope → key of the group it counts in."""
        number = str(self.size_class) if self.size_class is not None else ""
        found = {"all": "", "class": number, "band": self.band, "state": self.state, "type": self.type}
        return {scope: key for scope, key in found.items() if key or scope == "all"}


def size_class(population: int | None) -> int | None:
    """The KGSt class of a number of inhabitants; None for none or zero: an empty place has no class."""
    if not population or population < 0:
        return None
    return next((number for least, number in CLASSES if population >= least), 7)


def band(population: int | None) -> str:
    """The survey's band of a number of inhabitants; empty for none or zero."""
    if not population or population < 0:
        return ""
    return next((name for below, name in BANDS if population < below), ">100k")


def frame(conn: sqlite3.Connection) -> list[Town]:
    """All municipalities but the unincorporated areas, which stand apart, by key."""
    sql = (
        "select ags, coalesce(ars, ''), name, coalesce(state, ''), coalesce(type, ''), population from municipality"
        " where not coalesce(unincorporated, 0) and coalesce(type, '') not like 'gemeindefreies Gebiet%' order by ags"
    )
    return [_town(*row) for row in conn.execute(sql)]


def _town(ags: str, ars: str, name: str, state: str, kind: str, population: int | None) -> Town:
    return Town(ags, ars, name, state, kind, population, size_class(population), band(population))
