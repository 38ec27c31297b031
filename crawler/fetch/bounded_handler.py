"""Scrapy's handler for HTTP/1.1 with a bound on the size of an answer's header, which neither it nor Twisted has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, ParseError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

LENGTH = 256 * 1024
"""Bytes of header that are read of one answer; servers themselves allow 8 to 64 KiB in a request."""


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Gives up where a header has no end."""

    _head = 0

    def request(self, request: Any) -> Any:
        """Count anew for each answer."""
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - the name that Twisted calls
        """Count what arrives before the body."""
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self._head += len(data)
            if self._head > LENGTH:
                self._giveUp(_too_long())  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


def _too_long() -> Failure:
    return Failure(ParseError("The header is too long.", b""))  # type: ignore[no-untyped-call]


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes the bounded protocol."""

    def buildProtocol(self, addr: object) -> BoundedProtocol:  # noqa: N802
        """A protocol for a new connection."""
        return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHandler(HTTP11DownloadHandler):
    """For `http` and `https` in DOWNLOAD_HANDLERS."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
