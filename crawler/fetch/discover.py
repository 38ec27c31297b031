"""Carries out searches for home pages: many towns at a time, never two requests to one host, every rule of robots.txt."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from urllib.parse import urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.exceptions import CannotResolveHostError
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.discovery.search import Answer, Ask, Finding, Search, Seen
from crawler.fetch import reactor
from crawler.fetch.archive import headers_of
from crawler.fetch.guard import RESOLVER
from crawler.fetch.options import MEGABYTE, Options
from crawler.fetch.outcomes import failure_of
from crawler.fetch.reactor import Desk
from crawler.fetch.robots import Robots, no_robots, read_robots, robots_url
from crawler.fetch.settings import scrapy_settings
from crawler.formats.html_page import read_page
from crawler.formats.reading import UnreadablePayload

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

LARGEST_PAGE = 4 * MEGABYTE
REMEMBERED = 1_000
"""Hosts whose rules, and portals' pages that, are kept in memory."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SHARED = frozenset({"portal"})
"""Steps whose pages several towns lead to."""

T = TypeVar("T")


class Keeper(Protocol):
    """Keeps what searches find. Called in the caller's thread, one call after the other."""

    def steps(self, ags: str, seen: list[Seen]) -> None:
        """Keep evidence."""

    def found(self, finding: Finding) -> None:
        """Keep what a search came to; it is not called for a search that was broken off."""


def discover(searches: Iterable[Search], keeper: Keeper, options: Options | None = None) -> list[Finding]:
    """Carry out searches; `options.jobs` at a time. Blocks until all are done or a stop is asked for (SIGINT, SIGTERM).

    Returns what was found, in no order; searches that were broken off are not in it. Raises what `keeper` raises.
    """
    chosen = options or Options()
    chosen = replace(chosen, max_bytes=min(chosen.max_bytes, LARGEST_PAGE))

    async def work(desk: Desk) -> list[Finding]:
        RESOLVER.allow_private, RESOLVER.hosts = chosen.allow_private, chosen.hosts
        logging.getLogger("scrapy").setLevel(logging.ERROR)
        runner = AsyncCrawlerRunner({**scrapy_settings(chosen), **_wide(chosen)})
        crawler = runner.create_crawler(DiscoverySpider)
        await runner.crawl(crawler, searches=iter(searches), keeper=keeper, options=chosen, desk=desk)
        spider = crawler.spider
        assert isinstance(spider, DiscoverySpider)
        if spider.broken is not None:
            raise spider.broken
        return spider.findings

    return reactor.run(work)


def _wide(options: Options) -> dict[str, Any]:
    """One crawler asks many hosts here, one request to each at a time."""
    return {"CONCURRENT_REQUESTS": max(1, options.jobs), "CONCURRENT_REQUESTS_PER_DOMAIN": 1}


class _Remembered(Generic[T]):
    """What was asked for once is not asked for again, while it is remembered; who comes in between waits for it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, asyncio.Future[T]] = OrderedDict()

    async def get(self, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` returned under this name."""
        known = self._kept.get(name)
        if known is None:
            known = self._kept[name] = asyncio.ensure_future(ask())
        self._kept.move_to_end(name)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return await asyncio.shield(known)


class DiscoverySpider(Spider):
    """Leads every search through its pages. `findings` holds what came of them, `broken` our own exception."""

    name = "discovery"

    def __init__(self, *, searches: Iterator[Search], keeper: Keeper, options: Options, desk: Desk) -> None:
        super().__init__()
        self.options = options
        self.findings: list[Finding] = []
        self.broken: BaseException | None = None
        self._searches = searches
        self._keeper = keeper
        self._desk = desk
        self._rules: _Remembered[Robots | Answer] = _Remembered()
        self._pages: _Remembered[Answer] = _Remembered()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> DiscoverySpider:
        """Scrapy's way to build a spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.break_off, signals.spider_error)
        return spider

    def break_off(self, failure: Any) -> None:
        """Our own exception outside of a search."""
        self.broken = failure.value

    async def start(self) -> AsyncIterator[Request]:
        """Everything happens here: no request goes through the scheduler, since each town waits for its own answers."""
        workers = [self._work() for _ in range(max(1, self.options.jobs))]
        try:
            await asyncio.gather(*workers)
        except Exception as error:
            logger.exception("discovery: our own fault")
            self.broken = error
        for request in list[Request]():
            yield request

    async def _work(self) -> None:
        for search in self._searches:
            if self._desk.stop.is_set() or self.broken is not None:
                return
            await self._carry_out(search)

    async def _carry_out(self, search: Search) -> None:
        noted = 0
        while (ask := search.ask) is not None:
            if self._desk.stop.is_set():
                return
            search.take(await self._answer(ask))
            if len(search.seen) > noted:
                await self._desk.run(self._keeper.steps, search.town.ags, search.seen[noted:])
                noted = len(search.seen)
        await self._desk.run(self._keeper.found, search.finding)
        self.findings.append(search.finding)

    async def _answer(self, ask: Ask) -> Answer:
        if ask.step in _SHARED:
            return await self._pages.get(ask.url, lambda: self._page(ask.url))
        return await self._page(ask.url)

    async def _page(self, url: str) -> Answer:
        """The page at an address, through its redirects; each host on the way is asked for its rules first."""
        for _ in range(self.options.redirects + 1):
            response = await self._response(url)
            if isinstance(response, Answer):
                return response
            target = response.headers.get("Location")
            if response.status not in _REDIRECTS or not target:
                return _read(response)
            url = urljoin(response.url, target.decode("latin-1"))
        return Answer(url, 0, slug="unreachable", sentence="The address redirects in a circle or too often.")

    async def _response(self, url: str) -> Response | Answer:
        rules = await self._rules.get(robots_url(url), lambda: self._ask_rules(url))
        if isinstance(rules, Answer):
            return replace(rules, url=url)
        if not rules.allows(url, interface=False):
            return Answer(url, 0, slug="blocked", sentence=f"robots.txt forbids {url}.")
        return await self._download(url)

    async def _ask_rules(self, url: str) -> Robots | Answer:
        """The rules of a host; the failure where the host does not answer at all."""
        address = robots_url(url)
        for _ in range(self.options.redirects + 1):
            response = await self._download(address)
            if isinstance(response, Answer):
                return no_robots(0, "strict") if response.slug == "too_large" else response
            target = response.headers.get("Location")
            if response.status not in _REDIRECTS or not target:
                return self._rules_in(response, url)
            address = urljoin(response.url, target.decode("latin-1"))
        return no_robots(404, "strict")

    def _rules_in(self, response: Response, url: str) -> Robots:
        if response.status >= 300:
            return no_robots(response.status, "strict")
        rules = read_robots(response.body, "strict")
        self._slow_down(urlsplit(url).hostname or "", rules.delay)
        return rules

    def _slow_down(self, host: str, delay: float) -> None:
        pause = max(self.options.delay, min(delay, self.options.crawl_delay_cap))
        downloader = self.crawler.engine.downloader
        downloader.per_slot_settings[host] = {"delay": pause}
        if host in downloader.slots:
            downloader.slots[host].delay = pause

    async def _download(self, url: str) -> Response | Answer:
        meta = {"dont_redirect": True, "max_retry_times": 0}
        try:
            return await self.crawler.engine.download_async(Request(url, dont_filter=True, meta=meta))
        except Exception as error:  # noqa: BLE001 - the boundary around one request: a failure is an answer
            slug, sentence = failure_of(error)
            return Answer(url, 0, None, slug, sentence, isinstance(error, CannotResolveHostError))


def _read(response: Response) -> Answer:
    """A page of HTML, something else, or a refusal."""
    if response.status >= 300:
        slug, sentence = failure_of(HttpError(response))
        return Answer(response.url, response.status, None, slug, sentence)
    try:
        page = read_page(response.body, headers_of(response).get("content-type", ""), response.url)
    except UnreadablePayload:
        page = None
    except Exception:
        logger.debug("%s could not be read", response.url, exc_info=True)
        page = None
    return Answer(response.url, response.status, page)
