"""One portal's crawl, from opening its sink to its one outcome."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from catalog.store.sink import CrawlFacts, PortalSink
from crawler.fetch.context import Context
from crawler.fetch.detect import PROOF, Detection, Inquiry
from crawler.fetch.detecting import DetectionSpider
from crawler.fetch.frontier import host_of
from crawler.fetch.outcomes import PRECEDENCE, verdict, worst
from crawler.fetch.robots import Robots
from crawler.fetch.spider import PortalSpider
from crawler.sources.local import is_local
from crawler.sources.protocol import Portal

logger = logging.getLogger(__name__)

OpenSink = Callable[[Portal], PortalSink]

OPT_OUT = "opt_out"
"""The setting of a portal whose operator does not want to be crawled: since when, or why."""
_NO_INTERFACE = "No machine interface that we know was found."
_NO_FILE = "Neither an inventory nor RDF was found there."
CHANGED = frozenset({"unreadable", "not_found"})
"""Failures after which another kind may stand at the address."""


@dataclass(slots=True)
class PortalResult:
    """How one portal's crawl ended. `portal` is as it was crawled; `detection` is there where one was needed, and says
    what the registry should know from now on."""

    portal: Portal
    outcome: str = ""
    facts: CrawlFacts = field(default_factory=CrawlFacts)
    detection: Detection | None = None


async def crawl_portal(context: Context, portal: Portal, open_sink: OpenSink) -> PortalResult:
    """Crawl one portal. Raises only what opening or closing the sink raises."""
    sink = await context.desk.run(open_sink, portal)
    try:
        result = await _go(context, portal, sink)
    except Exception as error:
        logger.exception("%s: our own fault", portal.key)
        result = own_fault(portal, error)
    result.outcome = await context.desk.run(sink.finish, result.facts, result.outcome or None)
    return result


def own_fault(portal: Portal, error: BaseException) -> PortalResult:
    """The result where not the portal but this program failed."""
    return PortalResult(portal, "failed_here", CrawlFacts(note=f"{type(error).__name__}: {error}"))


async def detect_portal(
    context: Context,
    portal: Portal,
    robots: Robots | None,
    trace: Callable[[str, int, str, str], None],
) -> tuple[Detection, DetectionSpider]:
    """Find out what stands at a portal's address; the spider knows the robots.txt and the traffic."""
    inquiry = Inquiry(portal, context.kinds, thorough=context.options.thorough)
    spider = await context.start(DetectionSpider, portal=portal, inquiry=inquiry, trace=trace, robots=robots)
    if spider.broken is not None:
        raise spider.broken
    return inquiry.detection(), spider


async def _go(context: Context, portal: Portal, sink: PortalSink) -> PortalResult:
    """The result without the part of the outcome that the sink knows."""
    if not (host_of(portal.base) or is_local(portal.url)):
        return PortalResult(portal, "not_found", CrawlFacts(note=f"{portal.base!r} is no address."))
    if portal.settings.get(OPT_OUT):
        return PortalResult(portal, "opted_out", CrawlFacts(note="The operator does not want to be crawled."))
    if context.desk.stop.is_set():
        return PortalResult(portal, "cancelled", CrawlFacts(note="Stopped before it began."))
    if portal.kind in context.kinds:
        return await _read_known(context, portal, sink)
    detection, detective = await detect_portal(context, portal, None, sink.evidence)
    if not detection.kind:
        result = _nothing_found(context, portal, detection)
    else:
        found = detection.applied_to(portal)
        spider = await _read(context, found, sink, detective.robots)
        result = PortalResult(found, _outcome(spider), spider.facts, detection)
    return _with_traffic(result, detective)


async def _read_known(context: Context, portal: Portal, sink: PortalSink) -> PortalResult:
    """Read a portal of a known kind; where nothing readable answers, see whether its kind has changed, with no more
    questions than any detection has: mostly the portal is only being repaired."""
    spider = await _read(context, portal, sink, None)
    result = PortalResult(portal, _outcome(spider), spider.facts)
    if result.outcome not in CHANGED or spider.pages:
        return result
    detection, detective = await detect_portal(context, portal, spider.robots, sink.evidence)
    if detection.kind != portal.kind and detection.confidence >= PROOF:
        result.detection = detection
        result.outcome = "changed_kind"
        result.facts.note = f"The portal is no longer {portal.kind} but {detection.kind}."
    return _with_traffic(result, detective)


def _with_traffic(result: PortalResult, detective: DetectionSpider) -> PortalResult:
    requests, size = detective.traffic()
    result.facts.requests += requests
    result.facts.bytes += size
    return result


async def _read(context: Context, portal: Portal, sink: PortalSink, robots: Robots | None) -> PortalSpider:
    spider = await context.start(
        PortalSpider,
        portal=portal,
        source=context.kinds[portal.kind],
        sink=sink,
        progress=context.progress,
        budget=context.budget,
        robots=robots,
    )
    await spider.conclude()
    return spider


def _outcome(spider: PortalSpider) -> str:
    """The outcome as far as the crawl itself knows it; empty: the sink decides."""
    if spider.broken is not None:
        spider.facts.note = f"{type(spider.broken).__name__}: {spider.broken}"
        return "failed_here"
    return "cancelled" if spider.cancelled else verdict(spider.facts) or ""


def _nothing_found(context: Context, portal: Portal, detection: Detection) -> PortalResult:
    if context.desk.stop.is_set():
        return PortalResult(portal, "cancelled", detection=detection)
    known = context.kinds
    slugs = Counter("nothing" if step.verdict in known else step.verdict for step in detection.evidence)
    failed = not slugs["nothing"] and any(slugs[slug] for slug in PRECEDENCE)
    outcome = worst(slugs) if failed else "not_found"
    last = detection.evidence[-1].proof if failed and detection.evidence else ""
    note = last or (_NO_FILE if is_local(portal.url) else _NO_INTERFACE)
    return PortalResult(portal, outcome, CrawlFacts(note=note), detection)
