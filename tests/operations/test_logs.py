"""Log lines for machines and for people."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

from slow_portal import slow_portal

from crawler.logs import JsonLines, Text

ROOT = Path(__file__).parents[2]


def record(message: str, **more: object) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": message, "levelname": "INFO", "name": "x", **more})


def test_a_line_of_json_holds_what_it_was_given() -> None:
    line = json.loads(
        JsonLines().format(record("%s: done", args=("town",), portal="town", records=3, created=0.5))
    )
    assert line["message"] == "town: done"
    assert (line["portal"], line["records"], line["level"]) == ("town", 3, "info")
    assert line["at"] == "1970-01-01T00:00:00.500Z"
    assert "args" not in line


def test_nothing_from_outside_makes_a_second_line() -> None:
    hostile = "a\nERROR forged \x1b[2J line\r\u2028x"
    assert "\n" not in JsonLines().format(record(hostile))
    shown = Text().format(record(hostile))
    assert shown.count("\n") == 0
    assert "\x1b" not in shown
    assert "forged" in shown


def test_an_error_is_in_the_line() -> None:
    try:
        raise ValueError("oops")
    except ValueError:
        line = JsonLines().format(record("failed", exc_info=sys.exc_info()))
    assert "ValueError: oops" in json.loads(line)["error"]


def test_a_crawl_logs_json_on_stderr_and_its_result_on_stdout(tmp_path: Path) -> None:
    here = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'examples'}"}
    with slow_portal(0) as portal:
        command = [sys.executable, "-m", "crawler.cli", "crawl", portal.url, "--db", str(tmp_path / "b.db")]
        more = ["--allow-private", "--delay", "0", "--limit", "20", "--json", "--log-format", "json"]
        done = subprocess.run(
            [*command, *more], capture_output=True, text=True, env=here, timeout=60, check=False
        )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    ends = [line for line in lines if "outcome" in line]
    assert [(line["outcome"], line["records"]) for line in ends] == [("partial", 20)]
    assert json.loads(done.stdout)["portals"][0]["outcome"] == "partial"
