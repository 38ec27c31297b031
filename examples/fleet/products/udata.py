"""udata: API 1 with whole datasets, API 2 with links to their resources."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from fleet.holdings import Dataset, Resource
from fleet.message import Request, Response, json_response, server_error
from fleet.message import page as page_of
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.register import slug
from fleet.routes import Fails, Route, Routes, fixed, sound

Item = dict[str, Any]
NOTHING = {"error": "The requested URL was not found on the server.", "status": 404}
"""What the root of a udata says that has no pages of its own (version 17)."""
INSIDE = "http://intern.example:7000"
"""The host behind the proxy, which the links of pages name."""


def api_1(items: Sequence[Item], fails: Fails = sound, page: int = 1000) -> Routes:
    """API 1: the datasets with their resources."""
    return {"/api/1/datasets/": listing(items, fails, page)}


def api_2(
    items: Sequence[Item], files: Mapping[str, Sequence[Item]], fails: Fails = sound, page: int = 1000
) -> Routes:
    """API 2 alone: the datasets link to their resources (`files`: the dataset's id → resources), which come one a page."""
    found = [{**each, "resources": {"href": f"{INSIDE}/", "total": len(files[each["id"]])}} for each in items]
    resources = {
        f"/api/2/datasets/{key}/resources/": listing(each, fails, page=1) for key, each in files.items()
    }
    return {"/api/2/datasets/": listing(found, page=page), **resources}


def listing(items: Sequence[Item], fails: Fails = sound, page: int = 1000) -> Route:
    """Items page by page (`page` from 1, `page_size` up to `page`)."""

    def route(request: Request) -> Response:
        size, number = min(page, request.number("page_size", 20)), request.number("page", 1)
        found = items[(number - 1) * size : number * size]
        if fails(found):
            return server_error()
        if not found:
            return json_response({"message": "Not found"}, 404)
        following = f"{INSIDE}/?page={number + 1}" if number * size < len(items) else None
        said = {"data": found, "page": number, "page_size": size, "total": len(items)}
        return json_response({**said, "next_page": following, "previous_page": None})

    return route


def routes(site: PortalSite) -> Routes:
    """The portal by API 1."""
    items = [dataset_of(dataset) for dataset in site.datasets]
    home = page_of(site.portal.title, f"<h1>{site.portal.title}</h1><a href='/datasets/'>Datensätze</a>")
    named = replace(
        home, body=home.body.replace(b"</head>", b'<meta name="api-root" content="/api/1/"></head>')
    )
    return {"/": fixed(named), **api_1(items, site.fails(items), site.page)}


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """udata's id."""
    return dataset.id


def dataset_of(dataset: Dataset) -> Item:
    """A dataset as API 1 writes it."""
    town = dataset.town
    return {
        "id": dataset.id,
        "slug": dataset.name,
        "title": dataset.title,
        "acronym": None,
        "description": dataset.description,
        "tags": [slug(word) for word in dataset.keywords if word],
        "license": {"by": "fr-lo"}.get(dataset.license.id, dataset.license.id) or "notspecified",
        "frequency": ("annual", "monthly", "unknown", "irregular", None)[dataset.number % 5],
        "created_at": f"{dataset.created}T08:00:00+00:00",
        "last_modified": f"{dataset.modified}T09:30:00+00:00",
        "last_update": f"{dataset.modified}T09:30:00+00:00",
        "temporal_coverage": _period(dataset),
        "spatial": {"zones": [f"de:gemeinde:{town.ags}"], "geom": None, "granularity": "other"},
        "organization": {"id": f"org-{town.ags}", "name": dataset.publisher, "slug": slug(dataset.publisher)},
        "contact_points": _contacts(dataset),
        "page": f"https://daten.{town.domain}/datasets/{dataset.name}/",
        "resources": [resource_of(each) for each in dataset.resources],
        "badges": [],
        "extras": {},
        "harvest": None,
        "archived": None,
        "deleted": None,
        "private": False,
        "metrics": {"views": dataset.number % 900},
    }


def _period(dataset: Dataset) -> dict[str, str] | None:
    start, end = dataset.temporal
    return {"start": start, "end": end} if start else None


def _contacts(dataset: Dataset) -> list[Item]:
    if not dataset.contact_email:
        return []
    return [{"name": dataset.contact_name, "email": dataset.contact_email, "role": "contact"}]


def resource_of(resource: Resource) -> Item:
    """A file as udata writes it."""
    return {
        "id": resource.id,
        "title": resource.title,
        "description": resource.description or None,
        "url": resource.url,
        "filetype": "remote",
        "type": "main",
        "format": resource.format.lower(),
        "mime": resource.media_type or None,
        "filesize": resource.size,
        "checksum": None,
        "created_at": f"{resource.issued}T08:00:00+00:00",
        "last_modified": f"{resource.modified or resource.issued}T08:00:00+00:00",
        "extras": {},
    }
