"""How the weights of recognition are learned from labelled titles: which words speak for which model dataset, and how sure
a score is. Deterministic, without any library."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Final, NamedTuple

from catalog.measure.models.catalogue import OTHER
from catalog.measure.models.classify import Classifier, Found, Weights, evidence
from catalog.measure.models.lexicon import Lexicon

CHOSEN: Final[dict[str, float]] = {
    "keyword": 0.5,
    "description": 0.3,
    "silent": 2.5,
    "breakdown": 0.4,
    "further": 0.4,
    "against": 1.0,
    "learned": 2.0,
}
"""Parameters chosen by hand: what a word in a keyword, in the description, in a breakdown (`nach Altersgruppen`) counts
beside one in the title; what each further word adds; what a word against takes away; how much learned words count."""
_RARE: Final = 2.0
"""Pseudo-count: a word seen once says little."""
_TITLES: Final = 2
"""Titles in which a word must stand to be learned; what stands once is mostly a name."""
_LETTERS: Final = 3
_FUNCTION: Final = (
    "der die das den dem des ein eine einer eines eine und oder mit von vom zum zur fur uber nach seit aus auf bei bis"
    " als auch nicht inkl bzw sowi the and for per non dat datei list ubersicht stand stadt gemeind krei land"
)
_EMPTY: Final = frozenset(_FUNCTION.split())
_LEAST: Final = 0.05
_REJECTS: Final = 0.07
"""Share of titles with a model dataset that may go without an answer."""
_INNER: Final = 4
_SLOPE: Final = 0.02
_STEPS: Final = 60


class Labelled(NamedTuple):
    """A labelled title; `slug` is `OTHER` where it is none of the model datasets."""

    title: str
    description: str
    slug: str


def fold_of(title: str, folds: int, salt: str = "fold") -> int:
    """Which part of a division into `folds` a title belongs to; equal titles fall into the same."""
    hashed = blake2b(title.encode("utf-8", "surrogatepass"), digest_size=4, person=salt.encode()[:16])
    return int.from_bytes(hashed.digest()[:1]) % folds


def learn(lexicon: Lexicon, rows: Sequence[Labelled]) -> Weights:
    """Weights from labelled titles: words from all, certainty and threshold from answers to titles not learned from."""
    answers: list[tuple[list[Found], str]] = []
    for inner in range(_INNER):
        rest = [row for row in rows if fold_of(row.title, _INNER, "inner") != inner]
        asked = [row for row in rows if fold_of(row.title, _INNER, "inner") == inner]
        classifier = Classifier(lexicon, Weights(CHOSEN, _words(lexicon, rest)))
        answers += [(classifier.rank(row.title, row.description), row.slug) for row in asked]
    parameters = CHOSEN | _certainty(answers)
    weights = Weights(parameters, _words(lexicon, rows))
    parameters["threshold"] = _threshold(Classifier(lexicon, weights).certainty, answers)
    return weights


def _words(lexicon: Lexicon, rows: Sequence[Labelled]) -> dict[str, dict[str, float]]:
    """Stem → model dataset → weight: how often it stood in titles of that one, less for words that stand everywhere."""
    reader = Classifier(lexicon, Weights(CHOSEN))
    seen: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    titles: Counter[str] = Counter()
    for row in rows:
        present = reader.present(row.title)[0]
        titles.update(present.keys())
        for stem, strength in present.items():
            seen[stem][row.slug] += strength
    often = {stem for stem, number in titles.items() if number >= _TITLES and _may_tell(lexicon, stem)}
    weighted = ((stem, _weights(seen[stem], len(rows))) for stem in sorted(often))
    return {stem: weights for stem, weights in weighted if weights}


def _may_tell(lexicon: Lexicon, stem: str) -> bool:
    """Names of places are no evidence, however many titles come from there; nor are words without a subject."""
    if len(stem) < _LETTERS or not stem.isalpha() or stem in _EMPTY:
        return False
    return not any(lexicon.vocabulary.is_place(name) for name in (stem, stem.removesuffix("er")))


def _weights(counts: Mapping[str, float], titles: int) -> dict[str, float]:
    total = sum(counts.values())
    rarity = max(0.0, math.log((titles + 1) / (total + 1)) / math.log(titles + 1))
    shares = {slug: round(rarity * count / (total + _RARE), 2) for slug, count in sorted(counts.items())}
    return {slug: share for slug, share in shares.items() if share >= _LEAST}


def _certainty(answers: Iterable[tuple[list[Found], str]]) -> dict[str, float]:
    """Logistic regression of "the first is right" on score and lead, by Newton's method."""
    points = [
        (evidence(ranked), float(ranked[0].slug == slug))
        for ranked, slug in answers
        if ranked and ranked[0].slug != OTHER
    ]
    beta = [0.0, 0.0, 0.0]
    for _ in range(_STEPS):
        beta = _newton(points, beta)
    return dict(zip(("bias", "of_score", "of_lead"), (round(value, 4) for value in beta), strict=True))


def _newton(points: Sequence[tuple[tuple[float, float, float], float]], beta: list[float]) -> list[float]:
    size = len(beta)
    gradient = [-_SLOPE * value for value in beta]
    curve = [[_SLOPE if row == column else 0.0 for column in range(size)] for row in range(size)]
    for x, y in points:
        p = 1 / (1 + math.exp(-sum(b * value for b, value in zip(beta, x, strict=True))))
        for row in range(size):
            gradient[row] += (y - p) * x[row]
            for column in range(size):
                curve[row][column] += p * (1 - p) * x[row] * x[column]
    return [value + step for value, step in zip(beta, _solve(curve, gradient), strict=True)]


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a small positive definite system, by elimination."""
    size = len(right)
    rows = [[*matrix[row], right[row]] for row in range(size)]
    for pivot in range(size):
        for row in range(size):
            if row != pivot:
                factor = rows[row][pivot] / rows[pivot][pivot]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[pivot], strict=True)]
    return [rows[row][size] / rows[row][row] for row in range(size)]


def _threshold(
    certainty: Callable[[Sequence[Found]], float], answers: Iterable[tuple[list[Found], str]]
) -> float:
    """The certainty below which `_REJECTS` of the titles with a model dataset lie."""
    sure = sorted(certainty(ranked) for ranked, slug in answers if slug != OTHER)
    return round(sure[int(len(sure) * _REJECTS)], 4) if sure else 0.0
