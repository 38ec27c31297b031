"""Which model dataset a title, a description and keywords speak of, how surely, and by which words."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

import orjson

from catalog.measure.models.catalogue import OTHER
from catalog.measure.models.lexicon import Entry, Lexicon, lexicon
from catalog.measure.models.words import stem, tokens

READ: Final = 300
"""Characters of a description that are read: what follows is about files, licences and contacts."""
MOST_KEYWORDS: Final = 20
TELLING: Final = 0.8
"""Weight from which a word of the title tells what the dataset is about; else the description is asked more."""
_WORDS_KEPT: Final = 4
_FROM: Final = re.compile(
    r"\W*(?:(?:bundes|landeshaupt|hanse|universitäts)?-?stadt|gemeinde|(?:rhein-|land)?kreis|markt|samtgemeinde|"
    r"verbandsgemeinde)\s[^:]{2,40}:\s*",
    re.IGNORECASE,
)
"""The publisher before the title proper: `Stadt Moers: Abfallkalender`."""
_BREAKDOWN: Final = frozenset(("nach", "je", "pro", "seit"))
"""After these a title says by what it is broken down, not what it is about."""
_AGAIN: Final = frozenset(
    ("im", "in", "der", "die", "das", "und", "fur", "von", "an", "auf", "zu", "zur", "zum")
)

Spoken = dict[int, list[tuple[float, str]]]
"""Place of a model dataset in the table → weights and the words that carry them."""


class Found(NamedTuple):
    """A model dataset with its score and the words that spoke for it, the strongest first (`-word`: against it)."""

    slug: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned from labelled titles: parameters, and how strongly a stem speaks for which model dataset."""

    parameters: dict[str, float]
    words: dict[str, dict[str, float]] = field(default_factory=dict)


@cache
def shipped() -> Classifier:
    """The classifier with the weights of `schemas/models/recognition.json`."""
    source = orjson.loads((files("schemas") / "models" / "recognition.json").read_bytes())
    return Classifier(lexicon(), Weights(source["parameters"], source["words"]))


class Classifier:
    """Scores a record's texts by the lexicon and by what was learned. Pure: the same texts, the same answer."""

    def __init__(self, words: Lexicon, weights: Weights) -> None:
        self._lexicon, self._learned, self._parameters = words, weights.words, weights.parameters

    def recognise(
        self, title: str, description: str = "", keywords: Iterable[str] = (), publisher: str = ""
    ) -> tuple[Found, float] | None:
        """The model dataset with its certainty (0–1), or None where nothing is sure enough."""
        ranked = self.rank(title, description, keywords, publisher)
        certainty = self.certainty(ranked)
        if not certainty or certainty < self._parameters["threshold"]:
            return None
        return ranked[0]._replace(words=tuple(map(self._written, ranked[0].words))), certainty

    def _written(self, said: str) -> str:
        """A word that decided, as the table writes it; a stem that was only learned stays one."""
        sign, found = ("-", said[1:]) if said.startswith("-") else ("", said)
        return sign + self._lexicon.written.get(found, found)

    def rank(
        self, title: str, description: str = "", keywords: Iterable[str] = (), publisher: str = ""
    ) -> list[Found]:
        """The model datasets that any word speaks for, best first (ties by slug); `OTHER` may be among them."""
        present, phrase = self.present(title, description, keywords, publisher)
        spoken: Spoken = defaultdict(list)
        for found in present:
            self._speak_for(found, present, phrase, spoken)
        self._speak_against(present, phrase, spoken)
        scored = {found.slug: found for found in map(self._score, spoken.items())}
        self._add_learned(scored, present)
        return sorted(scored.values(), key=lambda found: (-found.score, found.slug))

    def certainty(self, ranked: Sequence[Found]) -> float:
        """How probably the first is right (0–1), by its score and its lead; 0 where nothing or `OTHER` leads."""
        if not ranked or ranked[0].slug == OTHER or ranked[0].score <= 0:
            return 0.0
        sureness = zip(("bias", "of_score", "of_lead"), evidence(ranked), strict=True)
        z = sum(self._parameters[name] * value for name, value in sureness)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))

    def present(
        self, title: str, description: str = "", keywords: Iterable[str] = (), publisher: str = ""
    ) -> tuple[dict[str, float], str]:
        """Stem → strength (1: a whole word of the title), and the stems in order, in which phrases are sought."""
        of = self._parameters
        present: dict[str, float] = {}
        read = [self._read(proper_title(title, publisher), 1.0, present)]
        silent = not any(self._tells(found, strength) for found, strength in present.items())
        texts = [(keyword, of["keyword"]) for keyword in sorted(set(keywords))[:MOST_KEYWORDS]]
        texts.append((description[:READ], of["description"] * (of["silent"] if silent else 1.0)))
        read += [self._read(text, weight, present) for text, weight in texts]
        return present, f" {' | '.join(read)} "

    def _tells(self, found: str, strength: float) -> bool:
        """Whether a word of the title says what the dataset is about."""
        return any(entry.weight * strength >= TELLING for entry in self._lexicon.words.get(found, ()))

    def _read(self, text: str, weight: float, present: dict[str, float]) -> str:
        stems, factor, aside = [], weight, weight * self._parameters["breakdown"]
        parts = self._lexicon.vocabulary.parts
        for token in tokens(text):
            stems.append(stem(token))
            for part, strength in parts(token):
                if strength * factor > present.get(part, 0.0):
                    present[part] = strength * factor
            if token in _BREAKDOWN:
                factor = aside
            elif token in _AGAIN:
                factor = weight
        return " ".join(stems)

    def _speak_for(self, found: str, present: dict[str, float], phrase: str, spoken: Spoken) -> None:
        words, strength = self._lexicon, present[found]
        for entry in words.words.get(found, ()):
            spoken[entry.model].append((entry.weight * strength, found))
        for entry in words.phrases.get(found, ()):
            said = " ".join(entry.stems)
            if f" {said} " in phrase:
                spoken[entry.model].append((entry.weight * strength, said))
        for entry in words.together.get(found, ()):
            if all(one in present for one in entry.stems):
                spoken[entry.model].append((entry.weight * _mean(entry, present), "+".join(entry.stems)))

    def _speak_against(self, present: dict[str, float], phrase: str, spoken: Spoken) -> None:
        words = self._lexicon
        said = [term for term in present if term in words.against]
        said += [term for term in words.against_phrases if f" {term} " in phrase]
        for term in said:
            for place in words.against[term]:
                if place in spoken:
                    weight = present.get(term, 0.5) * self._parameters["against"]
                    spoken[place].append((-weight, f"-{term}"))

    def _score(self, said: tuple[int, list[tuple[float, str]]]) -> Found:
        """The strongest word counts whole, each further one less; words against count whole."""
        place, weights = said
        weights.sort(key=lambda one: (-one[0], one[1]))
        score, share = 0.0, 1.0
        for weight, _ in weights:
            score += weight * share if weight > 0 else weight
            share *= self._parameters["further"]
        return Found(self._lexicon.slugs[place], score, tuple(word for _, word in weights[:_WORDS_KEPT]))

    def _add_learned(self, scored: dict[str, Found], present: dict[str, float]) -> None:
        more: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for found in present.keys() & self._learned.keys():
            for slug, weight in self._learned[found].items():
                more[slug].append((weight * present[found] * self._parameters["learned"], found))
        for slug, weights in more.items():
            weights.sort(key=lambda one: (-one[0], one[1]))
            known = scored.get(slug, Found(slug, 0.0, ()))
            words = tuple(dict.fromkeys((*known.words, *(word for _, word in weights))))
            total = known.score + sum(weight for weight, _ in weights)
            scored[slug] = Found(slug, total, words[:_WORDS_KEPT])


def evidence(ranked: Sequence[Found]) -> tuple[float, float, float]:
    """What certainty follows from: 1, the score of the first (logarithm), its lead over the second (0–1)."""
    first, second = ranked[0].score, ranked[1].score if len(ranked) > 1 else 0.0
    return 1.0, math.log1p(max(first, 0.0)), (first - max(second, 0.0)) / (abs(first) + 0.5)


def _mean(entry: Entry, present: dict[str, float]) -> float:
    return sum(present[one] for one in entry.stems) / len(entry.stems)


def proper_title(title: str, publisher: str = "") -> str:
    """A title without the municipality that it begins with and without its publisher's name."""
    text = (
        _FROM.sub("", title, count=1) if (found := _FROM.match(title)) and found.end() < len(title) else title
    )
    without = text.replace(publisher, " ") if len(publisher) > 3 else text
    return without if without.strip() else text
