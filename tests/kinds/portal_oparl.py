"""A council information system with two pages of bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loopback import Answer, Routes, as_json, text

COUNT = 6


def body(number: int, epoch: int) -> dict[str, Any]:
    name = f"Gemeinde {number}" + (" (neu)" if epoch and number == 1 else "")
    return {
        "id": f"https://ris.example/body/{number}",
        "type": "https://schema.oparl.org/1.1/Body",
        "name": name,
        "paper": f"https://ris.example/body/{number}/paper",
    }


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: body 1 has another name, the last one is gone. Broken: the second page breaks off."""
    numbers = range(COUNT - epoch)

    def system(query: Mapping[str, str], headers: Mapping[str, str], sent: bytes) -> Answer:
        here = f"http://{headers['host']}"
        found = {"id": f"{here}/oparl", "oparlVersion": "https://schema.oparl.org/1.1/", "name": "RIS"}
        return as_json(found | {"body": f"{here}/bodies"})

    def bodies(query: Mapping[str, str], headers: Mapping[str, str], sent: bytes) -> Answer:
        page = int(query.get("page", 1))
        if broken and page == 2:
            return text('{"data": [{"id": "x', "application/json")
        data = [body(number, epoch) for number in numbers if number // 4 == page - 1]
        links = {"next": f"http://{headers['host']}/bodies?page=2"} if page == 1 else {}
        return as_json({"data": data, "links": links, "pagination": {"totalElements": len(numbers)}})

    return {"/oparl": system, "/bodies": bodies}
