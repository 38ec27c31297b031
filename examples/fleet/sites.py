"""Which site stands behind a portal in an epoch, and what a crawl should find there."""

from dataclasses import dataclass

from fleet.ckan_site import CkanSite
from fleet.data_json_site import DataJsonSite, identifier
from fleet.dcat_nodes import dataset_node, is_served, series_iri, service_node
from fleet.dcat_site import DcatSite, FeedBeside
from fleet.holdings import Dataset, holdings
from fleet.message import Request, Response, Site, page
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products import PRODUCTS
from fleet.register import municipality
from fleet.routes import Routed

STOCK_ROBOTS = """\
User-agent: *
Disallow: /dataset/rate/
Disallow: /revision/
Disallow: /dataset/*/history
Disallow: /api/
Crawl-Delay: 1
"""
FORBIDDING_ROBOTS = """\
User-agent: bestand
Disallow: /

User-agent: *
Disallow:
"""
PLAIN_ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /suche
"""


@dataclass(frozen=True, slots=True)
class Records:
    """What a crawl should bring: readable records (`ids` as the portal writes them) and entries that are none.

    The records are datasets and series, and those data services (`services`) that the portal lists beside them.
    """

    valid: int
    malformed: int
    ids: frozenset[str]
    services: frozenset[str] = frozenset()


def kind(portal: FleetPortal, epoch: int) -> str:
    """What the portal speaks in an epoch."""
    return "data_json" if portal.trait("turns") and epoch > 1 else portal.kind


def site(portal: FleetPortal, epoch: int = 1, size: float = 1.0) -> Site:
    """The web server of a portal, without its socket."""
    if portal.dialect == "html":
        return Maintenance(portal)
    if product := PRODUCTS.get(portal.kind):
        return Routed(product.routes(PortalSite(portal, epoch, size)))
    inner: Site
    if kind(portal, epoch) == "ckan":
        inner = CkanSite(portal, epoch, size)
        inner = FeedBeside(inner, portal, epoch, size) if portal.trait("feed") else inner
    else:
        inner = (DcatSite if kind(portal, epoch) == "dcat" else DataJsonSite)(portal, epoch, size)
    return Front(portal, SoftNotFound(portal, inner) if portal.trait("soft404") else inner)


class Front:
    """robots.txt before everything else; every other portal has none."""

    def __init__(self, portal: FleetPortal, inner: Site) -> None:
        self.inner = inner
        plain = PLAIN_ROBOTS if len(portal.key) % 2 else ""
        named = FORBIDDING_ROBOTS if portal.trait("forbids") else plain
        self.robots = STOCK_ROBOTS if portal.trait("stock_robots") else named

    def __call__(self, request: Request) -> Response:
        """robots.txt, or what the portal answers."""
        if request.path == "/robots.txt" and self.robots:
            return Response(self.robots.encode(), "text/plain; charset=utf-8")
        return self.inner(request)


class SoftNotFound:
    """A content management system that answers 200 with a page for every address it does not know."""

    def __init__(self, portal: FleetPortal, inner: Site) -> None:
        self.portal, self.inner = portal, inner

    def __call__(self, request: Request) -> Response:
        """What the portal answers, or the page where it knows nothing."""
        below = request.path.startswith(self.portal.path.rstrip("/") or "/data.json")
        response = self.inner(request) if below else None
        if response is None or response.status == 404:
            link = f"<a href='{self.portal.path}'>Offene Daten</a>"
            return page(self.portal.title, f"<h1>Willkommen</h1><p>{link}</p>", "Muster-CMS 7")
        return response


class Maintenance:
    """A maintenance page with status 200 for every address."""

    def __init__(self, portal: FleetPortal) -> None:
        self.portal = portal

    def __call__(self, request: Request) -> Response:
        """The page."""
        return page(
            "Wartungsarbeiten", f"<h1>{self.portal.title}</h1><p>Wir sind bald wieder für Sie da.</p>"
        )


def records(portal: FleetPortal, epoch: int = 1, size: float = 1.0) -> Records:
    """What a complete crawl of the portal brings in an epoch, as far as the portal lets itself be read."""
    if portal.dialect == "html" or portal.trait("forbids") or portal.trait("preface"):
        return Records(0, 0, frozenset())
    held = holdings(portal, epoch, size)
    if portal.trait("dead_page"):
        held = held[: portal.trait("per_page") * (portal.trait("dead_page") - 1)]
    found = {_identity(dataset, portal, epoch) for dataset in held}
    if portal.trait("poison"):
        found -= {_identity(each, portal, epoch) for each in PortalSite(portal, epoch, size).spoilt}
    lost = len(held) - len(found)
    if portal.trait("series") and held:
        found.add(series_iri(portal, municipality(portal.ags or "").domain))
    services = frozenset(service_node(each, portal).iri for each in held if is_served(each, portal))
    everything = frozenset(found) | services
    return Records(len(everything), portal.trait("malformed") + lost, everything, services)


def _identity(dataset: Dataset, portal: FleetPortal, epoch: int) -> str:
    if product := PRODUCTS.get(portal.kind):
        return product.identifier(dataset, portal)
    spoken = kind(portal, epoch)
    if spoken == "dcat":
        return dataset_node(dataset, portal).iri
    return identifier(dataset, portal) if spoken == "data_json" else dataset.id
