"""A municipality's page: level, missing criteria, next steps, peers; why there is nothing; rows behind figures; badge."""

import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
from sample_measured import (
    BLOCKED,
    BURG,
    COPY,
    FORMER,
    HAFEN,
    HOSTILE_TOWN,
    MEMBER,
    NOTHING,
    TOWNS,
    UMLAUT,
    UNCHECKED,
    UNREACHABLE,
    WEBSITE,
    WILD,
)
from seen import Page, sound

from catalog.measure.method import MEASURES

EVERYBODY = [ags for ags, *_ in TOWNS]
OF_TOWN = [slug for slug, measure in MEASURES.items() if ":ags" in measure.sql]


def page_of(look: Any, ags: str, query: str = "") -> Page:
    return Page(look(f"/municipality/{ags}{query}").text)


@pytest.mark.parametrize("ags", [*EVERYBODY, WILD])
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_is_sound(look: Any, ags: str, language: str) -> None:
    page = sound(look(f"/municipality/{ags}?lang={language}"), language)
    sound(look(f"/municipality/{ags}?lang={language}&print=1"), language)
    assert [item.get("lang") for item in page.all("h1")] == ["de"]


def test_the_level_says_what_is_missing_for_the_next(look: Any) -> None:
    page = page_of(look, HAFEN)
    assert "2 verzeichnet Stufe 2 von 4" in page.text
    missing = page.text.partition("Bis zur Stufe 3 (katalogisiert) fehlt noch:")[2]
    assert missing.replace(" ,", ",").startswith(" Vollständig beschrieben, Bekannte Lizenz")


def test_each_criterion_has_value_threshold_and_rows(look: Any) -> None:
    page = page_of(look, HAFEN)
    assert "Vollständig beschrieben 87,5 % 21 von 24 ab 90\u00a0% fehlt".replace("\u00a0", " ") in page.text
    assert "Adressen erreichbar 85,3 % 29 von 34" in page.text
    assert f"/municipality/{HAFEN}?rows=criterion-complete" in page.links


def test_what_to_do_next_leads_to_the_exact_list(look: Any) -> None:
    page = page_of(look, HAFEN)
    steps = [link for link in page.links if link.startswith("/quality/")]
    assert len(steps) == 8
    assert all(link.endswith(f"?municipality={HAFEN}") for link in steps)
    assert "24 Datensätze · 720 Punkte" in page.text.replace("\u202f", "")


def test_figures_stand_beside_the_class_and_what_was_before(look: Any) -> None:
    text = page_of(look, BURG).text
    assert "Mittel der Klasse" in text
    assert "6 Datensätze zuvor 6" in text
    assert "Auffindbarkeit" in text
    assert "Beständigkeit" in text


def test_high_value_datasets_are_told_where_there_are_any(look: Any) -> None:
    page = page_of(look, BURG)
    assert "Als hochwertig (HVD) gekennzeichnet: 1, davon mit Schnittstelle: 0" in page.text
    assert f"/municipality/{BURG}?rows=hvd" in page.links
    assert "hochwertig" not in page_of(look, HAFEN).text


def test_peers_together_and_what_is_missing_are_named(look: Any) -> None:
    page = page_of(look, COPY)
    assert f"/municipality/{BURG}" in page.links
    assert "opendata@stadt.example" in page.text
    assert any(link.startswith("/model/") for link in page.links)
    assert any(link.startswith("/dataset/") for link in page.links)
    assert "dasselbe Portal" in page.text


def test_changes_duplicates_and_leakage_are_told(look: Any) -> None:
    text = page_of(look, HAFEN).text
    assert "geändert Baumkataster der Stadt 15.11.2026" in text
    assert "1 Eintrag wiederholt einen Datensatz aus einem anderen Portal" in text
    assert "23 von 24 aus dem eigenen Portal fehlen im Landesportal" in text


def test_everything_can_be_taken_along(look: Any) -> None:
    links = page_of(look, HAFEN).links
    for name in (
        "catalog.ttl",
        "catalog.jsonld",
        "datasets.csv",
        "datasets.xlsx",
        "feed.atom",
        "actions.csv",
    ):
        assert f"/municipality/{HAFEN}/{name}" in links


def test_how_the_level_came_about_and_how_to_object(look: Any) -> None:
    text = page_of(look, BURG).text
    assert (
        "seit 15.11.2026 Methode 2026.1 2 verzeichnet seit 01.08.2026 Methode 2026.1 1 einzelne Daten" in text
    )
    assert "Stimmt etwas nicht?" in text


@pytest.mark.parametrize(
    ("ags", "why", "asked"),
    [
        (NOTHING, "Es gab nichts", "gefunden und gelesen"),
        (BLOCKED, "untersagt den automatischen Zugriff", "eigenes Portal: Sperrhausen Zugriff untersagt"),
        (UNREACHABLE, "hat nicht geantwortet", "eigenes Portal: Fernweh nicht erreichbar"),
        (UNCHECKED, "Noch nicht alles wurde gefragt", "offenes gemeinsames Portal: Datenportal Musterland"),
        (MEMBER, "Die Daten veröffentlicht", "der Verband „Musterau“"),
    ],
)
def test_nothing_says_why_and_what_was_asked(look: Any, ags: str, why: str, asked: str) -> None:
    text = page_of(look, ags).text
    assert why.lower() in text.lower()
    assert asked in text
    assert "Womit ähnliche Kommunen anfangen" in text


def test_with_nothing_one_learns_what_others_begin_with_and_where(look: Any) -> None:
    page = page_of(look, NOTHING)
    assert "/portal/land" in page.links
    assert any(link.startswith("/model/") for link in page.links)
    assert any(link.startswith("/dataset/") for link in page.links)


def test_data_on_web_pages_count_apart(look: Any) -> None:
    text = page_of(look, WEBSITE).text
    assert "1 einzelne Daten" in text
    assert "1 Datensatz steht nur auf Webseiten, in keinem Katalog" in text


def test_an_area_of_no_municipality_stands_apart(look: Any) -> None:
    assert "zu keiner Gemeinde gehört" in page_of(look, WILD).text


def test_an_old_key_leads_to_todays(look: Any) -> None:
    answer = look(f"/municipality/{FORMER}?lang=en")
    assert answer.status_code == 301
    assert answer.headers["location"] == f"/municipality/{HAFEN}?lang=en"


@pytest.mark.parametrize(
    "path", ["/municipality/12345678", "/municipality/12345678/badge.svg", "/municipality/x?rows=y"]
)
def test_an_unknown_key_is_told_in_the_readers_language(look: Any, path: str) -> None:
    answer = look(path, accept_language="en")
    assert answer.status_code == 404
    assert "This page does not exist" in answer.text


def test_hostile_names_and_titles_stay_text(look: Any) -> None:
    answer = look(f"/municipality/{HOSTILE_TOWN}")
    assert "<script>alert" not in answer.text
    assert "<script>alert" in Page(answer.text).text
    assert "<script>alert" not in look(f"/municipality/{HOSTILE_TOWN}/badge.svg").text


def test_the_print_view_is_short(look: Any) -> None:
    page = page_of(look, HAFEN, "?print=1")
    assert "Kriterien der Stufen" in page.text
    assert "Lizenzen" not in page.text
    assert len([link for link in page.links if link.startswith("/quality/")]) == 5


@pytest.mark.parametrize("slug", OF_TOWN)
def test_every_figure_shows_its_rows(look: Any, slug: str) -> None:
    sound(look(f"/municipality/{HAFEN}?rows={slug}"), "de")


def test_rows_say_which_fail_first(look: Any) -> None:
    page = page_of(look, HAFEN, "?rows=criterion-licensed")
    assert page.text.count(" fehlt ") == 5
    assert page.text.index(" fehlt ") < page.text.rindex(" erfüllt ")
    assert look(f"/municipality/{HAFEN}?rows=nirgends").status_code == 404


def test_the_query_behind_a_figure_runs_in_the_raw_data(look: Any) -> None:
    page = page_of(look, HAFEN, "?rows=criterion-complete")
    assert "/bestand" in [item.get("action") for item in page.all("form")]
    assert HAFEN in [item.get("value") for item in page.all("input") if item.get("name") == "ags"]


@pytest.mark.parametrize(
    ("ags", "said"),
    [(COPY, "3 katalogisiert · 15.11.2026"), (BLOCKED, "Zugriff untersagt"), (UMLAUT, "1 einzelne Daten")],
)
def test_the_badge_says_level_and_day(look: Any, ags: str, said: str) -> None:
    answer = look(f"/municipality/{ags}/badge.svg")
    drawn = ElementTree.fromstring(answer.text)
    title = drawn.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert said in str(title.text)
    assert drawn.get("aria-label") == title.text
    assert drawn.get("role") == "img"
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "max-age=86400" in answer.headers["cache-control"]
    assert len(answer.content) < 1500


def test_the_badge_is_not_sent_again(look: Any) -> None:
    first = look(f"/municipality/{COPY}/badge.svg?lang=en")
    again = look(f"/municipality/{COPY}/badge.svg?lang=en", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert "catalogued" in first.text


def test_before_a_measurement_the_page_says_so(get: Any) -> None:
    assert "bestand measure" in get("/municipality/99001001").text
    assert "nicht geprüft" in get("/municipality/99001001/badge.svg").text
