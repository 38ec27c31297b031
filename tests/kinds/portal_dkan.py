"""Loopback DKAN: version 1 with its packages in a list in a list, version 2 with its metastore and its search."""

from __future__ import annotations

from typing import Any

from fleet.products import dkan
from fleet.routes import Routes, sound, spoilt_by

PACKAGES = 120
DATASETS = 70
BROKEN = 105
"""The number of the record that neither a page nor a call of its own delivers."""


def numbers(epoch: int, count: int) -> list[int]:
    """In epoch 1 record 3 is gone and a new one has come."""
    return [n for n in range(count + epoch) if not (epoch and n == 3)]


def portal(epoch: int, broken: bool) -> Routes:
    """Version 1; in epoch 1 the title of record 5 is another. `broken`: the second page fails, and one package."""
    here = numbers(epoch, PACKAGES)
    items = [_package(n, epoch) for n in here]
    return dkan.packages(items, spoilt_by(items[here.index(BROKEN)]) if broken else sound, late=broken)


def _package(number: int, epoch: int) -> dict[str, Any]:
    title = f"Spielplätze {number}" + " (neu)" * (epoch and number == 5)
    return {
        "id": f"id-{number}", "name": f"spielplätze-§-{number}", "title": title, "type": "Dataset", "state": "Active",
        "private": "Veröffentlicht", "license_title": "cc-by", "revision_timestamp": "2014-12-10T12:25:26+01:00",
        "groups": [{"name": "group/stadt-grünau", "title": "Stadt Grünau"}], "tags": [], "resources": [],
    }  # fmt: skip


def metastore(epoch: int, broken: bool) -> Routes:
    """Version 2. `broken`: the list of all items fails, and each page of the search that holds record 65."""
    here = numbers(epoch, DATASETS)
    items = [_dataset(n, epoch) for n in here]
    return dkan.metastore(items, spoilt_by(items[here.index(65)]) if broken else sound, whole=not broken)


def _dataset(number: int, epoch: int) -> dict[str, Any]:
    title = f"Bäume {number}" + " (neu)" * (epoch and number == 5)
    key = f"c3d1e9a2-{number}"
    return {"identifier": key, "title": title, "accessLevel": "public", "publisher": {"name": "Stadt Grünau"}}
