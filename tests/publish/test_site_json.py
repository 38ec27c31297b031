"""What answers with JSON: the catalogue as DCAT-US, and its description as OpenAPI. Figures lead to just their rows."""

import csv
import io
import re
import sqlite3
from collections import OrderedDict
from contextlib import closing
from typing import Any

import orjson
import pytest
from sample_measured import BURG, HAFEN, Measured
from seen import Page
from served import BASE

from catalog.publish import selection
from catalog.publish.data_json import entry
from catalog.publish.selection import Published, Scope
from catalog.publish.site import openapi
from catalog.publish.site.messages import MESSAGES
from catalog.publish.site.model_names import english_name
from catalog.publish.site.observations import LONGEST, observed
from catalog.publish.site.routes import ROUTES
from crawler.formats.data_json import read_catalogue

MODEL = "flora-und-fauna-baumbestand-baumkataster"


def _published(measured: Measured, scope: Scope) -> list[Published]:
    with closing(sqlite3.connect(measured.path)) as conn:
        given = selection.values(scope, selection.withheld(conn), False)
        return [Published(*row) for row in conn.execute(selection.all_of(scope), given)]


@pytest.mark.parametrize(
    "path", ["/data.json", f"/municipality/{HAFEN}/data.json", "/portal/hafen/data.json"]
)
def test_a_reader_of_data_json_reads_every_dataset(look: Any, path: str) -> None:
    answer = look(path)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    found, _ = read_catalogue(orjson.loads(answer.content), BASE + path)
    for item in found:
        assert item.read().record.root.title
    assert len({item.identifier for item in found}) == len(found) > 0
    assert look(path, if_none_match=answer.headers["etag"]).status_code == 304
    assert look(path, "HEAD").content == b""


def test_data_json_holds_what_the_feed_holds(
    look: Any, measured: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = _published(measured, Scope())
    monkeypatch.setattr("catalog.publish.feed.PAGE_SIZE", 3)
    monkeypatch.setattr("catalog.publish.site.paging.PAGE_SIZE", 3)
    monkeypatch.setattr("catalog.publish.site.paging._FOUND", OrderedDict())
    listed = orjson.loads(look("/data.json").content)["dataset"]
    assert listed == [entry(BASE, row) for row in rows]
    assert all(item["title"] and item["identifier"] for item in listed)


def test_data_json_of_nothing_known_is_not_there(look: Any) -> None:
    assert look("/portal/nirgends/data.json").status_code == 404
    assert look("/municipality/nirgends/data.json").status_code == 404


def test_what_a_record_does_not_say_is_left_out() -> None:
    record = {
        "@class": "Dataset",
        "title": ["=A<b>"],
        "temporal": [{"start_date": ["2020"]}],
        "access_rights": [{"@id": "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"}],
        "frequency": [{"@id": "http://publications.europa.eu/resource/authority/frequency/MONTHLY"}],
        "landing_page": [{"@id": "javascript:alert(1)"}],
        "distribution": [
            {"access_url": [{"@id": "https://a.example/b.csv"}], "media_type": [{"@id": "http://www.iana.org/assignments/media-types/text/csv"}]},
            {},
        ],
    }  # fmt: skip
    row = Published(
        1, "k", "id", "", "Dataset", "", orjson.dumps(record).decode(), "p", "https://p.example", "", "", None
    )
    assert entry(BASE, row) == {
        "@type": "dcat:Dataset",
        "identifier": f"{BASE}/dataset/k",
        "title": "=A<b>",
        "accessLevel": "restricted public",
        "accrualPeriodicity": "R/P1M",
        "distribution": [
            {"@type": "dcat:Distribution", "accessURL": "https://a.example/b.csv", "mediaType": "text/csv"}
        ],
    }


def _filled(path: str, key: str) -> str:
    known = {"ags": HAFEN, "slug": MODEL, "key": "hafen" if path.startswith("/portal") else key}
    filled = re.sub(r"\{(\w+)\}", lambda found: known[found[1]], path)
    return f"{filled}?town={HAFEN}" if "starter" in path else filled


def test_openapi_describes_what_answers_with_json(look: Any, measured: Measured) -> None:
    described = orjson.loads(look("/openapi.json").content)
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": BASE}]
    key = _published(measured, Scope())[0].key
    for path, operations in described["paths"].items():
        (promised,) = operations["get"]["responses"]["200"]["content"]
        answer = look(_filled(path, key))
        assert answer.status_code == 200, path
        assert answer.headers["content-type"].partition(";")[0] == promised, path
        assert isinstance(orjson.loads(answer.content), dict | list)
        named = {item["name"] for item in operations["get"]["parameters"] if item["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path))


def test_openapi_leaves_no_route_of_json_out() -> None:
    patterns = [pattern for pattern, _ in ROUTES if re.search(r"json\)?\$$", pattern) or "healthz" in pattern]
    known = [re.sub(r"\{\w+\}", "1", route.path) for route in openapi.ROUTES]
    for pattern in patterns:
        assert any(re.match(pattern, path) for path in known), pattern


def test_a_model_dataset_has_a_feed_of_changes(look: Any) -> None:
    answer = look(f"/model/{MODEL}/feed.atom")
    assert answer.status_code == 200
    assert b"<entry>" in answer.content
    assert look("/model/nirgends/feed.atom").status_code == 404


def _rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def _number(page: Page, words: str) -> int:
    found = re.search(rf"([\d\u202f]+) {words}", page.text)
    assert found, words
    return int(found[1].replace("\u202f", ""))


@pytest.mark.parametrize("ags", [HAFEN, BURG])
def test_the_number_of_datasets_leads_to_just_these(look: Any, ags: str) -> None:
    page = Page(look(f"/municipality/{ags}?lang=de").text)
    (target,) = {link for link in page.links if link.startswith("/datasets?") and "once=" in link and "theme" not in link
                 and "format" not in link and "license" not in link}  # fmt: skip
    number = _number(page, "Datensätze")
    assert _number(Page(look(target).text), "Treffer") == number
    assert len(_rows(look(target.replace("/datasets?", "/datasets.csv?")))) == number


@pytest.mark.parametrize(
    "query",
    ["", f"municipality={HAFEN}", "event=added", "portal=hafen", "run=1", f"municipality={HAFEN}&event=gone"],
)
def test_changes_are_taken_along_as_the_page_shows_them(look: Any, query: str) -> None:
    page = Page(look(f"/changes?{query}").text)
    (target,) = [link for link in page.links if link.startswith("/changes.csv")]
    shown = [link for link in page.links if link.startswith("/dataset/") and link.endswith("#history")]
    rows = _rows(look(target))
    assert len(rows) == len(shown) or len(shown) == 50 < len(rows)
    assert {f"/dataset/{row['dataset']}#history" for row in rows} >= set(shown)


@pytest.mark.parametrize("check", ["keywordAvailability", "distribution-license-missing"])
@pytest.mark.parametrize("query", ["", f"municipality={HAFEN}", "portal=hafen", "state=Musterland"])
def test_checks_are_taken_along_as_the_page_shows_them(look: Any, check: str, query: str) -> None:
    page = Page(look(f"/quality/{check}?{query}&lang=de").text)
    (target,) = [link for link in page.links if link.startswith(f"/quality/{check}.csv")]
    shown = {link for link in page.links if link.startswith("/dataset/")}
    assert {f"/dataset/{row['key']}" for row in _rows(look(target))} == {
        link.partition("?")[0] for link in shown
    }


def test_other_lists_are_narrowed_down_too(look: Any) -> None:
    assert {row["level"] for row in _rows(look("/municipalities.csv?level=1-4"))} <= {"1", "2", "3", "4"}
    assert len(_rows(look("/municipalities.csv"))) > len(_rows(look(f"/municipalities.csv?q={HAFEN}"))) == 1
    assert {row["ags"] for row in _rows(look(f"/together.csv?town={HAFEN}"))} <= {HAFEN}
    assert {row["topic"] for row in _rows(look("/models.csv?topic=Bau"))} == {"Bau"}
    assert _rows(look("/changes.csv?municipality=nirgends")) == []


def test_names_of_model_datasets_follow_the_reader(look: Any) -> None:
    german, english = (look(f"/models?lang={lang}").text for lang in ("de", "en"))
    assert "Baumkataster" in german
    assert english_name("Baumkataster", "tree register") == "Tree register"
    assert english_name("Baumkataster", "") == "Baumkataster"
    assert look("/together?lang=en").text.count("Flora und Fauna - ") == 0
    assert english != german


def test_notes_of_a_crawl_are_said_in_german() -> None:
    assert observed("The portal answers with status 500.", "de") == (
        "Das Portal antwortet mit Status 500.",
        "de",
    )
    assert observed("34 of 60 records were not found; held.", "de")[0].startswith("34 von 60 ")
    assert observed("The portal answers with status 500.", "en") == (
        "The portal answers with status 500.",
        "en",
    )
    assert observed("The portal is no longer ckan but data_json.", "en")[0].endswith(" CKAN but data.json.")
    assert observed("The portal is no longer ckan but data_json.", "de")[0].endswith(
        "CKAN, sondern data.json."
    )
    assert (
        observed("robots.txt names bestand; policy strict.", "de")[0]
        == "robots.txt nennt bestand; jede Regel gilt."
    )
    assert observed("Something new", "de") == ("Something new", "en")
    assert observed("x" * (LONGEST + 1), "de")[1] == "en"


def test_every_state_of_a_row_has_a_name() -> None:
    from catalog.measure.stocktaking.states import STATES
    from catalog.store.links import UNKNOWN, WORKING

    for state in (*WORKING, *UNKNOWN):
        assert f"reach.{state}" in MESSAGES
    for state in STATES:
        assert f"status.{state}" in MESSAGES
