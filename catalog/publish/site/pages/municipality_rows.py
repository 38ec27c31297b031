"""The rows behind one figure of a municipality, in words: which datasets meet a criterion and which do not."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from datasette import NotFound, Response

from catalog.measure.method import MEASURES, parameters, rows, spelt_out
from catalog.publish.site.messages import MESSAGES
from catalog.publish.site.model_names import model_names
from catalog.publish.site.visit import DATABASE, Row, Visit

PAGE_SIZE = 100
_PORTALS = "select key, coalesce(nullif(title, ''), url) as title from portal"
_TAKEN = ("key", "title", "portal", "passed", "ags")
"""Columns that are shown in a way of their own."""
_YES_OR_NO = ("closed", "has_publisher", "has_contact", "in_time", "state_portal", "national")
_KNOWN = frozenset(name.removeprefix("column.") for name in MESSAGES if name.startswith("column."))
"""Columns that have a name for people."""


async def show(visit: Visit, town: Row, slug: str) -> Response:
    """A page of rows; raises NotFound for a figure that has no rows of one municipality."""
    measure = MEASURES.get(slug)
    if measure is None or ":ags" not in measure.sql:
        raise NotFound(slug)
    today, page = datetime.now(UTC).date(), visit.number("page")
    listed = await visit.database.execute_fn(lambda conn: _page(conn, slug, town["ags"], today, page))
    columns = list(dict.fromkeys(name for row in listed for name in row))
    context = {
        "town": town,
        "measure": measure,
        "rows": listed[:PAGE_SIZE],
        "columns": [name for name in columns if name not in _TAKEN],
        "known": _KNOWN,
        "model_names": await model_names(visit),
        "portals": {row["key"]: row["title"] for row in await visit.rows(_PORTALS)},
        "yes_or_no": _YES_OR_NO,
        "judged": "passed" in columns,
        "page": page,
        "more": len(listed) > PAGE_SIZE,
        "sql": visit.datasette.urls.database(DATABASE),
        "query": spelt_out(measure.sql, today),
        "values": parameters(measure.sql, today, ags=town["ags"]),
    }
    return await visit.page("municipality_rows", context)


def _page(conn: sqlite3.Connection, slug: str, ags: str, today: date, page: int) -> list[dict[str, Any]]:
    """The rows of a page, and one more where there is another page."""
    start = (page - 1) * PAGE_SIZE
    return list(islice(rows(conn, slug, today, ags=ags), start, start + PAGE_SIZE + 1))
