"""What every portal kind whose answers are JSON has to bear: other kinds' answers, bad bodies, changed values."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
from hypothesis import strategies as st

from catalog.record.node import values_of
from crawler.formats.reading import Entry, UnreadablePayload
from crawler.sources.protocol import Call, Evidence, Payload, Portal
from crawler.sources.registry import sources

FIXTURES = Path(__file__).parents[1] / "fixtures"
PAYLOADS = Path(__file__).parents[2].parent / "shared" / "payloads"
SITE = "https://daten.neuwald.example"
PORTAL = Portal("neuwald", SITE)
MARKER = "https://marke.example/zzqx"

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.text(string.ascii_letters + "_", min_size=1, max_size=14)

BAD = {
    "html": (b"<!doctype html><title>Wartung</title>", "html-instead"),
    "truncated": (b'{"data": [{"id": "a', "truncated"),
    "empty": (b"", "not-json"),
    "text": (b"Service Unavailable", "not-json"),
    "number": (b"3", "unexpected-shape"),
    "object": (b'{"anything": "else"}', "unexpected-shape"),
    "entities": (b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "html-instead"),
}
"""Name → a body that is no answer, and the slug with which it is refused."""


def fixture(kind: str, name: str) -> bytes:
    return (FIXTURES / kind / name).read_bytes()


def value_of(kind: str, name: str) -> Any:
    return orjson.loads(fixture(kind, name))


def answer(call: Call, value: Any, status: int = 200, **headers: str) -> Payload:
    """An answer to a call; bytes stand for themselves, anything else is sent as JSON."""
    body = value if isinstance(value, bytes) else orjson.dumps(value)
    return Payload(call.url, status, {"content-type": "application/json", **headers}, body)


def answers_of_other_kinds(kind: str) -> Iterator[tuple[str, Payload]]:
    """Every fixture of every other kind, as it would answer the first probe."""
    for path in sorted(FIXTURES.glob("*/*")):
        if path.parent.name not in (kind, "real") and path.is_file() and path.suffix != ".md":
            yield f"{path.parent.name}/{path.name}", Payload(SITE, 200, {}, path.read_bytes())


def seen_by_others(kind: str, call: Call, payload: Payload) -> dict[str, int]:
    """Kind → confidence, of all other kinds that recognise an answer."""
    found: dict[str, Evidence | None] = {}
    for name, source in sources().items():
        try:
            found[name] = source.recognise(PORTAL, call, payload) if name != kind else None
        except Exception:  # noqa: BLE001 - as in detection: what cannot be read proves nothing
            found[name] = None
    return {name: evidence.confidence for name, evidence in found.items() if evidence}


@st.composite
def mutated(draw: st.DrawFn, values: list[Any]) -> Any:
    """One of the values with up to four parts of it, at any depth, replaced by anything."""
    value = orjson.loads(orjson.dumps(draw(st.sampled_from(values))))
    for _ in range(draw(st.integers(1, 4))):
        place = value
        while isinstance(place, dict | list) and place:
            key = draw(st.sampled_from(list(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[key], dict | list) or draw(st.booleans()):
                place[key] = draw(JSON)
                break
            place = place[key]
    return value


def read_all(entries: list[Entry]) -> None:
    """Read entries: each gives a record without holes, or is no object and raises TypeError."""
    for entry in entries:
        if isinstance(orjson.loads(entry.raw), dict):
            reading = entry.read()
            assert None not in [value for node in reading.record.nodes() for value in values_of(node)]
            assert all(count > 0 for count in (*reading.unread.values(), *reading.faults.values()))
        else:
            try:
                entry.read()
            except TypeError:
                continue
            raise AssertionError("what is no object was read")


def slug_of(source: ModuleType, call: Call, body: bytes) -> str:
    """The slug with which a source refuses an answer in the middle of a listing; empty where it takes it."""
    try:
        source.read(PORTAL, call, Payload(call.url, 200, {"content-type": "application/json"}, body))
    except UnreadablePayload as error:
        return error.slug
    return ""
