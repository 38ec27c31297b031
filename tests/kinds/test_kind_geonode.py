"""GeoNode: what proves it, pages that are capped, two crawls."""

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from crawls import Crawled, crawled_twice
from neighbours import FIXTURES, PORTAL, fixtures, surest
from portal_geonode import portal

from crawler.formats.reading import UnreadablePayload
from crawler.sources import geonode
from crawler.sources.protocol import Call, Payload, Portal

BODY = (FIXTURES / "geonode" / "resources.json").read_bytes()


def answer(body: Any) -> Payload:
    return Payload(PORTAL.url, 200, {}, body if isinstance(body, bytes) else orjson.dumps(body))


def page_of(call: Call) -> tuple[int, int]:
    return call.state["page"], call.state["size"]


def test_a_page_in_its_own_words_is_proof() -> None:
    assert surest("geonode", next(one for name, one in fixtures("geonode") if name == "resources.json")) == 95
    empty = {"links": {}, "total": 0, "page": 1, "page_size": 1, "datasets": []}
    evidence = geonode.recognise(PORTAL, geonode.probe(PORTAL)[0], answer(empty))
    assert evidence is not None
    assert evidence.confidence == 60


def test_pages_are_asked_for_in_a_stable_order() -> None:
    (call,) = geonode.start(Portal("x", "https://x.example/geo/api/v2/datasets"))
    assert call.url == "https://x.example/geo/api/v2/resources?page=1&page_size=100&sort[]=pk"


def test_the_first_page_tells_how_long_pages_really_are() -> None:
    value = {**orjson.loads(BODY), "total": 9}
    page = geonode.read(PORTAL, geonode.start(PORTAL)[0], answer(value))
    assert (len(page.entries), page.total) == (2, 9)
    assert [page_of(call) for call in page.calls] == [(2, 2), (3, 2), (4, 2), (5, 2)]
    assert [call.state["open"] for call in page.calls] == [False, False, False, True]


def test_a_billion_resources_are_not_asked_for_at_once() -> None:
    page = geonode.read(PORTAL, geonode.start(PORTAL)[0], answer({**orjson.loads(BODY), "total": 10**9}))
    assert len(page.calls) == 500


def test_where_there_is_no_list_of_everything_datasets_are_asked_for() -> None:
    refusal = answer((FIXTURES / "geonode" / "error.json").read_bytes())
    (call,) = geonode.read(PORTAL, geonode.start(PORTAL)[0], refusal).calls
    assert "/api/v2/datasets?page=1" in call.url
    with pytest.raises(UnreadablePayload) as caught:
        geonode.read(PORTAL, call, refusal)
    assert caught.value.slug == "api-error"


def test_a_page_that_fails_is_cut_so_that_the_parts_are_the_whole() -> None:
    (call,) = geonode.start(PORTAL)
    assert [page_of(part) for part in geonode.split(PORTAL, call)] == [(1, 50), (2, 50), (2, 100)]
    odd = Call("x", "list", state={"list": "resources", "page": 3, "size": 5})
    assert [page_of(part) for part in geonode.split(PORTAL, odd)] == [(n, 1) for n in range(11, 16)]
    assert geonode.split(PORTAL, geonode.probe(PORTAL)[0]) == []


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!doctype html>x", "html-instead"),
        (b'{"links": {}, "total": 3, "resources": [', "truncated"),
        (b"[]", "unexpected-shape"),
        (b'{"resources": []}', "unexpected-shape"),
        (b"", "not-json"),
    ],
)
def test_answers_that_are_none(body: bytes, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        geonode.read(PORTAL, geonode.start(PORTAL)[0], answer(body))
    assert refusal.value.slug == slug


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("geonode"), portal, "geonode") as crawled:
        yield crawled


def test_all_resources_are_read_and_maps_stay_maps(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"], run["claimed"]) == ("geonode", "complete", 25, 25)
    assert [row for row in world.datasets("identifier, type") if row[1]] == [
        ("u-010", "map"),
        ("u-020", "map"),
    ]


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 23)


def test_a_resource_that_breaks_its_page_costs_only_itself(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["delivered"], run["rejected"], run["claimed"]) == (24, 1, 25)
