"""IRIs and mailboxes as broken as portals write them."""

import pytest

from catalog.cleaning.iris import encode_iri, is_valid_iri, is_web_address, repair_iri, repair_mailbox


@pytest.mark.parametrize(
    ("text", "iri"),
    [
        ("http://example.org/a", "http://example.org/a"),
        (" http://example.org/a b \n", "http://example.org/a%20b"),
        ("http://example.org/stra\u00dfe", "http://example.org/straße"),
        ("http://köln.example/ä?ö#ü", "http://köln.example/ä?ö#ü"),
        ("www.example.org/x", "http://www.example.org/x"),
        ("ttps://example.org", "https://example.org"),
        ("htp://example.org", "http://example.org"),
        ("hhttps://example.org", "https://example.org"),
        ("http//example.org", "http://example.org"),
        ("https:/example.org", "https://example.org"),
        ("http:\\\\example.org\\data", "http://example.org/data"),
        ("http://http://example.org", "http://example.org"),
        ("http://https://example.org", "https://example.org"),
        ("http:// example.org", "http://example.org"),
        ("<http://example.org/>", "http://example.org/"),
        ('"http://example.org/"', "http://example.org/"),
        ("http://example.org/\x07a\u200b", "http://example.org/a"),
        ("http://example.org/100%", "http://example.org/100%25"),
        ("http://example.org/%C3%BC", "http://example.org/%C3%BC"),
        ("http://example.org/[a]|b{c}^`", "http://example.org/%5Ba%5D%7Cb%7Bc%7D%5E%60"),
        ("http://example.org/#a#b", "http://example.org/#a%23b"),
        ("http://[2001:db8::1]/x", "http://[2001:db8::1]/x"),
        ("mailto:mailto:info@example.org", "mailto:info@example.org"),
        ("mailto: info@example.org", "mailto:info@example.org"),
        ("urn:ogc:def:crs:EPSG::4326", "urn:ogc:def:crs:EPSG::4326"),
        ("urn:x:a b", "urn:x:a%20b"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_repairs(text: str, iri: str) -> None:
    assert repair_iri(text) == iri


@pytest.mark.parametrize(
    "text",
    ["", "data/file.csv", "/data/file.csv", "siehe http://example.org", "Datenlizenz: Deutschland", "http://", "https://",
     "http://example.org:port/", "example.org", "lang/DEU", "javascript: alert(1)", "mailto:", "C:\\Daten\\a b.csv"],
)  # fmt: skip
def test_what_cannot_be_repaired(text: str) -> None:
    assert repair_iri(text) is None


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("http://example.org/a?b=c&d[]=e", False),
        ("http://example.org/a b", False),
        ("http://example.org/ü", True),
        ("http://example.org/%zz", False),
        ("http://[::1]:80/", True),
        ("http://[x]/", False),
        ("a:", True),
        ("1a:b", False),
        ("no-scheme", False),
        ("http://example.org/\ue000", False),
        ("http://example.org/?\ue000", True),
        ("http://example.org/\ud800", False),
    ],
)
def test_validity(text: str, valid: bool) -> None:
    assert is_valid_iri(text) is valid


@pytest.mark.parametrize(
    ("text", "web"),
    [
        ("https://example.org/x", True),
        ("HTTP://EXAMPLE.ORG", True),
        ("ftp://example.org/x", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("http://", False),
        ("http:///x", False),
        ("mailto:a@example.org", False),
        ("//example.org", False),
        ("http://example.org/a b", False),
    ],
)
def test_what_may_become_a_link(text: str, web: bool) -> None:
    assert is_web_address(text) is web


def test_encoding_leaves_what_an_iri_may_hold() -> None:
    assert encode_iri("Datenlizenz Ä <1>#a#") == "Datenlizenz%20Ä%20%3C1%3E#a%23"


@pytest.mark.parametrize(
    ("text", "mailbox"),
    [
        ("info@example.org", "mailto:info@example.org"),
        ("mailto:mailto:Info@Example.ORG", "mailto:Info@example.org"),
        ("Open Data <opendata@example.org>", "mailto:opendata@example.org"),
        ("opendata(at)example.org", "mailto:opendata@example.org"),
        ("opendata [at] example [punkt] org", "mailto:opendata@example.org"),
        ("e-government ät example.org", "mailto:e-government@example.org"),
        ("mailto:info@example.org?subject=Frage", "mailto:info@example.org"),
        ("a@example.org; b@example.org", "mailto:a@example.org"),
        ("info@müsterstadt.example", "mailto:info@müsterstadt.example"),
    ],
)
def test_mailboxes(text: str, mailbox: str) -> None:
    assert repair_mailbox(text) == mailbox


@pytest.mark.parametrize(
    "text", ["", "info", "info@", "@example.org", "info@localhost", "a@b", "x" * 3000 + "@example.org"]
)
def test_what_is_no_mailbox(text: str) -> None:
    assert repair_mailbox(text) is None
