"""Runs: what each of them read, what failed, what changed."""

from typing import Any

from datasette import NotFound, Response

from catalog.publish.site.messages import MESSAGES
from catalog.publish.site.visit import Visit

EVENTS = "select event, count(*) as number from version where run = :run group by event"
"""How many records came, changed, went and returned in a run."""

_RUNS = """
select run.id, run.started, run.ended, run.state, run.command, run.options, count(portal_run.id) as portals,
       count(portal_run.id) filter (where outcome not in ('complete', 'unchanged')) as failed,
       coalesce(sum(requests), 0) as requests, coalesce(sum(delivered), 0) as delivered,
       coalesce(sum(added), 0) as added, coalesce(sum(changed), 0) as changed, coalesce(sum(gone), 0) as gone,
       coalesce(sum(returned), 0) as returned,
       (julianday(run.ended) - julianday(run.started)) * 86400 as seconds
from run left join portal_run on portal_run.run = run.id
"""
_ALL = _RUNS + "group by run.id order by run.id desc limit 100"
_ONE = _RUNS + "where run.id = :run group by run.id"
_OUTCOMES = """
select coalesce(outcome, '') as outcome, count(*) as portals from portal_run where run = :run
group by 1 order by 2 desc
"""
_WHY = """
select failure.key as kind, sum(failure.value) as requests, count(*) as portals from portal_run, json_each(failures) as failure
where run = :run group by 1 order by 2 desc limit 20
"""
_PORTALS = """
select portal.key, portal.title, portal.url, portal_run.outcome, portal_run.note, requests, bytes, seconds, claimed,
       delivered, rejected, added, changed, gone, returned
from portal_run join portal on portal.id = portal_run.portal where portal_run.run = :run
order by outcome in ('complete', 'unchanged'), portal.title limit 1000
"""


async def show_all(datasette: Any, request: Any) -> Response:
    """The last hundred runs."""
    visit = Visit(datasette, request)
    return await visit.page("runs", {"runs": await visit.rows(_ALL)})


async def show(datasette: Any, request: Any) -> Response:
    """One run and its portals, those that failed first."""
    visit = Visit(datasette, request)
    number = int(request.url_vars["number"])
    run = await visit.row(_ONE, run=number)
    if run is None:
        raise NotFound(str(number))
    why = await visit.rows(_WHY, run=number)
    version = await visit.row("select version from run where id = :run", run=number)
    context = {
        "run": run,
        "version": version["version"] if version else "",
        "outcomes": await visit.rows(_OUTCOMES, run=number),
        "portals": await visit.rows(_PORTALS, run=number),
        "why": why,
        "names": {row["kind"]: _name(visit, row["kind"]) for row in why},
    }
    return await visit.page("run", context)


def _name(visit: Visit, kind: str) -> str:
    """What a kind of failure is called; those that are no outcome by their own name."""
    name = f"outcome.{kind}"
    return visit.reader.message(name) if name in MESSAGES else kind
