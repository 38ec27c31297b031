"""CSW: what proves it, requests by either method and version, the way through pages that lie, two crawls."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from neighbours import FIXTURES, PORTAL, fixtures, surest
from portal_csw import EXCEPTION, Next, honest, portal, results

from crawler.formats.reading import UnreadablePayload
from crawler.sources import csw
from crawler.sources.csw_request import DCAT, GMD, Query
from crawler.sources.protocol import Call, Page, Payload, Portal

CSW = Portal("neuwald", "https://www.neuwald.example/csw")


def answer(body: bytes | str, status: int = 200) -> Payload:
    return Payload(CSW.url, status, {}, body.encode() if isinstance(body, str) else body)


def first(name: str = "capabilities.xml", portal: Portal = CSW) -> Page:
    call = csw.start(portal)[0]
    return csw.read(portal, call, answer((FIXTURES / "csw" / name).read_bytes()))


def asked(call: Call) -> tuple[int, int]:
    """Start and number of records that a call asks for."""
    text = call.body.decode() or call.url
    start, rows = (re.search(name + r'="?(\d+)', text) for name in ("startPosition", "maxRecords"))
    assert start
    assert rows
    return int(start[1]), int(rows[1])


def walk(
    total: int, cap: int, following: Next, poison: frozenset[int] = frozenset(), limit: int = 400
) -> tuple[list[Page], Counter[str]]:
    """All pages from a server that answers so; states travel as JSON, as they do in a crawl."""
    waiting, pages, seen = list(first().calls), [], Counter[str]()
    while waiting and len(pages) < limit:
        call = waiting.pop(0)
        start, rows = asked(call)
        call = Call(
            call.url,
            call.step,
            call.method,
            call.headers,
            call.body,
            json.loads(json.dumps(dict(call.state))),
        )
        stands = poison & set(range(start, start + min(rows, cap)))
        body = EXCEPTION.format("boom") if stands else results(start, rows, 0, total, cap, following)
        page = csw.read(CSW, call, answer(body))
        pages.append(page)
        seen.update(entry.identifier or f"broken {start}" for entry in page.entries)
        waiting = page.calls + waiting
    return pages, seen


def test_capabilities_are_proof_and_found_from_the_bare_address() -> None:
    assert surest("csw", next(one for name, one in fixtures("csw") if name == "capabilities.xml")) == 95
    probes = [call.url for call in csw.probe(Portal("x", "https://www.neuwald.example"))]
    assert probes[0] == "https://www.neuwald.example?service=CSW&request=GetCapabilities"
    assert any(url.startswith("https://www.neuwald.example/geonetwork/srv/ger/csw?") for url in probes)


def test_a_page_of_geonetwork_points_to_its_catalogue() -> None:
    page = answer("<!doctype html><title>Geoportal - GeoNetwork</title>")
    evidence = csw.recognise(PORTAL, Call(PORTAL.url, "home"), page)
    assert evidence is not None
    assert evidence.confidence == 55
    probes = csw.probe(Portal("x", "https://x.example/geonetwork/srv/ger/catalog.search"))
    assert "https://x.example/geonetwork/srv/ger/csw" in [call.url.partition("?")[0] for call in probes]


@pytest.mark.parametrize("name", ["exception.xml"])
def test_what_proves_nothing(name: str) -> None:
    payload = answer((FIXTURES / "csw" / name).read_bytes())
    assert csw.recognise(PORTAL, csw.probe(PORTAL)[0], payload) is None


def test_the_address_keeps_what_is_not_csws_own() -> None:
    one = Portal("x", "https://x.example/wms?map=/a/b.map&SERVICE=CSW&VERSION=2.0.2&REQUEST=GetCapabilities")
    query = parse_qs(urlsplit(csw.start(one)[0].url).query)
    assert query["map"] == ["/a/b.map"]
    assert query["version"] == ["2.0.2"]


def test_capabilities_decide_address_method_and_schema() -> None:
    page = first()
    (call,) = page.calls
    assert (call.url, call.method) == ("https://www.neuwald.example/csw/post", "POST")
    root = etree.fromstring(call.body)
    assert root.get("outputSchema") == GMD
    assert root.xpath("string(//*[local-name()='PropertyName'])") == "apiso:Identifier"
    assert page.catalogue is not None
    assert page.catalogue.root.title == ["Geodatenkatalog Neuwald"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("known", "method", "schema"),
    [
        ({"method": "get"}, "GET", GMD),
        ({"schema": "dcat"}, "POST", DCAT),
        ({"schema": "dublin_core"}, "POST", "http://www.opengis.net/cat/csw/2.0.2"),
        ({"schema": "urn:x"}, "POST", "urn:x"),
    ],
)
def test_settings_decide_before_them(known: dict[str, str], method: str, schema: str) -> None:
    (call,) = first(
        portal=Portal("x", CSW.url, settings={**known, "filter": "type = 'dataset' & x < 3"})
    ).calls
    assert (call.method, call.state["schema"]) == (method, schema)
    text = call.body.decode() if method == "POST" else call.url
    assert ("type%20%3D" if method == "GET" else "&amp; x &lt; 3") in text


def test_version_3_by_get_on_the_address_that_was_asked() -> None:
    page = first("capabilities_3.xml")
    (call,) = page.calls
    query = parse_qs(urlsplit(call.url).query)
    assert call.url.startswith("https://www.neuwald.example/csw?")
    assert (query["version"], query["outputSchema"]) == (["3.0.0"], ["http://www.opengis.net/cat/csw/3.0"])
    assert "resultType" not in query
    assert page.faults == {"link-foreign": 1}


def test_version_3_by_post_is_well_formed() -> None:
    root = etree.fromstring(Query(CSW.url, "3.0.0", "POST").call().body)
    assert root.xpath("string(//*[local-name()='ValueReference'])") == "apiso:Identifier"
    assert root.get("resultType") is None


def never(start: int, delivered: int, total: int, rows: int) -> str:
    return ""


def zero(start: int, delivered: int, total: int, rows: int) -> str:
    return ' nextRecord="0"'


def behind(start: int, delivered: int, total: int, rows: int) -> str:
    return f' nextRecord="{max(1, start - 1)}"'


def nonsense(start: int, delivered: int, total: int, rows: int) -> str:
    return ' nextRecord="?"'


def as_if_full(start: int, delivered: int, total: int, rows: int) -> str:
    """As if the page were as long as was asked, though it was capped."""
    return f' nextRecord="{start + rows if start + rows <= total else 0}"'


def beyond(start: int, delivered: int, total: int, rows: int) -> str:
    return f' nextRecord="{total + 1}"'


@pytest.mark.parametrize("following", [honest, never, zero, behind, nonsense, as_if_full, beyond])
@pytest.mark.parametrize(("total", "cap"), [(0, 10), (1, 10), (230, 100), (230, 25), (57, 7), (100, 100)])
def test_every_record_is_read_whatever_the_server_says_of_the_next(
    following: Next, total: int, cap: int
) -> None:
    pages, seen = walk(total, cap, following)
    assert set(seen) == {f"id-{number:03d}" for number in range(1, total + 1)}
    assert set(seen.values()) <= {1}
    assert len(pages) <= total // min(cap, 100) + 3


def test_a_filtered_listing_that_jumps_ends() -> None:
    """INSPIRE's geoportal: 216 matched, two a page, the next one 84 further."""
    places = {1: (1, 2, 85), 85: (85, 86, 170), 170: (170, 171, 0)}

    def read(call: Call) -> Page:
        start, _ = asked(call)
        at = next((place for place in places if place >= start), 170)
        body = results(places[at][0], 2, 0, 216, 2, lambda *_: f' nextRecord="{places[at][2]}"')
        return csw.read(CSW, call, answer(body))

    waiting, seen, count = list(first().calls), set(), 0
    while waiting:
        page = read(waiting.pop(0))
        waiting += page.calls
        seen |= {entry.identifier for entry in page.entries}
        count += 1
    assert seen == {"id-001", "id-002", "id-085", "id-086", "id-170", "id-171"}
    assert count < 12


def test_a_server_that_ignores_the_position_is_left() -> None:
    (call,) = first().calls
    body = answer(results(1, 10, 0, 500, 10, never))
    pages = []
    while True:
        pages.append(csw.read(CSW, call, body))
        if not pages[-1].calls:
            break
        (call,) = pages[-1].calls
    assert len(pages) == 2
    assert pages[-1].faults == {"page-repeated": 1}


@given(st.sets(st.integers(11, 250), max_size=3), st.sampled_from([7, 25, 100]))
@settings(max_examples=12, deadline=None)
def test_broken_records_cost_only_themselves(poison: set[int], cap: int) -> None:
    _, seen = walk(250, cap, honest, frozenset(poison))
    sound = {f"id-{number:03d}" for number in set(range(1, 251)) - poison}
    assert set(seen) == sound | {f"broken {number}" for number in poison}


def test_a_broken_record_is_rejected_with_what_came_in_its_place() -> None:
    pages, _ = walk(30, 10, honest, frozenset({13}))
    (entry,) = [entry for page in pages for entry in page.entries if not entry.identifier]
    assert b"record 13" in entry.raw
    with pytest.raises(UnreadablePayload):
        entry.read()


def test_a_catalogue_that_only_fails_is_given_up() -> None:
    waiting, count = list(first().calls), 0
    down = answer(EXCEPTION.format("down"))
    with suppress(UnreadablePayload):
        while count < 60:
            waiting, count = csw.read(CSW, waiting[0], down).calls, count + 1
    assert 3 < count < 20
    with pytest.raises(UnreadablePayload, match="down"):
        csw.read(CSW, waiting[0], down)


def test_a_catalogue_that_begins_to_fail_is_given_up() -> None:
    (call,) = first().calls
    call = csw.read(CSW, call, answer(results(1, 100, 0, 900, 100, honest))).calls[0]
    count, down = 0, answer(EXCEPTION.format("down"))
    with suppress(UnreadablePayload):
        while count < 90:
            (call,) = csw.read(CSW, call, down).calls
            count += 1
    assert 7 < count < 20


def test_a_refused_order_is_left_out_then_the_other_method_is_tried() -> None:
    (call,) = first().calls
    refused = answer((FIXTURES / "csw" / "exception.xml").read_bytes(), 400)
    (unsorted,) = csw.read(CSW, call, refused).calls
    assert (unsorted.method, b"SortBy" in unsorted.body) == ("POST", False)
    (other,) = csw.read(CSW, unsorted, refused).calls
    assert (other.method, other.url.partition("?")[0]) == ("GET", "https://www.neuwald.example/csw/query")
    (small,) = csw.read(CSW, other, refused).calls
    assert asked(small) == (1, 10)


def test_a_page_that_fails_for_the_server_is_cut_in_two() -> None:
    call = Query(CSW.url, "2.0.2", start=101, rows=100, matched=500).call()
    parts = csw.split(CSW, call)
    assert [asked(part) for part in parts] == [(101, 50), (151, 50), (201, 100)]
    assert [part.state["window"] for part in parts] == [True, True, False]
    last = csw.split(CSW, Query(CSW.url, "2.0.2", start=401, rows=100, matched=500).call())
    assert [asked(part) for part in last] == [(401, 50), (451, 50)]
    assert csw.split(CSW, csw.start(CSW)[0]) == []


def test_dcat_in_the_answer_is_counted_by_its_datasets() -> None:
    call = Query(CSW.url, "2.0.2", schema=DCAT).call()
    page = csw.read(CSW, call, answer((FIXTURES / "csw" / "dcat.xml").read_bytes()))
    assert [entry.identifier[-1] for entry in page.entries] == ["1", "2"]
    assert asked(page.calls[0]) == (3, 100)


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!doctype html><p>Wartung", "html-instead"),
        (b"<csw:Capabilities xmlns:csw='http://www.opengis.net/cat/csw/2.0.2'><a", "truncated"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "entities-refused"),
        (b"{}", "not-xml"),
        (b"", "not-xml"),
        (b"<r/>", "unexpected-shape"),
        (EXCEPTION.format("Nein").encode(), "api-error"),
    ],
)
def test_answers_that_are_none(body: bytes, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        csw.read(CSW, csw.start(CSW)[0], answer(body))
    assert refusal.value.slug == slug
    window = Query(CSW.url, "2.0.2", start=5, rows=1, matched=9, window=True, bad=4).call()
    with pytest.raises(UnreadablePayload):
        csw.read(CSW, window, answer(body))


@given(st.binary(max_size=80), st.integers(0, 30), st.integers(1, 30))
def test_any_answer_is_read_or_refused(body: bytes, start: int, rows: int) -> None:
    with suppress(UnreadablePayload):
        csw.read(CSW, Query(CSW.url, "2.0.2", start=start, rows=rows, matched=40).call(), answer(body))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("csw"), portal, "csw", path="/csw") as crawled:
        yield crawled


def test_the_catalogue_is_read_to_its_end(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"], run["claimed"]) == ("csw", "complete", 25, 25)


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 23)


def test_services_point_to_datasets_of_the_same_catalogue(world: Crawled) -> None:
    sql = (
        "select record from version join dataset on dataset.version = version.id join portal on portal.id = portal"
        " where class = 'DataService' and portal.key = 'sound'"
    )
    addresses = {iri for (iri,) in world.datasets("iri")}
    services = [json.loads(record) for (record,) in world.store.conn.execute(sql)]
    served = [target["@id"] for one in services for target in one["serves_dataset"]]
    assert len(served) == len(services) >= 2
    assert addresses.issuperset(served)


@pytest.mark.parametrize(("number", "total"), [(1, 25), (2, 24)], ids=["by exception", "by server error"])
def test_a_record_that_breaks_its_page_costs_only_itself(world: Crawled, number: int, total: int) -> None:
    run = world.run("broken", number)
    said = run["outcome"], run["delivered"], run["rejected"], run["claimed"]
    assert said == ("complete", total - 1, 1, total)
