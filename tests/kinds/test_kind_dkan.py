"""DKAN 1 and 2: told from CKAN, listed whole by pages, names, items and search, read with all their oddities."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from crawls import Crawled, crawled_twice
from fleet.message import Request
from hypothesis import given
from kind_checks import (
    BAD,
    JSON,
    PAYLOADS,
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
from portal_dkan import BROKEN, DATASETS, PACKAGES, metastore, portal

from catalog.record.table import Dataset
from catalog.record.terms import IRI
from crawler.formats.dkan import dereferenced, read_items
from crawler.formats.json_payload import canonical
from crawler.sources import ckan, dkan
from crawler.sources.protocol import Call, Portal

SECOND = Portal("gruenau", SITE, settings={"version": "2"})
PAGED = Portal("gruenau", SITE, settings={"listing": "current"})


@pytest.fixture(scope="module")
def first_version(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    known = {"listing": "current"}
    with crawled_twice(tmp_path_factory.mktemp("dkan"), portal, "dkan", settings=known) as runs:
        yield runs


@pytest.fixture(scope="module")
def second_version(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    known = {"version": "2"}
    with crawled_twice(tmp_path_factory.mktemp("dkan2"), metastore, "dkan", settings=known) as runs:
        yield runs


def test_version_1_is_crawled_whole_by_its_pages(first_version: Crawled) -> None:
    assert first_version.kind() == "dkan"
    run = first_version.run("sound")
    assert (run["outcome"], run["delivered"], run["claimed"]) == ("complete", PACKAGES, PACKAGES)
    asked = [target for target in first_version.sound.asked if "current_package_list" in target]
    assert len(asked) == len(set(asked)) * 2 - 1  # one probe, then two pages in each run


def test_version_2_is_crawled_whole_by_its_items(second_version: Crawled) -> None:
    assert second_version.kind() == "dkan"
    run = second_version.run("sound")
    assert (run["outcome"], run["delivered"], run["claimed"]) == ("complete", DATASETS, DATASETS)


@pytest.mark.parametrize(("version", "count"), [("first_version", PACKAGES), ("second_version", DATASETS)])
def test_a_second_crawl_sees_what_changed(version: str, count: int, request: pytest.FixtureRequest) -> None:
    run = request.getfixturevalue(version).run("sound", 2)
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": count - 2, "gone": 1}


@pytest.mark.parametrize(("version", "count"), [("first_version", PACKAGES), ("second_version", DATASETS)])
def test_a_broken_page_costs_only_the_record_that_is_broken(
    version: str, count: int, request: pytest.FixtureRequest
) -> None:
    for number in (1, 2):
        run = request.getfixturevalue(version).run("broken", number)
        assert (run["delivered"], run["rejected"], run["claimed"]) == (count - 1, 1, count)
        assert run["gone"] == (1 if number == 2 else 0)


def test_names_with_umlauts_and_signs_are_asked_for_in_utf_8(first_version: Crawled) -> None:
    asked = [target for target in first_version.broken.asked if "package_show" in target]
    assert f"/api/3/action/package_show?id=spielpl%C3%A4tze-%C2%A7-{BROKEN}" in asked


@pytest.mark.parametrize(
    ("name", "url", "version"),
    [
        ("current_package_list.json", "/api/3/action/current_package_list_with_resources?limit=1", "1"),
        ("package_show.json", "/api/3/action/package_show?id=x", "1"),
        ("metastore_schema.json", dkan.METASTORE, "2"),
        ("metastore_items.json", dkan.METASTORE + "/items", "2"),
        ("search.json", "/api/1/search?page-size=1", "2"),
    ],
)
def test_what_proves_dkan_and_that_no_other_kind_is_surer(name: str, url: str, version: str) -> None:
    call = Call(SITE + url)
    payload = answer(call, fixture("dkan", name))
    found = dkan.recognise(PORTAL, call, payload)
    assert found is not None
    assert found.confidence >= 90
    assert found.settings["version"] == version
    assert all(confidence < found.confidence for confidence in seen_by_others("dkan", call, payload).values())


def test_ckan_is_not_surer_of_any_answer_of_version_1_than_dkan() -> None:
    """Both list names: that is a hint for CKAN, and less than what DKAN's own probe proves."""
    routes = portal(0, False)
    best = {"ckan": 0, "dkan": 0}
    for name, source in (("ckan", ckan), ("dkan", dkan)):
        for call in source.probe(PORTAL):
            route = routes.get(call.url.removeprefix(SITE).partition("?")[0])
            if route is None:
                continue
            payload = answer(call, route(Request("/", {"limit": "1", "offset": "0"})).body)
            evidence = source.recognise(PORTAL, call, payload)
            best[name] = max(best[name], evidence.confidence if evidence else 0)
    assert 0 < best["ckan"] < best["dkan"]


def test_no_answer_of_another_kind_is_taken_for_dkans() -> None:
    for name, payload in answers_of_other_kinds("dkan"):
        found = dkan.recognise(PORTAL, dkan.probe(PORTAL)[0], payload)
        assert found is None or name == "ckan/dkan.json", name


def test_a_home_page_of_drupal_that_names_dkan_is_a_hint() -> None:
    call = Call(SITE)
    named = b'<meta name="Generator" content="Drupal 7"><link href="/profiles/dkan/a.css">'
    found = dkan.recognise(PORTAL, call, answer(call, named))
    assert found is not None
    assert found.confidence < 50
    assert dkan.recognise(PORTAL, call, answer(call, b'<meta name="Generator" content="Drupal 7">')) is None


def test_a_package_in_a_list_is_read_with_its_words() -> None:
    (entry,) = dkan.read(
        PORTAL, Call(SITE, "show"), answer(Call(SITE), fixture("dkan", "package_show.json"))
    ).entries
    reading = entry.read()
    dataset = reading.record.root
    assert isinstance(dataset, Dataset)
    csv, page = dataset.distribution
    assert dataset.publisher[0].id == IRI(f"{SITE}/group/stadt-gr%C3%BCnau")
    assert dataset.modified[0].text == "2014-12-10T12:25:26+01:00"
    assert (csv.byte_size[0].text, page.byte_size[0].text) == ("12636", "512")
    assert csv.modified[0].text == "2014-12-10T09:56:43+01:00"
    assert page.modified == []
    assert csv.license == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
    assert not reading.unread


def test_a_dataset_of_the_metastore_has_its_page_on_the_portal() -> None:
    entries = read_items(value_of("dkan", "metastore_items.json"), SITE)
    dataset = entries[0].read().record.root
    assert isinstance(dataset, Dataset)
    assert dataset.id == IRI(f"{SITE}/dataset/{entries[0].identifier}")
    assert dataset.publisher[0].name == ["Stadt Grünau"]
    assert dataset.distribution[0].license == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]


def test_references_are_replaced_by_what_they_stand_for() -> None:
    (item,) = value_of("dkan", "metastore_references.json")
    plain = dereferenced(item)
    assert plain["keyword"] == ["Baum"]
    assert plain["publisher"]["name"] == "Stadt Grünau"
    assert plain["distribution"][0]["downloadURL"] == "https://daten.gruenau.example/baeume.csv"
    assert not [key for key in (*plain, *plain["distribution"][0]) if key.startswith("%")]
    assert not read_items([item], SITE)[0].read().unread


def test_without_a_hint_each_package_is_asked_for() -> None:
    (call,) = dkan.start(PORTAL)
    page = dkan.read(PORTAL, call, answer(call, fixture("dkan", "package_list.json")))
    assert page.total == 3
    assert [found.url.rpartition("=")[2] for found in page.calls] == [
        "spielpl%C3%A4tze-gr%C3%BCnau", "haushalt-%C2%A7-2014", "0d6c3bb2-6f2b-4b52-a7b3-4b6c0a3a9d11",
    ]  # fmt: skip


def test_what_no_page_held_is_asked_for_by_name() -> None:
    (call,) = dkan.start(PAGED)
    (paged,) = dkan.read(PAGED, call, answer(call, fixture("dkan", "package_list.json"))).calls
    page = dkan.read(PAGED, paged, answer(paged, fixture("dkan", "current_package_list.json")))
    assert len(page.entries) == 1
    assert [found.step for found in page.calls] == ["show", "show"]


def test_pages_that_do_not_turn_end() -> None:
    package = {"id": "x", "type": "Dataset"}
    call = Call(SITE, "current", state={"offset": 100, "missing": ["a"]})
    page = dkan.read(PAGED, call, answer(call, {"success": True, "result": [[package] * 100]}))
    assert page.faults["page-repeated"] == 1
    assert not page.entries
    assert [found.step for found in page.calls] == ["show"]


def test_a_portal_without_names_is_asked_for_its_metastore_then_its_search() -> None:
    (names,) = dkan.start(PORTAL)
    (items,) = dkan.read(PORTAL, names, answer(names, b"not found", 404)).calls
    (search,) = dkan.read(PORTAL, items, answer(items, {"message": "no route"}, 404)).calls
    assert (items.url, search.url) == (
        f"{SITE}/api/1/metastore/schemas/dataset/items",
        f"{SITE}/api/1/search?page=1&page-size=64",
    )
    page = dkan.read(PORTAL, search, answer(search, fixture("dkan", "search.json")))
    assert (page.total, len(page.entries), page.calls) == (2, 2, [])


def test_the_metastore_is_where_the_registry_says_so() -> None:
    api = Portal("x", SITE, api_url=f"{SITE}/api/1/metastore/schemas/dataset/items")
    for known in (SECOND, api):
        assert [call.url for call in dkan.start(known)] == [f"{SITE}/api/1/metastore/schemas/dataset/items"]


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("step", ["show", "search"])
def test_what_is_no_answer_is_refused(name: str, step: str) -> None:
    body, slug = BAD[name]
    found = slug_of(dkan, Call(SITE, step, state={"page": 2, "size": 64}), body)
    assert found == slug or (step == "show" and name == "object" and not found)


def test_an_error_is_one() -> None:
    body = b'{"success": false, "error": {"message": "Kein Zugriff"}}'
    assert slug_of(dkan, Call(SITE, "show"), body) == "api-error"


def test_an_empty_portal_is_empty() -> None:
    for known, step, value in ((PORTAL, "names", {"success": True, "result": []}), (SECOND, "items", [])):
        page = dkan.read(known, Call(SITE, step), answer(Call(SITE), value))
        assert (page.total, page.entries, page.calls) == (0, [], [])


@given(mutated([*value_of("dkan", "metastore_items.json"), *value_of("dkan", "metastore_references.json")]))
def test_changed_datasets_are_read(item: Any) -> None:
    read_all(read_items([item], SITE))


@given(JSON)
def test_whatever_answers_is_read_or_refused(value: Any) -> None:
    for step in ("names", "current", "items", "search", "show"):
        call = Call(SITE, step, state={"page": 1, "size": 64, "offset": 0, "missing": ["a"]})
        slug_of(dkan, call, canonical(value))


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the captured payloads are not beside the project")
@pytest.mark.parametrize(
    ("name", "count"),
    [("koeln_2014-10-17", 128), ("koeln_2014-11-20", 134), ("koeln_2015-01-21", 137)],
)
def test_captured_packages_are_read_whole(name: str, count: int) -> None:
    packages = orjson.loads((PAYLOADS / f"dkan1/{name}_package_show_list.json").read_bytes())
    call = Call(SITE, "current", state={"offset": 0, "missing": [package["id"] for package in packages]})
    page = dkan.read(PAGED, call, answer(call, {"success": True, "result": [packages]}))
    readings = [entry.read() for entry in page.entries]
    assert len(readings) == count
    assert page.calls == []
    assert not sum(len(reading.unread) for reading in readings)
