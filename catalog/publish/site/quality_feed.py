"""The quality of datasets as DQV, in the same pages as the feed of the datasets themselves."""

import asyncio
from typing import Any

from datasette import NotFound, Response

from catalog.publish import feed
from catalog.publish.dqv import Quality, metric_lines, quality_lines
from catalog.publish.selection import Scope
from catalog.publish.site.feeds import etag, links_of, page_number, state_of, unchanged
from catalog.publish.site.paging import pages
from catalog.publish.site.visit import Visit
from catalog.publish.syntaxes import SYNTAXES, Syntax, serialise

_PAGE = """
select dataset.id, dataset.key, dataset.iri, quality.points, quality.possible, quality.passed, quality.known
from quality join dataset on dataset.id = quality.dataset
where dataset.id >= :start and dataset.id < :until and dataset.gone_run is null
and dataset.type != 'website' and dataset.portal not in (select value from json_each(:withheld))
{scope} order by dataset.id
"""
_MEASURED = "select max(coalesce(ended, started)) as at from run where command = 'measure'"
_MUNICIPALITY = "select name from municipality where ags = :key"
_BEYOND = 1 << 62


async def everything(datasette: Any, request: Any) -> Response:
    """A page of all measurements."""
    return await _answer(Visit(datasette, request), Scope(), "/quality")


async def of_municipality(datasette: Any, request: Any) -> Response:
    """A page of one municipality's measurements."""
    visit, key = Visit(datasette, request), request.url_vars["key"]
    if await visit.row(_MUNICIPALITY, key=key) is None:
        raise NotFound(key)
    return await _answer(visit, Scope("municipality", key), f"/municipality/{key}/quality")


async def _answer(visit: Visit, scope: Scope, path: str) -> Response:
    syntax, number = SYNTAXES[visit.request.url_vars["extension"]], page_number(visit)
    tag = await etag(visit, f"{path}-{number}.{syntax.extension}")
    if unchanged(visit, tag):
        return visit.answer(b"", syntax.content_type, 304, etag=tag)
    known = await pages(visit, scope, await state_of(visit))
    if number > feed.pages(known.total):
        raise NotFound(str(number))
    bounds = [*known.starts, _BEYOND] if known.starts else [0, 0]
    given = {**known.given, "start": bounds[number - 1], "until": bounds[number]}
    narrowed = "and dataset.ags = :value" if scope.kind else ""
    rows = [Quality(*row) for row in await visit.rows(_PAGE.format(scope=narrowed), **given)]
    measured = await visit.row(_MEASURED)
    at = (measured["at"] or "") if measured else ""
    described = feed.Feed(visit.base, path, "", "", "", f"{visit.base}/quality")
    body = await asyncio.to_thread(_document, described, syntax, number, known.total, rows, at)
    return visit.answer(
        body, syntax.content_type, etag=tag, link=links_of(described, syntax, number, known.total)
    )


def _document(
    described: feed.Feed, syntax: Syntax, number: int, total: int, rows: list[Quality], at: str
) -> bytes:
    lines = [*feed.page_lines(described, syntax.extension, number, total), *metric_lines()]
    for row in rows:
        lines.extend(quality_lines(described.base, row, at))
    return serialise(lines, syntax)
