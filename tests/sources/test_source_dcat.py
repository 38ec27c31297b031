"""How a DCAT portal is recognised and its pages followed, whatever its links say."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.formats.reading import UnreadablePayload
from crawler.sources import dcat
from crawler.sources.protocol import Call, Page, Payload, Portal, Source

FIXTURES = Path(__file__).parents[1] / "fixtures" / "dcat"
SITE = "https://daten.lindenau.example"
FEED = Portal("lindenau", SITE, api_url=f"{SITE}/catalog.ttl")


def payload(body: bytes | str, url: str, content_type: str = "", status: int = 200) -> Payload:
    return Payload(
        url, status, {"content-type": content_type}, body.encode() if isinstance(body, str) else body
    )


def fixture(name: str, url: str) -> Payload:
    return payload((FIXTURES / name).read_bytes(), url)


def turtle(url: str, *datasets: str, following: str = "", here: str = "") -> Payload:
    """A page at `url` that holds the datasets and calls `following` the next one."""
    said = [
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> ."
    ]
    said += [f"<urn:d:{name}> a dcat:Dataset ." for name in datasets]
    if following:
        said.append(f"<{here or url}> a hydra:PartialCollectionView ; hydra:next <{following}> .")
    return payload("\n".join(said), url, "text/turtle")


def crawl(portal: Portal, answer: Callable[[Call], Payload], limit: int = 100) -> list[Page]:
    """All pages in order; the state of each call makes the way through JSON as it does in a crawl."""
    (call,) = dcat.start(portal)
    pages: list[Page] = []
    while len(pages) < limit:
        pages.append(dcat.read(portal, call, answer(call)))
        if not pages[-1].calls:
            break
        (following,) = pages[-1].calls
        state = json.loads(json.dumps(dict(following.state)))
        call = Call(following.url, following.step, headers=following.headers, state=state)
    return pages


def test_the_module_is_a_source() -> None:
    assert isinstance(dcat, Source)
    assert dcat.split(FEED, dcat.start(FEED)[0]) == []


def test_a_listing_starts_with_one_call_that_asks_for_rdf() -> None:
    (call,) = dcat.start(FEED)
    assert call.url == f"{SITE}/catalog.ttl"
    assert dict(call.headers)["Accept"].startswith("text/turtle")


def test_a_slash_at_the_end_of_a_feed_stays() -> None:
    assert dcat.start(Portal("x", "https://x.example/duva2dcat/"))[0].url == "https://x.example/duva2dcat/"


def test_pages_are_followed_to_the_last() -> None:
    names = {"": "view_page_1.ttl", "page=1": "view_page_1.ttl", "page=2": "view_page_2.ttl"}
    pages = crawl(FEED, lambda call: fixture(names[call.url.partition("?")[2]], call.url))
    assert [[entry.identifier.rpartition("/")[2] for entry in page.entries] for page in pages] == [
        ["baumkataster", "spielplaetze"],
        ["haushalt"],
    ]
    assert [page.total for page in pages] == [3, 3]
    assert not any(page.faults for page in pages)
    assert all(page.catalogue for page in pages)


def test_a_page_that_names_itself_ends() -> None:
    url = "https://offen.seekirch.example/catalog.rdf"
    pages = crawl(Portal("seekirch", url), lambda call: fixture("self_link.rdf", call.url))
    assert len(pages) == 1
    assert pages[0].faults == {"page-repeated": 1}
    assert len(pages[0].entries) == 1


def test_links_to_an_inner_host_are_given_as_the_source_writes_them() -> None:
    inner = "http://tomcat.intern:8080/catalog.ttl?page="
    page = dcat.read(
        FEED, dcat.start(FEED)[0], turtle(FEED.api_url, "a", following=f"{inner}2", here=f"{inner}1")
    )
    assert [call.url for call in page.calls] == [f"{inner}2"]


def test_a_page_that_names_itself_by_an_inner_host_ends() -> None:
    call = Call(f"{SITE}/catalog.ttl?page=2", state={"page": 2})
    page = dcat.read(FEED, call, turtle(call.url, "a", following="http://localhost/catalog.ttl?page=2"))
    assert (page.calls, page.faults) == ([], {"page-repeated": 1})


@pytest.mark.parametrize(("lead", "circle"), [(0, 1), (0, 2), (0, 7), (3, 9), (12, 20), (30, 31)])
def test_a_circle_of_links_of_any_length_ends(lead: int, circle: int) -> None:
    def answer(call: Call) -> Payload:
        number = int(call.url.partition("page=")[2] or 0)
        following = number + 1 if number + 1 < lead + circle else lead
        return turtle(call.url, f"{number}", following=f"{SITE}/catalog.ttl?page={following}")

    pages = crawl(FEED, answer, limit=500)
    assert pages[-1].faults["page-repeated"] == 1
    assert len({entry.identifier for page in pages for entry in page.entries}) == lead + circle
    assert len(pages) <= 3 * (lead + circle) + 2


def test_a_server_that_ignores_the_page_number_is_left_after_the_second() -> None:
    def answer(call: Call) -> Payload:
        number = int(call.url.partition("page=")[2] or 1)
        return turtle(call.url, "same", following=f"{SITE}/catalog.ttl?page={number + 1}")

    pages = crawl(FEED, answer)
    assert len(pages) == 2
    assert pages[-1].faults["page-repeated"] == 1


def test_one_empty_page_does_not_end_the_listing_two_do() -> None:
    held = {1: ("a",), 2: (), 3: ("b",), 4: (), 5: (), 6: ("never",)}

    def answer(call: Call) -> Payload:
        number = int(call.url.partition("page=")[2] or 1)
        return turtle(call.url, *held[number], following=f"{SITE}/catalog.ttl?page={number + 1}")

    assert [len(page.entries) for page in crawl(FEED, answer)] == [1, 0, 1, 0, 0]


def test_the_state_of_a_call_does_not_grow() -> None:
    sizes = []

    def answer(call: Call) -> Payload:
        sizes.append(len(json.dumps(dict(call.state))))
        number = int(call.url.partition("page=")[2] or 1)
        return turtle(call.url, f"{number}", following=f"{SITE}/catalog.ttl?page={number + 1}")

    crawl(FEED, answer, limit=60)
    assert max(sizes[40:]) <= max(sizes[20:40]) + 1


def test_exactly_a_hundred_datasets_without_links_are_the_whole_listing() -> None:
    page = dcat.read(FEED, dcat.start(FEED)[0], turtle(FEED.api_url, *map(str, range(100))))
    assert (len(page.entries), page.calls, page.total) == (100, [], None)


def test_a_web_page_is_left_once_for_the_feed_it_names() -> None:
    home = fixture("home.html", SITE)
    page = dcat.read(Portal("l", SITE), dcat.start(Portal("l", SITE))[0], home)
    (call,) = page.calls
    assert call.url == f"{SITE}/daten/katalog"
    with pytest.raises(UnreadablePayload) as caught:
        dcat.read(Portal("l", SITE), call, home)
    assert caught.value.slug == "html-instead"


def test_rdf_that_is_no_catalogue_is_refused() -> None:
    body = '<urn:a> <http://purl.org/dc/terms/title> "A" .'
    with pytest.raises(UnreadablePayload) as caught:
        dcat.read(FEED, dcat.start(FEED)[0], payload(body, FEED.api_url, "text/turtle"))
    assert caught.value.slug == "unexpected-shape"


def test_an_empty_catalogue_is_an_empty_page() -> None:
    body = "<urn:c> a <http://www.w3.org/ns/dcat#Catalog> ."
    page = dcat.read(FEED, dcat.start(FEED)[0], payload(body, FEED.api_url, "text/turtle"))
    assert (page.entries, page.calls) == ([], [])
    assert page.catalogue is not None


def test_relative_addresses_are_read_against_where_the_answer_came_from() -> None:
    body = "<a> a <http://www.w3.org/ns/dcat#Dataset> ."
    moved = payload(body, "https://neu.example/dcat/feed.ttl", "text/turtle")
    (entry,) = dcat.read(FEED, dcat.start(FEED)[0], moved).entries
    assert entry.identifier == "https://neu.example/dcat/a"


def test_probes_try_the_address_itself_then_the_usual_places() -> None:
    calls = dcat.probe(Portal("x", "https://x.example/offen/"))
    assert [call.url for call in calls[:3]] == [
        "https://x.example/offen/",
        "https://x.example/offen/catalog.rdf",
        "https://x.example/offen/catalog.ttl",
    ]
    assert f"https://x.example{dcat.PATHS[0]}" in [call.url for call in calls]
    assert len({call.url for call in calls}) == len(calls)


def test_a_feed_proves_the_kind() -> None:
    call = Call(FEED.api_url)
    evidence = dcat.recognise(FEED, call, fixture("view_page_1.ttl", FEED.api_url))
    assert evidence is not None
    assert (evidence.kind, evidence.api_url, evidence.settings) == ("dcat", FEED.api_url, {"format": "ttl"})
    assert "hydra:totalItems 3" in evidence.proof


def test_datasets_without_a_catalogue_are_weaker_proof() -> None:
    call = Call(FEED.api_url)
    whole, loose = (
        dcat.recognise(FEED, call, fixture(name, FEED.api_url))
        for name in ("view_page_1.ttl", "self_link.rdf")
    )
    assert whole is not None
    assert loose is not None
    assert 90 > whole.confidence > loose.confidence > 50


def test_a_home_page_points_to_its_feed() -> None:
    evidence = dcat.recognise(Portal("l", SITE), Call(SITE), fixture("home.html", SITE))
    assert evidence is not None
    assert evidence.api_url == f"{SITE}/daten/katalog"


@pytest.mark.parametrize(
    "answer",
    [
        payload("<urn:c> a <http://www.w3.org/ns/dcat#Catalog> .", SITE, "text/turtle", status=404),
        payload("<!doctype html><p>Nichts</p>", SITE, "text/html"),
        payload("<urn:a> <urn:b> <urn:c> .", SITE, "text/turtle"),
        payload('{"success": true}', SITE, "application/json"),
        payload("", SITE),
        payload(
            '{"@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",'
            ' "@type": "dcat:Catalog", "dataset": []}',
            SITE,
            "application/json",
        ),
    ],
    ids=["not found", "plain page", "other RDF", "JSON", "nothing", "DCAT-US"],
)
def test_what_proves_nothing(answer: Payload) -> None:
    assert dcat.recognise(FEED, Call(SITE), answer) is None
