"""A loopback piveau: search and repository; more datasets than its window shows, in several catalogues."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from loopback import Answer, Route, Routes, as_json, fixed, text

SEARCH, REPO = "/api/hub/search", "/api/hub/repo"
CATALOGUES = {"stadt-buchenau": ("a1", "a2", "a3"), "kreis-ahorn": ("b1",), "stadt-ulmen": ("c1", "c2")}


def holdings(epoch: int) -> dict[str, tuple[str, ...]]:
    """In epoch 1 `b1` is gone, `c3` new (and `a1` changed)."""
    later = {"kreis-ahorn": (), "stadt-ulmen": ("c1", "c2", "c3")}
    return CATALOGUES | (later if epoch else {})


def portal(epoch: int, broken: bool, window: int = 10_000) -> Routes:
    """`broken`: the RDF of `a2` breaks off. `window`: how many hits the search shows at most."""
    held = holdings(epoch)
    routes: dict[str, Route] = {
        f"{SEARCH}/search": _search(held, window),
        "/": fixed(text("<!doctype html><script>/* piveau hub ui */</script>")),
    }
    for catalogue, names in held.items():
        routes[f"{REPO}/catalogues/{catalogue}/datasets"] = _names(names)
        for name in names:
            body = _turtle(name, epoch)
            cut = body[:90] if broken and name == "a2" else body
            routes[f"{REPO}/datasets/{name}.ttl"] = fixed(text(cut, "text/turtle"))
    # The repository has nothing about c1: the index has to do.
    routes[f"{REPO}/datasets/c1.ttl"] = fixed(text("not found", "text/plain", 404))
    routes[f"{SEARCH}/datasets/c1"] = fixed(
        as_json({"result": {"id": "c1", "title": {"de": "Aus dem Index"}}})
    )
    return routes


def _search(held: Mapping[str, tuple[str, ...]], window: int) -> Route:
    def route(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        if query["filter"] == "catalogue":
            found: list[Any] = [{"id": name} for name in sorted(held)]
            shown = found
        else:
            wanted = json.loads(query.get("facets", "{}")).get("catalog", list(held))
            found = [{"id": name, "catalog": {"id": key}} for key in wanted for name in held[key]]
            shown = found[:window]
        page, limit = int(query["page"]), min(int(query["limit"]), 4)
        shown = shown[page * limit : (page + 1) * limit]
        return as_json(
            {"result": {"index": query["filter"], "count": len(found), "facets": [], "results": shown}}
        )

    return route


def _names(names: tuple[str, ...]) -> Route:
    def route(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        start = int(query["offset"])
        return as_json(
            [f"https://daten.buchenau.example/set/data/{name}" for name in names[start : start + 2]]
        )

    return route


def _turtle(name: str, epoch: int) -> str:
    title = f"Datensatz {name}" + (" neu" if epoch and name == "a1" else "")
    return (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        f'<https://daten.buchenau.example/set/data/{name}> a dcat:Dataset ; dct:title "{title}" .\n'
    )
