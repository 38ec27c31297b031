"""Real harvesters read the demo's feed: CKAN takes every dataset and follows every change, udata reads each one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from feed_conformance import demo
from feed_consumers import Peers, served, with_real_names

from catalog.publish import feed, selection
from catalog.publish.export import given, open_read_only
from catalog.publish.selection import Published, Scope
from catalog.record.table import DataService

pytestmark = pytest.mark.realserver
GONE, CHANGED = 7, 11


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    found = Peers(tmp_path_factory.mktemp("peers"))
    yield found
    found.stop()


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's catalogue, with hosts that may exist."""
    folder = tmp_path_factory.mktemp("feed")
    with_real_names(demo(folder / "demo"), folder / "catalogue.db")
    return folder / "catalogue.db"


def published(db: Path, base: str) -> dict[str, int]:
    """IRI → number of every dataset in the feed (services apart)."""
    scope = Scope()
    with closing(open_read_only(db)) as connection:
        rows = map(Published._make, connection.execute(selection.all_of(scope), given(connection, scope)))
        return {feed.dataset_iri(base, row): row.id for row in rows if row.kind != DataService.__name__}


def change(db: Path, gone: list[int], changed: list[int]) -> None:
    """As a later run would: some datasets vanish, others say something new."""
    with closing(sqlite3.connect(db)) as connection:
        run = connection.execute(
            "insert into run (started, ended, version, state) values ('2026-12-01T00:00:00Z', '2026-12-01T00:10:00Z', '1', 'ended')"
        ).lastrowid
        for number in gone:
            connection.execute(
                "update dataset set gone_run = ?, gone_at = '2026-12-01T00:05:00Z' where id = ?",
                [run, number],
            )
        for number in changed:
            sql = "select version, record from dataset join version on version.id = dataset.version where dataset.id = ?"
            version, text = connection.execute(sql, [number]).fetchone()
            record = orjson.loads(text) | {"description": [f"Neu gefasst, Nummer {number}."]}
            connection.execute(
                "update version set record = ? where id = ?", [orjson.dumps(record).decode(), version]
            )
        connection.commit()


def test_ckan_takes_every_dataset_and_follows_every_change(peers: Peers, db: Path) -> None:
    with served(db) as base:
        there = published(db, base)
        first = peers.consume("ckan", f"{base}/catalog.ttl", "--source", "demo")
        assert (first["errored"], first["errors"]) == (0, [])
        assert first["created"] == first["datasets_of_source"] == len(there)
        before = peers.packages("demo")
        assert before.keys() == there.keys()
        numbers = list(there.values())
        gone, changed = numbers[5 : 5 + GONE], numbers[50 : 50 + CHANGED]
        change(db, gone, changed)
        second = peers.consume("ckan", f"{base}/catalog.ttl", "--source", "demo")
        assert (second["errored"], second["errors"]) == (0, [])
        assert second["deleted"] == GONE
        assert second["datasets_of_source"] == len(there) - GONE
        after = peers.packages("demo")
    by_number = {number: name for name, number in there.items()}
    assert before.keys() - after.keys() == {by_number[number] for number in gone}
    differing = {name: fields_of(before[name], after[name]) for name in after if after[name] != before[name]}
    assert differing == {by_number[number]: {"notes"} for number in changed}


def fields_of(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The fields in which two datasets of CKAN differ."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_udata_reads_every_dataset(peers: Peers, db: Path) -> None:
    with served(db) as base:
        found = peers.consume("udata", f"{base}/catalog.ttl")
    assert (found["skipped"], found["failed"], found["reasons"]) == (0, 0, {})
    assert found["valid"] == found["found"] > 1000
