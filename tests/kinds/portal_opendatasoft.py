"""Loopback Opendatasoft: pages of the Explore API, and the export of the whole catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from loopback import Answer, Routes, as_json, fixed, text

DATASETS = 150
BROKEN = 120
"""The number of the dataset that no page delivers."""
HOME = '<!doctype html><link rel="stylesheet" href="https://static.opendatasoft.com/theme.css">'


def portal(epoch: int, broken: bool, claimed: int = 0, quota: Callable[[], float] = lambda: -1) -> Routes:
    """In epoch 1 dataset 3 is gone, a new one has come, the title of dataset 5 is another. `claimed`: a total that is
    larger than pages reach. `quota`: seconds until the quota that the first answer uses up is renewed."""
    here = [n for n in range(DATASETS + epoch) if not (epoch and n == 3)]

    def datasets(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        limit, offset = int(query.get("limit", 10)), int(query.get("offset", 0))
        if limit > 100 or offset + limit > 10_000:
            return as_json({"error_code": "InvalidRESTParameterError", "message": "limit"}, 400)
        found = here[offset : offset + limit]
        if broken and BROKEN in found:
            return text("oops", status=500)
        page = {"total_count": claimed or len(here), "results": [dataset(n, epoch) for n in found]}
        return 200, _headers(quota()), as_json(page)[2]

    def export(query: dict[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        whole = as_json([dataset(n, epoch) for n in here])[2]
        return 200, _headers(-1), whole[:-200] if broken else whole

    api = "/api/explore/v2.1/catalog"
    return {"/": fixed(text(HOME)), f"{api}/datasets": datasets, f"{api}/exports/json": export}


def _headers(seconds: float) -> dict[str, str]:
    """The platform's headers about its quota: nothing is left where it is renewed in so many seconds."""
    reset = datetime.now(UTC) + timedelta(seconds=seconds)
    said = {"Limit": "5000", "Remaining": "4999" if seconds < 0 else "0", "Reset": str(reset)}
    return {
        "Content-Type": "application/json",
        **{f"X-RateLimit-{name}": text for name, text in said.items()},
    }


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
