"""INSPIRE download feeds: which feed is which, what entries say, two crawls."""

from collections import Counter
from collections.abc import Iterator

import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from neighbours import FIXTURES, fixtures, surest
from portal_atom import portal

from catalog.record.node import Record
from crawler.formats.georss import pairs
from crawler.formats.reading import Reading, UnreadablePayload
from crawler.sources import atom
from crawler.sources.protocol import Page, Payload, Portal

SERVICE = "https://geo.neuwald.example/atom/service.xml"
PORTAL = Portal("neuwald", SERVICE)


def answer(body: bytes | str, url: str = SERVICE) -> Payload:
    return Payload(
        url, 200, {"content-type": "application/atom+xml"}, body.encode() if isinstance(body, str) else body
    )


def fixture(name: str) -> bytes:
    return (FIXTURES / "atom" / name).read_bytes()


def service() -> Page:
    return atom.read(PORTAL, atom.start(PORTAL)[0], answer(fixture("service.xml")))


def plans() -> Reading:
    (call,) = service().calls
    (entry,) = atom.read(PORTAL, call, answer(fixture("dataset.xml"), call.url)).entries
    assert entry.identifier == "https://registry.neuwald.example/id/bplan"
    return entry.read()


def of(address: str) -> str:
    return address.rpartition("/")[2]


def test_a_service_feed_leads_to_its_datasets_and_keeps_what_leads_elsewhere() -> None:
    page = service()
    assert page.total == 4
    assert [call.url for call in page.calls] == ["https://geo.neuwald.example/atom/bplan.xml"]
    assert [entry.identifier for entry in page.entries] == [
        "strassen",
        "https://bilder.example/atom/luftbild.xml",
        "",
    ]
    assert isinstance(page.catalogue, Record)
    assert page.catalogue.root.title == ["Downloaddienst der Stadt Neuwald"]


def test_a_dataset_says_everything() -> None:
    reading = plans()
    node = reading.record.root
    assert node.id == "https://registry.neuwald.example/id/bplan"
    assert (node.identifier, node.title) == (["bplan"], ["Bebauungspläne"])
    assert node.description == ["Rechtskräftige Bebauungspläne"]
    assert (node.issued[0].text[:4], node.modified[0].text[:10]) == ("2020", "2026-01-31")
    assert node.page == ["https://geo.neuwald.example/csw?id=bplan"]
    assert node.landing_page == ["https://geo.neuwald.example/bplan.html"]
    assert node.keyword == ["Bauleitplanung"]
    assert [of(uri) for uri in node.language] == ["DEU"]
    assert node.publisher[0].name == ["Stadtplanungsamt Neuwald"]
    assert "9.8 48.2" in node.spatial[0].bbox[0].text
    assert reading.unread == Counter({"link[rel=zauberei]": 1, "unbekannt": 1})
    assert reading.faults["text-has-markup"] <= 1


def test_entries_of_the_dataset_feed_are_files() -> None:
    gml, first, second = plans().record.root.distribution
    assert gml.access_url == gml.download_url == ["https://geo.neuwald.example/files/bplan.gml"]
    assert (of(gml.format[0]), gml.byte_size[0].text, gml.modified[0].text[:10]) == (
        "GML",
        "4711",
        "2026-01-30",
    )
    assert gml.conforms_to == ["http://www.opengis.net/def/crs/EPSG/0/25832"]
    assert of(first.format[0]) == of(second.format[0]) == "SHP"
    assert all(of(file.license[0]) == "zero" or "zero" in file.license[0] for file in (gml, first, second))


def test_an_entry_may_link_to_its_file_itself() -> None:
    streets, pictures, nothing = (entry.read() for entry in service().entries)
    node = streets.record.root
    assert node.id == SERVICE + "#strassen"
    assert (of(node.distribution[0].format[0]), node.distribution[0].byte_size[0].text) == ("GML", "123456")
    assert node.distribution[0].license == []
    assert len(node.distribution[0].rights) == 1
    assert node.publisher[0].name == ["Stadt Neuwald"]
    assert node.contact_point[0].has_email == ["mailto:geodaten@neuwald.example"]
    assert streets.faults == Counter({"date-unreadable": 1})
    assert pictures.record.root.distribution[0].access_url == ["https://bilder.example/atom/luftbild.xml"]
    assert of(pictures.record.root.distribution[0].license[0]) == "2.0"
    assert {"identifier-missing", "title-missing-in-source"} <= nothing.faults.keys()


def test_a_dataset_feed_alone_is_one_dataset() -> None:
    page = atom.read(
        PORTAL,
        atom.start(PORTAL)[0],
        answer(fixture("dataset.xml"), "https://geo.neuwald.example/atom/bplan.xml"),
    )
    (entry,) = page.entries
    node = entry.read().record.root
    assert (page.total, entry.identifier) == (1, "https://geo.neuwald.example/atom/bplan.xml")
    assert (node.title, len(node.distribution)) == (["Bebauungspläne – Dateien"], 3)


def test_thousands_of_parts_are_kept_and_noted() -> None:
    links = "".join(f'<link rel="section" type="image/tiff" href="/{number}.tif"/>' for number in range(8000))
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><id>urn:x</id><entry><title>t</title>{links}</entry></feed>'
    (entry,) = atom.read(PORTAL, atom.start(PORTAL)[0], answer(feed)).entries
    reading = entry.read()
    assert len(reading.record.root.distribution) == 8000
    assert reading.faults["distribution-excess"] == 1


def test_a_page_leads_to_the_next_one() -> None:
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="?page=2"/><entry><link rel="alternate" type="application/atom+xml" href="/a"/></entry></feed>'
    page = atom.read(PORTAL, atom.start(PORTAL)[0], answer(feed))
    assert [(call.step, call.url) for call in page.calls] == [
        ("dataset", "https://geo.neuwald.example/a"),
        ("feed", SERVICE + "?page=2"),
    ]
    assert page.total is None


def test_what_proves_it() -> None:
    found = {name: surest("atom", payload) for name, payload in fixtures("atom")}
    assert found["service.xml"] >= 90
    assert 70 <= found["dataset.xml"] < 90
    news = '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>x</title><link href="/a.html"/></entry></feed>'
    assert (
        surest("atom", answer(news)) == surest("atom", answer("<rss/>")) == surest("atom", answer("{}")) == 0
    )


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!doctype html><p>Wartung", "html-instead"),
        (b"<feed><entry><title>a", "truncated"),
        (b'<!DOCTYPE feed [<!ENTITY a "b">]><feed>&a;</feed>', "entities-refused"),
        (b"<rss/>", "unexpected-shape"),
        (b"{}", "not-xml"),
    ],
)
def test_answers_that_are_none(body: bytes, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        atom.read(PORTAL, atom.start(PORTAL)[0], answer(body))
    assert refusal.value.slug == slug


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("48.2 9.8 48.5 10.1", [[9.8, 48.2], [10.1, 48.5]]),
        ("48.2,9.8", [[9.8, 48.2]]),
        ("48.2", None),
        ("1 2 3", None),
        ("a b", None),
        ("", None),
    ],
)
def test_latitude_stands_first(text: str, found: list[list[float]] | None) -> None:
    assert pairs(text) == found


names = st.sampled_from(
    ["title", "id", "link", "author", "name", "category", "rights", "updated", "polygon", "entry"]
)
xml = st.recursive(
    st.text("ab:/ 1.", max_size=6),
    lambda inner: st.builds(
        lambda name, parts, href: f'<{name} href="{href}" rel="alternate">{"".join(parts)}</{name}>',
        names,
        st.lists(inner, max_size=4),
        st.text("a:/[]", max_size=4),
    ),
    max_leaves=12,
)


@given(st.lists(xml, max_size=6))
def test_any_feed_is_read(parts: list[str]) -> None:
    payload = answer(f"<feed>{''.join(parts)}</feed>")
    atom.recognise(PORTAL, atom.start(PORTAL)[0], payload)
    for entry in atom.read(PORTAL, atom.start(PORTAL)[0], payload).entries:
        assert entry.read().record.root


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("atom"), portal, "atom", path="/atom") as crawled:
        yield crawled


def test_all_pages_and_their_datasets_are_read(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"]) == ("atom", "complete", 6)
    assert {count for (count,) in world.datasets("distributions")} == {1}


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 4)


def test_a_broken_feed_costs_only_its_dataset(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["outcome"], run["delivered"]) == ("partial", 5)
