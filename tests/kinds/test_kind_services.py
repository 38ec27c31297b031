"""Viewers and services: layers become services, capabilities are read, two crawls."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from neighbours import FIXTURES, fixtures, surest
from portal_services import portal

from crawler.formats.capabilities import endpoint_of
from crawler.formats.masterportal import read_layers
from crawler.formats.reading import Reading, UnreadablePayload
from crawler.sources import services
from crawler.sources.protocol import Call, Page, Payload, Portal

SITE = "https://geo.neuwald.example"
PORTAL = Portal("neuwald", SITE + "/karte/")


def fixture(name: str) -> bytes:
    return (FIXTURES / "services" / name).read_bytes()


def asked(body: bytes, step: str, url: str = SITE + "/x") -> Page:
    return services.read(PORTAL, Call(url, step), Payload(url, 200, {}, body))


def layers() -> list[Reading]:
    return [
        entry.read()
        for entry in asked(fixture("services.json"), "layers", SITE + "/karte/services.json").entries
    ]


def of(address: str) -> str:
    return address.rpartition("/")[2]


def test_layers_are_grouped_into_their_services() -> None:
    page = asked(fixture("services.json"), "layers", SITE + "/karte/services.json")
    assert [entry.identifier for entry in page.entries] == [SITE + "/wms_bplan#WMS", SITE + "/wfs_baeume#WFS"]
    assert (page.total, page.skipped) == (4, Counter({"layer: geojson": 1, "layer: group": 1}))
    plans, trees = layers()
    node = plans.record.root
    assert (node.title, node.endpoint_url, of(node.format[0])) == (
        ["wms_bplan"],
        [SITE + "/wms_bplan"],
        "WMS_SRVC",
    )
    assert node.publisher[0].name == ["Bauamt Neuwald"]
    assert node.keyword == [
        "Stadtplanung",
        "Bebauungspläne",
        "Verfahren",
        "Bebauungspläne festgestellt",
        "Bebauungspläne im Verfahren",
    ]
    assert [of(uri) for uri in node.theme] == ["ENVI"]
    assert node.serves_dataset == [
        "https://meta.neuwald.example/csw?Service=CSW&Request=GetRecordById&Version=2.0.2&id=AB-1",
        "https://meta.neuwald.example/show?id=AB-2",
    ]
    assert len(node.rights) == 1
    assert (plans.unread, plans.type) == (Counter({"layer.neuerSchalter": 1}), "service")
    assert trees.record.root.title == ["Straßenbäume"]
    assert not trees.unread + trees.faults


def test_a_map_service_says_everything() -> None:
    (entry,) = asked(
        fixture("wms.xml"), "capabilities", SITE + "/wms?map=b&SERVICE=WMS&REQUEST=GetCapabilities"
    ).entries
    reading = entry.read()
    node = reading.record.root
    assert (entry.identifier, node.endpoint_url) == (SITE + "/wms?map=b#WMS", [SITE + "/wms?map=b"])
    assert (node.title, node.description) == (["WMS Bebauungspläne"], ["Rechtskräftige Pläne"])
    assert node.keyword == ["Bauleitplanung", "infoMapAccessService", "Pläne", "umring"]
    assert (node.publisher[0].name, node.contact_point[0].has_email) == (
        ["Stadt Neuwald"],
        ["mailto:geodaten@neuwald.example"],
    )
    assert (node.license, node.rights) == (["http://dcat-ap.de/def/licenses/dl-by-de/2.0"], [])
    assert node.serves_dataset == ["https://meta.neuwald.example/csw?id=AB-1"]
    assert node.landing_page == ["https://www.neuwald.example/bauen"]
    (place,) = next(values for term, values in node.rest.items() if term.endswith("spatial"))
    assert "9.8 48.2" in place.bbox[0].text
    assert (reading.faults, reading.unread) == (Counter(), Counter())


def test_a_feature_service_says_it_in_ows() -> None:
    (entry,) = asked(fixture("wfs.xml"), "capabilities", SITE + "/wfs?request=GetCapabilities").entries
    node = entry.read().record.root
    assert (entry.identifier, node.title, node.keyword) == (
        SITE + "/wfs#WFS",
        ["WFS Bäume"],
        ["Baum", "Straßenbäume"],
    )
    assert (node.publisher[0].name, len(node.rights), node.license) == (["Grünflächenamt"], 1, [])
    assert node.serves_dataset == ["https://meta.neuwald.example/csw?id=B"]


def test_an_address_without_the_question() -> None:
    assert (
        endpoint_of("https://x.example/ows?SERVICE=WMS&map=a&Request=GetCapabilities#b")
        == "https://x.example/ows?map=a"
    )


def test_the_configuration_leads_to_the_layers() -> None:
    page = asked(fixture("config.js"), "config", SITE + "/karte/config.js")
    assert [(call.url, call.step) for call in page.calls] == [
        (SITE + "/karte/resources/services.json", "layers")
    ]


@pytest.mark.parametrize(
    ("url", "first"),
    [
        (SITE + "/karte/", ("config", SITE + "/karte/config.js")),
        (SITE + "/karte/index.html", ("config", SITE + "/karte/config.js")),
        (SITE + "/services.json", ("layers", SITE + "/services.json")),
        (SITE + "/wms_x?request=GetCapabilities", ("capabilities", SITE + "/wms_x?request=GetCapabilities")),
        (
            SITE + "/geoserver/wfs",
            ("capabilities", SITE + "/geoserver/wfs?SERVICE=WFS&REQUEST=GetCapabilities"),
        ),
    ],
)
def test_where_a_listing_starts(url: str, first: tuple[str, str]) -> None:
    assert [(call.step, call.url) for call in services.start(Portal("x", url))] == [first]


def test_several_services_at_one_address() -> None:
    both = Portal("x", SITE + "/ows", settings={"types": "WMS WFS"})
    assert len(services.start(both)) == 2


def test_what_proves_it() -> None:
    found = {name: surest("services", payload) for name, payload in fixtures("services")}
    assert found == {"config.js": 72, "services.json": 90, "viewer.html": 60, "wfs.xml": 92, "wms.xml": 92}
    csw = b'<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"/>'
    assert surest("services", Payload(SITE, 200, {}, csw)) == 0
    assert surest("services", Payload(SITE, 200, {}, b'[{"id": 1, "title": "x"}]')) == 0
    wms = Payload(SITE + "/wms", 200, {}, fixture("wms.xml"))
    evidence = services.recognise(PORTAL, Call(SITE + "/wms"), wms)
    assert evidence is not None
    assert evidence.api_url == SITE + "/wms?SERVICE=WMS&REQUEST=GetCapabilities"


@pytest.mark.parametrize(
    ("body", "step", "slug"),
    [
        (b"<!doctype html><p>404", "layers", "html-instead"),
        (b"<!doctype html><p>404", "capabilities", "html-instead"),
        (b"<!doctype html><p>404", "config", "unexpected-shape"),
        (b'[{"id": "a', "layers", "truncated"),
        (b'{"success": false}', "layers", "unexpected-shape"),
        (b"<WMS_Capabilities><Service>", "capabilities", "truncated"),
        (
            b"<ServiceExceptionReport><ServiceException>aus</ServiceException></ServiceExceptionReport>",
            "capabilities",
            "api-error",
        ),
    ],
)
def test_answers_that_are_none(body: bytes, step: str, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        asked(body, step)
    assert refusal.value.slug == slug


json = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "datasets", "md_id", "csw_url", "md_name", "kategorie_opendata"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(st.lists(json, max_size=4))
def test_any_layer_is_read_or_left_out(items: list[Any]) -> None:
    served = [{**item, "typ": "WMS", "url": "/wms"} if isinstance(item, dict) else item for item in items]
    entries, skipped = read_layers(orjson.loads(orjson.dumps(served)), SITE + "/a/services.json")
    assert len(entries) + skipped.total() <= len(items)
    assert all(entry.read().record.root for entry in entries)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("services"), portal, "services", path="/karte/") as crawled:
        yield crawled


def test_all_services_of_the_viewer_are_listed(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"]) == ("services", "complete", 6)
    assert world.datasets("dataset.title")[0] == ("Karte 0",)


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 4)


def test_broken_layers_cost_only_themselves(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["outcome"], run["delivered"]) == ("complete", 4)
