"""A described resource: its identity, its types, its declared properties and what no table knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import chain, compress
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

from catalog.record.terms import IRI, BNode, Literal, expand

Values = list[Any]
"""The values of one property: `str`, `IRI`, `BNode`, `Literal` or a nested `Node`; never None."""


class Obligation(NamedTuple):
    """What one profile asks of a property: level `M`, `R`, `O` or `` (not part of the profile), and how many."""

    level: str = ""
    minimum: int = 0
    maximum: int | None = None

    @classmethod
    def parse(cls, text: str) -> Obligation:
        """`M 1..*` -> Obligation("M", 1, None); an empty text is no obligation."""
        if not text:
            return cls()
        level, _, span = text.partition(" ")
        low, _, high = span.partition("..")
        maximum = None if high == "*" else int(high or low)
        return cls(level, int(low), maximum)

    def __str__(self) -> str:
        if not self.level:
            return ""
        return f"{self.level} {self.minimum}..{'*' if self.maximum is None else self.maximum}"


@dataclass(frozen=True, slots=True)
class Property:
    """One line of the property table.

    `kind`: `text`, `literal`, `temporal`, `decimal`, `duration`, `integer`, `hex`, `iri`, or the name of a record class.
    `strength`: how firmly each profile asks for the vocabulary: MUST, SOME (at least one value), SHOULD, MAY.
    """

    name: str
    term: IRI
    kind: str
    ap: Obligation
    de: Obligation
    hvd: Obligation
    label_de: str
    label_en: str
    vocabulary: str = ""
    strength: tuple[str, str] = ("", "")
    column: bool = False
    deprecated: bool = False
    instead: str = ""


@dataclass(slots=True, kw_only=True)
class Node:
    """A resource of a record. `types` None stands for the class's own type alone.

    `rest` keeps the properties that the table does not know: predicate -> values.
    """

    id: IRI | BNode | None = None
    types: list[IRI] | None = None
    rest: dict[str, Values] = field(default_factory=dict)

    iri: ClassVar[IRI] = expand("rdfs:Resource")
    label: ClassVar[tuple[str, str]] = ("Ressource", "resource")


@dataclass(slots=True)
class Record:
    """What a portal says about one resource: its node and, beside it, the nodes that several places refer to
    (in order of their identifiers) and the catalogue records about it."""

    root: Node
    others: list[Node] = field(default_factory=list)

    def resolve(self, value: Any) -> Any:
        """The node that a reference stands for, where this record describes it; else the value itself."""
        if self.others and isinstance(value, IRI | BNode):
            return next((node for node in self.others if node.id == value), value)
        return value

    def nodes(self) -> Iterator[Node]:
        """Every described node, the root first."""
        stack: list[Node] = [*reversed(self.others), self.root]
        while stack:
            node = stack.pop()
            yield node
            stack += [value for value in values_of(node) if isinstance(value, Node)]


def values_of(node: Node) -> Iterator[Any]:
    """All values of a node, declared and other."""
    return chain(chain.from_iterable(all_values(node)), chain.from_iterable(node.rest.values()))


def filled(node: Node) -> list[tuple[Property, Values]]:
    """The declared properties that have values, with them, in order of declaration."""
    values = all_values(node)
    return list(compress(zip(properties(type(node)), values, strict=True), values))


def all_values(node: Node) -> tuple[Values, ...]:
    """The values of all declared properties, fetched in one call: most are empty, and each record has hundreds."""
    getter = _GETTERS.get(type(node)) or _getter(type(node))
    return getter(node)


def _getter(cls: type[Node]) -> _Getter:
    found = names(cls)
    if len(found) > 1:
        _GETTERS[cls] = attrgetter(*found)
    elif found:  # of one name attrgetter makes no tuple
        only = attrgetter(found[0])
        _GETTERS[cls] = lambda node: (only(node),)
    else:
        _GETTERS[cls] = lambda node: ()
    return _GETTERS[cls]


def prop(
    term: str,
    kind: str,
    ap: str,
    label_de: str,
    label_en: str,
    *,
    de: str | None = None,
    hvd: str | None = None,
    vocabulary: str = "",
    strength: str = "/",
    column: bool = False,
    deprecated: bool = False,
    instead: str = "",
) -> Any:
    """Declare a property; `de` and `hvd` are those of the EU profile unless they say otherwise."""
    eu, german = strength.split("/") if strength else ("", "")
    declared = Property(
        name="",
        term=expand(term),
        kind=kind,
        ap=Obligation.parse(ap),
        de=Obligation.parse(ap if de is None else de),
        hvd=Obligation.parse(ap if hvd is None else hvd),
        label_de=label_de,
        label_en=label_en,
        vocabulary=vocabulary,
        strength=(eu, german or eu),
        column=column,
        deprecated=deprecated,
        instead=instead,
    )
    return field(default_factory=list, metadata={"property": declared})


_TABLES: dict[type[Node], tuple[Property, ...]] = {}
_NAMES: dict[type[Node], tuple[str, ...]] = {}
_TERMS: dict[type[Node], dict[IRI, Property]] = {}
_Getter = Callable[[Node], tuple[Values, ...]]
_GETTERS: dict[type[Node], _Getter] = {}


def properties(cls: type[Node]) -> tuple[Property, ...]:
    """The property table of a class, in order of declaration."""
    if cls not in _TABLES:
        declared = [(item.name, item.metadata.get("property")) for item in fields(cls)]
        _TABLES[cls] = tuple(replace(found, name=name) for name, found in declared if found is not None)
    return _TABLES[cls]


def names(cls: type[Node]) -> tuple[str, ...]:
    """The Python names of a class's properties."""
    if cls not in _NAMES:
        _NAMES[cls] = tuple(item.name for item in properties(cls))
    return _NAMES[cls]


def by_term(cls: type[Node]) -> dict[IRI, Property]:
    """The property table of a class by RDF term."""
    if cls not in _TERMS:
        _TERMS[cls] = {item.term: item for item in properties(cls)}
    return _TERMS[cls]


def first_text(values: Sequence[Any], language: str = "de") -> str:
    """The text in the wanted language, else without one, else the first; empty where there is none."""
    if len(values) == 1 and type(values[0]) is str:
        return str(values[0])
    best, rank = "", 3
    for value in values:
        text, tag = (value.text, value.lang) if isinstance(value, Literal) else (value, "")
        if not isinstance(text, str) or isinstance(text, IRI | BNode):
            continue
        here = 0 if tag.startswith(language) else 1 if not tag else 2
        if here < rank:
            best, rank = text, here
    return best
