"""A real udata on loopback: its API 1 is read whole, and says what its own DCAT feed says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from peer_servers import running

from catalog.store.store import Store
from crawler.fetch.options import Options
from crawler.harvest import harvest
from crawler.sources.protocol import Portal

pytestmark = pytest.mark.realserver

OPTIONS = Options(delay=0.0, timeout=60.0, crawl_delay_cap=0.0, allow_private=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store after a crawl of the API (its kind detected) and of the feed."""
    store = Store(tmp_path_factory.mktemp("udata") / "udata.db")
    with running("udata") as urls:
        site = urls["api"].partition("/api/")[0]
        harvest(store, [Portal("api", site), Portal("feed", urls["feed"], kind="dcat")], OPTIONS)
        yield store
        store.close()


def of(store: Store, key: str, columns: str) -> dict[str, tuple[Any, ...]]:
    sql = f"select dataset.iri, {columns} from dataset join portal on portal.id = portal where portal.key = ?"
    return {row[0]: row[1:] for row in store.conn.execute(sql, (key,))}


def test_the_api_is_detected_and_read_whole(store: Store) -> None:
    sql = (
        "select kind, outcome, delivered = claimed, rejected, delivered > 90 from portal_run"
        " join portal on portal.id = portal where key = 'api'"
    )
    assert store.conn.execute(sql).fetchone() == ("udata", "complete", 1, 0, 1)
    assert store.conn.execute("select count(*) from unread where portal = 1").fetchone() == (0,)


def test_it_says_what_its_feed_says(store: Store) -> None:
    blanks = "' ' || char(9) || char(10) || char(160)"  # a reader of RDF keeps blanks around a title
    columns = f"trim(dataset.title, {blanks}), substr(issued, 1, 19), substr(modified, 1, 19), temporal_start, distributions"
    assert of(store, "api", columns) == of(store, "feed", columns)
