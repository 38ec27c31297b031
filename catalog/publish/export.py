"""The whole catalogue, one portal's or one municipality's part, as one file, streamed."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from catalog.publish import feed, listings, ndjson, selection
from catalog.publish.selection import Published, Scope
from catalog.publish.syntaxes import SYNTAXES, TURTLE_HEAD, Dropped, chunks, parts
from catalog.publish.tables import csv_rows, write_xlsx

FORMATS = (*SYNTAXES, "csv", "xlsx", "ndjson")

_LEFT_OUT = "select count(*) from dataset where gone_run is null and type = 'website'"
_PORTAL = "select id, title, publisher, url from portal where key = ?"
_MUNICIPALITY = "select name from municipality where ags = ?"


def export(
    db_path: str | Path,
    stream: BinaryIO,
    format: str,  # noqa: A002 - the name of the command-line option
    portal: str | None = None,
    base: str = feed.DEFAULT_BASE,
    dropped: Dropped | None = None,
    websites: bool = False,
    municipality: str | None = None,
    profile: str = "",
    contributor: str = "",
) -> int:
    """Write all datasets that are not gone, and return how many; memory stays the same whatever their number.

    `format` is one of `FORMATS`, `portal` a portal's key, `municipality` a municipality's; `dropped` counts the triples that
    RDF/XML cannot name. What was found on web pages is in it with `websites`, or where it is a portal's own part; portals
    whose metadata may not be published again are left out. `profile` and `contributor`: as in `feed.Feed`.
    Raises ValueError for another format, KeyError for an unknown portal or municipality.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; known: {', '.join(FORMATS)}")
    with closing(open_read_only(db_path)) as connection:
        found, scope = _described(connection, base, portal, municipality, websites)
        if format in SYNTAXES:
            described = replace(found, websites=websites, profile=profile, contributor=contributor)
            lines = _Lines(connection, described, scope, format == "ttl")
            return _export_rdf(lines, stream, format, dropped)
        return _export_table(connection, scope, stream, format)


def open_read_only(db_path: str | Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    return sqlite3.connect(f"file:{quote(str(db_path))}?mode=ro", uri=True)


def found_on_pages(db_path: str | Path) -> int:
    """How many datasets were found on web pages, and so are left out where nobody asks for them."""
    with closing(open_read_only(db_path)) as connection:
        return int(connection.execute(_LEFT_OUT).fetchone()[0])


def _described(
    connection: sqlite3.Connection, base: str, portal: str | None, municipality: str | None, websites: bool
) -> tuple[feed.Feed, Scope]:
    if portal is not None:
        number, *names = _one(connection, _PORTAL, portal)
        return feed.portal_feed(base, portal, *names), Scope("portal", number)
    if municipality is not None:
        (name,) = _one(connection, _MUNICIPALITY, municipality)
        return feed.municipality_feed(base, municipality, name), Scope("municipality", municipality, websites)
    return feed.site_feed(base), Scope(websites=websites)


def _one(connection: sqlite3.Connection, sql: str, key: str) -> tuple[Any, ...]:
    found: tuple[Any, ...] | None = connection.execute(sql, [key]).fetchone()
    if found is None:
        raise KeyError(key)
    return found


def given(connection: sqlite3.Connection, scope: Scope) -> dict[str, Any]:
    """The parameters of a scope's SELECTs."""
    return selection.values(scope, selection.withheld(connection), selection.knows_national(connection))


def _export_rdf(lines: "_Lines", stream: BinaryIO, extension: str, dropped: Dropped | None) -> int:
    if lines.turtle:
        stream.write(TURTLE_HEAD.encode())
        stream.writelines(parts(lines))
    else:
        stream.writelines(chunks(lines, SYNTAXES[extension], dropped))
    return lines.datasets


class _Lines:
    """The lines of an export; counts the datasets as they go by."""

    def __init__(
        self, connection: sqlite3.Connection, described: feed.Feed, scope: Scope, turtle: bool
    ) -> None:
        self.left_out = selection.withheld(connection)
        rows = connection.execute(selection.all_of(scope), given(connection, scope))
        self.rows = map(Published._make, rows)
        self.feed, self.turtle, self.datasets = described, turtle, 0

    def __iter__(self) -> Iterator[str]:
        yield from feed.catalogue_lines(self.feed, self.left_out)
        told: set[str] = set()  # one text for each portal
        for row in self.rows:
            self.datasets += 1
            yield feed.member_lines(self.feed, row)
            yield "".join(feed.dataset_lines(self.feed, row, self.turtle, told=told))


def _written(stream: BinaryIO, lines: Iterator[bytes]) -> int:
    count = 0
    for line in lines:
        stream.write(line)
        count += 1
    return count


def _export_table(connection: sqlite3.Connection, scope: Scope, stream: BinaryIO, extension: str) -> int:
    if extension == "ndjson":
        return _written(stream, ndjson.records(connection, scope, given(connection, scope)))
    listing = listings.datasets(scope)
    rows = listing.rows(connection, given(connection, scope))
    if extension == "xlsx":
        return write_xlsx(stream, listing.name, listing.columns, rows)
    stream.write(csv_rows([listing.columns]))
    count = 0
    for row in rows:
        stream.write(csv_rows([row]))
        count += 1
    return count
