"""What publishers' names say: titles are passed over, the word for another body never is, namesakes stay several."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.measure.names import Names, forms
from catalog.vocabulary.registers import Body

sys.path.append(str(Path(__file__).parents[2]))

from benchmarks.attribution import LIST, PRECISION, RECALL, halves, is_learning, rows, shipped_names

TOWNS = [
    ("99101000", "Musterhafen, Landeshauptstadt", "Kreisfreie Stadt", 300_000),
    ("99102001", "Kleve, Stadt", "Stadt", 50_000),
    ("99102002", "Beispielau (Heide)", "Gemeinde", 4_000),
    ("98102002", "Beispielau", "Stadt", 9_000),
    ("99102003", "Amt Wachtburg", "Gemeinde", 3_000),
    ("99102004", "Konzen", "Stadt", 18_000),
    ("99102005", "Neustadt an der Musterach", "Stadt", 6_000),
    ("02000000", "Hamburg, Freie und Hansestadt", "Kreisfreie Stadt", 1_800_000),
]
BODIES = [
    Body("99102", "district", "Kleve", "Musterland"),
    Body("99103", "district", "Hochmusterkreis", "Musterland"),
    Body("991025001", "association", "Konzen", "Musterland", "Verbandsgemeinde"),
    Body("991025002", "association", "Moorland", "Musterland", "Amt"),
    Body("99", "state", "Musterland", "Musterland"),
]
ALIASES = [
    {"alias": "Hafenamt", "ags": "99101000", "kind": "whole"},
    {"alias": "Behörde für", "ags": "02000000", "kind": "phrase"},
]
NAMES = Names.of(TOWNS, BODIES, ALIASES)
HAFEN, KLEVE, KONZEN = "99101000", "99102001", "99102004"


@pytest.mark.parametrize(
    ("name", "kind", "keys"),
    [
        ("Stadt Musterhafen", "municipality", [HAFEN]),
        ("Amt für Umwelt - Stadt Musterhafen", "municipality", [HAFEN]),
        ("Landeshauptstadt Musterhafen, Tiefbauamt", "municipality", [HAFEN]),
        ("MUSTERHAFEN", "municipality", [HAFEN]),
        ("StadtMusterhafen", "municipality", [HAFEN]),
        ("daten@musterhafen.de", "municipality", [HAFEN]),
        ("Kunsthalle Musterhafen", "municipality", [HAFEN]),
        ("Musterhafener Verkehrsbetriebe", "municipality", [HAFEN]),
        ("Hafenamt", "municipality", [HAFEN]),
        ("Kreisverwaltungsreferat der Landeshauptstadt Musterhafen", "municipality", [HAFEN]),
        ("Stadt Kleve, Kreis Kleve", "municipality", [KLEVE]),
        ("Kreis Kleve", "district", ["99102"]),
        ("Kreis Kleve, Amt der Stadt Kleve", "district", ["99102"]),
        ("opendata@kreis-kleve.de", "district", ["99102"]),
        ("LandkreisKleve", "district", []),
        ("Landratsamt Kleve", "district", ["99102"]),
        ("Hochmusterkreis", "district", ["99103"]),
        ("Verbandsgemeinde Konzen", "association", ["991025001"]),
        ("VG Konzen", "association", ["991025001"]),
        ("Verbandsgemeide Konzen", "association", ["991025001"]),
        ("Amt Moorland", "association", ["991025002"]),
        ("Zweckverband Wasser Musterhafen", "association", []),
        ("Stadt Konzen", "municipality", [KONZEN]),
        ("Konzen", "municipality", [KONZEN, "991025001"]),
        ("Gemeinde Amt Wachtburg", "municipality", ["99102003"]),
        ("Neustadt a.d. Musterach", "municipality", ["99102005"]),
        ("Beispielau", "municipality", ["99102002", "98102002"]),
        ("Stadt Beispielau", "municipality", ["98102002"]),
        ("Gemeinde Beispielau (Heide)", "municipality", ["99102002"]),
        ("Behörde für Umwelt", "municipality", ["02000000"]),
        ("Universität Hamburg", "municipality", ["02000000"]),
        ("Land Musterland", "state", ["99"]),
        ("Universität Musterhafen", "state", []),
        ("Bundesamt für Seewesen Musterhafen", "federal", []),
        ("Kunsthalle Kleinstadt", "", []),
        ("", "", []),
    ],
)
def test_what_a_name_says(name: str, kind: str, keys: list[str]) -> None:
    said = NAMES.read(name)
    if name == "LandkreisKleve":
        assert (said.kind, said.keys) == ("district", ("99102",))
        return
    assert (said.kind, list(said.keys)) == (kind, keys)


def test_the_district_beside_a_name_tells_namesakes_apart() -> None:
    names = Names.of(
        [("99102009", "Neukirchen", "Gemeinde", 1), ("99103009", "Neukirchen", "Gemeinde", 1)], BODIES
    )
    assert names.read("Gemeinde Neukirchen").keys == ("99102009", "99103009")
    assert names.read("Gemeinde Neukirchen (Landkreis Kleve)").keys == ("99102009",)


def test_forms_of_a_name() -> None:
    assert forms("Halle (Saale), Stadt") == [("halle", "saale"), ("halle",)]
    assert forms("Berga/Elster, Stadt") == [("berga", "elster"), ("berga",)]


@given(st.text(max_size=400))
def test_no_name_breaks_the_reading(name: str) -> None:
    said = NAMES.read(name)
    assert 0 <= said.certainty <= 100
    assert set(said.keys) <= {key for key, *_ in TOWNS} | {body.key for body in BODIES}


@given(st.sampled_from(["Kreis", "Landkreis", "Landratsamt", "Kreisverwaltung", "VG", "Verbandsgemeinde", "Zweckverband"]),
       st.sampled_from([name for _, name, _, _ in TOWNS]), st.sampled_from(["", " - Amt 61", ", Umweltamt", " | Geodaten"]))  # fmt: skip
def test_the_word_for_another_body_before_a_name_is_never_passed_over(
    word: str, name: str, tail: str
) -> None:
    assert NAMES.read(f"{word} {name.split(',')[0]}{tail}").kind in ("district", "association")


@given(st.sampled_from(TOWNS), st.sampled_from(["Stadt {}", "Amt für Statistik der Stadt {}", "{}", "stadt {} ", "{} - Team"]))  # fmt: skip
def test_umlauts_and_case_do_not_matter(town: tuple[str, str, str, int], pattern: str) -> None:
    name = pattern.format(town[1].split(",")[0])
    folded = name.upper().replace("Ö", "OE")
    assert NAMES.read(name).keys == NAMES.read(folded).keys


@pytest.mark.skipif(not LIST.exists(), reason="the list of publishers is not beside the project")
def test_the_unseen_half_reaches_the_aim() -> None:
    found = halves(rows(), shipped_names())
    assert found["unseen"].precision >= PRECISION
    assert found["unseen"].recall >= RECALL
    assert found["unseen"].right + found["unseen"].missed > 200
    assert found["unseen"].negatives > 30


@pytest.mark.skipif(not LIST.exists(), reason="the list of publishers is not beside the project")
def test_no_alias_comes_from_the_unseen_half() -> None:
    from catalog.vocabulary.registers import shipped_aliases

    unseen = {name.casefold() for name, _ in rows() if not is_learning(name)}
    learnt = {name.casefold() for name, _ in rows() if is_learning(name)}
    whole = {row["alias"].casefold() for row in shipped_aliases() if row["kind"] == "whole"}
    assert not whole & (unseen - learnt)
