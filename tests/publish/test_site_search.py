"""Search: spellings, parts of compounds, what may have been meant, order, facets; every search is bounded."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from outline import Outline
from sample_measured import HAFEN, Measured, record
from store_house import House, complete, found, hand_over, many

from catalog.measure.measuring import measure
from catalog.publish.site import search
from catalog.publish.site.nearby import compounds, meant
from catalog.publish.site.search import CAP, FILTERS, Search, details, facets
from catalog.store.checking import problems
from catalog.store.copying import copy_database


@pytest.fixture(scope="module")
def conn(measured: Measured) -> Iterator[sqlite3.Connection]:
    """The measured sample, open for reading."""
    with closing(sqlite3.connect(f"file:{measured.path}?mode=ro", uri=True)) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


def titles(conn: sqlite3.Connection, words: str, **filters: str) -> list[str]:
    """The titles of what is found, the best first."""
    return [row["title"] for row in details(conn, Search(words, filters).hits(conn).datasets)]


@pytest.mark.parametrize(
    "words", ["Spielplätze", "SPIELPLAETZE", "spielplatze", "spielpl", "Spielplätze 2013"]
)
def test_every_spelling_and_beginning_is_found(conn: sqlite3.Connection, words: str) -> None:
    assert any("Spielplätze" in title for title in titles(conn, words))


def test_a_part_of_a_compound_is_found_and_named(conn: sqlite3.Connection, look: Any) -> None:
    found = Search("kataster").hits(conn)
    assert "baumkataster" in found.parts
    assert "Baumkataster der Stadt" in titles(conn, "kataster")
    assert titles(conn, "verzeichnis")[0].startswith("Straßenverzeichnis")
    page = Outline(look("/datasets?q=kataster").text)
    assert "Baumkataster" in page.text
    assert any("q=Baumkataster" in address for address in page.links())


def test_a_slip_is_answered_with_what_was_meant(conn: sqlite3.Connection, look: Any) -> None:
    assert meant(conn, ["spielpletze"]) == "Spielplätze"
    assert meant(conn, ["baumkatester", "stadt"]) == "Baumkataster Stadt"
    assert meant(conn, ["qqqqqqqq"]) == ""
    page = Outline(look("/datasets?q=Baumkatastre&theme=EDUC&lang=de").text)
    assert "Meinten Sie Baumkataster?" in page.text
    assert any("q=Baumkataster" in address and "theme=EDUC" in address for address in page.links())


def test_a_title_stands_before_a_description(tmp_path: Path, measured: Measured) -> None:
    copy_database(measured.path, tmp_path / "more.db")
    house = House(tmp_path / "more.db")
    more = {
        f"d{n}": record(f"Etwas {n}", 1, HAFEN, description="Zum Wasserspiegel gehört viel.")
        for n in range(5)
    }
    house.crawl({"t": record("Wasserspiegel", 1, HAFEN), **more})
    measure(house.store)
    house.conn.row_factory = sqlite3.Row
    assert titles(house.conn, "wasserspiegel")[0] == "Wasserspiegel"
    assert titles(house.conn, "spiegel")[0] == "Wasserspiegel"
    assert len(titles(house.conn, "wasserspiegel")) == 6
    house.conn.row_factory = None
    assert list(problems(house.conn)) == []
    house.store.close()


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_leaves_what_its_facet_counts(conn: sqlite3.Connection, name: str) -> None:
    everything = Search("", {"type": "catalogue"}).hits(conn).datasets
    counted = [(code, number) for facet, code, number in facets(conn, everything) if facet == name]
    for code, number in counted:
        asked = Search("", {"type": "catalogue", name: str(code) or search.NOT_GIVEN})
        assert len(asked.hits(conn).datasets) == number, (name, code)
    assert counted or name in ("finding", "open", "sound", "once")


def test_filters_agree_with_the_wide_tables(conn: sqlite3.Connection) -> None:
    for finding in ("distribution-license-missing", "dataset-description-missing"):
        sql = "select count(*) from finding join dataset on dataset.id = dataset join finding_kind on finding_kind.id = kind where slug = ? and gone_run is null"
        assert (
            len(Search("", {"finding": finding}).hits(conn).datasets)
            == conn.execute(sql, (finding,)).fetchone()[0]
        )
    sql = "select count(*) from dataset where ags = ? and gone_run is null"
    assert (
        len(Search("", {"municipality": HAFEN}).hits(conn).datasets)
        == conn.execute(sql, (HAFEN,)).fetchone()[0]
    )
    gone = Search("", {}, gone=True).hits(conn).datasets
    assert (
        len(gone) == conn.execute("select count(*) from dataset where gone_run is not null").fetchone()[0] > 0
    )
    both = set(Search("", {"theme": "TRAN", "format": "CSV"}).hits(conn).datasets)
    assert both == set(Search("", {"theme": "TRAN"}).hits(conn).datasets) & set(
        Search("", {"format": "CSV"}).hits(conn).datasets
    )


@pytest.mark.parametrize("name", FILTERS)
def test_an_unknown_value_finds_nothing(conn: sqlite3.Connection, name: str) -> None:
    if name not in ("open", "sound", "once", "type"):
        assert Search("", {name: "gibt's nicht"}).hits(conn).datasets == [] or name == "class"


def test_the_aggregates_say_the_same_as_counting(conn: sqlite3.Connection) -> None:
    chosen = {"portal": None, "type": None}
    known = {tuple(row) for row in conn.execute(search.AGGREGATED, chosen)}
    counted = set(facets(conn, Search("").hits(conn).datasets))
    both = {facet for facet, _, _ in known} & {facet for facet, _, _ in counted}
    assert both >= {"municipality", "land", "class", "portal", "theme", "license", "type", "model"}
    for facet in both - {"format", "type", "theme"}:
        assert {(str(c), n) for f, c, n in known if f == facet} == {
            (str(c), n) for f, c, n in counted if f == facet
        }


def test_hits_are_capped_and_it_is_said(conn: sqlite3.Connection) -> None:
    found = Search("").hits(conn, 10)
    assert len(found.datasets) == 10
    assert found.more
    assert not Search("", {"municipality": HAFEN}).hits(conn, CAP).more
    assert len(Search("musterhafen stadt amt").hits(conn, 3).datasets) <= 3


def test_a_common_word_stands_for_itself(conn: sqlite3.Connection) -> None:
    assert compounds(conn, ["kataster"], 1) != [None]
    assert compounds(conn, ["baumkataster"], 1) == [None]


@pytest.mark.parametrize(
    "words", ["!!!", '"', "*", "a AND b OR NOT", "title:x", "-", "ß" * 300, "a " * 300, "\x00", "日本"]
)
def test_any_words_are_taken_as_words(conn: sqlite3.Connection, words: str) -> None:
    assert Search(words).hits(conn).datasets == [] or words == "日本"


def test_records_of_a_crawl_that_was_broken_off_are_found_after_the_next(tmp_path: Path) -> None:
    house = House(tmp_path / "broken.db")
    sink = house.sink()
    hand_over(sink, [found(name, item) for name, item in many(3).items()])
    assert Search("Datensatz").hits(house.conn).datasets == []
    sink = house.sink()
    items = [found(name, item) for name, item in many(3).items()]
    same = sink.unchanged([(item.identifier, item.raw_digest) for item in items], 1)
    assert len(same) == 3
    hand_over(sink, items)
    sink.finish(complete(3))
    assert len(Search("Datensatz").hits(house.conn).datasets) == 3
    house.crawl({})
    house.store.close()
