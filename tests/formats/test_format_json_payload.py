"""JSON as portals send it: what is forgiven, and what is refused with which word."""

import json
import math

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.formats import json_payload
from crawler.formats.json_payload import canonical, read_json, reading_once
from crawler.formats.reading import UnreadablePayload


@pytest.mark.parametrize(
    ("body", "value", "faults"),
    [
        (b'{"a": "\xc3\xa4"}', {"a": "ä"}, {}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}, {}),
        (b'{"a": "\xe4"}', {"a": "ä"}, {"charset-wrong": 1}),
        ('{"a": "ä"}'.encode("utf-16"), {"a": "ä"}, {"charset-wrong": 1}),
        (b'{"a": "x\ty"}', {"a": "x\ty"}, {"syntax-lenient": 1}),
        (b'{"a": "\\ud800x"}', {"a": "�x"}, {"syntax-lenient": 1}),
        (b'{"a": "\\udc00\\ud83d\\ude00"}', {"a": "�😀"}, {"syntax-lenient": 1}),
        (b'"Bad request"', "Bad request", {}),
    ],
)
def test_what_is_forgiven(body: bytes, value: object, faults: dict[str, int]) -> None:
    assert read_json(body) == (value, faults)


def test_a_stated_charset_counts_where_the_bytes_are_not_utf_8() -> None:
    assert read_json('{"a": "ő"}'.encode("iso-8859-2"), "application/json; charset=ISO-8859-2")[0] == {
        "a": "ő"
    }
    for named in ("gibtsnicht", "utf-8"):
        assert read_json(b'{"a": "\xe4"}', f"application/json; charset={named}")[0] == {"a": "ä"}


def test_numbers_that_json_does_not_know() -> None:
    value, faults = read_json(b'{"a": NaN, "b": 123456789012345678901234567890}')
    assert math.isnan(value["a"])
    assert value["b"] == pytest.approx(1.2345678901234568e29)
    assert faults == {"syntax-lenient": 1}


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!DOCTYPE html><html><body>Wartung</body></html>", "html-instead"),
        (b"  \n<html>", "html-instead"),
        (b'{"success": true, "result": {"count": 3, "results": [{"id": "a"', "truncated"),
        (b'[{"id": "a', "truncated"),
        (b'{"a": 1} und mehr', "not-json"),
        (b"Not found", "not-json"),
        (b"", "not-json"),
        (b"[" * 100_000, "too-deep"),
    ],
)
def test_what_is_refused(body: bytes, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        read_json(body)
    assert refusal.value.slug == slug
    assert str(refusal.value).endswith(".")


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value, _ = read_json(body)
    except UnreadablePayload:
        return
    canonical(value)


def test_canonical_form_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": [1, {"d": 2, "c": 3}]}) == canonical({"a": [1, {"c": 3, "d": 2}], "b": 1})
    assert orjson.loads(canonical({"a": 10**30})) == {"a": pytest.approx(1e30)}


@pytest.mark.parametrize("value", [float("inf"), 2**70, "\ud800", {"a": [-(2**70), float("nan")]}])
def test_canonical_form_is_json_whatever_the_value(value: object) -> None:
    json.loads(canonical({"x": value}), parse_constant=lambda name: pytest.fail(name))


def test_within_a_block_each_answer_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    real = json_payload._read
    monkeypatch.setattr(json_payload, "_read", lambda body, said: (asked.append(body), real(body, said))[1])
    good, bad, other = b'{"a": "\xe4"}', b"<html>", b'{"a": "\xe4"}  '
    with reading_once():
        for _ in range(3):
            assert read_json(good) == ({"a": "ä"}, {"charset-wrong": 1})
            assert read_json(other) == ({"a": "ä"}, {"charset-wrong": 1})
            with pytest.raises(UnreadablePayload) as refusal:
                read_json(bad)
            assert (refusal.value.slug, str(refusal.value)[-1]) == ("html-instead", ".")
        assert asked == [good, other, bad]
        read_json(good, "application/json; charset=latin-1")
        assert len(asked) == 4, "another charset may mean other letters"
    read_json(good)
    assert len(asked) == 5
