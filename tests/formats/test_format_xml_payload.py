"""XML out of bytes: what is forgiven, what is refused, and that nothing is fetched or expanded."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.formats.reading import UnreadablePayload
from crawler.formats.xml_payload import (
    canonical_xml,
    child_text,
    children,
    descendants,
    local,
    read_xml,
    text_in,
)


def test_names_without_their_namespaces() -> None:
    root, faults = read_xml(
        b'<a:r xmlns:a="urn:x"><a:b> one\n two </a:b><b/><!-- no --><c><b>3</b></c></a:r>'
    )
    assert (local(root), not faults) == ("r", True)
    assert [text_in(found) for found in children(root, "b")] == ["one two", ""]
    assert len(list(descendants(root, "b"))) == 3
    assert child_text(root, "missing", "c", "b") == "3"


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!DOCTYPE html><title>x</title>", "html-instead"),
        (b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>', "html-instead"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "entities-refused"),
        (b"<a>" * 5000, "too-deep"),
        (b"<r><a>text</a><b", "truncated"),
        (b"<r><a>text", "truncated"),
        (b"{}", "not-xml"),
        (b"", "not-xml"),
        (b"<r><a></b></r>", "not-xml"),
    ],
)
def test_what_is_refused(body: bytes, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        read_xml(body)
    assert refusal.value.slug == slug
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ('<?xml version="1.0" encoding="UTF-8"?><r>Straße</r>'.encode("cp1252"), 1),
        ('<?xml version="1.0" encoding="x-none"?><r>Straße</r>'.encode(), 1),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><r>Straße</r>'.encode("latin-1"), 0),
        ("\ufeff<r>Straße</r>".encode(), 0),
        ('\n <?xml version="1.0"?><r>Straße</r>'.encode(), 0),
        ('<?xml version="1.0" encoding="UTF-16"?><r>Straße</r>'.encode("utf-16"), 0),
    ],
)
def test_encodings(body: bytes, wrong: int) -> None:
    root, faults = read_xml(body)
    assert root.text == "Straße"
    assert faults["charset-wrong"] == wrong


@pytest.mark.parametrize("text", ["a&nbsp;b", "a\x0bb&amp;"])
def test_what_html_would_allow_is_forgiven(text: str) -> None:
    root, faults = read_xml(f"<r><a>{text}</a></r>".encode())
    assert root[0].text in ("a\u00a0b", "ab&")
    assert faults == {"syntax-lenient": 1}


@pytest.mark.parametrize("before", ["\x00", " \n\x07 ", "\ufeff\ufeff"])
def test_what_may_stand_before_the_first_tag(before: str) -> None:
    assert local(read_xml(f"{before}<r/>".encode())[0]) == "r"


@pytest.mark.parametrize("text", ['{"a": "<r/>"}', "@prefix a: <urn:a> .", "text <r/>"])
def test_what_begins_otherwise_is_refused_unread(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Detection asks so of every answer: what is JSON or Turtle is not parsed for it."""
    monkeypatch.setattr("crawler.formats.xml_payload._parsed", lambda _: pytest.fail("was parsed"))
    with pytest.raises(UnreadablePayload) as refusal:
        read_xml(text.encode())
    assert refusal.value.slug == "not-xml"


def test_the_same_content_has_the_same_bytes() -> None:
    one, _ = read_xml(b'<x xmlns:p="urn:p"><p:a b="1" a="2"/>tail</x>')
    two, _ = read_xml(b"<y xmlns:p='urn:p'>\n<p:a a='2' b='1'></p:a></y>")
    assert canonical_xml(one[0]) == canonical_xml(two[0])


@given(st.binary(max_size=60) | st.binary(max_size=40).map(lambda body: b"<r>" + body + b"</r>"))
def test_any_bytes_are_a_tree_or_a_refusal(body: bytes) -> None:
    with suppress(UnreadablePayload):
        assert local(read_xml(body)[0])
