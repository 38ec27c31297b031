"""RDF/JSON (W3C Note of 7 November 2013): `{subject: {predicate: [{value, type, lang, datatype}]}}` → triples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.record.addresses import is_unusable, repaired
from catalog.record.parse import Parsed
from catalog.record.terms import IRI, XSD_STRING, BNode, Literal, Term, Triple
from crawler.formats.dcat import FeedPage, page_of
from crawler.formats.reading import UnreadablePayload

_FORM = "The answer is no RDF/JSON: it has no subjects with predicates."


def read_rdf_json(value: Any) -> FeedPage:
    """The records that a graph in RDF/JSON holds. Raises UnreadablePayload (`not-rdf`) for any other JSON."""
    return page_of(parsed(value))


def parsed(value: Any) -> Parsed:
    """The triples of a graph, its addresses repaired as `catalog.record.parse` does; what is no term is left out and
    counted (`syntax-lenient`). Raises UnreadablePayload (`not-rdf`)."""
    if not is_rdf_json(value):
        raise UnreadablePayload("not-rdf", _FORM)
    found = Parsed([], "rdf-json", Counter())
    names = _Names(found)
    found.triples = list(_triples(value, names))
    return found


def is_rdf_json(value: Any) -> bool:
    """Whether an object can be a graph: subjects that lead to objects whose keys are addresses."""
    if not isinstance(value, dict) or not value:
        return False
    return all(
        isinstance(described, dict) and all(":" in predicate for predicate in described)
        for described in value.values()
    )


class _Names(dict[str, IRI]):
    """Addresses as written -> repaired; what had to be done is noted once an address."""

    def __init__(self, found: Parsed) -> None:
        super().__init__()
        self.found = found

    def __missing__(self, text: str) -> IRI:
        address = self[text] = repaired(text)
        if address != text:
            self.found.repaired.add(address)
            self.found.faults["iri-unusable" if is_unusable(address) else "iri-repaired"] += 1
        return address

    def node(self, text: str) -> IRI | BNode:
        return BNode(text) if text.startswith("_:") else self[text]


def _triples(graph: Mapping[str, Any], names: _Names) -> Iterator[Triple]:
    for subject, described in graph.items():
        node = names.node(subject)
        for predicate, values in described.items():
            for value in values if isinstance(values, list) else [values]:
                term = _term(value, names)
                if term is None:
                    names.found.faults["syntax-lenient"] += 1
                else:
                    yield node, names[predicate], term


def _term(value: Any, names: _Names) -> Term | None:
    if not isinstance(value, dict) or not isinstance(value.get("value"), str | int | float):
        return None
    text = str(value["value"])
    if value.get("type") in ("uri", "bnode"):
        return names.node(text) if text.strip() else None
    language, datatype = value.get("lang"), value.get("datatype")
    if isinstance(language, str) and language:
        return Literal(text, language.lower())
    if isinstance(datatype, str) and datatype not in ("", XSD_STRING):
        return Literal(text, "", names[datatype])
    return text
