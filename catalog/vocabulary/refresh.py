"""What would change if an official list were taken over again: reads its SKOS file and compares."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import pyoxigraph as ox

from catalog.vocabulary.lists import Concept, Vocabulary, same_uri

_EU: Final = "http://publications.europa.eu/resource/authority/"

SOURCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        name: _EU + name
        for name in (
            "access-right",
            "data-theme",
            "dataset-type",
            "distribution-status",
            "file-type",
            "frequency",
            "language",
            "licence",
            "planned-availability",
        )
    }
    | {
        "contributor": "http://dcat-ap.de/def/contributors",
        "dcatde-licence": "http://dcat-ap.de/def/licenses",
        "hvd-category": "http://data.europa.eu/bna/asd487ae75",
    }
)
"""Name of a vocabulary → the address that answers with its SKOS file (`Accept: application/rdf+xml`)."""


class Changes(NamedTuple):
    """The difference between our list and the official one; `relabelled` holds (ours, theirs)."""

    added: tuple[Concept, ...]
    removed: tuple[Concept, ...]
    relabelled: tuple[tuple[Concept, Concept], ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.relabelled)


_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_CONCEPT: Final = ox.NamedNode(_SKOS + "Concept")
_LABEL: Final = ox.NamedNode(_SKOS + "prefLabel")


def parse_authority(rdf: bytes) -> list[Concept]:
    """The concepts of a SKOS file in RDF/XML, as the EU's Publications Office writes it, by URI.

    Raises ValueError for a file that is not RDF/XML, declares XML entities, or has no concept.
    """
    if b"<!ENTITY" in rdf:
        raise ValueError("the list declares XML entities; such a file is not read")
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    concepts: set[str] = set()
    try:
        for triple in ox.parse(rdf, format=ox.RdfFormat.RDF_XML):
            if not isinstance(triple.subject, ox.NamedNode):
                continue
            if triple.predicate == _TYPE and triple.object == _CONCEPT:
                concepts.add(triple.subject.value)
            elif triple.predicate == _LABEL and isinstance(triple.object, ox.Literal):
                labels[triple.subject.value][triple.object.language or ""] = triple.object.value
    except SyntaxError as error:
        raise ValueError(f"the list is not RDF/XML: {error}") from None
    if not concepts:
        raise ValueError("the list has no skos:Concept")
    return [_concept(uri, labels[uri]) for uri in sorted(concepts)]


def _concept(uri: str, labels: Mapping[str, str]) -> Concept:
    code = uri.rstrip("/").replace("#", "/").rsplit("/", 1)[-1]
    return Concept(code, uri, " ".join(labels.get("de", "").split()), " ".join(labels.get("en", "").split()))


def _says_otherwise(ours: Concept, theirs: Concept) -> bool:
    """A label that both have and that differs, or one that we lack."""
    pairs = ((ours.label_de, theirs.label_de), (ours.label_en, theirs.label_en))
    return any(new and new != old for old, new in pairs)


def compare(old: Vocabulary, new: Iterable[Concept]) -> Changes:
    """What `new` has more, less and under another label than `old`; concepts are matched by URI."""
    theirs = {same_uri(concept.uri): concept for concept in new if concept.uri.startswith(old.scheme)}
    ours = {same_uri(concept.uri): concept for concept in old}
    return Changes(
        tuple(concept for uri, concept in theirs.items() if uri not in ours),
        tuple(concept for uri, concept in ours.items() if uri not in theirs),
        tuple(
            (ours[uri], theirs[uri])
            for uri in ours
            if uri in theirs and _says_otherwise(ours[uri], theirs[uri])
        ),
    )
