"""Sitemaps and schema.org: which pages are read, what they say, two crawls."""

import gzip
from collections import Counter
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from neighbours import FIXTURES, PORTAL, fixtures, surest, taken_for
from portal_sitemap import portal

from crawler.formats.reading import Reading, UnreadablePayload
from crawler.formats.schema_org import read_datasets
from crawler.formats.schema_org_page import datasets_in
from crawler.sources import sitemap
from crawler.sources.protocol import Call, Page, Payload, Portal

SITE = "https://www.neuwald.example"


def fixture(name: str) -> bytes:
    return (FIXTURES / "sitemap" / name).read_bytes()


def asked(body: bytes, step: str = "sitemap", path: str = "/sitemap.xml", portal: Portal = PORTAL) -> Page:
    call = Call(SITE + path, step)
    return sitemap.read(portal, call, Payload(call.url, 200, {"content-type": "text/html"}, body))


def readings(name: str) -> list[Reading]:
    return [entry.read() for entry in asked(fixture(name), "page", "/daten/1").entries]


def described(**keys: Any) -> Reading:
    (entry,) = read_datasets([{"@type": "Dataset", **keys}], SITE + "/seite")
    return entry.read()


def of(address: str) -> str:
    return address.rpartition("/")[2]


def test_a_dataset_says_everything() -> None:
    (reading,) = readings("page.html")
    node = reading.record.root
    assert node.id == SITE + "/daten/spielplaetze#dataset"
    assert (node.identifier, node.other_identifier[0].notation) == (["NW-1"], ["10.1/nw1"])
    assert (node.title, node.description) == (["Spielplätze in Neuwald"], ["Standorte aller Spielplätze"])
    assert node.landing_page == [SITE + "/daten/spielplaetze"]
    assert node.keyword == ["Spielplatz", "Freizeit", "Kinder", "Zeitvertreib"]
    assert [of(uri) for uri in node.theme] == ["ENVI"]
    assert node.publisher[0].name == ["Stadt Neuwald"]
    assert (node.creator[0].id, node.creator[0].name) == (SITE + "/amt", ["Grünflächenamt"])
    assert node.contact_point[0].has_email == ["mailto:daten@neuwald.example"]
    assert (node.issued[0].text, node.modified[0].text) == ("2020-01-02", "2026-02-03T04:05:06Z")
    assert (node.temporal[0].start_date[0].text, node.temporal[0].end_date) == ("2019-01-01", [])
    assert "9.8 48.2" in node.spatial[0].bbox[0].text
    assert {of(term).rpartition("#")[2] for term in node.rest} == {"sameAs", "alternative", "isPartOf"}
    assert reading.unread == Counter({"neuesWort": 1})
    assert reading.faults == Counter({"text-has-markup": 1})


def test_its_files() -> None:
    (reading,) = readings("page.html")
    table, view = reading.record.root.distribution
    assert table.access_url == table.download_url == [SITE + "/daten/spielplaetze.csv"]
    assert (of(table.format[0]), of(table.media_type[0]), table.byte_size[0].text) == ("CSV", "csv", "12288")
    assert table.checksum[0].checksum_value[0].text.startswith("e3b0")
    assert (table.license, view.license) == (
        ["http://dcat-ap.de/def/licenses/cc-by/4.0"],
        ["http://dcat-ap.de/def/licenses/dl-zero-de/2.0"],
    )
    assert (of(view.format[0]), view.download_url) == ("WMS_SRVC", [])


def test_a_graph_with_prefixes_and_references() -> None:
    (reading,) = readings("graph.html")
    node = reading.record.root
    assert [(title.text, title.lang) for title in node.title] == [("Bäume", "de"), ("Trees", "en")]
    assert (node.publisher[0].name, node.distribution[0].access_url) == (
        ["Forstamt"],
        ["https://daten.neuwald.example/1.geojson"],
    )
    assert node.spatial[0].bbox
    assert not reading.unread


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({}, "title-missing-in-source"),
        ({"name": "x", "license": "irgendwie"}, "licence-unknown"),
        ({"name": "x", "temporalCoverage": "Mittelalter"}, "date-unreadable"),
        ({"name": "x", "dateModified": "bald"}, "date-unreadable"),
        ({"name": "{{title}}"}, "template-unrendered"),
        (
            {"name": "x", "distribution": {"contentUrl": "h ttp:", "encodingFormat": "Zettel"}},
            "format-unknown",
        ),
    ],
)
def test_what_is_odd_is_a_fault(keys: dict[str, Any], fault: str) -> None:
    assert described(**keys).faults[fault] == 1


def test_identifiers_and_null_everywhere() -> None:
    page = read_datasets(
        [{"name": "a", "identifier": 7}, {"name": "b", "url": SITE + "/b"}, {"name": "c"}], SITE
    )
    assert [entry.identifier for entry in page] == ["7", SITE + "/b", ""]
    assert read_datasets([{"name": "c"}], SITE)[0].identifier == SITE
    keys = (
        "name",
        "url",
        "license",
        "publisher",
        "distribution",
        "spatialCoverage",
        "keywords",
        "identifier",
    )
    assert described(**dict.fromkeys(keys)).faults == Counter({"title-missing-in-source": 1})
    files = [{"contentUrl": f"https://x.example/{number}.csv"} for number in range(8000)]
    assert len(described(name="x", distribution=files).record.root.distribution) == 8000


@pytest.mark.parametrize(
    ("page", "count"),
    [
        (b'<script type="application/ld+json"><!-- {"@type": "Dataset", "name": "x"} --></script>', 1),
        (b'<SCRIPT TYPE=application/ld+json>[{"@type": "schema:Dataset"}, {"@type": "Thing"}]</SCRIPT>', 1),
        (b'<script type="application/ld+json">{&quot;@type&quot;: &quot;Dataset&quot;}</script>', 1),
        (
            b'<script type="application/ld+json">{"@type": "WebPage", "mainEntity": {"@type": "Dataset"}}</script>',
            1,
        ),
        (b'{"@type": "DataCatalog", "dataset": [{"@type": "Dataset"}, {"@type": "Dataset"}]}', 2),
        (b'<script type="application/ld+json">{"@type": "Dataset", </script>', 0),
        (b'<script>{"@type": "Dataset"}</script>', 0),
        (
            '<meta charset=iso-8859-1><script type="application/ld+json">{"@type":"Dataset","name":"ä"}</script>'.encode(
                "latin-1"
            ),
            1,
        ),
    ],
)
def test_where_datasets_stand_in_a_page(page: bytes, count: int) -> None:
    assert len(datasets_in(page, "text/html")) == count


def test_a_graph_that_refers_to_itself_ends() -> None:
    nodes: list[Any] = [
        {"@id": f"_:{n}", "@type": "Thing", "x": [{"@id": f"_:{m}"} for m in range(40)]} for n in range(40)
    ]
    nodes.append({"@type": "Dataset", "name": "x", "about": {"@id": "_:1"}})
    assert len(datasets_in(orjson.dumps({"@graph": nodes}))) == 1


def test_a_sitemap_leads_to_the_pages_of_datasets() -> None:
    page = asked(fixture("sitemap.xml"))
    assert [of(call.url) for call in page.calls] == ["spielplaetze", "baeume"]
    assert (page.skipped["page"], page.total) == (1, None)
    every = asked(fixture("sitemap.xml").replace(b"datensaetze", b"seite"))
    assert len(every.calls) == 3
    chosen = asked(fixture("sitemap.xml"), portal=Portal("x", SITE, settings={"pages": "rathaus|baeume$"}))
    assert [of(call.url) for call in chosen.calls] == ["rathaus", "baeume"]
    assert asked(fixture("sitemap.xml"), portal=Portal("x", SITE, settings={"pages": "["})).calls == []


def test_an_index_leads_to_the_sitemaps_of_datasets() -> None:
    assert [of(call.url) for call in asked(fixture("index.xml")).calls] == ["sitemap-opendata.xml.gz"]
    everything = asked(fixture("index.xml"), portal=Portal("x", SITE, settings={"pages": "."}))
    assert len(everything.calls) == 2
    robots = asked(fixture("robots.txt"), "robots", "/robots.txt")
    assert [call.url for call in robots.calls] == [SITE + "/sitemap-datasets.xml"]
    assert [call.url for call in asked(b"User-agent: *", "robots", "/robots.txt").calls] == [
        SITE + "/sitemap.xml"
    ]


def test_packed_and_plain_lists() -> None:
    assert len(asked(gzip.compress(fixture("sitemap.xml"), mtime=0)).calls) == 2
    lines = b"https://www.neuwald.example/dataset/a\nhttps://www.neuwald.example/dataset/b\n"
    assert [of(call.url) for call in asked(lines, path="/sitemap.txt").calls] == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!doctype html><p>404", "html-instead"),
        (b"<urlset><url><loc>https://www", "truncated"),
        (gzip.compress(b"<urlset>" + bytes(range(48, 90)) * 9 + b"</urlset>", mtime=0)[:40], "truncated"),
        (b"\x1f\x8bxyz", "truncated"),
        (b"<feed/>", "unexpected-shape"),
        (b"{}", "not-xml"),
    ],
)
def test_lists_that_are_none(body: bytes, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        asked(body)
    assert refusal.value.slug == slug


def test_a_list_that_unpacks_to_more_than_memory_holds_is_refused() -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        asked(gzip.compress(b" " * 60_000_000, compresslevel=1, mtime=0))
    assert refusal.value.slug == "unexpected-shape"


def test_a_page_without_datasets_is_counted() -> None:
    page = asked(b"<html><p>Hallo", "page")
    assert (page.entries, page.skipped["page"]) == ([], 1)


def test_what_proves_it() -> None:
    found = {name: surest("sitemap", payload) for name, payload in fixtures("sitemap")}
    assert (found["page.html"], found["graph.html"], found["sitemap.xml"], found["robots.txt"]) == (
        70,
        70,
        58,
        55,
    )
    plain = Payload(
        SITE + "/sitemap.xml", 200, {}, b"<urlset><url><loc>https://x.example/a</loc></url></urlset>"
    )
    assert 0 < surest("sitemap", plain) < 50
    assert surest("sitemap", Payload(SITE + "/robots.txt", 200, {}, b"User-agent: *\nDisallow: /")) == 0


def test_told_apart_from_its_neighbours() -> None:
    assert taken_for("sitemap") == []


def test_where_a_listing_starts() -> None:
    def first(url: str, api_url: str = "") -> tuple[str, str]:
        (call,) = sitemap.start(Portal("x", url, api_url=api_url))
        return call.step, call.url

    assert first(SITE) == ("sitemap", SITE + "/sitemap.xml")
    assert first(SITE + "/karte/sitemap_daten.xml.gz") == ("sitemap", SITE + "/karte/sitemap_daten.xml.gz")
    assert first(SITE, SITE + "/robots.txt") == ("robots", SITE + "/robots.txt")
    assert first(SITE, SITE + "/katalog") == ("page", SITE + "/katalog")


json = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "@id",
                    "name",
                    "geo",
                    "box",
                    "url",
                    "distribution",
                    "publisher",
                    "keywords",
                    "license",
                    "spatialCoverage",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(json)
def test_any_dataset_is_read(value: Any) -> None:
    item = {**(value if isinstance(value, dict) else {"name": value}), "@type": "Dataset"}
    page = b'<script type="application/ld+json">' + orjson.dumps(item) + b"</script>"
    assert all(entry.read().record.root for entry in asked(page, "page").entries)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("sitemap"), portal, "sitemap", path="/robots.txt") as crawled:
        yield crawled


def test_all_sitemaps_and_their_pages_are_read(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"]) == ("sitemap", "complete", 6)
    assert {count for (count,) in world.datasets("distributions")} == {1}


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 4)


def test_a_broken_page_costs_only_its_dataset(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["outcome"], run["delivered"]) == ("partial", 5)
