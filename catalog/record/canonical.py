"""The canonical JSON of a record and its digest: the same whatever the order, the prefixes, the blank-node labels or
the parser.

Keys are the names of the property table; every value is a list, sorted. An IRI is `{"@id": …}`, a literal with language
or datatype `{"@value": …, "@language": …}`, a nested resource an object. `rest` holds other properties by their IRI.
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import compress
from typing import Any

import orjson

from catalog.record.labels import ordered_blank_nodes
from catalog.record.node import Node, Record, Values, all_values, by_term, names, properties, values_of
from catalog.record.table import CLASSES, Thing
from catalog.record.terms import IRI, BNode, Literal

_SORTED = orjson.OPT_SORT_KEYS
_TEXTS = {str}
Json = dict[str, Any]


def canonical_bytes(record: Record) -> bytes:
    """The record's canonical JSON, UTF-8, keys sorted."""
    return encode(to_json(record))


def encode(found: Json) -> bytes:
    """Canonical JSON objects as bytes. Raises TypeError for text with unpaired surrogates."""
    return orjson.dumps(found, option=_SORTED)


def digest(canonical: bytes) -> bytes:
    """16 bytes of BLAKE2b over the canonical JSON."""
    return blake2b(canonical, digest_size=16).digest()


def to_json(record: Record) -> Json:
    """The record as JSON-able objects."""
    labels = _Labels(record)
    found = _node(record.root, None, labels)
    if record.others:
        others = [_other(node, labels) for node in record.others]
        found["others"] = sorted(others, key=_key)
    if isinstance(record.root.id, BNode) and labels:
        found["@id"] = labels[record.root.id]
    return found


def _other(node: Node, labels: dict[str, str]) -> Json:
    found = _node(node, None, labels)
    if node.id is not None:
        found["@id"] = labels[node.id] if isinstance(node.id, BNode) else node.id
    return found


def _node(node: Node, declared: type[Node] | None, labels: dict[str, str]) -> Json:
    cls = type(node)
    found: Json = {}
    if type(node.id) is IRI:
        found["@id"] = node.id
    if cls is not declared:
        found["@class"] = cls.__name__
    if node.types is not None:
        found["@types"] = sorted(set(node.types))
    given = all_values(node)
    for (name, expected), values in compress(zip(_LINES[cls], given, strict=True), given):
        value = values[0]
        # A single text or address, as most are, stands for itself; not to call for it saves a tenth.
        if len(values) > 1:
            found[name] = _values(values, expected, labels)
        elif type(value) is str:
            found[name] = values.copy()
        else:
            found[name] = [{"@id": value} if type(value) is IRI else _value(value, expected, labels)]
    if node.rest:
        rest = node.rest.items()
        found["rest"] = {str(key): _values(values, None, labels) for key, values in rest if values}
    if len(found) == 1 and "@id" in found:
        found["@class"] = cls.__name__  # else it would read as a bare reference
    return found


_LINES: dict[type[Node], tuple[tuple[str, type[Node] | None], ...]] = {
    cls: tuple((item.name, CLASSES.get(item.kind)) for item in properties(cls)) for cls in CLASSES.values()
}
"""Name and class, where it has one, of each property of a class."""


def _values(values: Values, expected: type[Node] | None, labels: dict[str, str]) -> list[Any]:
    if len(values) == 1:
        value = values[0]
        cls = type(value)
        return [value if cls is str else {"@id": value} if cls is IRI else _value(value, expected, labels)]
    if set(map(type, values)) == _TEXTS:
        return sorted(set(values))
    seen: dict[bytes, Any] = {}
    for number, value in enumerate(values):
        encoded = _value(value, expected, labels)
        key = _key(encoded)
        nameless = isinstance(value, Node) and "@id" not in encoded
        seen[key + b"%08d" % number if nameless else key] = encoded
    return [seen[key] for key in sorted(seen)]


def _key(encoded: Any) -> bytes:
    return orjson.dumps(encoded, option=_SORTED)


def _value(value: Any, expected: type[Node] | None, labels: dict[str, str]) -> Any:
    cls = type(value)
    if cls is str:
        return value
    if cls is IRI:
        return {"@id": value}
    if cls is Literal:
        if value.lang:
            return {"@value": value.text, "@language": value.lang}
        return {"@value": value.text, "@type": value.datatype}
    if cls is BNode:
        return {"@id": labels[value]}
    return _node(value, expected, labels)


class _Labels(dict[str, str]):
    """Label in the file -> canonical label `_:b0`, `_:b1` … for the blank nodes that something refers to by label;
    found when the first is asked for, as most records have none."""

    def __init__(self, record: Record) -> None:
        super().__init__()
        self.record = record

    def __missing__(self, label: str) -> str:
        record = self.record
        named = {node.id for node in record.others} | {record.root.id} | _blank_values(record)
        shared = [node for node in ordered_blank_nodes(record) if node in named]
        self.update((node, f"_:b{number}") for number, node in enumerate(shared))
        return self.setdefault(label, label)


def _blank_values(record: Record) -> set[Any]:
    return {value for node in record.nodes() for value in values_of(node) if type(value) is BNode}


def from_json(data: bytes | str | Json) -> Record:
    """The record that a canonical JSON stands for. Raises ValueError or KeyError for JSON of another shape."""
    found: Json = orjson.loads(data) if isinstance(data, bytes | str) else data
    return Record(_read_node(found, Thing), [_read_node(item, Thing) for item in found.get("others", ())])


def _read_node(found: Json, declared: type[Node]) -> Node:
    cls = CLASSES[found["@class"]] if "@class" in found else declared
    node = cls()
    if "@id" in found:
        node.id = _resource(found["@id"])
    if "@types" in found:
        node.types = [IRI(iri) for iri in found["@types"]]
    for name in names(cls):
        if name in found:
            setattr(node, name, [_read_value(item, _kind(cls, name)) for item in found[name]])
    for key, values in found.get("rest", {}).items():
        node.rest[key] = [_read_value(item, Thing) for item in values]
    return node


_KINDS: dict[tuple[type[Node], str], type[Node]] = {
    (cls, item.name): CLASSES.get(item.kind, Thing)
    for cls in CLASSES.values()
    for item in by_term(cls).values()
}


def _kind(cls: type[Node], name: str) -> type[Node]:
    return _KINDS[cls, name]


def _read_value(item: Any, declared: type[Node]) -> Any:
    if isinstance(item, str):
        return item
    if "@value" in item:
        return Literal(item["@value"], item.get("@language", ""), item.get("@type", ""))
    if len(item) == 1 and "@id" in item:
        return _resource(item["@id"])
    return _read_node(item, declared)


def _resource(text: str) -> IRI | BNode:
    return BNode(text) if text.startswith("_:") else IRI(text)
