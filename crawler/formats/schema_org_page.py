"""Datasets in the JSON-LD of a web page: script elements, graphs, prefixes, references, language-tagged texts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload

DEEPEST = 12
"""How deep references and objects are followed: a graph may refer to itself."""
MOST_REFERENCES = 20_000
"""References that are filled in on one page."""
_SCRIPT = re.compile(
    r"<script\b[^>]*\btype\s*=\s*[\"']?application/ld\+json\b[^>]*>(.*?)</script\s*>",
    re.IGNORECASE | re.DOTALL,
)
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$")
_PREFIX = re.compile(r"^(?:https?://schema\.org/|schema:|sdo:)")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


def datasets_in(body: bytes, content_type: str = "") -> list[dict[str, Any]]:
    """The datasets that a page describes, each as one object whose references are filled in; what cannot be read is left
    out. A file of JSON-LD is read as well."""
    found: dict[str, dict[str, Any]] = {}
    for block in _blocks(body, content_type):
        for item in _typed(_resolved(block), "Dataset", 0):
            found.setdefault(str(item.get("@id") or len(found)), item)
    return list(found.values())


def is_catalogue(body: bytes, content_type: str = "") -> bool:
    """Whether the page calls itself a DataCatalog."""
    return any(_is(node, "DataCatalog") for block in _blocks(body, content_type) for node in _nodes(block))


def _blocks(body: bytes, content_type: str) -> Iterator[Any]:
    """The JSON values of a page's script elements, or the body itself where it is JSON."""
    if body.lstrip()[:1] in (b"{", b"["):
        yield from _json(body, content_type)
        return
    for found in _SCRIPT.finditer(_text(body, content_type)):
        bare = _WRAPPING.sub("", _WRAPPING.sub("", found[1]))
        values = list(_json(bare.encode("utf-8", "replace"), ""))
        yield from values or _json(html.unescape(bare).encode("utf-8", "replace"), "")


def _json(body: bytes, content_type: str) -> Iterator[Any]:
    try:
        yield read_json(body, content_type)[0]
    except UnreadablePayload:
        return


def _text(body: bytes, content_type: str) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        named = _CHARSET.search(content_type.encode()) or _CHARSET.search(body[:2000])
        try:
            return body.decode(named[1].decode() if named else "cp1252", "replace")
        except LookupError:
            return body.decode("cp1252", "replace")


def _nodes(block: Any) -> list[dict[str, Any]]:
    """The objects at the top of a block: itself, a list, or a graph."""
    items = block if isinstance(block, list) else [block]
    found: list[dict[str, Any]] = []
    for item in items:
        if isinstance(item, dict):
            graph = item.get("@graph")
            found += [node for node in graph if isinstance(node, dict)] if isinstance(graph, list) else [item]
    return found


def _resolved(block: Any) -> list[dict[str, Any]]:
    """The top objects with plain key names, references to each other filled in."""
    nodes = _nodes(block)
    resolver = _Resolver(
        {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    )
    plain = [resolver.plain(node, 0) for node in nodes]
    return [node for node in plain if isinstance(node, dict)]


class _Resolver:
    """Fills in references. Datasets and catalogues are not filled in, as they stand for themselves; and a graph can be
    built that would never end, so only so many references are followed."""

    def __init__(self, index: dict[str, dict[str, Any]]) -> None:
        self._index = index
        self._left = MOST_REFERENCES

    def plain(self, value: Any, depth: int) -> Any:
        if depth > DEEPEST:
            return None
        if isinstance(value, list):
            return _texts([self.plain(item, depth + 1) for item in value], value)
        if not isinstance(value, dict):
            return value
        if "@value" in value:
            return value["@value"]
        if isinstance(value.get("@list"), list):
            return self.plain(value["@list"], depth + 1)
        reference = value.get("@id")
        if depth and len(value) == 1 and isinstance(reference, str):
            return self._target(reference, depth)
        return {_PREFIX.sub("", key): self.plain(item, depth + 1) for key, item in value.items()}

    def _target(self, reference: str, depth: int) -> Any:
        node = self._index.get(reference)
        if node is None or self._left <= 0 or _is(node, "Dataset") or _is(node, "DataCatalog"):
            return reference
        self._left -= 1
        return self.plain(node, depth + 1)


def _texts(plain: list[Any], given: list[Any]) -> Any:
    """A list of tagged texts in several languages as `{language: text}`; any other list as it is."""
    tags = [item.get("@language") if isinstance(item, dict) else None for item in given]
    if len(given) > 1 and all(isinstance(tag, str) for tag in tags) and len(set(tags)) == len(tags):
        return dict(zip(map(str, tags), plain, strict=True))
    return plain


def _is(node: dict[str, Any], name: str) -> bool:
    types = node.get("@type")
    return any(
        isinstance(text, str) and _PREFIX.sub("", text) == name
        for text in (types if isinstance(types, list) else [types])
    )


def _typed(value: Any, name: str, depth: int) -> Iterator[dict[str, Any]]:
    """Objects of a class wherever they stand; what a dataset consists of are no datasets of their own."""
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _typed(item, name, depth + 1)
    elif isinstance(value, dict):
        if _is(value, name):
            yield value
            return
        for item in value.values():
            yield from _typed(item, name, depth + 1)
