"""GeoNode: API 2, which caps its pages."""

from collections.abc import Sequence
from typing import Any

from fleet.holdings import Dataset
from fleet.message import Request, Response, json_response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products.pieces import box
from fleet.register import slug
from fleet.routes import Fails, Route, Routes, fixed, sound, text

Item = dict[str, Any]
HOME = "<!doctype html><script>window.__GEONODE_CONFIG__ = {}</script>"
CATEGORIES = {"ENVI": "environment", "TRAN": "transportation", "REGI": "planningCadastre", "SOCI": "society"}
FREQUENCIES = ("annually", "monthly", "asNeeded", "irregular", None)


def api_2(items: Sequence[Item], fails: Fails = sound, page: int = 100) -> Routes:
    """The lists of all resources and of datasets, which are the same here."""
    lists = {f"/api/v2/{name}": _listing(name, items, fails, page) for name in ("resources", "datasets")}
    return {"/": fixed(text(HOME)), **lists}


def _listing(name: str, items: Sequence[Item], fails: Fails, most: int) -> Route:
    def route(request: Request) -> Response:
        page, size = request.number("page", 1), min(most, request.number("page_size", 10))
        found = items[(page - 1) * size : page * size]
        if not found:
            said = {"success": False, "errors": ["Invalid page."], "code": "not_found"}
            return json_response(said, 404)
        if fails(found):
            return json_response({"detail": "boom"}, 500)
        links = {"next": None, "previous": None}
        said = {"links": links, "total": len(items), "page": page, "page_size": size}
        return json_response({**said, name: found})

    return route


def routes(site: PortalSite) -> Routes:
    """The portal."""
    items = [resource_of(dataset) for dataset in site.datasets]
    return api_2(items, site.fails(items), site.page)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The UUID."""
    return dataset.id


def resource_of(dataset: Dataset) -> Item:
    """A dataset as API 2 writes it."""
    host, number = f"geo.{dataset.town.domain}", str(dataset.number % 100_000)
    west, south, east, north = box(dataset)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    party = {"pk": 7, "username": slug(dataset.publisher), "first_name": dataset.publisher, "last_name": ""}
    contact = {**party, "first_name": dataset.contact_name, "email": dataset.contact_email}
    return {
        "pk": number,
        "uuid": dataset.id,
        "resource_type": "map" if dataset.number % 10 == 0 else "dataset",
        "polymorphic_ctype_id": "59",
        "title": dataset.title,
        "abstract": dataset.description,
        "alternate": f"geonode:{dataset.name}",
        "attribution": dataset.publisher,
        "publisher": [party],
        "poc": [contact] if dataset.contact_email else [],
        "keywords": [{"name": word, "slug": slug(word)} for word in dataset.keywords if word],
        "category": {"identifier": CATEGORIES[dataset.themes[0]]}
        if dataset.themes and dataset.themes[0] in CATEGORIES
        else None,
        "regions": [{"code": "DEU", "name": "Germany"}],
        "language": "deu",
        "license": {"identifier": dataset.license.id or "not_specified"},
        "date": f"{dataset.created}T07:08:09Z",
        "date_type": "publication",
        "created": f"{dataset.created}T07:08:09Z",
        "last_updated": f"{dataset.modified}T03:04:05Z",
        "maintenance_frequency": FREQUENCIES[dataset.number % 5],
        "srid": "EPSG:25832",
        "ll_bbox_polygon": {"type": "Polygon", "coordinates": [ring]},
        "detail_url": f"https://{host}/catalogue/#/dataset/{number}",
        "download_urls": [{"url": each.url, "default": True} for each in dataset.resources if each.url],
        "is_published": True,
        "owner": {"pk": 1, "username": "admin"},
    }
