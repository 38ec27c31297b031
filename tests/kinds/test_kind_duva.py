"""DUVA: told by the addresses of its export, read from one file or from a table of files."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawls import Crawled, crawled_twice
from portal_duva import portal

from catalog.record.table import Dataset, Distribution
from catalog.record.terms import IRI
from crawler.formats.reading import UnreadablePayload
from crawler.sources import duva
from crawler.sources.protocol import Call, Payload, Portal

FIXTURES = Path(__file__).parents[1] / "fixtures"
SITE = "https://opendata.steinfeld.example"
PORTAL = Portal("steinfeld", SITE)


def answer(name: str, path: str, content_type: str = "application/ld+json") -> Payload:
    body = (FIXTURES / "duva" / name).read_bytes()
    return Payload(SITE + path, 200, {"content-type": content_type}, body)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("duva"), portal, "duva", path="/dcat-ap/") as runs:
        yield runs


def test_a_table_of_files_is_crawled_whole(crawled: Crawled) -> None:
    assert crawled.kind() == "duva"
    run = crawled.run("sound")
    assert (run["outcome"], run["delivered"], run["rejected"]) == ("complete", 4, 0)


def test_a_second_crawl_sees_what_changed(crawled: Crawled) -> None:
    run = crawled.run("sound", 2)
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": 2, "gone": 1}
    assert [title for (title,) in crawled.datasets("title")] == [
        "Einwohner", "Geburten", "Haushalte", "Wahlen 2025",
    ]  # fmt: skip


def test_a_broken_file_costs_only_itself_and_marks_nothing_gone(crawled: Crawled) -> None:
    first, second = crawled.run("broken"), crawled.run("broken", 2)
    assert (first["outcome"], first["delivered"]) == ("partial", 3)
    assert (second["outcome"], second["gone"]) == ("partial", 0)


def test_the_catalogue_file_is_read_with_all_its_nodes() -> None:
    page = duva.read(PORTAL, duva.start(PORTAL)[0], answer("catalog.jsonld", duva.PATHS[0]))
    records = {entry.identifier.rpartition("-")[2]: entry.read().record for entry in page.entries}
    assert page.catalogue is not None
    record = next(record for name, record in records.items() if "nach_stadtteilen" in name)
    people = record.root
    assert isinstance(people, Dataset)
    assert people.publisher[0].name == ["Stadt Steinfeld"]
    assert people.contact_point[0].fn == ["Statistikstelle"]
    assert people.temporal[0].start_date[0].text == "2010-01-01"
    assert people.frequency == [IRI("http://publications.europa.eu/resource/authority/frequency/ANNUAL")]
    assert people.political_geocoding == [
        IRI("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/99012003")
    ]
    file = record.resolve(people.distribution[0])  # its address is that of the download: it stands beside
    assert isinstance(file, Distribution)
    assert file.license == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
    assert len(records) == 2
    assert not page.remainder


def test_the_export_is_proof_and_the_folder_a_hint() -> None:
    proven = duva.recognise(PORTAL, Call(SITE), answer("catalog.jsonld", duva.PATHS[0]))
    likely = duva.recognise(PORTAL, Call(SITE), answer("files.html", "/dcat-ap/", "text/html"))
    elsewhere = duva.recognise(PORTAL, Call(SITE), answer("files.html", "/daten/", "text/html"))
    assert proven is not None
    assert proven.confidence >= 90
    assert proven.api_url == SITE + duva.PATHS[0]
    assert likely is not None
    assert likely.confidence < 90
    assert elsewhere is None


def test_a_page_that_links_to_the_export_points_there() -> None:
    home = Payload(SITE, 200, {}, b'<!doctype html><a href="/duva2dcat/dataset/einwohner">Einwohner</a>')
    found = duva.recognise(PORTAL, Call(SITE), home)
    assert found is not None
    assert found.api_url == f"{SITE}/duva2dcat/catalog.jsonld"


def test_another_catalogue_in_the_folder_is_only_likely() -> None:
    body = b"<urn:c> a <http://www.w3.org/ns/dcat#Catalog> . <urn:a> a <http://www.w3.org/ns/dcat#Dataset> ."
    found = duva.recognise(PORTAL, Call(SITE), Payload(SITE + duva.PATHS[1], 200, {}, body))
    assert found is not None
    assert 50 < found.confidence < 90
    assert duva.recognise(PORTAL, Call(SITE), Payload(f"{SITE}/catalog.ttl", 200, {}, body)) is None


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (SITE, f"{SITE}/duva2dcat/catalog.jsonld"),
        (f"{SITE}/duva2dcat/", f"{SITE}/duva2dcat/catalog.jsonld"),
        (f"{SITE}/duva2dcat/dcat/catalog", f"{SITE}/duva2dcat/dcat/catalog"),
        (f"{SITE}/dcat-ap/", f"{SITE}/dcat-ap/"),
        (f"{SITE}/x/catalog.rdf", f"{SITE}/x/catalog.rdf"),
    ],
)
def test_where_a_listing_starts(url: str, asked: str) -> None:
    assert [call.url for call in duva.start(Portal("x", url))] == [asked]


def test_each_file_of_a_table_is_asked_for_once_in_one_syntax() -> None:
    call = Call(f"{SITE}/dcat-ap/", "list")
    page = duva.read(PORTAL, call, answer("files.html", "/dcat-ap/", "text/html"))
    assert [found.url for found in page.calls] == [
        f"{SITE}/dcat-ap/einwohner.rdf",
        f"{SITE}/dcat-ap/wahlen.rdf",
    ]
    assert duva.split(PORTAL, call) == []


def test_what_is_not_at_one_place_is_asked_for_at_the_next() -> None:
    call, asked = duva.start(PORTAL)[0], []
    while True:
        asked.append(call.url.removeprefix(SITE))
        calls = duva.read(PORTAL, call, Payload(call.url, 404, {}, b"nothing")).calls
        if not calls:
            break
        (call,) = calls
    assert asked == list(duva.PATHS)


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!doctype html><p>Wartung</p>", "html-instead"),
        (b'{"@graph": [{"@id": "a', "truncated"),
        (b'{"success": false}', "not-rdf"),
        (b"", "truncated"),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
         "entities-refused"),
    ],
)  # fmt: skip
def test_what_is_no_catalogue_is_refused(body: bytes, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as caught:
        duva.read(PORTAL, duva.start(PORTAL)[0], Payload(SITE, 200, {}, body))
    assert caught.value.slug == slug
