"""Folding: the form in which spellings are equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.vocabulary import fold, search_forms

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("Grünflächen", "gruenflaechen"),
        ("Gru\u0308nflächen", "gruenflaechen"),
        ("Éducation à Orléans", "education a orleans"),
        ("  zwei \t Wörter\u00a0hier ", "zwei woerter hier"),
        ("ﬁnanzen", "finanzen"),
        ("Łódź", "lodz"),
        ("Søren Æble", "soeren aeble"),
        ("", ""),
    ],
)
def test_spellings_fold_to_one_form(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(ANY_TEXT)
def test_folding_takes_any_text_and_twice_is_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Bäume und Straßen", "baeume und strassen baume"),
        ("Bauplan", "bauplan"),
        ("Überfälle", "ueberfaelle uberfalle"),
    ],
)
def test_search_forms_add_the_bare_vowels_of_words_that_differ(text: str, forms: str) -> None:
    assert search_forms(text) == forms


@given(ANY_TEXT)
def test_search_forms_begin_with_the_folded_text(text: str) -> None:
    assert search_forms(text).startswith(fold(text))
