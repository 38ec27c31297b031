"""The example portals beside the real ones: they must not be cleaner."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from fleet import Fleet
from payload_portals import PayloadCrawl
from payload_portals import reality as measured

from catalog.record.kinds import KINDS
from catalog.store.store import Store
from crawler.comparison import Row, beside_reality, per_record, reality
from crawler.fetch.options import Options
from crawler.harvest import harvest
from crawler.portals import portal_from

OPTIONS = Options(
    delay=0.0, jobs=8, timeout=10.0, retries=1, retry_wait=0.2, crawl_delay_cap=0.2, allow_private=True
)
WEIGHTY = 0.02
"""Share from which a finding must stand in the table, and by which the table may differ from what is measured."""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The store after one crawl of the fleet."""
    store = Store(tmp_path_factory.mktemp("fleet") / "fleet.db")
    with Fleet() as ships:
        harvest(store, [portal_from(row) for row in ships.rows()], OPTIONS)
    yield store.conn
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("severity", ["error", "warning"])
def test_the_fleet_is_not_cleaner_than_real_portals(crawled: sqlite3.Connection, severity: str) -> None:
    here, payloads = per_record(beside_reality(crawled), severity)
    assert here >= payloads > 0


@pytest.mark.slow
def test_the_shares_of_the_fleet_are_those_of_its_records(crawled: sqlite3.Connection) -> None:
    rows = beside_reality(crawled)
    (mean,) = crawled.execute("select avg(errors) from dataset where gone_run is null").fetchone()
    assert per_record(rows)[0] == pytest.approx(mean)
    assert {row.slug for row in rows} >= reality().keys()
    assert all(0 <= row.share_here <= 1 for row in rows)


def test_an_empty_store_stands_beside_reality_with_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = Store(tmp_path_factory.mktemp("empty") / "empty.db")
    rows = beside_reality(store.conn)
    store.close()
    assert [row.slug for row in rows] == sorted(reality(), key=lambda slug: (-reality()[slug], slug))
    assert {row.share_here for row in rows} == {0.0}
    assert per_record(rows)[1] == pytest.approx(sum(row.share_payloads for row in rows if _is_error(row)))


def _is_error(row: Row) -> bool:
    return KINDS[row.slug].worst == "error"


@pytest.mark.slow
def test_the_table_is_what_the_payloads_give(payload_crawl: PayloadCrawl) -> None:
    """Renew it with the command in its first lines when a reader has learnt something."""
    lines = [line.split(",") for line in measured(payload_crawl.store.conn) if not line.startswith("#")]
    shares = {slug: float(share) for slug, share, _ in lines[1:]}
    known = reality()
    differing = {
        slug
        for slug in shares.keys() | known.keys()
        if abs(shares.get(slug, 0) - known.get(slug, 0)) > WEIGHTY
    }
    assert not differing
