"""Learning from labelled titles, and the figures of the benchmark, on a few titles counted by hand."""

import pytest

from benchmarks.models import Answer, Neighbour, accuracy, in_first_three, macro_f1, same_topic
from catalog.measure.models import OTHER, Classifier
from catalog.measure.models.classify import Found
from catalog.measure.models.learning import Labelled, fold_of, learn
from catalog.measure.models.lexicon import lexicon

FOUNTAIN, TREES, WINDS = "bau-brunnen", "flora-und-fauna-baumbestand-baumkataster", "energie-windenergie"
TITLES = [
    *(
        Labelled(f"Blatt {name} der Murmelkarte", "", FOUNTAIN)
        for name in ("Nord", "Ost", "Mitte", "West", "Ufer", "Insel")
    ),
    *(
        Labelled(f"Quarkprobe {name}", "", OTHER)
        for name in ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta")
    ),
    *(
        Labelled(f"Bäume in {name}", "", TREES)
        for name in ("Adorf", "Bdorf", "Cdorf", "Ddorf", "Edorf", "Fdorf")
    ),
]


@pytest.fixture(scope="module")
def taught() -> Classifier:
    return Classifier(lexicon(), learn(lexicon(), TITLES))


def test_a_word_that_no_table_lists_is_learned(taught: Classifier) -> None:
    assert taught.rank("Murmelkarte Süd")[0].slug == FOUNTAIN


def test_what_was_labelled_sonstiges_is_none(taught: Classifier) -> None:
    assert taught.rank("Quarkprobe Omega")[0].slug == OTHER
    assert taught.recognise("Quarkprobe Omega") is None


def test_what_stood_in_one_title_is_not_learned(taught: Classifier) -> None:
    assert "alpha" not in taught._learned
    assert "murmelkart" in taught._learned


def test_the_same_titles_in_another_order_teach_the_same() -> None:
    assert learn(lexicon(), TITLES) == learn(lexicon(), list(reversed(TITLES)))


def test_a_greater_lead_is_surer(taught: Classifier) -> None:
    near, far = (taught.certainty([Found("a", 2.0, ()), Found("b", second, ())]) for second in (1.9, 0.1))
    assert 0 < near < far < 1


def test_equal_titles_fall_into_the_same_fold() -> None:
    assert fold_of("Bäume", 5) == fold_of("Bäume", 5)
    assert {fold_of(str(number), 5) for number in range(100)} == set(range(5))


def test_the_nearest_neighbour_is_the_title_with_most_in_common() -> None:
    assert Neighbour(TITLES).rank("Quarkproben")[0] == OTHER


def test_figures_are_those_counted_by_hand() -> None:
    """Of four answers two are right, three in the first three, three of the right topic; F1: brunnen 1/2, bäume 2/3."""
    fountain, trees = Labelled("x", "", FOUNTAIN), Labelled("y", "", TREES)
    answers = [
        Answer(fountain, (FOUNTAIN, TREES)),
        Answer(trees, (TREES,)),
        Answer(trees, (FOUNTAIN, WINDS, TREES)),
        Answer(fountain, ("bau-baustelle",)),
    ]
    assert (accuracy(answers), accuracy(answers, in_first_three), accuracy(answers, same_topic)) == (
        0.5,
        0.75,
        0.75,
    )
    assert macro_f1(answers) == pytest.approx((2 / 4 + 2 / 3) / 2)
