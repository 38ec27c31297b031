"""Milestones: the state of a quarter, frozen; no later crawl and no later method changes it."""

from __future__ import annotations

from datetime import date

from catalog.measure.stocktaking.taking import METHOD
from catalog.store.milestones import freeze
from catalog.store.store import Store


def quarter(day: date) -> str:
    """The name of the quarter that a day lies in.

    >>> quarter(date(2026, 11, 22))
    '2026-Q4'
    """
    return f"{day.year}-Q{(day.month + 2) // 3}"


def milestone(store: Store, name: str = "") -> str:
    """Freeze the newest stocktaking under a name (the quarter, where none is given); returns the name.

    Raises StoreError where nothing was measured yet, or where the name is taken.
    """
    day = store.clock().date()
    chosen = name or quarter(day)
    freeze(store, chosen, day.isoformat(), METHOD)
    return chosen
