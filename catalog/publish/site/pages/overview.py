"""The first page: the headline, where municipalities stand, how much there is, how good it is, what happened last."""

from typing import Any

from datasette import Response

from catalog.measure.stocktaking import reading
from catalog.measure.stocktaking.criteria import LEVELS
from catalog.measure.stocktaking.external import EXTERNAL
from catalog.publish.site import charts
from catalog.publish.site.model_names import model_names
from catalog.publish.site.pages.runs import EVENTS
from catalog.publish.site.search import TYPES
from catalog.publish.site.survey import models, survey
from catalog.publish.site.visit import Row, Visit, shares
from catalog.store.reading import WEBSITE

_LISTED = f"portal.kind != '{WEBSITE}'"
"""What was found on web pages is no catalogue's record, and counted apart."""
_CATALOGUES = f"portal in (select id from portal where {_LISTED})"
_FIGURES = f"""
select coalesce(sum(datasets), 0) as datasets, coalesce(sum(distributions), 0) as files,
       coalesce(sum(without_error), 0) as sound, coalesce(sum(open), 0) as open from stat_portal where {_CATALOGUES}
"""
_WEBSITES = f"""
select coalesce(sum(datasets), 0) as datasets from stat_portal join portal on portal.id = stat_portal.portal
where portal.kind = '{WEBSITE}'
"""
_PORTALS = f"""
select count(*) as total, count(*) filter (where last_outcome in ('complete', 'unchanged')) as read from portal
where {_LISTED}
"""
_LARGEST = f"""
select portal.key, portal.title, portal.url, portal.last_outcome, stat_portal.datasets
from stat_portal join portal on portal.id = stat_portal.portal where datasets > 0 and {_LISTED}
order by datasets desc limit 8
"""
_INCOMPLETE = """
select key, title, url, kind, last_outcome from portal where last_outcome not in ('complete', 'unchanged')
order by last_outcome, title limit 12
"""
_FINDINGS = f"""
with counted as (
    select kind.slug, kind.severity, kind.what_de, kind.what_en, sum(stat.datasets) as datasets
    from stat_finding as stat join finding_kind as kind on kind.id = stat.kind
    where kind.severity in ('error', 'warning') and {_CATALOGUES} group by kind.id
), ranked as (select *, row_number() over (partition by severity order by datasets desc, slug) as place from counted)
select * from ranked where place <= 5 order by severity, place
"""
_TOP = {
    "themes": f"select theme as code, sum(datasets) as datasets from stat_theme where {_CATALOGUES} group by theme",
    "formats": f"select format as code, sum(datasets) as datasets from stat_format where {_CATALOGUES} group by format",
    "licences": f"select license as code, sum(datasets) as datasets from stat_license where {_CATALOGUES} group by license",
}
_LAST = "select id, started, coalesce(ended, started) as at from run where command = 'crawl' order by id desc limit 1"
_GROWTH = f"""
select run.id, run.started as at, sum(added) + sum(returned) - sum(gone) as growth
from portal_run join run on run.id = portal_run.run join portal on portal.id = portal_run.portal
where run.id in (select id from run where command = 'crawl' order by id desc limit 20) and {_LISTED}
group by run.id order by run.id desc
"""


async def show(datasette: Any, request: Any) -> Response:
    """Everything comes from the aggregates."""
    visit = Visit(datasette, request)
    run = await visit.row(_LAST)
    ((websites,),) = await visit.rows(_WEBSITES)
    tops = {name: await visit.rows(f"{sql} order by datasets desc limit 8") for name, sql in _TOP.items()}
    figures = await visit.row(_FIGURES)
    growth = _growth(await visit.rows(_GROWTH), figures["datasets"] if figures else 0)
    context = {
        "run": run,
        "figures": figures,
        "websites": websites,
        "type": TYPES[0] if websites else None,  # so that every figure leads to just the entries behind it
        "portals": await visit.row(_PORTALS),
        "largest": await visit.rows(_LARGEST),
        "incomplete": await visit.rows(_INCOMPLETE),
        "findings": await visit.rows(_FINDINGS),
        "events": await visit.rows(EVENTS, run=run["id"]) if run else [],
        "growth": growth,
        "line": charts.line([total for _, _, total in growth]),
        **await _stock(visit),
        **{name: shares(rows, "datasets") for name, rows in tops.items()},
    }
    return await visit.page("overview", context)


def _growth(rows: list[Row], total: int) -> list[tuple[int, str, int]]:
    """Run, time, and how many datasets there were then; the oldest first. Counted back from today's number."""
    found = []
    for row in rows:
        found.append((row["id"], row["at"], total))
        total -= row["growth"] or 0
    return found[::-1]


async def _stock(visit: Visit) -> dict[str, Any]:
    """What the measurement says; nothing where there was none yet."""
    found = await survey(visit)
    if found is None:
        return {"survey": None}
    spread = (await models(visit)).get(-1, [])[:8]
    names = await model_names(visit)
    return {
        "survey": found,
        "headline": await visit.database.execute_fn(reading.headline),
        "before_last": await visit.database.execute_fn(_before),
        "external": next(item for item in EXTERNAL if item.scope == "all"),
        "level_names": LEVELS,
        "stack": charts.stack,
        "models": [(slug, count, names.get(slug, slug)) for slug, count in spread],
    }


def _before(conn: Any) -> dict[str, Any]:
    """Measure → the number of municipalities in the measurement before the newest, where there was one."""
    found = {}
    for name in ("found", "systematic", "level_4"):
        history = reading.share_history(conn, name)
        if len(history) > 1:
            found[name] = history[-2]["yes"]
    return found
