"""What a feed mends in a record so that every harvester can take it; the kept record is not touched.

Whatever is mended or left out here is a finding of the record already. The rules stand in docs/reference/feeds.md.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson

from catalog.cleaning.dates import XSD_DATE, XSD_DATE_TIME, read_date
from catalog.cleaning.geometry import read_geometry
from catalog.cleaning.iris import is_web_address, repair_iri
from catalog.record.terms import expand

Json = dict[str, Any]

LONGEST_TEXT = 50_000
"""Characters of one text: a hundred datasets with such descriptions stay below the 50 MB that CKAN's harvester reads."""
LONGEST_KEYWORD = 100
SHORTEST_KEYWORD = 2

_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff"
_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_NOT_IN_KEYWORD = re.compile(r"[^\w \-.]+")
_BLANKS = re.compile(r"\s+")
_LICENSE = str(expand("dct:license"))
_SUPERCLASSES = (
    ("contact_point", str(expand("vcard:Kind"))),
    ("publisher", str(expand("foaf:Agent"))),
    ("creator", str(expand("foaf:Agent"))),
)
_DATED = ("issued", "modified", "start_date", "end_date")
_GEOMETRIES = ("bbox", "centroid", "geometry")
_PLAIN = re.compile(
    r"https?://(?!https?:)[a-z0-9][a-z0-9.-]*[a-z0-9](?::\d+)?(?:/[\w!$&-/:;=?@~#]*)?", re.ASCII
)
_TWICE = re.compile(r"\w+://https?:?/", re.IGNORECASE)
_ALONE = re.compile(r"[(,]\s*[-+\d.eE]+\s*[,)]")
"""A number without a second beside it, which no point of well-known text is."""
_ADDRESSES = ("access_url", "download_url", "landing_page", "page")
_DAY = len("2026-01-31")
_OFFSET = re.compile(r"(?:Z|[+-]\d\d:\d\d)$")
_FOR_EVER = 9999
"""The year that stands for *for ever*, with which no calendar can count."""


def tidied(text: str, checksums: bool = True) -> Json:
    """A record's canonical JSON as a feed says it; without `checksums` also without those of its distributions."""
    record: Json = orjson.loads(text)
    if len(text) > LONGEST_TEXT or _is_suspect(text):
        record = _safe(record)
    _keywords(record)
    _dates(record)
    _addresses(record)
    _places(record)
    _licence(record)
    _classes(record)
    if not checksums:
        for item in record.get("distribution", ()):
            item.pop("checksum", None)
    return record


def _is_suspect(text: str) -> bool:
    """Whether canonical JSON holds an unsafe character; to look for each is ten times quicker than a pattern, and in a text
    of Latin letters only two can stand."""
    if "\\u00" in text or "\x7f" in text:
        return True
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return any(map(text.__contains__, _TURNING))
    return False


def safe_text(text: str) -> str:
    """Text without control characters and without marks that turn the direction of what follows (Unicode TR 36), cut where
    it is longer than any reader takes."""
    text = _UNSAFE.sub("", text)
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, list):
        return [_safe(item) for item in value]
    if isinstance(value, dict):
        return {name: _safe(item) for name, item in value.items()}
    return value


def _keywords(record: Json) -> None:
    """Keywords as CKAN takes them: one each, of letters, digits, blanks, `-`, `_` and `.`, 2 to 100 characters long."""
    given = record.get("keyword", ())
    if all(keywords(text := _text(value)) == (text,) for value in given):
        return
    found: dict[bytes, Any] = {}
    for value in given:
        for part in keywords(_text(value)):
            mended = part if isinstance(value, str) else {**value, "@value": part}
            found[orjson.dumps(mended)] = mended
    _set(record, "keyword", list(found.values()))


@lru_cache(maxsize=16_384)
def keywords(text: str) -> tuple[str, ...]:
    """The keywords that a text names, apart by commas and semicolons."""
    found = (_BLANKS.sub(" ", _NOT_IN_KEYWORD.sub(" ", part)).strip() for part in re.split("[,;]", text))
    return tuple(
        part[:LONGEST_KEYWORD].strip()
        for part in found
        if len(part) >= SHORTEST_KEYWORD and part.strip("-_. ")
    )


def _set(node: Json, name: str, values: list[Any]) -> None:
    if values:
        node[name] = values
    else:
        node.pop(name, None)


def _dates(record: Json) -> None:
    """All dates of a record that can be read, in one datatype with one sort of clock; one value of each property."""
    places: list[tuple[Json, str, list[Any]]] = []
    sorts: set[str] = set()
    for node in _dated(record):
        for name in _DATED:
            if values := node.get(name):
                places.append((node, name, values))
                sorts.add(_sort(values[0]) if len(values) == 1 else "")
    if len(sorts) > 1 or "" in sorts:
        write = _day if all(_is_day(value) for _, _, values in places for value in values) else _moment
        for node, name, values in places:
            _set(node, name, [read for value in values if (read := write(_text(value)))][:1])
    _turned(record)


def _dated(record: Json) -> list[Json]:
    """The parts of a record that have dates."""
    parts = [*record.get("distribution", ()), *record.get("temporal", ())]
    return [
        record,
        *(part for part in parts if type(part) is dict),
        *record.get("others", ()),
    ]


def _sort(value: Any) -> str:
    """`day`, `clock` or `offset` for a value that is well written as it is, else empty."""
    if not isinstance(value, dict):
        return ""
    text, kind = value.get("@value", ""), value.get("@type")
    try:
        if kind == XSD_DATE and len(text) == _DAY:
            return "day" if date.fromisoformat(text).year < _FOR_EVER else ""
        if kind != XSD_DATE_TIME or text[_DAY : _DAY + 1] != "T" or text[16:17] != ":" or "," in text:
            return ""
        found = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if found.year >= _FOR_EVER or (found.tzinfo and text[-1] != "Z" and text[-3] != ":"):
        return ""
    return "offset" if found.tzinfo else "clock"


def _is_day(value: Any) -> bool:
    """Whether a value, as far as it can be read, has no clock time."""
    found = read_date(_text(value))
    return found is None or found.datatype != XSD_DATE_TIME


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    text: str = value.get("@value", "")
    return text


@lru_cache(maxsize=16_384)
def _day(text: str) -> Json | None:
    """The date as xsd:date: a year or month is its first day; None for what cannot be read, or means *for ever*."""
    found = read_date(text)
    if found is None or not 1 <= int(found.lexical[:4]) < _FOR_EVER:
        return None
    return {"@value": f"{found.lexical}-01-01"[:10], "@type": XSD_DATE}


@lru_cache(maxsize=16_384)
def _moment(text: str) -> Json | None:
    """The date as xsd:dateTime with an offset; a time without one is taken as UTC, a day as its first moment."""
    found, day = read_date(text), _day(text)
    if found is None or day is None:
        return None
    clock = found.lexical if "T" in found.lexical else f"{day['@value']}T00:00:00"
    return {"@value": clock if _OFFSET.search(clock) else f"{clock}Z", "@type": XSD_DATE_TIME}


def _turned(record: Json) -> None:
    """A period that ends before it begins keeps its beginning alone; one of which nothing is left is none."""
    for period in record.get("temporal", ()):
        if isinstance(period, dict) and "start_date" in period and "end_date" in period:
            start, end = (
                datetime.fromisoformat(_text(period[name][0])) for name in ("start_date", "end_date")
            )
            if end < start:
                del period["end_date"]
    if not all(record.get("temporal", ())):
        _set(record, "temporal", [period for period in record["temporal"] if period])


def _addresses(record: Json) -> None:
    """Where an address belongs, only addresses of the web stand (or of FTP): no words, no `javascript:`."""
    for node in (record, *(value for value in record.get("distribution", ()) if isinstance(value, dict))):
        for name in _ADDRESSES:
            values = node.get(name)
            if values and not all(map(_is_plain, values)):
                _set(node, name, [found for value in values if (found := _led(value))])


def _is_plain(value: Any) -> bool:
    """Whether a value is an address as most are: quicker than to look closely at each."""
    return type(value) is dict and _PLAIN.fullmatch(value.get("@id", "")) is not None


def _led(value: Any) -> Any:
    """The value where it leads somewhere, else None."""
    if isinstance(value, str):
        return None
    address = value.get("@id")
    if address is None:
        return None if "@value" in value else value
    if address.startswith("_:") or (is_web_address(address) and not _TWICE.match(address)):
        return value
    mended = repair_iri(address)
    return {**value, "@id": mended} if mended and is_web_address(mended) else None


def _places(record: Json) -> None:
    """Geometries that can be read; one that is none ends the reading of a whole dataset at some harvesters."""
    for place in record.get("spatial", ()):
        for name in _GEOMETRIES:
            if name in place and isinstance(place, dict):
                _set(place, name, [value for value in place[name] if _is_geometry(_text(value))])


@lru_cache(maxsize=4096)
def _is_geometry(text: str) -> bool:
    return read_geometry(text) is not None and not (text[:1].isalpha() and _ALONE.search(text))


def _classes(record: Json) -> None:
    """An organisation is also said to be an agent, and a contact a vcard:Kind: shapes are checked without inference."""
    for name, cls in _SUPERCLASSES:
        for node in record.get(name, ()):
            if isinstance(node, dict) and node.get("@types") and cls not in node["@types"]:
                node["@types"] = sorted([*node["@types"], cls])


def _licence(record: Json) -> None:
    """A licence that the dataset states is said of each of its distributions that states none (DCAT-AP puts it there)."""
    given = record.get("license") or record.get("rest", {}).get(_LICENSE)
    if not given or record.get("@class") != "Dataset":
        return
    for item in record.get("distribution", ()):
        if isinstance(item, dict) and item.keys() - {"@id"} and not item.get("license"):
            item["license"] = given[:1]
