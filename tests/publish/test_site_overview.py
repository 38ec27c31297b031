"""The first page of a measured catalogue: headline with bounds, references, map, classes, whom to copy from."""

from pathlib import Path
from typing import Any

import pytest
from sample_catalogue import Sample
from sample_measured import COPY, HAFEN, TOWNS
from seen import Page, sound
from sqlite_utils import Database

from catalog.store.schema import MIGRATIONS


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_overview_is_sound(look: Any, language: str) -> None:
    sound(look(f"/?lang={language}"), language)
    assert look("/", method="HEAD").status_code == 200


def test_the_headline_has_bounds_a_date_the_method_and_another_instrument(look: Any) -> None:
    page = Page(look("/").text)
    assert "1 von 11 Kommunen mit systematischer Bestandsaufnahme" in page.text
    assert "Mindestens 9 %; höchstens 36 %, wenn auch alle 3 Kommunen sie hätten" in page.text
    assert "27 % sagten es 2019 von sich selbst (KGSt/ÖFIT)" in page.text
    assert "Stand: 15.11.2026 · Methode 2026.1" in page.text
    assert "/municipalities?level=3-4" in page.links
    assert "/method#object" in page.links


def test_the_headline_in_english_is_by_the_same_figures(look: Any) -> None:
    text = Page(look("/?lang=en").text).text
    assert "1 of 11 municipalities with systematic stocktaking" in text
    assert "At least 9%; at most 36%" in text


def test_every_tile_leads_to_its_rows_and_has_a_reference(look: Any) -> None:
    page = Page(look("/").text)
    assert "7 Kommunen mit Daten von 11 zuvor 7" in page.text
    assert {"/municipalities?level=1-4", "/municipalities?level=4", "/portals"} <= set(page.links)
    assert "zuvor" in page.text


def test_the_classes_are_bars_and_a_table(look: Any) -> None:
    page = Page(look("/").text)
    assert "100 000 bis 200 000 1 von 2" in page.text
    assert "/municipalities?class=3" in page.links
    assert "Einwohnerzahl unbekannt 0 von 1" in page.text


def test_the_map_has_a_table_and_a_name(look: Any) -> None:
    page = Page(look("/").text)
    drawn = [item for item in page.all("svg") if item.get("class", "").startswith("map")]  # type: ignore[union-attr]
    assert len(drawn) == 1
    assert drawn[0]["role"] == "img"
    assert drawn[0]["aria-label"]
    assert "2 verzeichnet 3" in page.text
    assert "nicht bekannt 3" in page.text
    assert "/municipalities?status=unknown" in page.links


def test_whom_to_copy_from_and_what_most_publish(look: Any) -> None:
    page = Page(look("/").text)
    assert {f"/municipality/{COPY}", f"/municipality/{HAFEN}"} <= set(page.links)
    assert "/model/flora-und-fauna-baumbestand-baumkataster" in page.links


def test_the_last_crawl_is_told_though_a_measurement_came_after(look: Any) -> None:
    page = Page(look("/").text)
    assert "Datensätze je Erhebung" in page.text
    assert any(link.startswith("/run/") for link in page.links)


def test_hostile_names_stay_text(look: Any) -> None:
    assert "<script>alert" not in look("/").text
    assert any("<script>" in name for _, _, name, _, _ in TOWNS)


def test_what_was_not_measured_says_what_to_do(get: Any, tmp_path: Path, other: Any, sample: Sample) -> None:
    assert "bestand measure" in get("/").text
    assert "278 Datensätze" in Page(get("/").text).text
    database = Database(tmp_path / "empty.db")
    MIGRATIONS.apply(database)
    database.conn.close()
    assert "Es wurde noch nichts erhoben" in other(tmp_path / "empty.db")("/").text
