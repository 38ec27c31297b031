"""What came, changed, went and returned, newest first, with the fields that changed."""

from typing import Any

from datasette import Response

from catalog.publish.site import towns
from catalog.publish.site.visit import Row, Visit
from catalog.publish.wording import changed_fields

PAGE_SIZE = 50
EVENTS = ("added", "changed", "gone", "returned")

_SHOWN = """
select version.id, version.event, version.run, run.started, dataset.key, dataset.type, dataset.title, dataset.identifier,
       portal.key as portal, portal.title as portal_title, portal.url as portal_url, dataset.ags,
       (select name from municipality where municipality.ags = dataset.ags) as municipality,
       case when version.event = 'changed' then version.record end as record,
       case when version.event = 'changed' then (
           select earlier.record from version as earlier where earlier.dataset = version.dataset
           and earlier.id < version.id and earlier.record is not null order by earlier.id desc limit 1) end as earlier
"""
# Of a municipality its datasets come first; else the newest versions, until a page is full.
_EVERYBODY = "from version join dataset on dataset.id = version.dataset"
_OF_TOWN = "from dataset cross join version on version.dataset = dataset.id and dataset.ags = :ags"
_NAMED = "join portal on portal.id = dataset.portal join run on run.id = version.run where true"
_CONDITIONS = {
    "run": "version.run = :run",
    "event": "version.event = :event",
    "portal": "dataset.portal = (select id from portal where key = :portal)",
}
_ORDER = "order by version.id desc limit :size offset :start"
_RUNS = """
select id, started from run where exists (select 1 from version where version.run = run.id) order by id desc limit 12
"""
_PORTAL = "select key, coalesce(nullif(title, ''), url) as title from portal where key = :key"
_RUN = "select id, started from run where id = :run"


async def show(datasette: Any, request: Any) -> Response:
    """A page of changes; `run`, `event`, `portal` and `municipality` narrow it down."""
    visit = Visit(datasette, request)
    number, meant = visit.number("page"), await towns.meant(visit, "municipality")
    given = _given(visit)
    rows = await visit.rows(
        _sql(given, meant.ags), **given, ags=meant.ags, size=PAGE_SIZE + 1, start=(number - 1) * PAGE_SIZE
    )
    run, portal = given.get("run"), given.get("portal")
    context = {
        "changes": [(row, _fields(visit, row)) for row in rows[:PAGE_SIZE]],
        "page": number,
        "more": len(rows) > PAGE_SIZE,
        "run": await visit.row(_RUN, run=run) if run else None,
        "runs": await visit.rows(_RUNS),
        "event": given.get("event", ""),
        "events": EVENTS,
        "meant": meant,
        "portal": await visit.row(_PORTAL, key=portal) if portal else None,
    }
    return await visit.page("changes", context)


def _given(visit: Visit) -> dict[str, Any]:
    """The filters of the address that say something."""
    event = visit.argument("event")
    given = {
        "run": visit.number("run", 0),
        "event": event if event in EVENTS else "",
        "portal": visit.argument("portal"),
    }
    return {name: value for name, value in given.items() if value}


def _sql(given: dict[str, Any], ags: str) -> str:
    conditions = "".join(f" and {_CONDITIONS[name]}" for name in given)
    return f"{_SHOWN} {_OF_TOWN if ags else _EVERYBODY} {_NAMED}{conditions} {_ORDER}"


def _fields(visit: Visit, row: Row) -> list[str]:
    if not (row["record"] and row["earlier"]):
        return []
    return changed_fields(row["earlier"], row["record"], visit.reader.language)
