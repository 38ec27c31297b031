"""The sitemap for search engines (sitemaps.org): an index, the pages, and the datasets in parts of 20,000."""

import sqlite3
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from datasette import NotFound, Response

from catalog.publish.site.feeds import etag, unchanged
from catalog.publish.site.visit import Row, Visit
from catalog.store.reading import WEBSITE

PART = 20_000
"""Addresses of one file; the standard allows 50,000."""

_TYPE = "application/xml; charset=utf-8"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_PAGES = (
    "/",
    "/municipalities",
    "/datasets",
    "/models",
    "/together",
    "/portals",
    "/runs",
    "/changes",
    "/method",
)
_KEYS = """
select '/municipality/' || ags as path from municipality
union all select '/portal/' || key from portal union all select '/model/' || slug from model
"""
_LAST = "select coalesce(max(id), 0) as last from dataset"
_DATASETS = f"""
select '/dataset/' || dataset.key as path, run.started as at from dataset join run on run.id = dataset.changed_run
where dataset.id > :after and dataset.id <= :last and gone_run is null and dataset.type != '{WEBSITE}' order by dataset.id
"""


async def index(datasette: Any, request: Any) -> Response:
    """The index of all files."""
    visit = Visit(datasette, request)
    if (tag := await etag(visit, "sitemap")) and unchanged(visit, tag):
        return visit.answer(b"", _TYPE, 304, etag=tag)
    names = ["pages", *(str(number) for number in range(1, await _parts(visit) + 1))]
    lines = (f"<sitemap><loc>{visit.base}/sitemap-{name}.xml</loc></sitemap>" for name in names)
    return visit.answer(_document("sitemapindex", lines), _TYPE, etag=tag)


async def part(datasette: Any, request: Any) -> Response:
    """One file: the pages that are no datasets, or a part of the datasets."""
    visit = Visit(datasette, request)
    name = request.url_vars["name"]
    if name != "pages" and int(name) > await _parts(visit):
        raise NotFound(name)
    if (tag := await etag(visit, f"sitemap-{name}")) and unchanged(visit, tag):
        return visit.answer(b"", _TYPE, 304, etag=tag)
    rows = await (_pages(visit) if name == "pages" else _datasets(visit, int(name)))
    return visit.answer(_document("urlset", rows), _TYPE, etag=tag)


async def _parts(visit: Visit) -> int:
    found = await visit.row(_LAST)
    return -(-found["last"] // PART) if found else 0


async def _pages(visit: Visit) -> list[str]:
    keys = await _all(visit, _KEYS, {})
    return [_address(visit.base, path) for path in (*_PAGES, *(row[0] for row in keys))]


async def _datasets(visit: Visit, number: int) -> list[str]:
    rows = await _all(visit, _DATASETS, {"after": (number - 1) * PART, "last": number * PART})
    return [_address(visit.base, row[0], row[1]) for row in rows]


async def _all(visit: Visit, sql: str, given: dict[str, int]) -> list[Row]:
    """All rows; Datasette's own way of asking ends after a thousand."""

    def read(connection: sqlite3.Connection) -> list[Row]:
        return connection.execute(sql, given).fetchall()

    found: list[Row] = await visit.database.execute_fn(read)
    return found


def _address(base: str, path: str, changed: str = "") -> str:
    at = f"<lastmod>{escape(changed)}</lastmod>" if changed else ""
    return f"<url><loc>{escape(base + path)}</loc>{at}</url>"


def _document(root: str, lines: Iterable[str]) -> bytes:
    body = "\n".join(lines)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n{body}\n</{root}>\n'.encode()
    )
