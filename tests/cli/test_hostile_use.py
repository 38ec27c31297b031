"""The command line where it is used otherwise than meant: odd numbers, odd folders, odd locales, a reader that leaves."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from slow_portal import slow_portal

from crawler.cli import main

ROOT = Path(__file__).parents[2]
PLAIN = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'examples'}"}
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def process(*arguments: object, cwd: Path = ROOT, **environment: str) -> subprocess.Popen[bytes]:
    """The command as a process of its own, without HOME."""
    command = [sys.executable, "-W", "error", "-m", "crawler.cli", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=cwd, env={**PLAIN, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def outcome(*arguments: object, cwd: Path = ROOT, **environment: str) -> tuple[int, bytes, str]:
    done = process(*arguments, cwd=cwd, **environment)
    out, log = done.communicate(timeout=60)
    return done.returncode, out, log.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("crawl", "--jobs", "0"), ("crawl", "--limit", "-3"), ("crawl", "--delay", "-1"), ("crawl", "--timeout", "0"),
        ("crawl", "--budget", "0"), ("preview", "x", "--limit", "0"), ("serve", "--port", "99999"),
        ("demo", "--port", "0"), ("diff", "one", "2"), ("validate", "x", "--profile", "none"),
    ],
)  # fmt: skip
def test_numbers_and_choices_that_make_no_sense_are_refused(arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "Error: Invalid value" in result.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("status", "9"), "There is no run 9."),
        (("diff", "1", "9"), "There is no run 9."),
        (("diff", "1", "2", "--portal", "nix"), "No portal has the key 'nix'."),
    ],
)
def test_what_is_not_there_is_said(demo_db: Path, arguments: tuple[str, ...], sentence: str) -> None:
    result = CliRunner().invoke(main, [*arguments, "--db", str(demo_db)])
    assert (result.exit_code, result.stderr) == (2, f"bestand: {sentence}\n")


@pytest.mark.parametrize(
    "command", ["measure", "milestone", "reparse", "links check", "prune --keep archive=90d", "erase apply"]
)
def test_a_mistyped_database_is_not_made(tmp_path: Path, command: str) -> None:
    path = tmp_path / "bestnad.db"
    result = CliRunner().invoke(main, [*command.split(), "--db", str(path)])
    assert (result.exit_code, result.stderr) == (
        2,
        f"bestand: There is no database {path}; `bestand crawl` makes one.\n",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "address", ["ftp://x.example", "https://offene daten.example", "https://", "http://[::1"]
)
@pytest.mark.parametrize("command", ["crawl", "preview", "portals add"])
def test_what_is_no_address_joins_no_registry(tmp_path: Path, command: str, address: str) -> None:
    path = tmp_path / "bestand.db"
    result = CliRunner().invoke(main, [*command.split(), address, "--db", str(path)])
    assert (result.exit_code, "is no address that can be asked" in result.stderr) == (2, True)
    listed = orjson.loads(CliRunner().invoke(main, ["portals", "list", "--json", "--db", str(path)]).stdout)
    assert address not in {row["url"] for row in listed}


def test_crawl_takes_a_register_first(tmp_path: Path) -> None:
    """As `discover` does; the one that ships with the program stays out then."""
    path, register = tmp_path / "bestand.db", tmp_path / "register.csv"
    register.write_text("ags,name,population\n99111001,Musterort,5000\n", encoding="utf-8")
    words = ["crawl", "http://127.0.0.1:9/", "--register", str(register), "--db", str(path)]
    assert CliRunner().invoke(main, words).exit_code == 0
    shown = CliRunner().invoke(main, ["register", "show", "99111001", "--db", str(path)])
    assert (shown.exit_code, "Musterort" in shown.stdout) == (0, True)
    assert CliRunner().invoke(main, ["register", "show", "05334002", "--db", str(path)]).exit_code != 0
    register.write_text("kein Register", encoding="utf-8")
    refused = CliRunner().invoke(main, words)
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)


def test_files_that_hold_no_records_are_explained_by_what_they_promise(tmp_path: Path) -> None:
    said = {
        "a.ttl": "No RDF that can be read",
        "a.json": "The answer is not JSON",
        "a.md": "like no answer of a portal",
    }
    for name, sentence in said.items():
        (tmp_path / name).write_text("Nur ein Text", encoding="utf-8")
        result = CliRunner().invoke(main, ["validate", str(tmp_path / name)])
        assert result.exit_code == 2
        assert sentence in result.stderr
    (tmp_path / "leer").mkdir()
    empty = CliRunner().invoke(main, ["validate", str(tmp_path / "leer")])
    assert (empty.exit_code, "Neither an inventory nor RDF" in empty.stderr) == (2, True)


def test_docs_are_written_into_a_source_tree_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "no source tree" in CliRunner().invoke(main, ["docs"]).stderr
    assert list(tmp_path.iterdir()) == []


def test_json_is_utf_8_and_nothing_else_stands_on_stdout(tmp_path: Path) -> None:
    """Without HOME, in another folder, below names with spaces, where the locale knows no umlauts."""
    folder = tmp_path / "ein Ordner mit Ümläuten"
    folder.mkdir()
    with slow_portal(0) as portal:
        arguments = ("crawl", portal.url, "--db", "b e.db", "--allow-private", "--delay", "0", "--json")
        code, out, log = outcome(*arguments, cwd=folder, **ASCII)
    assert (code, orjson.loads(out)["state"]) == (0, "done"), log
    assert "Traceback" not in log
    code, out, log = outcome("portals", "list", "--db", "b e.db", "--json", cwd=folder, **ASCII)
    assert (code, log, "ü" in out.decode(), bool(orjson.loads(out))) == (0, "", True, True)
    code, out, log = outcome("portals", "list", "--db", "b e.db", cwd=folder, **ASCII)
    assert (code, log, b"\\xfc" in out) == (0, "", True), "letters that the terminal lacks are escaped"


def test_a_reader_that_leaves_is_no_error(demo_db: Path) -> None:
    for command in (("export",), ("diff", "1", "2"), ("diff", "1", "2", "--json")):
        running = process(*command, "--db", demo_db)
        assert running.stdout
        assert running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert b"Traceback" not in running.stderr.read()
        running.stderr.close()
        running.wait(timeout=60)


def test_ctrl_c_ends_a_crawl_in_order(tmp_path: Path) -> None:
    """As the politer signal does, which has a test of its own beside resuming."""
    with slow_portal(0.05) as portal:
        running = process(
            "crawl", portal.url, "--db", tmp_path / "c.db", "--allow-private", "--delay", "0", "--json"
        )
        until = time.monotonic() + 30
        while len(portal.asked) < 5 and time.monotonic() < until:
            time.sleep(0.02)
        running.send_signal(signal.SIGINT)
        out, log = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "Traceback" not in log.decode()
    assert orjson.loads(out)["portals"][0]["outcome"] == "cancelled"
