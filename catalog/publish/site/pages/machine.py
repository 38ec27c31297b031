"""What machines ask: is the site well, what may be crawled, and the style sheet."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted

from catalog.publish.site.visit import DATABASE, Visit, style

_LAST = "select id, started, ended, state from run order by id desc limit 1"
_ROBOTS = """# The pages and feeds may be read; raw tables have countless addresses.
User-agent: *
Disallow: {prefix}{database}
Disallow: {prefix}-/
Allow: {prefix}-/bestand.css
Allow: {prefix}

Sitemap: {base}/sitemap.xml
"""


async def healthz(datasette: Any, request: Any) -> Response:
    """JSON: `ok`, the last run and its age in seconds; 503 where the database does not answer."""
    visit = Visit(datasette, request)
    try:
        run = await visit.row(_LAST)
    except (sqlite3.Error, QueryInterrupted) as error:
        return _json(visit, {"ok": False, "error": str(error)}, 503)
    last = (
        {"run": run["id"], "state": run["state"], "started": run["started"], "ended": run["ended"]}
        if run
        else None
    )
    return _json(
        visit, {"ok": True, "last_run": last, "age_seconds": _age(run["started"]) if run else None}, 200
    )


def _json(visit: Visit, value: dict[str, Any], status: int) -> Response:
    return visit.answer(
        json.dumps(value), "application/json; charset=utf-8", status, cache_control="no-store"
    )


def _age(started: str) -> int | None:
    try:
        return int((datetime.now(UTC) - datetime.fromisoformat(started)).total_seconds())
    except ValueError:
        return None


async def robots(datasette: Any, request: Any) -> Response:
    """Search engines may read the pages; the raw tables are left out."""
    visit = Visit(datasette, request)
    text = _ROBOTS.format(prefix=datasette.setting("base_url"), database=DATABASE, base=visit.base)
    return visit.answer(text, "text/plain; charset=utf-8")


async def style_sheet(datasette: Any, request: Any) -> Response:
    """The style sheet, for ever: its address changes with it."""
    visit = Visit(datasette, request)
    return visit.answer(
        style(), "text/css; charset=utf-8", cache_control="public, max-age=31536000, immutable"
    )


async def raw_style_sheet(datasette: Any, request: Any) -> Response:
    """The style sheet for Datasette's own pages."""
    return Visit(datasette, request).answer(style("raw"), "text/css; charset=utf-8")
