"""From the answers of a check to the state of the link, with problems as slugs. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalog.store.link_uses import host_of
from catalog.store.links import Claim, DueLink
from crawler.fetch.links import content, services
from crawler.fetch.patience import retry_after

PERMANENT = frozenset({301, 308})
COOL_OFF = 3600.0
"""Seconds that a host is left alone after 429 without Retry-After."""
SILENCE = frozenset({"dns", "connection-refused", "connection-failed", "connection-broken", "timeout"})
"""Failures that may as well be ours: nothing answered."""
_OF_FAILURE = {
    "timeout": "timeout", "certificate": "tls", "tls-protocol": "tls", "robots": "blocked",
    "robots-unreadable": "blocked", "redirects": "server_error", "unreadable-answer": "server_error",
    "other-scheme": "not_http", "no-address": "not_http",
}  # fmt: skip
"""Failure -> state; `unreachable` for all others."""
_GUARDS = ("cf-mitigated", "x-datadome", "x-sucuri-block")
"""Headers by which a service that keeps robots out answers."""
_RANGE = re.compile(r"bytes\s+(?:\d+-\d+|\*)/(\d{1,18})$", re.ASCII)
_ALIVE = frozenset({400, 405, 406, 411, 415, 422})
"""Status of an interface that is there and misses parameters."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or (`failure`, a slug) what stood in its place. Header names are in lower case; `body` may be only the
    beginning, `whole` says that it is all."""

    url: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str = ""
    whole: bool = False

    @property
    def content_type(self) -> str:
        """The Content-Type as it was sent."""
        return self.headers.get("content-type", "").strip()

    @property
    def size(self) -> int | None:
        """The size of the whole file, as far as the answer tells."""
        if found := _RANGE.search(self.headers.get("content-range", "")):
            return int(found[1])
        length = self.headers.get("content-length", "")
        encoded = self.headers.get("content-encoding", "identity") not in ("", "identity")
        if self.status == 200 and not encoded and length.isdecimal() and len(length) < 19:
            return int(length)
        return len(self.body) if self.whole and self.status == 200 and not encoded else None


@dataclass(frozen=True, slots=True)
class Trail:
    """The last answer and the status of each redirect that led to it."""

    reply: Reply
    hops: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; `silent`: nothing answered at all, which may be our own network's fault."""

    state: str
    status: int | None = None
    content_type: str = ""
    size: int | None = None
    final_url: str = ""
    problem: str = ""
    cooling: tuple[tuple[str, float], ...] = ()
    silent: bool = False


def head_proves(link: DueLink, reply: Reply) -> bool:
    """Whether HEAD alone proves that the link works: success, with the length and a type that is the promised one."""
    proper = 200 <= reply.status < 300 and reply.content_type and (reply.size or 0) > 0
    return bool(proper) and content.header_agrees(link.claims, link.url, reply.content_type)


def judge(link: DueLink, trail: Trail, now: datetime, kind: str = "", *, head: bool = False) -> Finding:
    """The finding from the last answer; `kind`: the service that was asked; `head`: it was asked for the head alone."""
    reply = trail.reply
    state, problems = _state(link, reply, kind, head)
    if state == "reachable" and trail.hops and trail.hops[0] in PERMANENT:
        state = "moved"
    final = reply.url if trail.hops else ""
    return Finding(
        state=state,
        status=reply.status or (trail.hops[-1] if trail.hops else None),
        content_type=reply.content_type,
        size=reply.size if state in ("reachable", "moved") else None,
        final_url=final,
        problem=" ".join(sorted(problems)),
        cooling=_cooling(reply, now),
        silent=reply.failure in SILENCE and not trail.hops,
    )


def _state(link: DueLink, reply: Reply, kind: str, head: bool) -> tuple[str, set[str]]:
    if reply.failure:
        return _OF_FAILURE.get(reply.failure, "unreachable"), {reply.failure}
    if not 200 <= reply.status < 300:
        return _of_status(link, reply, kind)
    if kind:
        state, problem = services.judge(kind, reply.body, reply.content_type)
        return state, {problem} - {""}
    return _delivered(link, reply, head)


def _of_status(link: DueLink, reply: Reply, kind: str) -> tuple[str, set[str]]:
    status = reply.status
    if status == 429:
        return "blocked", {"too-many-requests"}
    if _is_guarded(reply):
        return "blocked", {"bot-protection"}
    if status in (404, 410):
        return "gone", set()
    if status in _ALIVE and (kind == "sparql" or any(claim.role == "endpoint" for claim in link.claims)):
        return "reachable", {"parameters-missing"}
    return ("refused" if 400 <= status < 500 else "server_error"), set()


def _is_guarded(reply: Reply) -> bool:
    """Whether a service that keeps robots out stands before the host: it says nothing of the file."""
    if reply.status not in (403, 406, 503):
        return False
    guard = any(name in reply.headers for name in _GUARDS)
    return guard or reply.headers.get("server", "").lower().startswith("akamaighost")


def _delivered(link: DueLink, reply: Reply, head: bool) -> tuple[str, set[str]]:
    """A success: is it what was promised?"""
    problems = {"size-differs"} if content.sizes_differ(link.claims, reply.size) else set()
    if head:
        return "reachable", problems
    shape = content.looks_like(reply.body, reply.content_type)
    if shape == "empty":
        return "reachable", {"empty"}
    claims = link.claims or (Claim("access"),)
    if any(content.body_agrees(claim, link.url, shape) for claim in claims):
        login = shape == "html" and content.asks_for_password(reply.body)
        promised = any(claim.role == "download" for claim in claims)
        return ("wrong_content", {"login-page"}) if login and promised else ("reachable", problems)
    if shape == "html" and any(content.is_promised(claim, link.url) for claim in claims):
        return "wrong_content", {"login-page" if content.asks_for_password(reply.body) else "html"}
    return "reachable", problems - {"size-differs"} | {"type-differs"}


def _cooling(reply: Reply, now: datetime) -> tuple[tuple[str, float], ...]:
    """The host that asks to be left alone, and how long: 429, or 503 with Retry-After (RFC 9110, section 10.2.3)."""
    wanted = retry_after(reply.headers.get("retry-after", ""), now)
    if reply.status != 429 and not (reply.status == 503 and wanted):
        return ()
    return ((host_of(reply.url), COOL_OFF if wanted is None else wanted),)
