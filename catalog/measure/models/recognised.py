"""Keeps of every dataset which model dataset it is: as it says itself, else by its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from catalog.measure.models.catalogue import OTHER, is_declaration, model_of_uri, models
from catalog.measure.models.classify import MOST_KEYWORDS, Classifier, shipped
from catalog.measure.records import Item
from catalog.store.measures import Measures
from catalog.store.store import Store

_MARKUP: Final = re.compile(r"<!\[CDATA\[|\]\]>|<[^<>]{0,200}>|&[a-z]{2,6};")
_LONG: Final = 2_000
_MODEL: Final = ("slug", "label", "topic", "name", "name_en", "uri", "theme")
_ROW: Final = ("dataset", "model", "evidence", "certainty", "words")
KINDS: Final = frozenset(("Dataset", "DatasetSeries"))
"""Classes of records that can be a model dataset; a service only gives access to one."""


class Recognised:
    """Recognises model datasets (tables `model`, `dataset_model`, `unknown_model`).

    A dataset that declares `OTHER` is taken at its word: none. A declared URI that no model dataset bears is kept as
    unknown, and the words decide.
    """

    method = "models-1"

    def __init__(self, store: Store | None = None, classifier: Classifier | None = None) -> None:
        """With a store the table `model` is renewed at once, else with the first records; `classifier`: the shipped."""
        self._classifier = classifier or shipped()
        self._kept = store is not None
        self._looked: list[int] = []
        self._rows: list[tuple[int, str, str, float, str]] = []
        self._unknown: list[tuple[int, str]] = []
        if store is not None:
            keep_models(Measures(store))

    def look(self, item: Item) -> None:
        """Recognise one record."""
        self._looked.append(item.dataset)
        declared = sorted(uri for uri in _iris(item.record.get("references")) if is_declaration(uri))
        if not self._declared(item.dataset, declared) and item.kind in KINDS:
            self._by_words(item)

    def flush(self, measures: Measures) -> None:
        """Write what was recognised since the last time."""
        if not self._kept:
            keep_models(measures)
            self._kept = True
        measures.renew_of("dataset_model", _ROW, self._rows, "dataset", self._looked)
        measures.renew_of("unknown_model", ("dataset", "uri"), self._unknown, "dataset", self._looked)
        for gathered in (self._looked, self._rows, self._unknown):
            gathered.clear()

    def _declared(self, dataset: int, uris: list[str]) -> bool:
        """Keep what the record declares; whether that settles the question."""
        named = {uri: model_of_uri(uri) for uri in uris}
        known = {model.slug: uri for uri, model in reversed(named.items()) if model}
        if not known and uris:
            self._unknown.append((dataset, uris[0]))
        self._rows += [
            (dataset, slug, "declared", 1.0, known[slug]) for slug in sorted(known) if slug != OTHER
        ]
        return bool(known)

    def _by_words(self, item: Item) -> None:
        found = self._classifier.recognise(
            item.title or "", _description(item.record), _texts(item.record.get("keyword")), item.publisher
        )
        if found:
            model, certainty = found
            words = " ".join(word.replace(" ", "_") for word in model.words)
            self._rows.append((item.dataset, model.slug, "words", round(certainty, 2), words))


def keep_models(measures: Measures) -> None:
    """Renew the table `model` from the shipped catalogue where it differs."""
    rows = sorted(tuple(getattr(model, name) for name in _MODEL) for model in models())
    if measures.conn.execute(f"select {', '.join(_MODEL)} from model order by slug").fetchall() != rows:
        measures.renew("model", _MODEL, rows)


def _iris(values: Any) -> Iterator[str]:
    for value in values or ():
        iri = value.get("@id", value.get("@value")) if isinstance(value, dict) else value
        if isinstance(iri, str):
            yield iri


def _texts(values: Any, language: str = "") -> list[str]:
    """The texts of a property, up to `MOST_KEYWORDS` of them; those in `language` where there are any."""
    literals = [value if isinstance(value, dict) else {"@value": value} for value in values or ()]
    spoken = [each for each in literals if language and str(each.get("@language", "")).startswith(language)]
    texts = (each.get("@value") for each in spoken or literals)
    return [text for text in texts if isinstance(text, str)][:MOST_KEYWORDS]


def _description(record: dict[str, Any]) -> str:
    """The beginning of the German description, else of the first, without markup."""
    found = _texts(record.get("description"), "de")
    return _MARKUP.sub(" ", found[0][:_LONG]).strip() if found else ""
