"""The world that trials run in: portals in a process of their own, commands in forked children, and what a database says
with all that may differ between two runs left out."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.store.store import Store
from crawler.cli import main as bestand
from crawler.harvest import keep_portals
from crawler.sources.protocol import Portal
from tests.reliability.portals import KINDS, address

FAST = ("--allow-private", "--delay", "0", "--timeout", "5")
_PATHS = {"ckan": "", "dcat": "/catalog", "data_json": ""}


@dataclass
class Portals:
    """The running portals."""

    port: int

    def set(self, **values: float) -> None:
        """Change epoch, rate or seed."""
        query = "&".join(f"{name}={value}" for name, value in values.items())
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/__set?{query}") as answer:
            answer.read()

    def rows(self, count: int) -> list[Portal]:
        """The first portals, as the registry would have them."""
        return [
            Portal(f"p{n}", f"http://{address(n)}:{self.port}{_PATHS[KINDS[n % 3]]}", kind=KINDS[n % 3])
            for n in range(count)
        ]


@contextmanager
def portals() -> Iterator[Portals]:
    """Portals until the block ends."""
    program = Path(__file__).with_name("portals.py")
    process = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Portals(int(process.stdout.readline()))
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def empty(path: Path, rows: list[Portal]) -> None:
    """A database that knows portals and no record."""
    store = Store(path)
    keep_portals(store, rows)
    store.close()


def start(arguments: list[str], log: Path, **limits: Any) -> int:
    """Run a command of `bestand` in a forked child, which begins at once since everything is imported; its process id.

    `before`: called in the child first. Nothing of this process that has threads may be running."""
    child = os.fork()
    if child:
        return child
    code = 70
    try:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
        if "before" in limits:
            limits["before"]()
        bestand(arguments, standalone_mode=False)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException as error:  # noqa: BLE001 - a child that goes wrong says so and ends
        os.write(2, f"Traceback: {error!r}\n".encode())
    finally:
        os.write(2, b"")
        os._exit(code)


def run(arguments: list[str], log: Path, patience: float = 120.0, **limits: Any) -> int:
    """The exit code of a command. Raises TimeoutError for one that hangs."""
    return wait(start(arguments, log, **limits), patience)


def wait(child: int, patience: float = 120.0) -> int:
    """The exit code of a child; negative: the signal that ended it. Raises TimeoutError."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TimeoutError("The command hangs.")


def kill_after(child: int, seconds: float) -> bool:
    """End a child after some time, without any warning; whether it was still there."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


_SAID = {
    "dataset": "select key, identifier, title, license, first_seen, changed_run, gone_run, distributions, errors, warnings,"
    " raw_digest, reader, (select digest from version where version.id = dataset.version) from dataset",
    "version": "select dataset.key, version.run, event, digest from version join dataset on dataset.id = dataset"
    " order by dataset.key, version.id",
    "distribution": "select dataset.key, distribution.iri, access_url, format from distribution join dataset on dataset.id = dataset",
    "keyword": "select dataset.key, keyword.name from dataset_keyword join dataset on dataset.id = dataset join keyword on keyword.id = keyword",
    "finding": "select dataset.key, slug, count from finding join dataset on dataset.id = dataset join finding_kind on finding_kind.id = kind",
    "portal_run": "select run, portal.key, outcome, note, claimed, delivered, rejected, repeated, added, changed, unchanged,"
    " returned, gone, missing, skipped, failures, faults from portal_run join portal on portal.id = portal_run.portal",
    "portal": "select key, kind, last_run, last_outcome, last_complete_run from portal",
    "payload": "select run, portal, call, sha256 from payload join portal_run on portal_run.id = portal_run",
    "rejected": "select identifier, raw, error from rejected",
    "unread": "select portal, key, count from unread",
    "stat": "select * from stat_portal",
}
_BY_RUN = frozenset({"share"})
"""Tables that hold figures of each measurement; of one that was killed at its very end, too."""
_TIMES = frozenset(
    {
        "at",
        "started",
        "ended",
        "checked_at",
        "next_check",
        "seconds",
        "due",
        "run",
        "since",
        "measured_at",
        "last_run",
    }
)


def said(path: Path, runs: bool = True) -> dict[str, list[Any]]:
    """What a database says of records and runs; `runs`: also in which run."""
    conn = sqlite3.connect(path)
    found = {name: conn.execute(sql).fetchall() for name, sql in _SAID.items()}
    conn.close()
    if not runs:
        for name in ("portal_run", "portal", "payload"):
            found.pop(name)
        found["version"] = [(key, event, digest) for key, _, event, digest in found["version"]]
        found["dataset"] = [(*row[:4], row[6] is None, *row[7:]) for row in found["dataset"]]
    return {name: sorted(rows, key=repr) if name != "version" else rows for name, rows in found.items()}


def tables(path: Path) -> dict[str, list[Any]]:
    """Every ordinary table without times, run numbers and the ledger of runs."""
    conn = sqlite3.connect(path)
    names = [name for (name,) in conn.execute(
        "select name from sqlite_master where type = 'table' and name not like '%\\_fts%' escape '\\' and name not like"
        " 'sqlite\\_%' escape '\\' and name not in ('_sqlite_migrations', 'run')")]  # fmt: skip
    found = {}
    for name in names:
        columns = [row[1] for row in conn.execute(f"pragma table_info({name})")]
        kept = [column for column in columns if not _is_time(column)]
        newest = f" where run = (select max(run) from {name})" if name in _BY_RUN else ""
        found[name] = sorted(
            conn.execute(f"select {', '.join(kept)} from {name}{newest}").fetchall(), key=repr
        )
    conn.close()
    return found


def _is_time(column: str) -> bool:
    return column in _TIMES or column.endswith(("_at", "_on", "_run", "_date"))
