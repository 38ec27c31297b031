"""Changes as Atom: of everything, of one municipality, of one portal, of one model dataset."""

from typing import Any

from datasette import NotFound, Response

from catalog.publish.atom import ATOM_TYPE, Entry, atom
from catalog.publish.site.feeds import etag, unchanged
from catalog.publish.site.visit import Row, Visit
from catalog.publish.wording import changed_fields

SIZE = 50
"""Changes of a feed."""

_PORTAL = "select coalesce(nullif(title, ''), url) as title from portal where key = :key"
_MUNICIPALITY = "select name as title from municipality where ags = :key"
_MODEL = "select label as title from model where slug = :key"
_SOURCES = {
    "": "version where true",
    "portal": "dataset cross join version on version.dataset = dataset.id"
    " where dataset.portal = (select id from portal where key = :key)",
    "municipality": "dataset cross join version on version.dataset = dataset.id where dataset.ags = :key",
    "model": "dataset_model as dataset cross join version on version.dataset = dataset.dataset where dataset.model = :key",
}
_NEWEST = """
select version.id, version.event, run.started, dataset.key, dataset.title, dataset.identifier, agent.name as publisher,
       coalesce(nullif(portal.title, ''), portal.url) as portal,
       case when version.event = 'changed' then version.record end as record,
       case when version.event = 'changed' then (
           select earlier.record from version as earlier where earlier.dataset = version.dataset
           and earlier.id < version.id and earlier.record is not null order by earlier.id desc limit 1) end as earlier
from version join dataset on dataset.id = version.dataset join portal on portal.id = dataset.portal
join run on run.id = version.run left join agent on agent.id = dataset.publisher
where version.id in (select version.id from {source} order by version.id desc limit :size) order by version.id desc
"""


async def everything(datasette: Any, request: Any) -> Response:
    """The newest changes of all portals."""
    visit = Visit(datasette, request)
    return await _answer(visit, "", "", "Bestand", "/changes")


async def of_portal(datasette: Any, request: Any) -> Response:
    """The newest changes of one portal."""
    visit = Visit(datasette, request)
    key = request.url_vars["key"]
    return await _answer(visit, "portal", key, await _title(visit, _PORTAL, key), f"/portal/{key}")


async def of_municipality(datasette: Any, request: Any) -> Response:
    """The newest changes of one municipality's datasets."""
    visit = Visit(datasette, request)
    key = request.url_vars["key"]
    title = await _title(visit, _MUNICIPALITY, key)
    return await _answer(visit, "municipality", key, title, f"/municipality/{key}")


async def of_model(datasette: Any, request: Any) -> Response:
    """The newest changes of the datasets that are one model dataset."""
    visit = Visit(datasette, request)
    key = request.url_vars["key"]
    return await _answer(visit, "model", key, await _title(visit, _MODEL, key), f"/model/{key}")


async def _title(visit: Visit, sql: str, key: str) -> str:
    found = await visit.row(sql, key=key)
    if found is None:
        raise NotFound(key)
    return str(found["title"])


async def _answer(visit: Visit, kind: str, key: str, title: str, page: str) -> Response:
    language = visit.reader.language
    tag = await etag(visit, f"atom-{kind}-{key}-{language}")
    if unchanged(visit, tag):
        return visit.answer(b"", ATOM_TYPE, 304, "Accept-Language", etag=tag)
    rows = await visit.rows(_NEWEST.format(source=_SOURCES[kind]), key=key, size=SIZE)
    path = f"/{kind}/{key}/feed.atom" if kind else "/feed.atom"
    updated = rows[0]["started"] if rows else "1970-01-01T00:00:00Z"
    named = visit.reader.message("atom.title", name=title)
    body = atom(
        visit.base,
        path,
        named,
        f"{visit.base}{page}",
        updated,
        [_entry(visit, row) for row in rows],
        language,
    )
    return visit.answer(body, ATOM_TYPE, 200, "Accept-Language", etag=tag)


def _entry(visit: Visit, row: Row) -> Entry:
    fields = (
        changed_fields(row["earlier"], row["record"], visit.reader.language)
        if row["record"] and row["earlier"]
        else []
    )
    event = visit.reader.message(f"event.{row['event']}")
    title, publisher = row["title"] or row["identifier"], row["publisher"] or ""
    return Entry(row["id"], row["key"], title, event, row["started"], fields, row["portal"], publisher)
