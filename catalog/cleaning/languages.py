"""Languages: from codes, names and URIs to the EU language list, and to tags for literals."""

import re
from functools import cache, lru_cache
from typing import Final

from catalog.vocabulary import fold, read_table, vocabulary

# Two entries of the EU list have codes of its own; BCP 47 knows them under these tags.
_LOCAL_TAGS: Final = {"0D0": "ca-valencia", "0E0": "cnr"}
_CODE_SITES: Final = re.compile(
    r"https?://(?:publications\.europa\.eu/resource/authority/language|id\.loc\.gov/vocabulary/iso639-[12]"
    r"|(?:www\.)?lexvo\.org/(?:id|page)/iso639-[123])/([A-Za-z0-9]+)/?",
)
_SHORT: Final = re.compile(
    r"(?:lang(?:uage)?/)?([A-Za-z0-9]{2,3})(?:[-_](?:[A-Za-z]{2,8}|[0-9]{3}))*", re.ASCII
)
_LONGEST: Final = 120


@cache
def _names() -> dict[str, str]:
    """Folded code, tag, alias or label → URI."""
    names: dict[str, str] = {}
    for concept in vocabulary("language"):
        tag = _LOCAL_TAGS.get(concept.code, concept.extra["iso639_1"])
        for word in (concept.code, tag, concept.label_de, concept.label_en):
            if word:
                names.setdefault(fold(word), concept.uri)
    for row in read_table("language-aliases"):
        concept_or_none = vocabulary("language").by_code(row["code"])
        if concept_or_none:
            names.setdefault(fold(row["alias"]), concept_or_none.uri)
    return names


@lru_cache(maxsize=4_096)
def read_language(text: str) -> str | None:
    """The EU language URI for an ISO 639 code (`de`, `deu`, `ger`, `de-DE`), a German or English name,
    or a URI of the EU, the Library of Congress or Lexvo; None for anything else, lists included."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if found := _CODE_SITES.fullmatch(text):
        return _names().get(found[1].casefold())
    whole = _names().get(fold(text))
    if whole:
        return whole
    short = _SHORT.fullmatch(text)
    return _names().get(short[1].casefold()) if short else None


@cache
def _tags() -> dict[str, str]:
    return {
        concept.uri: _LOCAL_TAGS.get(concept.code) or concept.extra["iso639_1"] or concept.code.lower()
        for concept in vocabulary("language")
    }


@lru_cache(maxsize=4_096)
def language_tag(uri_or_text: str) -> str:
    """The BCP 47 tag in lower case (`de`, `nds`) of what `read_language` understands, else ""."""
    uri = read_language(uri_or_text)
    return _tags()[uri] if uri else ""
