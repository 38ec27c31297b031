"""What the portals of one run share, and how a spider is run to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar, cast

from scrapy.crawler import AsyncCrawlerRunner

from crawler.fetch.budget import Budget
from crawler.fetch.options import Options
from crawler.fetch.polite import PoliteSpider
from crawler.fetch.progress import Progress
from crawler.fetch.reactor import Desk
from crawler.sources.local import FILE_KINDS, is_local
from crawler.sources.protocol import Portal, Source

GRACE = 10.0
"""Seconds that a stopped crawl has for the requests under way."""

S = TypeVar("S", bound=PoliteSpider)


@dataclass(frozen=True, slots=True)
class Context:
    """One run. `kinds` are the portal kinds known, by slug in order of rank."""

    desk: Desk
    options: Options
    progress: Progress
    kinds: Mapping[str, Source]
    runner: AsyncCrawlerRunner
    budget: Budget = field(default_factory=Budget)

    def suited_to(self, portal: Portal) -> Context:
        """The same run with the kinds that may stand at the portal's address: on disk lie no interfaces."""
        if not is_local(portal.url):
            return self
        return replace(self, kinds={kind: self.kinds[kind] for kind in self.kinds if kind in FILE_KINDS})

    async def start(self, spider_class: type[S], **arguments: Any) -> S:
        """Run a spider to its end, or as far as a run that was told to stop lets it. Raises what kept it from starting."""
        crawler = self.runner.create_crawler(spider_class)
        task = self.runner.crawl(crawler, options=self.options, desk=self.desk, **arguments)
        stop = asyncio.ensure_future(self.desk.stop.wait())
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            await asyncio.wait({task}, timeout=GRACE)
        stop.cancel()
        if task.done():
            task.result()
        return cast(S, crawler.spider)
