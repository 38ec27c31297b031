"""Everything at one moment as one folder, with its own DCAT description and checksums: to upload, or to put under git."""

import gzip
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from catalog.publish import feed, listings, selection
from catalog.publish.export import export, given, open_read_only
from catalog.publish.lines import iri, literal
from catalog.publish.provenance import line, predicate
from catalog.publish.selection import Scope
from catalog.publish.syntaxes import SYNTAXES, serialise
from catalog.publish.tables import csv_rows
from catalog.record.terms import XSD, XSD_DATETIME
from catalog.store.copying import copy_database
from catalog.store.reading import STATE

DESCRIPTION, SUMS = "dcat.ttl", "SHA256SUMS"
_BATCH = 5000
_SHA256 = iri("http://spdx.org/rdf/terms#checksumAlgorithm_sha256")
_MEDIA = "https://www.iana.org/assignments/media-types/"
_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_TITLE = "Bestand: Momentaufnahme – snapshot"
_ABOUT = (
    "Datensätze kommunaler Datenportale mit Verlauf, Kommunen, Portale, Messung. "
    "Datasets of municipal open-data portals with their history, municipalities, portals, measurements."
)


@dataclass(frozen=True, slots=True)
class File:
    """One file of a snapshot: name, what it is, media type and EU file type (empty: none in that list), size in bytes, SHA-256 in hexadecimal."""

    name: str
    title: str
    media_type: str
    file_type: str
    size: int
    sha256: str


class MissingExtra(RuntimeError):
    """Parquet is asked for, and pyarrow is not installed."""


def snapshot(
    db_path: str | Path, folder: Path, base: str = feed.DEFAULT_BASE, parquet: bool = False
) -> list[File]:
    """Write the snapshot into `folder`, in place of an older one there, and return its files.

    Portals whose metadata may not be published again are in none of them. Raises MissingExtra, OSError, sqlite3.Error.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if parquet:
        _arrow()
    with closing(open_read_only(db_path)) as connection:
        left_out = [portal.id for portal in selection.withheld(connection)]
        at = connection.execute(STATE).fetchone()[2] or ""
    files = [_database(db_path, folder, left_out), _triples(db_path, folder, base)]
    files += _tables(folder / "bestand.db", folder, parquet)
    _write(folder / DESCRIPTION, serialise(_described(base, at, files), SYNTAXES["ttl"]))
    sums = [*((file.sha256, file.name) for file in files), (_sum(folder / DESCRIPTION), DESCRIPTION)]
    _write(
        folder / SUMS,
        "".join(f"{digest}  {name}\n" for digest, name in sorted(sums, key=lambda one: one[1])).encode(),
    )
    return files


def _write(path: Path, body: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(body)
    part.replace(path)


def _filled(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Write a file aside and put it in its place when it is whole."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        fill(stream)
    part.replace(path)


def _file(path: Path, title: str, media_type: str, file_type: str) -> File:
    return File(path.name, title, media_type, file_type, path.stat().st_size, _sum(path))


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _database(db_path: str | Path, folder: Path, left_out: list[int]) -> File:
    path, part = folder / "bestand.db", folder / "bestand.db.part"
    part.unlink(missing_ok=True)
    copy_database(db_path, part, left_out)
    part.replace(path)
    return _file(path, "SQLite: alle Tabellen – all tables", "application/vnd.sqlite3", "")


def _triples(db_path: str | Path, folder: Path, base: str) -> File:
    path = folder / "catalog.nt.gz"

    def fill(stream: BinaryIO) -> None:
        with gzip.GzipFile(
            "", "wb", fileobj=stream, mtime=0
        ) as packed:  # the same records give the same file
            export(db_path, packed, "nt", base=base)  # type: ignore[arg-type]  # it is a binary stream

    _filled(path, fill)
    return _file(path, "N-Triples: alle Datensätze – all datasets", "application/n-triples", "RDF_N_TRIPLES")


def _tables(db_path: Path, folder: Path, parquet: bool) -> Iterator[File]:
    with closing(open_read_only(db_path)) as connection:
        shared = given(connection, Scope()) | listings.WHOLE
        for listing in (listings.datasets(Scope()), *listings.LISTINGS.values()):
            path = folder / f"{listing.name}.csv"
            _filled(path, partial(_csv, connection, listing, shared))
            yield _file(path, f"CSV: {listing.name}", "text/csv", "CSV")
        if parquet:
            path = folder / "datasets.parquet"
            _filled(path, partial(_parquet, connection, listings.datasets(Scope()), shared))
            yield _file(path, "Parquet: datasets", "application/vnd.apache.parquet", "PARQUET")


def _csv(
    connection: sqlite3.Connection, listing: listings.Listing, shared: dict[str, object], stream: BinaryIO
) -> None:
    stream.write(csv_rows([listing.columns]))
    stream.writelines(csv_rows([row]) for row in listing.rows(connection, shared))


def _arrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow: pip install 'bestand[parquet]'") from error


def _parquet(
    connection: sqlite3.Connection, listing: listings.Listing, shared: dict[str, object], stream: BinaryIO
) -> None:
    """All columns as text or numbers, in groups of rows, so that memory stays the same."""
    arrow, writing = _arrow()
    kinds = {name: arrow.float64() for name in ("west", "south", "east", "north")}
    kinds |= {
        name: arrow.int64() for name in ("distributions", "errors", "warnings", "points", "possible_points")
    }
    text = arrow.string()
    schema = arrow.schema([(name, kinds.get(name, text)) for name in listing.columns])
    with writing.ParquetWriter(stream, schema) as writer:
        group: list[tuple[object, ...]] = []
        for row in listing.rows(connection, shared):
            group.append(row)
            if len(group) == _BATCH:
                writer.write_table(_group(arrow, schema, group))
                group = []
        writer.write_table(_group(arrow, schema, group))


def _group(arrow: Any, schema: Any, rows: list[tuple[object, ...]]) -> Any:
    columns = zip(*rows, strict=True) if rows else [() for _ in schema]
    named = dict(zip(schema.names, columns, strict=True))
    return arrow.table({name: list(values) for name, values in named.items()}, schema=schema)


def _described(base: str, at: str, files: list[File]) -> Iterator[str]:
    """The snapshot as a dcat:Dataset; the files are found beside the description."""
    catalogue, dataset, agent = (
        iri(f"{base}/snapshot#catalog"),
        iri(f"{base}/snapshot"),
        iri(f"{base}/#operator"),
    )
    for subject, kind in ((catalogue, "dcat:Catalog"), (dataset, "dcat:Dataset"), (agent, "foaf:Agent")):
        yield line(subject, "rdf:type", predicate(kind))
    for subject in (catalogue, dataset):
        yield line(subject, "dct:title", literal(_TITLE))
        yield line(subject, "dct:description", literal(_ABOUT))
        yield line(subject, "dct:publisher", agent)
    yield line(agent, "foaf:name", literal("Bestand"))
    yield line(catalogue, "dcat:dataset", dataset)
    yield line(dataset, "dct:identifier", literal(f"{base}/snapshot"))
    yield line(dataset, "dcat:landingPage", iri(f"{base}/downloads"))
    if at:
        yield line(dataset, "dct:modified", literal(at, datatype=XSD_DATETIME))
    for file in files:
        yield from _distribution(dataset, f"{base}/snapshot/{file.name}", file)


def _distribution(dataset: str, address: str, file: File) -> Iterator[str]:
    subject, checksum = iri(f"{address}#file"), iri(f"{address}#checksum")
    yield line(dataset, "dcat:distribution", subject)
    yield line(subject, "rdf:type", predicate("dcat:Distribution"))
    yield line(subject, "dct:title", literal(file.title))
    yield line(subject, "dcat:accessURL", iri(address))
    yield line(subject, "dcat:downloadURL", iri(address))
    yield line(subject, "dcat:mediaType", iri(_MEDIA + file.media_type))
    if file.file_type:
        yield line(subject, "dct:format", iri(_FILE_TYPE + file.file_type))
    if file.name.endswith(".gz"):
        yield line(subject, "dcat:compressFormat", iri(f"{_MEDIA}application/gzip"))
    yield line(subject, "dcat:byteSize", literal(str(file.size), datatype=f"{XSD}nonNegativeInteger"))
    yield line(subject, "spdx:checksum", checksum)
    yield line(checksum, "rdf:type", predicate("spdx:Checksum"))
    yield line(checksum, "spdx:algorithm", _SHA256)
    yield line(checksum, "spdx:checksumValue", literal(file.sha256, datatype=f"{XSD}hexBinary"))
