"""A real CKAN with ckanext-dcat on loopback: its API and its feed, in three syntaxes, are the same catalogue."""

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
FEEDS = {"ttl": "feed", "rdf": "feed_rdf", "jsonld": "feed_jsonld"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store after a crawl of CKAN's API and of its feed in each syntax; the kinds are detected."""
    store = Store(tmp_path_factory.mktemp("ckan") / "ckan.db")
    with running("ckan") as urls:
        portals = [Portal("api", urls["base"]), *(Portal(key, urls[name]) for key, name in FEEDS.items())]
        harvest(store, portals, OPTIONS)
        yield store
        store.close()


def rows(store: Store, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return list(store.conn.execute(sql, values))


def of(store: Store, key: str, columns: str) -> dict[str, tuple[Any, ...]]:
    """Address of a dataset -> columns of the table `dataset`."""
    sql = f"select dataset.iri, {columns} from dataset join portal on portal.id = portal where portal.key = ?"
    found = rows(store, sql, key)
    assert len(found) == len({row[0] for row in found})
    return {row[0]: row[1:] for row in found}


def test_api_and_feeds_are_read_whole(store: Store) -> None:
    sql = (
        "select key, kind, outcome, delivered = claimed, rejected, repeated from portal_run"
        " join portal on portal.id = portal order by portal.id"
    )
    kinds = {"api": "ckan", **dict.fromkeys(FEEDS, "dcat")}
    assert rows(store, sql) == [(key, kind, "complete", 1, 0, 0) for key, kind in kinds.items()]
    assert len({count for (count,) in rows(store, "select delivered from portal_run")}) == 1


@pytest.mark.parametrize("feed", FEEDS)
def test_a_feed_says_the_same_of_each_dataset_as_the_api(store: Store, feed: str) -> None:
    formats = (
        "(select group_concat(format) from (select format from distribution where dataset = dataset.id"
        " order by access_url))"
    )
    columns = f"dataset.title, dataset.license, issued, modified, temporal_start, frequency, distributions, {formats}"
    assert of(store, feed, columns) == of(store, "api", columns)


def test_the_syntax_of_a_feed_makes_no_difference(store: Store) -> None:
    digest = "(select hex(digest) from version where version.id = dataset.version)"
    turtle, xml, json = (of(store, key, digest) for key in FEEDS)
    assert turtle == xml == json


def test_api_and_feed_differ_in_findings_only_as_ckanext_dcat_does(store: Store) -> None:
    """The feed writes formats as texts and geometry without bounding box, and leaves authors and maintainers out; only
    the API's reader looks for HTML in texts."""
    found = {key: findings(store, key) for key in ("api", *FEEDS)}
    assert found["ttl"] == found["rdf"] == found["jsonld"]
    only_feed = found["ttl"].keys() - found["api"].keys()
    assert only_feed == {
        "distribution-format-wrong-kind",
        "distribution-media-type-wrong-kind",
        "location-bbox-missing",
        "location-centroid-missing",
    }
    assert found["api"].keys() - found["ttl"].keys() == {"text-has-markup"}
    both = found["api"].keys() & found["ttl"].keys() - {"agent-type-missing"}
    assert {slug: found["api"][slug] for slug in both} == {slug: found["ttl"][slug] for slug in both}


def findings(store: Store, key: str) -> dict[str, int]:
    """Slug -> how often."""
    sql = (
        "select slug, count from stat_finding join finding_kind on finding_kind.id = stat_finding.kind"
        " join portal on portal.id = portal where portal.key = ?"
    )
    return dict(rows(store, sql, key))


def test_a_second_crawl_finds_nothing_changed(store: Store) -> None:
    portals = [
        Portal(row["key"], row["url"], kind=row["kind"], api_url=row["api_url"]) for row in store.portals()
    ]
    done = harvest(store, portals, OPTIONS)
    assert set(done.outcomes) <= {"complete", "unchanged"}
    sql = "select sum(added), sum(changed), sum(gone), sum(unchanged) from portal_run where run = ?"
    (counts,) = rows(store, sql, done.run)
    assert counts == (0, 0, 0, sum(len(of(store, key, "1")) for key in ("api", *FEEDS)))
