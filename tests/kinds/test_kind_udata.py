"""udata: both APIs listed whole, origin of harvested datasets kept, archived and deleted ones left out."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from kind_checks import (
    BAD,
    JSON,
    KEYS,
    MARKER,
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
from portal_udata import DATASETS, LINKED, linked, portal

from catalog.record.table import Dataset
from catalog.record.terms import IRI
from crawler.fetch.detect import HINT
from crawler.formats.json_payload import canonical
from crawler.formats.udata import DATASET_OUT_OF_SCOPE, RESOURCE_OUT_OF_SCOPE, read_dataset, read_entries
from crawler.sources import udata
from crawler.sources.numbered import Sheet, following, parts
from crawler.sources.protocol import Call, Portal


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("udata"), portal, "udata") as runs:
        yield runs


@pytest.fixture(scope="module")
def crawled_by_api_2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("udata2"), linked, "udata") as runs:
        yield runs


def test_api_1_is_crawled_whole(crawled: Crawled) -> None:
    assert crawled.kind() == "udata"
    run = crawled.run("sound")
    assert (run["outcome"], run["delivered"], run["claimed"]) == ("complete", DATASETS, DATASETS)
    pages = [target for target in crawled.sound.asked if "sort=created" in target]
    assert len(pages) == 4  # two in each run


@pytest.mark.parametrize(("apis", "count"), [("crawled", DATASETS), ("crawled_by_api_2", LINKED)])
def test_a_second_crawl_sees_what_changed_and_not_that_somebody_looked(
    apis: str, count: int, request: pytest.FixtureRequest
) -> None:
    run = request.getfixturevalue(apis).run("sound", 2)
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": count - 2, "gone": 1}


def test_a_broken_page_costs_one_dataset(crawled: Crawled) -> None:
    for number in (1, 2):
        run = crawled.run("broken", number)
        assert (run["delivered"], run["rejected"], run["claimed"]) == (DATASETS - 1, 1, DATASETS)


def test_api_2_is_crawled_whole_with_all_pages_of_resources(crawled_by_api_2: Crawled) -> None:
    assert crawled_by_api_2.kind() == "udata"
    run = crawled_by_api_2.run("sound")
    assert (run["outcome"], run["delivered"], run["claimed"]) == ("complete", LINKED, LINKED)
    assert crawled_by_api_2.datasets("distributions") == [(2,)] * LINKED


def test_resources_that_cannot_be_had_leave_the_crawl_partial(crawled_by_api_2: Crawled) -> None:
    run = crawled_by_api_2.run("broken", 2)
    assert (run["outcome"], run["delivered"], run["gone"]) == ("partial", LINKED - 1, 0)


@pytest.mark.parametrize(("name", "api"), [("api_1.json", "1"), ("api_2.json", "2")])
def test_a_page_of_datasets_is_proof(name: str, api: str) -> None:
    call = udata.probe(PORTAL)[int(api) - 1]
    payload = answer(call, fixture("udata", name))
    found = udata.recognise(PORTAL, call, payload)
    assert found is not None
    assert found.confidence >= 90
    assert found.settings.get("api", "1") == api
    assert not [seen for seen in seen_by_others("udata", call, payload).values() if seen >= 90]


def test_the_site_names_its_version_and_an_empty_page_is_only_likely() -> None:
    call = udata.probe(PORTAL)[2]
    site = udata.recognise(PORTAL, call, answer(call, {"version": "17.18.0", "feed_size": 20, "metrics": {}}))
    pager = {"data": [], "total": 0, "page": 1, "page_size": 1, "next_page": None}
    empty = udata.recognise(PORTAL, call, answer(call, pager))
    assert site is not None
    assert site.confidence >= 90
    assert empty is not None
    assert empty.confidence < 90


@pytest.mark.parametrize(
    "page",
    [
        '<!doctype html><head><meta name="api-root" content="https://data.example/api/1/"></head>',
        '<!doctype html><p>Motor: <a href="https://pypi.org/project/udata/6.1/">udata 6.1</a>',
        '<!doctype html><p><a href="https://github.com/opendatateam/udata">udata</a>',
    ],
)
def test_a_page_that_names_udata_is_a_hint(page: str) -> None:
    found = udata.recognise(PORTAL, Call(SITE, "home"), answer(Call(SITE), page.encode()))
    assert found is not None
    assert (found.kind, found.confidence) == ("udata", 55)
    other = answer(Call(SITE), b'<!doctype html><meta name="api-root" content="/api/3/"><p>uData Ltd.')
    assert udata.recognise(PORTAL, Call(SITE, "home"), other) is None


def test_how_it_says_that_nothing_is_there_is_less_than_a_hint() -> None:
    call = Call(SITE, "home")
    found = udata.recognise(PORTAL, call, answer(call, {"error": "Not here.", "status": 404}, 404))
    assert found is not None
    assert found.confidence < HINT
    for other in ({"error": "Not here.", "status": 500}, {"error": "Not here.", "status": 404, "path": "/"}):
        assert udata.recognise(PORTAL, call, answer(call, other, 404)) is None


def test_no_answer_of_another_kind_is_taken_for_udatas() -> None:
    call = udata.probe(PORTAL)[0]
    assert not [
        name for name, payload in answers_of_other_kinds("udata") if udata.recognise(PORTAL, call, payload)
    ]


def entries(name: str = "api_1.json") -> list[Any]:
    call = udata.start(PORTAL)[0]
    return udata.read(PORTAL, call, answer(call, fixture("udata", name))).entries


def test_a_dataset_is_read_with_all_it_says() -> None:
    reading = entries()[0].read()
    dataset = reading.record.root
    assert isinstance(dataset, Dataset)
    assert dataset.id == IRI(f"{SITE}/datasets/6b02e1ccfb4c2a60d4460c1c")
    assert dataset.publisher[0].id == IRI(f"{SITE}/organizations/stadt-weidenau")
    assert list(dataset.publisher[0].rest.values()) == [
        [IRI("https://www.weidenau.example")],
        ["12345678900011", "75056"],
    ]
    assert dataset.contact_point[0].fn == ["Amt für Denkmalschutz"]
    assert dataset.custodian[0].name == ["Vermessungsamt"]
    assert dataset.access_rights[0].endswith("/NON_PUBLIC")
    assert dataset.frequency[0].endswith("/ANNUAL_3")
    assert dataset.temporal[0].end_date[0].text == "2013-12-31"
    assert list(dataset.spatial[0].rest.values()) == [["fr:commune:75056"]]
    assert dataset.applicable_legislation == [IRI("http://data.europa.eu/eli/reg_impl/2023/138/oj")]
    (file,) = dataset.distribution
    assert file.download_url == file.access_url
    assert file.byte_size[0].text == "8976"
    assert file.license == [IRI("http://dcat-ap.de/def/licenses/odbl")]
    assert file.checksum[0].algorithm[0].endswith("_sha1")
    assert reading.unread == {"extras.eigenes": 1}


def test_a_harvested_dataset_keeps_its_origin() -> None:
    dataset = entries()[1].read().record.root
    assert isinstance(dataset, Dataset)
    assert dataset.id == IRI("https://geo.weidenau.example/id/radwege")
    assert dataset.identifier == ["urn:radwege"]
    others = [other.notation[0] for other in dataset.other_identifier]
    assert others == ["6b02e1ccfb4c2a60d4460c2d", "radwege-1"]
    assert dataset.landing_page == [IRI("https://geo.weidenau.example/radwege")]
    assert dataset.provenance == [IRI("https://geo.weidenau.example/catalog.ttl")]
    assert (dataset.issued[0].text[:10], dataset.modified[0].text[:10]) == ("2019-10-25", "2020-07-24")
    (file,) = dataset.distribution
    assert file.id == IRI("https://geo.weidenau.example/id/radwege/wfs")
    assert file.license == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
    assert (file.issued, file.modified[0].text[:10], file.download_url) == ([], "2020-07-01", [])


@pytest.mark.parametrize(
    ("mark", "value"), [("deleted", "2024-01-01"), ("archived", "2024-01-01"), ("private", True)]
)
def test_what_is_no_longer_offered_is_left_out_and_counted(mark: str, value: Any) -> None:
    shown = {"id": "a", "deleted": None, "archived": None, "private": False}
    found, skipped = read_entries([shown, {**shown, "id": "b", mark: value}], SITE)
    assert [entry.identifier for entry in found] == ["a"]
    assert skipped == {mark: 1}


def test_api_2_puts_the_resources_into_the_dataset() -> None:
    portal_ = Portal("x", SITE, settings={"api": "2"})
    (call,) = udata.start(portal_)
    page = udata.read(portal_, call, answer(call, fixture("udata", "api_2.json")))
    (files,) = page.calls
    assert files.url.startswith(f"{SITE}/api/2/datasets/6b02e1ccfb4c2a60d4460c1c/resources/?page=1")
    assert [entry.identifier for entry in page.entries] == ["6b02e1ccfb4c2a60d4460c2d"]
    assert page.entries[0].read().record.root.distribution == []  # type: ignore[attr-defined]
    (entry,) = udata.read(portal_, files, answer(files, fixture("udata", "api_2_resources.json"))).entries
    dataset = entry.read().record.root
    assert isinstance(dataset, Dataset)
    assert [str(file.access_url[0])[-5:] for file in dataset.distribution] == ["a.csv", ".json"]
    assert dataset.frequency[0].endswith("/ANNUAL")
    assert dataset.spatial[0].id == IRI("https://id.example/zone/75056")
    assert not entry.read().unread


@pytest.mark.parametrize(
    ("body", "status"), [(b"not found", 404), (b"<html>", 200), (b'{"message": "no"}', 200)]
)
def test_where_api_1_is_refused_api_2_is_asked(body: bytes, status: int) -> None:
    (call,) = udata.start(PORTAL)
    (other,) = udata.read(PORTAL, call, answer(call, body, status)).calls
    assert other.url.startswith(f"{SITE}/api/2/datasets/?page=1")


def test_the_organisation_may_be_chosen() -> None:
    one = Portal("x", f"{SITE}/api/1/datasets/", settings={"filter": "stadt-weidenau", "page_size": "50"})
    (call,) = udata.start(one)
    assert call.url == f"{SITE}/api/1/datasets/?page=1&page_size=50&sort=created&organization=stadt-weidenau"


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_answer_is_refused(name: str) -> None:
    body, slug = BAD[name]
    call = Call(SITE, state={"api": "1", "page": 2, "size": 128})
    assert slug_of(udata, call, body) == slug


@given(mutated(value_of("udata", "api_1.json")["data"]))
def test_changed_datasets_are_read(item: Any) -> None:
    read_all(read_entries([item], SITE)[0])


@given(JSON)
def test_whatever_answers_is_read_or_refused(value: Any) -> None:
    slug_of(udata, Call(SITE, state={"api": "1", "page": 2, "size": 128}), canonical(value))


@given(KEYS)
def test_each_key_is_mapped_or_out_of_scope_or_counted(key: str) -> None:
    if key in ("id", "url"):
        return
    for item, known in (
        ({"id": "x", key: MARKER}, DATASET_OUT_OF_SCOPE),
        ({"id": "x", "resources": [{"id": "y", key: MARKER}]}, RESOURCE_OUT_OF_SCOPE),
    ):
        reading = read_dataset(item, SITE)
        fates = [repr(reading.record).count("zzqx") > 0, key in known, bool(reading.unread)]
        assert fates.count(True) == 1, key


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the captured payloads are not beside the project")
def test_captured_datasets_are_read() -> None:
    items = orjson.loads((PAYLOADS / "udata/data.gouv.fr_fixture_datasets_1-10.json").read_bytes())
    whole = [{**i["dataset"], "organization": i["organization"], "resources": i["resources"]} for i in items]
    readings = [entry.read() for entry in read_entries(whole, "https://www.data.gouv.fr")[0]]
    assert len(readings) == 10
    assert all(reading.record.root.id for reading in readings)
    unread = {key for reading in readings for key in reading.unread}
    assert all("extras." in key for key in unread)


def test_pages_follow_in_the_size_that_the_portal_allows() -> None:
    assert [(s.number, s.size, s.goes_on) for s in following(Sheet(1, 128), 50, 120)] == [
        (2, 50, False), (3, 50, True),
    ]  # fmt: skip
    assert following(Sheet(3, 50, total=120), 20, 120) == []
    assert following(Sheet(1, 10), 10, None) == [Sheet(2, 10)]
    assert following(Sheet(1, 10), 9, None) == []
    assert len(following(Sheet(1, 1), 1, 10**9)) == 500


@pytest.mark.parametrize(("number", "size"), [(1, 128), (2, 128), (3, 25), (7, 2)])
def test_the_parts_of_a_page_hold_the_same(number: int, size: int) -> None:
    def held(sheet: Sheet) -> set[int]:
        return set(range((sheet.number - 1) * sheet.size, sheet.number * sheet.size))

    sheet = Sheet(number, size, goes_on=False)
    found = parts(sheet)
    assert set().union(*map(held, found)) == held(sheet)
    assert sum(part.size for part in found) == size
    assert parts(Sheet(number, 1, goes_on=False)) == []


def test_a_failing_page_in_the_middle_leaves_the_way_to_the_next() -> None:
    assert parts(Sheet(2, 1, total=9))[-1] == Sheet(3, 1, blind=1, total=9)
    assert parts(Sheet(9, 1, total=9)) == []
    assert parts(Sheet(4, 1, blind=2)) == []
