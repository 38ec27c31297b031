"""Loopback Opendatasoft: pages of the Explore API, and the export of the whole catalogue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fleet.products.opendatasoft import catalogue
from fleet.routes import Routes, sound, spoilt_by

DATASETS = 150
BROKEN = 120
"""The number of the dataset that no page delivers."""


def portal(epoch: int, broken: bool, claimed: int = 0, quota: Callable[[], float] = lambda: -1) -> Routes:
    """In epoch 1 dataset 3 is gone, a new one has come, the title of dataset 5 is another. `claimed`: a total that is
    larger than pages reach. `quota`: seconds until the quota that the first answer uses up is renewed."""
    here = [n for n in range(DATASETS + epoch) if not (epoch and n == 3)]
    items = [dataset(n, epoch) for n in here]
    fails = spoilt_by(items[here.index(BROKEN)]) if broken else sound
    return catalogue(items, fails, claimed=claimed, quota=quota, cut=200 if broken else 0)


def large(epoch: int, broken: bool) -> Routes:
    """A portal whose pages do not reach its end. `broken`: the export breaks off."""
    return portal(epoch, broken, claimed=10_001)


def dataset(number: int, epoch: int) -> dict[str, Any]:
    title = f"Parkplätze {number}" + " (neu)" * (epoch and number == 5)
    default = {"title": title, "publisher": "Stadt Lindenau", "records_count": 40 + epoch}
    return {
        "dataset_id": f"park-{number:04}", "dataset_uid": f"da_{number}", "has_records": True, "features": [],
        "attachments": [], "fields": [], "metas": {"default": default, "explore": {"download_count": epoch}},
    }  # fmt: skip
