"""Answers as they came, without what was erased: JSON by its strings, all else by its pieces between tags and quotes."""

from __future__ import annotations

import html
import io
import re
import zipfile
from typing import Any, Final

import orjson

from catalog.cleaning.erased import Erased

_PIECES: Final = re.compile(r"(<[^<>]*>|\"|\\n)")
_ESCAPED: Final = re.compile(r"&#?\w{1,10};|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}")
_LARGEST_MEMBER: Final = 64 * 2**20
_UNZIPPED: Final = b"\x00 This file held something that was erased."


def body_without(body: bytes, erased: Erased) -> bytes:
    """The body itself where nothing of the list stands in it; else without, still readable as what it is.

    A ZIP file (an inventory as a spreadsheet) in which something stands is replaced by a sentence.
    """
    if body[:4] == b"PK\x03\x04":
        return _UNZIPPED if _in_zip(body, erased) else body
    if body.lstrip()[:1] in (b"{", b"["):
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            pass
        else:
            return orjson.dumps(_json(value, erased)) if _json(value, erased) != value else body
    encoding = _encoding(body)
    text = body.decode(encoding, "surrogateescape" if encoding == "utf-8" else "strict")
    cleaned = _text(text, erased)
    return body if cleaned == text else cleaned.encode(encoding, "surrogateescape")


def _encoding(body: bytes) -> str:
    """UTF-8 wherever it can be; Latin-1 holds anything."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _json(value: Any, erased: Erased) -> Any:
    """The value without; goes as deep as the parser did, which refuses deep nesting."""
    if isinstance(value, str):
        return _text(value, erased) if "<" in value or "&" in value else erased.text(value)
    if isinstance(value, list):
        return [_json(item, erased) for item in value]
    if isinstance(value, dict):
        return {erased.text(key): _json(item, erased) for key, item in value.items()}
    if isinstance(value, int) and erased.text(str(value)) != str(value):
        return None
    return value


def _text(text: str, erased: Erased) -> str:
    pieces = _PIECES.split(erased.text(text))
    return "".join(_piece(piece, erased) for piece in pieces)


def _piece(piece: str, erased: Erased) -> str:
    """A piece of text in which letters may be written as escapes."""
    if not _ESCAPED.search(piece):
        return piece
    plain = _ESCAPED.sub(_letter, piece)
    plain = (
        plain.encode("latin-1", "ignore").decode("utf-8", "ignore")
        if "%" in piece and not plain.isascii()
        else plain
    )
    left = erased.text(plain)
    return piece if left == plain else html.escape(left, quote=False) if "&" in piece else left


def _letter(found: re.Match[str]) -> str:
    escape = found[0]
    if escape.startswith("&"):
        return html.unescape(escape)
    return chr(int(escape[2:] if escape.startswith("\\") else escape[1:], 16))


def _in_zip(body: bytes, erased: Erased) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for member in packed.infolist()[:200]:
                with packed.open(member) as file:
                    text = file.read(_LARGEST_MEMBER).decode("utf-8", "replace")
                if _text(text, erased) != text:
                    return True
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    return False
