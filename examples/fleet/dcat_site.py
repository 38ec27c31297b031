"""A portal that publishes DCAT: one file or pages with Hydra links, in each serialisation."""

from collections.abc import Callable
from functools import cached_property

from fleet import rdf_text
from fleet.dcat_nodes import dataset_node, is_served, series_iri, series_node, service_node
from fleet.holdings import Dataset, holdings
from fleet.message import Request, Response, conditional, not_found, page, server_error
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.rdf_text import Link, Literal, Node, Value

WRITERS: dict[str, tuple[Callable[[list[Node]], bytes], str]] = {
    "ttl": (rdf_text.turtle, "text/turtle; charset=utf-8"),
    "nt": (rdf_text.ntriples, "application/n-triples"),
    "xml": (lambda nodes: rdf_text.rdfxml(nodes, nested=True), "application/rdf+xml; charset=utf-8"),
    "xml-flat": (lambda nodes: rdf_text.rdfxml(nodes, nested=False), "application/rdf+xml"),
    "jsonld": (rdf_text.jsonld_nested, "application/ld+json"),
    "jsonld-flat": (rdf_text.jsonld_flat, "application/ld+json;charset=utf-8"),
}
PREFACE = "Stand: 1. März 2025, bitte nicht ohne Rücksprache verändern\n"


class DcatSite(PortalSite):
    """The feed of one portal in one epoch, at the portal's path."""

    def __call__(self, request: Request) -> Response:
        """The feed at the portal's path, a start page that links to it, otherwise not found."""
        if request.path == "/":
            link = f"<a href='{self.portal.path}'>Alle Metadaten als DCAT-AP</a>"
            return page(self.portal.title, f"<h1>{self.portal.title}</h1>{link}")
        if request.path != self.portal.path:
            return not_found()
        response = self.feed(request)
        changed = response.status == 200 and self.portal.trait("etag")
        return conditional(request, response, self.changed_at) if changed else response

    def feed(self, request: Request) -> Response:
        """One page of the feed (`?page=N`, from 1)."""
        number = request.number("page", 1)
        if self.portal.trait("dead_page") == number:
            return server_error()
        write, content_type = WRITERS[self.portal.dialect]
        body = write(feed_nodes(self.portal, self.datasets, number, request.base))
        return Response(PREFACE.encode() + body if self.portal.trait("preface") else body, content_type)


class FeedBeside:
    """A CKAN with the DCAT feed of ckanext-dcat beside its API: `/catalog.{ttl,rdf,jsonld}?page=N`."""

    def __init__(
        self, site: Callable[[Request], Response], portal: FleetPortal, epoch: int, size: float
    ) -> None:
        self.site = site
        self.portal = portal
        self.epoch, self.size = epoch, size

    @cached_property
    def datasets(self) -> tuple[Dataset, ...]:
        """The datasets, the most recently modified first, as the extension sorts them."""
        held = holdings(self.portal, self.epoch, self.size)
        return tuple(sorted(held, key=lambda dataset: dataset.modified, reverse=True))

    def __call__(self, request: Request) -> Response:
        """The feed where asked for, otherwise the CKAN."""
        dialects = {"/catalog.ttl": "ttl", "/catalog.rdf": "xml", "/catalog.jsonld": "jsonld-flat"}
        dialect = dialects.get(request.path)
        if not dialect:
            return self.site(request)
        write, content_type = WRITERS[dialect]
        number = request.number("page", 1)
        nodes = feed_nodes(
            self.portal, self.datasets, number, request.base, request.path, self.portal.trait("feed")
        )
        return Response(write(nodes), content_type)


def feed_nodes(
    portal: FleetPortal,
    datasets: tuple[Dataset, ...],
    number: int,
    base: str,
    path: str = "",
    per_page: int = 0,
) -> list[Node]:
    """The nodes of one page: paging, catalogue, datasets and what else the portal describes."""
    per_page = per_page or portal.trait("per_page") or len(datasets) or 1
    shown = datasets[(number - 1) * per_page : number * per_page]
    nodes = [dataset_node(dataset, portal) for dataset in shown]
    if portal.trait("series") and shown:
        nodes = _with_series(nodes, shown, portal)
    services = [service_node(each, portal) for each in shown if is_served(each, portal)]
    paging = _paging(portal, number, len(datasets), per_page, f"{base}{path or portal.path}")
    if portal.trait("rootless") or portal.trait("self_link"):
        return [*paging, *nodes, *services]
    return [*paging, _catalog(portal, nodes, services)]


def _with_series(nodes: list[Node], shown: tuple[Dataset, ...], portal: FleetPortal) -> list[Node]:
    for node, dataset in zip(nodes, shown, strict=True):
        if dataset.kind == "figures":
            node.pairs.append(("dcat:inSeries", Link(series_iri(portal, dataset.town.domain))))
    return [*nodes, series_node(shown, portal)]


def _catalog(portal: FleetPortal, nodes: list[Node], services: list[Node]) -> Node:
    address = f"https://{portal.key}.example"
    pairs: list[tuple[str, Value]] = [
        ("dct:title", Literal(portal.title)),
        ("foaf:homepage", Link(address)),
        ("dct:publisher", Node("", ("foaf:Agent",), [("foaf:name", Literal(portal.title))])),
        *(("dcat:dataset", node) for node in nodes),
        *(("dcat:service", service) for service in services),
    ]
    return Node(address, ("dcat:Catalog",), pairs)


def _paging(portal: FleetPortal, number: int, total: int, per_page: int, address: str) -> list[Node]:
    last = max(1, -(-total // per_page))
    if portal.trait("internal"):
        address = f"http://tomcat.intern.example:8080{portal.path}"
    following = number if portal.trait("self_link") else number + 1
    pages = {"first": 1, "previous": number - 1, "next": following, "last": last}
    known = {name: f"{address}?page={each}" for name, each in pages.items() if 1 <= each <= last}
    size = Literal(str(per_page), "xsd:integer")
    items: list[tuple[str, Value]] = [("hydra:totalItems", Literal(str(total), "xsd:integer"))]
    items.append(("hydra:itemsPerPage", size))
    here = f"{address}?page={number}"
    if portal.trait("view"):
        view = Node(
            here, ("hydra:PartialCollectionView",), [(f"hydra:{k}", Link(v)) for k, v in known.items()]
        )
        return [Node(address, ("hydra:Collection",), [*items, ("hydra:view", view)])]
    if not (portal.trait("collection") or portal.trait("feed")):
        return []
    links: list[tuple[str, Value]] = [(f"hydra:{name}Page", Literal(link)) for name, link in known.items()]
    return [Node(here, ("hydra:PagedCollection",), [*links, *items])]
