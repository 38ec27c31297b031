"""Rows as CSV and as XLSX, in pieces; no cell of either runs as a formula in a spreadsheet.

Source: OWASP, CSV injection.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from catalog.publish.tidying import safe_text

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 100_000
"""Rows of a workbook; more take Excel and us too long: CSV has them all."""
LONGEST_CELL = 32_000
"""Characters of a cell; Excel takes 32,767."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Row = Sequence[object]


def csv_rows(rows: Iterable[Row]) -> bytes:
    """Rows as CSV (RFC 4180, UTF-8)."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_defused(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _defused(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if not isinstance(value, str):
        return value
    text = safe_text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_xlsx(stream: BinaryIO, title: str, columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Write one sheet, row by row, and return how many rows it has; what is beyond `MOST_ROWS` is left out, and said."""
    from openpyxl import Workbook  # loads slowly, and few need it
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"

    def cell(value: object) -> object:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(sheet, safe_text(value)[:LONGEST_CELL])
        made.data_type = "s"  # a text that begins with `=` would be a formula
        return made

    sheet.append(list(columns))
    count = 0
    for row in rows:
        if count == MOST_ROWS:
            sheet.append(
                [f"Nur {MOST_ROWS} Zeilen; alle als CSV. Only {MOST_ROWS} rows; all of them as CSV."]
            )
            break
        sheet.append([cell(value) for value in row])
        count += 1
    book.save(stream)
    return count
