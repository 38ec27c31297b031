"""Real harvesters read the demo's feed: CKAN takes every dataset and follows every change, udata reads each one.

With `-s` their figures are printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from feed_conformance import demo
from feed_consumers import Peers, before_the_last_crawl, free_port, served, told, with_real_names

pytestmark = pytest.mark.realserver


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    found = Peers(tmp_path_factory.mktemp("peers"))
    yield found
    found.stop()


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's catalogue."""
    return demo(tmp_path_factory.mktemp("demo"))


def test_ckan_takes_every_dataset_and_follows_every_change(db: Path, peers: Peers, tmp_path: Path) -> None:
    """It harvests what the feed said before the demo's last crawl, then what it says since."""
    earlier, port = tmp_path / "earlier.db", free_port()
    before_the_last_crawl(db, earlier)
    with served(earlier, port) as base:
        first, old = peers.consume("ckan", f"{base}/catalog.ttl", "--source", "demo"), told(base)
    were = peers.packages("demo")
    _tell("CKAN, first harvest", first)
    assert (first["errored"], first["errors"], first["deleted"]) == (0, [], 0)
    assert first["created"] == first["datasets_of_source"] == len(old) > 2000
    assert were.keys() == old.keys()
    with served(db, port):
        second, new = peers.consume("ckan", f"{base}/catalog.ttl", "--source", "demo"), told(base)
    are = peers.packages("demo")
    _tell("CKAN, second harvest", second)
    assert (second["errored"], second["errors"]) == (0, [])
    assert second["created"] == len(new.keys() - old.keys()) > 0
    assert second["deleted"] == len(old.keys() - new.keys()) > 0
    assert are.keys() == new.keys()
    changed = {name for name in old.keys() & new.keys() if old[name] != new[name]}
    both = {name: fields_of(were[name], are[name]) for name in were.keys() & are.keys()}
    differing = {name: fields for name, fields in both.items() if fields}
    _tell("Changed", {"in the feed": len(changed), "in CKAN": len(differing)})
    assert {name: differing.get(name) for name in differing.keys() ^ changed} == {}
    assert changed


def fields_of(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """The fields in which two datasets of CKAN differ."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_udata_reads_every_dataset(db: Path, peers: Peers, tmp_path: Path) -> None:
    """With hosts that may exist."""
    named = tmp_path / "named.db"
    with_real_names(db, named)
    with served(named, free_port()) as base:
        found, said = peers.consume("udata", f"{base}/catalog.ttl"), told(base)
    _tell("udata", found)
    assert (found["skipped"], found["failed"], found["reasons"]) == (0, 0, {})
    assert found["valid"] == found["found"] >= len(said) > 2000


def _tell(title: str, report: dict[str, Any]) -> None:
    """Print the figures of a harvest."""
    print(f"\n{title}:", {name: value for name, value in report.items() if isinstance(value, (int, float))})
