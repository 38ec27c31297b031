"""The words of recognition, made ready: which words, phrases and combinations speak for or against which model dataset."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from catalog.measure.models.catalogue import OTHER, Model, models
from catalog.measure.models.words import Vocabulary, bare, stem, tokens
from catalog.vocabulary.registers import shipped_register

LABEL: Final = 4.0
TOGETHER: Final = 3.2
PHRASE: Final = 2.6
WORD: Final = 2.0
ENGLISH: Final = 1.6
GENERIC: Final = 1.1
HINT: Final = 0.6
"""What an entry weighs: the label itself, words that stand together in a text (`museum+besucher`), a phrase, a word, an
English word, a word that often only frames another (`~karte`), a hint."""
_SHARING: Final = 0.35


class Entry(NamedTuple):
    """A word, phrase or combination: its stems, the place of the model dataset in the table, its weight."""

    stems: tuple[str, ...]
    model: int
    weight: float


def _entries() -> defaultdict[str, list[Entry]]:
    return defaultdict(list)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """First stem → entries. `phrases`: one stem after the other, `together`: anywhere; `against`: stem → places;
    `written`: stems → how the table writes them."""

    slugs: tuple[str, ...]
    vocabulary: Vocabulary
    words: dict[str, list[Entry]] = field(default_factory=_entries)
    phrases: dict[str, list[Entry]] = field(default_factory=_entries)
    together: dict[str, list[Entry]] = field(default_factory=_entries)
    against: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    against_phrases: list[str] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)


@cache
def lexicon() -> Lexicon:
    """The lexicon of the shipped table."""
    listed = models()
    made = Lexicon(tuple(model.slug for model in listed), _vocabulary(listed))
    for place, model in enumerate(listed):
        if model.slug != OTHER:
            _add_model(made, place, model)
    for found, entries in made.words.items():
        made.words[found] = _shared(entries)
    made.against_phrases.extend(term for term in made.against if " " in term)
    return made


def _add_model(made: Lexicon, place: int, model: Model) -> None:
    for term, weight in _weighted(model):
        _add(made, term, place, weight)
    for term in model.excluded:
        stems = " ".join(stem(token) for token in tokens(term))
        made.against[stems].append(place)
        made.written.setdefault(stems, term)


def _weighted(model: Model) -> Iterator[tuple[str, float]]:
    yield model.label, LABEL
    for word in model.words:
        yield word.removeprefix("~"), GENERIC if word.startswith("~") else WORD
    for word in model.hints:
        yield word, HINT
    for word in model.words_en:
        yield word, ENGLISH


def _add(made: Lexicon, term: str, place: int, weight: float) -> None:
    if "+" in term:
        stems = tuple(stem(bare(piece.strip())) for piece in term.split("+"))
        made.written.setdefault("+".join(stems), term)
        made.together[stems[0]].append(Entry(stems, place, TOGETHER))
        return
    stems = tuple(stem(token) for token in bare(term).replace("-", " ").split())
    made.written.setdefault(" ".join(stems), term)
    if len(stems) == 1:
        made.words[stems[0]].append(Entry(stems, place, weight))
        return
    made.phrases[stems[0]].append(Entry(stems, place, max(weight, PHRASE) if weight > HINT else HINT))
    if "-" in term and " " not in term:  # `e-bike` is also written as one word
        joined = stem(bare(term.replace("-", "")))
        made.words[joined].append(Entry((joined,), place, weight))


def _shared(entries: list[Entry]) -> list[Entry]:
    """One entry for each model dataset, the strongest; a word that speaks for several says less of each."""
    strongest: dict[int, Entry] = {}
    for entry in entries:
        known = strongest.get(entry.model)
        if known is None or known.weight < entry.weight:
            strongest[entry.model] = entry
    kept = list(strongest.values())
    many = sum(entry.weight for entry in kept) / max(entry.weight for entry in kept)
    return [entry._replace(weight=entry.weight / many**_SHARING) for entry in kept]


def _vocabulary(listed: tuple[Model, ...]) -> Vocabulary:
    words = {word for model in listed for term in (*model.words, *model.hints) for word in _single(term)}
    opaque = {
        word for model in listed for term in model.excluded if "+" not in term for word in _single(term)
    }
    return Vocabulary(words, opaque, _places())


def _single(term: str) -> Iterator[str]:
    """The words of a term of which compounds may consist; phrases have none."""
    for piece in term.removeprefix("~").split("+"):
        if " " not in piece.strip():
            yield bare(piece.strip().replace("-", ""))


def _places() -> frozenset[str]:
    """Bare names of municipalities that are one word: no part of `Waldkirch` is about woods or churches."""
    names = (str(unit["name"]).split(",")[0].strip() for unit in shipped_register())
    return frozenset(bare(name) for name in names if name.isalpha())
