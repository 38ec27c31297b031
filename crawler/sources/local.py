"""Addresses of files and folders on this machine's own disk (`file:`, RFC 8089), as text; nothing is opened here."""

from __future__ import annotations

import os.path
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

SCHEME = "file"
FILE_KINDS = frozenset({"table", "rdf_folder"})
"""The portal kinds that may lie on disk."""
MEDIA_TYPES = {
    ".ttl": "text/turtle", ".rdf": "application/rdf+xml", ".owl": "application/rdf+xml", ".xml": "application/rdf+xml",
    ".nt": "application/n-triples", ".jsonld": "application/ld+json", ".json": "application/json", ".n3": "text/n3",
    ".csv": "text/csv", ".tsv": "text/tab-separated-values", ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}  # fmt: skip
"""Suffix → media type: that of catalogue files; the same on every machine."""


def media_type(name: str) -> str:
    """The media type that a file's name promises; empty for one that promises nothing."""
    return MEDIA_TYPES.get(os.path.splitext(name)[1].lower(), "")


def is_local(url: str) -> bool:
    """Whether an address names a file or folder of a disk."""
    return url[:5].lower() == "file:"


def path_of(url: str) -> str:
    """The absolute path that a `file:` address names. Raises ValueError for a relative one and for another machine's."""
    parts = urlsplit(url)
    path = unquote(parts.path, errors="surrogateescape")
    if parts.netloc.lower() not in ("", "localhost"):
        raise ValueError(f"{url!r} names a file of another machine")
    if not path.startswith("/") or "\0" in path:
        raise ValueError(f"{url!r} names no absolute path")
    return path


def address_of(path: str, *, folder: bool = False) -> str:
    """The address of an absolute path; a folder's ends with a slash.

    >>> address_of("/srv/daten/Bürger.csv")
    'file:///srv/daten/B%C3%BCrger.csv'
    """
    url = PurePath(os.path.normpath(path)).as_uri()
    return f"{url.rstrip('/')}/" if folder else url


def lies_in(url: str, root: str) -> bool:
    """Whether a `file:` address is that of a portal on disk or lies below it, by its text: links are not followed."""
    try:
        path, top = (os.path.normpath(path_of(each)) for each in (url, root))
    except ValueError:
        return False
    return path == top or path.startswith(os.path.join(top, ""))
