"""Files and folders on disk, answered as a web server would: status, media type by name, entity tag, no more than allowed.

Scrapy's own handler for `file:` reads files of any size and place, and neither folders nor conditional requests.
"""

from __future__ import annotations

import asyncio
import os
from hashlib import blake2b
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response

from crawler.fetch.outcomes import AddressRefused
from crawler.sources.local import address_of, is_local, media_type, path_of
from crawler.sources.protocol import Payload

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

URI_LIST = "text/uri-list"


def read_local(url: str, root: str, limit: int, tag: str = "") -> Payload:
    """What lies at a `file:` address: a file's bytes, or the addresses of what lies in a folder, one a line (RFC 2483).

    `root`: the address of the portal on disk; `limit`: bytes (0: none); `tag`: the entity tag that is known already.
    Status 200, 304 (as known), 403 (may not be read), 404 (nothing there, or no file). Raises AddressRefused for what lies
    outside the portal, also where a symbolic link leads there, and DownloadCancelledError for what is too large.
    """
    path = _inside(url, root)
    try:
        found = os.stat(path)
        if S_ISDIR(found.st_mode):
            return _folder(url, path, _real(root), limit, tag)
        if not S_ISREG(found.st_mode):  # opening a pipe would wait for ever
            return Payload(url, 404, {}, b"")
        return _file(url, path, found, limit, tag)
    except PermissionError:
        return Payload(url, 403, {}, b"")
    except OSError:
        return Payload(url, 404, {}, b"")


def _real(url: str) -> str:
    return os.path.realpath(path_of(url))


def _is_inside(path: str, top: str) -> bool:
    """Whether a path without symbolic links is `top` or lies below it."""
    return path == top or path.startswith(os.path.join(top, ""))


def _inside(url: str, root: str) -> str:
    """The path of an address, which must not lead out of the portal."""
    if not is_local(root):
        raise AddressRefused("A file is read only where the portal itself is one.")
    try:
        path, top = _real(url), _real(root)
    except ValueError as error:
        raise AddressRefused(f"{error}.") from None
    if not _is_inside(path, top):
        raise AddressRefused(f"{url} lies outside the portal's own folder.")
    return os.path.normpath(path_of(url))


def _file(url: str, path: str, found: os.stat_result, limit: int, tag: str) -> Payload:
    headers = {"etag": f'"{found.st_mtime_ns:x}-{found.st_size:x}"'}
    if tag == headers["etag"]:
        return Payload(url, 304, headers, b"")
    _refuse_larger(found.st_size, limit)
    with open(path, "rb") as file:
        body = file.read(limit + 1 if limit else -1)  # it may have grown since it was looked at
    _refuse_larger(len(body), limit)
    kind = media_type(path)
    return Payload(url, 200, {**headers, **({"content-type": kind} if kind else {})}, body)


def _folder(url: str, path: str, top: str, limit: int, tag: str) -> Payload:
    body = "".join(f"{each}\n" for each in _listed(path, top)).encode()
    _refuse_larger(len(body), limit)
    headers = {"content-type": URI_LIST, "etag": f'"{blake2b(body, digest_size=16).hexdigest()}"'}
    return Payload(url, 304, headers, b"") if tag == headers["etag"] else Payload(url, 200, headers, body)


def _listed(path: str, top: str) -> list[str]:
    """The addresses of the files and folders in a folder, by name. Hidden ones are left out, links that lead out of the
    portal, and links to folders, which could lead in a circle. What cannot be read is listed: it must not seem gone."""
    with os.scandir(path) as entries:
        shown = sorted((entry for entry in entries if entry.name[0] != "."), key=lambda entry: entry.name)
    found = []
    for entry in shown:
        if entry.is_dir(follow_symlinks=False):
            found.append(address_of(entry.path, folder=True))
        elif entry.is_file() and (not entry.is_symlink() or _is_inside(os.path.realpath(entry.path), top)):
            found.append(address_of(entry.path))
    return found


def _refuse_larger(size: int, limit: int) -> None:
    if limit and size > limit:
        raise DownloadCancelledError(f"{size} bytes are more than {limit}.")


class LocalFiles(BaseDownloadHandler):
    """Scrapy's way to the files of a portal on disk; any other portal's spider gets nothing."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        portal = getattr(crawler.spider, "portal", None)
        self._root = portal.url if portal is not None else ""
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    async def download_request(self, request: Request) -> Response:
        """The answer to a request. Raises what `read_local` raises."""
        tag = (request.headers.get("If-None-Match") or b"").decode("latin-1")
        found = await asyncio.to_thread(read_local, request.url, self._root, self._limit, tag)
        return Response(found.url, found.status, dict(found.headers), found.body, request=request)
