"""Keywords and topics of ISO metadata as keywords, EU themes and HVD categories."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog.cleaning.themes import read_theme
from catalog.record.node import Values
from catalog.record.terms import IRI
from catalog.vocabulary.lists import vocabulary
from crawler.formats.values import Cleaner, coded, each_once
from crawler.formats.xml_branch import Branch, Locales

_OF_THEMES = re.compile(
    r"inspire[\s-]+(?:spatial[\s-]+data[\s-]+)?them|gov-?\s?data|data-theme|datenthema|\bogd\b|open[\s-]?data|dcat",
    re.IGNORECASE,
)
"""Titles of thesauri whose terms stand for themes: INSPIRE's, GovData's categories, the EU's data themes."""


@dataclass(slots=True)
class Keywords:
    """What a resource is about."""

    keyword: Values = field(default_factory=list)
    theme: Values = field(default_factory=list)
    hvd_category: Values = field(default_factory=list)


def read_keywords(resource: Branch, clean: Cleaner, tags: Locales) -> Keywords:
    """All keywords as they stand; those of thesauri of themes, and the topics (ISO 19115, B.5.27), as themes too."""
    found = Keywords()
    for block in resource.all("descriptiveKeywords/*"):
        thesaurus = " ".join(_names_of(block))
        of_themes = bool(_OF_THEMES.search(thesaurus))
        for word in block.all("keyword"):
            _take(word, of_themes, found, clean, tags)
        block.drop("thesaurusName", "type")
    for topic in resource.texts("topicCategory"):
        found.theme += clean.theme(topic)
    found.keyword, found.theme = each_once(found.keyword), each_once(found.theme)
    return found


def _names_of(block: Branch) -> list[str]:
    parts = block.all("thesaurusName/*/title", "thesaurusName/*/identifier/*/code")
    return [text for part in parts for text in (part.said(), part.link()) if text]


def _take(word: Branch, of_themes: bool, found: Keywords, clean: Cleaner, tags: Locales) -> None:
    href, words = word.link(), word.prose(clean, tags)
    texts = [href, *(value if isinstance(value, str) else value.text for value in words)]
    found.keyword += words
    if href and (category := vocabulary("hvd-category").by_uri(href)):
        found.hvd_category.append(coded("hvd-category", category.uri))
    themes = next((uris for text in texts if text and (uris := read_theme(text))), ())
    if of_themes or vocabulary("data-theme").by_uri(href):
        found.theme += [IRI(uri) for uri in themes]
