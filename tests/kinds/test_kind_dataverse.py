"""Dataverse: told by its envelope, listed by the search, each dataset by its latest version."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawls import Crawled, crawled_twice
from portal_dataverse import portal

from catalog.record.table import Dataset
from catalog.record.terms import IRI, expand
from crawler.formats.dataverse import IS_PART_OF, dataset_entry
from crawler.formats.reading import UnreadablePayload
from crawler.sources import dataverse
from crawler.sources.protocol import Call, Payload, Portal

FIXTURES = Path(__file__).parents[1] / "fixtures" / "dataverse"
SITE = "https://daten.franken.example"
PORTAL = Portal("franken", SITE)
MIETE = "doi:10.99999/FK2/MIETE1"


def payload(value: Any, url: str = f"{SITE}/api/search", status: int = 200) -> Payload:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Payload(url, status, {"content-type": "application/json"}, body)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_bytes())


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("dataverse"), portal, "dataverse") as runs:
        yield runs


def test_three_pages_and_their_datasets_are_crawled(crawled: Crawled) -> None:
    assert crawled.kind() == "dataverse"
    run = crawled.run("sound")
    assert (run["outcome"], run["claimed"], run["delivered"], run["rejected"]) == ("complete", 7, 7, 0)


def test_a_second_crawl_sees_what_changed(crawled: Crawled) -> None:
    run = crawled.run("sound", 2)
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": 5, "gone": 1}


def test_a_broken_dataset_costs_only_itself(crawled: Crawled) -> None:
    first, second = crawled.run("broken"), crawled.run("broken", 2)
    assert (first["outcome"], first["delivered"]) == ("partial", 6)
    assert second["gone"] == 0


def test_a_dataset_is_read_whole() -> None:
    search = dataverse.read(PORTAL, dataverse.start(PORTAL)[0], payload(fixture("search.json")))
    assert search.faults["identifier-missing"] == 1
    (call,) = search.calls
    assert call.url == f"{SITE}/api/datasets/:persistentId/?persistentId={MIETE}"
    (entry,) = dataverse.read(PORTAL, call, payload(fixture("dataset.json"), call.url)).entries
    reading = entry.read()
    root = reading.record.root
    assert isinstance(root, Dataset)
    assert (entry.identifier, root.id, root.identifier) == (
        MIETE,
        "https://doi.org/10.99999/FK2/MIETE1",
        [MIETE],
    )
    assert (root.title, root.description) == (["Mietspiegel 2024"], ["Mieten nach Lage"])
    assert root.keyword == ["Miete", "Wohnen"]
    assert root.publisher[0].name == ["Stadt Rothenfels"]
    assert root.creator[0].name == ["Amt für Statistik"]
    assert root.contact_point[0].has_email == [IRI("mailto:statistik@rothenfels.example")]
    assert root.temporal[0].start_date[0].text == "2023-01-01"
    assert root.language == [IRI("http://publications.europa.eu/resource/authority/language/DEU")]
    assert root.spatial[0].bbox[0].text.startswith("POLYGON((9.5 49.8")
    assert root.spatial[1].rest == {expand("skos:prefLabel"): ["Rothenfels, Germany"]}
    assert (root.version, root.issued[0].text, root.modified[0].text) == (
        ["2.1"],
        "2024-05-01",
        "2024-06-01T08:00:00Z",
    )
    assert root.landing_page == [IRI(f"{SITE}/dataset.xhtml?persistentId={MIETE}")]
    assert root.rest[IS_PART_OF] == [IRI(f"{SITE}/dataverse/stadt-rothenfels")]
    assert root.other_identifier[0].notation == ["MS-24"]
    (file,) = root.distribution
    assert file.download_url == [IRI(f"{SITE}/api/access/datafile/41")]
    assert file.license == [IRI("http://dcat-ap.de/def/licenses/cc-by/4.0")]
    assert file.rights[0].rest == {expand("rdfs:label"): ["Bitte nennen"]}
    assert (file.byte_size[0].text, file.checksum[0].checksum_value[0].text[:4]) == ("1234", "0386")
    assert reading.unread == {"metadataBlocks.eigenesFeld": 1, "latestVersion.fremd": 1}


def test_a_dataset_that_cannot_be_had_is_read_from_the_search() -> None:
    call = Call(SITE, "dataset", state={"id": MIETE})
    (other,) = dataverse.read(PORTAL, call, payload({"status": "ERROR"}, status=404)).calls
    assert other.step == "item"
    (failed,) = dataverse.split(PORTAL, call)
    assert (failed.url, failed.step) == (other.url, "item")
    assert dataverse.read(PORTAL, failed, payload(fixture("search.json"))).faults == {"page-failed": 1}
    page = dataverse.read(PORTAL, other, payload(fixture("search.json")))
    assert page.faults == {}, "what cannot be had is no failure"
    (entry,) = page.entries
    reading = entry.read()
    root = reading.record.root
    assert isinstance(root, Dataset)
    assert (entry.identifier, root.title, root.version) == (MIETE, ["Mietspiegel 2024"], ["2.1"])
    assert root.publisher[0].name == ["Stadt Rothenfels"]
    assert root.rest[IS_PART_OF] == [IRI(f"{SITE}/dataverse/stadt-rothenfels")]
    assert reading.unread == {"neu": 1}


def test_restricted_files_make_a_restricted_dataset() -> None:
    value = fixture("dataset.json")["data"]
    value["latestVersion"]["files"][0]["restricted"] = True
    value["latestVersion"]["license"] = "CC0"
    root = dataset_entry(value, SITE).read().record.root
    assert isinstance(root, Dataset)
    assert root.access_rights == [
        IRI("http://publications.europa.eu/resource/authority/access-right/RESTRICTED")
    ]
    assert root.distribution[0].license == [IRI("http://dcat-ap.de/def/licenses/cc-zero")]


def test_without_a_distributor_the_collection_publishes() -> None:
    value = fixture("dataset.json")["data"]
    fields = value["latestVersion"]["metadataBlocks"]["citation"]["fields"]
    value["latestVersion"]["metadataBlocks"]["citation"]["fields"] = fields[:3]
    root = dataset_entry(value, SITE, "stadt", "Stadt Rothenfels").read().record.root
    assert isinstance(root, Dataset)
    assert root.publisher[0].name == ["Stadt Rothenfels"]


def test_the_envelope_is_proof() -> None:
    found = dataverse.recognise(PORTAL, Call(SITE), payload(fixture("search.json")))
    version = dataverse.recognise(
        PORTAL, Call(SITE), payload({"status": "OK", "data": {"version": "6.2", "build": "1"}})
    )
    home = dataverse.recognise(
        PORTAL, Call(SITE), payload(b"<!doctype html><a href='/dataverse/x'>Dataverse</a>", SITE)
    )
    assert found is not None
    assert (found.confidence, found.api_url) == (95, SITE)
    assert version is not None
    assert version.confidence == 90
    assert home is not None
    assert home.confidence < 60


@pytest.mark.parametrize(
    "value",
    [
        {"status": "OK"},
        {"status": "OK", "data": []},
        {"status": "ERROR"},
        {"success": True},
        [],
        b"<html>",
        {"data": {"total_count": 1}},
    ],
)
def test_what_proves_nothing(value: Any) -> None:
    assert dataverse.recognise(PORTAL, Call(SITE), payload(value)) is None


def test_a_collection_of_a_shared_installation() -> None:
    by_address = dataverse.start(Portal("x", f"{SITE}/dataverse/stadt-rothenfels/"))
    by_setting = dataverse.start(Portal("x", SITE, settings={"collection": "stadt-rothenfels"}))
    assert by_address[0].url == by_setting[0].url
    assert by_address[0].url.endswith("&subtree=stadt-rothenfels")
    assert "subtree" not in dataverse.start(PORTAL)[0].url


def test_pages_are_asked_oldest_first_and_cut_in_halves() -> None:
    (call,) = dataverse.start(PORTAL)
    assert call.url == f"{SITE}/api/search?q=*&type=dataset&sort=date&order=asc&per_page=100&start=0"
    assert [each.url.partition("per_page=")[2] for each in dataverse.split(PORTAL, call)] == [
        "50&start=0", "50&start=50", "100&start=100",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        (b"<!doctype html><p>Wartung</p>", "html-instead"),
        (b'{"status": "OK", "da', "truncated"),
        ({"status": "ERROR", "message": "Bad"}, "api-error"),
        ({"status": "OK", "data": {"total_count": 2}}, "unexpected-shape"),
        ({"status": "OK", "data": None}, "unexpected-shape"),
        ([], "unexpected-shape"),
    ],
)
def test_a_page_that_is_none_is_refused(value: Any, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as caught:
        dataverse.read(PORTAL, dataverse.start(PORTAL)[0], payload(value))
    assert caught.value.slug == slug


def test_nulls_everywhere_are_read() -> None:
    value = fixture("dataset.json")["data"]
    version = dict.fromkeys(value["latestVersion"]) | {
        "metadataBlocks": {
            "citation": {"fields": [None, {}, {"typeName": "title", "value": None}]},
            "x": None,
        },
        "files": [None, {}, {"dataFile": None}],
    }
    reading = dataset_entry(dict.fromkeys(value) | {"latestVersion": version}, SITE).read()
    assert reading.faults["identifier-missing"] == reading.faults["title-missing-in-source"] == 1
    with pytest.raises(UnreadablePayload):
        dataset_entry({"latestVersion": {}}, SITE)
