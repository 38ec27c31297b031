"""A web-accessible folder of ISO XML with a folder inside."""

from fleet.holdings import Dataset
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products.folders import tree
from fleet.products.iso import SPACES, metadata
from fleet.routes import Routes, fixed, text


def folder(top: dict[str, str], deep: dict[str, str]) -> Routes:
    """`/waf/` with files and `/waf/tief/` with others (name → XML); a text and a sitemap stand beside them."""
    files = {f"/waf/tief/{name}": body for name, body in deep.items()}
    files |= {f"/waf/{name}": body for name, body in top.items()}
    files |= {"/waf/liesmich.txt": "", "/waf/sitemap.xml": "<urlset/>"}
    return tree(files, "application/xml")


def routes(site: PortalSite) -> Routes:
    """The folder; every third file lies deeper, and that of a spoilt dataset breaks off."""
    places: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for dataset in site.datasets:
        body = metadata(dataset, SPACES)
        shown = body[: len(body) // 2] if site.is_spoilt(dataset) else body
        places[dataset.number % 3 == 0][f"{dataset.id}.xml"] = shown
    front = fixed(text(f"<h1>{site.portal.title}</h1><a href='/waf/'>Metadaten (ISO 19139)</a>"))
    return {"/": front, **folder(*places)}


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The file identifier."""
    return dataset.id
