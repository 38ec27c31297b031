"""A server of OGC API Records with two collections of records beside one of features, in two epochs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback import Answer, Routes, as_json, fixed

CONFORMS = {"conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/core"]}
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
    counts = {"geo": TOTAL, "akten": 4 - epoch}

    def page(name: str) -> Any:
        def route(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
            offset, limit = int(query.get("offset", 0)), min(10, int(query.get("limit", 10)))
            numbers = range(offset, min(counts[name], offset + limit))
            if broken and name == "geo" and 13 in numbers:
                return as_json({"code": "NoApplicableCode", "description": "boom"}, 500)
            first = 100 if name == "akten" else 0
            items = [record(first + number, epoch) for number in numbers]
            links = [{"rel": "self", "href": "x"}]
            if offset + limit < counts[name]:
                here = f"http://{headers['host']}/collections/{name}/items"
                links.append({"rel": "next", "href": f"{here}?offset={offset + limit}&limit={limit}"})
            return as_json(
                {
                    "type": "FeatureCollection",
                    "features": items,
                    "numberMatched": counts[name],
                    "links": links,
                }
            )

        return route

    collections = [
        {"id": "haus", "itemType": "feature"},
        *({"id": name, "itemType": "record", "links": []} for name in counts),
    ]
    return {
        "/": fixed(
            as_json(
                {
                    "title": "Neuwald",
                    "links": [{"rel": "conformance", "href": "c"}, {"rel": "data", "href": "d"}],
                }
            )
        ),
        "/conformance": fixed(as_json(CONFORMS)),
        "/collections": fixed(as_json({"collections": collections})),
        **{f"/collections/{name}/items": page(name) for name in counts},
    }
