"""Quality checks: how many datasets pass each, and of one check the datasets that fail it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from datasette import NotFound, Response

from catalog.measure.metrics import BIT, DIMENSIONS, KNOWN_LICENCE, METRICS, by_slug
from catalog.measure.quality_reading import GroupScore, group_score
from catalog.publish.site import towns
from catalog.publish.site.visit import Row, Visit
from catalog.store.quality import ALIVE, ONCE
from catalog.store.reading import WEBSITE

PAGE_SIZE = 50
CAP = 1_000
"""Datasets that are counted at most."""
_LAST_PAGE: Final = CAP // PAGE_SIZE
_CLASSES: Final = tuple(str(number) for number in range(1, 8))
_FINDINGS = f"""
select kind.slug, kind.severity, kind.what_de, kind.what_en, sum(stat.datasets) as datasets
from stat_finding as stat join finding_kind as kind on kind.id = stat.kind
where portal in (select id from portal where kind != '{WEBSITE}')
group by kind.id order by case kind.severity when 'error' then 0 when 'warning' then 1 else 2 end, datasets desc limit 120
"""
_TOTAL = f"""
select coalesce(sum(datasets), 0) from stat_portal where portal in (select id from portal where kind != '{WEBSITE}')
"""
_KIND = "select id, slug, severity, what_de, what_en, fix_de, fix_en from finding_kind where slug = :slug"
_PORTAL = "select id, key, coalesce(nullif(title, ''), url) as title from portal where key = :key"
_FAILS_METRIC = f"""quality.known & :bit and not quality.passed & :bit
and not (:bit = {KNOWN_LICENCE} and quality.points_national > quality.points)"""
_SHOWN = """dataset.key, dataset.title, dataset.type, portal.key as portal,
coalesce(nullif(portal.title, ''), portal.url) as portal_title, dataset.ags,
(select name from municipality where municipality.ags = dataset.ags) as municipality, quality.points"""


@dataclass(frozen=True, slots=True)
class Failing:
    """The datasets that fail a check: a metric (`bit`) or a kind of finding (`kind`), narrowed down by what `given` says."""

    given: dict[str, Any]

    @property
    def source(self) -> str:
        """From and where. What narrows down most drives: municipality, portal, finding, else all that are scored."""
        given, once = self.given, "" if self.given["portal"] else f" and {ONCE}"
        narrowed = " and dataset.ags = :ags" if given["ags"] else ""
        narrowed += " and dataset.portal = :portal" if given["portal"] else ""
        if given["land"]:
            narrowed += " and dataset.ags in (select ags from municipality where state = :land)"
        if "kind" in given:
            fails = "finding.kind = :kind"
            tables = "finding cross join dataset on dataset.id = finding.dataset"
            if given["ags"] or given["portal"]:
                tables = "dataset cross join finding on finding.dataset = dataset.id and finding.kind = :kind"
            tables += " left join quality on quality.dataset = dataset.id"
        else:
            fails, tables = _FAILS_METRIC, "quality cross join dataset on dataset.id = quality.dataset"
            if given["ags"] or given["portal"]:
                tables = "dataset cross join quality on quality.dataset = dataset.id"
        return f"from {tables} cross join portal on portal.id = dataset.portal where {fails} and {ALIVE}{narrowed}{once}"

    @property
    def page(self) -> str:
        """A page of them: of a municipality the poorest first, else as they come."""
        order = "order by coalesce(quality.points, 0), dataset.key" if self.given["ags"] else ""
        return f"select {_SHOWN} {self.source} {order} limit :size offset :start"

    @property
    def count(self) -> str:
        """How many, at most `CAP` + 1."""
        return f"select count(*) from (select 1 {self.source} limit {CAP + 1})"


async def show_all(datasette: Any, request: Any) -> Response:
    """Every metric with the share that passes, in all and by size class; every kind of finding."""
    visit = Visit(datasette, request)
    everybody, classes = await visit.database.execute_fn(_scores)
    context = {
        "metrics": METRICS, "dimensions": DIMENSIONS, "everybody": everybody, "classes": classes,
        "findings": await visit.rows(_FINDINGS), "total": (await visit.rows(_TOTAL))[0][0],
    }  # fmt: skip
    return await visit.page("quality", context)


def _scores(conn: sqlite3.Connection) -> tuple[GroupScore | None, dict[str, GroupScore]]:
    found = {number: group_score(conn, "class", number) for number in _CLASSES}
    return group_score(conn, "all"), {number: score for number, score in found.items() if score}


async def show(datasette: Any, request: Any) -> Response:
    """The datasets that fail one check; `municipality`, `portal` and `state` narrow them down."""
    visit = Visit(datasette, request)
    slug = request.url_vars["check"]
    given, kind = await failing(visit, slug)
    listed = Failing(given)
    portal = await visit.row(_PORTAL, key=visit.argument("portal")) if visit.argument("portal") else None
    number = min(visit.number("page"), _LAST_PAGE)
    rows = await visit.rows(listed.page, **given, size=PAGE_SIZE + 1, start=(number - 1) * PAGE_SIZE)
    counted = await visit.rows(listed.count, **given)
    metric = by_slug(slug) if slug in BIT else None
    context = {
        "slug": slug, "metric": metric, "kind": kind, "rows": rows[:PAGE_SIZE], "page": number,
        "more": len(rows) > PAGE_SIZE and number < _LAST_PAGE, "count_": counted[0][0], "cap": CAP, "portal": portal,
        "meant": await towns.meant(visit, "municipality"), "lands": await towns.lands(visit), "given": given,
        "score": await _score(visit, given, portal) if metric else None,
    }  # fmt: skip
    return await visit.page("check_failing", context)


async def failing(visit: Visit, slug: str) -> tuple[dict[str, Any], Row | None]:
    """The parameters of a check and of the filters in the address, and the kind of finding if it is one. Raises NotFound
    for what is neither a metric nor a kind of finding, and for an unknown portal or municipality."""
    meant = await towns.meant(visit, "municipality")
    key = visit.argument("portal")
    portal = await visit.row(_PORTAL, key=key) if key else None
    if (key and portal is None) or (meant.text and not meant.town):
        raise NotFound(key or meant.text)
    given = {"ags": meant.ags, "portal": portal["id"] if portal else 0, "land": visit.argument("state")}
    if slug in BIT:
        return {**given, "bit": BIT[slug]}, None
    kind = await visit.row(_KIND, slug=slug)
    if kind is None:
        raise NotFound(slug)
    return {**given, "kind": kind["id"]}, kind


async def _score(visit: Visit, given: dict[str, Any], portal: Row | None) -> GroupScore | None:
    """The figures of the group that is narrowed down to."""
    scope, key = "all", ""
    if given["ags"]:
        scope, key = "municipality", given["ags"]
    elif portal:
        scope, key = "portal", portal["key"]
    elif given["land"]:
        scope, key = "state", given["land"]
    found: GroupScore | None = await visit.database.execute_fn(lambda conn: group_score(conn, scope, key))
    return found
