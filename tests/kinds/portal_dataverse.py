"""A loopback Dataverse: seven datasets, three a page."""

from __future__ import annotations

from typing import Any

from fleet.products.dataverse import installation
from fleet.routes import Routes, sound, spoilt_by


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 dataset 7 is gone, 8 new and 2 changed. Dataset 5 can only be had from the search; `broken`: 3 breaks
    off."""
    items = [_dataset(number, epoch) for number in (1, 2, 3, 4, 5, 6, 8 if epoch else 7)]
    fails = spoilt_by(items[2]) if broken else sound
    return installation(items, fails, page=3, hidden=["doi:10.99999/D5"])


def _dataset(number: int, epoch: int) -> dict[str, Any]:
    title = f"Satz {number}" + (" neu" if epoch and number == 2 else "")
    fields = [{"typeName": "title", "value": title}]
    version = {
        "datasetPersistentId": f"doi:10.99999/D{number}",
        "metadataBlocks": {"citation": {"fields": fields}},
    }
    return {"persistentUrl": f"https://doi.org/10.99999/D{number}", "latestVersion": version}
