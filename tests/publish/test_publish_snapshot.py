"""A snapshot: sound files, checksums that hold, a description of its own, nothing that may not be passed on."""

import csv
import gzip
import hashlib
import importlib.util
import sqlite3
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from click.testing import CliRunner
from rdflib import DCAT, DCTERMS, RDF, Namespace
from sample_measured import Measured

from catalog.publish.snapshot import DESCRIPTION, SUMS, MissingExtra, snapshot
from catalog.store.copying import copy_database
from crawler.cli import main

SPDX = Namespace("http://spdx.org/rdf/terms#")
PARQUET = importlib.util.find_spec("pyarrow") is not None


def _count(path: Path, sql: str) -> int:
    connection = sqlite3.connect(path)
    try:
        found: int = connection.execute(sql).fetchone()[0]
        return found
    finally:
        connection.close()


def test_every_file_is_described_and_its_checksum_holds(measured: Measured, tmp_path: Path) -> None:
    files = snapshot(measured.path, tmp_path, "https://bestand.example")
    sums = dict(reversed(line.split("  ")) for line in (tmp_path / SUMS).read_text().splitlines())
    assert sums.keys() == {path.name for path in tmp_path.iterdir()} - {SUMS}
    for name, digest in sums.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    graph = rdflib.Graph().parse(tmp_path / DESCRIPTION)
    described = {
        str(graph.value(one, DCAT.downloadURL)).rpartition("/")[2]: one
        for one in graph.subjects(RDF.type, DCAT.Distribution)
    }
    assert described.keys() == {file.name for file in files} == sums.keys() - {DESCRIPTION}
    for name, one in described.items():
        checksum = graph.value(graph.value(one, SPDX.checksum), SPDX.checksumValue)
        assert checksum is not None
        assert checksum.value.hex() == sums[name]
        assert int(str(graph.value(one, DCAT.byteSize))) == (tmp_path / name).stat().st_size
    assert graph.value(next(graph.subjects(RDF.type, DCAT.Dataset)), DCTERMS.modified)


def test_the_files_hold_what_the_database_holds(measured: Measured, tmp_path: Path) -> None:
    snapshot(measured.path, tmp_path)
    copy = tmp_path / "bestand.db"
    assert not copy.with_name("bestand.db-wal").exists()
    for table in ("dataset", "version", "finding", "criterion"):
        sql = f"select count(*) from {table}"
        assert _count(copy, sql) == _count(measured.path, sql)
    quads = list(
        pyoxigraph.parse(
            gzip.decompress((tmp_path / "catalog.nt.gz").read_bytes()), format=pyoxigraph.RdfFormat.N_TRIPLES
        )
    )
    assert len(quads) > 500
    with (tmp_path / "datasets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == _count(
        copy, "select count(*) from dataset where gone_run is null and type != 'website'"
    )


def test_the_same_catalogue_gives_the_same_files(measured: Measured, tmp_path: Path) -> None:
    first = {file.name: file.sha256 for file in snapshot(measured.path, tmp_path / "a")}
    again = {file.name: file.sha256 for file in snapshot(measured.path, tmp_path / "a")}
    assert first == again


def test_what_may_not_be_published_again_is_in_no_file(measured: Measured, tmp_path: Path) -> None:
    source = tmp_path / "source.db"
    copy_database(measured.path, source)
    connection = sqlite3.connect(source)
    connection.execute("update portal set settings = '{\"republish\":\"no\"}' where key = 'hafen'")
    connection.commit()
    connection.close()
    snapshot(source, tmp_path / "out")
    out = tmp_path / "out" / "bestand.db"
    of_hafen = "select count(*) from dataset where portal = (select id from portal where key = 'hafen')"
    assert _count(source, of_hafen) > 0
    assert _count(out, of_hafen) == 0
    assert _count(out, "select count(*) from dataset") > 0
    for table in ("version", "distribution", "finding", "quality", "dataset_theme"):
        assert _count(out, f"select count(*) from {table} where dataset not in (select id from dataset)") == 0
    assert _count(out, "select count(*) from pragma_integrity_check where integrity_check != 'ok'") == 0
    assert b"daten.hafen.example/d" not in gzip.decompress((tmp_path / "out" / "catalog.nt.gz").read_bytes())


def test_the_command_names_the_files(measured: Measured, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["snapshot", str(tmp_path / "out"), "--db", str(measured.path)])
    assert done.exit_code == 0, done.output
    assert "bestand.db" in done.output
    assert SUMS in done.output


@pytest.mark.skipif(not PARQUET, reason="pyarrow is not installed (extra `parquet`)")
def test_parquet_holds_the_datasets(measured: Measured, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    snapshot(measured.path, tmp_path, parquet=True)
    table = parquet.read_table(tmp_path / "datasets.parquet")
    with (tmp_path / "datasets.csv").open(encoding="utf-8", newline="") as file:
        assert table.column("key").to_pylist() == [row["key"] for row in csv.DictReader(file)]


@pytest.mark.skipif(PARQUET, reason="pyarrow is installed")
def test_without_pyarrow_one_is_told_what_is_missing(measured: Measured, tmp_path: Path) -> None:
    with pytest.raises(MissingExtra, match="pyarrow"):
        snapshot(measured.path, tmp_path, parquet=True)
