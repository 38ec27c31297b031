"""Lengths and positions for charts that are drawn as SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HIGH = 600, 160
"""The field of a line chart, in units."""
_EDGE = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A line chart: its points, the path through them, and the values that the field begins and ends with."""

    points: tuple[tuple[float, float], ...]
    path: str
    low: float
    high: float


def line(values: Sequence[float]) -> Line | None:
    """A line that fills the field from the lowest to the highest value, so that change is seen; None of fewer than two."""
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    spread = (high - low) or 1
    step = (WIDE - 2 * _EDGE) / (len(values) - 1)
    points = tuple(
        (round(_EDGE + place * step, 1), round(HIGH - _EDGE - (value - low) / spread * (HIGH - 2 * _EDGE), 1))
        for place, value in enumerate(values)
    )
    return Line(points, "M" + "L".join(f"{x} {y}" for x, y in points), low, high)


def stack(parts: Sequence[float]) -> list[tuple[float, float]]:
    """Beginning and length of each part of a bar, in percent of the whole; empty where there is nothing."""
    whole = sum(parts)
    if not whole:
        return []
    found, begin = [], 0.0
    for part in parts:
        length = 100 * part / whole
        found.append((round(begin, 2), round(length, 2)))
        begin += length
    return found
