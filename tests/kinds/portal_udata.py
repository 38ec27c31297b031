"""Loopback udata: API 1 with whole datasets, or API 2 with links to their resources."""

from __future__ import annotations

from typing import Any

from fleet.message import json_response, server_error
from fleet.products.udata import NOTHING, api_1, api_2
from fleet.routes import Routes, fixed, sound, spoilt_by

DATASETS = 150
BROKEN = 140
"""The number of the dataset that no page delivers."""
ROOT = {"/": fixed(json_response(NOTHING, 404))}
"""There are no pages."""
LINKED = 8
"""Datasets of the portal that has API 2 only."""


def numbers(epoch: int, count: int) -> list[int]:
    """In epoch 1 dataset 3 is archived (udata then hides it) and a new one has come."""
    return [n for n in range(count + epoch) if not (epoch and n == 3)]


def portal(epoch: int, broken: bool) -> Routes:
    """API 1; in epoch 1 the title of dataset 5 is another. `broken`: every page with one dataset fails."""
    here = numbers(epoch, DATASETS)
    items = [_dataset(n, epoch) for n in here]
    return ROOT | api_1(items, spoilt_by(items[here.index(BROKEN)]) if broken else sound)


def linked(epoch: int, broken: bool) -> Routes:
    """API 2 alone. `broken`: the resources of dataset 5 are not to be had."""
    here = numbers(epoch, LINKED)
    files = {f"key{n}": [_resource(n, 1), _resource(n, 2)] for n in here}
    lost = {"/api/2/datasets/key5/resources/": fixed(server_error())} if broken else {}
    return {**ROOT, **api_2([_dataset(n, epoch) for n in here], files), **lost}


def _dataset(number: int, epoch: int) -> dict[str, Any]:
    title = f"Denkmale {number}" + " (neu)" * (epoch and number == 5)
    return {
        "id": f"key{number}", "slug": f"denkmale-{number}", "title": title, "frequency": "annual", "harvest": None,
        "organization": {"name": "Stadt Weidenau", "slug": "stadt-weidenau"}, "temporal_coverage": None,
        "archived": None, "deleted": None, "private": False, "resources": [_resource(number, 1)],
        "metrics": {"views": epoch},
    }  # fmt: skip


def _resource(number: int, page: int) -> dict[str, Any]:
    url = f"https://daten.weidenau.example/{number}/{page}.csv"
    return {"id": f"r{number}-{page}", "title": "CSV", "url": url, "filetype": "file", "format": "csv"}
