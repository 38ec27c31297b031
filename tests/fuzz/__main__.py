"""`python -m tests.fuzz [--runs 35000] [--only read-ckan,rdf] [--engine atheris]`: how many inputs each target took.

`mutation` changes captured answers at random and runs everywhere; `atheris` is led by coverage (the extra `fuzz`).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.fuzz.mutation import mutated
from tests.fuzz.targets import Target, names, seeds, targets

HANG = 10
"""Seconds after which an input counts as a hang."""
CORPUS = Path(__file__).with_name("corpus")


class Hang(BaseException):
    """Raised where a target takes too long."""


def _ring(*_: Any) -> None:
    raise Hang


def fuzz(name: str, target: Target, runs: int, chance: random.Random) -> list[str]:
    """What went wrong with a target: one sentence a different error. Inputs that it fails for go to the corpus."""
    known, wrong = seeds(name), dict[str, str]()
    signal.signal(signal.SIGALRM, _ring)
    for number in range(runs):
        data = mutated(chance.choice(known), chance, known) if number >= len(known) else known[number]
        signal.setitimer(signal.ITIMER_REAL, HANG)
        try:
            target(data)
        except (Exception, Hang) as error:  # noqa: BLE001 - this is what is looked for
            signal.setitimer(signal.ITIMER_REAL, 0)
            place = _place(error)
            if place not in wrong:
                wrong[place] = _keep(name, data)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return [f"{place} ({file})" for place, file in wrong.items()]


def _place(error: BaseException) -> str:
    trace, last = error.__traceback__, error.__traceback__
    while trace is not None:
        trace, last = trace.tb_next, trace
    where = f"{Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else ""
    return f"{type(error).__name__} at {where}: {str(error)[:100]}"


def _keep(name: str, data: bytes) -> str:
    CORPUS.mkdir(exist_ok=True)
    path = CORPUS / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}"
    path.write_bytes(data)
    return path.name


def main() -> int:
    """0 where nothing went wrong."""
    options = argparse.ArgumentParser(prog="python -m tests.fuzz")
    options.add_argument("--runs", type=int, default=35_000, help="inputs a target")
    options.add_argument("--only", default="", help="targets by comma")
    options.add_argument("--engine", choices=("mutation", "atheris"), default="mutation")
    options.add_argument("--seed", type=int, default=2026)
    asked = options.parse_args()
    chosen = asked.only.split(",") if asked.only else names()
    if asked.engine == "atheris":
        return _with_coverage(chosen, asked.runs)
    total, failed = 0, 0
    for name in chosen:
        began = time.process_time()
        wrong = fuzz(name, targets()[name], asked.runs, random.Random(f"{asked.seed} {name}"))
        total, failed = total + asked.runs, failed + len(wrong)
        print(
            f"{name}: {asked.runs} inputs, {len(wrong)} errors, {time.process_time() - began:.0f} s",
            flush=True,
        )
        for sentence in wrong:
            print("  ", sentence, flush=True)
    print(f"{total} inputs, {failed} errors")
    return 1 if failed else 0


def _with_coverage(chosen: list[str], runs: int) -> int:
    """Each target in a process of its own: libFuzzer ends the process."""
    failed = 0
    for name in chosen:
        if len(chosen) == 1 and os.environ.get("BESTAND_FUZZ"):
            _atheris(name, runs)
        child = [
            sys.executable,
            "-m",
            "tests.fuzz",
            "--engine",
            "atheris",
            "--only",
            name,
            "--runs",
            str(runs),
        ]
        done = subprocess.run(
            child, env={**os.environ, "BESTAND_FUZZ": "1"}, capture_output=True, text=True, check=False
        )
        last = [line for line in done.stderr.splitlines() if line.startswith(("Done", "==", "#", " ==="))][
            -2:
        ]
        print(f"{name}: exit {done.returncode}; {' '.join(last)[:200]}", flush=True)
        if done.returncode:
            print(done.stderr[-1500:])
        failed += bool(done.returncode)
    return 1 if failed else 0


def _atheris(name: str, runs: int) -> None:
    import tempfile

    import atheris

    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(name)):
            (Path(folder) / str(number)).write_bytes(seed)
        target = targets()[name]
        atheris.instrument_all() if os.environ.get("BESTAND_FUZZ_ALL") else None
        options = [
            sys.argv[0],
            folder,
            f"-runs={runs}",
            f"-timeout={HANG}",
            "-max_len=20000",
            "-rss_limit_mb=4000",
        ]
        atheris.Setup(options, atheris.instrument_func(target))
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
