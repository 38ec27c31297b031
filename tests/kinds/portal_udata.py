"""Loopback udata: API 1 with whole datasets, or API 2 with links to their resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback import Answer, Routes, as_json, text

DATASETS = 150
BROKEN = 140
"""The number of the dataset that no page delivers."""
LINKED = 8
"""Datasets of the portal that has API 2 only."""


def numbers(epoch: int, count: int) -> list[int]:
    """In epoch 1 dataset 3 is archived (udata then hides it) and a new one has come."""
    return [n for n in range(count + epoch) if not (epoch and n == 3)]


def _window(query: Mapping[str, str], here: list[int]) -> tuple[list[int], int, int]:
    size, page = int(query.get("page_size", 20)), int(query.get("page", 1))
    return here[(page - 1) * size : page * size], page, size


def _pager(items: list[Any], page: int, size: int, total: int) -> Answer:
    following = f"http://intern:7000/?page={page + 1}" if page * size < total else None
    said = {"data": items, "page": page, "page_size": size, "total": total, "next_page": following}
    return as_json({**said, "previous_page": None})


def portal(epoch: int, broken: bool) -> Routes:
    """API 1; in epoch 1 the title of dataset 5 is another. `broken`: every page with one dataset fails."""
    here = numbers(epoch, DATASETS)

    def datasets(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        found, page, size = _window(query, here)
        if broken and BROKEN in found:
            return text("oops", status=500)
        if not found:
            return as_json({"message": "Not found"}, 404)
        return _pager([_dataset(n, epoch) for n in found], page, size, len(here))

    return {"/api/1/datasets/": datasets}


def linked(epoch: int, broken: bool) -> Routes:
    """API 2 alone. `broken`: the resources of dataset 5 are not to be had."""
    here = numbers(epoch, LINKED)

    def datasets(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        found, page, size = _window(query, here)
        items = [{**_dataset(n, epoch), "resources": {"href": "http://intern/", "total": 2}} for n in found]
        return _pager(items, page, size, len(here))

    def resources(number: int) -> Any:
        def files(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
            if broken and number == 5:
                return text("oops", status=500)
            page = int(query["page"])  # one a page, though more were asked for
            return _pager([_resource(number, page)], page, 1, 2)

        return files

    routes = {f"/api/2/datasets/key{n}/resources/": resources(n) for n in here}
    return {"/api/2/datasets/": datasets, **routes}


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
