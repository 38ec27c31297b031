"""What is wrong with a record, by the property table: finding slugs with how often each occurs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import compress
from typing import Any

from catalog.record.graph import choose
from catalog.record.kinds import KINDS, PROFILES, FindingKind, slug
from catalog.record.node import Node, Property, Record, Values, all_values, names, properties
from catalog.record.table import ANY_OF, CLASSES, DEPRECATED_TERMS, HVD_LEGISLATION, Thing
from catalog.record.terms import (
    IRI,
    TEMPORAL,
    XSD,
    XSD_DECIMAL,
    XSD_DURATION,
    XSD_HEX,
    XSD_NON_NEGATIVE,
    BNode,
    Literal,
)
from catalog.vocabulary.lists import vocabulary

__all__ = ["KINDS", "PROFILES", "FindingKind", "check", "is_high_value", "worst"]

# Without groups that capture: these are asked some ten times a record.
_DATE = r"-?\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
_LEXICAL = {
    XSD + "date": re.compile(_DATE + _ZONE),
    XSD + "dateTime": re.compile(_DATE + r"T(?:[01]\d|2[0-4]):[0-5]\d:[0-5]\d(?:\.\d+)?" + _ZONE),
    XSD + "gYear": re.compile(r"-?\d{4}" + _ZONE),
    XSD + "gYearMonth": re.compile(r"-?\d{4}-(0[1-9]|1[0-2])" + _ZONE),
    XSD_DECIMAL: re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    XSD_DURATION: re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"),
    XSD_NON_NEGATIVE: re.compile(r"\+?\d+|-0+"),
    XSD_HEX: re.compile(r"(?:[0-9A-Fa-f]{2})*+"),
}
_DATATYPES = {
    "temporal": TEMPORAL,
    "decimal": frozenset({XSD_DECIMAL}),
    "duration": frozenset({XSD_DURATION}),
    "integer": frozenset({XSD_NON_NEGATIVE}),
    "hex": frozenset({XSD_HEX}),
}


def check(record: Record, high_value: bool | None = None) -> Counter[str]:
    """The findings of a record: slug -> how often. The rules of HVD apply where the record says that it is a
    high-value dataset, or as `high_value` says."""
    hvd = is_high_value(record) if high_value is None else high_value
    found: list[str] = []
    stack: list[Node] = [record.root, *record.others]
    while stack:
        node = stack.pop()
        checks, given = _checks(type(node)), all_values(node)
        for line, values in compress(zip(checks.lines, given, strict=True), given):
            if len(values) > 1 or type(values[0]) is not line.sound:
                line.given(values, found, stack)
        checks.note_missing(given, found, hvd)
        for values in node.rest.values():
            stack += [value for value in values if isinstance(value, Node)]
    if record.others:
        found += _misplaced(record)
    return Counter(found)  # counted at once: a Counter is slow at each name that is new to it


def _misplaced(record: Record) -> Iterator[str]:
    """References to what stands beside the root and is of another class than the property asks for: nested or shared, a
    resource is judged alike."""
    beside = {node.id: [type(node).iri] if node.types is None else node.types for node in record.others}
    for node in record.nodes():
        for line, values in zip(_checks(type(node)).lines, all_values(node), strict=True):
            if line.expected is None:
                continue
            shared = [beside[value] for value in values if type(value) in (IRI, BNode) and value in beside]
            for types in shared:
                if choose(types, line.expected) not in (line.expected, Thing):
                    yield line.wrong


def is_high_value(record: Record) -> bool:
    """Whether the record names a HVD category or the implementing regulation (DCAT-AP HVD 3.0)."""
    root = record.root
    return bool(getattr(root, "hvd_category", None)) or HVD_LEGISLATION in getattr(
        root, "applicable_legislation", ()
    )


def worst(name: str) -> str:
    """The severity that counts in lists for a finding's slug."""
    return KINDS[name].worst


class _Line:
    """The checks of one line of the property table, made ready once."""

    def __init__(self, cls: type[Node], item: Property) -> None:
        self.name = item.name
        self.missing = self._slug(cls, "missing")
        self.always = bool({item.ap.level, item.de.level} & {"M", "R"})
        self.too_many = self._slug(cls, "too-many")
        self.wrong = self._slug(cls, "wrong-kind")
        self.typed = self._slug(cls, "ill-typed")
        self.off, self.none_in = self._slug(cls, "off-vocabulary"), self._slug(cls, "none-in-vocabulary")
        self.deprecated = self._slug(cls, "deprecated")
        self.old = DEPRECATED_TERMS.get((cls, item.name), "")
        self.old_slug = self._slug(cls, "deprecated-term")
        self.datatypes = _DATATYPES.get(item.kind, frozenset())
        others = self._typed if self.datatypes else self._resources
        self._check = self._texts if item.kind in ("text", "literal") else others
        self.expected = CLASSES.get(item.kind)
        self.known = _Known(item.vocabulary) if self.off or self.none_in else None
        self.sound = self._type_that_is_sound(item.kind)

    def _type_that_is_sound(self, kind: str) -> type | None:
        """The type of which a single value needs no further look, where there is one: true of most values."""
        if self.deprecated or self.datatypes or self.known is not None:
            return None
        return str if kind in ("text", "literal") else IRI

    def _slug(self, cls: type[Node], problem: str) -> str:
        name = slug(cls, self.name, problem)
        return name if name in KINDS else ""

    def given(self, values: Values, found: list[str], stack: list[Node]) -> None:
        """Check the values of a property that is there; nested resources go onto the stack."""
        if self.too_many and len(values) > 1:
            found.append(self.too_many)
        if self.deprecated:
            found.append(self.deprecated)
        self._check(values, found, stack)

    def _texts(self, values: Values, found: list[str], stack: list[Node]) -> None:
        for value in values:
            if type(value) is not str and type(value) is not Literal:
                found.append(self.wrong)
                if isinstance(value, Node):
                    stack.append(value)

    def _typed(self, values: Values, found: list[str], stack: list[Node]) -> None:
        for value in values:
            if type(value) is Literal:
                if value.datatype not in self.datatypes or not _LEXICAL[value.datatype].fullmatch(value.text):
                    found.append(self.typed)
            elif type(value) is str:
                found.append(self.typed)
            else:
                found.append(self.wrong)
                if isinstance(value, Node):
                    stack.append(value)

    def _resources(self, values: Values, found: list[str], stack: list[Node]) -> None:
        inside = 0
        for value in values:
            cls = type(value)
            if cls is str or cls is Literal:
                found.append(self.wrong)
                continue
            if cls is not IRI and cls is not BNode:
                stack.append(value)
                if self.expected and cls is not self.expected and cls is not Thing:
                    found.append(self.wrong)
            if self.known is not None:
                iri = value if cls is IRI else getattr(value, "id", None)
                inside += self._in_vocabulary(iri, found)
        if self.none_in and not inside:
            found.append(self.none_in)

    def _in_vocabulary(self, iri: Any, found: list[str]) -> bool:
        inside = self.known is not None and type(iri) is IRI and self.known[iri]
        if not inside:
            if self.old and isinstance(iri, str) and iri.startswith(self.old):
                found.append(self.old_slug)
            if self.off:
                found.append(self.off)
        return inside


class _Known(dict[str, bool]):
    """Which addresses are entries of a vocabulary (http and https alike), remembered."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.vocabulary = name

    def __missing__(self, iri: str) -> bool:
        if len(self) > 10_000:
            self.clear()
        found = self[iri] = vocabulary(self.vocabulary).by_uri(iri) is not None
        return found


class _Checks:
    """The checks of a class: its lines, and by place in the table which slug a missing property has, or a group of which
    one is asked for."""

    def __init__(self, cls: type[Node]) -> None:
        self.lines = tuple(_Line(cls, item) for item in properties(cls))
        named = [(number, line) for number, line in enumerate(self.lines) if line.missing]
        self.asked_of_high_value = [(number, line.missing) for number, line in named]
        self.asked = [(number, line.missing) for number, line in named if line.always]
        self.groups_of_high_value, self.groups = _groups(cls, (0, 1, 2)), _groups(cls, (0, 1))

    def note_missing(self, given: tuple[Values, ...], found: list[str], hvd: bool) -> None:
        """Count what is asked for and not there."""
        asked = self.asked_of_high_value if hvd else self.asked
        found += [missing for number, missing in asked if not given[number]]
        for members, missing in self.groups_of_high_value if hvd else self.groups:
            if not any(given[number] for number in members):
                found.append(missing)


def _groups(cls: type[Node], profiles: tuple[int, ...]) -> list[tuple[list[int], str]]:
    """The members, by their place in the table, and the slug of each group that one of the profiles asks for."""
    place = {name: number for number, name in enumerate(names(cls))}
    return [
        ([place[member] for member in members], slug(cls, name, "none-of"))
        for name, members, *levels in ANY_OF.get(cls, ())
        if any(levels[number] for number in profiles)
    ]


_MADE: dict[type[Node], _Checks] = {}


def _checks(cls: type[Node]) -> _Checks:
    found = _MADE.get(cls)
    if found is None:
        found = _MADE[cls] = _Checks(cls)
    return found


def kinds_of(profile: str) -> Iterator[FindingKind]:
    """The kinds of finding that concern a profile, gravest first."""
    order = ("error", "warning", "info")
    concerned = [kind for kind in KINDS.values() if kind.severity[profile]]
    return iter(sorted(concerned, key=lambda kind: (order.index(kind.severity[profile]), kind.slug)))
