"""Real servers that hold the same data: SPARQL endpoints, CKAN, files and data.json agree on each dataset; OGC API Records
agrees with the data behind it."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import orjson
import pytest
from peer_servers import running

from catalog.cleaning.dates import read_date
from catalog.cleaning.formats import read_format
from catalog.cleaning.licences import read_licence
from catalog.store.store import Store
from crawler.fetch.options import Options
from crawler.harvest import harvest
from crawler.sources.protocol import Portal

pytestmark = pytest.mark.realserver

OPTIONS = Options(delay=0.0, timeout=60.0, crawl_delay_cap=0.0, allow_private=True)
SAME = ("oxigraph", "virtuoso", "virtuoso_post", "ttl", "rdf", "jsonld", "nt", "paged")
"""Interfaces over the same graph."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The store after a crawl of every interface; the kinds of those with an address of their own are detected."""
    with ExitStack() as servers:
        files, ox, virtuoso, ckan = (
            servers.enter_context(running(name)) for name in ("nginx", "oxigraph", "virtuoso", "ckan")
        )
        feeds = {"ttl": "feed", "rdf": "feed_rdf", "jsonld": "feed_jsonld", "nt": "feed_nt", "paged": "paged"}
        portals = [
            Portal("oxigraph", ox["sparql"]),
            Portal("virtuoso", virtuoso["sparql"]),
            Portal("virtuoso_post", virtuoso["sparql"], kind="sparql", settings={"method": "POST"}),
            *(Portal(key, files[name]) for key, name in feeds.items()),
            Portal("data_json", files["data_json"]),
            Portal("ckan", ckan["base"]),
        ]
        found = Store(tmp_path_factory.mktemp("same") / "same.db")
        harvest(found, portals, OPTIONS)
        yield found
        found.close()


def rows(store: Store, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return list(store.conn.execute(sql, values))


COLUMNS = {
    "title": "trim(dataset.title, ' ' || char(10, 160))",
    "license": "dataset.license",
    "issued": "issued",
    "modified": "modified",
    "formats": "(select group_concat(format) from (select format from distribution where dataset = dataset.id"
    " order by coalesce(nullif(access_url, ''), download_url)))",
}


def of(store: Store, key: str, column: str) -> dict[str, Any]:
    """Address of a dataset → a column."""
    sql = f"select dataset.iri, {COLUMNS[column]} from dataset join portal on portal.id = portal where portal.key = ?"
    return dict(rows(store, sql, key))


def test_every_interface_is_read_whole(store: Store) -> None:
    sql = (
        "select portal.key, portal.kind, outcome, delivered, rejected, repeated from portal_run"
        " join portal on portal.id = portal order by portal.id"
    )
    found = {key: said for key, *said in rows(store, sql)}
    count = found["ttl"][2]
    assert count >= 1000
    for key in SAME:
        kind = "sparql" if key in ("oxigraph", "virtuoso", "virtuoso_post") else "dcat"
        assert found[key] == [kind, "complete", count, 0, 0], key
    assert found["data_json"] == ["data_json", "complete", count, 0, 0]
    assert found["ckan"][:2] == ["ckan", "complete"]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("key", [*SAME[1:], "data_json", "ckan"])
def test_all_interfaces_say_the_same(store: Store, key: str, column: str) -> None:
    here, there = of(store, "oxigraph", column), of(store, key, column)
    shared = here.keys() & there.keys()
    if key == "ckan":  # which was loaded with the first of them, and holds what others had it harvest
        assert len(shared) >= 100
        # CKAN dates every package itself: where the graph gives no date, CKAN's own is all there is.
        dated_here = {iri for iri in shared if here[iri] is not None}
        shared = dated_here if column in ("issued", "modified") else shared
    else:
        assert here.keys() == there.keys()
    assert {iri: there[iri] for iri in shared} == {iri: here[iri] for iri in shared}


def records_of(store: Store, key: str) -> dict[str, bytes]:
    """Address of a dataset → its record. Oxigraph keeps every whole number as xsd:integer, so their types are set aside."""
    sql = (
        "select dataset.iri, version.record from dataset join portal on portal.id = dataset.portal"
        " join version on version.id = dataset.version where portal.key = ?"
    )
    return {
        iri: bytes(record if isinstance(record, bytes) else record.encode()).replace(
            b"#nonNegativeInteger", b"#integer"
        )
        for iri, record in rows(store, sql, key)
    }


def test_a_graph_is_the_same_record_whoever_gives_it(store: Store) -> None:
    """All that is said of each dataset, to the last literal."""
    assert records_of(store, "ttl") == records_of(store, "oxigraph")
    assert records_of(store, "virtuoso") == records_of(store, "virtuoso_post")


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[dict[str, Any]]]]:
    """The store after a crawl of pygeoapi, and the records as it holds them."""
    with running("pygeoapi") as urls:
        found = Store(tmp_path_factory.mktemp("records") / "records.db")
        harvest(found, [Portal("records", urls["base"])], OPTIONS_THOROUGH)
        yield found, list(held(urls["records"]))
        found.close()


OPTIONS_THOROUGH = Options(delay=0.0, timeout=60.0, crawl_delay_cap=0.0, allow_private=True, thorough=True)


def held(url: str) -> Iterator[dict[str, Any]]:
    """All records by offset, read without any of our code."""
    for offset in range(0, 100_000, 100):
        with urllib.request.urlopen(f"{url}&limit=100&offset={offset}", timeout=60) as answer:
            features = orjson.loads(answer.read())["features"]
        yield from features
        if not features:
            return


def test_ogc_records_are_the_data_behind_them(records: tuple[Store, list[dict[str, Any]]]) -> None:
    store, data = records
    run = rows(store, "select outcome, delivered, claimed, rejected, repeated from portal_run")
    assert run == [("complete", len(data), len(data), 0, 0)]
    formats = "(select group_concat(distinct format) from distribution where dataset = dataset.id)"
    sql = f"select identifier, dataset.title, issued, modified, dataset.license, distributions, {formats} from dataset"
    found = {identifier: said for identifier, *said in rows(store, sql)}
    assert found.keys() == {item["id"] for item in data}
    for item in data:
        said = item["properties"]
        title, issued, modified, license_, files, stated = found[item["id"]]
        assert title.split() == said["title"].split()
        if said["type"] == "service":  # which has neither dates nor files of its own in DCAT-AP
            continue
        assert (issued, modified) == (dated(said["created"]), dated(said["updated"]))
        links = [link for link in item["links"] if link["rel"] == "item"]
        assert files == len(links)
        known = read_licence(said["license"] or "")
        assert known is None or license_ == known.code
        assert {*filter(None, map(form, links))} <= {*(stated or "").split(",")}


def form(link: dict[str, Any]) -> str:
    """The format that the server itself says a file has; empty where it only says that there is a link."""
    found = read_format(link["type"]) if not link["type"].upper().startswith("WWW:") else None
    return found.code if found else ""


def dated(text: str | None) -> str | None:
    """A date as the tables hold it: as published where it is one."""
    found = read_date(text or "")
    return found.lexical if found else None
