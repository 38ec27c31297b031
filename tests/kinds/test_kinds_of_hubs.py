"""arcgis, dataverse, duva, entryscape, jkan and piveau: told from all other kinds; no answer takes them by surprise."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kind_checks import JSON
from neighbours import PORTAL, fixtures, surest

from catalog.record.node import values_of
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Page, Payload
from crawler.sources.registry import sources

STEPS = {
    "arcgis": {"items": "items.json", "feed": "dcat_ap_2.json", "site": "site.html"},
    "dataverse": {"search": "search.json", "dataset": "dataset.json", "item": "search.json"},
    "duva": {"list": "catalog.jsonld", "file": "catalog.jsonld"},
    "entryscape": {"search": "search.json", "record": "record.json"},
    "jkan": {"list": "datasets.json", "page": "dataset.html"},
    "piveau": {
        "search": "search.json",
        "rdf": "dataset.ttl",
        "document": "document.json",
        "names": "search.json",
    },
}
"""Kind → each of its steps, with an answer to it."""
EACH = [(kind, step) for kind, steps in STEPS.items() for step in steps]
STATE = {
    "catalog": "c",
    "name": "n",
    "offset": 0,
    "id": "doi:1/2",
    "resource": "urn:x",
    "item": {"title": "T"},
}
FIXTURES = Path(__file__).parents[1] / "fixtures"
NASTY: list[Any] = [
    None,
    "",
    0,
    -1,
    1e300,
    True,
    [],
    {},
    [None],
    [[]],
    {"": None},
    "\ud800",
    "{{x}}",
    "<b>",
    "http://[",
    ["x", {}],
]


def read(kind: str, step: str, body: bytes) -> Page | None:
    """The page, all its entries read; None where the payload is refused. Anything else that is raised is a fault."""
    call = Call(f"{PORTAL.url}/answer", step, state=STATE)
    try:
        page = sources()[kind].read(PORTAL, call, Payload(call.url, 200, {}, body))
    except UnreadablePayload:
        return None
    for entry in page.entries:
        try:
            reading = entry.read()
        except (TypeError, UnreadablePayload):
            continue  # what is no object at all is rejected by itself
        assert all(count > 0 for count in (*reading.unread.values(), *reading.faults.values()))
        assert None not in [value for node in reading.record.nodes() for value in values_of(node)]
    return page


@pytest.mark.parametrize("kind", STEPS)
def test_ones_own_answers_are_proof(kind: str) -> None:
    assert max(surest(kind, payload) for _, payload in fixtures(kind)) >= 90


@pytest.mark.parametrize(("kind", "step"), EACH)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"3",
        b'"x"',
        b"<!doctype html><p>Wartung</p>",
        b"\xff\xfe",
        b'{"a',
        b"\x00" * 40,
        b"Service Unavailable",
    ],
    ids=str,
)
def test_no_bad_answer_surprises(kind: str, step: str, body: bytes) -> None:
    page = read(kind, step, body)
    assert page is None or len(page.entries) <= 1


@pytest.mark.parametrize("kind", STEPS)
@given(value=JSON)
def test_no_json_surprises(kind: str, value: Any) -> None:
    for step in STEPS[kind]:
        read(kind, step, json.dumps(value).encode())


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of everything inside a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


@pytest.mark.parametrize(
    ("kind", "step"), [each for each in EACH if STEPS[each[0]][each[1]].endswith(".json")]
)
@given(data=st.data())
def test_nothing_in_the_place_of_a_value_surprises(kind: str, step: str, data: st.DataObject) -> None:
    value = json.loads((FIXTURES / kind / STEPS[kind][step]).read_bytes())
    path = data.draw(st.sampled_from(list(places(value))))
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = data.draw(st.sampled_from(NASTY))
    read(kind, step, json.dumps(value).encode())


@pytest.mark.parametrize("kind", STEPS)
def test_halves_and_other_ways_end(kind: str) -> None:
    """However often everything fails, a source does not ask for ever."""
    source, asked = sources()[kind], 0
    waiting = source.start(PORTAL)
    seen: set[tuple[str, bytes]] = set()
    while waiting:
        call = waiting.pop()
        if (call.url, call.body) in seen:
            continue
        seen.add((call.url, call.body))
        asked += 1
        waiting += source.split(PORTAL, call)
        waiting += source.read(PORTAL, call, Payload(call.url, 404, {}, b"")).calls
        assert asked < 5_000
