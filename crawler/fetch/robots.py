"""What a portal's robots.txt means for us, by the portal's policy. Pure.

`api` (the default): documented machine interfaces and catalogue feeds are read although a path rule for web crawlers
covers them, unless the file names our own user agent; pages of the website obey every rule. `strict`: everything obeys.
The Crawl-delay holds in both. CKAN ships `Disallow: /api/` and `Crawl-Delay: 10` to every portal, hence the difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

from crawler.fetch.options import NAME

LENGTH = 512 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, section 2.5, asks for at least 500 KiB)."""

_NAMED = re.compile(
    rf"^[ \t]*(user-agent[ \t]*:)[ \t]*{NAME}(?:[/ \t#][^\r\n]*)?$", re.IGNORECASE | re.MULTILINE
)
"""A line that addresses us; a version behind the name changes nothing."""


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host. `delay` is the Crawl-delay asked for, in seconds, 0 where none is; `proof` says in one
    sentence what the file says to us."""

    policy: str = "api"
    delay: float = 0.0
    named: bool = False
    proof: str = "There is no robots.txt."
    rules: Protego | None = None
    closed: bool = False

    def allows(self, url: str, *, interface: bool = True) -> bool:
        """Whether an address may be asked for; `interface`: it is a machine interface, not a page of the website."""
        if self.closed:
            return False
        if self.rules is None or (interface and self.policy != "strict" and not self.named):
            return True
        return bool(self.rules.can_fetch(url, NAME))


def robots_url(url: str) -> str:
    """Where the robots.txt of an address lies."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", ""))


def read_robots(body: bytes, policy: str) -> Robots:
    """The rules in a robots.txt. A page of HTML in its place says nothing."""
    text = body[:LENGTH].decode("utf-8", "replace").lstrip("\ufeff")
    if text.lstrip()[:1] == "<":
        return Robots(policy, proof="In the place of robots.txt stands a page of HTML.")
    text, named = _NAMED.subn(rf"\1 {NAME}", text.replace("\r\n", "\n").replace("\r", "\n"))
    rules = Protego.parse(text)
    delay = float(rules.crawl_delay(NAME) or 0)
    return Robots(policy, delay, bool(named), _proof(policy, bool(named), delay), rules)


def no_robots(status: int, policy: str) -> Robots:
    """The rules where robots.txt was not to be had; status 0: nothing answered.

    RFC 9309, section 2.3.1: with a 4xx everything is allowed; with a server error nothing is, which we obey under the
    strict policy only.
    """
    if 400 <= status < 500:
        return Robots(policy, proof=f"There is no robots.txt (status {status}).")
    answer = f"status {status}" if status else "no answer"
    return Robots(policy, proof=f"robots.txt cannot be read ({answer}).", closed=policy == "strict")


def _proof(policy: str, named: bool, delay: float) -> str:
    who = f"names {NAME}" if named else f"does not name {NAME}"
    pause = f", asks for {delay:g} s between requests" if delay else ""
    return f"robots.txt {who}{pause}; policy {policy}."
