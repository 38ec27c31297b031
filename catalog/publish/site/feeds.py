"""The feeds and the single records as RDF: pages of 100, unchanged ones answered with 304."""

import asyncio
from typing import Any

from datasette import NotFound, Response

from catalog.publish import feed
from catalog.publish.site.visit import Row, Visit
from catalog.publish.syntaxes import SYNTAXES, Syntax, serialise
from catalog.store.reading import (
    COUNT_PUBLISHED,
    ONE_PUBLISHED,
    PAGE_PUBLISHED,
    RECORD,
    STATE,
    Published,
    with_websites,
)

FORM = 2
"""Raise it when the same records give another feed, so that no harvester is told *unchanged*."""


async def catalogue(datasette: Any, request: Any) -> Response:
    """A page of all datasets that a catalogue lists; with `website=1` also of those found on web pages."""
    visit = Visit(datasette, request)
    return await _page(visit, feed.site_feed(visit.base, visit.argument("website") == "1"), None)


async def portal(datasette: Any, request: Any) -> Response:
    """A page of one portal's datasets."""
    visit = Visit(datasette, request)
    key = request.url_vars["key"]
    found = await visit.row("select id, title, publisher, url from portal where key = :key", key=key)
    if found is None:
        raise NotFound(key)
    described = feed.portal_feed(visit.base, key, found["title"], found["publisher"], found["url"])
    return await _page(visit, described, found["id"])


async def dataset(datasette: Any, request: Any) -> Response:
    """One dataset with its provenance."""
    return await described(Visit(datasette, request), request.url_vars["key"], request.url_vars["extension"])


async def described(visit: Visit, key: str, extension: str, vary: str = "") -> Response:
    """One dataset in a syntax; raises NotFound for an unknown key."""
    tag = await etag(visit, f"{key}.{extension}")
    if unchanged(visit, tag):
        return visit.answer(b"", SYNTAXES[extension].content_type, 304, vary, etag=tag)
    row = await visit.row(ONE_PUBLISHED, key=key)
    if row is None:
        raise NotFound(key)
    lines = feed.dataset_lines(visit.base, Published(*row))
    links = f'<{visit.base}/dataset/{key}>; rel="describedby"; type="text/html"'
    body = serialise(lines, SYNTAXES[extension])
    location = visit.link(f"/dataset/{key}.{extension}", lang=None)
    return visit.answer(
        body, SYNTAXES[extension].content_type, 200, vary, etag=tag, link=links, content_location=location
    )


async def canonical(datasette: Any, request: Any) -> Response:
    """One dataset as the canonical JSON whose digest decides what changed."""
    visit = Visit(datasette, request)
    key = request.url_vars["key"]
    tag = await etag(visit, f"{key}.json")
    if unchanged(visit, tag):
        return visit.answer(b"", "application/json", 304, etag=tag)
    row = await visit.row(RECORD, key=key)
    if row is None:
        raise NotFound(key)
    return visit.answer(row["record"], "application/json; charset=utf-8", etag=tag)


async def etag(visit: Visit, what: str) -> str:
    """Changes with every change of the catalogue, and with the address that stands in the feed."""
    state: Row | None = await visit.row(STATE)
    version, run = (state["version"], state["run"]) if state else (0, 0)
    return f'"{FORM}-{run}-{version}-{what}-{feed.short(visit.base)}"'


def unchanged(visit: Visit, tag: str) -> bool:
    """Whether the client already has it (RFC 9110, 13.1.2: weak comparison)."""
    asked = visit.request.headers.get("if-none-match") or ""
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in asked.split(",") if part.strip())


async def _page(visit: Visit, described: feed.Feed, portal: int | None) -> Response:
    syntax = SYNTAXES[visit.request.url_vars["extension"]]
    number = _number(visit)
    form = "-website" if described.websites else ""
    tag = await etag(visit, f"{described.path}{form}-{number}.{syntax.extension}")
    if unchanged(visit, tag):
        return visit.answer(b"", syntax.content_type, 304, etag=tag)
    count, page = COUNT_PUBLISHED, PAGE_PUBLISHED
    if described.websites:
        count, page = with_websites(count), with_websites(page)
    counted = await visit.row(count, portal=portal)
    total = counted[0] if counted else 0
    if number > feed.pages(total):
        raise NotFound(str(number))
    start = (number - 1) * feed.PAGE_SIZE
    rows = await visit.rows(page, portal=portal, size=feed.PAGE_SIZE, start=start)
    found = [Published(*row) for row in rows]
    body = await asyncio.to_thread(_document, described, syntax, number, total, found)
    return visit.answer(body, syntax.content_type, etag=tag, link=_links(described, syntax, number, total))


def _number(visit: Visit) -> int:
    text = visit.argument("page", 12) or "1"
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise NotFound(text)
    return int(text)


def _document(described: feed.Feed, syntax: Syntax, number: int, total: int, rows: list[Published]) -> bytes:
    lines = [*feed.page_lines(described, syntax.extension, number, total), *feed.catalogue_lines(described)]
    lines.extend(feed.member_lines(described, row) for row in rows)
    for row in rows:
        lines.extend(feed.dataset_lines(described.base, row))
    return serialise(lines, syntax)


def _links(described: feed.Feed, syntax: Syntax, number: int, total: int) -> str:
    """The neighbours (RFC 8288) and the same page in the other syntaxes."""
    pages = feed.neighbours(number, feed.pages(total))
    names = {"previous": "prev"}
    links = [
        f'<{described.page(syntax.extension, page)}>; rel="{names.get(name, name)}"'
        for name, page in pages.items()
    ]
    links += [
        f'<{described.page(other.extension, number)}>; rel="alternate"; type="{other.media_type}"'
        for other in SYNTAXES.values()
        if other is not syntax
    ]
    return ", ".join(links)
