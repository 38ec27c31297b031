"""The manner that all our spiders share: robots.txt first, at the pace it asks for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider

from crawler.fetch.archive import headers_of
from crawler.fetch.outcomes import failure_of, status_of
from crawler.fetch.robots import Robots, no_robots, read_robots, robots_url
from crawler.sources.local import is_local
from crawler.sources.protocol import Call, Payload, Portal

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.fetch.options import Options
    from crawler.fetch.reactor import Desk

ROBOTS_TIMEOUT = 20.0

T = TypeVar("T")
P = ParamSpec("P")


class PoliteSpider(Spider):
    """Reads robots.txt, sets the pace, then begins. `broken` holds our own exception, should there be one."""

    name = "polite"

    def __init__(
        self,
        *,
        portal: Portal,
        options: Options,
        desk: Desk,
        trace: Callable[..., None],
        robots: Robots | None,
    ) -> None:
        super().__init__(portal.key or urlsplit(portal.base).hostname or "portal")
        self.portal = portal
        self.options = options
        self.desk = desk
        self.robots = robots or Robots(portal.robots)
        self.broken: BaseException | None = None
        self.concluded = False
        self._robots_known = robots is not None
        self._trace = trace

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> PoliteSpider:
        """Scrapy's way to build a spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.break_off, signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """The first requests."""
        if self._robots_known or is_local(self.portal.url):
            for request in self._begin_slowly():
                yield request
            return
        yield Request(
            robots_url(self.portal.base),
            callback=self.parse_robots,
            errback=self.fail_robots,
            dont_filter=True,
            meta={"max_retry_times": 0, "download_timeout": min(ROBOTS_TIMEOUT, self.options.timeout)},
        )

    async def parse_robots(self, response: Response) -> AsyncIterator[Request]:
        """Take the rules and begin."""
        self.robots = read_robots(response.body, self.portal.robots)
        await self.record(response.url, response.status, "robots", self.robots.proof)
        for request in self._begin_slowly():
            yield request

    async def fail_robots(self, failure: Failure) -> AsyncIterator[Request]:
        """Begin without rules, as far as that is allowed."""
        status = status_of(failure.value)
        self.robots = no_robots(status, self.portal.robots)
        proof = self.robots.proof if status else f"{self.robots.proof} {failure_of(failure.value)[1]}"
        await self.record(robots_url(self.portal.base), status, "robots", proof)
        for request in self._begin_slowly():
            yield request

    def traffic(self) -> tuple[int, int]:
        """Requests made and bytes received so far."""
        stats = self.crawler.stats
        requests = stats.get_value("downloader/request_count", 0)
        return int(requests), int(stats.get_value("downloader/response_bytes", 0))

    def begin(self) -> Iterator[Request]:
        """The requests to make once the rules are known."""
        raise NotImplementedError

    def break_off(self, failure: Failure) -> None:
        """Our own exception: Scrapy has logged it; the portal's crawl ends."""
        self.broken = failure.value

    async def at_desk(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have something done in the caller's thread. Raises CloseSpider once the portal's run is closed: a spider that
        was left behind by a stop hands nothing over any more."""
        if self.concluded:
            raise CloseSpider("concluded")
        return await self.desk.run(function, *args, **kwargs)

    async def record(self, url: str, status: int, verdict: str, proof: str) -> None:
        """Keep evidence."""
        await self.at_desk(self._trace, url, status, verdict, proof)

    def _begin_slowly(self) -> Iterator[Request]:
        delay = max(self.options.delay, min(self.robots.delay, self.options.crawl_delay_cap))
        delay = 0.0 if is_local(self.portal.url) else delay
        downloader = self.crawler.engine.downloader
        for url in (self.portal.base, self.portal.url):
            host = urlsplit(url).hostname or ""
            downloader.per_slot_settings[host] = {"delay": delay}  # for slots to come
            if host in downloader.slots:
                downloader.slots[host].delay = delay
        yield from self.begin()


def payload_of(response: Response) -> Payload:
    """An answer as data."""
    return Payload(response.url, response.status, headers_of(response), response.body)


def request_of(call: Call, **kwargs: Any) -> Request:
    """A call as Scrapy's request. Raises ValueError for an address that is none."""
    headers = dict(call.headers)
    return Request(call.url, method=call.method, headers=headers, body=call.body, dont_filter=True, **kwargs)
