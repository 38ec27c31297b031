"""A folder of Turtle files with a folder in it."""

from fleet import rdf_text
from fleet.dcat_nodes import dataset_node
from fleet.holdings import Dataset
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products.folders import tree
from fleet.routes import Routes

BROKEN = "{{{ das ist kein Turtle"


def folder(top: dict[str, str], deep: dict[str, str]) -> Routes:
    """`/rdf/` with files and `/rdf/mehr/` with others (name → Turtle); JSON that is no RDF stands beside them."""
    files = {f"/rdf/mehr/{name}": body for name, body in deep.items()}
    files |= {f"/rdf/{name}": body for name, body in top.items()}
    return tree(files | {"/rdf/rest.json": '{"a": 1}'}, "text/plain")


def routes(site: PortalSite) -> Routes:
    """The folder: one file a dataset, every third one deeper; that of a spoilt dataset is no Turtle."""
    places: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for dataset in site.datasets:
        body = rdf_text.turtle([dataset_node(dataset, site.portal)]).decode()
        shown = BROKEN if site.is_spoilt(dataset) else body
        places[dataset.number % 3 == 0][f"{dataset.id}.ttl"] = shown
    return folder(*places)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The dataset's address."""
    return dataset_node(dataset, portal).iri
