"""Laws of the JSON formats: whatever comes, a record or an ordinary error; each key is mapped, out of scope or counted."""

import re
import string
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.record.node import Record, values_of
from crawler.formats.ckan import RULES, read_entries, read_package
from crawler.formats.ckan_keys import DATASET_OUT_OF_SCOPE, RESOURCE_OUT_OF_SCOPE
from crawler.formats.data_json import read_catalogue
from crawler.formats.data_json_parts import DATASET_OUT_OF_SCOPE as DATA_JSON_OUT_OF_SCOPE
from crawler.formats.data_json_parts import DISTRIBUTION_OUT_OF_SCOPE
from crawler.formats.reading import Reading, UnreadablePayload

FIXTURES = Path(__file__).parent.parent / "fixtures"
SITE = "https://daten.neuwald.example"
MARKER = "https://marke.example/zzqx"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.text(string.ascii_letters + "_-:@.ä ", min_size=1, max_size=14).filter(
    lambda key: key.strip() == key
)


# Every literal key that the formats ask for, read from their code: a key that is added there is tested here.
ASKED = sorted(
    {
        text
        for path in sorted((Path(__file__).parents[2] / "crawler" / "formats").glob("*.py"))
        for text in re.findall(r'"([A-Za-z_@-]{2,32})"', path.read_text(encoding="utf-8"))
    }
)


def packages() -> list[dict[str, Any]]:
    found = [*orjson.loads((FIXTURES / "ckan/extras_as_list.json").read_bytes())["result"]["results"]]
    found += orjson.loads((FIXTURES / "ckan/extras_as_object.json").read_bytes())
    found.append(orjson.loads((FIXTURES / "ckan/own_fields.json").read_bytes())["result"])
    return found + orjson.loads((FIXTURES / "ckan/dkan.json").read_bytes())["result"][0]


def catalogues() -> list[dict[str, Any]]:
    return [orjson.loads(path.read_bytes()) for path in sorted((FIXTURES / "data_json").glob("*.json"))]


@st.composite
def mutated(draw: st.DrawFn, sources: list[Any]) -> Any:
    """One of the sources with up to four values, at any depth, replaced by anything."""
    value = orjson.loads(orjson.dumps(draw(st.sampled_from(sources))))
    for _ in range(draw(st.integers(1, 4))):
        place = value
        while isinstance(place, dict | list) and place:
            key = draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or draw(st.booleans()):
                place[key] = draw(JSON)
                break
            place = place[key]
    return value


def leaves(record: Record) -> list[Any]:
    return [value for node in record.nodes() for value in values_of(node)]


def occurrences(reading: Reading) -> int:
    """How often the marker stands in the record, resource addresses that were minted from it left aside."""
    return repr(reading.record).count("zzqx")


@given(mutated(packages()))
def test_mutated_packages_are_read(package: Any) -> None:
    entries, _ = read_entries([package], SITE)
    for entry in entries:
        assert isinstance(entry.raw, bytes)
        reading = entry.read()
        assert None not in leaves(reading.record)
        assert all(count > 0 for count in (*reading.unread.values(), *reading.faults.values()))


@given(JSON)
def test_anything_is_an_entry_that_is_read_or_fails_in_order(value: Any) -> None:
    entries, _ = read_entries([value], SITE)
    for entry in entries:
        if isinstance(orjson.loads(entry.raw), dict):
            entry.read()
        else:
            with pytest.raises(TypeError):
                entry.read()


@given(mutated(catalogues()))
def test_mutated_catalogues_are_read_or_refused(value: Any) -> None:
    try:
        entries, _ = read_catalogue(value, SITE + "/data.json")
    except UnreadablePayload:
        return
    for entry in entries:
        if isinstance(orjson.loads(entry.raw), dict):
            assert None not in leaves(entry.read().record)
        else:
            with pytest.raises(TypeError):
                entry.read()


FLAT = [
    f"{role}_{part}"
    for role in ("publisher", "contact", "creator", "originator")
    for part in ("name", "email", "url", "uri")
]


@given(KEYS | st.sampled_from(ASKED + FLAT))
def test_each_key_of_a_package_is_mapped_or_out_of_scope_or_counted(key: str) -> None:
    if key in ("id", "name", "extras", "resources"):
        return
    for package in ({"id": "x", key: MARKER}, {"id": "x", "extras": [{"key": key, "value": MARKER}]}):
        reading = read_package(package, SITE)
        fates = [occurrences(reading) > 0, key in DATASET_OUT_OF_SCOPE, bool(reading.unread)]
        assert fates.count(True) == 1, key


@given(KEYS | st.sampled_from(ASKED))
def test_each_key_of_a_resource_is_mapped_or_out_of_scope_or_counted(key: str) -> None:
    if key == "id":
        return
    reading = read_package({"id": "x", "resources": [{"id": "r", key: MARKER}]}, SITE)
    fates = [occurrences(reading) > 0, key in RESOURCE_OUT_OF_SCOPE, bool(reading.unread)]
    assert fates.count(True) == 1, key


@given(KEYS | st.sampled_from(ASKED))
def test_each_key_of_a_data_json_is_mapped_or_out_of_scope_or_counted(key: str) -> None:
    for item, known in (
        ({"identifier": "x", key: MARKER}, DATA_JSON_OUT_OF_SCOPE),
        ({"identifier": "x", "distribution": [{key: MARKER}]}, DISTRIBUTION_OUT_OF_SCOPE),
    ):
        reading = read_catalogue([item], SITE)[0][0].read()
        fates = [occurrences(reading) > 0, key in known, bool(reading.unread)]
        assert fates.count(True) == 1, key


TWICE = frozenset(
    # Said of the package, true of each of its files.
    (
        "license_id",
        "license_url",
        "license_title",
        "license",
        "licence",
        "licenseAttributionByText",
        "attribution_text",
    )
)


@pytest.mark.parametrize(
    "key",
    sorted(
        {*RULES, "title", "notes", "url", "maintainer", "theme", "publisher_uri", "spatial_uri", "uri"}
        - TWICE
    ),
)
def test_nothing_is_mapped_twice(key: str) -> None:
    package = {"id": "x", "title": "T", "organization": {"name": "o", "title": "O"}, key: MARKER}
    package["resources"] = [{"id": "r", "url": "https://a.example"}]
    assert occurrences(read_package(package, SITE)) == 1


def test_a_licence_of_the_package_is_that_of_each_file_without_one() -> None:
    files = [{"url": "https://a.example/1"}, {"url": "https://a.example/2", "license": "cc-zero"}]
    reading = read_package({"id": "x", "license_url": MARKER, "resources": files}, SITE)
    assert occurrences(reading) == 1
