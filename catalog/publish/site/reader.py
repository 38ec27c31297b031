"""Who reads the page: the language, and how numbers, dates and sizes are written in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.publish.site.messages import LANGUAGES, MESSAGES

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d))?)?)?")
_ACCEPTED = re.compile(r"\s*([A-Za-z*]{1,8})(?:-[\w-]+)?\s*(?:;\s*q\s*=\s*([\d.]+))?\s*")
_MONTHS_EN = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NARROW, _FIXED = "\u202f", "\u00a0"


def negotiate(wanted: str, accepted: str) -> str:
    """`de` or `en`: what the address says, else the best of Accept-Language (RFC 9110, 12.5.4), else German."""
    if wanted in LANGUAGES:
        return wanted
    best, weight = LANGUAGES[0], 0.0
    for part in accepted[:500].split(","):
        found = _ACCEPTED.fullmatch(part)
        if found and found[1].lower() in LANGUAGES and (here := _weight(found[2])) > weight:
            best, weight = found[1].lower(), here
    return best


def _weight(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader's language, `de` or `en`."""

    language: str

    @property
    def other(self) -> str:
        """The language that the page is not in."""
        return "en" if self.language == "de" else "de"

    def pick(self, german: str, english: str) -> str:
        """The text in the reader's language, else in the other."""
        return (german or english) if self.language == "de" else (english or german)

    def message(self, name: str, /, **values: Any) -> str:
        """The message called `name`; raises KeyError for one that the table does not have."""
        text = MESSAGES[name][LANGUAGES.index(self.language)]
        return text.format(**values) if values else text

    def count(self, name: str, number: int, /, **values: Any) -> str:
        """A message with singular and plural, for a number."""
        one, _, many = MESSAGES[name][LANGUAGES.index(self.language)].partition("|")
        return (one if number == 1 or not many else many).format(n=self.number(number), **values)

    def number(self, value: float | None, digits: int = 0) -> str:
        """12345.6 -> `12 346` with narrow blanks in German, `12,346` in English; None is a dash."""
        if value is None:
            return "–"
        text = f"{value:,.{digits}f}"
        if self.language == "en":
            return text
        return text.replace(",", _NARROW).replace(".", ",")

    def percent(self, part: float, whole: float) -> str:
        """The share as a whole percentage; a dash of nothing. What is not all or nothing is never 100 or 0."""
        if not whole:
            return "–"
        share = round(100 * part / whole)
        if 0 < part < whole:
            share = min(99, max(1, share))
        return f"{share}{_FIXED}%" if self.language == "de" else f"{share}%"

    def date(self, text: str | None) -> str:
        """A date as exactly as it is given: `2026`, `11.2026`, `22.11.2026`; text that is no date stays as it is."""
        found = _DATE.match(text or "")
        if not found or not _exists(found):
            return text or "–"
        year, month, day = found[1], found[2], found[3]
        if self.language == "de":
            return ".".join(part for part in (day, month, year) if part)
        return _FIXED.join(part for part in (day and str(int(day)), month and _month(month), year) if part)

    def moment(self, text: str | None) -> str:
        """A date with its time of day (UTC)."""
        found = _DATE.match(text or "")
        time = found[4] if found else None
        return f"{self.date(text)},{_FIXED}{time}" if time else self.date(text)

    def size(self, size: int | None) -> str:
        """Bytes in the unit that people read: `1,2 MB` (powers of 1,000)."""
        if size is None:
            return "–"
        value, unit = float(size), 0
        while value >= 999.5 and unit < len(_UNITS) - 1:
            value, unit = value / 1000, unit + 1
        return f"{self.number(value, 1 if unit and value < 10 else 0)}{_FIXED}{_UNITS[unit]}"

    def duration(self, seconds: float | None) -> str:
        """Seconds as `45 s`, `12 min` or `2 h 5 min`."""
        if seconds is None:
            return "–"
        minutes = round(seconds / 60)
        if seconds < 90:
            return f"{seconds:.0f}{_FIXED}s"
        if minutes < 90:
            return f"{minutes}{_FIXED}min"
        return f"{minutes // 60}{_FIXED}h {minutes % 60}{_FIXED}min"

    def functions(self) -> Mapping[str, Any]:
        """What the templates call."""
        return {"t": self.message, "count": self.count, "pick": self.pick} | {
            name: getattr(self, name) for name in ("number", "percent", "date", "moment", "size", "duration")
        }


_UNITS = ("B", "kB", "MB", "GB", "TB")


def _month(text: str) -> str:
    return _MONTHS_EN[int(text) - 1]


def _exists(found: re.Match[str]) -> bool:
    """Whether the calendar has such a day: what is no date is shown as it was given."""
    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True
