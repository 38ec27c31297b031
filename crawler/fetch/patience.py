"""Tries again what may succeed later, at the pace the portal asks for: 429, server errors, broken connections."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

from crawler.fetch.options import Options
from crawler.fetch.outcomes import RetryLater, is_tls_failure

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

STATUSES = frozenset({408, 429, 500, 502, 503, 504, 522, 524})
FAILURES = (
    *(CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError),
    *(DownloadTimeoutError, ResponseDataLossError),
)


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, section 10.2.3: a number or a date); None if unreadable."""
    text = value.strip()
    if text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def quota_pause(remaining: str, reset: str, now: datetime) -> float | None:
    """Seconds until a used-up quota is renewed, from the headers X-RateLimit-Remaining and X-RateLimit-Reset; None while
    something remains or the headers say nothing.

    `reset` is a time (`2025-07-31 00:00:00+00:00`, Opendatasoft), seconds since 1970, or seconds from now.
    """
    if remaining.strip() != "0":
        return None
    text = reset.strip()
    if text.isdecimal() and len(text) < 12:
        seconds = float(text)
        return max(0.0, seconds - now.timestamp()) if seconds > 1e9 else seconds
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


class PatienceMiddleware:
    """Repeats a request up to RETRY_TIMES; while a pause is due, every request of the portal waits."""

    def __init__(self, crawler: Crawler, options: Options) -> None:
        self._crawler = crawler
        self._options = options
        self._pause_until = 0.0
        self._quota_until = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PatienceMiddleware:
        """Scrapy's way to build a component."""
        options = getattr(crawler.spider, "options", Options())
        return cls(crawler, options)

    async def process_request(self, request: Request) -> None:
        """Let a pause pass. Raises RetryLater where a used-up quota is renewed too late for this run."""
        if self._quota_until - monotonic() > self._options.retry_after_cap:
            raise RetryLater(429, self._quota_until - monotonic())
        while (rest := max(self._pause_until, self._quota_until) - monotonic()) > 0:
            await asyncio.sleep(rest)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The request again, after the pause that is due, or the answer as it is. Raises RetryLater."""
        if (quota := _quota(response)) is not None:
            self._quota_until = max(self._quota_until, monotonic() + quota)
        if response.status not in STATUSES:
            return response
        again = self._again(request, str(response.status))
        if again is None:
            return response
        self._pause(self._wanted(request, response), response.status)
        return again

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The request again where the connection failed for a reason that may pass."""
        if not isinstance(exception, FAILURES) or is_tls_failure(exception):
            return None
        again = self._again(request, type(exception).__name__)
        if again is not None:
            self._pause(self._back_off(request), 0)
        return again

    def _again(self, request: Request, reason: str) -> Request | None:
        assert self._crawler.spider is not None
        return get_retry_request(request, spider=self._crawler.spider, reason=reason)

    def _wanted(self, request: Request, response: Response) -> float:
        header = _header(response, "Retry-After")
        seconds = retry_after(header, datetime.now(UTC)) if header else _quota(response)
        return self._back_off(request) if seconds is None else seconds

    def _back_off(self, request: Request) -> float:
        tries = int(request.meta.get("retry_times", 0))
        return float(self._options.retry_wait * 2**tries)

    def _pause(self, seconds: float, status: int) -> None:
        if seconds > self._options.retry_after_cap:
            raise RetryLater(status, seconds)
        self._pause_until = max(self._pause_until, monotonic() + seconds)


def _quota(response: Response) -> float | None:
    remaining, reset = (_header(response, f"X-RateLimit-{name}") for name in ("Remaining", "Reset"))
    return quota_pause(remaining, reset, datetime.now(UTC))


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")
