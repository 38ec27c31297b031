"""Loopback Socrata: the discovery API by offset and by scrolling, or `data.json` alone."""

from __future__ import annotations

from typing import Any

from fleet.products import socrata
from fleet.routes import Routes, sound, spoilt_by

ASSETS = 300
BROKEN = 280
"""The number of the asset that no page delivers."""


def numbers(epoch: int) -> list[int]:
    """In epoch 1 asset 3 is gone and a new one has come."""
    return [n for n in range(ASSETS + epoch) if not (epoch and n == 3)]


def portal(epoch: int, broken: bool, claimed: int = 0) -> Routes:
    """In epoch 1 the name of asset 5 is another; every tenth asset is a story. `claimed`: a total that is larger than
    offsets reach, so that one must scroll."""
    here = numbers(epoch)
    items = [asset(n, epoch) for n in here]
    fails = spoilt_by(items[here.index(BROKEN)]) if broken else sound
    return socrata.discovery(items, fails, claimed=claimed)


def scrolled(epoch: int, broken: bool) -> Routes:
    """A domain that is larger than offsets reach, as far as it says."""
    return portal(epoch, broken, claimed=10_001)


def filed(epoch: int) -> Routes:
    """A domain without the discovery API."""
    return socrata.filed([_filed(n, epoch) for n in numbers(epoch)[:20]])


def key_of(number: int) -> str:
    return f"aaaa-{number:04}"


def asset(number: int, epoch: int) -> dict[str, Any]:
    name = f"Budget {number}" + " (new)" * (epoch and number == 5)
    kind = "story" if number % 10 == 9 else "dataset"
    resource = {"id": key_of(number), "name": name, "type": kind, "page_views": {"page_views_total": epoch}}
    link = f"https://data.ashford.example/d/{key_of(number)}"
    return {"resource": resource, "classification": {}, "metadata": {}, "permalink": link, "link": link}


def _filed(number: int, epoch: int) -> dict[str, Any]:
    name = f"Budget {number}" + " (new)" * (epoch and number == 5)
    return {"identifier": f"https://data.ashford.example/api/views/{key_of(number)}", "title": name}
