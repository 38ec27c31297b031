"""ArcGIS Hub: told by its items, listed by search or feed under the same identifiers; pages are no distributions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawls import Crawled, crawled_twice
from portal_arcgis import portal

from catalog.record.table import Dataset, Distribution
from catalog.record.terms import IRI, expand
from crawler.formats.arcgis_files import GENERATED
from crawler.formats.reading import Reading, UnreadablePayload
from crawler.sources import arcgis, data_json, dcat
from crawler.sources.protocol import Call, Page, Payload, Portal

FIXTURES = Path(__file__).parents[1] / "fixtures" / "arcgis"
PAYLOADS = Path(__file__).parents[2].parent / "shared" / "payloads" / "arcgis_hub"
SITE = "https://daten.seefeld.example"
PORTAL = Portal("seefeld", SITE)
ITEMS = f"{SITE}/api/search/v1/collections/dataset/items"
PLAYGROUNDS = "https://www.arcgis.com/home/item.html?id=0a1b2c3d4e5f60718293a4b5c6d7e8f9&sublayer=2"
CC_BY = IRI("http://dcat-ap.de/def/licenses/cc-by/4.0")
DL_BY = IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")


def payload(value: Any, url: str = ITEMS, status: int = 200) -> Payload:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Payload(url, status, {"content-type": "application/json"}, body)


def fixture(name: str, url: str = ITEMS) -> Payload:
    return payload((FIXTURES / name).read_bytes(), url)


def feed(name: str) -> Page:
    url = f"{SITE}/api/feed/{'dcat-us/1.1' if 'us' in name else 'dcat-ap/2.0.1'}.json"
    return arcgis.read(PORTAL, arcgis.start(Portal("x", url))[0], fixture(name, url))


def dataset(reading: Reading) -> Dataset:
    root = reading.record.root
    assert isinstance(root, Dataset)
    return root


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("arcgis"), portal, "arcgis") as runs:
        yield runs


def test_three_pages_of_items_are_crawled(crawled: Crawled) -> None:
    assert crawled.kind() == "arcgis"
    run = crawled.run("sound")
    assert (run["outcome"], run["claimed"], run["delivered"], run["repeated"]) == ("complete", 7, 7, 0)


def test_a_second_crawl_sees_what_changed(crawled: Crawled) -> None:
    run = crawled.run("sound", 2)
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": 5, "gone": 1}


def test_a_broken_page_costs_only_itself(crawled: Crawled) -> None:
    first, second = crawled.run("broken"), crawled.run("broken", 2)
    assert (first["outcome"], first["delivered"]) == ("partial", 4)
    assert second["gone"] == 0


def test_an_item_is_read_whole() -> None:
    page = arcgis.read(PORTAL, arcgis.start(PORTAL)[0], fixture("items.json"))
    layer, file = page.entries
    reading = layer.read()
    root = dataset(reading)
    assert layer.identifier == root.id == PLAYGROUNDS
    assert (root.title, root.description) == (["Spielplätze"], ["Alle Spielplätze"])
    assert root.keyword == ["Spielplatz", "Kinder"]
    assert root.theme == [IRI("http://publications.europa.eu/resource/authority/data-theme/SOCI")]
    assert root.publisher[0].name == ["Stadt Seefeld"]
    assert root.contact_point[0].has_email == [IRI("mailto:opendata@seefeld.example")]
    assert root.issued[0].text == "2021-03-03T00:40:32Z"
    assert root.language == [IRI("http://publications.europa.eu/resource/authority/language/DEU")]
    assert root.landing_page == [IRI(f"{SITE}/datasets/0a1b2c3d4e5f60718293a4b5c6d7e8f9_2")]
    assert root.spatial[0].bbox[0].text.startswith("POLYGON((11.1 48.1")
    assert reading.unread == {"properties.zusatz": 1}
    service, csv, *_, report = root.distribution
    assert service.access_service[0].endpoint_url == service.access_url
    assert csv.access_url == [f"{SITE}/api/download/v1/items/0a1b2c3d4e5f60718293a4b5c6d7e8f9/csv?layers=2"]
    assert GENERATED in csv.rest
    assert GENERATED not in report.rest
    assert all(part.license == [DL_BY] for part in root.distribution)
    assert csv.license_attribution == ["Stadt Seefeld, Gartenamt"]
    assert file.read().faults["template-unrendered"] == 1


def test_a_file_on_arcgis_online_has_its_download() -> None:
    page = arcgis.read(PORTAL, arcgis.start(PORTAL)[0], fixture("items.json"))
    (part,) = dataset(page.entries[1].read()).distribution
    assert part.download_url == [
        "https://www.arcgis.com/sharing/rest/content/items/ffffffffffffffffffffffffffffffff/data"
    ]
    assert (part.byte_size[0].text, part.license) == ("2048", [CC_BY])
    assert part.format == [IRI("http://publications.europa.eu/resource/authority/file-type/CSV")]


@pytest.mark.parametrize("name", ["dcat_ap_2.json", "dcat_us.json"])
def test_search_and_feeds_give_the_same_identifiers(name: str) -> None:
    assert feed(name).entries[0].identifier == PLAYGROUNDS
    assert dataset(feed(name).entries[0].read()).id == PLAYGROUNDS


def test_a_feed_says_what_its_template_meant() -> None:
    page = feed("dcat_ap_2.json")
    reading = page.entries[0].read()
    root = dataset(reading)
    assert (root.description, root.spatial) == ([], [])
    assert reading.faults["template-unrendered"] == 2
    assert root.publisher[0].name == ["sigseefeld"]
    assert not isinstance(root.contact_point[0].id, IRI)  # a user account
    assert root.access_rights == [IRI("http://publications.europa.eu/resource/authority/access-right/PUBLIC")]
    assert root.language == [IRI("http://publications.europa.eu/resource/authority/language/DEU")]
    assert root.temporal[0].start_date[0].text == "2020-01-01"
    assert page.catalogue is not None
    assert page.catalogue.root.homepage == [IRI(f"{SITE}/search")]  # type: ignore[attr-defined]


def test_pages_are_no_distributions_services_are_services_and_exports_are_marked() -> None:
    root = dataset(feed("dcat_ap_2.json").entries[0].read())
    service, export, report = root.distribution
    assert root.landing_page == [IRI(f"{SITE}/datasets/seefeld::spielplaetze")]
    assert service.access_service[0].endpoint_url == service.access_url
    assert [GENERATED in part.rest for part in root.distribution] == [False, True, False]
    assert export.rest[GENERATED][0].rest == {expand("rdfs:label"): ["ArcGIS Hub"]}
    assert report.format == [IRI("http://publications.europa.eu/resource/authority/file-type/PDF")]
    assert all(
        part.license == [CC_BY] for part in root.distribution
    )  # that of the page holds for what it leads to


def test_a_relative_name_becomes_the_items_address_and_words_become_rights() -> None:
    entry = feed("dcat_ap_2.json").entries[1]
    reading = entry.read()
    root = dataset(reading)
    assert entry.identifier == root.id == "https://www.arcgis.com/home/item.html?id=" + "f" * 32
    assert reading.faults["iri-relative"] == 1
    assert root.distribution == []
    assert root.rest[expand("dct:rights")][0].rest == {expand("rdfs:label"): ["Keine Lizenz, bitte fragen"]}


def test_dcat_us_is_read_with_the_same_judgement() -> None:
    reading = feed("dcat_us.json").entries[0].read()
    root = dataset(reading)
    service, export = root.distribution
    assert isinstance(service, Distribution)
    assert service.access_service
    assert GENERATED in export.rest
    assert service.license == [DL_BY]
    assert root.spatial == []
    assert reading.faults["template-unrendered"] == 1
    assert reading.faults["text-has-markup"] == 1


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the captured payloads are not beside the project")
def test_a_captured_feed_of_the_present_template() -> None:
    site = "https://open-data.stadtatlas.dessau-rosslau.de"
    url = f"{site}/api/feed/dcat-ap/3.0.0.json"
    body = (PAYLOADS / "dessau-rosslau_dcat-ap_3.0.0.json").read_bytes()
    found = Portal("dessau", url)
    page = arcgis.read(found, arcgis.start(found)[0], payload(body, url))
    (entry,) = page.entries
    root = dataset(entry.read())
    assert root.id == "https://www.arcgis.com/home/item.html?id=a537c7007dd44945bc378eb59e10314c"
    assert root.landing_page == [IRI(f"{site}/maps/dero::stadtgliederung-3")]
    (part,) = root.distribution
    assert part.license == [DL_BY]
    assert part.access_service[0].endpoint_url == part.access_url
    assert root.temporal == []
    assert root.spatial[0].bbox


def test_items_and_feeds_are_proof() -> None:
    items = arcgis.recognise(PORTAL, Call(ITEMS), fixture("items.json"))
    assert items is not None
    assert (items.confidence, items.api_url) == (95, SITE)
    for name, other in (("dcat_ap_2.json", dcat), ("dcat_us.json", data_json)):
        answer = fixture(name, f"{SITE}/api/feed/x.json")
        found, generic = (
            arcgis.recognise(PORTAL, Call(answer.url), answer),
            other.recognise(PORTAL, Call(answer.url), answer),
        )
        assert found is not None
        assert found.api_url == answer.url
        assert generic is None or generic.confidence < found.confidence


def test_records_of_another_ogc_api_prove_nothing() -> None:
    value = {
        "type": "FeatureCollection",
        "numberMatched": 1,
        "features": [{"id": "a", "properties": {"title": "A"}}],
    }
    assert arcgis.recognise(PORTAL, Call(SITE), payload(value, f"{SITE}/collections/metadata/items")) is None


@pytest.mark.parametrize(
    "value", [{}, [], {"dataset": []}, b"<!doctype html><p>x</p>", b"", {"type": "FeatureCollection"}]
)
def test_what_proves_nothing(value: Any) -> None:
    assert arcgis.recognise(PORTAL, Call(SITE), payload(value, SITE)) is None


def test_the_shared_host_is_asked_for_the_groups_of_one_site() -> None:
    shared = Portal("x", "https://hub.arcgis.com/pages/seefeld")
    page = fixture("site.html", shared.url)
    found = arcgis.recognise(shared, Call(shared.url), page)
    assert found is not None
    assert found.settings == {"groups": f"{'a' * 32} {'b' * 32}"}
    (call,) = arcgis.start(shared)
    assert (call.url, call.step) == (shared.url, "site")
    (items,) = arcgis.read(shared, call, page).calls
    assert f"filter=((group%20IN%20({'a' * 32}%2C%20{'b' * 32})))" in items.url
    (known,) = arcgis.start(Portal("x", shared.url, settings=found.settings))
    assert known.url == items.url
    with pytest.raises(UnreadablePayload):
        arcgis.read(shared, call, payload(b"<html></html>", shared.url))


def test_a_site_of_its_own_needs_no_groups() -> None:
    found = arcgis.recognise(PORTAL, Call(SITE), fixture("site.html", SITE))
    assert found is not None
    assert (found.confidence, found.settings) == (80, {})
    assert "filter" not in arcgis.start(PORTAL)[0].url


def test_a_feed_that_is_switched_off_leads_to_the_search() -> None:
    (call,) = arcgis.start(Portal("x", SITE, settings={"listing": "dcat-us"}))
    assert call.url == f"{SITE}/api/feed/dcat-us/1.1.json"
    (other,) = arcgis.read(PORTAL, call, payload(b"", call.url, status=404)).calls
    assert other.url.startswith(ITEMS)
    assert arcgis.read(PORTAL, other, payload(b"", other.url, status=404)).calls == []


def test_pages_count_from_one_and_are_cut_in_halves() -> None:
    (call,) = arcgis.start(PORTAL)
    assert call.url == f"{ITEMS}?limit=100&startindex=1"
    page = arcgis.read(
        PORTAL, call, payload({"numberMatched": 250, "features": [{"id": str(n)} for n in range(100)]})
    )
    assert [each.url.partition("startindex=")[2] for each in page.calls] == ["101", "201"]
    halves = arcgis.split(PORTAL, call)[:2]
    assert [each.url.partition("?")[2] for each in halves] == [
        "limit=50&startindex=1",
        "limit=50&startindex=51",
    ]
    assert arcgis.split(PORTAL, Call(SITE, "feed")) == []


@pytest.mark.parametrize("step", ["items", "feed"])
@pytest.mark.parametrize(
    ("value", "slug"),
    [
        (b"<!doctype html><p>Wartung</p>", "html-instead"),
        (b'{"type": "FeatureColl', "truncated"),
        ({"success": True}, "unexpected-shape"),
        ([], "unexpected-shape"),
        (None, "unexpected-shape"),
    ],
)
def test_an_answer_that_is_none_is_refused(step: str, value: Any, slug: str) -> None:
    if (step, value) == ("feed", []):
        return
    with pytest.raises(UnreadablePayload) as caught:
        arcgis.read(PORTAL, Call(ITEMS, step), payload(value))
    assert caught.value.slug == slug


def test_items_that_are_none_are_rejected_one_by_one() -> None:
    page = arcgis.read(
        PORTAL, Call(ITEMS, "items"), payload({"features": [None, {}, {"id": None, "properties": None}]})
    )
    with pytest.raises(TypeError):
        page.entries[0].read()
    for entry in page.entries[1:]:
        reading = entry.read()
        assert reading.faults["identifier-missing"] == 1
        assert reading.faults["title-missing-in-source"] == 1


def test_nulls_everywhere_in_a_feed_are_read() -> None:
    value = json.loads((FIXTURES / "dcat_ap_2.json").read_bytes())
    first = value["dcat:dataset"][0]
    kept = {"@type": first["@type"], "dct:identifier": first["dct:identifier"]}
    empty = dict.fromkeys(first) | kept | {"dcat:distribution": [None, {}, {"@type": "dcat:Distribution"}]}
    page = arcgis.read(PORTAL, Call(ITEMS, "feed"), payload({**value, "dcat:dataset": [empty, "x", None]}))
    assert dataset(page.entries[0].read()).id == first["dct:identifier"]
    with pytest.raises(TypeError):
        page.entries[1].read()
