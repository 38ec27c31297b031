"""Run as a program: writers that are killed, starved or locked out, each in a process of its own. Prints JSON."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from store_house import House, batches, complete, dataset, found, proven  # noqa: E402

from catalog.store.checking import invariants  # noqa: E402
from catalog.store.database import lock  # noqa: E402
from catalog.store.sink import Found, Stored  # noqa: E402

RECORDS = 60


def listing(turn: int) -> list[Found]:
    """What the portal lists in one crawl: most records change from crawl to crawl, some come and go."""
    return [
        found(
            f"id-{n}", dataset(f"Satz {n} Fassung {(n * turn) % 4}", files=n % 4, keywords=[f"wort{n % 5}"])
        )
        for n in range(RECORDS)
        if (n + turn) % 7
    ]


def owed_run(house: House) -> int:
    """The run that was broken off, where it still owes the portal, as `crawl` goes on with it; else a new one."""
    run, owed = house.store.broken_run() or (0, [])
    if owed:
        return run
    if run:  # killed when all was done but the last word
        house.store.end_run(run)
    return house.store.begin_run("crawl", {"portals": ["muster"]})


def go_on(path: Path) -> None:
    """Go on with the run that was broken off, then crawl and crawl."""
    with lock(path):
        house = House(path)
        while True:
            run = owed_run(house)
            sink = house.sink(run, accept_shrink=True)
            items = listing(run)
            for number, batch in enumerate(batches(items, 10)):
                sink.archive(
                    f"page-{number}", "list", Stored("https://daten.example", 200, {}, os.urandom(2000))
                )
                sink.take(proven(sink, batch))
            sink.finish(complete(len(items)))
            house.store.end_run(run)


def killed(path: Path, times: int) -> list[str]:
    """Kill a writer again and again, at any instant; what is wrong with the database afterwards."""
    chance = random.Random(7)
    wrong: list[str] = []
    for number in range(times):
        child = os.fork()
        if not child:
            go_on(path)
        time.sleep(chance.uniform(0.01, 0.2))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if path.exists():
            with suppress(sqlite3.OperationalError):  # killed before there were tables
                wrong += [f"kill {number}: {text}" for text in sound(path)]
    return wrong


def sound(path: Path) -> list[str]:
    """The invariants of a file that nobody has open."""
    conn = sqlite3.connect(path)
    try:
        conn.execute("select 1 from stat_finding").fetchall()
        return invariants(conn)
    finally:
        conn.close()


def finish(path: Path) -> dict[str, object]:
    """What the last whole crawl leaves is what the portal lists."""
    with lock(path):
        house = House(path)
        run = owed_run(house)
        sink = house.sink(run, accept_shrink=True)
        for batch in batches(listing(run), 10):
            sink.take(proven(sink, batch))
        sink.finish(complete(len(listing(run))))
        house.store.end_run(run)
        there = dict(house.rows("select identifier, title from dataset where gone_run is null"))
        wanted = {item.identifier: item.record.root.title[0] for item in listing(run) if item.record}  # type: ignore[attr-defined]
        parts = list(house.store.folder.root.glob("*/*.gz"))
        damaged = [
            path.name for path in parts if house.store.folder.read(path.name.removesuffix(".gz")) is None
        ]
        house.store.close()
    return {"same": there == wanted, "runs": run, "bodies": len(parts), "damaged": damaged}


def starved(path: Path, room: int) -> dict[str, object]:
    """Write until no file may grow any more (as on a full disk); which error that was."""
    house = House(path)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    sink = house.sink()
    taken = 0
    try:
        for number in range(10_000):
            sink.take(
                [found(f"{number}-{n}", dataset("Voll", description="Platte " * 500)) for n in range(5)]
            )
            taken += 5
    except sqlite3.Error as error:
        told: str = type(error).__name__
    archived = ""
    try:
        house.store.folder.keep(os.urandom(room + 1))
    except OSError as error:
        archived = type(error).__name__
    bodies = [item.name for item in house.store.folder.root.glob("*/*.gz")]
    with suppress(sqlite3.Error):
        house.store.close()
    return {"error": told, "taken": taken, "archive": archived, "bodies": bodies}


def hold(path: Path) -> None:
    """Hold the lock until the input is closed."""
    with lock(path):
        print("held", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    task, target = sys.argv[1], Path(sys.argv[2])
    if task == "hold":
        hold(target)
    elif task == "starve":
        print(json.dumps(starved(target, int(sys.argv[3]))))
    else:
        print(
            json.dumps({"wrong": killed(target, int(sys.argv[3])), **finish(target), "sound": sound(target)})
        )
