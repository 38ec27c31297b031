"""A municipality's own inventory: one CSV or Excel file, on the web or on disk."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from crawler.formats.inventory import Header, find_header, read_inventory
from crawler.formats.reading import UnreadablePayload
from crawler.formats.table_rows import Rows, read_tables
from crawler.sources.local import is_local
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "table"
RANK = 185
READER = 1

PATHS = ("/datenbestand.csv", "/dateninventar.csv", "/inventory.csv")
_TELLING = frozenset({"publisher", "license", "access", "frequency", "theme", "system", "legal", "email"})
"""Columns of an inventory that a table of data itself hardly has."""


def probe(portal: Portal) -> list[Call]:
    """The address itself if it is a table, then places at which an inventory may lie."""
    url = portal.api_url or portal.url
    places = [url] if _is_file(url) else [portal.base + path for path in PATHS]
    return [Call(place, "table") for place in places]


def _is_file(url: str) -> bool:
    return urlsplit(url).path.lower().endswith((".csv", ".tsv", ".txt", ".xlsx", ".xlsm"))


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A table with a column of titles and others that only an inventory has; a table of data may have a title too. Who
    names a file on disk means it."""
    try:
        _, header, _ = _table(payload)
    except UnreadablePayload:
        return None
    telling = header.names & _TELLING
    if (not telling or len(header.names) < 3) and not is_local(portal.url):
        return None
    names = ", ".join(sorted(header.names))
    sure = len(telling) >= 2 and len(header.names) >= 4
    return Evidence(
        KIND, 82 if sure else 55, f"A table with the columns of an inventory: {names}.", payload.url
    )


def _table(payload: Payload) -> tuple[Rows, Header, Counter[str]]:
    """The table of a file whose header says most, with its faults. Raises UnreadablePayload where none has one."""
    tables, faults = read_tables(payload.body, payload.headers.get("content-type", ""))
    found = [(rows, header) for rows in tables if (header := find_header(rows)) is not None]
    if not found:
        raise UnreadablePayload(
            "unexpected-shape", "The table has no row of headers with a column for titles."
        )
    rows, header = max(found, key=lambda pair: len(pair[1].names))
    return rows, header, faults


def start(portal: Portal) -> list[Call]:
    """The file."""
    return [Call(portal.api_url or portal.url, "table")]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """All datasets of the table. Raises UnreadablePayload: what `read_tables` raises, `unexpected-shape` for a table
    without headers that are known."""
    rows, header, faults = _table(payload)
    entries = read_inventory(rows, header, portal.api_url or portal.url)
    return Page(entries, total=len(entries), faults=faults)


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: a file cannot be asked for in parts."""
    return []
