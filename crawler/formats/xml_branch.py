"""The parts of one XML record, taken out one by one as they are mapped; what is left over was not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set

from lxml import etree

from catalog.record.node import Values
from catalog.record.terms import Literal
from crawler.formats.values import Cleaner

_WRAPPERS = frozenset({"CharacterString", "Anchor", "URL"})
"""Elements that only wrap the value of what they stand in; left out of the names of unread parts."""
_FREE_TEXT = ("PT_FreeText", "PT_FreeURL")


class Branch:
    """An element by local names: its own text, its attributes, the branches below it.

    Paths are local names with slashes between them; `*` stands for any one name.
    """

    __slots__ = ("attributes", "content", "name", "parts", "taken")

    def __init__(self, element: etree._Element) -> None:
        self.name = str(element.tag).rpartition("}")[2]
        self.content = (element.text or "").strip()
        self.attributes = {str(key).rpartition("}")[2]: str(said) for key, said in element.attrib.items()}
        self.parts = [Branch(child) for child in element if isinstance(child.tag, str)]
        self.taken = False

    def all(self, *paths: str) -> list[Branch]:
        """The branches at each of these paths, in their order."""
        found: list[Branch] = []
        for path in paths:
            level = [self]
            for name in path.split("/"):
                level = [part for one in level for part in one.parts if name in ("*", part.name)]
            found += level
        return found

    def first(self, *paths: str) -> Branch | None:
        """The first branch at the first of these paths that leads anywhere."""
        return next((found[0] for path in paths if (found := self.all(path))), None)

    def below(self, name: str) -> Iterator[Branch]:
        """All branches of this name, at any depth, in the order of the document."""
        for part in self.parts:
            if part.name == name:
                yield part
            else:
                yield from part.below(name)

    def said(self) -> str:
        """The value that stands here: a code, the element's own text, or that of the element which wraps it."""
        self.taken = True
        code = self.attributes.get("codeListValue", "").strip()
        if code or self.content:
            return code or self.content
        for part in self.parts:
            if part.name not in _FREE_TEXT and (text := part._value()):
                return text
        return ""

    def _value(self) -> str:
        text = self.attributes.get("codeListValue", "").strip() or self.content
        self.taken = self.taken or bool(text)
        return text

    def text(self, *paths: str) -> str:
        """The first value at these paths; all of them are taken."""
        return next(iter(self.texts(*paths)), "")

    def texts(self, *paths: str) -> list[str]:
        """Every value at these paths."""
        return [text for part in self.all(*paths) if (text := part.said())]

    def link(self) -> str:
        """The address (`xlink:href`) of this element or of the anchor in it."""
        for part in (self, *self.parts):
            if href := part.attributes.get("href", "").strip():
                part.taken = True
                return href
        return ""

    def prose(self, clean: Cleaner, tags: Locales) -> Values:
        """The text in each of its languages (PT_FreeText of ISO 19139); untagged where there is only one."""
        others = {}
        for part in self._free_texts():
            if text := part.said():
                others[tags.of(part.attributes.get("locale", ""))] = text
        plain = self.said()
        if not others:
            return [clean.prose(plain)] if plain else []
        if plain:
            others = {tags.default: plain} | {
                tag: text for tag, text in others.items() if tag != tags.default
            }
        return [Literal(clean.prose(text), tag) if tag else clean.prose(text) for tag, text in others.items()]

    def _free_texts(self) -> Iterator[Branch]:
        for part in self.parts:
            if part.name in _FREE_TEXT:
                yield from part.all("*/*")

    def drop(self, *paths: str) -> None:
        """Take everything at these paths: another part has already said it."""
        for part in self.all(*paths):
            part.discard()

    def discard(self) -> None:
        """Take this and everything below it."""
        self.taken = True
        for part in self.parts:
            part.discard()

    def unread(self, out_of_scope: Set[str]) -> Counter[str]:
        """How often each part below holds something that nobody has taken; parts of these names are left out."""
        found: Counter[str] = Counter()
        for part in self.parts:
            part._count("", out_of_scope, found)
        return found

    def _count(self, path: str, out_of_scope: Set[str], found: Counter[str]) -> None:
        if self.name in out_of_scope:
            return
        path = path if self.name in _WRAPPERS and path else f"{path}/{self.name}".lstrip("/")
        if not self.taken and (self.content or self.attributes.get("codeListValue") or self._links()):
            found[path] += 1
        for part in self.parts:
            part._count(path, out_of_scope, found)

    def _links(self) -> bool:
        return bool(self.attributes.keys() & {"href", "uuidref"})


class Locales:
    """The languages of a multilingual record: the tag of its own language, and those that it declares, by id."""

    __slots__ = ("_tags", "default")

    def __init__(self, default: str, tags: dict[str, str]) -> None:
        self.default = default
        self._tags = tags

    def of(self, reference: str) -> str:
        """The language tag of a reference such as `#EN`; empty for a locale that is not declared and no language."""
        return self._tags.get(reference.lstrip("#").lower(), "")
