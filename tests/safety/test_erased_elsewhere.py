"""What is on the erasure list stays out of the tables that no crawl of a portal writes: the search for home pages, links,
the registry, and the words of the search."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from fetch_portals import Answer, Server, serving

from catalog.record.node import Record
from catalog.record.table import Dataset
from catalog.store.checking import invariants
from catalog.store.discoveries import Conclusion, Discoveries, Offered, Step
from catalog.store.discretion import write_list
from catalog.store.links import Checked, Links
from catalog.store.sink import Found
from catalog.store.store import Store
from crawler.cli import main

NAME, MAILBOX = "Zyriak Quastenflosser", "erika.musterfrau@stadt.example"
OFFICE = "opendata@stadt.example"
AGS = "01001000"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store whose list has one name on it, which no rule finds."""
    opened = Store(tmp_path / "bestand.db")
    opened.erased = opened.erased.with_value(NAME)
    write_list(opened.path, opened.erased)
    opened.keep_municipalities([{"ags": AGS, "name": "Musterhafen"}])
    return opened


def rows(store: Store, table: str) -> str:
    return str(store.conn.execute(f"select * from {table}").fetchall())


def test_a_search_for_home_pages_keeps_neither_what_the_list_names_nor_personal_data(store: Store) -> None:
    run, found = store.begin_run("discover"), Discoveries(store)
    told, url = f"Von {NAME}, {MAILBOX}, {OFFICE}", f"https://stadt.example/daten?an={MAILBOX}"
    found.keep_steps(AGS, run, [Step("candidate", url, 200, "accepted", told, 90)])
    offers = [Offered(AGS, f"{url}&n={number}", "portal", "own", told, url) for number in range(2)]
    found.conclude(run, Conclusion(AGS, "found", url, 90, told), offers)
    first, second = found.to_detect()
    found.keep_kind(run, first.url, "ckan", Step("detect", first.url, 200, "ckan", told))
    for table in ("discovery", "homepage", "offer"):
        text = rows(store, table)
        assert "Quastenflosser" not in text
        assert MAILBOX not in text
        assert OFFICE in text, "function mailboxes stay"
    assert [offer.kind for offer in found.offers()] == ["ckan", "portal"]
    assert second.url.endswith("n=1")
    store.close()


def test_one_who_may_keep_personal_data_keeps_them_but_for_the_list(store: Store) -> None:
    store.keep_personal_data = True
    run, found = store.begin_run("discover"), Discoveries(store)
    found.conclude(run, Conclusion(AGS, "open", "", 0, f"{NAME}, {MAILBOX}"))
    assert found.homepages()[0]["note"] == f", {MAILBOX}"
    store.close()


def test_where_a_link_leads_is_kept_without_them(store: Store) -> None:
    store.conn.execute(
        "insert into link (id, url, host, state, next_check) values (1, 'https://f.example/a', 'f.example', 'not_checked', '')"
    )
    there = f"https://f.example/b?an={MAILBOX}&von=zyriak quastenflosser"
    store.conn.commit()
    Links(store).keep([Checked(1, "f.example", "moved", 200, f"text/csv; x={NAME}", None, there)])
    assert store.conn.execute("select state, final_url, content_type from link").fetchone() == (
        "moved", "https://f.example/b?an=&von=", "text/csv; x=")  # fmt: skip
    store.close()


def test_the_registry_brings_nothing_back(store: Store) -> None:
    store.keep_portals([{"key": "p", "url": "https://p.example", "title": f"Daten von {NAME}"}])
    store.keep_portal_parts([{"portal": "p", "part": "1", "ags": AGS, "name": NAME}])
    assert "Quastenflosser" not in rows(store, "portal") + rows(store, "portal_part")
    assert store.conn.execute("select title, name from portal join portal_part on portal = portal.id").fetchone() == (
        "Daten von ", "")  # fmt: skip
    store.close()


def test_a_key_that_nobody_reads_is_kept_without_them(store: Store) -> None:
    """A portal may make keys of its fields out of anything."""
    store.keep_portals([{"key": "p", "url": "https://p.example"}])
    found = Found("d", b"1", 1, Record(Dataset(title=["Titel"])))
    found.unread.update({f"extras.{MAILBOX}": 1, f"extras[{NAME}]": 1, f"extras.{OFFICE}": 2, "fussnote": 1})
    store.sink(store.begin_run(), "p").take([found])
    kept = dict(store.conn.execute("select key, count from unread").fetchall())
    assert kept == {"": 1, "extras[]": 1, f"extras.{OFFICE}": 2, "fussnote": 1}
    store.close()


def bestand(*arguments: str) -> None:
    done = CliRunner().invoke(main, list(arguments))
    assert done.exit_code == 0, done.output


def test_an_erased_word_leaves_the_words_of_the_search_at_once(tmp_path: Path) -> None:
    """Not only with the next measurement; and the words of others stay."""
    db = tmp_path / "bestand.db"
    told = [{"id": "a", "name": "a", "title": f"Nachlass {NAME}", "type": "dataset"},
            {"id": "b", "name": "b", "title": "Baumkataster", "type": "dataset"}]  # fmt: skip
    body = json.dumps({"success": True, "result": {"count": 2, "results": told}}).encode()
    server = Server(
        {"/api/3/action/package_search": Answer(body, headers={"Content-Type": "application/json"})}
    )
    with serving(server):
        bestand("crawl", server.url, "--db", str(db), "--allow-private", "--delay", "0", "--timeout", "5")
    bestand("measure", "--db", str(db))
    assert words_of(db) == {"baumkataster", "nachlass", "quastenflosser", "zyriak"}
    assert found_by(db, "flosser") == 1
    bestand("erase", "add", NAME, "--db", str(db))
    assert words_of(db) == {"baumkataster", "nachlass"}
    assert (found_by(db, "flosser"), found_by(db, "kataster")) == (0, 1)
    assert b"quastenflosser" not in db.read_bytes().lower()
    conn = sqlite3.connect(db)
    conn.execute("insert into word_fts (word_fts) values ('integrity-check')")
    assert invariants(conn) == []
    conn.close()


def words_of(db: Path) -> set[str]:
    conn = sqlite3.connect(db)
    found = {word for (word,) in conn.execute("select word from word")}
    conn.close()
    return found


def found_by(db: Path, part: str) -> int:
    """How many words have a part, by the index of parts (`detail=none` matches one trigram at a time)."""
    conn = sqlite3.connect(db)
    trigrams = " ".join(f'"{part[at : at + 3]}"' for at in range(len(part) - 2))
    count = conn.execute("select count(*) from word_fts where word_fts match ?", (trigrams,)).fetchone()[0]
    conn.close()
    return int(count)
