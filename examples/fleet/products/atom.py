"""An INSPIRE download service: a feed of datasets in pages, and a feed of files for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fleet.holdings import Dataset, Resource
from fleet.message import Request, Response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products.pieces import box, element
from fleet.routes import Route, Routes, fixed, text

XML = "application/atom+xml"
NAMESPACES = (
    'xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss"'
    ' xmlns:inspire_dls="http://inspire.ec.europa.eu/schemas/inspire_dls/1.0"'
)
BROKEN = "<feed><entry>"
HTML = ' type="html"'


@dataclass(frozen=True)
class Offer:
    """A dataset of the service: its entry, and the entries of its files; `name` is that of its feed."""

    name: str
    entry: str
    files: str
    broken: bool = False


def feed(title: str, inner: str) -> Response:
    """A feed with these entries."""
    return text(f"<feed {NAMESPACES}><title>{title}</title><id>urn:feed</id>{inner}</feed>", XML)


def service(offers: Sequence[Offer], page: int = 4, title: str = "Downloaddienst") -> Routes:
    """The service at `/atom`, the feeds of its datasets below."""

    def listed(request: Request) -> Response:
        number = request.number("page", 1)
        here = "".join(each.entry for each in offers[(number - 1) * page : number * page])
        following = f'<link rel="next" href="{request.base}/atom?page={number + 1}"/>'
        return feed(title, (following if number * page < len(offers) else "") + here)

    feeds: Mapping[str, Route] = {
        f"/atom/{each.name}.xml": fixed(text(BROKEN, XML) if each.broken else feed("Dateien", each.files))
        for each in offers
    }
    return {"/atom": listed, **feeds}


def routes(site: PortalSite) -> Routes:
    """The service; the feed of a spoilt dataset is no XML."""
    offers = [
        Offer(each.id, _entry(each), "".join(map(_file, each.resources)), site.is_spoilt(each))
        for each in site.datasets
    ]
    return service(offers, site.page, site.portal.title)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The code in the namespace of the municipality's register."""
    return f"https://registry.{dataset.town.domain}/id/{dataset.id}"


def _entry(dataset: Dataset) -> str:
    west, south, east, north = box(dataset)
    ring = f"{south} {west} {south} {east} {north} {east} {north} {west} {south} {west}"
    space = f"https://registry.{dataset.town.domain}/id"
    return (
        f"<entry>{element('title', dataset.title)}<id>urn:uuid:{dataset.id}</id>"
        f"<updated>{dataset.modified}T08:00:00Z</updated><published>{dataset.created}</published>"
        f"{element('inspire_dls:spatial_dataset_identifier_code', dataset.id)}"
        f"{element('inspire_dls:spatial_dataset_identifier_namespace', space)}"
        f"<author>{element('name', dataset.publisher)}{element('email', dataset.contact_email)}</author>"
        f"{element('rights', dataset.license.url or dataset.license.title)}"
        f"{element('summary', dataset.description, HTML)}"
        f'<category term="http://www.opengis.net/def/crs/EPSG/0/25832" label="ETRS89 / UTM 32N"/>'
        f"<georss:polygon>{ring}</georss:polygon>"
        f'<link rel="alternate" type="{XML}" href="/atom/{dataset.id}.xml"/></entry>'
    )


def _file(resource: Resource) -> str:
    kind = resource.media_type or "application/gml+xml"
    size = f' length="{resource.size}"' if resource.size else ""
    address = resource.url.replace("&", "&amp;").replace('"', "&quot;")
    return (
        f"<entry>{element('title', resource.title or resource.format)}<id>urn:uuid:{resource.id}</id>"
        f'<link rel="alternate" type="{kind}"{size} href="{address}"/>'
        f"<updated>{resource.modified or resource.issued}</updated></entry>"
    )
