"""Licences: ids, addresses, titles, JSON and prose."""

import csv
from pathlib import Path

import pytest

from catalog.cleaning.licences import read_licence
from catalog.vocabulary import read_table, vocabulary

FACTS = Path(__file__).parents[3] / "shared" / "facts"
EU = "http://publications.europa.eu/resource/authority/licence/"
DE = "http://dcat-ap.de/def/licenses/"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cc-by", "cc-by"), ("CC-BY-4.0", "cc-by-4.0"), ("cc by 4.0", "cc-by-4.0"), ("CC BY 3.0 DE", "cc-by-3.0-de"),
        ("https://creativecommons.org/licenses/by/4.0", "cc-by-4.0"), ("HTTP://CREATIVECOMMONS.ORG/licenses/by/4.0/", "cc-by-4.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.de", "cc-by-4.0"), ("https://creativecommons.org/licenses/by/4.0/legalcode.de", "cc-by-4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.en", "cc0"), ("CC0", "cc0"), ("cc-zero", "cc0"),
        ("dl-de-by", "dl-de-by-2.0"), ("dl-zero-de/2.0", "dl-de-zero-2.0"), ("www.govdata.de/dl-de/by-2-0", "dl-de-by-2.0"),
        (DE + "cc-by/4.0", "cc-by-4.0"), (EU + "ODC_BL", "odbl"), ("notspecified", "notspecified"), ("other-closed", "other-closed"),
        ("Andere eingeschränkte Lizenz", "other-closed"), ("Licence Ouverte 2.0", "etalab-2.0"), ("lov2", "etalab-2.0"),
        ("Creative Commons Namensnennung (CC-BY)", "cc-by"), ("Open Data Commons Open Database License (ODbL)", "odbl"),
        ("Creative Commons Attribution 4.0 International", "cc-by-4.0"), ("No se especificó la licencia", "notspecified"),
    ],
)  # fmt: skip
def test_names(text: str, code: str) -> None:
    found = read_licence(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Lizenz: dl-zero-de/2.0 - Datenlizenz Deutschland – Zero – Version 2.0", "dl-de-zero-2.0"),
        (
            "Es gilt die Datenlizenz Deutschland - Namensnennung - Version 2.0 (https://www.govdata.de/dl-de/by-2-0).",
            "dl-de-by-2.0",
        ),
        ("Datenlizenz Deutschland Namensnennung nicht-kommerziell Version 1.0", "dl-de-by-nc-1.0"),
        ("Quelle: Stadt Musterstadt, CC BY-SA 4.0", "cc-by-sa-4.0"),
        ('<p>Lizenz: <a href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a></p>', "cc-by-4.0"),
        ("CC-BY, genauer https://creativecommons.org/licenses/by/4.0/", "cc-by-4.0"),
        ('{"id":"geoNutz/20130319","name":"n","url":"http://example.org","quelle":"q"}', "geonutz-2013"),
        ('{"id":"","url":"https://www.govdata.de/dl-de/by-2-0"}', "dl-de-by-2.0"),
    ],
)
def test_prose_and_json(text: str, code: str) -> None:
    found = read_licence(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "text",
    [
        "", "False", "Die Daten sind frei verfügbar.", "CC BY 4.0 oder dl-de/by-2-0", "https://example.org/licenses/other",
        "{", "{}", "[1]", '{"id": 4}', "Datenlizenz Deutschland Namensnennung 3.0", "Nur für den internen Gebrauch",
        "Unterliegt lizenzrechtlichen Bestimmungen", "x" * 30_000, "CC BY-XY 4.0",
    ],
)  # fmt: skip
def test_unknown_and_ambiguous_licences_stay_unknown(text: str) -> None:
    assert read_licence(text) is None


def test_a_licence_brings_what_it_means() -> None:
    assert read_licence("dl-de-by-2.0") == (
        "dl-de-by-2.0", EU + "DLDE_BY_2_0", DE + "dl-by-de/2.0", "https://www.govdata.de/dl-de/by-2-0", "yes", True, False, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "openness", "by_declaration"),
    [("other-open", "yes", True), ("other-pd", "yes", True), ("cc-by-4.0", "yes", False), ("cc-by-nc-4.0", "no", False),
     ("dl-de-by-1.0", "unknown", False), ("notspecified", "unknown", False)],
)  # fmt: skip
def test_openness_is_kept_apart_from_mere_declaration(text: str, openness: str, by_declaration: bool) -> None:
    found = read_licence(text)
    assert found is not None
    assert (found.open, found.by_declaration) == (openness, by_declaration)


def test_a_creative_commons_licence_outside_the_registry_comes_from_the_eu_list() -> None:
    found = read_licence("https://creativecommons.org/licenses/by-nc-sa/3.0/de/")
    assert found is not None
    assert (found.eu_uri, found.open, found.attribution, found.share_alike) == (
        EU + "CC_BYNCSA_3_0",
        "no",
        True,
        True,
    )


def test_every_alias_and_every_listed_uri_resolves() -> None:
    for row in read_table("licence-aliases"):
        found = read_licence(row["alias"])
        assert found is not None, row["alias"]
        assert found.code == row["code"]
    for concept in vocabulary("licence"):
        assert (read_licence(concept.uri) or ("", ""))[1] == concept.uri


@pytest.mark.skipif(not FACTS.is_dir(), reason="the reference facts are not beside the project")
def test_all_reference_aliases_resolve_to_the_same_licence() -> None:
    with (FACTS / "licence_normalisation.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 554
    assert [
        row["alias"] for row in rows if (read_licence(row["alias"]) or ("",))[0] != row["canonical"]
    ] == []
