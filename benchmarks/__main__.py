"""`python -m benchmarks [--quick | --full] [--write] [NAME…]`: measure and print a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.cases import BENCHMARKS, Bench, Result, Scale
from benchmarks.table import described, machine, page, table

PAGE = Path("docs/reference/benchmarks.md")
QUICK = Scale(datasets=2000, feed=1000, repeats=1)
FULL = Scale(most=200_000)


def main() -> None:
    """Measure, print; ends with 1 where a bar was missed (not where it was hurried)."""
    options = _options()
    scale = QUICK if options.quick else FULL if options.full else Scale()
    print(machine(), described(scale), sep="\n", flush=True)
    with TemporaryDirectory(prefix="bestand-benchmarks-") as folder, Bench(Path(folder), scale) as bench:
        results = list(_told(_run(bench, options.names or BENCHMARKS)))
    print(table(results))
    if options.write:
        PAGE.write_text(page(results, scale), encoding="utf-8")
    sys.exit(0 if options.quick or all(result.passed for result in results) else 1)


def _run(bench: Bench, names: Iterable[str]) -> Iterator[Result]:
    for name in names:
        yield from BENCHMARKS[name](bench)


def _told(results: Iterator[Result]) -> Iterator[Result]:
    """The results, each told on stderr as soon as it is there."""
    for result in results:
        print(f"{result.name}: {result.what}: {result.value:,.0f} {result.unit}", file=sys.stderr, flush=True)
        yield result


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Speed and memory, beside floors."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)} (default: all)")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a tenth of everything, once")
    size.add_argument("--full", action="store_true", help="memory on 200,000 datasets as well")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE}")
    options = parser.parse_args()
    if unknown := set(options.names) - BENCHMARKS.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(BENCHMARKS)}")
    return options


if __name__ == "__main__":
    main()
