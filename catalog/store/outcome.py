"""How one portal's crawl ended, by laws 1 and 2. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.store.sink import CrawlFacts

HOLD = timedelta(days=6)
"""How long after a shrunk crawl a second one confirms it."""
_GRAVITY = (
    "blocked",
    "opted_out",
    "tls_error",
    "changed_kind",
    "unreadable",
    "too_large",
    "not_found",
    "unreachable",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the store knew of the portal: records not gone before this run, how many of them were not found again, when a
    crawl since the last complete one was first held as shrunk, whether a person accepts the shrinking, and how many
    nameless records the portal could not deliver in its last complete crawl."""

    alive: int
    missing: int
    held_since: datetime | None = None
    accepted: bool = False
    lost_before: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, whether what is missing is gone, and one sentence."""

    outcome: str
    mark_gone: bool
    note: str


def judge(facts: CrawlFacts, standing: Standing, now: datetime) -> Verdict:
    """Exactly one outcome. Only a complete listing lets records go (law 1); unreachable is not empty (law 2)."""
    if not complete(facts):
        return Verdict(_incomplete(facts), False, facts.note or _why(facts))
    if shrunk(standing) and not _confirmed(standing, now):
        return Verdict(
            "shrunk", False, f"{standing.missing} of {standing.alive} records were not found; held."
        )
    if facts.delivered == 0 and facts.rejected:
        return Verdict("unreadable", False, facts.note or f"None of {facts.rejected} records could be read.")
    if facts.delivered == 0:
        return Verdict("empty", True, facts.note or "The portal lists no datasets.")
    if facts.not_modified:
        return Verdict("unchanged", True, facts.note or "Nothing was modified since the last crawl.")
    lost = facts.faults["page-failed"] - standing.lost_before
    if 0 < standing.missing <= lost and not standing.accepted:
        note = f"{standing.missing} records were not found, and {lost} more could not be delivered; held."
        return Verdict("complete", False, note)
    return Verdict("complete", True, facts.note)


def complete(facts: CrawlFacts) -> bool:
    """Whether the whole portal was read: to its natural end, and up to the portal's own total where it gives one."""
    if not facts.walked or facts.over_budget or facts.failures:
        return False
    reached = facts.delivered + facts.rejected + facts.skipped.total()
    return facts.claimed is None or reached >= facts.claimed


def shrunk(standing: Standing) -> bool:
    """More than a fifth vanished, and at least ten records or at least half."""
    vanished = standing.missing
    return vanished * 5 > standing.alive and (vanished >= 10 or vanished * 2 >= standing.alive)


def _confirmed(standing: Standing, now: datetime) -> bool:
    held = standing.held_since
    return standing.accepted or (held is not None and now - held >= HOLD)


def _incomplete(facts: CrawlFacts) -> str:
    if facts.delivered or facts.rejected or not facts.failures:
        return "partial"
    return min(facts.failures, key=lambda slug: _GRAVITY.index(slug) if slug in _GRAVITY else len(_GRAVITY))


def _why(facts: CrawlFacts) -> str:
    if facts.over_budget:
        return "The budget of the run was reached."
    if facts.failures:
        listed = ", ".join(f"{slug} ({count})" for slug, count in sorted(facts.failures.items()))
        return f"Calls failed: {listed}."
    reached = facts.delivered + facts.rejected + facts.skipped.total()
    if facts.claimed is not None and reached < facts.claimed:
        return f"The portal says {facts.claimed}, {reached} were delivered."
    if facts.faults["page-repeated"]:
        return "The portal repeats a page in the place of the next one."
    if facts.faults["link-foreign"]:
        return "The listing goes on at another host, where it is not read."
    return "The listing was not read to its end."
