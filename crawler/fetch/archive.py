"""Every payload of a listing goes to the archive; what the archive holds already is not asked for again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, cast

from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from catalog.store.sink import PortalSink, Stored
from crawler.fetch.frontier import ABSENT, fingerprint
from crawler.fetch.options import Options
from crawler.sources.protocol import Call

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_PACKER = ThreadPoolExecutor(1, "packing")
"""Packing lets other threads run, so the desk reads the page before meanwhile. One thread: each has memory of its own."""
REPLAYED = "replayed"
NOT_MODIFIED = "not-modified"


def headers_of(response: Response) -> dict[str, str]:
    """The headers of an answer, names in lower case, repeated ones joined by a comma."""
    pairs = response.headers.to_unicode_dict()
    return {str(name).lower(): str(value) for name, value in pairs.items()}


class Archiving(Protocol):
    """A spider that has a sink, and a desk at which alone it is used."""

    sink: PortalSink
    options: Options

    async def at_desk(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Do work where the sink is used."""


class ArchiveMiddleware:
    """Answers from this run's archive (resumed runs), asks conditionally, and archives what is answered."""

    def __init__(self, spider: Archiving) -> None:
        self._spider = spider
        self._conditional = not spider.options.full

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveMiddleware:
        """Scrapy's way to build a component."""
        if not hasattr(crawler.spider, "sink"):
            raise NotConfigured("This spider archives nothing.")
        return cls(cast("Archiving", crawler.spider))

    async def process_request(self, request: Request) -> Response | None:
        """The answer from the archive; else the request goes on, conditional where the last answer allows it."""
        call = request.cb_kwargs.get("call")
        if not isinstance(call, Call):
            return None
        name, spider = fingerprint(call), self._spider
        stored = await spider.at_desk(spider.sink.replay, name)
        if stored is not None:
            return _response(stored, request, REPLAYED)
        if self._conditional and "If-None-Match" not in request.headers:
            await self._make_conditional(request, name)
        return None

    async def _make_conditional(self, request: Request, name: str) -> None:
        last = await self._spider.at_desk(self._spider.sink.last, name)
        if last is None or last.status in ABSENT:
            return
        tag, date = last.headers.get("etag"), last.headers.get("last-modified")
        if tag:
            request.headers["If-None-Match"] = tag
        if date:
            request.headers["If-Modified-Since"] = date
        self._conditional = bool(tag or date)  # a portal without validators is not looked up page by page

    async def process_response(self, request: Request, response: Response) -> Response:
        """The answer, archived; that of the last run where the portal says that nothing changed."""
        call = request.cb_kwargs.get("call")
        if not isinstance(call, Call) or REPLAYED in response.flags:
            return response
        name, at_desk, sink = fingerprint(call), self._spider.at_desk, self._spider.sink
        if response.status == 304:
            last = await at_desk(sink.last, name)
            if last is None:
                return response
            await at_desk(sink.archive, name, call.step, last)
            return _response(last, request, NOT_MODIFIED)
        if 200 <= response.status < 300 or (call.page and response.status in ABSENT):
            loop = asyncio.get_running_loop()
            kept = await loop.run_in_executor(_PACKER, sink.keep, response.body)
            stored = Stored(response.url, response.status, headers_of(response), response.body, kept)
            await at_desk(sink.archive, name, call.step, stored)
        return response


def _response(stored: Stored, request: Request, flag: str) -> Response:
    return Response(
        stored.url,
        status=stored.status,
        headers={name: value for name, value in stored.headers.items() if name != "content-encoding"},
        body=stored.body,
        flags=[flag],
        request=request,
    )
