"""Runs: crawls of many portals in one process, no host twice at once; detection and preview."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit

from scrapy.crawler import AsyncCrawlerRunner

from catalog.store.sink import CrawlFacts
from crawler.fetch import reactor
from crawler.fetch.budget import Budget
from crawler.fetch.context import Context
from crawler.fetch.detect import Asked, Detection
from crawler.fetch.frontier import host_of
from crawler.fetch.garbage import sweep
from crawler.fetch.guard import RESOLVER
from crawler.fetch.memory import MemorySink
from crawler.fetch.options import Options
from crawler.fetch.portal_crawl import OpenSink, PortalResult, crawl_portal, detect_portal, own_fault
from crawler.fetch.progress import Progress, Silent
from crawler.fetch.reactor import Desk, is_fault_of_the_machine
from crawler.fetch.settings import scrapy_settings
from crawler.sources.local import is_local
from crawler.sources.protocol import Portal, Source
from crawler.sources.registry import sources

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(slots=True)
class Preview:
    """What a crawl of a portal would bring, as far as it was looked at."""

    result: PortalResult
    sink: MemorySink


def crawl(
    portals: Sequence[Portal],
    open_sink: OpenSink,
    options: Options | None = None,
    progress: Progress | None = None,
    kinds: Mapping[str, Source] | None = None,
) -> list[PortalResult]:
    """Crawl portals and return one result for each, in their order. Blocks until all are done.

    Sinks are opened and called in the calling thread. `kinds` are the portal kinds known (default: all). On SIGINT or
    SIGTERM what was read so far is kept and the portals left end as `cancelled`. Once the run's budget is spent no portal is
    begun: those left have a result without an outcome.
    """

    async def work(desk: Desk) -> list[PortalResult]:
        context = _context(desk, options, progress, kinds)

        async def one(portal: Portal) -> PortalResult:
            return await _crawl_one(context, portal, open_sink)

        return await _by_host(portals, one, context.options.jobs)

    return reactor.run(work)


def detect(
    asked: Sequence[str | Portal],
    options: Options | None = None,
    kinds: Mapping[str, Source] | None = None,
) -> list[Detection]:
    """Say what stands at each address, with evidence; of a portal, what is known of it is asked first. Blocks until all
    are done."""
    portals = [Portal(key=each, url=each) if isinstance(each, str) else each for each in asked]

    async def work(desk: Desk) -> list[Detection]:
        context = _context(desk, options, None, kinds)

        async def one(portal: Portal) -> Detection:
            return await _detect_one(context, portal)

        return await _by_host(portals, one, context.options.jobs)

    return reactor.run(work)


def preview(
    portal: Portal, options: Options | None = None, limit: int = 20, kinds: Mapping[str, Source] | None = None
) -> Preview:
    """The whole way of a crawl, up to `limit` records, into memory."""
    sink = MemorySink()
    chosen = replace(options or Options(), limit=limit, full=True)
    (result,) = crawl([portal], lambda _: sink, chosen, kinds=kinds)
    return Preview(result, sink)


def _context(
    desk: Desk, options: Options | None, progress: Progress | None, kinds: Mapping[str, Source] | None
) -> Context:
    chosen = options or Options()
    RESOLVER.allow_private, RESOLVER.hosts = chosen.allow_private, chosen.hosts
    logging.getLogger("scrapy").setLevel(
        logging.ERROR
    )  # below that Scrapy tells of things that are outcomes here
    runner = AsyncCrawlerRunner(scrapy_settings(chosen))
    known = sources() if kinds is None else kinds
    return Context(desk, chosen, progress or Silent(), known, runner, Budget.of(chosen))


async def _crawl_one(context: Context, portal: Portal, open_sink: OpenSink) -> PortalResult:
    """The boundary around one portal: whatever happens, it ends with exactly one outcome."""
    if reason := context.budget.spent:
        return PortalResult(portal, facts=CrawlFacts(note=reason))
    context.progress.begin(portal)
    try:
        result = await crawl_portal(context.suited_to(portal), portal, open_sink)
    except Exception as error:
        logger.error("%s: our own fault", portal.key, exc_info=not is_fault_of_the_machine(error))
        result = own_fault(portal, error)
    context.budget.note(portal.key, result.facts.requests)
    context.progress.end(portal, result.outcome, result.facts)
    return result


async def _detect_one(context: Context, portal: Portal) -> Detection:
    if not (host_of(portal.url) or is_local(portal.url)):
        return Detection(evidence=[Asked(portal.url, 0, "not_found", "This is no address.")])
    try:
        return (await detect_portal(context.suited_to(portal), portal, None, _forget))[0]
    except Exception:
        logger.exception("%s: our own fault", portal.url)
        return Detection(evidence=[Asked(portal.url, 0, "failed_here", "The detection failed; see the log.")])


def _forget(url: str, status: int, verdict: str, proof: str) -> None:
    """Evidence stands in the detection already."""


async def _by_host(portals: Sequence[Portal], one: Callable[[Portal], Awaitable[T]], jobs: int) -> list[T]:
    """Apply a function to each portal, `jobs` at a time, portals of one host one after the other; results in order."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, portal in enumerate(portals):
        groups[_machine(portal.base)].append(number)
    results: dict[int, T] = {}
    gate = asyncio.Semaphore(max(1, jobs))

    async def visit(group: list[int]) -> None:
        async with gate:
            for number in group:
                results[number] = await one(portals[number])
                sweep(len(results))

    await asyncio.gather(*(visit(group) for group in groups.values()))
    return [results[number] for number in range(len(portals))]


def _machine(url: str) -> str:
    """What must not be asked twice at once: the host name; on loopback, where every port is another server, the port too."""
    try:
        name = urlsplit(url).hostname or ""
    except ValueError:
        return url
    try:
        return host_of(url) if ip_address(name).is_loopback else name
    except ValueError:
        return host_of(url) if name == "localhost" else name
