"""How a run fetches: speed, limits and permissions, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from crawler.fetch.hosts import Place

NAME = "bestand"
"""The product token by which robots.txt may address us (RFC 9309, section 2.2.1)."""

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Options:
    """What a run may do. Times in seconds, sizes in bytes.

    `seconds`, `requests` and `limit` bound one portal: a portal that reaches one of them ends `partial`. `limit` counts
    records. `run_seconds` and `run_requests` bound the whole run: portals under way end `partial`, those not begun get no
    outcome. `full` asks without conditional requests. `contact` is an address at which the operator can be reached.
    """

    jobs: int = 4
    delay: float = 1.0
    crawl_delay_cap: float = 30.0
    timeout: float = 60.0
    retries: int = 2
    retry_wait: float = 5.0
    retry_after_cap: float = 120.0
    redirects: int = 5
    max_bytes: int = 256 * MEGABYTE
    max_calls: int = 100_000
    seconds: float | None = None
    requests: int | None = None
    limit: int | None = None
    run_seconds: float | None = None
    run_requests: int | None = None
    full: bool = False
    thorough: bool = False
    allow_private: bool = False
    contact: str = ""
    hosts: Mapping[str, Place] = field(default_factory=dict)
    """Host name → where it stands, in the place of the name system; empty: the name system is asked."""

    @property
    def user_agent(self) -> str:
        """The name under which we ask, with the operator's contact address where one is given."""
        product = f"{NAME}/{program_version()}"
        return f"{product} (+{self.contact})" if self.contact else product


def program_version() -> str:
    """The version of the installed program; `dev` when run from a source tree."""
    try:
        return version(NAME)
    except PackageNotFoundError:
        return "dev"
