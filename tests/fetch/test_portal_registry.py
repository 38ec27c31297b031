"""The registry of portals: reading, writing, keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.portals import (
    KEY_LENGTH,
    RegistryError,
    addresses,
    is_active,
    key_for,
    parse,
    portal_from,
    read,
    write,
)
from crawler.sources.protocol import Portal


def test_a_registry_survives_writing_and_reading(tmp_path: Path) -> None:
    one = Portal(
        "a",
        "https://a.example",
        "Ä",
        "ckan",
        settings={
            "prefix": "data",
            "opt_out": "2026-01-01",
            "body": "X",
            "covers": "05 DE",
            "state": "viewer",
        },
    )
    path = tmp_path / "portals.csv"
    write(path, [replace(one, key="b", robots="strict"), one])
    assert read(path) == [one, replace(one, key="b", robots="strict")]


def test_only_the_address_is_needed() -> None:
    assert parse("url\nhttps://daten.example/x\n") == [Portal("daten-example-x", "https://daten.example/x")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key,title\na,b\n", "no column `url`"),
        ("url\nftp://a.example\n", "Line 2"),
        ("url,settings\nhttps://a.example,[1]\n", "no JSON object"),
        ("url,settings\nhttps://a.example,{\n", "no JSON"),
        ("url,robots\nhttps://a.example,never\n", "robots is 'never'"),
        ("url,ags\nhttps://a.example,5111000\n", "ags is '5111000', no key of 5 or 8 digits"),
        ("url,ars\nhttps://a.example,051\n", "ars is '051', no key"),
        ("url,state\nhttps://a.example,closed\n", "state is 'closed', not one of active"),
        ("url,republish\nhttps://a.example,perhaps\n", "republish is 'perhaps'"),
        ("url,covers\nhttps://a.example,05 NRW\n", "covers names 'NRW'"),
        ("url\nhttps://a.example\nhttps://www.a.example\n", "Line 3: the key 'a-example' comes twice"),
    ],
)
def test_a_broken_registry_says_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(RegistryError, match=said):
        parse(text)


def test_a_registry_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("url,title\nhttps://a.example,Köln\n".encode("latin-1"))
    with pytest.raises(RegistryError, match="not UTF-8"):
        read(path)


def test_keys_tell_ports_and_paths_apart() -> None:
    addresses = [
        "http://127.0.0.1:8001/",
        "http://127.0.0.1:8002/",
        "https://münchen.example/daten",
        "https://x.example",
    ]
    keys = ["127-0-0-1-8001", "127-0-0-1-8002", "muenchen-example-daten", "x-example"]
    assert [key_for(url) for url in addresses] == keys


@given(st.text("abc/.-_0123456789?=&", max_size=200))
def test_a_key_is_short_and_fit_for_an_address(path: str) -> None:
    key = key_for(f"https://example.org/{path}")
    assert len(key) <= KEY_LENGTH
    assert key.replace("-", "").isalnum()
    assert key == key_for(f"https://www.example.org/{path}/")


def test_a_row_may_lack_columns() -> None:
    assert portal_from({"url": "https://a.example", "kind": None}) == Portal("a-example", "https://a.example")


def test_only_active_portals_are_crawled_unasked() -> None:
    (dead, active, unsaid) = parse(
        "key,url,state\na,https://a.example,dead\nb,https://b.example,active\nc,https://c.example,\n"
    )
    assert [is_active(each) for each in (dead, active, unsaid)] == [False, True, True]


def test_all_addresses_of_a_portal() -> None:
    (portal,) = parse(
        "url,api_url,aliases\nhttps://a.example,https://b.example,https://c.example https://d.example\n"
    )
    assert addresses(portal) == [f"https://{name}.example" for name in "abcd"]
