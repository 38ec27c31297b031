"""Checking an uploaded file or inventory: the report, the limits, and that nothing is kept."""

import asyncio
import io
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from outline import Outline
from sample_measured import HAFEN, Measured
from served import BASE, close

from catalog.publish.serve import application, settings
from catalog.publish.site import checking, form
from crawler import uploads

Post = Callable[..., Any]
TURTLE = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://a.example/1> a dcat:Dataset ; dct:title "B\u00e4ume <script>alert(1)</script>"@de ; dcat:keyword "Baum" .
"""
TEMPLATE = (Path(__file__).parents[2] / "schemas" / "models" / "inventory-template.csv").read_bytes()


@pytest.fixture(scope="module")
def post(measured: Measured, loop: asyncio.AbstractEventLoop) -> Iterator[Post]:
    """`post(path, file=(name, bytes), cookie="", **fields)` to a site that can check files."""
    datasette = application(measured.path, BASE, settings(), checker="crawler.uploads")

    def send(path: str, file: tuple[str, bytes] | None = None, cookie: str = "", **fields: str) -> Any:
        headers = {"cookie": cookie} if cookie else {}
        files = {"file": file} if file else None
        return loop.run_until_complete(
            datasette.client.request("POST", path, data=fields, files=files, headers=headers)
        )

    yield send
    close(datasette)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program says, without starting it: half a second less."""

    def run(command: list[str], body: bytes) -> subprocess.CompletedProcess[bytes]:
        name, profile, shacl = command[3:]
        found = uploads.answer(name, profile, shacl, body)
        return subprocess.CompletedProcess(command, 0, orjson.dumps(found), b"")

    monkeypatch.setattr(checking, "_run", run)


def test_a_file_gets_findings_points_and_shacl_results(post: Post) -> None:
    answer = post("/check", file=("a.ttl", TURTLE.encode()), profile="dcat-ap-de")
    page = Outline(answer.text)
    assert answer.status_code == 200
    assert "1 Eintrag gelesen, 1 mit Fehlern" in page.text
    assert "Punkte (MQA)" in page.text
    assert "Geprüft wurden die ersten 1 Einträge" in page.text
    assert "Bäume <script>alert(1)</script>" in page.text
    assert page.all("script") == []
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("in_process")
def test_pasted_text_is_read_whatever_it_is(post: Post) -> None:
    for text in (TURTLE, '{"dataset": [{"title": "A", "identifier": "1"}]}', TEMPLATE.decode("utf-8-sig")):
        assert post("/check", text=text).status_code == 200


@pytest.mark.usefixtures("in_process")
def test_a_cookie_of_the_site_asks_for_no_token(post: Post) -> None:
    assert post("/check", file=("a.ttl", TURTLE.encode()), cookie="ds_csrftoken=x").status_code == 200


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 400, "Es wurde nichts geschickt"),
        (b"hello world", 422, "nichts, das gelesen werden kann"),
        (b"\x00\xff" * 500, 422, "nichts, das gelesen werden kann"),
        (b"x" * (form.LONGEST + 100_000), 413, "Die Datei ist zu groß"),
    ],
)
def test_what_cannot_be_checked_is_said(post: Post, body: bytes, status: int, words: str) -> None:
    answer = post("/check", file=("a.ttl", body))
    assert answer.status_code == status
    assert words in Outline(answer.text).text
    assert "Traceback" not in answer.text


def test_a_check_that_takes_too_long_is_stopped(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SECONDS", 0.05)
    answer = post("/check", file=("a.ttl", TURTLE.encode()))
    assert answer.status_code == 422
    assert "zu lange gedauert" in Outline(answer.text).text


def test_who_comes_when_all_are_busy_is_asked_to_come_back(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "_running", checking.AT_ONCE)
    assert post("/check", file=("a.ttl", TURTLE.encode())).status_code == 503


def test_a_program_that_fails_gives_no_traceback(
    post: Post, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(checking, "program", lambda visit: "crawler.no_such_program")
    answer = post("/check", file=("a.ttl", TURTLE.encode()))
    assert answer.status_code == 422
    assert "No module named" not in answer.text
    assert "No module named" in caplog.text


def test_without_a_program_the_page_says_so(look: Any) -> None:
    assert "nicht eingerichtet" in Outline(look("/check").text).text
    assert look("/check", method="POST").status_code in (400, 501)


@pytest.mark.usefixtures("in_process")
def test_an_inventory_is_counted_and_compared(post: Post, measured: Measured) -> None:
    table = "Titel;Dienststelle;Zugang\nSpielplätze;Amt;offen\nGeheimes;;intern\n".encode()
    page = Outline(post("/inventory", file=("liste.csv", table), town=HAFEN).text)
    assert "2 aufgeführt 1 öffentlich 0 eingeschränkt 1 nicht öffentlich" in page.text
    assert "1 mit zuständiger Stelle" in page.text
    with closing(sqlite3.connect(measured.path)) as conn:
        (published,) = conn.execute(
            "select count(*) from dataset where ags = ? and gone_run is null", [HAFEN]
        ).fetchone()
    conn.close()
    assert f"2 in der Tabelle, {published} in Portalen gefunden" in page.text
    assert "Nur in der Tabelle 1 Geheimes" in page.text
    assert "Spielplätze" not in page.text.partition("Nur in der Tabelle")[2].partition("Nur im Portal")[0]


@pytest.mark.usefixtures("in_process")
def test_the_template_opens_in_excel_and_can_be_sent_back(look: Any, post: Post) -> None:
    book = load_workbook(io.BytesIO(look("/inventory/template.xlsx").content))
    assert book.active["A1"].value == "Titel"
    assert look("/inventory/template.csv").content == TEMPLATE
    answer = post("/inventory", file=("vorlage.xlsx", look("/inventory/template.xlsx").content))
    assert "2 aufgeführt" in Outline(answer.text).text


@given(
    st.binary(max_size=300),
    st.text(alphabet=st.characters(exclude_characters='"\r\n\\/', codec="utf-8"), min_size=1),
)
def test_a_file_arrives_as_it_was_sent(content: bytes, name: str) -> None:
    boundary = "----frame"
    if f"\r\n--{boundary}".encode() in b"\r\n" + content or not content:
        return
    body = b"".join(
        (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode(), content,
         f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="town"\r\n\r\nAb\r\n--{boundary}--\r\n'.encode())
    )  # fmt: skip
    found = form._parts(body, boundary)
    assert found.body == content
    assert found.fields == {"town": "Ab"}


NAMES = ("a\0.ttl", "../../etc/passwd", "-c", "x" * 5000 + ".ttl", "\u202eltt.a")


def sent(name: str) -> str:
    """What is left of a file's name when it arrives."""
    body = f'--b\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\nx\r\n--b--'
    return form._parts(body.encode(), "b").name


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("name", NAMES)
def test_any_name_of_a_file_is_harmless(post: Post, name: str) -> None:
    assert "/" not in sent(name)
    assert sent(name).isprintable()
    assert post("/check", file=(sent(name) or "a", TURTLE.encode())).status_code in (200, 422)


def test_a_name_is_no_option_of_the_program(post: Post) -> None:
    assert post("/check", file=(sent("-c"), TURTLE.encode())).status_code == 200


@given(st.binary(max_size=400))
def test_any_body_is_some_form(body: bytes) -> None:
    assert isinstance(form._parts(body, "b").body, bytes)


@given(st.text(max_size=200))
def test_pasted_text_gets_some_name(text: str) -> None:
    assert uploads.name_for("", text.encode("utf-8", "replace")).startswith("pasted.")
    assert uploads.name_for("a.csv", b"") == "a.csv"


def test_the_program_reads_bytes_and_writes_json(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(uploads, "_limited", lambda: None)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TURTLE.encode())))
    assert uploads.main(["a.ttl", "dcat-ap", "1"]) == 0
    assert b'"records":1' in capfdbinary.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"nothing")))
    assert uploads.main(["a.ttl", "nix", "0"]) == 1
