"""Loopback Socrata: the discovery API by offset and by scrolling, or `data.json` alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback import Answer, Routes, as_json, fixed, text

ASSETS = 300
BROKEN = 280
"""The number of the asset that no page delivers."""
HEADERS = {"Content-Type": "application/json", "X-Socrata-RequestId": "abc123"}


def numbers(epoch: int) -> list[int]:
    """In epoch 1 asset 3 is gone and a new one has come."""
    return [n for n in range(ASSETS + epoch) if not (epoch and n == 3)]


def portal(epoch: int, broken: bool, claimed: int = 0) -> Routes:
    """In epoch 1 the name of asset 5 is another; every tenth asset is a story. `claimed`: a total that is larger than
    offsets reach, so that one must scroll."""
    here = numbers(epoch)

    def catalogue(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        limit, offset = int(query.get("limit", 100)), int(query.get("offset", 0))
        if "scroll_id" in query:
            offset = 1 + next(at for at, n in enumerate(here) if key_of(n) == query["scroll_id"])
        if query["domains"] != "127.0.0.1" or (claimed and offset and "scroll_id" not in query):
            return as_json({"error": "offset and limit reach too far"}, 400)
        found = here[offset : offset + limit]
        if broken and BROKEN in found:
            return text("oops", status=500)
        page = {"results": [asset(n, epoch) for n in found], "resultSetSize": claimed or len(here)}
        return 200, HEADERS, as_json({**page, "timings": {}})[2]

    return {"/": fixed((200, HEADERS, b"<!doctype html>")), "/api/catalog/v1": catalogue}


def scrolled(epoch: int, broken: bool) -> Routes:
    """A domain that is larger than offsets reach, as far as it says."""
    return portal(epoch, broken, claimed=10_001)


def filed(epoch: int) -> Routes:
    """A domain without the discovery API."""
    items = [_filed(n, epoch) for n in numbers(epoch)[:20]]
    schema = "https://project-open-data.cio.gov/v1.1/schema"
    return {"/data.json": fixed(as_json({"conformsTo": schema, "dataset": items}))}


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
