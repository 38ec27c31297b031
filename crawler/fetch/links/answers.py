"""Scrapy's answers and exceptions as replies of a link check."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from twisted.internet.error import ConnectError
from twisted.web._newclient import ResponseNeverReceived

from crawler.fetch.archive import headers_of
from crawler.fetch.links.judging import Reply
from crawler.fetch.outcomes import AddressRefused, is_tls_failure

if TYPE_CHECKING:
    from scrapy.http import Response

_CERTIFICATE = re.compile(r"certificate|verif|mismatch", re.IGNORECASE)
_PACKED = ("gzip", "x-gzip", "deflate")


def reply_of(response: Response, length: int) -> Reply:
    """An answer as data, unpacked where it was packed without being asked."""
    headers, body = headers_of(response), response.body[:length]
    whole = len(response.body) < length and not {"download_stopped", "dataloss"} & set(response.flags)
    if headers.get("content-encoding", "").lower() in _PACKED:
        with suppress(zlib.error):
            body = zlib.decompressobj(47).decompress(body, length)
    return Reply(response.url, response.status, headers, body, whole=whole)


_FAILURES: tuple[tuple[type[BaseException], str], ...] = (
    (AddressRefused, "private-address"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "connection-refused"),
    (DownloadTimeoutError, "timeout"),
    (ConnectError, "connection-failed"),
)


def failure_of(error: BaseException) -> str:
    """Why a request got no answer, as one of the slugs of `crawler.fetch.links.judging`."""
    if is_tls_failure(error):
        return "certificate" if _CERTIFICATE.search(f"{error} {error.__cause__}") else "tls-protocol"
    for kind, slug in _FAILURES:
        if isinstance(error, kind):
            return slug
    began = isinstance(error, DownloadFailedError) and not isinstance(error.__cause__, ResponseNeverReceived)
    return "unreadable-answer" if began else "connection-broken"
