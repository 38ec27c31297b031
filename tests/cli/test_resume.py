"""A crawl that is killed goes on: no request too many, no record lost or doubled."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from slow_portal import ROWS, TOTAL, SlowPortal, slow_portal

ROOT = Path(__file__).parents[2]


def start(db: Path, portal: SlowPortal) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "crawler.cli",
        "crawl",
        "--db",
        str(db),
        "--allow-private",
        "--delay",
        "0",
    ]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'examples'}"}
    known = [] if db.exists() else [portal.url]
    return subprocess.Popen(
        [*command, *known], text=True, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def state(db: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(db) as connection:
        rows = connection.execute(
            "select identifier, title, first_seen, gone_run from dataset order by 1"
        ).fetchall()
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
    connection.close()
    return rows


def test_killed_half_way_it_goes_on(tmp_path: Path) -> None:
    db = tmp_path / "bestand.db"
    pages = TOTAL // ROWS
    with slow_portal(0.05) as portal:
        first = start(db, portal)
        until = time.monotonic() + 30
        while len(portal.asked) < pages // 2 and time.monotonic() < until:
            time.sleep(0.02)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        before = set(portal.asked)
        assert pages // 2 <= len(before) < pages
        portal.asked.clear()
        second = start(db, portal)
        _, log = second.communicate(timeout=60)
        assert second.returncode == 0, log
        again = set(portal.asked) & before
        assert len(portal.asked) < 0.6 * pages
        assert len(again) <= 4, "only what was under way is asked for again"
    rows = state(db)
    assert [row[0] for row in rows] == [f"p{number:04}" for number in range(TOTAL)]
    assert {row[2:] for row in rows} == {(1, None)}
    with sqlite3.connect(db) as connection:
        done = connection.execute("select outcome, added, unchanged, delivered from portal_run").fetchall()
        assert connection.execute("select count(*) from version").fetchone() == (TOTAL,)
    connection.close()
    assert done == [("complete", TOTAL, 0, TOTAL)]


def test_stopped_politely_it_keeps_what_it_read(tmp_path: Path) -> None:
    db = tmp_path / "bestand.db"
    with slow_portal(0.05) as portal:
        first = start(db, portal)
        until = time.monotonic() + 30
        while len(portal.asked) < 15 and time.monotonic() < until:
            time.sleep(0.02)
        first.send_signal(signal.SIGTERM)
        _, log = first.communicate(timeout=30)
        assert first.returncode == 1
        assert "Traceback" not in log
    assert len(state(db)) >= 100
    with sqlite3.connect(db) as connection:
        assert connection.execute("select outcome from portal_run").fetchall() == [("cancelled",)]
        assert connection.execute("select state from run").fetchall() == [("incomplete",)]
    connection.close()
