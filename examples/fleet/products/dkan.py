"""DKAN: version 1 with its packages in a list in a list, version 2 with its metastore and its search."""

from collections.abc import Sequence
from typing import Any

from fleet.data_json_site import us11_dataset
from fleet.holdings import Dataset, Resource
from fleet.message import Request, Response, json_response, server_error
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.register import slug
from fleet.routes import Fails, Routes, fixed, sound, text

Item = dict[str, Any]
ACTION = "/api/3/action/"
HOME = (
    '<!doctype html><meta name="Generator" content="Drupal 7 (http://drupal.org)">'
    '<link href="/profiles/dkan/themes/nuboot_radix/style.css">'
)
HOME_2 = HOME.replace("Drupal 7 (http://drupal.org)", "Drupal 10 (https://www.drupal.org)")


def packages(items: Sequence[Item], fails: Fails = sound, late: bool = False, page: int = 1000) -> Routes:
    """Version 1. A package that `fails` cannot be had alone either; `late`: every page but the first fails."""

    def current(request: Request) -> Response:
        start, limit = request.number("offset", 0), min(page, request.number("limit", 10))
        found = items[start : start + limit]
        return server_error() if (late and start) or fails(found) else _success([found])

    def show(request: Request) -> Response:
        found = [item for item in items if request.query.get("id", "") in (item["id"], item["name"])]
        return server_error() if fails(found) else _success(found)

    names = json_response({"success": True, "result": [item["name"] for item in items]})
    return {
        "/": fixed(text(HOME)),
        f"{ACTION}package_list": fixed(names),
        f"{ACTION}current_package_list_with_resources": current,
        f"{ACTION}package_show": show,
    }


def _success(result: list[Any]) -> Response:
    return json_response({"help": "…", "success": True, "result": result})


def metastore(items: Sequence[Item], fails: Fails = sound, whole: bool = True, page: int = 100) -> Routes:
    """Version 2. `whole`: whether the list of all items answers; pages of the search may fail."""

    def search(request: Request) -> Response:
        size = min(page, request.number("page-size", 10))
        start = (request.number("page", 1) - 1) * size
        found = items[start : start + size]
        if fails(found):
            return server_error()
        results = {f"dkan_dataset/{item['identifier']}": item for item in found}
        return json_response({"total": str(len(items)), "results": results or [], "facets": []})

    schema = json_response({"title": "Dataset", "properties": {"accessLevel": {}, "distribution": {}}})
    listed = json_response(list(items)) if whole else server_error()
    return {
        "/": fixed(text(HOME_2)),
        "/api/1/metastore/schemas/dataset": fixed(schema),
        "/api/1/metastore/schemas/dataset/items": fixed(listed),
        "/api/1/search": search,
    }


def routes(site: PortalSite) -> Routes:
    """Version 1, or version 2 (dialect `metastore`), whose list of all items is too much for the server."""
    if site.portal.dialect == "metastore":
        stored = [_item(dataset, site.portal) for dataset in site.datasets]
        return metastore(stored, site.fails(stored), whole=False, page=site.page)
    items = [package_of(dataset) for dataset in site.datasets]
    return packages(items, site.fails(items), page=site.page)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The id of a package or an item."""
    return dataset.id


def _item(dataset: Dataset, portal: FleetPortal) -> Item:
    item = us11_dataset(dataset, portal) | {"accessLevel": "public"}
    distributions = [
        {"identifier": f"{dataset.id[:8]}-{number}", "data": each}
        for number, each in enumerate(item.get("distribution", ()))
    ]
    return item | {"%modified": f"{dataset.modified}T08:00:00+0000", "%Ref:distribution": distributions}


def package_of(dataset: Dataset) -> Item:
    """A dataset as DKAN 1 writes it: names with umlauts, short licences, sizes and dates in words."""
    town = dataset.town.short_name
    name = f"{dataset.title.lower().replace(' ', '-')}-§-{dataset.number % 100}"
    return {
        "id": dataset.id,
        "name": name,
        "title": dataset.title,
        "type": "Dataset",
        "state": "Active",
        "private": "Veröffentlicht",
        "author": dataset.publisher,
        "author_email": "",
        "maintainer": dataset.contact_name,
        "maintainer_email": dataset.contact_email,
        "license_title": {"dl-de-by-2.0": "dl-de-by", "cc-by": "cc-by"}.get(dataset.license.id, ""),
        "notes": dataset.description,
        "url": f"http://daten.{dataset.town.domain}/dataset/{dataset.name}",
        "log_message": "",
        "metadata_created": f"{dataset.created}T12:27:37+01:00",
        "metadata_modified": f"{dataset.modified}T08:11:02+01:00",
        "creator_user_id": f"{dataset.number:08x}",
        "revision_timestamp": f"{dataset.modified}T08:11:02+01:00",
        "groups": [{"id": "1", "name": f"group/{slug(town)}", "title": f"Stadt {town}"}],
        "tags": [{"id": str(at), "name": word} for at, word in enumerate(dataset.keywords) if word],
        "resources": [_resource(each) for each in dataset.resources],
    }


def _resource(resource: Resource) -> Item:
    changed = f"{resource.modified}T10:00:00+01:00" if resource.modified else ""
    return {
        "id": resource.id,
        "name": resource.title,
        "description": resource.description,
        "url": resource.url,
        "format": resource.format,
        "mimetype": resource.media_type,
        "size": f"{resource.size / 1024:.2f} KB" if resource.size else "",
        "created": f"{resource.issued}T10:00:00+01:00",
        "last_modified": f"Date changed\t{changed}",
        "state": "Active",
    }
