"""`data.json` as a source: what proves it, paging, answers that are none."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.formats.reading import UnreadablePayload
from crawler.sources import data_json
from crawler.sources.protocol import Call, Payload, Portal

FIXTURES = Path(__file__).parent.parent / "fixtures" / "data_json"
PORTAL = Portal("muehltal", "https://www.muehltal.example/daten")


def payload(call: Call, value: Any, headers: dict[str, str] | None = None) -> Payload:
    body = value if isinstance(value, bytes) else orjson.dumps(value)
    return Payload(call.url, 200, headers or {}, body)


def test_where_the_file_is_looked_for() -> None:
    assert [call.url for call in data_json.probe(PORTAL)] == [
        "https://www.muehltal.example/daten/data.json",
        "https://www.muehltal.example/data.json",
    ]
    file = Portal("x", "https://www.muehltal.example/katalog/alle.json")
    assert [call.url for call in data_json.probe(file)] == [file.url]
    assert [call.url for call in data_json.start(file)] == [file.url]


@pytest.mark.parametrize("name", ["dcat_us_1_1.json", "dcat_us_3_0.json"])
def test_a_named_schema_is_proof(name: str) -> None:
    call = data_json.probe(PORTAL)[1]
    evidence = data_json.recognise(PORTAL, call, payload(call, (FIXTURES / name).read_bytes()))
    assert evidence is not None
    assert evidence.confidence >= 90
    assert evidence.api_url == call.url


def test_without_a_schema_it_is_likely_and_empty_it_is_hardly() -> None:
    call = data_json.probe(PORTAL)[0]
    likely = data_json.recognise(PORTAL, call, payload(call, (FIXTURES / "argentine.json").read_bytes()))
    hardly = data_json.recognise(PORTAL, call, payload(call, {"dataset": []}))
    assert likely is not None
    assert hardly is not None
    assert hardly.confidence < 50 < likely.confidence < 90


@pytest.mark.parametrize("value", [b"<html>", [], [{"identifier": "x"}], {"success": True}, {"a": 1}, b"", 3])
def test_what_proves_nothing(value: Any) -> None:
    call = data_json.probe(PORTAL)[0]
    assert data_json.recognise(PORTAL, call, payload(call, value)) is None


def test_one_file_tells_its_total_and_describes_itself() -> None:
    (call,) = data_json.start(PORTAL)
    page = data_json.read(
        PORTAL,
        call,
        payload(call, (FIXTURES / "dcat_us_1_1.json").read_bytes(), {"content-type": "text/html"}),
    )
    assert (len(page.entries), page.total, page.calls) == (2, 2, [])
    assert page.catalogue is not None


@pytest.mark.parametrize(
    ("extra", "headers"),
    [
        ({"next": "/daten/data.json?page=2"}, {}),
        ({"hydra:next": {"@id": "data.json?page=2"}}, {}),
        ({"links": {"next": "?page=2"}}, {}),
        ({}, {"link": '<https://www.muehltal.example/daten/data.json?page=2>; rel="next"'}),
    ],
)
def test_a_next_page_in_its_forms(extra: dict[str, Any], headers: dict[str, str]) -> None:
    (call,) = data_json.start(PORTAL)
    page = data_json.read(PORTAL, call, payload(call, {"dataset": [{"identifier": "a"}], **extra}, headers))
    assert [following.url for following in page.calls] == [
        "https://www.muehltal.example/daten/data.json?page=2"
    ]
    assert page.total is None


def test_identifiers_do_not_depend_on_the_page() -> None:
    (call,) = data_json.start(PORTAL)
    later = Call(call.url + "?page=2", state={"visited": [call.url]})
    roots = [
        data_json.read(PORTAL, one, payload(one, {"dataset": [{"identifier": "a"}]}))
        .entries[0]
        .read()
        .record.root.id
        for one in (call, later)
    ]
    assert roots[0] == roots[1] == call.url + "#a"


def test_pages_that_go_in_a_circle_or_are_empty_end_the_listing() -> None:
    (first,) = data_json.start(PORTAL)
    second_url = first.url + "?page=2"
    page = data_json.read(
        PORTAL, first, payload(first, {"dataset": [{"identifier": "a"}], "next": second_url})
    )
    (second,) = page.calls
    circle = {"dataset": [{"identifier": "b"}], "next": first.url}
    assert data_json.read(PORTAL, second, payload(second, circle)).calls == []
    itself = {"dataset": [{"identifier": "b"}], "next": second_url}
    assert data_json.read(PORTAL, second, payload(second, itself)).calls == []
    empty = {"dataset": [], "next": first.url + "?page=3"}
    assert data_json.read(PORTAL, second, payload(second, empty)).calls == []


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!DOCTYPE html>", "html-instead"),
        (b'{"dataset": [{"identifier": "a', "truncated"),
        (b'{"success": false}', "unexpected-shape"),
        (b"", "not-json"),
    ],
)
def test_answers_that_are_none(body: bytes, slug: str) -> None:
    (call,) = data_json.start(PORTAL)
    with pytest.raises(UnreadablePayload) as refusal:
        data_json.read(PORTAL, call, payload(call, body))
    assert refusal.value.slug == slug


def test_a_file_cannot_be_cut() -> None:
    assert data_json.split(PORTAL, data_json.start(PORTAL)[0]) == []


@given(st.binary(max_size=80))
def test_any_answer_is_a_page_or_a_refusal(body: bytes) -> None:
    (call,) = data_json.start(PORTAL)
    data_json.recognise(PORTAL, call, payload(call, body))
    try:
        data_json.read(PORTAL, call, payload(call, body))
    except UnreadablePayload:
        return
