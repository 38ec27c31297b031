"""What the distributions of a canonical record say of the metrics: format, licence, addresses and what is merely there."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from catalog.measure.metrics import BIT, METRICS, points_of
from catalog.vocabulary import vocabulary
from catalog.vocabulary.lists import same_uri

_PRESENCE = tuple(
    (metric.prop, BIT[metric.slug])
    for metric in METRICS
    if metric.level == "distribution" and metric.slug.endswith("Availability")
)
_ALIGNED = BIT["formatMediaTypeVocabularyAlignment"]
_FREE, _READABLE = BIT["formatMediaTypeNonProprietary"], BIT["formatMediaTypeMachineInterpretable"]
_KNOWN = BIT["knownLicence"]


class File(NamedTuple):
    """A distribution: the bits it passes without its links, whether the national view knows its licence, its first
    addresses (empty where it names none) and its licence as text."""

    access_url: str
    download_url: str
    passed: int
    national: bool
    license: str


def files_of(record: dict[str, Any]) -> tuple[File, ...]:
    """The distributions that a record describes, by their addresses: the order in which the table `distribution` can
    be brought too. Of several with the same addresses the best: their links are the same, so no other can count."""
    best: dict[tuple[str, str], File] = {}
    for file in sorted(map(_file, nodes_of(record)), key=_worth):
        best[file.access_url, file.download_url] = file
    return tuple(best[addresses] for addresses in sorted(best))


def _worth(file: File) -> tuple[int, bool, File]:
    return _points(file.passed), file.national, file


@lru_cache(maxsize=4096)
def _points(bits: int) -> int:
    return points_of(bits)


def nodes_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The described distributions; a reference is followed to what stands beside the root, or left out."""
    given = record.get("distribution", ())
    others = {other["@id"]: other for other in record.get("others", ()) if "@id" in other}
    found = [_resolved(value, others) for value in given]
    return [node for node in found if node is not None]


def _resolved(value: Any, others: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    if not isinstance(value, dict) or "@value" in value:
        return None
    if len(value) == 1 and "@id" in value:
        return others.get(value["@id"])
    return value


def _file(node: dict[str, Any]) -> File:
    passed = sum(bit for name, bit in _PRESENCE if node.get(name))
    formats, types = texts(node.get("format", ())), texts(node.get("media_type", ()))
    passed |= _format_bits(formats, types)
    licences = texts(node.get("license", ()))
    known, national = _licence(licences)
    return File(
        first(node.get("access_url") or node.get("endpoint_url") or ()),
        first(node.get("download_url", ())),
        passed | (_KNOWN if known else 0),
        national,
        next(filter(None, licences), ""),
    )


def texts(values: Any) -> tuple[str, ...]:
    """The values of a property as text."""
    return tuple([text_of(value) for value in values])


def text_of(value: Any) -> str:
    """A value of canonical JSON as text: a literal's, an address, or the address of a described resource."""
    if isinstance(value, str):
        return value
    text = value.get("@id") or value.get("@value") or ""
    return "" if text.startswith("_:") else str(text)


def first(values: Any) -> str:
    """The first value that says something, as text; empty where none does."""
    return next(filter(None, map(text_of, values)), "")


@lru_cache(maxsize=8192)
def _format_bits(formats: tuple[str, ...], types: tuple[str, ...]) -> int:
    """Either property may name the format, as published; alignment asks for both."""
    known = [found for text in (*formats, *types) if (found := vocabulary("file-type").by_uri(text))]
    free = any(found.extra["non_proprietary"] == "yes" for found in known)
    readable = any(found.extra["machine_readable"] == "yes" for found in known)
    aligned = any(map(_is_file_type, formats)) and any(map(_is_media_type, types))
    return (_FREE if free else 0) | (_READABLE if readable else 0) | (_ALIGNED if aligned else 0)


def _is_file_type(text: str) -> bool:
    return vocabulary("file-type").by_uri(text) is not None


def _is_media_type(text: str) -> bool:
    return vocabulary("media-type").by_uri(text) is not None


@lru_cache(maxsize=8192)
def _licence(values: tuple[str, ...]) -> tuple[bool, bool]:
    """Whether the EU list knows the licence, and whether it does through the mapping of the German list too."""
    known = any(vocabulary("licence").by_uri(text) for text in values)
    german = (vocabulary("dcatde-licence").by_uri(text) for text in values)
    mapped = (found.extra["eu_uri"] for found in german if found)
    return known, known or any(same_uri(uri) and vocabulary("licence").by_uri(uri) for uri in mapped)
