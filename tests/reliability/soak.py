"""Many portals, many runs, answers that go wrong at random: memory stays flat, every portal has its one outcome in every
run, and after each run the database is sound."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from catalog.store.checking import invariants
from tests.reliability.world import FAST, Portals, empty, run

PORTALS, RUNS, RATE = 500, 20, 0.06


@dataclass
class Soaked:
    """What came of it. `memory`: the largest resident memory of the process of each run, in MB."""

    portals: int = 0
    runs: int = 0
    crawls: int = 0
    records: int = 0
    seconds: float = 0.0
    outcomes: dict[str, int] = field(default_factory=dict)
    memory: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def soak(folder: Path, served: Portals, share: float, seed: int) -> Soaked:
    """`share` of the portals, all runs."""
    done = Soaked(max(10, round(PORTALS * share)), RUNS)
    path, log, began = folder / "soak.db", folder / "soak.log", time.monotonic()
    empty(path, served.rows(done.portals))
    for number in range(1, RUNS + 1):
        served.set(epoch=number, rate=RATE, seed=seed)
        _one(done, path, log, folder / "memory", number)
    served.set(epoch=RUNS + 1, rate=0)
    _one(done, path, log, folder / "memory", RUNS + 1)
    _settle(done, path)
    done.seconds = time.monotonic() - began
    return done


def _one(done: Soaked, path: Path, log: Path, memory: Path, number: int) -> None:
    """One run; whatever the portals do, it ends with 0 and an outcome for each."""
    arguments = ["crawl", "--db", str(path), *FAST, "--jobs", "16", "--accept-shrink"]
    code = run(arguments, log, patience=900, before=lambda: _note_memory(memory))
    if code:
        done.wrong.append(f"run {number} ended with {code}: {log.read_text()[-500:]}")
    done.memory.append(int(memory.read_text() or 0) // 1024)
    conn = sqlite3.connect(path)
    done.wrong += [f"run {number}: {problem}" for problem in invariants(conn)[:5]]
    ended = conn.execute(
        "select count(*), count(distinct portal), count(outcome) from portal_run where run = ?", (number,)
    )
    if (found := ended.fetchone()) != (done.portals,) * 3:
        done.wrong.append(f"run {number}: {found} portal runs, portals, outcomes instead of {done.portals}")
    conn.close()
    done.crawls += done.portals
    print(f"soak: run {number}, {done.memory[-1]} MB, {len(done.wrong)} wrong", flush=True)


def _note_memory(place: Path) -> None:
    """In the child: write down its largest memory when it ends."""
    import atexit
    import os
    import resource

    def note() -> None:
        place.write_text(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))

    atexit.register(note)
    leave = os._exit

    def noting(code: int) -> None:
        note()
        leave(code)

    os._exit = noting  # type: ignore[assignment]


def _settle(done: Soaked, path: Path) -> None:
    """Once all portals are sound again, exactly what they hold is there; and no run took much more than another."""
    from tests.reliability.portals import holdings

    conn = sqlite3.connect(path)
    done.outcomes = dict(
        conn.execute("select outcome, count(*) from portal_run group by outcome order by 2 desc").fetchall()
    )
    done.records = conn.execute("select count(*) from dataset").fetchone()[0]
    for number in range(done.portals):
        sql = "select identifier from dataset join portal on portal.id = portal where portal.key = ? and gone_run is null"
        alive = {name for (name,) in conn.execute(sql, (f"p{number}",))}
        listed = {name for name, _ in holdings(number, RUNS + 1)}
        if {name.rpartition("/")[2] for name in alive} != listed:
            done.wrong.append(f"portal {number}: {len(alive)} records are there, {len(listed)} are listed")
    conn.close()
    early, late = mean(done.memory[2:7]), mean(done.memory[-5:])
    if late > 1.15 * early + 5 or max(done.memory) > 2 * min(done.memory):
        done.wrong.append(f"memory is not flat: {done.memory} MB")
