"""Requests and responses as data, and the four functions that make a portal kind.

A portal kind is a module in this package with the constants `KIND` (its slug), `RANK` (detection order: smaller is asked
first) and `READER` (version of its mapping: raise it when the same bytes give another record) and the functions
`probe`, `recognise`, `start` and `read` of `Source`. `KEY_HEADER` (name, form with `{}`) says in which header the kind
wants an operator's key, where that is not `Authorization: Bearer`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from catalog.record.node import Record
from catalog.record.terms import Triple
from crawler.formats.reading import Entry

LASTING = (
    *(
        "aliases",
        "state",
        "country",
        "ars",
        "body",
        "parent",
        "covers",
        "metadata_license",
        "republish",
        "opt_out",
    ),
    *("source", "date", "note"),
)
"""Settings that say something about a portal whatever its kind is."""


@dataclass(frozen=True, slots=True)
class Portal:
    """One row of the registry: where a portal stands and what is known about it."""

    key: str
    url: str
    title: str = ""
    kind: str = ""
    api_url: str = ""
    ags: str = ""
    robots: str = "api"
    settings: Mapping[str, str] = field(default_factory=dict)
    """Per-portal facts a source may use: `prefix`, `filter`, `page_size`, `format` …"""

    @property
    def base(self) -> str:
        """The address under which the machine interface lies, without a trailing slash."""
        return (self.api_url or self.url).rstrip("/")


@dataclass(frozen=True, slots=True)
class Call:
    """A request as data. `step` says which part of the listing it is; `state` (JSON-able) travels to `read`.

    `optional`: a failure of this call is no failure of the listing. `fragile`: where it fails with a server error, the
    source's `split` may cut it into smaller calls. `page`: a page of the website and no machine interface, so every rule
    of robots.txt holds for it; one that a page links to and that is not there (404, 410) is a dead link, no failure.
    `cap`, in a first call: the listing ends after so many calls (0: the run's own limit alone).
    """

    url: str
    step: str = "list"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    state: Mapping[str, Any] = field(default_factory=dict)
    optional: bool = False
    page: bool = False
    cap: int = 0


@dataclass(frozen=True, slots=True)
class Payload:
    """A response as data; header names in lower case."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type without parameters, in lower case; empty where none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer proves: the kind, how surely (0-100), and in words what was seen; `api_url` where the machine
    interface was found, `settings` what the crawl needs to know (prefix, feed format, version)."""

    kind: str
    confidence: int
    proof: str
    api_url: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Page:
    """What one payload of a listing says."""

    entries: list[Entry] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    total: int | None = None
    """The portal's own total, where it tells one."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Items left out on purpose, by type (`harvest`, `showcase`)."""
    faults: Counter[str] = field(default_factory=Counter)
    """Findings about the page itself (slugs of `catalog.record.faults`)."""
    catalogue: Record | None = None
    """The portal's description of itself, where the payload holds one."""
    remainder: list[Triple] = field(default_factory=list)
    """Triples of an RDF file that belong to no record."""


@runtime_checkable
class Source(Protocol):
    """The functions of a portal kind. All are pure; `read` may raise `UnreadablePayload`."""

    KIND: str
    RANK: int
    READER: int

    def probe(self, portal: Portal) -> list[Call]:
        """The requests by which one sees whether this kind stands at the portal's address, best first."""

    def recognise(self, portal: Portal, call: Call, payload: Payload) -> Evidence | None:
        """What the answer to a probe proves about this kind."""

    def start(self, portal: Portal) -> list[Call]:
        """The first calls of a complete listing."""

    def read(self, portal: Portal, call: Call, payload: Payload) -> Page:
        """What an answer says: entries and further calls."""

    def split(self, portal: Portal, call: Call) -> list[Call]:
        """Smaller calls that together ask for the same as a call that failed; empty where it cannot be cut."""
