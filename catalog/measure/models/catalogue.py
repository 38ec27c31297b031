"""The model datasets that a municipality may have, as the table in `schemas/models` lists them, and their URIs."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import unquote

from catalog.measure.models.words import bare, stem

OTHER: Final = "sonstiges-sonstiges"
"""The row that says that a dataset is none of the others."""

_DECLARATION: Final = re.compile(
    r"\s*(?:https?:)?//(?:www\.)?musterdatenkatalog\.de/(?:def/)?(?:musterdatensatz|musterdatensaetze)/?(?P<path>[^?#\s]*)",
    re.IGNORECASE,
)


_TELLING: Final = 9
"""Letters of a name that says enough without its topic (`abfallkalender`; not `plan`, `wasser`, `standort`)."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model dataset. `words` alone decide, `hints` only help, `excluded` speak against it."""

    slug: str
    label: str
    topic: str
    name: str
    name_en: str
    uri: str
    theme: str
    words: tuple[str, ...]
    hints: tuple[str, ...]
    excluded: tuple[str, ...]
    words_en: tuple[str, ...]


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of `schemas/models/<name>.csv`. Raises FileNotFoundError."""
    source = files("schemas") / "models" / f"{name}.csv"
    return list(csv.DictReader(io.StringIO(source.read_text(encoding="utf-8"), newline="")))


@cache
def models() -> tuple[Model, ...]:
    """The 242 model datasets in the order of the table; `OTHER` is one of them."""
    return tuple(_model(row) for row in read_rows("musterdatenkatalog"))


@cache
def by_slug() -> dict[str, Model]:
    """Slug → model dataset."""
    return {model.slug: model for model in models()}


def _model(row: dict[str, str]) -> Model:
    texts = {key: row[key] for key in ("slug", "label", "topic", "name", "name_en", "uri", "theme")}
    lists = {key: _terms(row[key]) for key in ("words", "hints", "words_en")}
    return Model(**texts, **lists, excluded=_terms(row["not"]))  # type: ignore[arg-type]


def _terms(cell: str) -> tuple[str, ...]:
    return tuple(term for part in cell.split(";") if (term := part.strip()))


def is_declaration(uri: str) -> bool:
    """Whether an IRI names a model dataset, known or not."""
    return _DECLARATION.match(uri) is not None


def model_of_uri(uri: str) -> Model | None:
    """The model dataset that an IRI names, in this or a former spelling; None for others and unknown ones.

    Scheme, `www.`, case, umlauts, percent-encoding, hyphens and a slash at the end make no difference. Former topics
    are resolved by the table of former labels, then by the name alone where only one model dataset bears it.
    """
    found = _DECLARATION.match(uri)
    if not found:
        return None
    path, known = _path(unquote(found["path"], errors="replace")), _by_path()
    slug = (
        known.get(path) or known.get(_singular(path)) or known.get(f"*/{stem(path.rpartition('/')[2])}", "")
    )
    return by_slug().get(slug)


def model_of_label(label: str) -> Model | None:
    """The model dataset with a label such as `Wahlen - Wahllokale`, present or former."""
    return by_slug().get(_by_path().get(_path("/".join(label.split(" - "))), ""))


@cache
def _by_path() -> dict[str, str]:
    """Path without case, signs and umlauts → slug; `*/name` for names that only one model dataset bears."""
    last = {model.slug: stem(_path(model.uri.rpartition("/")[2])) for model in models()}
    often = Counter(last.values())
    found = {f"*/{name}": slug for slug, name in last.items() if often[name] == 1 and len(name) >= _TELLING}
    former = [(row["label"], row["slug"]) for row in read_rows("musterdatenkatalog-former")]
    present = [(model.label, model.slug) for model in models()]
    for label, slug in (*former, *present):
        path = _path(label.replace(" - ", "/"))
        found[path] = found[_singular(path)] = slug
    return found | {_path(model.uri.partition("/musterdatensatz/")[2]): model.slug for model in models()}


def _singular(path: str) -> str:
    return "/".join(stem(part) for part in path.split("/"))


def _path(text: str) -> str:
    return "/".join(re.sub(r"[\W_]+", "", bare(part)) for part in text.split("/") if part.strip())
