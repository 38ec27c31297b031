"""Every list as CSV and XLSX; Atom and sitemap; hostile text in all of them."""

import csv
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pyoxigraph
import pytest
from sample_measured import BURG, HAFEN, TOWNS, Measured
from served import BASE

from catalog.publish.listings import BATCH, DATASET_COLUMNS, LISTINGS, OF_MUNICIPALITY
from catalog.publish.site import sitemap
from catalog.publish.syntaxes import SYNTAXES
from catalog.publish.tables import MOST_ROWS, csv_rows, write_xlsx
from catalog.store.copying import copy_database

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PATHS = [
    *(f"/{name}" for name in ("datasets", *LISTINGS)),
    *(f"/municipality/{HAFEN}/{name}" for name in ("datasets", "changes", *OF_MUNICIPALITY)),
    *("/portal/hafen/datasets", "/portal/hafen/changes", "/run/1"),
    *("/model/flora-und-fauna-baumbestand-baumkataster/datasets",),
    *("/quality/keywordAvailability", "/quality/distribution-license-missing"),
]
FORMULAS = ('=cmd|" /C calc"!A0', "+1+1", "-2", "@SUM(A1)", "\t=1", "＝1+1")
HOSTILE = "<script>alert(1)</script>\u202e\x00]]>&\"'"


def _table(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def _sheet(answer: Any) -> list[tuple[Any, ...]]:
    assert answer.status_code == 200
    return list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)


@pytest.mark.parametrize("path", PATHS)
def test_both_forms_hold_the_same_rows(look: Any, path: str) -> None:
    answer = look(f"{path}.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    sheet = _sheet(look(f"{path}.xlsx"))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["content-disposition"]
    assert rows[0] == list(sheet[0])
    assert len(rows) == len(sheet)


def test_the_list_of_datasets_holds_all_that_are_there(look: Any, measured: Measured) -> None:
    rows = _table(look("/datasets.csv"))
    connection = sqlite3.connect(measured.path)
    sql = "select key from dataset where gone_run is null and type != 'website' order by id"
    assert [row["key"] for row in rows] == [key for (key,) in connection.execute(sql)]
    connection.close()
    assert tuple(rows[0]) == DATASET_COLUMNS
    assert {row["municipality"] for row in rows} >= {HAFEN, BURG}
    assert any(row["same_as"] for row in rows)
    assert all(row["points"] for row in rows)


def test_a_list_is_read_in_batches_without_loss(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {path: look(f"{path}.csv").content for path in PATHS}
    monkeypatch.setattr("catalog.publish.listings.BATCH", 3)
    monkeypatch.setattr("catalog.publish.site.lists.BATCH", 3)
    assert BATCH > 3
    assert {path: look(f"{path}.csv").content for path in PATHS} == whole


def test_a_search_is_taken_along_as_it_is(look: Any) -> None:
    rows = _table(look("/datasets.csv?q=baumkataster"))
    assert rows
    assert all("aum" in row["title"] for row in rows)
    assert _table(look("/datasets.csv?q=gibtesnicht")) == []


def test_a_municipalitys_list_is_its_own(look: Any) -> None:
    assert {row["municipality"] for row in _table(look(f"/municipality/{BURG}/datasets.csv"))} == {BURG}


def test_changes_are_narrowed_down(look: Any) -> None:
    every = _table(look("/changes.csv"))
    assert {row["event"] for row in every} == {"added", "changed", "gone"}
    assert {row["run"] for row in _table(look("/changes.csv?run=8"))} == {"8"}
    assert {row["municipality"] for row in _table(look(f"/municipality/{BURG}/changes.csv"))} == {BURG}


def test_every_municipality_stands_in_the_list(look: Any) -> None:
    rows = _table(look("/municipalities.csv"))
    assert {row["ags"] for row in rows} >= {ags for ags, *_ in TOWNS}
    assert all(row["result"] for row in rows if row["ags"] == HAFEN)


@pytest.mark.parametrize(
    "path",
    [
        "/municipality/1/datasets.csv",
        "/portal/x/changes.csv",
        "/run/99.csv",
        "/quality/none.csv",
        "/model/x/datasets.xlsx",
    ],
)
def test_unknown_lists_are_not_found(look: Any, path: str) -> None:
    assert look(path).status_code == 404


def test_lists_answer_head_and_304(look: Any) -> None:
    head = look("/datasets.csv", method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert look("/datasets.csv", if_none_match=head.headers["etag"]).status_code == 304
    assert look("/datasets.csv?q=baum").headers["etag"] != head.headers["etag"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_runs_as_a_formula(text: str) -> None:
    (cell,) = next(csv.reader(io.StringIO(csv_rows([[text]]).decode())))
    assert cell.startswith("'")
    stream = io.BytesIO()
    write_xlsx(stream, "x", ["a"], [[text]])
    stream.seek(0)
    written = openpyxl.load_workbook(stream).active["A2"]
    assert written.data_type in ("s", "n")
    assert written.data_type != "f"


def test_a_workbook_says_where_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.publish.tables.MOST_ROWS", 2)
    assert MOST_ROWS > 2
    stream = io.BytesIO()
    assert write_xlsx(stream, "x" * 40, ["a"], [[1], [2], [3]]) == 2
    stream.seek(0)
    rows = list(openpyxl.load_workbook(stream).active.values)
    assert [row[0] for row in rows[:3]] == ["a", 1, 2]
    assert "CSV" in str(rows[3][0])


@pytest.mark.parametrize("path", ["/feed.atom", f"/municipality/{BURG}/feed.atom", "/portal/hafen/feed.atom"])
def test_changes_come_as_atom(look: Any, path: str) -> None:
    answer = look(f"{path}?lang=en")
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    identifiers = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert feed.findtext(f"{ATOM}id") == f"{BASE}{path}"
    assert 0 < len(identifiers) == len(set(identifiers)) <= 50
    times = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert times == sorted(times, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == times[0]


@pytest.mark.parametrize("path", ["/municipality/1/feed.atom", "/portal/x/feed.atom", "/sitemap-7.xml"])
def test_unknown_feeds_are_not_found(look: Any, path: str) -> None:
    assert look(path).status_code == 404


def test_the_sitemap_leads_to_every_dataset_once(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "PART", 10)
    index = ElementTree.fromstring(look("/sitemap.xml").content)
    files = [one.text or "" for one in index.iter(f"{SITE}loc")]
    assert len(files) > 3
    found: list[str] = []
    for file in files:
        part = ElementTree.fromstring(look(file.removeprefix(BASE)).content)
        found += [one.text or "" for one in part.iter(f"{SITE}loc")]
    assert len(found) == len(set(found))
    listed = {f"{BASE}/dataset/{row['key']}" for row in _table(look("/datasets.csv"))}
    assert listed == {one for one in found if "/dataset/" in one}
    assert f"{BASE}/municipality/{HAFEN}" in found
    assert f"Sitemap: {BASE}/sitemap.xml" in look("/robots.txt").text


@pytest.fixture
def hostile(measured: Measured, tmp_path: Path, other: Callable[..., Any]) -> Any:
    """The measured sample with hostile text wherever a portal could put it."""
    path = tmp_path / "hostile.db"
    copy_database(measured.path, path)
    connection = sqlite3.connect(path)
    long = f"{HOSTILE}{'x' * 1_000_000}"
    record = connection.execute("select version from dataset where id = 1").fetchone()[0]
    text = connection.execute("select record from version where id = ?", [record]).fetchone()[0]
    named = text.replace('"title":["', '"title":["\\u0000\\u202e<script>alert(1)</script>]]>', 1)
    connection.execute("update version set record = ? where id = ?", [named, record])
    connection.execute(
        "update dataset set title = ?, landing_page = 'javascript:alert(1)' where id = 1", [long]
    )
    connection.execute("update dataset set title = ? where id = 2", ["=HYPERLINK(1)"])
    connection.execute("update portal set title = ?, publisher = ?", [HOSTILE, HOSTILE])
    connection.execute("update municipality set name = ?", [HOSTILE])
    connection.commit()
    connection.close()
    return other(path)


@pytest.mark.parametrize("extension", SYNTAXES)
def test_hostile_text_breaks_no_feed(hostile: Any, extension: str) -> None:
    for path in ("/catalog", "/portal/hafen/catalog", f"/municipality/{HAFEN}/catalog", "/quality"):
        answer = hostile(f"{path}.{extension}")
        assert len(list(pyoxigraph.parse(answer.content, format=SYNTAXES[extension].form))) > 10
        assert "\u202e" not in answer.text
        assert "\x00" not in answer.text
        assert "javascript:" not in answer.text


def test_hostile_text_breaks_no_atom_and_no_table(hostile: Any) -> None:
    for path in ("/feed.atom", f"/municipality/{HAFEN}/feed.atom", "/portal/hafen/feed.atom"):
        answer = hostile(path)
        ElementTree.fromstring(answer.content)
        assert "<script" not in answer.text
        assert len(answer.content) < 100_000
    for path in ("/datasets", "/portals", "/municipalities", "/changes"):
        rows = list(csv.reader(io.StringIO(hostile(f"{path}.csv").content.decode())))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell.startswith("=")]
        assert len(_sheet(hostile(f"{path}.xlsx"))) == len(rows)
