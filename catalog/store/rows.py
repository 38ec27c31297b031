"""The rows that one found record becomes. Pure: ids are given, nothing is looked up."""

from __future__ import annotations

from base64 import b32encode
from collections import Counter
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from catalog.cleaning.codes import CleanCodes
from catalog.record.canonical import canonical_bytes, digest
from catalog.record.columns import DatasetRow, dataset_row
from catalog.record.kinds import KINDS
from catalog.record.terms import IRI
from catalog.store.sink import Found
from catalog.vocabulary.folding import search_forms

CODES = CleanCodes()
COLUMNS = (
    *(
        "iri",
        "class",
        "type",
        "title",
        "publisher",
        "contact",
        "issued",
        "modified",
        "temporal_start",
        "temporal_end",
    ),
    *(
        "license",
        "access_rights",
        "frequency",
        "language",
        "landing_page",
        "spatial",
        "west",
        "south",
        "east",
        "north",
    ),
    *("distributions", "errors", "warnings", "raw_digest", "reader"),
)
"""The columns of `dataset` that follow from the record, in the order of `Draft.columns`."""


def dataset_key(portal: str, identifier: str) -> str:
    """The stable short key of a record: 12 characters of base 32 over portal and source identifier (60 bits)."""
    hashed = blake2b(f"{portal}\0{identifier}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return b32encode(hashed).decode()[:12].lower()


@dataclass(slots=True)
class Draft:
    """A record made ready for its rows."""

    found: Found
    canonical: bytes
    digest: bytes
    row: DatasetRow
    themes: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)

    def columns(self, publisher: int | None) -> tuple[Any, ...]:
        """The values of `COLUMNS`; `publisher` is the agent's id."""
        row, found = self.row, self.found
        root = found.record.root if found.record else None
        errors, warnings = gravity(found.findings)
        return (
            *(root.id if root is not None and type(root.id) is IRI else "", type(root).__name__, found.type),
            *(row.title, publisher, row.contact, row.issued or None, row.modified or None),
            *(
                row.temporal_start or None,
                row.temporal_end or None,
                row.license,
                row.access_rights,
                row.frequency,
            ),
            *(row.language, row.landing_page, row.spatial, *(row.bbox or (None, None, None, None))),
            *(len(row.distributions), errors, warnings, found.raw_digest, found.reader),
        )


def draft(found: Found) -> Draft:
    """Canonical form, digest and columns of a found record (whose `record` is not None)."""
    assert found.record is not None
    canonical = canonical_bytes(found.record)
    return Draft(found, canonical, digest(canonical), dataset_row(found.record, CODES))


def gravity(findings: Counter[str]) -> tuple[int, int]:
    """How many kinds of finding are errors, and how many warnings."""
    worst = [_WORST[slug] for slug in findings]
    return worst.count("error"), worst.count("warning")


_WORST = {slug: kind.worst for slug, kind in KINDS.items()}


def search_text(row: DatasetRow) -> tuple[str, str]:
    """What full-text search knows of a record: folded title; folded description, keywords and publisher."""
    rest = f"{row.description[:20_000]} {' '.join(row.keywords)} {row.publisher}"
    return search_forms(row.title), search_forms(rest)
