"""What the reading of a registry gives: portals, parts of portals, and what could not be placed with the reason."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawler.portals import addresses
from crawler.registry.parts import Part
from crawler.sources.protocol import Portal


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Something that a registry names and that was not taken: which one, and why."""

    name: str
    address: str
    reason: str


@dataclass(slots=True)
class Found:
    """What a registry holds."""

    portals: list[Portal] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)

    def leave(self, name: str, address: str, reason: str) -> None:
        """Note what was not taken."""
        self.unplaced.append(Unplaced(name, address, reason))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a registry is read: portals by key, by host and by address, and the register's keys (empty
    where no register is loaded; then any well-formed key is believed)."""

    keys: Container[str]
    hosts: Mapping[str, str]
    places: Mapping[str, str]
    register: Container[str]


def known(portals: Iterable[Portal], register: Iterable[str] = ()) -> Known:
    """Make the look-ups. A host that several portals share is that of the one nearest to its root."""
    every = list(portals)
    places = {place_of(url): portal.key for portal in every for url in addresses(portal) if place_of(url)}
    by_depth = sorted(places.items(), key=lambda item: item[0].count("/"), reverse=True)
    hosts = {host_in(place): key for place, key in by_depth}
    return Known({portal.key for portal in every}, hosts, places, frozenset(register))


def host_in(text: str) -> str:
    """The host of an address or of a bare host name, in lower case and without `www.`; empty where there is none."""
    return re.split(r"[/?]", place_of(text))[0]


def place_of(text: str) -> str:
    """An address without scheme, `www.` and trailing slash: the same for all spellings of one place."""
    try:
        parts = urlsplit(text.strip() if "://" in text else f"https://{text.strip()}")
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}" if host else ""
