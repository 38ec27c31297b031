"""What an answer really is, by its first bytes and its Content-Type, against what the metadata say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catalog.cleaning.formats import Format, read_format
from catalog.store.links import Claim

TOLERANCE = 0.1
"""By which share of the larger one sizes may differ: metadata give kilobytes of either kind, and rounded."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"), (b"Rar!", "archive"), (b"BZh", "archive"), (b"\xfd7zXZ", "archive"),
    (b"\xd0\xcf\x11\xe0", "ole"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"), (b"GIF8", "image"),
    (b"II*\x00", "image"), (b"MM\x00*", "image"), (b"SQLite format 3", "sqlite"),
)  # fmt: skip
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_HTML = re.compile(
    rb"(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_PASSWORD = re.compile(rb"<input[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
_ZIPPED = ("openxmlformats", "opendocument", "/zip", "+zip", ".kmz", "/epub")
_OLD_OFFICE = ("/msword", "/vnd.ms-excel", "/vnd.ms-powerpoint")
_ACCEPTED: dict[str, frozenset[str]] = {
    "html": frozenset({"html", "xml", "text"}),
    "json": frozenset({"json"}),
    "xml": frozenset({"xml"}),
    "text": frozenset({"text"}),
    "pdf": frozenset({"pdf"}),
    "zip": frozenset({"zip", "archive"}),
    "archive": frozenset({"archive", "zip", "binary"}),
    "ole": frozenset({"ole"}),
    "image": frozenset({"image"}),
}
"""Family of a format -> what its files may look like."""


def looks_like(body: bytes, content_type: str = "") -> str:
    """`empty`, `html`, `json`, `xml`, `text`, `pdf`, `zip`, `archive`, `ole`, `image`, `sqlite` or `binary`."""
    if not body:
        return "empty"
    for magic, name in _MAGIC:
        if body.startswith(magic):
            return name
    if body.startswith(_WIDE):
        return "text"
    text = body.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.match(text) or (text[:1] == b"<" and "text/html" in content_type.lower()):
        return "html"
    if text[:1] in (b"{", b"["):
        return "json"
    if text[:1] == b"<":
        return "xml"
    return "binary" if b"\0" in body[:2048] else "text"


def asks_for_password(body: bytes) -> bool:
    """Whether a page of HTML is one to log in at."""
    return _PASSWORD.search(body) is not None


def family(known: Format) -> str:
    """How files of a format begin: a key of the table above, empty where that is not known."""
    media_type = known.media_type.lower().partition("/media-types/")[2]
    if known.kind in ("webpage", "archive"):
        return {"webpage": "html", "archive": "zip" if known.code == "ZIP" else "archive"}[known.kind]
    if known.code.startswith("PDF"):
        return "pdf"
    if known.code == "SHP" or any(part in f"/{media_type}" for part in _ZIPPED):
        return "zip"
    if f"/{media_type.rpartition('/')[2]}" in _OLD_OFFICE:
        return "ole"
    for ending in ("json", "xml"):
        if media_type.endswith(ending) or known.code in (ending.upper(), "RDF_XML", "GML", "KML"):
            return ending if known.code not in ("RDF_XML", "GML", "KML") else "xml"
    if media_type in ("image/png", "image/jpeg", "image/gif", "image/tiff"):
        return "image"
    return "text" if media_type.startswith("text/") or known.code in ("CSV", "TSV", "TXT") else ""


def claimed(claim: Claim, url: str) -> Format | None:
    """The format that the metadata, or else the ending of the address, promise."""
    return read_format(claim.media_type, url)


def is_promised(claim: Claim, url: str) -> bool:
    """Whether the address itself must deliver the file: it is the download, or its ending says so. An access address may
    be a page about the file (DCAT 3, section 6.8.9)."""
    if claim.role == "download":
        return True
    named = read_format("", url)
    return named is not None and named.kind == "file"


def header_agrees(claims: Iterable[Claim], url: str, content_type: str) -> bool:
    """Whether the Content-Type alone says that what one of the claims promises is delivered; also where none promises."""
    wanted = [known for claim in claims if (known := claimed(claim, url)) is not None]
    stated = read_format("", "", content_type)
    if not wanted:
        return True
    return stated is not None and any(
        known.code == stated.code or (family(known) != "" and family(known) == family(stated) != "text")
        for known in wanted
    )


def body_agrees(claim: Claim, url: str, shape: str) -> bool:
    """Whether what is delivered may be what the claim promises; also where it promises nothing."""
    known = claimed(claim, url)
    if known is None:
        return True
    accepted = _ACCEPTED.get(family(known))
    return shape in accepted if accepted is not None else shape != "html"


def sizes_differ(claims: Iterable[Claim], size: int | None) -> bool:
    """Whether sizes are claimed and none of them is the delivered one, by more than the tolerance."""
    said = [claim.size for claim in claims if claim.size]
    if not said or size is None:
        return False
    return all(abs(each - size) > TOLERANCE * max(each, size) for each in said)
