"""What a portal's crawl hands over, as plain data, and the sink that takes it. SQLite is one sink; nothing here knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from catalog.record.node import Record

OUTCOMES = (
    *(
        "complete",
        "unchanged",
        "partial",
        "empty",
        "shrunk",
        "unreachable",
        "blocked",
        "tls_error",
        "not_found",
    ),
    *("changed_kind", "unreadable", "too_large", "opted_out", "cancelled", "failed_here"),
)
"""The one vocabulary of outcomes: exactly one per portal and run."""


@dataclass(slots=True)
class Found:
    """One record as found in a listing, personal data already dropped.

    `record` is None where the raw digest and the reader's version prove that nothing changed, or where the sink has made
    the record `ready` to be kept.
    """

    identifier: str
    raw_digest: bytes
    reader: int
    record: Record | None = None
    type: str = ""
    findings: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    ready: Any = None
    """What the sink made of the record ahead of `take`; its own business."""


@dataclass(slots=True)
class Reject:
    """An item that could not be read, kept as it came (scrubbed of personal data) with its error."""

    identifier: str
    raw: bytes
    error: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A payload as archived: what was asked and what answered. Header names in lower case; `name` is that of the body in
    the archive, empty as long as it was not kept."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    name: str = field(default="", compare=False)


@dataclass(slots=True)
class CrawlFacts:
    """What happened while one portal was read; from it and what is already stored follows the outcome.

    `walked`: every call of the listing was answered and read, to its natural end. `failures` counts calls that failed
    for good, by outcome slug (`unreachable`, `blocked`, `tls_error`, `not_found`, `unreadable`, `too_large`, …).
    """

    requests: int = 0
    bytes: int = 0
    seconds: float = 0.0
    claimed: int | None = None
    delivered: int = 0
    rejected: int = 0
    repeated: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    walked: bool = False
    not_modified: bool = False
    over_budget: bool = False
    note: str = ""
    """One sentence for people: why it ended so."""


class PortalSink(Protocol):
    """Takes one portal's crawl in one run. All calls but those of `keep` come from one thread, in order."""

    keep_personal_data: bool
    """Whether the operator keeps names, telephones and personal mailboxes in this run."""

    def unchanged(self, pairs: Sequence[tuple[str, bytes]], reader: int) -> set[str]:
        """Of the (identifier, raw digest) pairs, the identifiers whose stored record came from the same raw bytes
        by the same reader."""

    def prepare(self, found: Found) -> None:
        """Make a record ready to be kept as soon as it was read, so that its many small objects are given back while
        they are near: that is a twentieth of a crawl. May raise whatever the record is to blame for."""

    def take(self, found: Sequence[Found], rejects: Sequence[Reject] = ()) -> None:
        """Keep a batch (at most 500 records) in one transaction."""

    def keep(self, body: bytes) -> str:
        """Write a body down ahead of `archive`, in any thread; its name for `Stored`. Raises OSError where it cannot."""

    def archive(self, call: str, step: str, stored: Stored) -> None:
        """Keep what answered a call; `call` is the call's fingerprint, unique within a portal's run."""

    def replay(self, call: str) -> Stored | None:
        """What already answered this call in this run, before it was broken off."""

    def last(self, call: str) -> Stored | None:
        """What answered this call in the last complete run, for conditional requests; None when no longer kept."""

    def evidence(self, url: str, status: int, verdict: str, proof: str) -> None:
        """Keep what was asked, what answered and what that proves (detection, robots.txt, failures)."""

    def catalogue(self, record: Record) -> None:
        """Keep the portal's description of itself."""

    def finish(self, facts: CrawlFacts, outcome: str | None = None) -> str:
        """Close the portal's run: decide the outcome by laws 1 and 2 (or take the given one), mark what is gone.
        Returns the outcome."""
