"""Opendatasoft (Huwise): pages of the Explore API 2.1, and the export of the whole catalogue."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from fleet.holdings import Dataset
from fleet.message import Request, Response, json_response, server_error
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.routes import Fails, Routes, fixed, sound, text
from fleet.topics import THEME_LABELS

Item = dict[str, Any]
API = "/api/explore/v2.1/catalog"
HOME = '<!doctype html><link rel="stylesheet" href="https://static.opendatasoft.com/theme.css">'
"""The platform's pages are known by where their style sheets lie."""
REACH = 10_000
"""Datasets up to which pages can be turned."""


def catalogue(
    items: Sequence[Item],
    fails: Fails = sound,
    *,
    page: int = 100,
    claimed: int = 0,
    quota: Callable[[], float] = lambda: -1,
    cut: int = 0,
    home: str = HOME,
) -> Routes:
    """The catalogue. `claimed`: a total that is larger than what is there. `quota`: seconds until the quota that an answer
    uses up is renewed, below 0 for one that is not used up. `cut`: bytes missing at the end of the export."""

    def datasets(request: Request) -> Response:
        limit, offset = request.number("limit", 10), request.number("offset", 0)
        if limit > 100 or offset + limit > REACH:
            return json_response({"error_code": "InvalidRESTParameterError", "message": "limit"}, 400)
        found = items[offset : offset + min(limit, page)]
        if fails(found):
            return server_error()
        return _answer({"total_count": claimed or len(items), "results": found}, quota())

    def export(request: Request) -> Response:
        whole = _answer(items, -1)
        return Response(whole.body[: len(whole.body) - cut], whole.content_type, 200, whole.headers)

    return {"/": fixed(text(home)), f"{API}/datasets": datasets, f"{API}/exports/json": export}


def _answer(value: object, seconds: float) -> Response:
    """JSON with the platform's headers about its quota: nothing is left where it is renewed in so many seconds."""
    reset = datetime.now(UTC) + timedelta(seconds=seconds)
    said = {"Limit": "5000", "Remaining": "4999" if seconds < 0 else "0", "Reset": str(reset)}
    headers = {f"X-RateLimit-{name}": each for name, each in said.items()}
    return Response(orjson.dumps(value), "application/json", 200, headers)


def routes(site: PortalSite) -> Routes:
    """The portal with a start page of its own."""
    items = [dataset_of(dataset) for dataset in site.datasets]
    return catalogue(items, site.fails(items), page=site.page, home=f"{HOME}<h1>{site.portal.title}</h1>")


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The dataset's name in addresses."""
    return dataset.name


def dataset_of(dataset: Dataset) -> Item:
    """A dataset as the Explore API writes it: files are attachments, the table itself is exported."""
    files = [
        {"id": each.id, "title": each.title, "url": each.url, "mimetype": each.media_type or None}
        for each in dataset.resources[1:]
    ]
    return {
        "dataset_id": dataset.name,
        "dataset_uid": f"da_{dataset.id[:6]}",
        "has_records": bool(dataset.resources),
        "features": ["analyze", "geo"] if dataset.kind == "geodata" else ["analyze"],
        "attachments": files,
        "alternative_exports": [],
        "fields": [],
        "metas": {"default": _default(dataset), "dcat": _dcat(dataset), "explore": {"download_count": 0}},
    }


def _default(dataset: Dataset) -> Item:
    return {
        "title": dataset.title,
        "description": f"<p>{dataset.description}</p>" if dataset.description else None,
        "keyword": list(dataset.keywords) or None,
        "theme": [THEME_LABELS[theme] for theme in dataset.themes] or None,
        "license": dataset.license.title or None,
        "license_url": dataset.license.url or None,
        "language": "de",
        "modified": f"{dataset.modified}T08:00:00+00:00",
        "data_processed": f"{dataset.modified}T08:00:00+00:00",
        "metadata_processed": f"{dataset.modified}T08:05:00+00:00",
        "publisher": dataset.publisher,
        "references": dataset.landing_page or None,
        "attributions": None,
        "records_count": dataset.number % 5000,
        "territory": [dataset.town.short_name],
        "federated": False,
    }


def _dcat(dataset: Dataset) -> Item:
    return {
        "created": f"{dataset.created}T08:00:00+00:00",
        "issued": dataset.issued,
        "creator": dataset.publisher,
        "contact_name": dataset.contact_name or None,
        "contact_email": dataset.contact_email or None,
        "accrualperiodicity": dataset.frequency or None,
        "spatial": dataset.town.name,
        "temporal": "/".join(dataset.temporal) if dataset.temporal[0] else None,
    }
