"""`data.json` (DCAT-US 1.1): a whole catalogue in one file, as a stream, of everything, a municipality or a portal."""

from __future__ import annotations

import asyncio
from typing import Any

from datasette import NotFound, Response
from datasette.utils.asgi import AsgiStream

from catalog.publish import feed
from catalog.publish.data_json import JSON_TYPE, TAIL, entries, head
from catalog.publish.selection import Scope
from catalog.publish.site.feeds import etag, page_rows, state_of, unchanged
from catalog.publish.site.lists import Bytes
from catalog.publish.site.paging import pages
from catalog.publish.site.visit import CACHE, SECURITY, Visit

_SCOPES = {
    "municipality": "select ags as value from municipality where ags = :key",
    "portal": "select id as value from portal where key = :key",
}


async def show(datasette: Any, request: Any) -> Any:
    """The catalogue; pages of a hundred are read one after the other, so that memory stays small."""
    visit = Visit(datasette, request)
    kind, key = request.url_vars.get("kind") or "", request.url_vars.get("key") or ""
    scope = await _scope(visit, kind, key)
    path = f"/{kind}/{key}/data.json" if kind else "/data.json"
    tag = await etag(visit, path)
    if unchanged(visit, tag):
        return visit.answer(b"", JSON_TYPE, 304, etag=tag)
    headers = {**SECURITY, "cache-control": CACHE, "etag": tag}
    visit.request.scope.setdefault("bestand", {})["vary"] = ""
    if request.method == "HEAD":
        return Response(b"", headers=headers, content_type=JSON_TYPE)
    known = await pages(visit, scope, await state_of(visit))
    described = feed.Feed(visit.base, path, "", "", "", "")

    async def stream(writer: Any) -> None:
        out = Bytes(writer)
        await out.write(head(described))
        for number in range(1, len(known.starts) + 1):
            rows = await page_rows(visit, scope, known, number)
            await out.write(await asyncio.to_thread(entries, visit.base, rows, number == 1))
        await out.write(TAIL)

    return AsgiStream(stream, headers=headers, content_type=JSON_TYPE)


async def _scope(visit: Visit, kind: str, key: str) -> Scope:
    """Which datasets are asked for. Raises NotFound."""
    if not kind:
        return Scope()
    found = await visit.row(_SCOPES[kind], key=key)
    if found is None:
        raise NotFound(key)
    return Scope(kind, found["value"])
