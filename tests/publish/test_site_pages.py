"""The pages for people: that they say what is in the database, in the reader's language, and harm nobody."""

import re
import sqlite3
from contextlib import closing
from typing import Any

import orjson
import pytest
from outline import Outline, one_of_each
from sample_catalogue import BIG, HOSTILE, Sample, key_of
from sqlite_utils import Database

from catalog.store.schema import MIGRATIONS

DATASET = key_of("musterhafen", 0)
PAGES = (
    *(
        "/",
        "/datasets",
        "/datasets?q=baum&theme=ENVI",
        "/datasets?state=gone",
        "/portals",
        "/portal/musterhafen",
    ),
    *("/portal/bergheim", "/portal/waldau", "/runs", "/run/3", "/changes", "/changes?event=changed&run=2"),
    *(
        f"/dataset/{DATASET}",
        f"/dataset/{key_of('musterhafen', 2)}",
        f"/dataset/{key_of('musterhafen', 236)}",
    ),
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_page_is_sound_html_in_the_language_asked_for(get: Any, path: str, language: str) -> None:
    answer = get(path, accept_language=language)
    page = Outline(answer.text)
    assert answer.status_code == 200
    assert page.all("html") == [{"lang": language}]
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.tags[[tag for tag, _ in page.tags].index("body") + 1] == (
        "a",
        {"class": "skip", "href": "#content"},
    )
    assert {item["hreflang"] for item in page.all("link") if "hreflang" in item} == {"de", "en", "x-default"}
    assert [item for item in page.all("script") if item.get("type") != "application/ld+json"] == []
    assert not [
        item for _, item in page.tags if "style" in item or any(name.startswith("on") for name in item)
    ]
    assert all(item.get("scope") for item in page.all("th"))


@pytest.fixture(scope="module")
def pages(get: Any) -> dict[str, Outline]:
    """Path → the page, asked for once."""
    return {path: Outline(get(path).text) for path in PAGES}


def test_links_within_the_site_lead_somewhere(get: Any, pages: dict[str, Outline]) -> None:
    assert all(len(page.links()) > 8 for page in pages.values())
    asked = one_of_each(set().union(*(page.links() for page in pages.values())))
    assert len(asked) > 20
    assert [address for address in asked if get(address).status_code != 200] == []


@pytest.mark.slow
def test_all_links_within_the_site_lead_somewhere(get: Any, pages: dict[str, Outline]) -> None:
    asked = set().union(*(page.links() for page in pages.values()))
    assert [address for address in asked if get(address).status_code != 200] == []


@pytest.mark.parametrize("path", PAGES)
def test_no_address_other_than_http_becomes_a_link(pages: dict[str, Outline], path: str) -> None:
    page = pages[path]
    assert [item for item in page.all("a") if not re.match(r"/|#|https?://", str(item["href"]))] == []
    assert page.all("img") == []


def test_hostile_text_stays_text(get: Any) -> None:
    key = key_of("musterhafen", 2)
    page = Outline(get(f"/dataset/{key}").text)
    assert HOSTILE in page.words
    assert "<script>alert" not in get(f"/dataset/{key}").text
    assert "<b>kennzahl" not in get("/portal/musterhafen").text


def test_a_script_address_is_shown_without_a_link(get: Any) -> None:
    answer = get(f"/dataset/{key_of('musterhafen', 3)}")
    assert 'href="javascript' not in answer.text.lower()
    assert "javascript:alert(1)" in Outline(answer.text).words


def test_pages_forbid_scripts_and_foreign_resources(get: Any) -> None:
    policy = get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert get("/").headers["x-content-type-options"] == "nosniff"


def test_vary_says_on_what_a_page_depends(get: Any) -> None:
    assert get("/").headers["vary"] == "Accept-Language"
    assert get(f"/dataset/{DATASET}").headers["vary"] == "Accept, Accept-Language"
    assert "vary" not in get("/catalog.ttl").headers


def test_head_answers_like_get(get: Any) -> None:
    for path in ("/", "/datasets", f"/dataset/{DATASET}", "/catalog.ttl", "/robots.txt", "/healthz"):
        assert get(path, method="HEAD").status_code == 200
        assert get(path, method="HEAD").headers["content-type"] == get(path).headers["content-type"]


def test_the_language_in_the_address_wins_and_is_kept(get: Any) -> None:
    page = Outline(get("/?lang=en", accept_language="de").text)
    assert page.all("html") == [{"lang": "en"}]
    assert "/portals?lang=en" in {item["href"] for item in page.all("a")}
    assert "/portals" in {item["href"] for item in Outline(get("/", accept_language="en").text).all("a")}


def test_the_overview_counts_what_is_there(get: Any) -> None:
    words = " ".join(Outline(get("/").text).words.split())
    assert "278 Datensätze" in words
    assert "2 von 6 Portale vollständig gelesen" in words
    assert "Stand: 15.11.2026" in words


def test_a_zero_says_why(get: Any) -> None:
    assert "Das Portal hat nicht geantwortet" in get("/portal/bergheim").text
    assert "Zeitüberschreitung nach 3 Versuchen" in get("/portal/bergheim").text
    assert "untersagt den automatischen Zugriff" in get("/portal/waldau").text
    assert "führt aber keinen Datensatz auf" in get("/portal/leer").text


def test_a_portal_shows_evidence_unread_fields_and_rejected_entries(get: Any) -> None:
    assert "User-agent: bestand" in get("/portal/waldau").text
    words = Outline(get("/portal/musterhafen").text).words
    assert "extras.<b>kennzahl</b>" in words
    assert "kaputt-1" in words


def test_a_dataset_shows_its_changes_field_by_field(get: Any) -> None:
    text = get(f"/dataset/{DATASET}").text
    assert "<del>jährlich</del>" in text
    assert "<ins>monatlich</ins>" in text
    assert "<ins>Datei eins</ins>" in text


def test_a_dataset_that_is_gone_says_since_when(get: Any) -> None:
    assert "steht seit 15.11.2026 nicht mehr im Portal" in get(f"/dataset/{key_of('musterhafen', 236)}").text


def test_search_engines_get_schema_org(get: Any) -> None:
    text = get(f"/dataset/{key_of('musterhafen', 2)}").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    described = orjson.loads(found[1])
    assert described["name"] == HOSTILE
    assert described["@type"] == "Dataset"
    assert described["url"].startswith("https://bestand.example/dataset/")


@pytest.mark.parametrize("words", ["Spielplätze", "Spielplaetze", "spielplatze", "SPIELPLATZ", "spielpl"])
def test_umlauts_are_found_in_every_spelling(get: Any, words: str) -> None:
    assert "Spielplätze 13" in get(f"/datasets?q={words}").text


@pytest.mark.parametrize("words", ["Straßenverzeichnis", "strassenverzeichnis", "STRASSENVERZ"])
def test_sharp_s_is_found_in_every_spelling(get: Any, words: str) -> None:
    assert "Straßenverzeichnis 14" in get(f"/datasets?q={words}").text


@pytest.mark.parametrize(
    "words", ['"', "title:x OR *", "a' or 1=1 --", "NEAR(", "%00", "\u2603", "x" * 5000, "-"]
)
def test_any_words_are_harmless(get: Any, words: str) -> None:
    answer = get("/datasets?q=" + words)
    assert answer.status_code == 200


def test_filters_narrow_and_count(get: Any, sample: Sample) -> None:
    with closing(sqlite3.connect(sample.path)) as db:
        (expected,) = db.execute(
            "select count(*) from dataset join dataset_theme on dataset_theme.dataset = dataset.id"
            " where gone_run is null and theme = 'ENVI' and license = 'cc-by-4.0' and portal = 1"
        ).fetchone()
    db.close()
    assert f"{expected} Treffer" in get("/datasets?theme=ENVI&license=cc-by-4.0&portal=musterhafen").text
    assert f"{BIG} Treffer" in get("/datasets?portal=musterhafen").text
    assert "2 Treffer" in get("/datasets?state=gone").text
    assert "0 Treffer" in get("/datasets?portal=nirgends").text


def test_paging_shows_every_hit_once(get: Any) -> None:
    keys: list[str] = []
    for number in range(1, 4):
        keys += re.findall(
            r'<h2><a href="/dataset/(\w+)', get(f"/datasets?portal=altdorf&page={number}").text
        )[:20]
    assert len(set(keys[:30])) == 30


@pytest.mark.parametrize("path", ["/nix", "/dataset/nix", "/portal/nix", "/run/99", "/dataset/~3Cscript~3E"])
def test_what_is_not_there_is_said_in_the_readers_language(get: Any, capsys: Any, path: str) -> None:
    answer = get(path, accept_language="en")
    assert answer.status_code == 404
    assert "This page does not exist" in answer.text
    assert "Diese Seite gibt es nicht" in get(path).text
    assert "<script>" not in answer.text
    assert "Traceback" not in capsys.readouterr().err


def test_machines_are_told_in_their_form(get: Any) -> None:
    assert get("/dataset/nix.ttl").headers["content-type"].startswith("text/plain")
    assert get("/dataset/nix.json").json()["status"] == 404
    health = get("/healthz").json()
    assert health["ok"] is True
    assert health["last_run"]["run"] == 3
    assert "Disallow: /bestand" in get("/robots.txt").text


def test_the_style_sheet_may_be_kept_for_ever(get: Any) -> None:
    address = next(
        item["href"] for item in Outline(get("/").text).all("link") if item.get("rel") == "stylesheet"
    )
    answer = get(address)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert "http" not in answer.text.replace('a[href^="http"]', "")


def test_raw_tables_are_one_click_away(get: Any) -> None:
    assert "/bestand" in {item["href"] for item in Outline(get("/").text).all("a")}
    assert len(get("/bestand/dataset.json?_shape=array&_size=max").json()) == 280
    assert "Datensätze" in get("/bestand/dataset").text
    answer = get("/bestand.json?sql=select+fold('Straße')+as+f&_shape=array")
    if answer.status_code == 302:  # Datasette 1.0 has an address of its own for queries
        answer = get(answer.headers["location"])
    assert answer.json() == [{"f": "strasse"}]


def test_an_empty_catalogue_is_served(tmp_path: Any, other: Any) -> None:
    database = Database(tmp_path / "empty.db")
    MIGRATIONS.apply(database)
    database.conn.close()
    fetch = other(tmp_path / "empty.db")
    for path in ("/", "/datasets", "/portals", "/runs", "/changes", "/healthz", "/catalog.ttl"):
        assert fetch(path).status_code == 200
    assert "Es wurde noch nichts erhoben" in fetch("/").text


def test_silent_where_no_catalogue_is_served(tmp_path: Any, other: Any) -> None:
    with sqlite3.connect(tmp_path / "foreign.db") as db:
        db.execute("create table dataset (id integer)")
    db.close()
    fetch = other(tmp_path / "foreign.db")
    assert "content-security-policy" not in fetch("/").headers
    assert fetch("/datasets").status_code == 404
    assert "Bestand" not in fetch("/datasets").text


def test_below_a_prefix_all_links_keep_it(sample: Sample, other: Any) -> None:
    fetch = other(sample.path, settings={"base_url": "/daten/"}, base_url="https://stadt.example/daten")
    for path in ("/", "/portal/musterhafen", f"/dataset/{DATASET}", "/datasets?q=baum"):
        page = Outline(fetch(path).text)
        inside = [
            str(item["href"])
            for item in page.all("a") + page.all("link")
            if str(item["href"]).startswith("/")
        ]
        assert [address for address in inside if not address.startswith("/daten/")] == []
        assert {item["hreflang"]: item["href"] for item in page.all("link") if "hreflang" in item}[
            "x-default"
        ] == (f"https://stadt.example/daten{path}")
    assert "<https://stadt.example/daten/catalog.ttl?page=2>" in fetch("/catalog.ttl").text
    assert "Disallow: /daten/bestand" in fetch("/robots.txt").text
