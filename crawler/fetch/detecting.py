"""The spider that detects: asks what an inquiry wants to know, one request at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.fetch.detect import Inquiry, Probe
from crawler.fetch.outcomes import failure_of, status_of
from crawler.fetch.polite import PoliteSpider, payload_of, request_of

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure


class DetectionSpider(PoliteSpider):
    """Carries out one inquiry."""

    name = "detection"

    def __init__(self, *, inquiry: Inquiry, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inquiry = inquiry
        self._noted = 0

    def begin(self) -> Iterator[Request]:
        """The first probe."""
        yield from self._ask()

    async def parse(self, response: Response, probe: Probe) -> AsyncIterator[Request]:
        """Show the answer to the inquiry, ask on."""
        await self.at_desk(self.inquiry.answer, probe, payload_of(response))
        await self._keep_evidence()
        for request in self._ask():
            yield request

    async def fail(self, failure: Failure) -> AsyncIterator[Request]:
        """A refusal is an answer too."""
        probe: Probe = failure.request.cb_kwargs["probe"]  # type: ignore[attr-defined]
        error = failure.value
        refusal = payload_of(error.response) if isinstance(error, HttpError) else None
        self.inquiry.failed(probe, status_of(error), *failure_of(error), refusal)
        await self._keep_evidence()
        for request in self._ask():
            yield request

    def _ask(self) -> Iterator[Request]:
        while not self.desk.stop.is_set() and (probe := self.inquiry.next()) is not None:
            if not self.robots.allows(probe.call.url, interface=bool(probe.kind) and not probe.call.page):
                self.inquiry.failed(probe, 0, "blocked", f"robots.txt forbids {probe.call.url}.")
                continue
            again = 0 if probe.kind else 1
            yield request_of(
                probe.call,
                callback=self.parse,
                errback=self.fail,
                cb_kwargs={"probe": probe},
                meta={"max_retry_times": min(again, self.options.retries)},
            )
            return

    async def _keep_evidence(self) -> None:
        for step in self.inquiry.evidence[self._noted :]:
            await self.record(step.url, step.status, step.verdict, step.proof)
        self._noted = len(self.inquiry.evidence)
