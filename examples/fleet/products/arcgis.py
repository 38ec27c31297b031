"""ArcGIS Hub: the search of a site, and its page with the configuration."""

from collections.abc import Sequence
from typing import Any

from fleet.holdings import Dataset
from fleet.message import Request, Response, json_response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products.pieces import box, milliseconds
from fleet.routes import Fails, Routes, fixed, sound, text

Item = dict[str, Any]
HOME = '<!doctype html><script id="site-injection">window.__SITE="%7B%7D"</script>'
MAINTENANCE = "<!doctype html><p>Wartung</p>"
TYPES = {"geodata": "Feature Service", "places": "Feature Layer", "figures": "CSV", "live": "Web Map"}


def search(items: Sequence[Item], fails: Fails = sound, page: int = 100) -> Routes:
    """Hub's search of datasets; a page that fails is one of maintenance, with status 200."""

    def found(request: Request) -> Response:
        start, limit = request.number("startindex", 1) - 1, min(page, request.number("limit", 10))
        shown = items[start : start + limit]
        if fails(shown):
            return text(MAINTENANCE)
        said = {"type": "FeatureCollection", "numberMatched": len(items), "features": shown, "links": []}
        return json_response(said)

    return {"/": fixed(text(HOME)), "/api/search/v1/collections/dataset/items": found}


def routes(site: PortalSite) -> Routes:
    """The site."""
    items = [item_of(dataset) for dataset in site.datasets]
    return search(items, site.fails(items), site.page)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The address of the item on ArcGIS Online."""
    return f"https://www.arcgis.com/home/item.html?id={dataset.id.replace('-', '')}"


def item_of(dataset: Dataset) -> Item:
    """A dataset as an item of ArcGIS Online."""
    west, south, east, north = box(dataset)
    service = f"https://geo.{dataset.town.domain}/arcgis/rest/services/{dataset.name}/FeatureServer/0"
    first = dataset.resources[0].url if dataset.resources else ""
    kind = TYPES.get(dataset.kind, "PDF")
    properties = {
        "title": dataset.title,
        "type": kind,
        "owner": "gis_admin",
        "snippet": dataset.description[:120] or None,
        "description": dataset.description or None,
        "tags": list(dataset.keywords),
        "typeKeywords": [],
        "culture": "de-de",
        "source": dataset.publisher,
        "accessInformation": dataset.publisher if dataset.number % 2 else None,
        "licenseInfo": dataset.license.url or dataset.license.title or None,
        "created": milliseconds(dataset.created),
        "modified": milliseconds(dataset.modified),
        "extent": {"coordinates": [[west, south], [east, north]], "type": "envelope"},
        "url": service if kind.startswith("Feature") else first or None,
        "access": "public",
        "categories": [],
    }
    return {
        "id": dataset.id.replace("-", ""),
        "type": "Feature",
        "geometry": None,
        "properties": properties,
    }
