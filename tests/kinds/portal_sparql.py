"""A SPARQL endpoint that answers with Oxigraph's own engine, and cuts long answers without a word if told to."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
from fleet.products.sparql import answered, endpoint
from fleet.routes import Routes

__all__ = ["answered", "portal", "quads"]

TOTAL = 130
DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
NAME = "http://xmlns.com/foaf/0.1/name"


def quads(epoch: int, graph: str = "") -> Iterator[ox.Quad]:
    """The catalogue: 130 datasets with a shared publisher, a file and a period each; one dataset has no address."""
    where = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    a = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    town, catalogue = ox.NamedNode("https://neuwald.example/stadt"), ox.NamedNode("https://neuwald.example/")

    def said(
        subject: ox.NamedNode | ox.BlankNode, predicate: str, value: ox.NamedNode | ox.BlankNode | str
    ) -> ox.Quad:
        term = ox.Literal(value) if isinstance(value, str) else value
        return ox.Quad(subject, ox.NamedNode(predicate), term, where)

    yield said(town, NAME, "Stadt Neuwald")
    yield ox.Quad(catalogue, a, ox.NamedNode(DCAT + "Catalog"), where)
    yield said(catalogue, DCT + "title", "Katalog")
    for number in range(epoch, TOTAL):
        name = f"https://neuwald.example/d/{number:03d}"
        dataset = ox.BlankNode("nameless") if number == 7 else ox.NamedNode(name)
        file, period = ox.NamedNode(name + "/csv"), ox.BlankNode(f"p{number}")
        title = f"Datensatz {number}" + (" (neu)" if epoch and number == 3 else "")
        yield ox.Quad(dataset, a, ox.NamedNode(DCAT + "Dataset"), where)
        yield from (said(dataset, DCT + "title", title), said(dataset, DCT + "identifier", f"n{number}"))
        yield from (said(dataset, DCT + "publisher", town), said(dataset, DCAT + "distribution", file))
        yield from (said(dataset, DCT + "temporal", period), said(period, DCAT + "startDate", "2024-01-01"))
        yield from (said(catalogue, DCAT + "dataset", dataset), said(file, DCAT + "accessURL", file))


def portal(epoch: int, broken: bool, graph: str = "", cut: int = 500) -> Routes:
    """Epoch 1: dataset 3 has another title, dataset 0 is gone. No answer has more than `cut` triples. Broken: whatever
    asks for dataset 13 fails."""
    store = ox.Store()
    store.extend(quads(epoch, graph))
    return endpoint(lambda: store, lambda query: broken and "CONSTRUCT" in query and "/d/013>" in query, cut)
