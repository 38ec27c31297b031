"""A record in words: canonical JSON as labelled rows, and the differences between two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from catalog.record.node import Node, Property, properties
from catalog.record.table import CLASSES, Thing
from catalog.record.terms import shorten
from catalog.vocabulary import vocabulary

Json = Mapping[str, Any]
_DEEPEST = 4
_FRAME = frozenset({"@id", "@class", "@types"})
_NAMES = frozenset({"name", "fn", "title", "pref_label", "skos:prefLabel", "rdfs:label"})
_PROPERTIES: dict[type[Node], dict[str, Property]] = {
    cls: {item.name: item for item in properties(cls)} for cls in CLASSES.values()
}


@dataclass(slots=True)
class Value:
    """One value in words: its text, its address where it is one, its language, and what is nested in it."""

    text: str = ""
    href: str = ""
    language: str = ""
    temporal: bool = False
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """One property in words; `term` is its name in RDF, `name` that of the property table (empty for others)."""

    name: str
    label: str
    term: str
    values: list[Value]

    @property
    def nested(self) -> bool:
        """Whether a value has properties of its own."""
        return any(value.rows for value in self.values)


class Difference(NamedTuple):
    """One field in which two records differ, and its values before and after."""

    label: str
    old: list[str]
    new: list[str]


def rows(record: Json, language: str, without: frozenset[str] = frozenset()) -> list[Row]:
    """The properties of a record in the order of the table, then the others; `without` names what to leave out."""
    others = {node["@id"]: node for node in record.get("others", ()) if "@id" in node}
    found = _rows(record, Thing, language, others, 0)
    return [row for row in found if row.name not in without]


def _rows(
    node: Json, declared: type[Node], language: str, others: Mapping[str, Json], depth: int
) -> list[Row]:
    cls = CLASSES.get(node.get("@class", ""), declared)
    found = []
    for item in _PROPERTIES[cls].values():
        if item.name in node:
            values = [_value(value, item, language, others, depth) for value in node[item.name]]
            found.append(Row(item.name, label(item, language), shorten(item.term), values))
    for term, values in node.get("rest", {}).items():
        shown = [_value(value, None, language, others, depth) for value in values]
        found.append(Row("", shorten(term), shorten(term), shown))
    return sorted(found, key=lambda row: row.name == "end_date")  # people read a period from its beginning


def _value(value: Any, item: Property | None, language: str, others: Mapping[str, Json], depth: int) -> Value:
    temporal = item is not None and item.kind == "temporal"
    if isinstance(value, str):
        return Value(value, temporal=temporal)
    if "@value" in value:
        return Value(value["@value"], language=value.get("@language", ""), temporal=temporal)
    address = value.get("@id", "")
    node = others.get(address, value) if len(value) == 1 else value
    if known := _known(address, item, language):
        return Value(known)
    nested: list[Row] = []
    if not node.keys() <= _FRAME and depth < _DEEPEST:
        nested = _rows(node, CLASSES.get(item.kind, Thing) if item else Thing, language, others, depth + 1)
    shown = Value("" if address.startswith("_:") else _without_scheme(address), address, rows=nested)
    return _named(shown)


def _named(value: Value) -> Value:
    """A nested resource under its name, where it has exactly one."""
    for row in value.rows:
        if (row.name in _NAMES or row.term in _NAMES) and len(row.values) == 1 and not row.values[0].rows:
            rest = [other for other in value.rows if other is not row]
            return Value(row.values[0].text, value.href, row.values[0].language, rows=rest)
    return value


def _without_scheme(address: str) -> str:
    return address.removeprefix("mailto:").removeprefix("tel:")


def label(item: Property, language: str) -> str:
    """The property's label, beginning with a capital letter."""
    text = item.label_en if language == "en" else item.label_de
    return text[:1].upper() + text[1:]


def _known(address: str, item: Property | None, language: str) -> str:
    """The label of a vocabulary's entry, empty for any other address."""
    if not (item and item.vocabulary and address):
        return ""
    names = (item.vocabulary, "licence") if item.vocabulary == "dcatde-licence" else (item.vocabulary,)
    return next((found for name in names if (found := vocabulary(name).label(address, language))), "")


def differences(old: str | bytes, new: str | bytes, language: str) -> list[Difference]:
    """The fields in which two canonical records differ, in the order of the table."""
    before, after = _flat(orjson.loads(old), language), _flat(orjson.loads(new), language)
    found = []
    for path in dict.fromkeys([*after, *before]):
        gone = [text for text in before.get(path, ()) if text not in after.get(path, ())]
        come = [text for text in after.get(path, ()) if text not in before.get(path, ())]
        if gone or come:
            found.append(Difference(" › ".join(part for part in path if part), gone, come))
    return found


def changed_fields(old: str | bytes, new: str | bytes, language: str) -> list[str]:
    """The labels of the record's own fields that differ, each once."""
    return list(dict.fromkeys(item.label.partition(" › ")[0] for item in differences(old, new, language)))


def _flat(record: Json, language: str) -> dict[tuple[str, ...], list[str]]:
    flat: dict[tuple[str, ...], list[str]] = {}
    for path, text in _walk(rows(record, language), ()):
        flat.setdefault(path, []).append(text)
    return flat


def _walk(found: list[Row], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for row in found:
        here = (*path, row.label)
        for number, value in enumerate(row.values):
            if value.text:
                yield here, value.text + (f" ({value.language})" if value.language else "")
            if value.rows:
                yield from _walk(value.rows, (*here, _place(value, row, number)))


def _place(value: Value, row: Row, number: int) -> str:
    """Which of several nested resources is meant: by its address or title, else by its place."""
    if len(row.values) == 1:
        return ""
    titles = (
        inner.values[0].text for inner in value.rows if inner.name in ("title", "name") and inner.values
    )
    return value.href or next(titles, "") or str(number + 1)


def texts(record: Json, name: str) -> list[str]:
    """The plain texts of one of a record's properties."""
    return [value.text for value in _spoken(record, name)]


def text_in(record: Json, name: str, language: str) -> Value:
    """A property's text in the wanted language, else in none, else the first; with the language that it is in."""
    found = _spoken(record, name)
    found.sort(key=lambda value: _distance(value.language, language))
    return found[0] if found else Value()


def _distance(tag: str, language: str) -> int:
    if tag.startswith(language):
        return 0
    return 2 if tag else 1


def _spoken(record: Json, name: str) -> list[Value]:
    literals = [value for value in record.get(name, ()) if isinstance(value, str) or "@value" in value]
    return [_value(value, None, "", {}, 0) for value in literals]
