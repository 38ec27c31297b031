"""Portals: how the last run ended, what they hold, what they answered, what could not be read."""

from typing import Any

from datasette import NotFound, Response

from catalog.publish.site.visit import Visit
from catalog.store.reading import WEBSITE

FIRST = 10
"""Findings that a portal's page shows at once."""

SHOWN = 50
"""Rows of evidence, unread fields and rejected entries on a portal's page."""

_ALL = """
select portal.key, portal.title, portal.url, portal.kind, portal.last_outcome, portal.last_complete_at,
       coalesce(stat.datasets, 0) as datasets, coalesce(stat.without_error, 0) as sound, coalesce(stat.open, 0) as open
from portal left join stat_portal as stat on stat.portal = portal.id
order by datasets desc, portal.title limit 2000
"""
_ONE = """
select portal.*, municipality.name as municipality, coalesce(stat.datasets, 0) as datasets, stat.distributions,
       stat.without_error as sound, stat.open, stat.gone
from portal left join stat_portal as stat on stat.portal = portal.id
left join municipality on municipality.ags = portal.ags
where portal.key = :key
"""
_RUNS = """
select portal_run.id, portal_run.run, portal_run.started, outcome, note, requests, bytes, seconds, claimed, delivered,
       rejected, added, changed, gone, returned
from portal_run where portal = :portal order by run desc limit 20
"""
_EVIDENCE = """
select evidence.at, evidence.url, status, verdict, proof from evidence
where portal_run in (select id from portal_run where portal = :portal order by run desc limit 5)
order by evidence.id desc limit :shown
"""
_UNREAD = "select key, count, last_run from unread where portal = :portal order by count desc limit :shown"
_REJECTED = """
select identifier, error from rejected
where portal_run in (select id from portal_run where portal = :portal order by run desc limit 1) limit :shown
"""
_FINDINGS = """
select kind.slug, kind.severity, kind.what_de, kind.what_en, kind.fix_de, kind.fix_en, stat.datasets, stat.count
from stat_finding as stat join finding_kind as kind on kind.id = stat.kind
where stat.portal = :portal
order by case kind.severity when 'error' then 0 when 'warning' then 1 else 2 end, stat.datasets desc limit 200
"""


async def show_all(datasette: Any, request: Any) -> Response:
    """All portals, the largest first."""
    visit = Visit(datasette, request)
    portals = await visit.rows(_ALL)
    websites = sum(1 for row in portals if row["kind"] == WEBSITE)
    return await visit.page("portals", {"portals": portals, "websites": websites})


async def show(datasette: Any, request: Any) -> Response:
    """One portal; a portal without datasets says why."""
    visit = Visit(datasette, request)
    portal = await visit.row(_ONE, key=request.url_vars["key"])
    if portal is None:
        raise NotFound(request.url_vars["key"])
    number = portal["id"]
    context = {
        "portal": portal,
        "shown": SHOWN,
        "first": FIRST,
        "runs": await visit.rows(_RUNS, portal=number),
        "findings": await visit.rows(_FINDINGS, portal=number),
        "evidence": await visit.rows(_EVIDENCE, portal=number, shown=SHOWN),
        "unread": await visit.rows(_UNREAD, portal=number, shown=SHOWN),
        "rejected": await visit.rows(_REJECTED, portal=number, shown=SHOWN),
    }
    return await visit.page("portal", context)
