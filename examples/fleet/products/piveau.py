"""piveau: a search with a window, and a repository that holds each dataset as RDF."""

from collections.abc import Mapping
from typing import Any

import orjson

from fleet import rdf_text
from fleet.dcat_nodes import dataset_node
from fleet.holdings import Dataset
from fleet.message import Request, Response, json_response, not_found
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.register import slug
from fleet.routes import Route, Routes, fixed, text

SEARCH, REPO = "/api/hub/search", "/api/hub/repo"
WINDOW = 10_000
HOME = "<!doctype html><script>/* piveau hub ui */</script>"


def hub(
    catalogues: Mapping[str, Mapping[str, bytes]],
    *,
    index: Mapping[str, Any] | None = None,
    window: int = WINDOW,
    page: int = 4,
    base: str = "",
) -> Routes:
    """Catalogue → name of a dataset → its Turtle; empty where the repository has nothing, so that only `index` (name →
    document) knows it. `window`: how many hits the search shows; `base`: before each name where addresses are listed."""
    names = {key: list(held) for key, held in catalogues.items()}
    routes: dict[str, Route] = {f"{SEARCH}/search": _search(names, window, page), "/": fixed(text(HOME))}
    for key, held in catalogues.items():
        routes[f"{REPO}/catalogues/{key}/datasets"] = _names(names[key], base)
        for name, body in held.items():
            routes[f"{REPO}/datasets/{name}.ttl"] = fixed(text(body, "text/turtle") if body else not_found())
    for name, document in (index or {}).items():
        routes[f"{SEARCH}/datasets/{name}"] = fixed(json_response({"result": document}))
    return routes


def _search(held: Mapping[str, list[str]], window: int, most: int) -> Route:
    def route(request: Request) -> Response:
        query = request.query
        if query.get("filter") == "catalogue":
            found: list[Any] = [{"id": name} for name in sorted(held)]
            shown = found
        else:
            wanted = orjson.loads(query.get("facets", "{}")).get("catalog", list(held))
            found = [{"id": name, "catalog": {"id": key}} for key in wanted for name in held[key]]
            shown = found[:window]
        page, limit = request.number("page", 0), min(request.number("limit", 10), most)
        shown = shown[page * limit : (page + 1) * limit]
        said = {"index": query.get("filter", "dataset"), "count": len(found), "facets": [], "results": shown}
        return json_response({"result": said})

    return route


def _names(names: list[str], base: str, most: int = 2) -> Route:
    def route(request: Request) -> Response:
        start = request.number("offset", 0)
        return json_response([f"{base}{name}" for name in names[start : start + most]])

    return route


def routes(site: PortalSite) -> Routes:
    """A hub in which each municipality has a catalogue of its own; the Turtle of a spoilt dataset breaks off."""
    held: dict[str, dict[str, bytes]] = {}
    for dataset in site.datasets:
        body = rdf_text.turtle([dataset_node(dataset, site.portal)])
        name = slug(dataset.town.short_name)
        held.setdefault(name, {})[dataset.id] = (
            body.partition(b" a dcat:")[0] if site.is_spoilt(dataset) else body
        )
    return hub(held, page=site.page)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The name by which search and repository know the dataset."""
    return dataset.id
