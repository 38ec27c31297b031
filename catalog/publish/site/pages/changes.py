"""What came, changed, went and returned, newest first, with the fields that changed."""

from typing import Any

from datasette import Response

from catalog.publish.site.visit import Row, Visit
from catalog.publish.wording import changed_fields

PAGE_SIZE = 50
EVENTS = ("added", "changed", "gone", "returned")

_CHANGES = """
select version.id, version.event, version.run, run.started, dataset.key, dataset.type, dataset.title, dataset.identifier,
       portal.key as portal, portal.title as portal_title, portal.url as portal_url,
       case when version.event = 'changed' then version.record end as record,
       case when version.event = 'changed' then (
           select earlier.record from version as earlier where earlier.dataset = version.dataset
           and earlier.id < version.id and earlier.record is not null order by earlier.id desc limit 1) end as earlier
from version join dataset on dataset.id = version.dataset join portal on portal.id = dataset.portal
join run on run.id = version.run
where (:run is null or version.run = :run) and (:event = '' or version.event = :event)
and (:portal = '' or portal.key = :portal)
order by version.id desc limit :size offset :start
"""
_RUNS = "select id, started from run order by id desc limit 12"
_RUN = "select id, started from run where id = :run"


async def show(datasette: Any, request: Any) -> Response:
    """A page of changes; `run`, `event` and `portal` narrow it down."""
    visit = Visit(datasette, request)
    number = visit.number("page")
    run = visit.number("run", 0) or None
    event = visit.argument("event") if visit.argument("event") in EVENTS else ""
    rows = await visit.rows(
        _CHANGES,
        run=run,
        event=event,
        portal=visit.argument("portal"),
        size=PAGE_SIZE + 1,
        start=(number - 1) * PAGE_SIZE,
    )
    context = {
        "changes": [(row, _fields(visit, row)) for row in rows[:PAGE_SIZE]],
        "page": number,
        "more": len(rows) > PAGE_SIZE,
        "run": await visit.row(_RUN, run=run) if run else None,
        "runs": await visit.rows(_RUNS),
        "event": event,
        "events": EVENTS,
    }
    return await visit.page("changes", context)


def _fields(visit: Visit, row: Row) -> list[str]:
    if not (row["record"] and row["earlier"]):
        return []
    return changed_fields(row["earlier"], row["record"], visit.reader.language)
