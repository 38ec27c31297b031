"""EntryScape: told by EntryStore's search, listed page by page, each record with all that its graph links to."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawls import Crawled, crawled_twice
from portal_entryscape import portal

from catalog.record.table import DataService, Dataset
from catalog.record.terms import IRI, Literal
from crawler.formats.rdf_json import is_rdf_json, parsed, read_rdf_json
from crawler.formats.reading import UnreadablePayload
from crawler.sources import entryscape
from crawler.sources.protocol import Call, Payload, Portal

FIXTURES = Path(__file__).parents[1] / "fixtures" / "entryscape"
SITE = "https://register.lindenhain.example"
PORTAL = Portal("lindenhain", SITE)
PLACE = f"{SITE}/store/4/resource/17"


def payload(value: Any, url: str = f"{SITE}/store/search", status: int = 200) -> Payload:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Payload(url, status, {"content-type": "application/json"}, body)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_bytes())


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("entryscape"), portal, "entryscape") as runs:
        yield runs


def test_two_pages_and_their_records_are_crawled(crawled: Crawled) -> None:
    assert crawled.kind() == "entryscape"
    run = crawled.run("sound")
    assert (run["outcome"], run["claimed"], run["delivered"], run["repeated"]) == ("complete", 6, 6, 0)
    kinds = [kind for (kind,) in crawled.datasets("class")]
    assert kinds == ["Dataset"] * 4 + ["DataService"] * 2


def test_a_second_crawl_sees_what_changed(crawled: Crawled) -> None:
    run = crawled.run("sound", 2)
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": 4, "gone": 1}


def test_a_broken_record_costs_only_itself(crawled: Crawled) -> None:
    first, second = crawled.run("broken"), crawled.run("broken", 2)
    assert (first["outcome"], first["delivered"]) == ("partial", 5)
    assert second["gone"] == 0


def test_a_record_holds_what_its_graph_links_to() -> None:
    call = Call(f"{SITE}/store/4/metadata/17?recursive=dcat", "record", state={"resource": PLACE})
    page = entryscape.read(PORTAL, call, payload(fixture("record.json"), call.url))
    (entry,) = page.entries
    reading = entry.read()
    root = reading.record.root
    assert isinstance(root, Dataset)
    assert entry.identifier == root.id == PLACE
    assert root.title == [Literal("Parkplätze", "de"), Literal("Car parks", "en")]
    assert root.publisher[0].name == ["Stadt Lindenhain"]
    assert root.contact_point[0].has_email == [IRI("mailto:tiefbauamt@lindenhain.example")]
    assert root.spatial[0].bbox[0].text.startswith("POLYGON")
    assert root.temporal[0].start_date[0].text == "2020-01-01"
    assert root.distribution[0].access_url == [IRI("https://daten.lindenhain.example/park%20plätze.csv")]
    assert root.distribution[0].license == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
    assert reading.faults["iri-repaired"] == 1
    assert not page.remainder


def test_a_service_that_a_record_reaches_is_listed_by_itself() -> None:
    wanted = "urn:uuid:6f9619ff-8b86-d011-b42d-00cf4fc964ff"
    call = Call(f"{SITE}/store/4/metadata/18", "record", state={"resource": wanted})
    (entry,) = entryscape.read(PORTAL, call, payload(fixture("record.json"), call.url)).entries
    assert isinstance(entry.read().record.root, DataService)


def test_a_record_in_turtle_is_read_too() -> None:
    body = b"<urn:d> a <http://www.w3.org/ns/dcat#Dataset> ."
    answer = Payload(SITE, 200, {"content-type": "text/turtle"}, body)
    (entry,) = entryscape.read(PORTAL, Call(SITE, "record"), answer).entries
    assert entry.identifier == "urn:d"


def test_the_search_asks_for_public_entries_in_an_order_that_stays() -> None:
    (call,) = entryscape.start(PORTAL)
    assert call.url.startswith(f"{SITE}/store/search?type=solr&query=")
    assert "rdfType%3Ahttp%5C%3A%5C%2F%5C%2Fwww.w3.org%5C%2Fns%5C%2Fdcat%23Dataset" in call.url
    assert "AND%20public%3Atrue" in call.url
    assert call.url.endswith("&limit=100&offset=0&sort=uri%20asc")


def test_a_store_that_refuses_the_order_is_asked_without_one() -> None:
    (call,) = entryscape.start(PORTAL)
    (other,) = entryscape.read(PORTAL, call, payload({"error": "sort"}, status=400)).calls
    assert "sort=" not in other.url
    assert entryscape.read(PORTAL, other, payload({"error": "sort"}, status=400)).calls == []


def test_a_store_that_does_not_follow_links_is_asked_for_the_entry_alone() -> None:
    call = Call(f"{SITE}/store/4/metadata/17?recursive=dcat", "record", state={"resource": PLACE})
    (other,) = entryscape.read(PORTAL, call, payload({}, status=400)).calls
    assert (other.url, dict(other.state)) == (f"{SITE}/store/4/metadata/17", dict(call.state))
    assert entryscape.split(PORTAL, call) == [other]


def test_one_catalogue_of_a_shared_store() -> None:
    (call,) = entryscape.start(Portal("x", SITE, settings={"context": "4"}))
    assert "context%3Ahttps%5C%3A%5C%2F%5C%2Fregister.lindenhain.example%5C%2Fstore%5C%2F4" in call.url


@pytest.mark.parametrize(
    "address", [SITE, f"{SITE}/store", f"{SITE}/store/", f"{SITE}/store/search?type=solr"]
)
def test_the_store_is_found_from_any_of_its_addresses(address: str) -> None:
    assert entryscape.store_of(Portal("x", address)) == f"{SITE}/store"


def test_results_with_entries_are_proof() -> None:
    found = entryscape.recognise(PORTAL, Call(SITE), payload(fixture("search.json")))
    assert found is not None
    assert found.confidence >= 90
    assert found.api_url == f"{SITE}/store"


def test_a_script_that_names_the_repository_points_to_it() -> None:
    script = (
        b"var __entryscape_config = {entrystore: {repository: 'https://store.lindenhain.example/store/'}}"
    )
    found = entryscape.recognise(PORTAL, Call(SITE), payload(script, f"{SITE}/theme/local.js"))
    assert found is not None
    assert found.api_url == "https://store.lindenhain.example/store"
    assert 50 < found.confidence < 90


@pytest.mark.parametrize(
    "value",
    [
        {"results": 3, "resource": {"children": []}},
        {"results": []},
        {"resource": {}},
        [],
        {"success": True},
        b"<html>",
    ],
)
def test_what_proves_nothing(value: Any) -> None:
    assert entryscape.recognise(PORTAL, Call(SITE), payload(value)) is None


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        (b"<!doctype html><p>Wartung</p>", "html-instead"),
        (b'{"results": 2, "resou', "truncated"),
        ({"error": "Bad query"}, "api-error"),
        ({"results": 2}, "unexpected-shape"),
        ([], "unexpected-shape"),
        (None, "unexpected-shape"),
    ],
)
def test_a_page_that_is_none_is_refused(value: Any, slug: str) -> None:
    answer = Payload(SITE, 200, {"content-type": "text/html"}, payload(value).body)
    with pytest.raises(UnreadablePayload) as caught:
        entryscape.read(PORTAL, entryscape.start(PORTAL)[0], answer)
    assert caught.value.slug == slug


def test_nulls_and_texts_among_the_entries_are_passed_over() -> None:
    value = {
        "results": 4,
        "resource": {"children": [None, "x", {}, {"contextId": 1, "entryId": 2, "info": None}]},
    }
    page = entryscape.read(PORTAL, entryscape.start(PORTAL)[0], payload(value))
    assert [call.url for call in page.calls] == [f"{SITE}/store/1/metadata/2?recursive=dcat"]


def test_rdf_json_leaves_out_what_is_no_term_and_counts_it() -> None:
    graph = {
        "urn:a": {
            "urn:p": [
                {"type": "literal", "value": "x", "datatype": "http://www.w3.org/2001/XMLSchema#string"},
                {"type": "uri", "value": ""}, {"type": "uri"}, None, "text",
                {"type": "bnode", "value": "_:b"}, {"value": 3},
            ]
        }
    }  # fmt: skip
    found = parsed(graph)
    assert [term for _, _, term in found.triples] == ["x", "_:b", "3"]
    assert found.faults["syntax-lenient"] == 4


@pytest.mark.parametrize("value", [None, [], {}, {"a": 1}, {"a": {"title": []}}])
def test_other_json_is_no_rdf_json(value: Any) -> None:
    assert not is_rdf_json(value)
    with pytest.raises(UnreadablePayload):
        read_rdf_json(value)
