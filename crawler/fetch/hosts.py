"""A table of hosts in the place of the name system: `address[:port] name…` a line, as in /etc/hosts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

_PLACE = re.compile(r"\[?([0-9A-Fa-f:.]+?)\]?(?::(\d{1,5}))?")


class HostsError(ValueError):
    """A table of hosts that cannot be read; the message names the line and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a host stands; `port` 0: the port that is asked for."""

    address: str
    port: int = 0


Hosts = Mapping[str, Place]


def read_hosts(path: Path) -> dict[str, Place]:
    """The table in a file. Raises HostsError, or OSError where the file cannot be opened."""
    return dict(_rows(path.read_text(encoding="utf-8-sig", errors="replace")))


def parse_hosts(text: str) -> dict[str, Place]:
    """Host name in lower case → its place.

    >>> parse_hosts("127.0.0.1:8080 www.musterstadt.example musterstadt.example  # the demo")["musterstadt.example"]
    Place(address='127.0.0.1', port=8080)
    """
    return dict(_rows(text))


def _rows(text: str) -> Iterator[tuple[str, Place]]:
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        place = _place(words[0], number)
        for name in words[1:]:
            yield name.lower().rstrip("."), place


def _place(text: str, line: int) -> Place:
    found = _PLACE.fullmatch(text) if text.count(":") < 2 or text.startswith("[") else None
    address, port = (found[1], int(found[2] or 0)) if found else (text, 0)
    try:
        ip_address(address)
    except ValueError as error:
        raise HostsError(f"Line {line}: {text!r} is no address of the form 127.0.0.1:8080.") from error
    if port > 65_535:
        raise HostsError(f"Line {line}: {port} is no port.")
    return Place(address, port)
