"""A loopback Hub site: seven items, three a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback import Answer, Routes, as_json, fixed, text

PAGE = 3


def portal(epoch: int, broken: bool) -> Routes:
    """In epoch 1 item 7 is gone, 8 new and 2 changed; `broken`: the second page is HTML."""
    numbers = [1, 2, 3, 4, 5, 6, 7] if epoch == 0 else [1, 2, 3, 4, 5, 6, 8]

    def items(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        start, limit = int(query["startindex"]) - 1, min(PAGE, int(query["limit"]))
        if broken and start == PAGE:
            return text("<!doctype html><p>Wartung</p>")
        found = [_item(number, epoch) for number in numbers[start : start + limit]]
        return as_json(
            {"type": "FeatureCollection", "numberMatched": len(numbers), "features": found, "links": []}
        )

    return {
        "/": fixed(text('<!doctype html><script id="site-injection">window.__SITE="%7B%7D"</script>')),
        "/api/search/v1/collections/dataset/items": items,
    }


def _item(number: int, epoch: int) -> dict[str, Any]:
    title = f"Karte {number}" + (" neu" if epoch and number == 2 else "")
    said = {"title": title, "type": "CSV", "owner": "gis", "typeKeywords": [], "modified": 1735689600000}
    return {"id": f"{number:032x}", "type": "Feature", "geometry": None, "properties": said}
