"""Whose a publisher's records are, as persons decided: a CSV file beside the database, which no crawl touches."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

COLUMNS: Final = ("portal", "publisher", "key", "date")
"""`portal`: its key, empty for all; `key`: of a municipality or body, `-` for none; `date`: when it was decided."""


class UnreadableDecisions(ValueError):
    """A file that holds no decisions; the message is one sentence."""


def path_beside(database: Path) -> Path:
    """Where the decisions of a database stand."""
    return database.with_name(f"{database.stem}-decisions.csv")


def read_decisions(path: Path) -> dict[tuple[str, str], str]:
    """(portal, publisher) -> key; nothing where there is no file. Raises UnreadableDecisions, OSError."""
    return {(row["portal"], row["publisher"]): row["key"] for row in _rows(path)}


def keep_decision(path: Path, portal: str, publisher: str, key: str, date: str) -> None:
    """Write a decision; it takes the place of an earlier one about the same. Raises UnreadableDecisions, OSError."""
    rows = [row for row in _rows(path) if (row["portal"], row["publisher"]) != (portal, publisher)]
    rows.append({"portal": portal, "publisher": publisher, "key": key, "date": date})
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: (row["portal"], row["publisher"])))
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text.getvalue(), encoding="utf-8")
    beside.replace(path)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    try:
        rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        if not {"publisher", "key"} <= set(rows.fieldnames or ()):
            raise UnreadableDecisions(
                f"{path.name} holds no decisions: it has no columns `publisher` and `key`."
            )
        found = [{name: (row.get(name) or "").strip() for name in COLUMNS} for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UnreadableDecisions(f"{path.name} holds no decisions: {error}.") from error
    return [row for row in found if row["publisher"] and row["key"]]
