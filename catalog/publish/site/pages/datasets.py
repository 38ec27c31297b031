"""The search page: words, filters, hits."""

import json
from collections.abc import Callable
from typing import Any

from datasette import Response

from catalog.publish.site import labels
from catalog.publish.site.search import CAP, COUNTED, FILTERS, NOT_GIVEN, PAGE_SIZE, TYPES, Search
from catalog.publish.site.visit import Row, Visit

_LAST_PAGE = CAP // PAGE_SIZE
_TITLES = "select key, coalesce(nullif(title, ''), url) as title from portal"
_FINDING = "select what_de, what_en from finding_kind where slug = :slug"
_FACETS = ("type", "portal", "theme", "license", "format")


async def show(datasette: Any, request: Any) -> Response:
    """A page of hits; `q` and the filters stand in the address."""
    visit = Visit(datasette, request)
    search = _asked(visit)
    values = search.values | {name: search.filters.get(name) for name in ("portal", "type")}
    if "open" in search.filters:
        values["open"] = await _open_codes(visit)
    counted = await visit.row(COUNTED if search.plain else search.count(), **values)
    total = counted[0] if counted else 0
    last = max(1, min(_LAST_PAGE, -(-total // PAGE_SIZE)))
    number = min(visit.number("page"), last)
    names = _Names(visit, await visit.rows(_TITLES))
    context = {
        "search": search,
        "total": total,
        "capped": total > CAP and not search.plain,
        "cap": CAP,
        "page": number,
        "last": last,
        "hits": await visit.rows(search.page(), **values, start=(number - 1) * PAGE_SIZE),
        "facets": _grouped(await visit.rows(search.facets(), **values), search, names),
        "chips": await _chips(visit, search, names),
    }
    return await visit.page("datasets", context)


def _asked(visit: Visit) -> Search:
    filters = {name: visit.argument(name) for name in FILTERS if visit.argument(name)}
    if filters.get("type") not in TYPES:
        filters.pop("type", None)
    return Search(visit.argument("q"), filters, visit.argument("state") == "gone")


async def _open_codes(visit: Visit) -> str:
    rows = await visit.rows("select distinct license from stat_license")
    return json.dumps([row[0] for row in rows if labels.is_open(row[0])])


class _Names:
    """What the codes of the facets are called."""

    def __init__(self, visit: Visit, portals: list[Row]) -> None:
        self.reader = visit.reader
        self.portals: dict[str, str] = {row["key"]: row["title"] for row in portals}

    def of(self, facet: str, code: str) -> str:
        """The name of a facet's value."""
        if code in ("", NOT_GIVEN):
            return self.reader.message("none")
        if facet == "type":
            return self.reader.message(f"type.{code}")
        if facet == "portal":
            return self.portals.get(code, code)
        named: dict[str, Callable[[str, str], str]] = {
            "theme": labels.theme,
            "license": labels.licence,
            "format": labels.file_format,
        }
        return named[facet](code, self.reader.language)


def _grouped(rows: list[Row], search: Search, names: _Names) -> dict[str, list[tuple[str, str, int]]]:
    """Facet -> (code, name, number); a facet that is filtered by is not offered again, nor where all is of one type."""
    found: dict[str, list[tuple[str, str, int]]] = {
        name: [] for name in _FACETS if name not in search.filters
    }
    for row in rows:
        if row["facet"] in found:
            code = row["code"] or NOT_GIVEN
            found[row["facet"]].append((code, names.of(row["facet"], code), row["number"]))
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
        elif name in ("open", "sound"):
            text = visit.reader.message(f"{name}.yes")
        else:
            text = names.of(name, value)
        found.append((name, visit.reader.message(f"facet.{name}"), text))
    if search.gone:
        found.append(("state", visit.reader.message("facet.state"), visit.reader.message("state.gone")))
    return found
