"""Socrata: the discovery API by offset and by scrolling, or `data.json` alone."""

from collections.abc import Sequence
from typing import Any

from fleet.data_json_site import SCHEMA
from fleet.holdings import Dataset
from fleet.message import Request, Response, json_response, server_error
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.routes import Fails, Routes, fixed, sound, text

Item = dict[str, Any]
HEADERS = {"X-Socrata-RequestId": "abc123"}
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def discovery(items: Sequence[Item], fails: Fails = sound, *, page: int = 10_000, claimed: int = 0) -> Routes:
    """The discovery API of one domain, `127.0.0.1`. `claimed`: a total larger than offsets reach, so that one must scroll."""

    def catalogue(request: Request) -> Response:
        offset, scroll = request.number("offset", 0), request.query.get("scroll_id", "")
        if scroll:
            offset = 1 + next(at for at, item in enumerate(items) if item["resource"]["id"] == scroll)
        if request.query.get("domains") != "127.0.0.1" or (claimed and offset and not scroll):
            return json_response({"error": "offset and limit reach too far"}, 400)
        found = items[offset : offset + min(page, request.number("limit", 100))]
        if fails(found):
            return server_error()
        said = {"results": found, "resultSetSize": claimed or len(items), "timings": {}}
        answer = json_response(said)
        return Response(answer.body, answer.content_type, 200, HEADERS)

    home = Response(b"<!doctype html>", headers=HEADERS)
    return {"/": fixed(home), "/api/catalog/v1": catalogue}


def filed(items: Sequence[Item]) -> Routes:
    """A domain without the discovery API."""
    return {"/data.json": fixed(json_response({"conformsTo": SCHEMA, "dataset": list(items)}))}


def routes(site: PortalSite) -> Routes:
    """The domain; one of its assets is a story, which is no data."""
    items = [asset_of(dataset) for dataset in site.datasets]
    story = {"resource": {"id": "aaaa-0000", "name": "Unser Haushalt erklärt", "type": "story"}}
    found = [*items, {**story, "classification": {}, "metadata": {}}]
    home = text(f"<!doctype html><h1>{site.portal.title}</h1>")
    return {
        **discovery(found, site.fails(items), page=site.page),
        "/": fixed(Response(home.body, headers=HEADERS)),
    }


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """Four by four characters."""
    return identifier_of(dataset)


def asset_of(dataset: Dataset) -> Item:
    """A dataset as the discovery API writes it."""
    key, host = identifier_of(dataset), f"data.{dataset.town.domain}"
    resource = {
        "id": key,
        "name": dataset.title,
        "type": "dataset",
        "description": dataset.description,
        "attribution": dataset.publisher,
        "attribution_link": dataset.landing_page or None,
        "contact_email": dataset.contact_email or None,
        "createdAt": f"{dataset.created}T08:00:00.000Z",
        "updatedAt": f"{dataset.modified}T08:00:00.000Z",
        "data_updated_at": f"{dataset.modified}T08:00:00.000Z",
        "columns_name": ["Jahr", "Anzahl"],
        "page_views": {"page_views_total": dataset.number % 900},
    }
    said = {
        "Common-Core_Contact-Email": dataset.contact_email,
        "Common-Core_Publisher": dataset.publisher,
        "Common-Core_Update-Frequency": dataset.frequency,
        "Amtliche-Angaben_Amt": dataset.contact_name,
    }
    classes = {
        "categories": [],
        "tags": [],
        "domain_category": dataset.kind,
        "domain_tags": [word for word in dataset.keywords if word],
        "domain_metadata": [{"key": key, "value": value} for key, value in said.items() if value],
    }
    return {
        "resource": resource,
        "classification": classes,
        "metadata": {"domain": host, "license": dataset.license.title or None},
        "permalink": f"https://{host}/d/{key}",
        "link": f"https://{host}/d/{key}",
    }


def identifier_of(dataset: Dataset) -> str:
    """Four by four characters made from the dataset's id."""
    number, letters = int(dataset.id[:8], 16), ""
    for _ in range(8):
        number, last = divmod(number, 36)
        letters += DIGITS[last]
    return f"{letters[:4]}-{letters[4:]}"
