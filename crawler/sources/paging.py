"""Listings that are asked for by offset and size: which windows follow a page, and what one that fails is cut into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

AT_ONCE = 500
"""Windows issued from one page at most, so that a portal that claims a billion records costs no memory."""
_BLIND = 2
"""How many windows in a row that could not be read the listing may jump over while no total is known."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a listing. The one that `goes_on` says how the listing continues, all others only deliver; `blind`
    counts the windows before it that could not be read."""

    start: int
    size: int
    goes_on: bool = True
    blind: int = 0

    @property
    def state(self) -> dict[str, Any]:
        """The window as it travels with its call."""
        return {"start": self.start, "size": self.size, "goes_on": self.goes_on, "blind": self.blind}


def window_of(state: Mapping[str, Any], size: int) -> Window:
    """The window of a call's state; one that names none asks for the beginning."""
    return Window(
        int(state.get("start", 0)),
        int(state.get("size", size)),
        bool(state.get("goes_on", True)),
        int(state.get("blind", 0)),
    )


def following(window: Window, delivered: int, total: int | None) -> list[Window]:
    """What to ask after a page: the rest of its own window where it delivered less, else all that comes after it.

    Where no total is known, the next window, as long as pages are full.
    """
    if not delivered:
        return []
    end = window.start + delivered
    if not window.goes_on:
        bound = min(window.start + window.size, window.start if total is None else total)
        return [Window(end, bound - end, goes_on=False)] if end < bound else []
    if total is None:
        return [Window(end, window.size)] if delivered >= window.size else []
    size = min(window.size, delivered)
    starts = range(end, total, size)[:AT_ONCE]
    return [Window(start, size, goes_on=start == starts[-1]) for start in starts]


def parts(window: Window) -> list[Window]:
    """Two halves of a window that fails; one that goes on also leaves what comes after it, a few times in a row."""
    half = window.size // 2
    halves = [(window.start, half), (window.start + half, window.size - half)] if half else []
    found = [Window(start, size, goes_on=False) for start, size in halves]
    if window.goes_on and window.blind < _BLIND:
        found.append(Window(window.start + window.size, window.size, blind=window.blind + 1))
    return found
