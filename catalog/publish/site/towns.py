"""Finding the municipality that a visitor means: by its key, or by the beginning of its name."""

from __future__ import annotations

from typing import NamedTuple

from catalog.publish.site.visit import Row, Visit

CHOICES = 8
_COLUMNS = "ags, name, coalesce(state, '') as state, coalesce(size_class, 0) as size_class, population"
_BY_KEY = f"select {_COLUMNS} from municipality where ags = :text"
_BY_NAME = f"""
select {_COLUMNS} from municipality where fold(name) >= fold(:text) and fold(name) < fold(:text) || char(1114111)
order by fold(name) not in (fold(:text), fold(:text) || ', stadt'), coalesce(population, 0) desc, ags limit :choices
"""
LANDS = "select distinct state from municipality where coalesce(state, '') != '' order by state"


class Meant(NamedTuple):
    """What was typed, the municipality that it means (None: none), and others that it could mean."""

    text: str
    town: Row | None
    others: tuple[Row, ...]

    @property
    def ags(self) -> str:
        """The municipality's key, empty where none is meant."""
        return str(self.town["ags"]) if self.town else ""


async def meant(visit: Visit, name: str = "town") -> Meant:
    """The municipality that a value of the address names; the largest of those that begin with what was typed."""
    text = visit.argument(name, 80)
    return await called(visit, text)


async def called(visit: Visit, text: str) -> Meant:
    """The municipality of this key or name."""
    if not text:
        return Meant("", None, ())
    if text.isdigit() and (row := await visit.row(_BY_KEY, text=text)):
        return Meant(text, row, ())
    found = await visit.rows(_BY_NAME, text=text, choices=CHOICES)
    return Meant(text, found[0] if found else None, tuple(found[1:]))


async def lands(visit: Visit) -> list[str]:
    """The states of the register."""
    return [row[0] for row in await visit.rows(LANDS)]
