"""Commands of the registry against real servers on loopback: what is imported, what moved, what is left alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import fleet
import orjson
import pytest
from click.testing import CliRunner, Result

from catalog.store.database import reading
from crawler.cli import main

FLEET = ["--allow-private", "--delay", "0"]
ORGANISATIONS = (
    "municipality,org_title_in_portal,level,ars,ags,parent_portal,org_slug_in_portal\n"
    "Goch,Stadt Goch,municipality,051540016016,05154016,www.offenesdatenportal.de,stadt-goch-neu\n"
    "Amt,Ein Landesamt,stateAgency,05,05,open.nrw,landesamt\n"
)


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(item) for item in arguments])
    assert result.exit_code == code, f"{result.exit_code}: {result.output}\n{result.exception!r}"
    return result


def run_json(*arguments: object, code: int = 0) -> Any:
    return orjson.loads(run(*arguments, "--json", code=code).stdout)


@contextmanager
def answering(status: int, location: str = "") -> Iterator[str]:
    """A server that answers everything alike; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            if location:
                self.send_header("Location", location.rstrip("/") + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_check_reports_what_moved_what_changed_and_what_is_gone(tmp_path: Path) -> None:
    db, file = tmp_path / "c.db", tmp_path / "p.csv"
    with (
        fleet.Fleet(size=0.2) as ships,
        answering(301, ships.url("vorlagenheim")) as old,
        answering(404) as empty,
    ):
        changing = ships.url("musterbrueck")
        file.write_text(
            "key,url,kind,state\n"
            f"stays,{ships.url('vorlagenheim')},ckan,\nturns,{changing},ckan,\nmoved,{old},ckan,\ngone,{empty},ckan,dead\n",
            encoding="utf-8",
        )
        run("portals", "import", file, "--db", db)
        asked = ["portals", "check", "stays", "turns", "moved", "gone", "--db", db, *FLEET]
        first = {row["key"]: row for row in run_json(*asked)}
        assert {key: row["verdict"] for key, row in first.items()} == {
            "stays": "same", "turns": "same", "moved": "moved", "gone": "gone",
        }  # fmt: skip
        assert first["moved"]["leads_to"].startswith(ships.url("vorlagenheim"))
        ships.set_epoch(2)
        second = run_json(*asked, "--moved")
        assert {row["key"]: (row["verdict"], row["found"]) for row in second} == {
            "turns": ("differs", "data_json"), "moved": ("moved", "ckan"), "gone": ("gone", ""),
        }  # fmt: skip
        assert "1 same" in run("portals", "check", "stays", "--db", db, *FLEET).stdout
        kinds = {row["key"]: row["kind"] for row in run_json("portals", "list", "--db", db)}
        assert kinds["turns"] == "ckan", "a check writes nothing"


def test_crawl_leaves_out_what_is_no_catalogue_unless_it_is_named(tmp_path: Path) -> None:
    db, file = tmp_path / "c.db", tmp_path / "p.csv"
    with fleet.Fleet(size=0.2) as ships:
        lines = [f"{state},{ships.url(key)},ckan,{state}" for state, key in
                 (("active", "mustertal"), ("viewer", "vorlagenheim"), ("dead", "klein-exempel"))]  # fmt: skip
        file.write_text("key,url,kind,state\n" + "\n".join(lines) + "\n", encoding="utf-8")
        run("portals", "import", file, "--db", db)
        done = run_json("crawl", *FLEET, "--db", db)
        assert [item["portal"] for item in done["portals"]] == ["active"]
        done = run_json("crawl", "viewer", *FLEET, "--db", db)
        assert [item["portal"] for item in done["portals"]] == ["viewer"]
    listed = run("portals", "list", "--db", db).stdout
    assert all(state in listed for state in ("active", "viewer", "dead"))


def test_import_of_organisations_lists_what_it_cannot_place(tmp_path: Path) -> None:
    db, file = tmp_path / "c.db", tmp_path / "orgs.csv"
    file.write_text(ORGANISATIONS, encoding="utf-8")
    found = run_json("portals", "import", file, "--db", db)
    assert (found["portals"], found["parts"]) == (0, 1)
    assert found["unplaced"] == [
        {"name": "Ein Landesamt", "address": "nordrhein-westfalen", "reason": "an agency of a state"}
    ]
    shown = run("portals", "import", file, "--db", db).stdout
    assert "0 portals and 1 parts of portals imported." in shown
    assert "an agency of a state" in shown
    sql = "select part, portal_part.ags from portal_part join portal on portal.id = portal where key = 'offenesdatenportal'"
    with reading(db) as store:
        parts = {row["part"]: row["ags"] for row in store.query(sql)}
    assert parts["stadt-goch-neu"] == parts["stadt-goch"] == "05154016", (
        "those that ship come with their portal"
    )


def test_a_corrected_part_stays_when_the_portal_is_kept_again(tmp_path: Path) -> None:
    db, file = tmp_path / "c.db", tmp_path / "parts.csv"
    file.write_text(
        "portal,part,ags,certainty\noffenesdatenportal,stadt-goch,05154099,60\n", encoding="utf-8"
    )
    run("portals", "import", file, "--db", db)
    run("portals", "import", "--shipped", "--db", db)
    sql = "select ags from portal_part where part = 'stadt-goch'"
    with reading(db) as store:
        assert [row["ags"] for row in store.query(sql)] == ["05154099"]


def test_import_of_what_ships(tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    assert run_json("portals", "import", "--shipped", "--db", db)["portals"] > 150
    assert run_json("portals", "import", "--europe", "--db", db)["portals"] > 600
    rows = {row["key"]: row for row in run_json("portals", "list", "--db", db)}
    assert rows["hri-fi"]["settings"]["country"] == "FI"
    assert "Name a file" in run("portals", "import", "--db", db, code=2).stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.yaml", "a: [", "no YAML"),
        ("x.csv", "key\na\n", "no column `url`"),
        ("x.csv", "portal,part\n,\n", "Line 2"),
    ],
)
def test_a_broken_file_is_one_sentence(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert said in run("portals", "import", tmp_path / name, "--db", tmp_path / "c.db", code=2).stderr


def test_a_portal_is_found_by_any_of_its_addresses(tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    run("portals", "import", "--shipped", "--db", db)
    found = run_json(
        "portals", "check", "https://datenregister.berlin.de/", "--timeout", "1", "--db", db, *FLEET
    )
    assert [row["key"] for row in found] == ["berlin"]
