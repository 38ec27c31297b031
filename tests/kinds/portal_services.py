"""A Masterportal: its page, its configuration, its layers."""

from __future__ import annotations

from typing import Any

from fleet.products.services import viewer
from fleet.routes import Routes

COUNT = 6


def layer(number: int, epoch: int) -> dict[str, Any]:
    name = f"Karte {number}" + (" (neu)" if epoch and number == 1 else "")
    return {
        "id": str(number),
        "name": name,
        "typ": "WMS",
        "url": f"https://geo.example/wms_{number}",
        "layers": "x",
    }


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: the service 1 has another name, the last one is gone. Broken: one layer is null, another has no address."""
    layers: list[Any] = [layer(number, epoch) for number in range(COUNT - epoch)]
    if broken:
        layers[2:4] = [None, {"id": "3", "typ": "WMS", "url": None}]
    return viewer(layers)
