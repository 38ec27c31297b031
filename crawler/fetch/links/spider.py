"""The spider that checks links: many hosts at once, one request to each at a time, every rule of robots.txt."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from scrapy import Request, Spider, signals
from scrapy.exceptions import StopDownload

from catalog.store.link_uses import host_of
from catalog.store.links import Checked, DueLink
from crawler.fetch.links.answers import failure_of, reply_of
from crawler.fetch.links.course import Ask, check
from crawler.fetch.links.judging import Finding, Reply
from crawler.fetch.links.network import Network
from crawler.fetch.links.rules import Rules
from crawler.fetch.robots import robots_url

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.fetch.options import Options
    from crawler.fetch.reactor import Desk

logger = logging.getLogger(__name__)

PIECE = 20
"""Links of one host that are taken at a time; then the next host has its turn."""
SOON = 1.0
"""Seconds until what was found is kept."""
FEW = 2
"""A host with so few links is not kept connected."""


class Keeper(Protocol):
    """Knows which links are due and keeps what was found. Called in the caller's thread, one call after the other."""

    def hosts(self) -> list[tuple[str, int]]:
        """Hosts that may be asked, and how many of their links are to be checked."""

    def due(self, host: str, count: int, after: tuple[str, int]) -> list[DueLink]:
        """The next links of a host."""

    def keep(self, results: list[Checked]) -> None:
        """Keep results, in one transaction."""

    def witnesses(self) -> list[str]:
        """Addresses on hosts that answered before."""


@dataclass(slots=True)
class _Lane:
    """The links of one host, one after the other. `bad`: connections that failed in a row."""

    host: str
    after: tuple[str, int] = ("", 0)
    bad: int = 0
    close: bool = False


class LinkSpider(Spider):
    """Checks what is due, at most `limit` links. Afterwards `network.offline` says whether we were on the network at all,
    `broken` holds our own exception."""

    name = "links"

    def __init__(self, *, keeper: Keeper, options: Options, desk: Desk, limit: int | None = None) -> None:
        super().__init__()
        self.options = options
        self.network = Network()
        self.broken: BaseException | None = None
        self.kept = 0
        self.stopped = False
        self._keeper, self._desk = keeper, desk
        self._left = limit
        self._lanes: deque[_Lane] = deque()
        self._ready: list[Checked] = []
        self._settling = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._rules = Rules(self._fetch, self._slow_down, options.retry_wait)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> LinkSpider:
        """Scrapy's way to build a spider."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.read_on, signals.bytes_received)
        return spider

    def read_on(self, data: bytes, request: Request) -> None:
        """Raises StopDownload once enough of a body was read."""
        request.meta["received"] = request.meta.get("received", 0) + len(data)
        if request.meta["received"] >= request.meta["length"]:
            raise StopDownload(fail=False)

    async def start(self) -> AsyncIterator[Request]:
        """Everything happens here: no request goes through the scheduler, since each host waits for its own answers."""
        try:
            hosts = await self._desk.run(self._keeper.hosts)
            self._lanes.extend(_Lane(host, close=count <= FEW) for host, count in hosts)
            await self._until_stopped()
        except Exception as error:
            logger.exception("links: our own fault")
            self.broken = error
        for request in list[Request]():
            yield request

    async def _until_stopped(self) -> None:
        everyone = asyncio.ensure_future(self._work_together())
        stop = asyncio.ensure_future(self._desk.stop.wait())
        writer = asyncio.ensure_future(self._write_soon())
        await asyncio.wait([everyone, stop], return_when=asyncio.FIRST_COMPLETED)
        self.stopped = not everyone.done()
        for task in (everyone, stop, writer):
            task.cancel()
        await asyncio.wait([everyone, stop, writer])
        if not self.stopped:
            everyone.result()
            await self._settle(at_the_end=True)
        await self._write()

    async def _work_together(self) -> None:
        count = min(max(1, self.options.jobs), len(self._lanes))
        await asyncio.gather(*(self._work() for _ in range(count)))

    async def _write_soon(self) -> None:
        while True:
            await asyncio.sleep(SOON)
            await self._write()

    async def _write(self) -> None:
        """Keep what is ready. A stop in the middle does not break it off."""
        await asyncio.shield(asyncio.ensure_future(self._keep_ready()))

    async def _keep_ready(self) -> None:
        async with self._writing:
            results, self._ready = self._ready, []
            if results:
                await self._desk.run(self._keeper.keep, results)
                self.kept += len(results)

    async def _work(self) -> None:
        while self._lanes and not self.network.offline and (self._left is None or self._left > 0):
            lane = self._lanes.popleft()
            if await self._drive(lane):
                self._lanes.append(lane)

    async def _drive(self, lane: _Lane) -> bool:
        """Check a piece of a host's links; whether there may be more."""
        count = self._share()
        self._left = None if self._left is None else self._left - count
        links = await self._desk.run(self._keeper.due, lane.host, count, lane.after)
        done, pausing = 0, False
        for link in links:
            if pausing or self.network.offline:
                break
            pausing = await self._check(lane, link)
            lane.after, done = link.place, done + 1
        self._left = None if self._left is None else self._left + count - done
        await self._write()
        return bool(links) and not pausing

    def _share(self) -> int:
        """How many links a host gets at a time; where there is a limit, all hosts get some."""
        return PIECE if self._left is None else min(PIECE, max(1, self._left // self.options.jobs))

    async def _check(self, lane: _Lane, link: DueLink) -> bool:
        """Check one link; whether its host wants to be left alone now."""

        async def answering(ask: Ask) -> Reply:
            return await self._answer(ask, lane.close)

        found = await check(link, answering, lambda: datetime.now(UTC))
        lane.bad = lane.bad + 1 if found.silent else 0
        if lane.bad == 3:
            self._rules.forget(link.url)
        await self._take(link, found)
        return any(host == lane.host and seconds > 0 for host, seconds in found.cooling)

    async def _take(self, link: DueLink, found: Finding) -> None:
        answered = () if found.silent else (link.host,)
        result = Checked(
            *(link.id, link.host, found.state, found.status, found.content_type, found.size, found.final_url),
            *(found.problem, found.cooling, answered if found.status else ()),
        )
        if not found.silent:
            self._ready.append(result)
            return
        self.network.silent(result)
        if self.network.in_doubt:
            await self._settle()

    async def _settle(self, at_the_end: bool = False) -> None:
        """Find out whether we are on the network: where a witness answers, silence is believed, otherwise nothing is
        kept of it and the run ends."""
        async with self._settling:
            if self.network.offline or not (self.network.in_doubt or (at_the_end and self.network.held)):
                return
            others = await self._desk.run(self._keeper.witnesses)
            witnesses = self.network.witnesses(others)
            if any(await asyncio.gather(*map(self._is_there, witnesses))):
                self._ready += self.network.believe()
                return
            self.network.offline = True
            self._lanes.clear()

    async def _is_there(self, url: str) -> bool:
        """Whether anything answers at the place of an address."""
        return (await self._fetch(Ask("GET", robots_url(url)))).status > 0

    async def _answer(self, ask: Ask, close: bool) -> Reply:
        standing = await self._rules.of(ask.url)
        if isinstance(standing, Reply):
            return Reply(ask.url, failure=standing.failure)
        if not standing.allows(ask.url, interface=False):
            return Reply(ask.url, failure="robots-unreadable" if standing.closed else "robots")
        return await self._fetch(ask, close)

    async def _fetch(self, ask: Ask, close: bool = False) -> Reply:
        """One request; a failure is an answer too."""
        headers = {"Accept-Encoding": "identity"}
        headers |= {"Range": f"bytes=0-{ask.length - 1}"} if ask.part else {}
        headers |= {"Connection": "close"} if close else {}
        host = host_of(ask.url)
        meta = {"download_slot": host, "length": ask.length, "download_timeout": self.options.timeout}
        try:
            request = Request(ask.url, method=ask.method, headers=headers, meta=meta, dont_filter=True)
        except ValueError:
            return Reply(ask.url, failure="no-address")
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - the boundary around one request: a failure is an answer
            logger.debug("%s: %r", ask.url, error)
            return Reply(ask.url, failure=failure_of(error))
        self._ready += self.network.answered(host, ask.url)
        return reply_of(response, ask.length)

    def _slow_down(self, url: str, delay: float) -> None:
        """The pace that robots.txt asks for, for the host's slot of now and to come."""
        host = host_of(url)
        pause = max(self.options.delay, min(delay, self.options.crawl_delay_cap))
        downloader = self.crawler.engine.downloader
        if pause > self.options.delay:
            downloader.per_slot_settings[host] = {"delay": pause}
            if host in downloader.slots:
                downloader.slots[host].delay = pause
