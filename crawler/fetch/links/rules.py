"""The robots.txt of each place that links lead to, asked for once and remembered for a while; every rule is obeyed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urljoin

from catalog.store.link_uses import scheme_beside_http
from crawler.fetch.links.course import Ask
from crawler.fetch.links.judging import SILENCE, Reply
from crawler.fetch.robots import LENGTH, Robots, no_robots, read_robots, robots_url

REMEMBERED = 2_000
HOPS = 5
"""Redirects of a robots.txt that are followed (RFC 9309, section 2.3.1.2)."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})

Fetching = Callable[[Ask], Awaitable[Reply]]
Standing = Robots | Reply
"""The rules of a place, or the failure where it does not answer at all."""


class Rules:
    """`fetch` makes one request; `slow_down(url, delay)` sets a host's pace; a place that is silent is asked once more
    after `wait` seconds before that counts for all links there."""

    def __init__(self, fetch: Fetching, slow_down: Callable[[str, float], None], wait: float) -> None:
        self._fetch, self._slow_down, self._wait = fetch, slow_down, wait
        self._kept: OrderedDict[str, asyncio.Future[Standing]] = OrderedDict()

    async def of(self, url: str) -> Standing:
        """The rules of the place where an address stands; who comes in between waits for the same answer."""
        address = robots_url(url)
        known = self._kept.get(address)
        if known is None:
            known = self._kept[address] = asyncio.ensure_future(self._ask(address))
        self._kept.move_to_end(address)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return await asyncio.shield(known)

    def forget(self, url: str) -> None:
        """Ask the place again next time."""
        self._kept.pop(robots_url(url), None)

    async def _ask(self, address: str) -> Standing:
        reply = await self._walk(address)
        if reply.failure in SILENCE:
            await asyncio.sleep(self._wait)
            reply = await self._walk(address)
        if reply.failure:
            return reply
        if not 200 <= reply.status < 300:
            return no_robots(reply.status if reply.status >= 400 else 404, "strict")
        rules = read_robots(reply.body, "strict")
        self._slow_down(address, rules.delay)
        return rules

    async def _walk(self, address: str) -> Reply:
        """The answer through its redirects; one that leads astray counts as no robots.txt."""
        ask = Ask("GET", address, LENGTH)
        for _ in range(HOPS + 1):
            reply = await self._fetch(ask)
            target = reply.headers.get("location", "").strip()
            if reply.failure or reply.status not in _REDIRECTS or not target:
                return reply
            ask = replace(ask, url=_joined(reply.url, target))
            if scheme_beside_http(ask.url):
                break
        return Reply(address, 404)


def _joined(base: str, target: str) -> str:
    try:
        return urljoin(base, target)
    except ValueError:
        return ""
