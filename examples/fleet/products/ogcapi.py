"""OGC API Records: collections of records beside one of features."""

from collections.abc import Mapping, Sequence
from typing import Any

from fleet.holdings import Dataset
from fleet.message import Request, Response, json_response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products.pieces import box
from fleet.routes import Fails, Route, Routes, fixed, sound
from fleet.topics import THEME_LABELS

Item = dict[str, Any]
CONFORMS = {"conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/core"]}


def server(
    collections: Mapping[str, Sequence[Item]], fails: Fails = sound, page: int = 10, title: str = "Neuwald"
) -> Routes:
    """Name of a collection → its records."""
    named = [{"id": name, "itemType": "record", "links": []} for name in collections]
    landing = {
        "title": title,
        "links": [{"rel": "conformance", "href": "c"}, {"rel": "data", "href": "d"}],
    }
    return {
        "/": fixed(json_response(landing)),
        "/conformance": fixed(json_response(CONFORMS)),
        "/collections": fixed(
            json_response({"collections": [{"id": "haus", "itemType": "feature"}, *named]})
        ),
        **{
            f"/collections/{name}/items": _items(name, each, fails, page)
            for name, each in collections.items()
        },
    }


def _items(name: str, items: Sequence[Item], fails: Fails, most: int) -> Route:
    def route(request: Request) -> Response:
        offset, limit = request.number("offset", 0), min(most, request.number("limit", most))
        found = items[offset : offset + limit]
        if fails(found):
            return json_response({"code": "NoApplicableCode", "description": "boom"}, 500)
        links = [{"rel": "self", "href": "x"}]
        if offset + limit < len(items):
            here = f"{request.base}/collections/{name}/items"
            links.append({"rel": "next", "href": f"{here}?offset={offset + limit}&limit={limit}"})
        said = {"type": "FeatureCollection", "features": found, "numberMatched": len(items)}
        return json_response(said | {"links": links})

    return route


def routes(site: PortalSite) -> Routes:
    """Two collections: geodata and the rest."""
    items = [record_of(dataset) for dataset in site.datasets]
    named = list(zip(items, site.datasets, strict=True))
    geo = [item for item, dataset in named if dataset.kind in ("geodata", "places")]
    others = [item for item, dataset in named if dataset.kind not in ("geodata", "places")]
    return server({"geodaten": geo, "statistik": others}, site.fails(items), site.page, site.portal.title)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The record's id."""
    return dataset.id


def record_of(dataset: Dataset) -> Item:
    """A dataset as a record (OGC 20-004r1)."""
    west, south, east, north = box(dataset)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    links = [
        {"rel": "enclosure", "type": each.media_type or None, "title": each.title, "href": each.url}
        for each in dataset.resources
        if each.url
    ]
    contact: Item = {"organization": dataset.publisher, "roles": ["publisher"], "name": dataset.contact_name}
    if dataset.contact_email:
        contact["emails"] = [{"value": dataset.contact_email}]
    themes = [{"concepts": [{"id": THEME_LABELS[theme]}]} for theme in dataset.themes]
    properties = {
        "type": "dataset",
        "title": dataset.title,
        "description": dataset.description,
        "created": dataset.created,
        "updated": dataset.modified,
        "keywords": list(dataset.keywords),
        "language": {"code": "de"},
        "contacts": [contact],
        "license": dataset.license.url or dataset.license.title,
        "themes": themes,
    }
    return {
        "id": dataset.id,
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]} if dataset.spatial[0] else None,
        "properties": properties,
        "links": links,
    }
