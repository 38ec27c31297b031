"""Byte sizes: from numbers and from the words that portals print for people."""

import re
from functools import lru_cache
from typing import Final

_LETTERS: Final = {"k": "kilo", "m": "mega", "g": "giga", "t": "tera"}
# Unit → power of 1024; the French write octets.
_UNITS: Final = dict.fromkeys(("", "b", "o", "byte", "bytes", "octet", "octets"), 0) | {
    prefix + ending: power
    for power, (letter, word) in enumerate(_LETTERS.items(), start=1)
    for prefix, endings in ((letter, ("", "b", "o", "ib", "io", "byte", "bytes")), (word, ("byte", "bytes")))
    for ending in endings
}

_SIZE: Final = re.compile(r"(?:ca\.?|~|≈)?\s*(\d[\d.,'\u00a0\u202f ]*)\s*([A-Za-z]*)\.?")
_LARGEST: Final = 2**63 - 1
_LONGEST: Final = 40


def _number(text: str, whole: bool) -> float | None:
    """`1,5`, `1.234,5`, `12.34`; None where a mark could be a decimal sign or a thousands separator.

    `whole`: the number counts bytes, so a mark before three digits separates thousands.
    """
    text = re.sub(r"[\s']", "", text).rstrip(".,")
    marks = [mark for mark in text if mark in ".,"]
    if not marks:
        return float(text)
    last = marks[-1]
    groups = re.split(r"[.,]", text)
    if len(set(marks)) == 1:
        thousands = all(len(group) == 3 for group in groups[1:]) and 0 < len(groups[0]) <= 3
        if thousands and (whole or len(marks) > 1):
            return float("".join(groups))
        return None if thousands or len(marks) > 1 else float(f"{groups[0]}.{groups[1]}")
    head, _, tail = text.rpartition(last)
    if marks.count(last) > 1 or any(len(group) != 3 for group in groups[1:-1]):
        return None
    return float(f"{re.sub('[.,]', '', head)}.{tail or '0'}")


def _in_range(number: float) -> int | None:
    # A comparison with NaN is False, so NaN is out of range too.
    return round(number) if 0 <= number <= _LARGEST else None


@lru_cache(maxsize=4_096)
def _read_words(text: str) -> int | None:
    if len(text) > _LONGEST:
        return None
    text = text.strip()
    if text.isdecimal() and text.isascii():
        return _in_range(int(text))
    found = _SIZE.fullmatch(text)
    power = _UNITS.get(found[2].lower()) if found else None
    if found is None or power is None:
        return None
    number = _number(found[1], whole=power == 0)
    return None if number is None else _in_range(number * 1024**power)


def read_size(text: str | int | float) -> int | None:
    """A size in bytes from `5120`, `"512 bytes"`, `"12.34 KB"`, `"1,5 MB"`; None where it is none.

    KB, MB, GB are powers of 1024, as CKAN and Drupal print them. `"1.234 KB"` is None: 1,234 KB in
    German, 1.234 KB in English. Negative and infinite numbers are None; parts of bytes are rounded.
    """
    if isinstance(text, bool):
        return None
    if isinstance(text, str):
        return _read_words(text)
    return _in_range(text)
