"""A GeoNode that caps its pages, in two epochs; one of its resources may break the page on which it stands."""

from __future__ import annotations

from typing import Any

from fleet.products.geonode import api_2
from fleet.routes import Routes, sound, spoilt_by

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
    items = [resource(number, epoch) for number in range(1, TOTAL - epoch + 1)]
    return api_2(items, spoilt_by(items[12]) if broken else sound, page=CAP)
