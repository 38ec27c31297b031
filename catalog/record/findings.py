"""What is wrong with a record, by the property table: finding slugs with how often each occurs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from catalog.record.kinds import KINDS, PROFILES, FindingKind, slug
from catalog.record.node import Node, Property, Record, Values, all_values, properties
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

_DATE = r"-?\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_ZONE = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)?"
_LEXICAL = {
    XSD + "date": re.compile(_DATE + _ZONE),
    XSD + "dateTime": re.compile(_DATE + r"T([01]\d|2[0-4]):[0-5]\d:[0-5]\d(\.\d+)?" + _ZONE),
    XSD + "gYear": re.compile(r"-?\d{4}" + _ZONE),
    XSD + "gYearMonth": re.compile(r"-?\d{4}-(0[1-9]|1[0-2])" + _ZONE),
    XSD_DECIMAL: re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    XSD_DURATION: re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"),
    XSD_NON_NEGATIVE: re.compile(r"\+?\d+|-0+"),
    XSD_HEX: re.compile(r"([0-9A-Fa-f]{2})*"),
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
    found: Counter[str] = Counter()
    stack: list[Node] = [record.root, *record.others]
    while stack:
        node = stack.pop()
        checks, given = _checks(type(node)), all_values(node)
        for number, line in enumerate(checks.lines):
            if values := given[number]:
                line.given(values, found, stack)
        for number, missing in checks.asked_of_high_value if hvd else checks.asked:
            if not given[number]:
                found[missing] += 1
        _groups(node, found, hvd)
        for values in node.rest.values():
            stack += [value for value in values if isinstance(value, Node)]
    return found


def is_high_value(record: Record) -> bool:
    """Whether the record names a HVD category or the implementing regulation (DCAT-AP HVD 3.0)."""
    root = record.root
    return bool(getattr(root, "hvd_category", None)) or HVD_LEGISLATION in getattr(
        root, "applicable_legislation", ()
    )


def worst(name: str) -> str:
    """The severity that counts in lists for a finding's slug."""
    return KINDS[name].worst


def _groups(node: Node, found: Counter[str], hvd: bool) -> None:
    for name, members, ap, de, high in ANY_OF.get(type(node), ()):
        if (ap or de or (high and hvd)) and not any(getattr(node, member) for member in members):
            found[slug(type(node), name, "none-of")] += 1


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
        self.literal = item.kind in ("text", "literal")
        self.datatypes = _DATATYPES.get(item.kind, frozenset())
        self.expected = CLASSES.get(item.kind)
        self.known = _Known(item.vocabulary) if self.off or self.none_in else None

    def _slug(self, cls: type[Node], problem: str) -> str:
        name = slug(cls, self.name, problem)
        return name if name in KINDS else ""

    def given(self, values: Values, found: Counter[str], stack: list[Node]) -> None:
        """Check the values of a property that is there; nested resources go onto the stack."""
        if self.too_many and len(values) > 1:
            found[self.too_many] += 1
        if self.deprecated:
            found[self.deprecated] += 1
        if self.literal:
            self._texts(values, found, stack)
        elif self.datatypes:
            self._typed(values, found, stack)
        else:
            self._resources(values, found, stack)

    def _texts(self, values: Values, found: Counter[str], stack: list[Node]) -> None:
        for value in values:
            if type(value) is not str and type(value) is not Literal:
                found[self.wrong] += 1
                if isinstance(value, Node):
                    stack.append(value)

    def _typed(self, values: Values, found: Counter[str], stack: list[Node]) -> None:
        for value in values:
            if type(value) is Literal:
                if value.datatype not in self.datatypes or not _LEXICAL[value.datatype].fullmatch(value.text):
                    found[self.typed] += 1
            elif type(value) is str:
                found[self.typed] += 1
            else:
                found[self.wrong] += 1
                if isinstance(value, Node):
                    stack.append(value)

    def _resources(self, values: Values, found: Counter[str], stack: list[Node]) -> None:
        inside = 0
        for value in values:
            cls = type(value)
            if cls is str or cls is Literal:
                found[self.wrong] += 1
                continue
            if cls is not IRI and cls is not BNode:
                stack.append(value)
                if self.expected and cls is not self.expected and cls is not Thing:
                    found[self.wrong] += 1
            if self.known is not None:
                inside += self._in_vocabulary(value if cls is IRI else getattr(value, "id", None), found)
        if self.none_in and not inside:
            found[self.none_in] += 1

    def _in_vocabulary(self, iri: Any, found: Counter[str]) -> bool:
        inside = self.known is not None and type(iri) is IRI and self.known[iri]
        if not inside:
            if self.old and isinstance(iri, str) and iri.startswith(self.old):
                found[self.old_slug] += 1
            elif self.off:
                found[self.off] += 1
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
    """The checks of a class: its lines, and by place in the table which slug a missing property has."""

    def __init__(self, cls: type[Node]) -> None:
        self.lines = tuple(_Line(cls, item) for item in properties(cls))
        named = [(number, line) for number, line in enumerate(self.lines) if line.missing]
        self.asked_of_high_value = [(number, line.missing) for number, line in named]
        self.asked = [(number, line.missing) for number, line in named if line.always]


_MADE: dict[type[Node], _Checks] = {}


def _checks(cls: type[Node]) -> _Checks:
    if cls not in _MADE:
        _MADE[cls] = _Checks(cls)
    return _MADE[cls]


def kinds_of(profile: str) -> Iterator[FindingKind]:
    """The kinds of finding that concern a profile, gravest first."""
    order = ("error", "warning", "info")
    concerned = [kind for kind in KINDS.values() if kind.severity[profile]]
    return iter(sorted(concerned, key=lambda kind: (order.index(kind.severity[profile]), kind.slug)))
