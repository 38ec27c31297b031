"""A loopback EntryStore: five datasets and a service, three entries a page, one graph an entry."""

from __future__ import annotations

from typing import Any

from fleet.products.entryscape import store
from fleet.routes import Routes

DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 entry 6 is gone, 7 new and 2 changed; `broken`: the graph of entry 3 is a page of HTML."""
    graphs = {number: _graph(number, epoch) for number in (1, 2, 3, 4, 5, 7 if epoch else 6)}
    return store(graphs, frozenset({3} if broken else ()), page=3)


def _graph(number: int, epoch: int) -> tuple[str, dict[str, Any]]:
    place = f"https://register.lindenhain.example/store/1/resource/{number}"
    kind = f"{DCAT}Dataset" if number < 5 else "http://entryscape.com/terms/IndependentDataService"
    title = f"Eintrag {number}" + (" neu" if epoch and number == 2 else "")
    said = {TYPE: [{"type": "uri", "value": kind}], f"{DCT}title": [{"type": "literal", "value": title}]}
    return place, {place: said}
