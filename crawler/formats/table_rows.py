"""Bytes of a CSV or Excel file → tables of texts: delimiter, character encoding and sheets found out by looking."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time
from importlib import import_module
from typing import Any

from crawler.formats.reading import UnreadablePayload

Rows = list[list[str]]

LARGEST = 200_000_000
"""Bytes of an unpacked Excel file that are read at most."""
WIDEST = 500
"""Columns of a sheet that are read at most: formatting can reach to column 16,384 without a value."""
_LONGEST_CELL = 1_000_000
_DELIMITERS = ";,\t|"
_SNIFFED = 40
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_tables(body: bytes, content_type: str = "") -> tuple[list[Rows], Counter[str]]:
    """The tables of a file and the faults met: `charset-wrong`. Of Excel one a sheet; of CSV one for each delimiter that
    may divide it, the likeliest first.

    Raises UnreadablePayload: `html-instead`, `truncated`, `unexpected-shape` with the reason.
    """
    if body.startswith(b"PK\x03\x04"):
        return _excel(body), Counter()
    if body.startswith(_OLD_EXCEL):
        raise UnreadablePayload(
            "unexpected-shape", "The file is of an old Excel format; save it as .xlsx or CSV."
        )
    text, faults = _decoded(body, content_type)
    if (start := text.lstrip()[:1]) in ("<", "{", "["):
        slug = "html-instead" if start == "<" else "unexpected-shape"
        raise UnreadablePayload(
            slug, "The answer is no table but " + ("a page." if start == "<" else "JSON.")
        )
    return _csv(text), faults


def _decoded(body: bytes, content_type: str) -> tuple[str, Counter[str]]:
    """UTF-8, UTF-16 with its mark, else what German Excel writes; said so, that is no fault."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace"), Counter()
    try:
        return body.decode("utf-8-sig"), Counter()
    except UnicodeDecodeError:
        said = any(name in content_type.lower() for name in ("8859-1", "1252", "latin"))
        return body.decode("cp1252", "replace"), Counter() if said else Counter({"charset-wrong": 1})


def _csv(text: str) -> list[Rows]:
    """The rows by each delimiter that divides any line, first by that which divides the first lines most evenly. A first
    line `sep=;` is Excel's own word."""
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return [_parsed(rest, first.strip()[4])]
    head = text[:200_000]
    evenness = {delimiter: _evenness(head, delimiter) for delimiter in _DELIMITERS}
    likely = sorted(
        filter(lambda delimiter: evenness[delimiter][1], evenness), key=evenness.__getitem__, reverse=True
    )
    return [_parsed(text, delimiter) for delimiter in likely or _DELIMITERS[:1]]


def _parsed(text: str, delimiter: str) -> Rows:
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter)
        return [row for line in lines if any(row := [cell.strip() for cell in line])]
    except csv.Error as error:
        raise UnreadablePayload("unexpected-shape", f"The table cannot be read ({error}).") from None
    finally:
        csv.field_size_limit(limit)


def _evenness(head: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have as many fields as most of them have, and how many those are."""
    try:
        widths = [len(row) for row in _parsed("\n".join(head.splitlines()[:_SNIFFED]), delimiter)]
    except UnreadablePayload:
        return 0, 0
    wide = Counter(width for width in widths if width > 1)
    width, count = wide.most_common(1)[0] if wide else (0, 0)
    return count, width


def _excel(body: bytes) -> list[Rows]:
    """One table a sheet, formulas as their last results."""
    try:
        openpyxl = import_module("openpyxl")
    except ImportError:
        raise UnreadablePayload(
            "unexpected-shape", "Excel files need the package openpyxl; save it as CSV."
        ) from None
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST:
                raise UnreadablePayload("unexpected-shape", "The Excel file is too large when unpacked.")
            if "xl/workbook.xml" not in packed.namelist():
                raise UnreadablePayload("unexpected-shape", "The packed file is no Excel file.")
        book = openpyxl.load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
        return [list(_sheet(sheet)) for sheet in book.worksheets]
    except UnreadablePayload:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever comes to pass in a broken file
        raise UnreadablePayload("truncated", f"The Excel file is damaged ({type(error).__name__}).") from None


def _sheet(sheet: Any) -> Iterator[list[str]]:
    for cells in sheet.iter_rows(values_only=True, max_col=WIDEST):
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        if row:
            yield row


def _text(cell: Any) -> str:
    """A cell as its text: midnight is a date, whole numbers have no fraction."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return (cell.date() if cell.time() == time() else cell).isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
