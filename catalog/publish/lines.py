"""How canonical JSON becomes N-Triples or Turtle lines, without building the record in between.

Resources without an identifier get labels that begin with a prefix, so that records can stand in one file.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from catalog.record.node import Node, properties
from catalog.record.table import CLASSES, Thing
from catalog.record.terms import RDF_TYPE, XSD_STRING, shorten

Json = Mapping[str, Any]
Nested = list[tuple[Json, type[Node], str]]
Terms = dict[type[Node], dict[str, tuple[str, type[Node]]]]
"""For each class: name of a property -> its predicate as written, and the class that its nested values have."""

_NOTHING: Json = {}

_TO_ESCAPE = re.compile(r'["\\\n\r]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r"}
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_SIMPLE = re.compile(r"[a-z]+:[A-Za-z]\w*", re.ASCII)
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
    return f'"{text}"{_suffix(language, datatype)}' if language or datatype else f'"{text}"'


@lru_cache(maxsize=1024)
def _suffix(language: str, datatype: str) -> str:
    if language and _LANGUAGE.fullmatch(language):
        return f"@{language}"
    return f"^^{iri(datatype)}" if datatype and datatype != XSD_STRING else ""


def short(term: str) -> str:
    """An IRI as Turtle writes it: `dct:title` where a prefix of the table and a simple name will do."""
    name = shorten(term)
    return name if _SIMPLE.fullmatch(name) else iri(term)


def _terms(write: Callable[[str], str]) -> Terms:
    return {
        cls: {item.name: (write(item.term), CLASSES.get(item.kind, Thing)) for item in properties(cls)}
        for cls in CLASSES.values()
    }


_NTRIPLES, _TURTLE = _terms(iri), _terms(short)


@cache
def _type(name: str, turtle: bool) -> str:
    return f"a {short(name)}" if turtle else f"{iri(RDF_TYPE)} {iri(name)}"


def record_lines(
    record: Json, prefix: str, names: Mapping[str, str] | None = None, turtle: bool = False
) -> list[str]:
    """The triples of one record in canonical JSON as N-Triples (or, with the prefixes of the table, as Turtle) lines,
    each with its line feed; a subject's lines stand together.

    `prefix` begins the label of every blank node; `names` gives resources of the record another IRI (old -> new).
    """
    writer = _Writer(prefix, names or {}, turtle)
    for node in (record, *record.get("others", ())):
        writer.described(node, CLASSES.get(node.get("@class", ""), Thing), writer.name(node))
    return writer.lines


class _Writer:
    """Collects the lines of one record."""

    def __init__(self, prefix: str, names: Mapping[str, str], turtle: bool) -> None:
        self.prefix = _NOT_IN_LABEL.sub("x", prefix)
        self.names, self.turtle = names, turtle
        self.terms, self.end = (_TURTLE, " ;\n") if turtle else (_NTRIPLES, " .\n")
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
        if self.names:
            text = self.names.get(text, text)
        if text.startswith("_:"):
            return f"_:{self.prefix}{_NOT_IN_LABEL.sub('x', text[2:])}"
        return iri(text)

    def described(self, node: Json, cls: type[Node], subject: str) -> None:
        """Write a node's types and values, then the nodes nested in it."""
        nested: Nested = []
        lead = self._begin(subject)
        for name in node.get("@types", (cls.iri,)):
            self.lines.append(f"{lead}{_type(name, self.turtle)}{self.end}")
        terms = self.terms[cls]
        for key, values in node.items():
            if key in terms:
                predicate, declared = terms[key]
                self.values(f"{lead}{predicate} ", values, declared, nested)
        for key, values in node.get("rest", _NOTHING).items():
            self.values(f"{lead}{iri(key)} ", values, Thing, nested)
        self._close()
        for inner in nested:
            self.described(*inner)

    def _begin(self, subject: str) -> str:
        """Begin a subject; returns what stands before each predicate."""
        if not self.turtle:
            return f"{subject} "
        self.lines.append(f"{subject}\n")
        return "\t"

    def _close(self) -> None:
        """End a subject: in Turtle its last line has a full stop, and one without triples is taken back."""
        if self.turtle:
            last = self.lines.pop()
            if last.endswith(self.end):
                self.lines.append(f"{last[:-3]} .\n")

    def values(self, head: str, values: list[Any], declared: type[Node], nested: Nested) -> None:
        """Write a line for each value of a property; nested nodes go on the list of those still to be written."""
        add, end = self.lines.append, self.end
        for value in values:
            if type(value) is str:  # to call `literal` for each costs a twentieth of an export
                add(f"{head}{literal(value)}{end}" if _TO_ESCAPE.search(value) else f'{head}"{value}"{end}')
            elif len(value) == 1 and "@id" in value:
                address = value["@id"]  # the same here: most are what they are
                known = self.names or address[:2] == "_:" or _NOT_IN_IRI.search(address)
                add(f"{head}{self.resource(address)}{end}" if known else f"{head}<{address}>{end}")
            elif "@value" in value:
                text = literal(value["@value"], value.get("@language", ""), value.get("@type", ""))
                add(f"{head}{text}{end}")
            else:
                name = self.name(value)
                nested.append((value, CLASSES.get(value.get("@class", ""), declared), name))
                add(f"{head}{name}{end}")
