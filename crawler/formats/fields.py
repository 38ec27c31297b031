"""The keys of one source object, taken out one by one as they are mapped; what is left over was not read."""

from __future__ import annotations

import html
from collections.abc import Callable, Collection, KeysView, Mapping, Set
from typing import Any

import orjson

from catalog.cleaning.languages import language_tag
from catalog.record.node import Values
from catalog.record.terms import Literal
from crawler.formats.values import Cleaner

_EMPTY = frozenset({"", "[]", "{}", "null", "None"})


def is_blank(value: Any) -> bool:
    """Whether a value says nothing: null, an empty text, list or object, or one of their spellings."""
    if value is None:
        return True
    return value.strip() in _EMPTY if isinstance(value, str) else value == [] or value == {}


class Fields:
    """A source object that is taken apart. `path` stands before each key in the count of unread keys; the keys in
    `extras` are counted as `extras.<key>`."""

    __slots__ = ("_extras", "_left", "_path", "cleaner")

    def __init__(
        self,
        source: Mapping[str, Any],
        cleaner: Cleaner,
        path: str = "",
        extras: Collection[str] = (),
    ) -> None:
        self._left = dict(source)
        self._path = path
        self._extras = extras
        self.cleaner = cleaner

    def keys(self) -> KeysView[str]:
        """The keys that nobody has taken yet."""
        return self._left.keys()

    def __contains__(self, key: str) -> bool:
        return not is_blank(self._left.get(key))

    def has_any(self, keys: Collection[str]) -> bool:
        """Whether one of these keys is there, be it blank; a cheap question before dear ones."""
        return not self._left.keys().isdisjoint(keys)

    def add(self, key: str, value: Any) -> None:
        """What one key says in the words of another, unless the source has that one itself."""
        if key not in self:
            self._left[key] = value

    def drop(self, *keys: str) -> None:
        """Take out what another key has already said."""
        for key in keys:
            self._left.pop(key, None)

    def take(self, key: str) -> Any:
        """The raw value, None where there is none; the caller answers for all of it."""
        value = self._left.pop(key, None)
        return None if is_blank(value) else value

    def part(self, keys: Collection[str]) -> dict[str, Any]:
        """These keys as an object of their own, as far as they are there."""
        return {key: value for key in keys if (value := self.take(key)) is not None}

    def text(self, *keys: str) -> str:
        """The first of these keys that holds a text or number; all of them are taken out."""
        found = ""
        pop = self._left.pop
        for key in keys:
            value = pop(key, None)
            if value is None:
                continue
            if value.__class__ is not str:
                value = self._as_text(key, value)
            if not found:
                found = value.strip()
                if len(found) < 5 and found in _EMPTY:
                    found = ""
        return found

    def each(self, *keys: str) -> list[str]:
        """What each of these keys says, "" where one says nothing; all of them are taken out."""
        text, left = self.text, self._left
        return [text(key) if key in left else "" for key in keys]

    def _as_text(self, key: str, value: Any) -> str:
        """A number, or the only text of a list, as text; anything else is put back, so that it is counted."""
        if isinstance(value, int | float):
            return _number(value)
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
            return value[0]
        self._left[key] = value
        return ""

    def strings(self, *keys: str, separator: str = "") -> list[str]:
        """All texts of the first of these keys that has any: a list, a list as JSON text, or one text.

        With `separator` one text may hold several values.
        """
        found: list[str] = []
        for key in keys:
            value = self._left.get(key)
            if value is not None and (strings := self._strings(key, value, separator)):
                found = found or strings
        return found

    def _strings(self, key: str, value: Any, separator: str) -> list[str]:
        if isinstance(value, str):
            value = self._parsed(value)
            if isinstance(value, str):
                del self._left[key]
                parts = value.split(separator) if separator else [value]
                return [text for part in parts if (text := part.strip())]
        items = value if isinstance(value, list) else [value]
        found = [text for item in items if (text := _scalar(item))]
        odd = sum(isinstance(item, dict | list) and bool(item) for item in items)
        if found and odd:
            self.cleaner.unread[f"{self._name(key)}[]"] += odd
        if found or not odd:
            del self._left[key]
        return found

    def _parsed(self, text: str) -> Any:
        """The value of a JSON text that stands in a text field, also where its quotes are HTML entities."""
        text = text.strip()
        if not text.startswith(("[", "{")):
            return "" if text in _EMPTY else text
        try:
            return orjson.loads(html.unescape(text) if "&quot;" in text else text)
        except orjson.JSONDecodeError:
            self.cleaner.faults["extras-not-json"] += 1
            return text

    def mapped(self, key: str, function: Callable[[str], Any]) -> Values:
        """Each text of a key through a function, each result once."""
        strings = self.strings(key)
        return list(dict.fromkeys(map(function, strings))) if strings else []

    def texts(self, *keys: str) -> list[str]:
        """What each of these keys says, in their order."""
        left = self._left
        return [text for key in keys if key in left and (text := self.text(key))]

    def prose(self, *keys: str) -> Values:
        """Texts of the first of these keys that has any; a `{language: text}` object gives tagged literals."""
        found: Values = []
        for key in keys:
            value = self._left.get(key)
            if value is None:
                continue
            if isinstance(value, str) and value.lstrip().startswith("{") and not value.startswith("{{"):
                value = self._parsed(value)
            texts = self._texts(value)
            if texts or is_blank(value):
                del self._left[key]
                found = found or texts
        return found

    def _texts(self, value: Any) -> Values:
        if isinstance(value, dict):
            return _tagged(value, self.cleaner.prose)
        if isinstance(value, str):
            return [self.cleaner.prose(text)] if (text := value.strip()) else []
        items = value if isinstance(value, list) else [value]
        return list(dict.fromkeys(self.cleaner.prose(text) for item in items if (text := _scalar(item))))

    def objects(self, key: str) -> list[dict[str, Any]]:
        """The objects of a list, of one object, or of either as JSON text; anything else is left."""
        value = self._left.get(key)
        if value is None:
            return []
        parsed = self._parsed(value) if isinstance(value, str) else value
        items = parsed if isinstance(parsed, list) else [parsed]
        found = [item for item in items if isinstance(item, dict)]
        if found:
            self.cleaner.unread.update(
                f"{self._name(key)}[]" for item in items if not isinstance(item, dict) and not is_blank(item)
            )
            del self._left[key]
        return found

    def nested(self, key: str) -> list[Fields]:
        """The objects of a key, each to be taken apart in its turn."""
        if key not in self._left:
            return []
        path = f"{self._name(key)}[]."
        return [Fields(item, self.cleaner, path) for item in self.objects(key)]

    def inner(self, key: str) -> Fields:
        """The one object of a key, to be taken apart in its turn; without any keys where there is none."""
        value = self._left.get(key)
        if not isinstance(value, dict):
            return Fields({}, self.cleaner)
        del self._left[key]
        return Fields(value, self.cleaner, f"{self._name(key)}.")

    def names(self, key: str, *parts: str) -> list[str]:
        """The texts of a key whose values are texts or objects that have a text under one of `parts`."""
        value = self._left.pop(key, None)
        found: list[str] = []
        for item in value if isinstance(value, list) else [value]:
            text = _first_text(item, parts) if isinstance(item, dict) else _scalar(item)
            if text:
                found.append(text)
            elif not is_blank(item):
                self.cleaner.unread[f"{self._name(key)}[]"] += 1
        return found

    def _name(self, key: str) -> str:
        return f"{self._path}extras.{key}" if key in self._extras else self._path + key

    def close(self, out_of_scope: Set[str] = frozenset()) -> None:
        """Count what was not taken and is neither blank nor out of scope."""
        for key, value in self._left.items():
            if key not in out_of_scope and not is_blank(value):
                self.cleaner.unread[self._name(key)] += 1


def _number(value: int | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _scalar(value: Any) -> str:
    """A text without blanks around it or a number as text; "" for anything else."""
    if isinstance(value, str):
        return value.strip()
    return _number(value) if isinstance(value, int | float) else ""


def _first_text(item: Mapping[str, Any], parts: tuple[str, ...]) -> str:
    for part in parts:
        if text := _scalar(item.get(part)):
            return text
    return ""


def _tagged(value: Mapping[str, Any], clean: Callable[[str], str]) -> Values:
    """`{"de": "Titel", "en": ["title"]}` as literals; a key that is no language leaves the text untagged.

    Nothing where the object is something else than texts by language.
    """
    found: dict[Any, None] = {}
    for key, said in value.items():
        tag = language_tag(key)
        for item in said if isinstance(said, list) else [said]:
            if isinstance(item, dict | list):
                return []
            if text := _scalar(item):
                found[Literal(clean(text), tag) if tag else clean(text)] = None
    return list(found)
