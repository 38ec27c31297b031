"""Loopback DKAN: version 1 with its packages in a list in a list, version 2 with its metastore and its search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback import Answer, Routes, as_json, fixed, text

PACKAGES = 120
DATASETS = 70
BROKEN = 105
"""The number of the record that neither a page nor a call of its own delivers."""
HOME = (
    '<!doctype html><meta name="Generator" content="Drupal 7 (http://drupal.org)">'
    '<link href="/profiles/dkan/themes/nuboot_radix/style.css">'
)


def numbers(epoch: int, count: int) -> list[int]:
    """In epoch 1 record 3 is gone and a new one has come."""
    return [n for n in range(count + epoch) if not (epoch and n == 3)]


def portal(epoch: int, broken: bool) -> Routes:
    """Version 1; in epoch 1 the title of record 5 is another. `broken`: the second page fails, and one package."""
    here = numbers(epoch, PACKAGES)

    def current(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        start, limit = int(query.get("offset", 0)), int(query.get("limit", 10))
        if broken and start:
            return text("Fatal error", status=500)
        return _success([[_package(n, epoch) for n in here[start : start + limit]]])

    def show(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        number = int(query["id"].rpartition("-")[2])
        if broken and number == BROKEN:
            return text("Fatal error", status=500)
        return _success([_package(number, epoch)])

    names = as_json({"success": True, "result": [_name(n) for n in here]})
    action = "/api/3/action/"
    return {
        "/": fixed(text(HOME)),
        f"{action}package_list": fixed(names),
        f"{action}current_package_list_with_resources": current,
        f"{action}package_show": show,
    }


def _success(result: list[Any]) -> Answer:
    return as_json({"help": "…", "success": True, "result": result})


def _name(number: int) -> str:
    return f"spielplätze-§-{number}"


def _package(number: int, epoch: int) -> dict[str, Any]:
    title = f"Spielplätze {number}" + " (neu)" * (epoch and number == 5)
    return {
        "id": f"id-{number}", "name": _name(number), "title": title, "type": "Dataset", "state": "Active",
        "private": "Veröffentlicht", "license_title": "cc-by", "revision_timestamp": "2014-12-10T12:25:26+01:00",
        "groups": [{"name": "group/stadt-grünau", "title": "Stadt Grünau"}], "tags": [], "resources": [],
    }  # fmt: skip


def metastore(epoch: int, broken: bool) -> Routes:
    """Version 2. `broken`: the list of all items fails, and each page of the search that holds record 65."""
    here = numbers(epoch, DATASETS)

    def search(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        size = min(100, int(query.get("page-size", 10)))
        start = (int(query.get("page", 1)) - 1) * size
        page = here[start : start + size]
        if broken and 65 in page:
            return text("Fatal error", status=500)
        results = {f"dkan_dataset/{n}": _dataset(n, epoch) for n in page}
        return as_json({"total": str(len(here)), "results": results or [], "facets": []})

    items = as_json([_dataset(n, epoch) for n in here])
    schema = as_json({"title": "Dataset", "properties": {"accessLevel": {}, "distribution": {}}})
    return {
        "/": fixed(text(HOME.replace("Drupal 7 (http://drupal.org)", "Drupal 10 (https://www.drupal.org)"))),
        "/api/1/metastore/schemas/dataset": fixed(schema),
        "/api/1/metastore/schemas/dataset/items": fixed(text("", status=500) if broken else items),
        "/api/1/search": search,
    }


def _dataset(number: int, epoch: int) -> dict[str, Any]:
    title = f"Bäume {number}" + " (neu)" * (epoch and number == 5)
    key = f"c3d1e9a2-{number}"
    return {"identifier": key, "title": title, "accessLevel": "public", "publisher": {"name": "Stadt Grünau"}}
