"""Real values of portals: what share of them the readers recognise. The figures are in the assertions."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from catalog.cleaning.dates import read_date, read_interval
from catalog.cleaning.formats import read_format, read_media_type
from catalog.cleaning.frequencies import read_frequency
from catalog.cleaning.geometry import read_geometry
from catalog.cleaning.iris import repair_iri
from catalog.cleaning.languages import read_language
from catalog.cleaning.licences import read_licence
from catalog.cleaning.sizes import read_size
from catalog.cleaning.text import plain
from catalog.cleaning.themes import read_theme

PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"
pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason="the captured payloads are not beside the project"
)

KINDS = ("ckan", "dkan1", "data_json", "opendatasoft", "udata")
# JSON Schema uses `format` for its own words; these stand in one of the payloads.
NOT_FORMATS = frozenset({"uri", "date-time", "date", "email"})


def members(value: Any) -> Iterator[tuple[str, str]]:
    """Every (key, text) in a JSON value; the items of a list have the list's key."""
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        key, item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item.items())
        elif isinstance(item, list):
            stack.extend((key, one) for one in item)
        elif isinstance(item, str | int | float) and not isinstance(item, bool):
            yield key, str(item)


@cache
def values() -> dict[str, Counter[str]]:
    """Key → values with the number of times they occur, in all JSON payloads that parse."""
    found: dict[str, Counter[str]] = {}
    for path in sorted(path for kind in KINDS for path in (PAYLOADS / kind).glob("*.json")):
        try:
            value = orjson.loads(path.read_bytes())
        except orjson.JSONDecodeError:
            continue
        for key, text in members(value):
            found.setdefault(key, Counter())[text] += 1
    return found


def share(keys: str, reader: Callable[[str], object], leave_out: frozenset[str] = frozenset()) -> float:
    """Part of the non-empty values (counted as often as they occur) that `reader` recognises."""
    wanted = re.compile(keys)
    counts = Counter[str]()
    for key, occurrences in values().items():
        if wanted.fullmatch(key):
            counts.update(
                {text: n for text, n in occurrences.items() if text.strip() and text not in leave_out}
            )
    assert counts.total() > 5, "the payloads have no such values"
    return sum(n for text, n in counts.items() if reader(text)) / counts.total()


@pytest.mark.parametrize(
    ("keys", "reader", "least"),
    [
        ("metadata_(created|modified)|created_at|revision_timestamp", read_date, 0.99),
        ("issued|modified", read_date, 0.99),
        ("last_modified", read_date, 0.99),
        ("temporal", read_interval, 0.99),
        ("mimetype|mediaType", read_media_type, 0.99),
        ("license_id|license_title", read_licence, 0.99),
        ("license", read_licence, 0.8),
        ("language", read_language, 0.99),
        ("accrualPeriodicity", read_frequency, 0.99),
        ("size|filesize", read_size, 0.99),
        ("theme", read_theme, 0.94),
        ("downloadURL|accessURL|landingPage", repair_iri, 0.99),
    ],
)
def test_share_recognised(keys: str, reader: Callable[[str], object], least: float) -> None:
    assert share(keys, reader) >= least


def test_share_of_formats_recognised() -> None:
    assert share("format", read_format, NOT_FORMATS) >= 0.99


def test_every_geometry_written_as_geojson_or_box_is_read() -> None:
    texts = [text for text in values()["spatial"] if text[:1] in "{-0123456789"]
    assert texts
    assert all(read_geometry(text) for text in texts)


def test_descriptions_lose_their_markup() -> None:
    for text in [*values()["notes"], *values()["description"]]:
        cleaned = plain(text)
        assert not re.search(r"<(?:p|br|div|a|span|li|ul|strong)\b", cleaned, re.IGNORECASE)
        assert plain(cleaned) == cleaned
