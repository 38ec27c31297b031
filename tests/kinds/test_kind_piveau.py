"""piveau: told by its search and apart from CKAN, listed beyond its window, each record as RDF from the repository."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from crawls import OPTIONS, Crawled, crawled_twice
from fleet.message import server_error
from loopback import Loopback, as_json, fixed, serving
from portal_piveau import REPO, portal

from catalog.record.table import Dataset
from catalog.record.terms import IRI, Literal
from catalog.store.store import Store
from crawler.formats.piveau import IS_PART_OF, document_entry
from crawler.formats.reading import UnreadablePayload
from crawler.harvest import harvest
from crawler.sources import ckan, piveau
from crawler.sources.protocol import Call, Page, Payload, Portal

FIXTURES = Path(__file__).parents[1] / "fixtures"
SITE = "https://daten.buchenau.example"
PORTAL = Portal("buchenau", SITE)
SEARCH = f"{SITE}/api/hub/search"


def payload(value: Any, url: str = f"{SEARCH}/search", status: int = 200, content_type: str = "") -> Payload:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Payload(url, status, {"content-type": content_type or "application/json"}, body)


def fixture(name: str) -> bytes:
    return (FIXTURES / "piveau" / name).read_bytes()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("piveau"), portal, "piveau") as runs:
        yield runs


def test_two_pages_and_the_graphs_of_their_datasets_are_crawled(crawled: Crawled) -> None:
    assert crawled.kind() == "piveau"
    run = crawled.run("sound")
    assert (run["outcome"], run["claimed"], run["delivered"]) == ("complete", 6, 6)
    titles = dict(crawled.datasets("identifier, title"))
    assert titles["a2"] == "Datensatz a2"
    assert titles["c1"] == "Aus dem Index"


def test_a_second_crawl_sees_what_changed(crawled: Crawled) -> None:
    run = crawled.run("sound", 2)
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": 4, "gone": 1}


def test_a_broken_graph_costs_only_itself(crawled: Crawled) -> None:
    first, second = crawled.run("broken"), crawled.run("broken", 2)
    assert (first["outcome"], first["delivered"]) == ("partial", 5)
    assert second["gone"] == 0


def walk(window: int) -> tuple[list[Page], Loopback]:
    """All pages of a portal whose search shows only `window` hits."""
    server = Loopback(portal(0, False, window))
    waiting, pages = piveau.start(PORTAL), []
    while waiting:
        call = waiting.pop(0)
        parts = urlsplit(call.url)
        answer = server.answer(f"{parts.path}?{parts.query}")
        state = json.loads(json.dumps(dict(call.state)))
        again = Call(call.url, call.step, headers=call.headers, state=state)
        pages.append(piveau.read(PORTAL, again, Payload(call.url, answer.status, {}, answer.body)))
        waiting += pages[-1].calls
    return pages, server


@pytest.mark.parametrize(("window", "by_repository"), [(100, False), (5, False), (2, True)])
def test_what_the_window_hides_is_found_by_catalogue_and_by_the_repository(
    monkeypatch: pytest.MonkeyPatch, window: int, by_repository: bool
) -> None:
    monkeypatch.setattr(piveau, "WINDOW", window)
    pages, server = walk(window)
    found = [entry for page in pages for entry in page.entries]
    assert sorted(entry.identifier for entry in found) == ["a1", "a2", "a3", "b1", "c1", "c2"]
    assert [page.total for page in pages if page.total is not None] in ([6], [6, 6])
    assert any(f"{REPO}/catalogues/" in target for target in server.asked) is by_repository


def test_a_record_says_in_which_catalogue_it_was_listed() -> None:
    call = Call(
        f"{SITE}{REPO}/datasets/x.ttl",
        "rdf",
        state={"name": "baumkataster-2024", "catalog": "stadt-buchenau"},
    )
    page = piveau.read(PORTAL, call, payload(fixture("dataset.ttl"), call.url, content_type="text/turtle"))
    (entry,) = page.entries
    record = entry.read().record
    assert entry.identifier == "baumkataster-2024"
    assert record.root.id == "https://daten.buchenau.example/set/data/baumkataster-2024"
    assert record.root.rest[IS_PART_OF] == [IRI(f"{SITE}/catalogues/stadt-buchenau")]
    assert b"stadt-buchenau" in entry.raw
    assert len(record.others) == 1
    assert not page.remainder


def test_a_document_of_the_index_is_read_whole() -> None:
    call = Call(f"{SEARCH}/datasets/radwege", "document", state={"name": "radwege"})
    (entry,) = piveau.read(PORTAL, call, payload(fixture("document.json"), call.url)).entries
    reading = entry.read()
    root = reading.record.root
    assert isinstance(root, Dataset)
    assert (entry.identifier, root.id) == ("radwege", "https://daten.buchenau.example/set/data/radwege")
    assert root.identifier == ["radwege-17"]
    assert root.title == [Literal("Radwege", "de"), Literal("Cycle paths", "en")]
    assert root.description == [Literal("Alle Radwege", "de")]
    assert root.keyword == [Literal("Rad", "de"), "Weg"]
    assert root.theme == [IRI("http://publications.europa.eu/resource/authority/data-theme/TRAN")]
    assert root.publisher[0].name == ["Stadt Buchenau"]
    assert root.rest[IS_PART_OF] == [IRI(f"{SITE}/catalogues/stadt-buchenau")]
    assert root.contact_point[0].has_email == [IRI("mailto:tiefbau@buchenau.example")]
    assert root.frequency == [IRI("http://publications.europa.eu/resource/authority/frequency/ANNUAL")]
    assert root.access_rights == [IRI("http://publications.europa.eu/resource/authority/access-right/PUBLIC")]
    assert root.spatial[0].bbox
    assert root.spatial[1] == IRI("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/99012004")
    assert root.temporal[0].end_date[0].text == "2024-12-31T00:00:00Z"
    assert root.landing_page == [IRI("https://buchenau.example/radwege")]
    assert root.hvd_category == [IRI("http://data.europa.eu/bna/c_b79e35eb")]
    file, service = root.distribution
    assert file.license == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
    assert file.format == [IRI("http://publications.europa.eu/resource/authority/file-type/GEOJSON")]
    assert file.byte_size[0].text == "4711"
    assert file.checksum[0].checksum_value[0].text.startswith("da39")
    assert service.license == ["lizenz-von-hier"]
    assert service.access_service[0].endpoint_url == [IRI("https://buchenau.example/wfs")]
    assert reading.unread == {"neuer_schluessel": 1}
    assert reading.faults["licence-unknown"] == 1


def test_the_older_form_of_the_index_says_the_same() -> None:
    old = {
        "id": "x", "title": {"de": "X"}, "release_date": "2018-12-06T07:34:16Z", "languages": ["de"],
        "frequency": {"title": "jährlich", "resource": "http://publications.europa.eu/resource/authority/frequency/ANNUAL"},
        "contact_points": [{"name": "Amt", "email": "amt@buchenau.example"}], "keywords": ["a", "b"],
        "temporal_coverages": [{"gte": "2018-01-01", "lte": "2018-12-31"}], "access_right": "public",
        "distributions": [{"access_url": "http://x.example/a", "format": "XLS", "license": {"id": "CC-BY"}, "download_urls": []}],
    }  # fmt: skip
    reading = document_entry(old, SITE).read()
    root = reading.record.root
    assert isinstance(root, Dataset)
    assert root.id == f"{SITE}/datasets/x"
    assert (root.issued[0].text, root.keyword) == ("2018-12-06T07:34:16Z", ["a", "b"])
    assert root.language == [IRI("http://publications.europa.eu/resource/authority/language/DEU")]
    assert root.temporal[0].start_date[0].text == "2018-01-01"
    assert root.contact_point[0].fn == ["Amt"]
    assert reading.unread == {}


def test_the_search_is_proof_and_its_ckan_form_is_told_from_ckan() -> None:
    own = piveau.recognise(PORTAL, Call(SITE), payload(fixture("search.json")))
    url = f"{SEARCH}/ckan/package_search"
    compatible = payload(fixture("ckan_search.json"), url)
    found, as_ckan = (
        piveau.recognise(PORTAL, Call(url), compatible),
        ckan.recognise(PORTAL, Call(url), compatible),
    )
    assert own is not None
    assert (own.confidence >= 90, own.api_url) == (True, SEARCH)
    assert found is not None
    assert found.api_url == SEARCH
    assert as_ckan is None or as_ckan.confidence < found.confidence


def test_the_description_of_the_interface_names_the_product() -> None:
    body = b"openapi: 3.0.2\n\ninfo:\n  version: 4.2.1\n  title: piveau Hub Search\n"
    found = piveau.recognise(PORTAL, Call(SITE), payload(body, f"{SEARCH}/openapi.yaml"))
    assert found is not None
    assert (found.confidence, found.api_url) == (92, SEARCH)


@pytest.mark.parametrize(
    "value",
    [
        {"help": "?", "success": True, "result": {"count": 3, "sort": "score desc", "facets": {}, "results": [], "search_facets": {}}},
        {"success": True, "result": [[{"id": "x"}]]},
        {"result": {"count": 3, "results": []}},
        {"result": {"count": None, "results": [], "facets": []}},
        {"result": {}}, {"results": 3}, [], b"<!doctype html><p>Wartung</p>",
    ],
)  # fmt: skip
def test_what_proves_nothing(value: Any) -> None:
    assert piveau.recognise(PORTAL, Call(SITE), payload(value)) is None


@pytest.mark.parametrize(
    ("url", "api_url", "search", "repo"),
    [
        (SITE, "", SEARCH, f"{SITE}{REPO}"),
        (f"{SITE}/datasets", "", SEARCH, f"{SITE}{REPO}"),
        (SITE, f"{SEARCH}/ckan/package_search", SEARCH, f"{SITE}{REPO}"),
        (SITE, f"{SITE}/api/hub/repo/catalogues", SEARCH, f"{SITE}{REPO}"),
        (
            "https://ui.piveau.buchenau.example", "https://search.piveau.buchenau.example/ckan/package_search",
            "https://search.piveau.buchenau.example", "https://repo.piveau.buchenau.example",
        ),
        ("https://ui.piveau.buchenau.example", "", "https://search.piveau.buchenau.example", "https://repo.piveau.buchenau.example"),
    ],
)  # fmt: skip
def test_where_search_and_repository_are(url: str, api_url: str, search: str, repo: str) -> None:
    portal = Portal("x", url, api_url=api_url)
    assert (piveau.search_of(portal), piveau.repo_of(portal)) == (search, repo)


def test_a_repository_on_another_host_is_greeted_first() -> None:
    calls = piveau.start(Portal("x", "https://ui.piveau.buchenau.example"))
    assert [call.step for call in calls] == ["search", "greeting"]
    assert calls[1].optional
    assert piveau.read(PORTAL, calls[1], payload([])).entries == []


def test_a_page_asks_for_names_in_an_order_that_stays() -> None:
    asked = parse_qs(urlsplit(piveau.start(PORTAL)[0].url).query)
    assert asked["filter"] == asked["filters"] == ["dataset"]
    assert (asked["limit"], asked["page"], asked["sort"]) == (["400"], ["0"], ["id+asc"])
    assert piveau.WINDOW % piveau.LIMIT == 0


def test_a_search_that_refuses_the_order_is_asked_without_one() -> None:
    (other,) = piveau.read(PORTAL, piveau.start(PORTAL)[0], payload(b"", status=400)).calls
    assert "sort" not in parse_qs(urlsplit(other.url).query)
    assert piveau.read(PORTAL, other, payload(b"", status=400)).calls == []
    pages = piveau.read(
        PORTAL, other, payload({"result": {"count": 900, "results": [{"id": "x"}] * 400}})
    ).calls
    assert not any("sort=" in call.url for call in pages)


def test_records_may_be_taken_from_the_index() -> None:
    portal = Portal("x", SITE, settings={"records": "search"})
    page = piveau.read(portal, piveau.start(portal)[0], payload(fixture("search.json")))
    assert [call.url for call in page.calls] == [
        f"{SEARCH}/datasets/baumkataster-2024",
        f"{SEARCH}/datasets/radwege",
    ]


def test_a_page_that_fails_is_asked_for_in_halves_on_the_grid_of_pages() -> None:
    waiting, seen = piveau.split(PORTAL, piveau.start(PORTAL)[0]), set()
    for call in waiting:
        asked = parse_qs(urlsplit(call.url).query)
        size, page = int(asked["limit"][0]), int(asked["page"][0])
        seen.update(range(size * page, size * page + size))
        if 1 < size < piveau.LIMIT:
            waiting += piveau.split(PORTAL, call)
    assert set(range(800)) <= seen


def test_a_repository_that_fails_leads_to_the_index() -> None:
    call = Call(f"{SITE}{REPO}/datasets/x.ttl", "rdf", state={"name": "x", "catalog": "c"})
    (other,) = piveau.split(PORTAL, call)
    assert (other.url, other.step) == (f"{SEARCH}/datasets/x", "document")
    assert piveau.split(PORTAL, other) == []
    (absent,) = piveau.read(PORTAL, call, payload(b"", status=404)).calls
    assert (absent.url, absent.step) == (other.url, other.step)
    shown = payload({"result": {"id": "x", "title": {"de": "Aus dem Index"}}})
    failed, lacking = (piveau.read(PORTAL, each, shown) for each in (other, absent))
    assert failed.entries[0].identifier == lacking.entries[0].identifier == "x"
    assert (failed.faults, lacking.faults) == ({"page-failed": 1}, {}), (
        "what the repository lacks is no failure"
    )


@pytest.mark.parametrize(("times", "title", "faults"), [(1, "Datensatz a1", None), (2, "Aus dem Index", 1)])
def test_what_passes_is_asked_again(tmp_path: Path, times: int, title: str, faults: int | None) -> None:
    """One failure is overcome by asking again; after the last try the index stands in, which is a finding."""
    path, known = f"{REPO}/datasets/a1.ttl", portal(0, False)
    failures = iter([server_error()] * times)
    index = as_json({"result": {"id": "a1", "title": {"de": "Aus dem Index"}}})
    site = Loopback(
        {
            **known,
            path: lambda request: next(failures, None) or known[path](request),
            "/api/hub/search/datasets/a1": fixed(index),
        }
    )
    store = Store(tmp_path / "hub.db")
    with serving(site):
        harvest(store, [Portal("hub", site.url, kind="piveau")], replace(OPTIONS, retries=1))
    assert store.conn.execute("select title from dataset where identifier = 'a1'").fetchone() == (title,)
    sql = "select outcome, json_extract(faults, '$.\"page-failed\"') from portal_run"
    assert store.conn.execute(sql).fetchone() == ("complete", faults)
    store.close()


def test_an_older_repository_is_asked_in_its_own_way() -> None:
    call = Call(
        f"{SITE}{REPO}/catalogues/c/datasets", "names", state={"catalog": "c", "offset": 0, "old": False}
    )
    (other,) = piveau.read(PORTAL, call, payload(b"", status=404)).calls
    assert other.url.startswith(f"{SITE}{REPO}/datasets?catalogue=c&")
    assert piveau.read(PORTAL, other, payload(b"", status=404)).calls == []


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        (b"<!doctype html><p>Wartung</p>", "html-instead"),
        (b'{"result": {"count": 2, "resul', "truncated"),
        ({"success": False, "message": "index"}, "api-error"),
        ({"result": {"count": 2}}, "unexpected-shape"),
        ({"result": None}, "unexpected-shape"),
        ([], "unexpected-shape"),
    ],
)
def test_a_page_that_is_none_is_refused(value: Any, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as caught:
        piveau.read(PORTAL, piveau.start(PORTAL)[0], payload(value))
    assert caught.value.slug == slug


def test_hits_without_a_name_are_counted() -> None:
    value = {"result": {"count": 3, "results": [None, {"id": None}, {"id": "x", "catalog": None}]}}
    page = piveau.read(PORTAL, piveau.start(PORTAL)[0], payload(value))
    assert (len(page.calls), page.faults["identifier-missing"]) == (1, 2)


def test_nulls_everywhere_are_read() -> None:
    value = json.loads(fixture("document.json"))["result"]
    empty = dict.fromkeys(value) | {
        "id": "leer",
        "distributions": [dict.fromkeys(value["distributions"][0])],
    }
    reading = document_entry(empty, SITE).read()
    assert reading.unread == {}
    assert reading.faults["title-missing-in-source"] == 1
