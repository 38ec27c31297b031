"""A source object that is taken apart: every key is taken once, what is left is counted under its path."""

from typing import Any

import pytest

from catalog.record.terms import Literal
from crawler.formats.fields import Fields, is_blank
from crawler.formats.values import Cleaner


def fields(source: dict[str, Any], **options: Any) -> Fields:
    return Fields(source, Cleaner("https://a.example"), **options)


def test_the_first_text_wins_and_its_stand_ins_are_taken_too() -> None:
    source = fields({"a": " ", "b": " x ", "c": "y", "d": 3})
    assert source.text("a", "b", "c") == "x"
    assert source.text("d") == "3"
    assert source.text("a", "b", "c", "d") == ""


@pytest.mark.parametrize("value", [None, "", "  ", "[]", "{}", [], {}, "null"])
def test_blank_values_are_neither_read_nor_missed(value: Any) -> None:
    source = fields({"a": value, "b": value})
    assert is_blank(value)
    assert source.text("a") == ""
    source.close()
    assert not source.cleaner.unread


def test_texts_of_another_shape_are_left_and_counted() -> None:
    source = fields({"title": {"x": {"y": 1}}, "name": ["a", "b"]}, path="resources[].")
    assert source.text("title", "name") == ""
    source.close()
    assert source.cleaner.unread == {"resources[].title": 1, "resources[].name": 1}


def test_lists_come_as_lists_as_json_as_escaped_json_and_alone() -> None:
    source = fields({"a": ["x", 1, None], "b": '["x", "y"]', "c": "[&quot;x&quot;]", "d": "x", "e": "x, y"})
    assert source.strings("a") == ["x", "1"]
    assert source.strings("b") == ["x", "y"]
    assert source.strings("c") == ["x"]
    assert source.strings("d") == ["x"]
    assert source.strings("e", separator=",") == ["x", "y"]


def test_broken_json_in_a_text_stays_text_and_is_a_fault() -> None:
    source = fields({"a": '["x"'})
    assert source.strings("a") == ['["x"']
    assert source.cleaner.faults == {"extras-not-json": 1}


def test_objects_among_texts_are_counted() -> None:
    source = fields({"a": ["x", {"y": 1}], "b": [{"y": 1}]})
    assert source.strings("a") == ["x"]
    assert source.strings("b") == []
    source.close()
    assert source.cleaner.unread == {"a[]": 1, "b": 1}


def test_texts_by_language() -> None:
    source = fields({"t": {"de": "Rad", "en-GB": ["bike", "cycle"], "??": "velo", "fr": ""}})
    assert source.prose("t") == [Literal("Rad", "de"), Literal("bike", "en"), Literal("cycle", "en"), "velo"]


def test_the_same_as_json_text_but_not_a_template() -> None:
    source = fields({"t": '{"de": "Rad"}', "u": "{{title}}"})
    assert source.prose("t") == [Literal("Rad", "de")]
    assert source.prose("u") == ["{{title}}"]


def test_an_object_that_holds_no_texts_by_language_is_left() -> None:
    source = fields({"t": {"de": {"x": 1}}})
    assert source.prose("t") == []
    source.close()
    assert source.cleaner.unread == {"t": 1}


def test_nested_objects_count_under_their_path() -> None:
    source = fields({"contact": [{"name": "x", "fax": 1}, "y", None]})
    (part,) = source.nested("contact")
    assert part.text("name") == "x"
    part.close()
    source.close()
    assert source.cleaner.unread == {"contact[].fax": 1, "contact[]": 1}


def test_extras_count_as_such_and_out_of_scope_not_at_all() -> None:
    source = fields({"a": 1, "b": 2, "c": 3}, extras={"b"})
    source.close(frozenset({"c"}))
    assert source.cleaner.unread == {"a": 1, "extras.b": 1}


def test_what_another_key_says_never_wins_over_the_key_itself() -> None:
    source = fields({"a": "own", "b": ""})
    source.add("a", "other")
    source.add("b", "other")
    assert source.texts("a", "b", "missing") == ["own", "other"]
