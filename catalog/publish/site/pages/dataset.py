"""One dataset: its files, what can be improved, what the portal says about it, and how it changed."""

import re
from typing import Any

import orjson
from datasette import NotFound, Response

from catalog.measure.metrics import BANDS, DIMENSIONS
from catalog.measure.quality_reading import dataset_score
from catalog.publish import wording
from catalog.publish.schema_org import dataset_json
from catalog.publish.site import feeds
from catalog.publish.site.model_names import model_names
from catalog.publish.site.pages import dataset_then
from catalog.publish.site.visit import Row, Visit, is_web
from catalog.publish.syntaxes import SYNTAXES

_ONE = """
select dataset.*, agent.name as publisher_name, portal.key as portal_key, portal.title as portal_title,
       portal.url as portal_url, portal.last_complete_at, version.record, first.started as first_at,
       municipality.name as municipality, body.name as body_name
from dataset join portal on portal.id = dataset.portal left join version on version.id = dataset.version
join run as first on first.id = dataset.first_seen left join agent on agent.id = dataset.publisher
left join municipality on municipality.ags = dataset.ags left join body on body.key = dataset.body
where dataset.key = :key
"""
_CHECKED = "{name}.state as {name}_state, {name}.status as {name}_status, {name}.checked_at as {name}_at"
_FILES = f"""
select distribution.*, {_CHECKED.format(name="access")}, {_CHECKED.format(name="download")}
from distribution left join link as access on access.url = trim(distribution.access_url)
left join link as download on download.url = trim(distribution.download_url)
where dataset = :dataset order by distribution.id limit 200
"""
_ELSEWHERE = """
with head as (select coalesce((select canonical from sighting where dataset = :dataset), :dataset) as id),
members as (select id, '' as reason from head
            union all select dataset, sighting.reason from sighting where canonical = (select id from head))
select dataset.key, dataset.title, dataset.gone_at, portal.key as portal, portal.title as portal_title,
       portal.url as portal_url, portal.last_complete_at as at, dataset.id = (select id from head) as canonical,
       coalesce(nullif(members.reason, ''), (select reason from members where id = :dataset), '') as reason
from members join dataset on dataset.id = members.id join portal on portal.id = dataset.portal
where members.id != :dataset order by canonical desc, portal.title limit 20
"""
_MODELS = """
select slug, evidence, dataset_model.certainty, words
from dataset_model join model on model.slug = dataset_model.model where dataset = :dataset
order by dataset_model.certainty desc
"""
_FINDINGS = """
select kind.slug, kind.severity, kind.what_de, kind.what_en, kind.fix_de, kind.fix_en, finding.count
from finding join finding_kind as kind on kind.id = finding.kind where finding.dataset = :dataset
order by case kind.severity when 'error' then 0 when 'warning' then 1 else 2 end, finding.count desc
"""
_VERSIONS = """
select version.id, event, run, run.started, record from version join run on run.id = version.run
where dataset = :dataset order by version.id desc limit 30
"""
_SHOWN_ELSEWHERE = frozenset({"distribution", "title", "description"})
_PREFERRED = re.compile(r"\s*([\w.+*-]+/[\w.+*-]+)\s*(?:;[^,]*?\bq\s*=\s*([\d.]+))?[^,]*")


async def show(datasette: Any, request: Any) -> Response:
    """The page, or RDF where the client prefers it (`Accept`)."""
    visit = Visit(datasette, request)
    key = request.url_vars["key"]
    extension = preferred(request.headers.get("accept") or "")
    if extension:
        return await feeds.described(visit, key, extension, vary="Accept")
    if run := visit.number("run", 0):
        return await dataset_then.show(visit, key, run)
    found = await visit.row(_ONE, key=key)
    if found is None:
        raise NotFound(key)
    links = ", ".join(
        f'<{visit.base}/dataset/{key}.{item.extension}>; rel="alternate"; type="{item.media_type}"'
        for item in SYNTAXES.values()
    )
    return await visit.page(
        "dataset", await _context(visit, found), vary="Accept, Accept-Language", link=links
    )


def preferred(accepted: str) -> str:
    """The extension of the RDF syntax that `Accept` ranks above HTML; empty where that is HTML or anything."""
    types = {item.media_type: item.extension for item in SYNTAXES.values()}
    best, weight = "", 0.0
    for found in map(_PREFERRED.fullmatch, accepted[:1000].split(",")):
        if found and (here := _quality(found[2])) > weight:
            best, weight = found[1].lower(), here
    return types.get(best, "")


def _quality(text: str | None) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


async def _context(visit: Visit, found: Row) -> dict[str, Any]:
    record = orjson.loads(found["record"] or "{}")
    language = visit.reader.language
    files = await visit.rows(_FILES, dataset=found["id"])
    description = wording.text_in(record, "description", language)
    title = wording.text_in(record, "title", language)
    return {
        "dataset": found,
        "title": title if title.text else wording.Value(found["title"]),
        "description": description,
        "metadata": wording.rows(record, language, _SHOWN_ELSEWHERE),
        "files": files,
        "findings": await visit.rows(_FINDINGS, dataset=found["id"]),
        "score": await visit.database.execute_fn(lambda conn: dataset_score(conn, found["key"])),
        "dimensions": DIMENSIONS,
        "bands": {slug: text for _, slug, text in BANDS},
        "elsewhere": await visit.rows(_ELSEWHERE, dataset=found["id"]),
        "models": await visit.rows(_MODELS, dataset=found["id"]),
        "model_names": await model_names(visit),
        "history": history(await visit.rows(_VERSIONS, dataset=found["id"]), language),
        "syntaxes": SYNTAXES.values(),
        "source": _source(found),
        "schema_org": _schema_org(visit, found, record, files, description.text),
    }


def _source(found: Row) -> str:
    """Where a person sees the dataset in its portal: the landing page, else its own address, else the portal's."""
    places = (found["landing_page"], found["iri"], found["portal_url"])
    return next((place for place in places if is_web(place)), "")


def history(versions: list[Row], language: str) -> list[tuple[Row, list[wording.Difference]]]:
    """Each version, newest first, with its differences from the record before it."""
    found = []
    for place, version in enumerate(versions):
        earlier = next((one["record"] for one in versions[place + 1 :] if one["record"]), None)
        changed = (
            wording.differences(earlier, version["record"], language) if earlier and version["record"] else []
        )
        found.append((version, changed))
    return found


def _schema_org(visit: Visit, found: Row, record: Any, files: list[Row], description: str) -> str:
    facts = {
        "title": found["title"] or found["identifier"],
        "description": description,
        "identifier": found["identifier"],
        "license": found["license"],
        "publisher": found["publisher_name"],
        "issued": found["issued"],
        "modified": found["modified"],
        "keywords": wording.texts(record, "keyword"),
        "landing_page": _source(found),
    }
    return dataset_json(f"{visit.base}/dataset/{found['key']}", facts, [dict(row) for row in files])
