"""A loopback piveau: search and repository; more datasets than its window shows, in several catalogues."""

from __future__ import annotations

from fleet.products.piveau import REPO, WINDOW, hub
from fleet.routes import Routes

__all__ = ["REPO", "portal"]

BASE = "https://daten.buchenau.example/set/data/"
CATALOGUES = {"stadt-buchenau": ("a1", "a2", "a3"), "kreis-ahorn": ("b1",), "stadt-ulmen": ("c1", "c2")}
INDEX = {"c1": {"id": "c1", "title": {"de": "Aus dem Index"}}}


def holdings(epoch: int) -> dict[str, tuple[str, ...]]:
    """In epoch 1 `b1` is gone, `c3` new (and `a1` changed)."""
    later = {"kreis-ahorn": (), "stadt-ulmen": ("c1", "c2", "c3")}
    return CATALOGUES | (later if epoch else {})


def portal(epoch: int, broken: bool, window: int = WINDOW) -> Routes:
    """`broken`: the RDF of `a2` breaks off. `window`: how many hits the search shows at most. The repository has nothing
    about `c1`: the index has to do."""
    held = {
        catalogue: {name: b"" if name in INDEX else _turtle(name, epoch) for name in names}
        for catalogue, names in holdings(epoch).items()
    }
    if broken:
        held["stadt-buchenau"]["a2"] = held["stadt-buchenau"]["a2"][:90]
    return hub(held, index=INDEX, window=window, base=BASE)


def _turtle(name: str, epoch: int) -> bytes:
    title = f"Datensatz {name}" + (" neu" if epoch and name == "a1" else "")
    return (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        f'<{BASE}{name}> a dcat:Dataset ; dct:title "{title}" .\n'
    ).encode()
