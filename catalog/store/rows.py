"""The rows that one found record becomes. Pure: ids are given, nothing is looked up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

from catalog.cleaning.codes import CleanCodes
from catalog.record.canonical import digest, encode, to_json
from catalog.record.columns import DatasetRow, dataset_row
from catalog.record.kinds import KINDS
from catalog.record.node import Record
from catalog.record.terms import IRI
from catalog.store.search import search_text
from catalog.store.sink import Found, Reject

CODES = CleanCodes()
_BASE_32 = "abcdefghijklmnopqrstuvwxyz234567"
_PAIRS = [first + second for first in _BASE_32 for second in _BASE_32]
LONGEST_RAW = 100_000
"""Characters of a rejected item that are kept."""
COLUMNS = (
    *("iri", "class", "type", "title", "publisher", "contact", "issued", "modified"),
    *("temporal_start", "temporal_end", "license", "access_rights", "frequency", "language", "landing_page"),
    *(
        "spatial",
        "west",
        "south",
        "east",
        "north",
        "distributions",
        "errors",
        "warnings",
        "raw_digest",
        "reader",
    ),
)
"""The columns of `dataset` that follow from the record, in the order of `Draft.columns`."""


class Kept(NamedTuple):
    """What the store knows of a record: the runs and digests by which it is seen what happened to it."""

    id: int
    gone_run: int | None
    first_seen: int
    changed_run: int
    raw_digest: bytes
    reader: int
    type: str


def dataset_key(portal: str, identifier: str) -> str:
    """The stable short key of a record: 12 characters of base 32 over portal and source identifier (60 bits)."""
    hashed = blake2b(f"{portal}\0{identifier}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    number = int.from_bytes(hashed) >> 4
    return "".join([_PAIRS[number >> place & 1023] for place in (50, 40, 30, 20, 10, 0)])


def storable(text: str) -> str:
    """The text without unpaired surrogates, which UTF-8 and so SQLite cannot hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


@dataclass(slots=True)
class Form:
    """What becomes rows of a record. `iri` and `cls` are those of its root."""

    iri: str
    cls: str
    canonical: bytes
    digest: bytes
    row: DatasetRow
    search: tuple[str, str]


@dataclass(slots=True)
class Draft:
    """A found record made ready for its rows."""

    found: Found
    form: Form

    def columns(self, publisher: int | None) -> tuple[Any, ...]:
        """The values of `COLUMNS`; `publisher` is the agent's id."""
        form, row, found = self.form, self.form.row, self.found
        return (
            *(form.iri, form.cls, found.type, row.title, publisher, row.contact),
            *(row.issued or None, row.modified or None, row.temporal_start or None, row.temporal_end or None),
            *(row.license, row.access_rights, row.frequency, row.language, row.landing_page, row.spatial),
            *(row.bbox or (None, None, None, None)),
            *(len(row.distributions), *gravity(found.findings), found.raw_digest, found.reader),
        )


def form(record: Record) -> Form:
    """Canonical form, digest, columns and words of a record. Raises TypeError for text that UTF-8 cannot hold."""
    encoded = to_json(record)
    canonical = encode(encoded)
    row, root = dataset_row(record, CODES), record.root
    iri = root.id if type(root.id) is IRI else ""
    return Form(iri, type(root).__name__, canonical, digest(canonical), row, search_text(encoded))


def draft(found: Found) -> Draft:
    """A found record (whose `record` is not None) with its form. Raises TypeError for text that UTF-8 cannot hold."""
    assert found.record is not None
    return Draft(found, form(found.record))


def rejected(found: Found, error: Exception) -> Reject:
    """A record that cannot become rows, as a rejected item: its parts as Python shows them."""
    raw = repr(found.record)[:LONGEST_RAW].encode("utf-8", "backslashreplace")
    return Reject(found.identifier, raw, f"{type(error).__name__}: {error}"[:300])


def gravity(findings: Counter[str]) -> tuple[int, int]:
    """How many kinds of finding are errors, and how many warnings."""
    worst = [_WORST[slug] for slug in findings]
    return worst.count("error"), worst.count("warning")


_WORST = {slug: kind.worst for slug, kind in KINDS.items()}
