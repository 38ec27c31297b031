"""What a new detection says about a portal of the registry: the same, moved, another kind, gone."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.fetch.detect import Detection
from crawler.portals import addresses
from crawler.registry.found import host_in
from crawler.sources.protocol import Portal

GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of a portal. `verdict`: `same`, `moved` (leads on to another host), `differs` (another kind), `new` (the
    registry names no kind), `nothing` (answers, but as nothing that we know), `gone` (404 or 410 whatever is asked),
    `blocked`, `unreachable`. `leads_to`: the address where one lands, if it is none of the portal's own hosts."""

    portal: Portal
    found: str
    verdict: str
    leads_to: str
    note: str


def check(portal: Portal, detection: Detection) -> Checked:
    """Compare what the registry says with what was found."""
    leads_to = _elsewhere(portal, detection.landed)
    verdict = _verdict(portal, detection, leads_to)
    note = "" if verdict == "same" or not detection.evidence else detection.evidence[-1].proof
    return Checked(portal, detection.kind, verdict, leads_to, note)


def _elsewhere(portal: Portal, landed: str) -> str:
    own = {host_in(url) for url in addresses(portal)}
    return landed if landed and host_in(landed) not in own else ""


def _verdict(portal: Portal, detection: Detection, leads_to: str) -> str:
    if not detection.landed:
        return _silence(detection)
    if detection.kind and portal.kind and detection.kind != portal.kind:
        return "differs"
    if leads_to:
        return "moved"
    if not detection.kind:
        return "nothing"
    return "same" if portal.kind else "new"


def _silence(detection: Detection) -> str:
    """Why nothing answered: one refusal is enough to know that somebody stands there."""
    if any(step.verdict == "blocked" for step in detection.evidence):
        return "blocked"
    statuses = {step.status for step in detection.evidence}
    return "gone" if statuses and statuses <= GONE else "unreachable"
