"""How a store's findings compare with those of real portals, as measured over the bundled figures."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from catalog.record.kinds import KINDS

_HERE = """
select slug, sum(datasets) from stat_finding join finding_kind on finding_kind.id = stat_finding.kind group by slug
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of finding: the share of records that have it here and in the payloads of real portals (0 to 1)."""

    slug: str
    severity: str
    share_here: float
    share_payloads: float


def beside_reality(conn: sqlite3.Connection) -> list[Row]:
    """Every kind of finding that occurs here or there, the most frequent first. Records that are gone do not count."""
    total = conn.execute("select count(*) from dataset where gone_run is null").fetchone()[0]
    here = {slug: count / max(total, 1) for slug, count in conn.execute(_HERE)}
    there = reality()
    rows = [
        Row(slug, KINDS[slug].worst, here.get(slug, 0.0), there.get(slug, 0.0))
        for slug in here.keys() | there.keys()
        if slug in KINDS
    ]
    return sorted(rows, key=lambda row: (-max(row.share_here, row.share_payloads), row.slug))


def per_record(rows: Iterable[Row], severity: str = "error") -> tuple[float, float]:
    """How many kinds of finding of a severity a record has on average: here, and in the payloads."""
    wanted = [row for row in rows if row.severity == severity]
    return sum(row.share_here for row in wanted), sum(row.share_payloads for row in wanted)


@cache
def reality() -> dict[str, float]:
    """Slug -> share of the records of real portals that have the finding (`fleet/reality.csv`)."""
    text = files("fleet").joinpath("reality.csv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {row["slug"]: float(row["share"]) for row in csv.DictReader(lines)}
