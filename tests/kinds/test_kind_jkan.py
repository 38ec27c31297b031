"""JKAN: told by its list, each dataset read from list and page together."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from portal_jkan import portal

from catalog.record.table import Dataset
from catalog.record.terms import IRI
from crawler.formats.jkan import dataset_entry, read_page
from crawler.formats.reading import UnreadablePayload
from crawler.sources import data_json, jkan
from crawler.sources.protocol import Call, Payload, Portal

FIXTURES = Path(__file__).parents[1] / "fixtures" / "jkan"
SITE = "https://birkenau.example"
PORTAL = Portal("birkenau", f"{SITE}/daten")
LIST = f"{SITE}/daten/datasets.json"


def payload(value: Any, url: str = LIST, status: int = 200) -> Payload:
    return Payload(url, status, {}, value if isinstance(value, bytes) else json.dumps(value).encode())


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def calls() -> list[Call]:
    return jkan.read(PORTAL, jkan.start(PORTAL)[0], payload(fixture("datasets.json"))).calls


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("jkan"), portal, "jkan") as runs:
        yield runs


def test_the_list_and_all_pages_are_crawled(crawled: Crawled) -> None:
    assert crawled.kind() == "jkan"
    run = crawled.run("sound")
    assert (run["outcome"], run["claimed"], run["delivered"]) == ("complete", 5, 5)
    assert crawled.datasets("title")[0] == ("Satz 1",)


def test_a_second_crawl_sees_what_changed(crawled: Crawled) -> None:
    run = crawled.run("sound", 2)
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": 3, "gone": 1}


def test_a_broken_page_costs_only_itself(crawled: Crawled) -> None:
    first, second = crawled.run("broken"), crawled.run("broken", 2)
    assert (first["outcome"], first["delivered"]) == ("partial", 4)
    assert second["gone"] == 0


def test_list_and_page_make_one_record() -> None:
    call = calls()[0]
    assert call.url == f"{SITE}/daten/datasets/baeume/"
    (entry,) = jkan.read(PORTAL, call, payload(fixture("dataset.html"), call.url)).entries
    reading = entry.read()
    root = reading.record.root
    assert isinstance(root, Dataset)
    assert (entry.identifier, root.id, root.identifier) == ("/daten/datasets/baeume/", call.url, ["baeume"])
    assert (root.title, root.description) == (["Bäume"], ["Alle Bäume der Stadt"])
    assert root.publisher[0].name == ["Stadt Birkenau"]
    assert root.contact_point[0].fn == ["Grünflächenamt"]
    assert root.contact_point[0].has_email == [IRI("mailto:gruen@birkenau.example")]
    assert root.frequency == [IRI("http://publications.europa.eu/resource/authority/frequency/ANNUAL")]
    assert IRI("http://publications.europa.eu/resource/authority/data-theme/ENVI") in root.theme
    table, shape = root.distribution
    assert (table.title, table.description) == (["Baumliste"], ["Mit Art und Alter"])
    assert table.access_url == [IRI("https://birkenau.example/baeume.csv")]
    assert table.format == [IRI("http://publications.europa.eu/resource/authority/file-type/CSV")]
    assert table.license == shape.license == [IRI("http://dcat-ap.de/def/licenses/cc-by/4.0")]
    assert shape.access_url == [IRI(f"{SITE}/daten/datasets/files/baeume.zip")]
    assert reading.unread == {"Stadtteil": 1}


def test_an_older_page_without_rdfa_is_read_too() -> None:
    said = read_page(fixture("old_dataset.html"), SITE)
    assert said["resources"] == [
        {
            "name": "Ergebnisse",
            "url": "http://birkenau.example/wahl.xml",
            "format": "xml",
            "description": "Je Bezirk",
        }
    ]
    assert said["details"] == {"Category": "Elections", "Maintainer": "Wahlamt"}


def test_the_list_is_proof_and_a_page_points_to_it() -> None:
    found = jkan.recognise(PORTAL, Call(LIST), payload(fixture("datasets.json")))
    home = jkan.recognise(
        PORTAL, Call(SITE), payload(fixture("dataset.html") + b"<p>Powered by JKAN</p>", SITE)
    )
    assert found is not None
    assert (found.confidence, found.api_url) == (92, f"{SITE}/daten")
    assert home is not None
    assert home.confidence == 70
    assert data_json.recognise(PORTAL, Call(LIST), payload(fixture("datasets.json"))) is None


@pytest.mark.parametrize(
    "value",
    [
        [], {}, [1], [{"title": "x", "url": "/datasets/x"}], [{"title": "x", "organization": "y", "url": "/x"}],
        [{"title": "x", "organization": "y", "url": "/datasets/x", "identifier": "fremd"}], b"<html>Jekyll</html>",
        {"success": True, "result": ["a"]},
    ],
)  # fmt: skip
def test_what_proves_nothing(value: Any) -> None:
    assert jkan.recognise(PORTAL, Call(LIST), payload(value)) is None


@pytest.mark.parametrize(
    "address",
    [f"{SITE}/daten", f"{SITE}/daten/", f"{SITE}/daten/datasets/", LIST, f"{SITE}/daten/index.html"],
)
def test_the_list_is_found_from_any_address(address: str) -> None:
    assert [call.url for call in jkan.start(Portal("x", address))] == [LIST]


def test_each_page_is_asked_for_once_and_what_has_none_is_counted() -> None:
    items = [
        {"url": "/datasets/a/"},
        {"url": "/datasets/a/"},
        {"url": None},
        {"url": "mailto:x"},
        None,
        "x",
        {"url": "http://[x"},
    ]
    page = jkan.read(PORTAL, jkan.start(PORTAL)[0], payload(items))
    assert [call.url for call in page.calls] == [f"{SITE}/datasets/a/"]
    assert (page.total, page.faults["identifier-missing"]) == (1, 5)


@pytest.mark.parametrize(
    ("value", "slug"),
    [
        (b"<!doctype html><p>404</p>", "html-instead"),
        (b'[{"title": "x"', "truncated"),
        ({"error": "x"}, "unexpected-shape"),
        (None, "unexpected-shape"),
    ],
)
def test_a_list_that_is_none_is_refused(value: Any, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as caught:
        jkan.read(PORTAL, jkan.start(PORTAL)[0], payload(value))
    assert caught.value.slug == slug
    assert jkan.split(PORTAL, jkan.start(PORTAL)[0]) == []


def test_a_page_without_anything_leaves_what_the_list_says() -> None:
    reading = dataset_entry(
        {"title": None, "organization": ""}, read_page(b"<p></p>", SITE), f"{SITE}/datasets/x/"
    ).read()
    assert reading.faults["title-missing-in-source"] == 1
    assert reading.unread == {}


def test_many_resources_are_read() -> None:
    rows = "".join(f"<li><a href='/f/{n}.csv'>{n}</a> (csv)</li>" for n in range(8_000))
    found = read_page(f"<h2>Resources</h2><ul>{rows}</ul>".encode(), SITE)
    assert len(found["resources"]) == 8_000


@given(st.text(alphabet="<>/=\"' ahlitdr12Resouc!-[]&;#\n", max_size=200))
def test_no_page_stops_the_reader(html: str) -> None:
    assert isinstance(read_page(html.encode(), SITE), dict)
