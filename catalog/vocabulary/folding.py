"""How text is brought to the one form in which words are compared and searched."""

import re
import unicodedata
from functools import lru_cache
from itertools import filterfalse
from typing import Final

# Letters that Unicode does not take apart into a letter and a mark.
_WHOLE: Final = (("ß", "ss"), ("æ", "ae"), ("œ", "oe"), ("ł", "l"), ("đ", "d"))
_GERMAN: Final = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ø", "oe"), *_WHOLE)
_BARE: Final = (("ä", "a"), ("ö", "o"), ("ü", "u"), ("ø", "o"), *_WHOLE)
_FOREIGN: Final = re.compile(r"[^\x00-\x7f]+")
# What is neither ASCII nor punctuation that no normalisation changes; without it, folding is replacing.
_UNSTABLE: Final = re.compile(r"[^\x00-\x7f„“”‚‘’–—•«»§°€]")
_WORD: Final = re.compile(r"\w+")


def _spell(text: str, letters: tuple[tuple[str, str], ...]) -> str:
    """Lower-case `text` with its German letters written as `letters` says."""
    for letter, spelling in letters:
        text = text.replace(letter, spelling)
    return text


def _unmarked(found: re.Match[str]) -> str:
    """Characters without their combining marks (accents, cedillas), in composed form."""
    decomposed = unicodedata.normalize("NFKD", found[0])
    return unicodedata.normalize("NFKC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def _fold(text: str, letters: tuple[tuple[str, str], ...]) -> str:
    folded = _spell(text.casefold(), letters)
    if _UNSTABLE.search(folded):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        folded = _FOREIGN.sub(_unmarked, _spell(folded, letters)).casefold()
        # Once more: a letter such as `ǿ` is only taken apart when its mark has gone.
        folded = _spell(folded, letters)
    return " ".join(folded.split())


@lru_cache(maxsize=16_384)
def _fold_short(text: str) -> str:
    return _fold(text, _GERMAN)


@lru_cache(maxsize=16_384)
def _bare_word(word: str) -> str:
    return _fold(word, _BARE)


_SHORT: Final = 200  # characters; longer texts rarely come twice and would only fill the memory


def fold(text: str) -> str:
    """The form in which two spellings of a word are equal.

    Compatibility-normalised (NFKC), case-folded, `ä ö ü ß` written `ae oe ue ss` (and `ø æ œ ł đ`
    likewise), every other diacritic removed, runs of white space made one blank. Folding twice is
    folding once.
    """
    return _fold_short(text) if len(text) <= _SHORT else _fold(text, _GERMAN)


def search_forms(text: str) -> str:
    """Words for the full-text index: the folded form, then the bare-vowel form of words that differ.

    `Bäume` is found by `baeume`, `bäume` (folded by the query) and `baume`.
    """
    folded = _fold(text, _GERMAN)  # not remembered: titles and descriptions come once
    if text.isascii():
        return folded
    composed = unicodedata.normalize("NFKC", text)
    pieces = " ".join(filterfalse(str.isascii, composed.split()))  # few, so fewer words are cut
    foreign = dict.fromkeys(filterfalse(str.isascii, _WORD.findall(pieces)))
    bare = dict.fromkeys(form for word in foreign if (form := _bare_word(word)) != _fold_short(word))
    return " ".join([folded, *bare]).strip()
