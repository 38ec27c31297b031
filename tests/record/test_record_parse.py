"""Bytes to triples: no network, no entities, every encoding, and addresses that every writer accepts."""

import socket

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.record.addresses import repaired
from catalog.record.parse import Parsed, UnreadableRdf, parse
from catalog.record.terms import IRI, PREFIXES, BNode, Literal, expand

BASE = "https://portal.example/feed/catalog.rdf?page=2"
TITLE = expand("dct:title")
XML = (
    '<?xml version="1.0"{}?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:dct="http://purl.org/dc/terms/"><rdf:Description rdf:about="urn:a">'
    "<dct:title>Größe</dct:title></rdf:Description></rdf:RDF>"
)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a parser wanted the network")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "context",
    [
        '"http://127.0.0.1:9/context.jsonld"',
        '["http://127.0.0.1:9/a.jsonld", {"x": "urn:x:"}]',
        '{"x": {"@id": "urn:x:y", "@context": "http://127.0.0.1:9/scoped.jsonld"}}',
        '{"@import": "http://127.0.0.1:9/imported.jsonld"}',
        '{"X": {"@id": "urn:X", "@context": ["http://127.0.0.1:9/typed.jsonld"]}}',
    ],
)
@pytest.mark.parametrize("parser", ["_lenient", "_rdflib"])
def test_no_context_is_fetched(context: str, parser: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = f'{{"@context": {context}, "@id": "urn:a", "@type": "X", "{TITLE}": "A", "x": {{"@id": "urn:b"}}}}'
    if parser == "_rdflib":
        monkeypatch.setattr("catalog.record.parse._lenient", _refuse)
    assert (IRI("urn:a"), TITLE, "A") in parse(body.encode(), "application/ld+json", BASE).triples


def _refuse(body: bytes, syntax: str, base: str) -> None:
    raise SyntaxError("not asked")


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("padding", [0, 50_000])
def test_xml_entities_are_refused_wherever_they_stand(padding: int) -> None:
    dtd = f'<!DOCTYPE x [<!-- {"-=" * padding} --><!ENTITY a SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(UnreadableRdf) as caught:
        parse(XML.format("").replace("?><", f"?>{dtd}<", 1).encode(), "application/rdf+xml")
    assert caught.value.slug == "entities-refused"


def test_entities_in_utf_16_are_refused_too() -> None:
    text = XML.format("").replace("?><", '?><!DOCTYPE x [<!ENTITY a "b">]><', 1)
    with pytest.raises(UnreadableRdf) as caught:
        parse(text.encode("utf-16"), "application/rdf+xml")
    assert caught.value.slug == "entities-refused"


def test_a_text_about_entities_is_no_entity() -> None:
    body = (
        XML.format("")
        .replace("Größe", "<![CDATA[<!ENTITY a>]]>")
        .replace("</rdf:RDF>", "<!-- <!ENTITY --></rdf:RDF>")
    )
    assert parse(body.encode(), "application/rdf+xml").triples == [(IRI("urn:a"), TITLE, "<!ENTITY a>")]


@pytest.mark.parametrize(
    ("declared", "encoding", "faults"),
    [
        (' encoding="utf-8"', "utf-8", {}),
        (' encoding="ISO-8859-1"', "latin-1", {}),
        (' encoding="windows-1252"', "cp1252", {}),
        (' encoding="iso-8859-1"', "utf-8", {}),
        (' encoding="utf-16"', "utf-16", {}),
        (' encoding="utf-8"', "latin-1", {"charset-wrong": 1}),
        ("", "latin-1", {"charset-wrong": 1}),
        (' encoding="unheard-of"', "latin-1", {}),
    ],
)
def test_xml_is_read_in_the_encoding_it_has(declared: str, encoding: str, faults: dict[str, int]) -> None:
    parsed = parse(XML.format(declared).encode(encoding), "application/rdf+xml", BASE)
    assert parsed.triples == [(IRI("urn:a"), TITLE, "Größe")]
    assert parsed.faults == faults


def test_text_that_is_not_utf_8_is_a_fault() -> None:
    parsed = parse(f'<urn:a> <{TITLE}> "Größe" .'.encode("latin-1"), "text/turtle")
    assert parsed.triples == [(IRI("urn:a"), TITLE, "Größe")]
    assert parsed.faults == {"charset-wrong": 1}


def test_half_a_surrogate_pair_does_not_reach_a_record() -> None:
    ((_, _, text),) = parse(f'<urn:a> <{TITLE}> "x\\uD83D" .'.encode(), "text/turtle").triples
    assert text == "x\ufffd"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"[] a <urn:T> .", "text/turtle"),
        (b"[] a <urn:T> .", ""),
        (b'[{"@type": "urn:T"}]', "text/html"),
        (b' {"@type": ["urn:T"]}', "application/json"),
        (b"\xef\xbb\xbf_:x a <urn:T> .", "text/plain"),
        (b"_:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:T> .", "application/n-triples"),
    ],
)
def test_the_syntax_follows_from_the_text_where_the_type_is_wrong(body: bytes, content_type: str) -> None:
    ((subject, predicate, value),) = parse(body, content_type, BASE).triples
    assert isinstance(subject, BNode)
    assert (predicate, value) == (expand("rdf:type"), IRI("urn:T"))


def test_languages_are_in_lower_case_and_numbers_as_written() -> None:
    parsed = parse(f'<urn:a> <{TITLE}> "A"@DE-at, 007 .'.encode(), "text/turtle")
    assert {value for _, _, value in parsed.triples} == {
        Literal("A", "de-at"),
        Literal("007", "", expand("xsd:integer")),
    }


def relative(text: str) -> Parsed:
    return parse(f'<{text}> <{TITLE}> "A" .'.encode(), "text/turtle", BASE)


def test_relative_addresses_are_made_absolute_and_counted() -> None:
    parsed = relative("a/b")
    assert parsed.triples[0][0] == IRI("https://portal.example/feed/a/b")
    assert (parsed.faults, parsed.relative) == ({"iri-relative": 1}, {IRI("https://portal.example/feed/a/b")})


def test_the_file_itself_is_no_relative_address() -> None:
    for text, whole in (("", BASE), ("#x", f"{BASE}#x")):
        parsed = relative(text)
        assert (parsed.triples[0][0], parsed.faults) == (IRI(whole), {})


def test_a_relative_address_with_blanks_is_both() -> None:
    parsed = relative("a b")
    assert parsed.relative == parsed.repaired == {IRI("https://portal.example/feed/a%20b")}
    assert parsed.faults["iri-relative"] == parsed.faults["iri-repaired"] == 1


ODD = st.text(max_size=12) | st.builds("".join, st.tuples(st.sampled_from(["http://a", "http://[", "x:", "//", "http://a:b/", ""]), st.text("[]#%? {}|\\^`\"<>\ue000\ufff9ä/:@", max_size=10)))  # fmt: skip


@given(ODD)
@example("http://a/[x]#b#c")
@example("http://host:port/")
@example("\ud800")
def test_a_repaired_address_is_one_that_parsers_take_and_stays(text: str) -> None:
    fixed = repaired(text)
    assert list(ox.parse(f"<{fixed}> <urn:b> <urn:c> .".encode(), format=ox.RdfFormat.N_TRIPLES))
    assert repaired(fixed) == fixed


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("https://x.example/ä?b=c#d", "https://x.example/ä?b=c#d"),
        ("https://x.example/a b|c", "https://x.example/a%20b%7Cc"),
        ("https://x.example/100%", "https://x.example/100%25"),
        ("https://x.example/[1]#a#b", "https://x.example/%5B1%5D#a%23b"),
        ("http://[::1]:8080/[", "http://[::1]:8080/%5B"),
        ("title", "urn:relative:title"),
        ("http://host:port/", "urn:unusable:http%3A%2F%2Fhost%3Aport%2F"),
    ],
)
def test_a_repair_changes_no_more_than_it_must(text: str, fixed: str) -> None:
    assert repaired(text) == fixed


def test_an_address_without_sense_is_named_so() -> None:
    body = f"<urn:a> <{TITLE}> <http://host:port/> .".encode()
    assert parse(body, "application/n-triples").faults == {"iri-unusable": 1, "syntax-lenient": 1}


def nested_xml(depth: int, inner: str = "") -> bytes:
    """Blank nodes inside each other; each level is two elements."""
    opened, closed = "<rdf:Description><d:x>" * depth, "</d:x></rdf:Description>" * depth
    return (
        f'<rdf:RDF xmlns:rdf="{PREFIXES["rdf"]}" xmlns:d="urn:d:">{opened}{inner}{closed}</rdf:RDF>'.encode()
    )


def test_deep_turtle_is_read() -> None:
    deep = 20_000
    turtle = b"<urn:a> " + b"<urn:b> [ " * deep + b"<urn:b> 1" + b" ]" * deep + b" ."
    assert len(parse(turtle, "text/turtle").triples) == deep + 1


@pytest.mark.parametrize("body", [nested_xml(600), b'{"@id":"urn:a","urn:b":' * 200 + b"1" + b"}" * 200])
def test_what_is_nested_too_deeply_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadableRdf) as caught:
        parse(body)
    assert caught.value.slug == "too-deep"


def test_markup_inside_a_text_does_not_count_as_depth() -> None:
    parsed = parse(nested_xml(3, f"<![CDATA[{'<br>' * 2_000}]]>"))
    assert len(parsed.triples) == 3
