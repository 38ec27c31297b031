"""Update frequencies: from codes, words and ISO 8601 durations to the EU frequency list."""

import re
from fractions import Fraction
from functools import cache, lru_cache
from typing import Final

from catalog.vocabulary import fold, read_table, vocabulary

# The interval of these codes only approximates them (twice a week is not every three days).
_APPROXIMATE: Final = frozenset({"WEEKLY_2", "WEEKLY_3", "WEEKLY_5", "MONTHLY_3", "12HRS"})
# DCAT-US writes what has no whole interval with fractions; and PT1S for "continuously updated".
_FRACTIONS: Final = {
    "P3.5D": "WEEKLY_2",
    "P0.33W": "WEEKLY_3",
    "P0.33M": "MONTHLY_3",
    "P0.5M": "MONTHLY_2",
    "PT1S": "CONT",
}
_DURATION: Final = re.compile(
    r"P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_REPEATED: Final = re.compile(r"R\d*/")
_INSPIRE: Final = re.compile(
    r"https?://inspire\.ec\.europa\.eu/metadata-codelist/MaintenanceFrequency(?:Code)?/", re.IGNORECASE
)
_ISO_LIST: Final = re.compile(
    r"(?:https?://\S+|\S+\.xml)?#(?:MD_)?MaintenanceFrequencyCode(?:_|$)", re.IGNORECASE
)
_DUBLIN_CORE: Final = re.compile(r"https?://purl\.org/cld/freq/", re.IGNORECASE)
_LONGEST: Final = 200
# Months and seconds: what a calendar measures in months has no fixed number of days.
_WEIGHTS: Final = ((12, 0), (1, 0), (0, 604_800), (0, 86_400), (0, 3_600), (0, 60), (0, 1))


def _length(duration: str) -> tuple[Fraction, Fraction] | None:
    """(months, seconds) of an ISO 8601 duration; None if it is none or lasts no time."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        return None
    amounts = [Fraction(amount or 0) for amount in found.groups()]
    months = sum((a * m for a, (m, _) in zip(amounts, _WEIGHTS, strict=True)), Fraction())
    seconds = sum((a * s for a, (_, s) in zip(amounts, _WEIGHTS, strict=True)), Fraction())
    return (months, seconds) if months or seconds else None


@cache
def _by_length() -> dict[tuple[Fraction, Fraction], str]:
    lengths: dict[tuple[Fraction, Fraction], str] = {}
    for concept in vocabulary("frequency"):
        length = _length(concept.extra["interval"])
        if length and concept.code not in _APPROXIMATE:
            lengths.setdefault(length, concept.uri)
    for duration, code in _FRACTIONS.items():
        length = _length(duration)
        if length:
            lengths[length] = vocabulary("frequency").scheme + code
    return lengths


@cache
def _words() -> dict[str, str]:
    """Folded code, label or alias → URI."""
    scheme = vocabulary("frequency").scheme
    words = {fold(row["alias"]): scheme + row["code"] for row in read_table("frequency-aliases")}
    for concept in vocabulary("frequency"):
        for name in (concept.code, concept.label_de, concept.label_en):
            words[fold(name)] = concept.uri
    return words


@lru_cache(maxsize=8_192)
def read_frequency(text: str) -> str | None:
    """The EU frequency URI for its codes and URIs, ISO 19115 and INSPIRE codes, Dublin Core's URIs,
    German and English words, ISO 8601 durations and recurrences (`P1M`, `R/P1M`); else None."""
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if concept := vocabulary("frequency").by_uri(text):
        return concept.uri
    for prefix in (_INSPIRE, _ISO_LIST, _DUBLIN_CORE):
        text = prefix.sub("", text, count=1)
    if known := _words().get(fold(text)):
        return known
    length = _length(_REPEATED.sub("", text, count=1))
    return _by_length().get(length) if length else None


_UNITS: Final = {
    "jahr": "P{}Y", "jahre": "P{}Y", "year": "P{}Y",
    "quartal": "P{}Q", "quarter": "P{}Q",
    "monat": "P{}M", "monate": "P{}M", "month": "P{}M",
    "woche": "P{}W", "wochen": "P{}W", "week": "P{}W",
    "tag": "P{}D", "tage": "P{}D", "day": "P{}D",
    "stunde": "PT{}H", "stunden": "PT{}H", "hour": "PT{}H",
    "minute": "PT{}M", "minuten": "PT{}M",
}  # fmt: skip
_COUNTED: Final = re.compile(r"(?:(\d{1,3})\s+)?([a-z]+)", re.ASCII)


@lru_cache(maxsize=1_024)
def read_granularity(text: str, factor: str | int | float = 1) -> str | None:
    """The EU frequency for the OGD 1.0 fields `temporal_granularity` and `…_factor` (`Jahr`, 5).

    The unit may bring its own number (`5 Jahre`). None where the list has no such interval.
    """
    found = _COUNTED.fullmatch(fold(text)) if len(text) <= _LONGEST else None
    form = _UNITS.get(found[2]) if found else None
    number = str(factor).strip() or "1"
    if found is None or form is None or not re.fullmatch(r"\d{1,3}(?:\.0+)?", number, re.ASCII):
        return None
    count = int(found[1] or 1) * int(float(number))
    if "Q" in form:
        form, count = "P{}M", 3 * count
    return read_frequency(form.format(count))
