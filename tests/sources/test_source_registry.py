"""The portal kinds: found by being there, complete, in the order of detection, each with a captured answer."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from crawler.sources.protocol import Call, Portal, Source
from crawler.sources.registry import as_source, ordered, sources

FIXTURES = Path(__file__).parent.parent / "fixtures"
PORTAL = Portal("x", "https://www.neuwald.example")


def module(name: str, **parts: Any) -> ModuleType:
    made = ModuleType(name)
    functions: dict[str, Any] = dict.fromkeys(
        ("probe", "recognise", "start", "read", "split"), lambda *args: []
    )
    vars(made).update({"KIND": name, "RANK": 1, "READER": 1, **functions, **parts})
    return made


def test_the_kinds_are_there_in_their_order() -> None:
    found = sources()
    assert {"ckan", "data_json"} <= found.keys()
    assert list(found) == sorted(found, key=lambda kind: (found[kind].RANK, kind))


@pytest.mark.parametrize("kind", sorted(sources()))
def test_each_kind_is_complete_and_has_a_payload(kind: str) -> None:
    source = sources()[kind]
    assert isinstance(source, Source)
    assert kind == source.KIND
    assert any((FIXTURES / kind).iterdir()), f"tests/fixtures/{kind} holds no payload"


@pytest.mark.parametrize("kind", sorted(sources()))
def test_each_kind_probes_and_starts_on_the_portals_own_host(kind: str) -> None:
    source = sources()[kind]
    calls = [*source.probe(PORTAL), *source.start(PORTAL)]
    assert calls
    assert all(isinstance(call, Call) and call.url.startswith(PORTAL.url) for call in calls)


@pytest.mark.parametrize("part", ["RANK", "READER", "probe", "recognise", "start", "read", "split"])
def test_a_kind_that_lacks_something_is_named(part: str) -> None:
    with pytest.raises(TypeError, match=rf"halb is no portal kind: {part}"):
        as_source(module("halb", **{part: None}))


def test_smaller_ranks_come_first_and_no_slug_twice() -> None:
    assert list(ordered([module("b", RANK=2), module("a", RANK=7), module("c", RANK=2)])) == ["b", "c", "a"]
    with pytest.raises(TypeError, match="'a'"):
        ordered([module("a"), module("a")])
