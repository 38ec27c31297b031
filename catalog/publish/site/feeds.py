"""The feeds and the single records as RDF: pages of 100, unchanged ones answered with 304."""

import asyncio
import os
from dataclasses import replace
from typing import Any

from datasette import NotFound, Response

from catalog.publish import feed, selection
from catalog.publish.german import PROFILE
from catalog.publish.selection import Published, Scope
from catalog.publish.site.paging import Pages, pages
from catalog.publish.site.visit import Row, Visit
from catalog.publish.syntaxes import SYNTAXES, Syntax, serialise
from catalog.store.reading import RECORD, STATE

FORM = 6
"""Raise it when the same records give another feed, so that no harvester is told *unchanged*."""

_PORTAL = "select id, title, publisher, url from portal where key = :key"
_MUNICIPALITY = "select name from municipality where ags = :key"
_MODEL = "select label from model where slug = :key"
WITHHELD = "The metadata of this portal may not be published again.\n"


async def catalogue(datasette: Any, request: Any) -> Response:
    """A page of all datasets that a catalogue lists; with `website=1` also of those found on web pages."""
    visit = Visit(datasette, request)
    websites = visit.argument("website") == "1"
    return await _page(visit, feed.site_feed(visit.base, websites), Scope(websites=websites))


async def portal(datasette: Any, request: Any) -> Response:
    """A page of one portal's datasets."""
    visit = Visit(datasette, request)
    key, found = await _known(visit, _PORTAL)
    described = feed.portal_feed(visit.base, key, found["title"], found["publisher"], found["url"])
    return await _page(visit, described, Scope("portal", found["id"]))


async def municipality(datasette: Any, request: Any) -> Response:
    """A page of one municipality's datasets, whichever portal has them."""
    visit = Visit(datasette, request)
    key, found = await _known(visit, _MUNICIPALITY)
    websites = visit.argument("website") == "1"
    described = feed.municipality_feed(visit.base, key, found["name"], websites)
    return await _page(visit, described, Scope("municipality", key, websites))


async def model(datasette: Any, request: Any) -> Response:
    """A page of the datasets that are one model dataset, of all municipalities."""
    visit = Visit(datasette, request)
    key, found = await _known(visit, _MODEL)
    websites = visit.argument("website") == "1"
    described = feed.model_feed(visit.base, key, found["label"], websites)
    return await _page(visit, described, Scope("model", key, websites))


async def _known(visit: Visit, sql: str) -> tuple[str, Row]:
    key = visit.request.url_vars["key"]
    found = await visit.row(sql, key=key)
    if found is None:
        raise NotFound(key)
    return key, found


async def dataset(datasette: Any, request: Any) -> Response:
    """One dataset with its provenance; with `run=N` as it was at that run."""
    return await described(Visit(datasette, request), request.url_vars["key"], request.url_vars["extension"])


async def described(visit: Visit, key: str, extension: str, vary: str = "") -> Response:
    """One dataset in a syntax; raises NotFound for an unknown key, and for a run before the dataset was there."""
    syntax, run = SYNTAXES[extension], visit.number("run", 0)
    form = _profiled(visit, feed.site_feed(visit.base))
    tag = await etag(visit, f"{key}.{extension}{form.profile}{run or ''}")
    if unchanged(visit, tag):
        return visit.answer(b"", syntax.content_type, 304, vary, etag=tag)
    row = await _published(visit, key, run)
    if row is None:
        return visit.answer(WITHHELD, "text/plain; charset=utf-8", 403, vary)
    body = serialise(feed.dataset_lines(form, row), syntax)
    page = visit.link(f"/dataset/{key}", run=run or None, lang=None)
    links = [f'<{visit.base}{page}>; rel="describedby"; type="text/html"']
    links += [
        f'<{visit.base}/dataset/{key}.{other.extension}{f"?run={run}" if run else ""}>; rel="alternate";'
        f' type="{other.media_type}"'
        for other in SYNTAXES.values()
        if other is not syntax
    ]
    location = visit.link(f"/dataset/{key}.{extension}", run=run or None, profile=form.profile, lang=None)
    return visit.answer(
        body, syntax.content_type, 200, vary, etag=tag, link=", ".join(links), content_location=location
    )


async def _published(visit: Visit, key: str, run: int) -> Published | None:
    """The dataset, today's or a former one; None where it may not be published again. Raises NotFound."""
    left_out = await visit.database.execute_fn(selection.withheld)
    national = await visit.database.execute_fn(selection.knows_national)
    given = selection.values(Scope(), left_out, national)
    found = await visit.row(selection.ONE, key=key, **given)
    if found is None:
        raise NotFound(key)
    row = Published(*found)
    if row.portal_key in {portal.key for portal in left_out}:
        return None
    return await at_run(visit, row, run) if run else row


async def at_run(visit: Visit, row: Published, run: int) -> Published:
    """The dataset as it was known at a run. Raises NotFound for one before it was seen."""
    versions = await visit.rows(selection.AT_RUN, key=row.key, run=run)
    record = next((version for version in versions if version["record"]), None)
    if record is None:
        raise NotFound(row.key)
    gone = versions[0]["started"] if versions[0]["event"] == "gone" else None
    return row._replace(record=record["record"], changed=record["started"], gone_at=gone, last_seen=None)


async def canonical(datasette: Any, request: Any) -> Response:
    """One dataset as the canonical JSON whose digest decides what changed; with `run=N` as it was at that run."""
    visit = Visit(datasette, request)
    key, run = request.url_vars["key"], visit.number("run", 0)
    tag = await etag(visit, f"{key}.json{run or ''}")
    if unchanged(visit, tag):
        return visit.answer(b"", "application/json", 304, etag=tag)
    rows = await visit.rows(selection.AT_RUN, key=key, run=run) if run else await visit.rows(RECORD, key=key)
    record = next((row["record"] for row in rows if row["record"]), None)
    if record is None:
        raise NotFound(key)
    return visit.answer(record, "application/json; charset=utf-8", etag=tag)


async def state_of(visit: Visit) -> str:
    """Changes with every change of the catalogue and with every measurement."""
    state: Row | None = await visit.row(STATE)
    if state is None:
        return "0"
    at = "".join(filter(str.isdigit, state["at"] or ""))
    return f"{state['run']}-{state['version']}-{at}"


async def etag(visit: Visit, what: str) -> str:
    """Changes with every change of the catalogue, and with the address that stands in the feed."""
    return f'"{FORM}-{await state_of(visit)}-{what}-{feed.short(visit.base + contributor(visit))}"'


def unchanged(visit: Visit, tag: str) -> bool:
    """Whether the client already has it (RFC 9110, 13.1.2: weak comparison)."""
    asked = visit.request.headers.get("if-none-match") or ""
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in asked.split(",") if part.strip())


def contributor(visit: Visit) -> str:
    """The operator's ID in the German list of contributors, from the plugin's settings or BESTAND_CONTRIBUTOR_ID."""
    config = visit.datasette.plugin_config("bestand") or {}
    return str(config.get("contributor_id") or os.environ.get("BESTAND_CONTRIBUTOR_ID") or "")


def _profiled(visit: Visit, described: feed.Feed) -> feed.Feed:
    if visit.argument("profile") != PROFILE:
        return described
    return replace(described, profile=PROFILE, contributor=contributor(visit))


async def _page(visit: Visit, plain: feed.Feed, scope: Scope) -> Response:
    described = replace(_profiled(visit, plain), harvest=True)
    syntax = SYNTAXES[visit.request.url_vars["extension"]]
    number = page_number(visit)
    form = f"{'-website' if described.websites else ''}{described.profile}"
    tag = await etag(visit, f"{described.path}{form}-{number}.{syntax.extension}")
    if unchanged(visit, tag):
        return visit.answer(b"", syntax.content_type, 304, etag=tag)
    known = await pages(visit, scope, await state_of(visit))
    rows = await page_rows(visit, scope, known, number)
    body = await asyncio.to_thread(_document, described, syntax, number, known, rows)
    follows = f'<{PROFILES[described.profile]}>; rel="profile"'
    links = f"{links_of(described, syntax, number, known.total)}, {follows}"
    return visit.answer(body, syntax.content_type, etag=tag, link=links)


async def page_rows(visit: Visit, scope: Scope, known: Pages, number: int) -> list[Published]:
    """The datasets of a page. Raises NotFound for a page that is not there."""
    if number > feed.pages(known.total):
        raise NotFound(str(number))
    if not known.starts:
        return []
    given = {**known.given, "size": feed.PAGE_SIZE, "start": known.starts[number - 1]}
    return [Published(*row) for row in await visit.rows(selection.page_of(scope), **given)]


def page_number(visit: Visit) -> int:
    """The page that is asked for. Raises NotFound for what is no number of a page."""
    text = visit.argument("page", 12) or "1"
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise NotFound(text)
    return int(text)


def _document(
    described: feed.Feed, syntax: Syntax, number: int, known: Pages, rows: list[Published]
) -> bytes:
    lines = [
        *feed.page_lines(described, syntax.extension, number, known.total),
        *feed.catalogue_lines(described, known.left_out),
    ]
    lines.extend(feed.page_members(described, rows))
    return serialise(lines, syntax)


def links_of(described: feed.Feed, syntax: Syntax, number: int, total: int) -> str:
    """The neighbours of a page (RFC 8288), the same page in the other syntaxes, and the page for people."""
    names = {"previous": "prev"}
    links = [
        f'<{described.page(syntax.extension, page)}>; rel="{names.get(name, name)}"'
        for name, page in feed.neighbours(number, feed.pages(total)).items()
    ]
    links += [
        f'<{described.page(other.extension, number)}>; rel="alternate"; type="{other.media_type}"'
        for other in SYNTAXES.values()
        if other is not syntax
    ]
    links.append(f'<{described.homepage}>; rel="describedby"; type="text/html"')
    return ", ".join(links)


PROFILES = {"": "http://data.europa.eu/r5r/", PROFILE: "http://dcat-ap.de/def/dcatde/3.0/spec/"}
"""What a feed follows (DCAT-AP, DCAT-AP.de), by the value of `profile`."""
