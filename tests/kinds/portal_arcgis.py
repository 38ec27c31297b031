"""A loopback Hub site: seven items, three a page."""

from __future__ import annotations

from typing import Any

from fleet.products.arcgis import search
from fleet.routes import Routes, sound, spoilt_by


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 item 7 is gone, 8 new and 2 changed; `broken`: the second page is HTML."""
    items = [_item(number, epoch) for number in (1, 2, 3, 4, 5, 6, 8 if epoch else 7)]
    return search(items, spoilt_by(items[3]) if broken else sound, page=3)


def _item(number: int, epoch: int) -> dict[str, Any]:
    title = f"Karte {number}" + (" neu" if epoch and number == 2 else "")
    said = {"title": title, "type": "CSV", "owner": "gis", "typeKeywords": [], "modified": 1735689600000}
    return {"id": f"{number:032x}", "type": "Feature", "geometry": None, "properties": said}
