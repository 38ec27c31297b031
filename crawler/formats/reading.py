"""What reading yields: entries of a listing, each of which can be read into a record when that is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from catalog.record.node import Record


class UnreadablePayload(Exception):
    """A payload as a whole says nothing: raised by formats and sources, becomes an outcome or a finding.

    `slug` is one of `not-json`, `not-xml`, `not-rdf`, `html-instead`, `api-error`, `truncated`, `entities-refused`,
    `too-deep`, `unexpected-shape`; the message is one clear sentence for people.
    """

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug


@dataclass(slots=True)
class Reading:
    """One record as read: the record, the source's keys that were neither mapped nor out of scope, and the faults
    (finding slugs of `catalog.record.faults`) met while reading."""

    record: Record
    unread: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    type: str = ""
    """The source's own type of the package (`dokument`, `app`, …); empty for a plain dataset."""


@dataclass(slots=True)
class Entry:
    """One item of a listing. `raw` is its canonical source form (for archive of rejects and the proof of *unchanged*);
    `read` maps it and may raise anything: the boundary around one entry turns that into a rejected record.

    `identifier` is the source's own, stable one; empty where the source gives none.
    """

    identifier: str
    raw: bytes
    read: Callable[[], Reading]
    type: str = ""
