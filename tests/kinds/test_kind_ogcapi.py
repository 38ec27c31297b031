"""OGC API Records: what proves it, how it is listed, what its records say; two crawls."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from neighbours import FIXTURES, PORTAL, fixtures, surest
from portal_ogcapi import portal

from catalog.record.table import DataService, Dataset, DatasetSeries
from crawler.formats.ogc_record import read_feature
from crawler.formats.reading import Reading, UnreadablePayload
from crawler.sources import ogcapi
from crawler.sources.protocol import Call, Payload, Portal

ITEMS = "https://www.neuwald.example/collections/metadaten/items"


def answer(value: Any, url: str = ITEMS) -> Payload:
    body = value if isinstance(value, bytes) else orjson.dumps(value)
    return Payload(url, 200, {"content-type": "application/json"}, body)


def readings() -> list[Reading]:
    page = ogcapi.read(
        PORTAL, Call(ITEMS + "?limit=9", "items"), answer((FIXTURES / "ogcapi" / "items.json").read_bytes())
    )
    return [entry.read() for entry in page.entries]


def of(address: str) -> str:
    return address.rpartition("/")[2]


def test_a_dataset_says_everything() -> None:
    reading = readings()[0]
    node = reading.record.root
    assert isinstance(node, Dataset)
    assert node.id == ITEMS + "/spielplaetze-neuwald"
    assert node.identifier == ["spielplaetze-neuwald"]
    assert [one.notation for one in node.other_identifier] == [["NW-0815"]]
    assert node.keyword == ["Spielplatz", "Freizeit", "Kinder und Jugend"]
    assert [of(uri) for uri in node.theme] == ["ENVI"]
    assert [of(uri) for uri in node.language] == ["DEU"]
    assert (node.issued[0].text, node.modified[0].text) == ("2020-05-04T08:00:00Z", "2026-02-01")
    assert (node.temporal[0].start_date[0].text, node.temporal[0].end_date) == ("2019-01-01", [])
    assert node.temporal_resolution[0].text == "P1Y"
    assert node.publisher[0].name == ["Gemeinde Neuwald"]
    assert (
        node.originator[0].name
        == node.custodian[0].name
        == node.creator[0].name
        == ["Vermessungsamt Neuwald"]
    )
    assert node.contact_point[0].fn == ["Stadt Neuwald, Open Data"]
    assert node.contact_point[0].has_email == ["mailto:geodaten@neuwald.example"]
    assert node.spatial[0].bbox
    assert node.page == ["https://www.neuwald.example/doku/spielplaetze.html"]
    assert node.landing_page == ["https://www.neuwald.example/daten/spielplaetze"]
    assert reading.unread == Counter({"properties.themeOfTheYear": 1})
    assert (reading.faults, reading.type) == (Counter(), "")


def test_links_to_files_and_services_are_distributions() -> None:
    table, view = readings()[0].record.root.distribution
    assert table.access_url == table.download_url == ["https://www.neuwald.example/daten/spielplaetze.csv"]
    assert (of(table.format[0]), table.byte_size[0].text, table.title) == ("CSV", "4711", ["Tabelle"])
    assert (table.issued[0].text[:4], table.modified[0].text[:10]) == ("2026", "2026-02-01")
    assert (of(view.format[0]), view.download_url) == ("WMS_SRVC", [])
    assert all(file.license == ["http://dcat-ap.de/def/licenses/dl-by-de/2.0"] for file in (table, view))
    assert len(table.rights) == 1


def test_services_and_series_are_what_they_are() -> None:
    service, series = (reading.record.root for reading in readings()[1:3])
    assert isinstance(service, DataService)
    assert service.id == "https://www.neuwald.example/id/dienst/1"
    assert service.endpoint_url == ["https://www.neuwald.example/wfs?request=GetCapabilities&service=WFS"]
    assert service.publisher[0].name == ["Bauamt"]
    assert of(service.license[0]) == "4.0"
    assert isinstance(series, DatasetSeries)
    assert series.id == ITEMS + "/17"
    assert (series.issued[0].text, series.modified) == ("2018", ["niemals"])
    assert [reading.type for reading in readings()] == ["", "service", "series", "application"]


def test_what_is_missing_or_odd_is_a_fault() -> None:
    series, nameless = readings()[2:]
    assert series.faults == Counter({"date-unreadable": 1, "licence-unknown": 1})
    assert nameless.faults == Counter({"identifier-missing": 1, "title-missing-in-source": 1})
    rest = {of(term) for term in nameless.record.root.rest}
    assert rest == {"format", "license", "rights"}


@pytest.mark.parametrize("item", [None, 3, [], {"id": "x"}, {"id": "x", "properties": None}])
def test_what_is_no_record_is_rejected(item: Any) -> None:
    with pytest.raises(TypeError):
        read_feature(item, ITEMS)


def test_null_everywhere_and_many_links_are_a_record() -> None:
    keys = (
        "created",
        "updated",
        "type",
        "title",
        "themes",
        "contacts",
        "license",
        "formats",
        "keywords",
        "externalIds",
    )
    nothing = read_feature({"id": "x", "properties": dict.fromkeys(keys), "links": None, "time": None}, ITEMS)
    assert nothing.faults == Counter({"title-missing-in-source": 1})
    links = [{"rel": "item", "href": f"https://x.example/{n}.csv"} for n in range(8000)]
    many = read_feature({"id": "x", "properties": {"title": "t"}, "links": links}, ITEMS)
    assert len(many.record.root.distribution) == 8000


@pytest.mark.parametrize(
    ("name", "least"), [("conformance.json", 95), ("collections.json", 90), ("items.json", 80)]
)
def test_what_proves_it(name: str, least: int) -> None:
    (payload,) = (payload for found, payload in fixtures("ogcapi") if found == name)
    assert surest("ogcapi", payload) >= least


def test_features_alone_prove_nothing() -> None:
    only_features = {"conformsTo": ["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"]}
    assert surest("ogcapi", answer(only_features)) == 0
    assert surest("ogcapi", answer({"collections": [{"id": "a", "itemType": "feature"}]})) == 0
    landing = {"links": [{"rel": "conformance", "href": "a"}, {"rel": "data", "href": "b"}]}
    assert 0 < surest("ogcapi", answer(landing)) < 50


def test_where_it_is_looked_for() -> None:
    found = [
        call.url for call in ogcapi.probe(Portal("x", "https://geo.neuwald.example/oapi/collections/a/items"))
    ]
    assert found[:2] == [
        "https://geo.neuwald.example/oapi/conformance",
        "https://geo.neuwald.example/oapi/collections",
    ]
    assert "https://geo.neuwald.example/conformance" in found
    assert len(found) == len(set(found))


def test_collections_lead_to_their_first_pages() -> None:
    (call,) = ogcapi.start(PORTAL)
    page = ogcapi.read(
        PORTAL, call, answer((FIXTURES / "ogcapi" / "collections.json").read_bytes(), call.url)
    )
    assert [found.url for found in page.calls] == [ITEMS + "?f=json&limit=100"]
    named = Portal("x", "https://www.neuwald.example", settings={"collections": "a b", "page_size": "7"})
    assert [found.url for found in ogcapi.start(named)] == [
        "https://www.neuwald.example/collections/a/items?limit=7",
        "https://www.neuwald.example/collections/b/items?limit=7",
    ]
    with pytest.raises(UnreadablePayload, match="None of the collections"):
        ogcapi.read(PORTAL, call, answer({"collections": [{"id": "a", "itemType": "feature"}]}))


def test_without_a_next_link_the_total_leads_on() -> None:
    call = ogcapi.start(Portal("x", PORTAL.url, settings={"collections": "m", "page_size": "2"}))[0]
    value = {
        "type": "FeatureCollection",
        "features": [{"id": "a"}, {"id": "b"}],
        "numberMatched": 5,
        "links": [],
    }
    page = ogcapi.read(PORTAL, call, answer(value, call.url))
    assert [found.url for found in page.calls] == [
        "https://www.neuwald.example/collections/m/items?limit=2&offset=2"
    ]
    assert page.total == 5
    assert ogcapi.read(PORTAL, call, answer({**value, "numberMatched": 2})).calls == []
    assert ogcapi.read(PORTAL, call, answer({**value, "features": []})).calls == []


def test_a_page_that_breaks_is_cut_in_two() -> None:
    call = ogcapi.start(Portal("x", PORTAL.url, settings={"collections": "m", "page_size": "5"}))[0]
    windows = [(part.state["start"], part.state["rows"]) for part in ogcapi.split(PORTAL, call)]
    assert windows == [(0, 2), (2, 3), (5, 5)]
    assert ogcapi.split(PORTAL, Call("x", "collections")) == []


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!doctype html><p>Wartung", "html-instead"),
        (b'{"type": "FeatureCollection", "features": [{"id": "a', "truncated"),
        (b'{"code": "InvalidParameterValue", "description": "limit"}', "api-error"),
        (b'{"type": "FeatureCollection"}', "unexpected-shape"),
        (b"[]", "unexpected-shape"),
        (b"", "not-json"),
    ],
)
@pytest.mark.parametrize("step", ["items", "collections"])
def test_answers_that_are_none(body: bytes, slug: str, step: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        ogcapi.read(PORTAL, Call(ITEMS, step), answer(body))
    assert refusal.value.slug == slug


json = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(max_size=5),
    lambda x: (
        st.lists(x, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "title",
                    "links",
                    "rel",
                    "href",
                    "contacts",
                    "roles",
                    "themes",
                    "concepts",
                    "time",
                    "interval",
                ]
            ),
            x,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json, json)
def test_any_record_is_read_or_rejected(properties: Any, rest: Any) -> None:
    item = {**(rest if isinstance(rest, dict) else {}), "properties": properties}
    body = answer({"type": "FeatureCollection", "features": [item], "links": rest})
    ogcapi.recognise(PORTAL, Call(ITEMS), body)
    (entry,) = ogcapi.read(PORTAL, Call(ITEMS, "items"), body).entries
    if isinstance(properties, dict):
        assert entry.read().record.root


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("ogcapi"), portal, "ogcapi") as crawled:
        yield crawled


def test_two_collections_are_read_to_their_ends(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"], run["rejected"]) == ("ogcapi", "complete", 29, 0)


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 27)


def test_a_record_that_breaks_its_page_costs_only_itself(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["outcome"], run["delivered"]) == ("partial", 28)
