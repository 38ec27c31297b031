"""What machines ask: is the site well, what may be crawled, and the style sheet."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted

from catalog.publish.site.measuring_points import CONTENT_TYPE, Family, exposition
from catalog.publish.site.visit import DATABASE, Visit, style

_RUN = "select id, command, started, ended, state from run"
_LAST = f"{_RUN} order by id desc limit 1"
_LAST_CRAWL = f"{_RUN} where command = 'crawl' and ended is not null order by id desc limit 1"
_OUTCOMES = """
select coalesce(outcome, '') as outcome, count(*) as portals from portal_run where run = :run group by 1 order by 1
"""
_UP = "Whether the database can be read."
_METRICS = (
    ("bestand_last_run_end_timestamp_seconds", "When the last run of a command ended.", """
        select command, cast(strftime('%s', max(ended)) as integer) from run where ended is not null group by command"""),
    ("bestand_last_run_done", "Whether the last run of a command ended well (1) or not (0).", """
        select command, state = 'done' from (select command, state, max(id) from run where ended is not null
        group by command)"""),
    ("bestand_last_run_duration_seconds", "How long the last run of a command took.", """
        select command, cast(strftime('%s', ended) as integer) - cast(strftime('%s', started) as integer) from (select command, ended, started, max(id) from run
        where ended is not null group by command)"""),
    ("bestand_portals", "Portals by the outcome of their last crawl; empty: never crawled.", """
        select last_outcome as outcome, count(*) from portal group by last_outcome"""),
    ("bestand_portal_complete_oldest_timestamp_seconds", "When the portal that waits longest was last read whole.", """
        select cast(strftime('%s', min(last_complete_at)) as integer) from portal where last_outcome <> ''"""),
    ("bestand_crawl_requests", "Requests of the last crawl.", """
        select sum(requests) from portal_run where run = (select max(id) from run where command = 'crawl')"""),
    ("bestand_datasets", "Datasets that are not gone.", "select coalesce(sum(datasets), 0) from stat_portal"),
    ("bestand_datasets_gone", "Datasets that are gone.", "select coalesce(sum(gone), 0) from stat_portal"),
    ("bestand_attribution_review", "Publishers of doubtful attribution.", "select count(*) from attribution_review"),
    ("bestand_database_bytes", "Size of the database.", """
        select page_count * page_size from pragma_page_count, pragma_page_size"""),
)  # fmt: skip
"""Name, what it says, and a SELECT whose last column holds the value and whose others are labels."""
_ROBOTS = """# The pages and feeds may be read; raw tables have countless addresses.
User-agent: *
Disallow: {prefix}{database}
Disallow: {prefix}-/
Allow: {prefix}-/bestand.css
Allow: {prefix}

Sitemap: {base}/sitemap.xml
"""


async def healthz(datasette: Any, request: Any) -> Response:
    """JSON: whether the database can be read, the last run and the last crawl with age in seconds and outcomes.

    503 where the database does not answer, and, with `?max_age=SECONDS`, where no crawl ended within that time.
    """
    visit = Visit(datasette, request)
    try:
        last, crawl = await visit.row(_LAST), await visit.row(_LAST_CRAWL)
        outcomes = await visit.rows(_OUTCOMES, run=crawl["id"]) if crawl else []
    except (sqlite3.Error, QueryInterrupted) as error:
        return _json(visit, {"ok": False, "database": "unreadable", "error": str(error)}, 503)
    said = _run(crawl)
    if said:
        said["outcomes"] = {row["outcome"]: row["portals"] for row in outcomes}
    age = _age(crawl["ended"]) if crawl and crawl["ended"] else None
    oldest = visit.number("max_age", 0)
    fresh = not oldest or (age is not None and age <= oldest)
    body = {
        "ok": fresh,
        "database": "readable",
        "last_run": _run(last),
        "age_seconds": _age(last["started"]) if last else None,
        "last_crawl": said,
        "crawl_age_seconds": age,
    }
    return _json(visit, body, 200 if fresh else 503)


def _run(row: sqlite3.Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    names = ("command", "state", "started", "ended")
    return {"run": row["id"], **{name: row[name] for name in names}}


async def metrics(datasette: Any, request: Any) -> Response:
    """Prometheus text: runs, portals by outcome, datasets, the size of the file; 503 where the database does not answer."""
    visit = Visit(datasette, request)
    try:
        families = [await _family(visit, *each) for each in _METRICS]
    except (sqlite3.Error, QueryInterrupted):
        return visit.answer(exposition([Family("bestand_up", _UP, [({}, 0)])]), CONTENT_TYPE, 503)
    return visit.answer(
        exposition([Family("bestand_up", _UP, [({}, 1)]), *families]), CONTENT_TYPE, cache_control="no-store"
    )


async def _family(visit: Visit, name: str, said: str, sql: str) -> Family:
    """The last column holds values, those before labels."""
    values = []
    for row in await visit.rows(sql):
        *labels, value = zip(row.keys(), tuple(row), strict=True)
        if value[1] is not None:
            values.append(({key: str(text) for key, text in labels}, float(value[1])))
    return Family(name, said, values)


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
