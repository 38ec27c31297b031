"""A council information system with OParl: a system object, and its bodies in pages."""

from collections.abc import Sequence
from typing import Any

from fleet.holdings import Dataset
from fleet.message import Request, Response, json_response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.routes import Fails, Routes, sound, text

Item = dict[str, Any]
VERSION = "https://schema.oparl.org/1.1/"
CUT = '{"data": [{"id": "x'


def system(bodies: Sequence[Item], fails: Fails = sound, page: int = 4, name: str = "RIS") -> Routes:
    """The system at `/oparl`, its bodies at `/bodies`; a page that fails breaks off."""

    def about(request: Request) -> Response:
        found = {"id": f"{request.base}/oparl", "oparlVersion": VERSION, "name": name}
        return json_response(found | {"body": f"{request.base}/bodies"})

    def listed(request: Request) -> Response:
        number = request.number("page", 1)
        found = bodies[(number - 1) * page : number * page]
        if fails(found):
            return text(CUT, "application/json")
        more = number * page < len(bodies)
        links = {"next": f"{request.base}/bodies?page={number + 1}"} if more else {}
        said = {"data": found, "links": links, "pagination": {"totalElements": len(bodies)}}
        return json_response(said)

    return {"/oparl": about, "/bodies": listed}


def routes(site: PortalSite) -> Routes:
    """A system of several municipalities: a body for the town of each dataset."""
    bodies = [_body(dataset, site.portal) for dataset in site.datasets]
    return system(bodies, site.fails(bodies), site.page, site.portal.title)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The body's address."""
    return f"https://ris.{portal.key}.example/body/{dataset.town.ags}"


def _body(dataset: Dataset, portal: FleetPortal) -> Item:
    town, here = dataset.town, identifier(dataset, portal)
    lists = {name: f"{here}/{name}" for name in ("organization", "person", "meeting", "paper")}
    return {
        "id": here,
        "type": f"{VERSION}Body",
        "name": dataset.publisher,
        "shortName": town.short_name,
        "website": f"https://www.{town.domain}",
        "ags": town.ags,
        "rgs": town.ars,
        "classification": town.type,
        "license": dataset.license.url or None,
        "contactEmail": dataset.contact_email or None,
        "contactName": dataset.contact_name or None,
        **lists,
        "created": f"{dataset.created}T00:00:00+01:00",
        "modified": f"{dataset.modified}T00:00:00+01:00",
    }
