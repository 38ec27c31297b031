"""An inventory as a table: delimiters, encodings, sheets, columns by their names, two crawls."""

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from crawls import Crawled, crawled_twice
from hypothesis import given
from hypothesis import strategies as st
from neighbours import FIXTURES, surest
from portal_table import portal

from catalog.vocabulary.tables import read_table
from crawler.formats.inventory import column_names, find_header, read_access
from crawler.formats.reading import Reading, UnreadablePayload
from crawler.formats.table_rows import read_tables
from crawler.sources import table
from crawler.sources.protocol import Page, Payload, Portal

TEMPLATE = Path(__file__).parents[2] / "schemas" / "models" / "inventory-template.csv"
PORTAL = Portal("neuwald", "https://www.neuwald.example/inventar.csv")
ENGLISH = (FIXTURES / "table" / "english.csv").read_bytes()


def asked(body: bytes, content_type: str = "text/csv", where: Portal = PORTAL) -> Page:
    return table.read(
        where, table.start(where)[0], Payload(where.url, 200, {"content-type": content_type}, body)
    )


def readings(body: bytes) -> list[Reading]:
    return [entry.read() for entry in asked(body).entries]


def one(**columns: str) -> Reading:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerow(columns)
    (reading,) = readings(text.getvalue().encode())
    return reading


def of(address: str) -> str:
    return address.rpartition("/")[2]


def test_the_template_has_every_column_and_is_read_without_a_fault() -> None:
    rows = list(csv.reader(io.StringIO(TEMPLATE.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert rows[0] == [row["label_de"] for row in read_table("inventory-column")]
    open_one, internal = readings(TEMPLATE.read_bytes())
    for reading in (open_one, internal):
        assert (reading.faults, reading.unread) == (Counter(), Counter())
    node = open_one.record.root
    assert (node.id, node.title) == (PORTAL.url + "#spielplaetze", ["Spielplätze"])
    assert [of(uri) for uri in (*node.access_rights, *node.theme, *node.frequency, *node.language)] == [
        "PUBLIC",
        "ENVI",
        "ANNUAL",
        "DEU",
    ]
    assert (node.publisher[0].name, node.contact_point[0].fn) == (["Grünflächenamt"], ["Geodatenstelle"])
    assert node.distribution[0].license == ["http://dcat-ap.de/def/licenses/dl-by-de/2.0"]
    assert (of(node.distribution[0].format[0]), node.distribution[0].byte_size[0].text) == ("CSV", "49152")
    assert (node.issued[0].text, node.modified[0].text, node.temporal[0].start_date[0].text) == (
        "2020-05-04",
        "2026-01-31",
        "2019-01-01",
    )
    closed = internal.record.root
    assert (of(closed.access_rights[0]), closed.distribution) == ("NON_PUBLIC", [])
    assert len(closed.applicable_legislation) == len(closed.provenance) == 1
    assert {of(term) for term in closed.rest} == {"rights"}


def test_no_name_of_a_column_means_two_things() -> None:
    seen: dict[str, str] = {}
    for row in read_table("inventory-column"):
        for text in (row["label_de"], row["label_en"], *row["aliases"].split("|")):
            (header,) = [find_header([[text, "Titel", "Amt"]])]
            assert header is not None
            seen.setdefault(text.casefold(), row["name"])
            assert seen[text.casefold()] == row["name"], text
    assert set(column_names().values()) == {row["name"] for row in read_table("inventory-column")}


def test_headers_below_a_title_and_files_of_one_dataset_in_several_rows() -> None:
    trees, dogs, budget = readings(ENGLISH)
    files = trees.record.root.distribution
    assert [(of(file.format[0]), of(file.access_url[0])) for file in files] == [
        ("CSV", "t.csv"),
        ("GEOJSON", "t.geojson"),
    ]
    assert trees.unread == Counter({"Colour": 1})
    assert of(dogs.record.root.access_rights[0]) == "NON_PUBLIC"
    assert [of(file.access_url[0]) for file in budget.record.root.distribution] == [
        "b-2024.csv",
        "b-2025.csv",
    ]
    assert asked(ENGLISH).total == 3


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_delimiters_and_encodings_are_found_out(delimiter: str, encoding: str) -> None:
    rows = [["Titel", "Amt", "Lizenz"], ["Bäume, alt; neu", "Grün", "CC0"], ['Mit "Zitat"', "", "frei"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    (found, *_), faults = read_tables(text.getvalue().encode(encoding))
    assert found == rows
    assert faults == Counter({"charset-wrong": 1} if encoding == "cp1252" else {})


def test_what_excel_says_itself_counts() -> None:
    assert read_tables(b"sep=|\r\nTitel|Amt, Stelle\r\na|b\r\n")[0] == [
        [["Titel", "Amt, Stelle"], ["a", "b"]]
    ]
    assert read_tables("Straße".encode("latin-1"), "text/csv; charset=ISO-8859-1")[1] == Counter()


def workbook(*sheets: list[list[Any]]) -> bytes:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_excel_is_read_by_its_best_sheet() -> None:
    body = workbook(
        [["Hinweise"], ["Bitte lesen"]],
        [
            ["Inventar"],
            [],
            ["Kennung", "Titel", "Amt", "Stand", "Turnus"],
            [17.0, "Bäume", "Grün", datetime(2026, 1, 31), "jährlich"],
        ],
    )
    (entry,) = asked(body, "application/octet-stream").entries
    node = entry.read().record.root
    assert (entry.identifier, node.title, node.modified[0].text) == ("17", ["Bäume"], "2026-01-31")
    assert surest("table", Payload(PORTAL.url, 200, {}, body)) >= 80


def test_cells_of_excel_become_texts() -> None:
    body = workbook(
        [["Titel", "Amt"], [True, None], [1.5, date(2024, 2, 3)], ["a", datetime(2024, 2, 3, 4, 5)]]
    )
    (rows,), _ = read_tables(body)
    assert rows[1:] == [["True"], ["1.5", "2024-02-03"], ["a", "2024-02-03T04:05:00"]]


def packed(name: str, size: int = 1) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(name, b"0" * size)
    return body.getvalue()


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"<!doctype html><p>Wartung", "html-instead"),
        (b'{"success": false}', "unexpected-shape"),
        (b"", "unexpected-shape"),
        (b"a;b;c\n1;2;3\n", "unexpected-shape"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1old", "unexpected-shape"),
        (packed("word/document.xml"), "unexpected-shape"),
        (packed("xl/workbook.xml"), "truncated"),
        (b"PK\x03\x04broken", "truncated"),
    ],
)
def test_answers_that_are_none(body: bytes, slug: str) -> None:
    pytest.importorskip("openpyxl")
    with pytest.raises(UnreadablePayload) as refusal:
        asked(body)
    assert refusal.value.slug == slug
    assert str(refusal.value).endswith(".")


def test_a_workbook_that_unpacks_to_more_than_memory_holds_is_refused() -> None:
    pytest.importorskip("openpyxl")
    with pytest.raises(UnreadablePayload) as refusal:
        asked(packed("xl/workbook.xml", 210_000_000))
    assert refusal.value.slug == "unexpected-shape"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("offen", "PUBLIC"),
        ("Öffentlich", "PUBLIC"),
        ("ja", "PUBLIC"),
        ("nicht öffentlich", "NON_PUBLIC"),
        ("nein (Datenschutz)", "NON_PUBLIC"),
        ("intern", "NON_PUBLIC"),
        ("auf Anfrage beim Amt", "RESTRICTED"),
        ("eingeschränkt", "RESTRICTED"),
        ("siehe Satzung", ""),
        ("", ""),
    ],
)
def test_words_for_access(text: str, code: str) -> None:
    assert read_access(text) == code


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"Titel": "", "Amt": "x"}, "title-missing-in-source"),
        ({"Titel": "x", "Stand": "bald"}, "date-unreadable"),
        ({"Titel": "x", "Lizenz": "frei nach Schnauze"}, "licence-unknown"),
        ({"Titel": "x", "Turnus": "wenn Zeit ist"}, "frequency-unknown"),
        ({"Titel": "x", "Kategorie": "Allerlei"}, "theme-unknown"),
        ({"Titel": "x", "Link": "auf dem Server", "Format": "Zettel"}, "format-unknown"),
    ],
)
def test_what_is_odd_is_a_fault(columns: dict[str, str], fault: str) -> None:
    assert one(**columns).faults[fault] == 1


def test_places_and_people() -> None:
    node = one(
        Titel="x",
        Ort="Neuwald; 09 1 62 000; 091620000000",
        Ansprechpartner="amt@x.example",
        Amt="Bau",
        Abteilung="Tiefbau",
    ).record.root
    assert [of(place) for place in node.spatial[1:]] == ["09162000", "091620000000"]
    assert node.contact_point[0].has_email == ["mailto:amt@x.example"]
    assert (node.publisher[0].name, node.creator[0].name) == (["Bau"], ["Tiefbau"])


def test_what_is_an_inventory_and_what_is_only_data() -> None:
    assert surest("table", Payload(PORTAL.url, 200, {}, ENGLISH)) >= 80
    data = b"Name;Adresse;Format\nBad;Weg 1;A4\n"
    assert surest("table", Payload(PORTAL.url, 200, {}, data)) == 0
    few = b"Titel;Amt;Link\nx;y;z\n"
    assert 50 <= surest("table", Payload(PORTAL.url, 200, {}, few)) < 60


def test_a_file_on_disk_is_a_file() -> None:
    local = Portal("x", "file:///srv/daten/inventar.csv")
    assert [call.url for call in table.start(local)] == [local.url]
    assert asked(ENGLISH, where=local).entries[0].read().record.root.id == local.url + "#d1"


@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=6))
def test_any_row_is_read(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["Titel", "Amt", "Download", "Format", "Zeitraum", "Ort", "Kennung"], *rows])
    for entry in asked(text.getvalue().encode("utf-8", "replace")).entries:
        assert entry.read().record.root


@given(st.binary(max_size=60) | st.binary(max_size=40).map(lambda body: b"PK\x03\x04" + body))
def test_any_answer_is_a_page_or_a_refusal(body: bytes) -> None:
    try:
        assert asked(body).total is not None
    except UnreadablePayload:
        return


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("table"), portal, "table", path="/inventar.csv") as crawled:
        yield crawled


def test_the_table_is_read_whole(world: Crawled) -> None:
    run = world.run("sound")
    assert (world.kind(), run["outcome"], run["delivered"], run["claimed"]) == ("table", "complete", 12, 12)
    assert ("Datensatz 0 – Straße",) in world.datasets("dataset.title")


def test_the_second_crawl_sees_what_changed(world: Crawled) -> None:
    run = world.run("sound", 2)
    assert (run["added"], run["changed"], run["gone"], run["unchanged"]) == (0, 1, 1, 10)


def test_a_broken_row_costs_nothing_else(world: Crawled) -> None:
    run = world.run("broken")
    assert (run["outcome"], run["delivered"]) == ("complete", 12)
