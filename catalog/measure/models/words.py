"""How German titles become comparable words: folded, without endings, compounds taken apart by a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from catalog.vocabulary.folding import fold

_GROUP: Final = re.compile(r"[^\W_]+(?:[-–/+&*:'’][^\W_]+)*")
_WORD: Final = re.compile(r"[^\W_]+")
_HUMPS: Final = re.compile(r"(?<=[a-zäöüß]{3})(?=[A-ZÄÖÜ][a-zäöüß]{3})")
_NUMBER: Final = re.compile(r"\d+(?:er|ff|ter|te)?")
_UMLAUTS: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))
_ENDINGS: Final = ("innen", "en", "es", "e", "n", "s")
_LINKS: Final = ("", "s", "n", "en", "es", "e", "er", "ns", "ens")
_LAST: Final = ("", "e", "en", "n", "s", "es", "innen", "nen", "se", "sen")
_SHORTEST: Final = 3
_LONGEST: Final = 40
_SURE: Final = 5
"""Letters that a known word must have beside an unknown one in the same compound (`Kartäuserbrunnen`); one more where it
is not the last."""
_UNKNOWN: Final = 1.5
_LETTER: Final = 0.25
"""What an unknown piece costs, and each of its letters; a known piece costs 1."""

_FREQUENT: Final = (
    "stadt städt gemeinde kreis land landkreis landes bundes bund ort orts haupt nord süd ost west neu alt groß klein "
    "verzeichnis liste daten datei statistik kataster übersicht standort zahl anzahl plan karte bericht netz bestand "
    "anlage gebiet fläche stelle haus zentrum amt konzept register geodaten information entwicklung angebot programm "
    "bereich gesamt jahr monat tag woche quartal stand gruppe art typ kinder frauen männer jugend kosten preis mittel "
    "gebäude platz weg straße allee gasse ring ufer berg tal hof feld bach heim burg dorf hausen stein see mess "
    "projekt dienst leistung analyse index quote rate dichte ergebnis grenze zone punkt linie raum umfeld arbeit "
    "ausbau bau neubau abbau umbau planung nutzung nutzer management verwaltung ordnung kultur technik mobil öffentlich "
    "privat sozial frei innen außen ober unter mit vor nach hin her auf ab an aus ein be ver um"
)
FILLERS: Final = tuple(_FREQUENT.split())
"""Frequent heads and modifiers of compounds beside the words of the models."""


class Part(NamedTuple):
    """A word found in a token: its stem and how much of the token it is (0–1; 1: the whole)."""

    stem: str
    strength: float


class _Piece(NamedTuple):
    """A piece of a compound: its stem and the letters by which it is known (0: unknown)."""

    stem: str
    letters: int


class _Way(NamedTuple):
    """One way to write the rest of a token."""

    cost: float
    pieces: list[_Piece]


def bare(text: str) -> str:
    """The folded text with plain vowels: `Bäume`, `Baeume` → `baume`."""
    folded = fold(text)
    for spelling, vowel in _UMLAUTS:
        folded = folded.replace(spelling, vowel)
    return folded


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A bare word without its endings: `baume` → `baum`, `strassen` → `stras`, `termine`, `termin` → `termi`.

    >>> stem("termine") == stem("termin")
    True
    """
    return _shortened(_shortened(word))


def _shortened(word: str) -> str:
    for ending in _ENDINGS:
        rest = len(word) - len(ending)
        if rest >= (5 if ending == "s" else 4) and word.endswith(ending) and not word.endswith("ee"):
            return word[:rest]
    return word


def _forms(word: str) -> tuple[str, ...]:
    """How a word may stand in a compound; too short ones would be found everywhere."""
    forms = dict.fromkeys((word, _shortened(word), stem(word)))
    return tuple(form for form in forms if len(form) >= _SHORTEST)


def tokens(text: str) -> list[str]:
    """The bare words of a text in order, without numbers and years; hyphened words are followed by their joined form.

    >>> tokens("Open-Data-Portal 2024")
    ['open', 'data', 'portal', 'opendataportal']
    """
    return [token for token in _tokens(text) if not _NUMBER.fullmatch(token)]


def _tokens(text: str) -> Iterator[str]:
    for group in _GROUP.findall(_HUMPS.sub(" ", text)):
        pieces = _WORD.findall(bare(group))
        yield from pieces
        if 1 < len(pieces) < 5:
            yield "".join(pieces)


class Vocabulary:
    """Takes tokens apart by known words. `opaque` words are known but never looked into (`Baumschule`)."""

    def __init__(self, words: Iterable[str], opaque: Iterable[str], names: Iterable[str] = ()) -> None:
        """`names`: bare names of places, of which no part means anything (`Waldkirch`)."""
        known = {*words, *opaque}
        self._opaque = frozenset(stem(word) for word in opaque)
        self._words = frozenset(stem(word) for word in known)
        self._pieces = {
            form: stem(word) for word in (*map(bare, FILLERS), *sorted(known)) for form in _forms(word)
        }
        self._names = frozenset(name for name in names if stem(name) not in self._words)
        self._named = frozenset(stem(name) for name in self._names)
        self.parts = lru_cache(maxsize=65_536)(self._parts)

    def is_place(self, found: str) -> bool:
        """Whether a stem is that of a place's name and of no known word."""
        return found in self._named

    def _parts(self, token: str) -> tuple[Part, ...]:
        """What a bare token consists of, the strongest first."""
        whole = stem(token)
        if token in self._names or len(token) > _LONGEST:
            return (Part(whole, 1.0),)
        if whole in self._opaque or len(token) < 2 * _SHORTEST:
            return (Part(whole, 1.0),)
        inner = self._inner(token, whole)
        return (Part(whole, 1.0), *inner)

    def _inner(self, token: str, whole: str) -> list[Part]:
        pieces = self._split(token, whole)
        least, damping = 0, 0.45 if whole in self._words else 1.0
        if any(not piece.letters for piece in pieces):
            least, damping = _SURE, damping * 0.9
        last = len(pieces) - 1
        return [
            Part(piece.stem, damping * (0.85 if place == last else 0.6))
            for place, piece in enumerate(pieces)
            if piece.letters >= least + (place < last and least > 0) and piece.stem in self._words
        ]

    def _split(self, token: str, whole: str) -> list[_Piece]:
        """The cheapest way to write the token as pieces."""
        best: list[_Way | None] = [None] * len(token) + [_Way(0.0, [])]
        for start in range(len(token) - _SHORTEST, -1, -1):
            ways = list(self._ways(token, start, best, whole))
            best[start] = min(ways, key=lambda way: way.cost) if ways else None
        return best[0].pieces if best[0] else []

    def _ways(self, token: str, start: int, best: list[_Way | None], whole: str) -> Iterator[_Way]:
        """The ways to write the token from `start`; of two unknown pieces one would follow the other, so that is none."""
        for stop in range(len(token), start + _SHORTEST - 1, -1):
            known = self._pieces.get(token[start:stop], whole)
            if known != whole:
                piece, cost = _Piece(known, stop - start), 1.0
            else:
                piece, cost = _Piece(token[start:stop], 0), _UNKNOWN + _LETTER * (stop - start)
            for rest in self._after(token, stop, piece):
                following = best[rest]
                if following and (piece.letters or not following.pieces or following.pieces[0].letters):
                    yield _Way(cost + following.cost, [piece, *following.pieces])

    @staticmethod
    def _after(token: str, stop: int, piece: _Piece) -> Iterator[int]:
        """Where the next piece may begin."""
        if not piece.letters:
            yield stop
            return
        remaining = token[stop:]
        if remaining in _LAST:
            yield len(token)
        for link in _LINKS:
            if len(remaining) > len(link) and remaining.startswith(link):
                yield stop + len(link)
