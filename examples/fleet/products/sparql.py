"""A SPARQL endpoint with Oxigraph's own engine, which cuts long answers without a word."""

from collections.abc import Callable, Iterable
from functools import cache
from urllib.parse import parse_qs

import pyoxigraph as ox

from fleet import rdf_text
from fleet.dcat_nodes import dataset_node, usable
from fleet.holdings import Dataset
from fleet.message import Request, Response
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.rdf_text import Link, Literal, Node
from fleet.routes import Routes, text

CUT = 500
"""Triples an answer has at most."""
FORM = "<html><head><title>SPARQL Query Editor</title></head></html>"


def endpoint(
    store: Callable[[], ox.Store], fails: Callable[[str], bool] = lambda query: False, cut: int = CUT
) -> Routes:
    """The endpoint at `/sparql`; `store` is asked for when the first query comes, `fails` says which queries end in an
    error."""

    def route(request: Request) -> Response:
        asked = request.query.get("query") or parse_qs(request.body.decode()).get("query", [""])[0]
        if not asked:
            return text(FORM)
        if fails(asked):
            return text("out of memory", "text/plain", 500)
        return answered(store(), asked, cut)

    return {"/sparql": route}


def answered(store: ox.Store, asked: str, cut: int = CUT) -> Response:
    """What a query finds: N-Triples or results as JSON; 400 for what is no query."""
    try:
        results = store.query(asked)
    except SyntaxError as error:
        return text(str(error), "text/plain", 400)
    if isinstance(results, ox.QueryTriples):
        triples = [triple for triple, _ in zip(results, range(cut), strict=False)]
        return text(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", "application/n-triples")
    if isinstance(results, ox.QuerySolutions | ox.QueryBoolean):
        found = results.serialize(format=ox.QueryResultsFormat.JSON) or b""
        return text(found, "application/sparql-results+json")
    return text("", "text/plain", 400)


def routes(site: PortalSite) -> Routes:
    """The endpoint; every query about a spoilt dataset fails."""
    spoilt = [identifier(each, site.portal) for each in site.datasets if site.is_spoilt(each)]

    @cache
    def store() -> ox.Store:
        return _store([dataset_node(each, site.portal) for each in site.datasets], site)

    return endpoint(store, lambda query: "CONSTRUCT" in query and any(f"<{iri}>" in query for iri in spoilt))


def _store(nodes: list[Node], site: PortalSite) -> ox.Store:
    home = f"https://{site.host}/"
    listed = [("dcat:dataset", Link(node.iri)) for node in nodes]
    about = Node(home, ("dcat:Catalog",), [("dct:title", Literal(site.portal.title)), *listed])
    for node in nodes:
        node.pairs = list(_loadable(node.pairs))
    store = ox.Store()
    store.load(rdf_text.ntriples([about, *nodes]), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return store


def _loadable(pairs: Iterable[tuple[str, rdf_text.Value]]) -> Iterable[tuple[str, rdf_text.Value]]:
    """The statements that a triple store takes: addresses that are none were turned away when it was filled."""
    for name, value in pairs:
        if isinstance(value, Node):
            value.pairs = list(_loadable(value.pairs))
        if not isinstance(value, Link) or usable(value.iri) or value.iri.startswith(("mailto:", "tel:")):
            yield name, value


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The dataset's address."""
    return dataset_node(dataset, portal).iri
