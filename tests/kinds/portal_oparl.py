"""A council information system with two pages of bodies."""

from __future__ import annotations

from typing import Any

from fleet.products.oparl import system
from fleet.routes import Routes, sound, spoilt_by

COUNT = 6


def body(number: int, epoch: int) -> dict[str, Any]:
    name = f"Gemeinde {number}" + (" (neu)" if epoch and number == 1 else "")
    return {
        "id": f"https://ris.example/body/{number}",
        "type": "https://schema.oparl.org/1.1/Body",
        "name": name,
        "paper": f"https://ris.example/body/{number}/paper",
    }


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: body 1 has another name, the last one is gone. Broken: the second page breaks off."""
    bodies = [body(number, epoch) for number in range(COUNT - epoch)]
    return system(bodies, spoilt_by(bodies[4]) if broken else sound)
