"""Every command as people use it: what it prints, what it returns, and one sentence where something is wrong."""

import fcntl
import sqlite3
from pathlib import Path
from typing import Any

import fleet
import orjson
import pytest
from click.testing import CliRunner, Result

from crawler import documentation
from crawler.cli import main

ROOT = Path(__file__).parents[2]
FLEET = ["--allow-private", "--delay", "0"]
SECOND = 4
"""The run of the demo that is its second crawl."""


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(item) for item in arguments])
    assert result.exit_code == code, f"{result.exit_code}: {result.output}\n{result.exception!r}"
    return result


def run_json(*arguments: object, code: int = 0) -> Any:
    return orjson.loads(run(*arguments, "--json", code=code).stdout)


def test_demo_gives_two_crawls_with_history_and_two_measurements(demo_db: Path) -> None:
    with sqlite3.connect(demo_db) as connection:
        assert connection.execute("select command, state from run order by id").fetchall() == [
            (command, "done") for command in ("crawl", "discover", "measure", "crawl", "links", "measure")
        ]
        assert connection.execute("select count(*) from milestone").fetchone() == (1,)
        levels = {level for (level,) in connection.execute("select distinct level from stocktaking")}
        assert levels == {0, 1, 2, 3, 4, None}
        assert connection.execute("select count(distinct state) from stocktaking").fetchone() == (6,)
        events = dict(connection.execute("select event, count(*) from version group by 1"))
        expected = dict(
            connection.execute(
                "select outcome, count(*) from portal_run join portal on portal.id = portal"
                f" where run = {SECOND} and kind <> 'website' group by 1"
            )
        )
    connection.close()
    assert set(events) >= {"added", "changed", "gone"}
    wanted: dict[str, int] = {}
    for portal in (each for each in fleet.portals() if each.kind != "website"):
        wanted[portal.outcomes[1]] = wanted.get(portal.outcomes[1], 0) + 1
    assert expected == wanted


def test_status(demo_db: Path) -> None:
    found = run_json("status", "--db", demo_db)
    assert found["run"] == SECOND
    assert {item["portal"] for item in found["portals"]} > {portal.key for portal in fleet.portals()}
    assert "musterhafen" in run("status", 1, "--db", demo_db).stdout


def test_diff_names_fields(demo_db: Path) -> None:
    changes = run_json("diff", 1, SECOND, "--db", demo_db)
    changed = [change for change in changes if change["event"] == "changed"]
    assert changed
    assert all(change["fields"] for change in changed)
    assert {change["event"] for change in changes} >= {"added", "changed", "gone"}
    assert "changed" in run("diff", 1, SECOND, "--db", demo_db, "--portal", "musterhafen").stdout


def test_portals(tmp_path: Path) -> None:
    db = tmp_path / "p.db"
    run("portals", "add", "https://opendata.example.de/", "--title", "Muster", "--db", db)
    rows = {row["key"]: row for row in run_json("portals", "list", "--db", db)}
    assert rows["opendata-example-de"]["title"] == "Muster"
    assert len(rows) > 30, "those that ship are listed too"
    more = tmp_path / "more.csv"
    more.write_text("key,url,kind\nx,https://x.example/,ckan\n", encoding="utf-8")
    run("portals", "import", more, "--db", db)
    assert any(row["key"] == "x" for row in run_json("portals", "list", "--db", db))
    more.write_text("key,url\nx,not an address\n", encoding="utf-8")
    assert "Line 2" in run("portals", "import", more, "--db", db, code=2).stderr


def test_detect_preview_crawl_and_reparse(tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    with fleet.Fleet(size=0.3) as ships:
        url = ships.url("musterhafen")
        (found,) = run_json("detect", url, *FLEET)
        assert (found["kind"], found["confidence"] >= 90) == ("ckan", True)
        assert found["evidence"]
        seen = run_json("preview", url, *FLEET, "--limit", 5, "--db", db)
        assert (seen["kind"], len(seen["records"])) == ("ckan", 5)
        assert seen["findings"]
        assert not db.exists(), "a preview writes nothing"
        done = run_json("crawl", url, *FLEET, "--db", db)
        assert [item["outcome"] for item in done["portals"]] == ["complete"]
        asked = len(ships.requests("musterhafen"))
        again = run_json("reparse", "--db", db)
        assert [item["outcome"] for item in again["portals"]] == ["complete"]
        assert len(ships.requests("musterhafen")) == asked, "the archive is read, not the portal"
        checked = run_json("portals", "check", url, *FLEET, "--db", db)
        assert [row["verdict"] for row in checked] == ["same"]
        assert run_json("validate", url, *FLEET, "--db", db, code=1)["records"] > 10
    status = run_json("status", 2, "--db", db)["portals"][0]
    assert (status["added"], status["changed"], status["gone"]) == (0, 0, 0)


def test_private_addresses_are_refused_unless_allowed(tmp_path: Path) -> None:
    done = run_json("crawl", "http://127.0.0.1:9/", "--db", tmp_path / "c.db")
    assert done["portals"][0]["outcome"] == "unreachable"
    assert "private" in done["portals"][0]["note"].lower() or "refused" in done["portals"][0]["note"].lower()


def test_validate_file_portal_and_shapes(demo_db: Path, tmp_path: Path) -> None:
    good = tmp_path / "good.ttl"
    good.write_text(
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
        '<https://x.example/1> a dcat:Dataset ; dct:title "T" ; dct:description "D" ;\n'
        '  dct:publisher [ a foaf:Agent ; foaf:name "Stadt" ] .\n',
        encoding="utf-8",
    )
    shapes = ROOT / "schemas" / "shapes" / "dcat-ap.ttl"
    found = run_json("validate", good, "--shacl", shapes)
    assert (found["records"], found["errors"]) == (1, 0)
    assert {item["severity"] for item in found["shacl"]} == {"Warning"}
    good.write_text(good.read_text(encoding="utf-8").replace('dct:title "T" ;', ""), encoding="utf-8")
    bad = run_json("validate", good, "--shacl", shapes, code=1)
    assert bad["findings"][0]["slug"] == "dataset-title-missing"
    assert "Violation" in {item["severity"] for item in bad["shacl"]}
    assert run_json("validate", "musterhafen", "--db", demo_db, "--profile", "hvd", code=1)["records"] > 10
    assert "errors" in run("validate", good, code=1).stdout


def test_stored_records_are_judged_as_they_were_published(demo_db: Path) -> None:
    """What was dropped from a record before it was stored is no fault of the portal."""
    found = run_json("validate", "musterhafen", "--db", demo_db, code=1)["findings"]
    with sqlite3.connect(demo_db) as connection:
        stored = connection.execute(
            "select slug, count(*) from finding join finding_kind on finding_kind.id = finding.kind"
            " join dataset on dataset.id = dataset where gone_run is null and portal ="
            " (select id from portal where key = 'musterhafen') group by 1"
        ).fetchall()
    connection.close()
    counted = {row["slug"]: row["records"] for row in found}
    assert counted == {slug: number for slug, number in stored if slug in counted}
    assert counted["personal-data-dropped"] > 0


def test_export(demo_db: Path, tmp_path: Path) -> None:
    for form in ("nt", "ttl", "jsonld", "rdf", "csv"):
        target = tmp_path / f"catalogue.{form}"
        result = run("export", "--db", demo_db, "--format", form, "--output", target)
        assert "datasets written" in result.stderr
        assert target.stat().st_size > 10_000
    assert "No portal" in run("export", "--db", demo_db, "--portal", "nix", code=2).stderr


def test_generated_files_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert documentation.write(ROOT, main, check_only=True) == []
    run("docs", "--check")


@pytest.mark.parametrize(
    "command", ["crawl", "reparse", "status", "diff", "preview", "detect", "validate", "export"]
)
def test_help_has_an_example(command: str) -> None:
    assert "Example: bestand" in run(command, "--help").stdout


def test_another_run_is_writing(tmp_path: Path) -> None:
    db = tmp_path / "c.db"
    with (tmp_path / "c.db.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        assert "Another run" in run("portals", "add", "https://x.example", "--db", db, code=75).stderr


def test_what_is_wrong_is_said_in_one_sentence(tmp_path: Path) -> None:
    nothing, other, newer = tmp_path / "no.db", tmp_path / "other.db", tmp_path / "newer.db"
    other.write_bytes(b"this is no database at all, but long enough to be looked at" * 100)
    run("portals", "add", "https://x.example", "--db", newer)
    with sqlite3.connect(newer) as connection:
        connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('bestand', 'm999', '')"
        )
    connection.close()
    for arguments in (
        ("status", "--db", nothing), ("export", "--db", nothing), ("serve", "--db", nothing), ("status", "--db", other),
        ("crawl", "--db", other), ("crawl", "nix", "--db", tmp_path / "k.db"), ("crawl", "--db", newer),
        ("status", "--db", newer), ("status", 99, "--db", newer), ("validate", "nix", "--db", nothing),
        ("validate", other), ("portals", "import", other),
    ):  # fmt: skip
        result = run(*arguments, code=2)
        assert result.stderr.startswith("bestand: "), arguments
        assert "Traceback" not in result.output
        assert result.stderr.count("\n") == 1, result.stderr
