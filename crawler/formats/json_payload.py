"""Bytes of a response → a JSON value, as leniently as that can be done without inventing anything."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import orjson

from crawler.formats.reading import UnreadablePayload

_BOM = b"\xef\xbb\xbf"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_LONE_SURROGATE = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u(?:[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u)[dD][c-fC-F][0-9a-fA-F]{2})"
)
_SENTENCES = {
    "html-instead": "The answer is a web page, not JSON.",
    "truncated": "The answer breaks off in the middle of the JSON.",
    "too-deep": "The JSON is nested too deeply.",
    "not-json": "The answer is not JSON.",
}
_Read = tuple[Any, Counter[str]]
_known: ContextVar[dict[tuple[int, str], tuple[bytes, _Read | UnreadablePayload]] | None] = ContextVar(
    "known", default=None
)


@contextmanager
def reading_once() -> Iterator[None]:
    """Within the block the same answer is parsed once, however many ask what it is: detection shows each to every kind.

    What was read is shared, so nobody in the block may change it."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def read_json(body: bytes, content_type: str = "") -> _Read:
    """The JSON value of a response and the faults met: `charset-wrong`, `syntax-lenient`.

    `content_type` is the whole header; its charset counts only where the bytes are not UTF-8 (RFC 8259, section 8.1).
    Raises UnreadablePayload: `html-instead`, `truncated`, `too-deep`, `not-json`.
    """
    if (known := _known.get()) is None:
        return _read(body, content_type)
    name = (id(body), content_type)
    if name not in known:
        try:
            known[name] = body, _read(body, content_type)
        except UnreadablePayload as error:
            known[name] = body, error
    found = known[name][1]
    if isinstance(found, UnreadablePayload):
        raise UnreadablePayload(found.slug, str(found))
    return found[0], found[1].copy()


def _read(body: bytes, content_type: str) -> _Read:
    try:
        return orjson.loads(body), Counter()
    except orjson.JSONDecodeError:
        return _lenient(body, content_type)


def read_object(body: bytes, content_type: str = "") -> dict[str, Any]:
    """The JSON object of a response. Raises UnreadablePayload: what `read_json` raises, and `unexpected-shape`."""
    value, _ = read_json(body, content_type)
    if not isinstance(value, dict):
        raise UnreadablePayload("unexpected-shape", "The answer holds no object.")
    return value


def _lenient(body: bytes, content_type: str) -> tuple[Any, Counter[str]]:
    """A byte order mark, another charset, `NaN`, control characters and lone surrogates are forgiven."""
    text, faults = _decoded(body.removeprefix(_BOM), content_type)
    if _looks_like_markup(text):
        raise _unreadable("html-instead")
    try:
        return orjson.loads(text), faults
    except orjson.JSONDecodeError:
        faults["syntax-lenient"] += 1
    return _standard_library(text), faults


def _decoded(body: bytes, content_type: str) -> tuple[str, Counter[str]]:
    try:
        return body.decode("utf-8"), Counter()
    except UnicodeDecodeError:
        pass
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace"), Counter({"charset-wrong": 1})
    named = _CHARSET.search(content_type)
    try:
        text = body.decode(named[1] if named else "cp1252")
    except (LookupError, UnicodeDecodeError):  # most often what says that it is UTF-8 is cp1252
        text = body.decode("cp1252", "replace")
    return text, Counter({"charset-wrong": 1})


def _standard_library(text: str) -> Any:
    """The value as Python's own parser reads it: it takes `NaN`, raw control characters and big integers."""
    try:
        return json.loads(_LONE_SURROGATE.sub(r"\1\\ufffd", text), strict=False, parse_int=_integer)
    except RecursionError:
        raise _unreadable("too-deep") from None
    except ValueError as error:
        raise _unreadable(_reason(text, error)) from None


def _integer(digits: str) -> int | float:
    """An integer of at most 18 digits, else the nearest float: everything else here works with 64 bits."""
    return int(digits) if len(digits) < 19 else float(digits)


def _reason(text: str, error: ValueError) -> str:
    """`truncated` where JSON began well and ended too soon, else `not-json`."""
    begins = text.lstrip()[:1] in ("{", "[")
    ended = isinstance(error, json.JSONDecodeError) and (
        error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
    )
    return "truncated" if begins and ended else "not-json"


def _looks_like_markup(text: str) -> bool:
    start = text.lstrip()[:200].lower()
    return start.startswith("<") and not start.startswith("<{")


def _unreadable(slug: str) -> UnreadablePayload:
    return UnreadablePayload(slug, _SENTENCES[slug])


def canonical(value: Any) -> bytes:
    """The value as JSON with sorted keys: the same bytes for the same content, read by any parser."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # lone surrogates, integers beyond 64 bits
        return orjson.dumps(_standard_library(json.dumps(value)), option=orjson.OPT_SORT_KEYS)
