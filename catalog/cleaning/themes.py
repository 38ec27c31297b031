"""Themes: from categories, groups and topics that portals use to the EU data themes.

Only tables that somebody published are applied (`theme-aliases.csv` names them); a word that is in
none has no theme here.
"""

from functools import cache, lru_cache
from typing import Final

from catalog.vocabulary import fold, read_table, vocabulary

_LONGEST: Final = 200


def _key(text: str) -> str:
    """Folded, http for https, no closing slash, one way of writing `a/b`."""
    key = fold(text).rstrip("/").replace(" / ", "/").replace("/ ", "/")
    return "http" + key[5:] if key.startswith("https:") else key


@cache
def _themes() -> dict[str, tuple[str, ...]]:
    """Key of a code, label, URI or alias → EU theme URIs (none where the table gives none)."""
    themes: dict[str, tuple[str, ...]] = {}
    scheme = vocabulary("data-theme").scheme
    for row in read_table("theme-aliases"):
        themes[_key(row["alias"])] = tuple(scheme + code for code in row["codes"].split("|") if code)
    for concept in vocabulary("data-theme"):
        for name in (concept.code, concept.uri, concept.label_de, concept.label_en):
            themes[_key(name)] = (concept.uri,)
    return themes


@lru_cache(maxsize=16_384)
def read_theme(text: str) -> tuple[str, ...]:
    """The EU data themes that `text` stands for, () if unknown.

    Reads EU codes in any case (`regi`, as GovData's groups have them), their URIs and German and
    English labels, the 14 categories of OGD 1.0 by GovData's own table (three of them have no
    theme), INSPIRE themes and ISO 19115 topics by SEMIC's alignments.
    """
    if len(text) > _LONGEST:
        return ()
    return _themes().get(_key(text), ())
