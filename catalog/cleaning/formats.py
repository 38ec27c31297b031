"""File formats and media types: from what portals write to the EU file-type list and IANA."""

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple
from urllib.parse import unquote

from catalog.vocabulary import read_table, vocabulary


class Format(NamedTuple):
    """A format of the EU list, or one of the few that the list lacks (`uri` is then "").

    `media_type` is an IANA URI or ""; `kind` is file, service, archive or webpage.
    """

    code: str
    uri: str
    media_type: str
    machine_readable: bool
    non_proprietary: bool
    kind: str


_IANA: Final = vocabulary("media-type").scheme


def _iana(media_type: str) -> str:
    return _IANA + media_type if media_type else ""


@cache
def _formats() -> dict[str, Format]:
    """Code → format."""
    official = {
        concept.code: Format(
            concept.code,
            concept.uri,
            _iana(concept.extra["media_type"]),
            concept.extra["machine_readable"] == "yes",
            concept.extra["non_proprietary"] == "yes",
            concept.extra["kind"],
        )
        for concept in vocabulary("file-type")
    }
    additions = {
        row["code"]: Format(row["code"], "", _iana(row["media_type"]), False, False, row["kind"])
        for row in read_table("format-addition")
    }
    return additions | official


@cache
def _aliases() -> dict[str, Format]:
    """Name in lower case → format: codes, labels and the table of aliases."""
    formats = _formats()
    names = {code.lower(): known for code, known in formats.items()}
    names |= {row["alias"]: formats[row["code"]] for row in read_table("format-aliases")}
    return names


@cache
def _media_types() -> dict[str, str]:
    """Registered media type in lower case → IANA URI."""
    return {concept.code.lower(): concept.uri for concept in vocabulary("media-type")}


_URI: Final = re.compile(r"(?:https?://|ftype/|file-type/)", re.IGNORECASE)
_PARTS: Final = re.compile(r"\s*[,;/+|&:]\s*|\s+(?:und|and|oder|or)\s+")
_BRACKETS: Final = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*")
_IANA_URI: Final = re.compile(
    r"https?://(?:www\.)?iana\.org/assignments/media-types/(?:media-types\.xhtml#)?", re.IGNORECASE
)
_EU_URI: Final = re.compile(r"https?://publications\.europa\.eu/resource/authority/file-type/")
_SERVICE: Final = re.compile(
    r"[?&;]service=(wms|wfs|wmts|wcs|csw)\b|[/.](wms|wfs|wmts)(?:server)?(?:[/?]|$)", re.IGNORECASE
)
_EXTENSION: Final = re.compile(r"[^/?#]\.([A-Za-z0-9_]{1,10}(?:\.(?:gz|zip|bz2))?)$", re.ASCII)
# Endings of addresses that say how a page is made or where a site is, not what a file is.
_NO_EXTENSION: Final = frozenset(
    {"de", "com", "org", "net", "eu", "info", "do", "action", "dll", "cgi", "aspx", "asp", "jsp"}
)
# Media types that say nothing about the format.
_VAGUE: Final = frozenset(
    {"application/octet-stream", "application/http", "binary/octet-stream", "application/unknown"}
)
_LONGEST: Final = 300


def _name(text: str) -> str:
    return " ".join(text.replace("\\", "/").lower().split())


def _by_name(text: str) -> Format | None:
    """Alias as it stands, tail of a URI, media type without its parameters, name without brackets."""
    name = _name(text)
    aliases = _aliases()
    if known := aliases.get(name) or aliases.get(name.strip(" .,;*\"'")):
        return known
    if _URI.match(name):
        if official := vocabulary("file-type").by_code(_EU_URI.sub("", name).rstrip("/").upper()):
            return _formats()[official.code]
        tail = _IANA_URI.sub("", name).rstrip("/")
        return aliases.get(tail) or aliases.get(re.split(r"[/#]", tail)[-1])
    bare = name.split(";", 1)[0].rstrip()
    return aliases.get(bare) or aliases.get(_BRACKETS.sub(" ", name).strip())


def _by_parts(text: str) -> Format | None:
    """`kml, kmz`, `zip:shp`, `zip+csv`: the first part that is no archive, if every part is known."""
    parts = [part for part in _PARTS.split(_name(text)) if part]
    found = [_aliases().get(part) for part in parts]
    known = [one for one in found if one is not None]
    if len(parts) < 2 or len(known) < len(parts):
        return None
    return next((one for one in known if one.kind != "archive"), known[0])


def _by_address(url: str) -> Format | None:
    """OGC service named in an address, else the extension of its path."""
    if not url or len(url) > 20 * _LONGEST:
        return None
    if service := _SERVICE.search(url):
        return _aliases().get((service[1] or service[2]).lower())
    path = re.split(r"[?#]", url.strip(), maxsplit=1)[0].rstrip("/")
    path = re.sub(r"^[A-Za-z][A-Za-z0-9+.\-]*://[^/]*", "", path)
    found = _EXTENSION.search(unquote(path))
    if found is None or found[1].lower() in _NO_EXTENSION:
        return None
    ending = found[1].lower()
    return (
        _aliases().get("." + ending) or _aliases().get(ending) or _aliases().get("." + ending.split(".")[-1])
    )


@lru_cache(maxsize=16_384)
def read_format(text: str, url: str = "", media_type: str = "") -> Format | None:
    """The format that `text` names; where it names none, what `media_type`, then `url` say.

    Looked up in lower case with single blanks: alias, tail of a URI, media type without parameters,
    parts of a list, then media type and file extension (or OGC service) of the address.
    """
    if text and len(text) <= _LONGEST and (known := _by_name(text) or _by_parts(text)):
        return known
    stated = media_type if len(media_type) <= _LONGEST and _name(media_type) not in _VAGUE else ""
    return (_by_name(stated) if stated else None) or _by_address(url)


@lru_cache(maxsize=16_384)
def read_media_type(text: str) -> str | None:
    """The IANA URI (https) of a media type, an IANA URI of any spelling, or a format's name (`csv`).

    Unregistered spellings (`application/x-zip-compressed`) give the registered type of their format.
    """
    if len(text) > _LONGEST:
        return None
    name = _IANA_URI.sub("", _name(text)).split(";", 1)[0].strip(" /")
    if registered := _media_types().get(name):
        return registered
    known = _aliases().get(name)
    return known.media_type or None if known else None
