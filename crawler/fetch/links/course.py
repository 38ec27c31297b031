"""The course of one check: HEAD first, GET of the first bytes where HEAD proves nothing; redirects hop by hop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

from catalog.store.link_uses import scheme_beside_http
from catalog.store.links import DueLink
from crawler.fetch.links import services
from crawler.fetch.links.judging import Finding, Reply, Trail, head_proves, judge

LENGTH = 8_192
"""Bytes by which a file is judged."""
HOPS = 8
"""Redirects of one check."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FINAL = frozenset(
    {
        "dns",
        "connection-refused",
        "connection-failed",
        "certificate",
        "tls-protocol",
        "private-address",
        "robots",
    }
    | {"robots-unreadable", "no-address", "other-scheme"}
)
"""Failures of HEAD that GET would share."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request. `length`: bytes of the body that are read; `part`: only these are asked for."""

    method: str
    url: str
    length: int = LENGTH
    part: bool = False


Answering = Callable[[Ask], Awaitable[Reply]]


async def check(link: DueLink, answering: Answering, now: Callable[[], datetime]) -> Finding:
    """Check one link with as few requests as prove something."""
    if asked := services.question(link.url, link.claims):
        trail = await _follow(Ask("GET", asked.url, services.LENGTH), answering)
        return judge(link, trail, now(), asked.kind)
    head = await _follow(Ask("HEAD", link.url), answering)
    if head_proves(link, head.reply):
        return judge(link, head, now(), head=True)
    if head.reply.failure in _FINAL or head.reply.status == 429:
        return judge(link, head, now())
    return judge(link, await _get(link, head, answering), now())


async def _get(link: DueLink, head: Trail, answering: Answering) -> Trail:
    """The beginning of the file. Where HEAD came through, its redirects need not be walked again."""
    came_through = 200 <= head.reply.status < 300
    url, hops = (head.reply.url, head.hops) if came_through else (link.url, ())
    got = await _follow(Ask("GET", url, part=True), answering)
    if got.reply.status == 416:  # no such range: the file is empty, or the server cannot
        got = await _follow(Ask("GET", url), answering)
    return Trail(got.reply, (*hops, *got.hops))


async def _follow(ask: Ask, answering: Answering) -> Trail:
    """The last answer on the way of redirects; one that leads in a circle or nowhere is a failure."""
    hops: list[int] = []
    while True:
        reply = await answering(ask)
        target = reply.headers.get("location", "").strip()
        if reply.failure or reply.status not in _REDIRECTS or not target:
            return Trail(reply, hops)
        hops.append(reply.status)
        url = _joined(reply.url, target)
        if failure := _no_way(url, len(hops)):
            return Trail(replace(reply, url=url or reply.url, failure=failure), hops)
        ask = replace(ask, url=url)


def _joined(base: str, target: str) -> str:
    """The address that a redirect names; empty where it is none."""
    try:
        return urljoin(base, target)
    except ValueError:
        return ""


def _no_way(url: str, hops: int) -> str:
    if hops > HOPS:
        return "redirects"
    beside = scheme_beside_http(url)
    if not beside:
        return ""
    return "no-address" if beside == "no-address" else "other-scheme"
