"""A loopback EntryStore: five datasets and a service, three entries a page, one graph an entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback import Answer, Routes, as_json, fixed, text

DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PAGE = 3


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 entry 6 is gone, 7 new and 2 changed; `broken`: the graph of entry 3 is a page of HTML."""
    numbers = [1, 2, 3, 4, 5, 6] if epoch == 0 else [1, 2, 3, 4, 5, 7]

    def search(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        if "public:true" not in query["query"]:
            return as_json({"error": "not allowed"}, 400)
        start, limit = int(query["offset"]), min(PAGE, int(query["limit"]))
        children = [_child(number) for number in numbers[start : start + limit]]
        return as_json(
            {"results": len(numbers), "limit": limit, "offset": start, "resource": {"children": children}}
        )

    routes = {
        "/": fixed(text("<!doctype html><script src='/theme/local.js'></script><p>EntryScape Blocks</p>")),
        "/store/search": search,
    }
    for number in numbers:
        answer = as_json(_graph(number, epoch))
        if broken and number == 3:
            answer = text("<!doctype html><p>Wartung</p>")
        routes[f"/store/1/metadata/{number}"] = fixed(answer)
    return routes


def _child(number: int) -> dict[str, Any]:
    place = f"https://register.lindenhain.example/store/1/resource/{number}"
    info = {"http://entrystore.org/terms/resource": [{"type": "uri", "value": place}]}
    return {
        "contextId": "1",
        "entryId": str(number),
        "info": {f"entry/{number}": info},
        "metadata": {place: {}},
    }


def _graph(number: int, epoch: int) -> dict[str, Any]:
    place = f"https://register.lindenhain.example/store/1/resource/{number}"
    kind = f"{DCAT}Dataset" if number < 5 else "http://entryscape.com/terms/IndependentDataService"
    title = f"Eintrag {number}" + (" neu" if epoch and number == 2 else "")
    said = {TYPE: [{"type": "uri", "value": kind}], f"{DCT}title": [{"type": "literal", "value": title}]}
    return {place: said}
