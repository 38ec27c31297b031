"""How a call failed, as one slug of the outcome vocabulary and one sentence; and the outcome that follows from failures."""

from __future__ import annotations

from collections import Counter

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity import VerificationError
from twisted.web.client import ResponseFailed

from catalog.store.sink import CrawlFacts
from crawler.formats.reading import UnreadablePayload
from crawler.sources.local import is_local

PRECEDENCE = ("blocked", "tls_error", "too_large", "unreadable", "not_found", "unreachable")
"""Of several failures the first that holds explains a portal that delivered nothing."""

_SENTENCES: tuple[tuple[type[Exception], str, str], ...] = (
    (CannotResolveHostError, "unreachable", "The host name is not known."),
    (DownloadConnectionRefusedError, "unreachable", "The connection was refused."),
    (DownloadTimeoutError, "unreachable", "No answer within the time limit."),
    (ResponseDataLossError, "unreachable", "The connection broke off in the middle of the answer."),
    (DownloadCancelledError, "too_large", "The answer is larger than the limit."),
    (UnsupportedURLSchemeError, "unreachable", "The address is neither http nor https."),
)


class AddressRefused(IgnoreRequest):
    """Raised by the guard: the address is not one that a portal may have. The message is a sentence."""


class RetryLater(IgnoreRequest):
    """Raised by the patience middleware: the portal asks for a longer pause than a run can wait."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(f"The portal answers {status} and asks to come back in {seconds:.0f} s.")
        self.status = status


def failure_of(error: BaseException | None) -> tuple[str, str]:
    """The outcome slug of a failed call and why it failed, in one sentence."""
    if isinstance(error, UnreadablePayload):
        return "unreadable", str(error)
    if isinstance(error, HttpError):
        return _status_failure(error.response.status, is_local(error.response.url))
    if is_tls_failure(error):
        return "tls_error", "The certificate is not valid."
    if isinstance(error, IgnoreRequest):
        return _ignored(error)
    for kind, slug, sentence in _SENTENCES:
        if isinstance(error, kind):
            return slug, sentence
    return "unreachable", "The connection failed."


def is_tls_failure(error: BaseException | None) -> bool:
    """Whether a connection failed because of its certificate or protocol (also where Twisted wraps that)."""
    seen = error
    while seen is not None:
        if isinstance(seen, SSL.Error | VerificationError):
            return True
        if isinstance(seen, ResponseFailed):
            return any(is_tls_failure(reason.value) for reason in seen.reasons)
        seen = seen.__cause__
    return False


def is_server_error(error: BaseException | None) -> bool:
    """Whether the server answered that it failed: the same may be asked in smaller parts."""
    return isinstance(error, HttpError) and error.response.status >= 500


def can_be_split(error: BaseException | None) -> bool:
    """Whether asking for less may help: a server error, a timeout, an answer that broke off or is too large."""
    kinds = (DownloadTimeoutError, ResponseDataLossError, DownloadCancelledError, DownloadFailedError)
    return is_server_error(error) or (isinstance(error, kinds) and not is_tls_failure(error))


def status_of(error: BaseException | None) -> int:
    """The HTTP status that a failure carries; 0 where nothing answered."""
    if isinstance(error, HttpError):
        return int(error.response.status)
    return error.status if isinstance(error, RetryLater) else 0


def verdict(facts: CrawlFacts) -> str | None:
    """The outcome that is certain already: failures explain a portal that delivered nothing. Else the sink decides."""
    if facts.delivered or facts.rejected or not facts.failures:
        return None
    return worst(facts.failures)


def worst(failures: Counter[str]) -> str:
    """The failure that explains the others; `unreachable` where none is known."""
    return next((slug for slug in PRECEDENCE if failures[slug]), "unreachable")


def _status_failure(status: int, local: bool = False) -> tuple[str, str]:
    sentence = f"The portal answers with status {status}."
    if local:
        sentence = "There is no such file or folder."
    if local and status == 403:
        sentence = "The file or folder may not be read."
    if status in (401, 403, 407, 429, 451):
        return "blocked", sentence
    return ("not_found" if status in (404, 410) else "unreachable"), sentence


def _ignored(error: IgnoreRequest) -> tuple[str, str]:
    if isinstance(error, RetryLater):
        return ("blocked" if error.status == 429 else "unreachable"), str(error)
    if isinstance(error, AddressRefused):
        return "unreachable", str(error)
    if "DOWNLOAD_MAXSIZE" in str(error):
        return "too_large", "The unpacked answer is larger than the limit."
    if "redirections" in str(error):
        return "unreachable", "The address redirects in a circle or too often."
    return "unreachable", "The request was not sent."
