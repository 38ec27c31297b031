"""The dump for git: its bytes follow from the records alone."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

from operated import Operated

from catalog.publish.export import export
from crawler.schedule import Place, files_for

ROOT = Path(__file__).parents[2]


def dumped(operated: Operated, portal: str | None = None) -> bytes:
    stream = io.BytesIO()
    count = export(operated.path, stream, "ndjson", portal)
    assert count == stream.getvalue().count(b"\n")
    return stream.getvalue()


def crawl(operated: Operated, portal: str, *titles: str) -> None:
    run = operated.begin([portal])
    operated.crawl(run, portal, titles=list(titles))
    operated.store.end_run(run)


def test_the_same_records_are_the_same_bytes_whatever_the_history(operated: Operated, tmp_path: Path) -> None:
    crawl(operated, "beta", "Drei")
    crawl(operated, "alpha", "Eins", "Zwei", "Weg", "Weg")
    crawl(operated, "alpha", "Eins", "Zwei")
    (tmp_path / "other").mkdir()
    other = Operated(tmp_path / "other" / "bestand.db")
    crawl(other, "alpha", "Anders")
    crawl(other, "alpha", "Eins", "Zwei")
    crawl(other, "beta", "Drei")
    operated.run({"gamma": "unreachable"})
    held = [json.loads(line)["identifier"] for line in dumped(operated).splitlines()]
    assert held[:2] == ["alpha-0", "alpha-1"]
    crawled = {json.loads(line)["identifier"]: line for line in dumped(operated).splitlines()}
    others = {json.loads(line)["identifier"]: line for line in dumped(other).splitlines()}
    assert {name: crawled[name] for name in others} == others
    assert dumped(operated, "beta") == dumped(other, "beta")
    other.close()


def test_one_changed_record_is_one_changed_line(operated: Operated) -> None:
    crawl(operated, "alpha", *(f"Titel {number}" for number in range(20)))
    before = dumped(operated).splitlines()
    crawl(operated, "alpha", *(f"Titel {number}" for number in range(19)), "Neu")
    after = dumped(operated).splitlines()
    assert len(before) == len(after) == 20
    differing = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(differing) == 1
    assert b"Neu" in differing[0][1]


def test_git_shows_changed_fields_after_the_commands_that_the_pages_name(
    operated: Operated, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "how-to" / "run-without-a-server.md").read_text(encoding="utf-8")
    commands = [
        line.strip() for line in page.splitlines() if line.startswith(("    echo ", "    git config "))
    ]
    workflow = files_for("github-actions", Place(Path("/b"), Path("/d/b.db")))[
        ".github/workflows/bestand.yml"
    ]
    assert [command for command in commands if command not in workflow] == []
    clone, known = tmp_path / "clone", ["-c", "user.name=a", "-c", "user.email=a@example.de"]
    subprocess.run(["git", "init", "--quiet", str(clone)], check=True)
    for title in ("Grünfläche", "Grünflächen"):
        crawl(operated, "alpha", title, "Zwei")
        (clone / "catalogue.ndjson").write_bytes(dumped(operated))
        subprocess.run(["git", "add", "."], check=True, cwd=clone)
        subprocess.run(["git", *known, "commit", "--quiet", "--message", title], check=True, cwd=clone)
    (tmp_path / "python3").symlink_to(sys.executable)
    path = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run("\n".join(commands), shell=True, check=True, cwd=clone)
    shown = subprocess.run(
        ["git", "log", "-1", "--patch", "catalogue.ndjson"],
        check=True,
        cwd=clone,
        env=path,
        capture_output=True,
    ).stdout.decode()
    lines = [line for line in shown.splitlines() if line.startswith(("+ ", "- "))]
    assert [line.replace(" ", "") for line in lines] == ['-"Grünfläche"', '+"Grünflächen"']


def test_lines_are_in_order_with_sorted_keys(operated: Operated) -> None:
    for portal in ("gamma", "alpha", "beta"):
        crawl(operated, portal, *(f"{portal} {number}" for number in range(12)))
    lines = dumped(operated).splitlines()
    read = [json.loads(line) for line in lines]
    places = [(item["portal"], item["identifier"]) for item in read]
    assert places == sorted(places)
    for line, item in zip(lines, read, strict=True):
        assert line.decode() == json.dumps(item, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def test_what_may_not_be_published_again_is_left_out(operated: Operated) -> None:
    crawl(operated, "alpha", "Eins")
    crawl(operated, "beta", "Zwei")
    operated.settings("beta", republish="no")
    assert {json.loads(line)["portal"] for line in dumped(operated).splitlines()} == {"alpha"}
