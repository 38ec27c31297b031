"""One municipality: where it stands and why, what to do next, from whom to copy, with whom to work; its key may be old."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from datasette import NotFound, Response

from catalog.measure import quality_reading, relations
from catalog.measure.metrics import METRICS
from catalog.measure.stocktaking import reading
from catalog.measure.stocktaking.criteria import LEVELS
from catalog.measure.stocktaking.dimensions import DIMENSIONS
from catalog.publish.site import charts
from catalog.publish.site.model_names import model_names
from catalog.publish.site.pages import municipality_rows
from catalog.publish.site.survey import kept, survey
from catalog.publish.site.visit import Row, Visit
from catalog.store.sink import OUTCOMES

MOST: Final = 4000
"""Records of one municipality that themes, formats and licences are counted over."""
ACTIONS, LISTED, CHANGES = 8, 8, 8
MQA: Final = tuple(dict.fromkeys(metric.dimension for metric in METRICS))
_TOWN = """
select municipality.ags, ars, name, municipality.state as land, type, district, association, population, population_date,
       coalesce(size_class, 0) as size_class, coalesce(unincorporated, 0) as unincorporated,
       coalesce(nullif(homepage.url, ''), municipality.homepage, '') as homepage
from municipality left join homepage on homepage.ags = municipality.ags where municipality.ags = :ags
"""
_FORMER = "select ags from former_key where key = :ags"
_HERE = """
here as (select id, license from dataset where ags = :ags and gone_run is null and not exists (
    select 1 from sighting where sighting.dataset = dataset.id and canonical <> dataset.id) limit :most)
"""
_THEMES = f"""with {_HERE} select theme as code, count(*) as datasets from here
join dataset_theme on dataset_theme.dataset = here.id group by theme order by 2 desc, 1"""
_LICENSES = f"""with {_HERE} select license as code, count(*) as datasets from here group by license
order by 2 desc, 1 limit :listed"""
_FORMATS = f"""with {_HERE} select format as code, count(distinct here.id) as datasets,
    sum(link.state in ('reachable', 'moved')) as working,
    sum(link.state not in ('reachable', 'moved', 'not_checked', 'blocked', 'not_http')) as broken
from here join distribution on distribution.dataset = here.id
left join link on link.url = trim(coalesce(nullif(download_url, ''), access_url))
group by format order by 2 desc, 1 limit :listed"""
_CHANGES = """
select dataset.key, dataset.title, run.id as run, run.started as at,
       (select event from version where version.dataset = dataset.id order by version.id desc limit 1) as event
from (select id, max(changed_run, coalesce(gone_run, 0)) as run from dataset where ags = :ags
      order by 2 desc, 1 desc limit :listed) as newest
join dataset on dataset.id = newest.id join run on run.id = newest.run order by run.id desc, dataset.id desc
"""
_PORTALS = """
select key, coalesce(nullif(title, ''), url) as title, kind, last_outcome, last_complete_at from portal
where key in (select value from json_each(:keys)) order by key
"""
_BEFORE = "select figures from stocktaking where ags = :ags and run < :run order by run desc limit 1"
_BODY = "select name from body where key = :key"


async def show(datasette: Any, request: Any) -> Response:
    """A municipality; with `rows` the rows behind one of its figures, with `print` the short form for two pages."""
    visit = Visit(datasette, request)
    ags = request.url_vars["key"]
    town = await visit.row(_TOWN, ags=ags)
    if town is None:
        return await _moved(visit, ags)
    if visit.argument("rows"):
        return await municipality_rows.show(visit, town, visit.argument("rows"))
    found = await survey(visit)
    told = await visit.database.execute_fn(lambda conn: read(conn, ags))
    context = {
        "town": town,
        "print": visit.argument("print") == "1",
        "survey": found,
        "group": found.of_class(town["size_class"]) if found else None,
        "level_names": LEVELS,
        "dimension_names": DIMENSIONS,
        "mqa_names": MQA,
        "outcomes": OUTCOMES,
        "model_names": await model_names(visit),
        "stack": charts.stack,
        **told,
        "first": None if "score" in told else await _first(visit, ags),
        **await _portals(visit, told["stock"]),
    }
    return await visit.page("municipality", context)


async def _first(visit: Visit, ags: str) -> dict[str, Any] | None:
    """What a municipality with nothing could begin with; looks at all municipalities, so it is kept."""
    return await kept(visit, f"first {ags}", lambda conn, _: relations.first_steps(conn, ags))


async def _moved(visit: Visit, ags: str) -> Response:
    """A key that was valid once leads to today's for good."""
    row = await visit.row(_FORMER, ags=ags)
    if row is None:
        raise NotFound(ags)
    return visit.answer(
        b"", "text/plain; charset=utf-8", 301, location=visit.link(f"/municipality/{row['ags']}")
    )


def read(conn: sqlite3.Connection, ags: str) -> dict[str, Any]:
    """Everything that is known of a municipality, by what the page calls it."""
    stock = reading.municipality(conn, ags, datetime.now(UTC).date())
    records = bool(stock and stock["figures"].get("records"))
    return {
        "stock": stock,
        "before": _before(conn, ags, stock["run"]) if stock else {},
        "history": reading.history(conn, ags),
        **(_published(conn, ags) if records else {}),
    }


def _published(conn: sqlite3.Connection, ags: str) -> dict[str, Any]:
    """What is told of those that publish."""
    given = {"ags": ags, "most": MOST, "listed": LISTED}
    number = (
        conn.execute("select coalesce(size_class, 0) from municipality where ags = ?", (ags,)).fetchone()
        or [0]
    )[0]
    own, others = (
        quality_reading.group_score(conn, "municipality", ags),
        quality_reading.group_score(conn, "class", str(number)),
    )
    return {
        "score": own,
        "class_score": others,
        "mqa": _dimensions(own),
        "class_mqa": _dimensions(others),
        "actions": quality_reading.next_actions(conn, ags, ACTIONS),
        "themes": conn.execute(_THEMES, given).fetchall(),
        "licences": conn.execute(_LICENSES, given).fetchall(),
        "formats": conn.execute(_FORMATS, given).fetchall(),
        "changes": conn.execute(_CHANGES, given).fetchall(),
        "peers": relations.peers_of(conn, ags),
        "missing": relations.missing_of(conn, ags),
        "together": relations.together_of(conn, ags),
        "leakage": conn.execute("select * from leakage where ags = ?", (ags,)).fetchone(),
        "most": MOST,
    }


def _dimensions(score: quality_reading.GroupScore | None) -> dict[str, float]:
    """Dimension of the MQA → share of its points that are reached, 0 to 100, over the metrics that are known."""
    found = {}
    for name in MQA:
        known = [
            (metric.points, share) for metric in METRICS
            if score and metric.dimension == name and (share := score.shares.get(metric.slug)) is not None
        ]  # fmt: skip
        if known:
            found[name] = (
                100 * sum(points * share for points, share in known) / sum(points for points, _ in known)
            )
    return found


def _before(conn: sqlite3.Connection, ags: str, run: int) -> dict[str, Any]:
    """The figures of the judgement before the newest."""
    row = conn.execute(_BEFORE, {"ags": ags, "run": run}).fetchone()
    found: dict[str, Any] = orjson.loads(row[0]) if row else {}
    return found


async def _portals(visit: Visit, stock: dict[str, Any] | None) -> dict[str, Any]:
    """The portals that were asked or that hold records, by key; and the association's name."""
    if stock is None:
        return {"portals": {}, "association": ""}
    keys = [name for role, name, _ in stock["asked"] if role != "homepage"] + stock["figures"].get(
        "portals", []
    )
    rows: list[Row] = await visit.rows(_PORTALS, keys=orjson.dumps(keys).decode())
    body = await visit.row(_BODY, key=stock["via"]) if stock["via"] else None
    return {"portals": {row["key"]: row for row in rows}, "association": body["name"] if body else ""}
