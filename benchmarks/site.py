"""`python -m benchmarks.site [--quick | --full] [--write]`: how long pages take, warm, and while a crawl writes.

A measured catalogue of 5,000 municipalities is copied by SQL until it has 20,000, 200,000 and, with `--full`, 1,000,000
datasets; each is served by one process and asked for the same forty addresses, one after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import measured_world, site_world
from benchmarks.cases import environment
from benchmarks.measure import run as measure
from benchmarks.site_mix import addresses
from benchmarks.table import machine
from catalog.publish.serve import application, close, settings

PAGE = Path("docs/explanation/speed.md")
BEGIN, END = "<!-- pages -->\n", "<!-- end of pages -->\n"
BASE_RECORDS, QUICK_RECORDS = 18_000, 900
"""Records that are crawled; a tenth of them stands in a second portal too."""
SIZES = {"20,000": 1, "200,000": 10}
FULL = {"1,000,000": 51}
"""Name of a size -> how many times the crawled records stand in it."""
ROUNDS, READERS, SECONDS = 7, 10, 20
PAGE_BAR, BUSY_BAR, AIM, LONGEST = 100.0, 250.0, 150.0, 150_000
"""ms at the 95th percentile, the same while a crawl writes, the aim at 1,000,000, bytes of a page."""


@dataclass(frozen=True, slots=True)
class Timed:
    """One address: the times of its answers in ms, on the clock and of the processor, and its length in bytes."""

    address: str
    clock: tuple[float, ...]
    processor: tuple[float, ...]
    length: int


@dataclass(frozen=True, slots=True)
class Busy:
    """Reading while a crawl writes: times in ms, what failed, records that were written."""

    times: tuple[float, ...]
    errors: int
    written: int


def percentile(times: Sequence[float], share: int = 95) -> float:
    """The time below which so many per cent lie."""
    return quantiles(times, n=100, method="inclusive")[share - 1] if len(times) > 1 else times[0]


def timed(path: Path, rounds: int = ROUNDS) -> list[Timed]:
    """Each address of the mix, after one round that warms. Raises RuntimeError for an answer that is not 200."""
    return asyncio.run(_timed(path, rounds))


@contextmanager
def _served(path: Path) -> Iterator[Any]:
    """A client of the site that serves a catalogue."""
    datasette = application(path, settings=settings())
    try:
        yield datasette.client
    finally:
        close(datasette)


async def _timed(path: Path, rounds: int) -> list[Timed]:
    mix = addresses(path)
    taken: list[list[tuple[float, float]]] = [[] for _ in mix]
    with _served(path) as client:
        lengths = [await _length(client, address) for address in mix]
        for _ in range(rounds):
            for place, address in enumerate(mix):
                clock, processor = time.perf_counter(), time.process_time()
                await client.get(address)
                taken[place].append((_ms(clock), 1000 * (time.process_time() - processor)))
    return [
        Timed(address, tuple(a for a, _ in times), tuple(b for _, b in times), length)
        for address, times, length in zip(mix, taken, lengths, strict=True)
    ]


async def _length(client: Any, address: str) -> int:
    answer = await client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return len(answer.content)


def _ms(began: float) -> float:
    return 1000 * (time.perf_counter() - began)


def busy(path: Path, readers: int = READERS, seconds: float = SECONDS) -> Busy:
    """So many readers, each with a pause for reading, while another process crawls into the same file."""
    writer = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.site", "--crawl-into", str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(), text=True,
    )  # fmt: skip
    try:
        times, errors = asyncio.run(_read_along(path, readers, seconds))
    finally:
        writer.terminate()
        written = sum(int(line) for line in writer.stdout or () if line.strip().isdigit())
        writer.wait(30)
    return Busy(tuple(times), errors, written)


async def _read_along(path: Path, readers: int, seconds: float) -> tuple[list[float], int]:
    with _served(path) as client:
        return await _read_from(client, addresses(path), readers, seconds)


async def _read_from(
    client: Any, mix: Sequence[str], readers: int, seconds: float
) -> tuple[list[float], int]:
    for address in mix:
        await client.get(address)
    times: list[float] = []
    errors, end = 0, time.monotonic() + seconds

    async def read(first: int) -> None:
        nonlocal errors
        place = first * 4
        while time.monotonic() < end:
            began = time.perf_counter()
            answer = await client.get(mix[place % len(mix)])
            times.append(_ms(began))
            errors += answer.status_code != 200
            place += 1
            await asyncio.sleep(1)  # a reader looks at a page before the next

    await asyncio.gather(*(read(number) for number in range(readers)))
    return times, errors


def crawl_into(path: Path) -> Iterator[int]:
    """Crawl again and again, each time other records changed; yields how many each crawl changed."""
    for number in range(1, 1000):
        yield measured_world.change(path, BASE_RECORDS, 0.02 + number / 1000)


def table(sizes: dict[str, list[Timed]]) -> str:
    """The figures of each size as lines of Markdown."""
    lines = [
        "| datasets | p50 | p95 | slowest | processor p95 | slowest page | longest page |",
        "|--:|--:|--:|--:|--:|---|--:|",
    ]
    for name, found in sizes.items():
        clock, processor = (
            [t for each in found for t in each.clock],
            [t for each in found for t in each.processor],
        )
        slowest = max(found, key=lambda each: median(each.clock))
        lines.append(
            f"| {name} | {median(clock):.0f} ms | {percentile(clock):.0f} ms | {max(clock):.0f} ms"
            f" | {percentile(processor):.0f} ms | `{slowest.address}` {median(slowest.clock):.0f} ms"
            f" | {max(each.length for each in found) / 1000:.0f} kB |"
        )
    return "\n".join(lines)


def told(sizes: dict[str, list[Timed]], along: Busy | None) -> str:
    """The whole report."""
    parts = [table(sizes), ""]
    if along:
        parts += [
            f"{READERS} readers while a crawl writes into the file ({next(iter(SIZES))} datasets; {along.written:,} records changed"
            f" in {SECONDS} s): {len(along.times)} pages, {along.errors} errors, p50 {median(along.times):.0f} ms,"
            f" p95 {percentile(along.times):.0f} ms, slowest {max(along.times):.0f} ms (bar: no error, p95 {BUSY_BAR:.0f} ms).",
            "",
        ]
    bars = f"Bars: p95 {PAGE_BAR:.0f} ms at 20,000 and 200,000 datasets, {LONGEST // 1000} kB a page; aim at 1,000,000: {AIM:.0f} ms."
    return "\n".join(
        [
            *parts,
            bars,
            "",
            f"Measured on {date.today().isoformat()} by `{command()}`. {machine()}",
            "",
        ]
    )


def command() -> str:
    """How this was called."""
    return " ".join(["python -m benchmarks.site", *sys.argv[1:]])


def slow(found: Sequence[Timed], count: int = 8) -> str:
    """The slowest addresses, for the terminal."""
    rows = sorted(found, key=lambda each: -median(each.clock))[:count]
    return "\n".join(
        f"  {median(each.clock):7.1f} ms  (processor {median(each.processor):7.1f} ms, {each.length / 1000:4.0f} kB)  {each.address}"
        for each in rows
    )


def passed(sizes: dict[str, list[Timed]], along: Busy | None) -> bool:
    """Whether the bars are kept; those of time where they apply."""
    short = all(each.length <= LONGEST for found in sizes.values() for each in found)
    quick = all(
        percentile([t for each in found for t in each.clock]) < PAGE_BAR
        for name, found in sizes.items()
        if name in SIZES
    )
    calm = along is None or (not along.errors and percentile(along.times) < BUSY_BAR)
    return short and quick and calm


def write(text: str, page: Path = PAGE) -> None:
    """Put the figures between their marks in the page."""
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(f"{before}{BEGIN}{text}{END}{rest.split(END)[1]}", encoding="utf-8")


def main() -> None:
    """Measure and print; ends with 1 where a bar was missed."""
    options = _options()
    if options.crawl_into:
        for number in crawl_into(options.crawl_into):
            print(number, flush=True)
        return
    with TemporaryDirectory(prefix="bestand-site-") as temporary:
        folder = options.folder or Path(temporary)
        sizes, along = _measured(folder, SIZES if not options.full else SIZES | FULL, options)
    text = told(sizes, along)
    print(text)
    if options.quick:
        print("A quick look: there was a twentieth of the datasets that each line names, asked once.")
    if options.write:
        write(text)
    sys.exit(0 if options.quick or passed(sizes, along) else 1)


def _measured(
    folder: Path, wanted: dict[str, int], options: argparse.Namespace
) -> tuple[dict[str, list[Timed]], Busy | None]:
    base = folder / "base.db"
    if not base.exists():
        measured_world.build(base, QUICK_RECORDS if options.quick else BASE_RECORDS)
        measure(base)
    sizes: dict[str, list[Timed]] = {}
    for name, times in wanted.items():
        path = folder / f"{times}.db"
        if not path.exists():
            site_world.multiply(base, path, times)
        sizes[name] = timed(path, 1 if options.quick else ROUNDS)
        print(f"{name}:\n{slow(sizes[name])}", file=sys.stderr, flush=True)
    along = None if options.quick else busy(folder / "1.db")
    return sizes, along


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.site", description="How long pages take.")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a twentieth of everything, once")
    size.add_argument("--full", action="store_true", help="1,000,000 datasets as well")
    parser.add_argument("--write", action="store_true", help=f"write the figures into {PAGE}")
    parser.add_argument("--folder", type=Path, help="keep the catalogues here and use those that are there")
    parser.add_argument("--crawl-into", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
