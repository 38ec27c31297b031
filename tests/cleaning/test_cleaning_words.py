"""Languages, frequencies, themes and descriptions."""

from time import perf_counter

import pytest

from catalog.cleaning.frequencies import read_frequency, read_granularity
from catalog.cleaning.languages import language_tag, read_language
from catalog.cleaning.text import plain
from catalog.cleaning.themes import read_theme
from catalog.vocabulary import read_table, vocabulary

EU = "http://publications.europa.eu/resource/authority/"


@pytest.mark.parametrize(
    "text",
    ["de", "DE", "deu", "ger", "dt", "de-DE", "de_DE", "Deutsch", "deutsch", "German", "lang/DEU", EU + "language/DEU",
     "https" + EU[4:] + "language/DEU/", "http://id.loc.gov/vocabulary/iso639-1/de", "http://id.loc.gov/vocabulary/iso639-2/ger",
     "http://lexvo.org/id/iso639-3/deu"],
)  # fmt: skip
def test_german_in_every_spelling(text: str) -> None:
    assert read_language(text) == EU + "language/DEU"
    assert language_tag(text) == "de"


@pytest.mark.parametrize("text", ["", "xx", "en,es,ca", "http://example.org/de", "Klingonisch", "d", "de fr"])
def test_unknown_languages(text: str) -> None:
    assert read_language(text) is None
    assert language_tag(text) == ""


def test_languages_without_a_short_code_have_their_long_tag() -> None:
    assert [language_tag("nds"), language_tag("0D0"), language_tag("cnr")] == ["nds", "ca-valencia", "cnr"]
    assert all(language_tag(concept.uri) for concept in vocabulary("language"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ANNUAL", "ANNUAL"), (EU + "frequency/MONTHLY", "MONTHLY"), ("annually", "ANNUAL"), ("asNeeded", "AS_NEEDED"),
        ("http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequencyCode/notPlanned", "NOT_PLANNED"),
        ("http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequency/continual", "CONT"),
        ("http://purl.org/cld/freq/monthly", "MONTHLY"), ("monatlich", "MONTHLY"), ("Jährlich", "ANNUAL"), ("vierteljaehrlich", "QUARTERLY"),
        ("alle zwei Jahre", "BIENNIAL"), ("R/P1D", "DAILY"), ("R/P1Y", "ANNUAL"), ("P12M", "ANNUAL"), ("P1W", "WEEKLY"), ("R/P0.5M", "MONTHLY_2"),
        ("R/P3.5D", "WEEKLY_2"), ("R/PT1S", "CONT"), ("R/PT1H", "HOURLY"), ("R/P10Y", "DECENNIAL"), ("weekly", "WEEKLY"), ("semiannual", "ANNUAL_2"),
        ("eventual", "IRREG"), ("unknown", "UNKNOWN"),
    ],
)  # fmt: skip
def test_frequencies(text: str, code: str) -> None:
    assert read_frequency(text) == EU + "frequency/" + code


@pytest.mark.parametrize("text", ["", "cyclic", "P99Y", "P0D", "P", "R/", "manchmal", "P3D", "x" * 500])
def test_unknown_frequencies(text: str) -> None:
    assert read_frequency(text) is None


def test_every_frequency_alias_resolves() -> None:
    for row in read_table("frequency-aliases"):
        assert read_frequency(row["alias"]) == EU + "frequency/" + row["code"], row["alias"]


@pytest.mark.parametrize(
    ("unit", "factor", "code"),
    [("Jahr", "1", "ANNUAL"), ("Jahr", 5, "QUINQUENNIAL"), ("5 Jahre", "", "QUINQUENNIAL"), ("Monat", "3", "QUARTERLY"), ("Quartal", 1, "QUARTERLY"),
     ("Tag", 1.0, "DAILY"), ("Minute", "15", "15MIN"), ("Jahr", "7", None), ("Jahr", "oft", None), ("Mond", "1", None), ("Jahr", -1, None)],
)  # fmt: skip
def test_granularity_of_ogd(unit: str, factor: str | float, code: str | None) -> None:
    assert read_granularity(unit, factor) == (code and EU + "frequency/" + code)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ENVI", "ENVI"), ("envi", "ENVI"), (EU + "data-theme/ENVI", "ENVI"), ("https" + EU[4:] + "data-theme/ENVI/", "ENVI"), ("Umwelt", "ENVI"),
        ("Verkehr", "TRAN"), ("Regions and cities", "REGI"), ("gesundheit", "HEAL"), ("bildung_wissenschaft", "EDUC TECH"), ("Politik und Wahlen", "GOVE"),
        ("Öffentliche Verwaltung, Haushalt und Steuern", "GOVE"), ("Oeffentliche Verwaltung, Haushalt und Steuern", "GOVE"),
        ("http://inspire.ec.europa.eu/theme/hb", "ENVI"), ("Lebensräume und Biotope", "ENVI"), ("https://inspire.ec.europa.eu/theme/tn", "TRAN"),
        ("transportation", "TRAN"), ("imageryBaseMapsEarthCover", "ENVI TECH"), ("https://inspire.ec.europa.eu/metadata-codelist/TopicCategory/society", "SOCI"),
        ("Planungsunterlagen / Kataster", "ECON"), ("geo", ""), ("infrastruktur_bauen_wohnen", ""), ("Sonstiges", ""), ("", ""), ("x" * 500, ""),
    ],
)  # fmt: skip
def test_themes(text: str, codes: str) -> None:
    assert read_theme(text) == tuple(EU + "data-theme/" + code for code in codes.split())


def test_every_theme_alias_resolves_to_what_its_row_says() -> None:
    for row in read_table("theme-aliases"):
        assert [uri.rsplit("/", 1)[1] for uri in read_theme(row["alias"])] == [
            c for c in row["codes"].split("|") if c
        ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Ein Satz.\n\nNoch  einer.", "Ein Satz. Noch einer."),
        ("<p>Hallo <b>W</b>elt</p><p>zwei</p>", "Hallo Welt zwei"),
        ("a<br/>b &amp; c&nbsp;d &#8211; e", "a b & c d – e"),
        ("&lt;p&gt;escaped&lt;/p&gt;", "escaped"),
        ("<script>alert(1)</script>Text<!-- nicht -->", "Text"),
        ("<div style='x'>Text", "Text"),
        ("# Titel\n\n* eins\n* **zwei** und *drei*", "Titel eins zwei und drei"),
        ('[Karte](http://example.org "x") und ![Bild](b.png)', "Karte und Bild"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("`code` und __fett__", "code und fett"),
        ("snake_case_name, 5 * 3 * 2, a < b, Nr. #5, R&D", "snake_case_name, 5 * 3 * 2, a < b, Nr. #5, R&D"),
        ("1. Januar 2014", "1. Januar 2014"),
        ("a\u202eb\u200bc\x00d\ufeff", "abcd"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_plain_text(text: str, wanted: str) -> None:
    assert plain(text) == wanted


@pytest.mark.parametrize(
    "bomb", ["<" * 50_000 + "b" + ">" * 50_000, "&amp;" * 30_000 + "lt;b&gt;", "[" * 50_000, "*a" * 30_000, "<!--" * 20_000, "_" * 60_000, "`" * 60_000, "# " + "#" * 60_000 + "a", "[x](" + " " * 60_000, "<script>" * 20_000],
    ids=["nested tags", "escapes", "brackets", "stars", "comments", "lines", "ticks", "heading", "link", "scripts"],
)  # fmt: skip
def test_hostile_text_is_cleaned_in_time(bomb: str) -> None:
    begin = perf_counter()
    assert plain(plain(bomb)) == plain(bomb)
    assert perf_counter() - begin < 2
