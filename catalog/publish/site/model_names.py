"""What model datasets are called in the reader's language: German by the catalogue, English by its translation."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.publish.site.visit import Visit

_NAMES = "select slug, label, name_en from model"


async def model_names(visit: Visit) -> Mapping[str, str]:
    """Slug → name, of all model datasets; German ones say their topic too, since some names are short."""
    german = visit.reader.language == "de"
    return {
        slug: label if german else english_name(label, name_en)
        for slug, label, name_en in await visit.rows(_NAMES)
    }


def english_name(german: str, english: str) -> str:
    """The English name with a capital letter, else the German one."""
    return english[:1].upper() + english[1:] if english else german
