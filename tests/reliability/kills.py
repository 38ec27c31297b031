"""SIGKILL at random instants: afterwards the database is sound, the command goes on, and the result is that of a run that
nobody disturbed."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from catalog.store.checking import invariants
from tests.reliability.world import FAST, Portals, empty, kill_after, run, said, start, tables

PORTALS = 3
SNAPSHOT, SUMS, FOLDER = "snapshot", "SHA256SUMS", "{folder}"
COUNT = 40
"""Kills of each command."""


@dataclass(frozen=True)
class Trial:
    """A command on a database made ready for it. `reads`: what must be equal afterwards."""

    name: str
    arguments: tuple[str, ...]
    base: str
    reads: Callable[[Path], Any]


@dataclass
class Tally:
    """What came of the trials of a command. `killed`: in how many the signal came before the end."""

    name: str
    trials: int = 0
    killed: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def links(path: Path) -> Any:
    conn = sqlite3.connect(path)
    rows = conn.execute("select url, state, status, content_type from link order by url").fetchall()
    conn.close()
    return rows


def snapshot(path: Path) -> Any:
    """The files of a snapshot, whose checksums must be those that it tells; what bears the time of its making by name."""
    folder = path.parent / SNAPSHOT
    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir())}
    for line in files[SUMS].decode().splitlines():
        told, name = line.split()
        if sha256(files[name]).hexdigest() != told:
            return f"{name} is not what {SUMS} tells"
    return sorted(name for name in files)


def without_runs(path: Path) -> Any:
    return said(path, runs=False)


TRIALS = (
    Trial("crawl, the first", ("crawl", *FAST), "empty", said),
    Trial("crawl, again", ("crawl", *FAST), "crawled", said),
    Trial("reparse", ("reparse",), "older", without_runs),
    Trial("measure", ("measure",), "recrawled", tables),
    Trial("links check", ("links", "check", *FAST), "recrawled", links),
    Trial("snapshot", ("snapshot", FOLDER), "recrawled", snapshot),
)


def bases(folder: Path, served: Portals) -> dict[str, Path]:
    """Databases to begin with: `empty`, `crawled` once, `recrawled` after changes, `older` as if read by an older reader."""
    found = {name: folder / name / "bestand.db" for name in ("empty", "crawled", "recrawled", "older")}
    for path in found.values():
        path.parent.mkdir(parents=True)
    log = folder / "bases.log"
    empty(found["empty"], served.rows(PORTALS))
    served.set(epoch=1)
    _copy(found["empty"], found["crawled"])
    assert run(["crawl", "--db", str(found["crawled"]), *FAST], log) == 0, log.read_text()
    served.set(epoch=2)
    _copy(found["crawled"], found["recrawled"])
    assert run(["crawl", "--db", str(found["recrawled"]), *FAST], log) == 0, log.read_text()
    _copy(found["recrawled"], found["older"])
    conn = sqlite3.connect(found["older"])
    conn.execute("update dataset set reader = 0, raw_digest = x'00'")
    conn.commit()
    conn.close()
    return found


def _copy(one: Path, other: Path) -> None:
    shutil.rmtree(other.parent)
    shutil.copytree(one.parent, other.parent)


def trial(which: Trial, base: Path, folder: Path, count: int, chance: random.Random) -> Tally:
    """Kill a command `count` times, each time on a fresh database."""
    log, path = folder / "trial.log", folder / "trial" / base.name
    given = [str(path.parent / SNAPSHOT) if item == FOLDER else item for item in which.arguments]
    arguments = [*given, "--db", str(path)]
    tally, began = Tally(which.name), time.monotonic()
    wanted, length = _undisturbed(which, base, path, arguments, log)
    while tally.killed < count and tally.trials < 3 * count:
        path.parent.mkdir(exist_ok=True)
        _copy(base, path)
        tally.trials += 1
        instant = chance.uniform(0, length)
        if not kill_after(start(arguments, log), instant):
            continue
        tally.killed += 1
        tally.wrong += [
            f"{instant:.3f} s: {what}" for what in _afterwards(which, path, arguments, wanted, log)
        ]
    tally.seconds = time.monotonic() - began
    return tally


def _undisturbed(which: Trial, base: Path, path: Path, arguments: list[str], log: Path) -> tuple[Any, float]:
    """What a run brings that nobody disturbs, and how long it takes."""
    lengths, found = list[float](), list[Any]()
    for _ in range(2):
        path.parent.mkdir(exist_ok=True)
        _copy(base, path)
        began = time.monotonic()
        code = run(arguments, log)
        assert code == 0, (which.name, code, log.read_text()[-2000:])
        lengths.append(time.monotonic() - began)
        found.append(which.reads(path))
    assert found[0] == found[1], f"{which.name}: two undisturbed runs differ: {_difference(*found)}"
    return found[0], min(lengths)


def _afterwards(which: Trial, path: Path, arguments: list[str], wanted: Any, log: Path) -> list[str]:
    wrong = [f"after the kill: {problem}" for problem in _unsound(path)]
    code = 0 if which.arguments[0] == "crawl" and _is_over(path, which.base) else run(arguments, log)
    if code:
        wrong.append(f"going on ended with {code}: {log.read_text()[-300:]}")
    wrong += [f"after going on: {problem}" for problem in _unsound(path)]
    found = which.reads(path)
    if found != wanted:
        wrong.append(f"another result: {_difference(wanted, found)}")
    return wrong


def _is_over(path: Path, base: str) -> bool:
    """Whether the signal came when the crawl was done and only the program had not ended: a crawl more would be another."""
    conn = sqlite3.connect(path)
    runs, running = conn.execute("select count(*), sum(state = 'running') from run").fetchone()
    conn.close()
    return bool(runs > (base == "crawled") and not running)


def _unsound(path: Path) -> list[str]:
    conn = sqlite3.connect(path)
    try:
        return invariants(conn)[:5]
    finally:
        conn.close()


def _difference(one: Any, other: Any) -> str:
    if isinstance(one, dict):
        names = [name for name in one if one[name] != other.get(name)]
        return "; ".join(f"{name}: {_rows(one[name], other.get(name, []))}" for name in names)[:600]
    return _rows(one, other)


def _rows(one: list[Any], other: list[Any]) -> str:
    first = [row for row in one if row not in other][:1]
    second = [row for row in other if row not in one][:1]
    return f"{len(one)} rows, then {len(other)}; {first} became {second}"[:300]
