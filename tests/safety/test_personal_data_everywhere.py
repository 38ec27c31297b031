"""Personal data reach no table, version, rejected item, log or (where erased) archive, however a portal serves them."""

from __future__ import annotations

import gzip
import json
import logging
import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fetch_portals import Answer, Server, serving

from catalog.store.checking import archive_problems, invariants, personal_data
from catalog.store.payloads import PayloadFolder
from crawler.cli import main

PERSON, MAILBOX, PHONE = "Erika Musterfrau", "erika.musterfrau@stadt.example", "0421 361-7766554"
SECRETS = ("Musterfrau", "7766554", "erika.musterfrau")
FAST = ("--allow-private", "--delay", "0", "--timeout", "5")


def package(number: int, **values: Any) -> dict[str, Any]:
    return {
        "id": f"d{number}", "name": f"d{number}", "title": f"Datensatz {number}", "type": "dataset",
        "notes": "Alle Bäume.", "resources": [{"id": "r", "url": f"https://f.example/{number}.csv", "format": "CSV"}],
    } | values  # fmt: skip


def packages() -> list[Any]:
    """Personal data in every place where portals have been seen to put them, and in some more."""
    return [
        package(1, author=PERSON, author_email=MAILBOX, maintainer=PERSON, maintainer_email=MAILBOX),
        package(2, notes=f"Ansprechpartnerin: {PERSON}, Tel. {PHONE}, {MAILBOX}. Alle Bäume."),
        package(3, extras=[{"key": "contact_name", "value": PERSON}, {"key": "contact_phone", "value": PHONE},
                           {"key": "publisher_email", "value": MAILBOX}, {"key": "contact_email", "value": MAILBOX}]),
        package(4, organization={"title": "Stadt Musterhafen", "name": "stadt", "description": f"Kontakt: Frau {PERSON}"}),
        package(5, title=f"Anfragen an {MAILBOX}", tags=[{"name": MAILBOX}], url=f"mailto:{MAILBOX}"),
        package(6, resources=[{"id": "r", "name": f"Auskunft: {MAILBOX}", "description": f"Telefon: {PHONE}",
                               "url": f"https://f.example/a.csv?an={MAILBOX}"}]),
        package(7, id=MAILBOX),
        {"id": "8", "title": "Acht", "resources": MAILBOX, "author": PERSON},
        f"Fragen an {MAILBOX}",
        package(9, maintainer="Open-Data-Stelle", maintainer_email="opendata@stadt.example"),
    ]  # fmt: skip


def portal(broken: bool = False) -> Server:
    def search(query: dict[str, str], _asked: int, _headers: Any) -> Answer:
        if broken:
            said = {
                "success": False,
                "error": {"message": f"Wartung. Kontakt: {PERSON}, Tel. {PHONE}, {MAILBOX}"},
            }
            return Answer(json.dumps(said).encode(), headers={"Content-Type": "application/json"})
        rows = packages() if query.get("start", "0") == "0" and query.get("rows") != "0" else []
        body = json.dumps({"success": True, "result": {"count": len(packages()), "results": rows}}).encode()
        return Answer(
            body, headers={"Content-Type": "application/json", "Set-Cookie": "s=1", "X-By": MAILBOX}
        )

    status = json.dumps(
        {"success": True, "result": {"ckan_version": "2.10", "error_emails_to": MAILBOX}}
    ).encode()
    robots = f"# {PERSON}, {MAILBOX}\nUser-agent: *\nCrawl-delay: 0\n".encode()
    if broken:
        return Server({f"/api/3/action/{name}": search for name in (
            "package_search", "current_package_list_with_resources", "package_list", "status_show")})  # fmt: skip
    return Server({
        "/api/3/action/package_search": search, "/robots.txt": Answer(robots),
        "/api/3/action/status_show": Answer(status, headers={"Content-Type": "application/json"}),
    })  # fmt: skip


def bestand(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == code, done.output
    return done.output


def everything(db: Path) -> str:
    """All text of the database, free pages and index included."""
    conn = sqlite3.connect(db)
    words = [str(row) for row in conn.execute("select * from (select 1) limit 0")]
    for (table,) in conn.execute("select name from sqlite_master where type = 'table'").fetchall():
        if not table.startswith("dataset_fts"):
            words += [str(row) for row in conn.execute(f"select * from {table}")]
    conn.execute("create virtual table temp.terms using fts5vocab('main', 'dataset_fts', 'row')")
    words += [str(row) for row in conn.execute("select term from temp.terms")]
    conn.close()
    return "\n".join(words)


def held(text: str) -> list[str]:
    return [word for word in SECRETS if word.lower() in text.lower()]


def bodies(db: Path) -> str:
    folder = db.with_name(f"{db.name}.archive")
    return "\n".join(gzip.decompress(path.read_bytes()).decode() for path in folder.glob("*/*.gz"))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The database after a sound crawl and one in which the portal is broken; its log; the portal's address."""
    db, server = tmp_path_factory.mktemp("people") / "bestand.db", portal()
    with serving(server):
        log = bestand("crawl", server.url, "--db", str(db), *FAST)
        server.routes = portal(broken=True).routes
        log += bestand("crawl", "--db", str(db), *FAST)
        server.routes = portal().routes
        log += bestand("crawl", "--db", str(db), "--full", *FAST)
    return db, log, server.url


def test_no_table_version_or_rejected_item_holds_any(crawled: tuple[Path, str, str]) -> None:
    db, log, _ = crawled
    assert held(everything(db)) == []
    assert held(log) == []
    conn = sqlite3.connect(db)
    assert conn.execute("select count(*) from dataset").fetchone()[0] >= 7
    assert conn.execute("select count(*) from rejected").fetchone()[0] >= 1
    assert list(personal_data(conn)) == []
    conn.close()


def test_function_mailboxes_and_bodies_stay(crawled: tuple[Path, str, str]) -> None:
    text = everything(crawled[0])
    assert "opendata@stadt.example" in text
    assert "Stadt Musterhafen" in text


def test_what_is_erased_is_gone_from_everything_and_stays_away(tmp_path: Path) -> None:
    """Also what the rule does not see: here a street that bears a name, and an archive that holds answers as they came."""
    db, server, value = tmp_path / "bestand.db", portal(), "Zyriak Quastenflosser"
    rows = [row for row in packages() if not isinstance(row, dict) or row["id"] != MAILBOX]
    told = [package(20, title=f"Nachlass {value}", notes=f"Von {value.upper()}!", author=value), *rows]
    server.routes["/api/3/action/package_search"] = Answer(
        json.dumps({"success": True, "result": {"count": len(told), "results": told}}).encode(),
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    with serving(server):
        bestand("crawl", server.url, "--db", str(db), *FAST)
        assert "quastenflosser" in everything(db).lower()
        bestand("erase", "add", value, MAILBOX, PHONE, "--db", str(db))
        for command in (
            ("check-db",),
            ("reparse",),
            ("crawl", "--full", *FAST),
            ("check-db", "--archive", "--personal-data"),
        ):
            assert "quastenflosser" not in everything(db).lower()
            assert "quastenflosser" not in bodies(db).lower()
            assert MAILBOX not in bodies(db)
            bestand(*command, "--db", str(db))
    conn = sqlite3.connect(db)
    assert conn.execute("select title from dataset where identifier = 'd20'").fetchone() == ("Nachlass ",)
    assert conn.execute("select 1 from version where event = 'gone'").fetchall() == []
    assert invariants(conn) == []
    assert list(archive_problems(conn, PayloadFolder(db.with_name(f"{db.name}.archive")))) == []
    conn.close()
    assert b"quastenflosser" not in db.read_bytes().lower()


def test_the_list_holds_hashes_and_is_private(tmp_path: Path) -> None:
    db = tmp_path / "bestand.db"
    bestand("erase", "add", PERSON, "--db", str(db))
    path = tmp_path / "bestand.db.erased"
    assert held(path.read_text()) == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "too short" in bestand("erase", "add", "Ei", "--db", str(db), code=2)
    path.write_text("nonsense")
    assert "damaged" in bestand("erase", "apply", "--db", str(db), code=2)


def test_an_operator_may_keep_them_and_leave_off(tmp_path: Path) -> None:
    db, server = tmp_path / "bestand.db", portal()
    with serving(server):
        bestand("crawl", server.url, "--db", str(db), "--keep-personal-data", *FAST)
        assert held(everything(db)) == [*SECRETS]
        assert "version 1" in bestand("check-db", "--personal-data", "--db", str(db), code=1)
        conn = sqlite3.connect(db)
        assert json.loads(conn.execute("select options from run").fetchone()[0])["keep_personal_data"] is True
        bestand("crawl", "--db", str(db), *FAST)
        current = (
            "select record from version join dataset on dataset.version = version.id where gone_run is null"
        )
        assert held(str(conn.execute(current).fetchall())) == []
        conn.close()
    bestand("erase", "apply", "--rule", "--db", str(db))
    conn = sqlite3.connect(db)
    assert list(personal_data(conn)) == []
    assert invariants(conn) == []
    conn.close()
    assert held(everything(db)) == []


def test_the_log_tells_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    from crawler.fetch.secrets import Discreet

    record = logging.makeLogRecord({"msg": "failed for %s", "args": (MAILBOX,), "note": f"Tel. {PHONE}"})
    try:
        raise ValueError(MAILBOX)
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    assert Discreet().filter(record)
    assert held(logging.Formatter("%(message)s %(note)s").format(record)) == []
    assert os.linesep in str(record.exc_text)
