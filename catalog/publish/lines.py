"""How canonical JSON becomes N-Triples lines, without building the record in between.

Resources without an identifier get labels that begin with a prefix, so that records can stand in one file.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from catalog.record.node import Node, properties
from catalog.record.table import CLASSES, Thing
from catalog.record.terms import RDF_TYPE, XSD_STRING

Json = Mapping[str, Any]

_TO_ESCAPE = re.compile(r'["\\\n\r]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_NOT_IN_LABEL = re.compile(r"[^A-Za-z0-9]")


def iri(text: str) -> str:
    """An IRI as N-Triples writes it; characters that no IRI may hold are percent-encoded (RFC 3987, 2.2)."""
    if _NOT_IN_IRI.search(text):
        text = _NOT_IN_IRI.sub(lambda found: f"%{ord(found[0]):02X}", text)
    return f"<{text}>"


def literal(text: str, language: str = "", datatype: str = "") -> str:
    """A literal as N-Triples writes it (RDF 1.1 N-Triples, 2.4)."""
    if _TO_ESCAPE.search(text):
        text = _TO_ESCAPE.sub(lambda found: _ESCAPES[found[0]], text)
    return f'"{text}"{_suffix(language, datatype)}'


@lru_cache(maxsize=1024)
def _suffix(language: str, datatype: str) -> str:
    if language and _LANGUAGE.fullmatch(language):
        return f"@{language}"
    return f"^^{iri(datatype)}" if datatype and datatype != XSD_STRING else ""


_TERMS: dict[type[Node], dict[str, tuple[str, type[Node]]]] = {
    cls: {item.name: (iri(item.term), CLASSES.get(item.kind, Thing)) for item in properties(cls)}
    for cls in CLASSES.values()
}
"""For each class: name of a property -> its predicate in N-Triples and the class its nested values have."""


@cache
def _type_line(name: str) -> str:
    return f"{iri(RDF_TYPE)} {iri(name)} .\n"


def record_lines(record: Json, prefix: str, names: Mapping[str, str] | None = None) -> list[str]:
    """The triples of one record in canonical JSON, each a line with its line feed; a subject's lines stand together.

    `prefix` begins the label of every blank node; `names` gives resources of the record another IRI (old -> new).
    """
    writer = _Writer(prefix, names or {})
    for node in (record, *record.get("others", ())):
        writer.described(node, CLASSES.get(node.get("@class", ""), Thing), writer.name(node))
    return writer.lines


class _Writer:
    """Collects the lines of one record."""

    def __init__(self, prefix: str, names: Mapping[str, str]) -> None:
        self.prefix = _NOT_IN_LABEL.sub("x", prefix)
        self.names = names
        self.lines: list[str] = []
        self.count = 0

    def name(self, node: Json) -> str:
        """The subject of a node, a fresh label where it has no identifier."""
        if "@id" in node:
            return self.resource(node["@id"])
        self.count += 1
        return f"_:{self.prefix}n{self.count}"

    def resource(self, text: str) -> str:
        """An IRI or blank node of the record as N-Triples writes it."""
        text = self.names.get(text, text)
        if text.startswith("_:"):
            return f"_:{self.prefix}{_NOT_IN_LABEL.sub('x', text[2:])}"
        return iri(text)

    def described(self, node: Json, cls: type[Node], subject: str) -> None:
        """Write a node's types and values, then the nodes nested in it."""
        nested: list[tuple[Json, type[Node], str]] = []
        add = self.lines.append
        for name in node.get("@types", (cls.iri,)):
            add(f"{subject} {_type_line(name)}")
        terms = _TERMS[cls]
        for key, values in node.items():
            if key in terms:
                predicate, declared = terms[key]
                for value in values:
                    add(f"{subject} {predicate} {self.value(value, declared, nested)} .\n")
        for key, values in node.get("rest", {}).items():
            for value in values:
                add(f"{subject} {iri(key)} {self.value(value, Thing, nested)} .\n")
        for inner in nested:
            self.described(*inner)

    def value(self, value: Any, declared: type[Node], nested: list[tuple[Json, type[Node], str]]) -> str:
        """A value as N-Triples writes it; a nested node is put on the list of those still to be written."""
        if isinstance(value, str):
            return literal(value)
        if "@value" in value:
            return literal(value["@value"], value.get("@language", ""), value.get("@type", ""))
        if len(value) == 1 and "@id" in value:
            return self.resource(value["@id"])
        subject = self.name(value)
        nested.append((value, CLASSES.get(value.get("@class", ""), declared), subject))
        return subject
