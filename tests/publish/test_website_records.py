"""What was found on web pages is no catalogue's record: said everywhere, counted apart, left out of feeds and exports."""

import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sample_catalogue import Sample, key_of

from catalog.publish.export import export, found_on_pages
from catalog.publish.serve import settings
from catalog.store.facets import refresh_facets
from catalog.store.reading import WEBSITE
from crawler.cli import main

BASE = "https://bestand.example"
LISTED, FOUND = 236 + 30, 12
PAGE = key_of("neustadt", 400)
TYPE = f"<{BASE}/datasets?type=website>"
SAID = {"de": "auf einer Webseite gefunden", "en": "found on a web page"}


@pytest.fixture(scope="session")
def mixed(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample catalogue, whose third portal is a town's website, and whose second one lies on disk."""
    path = tmp_path_factory.mktemp("mixed") / "mixed.db"
    with closing(sqlite3.connect(sample.path)) as origin, closing(sqlite3.connect(path)) as copy:
        origin.backup(copy)
        copy.execute("update portal set kind = 'website' where id = 3")
        copy.execute("update dataset set type = 'website' where portal = 3")
        refresh_facets(copy, 3)
        copy.execute(
            "update portal set url = 'file:///srv/daten/', title = '', kind = 'rdf_folder' where id = 2"
        )
        copy.execute(
            "insert into version values (2001, 401, 3, 'changed', 'x', (select record from version where id = 401))"
        )
        copy.commit()
    return path


@pytest.fixture
def get(mixed: Path, other: Callable[..., Any]) -> Callable[..., Any]:
    return other(mixed, base_url=BASE, settings=settings())  # type: ignore[no-any-return]


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.text)


def hits(page: str) -> int:
    found = re.search(r'role="status">([\d\u202f,]+) (?:hits?|Treffer)', page)
    assert found
    return int(re.sub(r"\D", "", found[1]))


def test_the_overview_counts_them_apart(get: Any) -> None:
    page = text(get("/?lang=en"))
    figures = re.findall(r'<li><a href="([^"]+)"><b>([\d,]+)</b> <span>([^<]+)</span>', page)
    counted = {
        words: (address.replace("&amp;", "&"), int(number.replace(",", "")))
        for address, number, words in figures
    }
    assert counted["datasets"][1] == LISTED
    assert counted["found on web pages (not counted)"][1] == FOUND
    for words in ("datasets", "found on web pages (not counted)"):
        address, number = counted[words]
        assert hits(text(get(address))) == number, "a figure leads to just the entries behind it"
    assert "1 of 5" not in page
    assert "2 of 5" in page, "a website is no portal that could be read completely"
    assert "Neustadt offen</a></th>" not in page


def test_without_any_the_overview_says_nothing(sample: Sample, other: Callable[..., Any]) -> None:
    page = text(other(sample.path)("/?lang=en"))
    assert "web page" not in page
    assert "type=catalogue" not in page


def test_rankings_and_findings_of_the_overview_leave_them_out(get: Any) -> None:
    page = text(get("/?lang=en"))
    links = re.findall(
        r'<th scope="row"><a href="(/datasets\?(?!finding)[^"]+)">.*?<td class="n">(\d+)</td>',
        page,
        re.DOTALL,
    )
    assert len(links) > 10
    for address, number in links:
        assert hits(text(get(address.replace("&amp;", "&")))) == int(number), address


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "path",
    ["/datasets?q=&portal=neustadt", f"/dataset/{PAGE}", "/portal/neustadt", "/portals", "/changes", "/"],
)
def test_every_page_that_shows_one_says_so(get: Any, path: str, language: str) -> None:
    joint = "&" if "?" in path else "?"
    assert SAID[language] in text(get(f"{path}{joint}lang={language}"))


@pytest.mark.parametrize("path", [f"/dataset/{key_of('musterhafen', 1)}", "/portal/musterhafen"])
def test_what_a_catalogue_lists_is_not_called_so(get: Any, path: str) -> None:
    assert SAID["en"] not in text(get(f"{path}?lang=en"))


def test_the_search_can_be_narrowed_to_either(get: Any) -> None:
    both = text(get("/datasets?lang=en"))
    assert (hits(both), "Origin" in both) == (LISTED + FOUND, True)
    only = text(get("/datasets?type=website&lang=en"))
    assert hits(only) == only.count("<article") == only.count(f'tag fair">{SAID["en"]}') == FOUND
    assert "Neustadt offen" in only
    assert hits(text(get("/datasets?type=catalogue&lang=en"))) == LISTED
    assert hits(text(get("/datasets?type=catalogue&portal=neustadt&lang=en"))) == 0
    assert hits(text(get("/datasets?type=nonsense&lang=en"))) == LISTED + FOUND
    with_words = [
        hits(text(get(f"/datasets?q=baum&type={kind}&lang=en"))) for kind in ("catalogue", "website")
    ]
    assert sum(with_words) == hits(text(get("/datasets?q=baum&lang=en")))
    assert min(with_words) > 0
    facets = text(get("/datasets?q=baum&lang=en"))
    assert "from a catalogue" in facets
    assert "Origin" not in text(get("/datasets?portal=musterhafen&lang=en")), (
        "no choice where all is of one kind"
    )


def test_feeds_leave_them_out_unless_asked(get: Any) -> None:
    plain, full = get("/catalog.nt"), get("/catalog.nt?website=1")
    pages = [text(get(f"/catalog.nt?page={number}")) for number in (1, 2, 3)]
    assert f'totalItems> "{LISTED}"' in plain.text
    assert f'totalItems> "{LISTED + FOUND}"' in full.text
    assert not any("neustadt" in page for page in pages)
    assert plain.headers["etag"] != full.headers["etag"]
    assert "page=2&website=1" in full.headers["link"]
    last = text(get("/catalog.nt?page=3&website=1"))
    assert last.count(f"<http://purl.org/dc/terms/type> {TYPE}") == FOUND


def test_a_portals_own_feed_and_a_single_record_say_what_they_are(get: Any) -> None:
    assert text(get("/portal/neustadt/catalog.nt")).count(TYPE) == FOUND
    assert text(get(f"/dataset/{PAGE}.nt")).count(TYPE) == 1
    assert TYPE not in text(get(f"/dataset/{key_of('musterhafen', 1)}.nt"))


@pytest.mark.parametrize("form", ["nt", "ttl", "csv"])
def test_exports_leave_them_out_unless_asked(mixed: Path, form: str) -> None:
    def count(**asked: Any) -> int:
        return export(mixed, io.BytesIO(), form, **asked)

    assert (count(), count(websites=True), count(portal="neustadt")) == (LISTED, LISTED + FOUND, FOUND)
    assert found_on_pages(mixed) == FOUND


def test_the_command_says_what_it_left_out(mixed: Path, tmp_path: Path) -> None:
    def said(*options: str) -> str:
        arguments = ["export", "--db", str(mixed), "-o", str(tmp_path / "x"), *options]
        return CliRunner().invoke(main, arguments).stderr

    assert f"{LISTED} datasets written. {FOUND} found on web pages were left out" in said()
    assert said("--with-website") == f"bestand: {LISTED + FOUND} datasets written.\n"
    assert "left out" not in said("--portal", "musterhafen")


def test_a_portal_on_disk_is_shown_without_a_link(get: Any) -> None:
    dataset = key_of("altdorf", 300)
    for path in (
        "/portal/altdorf",
        f"/dataset/{dataset}",
        "/portals",
        "/datasets?portal=altdorf",
        "/changes",
    ):
        assert not re.search(r"""(?:href|src|action)=["']file:""", text(get(path))), path
    assert "file:///srv/daten/" in text(get("/portal/altdorf"))
    record = text(get(f"/dataset/{dataset}.nt"))
    assert f"<http://www.w3.org/ns/prov#wasDerivedFrom> <{BASE}/portal/altdorf>" in record
    assert "file:" not in record


def test_the_word_is_that_of_the_reader_of_pages() -> None:
    from crawler.formats.web_record import TYPE as FOUND_TYPE
    from crawler.sources.website import KIND

    assert WEBSITE == FOUND_TYPE == KIND
