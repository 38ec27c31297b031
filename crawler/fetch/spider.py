"""The one spider for all portal kinds: asks what the source calls for, and hands what answers to the intake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import Request

from catalog.store.sink import CrawlFacts, PortalSink, Reject
from crawler.fetch.archive import NOT_MODIFIED, REPLAYED
from crawler.fetch.frontier import Frontier, fingerprint
from crawler.fetch.intake import Intake
from crawler.fetch.outcomes import can_be_split, failure_of, is_server_error, status_of
from crawler.fetch.polite import PoliteSpider, payload_of, request_of
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Payload, Source

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.fetch.budget import Budget
    from crawler.fetch.progress import Progress

WINDOW = 3
"""Pages under way at once: one being read and stored, two being fetched. Bounds memory whatever the portal's size."""
REFUSED = frozenset({400, 404, 405, 409, 410, 501})
PATIENCE = 15
"""Calls that may fail one after the other before the portal is given up for this run."""
FIRST_PATIENCE = 4
"""The same as long as nothing was read at all."""
REPEATS = 5
"""Pages one after the other that came already: the portal does not page, and would be asked for ever."""


class PortalSpider(PoliteSpider):
    """Reads one portal. After the crawl `facts` says what happened, `cancelled` whether it was told to stop."""

    name = "portal"

    def __init__(
        self, *, source: Source, sink: PortalSink, progress: Progress, budget: Budget, **kwargs: Any
    ) -> None:
        super().__init__(trace=sink.evidence, **kwargs)
        self.source = source
        self.sink = sink
        self.intake = Intake(self.portal, source, sink, self.options.limit)
        self.frontier = Frontier(self.portal, self.options.max_calls)
        self.cancelled = False
        self.pages = 0
        self._progress = progress
        self._budget = budget
        self._started = monotonic()
        self._under_way = 0
        self._sent = 1  # robots.txt
        self._in_a_row = 0
        self._fresh = 0
        self._not_modified = 0
        self._parts: set[str] = set()
        self._broken_parts: list[Reject] = []
        self._reading = asyncio.Lock()

    @property
    def facts(self) -> CrawlFacts:
        """What happened so far."""
        return self.intake.facts

    def begin(self) -> Iterator[Request]:
        """The first calls of the listing."""
        self.frontier.open(self.source.start(self.portal))
        yield from self._release()

    async def parse(self, response: Response, call: Call) -> AsyncIterator[Request]:
        """Read a page; ask for the next ones while it is being stored."""
        self._note_answer(call, response)
        payload = payload_of(response)
        try:
            async with self._reading:  # one page in parsed form at a time
                page = await self.at_desk(self.intake.page, call, payload)
                self._follow(page.calls, payload)
                for request in self._release():
                    yield request
                await self.at_desk(self.intake.take, page)
        except UnreadablePayload as error:
            await self._fail(call, payload.status, "unreadable", str(error))
        self._finish_call()
        for request in self._release():
            yield request

    async def fail(self, failure: Failure) -> AsyncIterator[Request]:
        """A call that failed for good: ask for its parts, or count it."""
        call: Call = failure.request.cb_kwargs["call"]  # type: ignore[attr-defined]
        error = failure.value
        self._in_a_row += 1
        worth_it = can_be_split(error) and not self._out_of_patience()
        parts = self.source.split(self.portal, call) if worth_it else []
        if parts:
            self._parts.update(map(fingerprint, parts))
            self.frontier.insert(parts)
        elif self.frontier.is_dead_link(call, status_of(error)):
            self._in_a_row = 0
            await self.record(call.url, status_of(error), *failure_of(error))
        elif is_server_error(error) and fingerprint(call) in self._parts:
            await self._lose_part(call, status_of(error), failure_of(error)[1])
        elif not await self._led_elsewhere(call, error):
            await self._fail(call, status_of(error), *failure_of(error))
        self._finish_call()
        for request in self._release():
            yield request

    async def _led_elsewhere(self, call: Call, error: BaseException | None) -> bool:
        """Whether the source knows another way where the portal refuses a call (an action that it does not have)."""
        if error is None or status_of(error) not in REFUSED:
            return False
        payload = payload_of(error.response)  # type: ignore[attr-defined]
        try:
            page = await self.at_desk(self.intake.page, call, payload)
        except UnreadablePayload:
            return False
        self.frontier.follow(page.calls, payload.url)
        return bool(page.calls)

    async def conclude(self) -> None:
        """Complete the facts once nothing is under way."""
        await self._settle_parts()
        facts = self.facts
        facts.faults.update(self.frontier.faults)
        facts.requests, facts.bytes = self.traffic()
        facts.seconds = monotonic() - self._started
        if self.frontier.exhausted:
            facts.over_budget = True
            facts.note = f"Stopped after {self.frontier.cap} calls."
        left = bool(self._under_way) or not self.pages
        self.cancelled = self.cancelled or (self.desk.stop.is_set() and left)
        self.concluded = True
        ended = bool(self.pages) and not (self._under_way or self.cancelled or self.broken)
        self.intake.conclude(ended, bool(self.frontier.left_out))
        facts.not_modified = facts.walked and bool(self._not_modified) and not self._fresh

    def _note_answer(self, call: Call, response: Response) -> None:
        self._in_a_row = 0
        self._not_modified += NOT_MODIFIED in response.flags
        self._fresh += not {NOT_MODIFIED, REPLAYED} & set(response.flags)
        self.frontier.answered(call, response.url)

    def _follow(self, calls: list[Call], payload: Payload) -> None:
        self.pages += 1
        self.frontier.follow(calls, payload.url)

    def _finish_call(self) -> None:
        self._under_way -= 1
        self.facts.requests, self.facts.bytes = self.traffic()
        self._progress.page(self.portal, self.facts)

    def _release(self) -> Iterator[Request]:
        """Requests for waiting calls, as many as may be under way."""
        while self._under_way < WINDOW and (call := self._next_call()) is not None:
            if not self.robots.allows(call.url, interface=not call.page):
                self._count(call, "blocked", f"robots.txt forbids {call.url}.")
                continue
            try:
                request = self._request(call)
            except ValueError as error:
                self._count(call, "unreadable", f"The portal names an address that is none ({error}).")
                continue
            self._under_way += 1
            self._sent += 1
            yield request

    def _next_call(self) -> Call | None:
        self._heed_limits()
        return self.frontier.next()

    def _request(self, call: Call) -> Request:
        """The request for a call; the parts of a call that failed are not insisted on as much."""
        retries = min(1, self.options.retries) if fingerprint(call) in self._parts else self.options.retries
        meta = {"max_retry_times": retries}
        return request_of(call, callback=self.parse, errback=self.fail, cb_kwargs={"call": call}, meta=meta)

    def _heed_limits(self) -> None:
        """Forget the waiting calls where the crawl has to end here."""
        if self.desk.stop.is_set() or self.broken is not None:
            self.cancelled = self.broken is None
            self.frontier.stop()
        elif self._out_of_patience() and self.frontier.stop():
            self.facts.over_budget = True
            self.facts.note = f"{self.facts.note} Given up after {self._in_a_row} failures in a row.".strip()
        elif self.intake.repeats >= REPEATS:
            self.frontier.stop()
        elif (reason := self._over_budget()) and (self.frontier.stop() or self.intake.full):
            self.facts.over_budget = True
            self.facts.note = reason

    def _out_of_patience(self) -> bool:
        return self._in_a_row >= (PATIENCE if self.pages else FIRST_PATIENCE)

    def _over_budget(self) -> str:
        options, requests = self.options, max(self._sent, self.traffic()[0])
        self._budget.note(self.portal.key, requests)
        if self.intake.full:
            return f"Stopped after {options.limit} records."
        if options.seconds is not None and monotonic() - self._started > options.seconds:
            return f"Stopped after {options.seconds:g} seconds."
        if options.requests is not None and requests >= options.requests:
            return f"Stopped after {options.requests} requests."
        return self._budget.spent

    async def _fail(self, call: Call, status: int, slug: str, sentence: str) -> None:
        self._count(call, slug, sentence)
        await self.record(call.url, status, slug, sentence)

    def _count(self, call: Call, slug: str, sentence: str) -> None:
        """Count a failure of the listing; that of an optional call is none."""
        if call.optional:
            return
        self.facts.failures[slug] += 1
        self.facts.faults["page-failed"] += 1
        self.facts.note = self.facts.note or sentence

    async def _lose_part(self, call: Call, status: int, sentence: str) -> None:
        """The smallest part of a page that fails is a record that the portal cannot deliver."""
        await self.record(call.url, status, "unreadable", sentence)
        self.facts.faults["page-failed"] += 1
        self._broken_parts.append(Reject(call.url, b"", sentence))

    async def _settle_parts(self) -> None:
        """Records that the portal cannot deliver are rejected ones where its total accounts for them and it delivered
        more than it lost; else the portal failed."""
        lost = len(self._broken_parts)
        if not lost:
            return
        if self.facts.claimed is None or lost > self.facts.delivered:
            self.facts.failures["unreachable"] += lost
            self.facts.note = f"{self._broken_parts[0].error} {self.facts.note}".strip()
            return
        self.facts.rejected += lost
        await self.desk.run(self.sink.take, [], self._broken_parts)
