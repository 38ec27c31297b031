"""Records made from the property table: one without a fault for each class, and one with exactly one fault of a kind."""

from __future__ import annotations

from collections import deque
from functools import cache
from itertools import count

from catalog.record.kinds import TYPED, FindingKind, slug
from catalog.record.node import Node, Property, Record, properties
from catalog.record.table import (
    ANY_OF,
    CLASSES,
    DEPRECATED_TERMS,
    HVD_LEGISLATION,
    Catalogue,
    DataService,
    Dataset,
    DatasetSeries,
)
from catalog.record.terms import IRI, XSD, Literal
from catalog.vocabulary.lists import vocabulary

ROOTS = (Dataset, DatasetSeries, DataService, Catalogue)
"""Classes that stand for themselves in a file."""
HELD = ("M", "R")
SOUND = {
    "temporal": Literal("2026-01-31", datatype=XSD + "date"),
    "decimal": Literal("10.0", datatype=XSD + "decimal"),
    "duration": Literal("P1D", datatype=XSD + "duration"),
    "integer": Literal("512", datatype=XSD + "nonNegativeInteger"),
    "hex": Literal("0aff", datatype=XSD + "hexBinary"),
}
OTHER = {kind: Literal("2", datatype=value.datatype) for kind, value in SOUND.items()} | {
    "temporal": Literal("2025-12-31", datatype=XSD + "date"),
    "duration": Literal("P2D", datatype=XSD + "duration"),
    "hex": Literal("ff", datatype=XSD + "hexBinary"),
}
NUMBERS = count(1)


def address() -> IRI:
    """An address that nothing else has."""
    return IRI(f"https://portal.example/id/{next(NUMBERS)}")


def sound(item: Property, other: bool = False) -> object:
    """A value that a property may have; `other` gives one that differs."""
    if item.kind in TYPED:
        return (OTHER if other else SOUND)[item.kind]
    if item.kind in ("text", "literal"):
        return "another text" if other else "a text"
    if item.name == "applicable_legislation":
        return address() if other else HVD_LEGISLATION
    if item.vocabulary:
        return sorted(IRI(entry.uri) for entry in vocabulary(item.vocabulary))[int(other)]
    return address()


def asked(item: Property) -> bool:
    """Whether a profile asks for the property."""
    return any(span.level in HELD for span in (item.ap, item.de, item.hvd))


def flawless(cls: type[Node]) -> Node:
    """A node with all that any profile asks for, whose references lead outside."""
    node = cls(id=address())
    table = {item.name: item for item in properties(cls)}
    for item in table.values():
        if asked(item):
            setattr(node, item.name, [sound(item)])
    for _, members, *_ in ANY_OF.get(cls, ()):
        if not any(getattr(node, member) for member in members):
            setattr(node, members[0], [sound(table[members[0]])])
    return node


@cache
def path_to(cls: type[Node]) -> tuple[tuple[type[Node], str], ...]:
    """The shortest way from a class that stands for itself: (class, property) one after the other; empty for such a class."""
    queue: deque[tuple[type[Node], tuple[tuple[type[Node], str], ...]]] = deque((root, ()) for root in ROOTS)
    seen: set[type[Node]] = set()
    while queue:
        here, way = queue.popleft()
        if here is cls:
            return way
        if here not in seen:
            seen.add(here)
            inner = [item for item in properties(here) if item.kind in CLASSES]
            queue.extend((CLASSES[item.kind], (*way, (here, item.name))) for item in inner)
    raise LookupError(f"no way to {cls.__name__}")


def within(node: Node) -> Record:
    """The node as a record, inside flawless nodes where it cannot stand for itself."""
    for cls, name in reversed(path_to(type(node))):
        outer = flawless(cls)
        item = next(item for item in properties(cls) if item.name == name)
        if item.vocabulary:
            node.id = IRI(str(sound(item)))
        setattr(outer, name, [node])
        node = outer
    return Record(node)


def flawed(kind: FindingKind) -> tuple[Record, set[str]]:
    """A record with the fault, and the slugs that come with it by necessity: who gives none of several properties lacks
    each of them."""
    cls = CLASSES[kind.cls]
    node = flawless(cls)
    if kind.problem == "none-of":
        members = next(members for name, members, *_ in ANY_OF[cls] if name == kind.name)
        for member in members:
            setattr(node, member, [])
        lacking = {
            slug(cls, item.name, "missing")
            for item in properties(cls)
            if item.name in members and asked(item)
        }
        return within(node), lacking
    item = next(item for item in properties(cls) if item.name == kind.name)
    setattr(node, item.name, _values(cls, item, kind.problem))
    return within(node), _companions(cls, item, kind.problem)


def _companions(cls: type[Node], item: Property, problem: str) -> set[str]:
    """What else is wrong with such a value."""
    together = {slug(cls, item.name, "missing")} if problem == "missing" else set()
    if problem == "missing":
        for name, members, *_ in ANY_OF.get(cls, ()):
            if item.name in members:
                together.add(slug(cls, name, "none-of"))
    if problem in ("off-vocabulary", "none-in-vocabulary"):
        together |= {slug(cls, item.name, "off-vocabulary"), slug(cls, item.name, "none-in-vocabulary")}
    if problem == "deprecated-term":
        together.add(slug(cls, item.name, "off-vocabulary"))
    if problem == "wrong-kind":
        together |= {slug(cls, item.name, "none-in-vocabulary")}
    if item.deprecated:
        together.add(slug(cls, item.name, "deprecated"))
    return together


def _values(cls: type[Node], item: Property, problem: str) -> list[object]:
    literal = item.kind in ("text", "literal") or item.kind in TYPED
    match problem:
        case "missing":
            return []
        case "too-many":
            return [sound(item), sound(item, other=True)]
        case "wrong-kind":
            return [address() if literal else "a text"]
        case "ill-typed":
            return ["sometime"]
        case "off-vocabulary" | "none-in-vocabulary":
            return [address()]
        case "deprecated-term":
            return [IRI(DEPRECATED_TERMS[cls, item.name] + "old")]
        case "deprecated":
            return [sound(item)]
    raise ValueError(problem)
