"""Socrata: the discovery API by offset and scroll, `data.json` behind it, assets that are no data counted."""

from collections.abc import Iterator
from typing import Any

import pytest
from crawls import OPTIONS, Crawled, crawled_twice
from hypothesis import given
from kind_checks import (
    BAD,
    JSON,
    KEYS,
    MARKER,
    PORTAL,
    SITE,
    answer,
    answers_of_other_kinds,
    fixture,
    mutated,
    read_all,
    seen_by_others,
    slug_of,
    value_of,
)
from loopback import Loopback, serving
from portal_socrata import ASSETS, filed, portal, scrolled

from catalog.record.table import Dataset
from catalog.record.terms import IRI
from crawler.fetch.memory import MemorySink
from crawler.fetch.run import crawl
from crawler.formats.json_payload import canonical
from crawler.formats.socrata import (
    ITEM_OUT_OF_SCOPE,
    METADATA_OUT_OF_SCOPE,
    RESOURCE_OUT_OF_SCOPE,
    read_dataset,
    read_items,
)
from crawler.sources import data_json, socrata
from crawler.sources.protocol import Call, Payload, Portal

STORIES = ASSETS // 10
DATA = ASSETS - STORIES


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("socrata"), portal, "socrata") as runs:
        yield runs


@pytest.fixture(scope="module")
def scrolling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("socrata2"), scrolled, "socrata") as runs:
        yield runs


def test_a_domain_is_detected_and_crawled_whole(crawled: Crawled) -> None:
    assert crawled.kind() == "socrata"
    run = crawled.run("sound")
    assert (run["outcome"], run["delivered"], run["claimed"]) == ("complete", DATA, ASSETS)
    assert len([target for target in crawled.sound.asked if "order=dataset_id" in target]) == 4


@pytest.mark.parametrize("way", ["crawled", "scrolling"])
def test_a_second_crawl_sees_what_changed_and_not_that_somebody_looked(
    way: str, request: pytest.FixtureRequest
) -> None:
    run = request.getfixturevalue(way).run("sound", 2)
    gone = 1 if way == "crawled" else 0  # the other one never reaches the total that it claims
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": DATA - 2, "gone": gone}


def test_a_broken_page_costs_one_asset(crawled: Crawled) -> None:
    for number in (1, 2):
        run = crawled.run("broken", number)
        assert (run["delivered"], run["rejected"], run["claimed"]) == (DATA - 1, 1, ASSETS)


def test_beyond_the_reach_of_offsets_one_scrolls(scrolling: Crawled) -> None:
    run = scrolling.run("sound")
    assert (run["outcome"], run["delivered"]) == ("partial", DATA)
    asked = [target for target in scrolling.sound.asked if "scroll_id" in target]
    assert [target.rpartition("=")[2] for target in asked[:2]] == ["aaaa-0255", "aaaa-0299"]


def test_a_scroll_that_breaks_off_keeps_what_came_before(scrolling: Crawled) -> None:
    run = scrolling.run("broken", 2)
    assert run["outcome"] == "partial"
    assert run["delivered"] > 200
    assert run["gone"] == 0


def test_without_the_discovery_api_the_file_is_crawled() -> None:
    domain, sink = Loopback(filed(0)), MemorySink()
    with serving(domain):
        (result,) = crawl([Portal("x", domain.url, kind="socrata")], lambda _: sink, OPTIONS)
    assert (result.outcome, result.facts.delivered) == ("complete", 20)
    assert sink.found[0].identifier == "aaaa-0000"


def test_the_file_has_the_identifiers_of_the_discovery_api() -> None:
    (call,) = socrata.start(PORTAL)
    (file,) = socrata.read(PORTAL, call, answer(call, b"not found", 404)).calls
    assert file.url == f"{SITE}/data.json"
    (entry,) = socrata.read(PORTAL, file, answer(file, fixture("socrata", "data.json"))).entries
    dataset = entry.read().record.root
    assert isinstance(dataset, Dataset)
    assert entry.identifier == "qccx-65fg"
    assert (dataset.id, dataset.identifier) == (IRI(f"{SITE}/d/qccx-65fg"), ["qccx-65fg"])


@pytest.mark.parametrize("name", ["page.json", "views.json"])
def test_what_proves_the_platform(name: str) -> None:
    call = socrata.probe(PORTAL)[0]
    payload = answer(call, fixture("socrata", name))
    found = socrata.recognise(PORTAL, call, payload)
    assert found is not None
    assert found.confidence >= 90
    assert not [seen for seen in seen_by_others("socrata", call, payload).values() if seen >= 90]


def test_the_file_alone_is_data_jsons() -> None:
    call = Call(f"{SITE}/data.json")
    payload = answer(call, fixture("socrata", "data.json"))
    assert socrata.recognise(PORTAL, call, payload) is None
    assert data_json.recognise(PORTAL, call, payload) is not None


def test_headers_of_its_servers_point_to_it() -> None:
    call = Call(SITE)
    found = socrata.recognise(
        PORTAL, call, Payload(SITE, 200, {"x-socrata-requestid": "a"}, b"<!doctype html>")
    )
    assert found is not None
    assert 50 < found.confidence < 90


def test_an_empty_domain_is_recognised_and_empty() -> None:
    call, empty = socrata.start(PORTAL)[0], {"results": [], "resultSetSize": 0, "timings": {}}
    assert socrata.recognise(PORTAL, call, answer(call, empty)) is not None
    page = socrata.read(PORTAL, call, answer(call, empty))
    assert (page.total, page.entries, page.calls) == (0, [], [])


def test_no_answer_of_another_kind_is_taken_for_socratas() -> None:
    call = socrata.probe(PORTAL)[0]
    others = answers_of_other_kinds("socrata")
    assert not [name for name, payload in others if socrata.recognise(PORTAL, call, payload)]


def readings() -> list[Any]:
    return [entry.read() for entry in read_items(value_of("socrata", "page.json")["results"], SITE)[0]]


def test_an_asset_is_read_with_what_the_domain_says_of_it() -> None:
    reading = readings()[0]
    dataset = reading.record.root
    assert isinstance(dataset, Dataset)
    assert dataset.id == IRI(f"{SITE}/d/qccx-65fg")
    assert dataset.description == ["Planned spending"]
    assert dataset.publisher[0].name == ["City of Ashford"]
    assert dataset.contact_point[0].has_email == [IRI("mailto:opendata@ashford.example")]
    assert dataset.contact_point[0].fn == ["Open Data Office"]
    assert dataset.theme == [IRI("http://publications.europa.eu/resource/authority/data-theme/ECON")]
    assert dataset.keyword == ["budget"]
    assert dataset.frequency[0].endswith("/ANNUAL")
    assert (dataset.issued[0].text[:10], dataset.modified[0].text[:10]) == ("2023-06-01", "2024-03-01")
    assert dataset.temporal[0].end_date[0].text == "2024-12-31"
    assert list(dataset.spatial[0].rest.values()) == [["City of Ashford"]]
    assert dataset.language[0].endswith("/ENG")
    assert dataset.access_rights[0].endswith("/PUBLIC")
    assert [str(file.download_url[0])[-24:] for file in dataset.distribution] == [
        f"/rows.{name}?accessType=DOWNLOAD"[-24:] for name in ("csv", "json", "rdf", "xml")
    ]
    assert all(file.license[0].endswith("/cc-by/4.0") for file in dataset.distribution)
    assert reading.unread == {"classification.domain_metadata.Inhouse_Ledger": 1}


def test_a_file_is_downloaded_and_names_what_it_was_made_from() -> None:
    reading = readings()[1]
    dataset = reading.record.root
    assert reading.type == "file"
    assert dataset.source == [IRI(f"{SITE}/d/qccx-65fg")]
    assert dataset.distribution[0].download_url == [IRI(f"{SITE}/download/ab12-cd34/application/pdf")]
    assert dataset.publisher[0].name == ["Data Team"]


def test_stories_and_charts_are_counted_and_left_out() -> None:
    entries, skipped = read_items(value_of("socrata", "page.json")["results"], SITE)
    assert [entry.identifier for entry in entries] == ["qccx-65fg", "ab12-cd34"]
    assert skipped == {"story": 1}


def test_a_shared_service_is_asked_for_the_portals_domain() -> None:
    known = Portal(
        "x", SITE, api_url="https://api.eu.socrata.com/api/catalog/v1", settings={"filter": "City"}
    )
    (call,) = socrata.start(known)
    assert call.url == (
        "https://api.eu.socrata.com/api/catalog/v1?domains=daten.neuwald.example"
        "&search_context=daten.neuwald.example&attribution=City&limit=256&offset=0&order=dataset_id"
    )


def test_a_scroll_that_does_not_move_ends() -> None:
    call = Call(SITE, "scroll", state={"last": "ab12-cd34", "size": 2})
    value = {"results": [{"resource": {"id": "ab12-cd34"}}], "resultSetSize": 20_000}
    page = socrata.read(PORTAL, call, answer(call, value))
    assert (page.entries, page.calls, page.faults["page-repeated"]) == ([], [], 1)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("step", ["list", "scroll", "data_json"])
def test_what_is_no_answer_is_refused(name: str, step: str) -> None:
    body, slug = BAD[name]
    call = Call(SITE, step, state={"start": 256, "size": 256, "last": "x"})
    assert slug_of(socrata, call, body) == slug


@given(mutated(value_of("socrata", "page.json")["results"]))
def test_changed_assets_are_read(item: Any) -> None:
    read_all(read_items([item], SITE)[0])


@given(JSON)
def test_whatever_answers_is_read_or_refused(value: Any) -> None:
    for step in ("list", "scroll", "data_json"):
        call = Call(SITE, step, state={"start": 256, "size": 256, "last": "x"})
        slug_of(socrata, call, canonical(value))


@given(KEYS)
def test_each_key_is_mapped_or_out_of_scope_or_counted(key: str) -> None:
    if key in ("id", "type"):
        return
    for part, known in (
        ("resource", RESOURCE_OUT_OF_SCOPE),
        ("metadata", METADATA_OUT_OF_SCOPE),
        ("classification", frozenset[str]()),
    ):
        resource = {"id": "aaaa-0001", "type": "dataset"}
        item = {"resource": resource, part: {**(resource if part == "resource" else {}), key: MARKER}}
        reading = read_dataset(item, SITE)
        fates = [repr(reading.record).count("zzqx") > 0, key in known, bool(reading.unread)]
        assert fates.count(True) == 1, (part, key)
    reading = read_dataset({"resource": {"id": "aaaa-0001"}, key: MARKER}, SITE)
    assert (key in ITEM_OUT_OF_SCOPE) != bool(reading.unread)
