"""The whole catalogue, or one portal's part, as one file, streamed."""

import csv
import io
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from catalog.publish import feed
from catalog.publish.syntaxes import SYNTAXES, TURTLE_HEAD, Dropped, chunks, parts
from catalog.store.reading import ALL_PUBLISHED, IN_CATALOGUES, Published, with_websites

FORMATS = (*SYNTAXES, "csv")

CSV_COLUMNS = (
    *(
        "key",
        "portal",
        "identifier",
        "iri",
        "class",
        "type",
        "title",
        "publisher",
        "contact",
        "issued",
        "modified",
    ),
    *("temporal_start", "temporal_end", "license", "access_rights", "frequency", "language", "landing_page"),
    *(
        "spatial",
        "west",
        "south",
        "east",
        "north",
        "distributions",
        "themes",
        "formats",
        "errors",
        "warnings",
    ),
)

_CSV = f"""
select dataset.key, portal.key, dataset.identifier, dataset.iri, dataset.class, dataset.type, dataset.title, agent.name,
       dataset.contact, dataset.issued, dataset.modified, dataset.temporal_start, dataset.temporal_end, dataset.license,
       dataset.access_rights, dataset.frequency, dataset.language, dataset.landing_page, dataset.spatial,
       dataset.west, dataset.south, dataset.east, dataset.north, dataset.distributions,
       (select group_concat(theme, ' ') from dataset_theme where dataset_theme.dataset = dataset.id),
       (select group_concat(distinct format) from distribution
        where distribution.dataset = dataset.id and distribution.format != ''),
       dataset.errors, dataset.warnings
from dataset join portal on portal.id = dataset.portal left join agent on agent.id = dataset.publisher
where dataset.gone_run is null and (:portal is null or portal.key = :portal) and {IN_CATALOGUES}
order by dataset.id
"""
_LEFT_OUT = "select count(*) from dataset where gone_run is null and type = 'website'"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export(
    db_path: str | Path,
    stream: BinaryIO,
    format: str,  # noqa: A002 - the name of the command-line option
    portal: str | None = None,
    base: str = feed.DEFAULT_BASE,
    dropped: Dropped | None = None,
    websites: bool = False,
) -> int:
    """Write all datasets that are not gone, and return how many; memory stays the same whatever their number.

    `format` is one of `FORMATS`, `portal` a portal's key; `dropped` counts the triples that RDF/XML cannot name. What was
    found on web pages is in it with `websites`, or where it is a portal's own part.
    Raises ValueError for another format, KeyError for an unknown portal.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; known: {', '.join(FORMATS)}")
    connection = sqlite3.connect(f"file:{quote(str(db_path))}?mode=ro", uri=True)
    try:
        if (
            portal is not None
            and not connection.execute("select 1 from portal where key = ?", [portal]).fetchone()
        ):
            raise KeyError(portal)
        if format == "csv":
            return _export_csv(connection, stream, portal, websites)
        return _export_rdf(
            _Lines(connection, portal, base, format == "ttl", websites), stream, format, dropped
        )
    finally:
        connection.close()


def found_on_pages(db_path: str | Path) -> int:
    """How many datasets were found on web pages, and so are left out where nobody asks for them."""
    with closing(sqlite3.connect(f"file:{quote(str(db_path))}?mode=ro", uri=True)) as connection:
        return int(connection.execute(_LEFT_OUT).fetchone()[0])


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
        self, connection: sqlite3.Connection, portal: str | None, base: str, turtle: bool, websites: bool
    ) -> None:
        sql = with_websites(ALL_PUBLISHED) if websites else ALL_PUBLISHED
        self.rows = map(Published._make, connection.execute(sql, {"portal": portal}))
        self.base, self.turtle, self.datasets = base, turtle, 0
        self.feed = (
            feed.site_feed(base, websites)
            if portal is None
            else feed.portal_feed(base, portal, *_portal(connection, portal))
        )

    def __iter__(self) -> Iterator[str]:
        yield from feed.catalogue_lines(self.feed)
        for row in self.rows:
            self.datasets += 1
            yield feed.member_lines(self.feed, row)
            yield "".join(feed.dataset_lines(self.base, row, self.turtle))


def _portal(connection: sqlite3.Connection, key: str) -> tuple[str, str, str]:
    found: tuple[str, str, str] = connection.execute(
        "select title, publisher, url from portal where key = ?", [key]
    ).fetchone()
    return found


def _export_csv(connection: sqlite3.Connection, stream: BinaryIO, portal: str | None, websites: bool) -> int:
    count, sql = 0, with_websites(_CSV) if websites else _CSV
    stream.write(_csv_row(CSV_COLUMNS))
    for row in connection.execute(sql, {"portal": portal}):
        stream.write(_csv_row([_harmless(value) for value in row]))
        count += 1
    return count


def _csv_row(values: Iterable[object]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(values)
    return line.getvalue().encode()


def _harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
