"""The list of municipalities: filters stand in the address, order within size classes, every land says why."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sample_measured import (
    BLOCKED,
    BURG,
    COPY,
    HAFEN,
    HOSTILE,
    MEMBER,
    NOTHING,
    TOWNS,
    UMLAUT,
    UNCHECKED,
    WEBSITE,
    WILD,
)
from seen import Page, sound
from sqlite_utils import Database

from catalog.publish.site.pages.municipalities import ORDERS
from catalog.store.schema import MIGRATIONS


def towns(page: Page) -> list[str]:
    """The keys of the municipalities that are listed, in their order."""
    return [link.split("/")[-1].partition("?")[0] for link in page.links if link.startswith("/municipality/")]


def listed(look: Any, query: str = "") -> list[str]:
    return towns(Page(look(f"/municipalities{query}").text))


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_list_is_sound(look: Any, language: str) -> None:
    sound(look(f"/municipalities?lang={language}"), language)
    assert look("/municipalities", method="HEAD").status_code == 200


def test_every_municipality_is_listed_and_no_other_area(look: Any) -> None:
    assert sorted(listed(look)) == sorted(ags for ags, *_ in TOWNS)
    assert WILD not in listed(look)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?level=3-4", {COPY}),
        ("?level=2", {HAFEN, BURG, MEMBER}),
        ("?level=0", {NOTHING}),
        ("?class=1", {HAFEN}),
        ("?class=0", {UNCHECKED}),
        ("?band=>100k", {HAFEN, BURG, COPY}),
        ("?band=5-20k&status=nothing_found", {NOTHING}),
        ("?status=blocked", {BLOCKED}),
        ("?status=found_via_association", {MEMBER}),
        ("?status=unknown&class=0", {UNCHECKED}),
        ("?q=uberlingen", {UMLAUT}),
        ("?q=GROESS-UEBERL", {UMLAUT}),
        (f"?q={WEBSITE}", {WEBSITE}),
        ("?q=%25", {ags for ags, *_ in TOWNS}),
        ("?land=Nirgends", set()),
        ("?level=9&class=x&status=y&band=z&sort=w&page=99", {ags for ags, *_ in TOWNS}),
    ],
)
def test_filters_narrow_the_list(look: Any, query: str, expected: set[str]) -> None:
    assert set(listed(look, query)) == expected


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_stays_within_the_size_class(look: Any, order: str) -> None:
    size = {ags: population for ags, *_, population in TOWNS}
    found = [size[ags] for ags in listed(look, f"?sort={order}")]
    known = [number for number in found if number is not None]
    classes = [
        sum(number >= least for least in (10_000, 25_000, 50_000, 100_000, 200_000, 400_000))
        for number in known
    ]
    assert classes == sorted(classes, reverse=True)
    assert found[-1] is None


def test_the_best_of_a_class_stands_first(look: Any) -> None:
    assert listed(look, "?class=3") == [COPY, BURG]
    assert listed(look, "?class=3&sort=name") == [BURG, COPY]


def test_the_filters_are_kept_in_the_form(look: Any) -> None:
    page = Page(look("/municipalities?level=3-4&class=3&q=exempel&lang=en").text)
    chosen = [item["value"] for item in page.all("option") if "selected" in item]
    assert {"3-4", "3"} <= set(chosen)
    assert "exempel" in [item.get("value") for item in page.all("input")]
    assert "en" in [item.get("value") for item in page.all("input") if item.get("name") == "lang"]


def test_a_row_says_level_quality_with_the_mean_of_the_class_and_evidence(look: Any) -> None:
    text = Page(look(f"/municipalities?q={BURG}").text).text
    assert "2 verzeichnet" in text
    assert "Mittel der Klasse" in text
    assert "15.11.2026" in text


def test_every_land_says_why(look: Any) -> None:
    page = Page(look("/municipalities").text)
    assert "Nicht geprüft heißt nicht, dass es nichts gibt" in page.text
    assert "Musterland 11 1 6 1 1 1 1 1" in page.text
    assert "/municipalities?land=Musterland&status=blocked" in page.links


def test_words_of_any_kind_are_harmless(look: Any) -> None:
    for words in ("'", '"', "%00", "☃", "_", "x" * 5000, HOSTILE):
        answer = look(f"/municipalities?q={quote(words)}")
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


def test_nothing_is_lost_without_a_measurement(get: Any, tmp_path: Path, other: Any) -> None:
    page = Page(get("/municipalities").text)
    assert "bestand measure" in page.text
    assert towns(page) == ["99001001"]
    database = Database(tmp_path / "empty.db")
    MIGRATIONS.apply(database)
    database.conn.close()
    assert "Keine Kommune passt" in other(tmp_path / "empty.db")("/municipalities").text
