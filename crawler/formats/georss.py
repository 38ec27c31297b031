"""GeoRSS Simple, in which latitude stands before longitude → places."""

from __future__ import annotations

from typing import Any

from catalog.record.node import Values
from crawler.formats.fields import Fields

GEORSS = ("polygon", "box", "point", "line", "where")
"""Elements of GeoRSS; `where` holds GML."""


def read_shapes(fields: Fields) -> Values:
    """The places in the fields `polygon`, `box`, `point`, `line`, each a list of texts `lat lon lat lon …`."""
    clean = fields.cleaner
    found: Values = []
    for name in ("polygon", "box", "line", "point"):
        for text in fields.strings(name):
            shape = _geojson(name, text)
            found.append(clean.location(shape if shape is not None else text))
    return found


def pairs(text: str) -> list[list[float]] | None:
    """`lat lon lat lon …` (blanks or commas) as `[lon, lat]` pairs; None where it is none."""
    try:
        numbers = [float(part) for part in text.replace(",", " ").split()]
    except ValueError:
        return None
    if len(numbers) < 2 or len(numbers) % 2:
        return None
    return [[numbers[at + 1], numbers[at]] for at in range(0, len(numbers), 2)]


def _geojson(name: str, text: str) -> dict[str, Any] | None:
    corners = pairs(text)
    if corners is None:
        return None
    if name == "point" or len(corners) == 1:
        return {"type": "Point", "coordinates": corners[0]}
    if name == "line":
        return {"type": "LineString", "coordinates": corners}
    if len(corners) == 2:
        (west, south), (east, north) = corners
        corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}
