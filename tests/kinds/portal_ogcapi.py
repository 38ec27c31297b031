"""A server of OGC API Records with two collections of records beside one of features, in two epochs."""

from __future__ import annotations

from typing import Any

from fleet.products.ogcapi import server
from fleet.routes import Routes, sound, spoilt_by

TOTAL = 25


def record(number: int, epoch: int) -> dict[str, Any]:
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 3 else "")
    return {
        "id": f"r{number}",
        "type": "Feature",
        "geometry": None,
        "properties": {"type": "dataset", "title": title, "created": "2024-01-01", "updated": "2024-01-02"},
        "links": [{"rel": "enclosure", "type": "text/csv", "href": f"https://daten.example/{number}.csv"}],
    }


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: record 3 has another title, the last one of the second collection is gone. Broken: one record breaks the
    page on which it stands."""
    geo = [record(number, epoch) for number in range(TOTAL)]
    files = [record(100 + number, epoch) for number in range(4 - epoch)]
    return server({"geo": geo, "akten": files}, spoilt_by(geo[13]) if broken else sound)
