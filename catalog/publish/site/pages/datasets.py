"""The search page: words, filters, hits."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from datasette import Response
from datasette.database import QueryInterrupted
from datasette.utils import sqlite_timelimit

from catalog.publish.site import labels
from catalog.publish.site.nearby import spelled
from catalog.publish.site.search import (
    AGGREGATED,
    CAP,
    COUNTED,
    FILTERS,
    NOT_GIVEN,
    PAGE_SIZE,
    TYPES,
    Hits,
    Rows,
    Search,
    details,
    facets,
)
from catalog.publish.site.visit import Row, Visit

_LAST_PAGE = CAP // PAGE_SIZE
_PARTS = 5
"""Compounds that are named above the hits."""
_FACETS = ("type", "municipality", "land", "class", "portal", "theme", "format", "license", "model")
_OPEN = ("municipality", "theme", "format", "license")
"""Facets whose values are shown at once; the others when asked for."""
_FINDING = "select what_de, what_en from finding_kind where slug = :slug"
_NAMED = {
    "portal": "select key, coalesce(nullif(title, ''), url) from portal",
    "municipality": "select ags as key, name from municipality",
    "model": "select slug as key, iif(:english and name_en <> '', name_en, name) from model",
}


@dataclass(slots=True)
class _Found:
    """What one page shows. `parts`: words of the index that hold a word that was asked for, as titles spell them."""

    hits: Hits
    total: int
    page: int
    last: int
    rows: list[Row]
    facets: Rows
    parts: list[str]


async def show(datasette: Any, request: Any) -> Response:
    """A page of hits; `q` and the filters stand in the address."""
    visit = Visit(datasette, request)
    search = asked(visit)
    wanted, limit = visit.number("page"), datasette.setting("sql_time_limit_ms")

    def look(conn: sqlite3.Connection) -> _Found:
        try:
            with sqlite_timelimit(conn, limit):
                return _look(conn, search, wanted)
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            raise QueryInterrupted(error, search.where, search.values) from error

    found = await visit.database.execute_fn(look)
    names = await _names(visit, search, found.facets)
    context = {
        "search": search,
        "found": found,
        "capped": found.hits.more and not search.plain,
        "cap": CAP,
        "hits": found.rows,
        "facets": _grouped(found.facets, search, names),
        "open": _OPEN,
        "taken": {"q": search.words, **search.filters, "state": "gone" if search.gone else ""},
        "chips": await _chips(visit, search, names),
    }
    return await visit.page("datasets", context)


def asked(visit: Visit) -> Search:
    """The search that an address asks for."""
    filters = {name: visit.argument(name) for name in FILTERS if visit.argument(name)}
    if filters.get("type") not in TYPES:
        filters.pop("type", None)
    return Search(visit.argument("q"), filters, visit.argument("state") == "gone")


def _look(conn: sqlite3.Connection, search: Search, wanted: int) -> _Found:
    hits = search.hits(conn)
    total = len(hits.datasets)
    chosen = {name: search.filters.get(name) for name in ("portal", "type")}
    if search.plain:
        total = conn.execute(COUNTED, chosen).fetchone()[0]
    last = max(1, min(_LAST_PAGE, -(-len(hits.datasets) // PAGE_SIZE)))
    page = min(wanted, last)
    shown = hits.datasets[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    counted = (
        list(map(tuple, conn.execute(AGGREGATED, chosen))) if search.plain else facets(conn, hits.datasets)
    )
    parts = [spelled(conn, word) for word in hits.parts[:_PARTS]] if shown else []
    return _Found(hits, total, page, last, details(conn, shown), counted, parts)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the codes of the facets are called; `stored`: facet → code → name, where the database names them."""

    visit: Visit
    stored: Mapping[str, Mapping[str, str]]

    def of(self, facet: str, code: str) -> str:
        """The name of a facet's value."""
        reader = self.visit.reader
        if code in ("", NOT_GIVEN):
            return reader.message("none")
        if facet == "type":
            return reader.message(f"type.{code}")
        if facet == "class":
            return reader.message(f"class.{code}") if code in "01234567" else code
        if facet in self.stored:
            name = self.stored[facet].get(code, code)
            return labels.place_name(name) if facet == "municipality" else name
        named: dict[str, Callable[[str, str], str]] = {
            "theme": labels.theme,
            "license": labels.licence,
            "format": labels.file_format,
        }
        return named[facet](code, reader.language) if facet in named else code


async def _names(visit: Visit, search: Search, rows: Rows) -> _Names:
    stored: dict[str, dict[str, str]] = {}
    for facet, sql in _NAMED.items():
        codes = [row[1] for row in rows if row[0] == facet]
        codes += [search.filters[facet]] if facet in search.filters else []
        listed = f"{sql} where key in (select value from json_each(:codes))"
        values = {"codes": json.dumps(codes), "english": visit.reader.language == "en"}
        stored[facet] = dict(map(tuple, await visit.rows(listed, **values))) if codes else {}
    return _Names(visit, stored)


def _grouped(rows: Rows, search: Search, names: _Names) -> dict[str, list[tuple[str, str, int]]]:
    """Facet -> (code, name, number); a facet that is filtered by is not offered again, nor where all is of one type."""
    found: dict[str, list[tuple[str, str, int]]] = {
        name: [] for name in _FACETS if name not in search.filters
    }
    for row in rows:
        if row[0] in found:
            code = str(row[1]) or NOT_GIVEN
            found[row[0]].append((code, names.of(row[0], code), row[2]))
    if len(found.get("type", ())) == 1:
        del found["type"]
    return {facet: values for facet, values in found.items() if values}


async def _chips(visit: Visit, search: Search, names: _Names) -> list[tuple[str, str, str]]:
    """The active filters: name in the address, kind in words, value in words."""
    found = []
    for name, value in search.filters.items():
        if name == "finding":
            kind = await visit.row(_FINDING, slug=value)
            text = visit.reader.pick(kind["what_de"], kind["what_en"]) if kind else value
        elif name in ("open", "sound", "once"):
            text = visit.reader.message(f"{name}.yes")
        else:
            text = names.of(name, value)
        found.append((name, visit.reader.message(f"facet.{name}"), text))
    if search.gone:
        found.append(("state", visit.reader.message("facet.state"), visit.reader.message("state.gone")))
    return found
