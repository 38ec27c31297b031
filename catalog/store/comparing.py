"""Which fields differ between two versions of a record, in canonical JSON. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

from catalog.record.node import Property, properties
from catalog.record.table import CLASSES, Thing
from catalog.record.terms import shorten

Json = dict[str, Any]
_ADDRESSES = ("download_url", "access_url", "endpoint_url", "has_email")
_NAMES = ("title", "name", "fn", "pref_label", "notation")
_MOST_PAIRS = 10_000
"""Pairs of nodes that are compared with each other to find the most similar; beyond, the order decides."""
_OWN = {
    "@id": ("Adresse der Ressource", "address of the resource"),
    "@class": ("Klasse", "class"),
    "@types": ("Typen", "types"),
    "others": ("weitere Ressource", "further resource"),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs. `path`: names of the property table, joined by dots, with the node in brackets where
    there are several (`distribution[Zählung 2024].access_url`). `old` and `new` hold only the values that differ."""

    path: str
    old: list[str]
    new: list[str]
    label_de: str = ""
    label_en: str = ""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the record: path and labels so far, and the class of the node there."""

    cls: str
    path: str = ""
    de: str = ""
    en: str = ""

    def at(self, key: str, declared: Property | None) -> _Place:
        """The place of a property of the node here."""
        known = (declared.label_de, declared.label_en) if declared else _OWN.get(key, (shorten(key),) * 2)
        kind = declared.kind if declared and declared.kind in CLASSES else "Thing"
        return _Place(
            kind, _join(".", self.path, key), _join(" › ", self.de, known[0]), _join(" › ", self.en, known[1])
        )

    def within(self, name: str) -> _Place:
        """One of several nodes of a property."""
        return _Place(self.cls, f"{self.path}[{name}]", f"{self.de} „{name}“", f"{self.en} “{name}”")

    def change(self, old: list[str], new: list[str]) -> FieldChange:
        """What differs here."""
        return FieldChange(self.path, old, new, self.de, self.en)


def field_changes(old: Json, new: Json) -> list[FieldChange]:
    """The fields by which two canonical records differ, in the order of the property table.

    Nested nodes are matched by identity: the same `@id`, else the same address, else the same name, else the most
    similar; a file whose address has changed is a change of its address, not another file.
    """
    return list(_nodes(_whole(old), _whole(new), _Place(str(new.get("@class", "Thing")))))


def _join(sign: str, *parts: str) -> str:
    return sign.join(part for part in parts if part)


def _whole(record: Json) -> Json:
    """The record with blank nodes that several places share put where they are referred to, as their labels shift."""
    shared = {node["@id"]: node for node in record.get("others", ()) if str(node.get("@id")).startswith("_:")}
    if not shared:
        return record
    others = [node for node in record["others"] if node.get("@id") not in shared]
    whole: Json = _put({**record, "others": others}, shared)
    return whole


def _put(value: Any, shared: dict[str, Json]) -> Any:
    if isinstance(value, list):
        return [_put(item, shared) for item in value]
    if not isinstance(value, dict):
        return value
    label = value.get("@id")
    if label in shared:
        rest = {name: node for name, node in shared.items() if name != label}
        return _put({key: item for key, item in shared[label].items() if key != "@id"}, rest)
    if isinstance(label, str) and label.startswith("_:"):
        value = {**value, "@id": "_:"}
    return {key: _put(item, shared) for key, item in value.items()}


def _nodes(old: Json, new: Json, place: _Place) -> Iterator[FieldChange]:
    cls = str(new.get("@class") or old.get("@class") or place.cls)
    table = _table(cls)
    for key in _keys(old, new, table):
        before, after = old.get(key, []), new.get(key, [])
        if before == after:
            continue
        if key == "rest":
            yield from _nodes(before or {}, after or {}, place)
        elif isinstance(before, str) or isinstance(after, str):
            yield place.at(key, None).change(_listed(before), _listed(after))
        else:
            yield from _values(before, after, place.at(key, table.get(key)))


@cache
def _table(cls: str) -> dict[str, Property]:
    return {item.name: item for item in properties(CLASSES.get(cls, Thing))}


def _keys(old: Json, new: Json, table: dict[str, Property]) -> list[str]:
    """The keys of both, those of the property table first and in its order."""
    rank = {name: number for number, name in enumerate(("@id", "@class", "@types", *table))}
    return sorted(old.keys() | new.keys(), key=lambda key: (rank.get(key, len(rank)), key))


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _values(old: list[Any], new: list[Any], place: _Place) -> Iterator[FieldChange]:
    """The differences between the values of one property."""
    gone, come = _without_common(old, new)
    pairs, gone_nodes, come_nodes = _matched([v for v in gone if _is_node(v)], [v for v in come if _is_node(v)],
                                             alone=len(old) == len(new) == 1)  # fmt: skip
    for before, after in pairs:
        here = place if len(old) == len(new) == 1 else place.within(_name(after) or _name(before))
        yield from _nodes(before, after, here)
    before_values = [value for value in gone if not _is_node(value)] + gone_nodes
    after_values = [value for value in come if not _is_node(value)] + come_nodes
    if before_values or after_values:
        yield place.change(*_told_apart(before_values, after_values))


def _without_common(old: list[Any], new: list[Any]) -> tuple[list[Any], list[Any]]:
    keys_old, keys_new = [_key(value) for value in old], [_key(value) for value in new]
    common = Counter(keys_old) & Counter(keys_new)
    return _left(old, keys_old, common), _left(new, keys_new, common)


def _left(values: list[Any], keys: list[bytes], common: Counter[bytes]) -> list[Any]:
    left, spent = [], common.copy()
    for value, key in zip(values, keys, strict=True):
        if spent[key] > 0:
            spent[key] -= 1
        else:
            left.append(value)
    return left


def _key(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _is_node(value: Any) -> bool:
    return isinstance(value, dict) and "@value" not in value and set(value) != {"@id"}


def _matched(
    old: list[Json], new: list[Json], alone: bool
) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
    """Pairs of nodes that are the same thing; what is left over on each side."""
    if alone and old and new:
        return [(old[0], new[0])], [], []
    pairs: list[tuple[Json, Json]] = []
    for sign in (lambda node: str(node.get("@id", "")), _address, _title):
        found, old, new = _by_sign(old, new, sign)
        pairs += found
    found, old, new = _by_likeness(old, new)
    return pairs + found, old, new


def _by_sign(
    old: list[Json], new: list[Json], sign: Callable[[Json], str]
) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
    waiting: dict[str, list[Json]] = defaultdict(list)
    for node in new:
        waiting[sign(node)].append(node)
    pairs, left = [], []
    for node in old:
        mark = sign(node)
        if mark and mark != "_:" and waiting[mark]:
            pairs.append((node, waiting[mark].pop(0)))
        else:
            left.append(node)
    unmatched = {id(node) for nodes in waiting.values() for node in nodes}
    return pairs, left, [node for node in new if id(node) in unmatched]


def _by_likeness(old: list[Json], new: list[Json]) -> tuple[list[tuple[Json, Json]], list[Json], list[Json]]:
    """The most similar first; nodes that share less than half of what they say are not the same."""
    if len(old) * len(new) > _MOST_PAIRS:
        paired = min(len(old), len(new))
        return list(zip(old, new, strict=False)), old[paired:], new[paired:]
    said_old, said_new = [_said(node) for node in old], [_said(node) for node in new]
    ranked = sorted(
        (-len(a & b), i, j)
        for i, a in enumerate(said_old)
        for j, b in enumerate(said_new)
        if 2 * len(a & b) >= min(len(a), len(b)) > 0
    )
    pairs: dict[int, int] = {}
    for _, i, j in ranked:
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    matched = set(pairs.values())
    return (
        [(old[i], new[j]) for i, j in sorted(pairs.items())],
        [node for i, node in enumerate(old) if i not in pairs],
        [node for j, node in enumerate(new) if j not in matched],
    )


def _said(node: Json) -> set[bytes]:
    return {
        key.encode() + _key(value)
        for key, values in node.items()
        for value in (values if isinstance(values, list) else [values])
    }


def _address(node: Json) -> str:
    return next((_text(value) for name in _ADDRESSES for value in node.get(name, ())), "")


def _title(node: Json) -> str:
    return next((_text(value) for name in _NAMES for value in node.get(name, ())), "")


def _name(node: Json) -> str:
    """A nested node in words: its title or name, else its address."""
    return _title(node) or str(node.get("@id", "")).removeprefix("_:") or _address(node)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if "@value" in value:
        return str(value["@value"])
    return _name(value) or _key(value).decode()


def _told_apart(old: list[Any], new: list[Any]) -> tuple[list[str], list[str]]:
    """Both sides in words; with language and datatype, or as they are stored, where the words alone do not differ."""
    for said in (_text, _exact):
        words = [said(value) for value in old], [said(value) for value in new]
        if set(words[0]) != set(words[1]):
            return words
    return [_key(value).decode() for value in old], [_key(value).decode() for value in new]


def _exact(value: Any) -> str:
    if isinstance(value, dict) and "@value" in value:
        tag = f"@{value['@language']}" if "@language" in value else f"^^{shorten(value.get('@type', ''))}"
        return f"{value['@value']}{tag}"
    return f"<{value['@id']}>" if isinstance(value, dict) and set(value) == {"@id"} else _text(value)
