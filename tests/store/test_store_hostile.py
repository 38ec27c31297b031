"""Texts and sizes that portals should not send, and do."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_house import House, complete, dataset, found

from catalog.record.node import Record
from catalog.record.table import Dataset, Distribution
from catalog.record.terms import IRI, Literal
from catalog.store.checking import invariants
from catalog.store.rows import dataset_key
from catalog.store.sink import Found, Reject


def test_doubled_keywords_are_one(house: House) -> None:
    words = ["Bäume", "Bäume", " Bäume ", "bäume", Literal("Bäume", "de"), "", "  ", "x" * 5000]
    house.crawl({"a": Record(Dataset(title=["a"], keyword=words))})
    sql = "select name from keyword join dataset_keyword on keyword = id order by name"
    assert house.rows(sql) == [("Bäume",), ("bäume",), ("x" * 200,)]


def test_eight_thousand_distributions(house: House) -> None:
    parts = [Distribution(access_url=[IRI(f"https://daten.example/{n}")]) for n in range(8000)]
    house.crawl({"a": Record(Dataset(title=["Viele"], distribution=parts))})
    assert house.rows("select distributions from dataset") == [(8000,)]
    parts.pop()
    house.crawl({"a": Record(Dataset(title=["Viele"], distribution=parts))})
    assert house.one("select count(*) from distribution") == 7999


@pytest.mark.parametrize(
    "text",
    ["a\x00b", "\u202eabc\u200b", "\U0001f333" * 3, "'; drop table dataset; --", '"quoted" NEAR(', "\ufeff"],
)
def test_odd_characters_are_kept_letter_by_letter(house: House, text: str) -> None:
    house.crawl({text: dataset(text, description=text, keywords=[text], publisher=text)})
    assert house.rows("select identifier, title from dataset") == [(text, text)]
    house.crawl({text: dataset("Danach")})
    assert house.counters() == {"changed": 1}
    assert house.search("danach") == [text]


def test_a_megabyte_of_text(house: House) -> None:
    house.crawl({"a": dataset("x " * 500_000, description="Wörter " * 150_000)})
    assert house.one("select length(title) from dataset") == 1_000  # what lists show; the record keeps all
    assert house.one("select length(record) from version") > 2_000_000
    house.crawl({"a": dataset("kurz")})
    assert (house.search("woerter"), house.search("kurz")) == ([], ["a"])


def test_identifiers_of_ten_kilobytes(house: House) -> None:
    names = ["n" * 10_000, "n" * 9_999 + "m"]
    house.crawl({name: dataset(name[-1]) for name in names})
    assert sorted(house.rows("select identifier, length(key) from dataset")) == sorted(
        (name, 12) for name in names
    )
    house.crawl({name: dataset(name[-1]) for name in names})
    assert house.counters() == {"unchanged": 2}


def test_unpaired_surrogates_are_rejected_and_stop_nothing(house: House) -> None:
    sink = house.sink()
    bad = [
        found("good", dataset("gut")),
        Found("text", b"1", 1, dataset("\ud800")),
        Found("id\udfff", b"2", 1, dataset("x")),
    ]
    assert sink.unchanged([("id\udfff", b"2"), ("good", b"")], 1) == set()
    sink.take(bad, [Reject("r\ud800", b"{", "e\ud800")])
    sink.finish(complete(1, rejected=3, claimed=4))
    assert house.rows("select identifier from dataset") == [("good",)]
    assert [name for (name,) in house.rows("select identifier from rejected order by identifier")] == [
        "id?",
        "r?",
        "text",
    ]
    assert "\\ud800" in house.one("select raw from rejected where identifier = 'text'")


def test_a_record_that_breaks_the_columns_is_rejected(house: House) -> None:
    sink = house.sink()
    sink.take([Found("a", b"1", 1, Record(Dataset(title=[object()]))), found("b", dataset())])
    sink.finish(complete(1, rejected=1))
    ((identifier, error),) = house.rows("select identifier, error from rejected")
    assert identifier == "a"
    assert error.startswith("AttributeError: ")
    assert house.rows("select identifier from dataset") == [("b",)]


def test_sizes_that_sqlite_cannot_hold_are_none(house: House) -> None:
    sizes = ["9" * 30, "-1", "12.7", "viel", str(2**62)]
    parts = [
        Distribution(access_url=[IRI(f"https://x.example/{n}")], byte_size=[size])
        for n, size in enumerate(sizes)
    ]
    house.crawl({"a": Record(Dataset(title=["x"], distribution=parts))})
    assert [size for (size,) in house.rows("select byte_size from distribution order by access_url")] == [
        None,
        None,
        12,
        None,
        None,
    ]


def test_a_record_of_nothing(house: House) -> None:
    house.crawl({"": Record(Dataset())})
    assert house.rows("select identifier, title, distributions from dataset") == [("", "", 0)]


def test_keys_are_short_stable_and_of_one_alphabet() -> None:
    assert dataset_key("muster", "id-1") == "3munjz5lm636"  # it stands in addresses, for ever
    keys = {
        dataset_key(portal, name) for portal in ("a", "b", "ab") for name in ("", "b", "\ud800", "x" * 10_000)
    }
    assert len(keys) == 12
    assert all(key.isalnum() and key.islower() | key.isdigit() and key.isascii() for key in keys)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
LITERAL = TEXT | st.builds(Literal, TEXT, st.sampled_from(["de", "en"]))


@st.composite
def records(draw: st.DrawFn) -> Record:
    """A dataset with several values everywhere, in any order."""
    values: dict[str, Any] = {
        name: draw(st.lists(LITERAL, max_size=3)) for name in ("title", "description", "keyword", "publisher")
    }
    return Record(Dataset(**values))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from("abc"), records(), min_size=1), min_size=2, max_size=4))
def test_the_index_never_keeps_a_ghost(
    tmp_path_factory: pytest.TempPathFactory, crawls: list[dict[str, Record]]
) -> None:
    house = House(tmp_path_factory.mktemp("ghost") / "bestand.db")
    for listed in crawls:
        house.crawl(listed, accept_shrink=True)
    assert invariants(house.conn) == []
    house.conn.execute("insert into dataset_fts (dataset_fts) values ('integrity-check')")
    house.conn.rollback()
    house.store.close()
