"""A GeoNode that caps its pages, in two epochs; one of its resources may break the page on which it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback import Answer, Routes, as_json, fixed, text

TOTAL = 25
CAP = 8


def resource(number: int, epoch: int) -> dict[str, Any]:
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 3 else "")
    type_ = "map" if number % 10 == 0 else "dataset"
    return {
        "pk": str(number),
        "uuid": f"u-{number:03d}",
        "resource_type": type_,
        "polymorphic_ctype_id": "59",
        "title": title,
        "download_urls": [{"url": f"https://daten.example/{number}.csv", "default": True}],
    }


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: resource 3 has another title, the last one is gone. Broken: resource 13 answers 500."""
    total = TOTAL - epoch

    def listing(name: str) -> Any:
        def route(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
            page, size = int(query.get("page", 1)), min(CAP, int(query.get("page_size", 10)))
            numbers = range((page - 1) * size + 1, min(total, page * size) + 1)
            if not numbers:
                return as_json({"success": False, "errors": ["Invalid page."], "code": "not_found"}, 404)
            if broken and 13 in numbers:
                return as_json({"detail": "boom"}, 500)
            items = [resource(number, epoch) for number in numbers]
            links = {"next": None, "previous": None}
            return as_json({"links": links, "total": total, "page": page, "page_size": size, name: items})

        return route

    home = fixed(text("<!doctype html><script>window.__GEONODE_CONFIG__ = {}</script>"))
    return {"/": home, **{f"/api/v2/{name}": listing(name) for name in ("resources", "datasets")}}
