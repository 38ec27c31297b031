"""Reading a newer register (GV100AD of the Federal Statistical Office, or a table of any country) and comparing it with the
one in the database. A row that cannot be read is a sentence, and nothing is lost by it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.measure.gv100ad import read_gv100ad
from catalog.vocabulary.folding import fold
from catalog.vocabulary.registers import Body

_HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "ags": ("ags", "code", "key", "gemeindeschluessel", "schluessel", "kennziffer", "gkz", "gemeindekennziffer", "bfs-nr",
            "gemeindenummer", "insee", "lau", "lau code", "id"),
    "ars": ("ars", "regionalschluessel", "regional key"),
    "name": ("name", "gemeinde", "gemeindename", "municipality", "bezeichnung", "gemeindebezeichnung"),
    "state": ("state", "region", "land", "bundesland", "kanton", "canton", "province", "provinz"),
    "type": ("type", "typ", "art", "gemeindeart"),
    "district": ("district", "bezirk", "kreis", "landkreis", "district_name"),
    "district_key": ("district_key", "kreisschluessel", "bezirksschluessel"),
    "population": ("population", "einwohner", "einwohnerzahl", "bevoelkerung", "inhabitants", "pop"),
    "population_date": ("population_date", "stand", "stichtag", "date"),
    "area": ("area", "flaeche", "flaeche km2", "flaeche in km2", "area_km2", "km2"),
    "lat": ("lat", "latitude", "breite", "breitengrad", "y"),
    "lon": ("lon", "lng", "long", "longitude", "laenge", "laengengrad", "x"),
    "postcode": ("postcode", "plz", "postleitzahl", "zip"),
    "size_class": ("size_class", "kgst_size_class", "groessenklasse", "kgst_class"),
    "association": ("association", "verband", "gemeindeverband"),
    "association_type": ("association_type", "verbandsart"),
    "country": ("country", "staat", "country_code"), "homepage": ("homepage", "website", "webseite", "url"),
    "unincorporated": ("unincorporated", "gemeindefrei"),
}  # fmt: skip
"""Column -> headings that mean it, folded."""
_NUMBERS: Final = ("population", "area", "lat", "lon")
_MOST: Final = {"lat": 90, "lon": 180}
_BROKEN: Final = re.compile(r"\ufffd|Ã[\x80-\xbf¤¶¼Ÿ„–œ]")
"""What umlauts look like that were read in a wrong character set."""
_KEY_DIGITS: Final = {"ags": 8, "ars": 12}
"""Digits of German keys."""
_LINE: Final = re.compile(r"[1-6]0(?:19|20)\d{6}\d{2}")


class UnreadableRegister(ValueError):
    """A file that is no register; the message is one sentence."""


@dataclass(slots=True)
class Reading:
    """What a file holds: units (columns of table `municipality`), bodies (None: those that follow from the units), and one sentence for
    each row with a fault."""

    units: list[dict[str, Any]] = field(default_factory=list)
    bodies: list[Body] | None = None
    faults: list[str] = field(default_factory=list)


def read_register(body: bytes, country: str = "") -> Reading:
    """A register as bytes: GV100AD where the lines are its, else a table with a header. `country`: of rows without one.

    Raises UnreadableRegister for anything else.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", "replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    reading = Reading(*read_gv100ad(text)) if _LINE.match(first) else _read_table(text, country)
    if not reading.units:
        raise UnreadableRegister("The file is no register: it names no municipality.")
    return _checked(reading)


def _read_table(text: str, country: str) -> Reading:
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    delimiter = max(";,\t", key=first.count)
    rows = csv.DictReader(io.StringIO(text.lstrip(), newline=""), delimiter=delimiter)
    columns = _columns(rows.fieldnames or ())
    if not {"ags", "name"} <= columns.keys():
        raise UnreadableRegister(
            "The file is no register: it has no columns `ags` and `name`, nor others that mean them."
        )
    reading = Reading()
    for row in rows:
        unit = {name: (row.get(heading) or "").strip() for name, heading in columns.items()}
        if not unit["ags"] or not unit["name"]:
            reading.faults.append(f"Line {rows.line_num} has no key or no name; it is left out.")
            continue
        reading.units.append(unit | {"country": (unit.get("country") or country).upper()})
        _read_numbers(reading, rows.line_num, reading.units[-1])
    return reading


def _columns(headings: Sequence[str]) -> dict[str, str]:
    """Our columns -> the file's headings."""
    folded = {" ".join(fold(heading or "").split()): heading for heading in headings}
    found = {}
    for name, aliases in _HEADERS.items():
        heading = next((folded[alias] for alias in aliases if alias in folded), None)
        if heading is not None:
            found[name] = heading
    return found


def _read_numbers(reading: Reading, line: int, unit: dict[str, Any]) -> None:
    for name in _NUMBERS:
        text = str(unit.get(name) or "")
        if not text:
            continue
        try:
            unit[name] = _number(text, whole=name == "population")
        except ValueError:
            reading.faults.append(
                f"Line {line} ({unit['ags']} {unit['name']}): {name} {text!r} is no number."
            )
            unit[name] = None


def _number(text: str, *, whole: bool) -> float | int:
    """`12.345`, `12 345`, `12'345` as inhabitants; `52,5` and `52.5` as a measure. Raises ValueError."""
    text = re.sub(r"[\s'’_]", "", text)
    if whole:
        if re.fullmatch(r"\d{1,3}([.,]\d{3})+", text):
            text = re.sub("[.,]", "", text)
        value = float(text.replace(",", "."))
        if value < 0 or value != int(value):
            raise ValueError(text)
        return int(value)
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    value = float(text)
    if value != value or abs(value) == float("inf"):
        raise ValueError(text)
    return value


def _checked(reading: Reading) -> Reading:
    """Without units whose key is doubled (the first is kept) or malformed; other faults are reported and the value that
    cannot be is left out."""
    seen: dict[str, str] = {}
    units = []
    for unit in reading.units:
        where = f"{unit['ags']} {unit['name']}"
        if unit["ags"] in seen:
            reading.faults.append(f"{where}: the key is already {seen[unit['ags']]}'s, the row is left out.")
        elif not _is_key(unit, "ags"):
            reading.faults.append(
                f"{where}: the key has not {_KEY_DIGITS['ags']} digits, the row is left out."
            )
        else:
            seen[unit["ags"]] = unit["name"]
            reading.faults += [f"{where}: {fault}." for fault in _faults(unit)]
            units.append(unit)
    reading.units = units
    return reading


def _is_key(unit: Mapping[str, Any], name: str) -> bool:
    """German keys are digits of a fixed number; other countries' keys are what they are."""
    key = str(unit.get(name) or "")
    return unit.get("country") != "DE" or (
        key.isascii() and key.isdecimal() and len(key) == _KEY_DIGITS[name]
    )


def _faults(unit: dict[str, Any]) -> Iterator[str]:
    if unit.get("ars") and not _is_key(unit, "ars"):
        unit["ars"] = ""
        yield f"the regional key has not {_KEY_DIGITS['ars']} digits, it is left out"
    uninhabited = unit.get("unincorporated") or "gemeindefrei" in str(unit.get("type"))
    if not unit.get("population") and not uninhabited:
        yield "no inhabitants are given" if unit.get("population") in (None, "") else "it has 0 inhabitants"
    if _BROKEN.search(unit["name"]):
        yield "the name holds broken letters"
    if not all(-most <= float(unit.get(name) or 0) <= most for name, most in _MOST.items()):
        unit["lat"] = unit["lon"] = None
        yield "the position is not on earth, it is left out"
