"""What the resources are that records only refer to: shapes ask for their class, and a page says nothing else of them.

Concepts get the label that our lists have, as skos:Concept needs one; what no list knows stays undeclared.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from catalog.publish.lines import iri, literal
from catalog.publish.provenance import line
from catalog.record.node import Node, properties
from catalog.record.table import CLASSES, Thing
from catalog.vocabulary import vocabulary

Json = dict[str, Any]

_NEEDING_NOTHING = frozenset(
    {
        *("Document", "MediaType", "MediaTypeOrExtent", "LicenseDocument", "LinguisticSystem", "Frequency"),
        *("RightsStatement", "Standard", "ProvenanceStatement", "Location", "LegalResource"),
    }
)
"""Classes of which nothing is mandatory, so that a reference can be declared without saying more."""
_REFERRING: dict[type[Node], tuple[tuple[str, str, str], ...]] = {
    cls: tuple(
        (item.name, item.kind, item.vocabulary)
        for item in properties(cls)
        if item.kind in _NEEDING_NOTHING or (item.kind == "Concept" and item.vocabulary)
    )
    for cls in CLASSES.values()
}


def declarations(record: Json) -> Iterator[str]:
    """Lines that give each resource to which a record refers, but which it does not describe, its class."""
    described = {node.get("@id") for node in record.get("others", ())}
    for node, cls in _nodes(record):
        for name, kind, listed in _REFERRING[cls]:
            for value in node.get(name, ()):
                if (address := _reference(value)) and address not in described:
                    yield _declared(address, kind, listed)


def _reference(value: Any) -> str:
    """The address of a value that is an address and no more, else nothing."""
    address: str = value.get("@id", "") if isinstance(value, dict) and len(value) == 1 else ""
    return "" if address.startswith("_:") else address


def _nodes(record: Json) -> Iterator[tuple[Json, type[Node]]]:
    for node in (record, *record.get("others", ())):
        yield node, CLASSES.get(node.get("@class", ""), Thing)
    for item in record.get("distribution", ()):
        if isinstance(item, dict):
            yield item, CLASSES["Distribution"]


@lru_cache(maxsize=16_384)
def _declared(address: str, kind: str, listed: str) -> str:
    subject = iri(address)
    declared = line(subject, "rdf:type", iri(CLASSES[kind].iri))
    if kind != "Concept":
        return declared
    concept = vocabulary(listed).by_uri(address)
    label = (concept.label_de or concept.label_en or concept.code) if concept else ""
    return declared + line(subject, "skos:prefLabel", literal(label, "de")) if label else ""
