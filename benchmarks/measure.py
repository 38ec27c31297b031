"""`python -m benchmarks.measure [--quick] [--write]`: the measurement of a whole country, and again after a small change.

Records of 5,000 municipalities of the German register are crawled into a database; `measure` runs in processes of its own,
so that its memory is that of measuring alone.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from benchmarks import measured_world
from benchmarks.cases import environment
from benchmarks.sample import Sample, Stopwatch
from benchmarks.table import machine
from catalog.measure.measuring import measure
from catalog.store.store import Store

PAGE = Path("docs/explanation/speed.md")
BEGIN, END = "<!-- measuring -->\n", "<!-- end of measuring -->\n"
RECORDS, QUICK = 200_000, 20_000
CHANGED = 0.01
FIRST_BAR, MEMORY_BAR, AGAIN_BAR = 300.0, 500.0, 30.0
"""Seconds of the first measurement, MB of memory, seconds after a crawl that changed a hundredth."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One `measure` in a process of its own. `looked_at`: records that were decoded; `steps`: step → seconds of wall time."""

    sample: Sample
    looked_at: int
    steps: dict[str, float]


def run(path: Path) -> Measurement:
    """Measure a database in this process; the sample counts all its records."""
    watch, store = Stopwatch(), Store(path, "benchmark")
    try:
        with watch:
            done = measure(store)
        total = int(store.conn.execute("select count(*) from dataset").fetchone()[0])
    finally:
        store.close()
    return Measurement(watch.sample(total), done.records, done.seconds)


def in_own_process(path: Path) -> Measurement:
    """Measure a database in a new process. Raises CalledProcessError."""
    command = [sys.executable, "-m", "benchmarks.measure", "--database", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment(), check=True)
    said = orjson.loads(done.stdout)
    return Measurement(Sample(**said["sample"]), said["looked_at"], said["steps"])


def measurements(count: int, folder: Path) -> tuple[Measurement, Measurement, Measurement]:
    """The first measurement, one where nothing changed, and one after a crawl that changed a hundredth."""
    path = folder / "bestand.db"
    measured_world.build(path, count)
    first, idle = in_own_process(path), in_own_process(path)
    measured_world.change(path, count, CHANGED)
    return first, idle, in_own_process(path)


def passed(first: Measurement, again: Measurement) -> bool:
    """Whether the bars are kept."""
    slow = first.sample.seconds > FIRST_BAR or again.sample.seconds > AGAIN_BAR
    return not slow and max(first.sample.peak, again.sample.peak) <= MEMORY_BAR


def told(first: Measurement, idle: Measurement, again: Measurement) -> str:
    """The figures as lines of Markdown."""
    all_three = (first, idle, again)
    rows = [
        ("records looked at", *(f"{each.looked_at:,}" for each in all_three)),
        *((step, *(f"{each.steps[step]:.1f} s" for each in all_three)) for step in first.steps),
        ("**all**", *(f"**{each.sample.seconds:.0f} s**" for each in all_three)),
        ("processor time", *(f"{each.sample.cpu:.0f} s" for each in all_three)),
        ("largest resident size", *(f"{each.sample.peak:.0f} MB" for each in all_three)),
        ("bar", f"{FIRST_BAR:.0f} s, {MEMORY_BAR:.0f} MB", "", f"{AGAIN_BAR:.0f} s, {MEMORY_BAR:.0f} MB"),
    ]
    head = f"| {first.sample.count:,} records | first | nothing changed | {CHANGED:.0%} changed |"
    lines = [head, "|---|--:|--:|--:|", *(f"| {' | '.join(row)} |" for row in rows)]
    note = f"Measured on {date.today().isoformat()} by `python -m benchmarks.measure --write`. {machine()}"
    return "\n".join([*lines, "", note, ""])


def write(text: str, page: Path = PAGE) -> None:
    """Put the figures between their marks in the page."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(f"{before}{BEGIN}{text}{END}{rest.split(END)[1]}", encoding="utf-8")


def main() -> None:
    """Measure and print; ends with 1 where a bar was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.measure")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} records")
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--write", action="store_true", help=f"write the figures into {PAGE}")
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.database:
        print(orjson.dumps(asdict(run(options.database))).decode())
        return
    with TemporaryDirectory(prefix="bestand-measure-") as folder:
        first, idle, again = measurements(QUICK if options.quick else options.records, Path(folder))
    text = told(first, idle, again)
    print(text)
    if options.write:
        write(text)
    sys.exit(0 if passed(first, again) else 1)


if __name__ == "__main__":
    main()
