"""The JSON-LD contexts that follow from the property table, for feeds that name the official ones by address.

No context is ever fetched: `schemas/contexts/index.json` says which file stands for which address.
"""

from __future__ import annotations

import re
from typing import Any

from catalog.record.node import Node, Property, properties
from catalog.record.table import CLASSES, Thing
from catalog.record.terms import PREFIXES, XSD_DECIMAL, XSD_DURATION, XSD_HEX, XSD_NON_NEGATIVE, shorten

Json = dict[str, Any]
_TYPES = {
    "iri": "@id",
    "decimal": XSD_DECIMAL,
    "duration": XSD_DURATION,
    "integer": XSD_NON_NEGATIVE,
    "hex": XSD_HEX,
}


def context() -> Json:
    """Names as in DCAT-AP 3.0's context: a class by its label, and within it each property by its label (`releaseDate`)
    or else by its term (`issued`). Type-scoped (JSON-LD 1.1, section 4.1.5), as one name means different terms."""
    found: Json = {"@version": 1.1, **PREFIXES}
    for name, cls in _classes():
        found.setdefault(name, {"@id": cls.iri, "@context": _scope(cls)})
    return {"@context": found}


def prefixed_context() -> Json:
    """Names as in DCAT-AP HVD 3.0's context: prefixed terms (`dcat:accessURL`), classes with a capital (`Dcat:Catalog`),
    for which the prefixes are known with a capital too: a term with a colon must mean what its prefix says."""
    found: Json = {
        "@version": 1.1,
        **PREFIXES,
        **{_capital(prefix): base for prefix, base in PREFIXES.items()},
    }
    for cls in _described():
        for item in properties(cls):
            found.setdefault(shorten(item.term), _definition(item))
    return {"@context": found}


def _described() -> list[type[Node]]:
    return [cls for cls in CLASSES.values() if cls is not Thing]


def _classes() -> list[tuple[str, type[Node]]]:
    """Names of classes, the labels' first, so that a term's local name takes nothing from them."""
    by_label = [(_capital(_camel(cls.label[1])), cls) for cls in _described()]
    by_name = [(cls.__name__, cls) for cls in _described()]
    return [*by_label, *by_name, *((_local(cls.iri), cls) for cls in _described())]


def _scope(cls: type[Node]) -> Json:
    found: Json = {}
    for item in properties(cls):
        found.setdefault(_camel(item.label_en), _definition(item))
    for item in properties(cls):
        found.setdefault(_local(item.term), _definition(item))
    return found


def _definition(item: Property) -> Json:
    kind = "@id" if item.kind in CLASSES else _TYPES.get(item.kind)
    return {"@id": item.term, "@type": kind} if kind else {"@id": item.term}


def _local(iri: str) -> str:
    return re.split(r"[/#]", iri)[-1]


def _camel(label: str) -> str:
    """`access URL` -> `accessUrl`."""
    first, *others = re.findall(r"\w+", label.replace("-", ""))
    return "".join([first.lower(), *(word.capitalize() for word in others)])


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
