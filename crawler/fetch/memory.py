"""A sink in memory: for `preview`, which writes nothing, and for trying things out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from catalog.record.node import Record
from catalog.store.sink import CrawlFacts, Found, Reject, Stored
from crawler.fetch.outcomes import worst


@dataclass(frozen=True, slots=True)
class Trace:
    """A row of evidence: what was asked, what answered, what that proves."""

    url: str
    status: int
    verdict: str
    proof: str


@dataclass(slots=True)
class MemorySink:
    """Keeps everything one crawl hands over. `answers` may be filled before: what answered in an earlier run."""

    found: list[Found] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    traces: list[Trace] = field(default_factory=list)
    catalogues: list[Record] = field(default_factory=list)
    archived: dict[str, Stored] = field(default_factory=dict)
    answers: dict[str, Stored] = field(default_factory=dict)
    known: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    outcome: str = ""
    keep_payloads: bool = False
    keep_personal_data: bool = False

    def unchanged(self, pairs: Sequence[tuple[str, bytes]], reader: int) -> set[str]:
        """Of the pairs, those whose digest and reader are the known ones."""
        return {name for name, digest in pairs if self.known.get(name) == (digest, reader)}

    def prepare(self, found: Found) -> None:
        """Records are kept as they are."""

    def take(self, found: Sequence[Found], rejects: Sequence[Reject] = ()) -> None:
        """Keep a batch."""
        self.found.extend(found)
        self.rejects.extend(rejects)

    def keep(self, body: bytes) -> str:
        """Nothing is written, so there is no name."""
        return ""

    def archive(self, call: str, step: str, stored: Stored) -> None:
        """Keep a payload where payloads are wanted."""
        if self.keep_payloads:
            self.archived[call] = stored

    def replay(self, call: str) -> Stored | None:
        """A crawl into memory is never resumed, but may be given what answered before."""
        return self.archived.get(call) if self.keep_payloads else None

    def last(self, call: str) -> Stored | None:
        """What answered in an earlier run."""
        return self.answers.get(call)

    def evidence(self, url: str, status: int, verdict: str, proof: str) -> None:
        """Keep a row of evidence."""
        self.traces.append(Trace(url, status, verdict, proof))

    def catalogue(self, record: Record) -> None:
        """Keep the portal's description of itself."""
        self.catalogues.append(record)

    def finish(self, facts: CrawlFacts, outcome: str | None = None) -> str:
        """The given outcome, else the one that the facts of this crawl alone allow."""
        self.outcome = outcome or _from_facts(facts)
        return self.outcome


def _from_facts(facts: CrawlFacts) -> str:
    """Law 1 without a memory of earlier runs."""
    arrived = facts.delivered + facts.rejected + sum(facts.skipped.values())
    if not arrived:
        return worst(facts.failures) if facts.failures else "empty" if facts.walked else "partial"
    reached = facts.claimed is None or arrived >= facts.claimed
    return "complete" if facts.walked and reached and not facts.over_budget else "partial"
