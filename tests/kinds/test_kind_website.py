"""Plain web pages: what is followed, how files form groups, that nothing of it passes for a catalogue."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from crawls import OPTIONS, Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from loopback import Loopback, fixed, serving, text
from neighbours import FIXTURES, surest
from portal_website import page as made
from portal_website import portal

from catalog.record.table import Dataset, Distribution
from catalog.record.terms import IRI
from crawler.fetch.detect import HINT
from crawler.fetch.memory import MemorySink
from crawler.fetch.run import crawl, detect
from crawler.formats.data_words import strength, strength_of_address
from crawler.formats.html_page import read_page
from crawler.formats.html_parts import Link
from crawler.formats.reading import Entry, UnreadablePayload
from crawler.formats.web_files import file_of, groups
from crawler.sources import website
from crawler.sources.protocol import Call, Page, Payload, Portal
from crawler.sources.registry import sources

SITE = "https://www.kleinmuster.example"
PORTAL = Portal("kleinmuster", SITE + "/", title="Stadt Kleinmuster", kind="website")


def answer(name: str, path: str) -> Payload:
    body = (FIXTURES / "website" / name).read_bytes()
    return Payload(SITE + path, 200, {"content-type": "text/html; charset=utf-8"}, body)


def read(payload: Payload, depth: int = 1, portal: Portal = PORTAL) -> Page:
    return website.read(portal, Call(payload.url, "page", state={"depth": depth}, page=True), payload)


def html(body: str, path: str = "/daten", title: str = "Offene Daten") -> Payload:
    page = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return Payload(SITE + path, 200, {"content-type": "text/html"}, page.encode())


def dataset(entry: Entry) -> Dataset:
    root = entry.read().record.root
    assert isinstance(root, Dataset)
    return root


def files(entry: Entry) -> dict[str, Distribution]:
    return {str(part.access_url[0]).rpartition("/")[2]: part for part in dataset(entry).distribution}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("website")
    with crawled_twice(folder, portal, "website", known_kind="website") as runs:
        yield runs


def test_pages_of_data_are_found_and_read_whole(crawled: Crawled) -> None:
    run = crawled.run("sound")
    assert (run["outcome"], run["delivered"], run["rejected"]) == ("complete", 5, 0)
    assert run["skipped"] == '{"document":1}', "the form on the home page is no data"
    titles = [title for title, kind in crawled.datasets("title, type") if kind == "website"]
    assert titles == ["Dienste", "Baumkataster", "Haushalt", "Kitas", "Zählstellen"]


def test_only_promising_pages_of_the_own_host_are_asked_for_once(crawled: Crawled) -> None:
    asked = crawled.sound.asked[: len(crawled.sound.asked) // 2]
    assert sorted(asked) == sorted(
        ["/robots.txt", "/", "/sitemap.xml", "/offene-daten", "/offene-daten/", "/geodaten", "/statistik-archiv",
         "/geoportal", "/fremd", "/offene-daten/verkehr"]
    )  # fmt: skip


def test_a_second_crawl_sees_what_changed(crawled: Crawled) -> None:
    run = crawled.run("sound", 2)
    counts = {name: run[name] for name in ("outcome", "added", "changed", "unchanged", "gone")}
    assert counts == {"outcome": "complete", "added": 1, "changed": 1, "unchanged": 3, "gone": 1}


def test_a_page_that_fails_leaves_the_crawl_partial(crawled: Crawled) -> None:
    first, second = crawled.run("broken"), crawled.run("broken", 2)
    assert (first["outcome"], first["delivered"]) == ("partial", 1)
    assert (second["outcome"], second["gone"]) == ("partial", 0)


def test_the_pages_are_kept_as_evidence(crawled: Crawled) -> None:
    kept = (
        "select distinct status from payload where url like '%/offene-daten' or url like '%archiv' order by 1"
    )
    assert [status for (status,) in crawled.store.conn.execute(kept)] == [200, 404]


def test_limits_and_robots_hold() -> None:
    chain = {f"/daten/{n}": fixed(made("Daten", f'<a href="/daten/{n + 1}">mehr</a>')) for n in range(9)}
    rules = {"/robots.txt": fixed(text("User-agent: *\nDisallow: /daten/2\n", "text/plain"))}
    deep, capped, strict = Loopback(chain), Loopback(chain), Loopback({**chain, **rules})
    with serving(deep, capped, strict):
        portals = [
            Portal("deep", deep.url, kind="website", settings={"path": "/daten/0", "max_depth": "2"}),
            Portal(
                "capped", capped.url, kind="website", settings={"path": "/daten/0 daten/5", "max_pages": "3"}
            ),
            Portal("strict", strict.url, kind="website", settings={"path": "/daten/0"}),
        ]
        results = crawl(portals, lambda _: MemorySink(), OPTIONS)
    assert [path for path in deep.asked if "/daten" in path][-1] == "/daten/2"
    assert (results[0].outcome, results[1].outcome) == ("empty", "partial")
    assert "after 3 calls" in results[1].facts.note
    assert [path for path in strict.asked if path.startswith("/daten")] == ["/daten/0", "/daten/1"]
    assert results[2].facts.failures == {"blocked": 1}


def test_it_is_never_chosen_unasked_and_never_sure() -> None:
    payload = answer("open_data.html", "/offene-daten")
    unasked = website.recognise(replace(PORTAL, kind=""), Call(SITE), payload)
    asked = website.recognise(PORTAL, Call(SITE), payload)
    assert unasked is not None
    assert unasked.confidence < HINT
    assert asked is not None
    assert asked.confidence <= 60
    assert (
        website.recognise(replace(PORTAL, kind=""), Call(SITE), html("<p>Willkommen</p>", "/", "Musterstadt"))
        is None
    )
    town, other = Loopback(portal(0, False)), Loopback(portal(0, False))
    with serving(town, other):
        (found,) = detect([town.url], OPTIONS)
        detect(
            [other.url], OPTIONS, {kind: source for kind, source in sources().items() if kind != "website"}
        )
    assert found.kind == ""
    assert next(step.verdict for step in found.evidence) == "website"
    assert len(town.asked) == len(other.asked), "its probe costs no request"


def test_a_page_of_data_is_no_ckan() -> None:
    assert surest("ckan", answer("open_data.html", "/")) == 0


def test_files_are_grouped_below_the_nearest_heading_that_says_something() -> None:
    page = read(answer("open_data.html", "/offene-daten"))
    found = {entry.identifier.rpartition("#")[2]: entry for entry in page.entries}
    assert list(found) == [
        "baumkataster", "haushalt/2025", "haushalt/2024", "dienste", "kitas/betreuungsplaetze", "bericht",
    ]  # fmt: skip
    trees = files(found["baumkataster"])
    assert list(trees) == ["baumkataster.csv", "baumkataster.geojson", "baumkataster-erlaeuterung.pdf"]
    assert dataset(found["haushalt/2025"]).title == ["Haushalt 2025"]
    assert {entry.type for entry in page.entries} == {"website"}


def test_a_record_says_what_the_page_says() -> None:
    page = read(answer("open_data.html", "/offene-daten?utm_source=nav"))
    reading = page.entries[0].read()
    trees = dataset(page.entries[0])
    assert trees.landing_page == [IRI(f"{SITE}/offene-daten")]
    assert trees.description == ["Standorte und Arten der Bäume. Stand: 31.12.2025"]
    assert trees.modified[0].text == "2025-12-31"
    assert trees.publisher[0].name == ["Stadt Kleinmuster"]
    assert trees.contact_point[0].has_email == [IRI("mailto:opendata@kleinmuster.example")]
    assert trees.language == [IRI("http://publications.europa.eu/resource/authority/language/DEU")]
    assert "nicht in einem Datenkatalog" in str(trees.provenance[0].rest)
    (row,) = dataset(page.entries[4]).distribution
    assert row.title == ["Plätze je Kita 12.01.2026"], "CSV alone would say nothing"
    csv = files(page.entries[0])["baumkataster.csv"]
    assert csv.title == ["Baumkataster"]
    assert csv.byte_size[0].text == "1258291"
    assert csv.license == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
    assert csv.format == [IRI("http://publications.europa.eu/resource/authority/file-type/CSV")]
    assert (reading.type, reading.unread, reading.faults) == ("website", {}, {})


def test_a_service_has_an_address_of_access_only() -> None:
    entry = next(
        entry
        for entry in read(answer("open_data.html", "/d")).entries
        if entry.identifier.endswith("dienste")
    )
    (part,) = dataset(entry).distribution
    assert str(part.format[0]).endswith("WMS_SRVC")
    assert part.access_url
    assert not part.download_url


def test_captions_terms_and_lines_in_bold_are_headings_too() -> None:
    page = read(answer("rows.html", "/statistik.html"))
    found = {entry.identifier.rpartition("#")[2]: entry for entry in page.entries}
    assert list(found) == ["bevoelkerung", f"{SITE}/statistik.html", "arbeitsmarkt", "wahlen"]
    people = files(found["bevoelkerung"])
    assert [part.byte_size[0].text for part in people.values() if part.byte_size] == ["49152"]
    assert [str(part.format[0])[-4:] for part in people.values()] == ["XLSX", "/CSV"]
    assert list(files(found[f"{SITE}/statistik.html"])) == ["jahrbuch.pdf"]
    assert dataset(found["wahlen"]).issued[0].text == "2026-03-03"
    work = found["arbeitsmarkt"].read()
    assert work.faults == {"licence-unknown": 1}
    assert dataset(found["arbeitsmarkt"]).publisher[0].name == ["Stadt Kleinmuster"], (
        "the registry's, for want of another"
    )


def test_what_the_head_says_and_nothing_reads_is_counted() -> None:
    payload = answer("rows.html", "/statistik")
    body = payload.body.replace(
        b"</head>", b'<meta name="DC.mandate" content="x"><meta name="DC.title" content="y"></head>'
    )
    assert read(replace(payload, body=body)).entries[0].read().unread == {"meta.dc.mandate": 1}


@pytest.mark.parametrize(
    ("link", "code", "kind"),
    [
        (Link("https://a.example/x.csv?v=2", "x"), "CSV", "data"),
        (Link("https://a.example/get?file=x.geojson", "x"), "GEOJSON", "data"),
        (Link("https://a.example/ows?service=WFS&request=GetCapabilities", "x"), "WFS_SRVC", "service"),
        (Link("https://a.example/arcgis/rest/services/a/FeatureServer/0", "x"), "REST", "service"),
        (Link("https://a.example/node/17", "Bäume (CSV)", download=True), "CSV", "data"),
        (Link("https://a.example/download/17", "Bäume", "Bäume (XLSX, 3 kB)"), "XLSX", "data"),
        (Link("https://a.example/karten.zip", "Karten"), "ZIP", "archive"),
        (Link("https://a.example/plan.pdf", "Plan"), "PDF", "document"),
        (Link("https://a.example/archiv", "Archiv"), "", ""),
        (Link("https://a.example/seite.html", "CSV"), "CSV", "data"),
        (Link("https://a.example/seite.php", "Bäume (CSV)"), "", ""),
        (Link("https://a.example/rss.xml", "x", type="application/rss+xml"), "XML", "data"),
        (Link("https://a.example/feed.rss", "x"), "", ""),
        (Link("https://a.example/bild.png", "x"), "", ""),
    ],
)  # fmt: skip
def test_which_links_are_files(link: Link, code: str, kind: str) -> None:
    found = file_of(link)
    assert (found.format.code, found.kind) == (code, kind) if found else not code


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Offene Daten", 2), ("Open-Data-Portal", 2), ("OpenData", 2), ("Zahlen, Daten, Fakten", 2), ("Geodatenviewer", 2),
        ("Statistisches Jahrbuch", 2), ("Facts & Figures", 2), ("data set", 2), ("Haushaltsplan 2026", 1), ("Wahlen", 1),
        ("Baumkataster", 1), ("Datenschutz", 0), ("Kontaktdaten", 0), ("Datenschutz bei Wahlen", 0), ("Rathaus", 0),
        ("Datenschutz und offene Daten", 2), ("", 0),
    ],
)  # fmt: skip
def test_words_of_data(text: str, value: int) -> None:
    assert strength(text) == value
    assert strength_of_address("https://a.example/rathaus/" + text.replace(" ", "-") + "/index.html") in (
        value,
        0 if "," in text else value,
    )


def test_links_are_followed_with_the_host_of_their_page_and_without_sessions() -> None:
    links = (
        '<a href="http://kleinmuster.example/open-data;jsessionid=1?utm_source=a&amp;id=5#top">Open Data</a>'
        '<a href="https://kreis.example/offene-daten">Offene Daten des Kreises</a>'
        '<a href="/suche?q=offene+daten">Offene Daten suchen</a> <a href="/login/daten">Daten</a>'
        '<a href="/a/a/a/a/daten">Daten</a> <a rel="nofollow" href="/offene-daten">Offene Daten</a>'
        '<a href="/daten?monat=2">Daten</a> <a href="mailto:x@kleinmuster.example">Daten</a> <a href="javascript:1">Daten</a>'
        '<a href="/wahlen">Wahlen</a> <a href="/rathaus">Rathaus</a> <a href="http://[1/daten">Daten</a>'
    )
    calls = read(html(links, "/"), depth=0).calls
    assert [call.url for call in calls] == [
        f"{SITE}/open-data?id=5",
        f"{SITE}/daten?monat=2",
        f"{SITE}/wahlen",
    ]
    assert all(call.page and call.state["depth"] == 1 for call in calls)


def test_pages_of_a_list_are_as_deep_as_the_first() -> None:
    page = read(html('<a href="?seite=2">2</a> <a href="/daten/baeume">Bäume</a>'), depth=2)
    assert {call.url: call.state["depth"] for call in page.calls} == {
        f"{SITE}/daten?seite=2": 2,
        f"{SITE}/daten/baeume": 3,
    }
    assert read(html('<a href="/daten/baeume">Bäume</a>'), depth=3).calls == []


def test_a_moved_home_page_takes_its_host_along() -> None:
    moved = replace(html('<a href="/offene-daten">Offene Daten</a>', "/"), url="https://neu.example/")
    (call,) = read(moved, depth=0).calls
    assert (call.url, call.state["home"]) == ("https://neu.example/offene-daten", "neu.example")
    body = html('<h2>Bäume</h2><a href="x.csv">x</a>')
    there = website.read(PORTAL, call, replace(body, url=call.url))
    assert len(there.entries) == 1
    assert website.read(PORTAL, call, replace(body, url="https://elsewhere.example/x")).entries == []


def test_a_sitemap_adds_pages_of_data() -> None:
    sitemap = website.start(PORTAL)[-1]
    body = "".join(
        f"<url><loc>{url}</loc></url>"
        for url in (
            f"{SITE}/a/geodaten?x=1&amp;y=2",
            f"{SITE}/rathaus",
            f"{SITE}/open-data/x.csv",
            "https://b.example/daten",
        )
    )
    page = website.read(PORTAL, sitemap, Payload(sitemap.url, 200, {}, f"<urlset>{body}</urlset>".encode()))
    assert [call.url for call in page.calls] == [f"{SITE}/a/geodaten?x=1&y=2"]
    assert sitemap.optional


@pytest.mark.parametrize(
    ("setting", "urls"),
    [({}, [f"{SITE}/"]), ({"path": "/daten open-data/"}, [f"{SITE}/daten", f"{SITE}/open-data/"])],
)
def test_where_it_starts(setting: dict[str, str], urls: list[str]) -> None:
    calls = website.start(replace(PORTAL, settings=setting))
    assert [call.url for call in calls] == [*urls, f"{SITE}/sitemap.xml"]
    assert next(call.cap for call in calls) == 60
    assert website.split(PORTAL, calls[0]) == []


BAD = {
    "empty": b"", "json": b'{"a": 1}', "xml": b'<?xml version="1.0"?><rss/>', "pdf": b"%PDF-1.7", "text": b"Fehler",
    "entities": b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>', "deep": b"<html>" + b"<div>" * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_page_is_refused_as_first_and_passed_over_as_linked(name: str) -> None:
    payload = Payload(SITE, 200, {}, BAD[name])
    with pytest.raises(UnreadablePayload) as caught:
        read(payload, depth=0)
    assert caught.value.slug == ("too-deep" if name == "deep" else "unexpected-shape")
    assert read(payload) == Page()
    assert website.recognise(PORTAL, Call(SITE), payload) is None


@pytest.mark.parametrize(
    ("body", "content_type", "wrong"),
    [
        ("<html><title>Bäume</title>".encode(), "text/html", 0),
        ("<html><title>Bäume</title>".encode("cp1252"), "text/html; charset=windows-1252", 0),
        ("<html><meta charset='latin-1'><title>Bäume</title>".encode("latin-1"), "text/html", 0),
        ("<html><title>Bäume</title>".encode("cp1252"), "text/html; charset=utf-8", 1),
        ("<html><title>Bäume</title>".encode(), "text/html; charset=klingon", 1),
        ("<html><title>Bäume</title>".encode("utf-16"), "text/html", 0),
    ],
)
def test_charsets(body: bytes, content_type: str, wrong: int) -> None:
    page = read_page(body, content_type, SITE)
    assert (page.title, page.faults["charset-wrong"]) == ("Bäume", wrong)


TAGS = st.sampled_from(
    ["h1", "h2", "h3", "p", "ul", "li", "table", "caption", "tr", "td", "dl", "dt", "dd", "main", "nav", "b"]
)
PIECES = st.one_of(
    st.builds("<{}>".format, TAGS),
    st.builds("</{}>".format, TAGS),
    st.builds(
        '<a href="{}">'.format,
        st.text(max_size=12) | st.sampled_from(["x.csv", "/y.xlsx", "?a=b.json", "//[", "x.pdf"]),
    ),
    st.text(max_size=12),
    st.sampled_from(
        ["</a>", "<!--", "-->", "<script>", "<base href='//b'>", "&#0;", "&amp;", "\x00", "Lizenz: cc-by"]
    ),
)


@given(st.lists(PIECES, max_size=40))
def test_whatever_a_page_holds_its_files_come_once_and_can_be_read(pieces: list[str]) -> None:
    payload = html("".join(pieces))
    page = read(payload)
    for entry in page.entries:
        assert entry.read().record.root.id
        assert entry.read().type == "website"
    web = read_page(payload.body, "text/html", payload.url)
    for group in groups(web):
        urls = [file.link.url for file in group.files]
        assert urls
        assert len(urls) == len(set(urls))
    assert all(call.url.startswith(SITE) for call in page.calls)


def test_a_page_of_very_many_files_is_read_and_says_so() -> None:
    links = "".join(f'<li><a href="{number}.csv">Datei {number}</a></li>' for number in range(8_000))
    page = read(html(f"<h1>Daten</h1><ul>{links}</ul>"))
    reading = page.entries[0].read()
    assert reading.faults["distribution-excess"] == 1
    assert len(getattr(reading.record.root, "distribution")) == 8_000  # noqa: B009
