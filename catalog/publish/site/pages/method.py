"""The method: every published figure with formula, thresholds and rows; milestones; figures of others; how to object."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import urlencode

from datasette import NotFound, Response

from catalog.measure.method import CHANGES, DECISIONS, MEASURES, PARTS, spelt_out
from catalog.measure.stocktaking import reading
from catalog.measure.stocktaking.criteria import LEVELS
from catalog.measure.stocktaking.external import EXTERNAL, External
from catalog.measure.stocktaking.taking import METHOD
from catalog.publish.site.visit import DATABASE, Visit

MOVED = 50
"""Municipalities whose level changed between two milestones that are shown."""
_STOCKTAKING = "all"
"""The group of the one figure of others that is about systematic stocktaking; theirs by size are about publishing."""


async def show(datasette: Any, request: Any) -> Response:
    """The page; `rows=<slug>` leads on to the rows behind a figure in raw Datasette, `first` and `second` compare two
    milestones."""
    visit = Visit(datasette, request)
    asked = visit.argument("rows")
    if asked:
        return _rows(visit, asked)
    milestones = await visit.database.execute_fn(reading.milestones)
    first, second = _chosen(visit, [row["name"] for row in milestones])
    compared = None
    if first and second:
        compared = await visit.database.execute_fn(
            lambda conn: reading.compare_milestones(conn, first, second)
        )
    contact = visit.setting("contact", "BESTAND_CONTACT")
    context = {
        "method": METHOD, "levels": LEVELS, "parts": PARTS, "decisions": DECISIONS, "changes": CHANGES,
        "milestones": milestones, "first": first, "second": second, "compared": compared, "most": MOVED,
        "external": await visit.database.execute_fn(_beside), "contact": contact,
        "mailbox": "@" in contact and not contact.startswith("http"),
    }  # fmt: skip
    return await visit.page("method", context)


def _rows(visit: Visit, slug: str) -> Response:
    if slug not in MEASURES:
        raise NotFound(slug)
    query = urlencode({"sql": " ".join(spelt_out(MEASURES[slug].sql).split())})
    address = f"{visit.datasette.urls.database(DATABASE)}?{query}"
    return visit.answer(b"", "text/plain; charset=utf-8", 302, location=address)


def _chosen(visit: Visit, names: list[str]) -> tuple[str, str]:
    """The two milestones that are compared: as asked for, else the two newest."""
    asked = [visit.argument(name) for name in ("first", "second")]
    if all(name in names for name in asked):
        return asked[0], asked[1]
    return (names[1], names[0]) if len(names) > 1 else ("", "")


def _beside(conn: sqlite3.Connection) -> list[tuple[External, str, dict[str, Any] | None]]:
    """The figures of others, what we call the same, and ours."""
    found = []
    for item in EXTERNAL:
        measure = "systematic" if item.scope == _STOCKTAKING else "found"
        ours = {row["key"]: row for row in reading.shares(conn, measure, item.scope)}
        found.append((item, measure, ours.get(item.key)))
    return found
