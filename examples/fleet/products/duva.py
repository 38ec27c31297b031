"""DUVA's export: a folder with a table of RDF files, one a dataset."""

from collections.abc import Mapping

from fleet import rdf_text
from fleet.dcat_nodes import dataset_node
from fleet.holdings import Dataset
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.routes import Routes, fixed, text


def export(files: Mapping[str, str | bytes]) -> Routes:
    """Name → Turtle."""
    rows = "".join(f'<tr><td><a href="{name}.ttl">{name}.ttl</a></td></tr>' for name in files)
    page = text(f"<!DOCTYPE html><html><body><table>{rows}</table></body></html>")
    bodies = {f"/dcat-ap/{name}.ttl": fixed(text(body, "text/turtle")) for name, body in files.items()}
    return {"/dcat-ap/": fixed(page), **bodies}


def routes(site: PortalSite) -> Routes:
    """The export; the file of a spoilt dataset breaks off."""
    files = {}
    for dataset in site.datasets:
        body = rdf_text.turtle([dataset_node(dataset, site.portal)])
        files[dataset.name] = body[: len(body) // 2] if site.is_spoilt(dataset) else body
    return export(files)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The dataset's address."""
    return dataset_node(dataset, portal).iri
