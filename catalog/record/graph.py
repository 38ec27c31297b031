"""Records out of triples and back. What belongs to no record of a file stays as its remainder.

A record is the closure of a dataset, series or data service: every described resource that is reached from it without
passing through another one. A resource with one reference is nested where it is referred to; one with several (and one
in every 32 steps of depth) stands beside the root in `Record.others`, so that a record is always a tree of bounded depth
whose form does not depend on the order of the triples.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TypeGuard

from catalog.record.node import Node, Record, by_term, names, properties
from catalog.record.table import (
    BY_TYPE,
    CLASSES,
    Catalogue,
    CatalogueRecord,
    DataService,
    Dataset,
    DatasetSeries,
    Thing,
)
from catalog.record.terms import IRI, RDF_TYPE, BNode, Term, Triple, expand

Described = dict[IRI, list[Term]]
Index = dict[str, Described]
MAX_NESTING = 32
_ENTRY_TYPES = frozenset({Dataset.iri, DatasetSeries.iri, DataService.iri})
_LISTING = frozenset(
    {expand("dcat:dataset"), expand("dcat:service"), expand("dcat:record"), expand("dcat:catalog")}
)
_TOPIC = expand("foaf:primaryTopic")
_SUBSTANCE = frozenset(expand(f"dct:{name}") for name in ("title", "description", "identifier")) | {
    expand("dcat:distribution"),
    expand("dcat:endpointURL"),
}
_RANK = {cls: rank for rank, cls in enumerate(CLASSES.values())}


@dataclass(slots=True)
class GraphReading:
    """A file's graph as records (datasets, series, data services), its catalogues, and the triples of neither.

    `subjects` are, for each record, the resources that it describes.
    """

    records: list[Record] = field(default_factory=list)
    subjects: list[set[str]] = field(default_factory=list)
    catalogues: list[Record] = field(default_factory=list)
    remainder: list[Triple] = field(default_factory=list)


def read_graph(triples: Iterable[Triple]) -> GraphReading:
    """Sort a graph into records. The union of all records' triples and the remainder is the graph."""
    index = _index(triples)
    roots = _roots(index)
    topics = _topics(index, roots)
    reading, visited = GraphReading(), set[str]()
    for root in roots:
        closure = _Closure(index, roots, root, topics.get(root, []))
        visited |= closure.members
        record = closure.record()
        if isinstance(record.root, Catalogue):
            reading.catalogues.append(record)
        else:
            reading.records.append(record)
            reading.subjects.append(closure.members)
    for subject, described in index.items():
        if subject not in visited:
            reading.remainder.extend(_triples(subject, described))
    return reading


def triples_of(record: Record, prefix: str = "") -> Iterator[Triple]:
    """The record's triples. Nested resources without an identifier get labels `_:<prefix>n1`, `_:<prefix>n2` …"""
    numbers = iter(range(1, 1 << 62))
    for node in (record.root, *record.others):
        subject = node.id if node.id is not None else BNode(f"_:{prefix}n{next(numbers)}")
        yield from _node_triples(node, subject, prefix, numbers)


def _node_triples(node: Node, subject: IRI | BNode, prefix: str, numbers: Iterator[int]) -> Iterator[Triple]:
    for iri in (type(node).iri,) if node.types is None else node.types:
        yield subject, RDF_TYPE, iri
    declared = [(item.term, getattr(node, item.name)) for item in properties(type(node))]
    for term, values in (*declared, *((IRI(key), values) for key, values in node.rest.items())):
        for value in values:
            if isinstance(value, Node):
                target = value.id if value.id is not None else BNode(f"_:{prefix}n{next(numbers)}")
                yield subject, term, target
                yield from _node_triples(value, target, prefix, numbers)
            else:
                yield subject, term, value


def _index(triples: Iterable[Triple]) -> Index:
    """Subject -> predicate -> objects, each triple once (a literal and an IRI of the same text are two)."""
    index: Index = defaultdict(dict)
    seen: set[tuple[str, str, Term, type]] = set()
    for subject, predicate, value in triples:
        described = index[subject]
        values = described.get(predicate)
        if values is None:
            described[predicate] = [value]
            continue
        if len(values) == 1:
            seen.add((subject, predicate, values[0], type(values[0])))
        key = (subject, predicate, value, type(value))
        if key not in seen:
            seen.add(key)
            values.append(value)
    return dict(index)


def _triples(subject: str, described: Described) -> Iterator[Triple]:
    node = BNode(subject) if subject.startswith("_:") else IRI(subject)
    for predicate, values in described.items():
        for value in values:
            yield node, predicate, value


def _roots(index: Index) -> dict[str, None]:
    """The subjects that are entries of their own, catalogues first; in order of appearance."""
    catalogues: dict[str, None] = {}
    entries: dict[str, set[IRI]] = {}
    listed: set[str] = set()
    for subject, described in index.items():
        types = {value for value in described.get(RDF_TYPE, ()) if isinstance(value, IRI)}
        if Catalogue.iri in types:
            catalogues[subject] = None
            for predicate in _LISTING & described.keys():
                listed.update(value for value in described[predicate] if isinstance(value, IRI | BNode))
        elif types & _ENTRY_TYPES:
            entries[subject] = types
    referred = _referred(index, catalogues, entries)
    kept = {
        s: None for s, types in entries.items() if s in listed or _stands_alone(s, types, index[s], referred)
    }
    return {**catalogues, **kept}


def _referred(index: Index, catalogues: Collection[str], entries: Collection[str]) -> set[str]:
    """The entries that something other than a catalogue refers to."""
    return {
        value
        for subject, described in index.items()
        if subject not in catalogues
        for predicate, values in described.items()
        if predicate != RDF_TYPE and predicate != _TOPIC
        for value in values
        if isinstance(value, IRI | BNode) and value in entries and value != subject
    }


def _stands_alone(subject: str, types: set[IRI], described: Described, referred: set[str]) -> bool:
    """A stub (a typed reference without substance) and a nameless service inside a record are part of what refers to it."""
    if subject not in referred:
        return True
    if subject.startswith("_:") and types & _ENTRY_TYPES == {DataService.iri}:
        return False
    return bool(_SUBSTANCE & described.keys())


def _topics(index: Index, roots: Collection[str]) -> dict[str, list[str]]:
    """Entry -> the catalogue records about it."""
    topics: dict[str, list[str]] = defaultdict(list)
    for subject, described in index.items():
        if subject in roots:
            continue
        found = [
            value for value in described.get(_TOPIC, ()) if isinstance(value, IRI | BNode) and value in roots
        ]
        if found and CatalogueRecord.iri in described.get(RDF_TYPE, (CatalogueRecord.iri,)):
            for topic in dict.fromkeys(found):
                topics[topic].append(subject)
    return topics


class _Closure:
    """What is reached from one root: its members, how often each is referred to, and which stand beside the root."""

    def __init__(self, index: Index, roots: Collection[str], root: str, topics: list[str]) -> None:
        self.index, self.roots, self.root = index, roots, root
        self.references: Counter[str] = Counter()
        self.via: dict[str, set[IRI]] = defaultdict(set)
        self.members: set[str] = {root, *topics}
        self.beside: set[str] = set(topics)
        self._walk([root, *topics])
        self.beside |= {node for node, count in self.references.items() if count > 1}
        self.nested = self.members - self.beside - {root}

    def _walk(self, level: list[str]) -> None:
        depth = 0
        while level:
            depth += 1
            level = [target for subject in level for target in self._enter(subject)]
            if depth % MAX_NESTING == 0:
                self.beside.update(level)

    def _enter(self, subject: str) -> Iterator[str]:
        for predicate, values in self.index.get(subject, {}).items():
            for value in values:
                if type(value) is IRI and predicate == RDF_TYPE:
                    continue  # a class is no part of what it describes
                if type(value) is not str and self._described(value):
                    self.references[value] += 1
                    self.via[value].add(predicate)
                    if value not in self.members:
                        self.members.add(value)
                        yield value

    def _described(self, value: Term) -> TypeGuard[IRI | BNode]:
        """Whether the value is a resource that belongs to this record wherever it is referred to."""
        if type(value) is BNode:
            return value not in self.roots
        return type(value) is IRI and value in self.index and value not in self.roots

    def record(self) -> Record:
        """The closure as a tree and what stands beside it."""
        others = [self._node(item, _expected(self.via[item])) for item in sorted(self.beside)]
        return Record(self._node(self.root, None), others)

    def _node(self, subject: str, expected: type[Node] | None) -> Node:
        described = self.index.get(subject, {})
        types = [value for value in described.get(RDF_TYPE, ()) if isinstance(value, IRI)]
        cls = choose(types, expected)
        node = cls(id=BNode(subject) if subject.startswith("_:") else IRI(subject))
        node.types = None if types == [cls.iri] else types
        table = by_term(cls)
        for predicate, values in described.items():
            declared = table.get(predicate)
            if declared is not None:
                setattr(node, declared.name, self._values(values, CLASSES.get(declared.kind)))
            elif predicate == RDF_TYPE:
                self._odd_types(node, values)
            else:
                node.rest[predicate] = self._values(values, None)
        return node

    def _odd_types(self, node: Node, values: list[Term]) -> None:
        odd = [value for value in values if not isinstance(value, IRI)]
        if odd:
            node.rest[RDF_TYPE] = self._values(odd, None)

    def _values(self, values: list[Term], expected: type[Node] | None) -> list[Term | Node]:
        nested = self.nested
        return [
            value if type(value) is str or value not in nested else self._node(str(value), expected)
            for value in values
        ]


def choose(types: Collection[IRI], expected: type[Node] | None) -> type[Node]:
    """The class by which a resource is read: the expected one unless its types say another."""
    if expected is not None and (expected.iri in types or not any(iri in BY_TYPE for iri in types)):
        return expected
    known = [BY_TYPE[iri] for iri in types if iri in BY_TYPE]
    return min(known, key=_RANK.__getitem__, default=Thing)


def _expected(predicates: Collection[IRI]) -> type[Node] | None:
    """The class that the referring properties ask for; of several the first by name."""
    wanted = sorted({_range(predicate) for predicate in predicates} - {""})
    return CLASSES[wanted[0]] if wanted else None


@cache
def _range(predicate: IRI) -> str:
    """The one class that all lines of the table give as a property's range, else empty."""
    kinds = {by_term(cls)[predicate].kind for cls in CLASSES.values() if predicate in by_term(cls)}
    return kinds.pop() if len(kinds) == 1 and kinds <= CLASSES.keys() else ""


def is_empty(node: Node) -> bool:
    """Whether nothing at all is said about the resource."""
    return not node.rest and not any(getattr(node, name) for name in names(type(node)))
