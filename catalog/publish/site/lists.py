"""Every list as CSV, as a stream in batches, and as XLSX; what one can see one can take along."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from typing import Any, BinaryIO

import orjson
from datasette import NotFound, Response
from datasette.utils.asgi import AsgiStream

from catalog.measure.metrics import BIT, KNOWN_LICENCE
from catalog.publish import listings, selection
from catalog.publish.export import open_read_only
from catalog.publish.listings import BATCH, Listing
from catalog.publish.selection import Scope
from catalog.publish.site.feeds import etag, unchanged
from catalog.publish.site.pages import changes as changes_page
from catalog.publish.site.pages import datasets as datasets_page
from catalog.publish.site.pages import municipalities as municipalities_page
from catalog.publish.site.pages import quality as quality_page
from catalog.publish.site.search import Search
from catalog.publish.site.towns import meant
from catalog.publish.site.visit import CACHE, SECURITY, Visit
from catalog.publish.tables import CSV_TYPE, XLSX_TYPE, csv_rows, write_xlsx

_PORTAL = "select id from portal where key = :key"
_MUNICIPALITY = "select ags from municipality where ags = :key"
_MODEL = "select slug from model where slug = :key"
_RUN = "select id from run where id = :key"
_SCOPES = {"portal": _PORTAL, "municipality": _MUNICIPALITY, "model": _MODEL}
_CHUNK = 256 * 1024
_MOST_HITS = 20_000
"""Hits of a search that one can take along; without words and filters there is no limit."""


async def datasets(datasette: Any, request: Any) -> Any:
    """The datasets that the search finds with the same address, or all of them."""
    visit = Visit(datasette, request)
    search = datasets_page.asked(visit)
    if not (search.words or search.filters or search.gone):
        return await _answer(visit, listings.datasets(Scope()), await _given(visit, Scope()))
    return await _found(visit, search)


async def _found(visit: Visit, search: Search) -> Any:
    hits = await visit.database.execute_fn(lambda connection: search.hits(connection, _MOST_HITS))
    return await _answer(visit, listings.found(), {"hits": selection.as_list(hits.datasets)})


async def of_scope(datasette: Any, request: Any) -> Any:
    """The datasets of a portal, a municipality or a model dataset."""
    visit = Visit(datasette, request)
    kind, key = request.url_vars["kind"], request.url_vars["key"]
    scope = Scope(kind, await _known(visit, _SCOPES[kind], key))
    return await _answer(visit, listings.datasets(scope, f"{key}-datasets"), await _given(visit, scope))


async def named(datasette: Any, request: Any) -> Any:
    """One of the lists of everything, narrowed down by what narrows down its page."""
    visit = Visit(datasette, request)
    name = request.url_vars["name"]
    given = await _narrowed(visit)
    if name == "municipalities":
        given["keys"] = await _asked_for(visit)
    return await _answer(visit, listings.LISTINGS[name], given)


async def _asked_for(visit: Visit) -> str:
    """The keys of the municipalities that the filters leave, as a list in JSON; empty without filters."""
    asked = municipalities_page.asked(visit)
    if not asked.chosen:
        return ""
    sql = municipalities_page.keys(asked)

    def read(connection: sqlite3.Connection) -> str:
        return orjson.dumps([row[0] for row in connection.execute(sql, asked.values)]).decode()

    found: str = await visit.database.execute_fn(read)
    return found


async def changes(datasette: Any, request: Any) -> Any:
    """The changes of one portal or municipality."""
    visit = Visit(datasette, request)
    kind, key = request.url_vars["kind"], request.url_vars["key"]
    await _known(visit, _SCOPES[kind], key)
    given = await _narrowed(visit) | {"ags" if kind == "municipality" else "portal": key}
    return await _answer(visit, listings.CHANGES, given)


async def of_municipality(datasette: Any, request: Any) -> Any:
    """Criteria, next steps, peers, or what is missing, of one municipality."""
    visit = Visit(datasette, request)
    ags = await _known(visit, _MUNICIPALITY, request.url_vars["key"])
    return await _answer(visit, listings.OF_MUNICIPALITY[request.url_vars["name"]], {"ags": ags})


async def run(datasette: Any, request: Any) -> Any:
    """The portals of one run."""
    visit = Visit(datasette, request)
    number = await _known(visit, _RUN, int(request.url_vars["number"]))
    return await _answer(visit, listings.RUN, {"run": number})


async def quality(datasette: Any, request: Any) -> Any:
    """The datasets that fail a check; `municipality` (or `ags`), `portal` and `state` narrow them down."""
    visit = Visit(datasette, request)
    check = request.url_vars["check"]
    asked, _ = await quality_page.failing(visit, check)
    asked["ags"] = asked["ags"] or visit.argument("ags", 12)
    if check not in BIT:
        return await _found(visit, _finding(visit, check, asked))
    scope = Scope("portal", asked["portal"]) if asked["portal"] else Scope()
    given = await _given(visit, scope) | {name: asked[name] for name in ("bit", "ags", "land")}
    return await _answer(visit, listings.losing(scope, check), given | {"national": KNOWN_LICENCE})


def _finding(visit: Visit, check: str, asked: Mapping[str, Any]) -> Search:
    """The search that finds what the page of a finding lists: of a portal all it has, else every dataset once."""
    portal = visit.argument("portal")
    filters = {"finding": check, "municipality": asked["ags"], "land": asked["land"], "portal": portal}
    filters |= {"type": "catalogue", "once": "" if portal else "yes"}
    return Search("", {name: value for name, value in filters.items() if value})


async def _narrowed(visit: Visit) -> dict[str, Any]:
    """What the address narrows lists down by; `municipality` and `town` are names or keys, as on the pages."""
    named = await meant(visit, "town" if visit.argument("town") else "municipality")
    event = visit.argument("event")
    return {
        **listings.WHOLE,
        "run": visit.number("run", 0) or None,
        "portal": visit.argument("portal"),
        "ags": named.ags or named.text or visit.argument("ags", 12),
        "event": event if event in changes_page.EVENTS else "",
        "topic": visit.argument("topic"),
    }


async def _known(visit: Visit, sql: str, key: object) -> Any:
    found = await visit.row(sql, key=key)
    if found is None:
        raise NotFound(str(key))
    return found[0]


async def _given(visit: Visit, scope: Scope) -> dict[str, Any]:
    left_out = await visit.database.execute_fn(selection.withheld)
    return selection.values(scope, left_out, False)


async def _answer(visit: Visit, listing: Listing, given: Mapping[str, Any]) -> Any:
    extension = visit.request.url_vars["extension"]
    media_type = XLSX_TYPE if extension == "xlsx" else CSV_TYPE
    tag = await etag(visit, f"{visit.request.path}-{visit.request.query_string}".replace('"', ""))
    headers = {"etag": tag, "content-disposition": f'attachment; filename="{listing.name}.{extension}"'}
    if unchanged(visit, tag):
        return visit.answer(b"", media_type, 304, etag=tag)
    if visit.request.method == "HEAD":
        return Response(b"", headers={**SECURITY, **headers}, content_type=media_type)
    write = _write_xlsx if extension == "xlsx" else _write_csv

    async def stream(writer: Any) -> None:
        await write(visit, listing, given, writer)

    visit.request.scope.setdefault("bestand", {})["vary"] = ""
    return AsgiStream(
        stream, headers={**SECURITY, "cache-control": CACHE, **headers}, content_type=media_type
    )


class Bytes:
    """A writer of Datasette takes text; ours sends what is bytes already."""

    def __init__(self, writer: Any) -> None:
        self.send = writer.send

    async def write(self, chunk: bytes) -> None:
        await self.send({"type": "http.response.body", "body": chunk, "more_body": True})


async def _write_csv(visit: Visit, listing: Listing, given: Mapping[str, Any], writer: Any) -> None:
    out, after = Bytes(writer), 0
    await out.write(csv_rows([listing.columns]))
    while batch := await visit.database.execute_fn(_reader(listing, given, after)):
        await out.write(await asyncio.to_thread(csv_rows, [row[1:] for row in batch]))
        after = batch[-1][0]
        if len(batch) < BATCH:
            return


def _reader(listing: Listing, given: Mapping[str, Any], after: Any) -> Any:
    return lambda connection: listing.batch(connection, given, after)


async def _write_xlsx(visit: Visit, listing: Listing, given: Mapping[str, Any], writer: Any) -> None:
    out = Bytes(writer)
    with tempfile.TemporaryFile() as file:
        await asyncio.to_thread(_fill, file, str(visit.database.path), listing, given)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            await out.write(chunk)


def _fill(file: BinaryIO, path: str, listing: Listing, given: Mapping[str, Any]) -> None:
    with closing(open_read_only(path)) as connection:
        write_xlsx(file, listing.name, listing.columns, listing.rows(connection, given))
