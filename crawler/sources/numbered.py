"""Listings that are asked for by page number and size: which pages follow one, and what one that fails is cut into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AT_ONCE = 500
"""Pages issued from one page at most, so that a portal that claims a billion records costs no memory."""
_BLIND = 2
"""How many pages in a row that could not be read the listing may jump over."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a listing; numbers begin with 1. The one that `goes_on` says how the listing continues, all others only
    deliver; `blind` counts the pages before it that could not be read, `total` is what the portal says it has."""

    number: int
    size: int
    goes_on: bool = True
    blind: int = 0
    total: int | None = None

    @property
    def state(self) -> dict[str, Any]:
        """The page as it travels with its call."""
        state = {"page": self.number, "size": self.size, "goes_on": self.goes_on, "blind": self.blind}
        return {**state, "total": self.total}


def sheet_of(state: Mapping[str, Any], size: int) -> Sheet:
    """The page of a call's state; one that names none is the first."""
    return Sheet(
        int(state.get("page", 1)),
        int(state.get("size", size)),
        bool(state.get("goes_on", True)),
        int(state.get("blind", 0)),
        state.get("total"),
    )


def following(sheet: Sheet, delivered: int, total: int | None) -> list[Sheet]:
    """What to ask after a page: all that come after it, in the size that the portal allows (seen on the first page).

    Where no total is known, the next page, as long as pages are full.
    """
    if not delivered or not sheet.goes_on:
        return []
    if total is None:
        return [Sheet(sheet.number + 1, sheet.size)] if delivered >= sheet.size else []
    size = min(sheet.size, delivered) if sheet.number == 1 else sheet.size
    numbers = range(sheet.number + 1, -(-total // size) + 1)[:AT_ONCE]
    return [Sheet(number, size, number == numbers[-1], total=total) for number in numbers]


def parts(sheet: Sheet) -> list[Sheet]:
    """The smaller pages that hold the same: two of half the size, or single records where the size is odd. One that
    goes on also leaves the page after it, if there can be one, a few times in a row."""
    count = 2 if sheet.size % 2 == 0 else sheet.size
    first = (sheet.number - 1) * count + 1
    numbers = range(first, first + count) if sheet.size > 1 else ()
    found = [Sheet(number, sheet.size // count, goes_on=False) for number in numbers]
    is_end = sheet.total is not None and sheet.number * sheet.size >= sheet.total
    if sheet.goes_on and not is_end and sheet.blind < _BLIND:
        found.append(Sheet(sheet.number + 1, sheet.size, blind=sheet.blind + 1, total=sheet.total))
    return found
