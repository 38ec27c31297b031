"""SHACL shapes derived from the property table, one file a profile (`schemas/shapes`); never edited by hand."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.record.kinds import PROFILES, TYPED
from catalog.record.node import Node, Obligation, Property, properties
from catalog.record.table import ANY_OF, CLASSES
from catalog.record.terms import PREFIXES, shorten
from catalog.vocabulary.lists import vocabulary

BASE = "https://bestand.example/shapes/"
_SHORT_LIST = 60
_DATATYPES = {
    "temporal": ("xsd:date", "xsd:dateTime", "xsd:gYear", "xsd:gYearMonth"),
    "decimal": ("xsd:decimal",),
    "duration": ("xsd:duration",),
    "integer": ("xsd:nonNegativeInteger",),
    "hex": ("xsd:hexBinary",),
}
_LEVEL = {"M": "sh:Violation", "R": "sh:Warning"}
_STRENGTH = {"MUST": "sh:Violation", "SHOULD": "sh:Warning"}
_USED = (
    "dcat",
    "dct",
    "dcatap",
    "dcatde",
    "geodcatap",
    "adms",
    "foaf",
    "locn",
    "odrl",
    "owl",
    "prov",
    "rdfs",
    "skos",
)


def shapes(profile: str) -> str:
    """The shapes of `dcat-ap`, `dcat-ap-de` or `hvd` as Turtle. Raises ValueError for another profile."""
    place = PROFILES.index(profile)
    head = [
        f"@prefix {name}: <{PREFIXES[name]}> ."
        for name in (*_USED, "sh", "spdx", "time", "vcard", "xsd", "eli")
    ]
    head.append(f"@prefix shape: <{BASE}{profile}#> .")
    note = f"# Generated from catalog/record/table.py for the profile {profile}; do not edit.\n"
    blocks = [block for cls in CLASSES.values() if (block := "".join(_class(cls, place)))]
    return note + "\n".join(head) + "\n\n" + "\n".join(blocks)


def _class(cls: type[Node], place: int) -> Iterator[str]:
    rules = [rule for item in properties(cls) for rule in _property(item, place)]
    groups = [
        _group(cls, members, levels[place]) for _, members, *levels in ANY_OF.get(cls, ()) if levels[place]
    ]
    if not rules and not groups:
        return
    yield f"shape:{cls.__name__} a sh:NodeShape ;\n    sh:targetClass {shorten(cls.iri)}"
    for rule in (*rules, *groups):
        yield f" ;\n    {rule}"
    yield " .\n"


def _span(item: Property, place: int) -> Obligation:
    return (item.ap, item.de, item.hvd)[place]


def _property(item: Property, place: int) -> Iterator[str]:
    span = _span(item, place)
    if not span.level:
        if item.vocabulary and (*item.strength, "")[place]:
            yield from _vocabulary(item, (*item.strength, item.strength[0])[place])
        return
    path = f"sh:path {shorten(item.term)}"
    if span.level in _LEVEL:
        count = max(span.minimum, 1)
        yield f"sh:property [ {path} ; sh:minCount {count} ; sh:severity {_LEVEL[span.level]} ]"
    if span.maximum is not None:
        yield f"sh:property [ {path} ; sh:maxCount {span.maximum} ]"
    yield f"sh:property [ {path} ; {_kind(item)} ]"
    if item.deprecated and place == 1:
        yield f"sh:property [ {path} ; sh:maxCount 0 ; sh:severity sh:Warning ]"
    if item.vocabulary:
        yield from _vocabulary(item, (*item.strength, item.strength[0])[place])


def _kind(item: Property) -> str:
    if item.kind in TYPED:
        allowed = _DATATYPES[item.kind]
        if len(allowed) == 1:
            return f"sh:datatype {allowed[0]}"
        return f"sh:or ( {' '.join(f'[ sh:datatype {name} ]' for name in allowed)} )"
    return "sh:nodeKind sh:Literal" if item.kind in ("text", "literal") else "sh:nodeKind sh:BlankNodeOrIRI"


def _vocabulary(item: Property, strength: str) -> Iterator[str]:
    listed = _listed(item.vocabulary)
    path = f"sh:path {shorten(item.term)}"
    if strength in _STRENGTH:
        yield f"sh:property [ {path} ; {listed} ; sh:severity {_STRENGTH[strength]} ]"
    elif strength == "SOME":
        some = f"[ sh:qualifiedValueShape [ {listed} ] ; sh:qualifiedMinCount 1 ; {path} ]"
        yield f"sh:or ( [ {path} ; sh:maxCount 0 ] {some} )"


def _listed(name: str) -> str:
    """The entries one by one where the list is short, else the namespace in which they live."""
    entries = sorted(entry.uri for entry in vocabulary(name))
    if len(entries) <= _SHORT_LIST:
        return f"sh:in ( {' '.join(f'<{uri}>' for uri in entries)} )"
    namespace = vocabulary(name).scheme.replace("https://", "http://").replace(".", "\\\\.")
    return f'sh:pattern "^{namespace.replace("http://", "https?://")}"'


def _group(cls: type[Node], members: tuple[str, ...], level: str) -> str:
    terms = {item.name: shorten(item.term) for item in properties(cls)}
    choices = " ".join(f"[ sh:path {terms[name]} ; sh:minCount 1 ]" for name in members)
    return (
        f"sh:or ( {choices} )"
        if level == "M"
        else f"sh:node [ sh:or ( {choices} ) ; sh:severity sh:Warning ]"
    )
