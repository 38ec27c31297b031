"""A loopback Dataverse: seven datasets, three a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback import Answer, Routes, as_json, fixed, text

PAGE = 3


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 dataset 7 is gone, 8 new and 2 changed. Dataset 5 can only be had from the search; `broken`: 3 breaks
    off."""
    numbers = [1, 2, 3, 4, 5, 6, 7] if epoch == 0 else [1, 2, 3, 4, 5, 6, 8]

    def search(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        if "fq" in query:
            return as_json(
                {"status": "OK", "data": {"total_count": 1, "items": [_item(5)], "count_in_response": 1}}
            )
        start, size = int(query["start"]), min(PAGE, int(query["per_page"]))
        items = [_item(number) for number in numbers[start : start + size]]
        return as_json(
            {
                "status": "OK",
                "data": {"total_count": len(numbers), "items": items, "count_in_response": len(items)},
            }
        )

    def dataset(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        number = int(query["persistentId"].rpartition("D")[2])
        if number == 5:
            return as_json({"status": "ERROR", "message": "not found"}, 404)
        if broken and number == 3:
            return text('{"status": "OK", "da', "application/json")
        return as_json({"status": "OK", "data": _dataset(number, epoch)})

    home = text("<!doctype html><a href='/dataverse/root'>Dataverse</a>")
    return {"/": fixed(home), "/api/search": search, "/api/datasets/:persistentId/": dataset}


def _item(number: int) -> dict[str, Any]:
    return {"type": "dataset", "name": f"Satz {number}", "global_id": f"doi:10.99999/D{number}"}


def _dataset(number: int, epoch: int) -> dict[str, Any]:
    title = f"Satz {number}" + (" neu" if epoch and number == 2 else "")
    fields = [{"typeName": "title", "value": title}]
    version = {
        "datasetPersistentId": f"doi:10.99999/D{number}",
        "metadataBlocks": {"citation": {"fields": fields}},
    }
    return {"persistentUrl": f"https://doi.org/10.99999/D{number}", "latestVersion": version}
