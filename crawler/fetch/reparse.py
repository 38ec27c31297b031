"""The archive read again with today's reader, without network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

from catalog.store.sink import PortalSink, Stored
from crawler.fetch.frontier import Frontier, fingerprint
from crawler.fetch.garbage import seldom_collected
from crawler.fetch.intake import Intake
from crawler.fetch.options import Options
from crawler.fetch.outcomes import verdict
from crawler.fetch.portal_crawl import PortalResult
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Payload, Portal, Source
from crawler.sources.registry import sources


def reparse(
    portal: Portal,
    archived: Callable[[str], Stored | None],
    sink: PortalSink,
    kinds: Mapping[str, Source] | None = None,
) -> PortalResult:
    """Read a portal's listing from the archive into a sink. `archived` gives what answered a call, by its fingerprint.

    Calls are followed as in a crawl, so that each payload is read with its own call. A payload that is not kept counts
    as a failure, so nothing is marked gone for want of it. Raises KeyError for a kind that is not known.
    """
    source = (sources() if kinds is None else kinds)[portal.kind]
    again = _Again(portal, source, sink, archived)
    with seldom_collected():
        again.walk()
    outcome = sink.finish(again.intake.facts, verdict(again.intake.facts))
    return PortalResult(portal, outcome, again.intake.facts)


class _Again:
    """One portal's listing, walked through the archive."""

    def __init__(
        self, portal: Portal, source: Source, sink: PortalSink, archived: Callable[[str], Stored | None]
    ) -> None:
        self.intake = Intake(portal, source, sink)
        self._portal = portal
        self._source = source
        self._archived = archived
        self._frontier = Frontier(portal, Options().max_calls)
        self._pages = 0

    def walk(self) -> None:
        """Read every page that is kept."""
        started = monotonic()
        self._frontier.open(self._source.start(self._portal))
        while (call := self._frontier.next()) is not None:
            stored = self._archived(fingerprint(call))
            if stored is None:
                self._miss(call)
            else:
                self._read(call, stored)
        facts = self.intake.facts
        facts.seconds = monotonic() - started
        facts.over_budget = self._frontier.exhausted
        self.intake.conclude(bool(self._pages))

    def _read(self, call: Call, stored: Stored) -> None:
        if self._frontier.is_dead_link(call, stored.status):
            return
        self._frontier.answered(call, stored.url)
        try:
            page = self.intake.page(call, Payload(stored.url, stored.status, stored.headers, stored.body))
        except UnreadablePayload as error:
            self._fail(call, "unreadable", str(error))
            return
        self._pages += 1
        self._frontier.follow(page.calls, stored.url)
        self.intake.take(page)

    def _miss(self, call: Call) -> None:
        """The crawl may have asked in parts; but an archive without the first page is none."""
        parts = self._source.split(self._portal, call) if self._pages else []
        if parts:
            self._frontier.insert(parts)
        else:
            self._fail(call, "unreachable", "The archive does not hold this payload.")

    def _fail(self, call: Call, slug: str, sentence: str) -> None:
        if not call.optional:
            self.intake.facts.failures[slug] += 1
            self.intake.facts.note = self.intake.facts.note or sentence
