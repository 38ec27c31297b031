"""Addresses that the standards allow, made of what feeds write."""

import re
from urllib.parse import quote

import pyoxigraph as ox

from catalog.record.terms import IRI

_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f-\x9f\ud800-\udfff]")
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_PARTS = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*:)?(//[^/?#]*)?(.*)", re.DOTALL)
_UNUSABLE = "urn:unusable:"
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def repaired(text: str) -> IRI:
    """An IRI that every writer accepts (RFC 3987): forbidden characters percent-encoded, where need be all beyond ASCII.

    What no base resolved (the keys that a JSON-LD context leaves out) becomes `urn:relative:…`, the same on every page
    of a feed; what has no sense as an address (a port in letters) `urn:unusable:…`.
    """
    if _is_valid(text):
        return IRI(text)
    scheme, authority, rest = _parts(text)
    path, *fragment = re.sub(r"[\[\]]", _percent, rest).split("#", 1)
    fixed = _FORBIDDEN.sub(
        _percent, scheme + authority + "#".join([path, *(part.replace("#", "%23") for part in fragment)])
    )
    fixed = _BAD_ESCAPE.sub("%25", fixed)
    if not ABSOLUTE.match(fixed):
        fixed = f"urn:relative:{fixed}"
    candidates = (fixed, re.sub(r"[^\x00-\x7f]", _percent, fixed))
    return IRI(next(filter(_is_valid, candidates), f"{_UNUSABLE}{quote(text, '', errors='replace')}"))


def is_unusable(address: str) -> bool:
    """Whether `repaired` could make no sense of it."""
    return address.startswith(_UNUSABLE)


def _parts(text: str) -> tuple[str, str, str]:
    """Scheme with its colon, authority with its slashes, and the rest; each may be empty."""
    found = _PARTS.match(text)
    return (found[1] or "", found[2] or "", found[3]) if found else ("", "", text)


def _is_valid(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))
