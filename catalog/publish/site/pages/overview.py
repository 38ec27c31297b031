"""The first page: how much there is, how good it is, what happened last."""

from typing import Any

from datasette import Response

from catalog.publish.site.pages.runs import EVENTS
from catalog.publish.site.visit import Visit, shares

_FIGURES = """
select coalesce(sum(datasets), 0) as datasets, coalesce(sum(distributions), 0) as files,
       coalesce(sum(without_error), 0) as sound, coalesce(sum(open), 0) as open from stat_portal
"""
_PORTALS = """
select count(*) as total, count(*) filter (where last_outcome in ('complete', 'unchanged')) as read from portal
"""
_LARGEST = """
select portal.key, portal.title, portal.url, portal.last_outcome, stat_portal.datasets
from stat_portal join portal on portal.id = stat_portal.portal where datasets > 0 order by datasets desc limit 8
"""
_INCOMPLETE = """
select key, title, url, last_outcome from portal where last_outcome not in ('complete', 'unchanged')
order by last_outcome, title limit 12
"""
_FINDINGS = """
with counted as (
    select kind.slug, kind.severity, kind.what_de, kind.what_en, sum(stat.datasets) as datasets
    from stat_finding as stat join finding_kind as kind on kind.id = stat.kind
    where kind.severity in ('error', 'warning') group by kind.id
), ranked as (select *, row_number() over (partition by severity order by datasets desc, slug) as place from counted)
select * from ranked where place <= 5 order by severity, place
"""
_TOP = {
    "themes": "select theme as code, sum(datasets) as datasets from stat_theme group by theme",
    "formats": "select format as code, sum(datasets) as datasets from stat_format group by format",
    "licences": "select license as code, sum(datasets) as datasets from stat_license group by license",
}
_LAST = "select id, started, coalesce(ended, started) as at from run order by id desc limit 1"


async def show(datasette: Any, request: Any) -> Response:
    """Everything comes from the aggregates."""
    visit = Visit(datasette, request)
    run = await visit.row(_LAST)
    tops = {name: await visit.rows(f"{sql} order by datasets desc limit 8") for name, sql in _TOP.items()}
    context = {
        "run": run,
        "figures": await visit.row(_FIGURES),
        "portals": await visit.row(_PORTALS),
        "largest": await visit.rows(_LARGEST),
        "incomplete": await visit.rows(_INCOMPLETE),
        "findings": await visit.rows(_FINDINGS),
        "events": await visit.rows(EVENTS, run=run["id"]) if run else [],
        **{name: shares(rows, "datasets") for name, rows in tops.items()},
    }
    return await visit.page("overview", context)
