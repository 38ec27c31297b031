"""EntryScape: a search that lists entries, and one graph (RDF/JSON) an entry."""

from collections.abc import Mapping
from typing import Any

from fleet.dcat_nodes import dataset_node
from fleet.holdings import Dataset
from fleet.message import Request, Response, json_response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.rdf_text import rdf_json
from fleet.routes import Routes, fixed, text

Graph = dict[str, Any]
HOME = "<!doctype html><script src='/theme/local.js'></script><p>EntryScape Blocks</p>"
MAINTENANCE = "<!doctype html><p>Wartung</p>"


def store(
    graphs: Mapping[int, tuple[str, Graph]], broken: frozenset[int] = frozenset(), page: int = 100
) -> Routes:
    """Number of an entry → the address of what it describes and its graph; a page of HTML stands where one is `broken`."""
    numbers = list(graphs)

    def search(request: Request) -> Response:
        if "public:true" not in request.query.get("query", ""):
            return json_response({"error": "not allowed"}, 400)
        start, limit = request.number("offset", 0), min(page, request.number("limit", 50))
        children = [_child(number, graphs[number][0]) for number in numbers[start : start + limit]]
        said = {"results": len(numbers), "limit": limit, "offset": start, "resource": {"children": children}}
        return json_response(said)

    entries = {
        f"/store/1/metadata/{number}": fixed(text(MAINTENANCE) if number in broken else json_response(graph))
        for number, (_, graph) in graphs.items()
    }
    return {"/": fixed(text(HOME)), "/store/search": search, **entries}


def _child(number: int, address: str) -> Graph:
    info = {"http://entrystore.org/terms/resource": [{"type": "uri", "value": address}]}
    said = {"contextId": "1", "entryId": str(number), "info": {f"entry/{number}": info}}
    return said | {"metadata": {address: {}}}


def routes(site: PortalSite) -> Routes:
    """The store; entries keep their numbers in all epochs."""
    graphs, broken = {}, set()
    for dataset in site.datasets:
        node = dataset_node(dataset, site.portal)
        graphs[dataset.number % 1_000_000] = (node.iri, rdf_json([node]))
        if site.is_spoilt(dataset):
            broken.add(dataset.number % 1_000_000)
    return store(graphs, frozenset(broken), site.page)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The address of what the entry describes."""
    return dataset_node(dataset, portal).iri
