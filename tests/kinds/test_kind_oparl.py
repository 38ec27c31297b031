"""OParl: what proves it, whose council it is, two crawls."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from neighbours import FIXTURES, fixtures, surest
from portal_oparl import portal

from catalog.record.table import DataService
from crawler.formats.oparl import read_body
from crawler.formats.reading import Reading, UnreadablePayload
from crawler.sources import oparl
from crawler.sources.protocol import Call, Page, Payload, Portal

SYSTEM = "https://ris.neuwald.example/oparl"
PORTAL = Portal("neuwald", SYSTEM)


def answer(value: Any, url: str = SYSTEM) -> Payload:
    return Payload(url, 200, {}, value if isinstance(value, bytes) else orjson.dumps(value))


def bodies() -> Page:
    first = oparl.read(
        PORTAL, oparl.start(PORTAL)[0], answer((FIXTURES / "oparl" / "system.json").read_bytes())
    )
    (call,) = first.calls
    assert call.url == SYSTEM + "/bodies"
    return oparl.read(PORTAL, call, answer((FIXTURES / "oparl" / "bodies.json").read_bytes(), call.url))


def readings() -> list[Reading]:
    return [entry.read() for entry in bodies().entries]


def of(term: str) -> str:
    return term.rpartition("/")[2].rpartition("#")[2]


def test_a_body_is_a_service_that_says_whose_it_is() -> None:
    reading = readings()[0]
    node = reading.record.root
    assert isinstance(node, DataService)
    assert node.id == node.endpoint_url[0] == SYSTEM + "/body/1"
    assert node.title == ["Ratsinformation: Stadt Neuwald"]
    assert node.publisher[0].name == ["Stadt Neuwald"]
    assert node.contact_point[0].has_email == ["mailto:ris@neuwald.example"]
    assert node.license == ["http://dcat-ap.de/def/licenses/dl-by-de/2.0"]
    assert [of(url) for url in node.serves_dataset] == ["organization", "person", "meeting", "paper"]
    assert (node.landing_page, node.keyword) == (["https://www.neuwald.example"], ["Rat", "Stadt"])
    rest = {of(term): values for term, values in node.rest.items()}
    assert [of(uri) for uri in rest["politicalGeocodingURI"]] == ["09999001", "099990001001"]
    assert rest["spatial"][0].centroid
    assert (rest["issued"][0].text[:4], rest["modified"][0].text[:4], rest["alternative"]) == (
        "2020",
        "2026",
        ["Neuwald"],
    )
    assert (reading.unread, reading.faults, reading.type) == (
        Counter({"mainOrganization": 1}),
        Counter(),
        "service",
    )


def test_deleted_bodies_are_left_out_and_nameless_ones_noted() -> None:
    page = bodies()
    assert (page.total, len(page.entries), page.skipped["deleted"]) == (3, 2, 1)
    faults = readings()[1].faults
    assert faults == Counter({"identifier-missing": 1, "licence-unknown": 1})


def test_bodies_within_the_system_are_read_too() -> None:
    value = {
        "oparlVersion": "https://schema.oparl.org/1.0/",
        "body": [{"id": SYSTEM + "/1", "name": "a"}, "https://x.example/b"],
    }
    page = oparl.read(PORTAL, oparl.start(PORTAL)[0], answer(value))
    assert ([entry.identifier for entry in page.entries], len(page.calls)) == ([SYSTEM + "/1"], 1)


def test_what_proves_it() -> None:
    found = {name: surest("oparl", payload) for name, payload in fixtures("oparl")}
    assert found == {"system.json": 95, "bodies.json": 85}
    assert (
        surest("oparl", answer({"data": [{"type": "Dataset"}]}))
        == surest("oparl", answer({"body": "x"}))
        == 0
    )
    assert oparl.probe(PORTAL)[0].url == SYSTEM
    assert "https://www.x.example/public/oparl/system" in [
        call.url for call in oparl.probe(Portal("x", "https://www.x.example"))
    ]


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!doctype html><p>404", "html-instead"),
        (b'{"data": [{"id": "a', "truncated"),
        (b'{"error": "x"}', "unexpected-shape"),
        (b"[]", "unexpected-shape"),
        (b"", "not-json"),
    ],
)
def test_answers_that_are_none(body: bytes, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        oparl.read(PORTAL, Call(SYSTEM, "system"), answer(body))
    assert refusal.value.slug == slug


json = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "name",
                    "location",
                    "geojson",
                    "ags",
                    "keyword",
                    "equivalent",
                    "description",
                    "body",
                    "web",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(json)
def test_any_body_is_read_or_rejected(value: Any) -> None:
    if isinstance(value, dict):
        assert read_body(value, {}).record.root
    else:
        with pytest.raises(TypeError):
            read_body(value, {})


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("oparl"), portal, "oparl", path="/oparl") as crawled:
        yield crawled


def test_all_bodies_are_read(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"], run["claimed"]) == ("oparl", "complete", 6, 6)


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 4)


def test_a_page_that_breaks_off_leaves_the_others(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["outcome"], run["delivered"]) == ("partial", 4)
