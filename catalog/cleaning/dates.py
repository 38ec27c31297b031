"""Dates and periods: from the shapes that portals write to XSD lexical forms."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
XSD_DATE: Final = XSD + "date"
XSD_DATE_TIME: Final = XSD + "dateTime"
XSD_YEAR: Final = XSD + "gYear"
XSD_YEAR_MONTH: Final = XSD + "gYearMonth"
XSD_DURATION: Final = XSD + "duration"


class Date(NamedTuple):
    """A temporal literal: XSD lexical form and the full IRI of its datatype."""

    lexical: str
    datatype: str


_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januar jan january jänner janvier",
            "februar feb february février févr",
            "märz mrz mär march mar mars",
            "april apr avril avr",
            "mai may",
            "juni jun june juin",
            "juli jul july juillet juil",
            "august aug août",
            "september sep sept septembre",
            "oktober okt october oct octobre",
            "november nov novembre",
            "dezember dez december dec décembre déc",
        ),
        start=1,
    )
    for name in names.split()
}
# Monday is 0, as in datetime.date.weekday(); German, English and French, short and long.
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "montag mo monday mon lundi lun",
            "dienstag di tuesday tue mardi mar",
            "mittwoch mi wednesday wed mercredi mer",
            "donnerstag do thursday thu jeudi jeu",
            "freitag fr friday fri vendredi ven",
            "samstag sa saturday sat samedi sam",
            "sonntag so sunday sun dimanche dim",
        )
    )
    for name in names.split()
}

_OFFSET: Final = r"(Z|z|[+-]\d{2}(?::?\d{2})?)?"
_CLOCK: Final = r"(\d{1,2}):(\d{2})(?::(\d{2})([.,]\d{1,12})?)?\s?" + _OFFSET
_ISO: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:(?:[Tt]|\s+)(\d{2}):?(\d{2})(?::?(\d{2})([.,]\d{1,12})?)?)?\s?" + _OFFSET,
    re.ASCII,
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.](\d{2})[/.](\d{2})(?:[T ]" + _CLOCK + r")?", re.ASCII)
_COMPACT: Final = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})", re.ASCII)
_YEAR: Final = re.compile(r"\d{4}", re.ASCII)
_YEAR_MONTH: Final = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_GERMAN: Final = re.compile(
    r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?:,?\s+" + _CLOCK + r"(?:\s?Uhr)?)?", re.ASCII
)
_SLASHES: Final = re.compile(
    r"(?:([^\W\d_]+)\.?,?\s+)?(\d{1,2})/(\d{1,2})/(\d{4})(?:\s*(?:-|,|\s)\s*" + _CLOCK + r")?"
)
_NAMED: Final = re.compile(
    r"(?:([^\W\d_]+)\.?,?\s+)?(?:(\d{1,2})\.?\s+)?([^\W\d_]{3,})\.?\s+(?:(\d{1,2}),\s*)?(\d{4})"
    r"(?:,?\s+(?:um\s+)?" + _CLOCK + r"(?:\s?(GMT|UTC|Uhr))?)?"
)
_SECONDS: Final = re.compile(r"(\d{9,10})(?:\.0+)?", re.ASCII)
_MILLISECONDS: Final = re.compile(r"(\d{12,13})(?:\.0+)?", re.ASCII)
_CHANGED: Final = re.compile(r"date changed\s*", re.IGNORECASE)

_LONGEST: Final = 80
_LATEST_EPOCH: Final = 4_102_444_800  # 2100-01-01, so that an eight-digit catalogue number is no date
_LARGEST_OFFSET: Final = 14 * 60  # minutes, XSD 1.1 part 2, section 3.3.7


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _offset(text: str | None) -> str | None:
    """`Z`, `+hh:mm` or "" for nothing; None for an offset beyond 14 hours."""
    if not text:
        return ""
    if text in "Zz":
        return "Z"
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if minutes > 59 or hours * 60 + minutes > _LARGEST_OFFSET:
        return None
    return f"{text[0]}{hours:02}:{minutes:02}"


def _clock(hour: str, minute: str, second: str | None, fraction: str | None) -> str | None:
    """`hh:mm:ss[.f…]`; None for a time that does not exist."""
    second = second or "00"
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        return None
    return f"{int(hour):02}:{minute}:{second}{(fraction or '').replace(',', '.')}"


def _moment(day: tuple[int, int, int], clock: tuple[str | None, ...]) -> Date | None:
    """A day with an optional clock time (hour, minute, second, fraction, offset) as Date."""
    if not _is_day(*day):
        return None
    lexical = "{:04}-{:02}-{:02}".format(*day)
    hour, minute, second, fraction, offset = clock
    zone = _offset(offset)
    if zone is None:
        return None
    if hour is None or minute is None:
        return Date(lexical + zone, XSD_DATE)
    time = _clock(hour, minute, second, fraction)
    return Date(f"{lexical}T{time}{zone}", XSD_DATE_TIME) if time else None


_NO_CLOCK: Final[tuple[str | None, ...]] = (None,) * 5


def _iso(found: re.Match[str]) -> Date | None:
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    return _moment((year, month, day), found.groups()[3:])


def _compact(found: re.Match[str]) -> Date | None:
    return _moment((int(found[1] + found[2]), int(found[3]), int(found[4])), _NO_CLOCK)


def _german(found: re.Match[str]) -> Date | None:
    return _moment((int(found[3]), int(found[2]), int(found[1])), found.groups()[3:])


def _slashes(found: re.Match[str]) -> Date | None:
    """`dd/mm/yyyy` or `mm/dd/yyyy`: only where the weekday or the calendar leaves one reading."""
    first, second, year = int(found[2]), int(found[3]), int(found[4])
    readings = {(year, second, first), (year, first, second)}
    days = [day for day in readings if _is_day(*day)]
    if found[1]:
        weekday = _WEEKDAYS.get(found[1].casefold())
        days = [day for day in days if date(*day).weekday() == weekday]
    return _moment(days[0], found.groups()[4:]) if len(days) == 1 else None


def _named(found: re.Match[str]) -> Date | None:
    """`22. Juli 2014`, `July 22, 2014`, `Juli 2014`, `Wed, 30 Jul 2025 11:19:40 GMT`."""
    weekday, before, name, after, year = found.groups()[:5]
    month = _MONTHS.get(name.casefold())
    if month is None or (before and after) or (weekday and weekday.casefold() not in _WEEKDAYS):
        return None
    day = before or after
    if day is None:
        return Date(f"{year}-{month:02}", XSD_YEAR_MONTH) if year != "0000" and found[6] is None else None
    clock = list(found.groups()[5:10])
    if found[11] in ("GMT", "UTC"):
        clock[4] = clock[4] or "Z"
    return _moment((int(year), month, int(day)), tuple(clock))


def _epoch(seconds: int, milliseconds: int = 0) -> Date | None:
    if not 0 < seconds < _LATEST_EPOCH:
        return None
    moment = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f".{milliseconds:03}" if milliseconds else ""
    return Date(f"{moment}{fraction}Z", XSD_DATE_TIME)


def _year(found: re.Match[str]) -> Date | None:
    return None if found[0] == "0000" else Date(found[0], XSD_YEAR)


def _year_month(found: re.Match[str]) -> Date | None:
    return Date(found[0], XSD_YEAR_MONTH) if _is_day(int(found[1]), int(found[2]), 1) else None


_READERS: Final = (
    (_ISO, _iso),
    (_YEAR_FIRST, _iso),
    (_YEAR, _year),
    (_YEAR_MONTH, _year_month),
    (_COMPACT, _compact),
    (_GERMAN, _german),
    (_SLASHES, _slashes),
    (_NAMED, _named),
    (_SECONDS, lambda found: _epoch(int(found[1]))),
    (_MILLISECONDS, lambda found: _epoch(*divmod(int(found[1]), 1000))),
)


@lru_cache(maxsize=16_384)
def read_date(text: str) -> Date | None:
    """The date that `text` names, else None: years of five digits, impossible days and clock
    times, intervals (`a/b`), recurrences (`R/P1D`) and `dd/mm` that could be `mm/dd` are none.

    A time without offset stays without; only the reader of a portal kind knows its clock.
    """
    if len(text) > _LONGEST:
        return None
    text = _CHANGED.sub("", text.strip(), count=1).strip()
    for pattern, read in _READERS:
        if found := pattern.fullmatch(text):
            return read(found)
    return None


_BETWEEN: Final = re.compile(r"\s*/\s*|\s+(?:-|–|—|bis|to)\s+|--|(?<=^\d{4})[-–](?=\d{4}$)")
_OPEN_ENDS: Final = frozenset({"", "..", "heute", "present", "now"})


@lru_cache(maxsize=16_384)
def read_interval(text: str) -> tuple[str, str] | None:
    """Start and end of a period as XSD lexical forms, "" for an open end (`2014-01-01/..`).

    ISO 8601 `a/b` and the written `a - b`, `a bis b`; None for recurrences, durations, single dates.
    """
    if len(text) > 2 * _LONGEST:
        return None
    ends = _BETWEEN.split(text.strip())
    if len(ends) != 2:
        return None
    dates = ["" if end.casefold() in _OPEN_ENDS else read_date(end) for end in ends]
    start, end = (found.lexical if isinstance(found, Date) else found for found in dates)
    if start is None or end is None or not (start or end):
        return None
    return start, end


_ZONE: Final = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))?"
_YEARS: Final = r"-?(?:[1-9]\d{3,}|0\d{3})"
_CALENDAR: Final = _YEARS + r"-(?:0[1-9]|1[0-2])"
_DAYS: Final = _CALENDAR + r"-(?:0[1-9]|[12]\d|3[01])"
_TIME: Final = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DIGITS: Final = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_FORMS: Final = {
    XSD + name: re.compile(form, re.ASCII)
    for name, form in {
        "date": _DAYS + _ZONE,
        "dateTime": f"{_DAYS}T{_TIME}{_ZONE}",
        "gYear": _YEARS + _ZONE,
        "gYearMonth": _CALENDAR + _ZONE,
        "time": _TIME + _ZONE,
        "duration": r"-?P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?",
        "decimal": _DIGITS,
        "double": _DIGITS + r"(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
        "integer": r"[+-]?\d+",
        "nonNegativeInteger": r"\+?\d+|-0+",
        "boolean": "true|false|0|1",
        "hexBinary": "(?:[0-9a-fA-F]{2})*",
    }.items()
}
_HAVE_DAYS: Final = frozenset({XSD_DATE, XSD_DATE_TIME})
_SHORT_MONTHS: Final = frozenset({"04", "06", "09", "11"})


def _day_exists(text: str) -> bool:
    """False for the 31st of a short month and 29 to 31 February; `text` has the form of a date."""
    year, month, day = text.split("T", 1)[0].lstrip("-")[: text.lstrip("-").index("-") + 6].split("-")
    if day < "29":
        return True
    if month != "02":
        return day != "31" or month not in _SHORT_MONTHS
    # Years may have any number of digits; the last four decide, because 400 divides 10,000.
    number = int(year[-4:])
    return day == "29" and number % 4 == 0 and (number % 100 != 0 or number % 400 == 0)


@lru_cache(maxsize=16_384)
def is_valid_lexical(text: str, datatype: str) -> bool:
    """Whether `text` is a lexical form of the XSD datatype (full IRI), by XSD 1.1 part 2.

    Datatypes other than dates, times, durations, numbers, booleans and hexBinary are not judged: True.
    """
    form = _FORMS.get(datatype)
    if form is None:
        return True
    if not form.fullmatch(text):
        return False
    return datatype not in _HAVE_DAYS or _day_exists(text)
