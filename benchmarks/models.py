"""`python -m benchmarks.models [--learn] [--write]`: how often the model dataset of a labelled title is recognised.

Five-fold cross-validation by a hash of the title, learned anew in each fold, beside a nearest neighbour by TF-IDF on the
same folds. The titles are those of the Musterdatenkatalog (`../shared/facts`, CC0).
"""

from __future__ import annotations

import argparse
import csv
import math
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import orjson

from catalog.measure.models import OTHER, Classifier, by_slug, model_of_label
from catalog.measure.models.classify import Found, Weights, shipped
from catalog.measure.models.learning import CHOSEN, Labelled, fold_of, learn
from catalog.measure.models.lexicon import lexicon
from catalog.vocabulary.folding import fold

TITLES = Path(__file__).parents[2] / "shared" / "facts" / "musterdatenkatalog_labelled_titles.csv"
WEIGHTS = Path("schemas/models/recognition.json")
PAGE = Path("docs/reference/model-datasets.md")
FOLDS = 5
LEAD, ACCURACY, REJECTS, SPEED = 0.10, 0.80, 0.15, 2_000
"""Aims: lead over the nearest neighbour, accuracy, share of rejects, records a second."""
_START, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"
_EMPTY = frozenset(("None", "NONE", ""))
Ranked = Sequence[Found]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of a title: the model datasets in order (`OTHER` left out), how sure, and whether it was kept."""

    row: Labelled
    ranked: tuple[str, ...]
    certainty: float = 1.0
    kept: bool = True

    @property
    def right(self) -> bool:
        """Whether the first is the label."""
        return self.ranked[:1] == (self.row.slug,)


def labelled_titles() -> list[Labelled]:
    """The labelled titles; former labels are resolved as they are for declared ones."""
    with TITLES.open(encoding="utf-8", newline="") as source:
        return [row for line in csv.DictReader(source) if (row := _labelled(line))]


def _labelled(line: dict[str, str]) -> Labelled | None:
    model = model_of_label(line["label_v4"] or line["label"])
    description = "" if line["description"] in _EMPTY else line["description"]
    return Labelled(line["title"], description, model.slug) if model else None


class Neighbour:
    """The baseline: the label of the training title that is nearest by the cosine of TF-IDF of words and 3- to 5-grams."""

    def __init__(self, rows: Sequence[Labelled]) -> None:
        """Labels of all model datasets are training texts, too."""
        texts = [(row.title, row.slug) for row in rows]
        texts += [(model.label, slug) for slug, model in by_slug().items() if slug != OTHER]
        counted = [Counter(_grams(text)) for text, _ in texts]
        spread = Counter(gram for counts in counted for gram in counts)
        self._rarity = {gram: math.log((1 + len(texts)) / (1 + often)) + 1 for gram, often in spread.items()}
        self._slugs = [slug for _, slug in texts]
        self._index: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, counts in enumerate(counted):
            for gram, weight in self._vector(counts).items():
                self._index[gram].append((place, weight))

    def rank(self, title: str) -> tuple[str, ...]:
        """Slugs, the nearest first."""
        near: defaultdict[int, float] = defaultdict(float)
        for gram, weight in self._vector(Counter(_grams(title))).items():
            for place, other in self._index.get(gram, ()):
                near[place] += weight * other
        order = sorted(near, key=lambda place: (-near[place], place))
        return tuple(dict.fromkeys(self._slugs[place] for place in order))

    def _vector(self, counts: Counter[str]) -> dict[str, float]:
        weights = {
            gram: (1 + math.log(often)) * self._rarity[gram]
            for gram, often in counts.items()
            if gram in self._rarity
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {gram: weight / length for gram, weight in weights.items()}


def _grams(text: str) -> Iterator[str]:
    for word in re.findall(r"[^\W\d_]+", fold(text)):
        yield f"={word}"
        padded = f" {word} "
        for size in (3, 4, 5):
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def cross_validated(rows: Sequence[Labelled]) -> tuple[list[Answer], list[Answer]]:
    """Answers of the classifier and of the nearest neighbour to each title by what was learned without its fold."""
    ours: list[Answer] = []
    theirs: list[Answer] = []
    for number in range(FOLDS):
        rest = [row for row in rows if fold_of(row.title, FOLDS) != number]
        asked = [row for row in rows if fold_of(row.title, FOLDS) == number]
        weights, nearest = learn(lexicon(), rest), Neighbour(rest)
        ours += _answers(asked, Classifier(lexicon(), weights), weights.parameters["threshold"])
        theirs += [Answer(row, _models(nearest.rank(row.title))) for row in asked]
    return ours, theirs


def by_lexicon(rows: Sequence[Labelled]) -> list[Answer]:
    """Answers by the words of the table alone, nothing learned."""
    bare = Classifier(lexicon(), Weights(CHOSEN | {"bias": 0.0, "of_score": 1.0, "of_lead": 1.0}))
    return list(_answers(rows, bare, 0.0))


def _answers(rows: Sequence[Labelled], classifier: Classifier, threshold: float) -> Iterator[Answer]:
    for row in rows:
        ranked = classifier.rank(row.title, row.description)
        certainty = classifier.certainty(ranked)
        yield Answer(row, _models(found.slug for found in ranked), certainty, certainty >= threshold)


def _models(slugs: Iterator[str] | Sequence[str]) -> tuple[str, ...]:
    return tuple(slug for slug in slugs if slug != OTHER)


def accuracy(
    answers: Sequence[Answer], right: Callable[[Answer], bool] = lambda answer: answer.right
) -> float:
    """Share of right answers among all."""
    return sum(map(right, answers)) / (len(answers) or 1)


def in_first_three(answer: Answer) -> bool:
    """Whether the label is among the first three."""
    return answer.row.slug in answer.ranked[:3]


def same_topic(answer: Answer) -> bool:
    """Whether the first has the topic of the label."""
    topics = [by_slug()[slug].topic for slug in (*answer.ranked[:1], answer.row.slug)]
    return len(topics) == 2 and topics[0] == topics[1]


def macro_f1(answers: Sequence[Answer]) -> float:
    """F1 averaged over the labels that occur."""
    true = Counter(answer.row.slug for answer in answers)
    said = Counter(answer.ranked[0] for answer in answers if answer.ranked)
    hits = Counter(answer.row.slug for answer in answers if answer.right)
    return sum(2 * hits[slug] / (true[slug] + said[slug]) for slug in true) / (len(true) or 1)


def speed(rows: Sequence[Labelled], repeats: int = 20) -> float:
    """Records a second of processor time; the first pass, which fills the memory of words, is in it."""
    classifier, began = shipped(), time.process_time()
    for _ in range(repeats):
        for row in rows:
            classifier.recognise(row.title, row.description, ("Kommune", "Open Data", row.title[:20]))
    return repeats * len(rows) / (time.process_time() - began)


def report(rows: Sequence[Labelled]) -> tuple[str, bool]:
    """The tables of the page, and whether the aims are reached."""
    ours, theirs = cross_validated(rows)
    with_model, none = _parted(ours)
    neighbour, words = _parted(theirs)[0], _parted(by_lexicon(rows))[0]
    kept = [answer for answer in with_model if answer.kept]
    lines = [
        f"{len(rows)} titles, {len(with_model)} with one of {len({a.row.slug for a in with_model})} model datasets, {len(none)}"
        f" *Sonstiges*; {FOLDS} folds. Made by `python -m benchmarks.models --write`.",
        "",
        "| every title answered | label | top 3 | topic | macro-F1 |",
        "|---|--:|--:|--:|--:|",
        _line("nearest neighbour (TF-IDF of words and 3- to 5-grams)", neighbour),
        _line("words of the table alone, nothing learned", words),
        _line("… the titles that were read while the words were written", _half(words, True)),
        _line("… the titles that were not", _half(words, False)),
        _line("**words and what was learned** (shipped)", with_model),
        _line("… the titles that were not read", _half(with_model, False)),
        "",
        f"With the threshold that each fold learns: {1 - len(kept) / len(with_model):.1%} of the titles with a model dataset get no"
        f" answer; of the answers {accuracy(kept):.1%} are right (of all titles {accuracy(kept) * len(kept) / len(with_model):.1%}). Of"
        f" the *Sonstiges* titles {accuracy(none, lambda answer: not answer.kept):.1%} get no answer.",
        "",
        "| rejected | right of the answered | right of all | *Sonstiges* rejected |",
        "|--:|--:|--:|--:|",
        *_curve(with_model, none),
    ]
    reached = accuracy(with_model) - accuracy(neighbour) >= LEAD and accuracy(kept) >= ACCURACY
    return "\n".join(lines) + "\n", reached and 1 - len(kept) / len(with_model) <= REJECTS


def _parted(answers: Sequence[Answer]) -> tuple[list[Answer], list[Answer]]:
    """Those whose label is a model dataset, and the others."""
    parts: tuple[list[Answer], list[Answer]] = ([], [])
    for answer in answers:
        parts[answer.row.slug == OTHER].append(answer)
    return parts


def was_read(title: str) -> bool:
    """Whether a title is of the half that was read while the words of the table were written."""
    return blake2b(title.encode(), digest_size=2).digest()[0] % 2 == 0


def _half(answers: Sequence[Answer], read: bool) -> list[Answer]:
    return [answer for answer in answers if was_read(answer.row.title) == read]


def _line(name: str, answers: Sequence[Answer]) -> str:
    figures = (accuracy(answers), accuracy(answers, in_first_three), accuracy(answers, same_topic))
    return f"| {name} | {' | '.join(f'{figure:.1%}' for figure in figures)} | {macro_f1(answers):.2f} |"


def _curve(answers: Sequence[Answer], none: Sequence[Answer]) -> Iterator[str]:
    order = sorted(answers, key=lambda answer: (-answer.certainty, answer.row.title))
    for rejected in (0.0, 0.05, 0.10, 0.15, 0.20, 0.30, 0.40):
        kept = order[: len(order) - int(len(order) * rejected)]
        below = accuracy(none, lambda answer, least=kept[-1].certainty: answer.certainty < least)  # type: ignore[misc]
        share = accuracy(kept) * len(kept) / len(order)
        yield f"| {rejected:.0%} | {accuracy(kept):.1%} | {share:.1%} | {below:.1%} |"


def main() -> None:
    """Measure and print; `--learn` writes the weights, `--write` the page. Ends with 1 where an aim is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.models", description=__doc__)
    parser.add_argument("--learn", action="store_true", help=f"learn from all titles, write {WEIGHTS}")
    parser.add_argument("--write", action="store_true", help=f"write the figures into {PAGE}")
    options = parser.parse_args()
    if not TITLES.exists():
        print(f"skipped: {TITLES.name} is not there", file=sys.stderr)
        return
    rows = labelled_titles()
    if options.learn:
        WEIGHTS.write_bytes(_encoded(learn(lexicon(), rows)))
        shipped.cache_clear()
    text, reached = report(rows)
    fast = speed(rows)
    print(text, f"{fast:,.0f} records a second", sep="\n")
    if options.write:
        _write(text)
    sys.exit(0 if reached and fast >= SPEED else 1)


def _encoded(weights: Weights) -> bytes:
    """One line for each parameter and word, so that a change can be read."""
    return (
        orjson.dumps(
            {"parameters": weights.parameters, "words": weights.words},
            option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS,
        )
        + b"\n"
    )


def _write(text: str) -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_START)
    after = rest.partition(_END)[2]
    PAGE.write_text(f"{before}{_START}{text}{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
