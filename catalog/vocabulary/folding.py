"""How text is brought to the one form in which words are compared and searched."""

import re
import unicodedata
from functools import lru_cache

# Letters that Unicode does not take apart into a letter and a mark.
_WHOLE = {"ß": "ss", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"}
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", **_WHOLE})
_BARE = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ø": "o", **_WHOLE})
_NOT_A_WORD = re.compile(r"[^\w]+")


def _without_marks(text: str) -> str:
    """`text` without combining marks (accents, cedillas), in composed form."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFKC", "".join(c for c in decomposed if not unicodedata.combining(c)))


def _prepare(text: str) -> str:
    """Compatibility-composed, case-folded text; `ß` has become `ss`, umlauts are single letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _spell(text: str, letters: dict[int, str]) -> str:
    """`text` in lower case without marks, its German letters written as `letters` says."""
    plain = _without_marks(_prepare(text).translate(letters))
    # Once more: a letter such as `ǿ` is only taken apart when its mark has gone.
    return " ".join(plain.casefold().translate(letters).split())


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The form in which two spellings of a word are equal.

    Compatibility-normalised (NFKC), case-folded, `ä ö ü ß` written `ae oe ue ss` (and `ø æ œ ł đ` likewise), every other
    diacritic removed, runs of white space made one blank. Folding twice is folding once.
    """
    if text.isascii():
        return " ".join(text.casefold().split())
    return _spell(text, _GERMAN)


def search_forms(text: str) -> str:
    """Words for the full-text index: the folded form, then the bare-vowel form of words that differ.

    `Bäume` is found by `baeume`, `bäume` (folded by the query) and `baume`.
    """
    folded = fold(text)
    if text.isascii():
        return folded
    bare = _spell(text, _BARE)
    known = set(_NOT_A_WORD.split(folded))
    others = dict.fromkeys(w for w in _NOT_A_WORD.split(bare) if w and w not in known)
    return " ".join([folded, *others]).strip()
