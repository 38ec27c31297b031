"""A run of link checks: in one process, until all that is due was asked, a stop is asked for, or we are offline."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner

from crawler.fetch import reactor
from crawler.fetch.guard import RESOLVER
from crawler.fetch.links.spider import Keeper, LinkSpider
from crawler.fetch.options import Options
from crawler.fetch.reactor import Desk
from crawler.fetch.settings import scrapy_settings


@dataclass(frozen=True, slots=True)
class LinkRun:
    """What became of a run: `done`, `stopped` (by a signal) or `offline`; how many checks were kept, and how many were
    thrown away because nothing answered."""

    outcome: str
    checks: int
    dropped: int


def check_links(keeper: Keeper, options: Options | None = None, limit: int | None = None) -> LinkRun:
    """Check the links that the keeper names, `options.jobs` hosts at a time. Blocks until the run ends; the keeper is
    called in the calling thread. Raises what it raises."""
    chosen = options or Options()

    async def work(desk: Desk) -> LinkRun:
        RESOLVER.allow_private, RESOLVER.hosts = chosen.allow_private, chosen.hosts
        logging.getLogger("scrapy").setLevel(logging.ERROR)
        runner = AsyncCrawlerRunner({**scrapy_settings(chosen), **_settings(chosen)})
        crawler = runner.create_crawler(LinkSpider)
        await runner.crawl(crawler, keeper=keeper, options=chosen, desk=desk, limit=limit)
        spider = crawler.spider
        assert isinstance(spider, LinkSpider)
        if spider.broken is not None:
            raise spider.broken
        outcome = "offline" if spider.network.offline else "stopped" if spider.stopped else "done"
        return LinkRun(outcome, spider.kept, len(spider.network.held))

    return reactor.run(work)


def _settings(options: Options) -> dict[str, Any]:
    """What differs from a crawl: many hosts, one request to each; answers are taken as they are, and only their beginning."""
    return {
        "CONCURRENT_REQUESTS": max(1, options.jobs),
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOADER_MIDDLEWARES": {"crawler.fetch.guard.GuardMiddleware": 30},  # no archive; 429 is an answer
        "REDIRECT_ENABLED": False,  # each hop is asked for its rules first
        "COMPRESSION_ENABLED": False,  # the beginning of a packed body cannot be unpacked by Scrapy
        "DOWNLOAD_MAXSIZE": 0,  # a large file is not an error: reading stops early
        "DOWNLOAD_FAIL_ON_DATALOSS": False,  # what is read suffices
    }
