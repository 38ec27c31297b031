"""Whose page it is: every verdict, with the page that earns it."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.towns import Register, Town, district_marks, town_of, words
from crawler.discovery.verdicts import is_parked, judge
from crawler.formats.html_page import WebPage, read_page

Make = Callable[..., WebPage]
OFFICIAL = "Rathaus Gemeinderat Bürgermeister"

CASES = [
    ("01", "Stadt Muster", f"Nordland {OFFICIAL}", "accepted"),
    ("01", "Stadt Muster", f"im Seekreis {OFFICIAL}", "accepted"),
    ("01", "Startseite", f"Willkommen in der Stadt Muster, Nordland. {OFFICIAL}", "accepted"),
    ("01", "Town of Muster", "Town hall, mayor and city council of Muster in Nordland", "accepted"),
    ("01", "Stadt Muster", OFFICIAL, "unplaced"),
    ("01", "Stadt Muster", "Nordland", "unofficial"),
    ("01", "Muster", "Nordland Seekreis Ansichtsexemplare", "unofficial"),
    ("01", "Muster Anzeiger - Nachrichten", f"Stadt Muster Nordland {OFFICIAL}", "unofficial"),
    ("01", "Anzeigenblatt", f"Alles über Muster in Nordland {OFFICIAL}", "unnamed"),
    ("01", "Stadt Bad Muster", f"Nordland {OFFICIAL}", "other_town"),
    ("01", "Willkommen", f"Bad Muster in Nordland {OFFICIAL}", "unnamed"),
    ("01", "Stadt Muster", f"Kantonalstadt in Südland. {OFFICIAL}", "namesake"),
    ("01", "Landkreis Seekreis", f"Muster gehört dazu. {OFFICIAL}", "district_site"),
    ("02", "Verwaltungsgemeinschaft Muster", f"Nordland {OFFICIAL}", "district_site"),
    ("03", "Amt Seeland", f"Nordland, Neudorf, Altdorf {OFFICIAL}", "district_site"),
    ("03", "Gemeinde Neudorf", f"Nordland {OFFICIAL}", "accepted"),
    ("03", "Gemeinde Neudorf", f"Südland-Anhalt {OFFICIAL}", "namesake"),
    ("03", "Gemeinde Neudorf", f"Nordland und Südland-Anhalt {OFFICIAL}", "ambiguous"),
    ("04", "Gemeinde Neudorf", f"Heidekreis {OFFICIAL}", "accepted"),
    ("04", "Gemeinde Neudorf (Heide)", f"Südland-Anhalt {OFFICIAL}", "accepted"),
    ("04", "Gemeinde Neudorf", f"Südland {OFFICIAL}", "namesake"),
    ("05", "Gemeinde Altdorf", f"Nordland {OFFICIAL}", "ambiguous"),
    ("05", "Gemeinde Altdorf", f"Nordland, Seekreis {OFFICIAL}", "accepted"),
    ("05", "Gemeinde Altdorf", f"Nordland, Bergland {OFFICIAL}", "namesake"),
    ("05", "Gemeinde Altdorf", f"Seekreis und Bergland {OFFICIAL}", "ambiguous"),
    ("07", "Kreis Kleve", f"Südland {OFFICIAL}", "district_site"),
    ("07", "Stadt Kleve", f"Kreis Kleve {OFFICIAL}", "accepted"),
    ("07", "Stadt Kleve", OFFICIAL, "unplaced"),
    ("08", "Freihafen", f"Die Landeshauptstadt. {OFFICIAL}", "accepted"),
    ("09", "Essen bestellen", "Pizza und mehr in Südland", "unofficial"),
    ("01", "muster.example", "Diese Domain steht zum Verkauf. Rathaus Gemeinderat Stadt Muster Nordland", "parked"),
]  # fmt: skip


@pytest.mark.parametrize(("ags", "title", "text", "slug"), CASES)
def test_each_verdict(register: Register, page: Make, ags: str, title: str, text: str, slug: str) -> None:
    town = next(town for town in register.towns if town.ags == ags)
    verdict = judge(town, register, page(title, text))
    assert verdict.slug == slug, verdict.proof
    assert verdict.proof.endswith(".")
    assert 0 < verdict.certainty <= 95


def test_a_list_of_all_states_places_nobody(register: Register, page: Make) -> None:
    towns = [*register.towns, *(Town(str(number), f"Ort {number}", f"Land {number}") for number in range(4))]
    every = Register.of(towns)
    text = f"Bundesländer: Nordland Land 1 Land 2 Land 3 {OFFICIAL}"
    assert judge(towns[0], every, page("Stadt Muster", text)).slug == "unplaced"


def test_the_imprint_may_say_what_the_page_does_not(register: Register, page: Make) -> None:
    home = page("Stadt Muster", "Rathaus")
    imprint = page("Impressum", "Stadt Muster, vertreten durch den Bürgermeister, Gemeinderat, Nordland")
    assert judge(register.towns[0], register, home).slug == "unofficial"
    assert judge(register.towns[0], register, home, imprint).slug == "accepted"


def test_more_marks_make_it_surer(register: Register, page: Make) -> None:
    texts = [f"Nordland {OFFICIAL}", f"Nordland Seekreis {OFFICIAL} Satzungen Amtsblatt"]
    less, more = (judge(register.towns[0], register, page("Stadt Muster", text)).certainty for text in texts)
    assert less < more


@pytest.mark.parametrize(
    ("text", "parked"),
    [
        ("Buy this domain", True), ("Hier entsteht eine neue Internetpräsenz", True), ("It works!", True),
        ("This domain is for sale", True), ("Die Domain muster.example ist registriert", True),
        ("Das Grundstück steht zum Verkauf", False), ("Willkommen in Muster", False), ("It works! " + "Text " * 400, False),
    ],
)  # fmt: skip
def test_parked_domains(page: Make, text: str, parked: bool) -> None:
    assert is_parked(page("x", text)) is parked


def test_a_district_that_shares_a_towns_name_is_named_with_its_word_only(register: Register) -> None:
    kleve = register.towns[6]
    assert words("Kleve") not in district_marks(kleve, register)
    assert " kreis kleve " in district_marks(kleve, register)
    assert " seekreis " in district_marks(register.towns[0], register)
    assert district_marks(register.towns[7], register) == []


def test_rows_of_registers_under_their_own_names() -> None:
    row = {"ags": "05154036", "name": "Kleve, Stadt", "state": "NRW", "district_name": "Kleve, Kreis", "association": None,
           "website": "www.kleve.example"}  # fmt: skip
    town = town_of(row)
    assert (town.district, town.homepage, town.association, town.short_name) == (
        "Kleve",
        "www.kleve.example",
        "",
        "Kleve",
    )


@given(st.text(max_size=200), st.text(max_size=60))
def test_no_page_surprises_and_none_is_accepted_without_the_towns_name(text: str, title: str) -> None:
    register = Register.of(
        [Town("1", "Muster", "Nordland", "Stadt", "Seekreis"), Town("2", "Muster", "Südland")]
    )
    page = read_page(
        f"<html><title>{title}</title><p>{text}</p></html>".encode("utf-8", "replace"),
        "text/html",
        "http://a.example/",
    )
    verdict = judge(register.towns[0], register, page)
    assert verdict.slug != "accepted" or "muster" in page.text.casefold() + page.title.casefold()
