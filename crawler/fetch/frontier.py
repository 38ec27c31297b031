"""Which calls of a listing may still be asked: each once, none on a foreign host, not for ever. Pure."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from urllib.parse import urldefrag, urlsplit

from crawler.sources.local import is_local, lies_in
from crawler.sources.protocol import Call, Portal

ABSENT = frozenset({404, 410})
"""Statuses that say that there is no such page."""


def fingerprint(call: Call) -> str:
    """The name of a call in the archive: 32 hexadecimal digits of method, address (without fragment) and body."""
    digest = blake2b(digest_size=16)
    for part in (call.method.upper().encode(), urldefrag(call.url).url.encode(), call.body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def host_of(url: str) -> str:
    """Host and port of an address in lower case, without the scheme's own port; empty where it has none."""
    try:
        parts = urlsplit(url)
        name, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    standard = {"http": 80, "https": 443}.get(parts.scheme)
    return name if port in (None, standard) else f"{name}:{port}"


class Frontier:
    """The calls of one portal that wait to be asked, in order.

    `faults` counts findings about links, `cap` is the most calls that may be asked, `exhausted` says that it was reached,
    `left_out` counts parts of the listing on foreign hosts, which were not asked for.
    """

    def __init__(self, portal: Portal, cap: int) -> None:
        self.faults: Counter[str] = Counter()
        self.exhausted = False
        self.left_out = 0
        self.cap = cap
        self._first: set[str] = set()
        self._asked: set[str] = set()
        self._waiting: deque[Call] = deque()
        self._disk = portal.url if is_local(portal.url) else ""
        self._hosts = {host_of(portal.base), host_of(portal.url)} - {""}

    def __len__(self) -> int:
        return len(self._waiting)

    def open(self, calls: Iterable[Call]) -> None:
        """Take the first calls of a listing: their hosts are the portal's, and they may cap it."""
        for call in calls:
            self._hosts.add(host_of(call.url))
            self._first.add(fingerprint(call))
            self.cap = min(self.cap, call.cap or self.cap)
            self._put(call)

    def is_dead_link(self, call: Call, status: int) -> bool:
        """Whether a call that was answered so is only a link, on a page of a website, to what is not there."""
        return call.page and status in ABSENT and fingerprint(call) not in self._first

    def answered(self, call: Call, url: str) -> None:
        """Note where a call was answered: a portal that moved has a new host, and needs not be asked there again."""
        self._hosts.add(host_of(url))
        if call.method == "GET":
            self._asked.add(fingerprint(Call(url)))

    def follow(self, calls: Iterable[Call], answer_url: str) -> None:
        """Take the calls that an answer leads to. Self-links and calls already asked end here."""
        for call in calls:
            own = self._own(call, answer_url)
            if own is not None:
                self._put(own)

    def insert(self, calls: Iterable[Call]) -> None:
        """Take the parts of a call that failed, to be asked next."""
        for call in reversed(list(calls)):
            self._put(call, first=True)

    def next(self) -> Call | None:
        """The call to be asked now."""
        return self._waiting.popleft() if self._waiting else None

    def stop(self) -> bool:
        """Forget what waits; says whether anything did."""
        waited = bool(self._waiting)
        self._waiting.clear()
        return waited

    def _put(self, call: Call, first: bool = False) -> None:
        name = fingerprint(call)
        if name in self._asked:
            return
        if len(self._asked) >= self.cap:
            self.exhausted = True
            return
        self._asked.add(name)
        if first:
            self._waiting.appendleft(call)
        else:
            self._waiting.append(call)

    def _own(self, call: Call, answer_url: str) -> Call | None:
        """The call on the portal's own host, or in its own folder on disk; None where it leads elsewhere."""
        if self._is_own(call.url):
            return call
        self.faults["link-foreign"] += 1
        target, answer = urlsplit(call.url), urlsplit(answer_url)
        on_web = target.scheme in ("http", "https") and not self._disk
        if not on_web or target.path.rstrip("/") != answer.path.rstrip("/"):
            self.left_out += not (call.page or call.optional)
            return None
        return replace(call, url=target._replace(scheme=answer.scheme, netloc=answer.netloc).geturl())

    def _is_own(self, url: str) -> bool:
        if self._disk:
            return lies_in(url, self._disk)
        return urlsplit(url).scheme in ("http", "https") and host_of(url) in self._hosts
