"""`python -m tests.reliability [--share 0.1] [--only kills,soak]`: all trials, or a share of them."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.reliability import kills, soak, table
from tests.reliability.world import Portals, portals


def main() -> int:
    """0 where nothing went wrong."""
    options = argparse.ArgumentParser(prog="python -m tests.reliability")
    options.add_argument("--share", type=float, default=1.0, help="how much of it (CI: 0.1)")
    options.add_argument("--seed", type=int, default=2026)
    options.add_argument("--only", default="kills,soak")
    options.add_argument(
        "--commands", default="", help="beginnings of the names of the commands to kill, by comma"
    )
    options.add_argument("--write", action="store_true", help="write docs/reference/reliability.md")
    asked = options.parse_args()
    parts, wrong = set(asked.only.split(",")), list[str]()
    tallies, soaked = list[kills.Tally](), None
    with tempfile.TemporaryDirectory() as name, portals() as served:
        folder = Path(name)
        if "kills" in parts:
            tallies = kill_all(folder, served, asked.share, asked.seed, tuple(asked.commands.split(",")))
            wrong += [f"{tally.name}: {problem}" for tally in tallies for problem in tally.wrong]
        if "soak" in parts:
            soaked = soak.soak(folder, served, asked.share, asked.seed)
            wrong += soaked.wrong
    for problem in wrong[:50]:
        print("WRONG", problem)
    if asked.write and not wrong:
        table.write(tallies, soaked, asked.share, asked.seed)
    return 1 if wrong else 0


def kill_all(
    folder: Path, served: Portals, share: float, seed: int, names: tuple[str, ...]
) -> list[kills.Tally]:
    """Kill every command."""
    found = kills.bases(folder / "bases", served)
    tallies = []
    for which in (item for item in kills.TRIALS if item.name.startswith(names)):
        count = max(1, round(kills.COUNT * share))
        chance = random.Random(f"{seed} {which.name}")
        tally = kills.trial(which, found[which.base], folder, count, chance)
        tallies.append(tally)
        print(
            f"{tally.name}: {tally.trials} trials, {tally.killed} killed, {len(tally.wrong)} wrong, {tally.seconds:.0f} s",
            flush=True,
        )
        for problem in tally.wrong[:3]:
            print("  ", problem, flush=True)
    return tallies


if __name__ == "__main__":
    sys.exit(main())
