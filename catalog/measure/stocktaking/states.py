"""The one state of a municipality: what was asked about it, what answered, and what that allows to say. Pure.

Of several portals the first that holds counts, in the order found, blocked, unreachable, nothing_found (law 2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

STATES = ("found", "found_via_association", "nothing_found", "unreachable", "blocked", "not_checked")
"""All states. Only the first three say that there is something or nothing; of the others nothing is known."""
KNOWN = frozenset({"found", "found_via_association", "nothing_found"})

_BLOCKED = frozenset({"blocked", "opted_out"})
_UNREACHABLE = frozenset({"unreachable", "tls_error", "not_found", "unreadable", "too_large", "changed_kind"})
_WHOLE = frozenset({"complete", "unchanged", "empty"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that was asked about a municipality. `role`: `own`, `part`, `covers` (a shared portal that is open to it)
    or `homepage`; `outcome`: the portal's last outcome, or the state of the search for the home page; `last_complete`:
    when the portal was last read whole."""

    role: str
    name: str
    outcome: str
    last_complete: str = ""

    @property
    def answer(self) -> str:
        """The outcome as far as it matters here: a portal that was read whole was `read`, changed or not."""
        return "read" if self.outcome in _WHOLE else self.outcome


def state_of(*, has_records: bool, via: str, asked: Iterable[Asked]) -> str:
    """The state. `via`: the key of the association whose records serve the municipality, else empty."""
    if has_records:
        return "found"
    if via:
        return "found_via_association"
    known = list(asked)
    mine = [item.outcome for item in known if item.role != "covers"]
    if any(outcome in _BLOCKED for outcome in mine):
        return "blocked"
    if any(outcome in _UNREACHABLE for outcome in mine):
        return "unreachable"
    return "nothing_found" if _all_was_asked(known) else "not_checked"


def _all_was_asked(known: list[Asked]) -> bool:
    """Whether the home page was found and read and every portal that is its own or open to it was read whole."""
    home = [item for item in known if item.role == "homepage"]
    portals = [item for item in known if item.role != "homepage"]
    return any(item.outcome == "found" for item in home) and all(_read_whole(item) for item in portals)


def _read_whole(item: Asked) -> bool:
    return item.outcome in _WHOLE and bool(item.last_complete)
