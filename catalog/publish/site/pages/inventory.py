"""A municipality's own inventory: a table to start from, and what an uploaded one says beside what is public."""

from __future__ import annotations

import asyncio
import csv
import io
from collections import Counter
from importlib.resources import files
from typing import Any

from datasette import Response

from catalog.publish.site import checking, form, towns
from catalog.publish.site.checking import Refused
from catalog.publish.site.visit import Row, Visit
from catalog.vocabulary.folding import fold

SHOWN = 100
CAP = 5_000
"""Datasets of a municipality that a list is compared with at most."""
_HIDDEN = frozenset({"NON_PUBLIC", "CONFIDENTIAL", "SENSITIVE"})
_PUBLISHED = """
select dataset.key, dataset.title, dataset.identifier from dataset join portal on portal.id = dataset.portal
where dataset.ags = :ags and gone_run is null and portal.kind not in ('table', 'website') limit :cap
"""


async def show(datasette: Any, request: Any) -> Response:
    """The form with the template, and for what it sends the rubric."""
    visit = Visit(datasette, request)
    rubric: dict[str, Any] | None = None
    refused: Refused | None = None
    meant = towns.Meant("", None, ())
    if request.method == "POST":
        try:
            sent = await checking.uploaded(visit)
            meant = await towns.called(visit, sent.fields.get("town", "").strip()[:80])
            found = await checking.judged(visit, sent, "dcat-ap", 0)
            rubric = await _rubric(visit, found, meant.ags)
        except Refused as error:
            refused = error
    context = {
        "rubric": rubric, "meant": meant, "shown": SHOWN, "longest": form.LONGEST, "seconds": checking.SECONDS,
    }  # fmt: skip
    return await checking.answer(visit, "inventory", context, refused)


async def _rubric(visit: Visit, found: dict[str, Any], ags: str) -> dict[str, Any]:
    listed = found["listed"]
    access = Counter(item["access"] for item in listed)
    counted = {
        "listed": len(listed),
        "public": access["PUBLIC"],
        "restricted": access["RESTRICTED"],
        "hidden": sum(access[code] for code in _HIDDEN),
        "owned": sum(item["owned"] for item in listed),
        "errors": found["errors"],
    }
    counted["unsaid"] = len(listed) - counted["public"] - counted["restricted"] - counted["hidden"]
    published = await visit.rows(_PUBLISHED, ags=ags, cap=CAP) if ags else []
    return {"counts": counted, **(_beside(listed, published) if ags else {})}


def _beside(listed: list[dict[str, Any]], published: list[Row]) -> dict[str, Any]:
    """What stands in one of the two only; the same by identifier or by title, whatever its case."""
    ours = {_words(item["title"]) for item in listed} | {item["identifier"] for item in listed} - {""}
    theirs = {_words(row["title"]) for row in published} | {row["identifier"] for row in published}
    return {
        "published": len(published),
        "only_listed": [
            item for item in listed if not {_words(item["title"]), item["identifier"]} & theirs - {""}
        ],
        "only_published": [
            row for row in published if not {_words(row["title"]), row["identifier"]} & ours - {""}
        ],
    }


def _words(title: str) -> str:
    return " ".join(fold(title).split())


def _template() -> bytes:
    """UTF-8 with a byte order mark and semicolons: what Excel opens rightly in German."""
    return (files("schemas") / "models" / "inventory-template.csv").read_bytes()


async def template(datasette: Any, request: Any) -> Response:
    """The table to start from, as CSV or XLSX."""
    visit = Visit(datasette, request)
    extension = request.url_vars["extension"]
    attached = f'attachment; filename="bestand-inventory.{extension}"'
    if extension == "csv":
        return visit.answer(_template(), "text/csv; charset=utf-8", content_disposition=attached)
    body = await asyncio.to_thread(_workbook)
    return visit.answer(
        body,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        content_disposition=attached,
    )


def _workbook() -> bytes:
    from openpyxl import Workbook  # loads slowly, and nothing else here needs it

    book = Workbook()
    sheet = book.active
    for row in csv.reader(io.StringIO(_template().decode("utf-8-sig"), newline=""), delimiter=";"):
        sheet.append(row)
    for place, column in enumerate(sheet.columns, 1):
        sheet.column_dimensions[sheet.cell(1, place).column_letter].width = max(
            14, min(40, max(len(str(cell.value or "")) for cell in column))
        )
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
