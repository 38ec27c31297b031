"""Where a dataset lies: from GeoJSON, WKT, GML envelopes and number lists to one box and its centre."""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import Any, Final, NamedTuple

import orjson


class Geometry(NamedTuple):
    """A box in WGS 84 degrees (west, south, east, north), its centre (longitude, latitude), and the
    box as WKT (a POINT where it has no extent)."""

    bbox: tuple[float, float, float, float]
    centroid: tuple[float, float]
    wkt: str


_LARGEST_TEXT: Final = 4_000_000  # characters; a municipal boundary has some 10,000 points
_MOST_NODES: Final = 1_000_000
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_WKT: Final = re.compile(
    r"(?:SRID\s*=\s*(?P<srid>\d+)\s*;\s*)?(?:<(?P<crs>[^<>]*)>\s*)?"
    r"(?P<kind>(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION|ENVELOPE|BOX)\s*(?P<dims>ZM|Z|M)?\s*"
    r"(?P<body>\(.*)",
    re.IGNORECASE | re.DOTALL,
)
_WKT_BODY: Final = re.compile(
    r"[-+.,\d\seE()]*|(?:[-+.,\d\seE()]|POINT|LINESTRING|POLYGON|MULTI)*", re.IGNORECASE
)
_CORNERS: Final = re.compile(r"<(?:\w+:)?(lower|upper)Corner>([^<>]*)</", re.IGNORECASE)
_LATITUDE_FIRST: Final = re.compile(
    r"EPSG(?:/[\d.]+/|::|:[\d.]*:)4326\b|EPSG(?:/[\d.]+/|::)4258\b", re.IGNORECASE
)
_LONGITUDE_FIRST: Final = re.compile(r"CRS84|\bEPSG:4326\b|\bEPSG:4258\b|epsg\.xml#4326", re.IGNORECASE)
_SRIDS: Final = frozenset({"4326", "4258"})

Point = tuple[float, float]


def _geometry(points: Iterable[Point]) -> Geometry | None:
    """The box around `points` (longitude, latitude); None if there is none or one lies off the globe."""
    points = list(points)
    if not points:
        return None
    longitudes, latitudes = [x for x, _ in points], [y for _, y in points]
    return _box(min(longitudes), min(latitudes), max(longitudes), max(latitudes))


def _box(west: float, south: float, east: float, north: float) -> Geometry | None:
    """None for corners that are swapped, off the globe or no numbers."""
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    west, south, east, north = (round(number, 7) + 0.0 for number in (west, south, east, north))
    if west == east and south == north:
        return Geometry((west, south, east, north), (west, south), f"POINT({west} {south})")
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    centre = (round((west + east) / 2, 7), round((south + north) / 2, 7))
    return Geometry((west, south, east, north), centre, f"POLYGON(({ring}))")


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e9
        and isfinite(value)
    )


def _flat(values: Sequence[Any]) -> list[float] | None:
    return [float(value) for value in values] if values and all(map(_is_number, values)) else None


def _positions(coordinates: object) -> list[Point] | None:
    """Every position in nested GeoJSON coordinates; None where something else stands among them."""
    found: list[Point] = []
    stack: list[object] = [coordinates]
    for _ in range(_MOST_NODES):
        if not stack:
            return found
        value = stack.pop()
        if not isinstance(value, list | tuple):
            return None
        numbers = _flat(value)
        if numbers is None:
            stack.extend(value)
        elif 2 <= len(numbers) <= 4:
            found.append((numbers[0], numbers[1]))
        else:
            return None
    return None


_MEMBERS: Final = ("geometry", "geometries", "features")


def _geojson(value: Mapping[str, Any]) -> Geometry | None:
    """A GeoJSON object of any type; its coordinates count, and its `bbox` only where it has none."""
    found: list[Point] = []
    stack: list[object] = [value]
    for _ in range(_MOST_NODES):
        if not stack:
            break
        item = stack.pop()
        if isinstance(item, list | tuple):
            stack.extend(item)
        elif isinstance(item, Mapping):
            points = _positions(item["coordinates"]) if "coordinates" in item else []
            if points is None:
                return None
            found.extend(points)
            stack.extend(item[name] for name in _MEMBERS if item.get(name) is not None)
    if found:
        return _geometry(found)
    box = value.get("bbox")
    return _list(box) if isinstance(box, list | tuple) else None


def _list(values: Sequence[Any]) -> Geometry | None:
    """`[west, south, east, north]`, a box in three dimensions, or nested positions."""
    numbers = _flat(values)
    if numbers is None:
        points = _positions(values)
        return _geometry(points) if points else None
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    return _box(numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) == 4 else None


def _tuples(body: str) -> list[Point] | None:
    """Coordinate tuples of a WKT body; also where commas stand between all numbers."""
    size = 2
    first = body.strip("( \n\t").split(",", 1)[0].split(")", 1)[0]
    if " " in first.strip():
        size = len(_NUMBER.findall(first))
    numbers = [float(number) for number in _NUMBER.findall(body)]
    if not 2 <= size <= 4 or len(numbers) % size:
        return None
    return list(zip(numbers[::size], numbers[1::size], strict=True))


def _latitude_first(crs: str) -> bool | None:
    """The axis order of a coordinate reference system; None for one that is not in degrees."""
    if not crs or _LONGITUDE_FIRST.search(crs):
        return False
    return True if _LATITUDE_FIRST.search(crs) else None


def _wkt(found: re.Match[str]) -> Geometry | None:
    swap = _latitude_first(found["crs"] or "")
    if swap is None or (found["srid"] or "4326") not in _SRIDS or not _WKT_BODY.fullmatch(found["body"]):
        return None
    if found["kind"].upper() == "ENVELOPE":  # ENVELOPE(west, east, north, south), OGC CQL
        sides = [float(number) for number in _NUMBER.findall(found["body"])]
        return _box(sides[0], sides[3], sides[1], sides[2]) if len(sides) == 4 else None
    points = _tuples(found["body"])
    if points is None:
        return None
    return _geometry([(y, x) for x, y in points] if swap else points)


def _gml(text: str) -> Geometry | None:
    """A gml:Envelope by its corners; the axis order is that of its srsName."""
    corners = {name.lower(): _NUMBER.findall(numbers) for name, numbers in _CORNERS.findall(text)}
    crs = re.search(r"srsName\s*=\s*[\"']([^\"']*)", text)
    swap = _latitude_first(crs[1] if crs else "")
    if set(corners) != {"lower", "upper"} or swap is None or any(len(c) != 2 for c in corners.values()):
        return None
    (x1, y1), (x2, y2) = (map(float, corners[name]) for name in ("lower", "upper"))
    return _box(y1, x1, y2, x2) if swap else _box(x1, y1, x2, y2)


def _text(text: str) -> Geometry | None:
    text = text.strip()
    if len(text) > _LARGEST_TEXT:
        return None
    if text[:1] in ("{", "["):
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError:
            return None
        return _geojson(value) if isinstance(value, dict) else _list(value)
    if found := _WKT.match(text):
        return _wkt(found)
    if "Corner>" in text:
        return _gml(text)
    if len(text) > 200 or not re.fullmatch(r"[-+.\d\seE,;]+", text):
        return None
    numbers = [
        float(number) for number in re.split(r"[\s,;]+", text.strip(" ,;")) if _NUMBER.fullmatch(number)
    ]
    return _box(*numbers) if len(numbers) == 4 else None


def read_geometry(value: str | Mapping[str, Any] | Sequence[Any]) -> Geometry | None:
    """The box around a GeoJSON object (or its text), WKT (`SRID=4326;` and CRS prefixes, commas
    everywhere), a GML envelope, `"west,south,east,north"` or a list of four numbers or positions.

    Coordinates are longitude, latitude unless a CRS URI of EPSG 4326 or 4258 says otherwise
    (GeoSPARQL 1.1, 8.7.1). None for projected systems, corners off the globe or swapped, and texts
    of more than 4 million characters. The centroid is the centre of the box.
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return _geojson(value)
    return _list(value) if isinstance(value, list | tuple) else None
