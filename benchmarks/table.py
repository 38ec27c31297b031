"""The figures as a table for people: on the terminal and as a page of the reference."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from importlib.metadata import version
from statistics import median

from benchmarks.cases import Result, Scale
from benchmarks.sample import Sample

COLUMNS = ("benchmark", "what", "figure", "min-max", "bar", "aim", "wall s", "CPU s", "per CPU s", "peak MB", "floor", "times the floor (wall, CPU)")  # fmt: skip
PARTS = ("scrapy", "orjson", "pyoxigraph", "rdflib", "sqlite-utils")

_PAGE = """# Benchmarks

Written by `python -m benchmarks --write` on {day}; `make bench` measures anew and prints the same table.

{machine}
{scale}

{table}

How to read it:

- Each figure is the median of the repeats; a trial runs in a new process that measures nothing else, and the portal it
  crawls runs in another one, over loopback, without a delay between requests. `wall s` and `CPU s` are those of the
  trial (CPU: all threads of that process), from the first request to the last record that can be searched for, with
  its findings. `per CPU s` is the figure had the process never waited; on a machine that does other work it is the
  steadier one. `peak MB` is the largest resident size of the process, 10^6 bytes.
- The floor of a crawl decodes the same payloads (orjson, for feeds pyoxigraph) and inserts the same rows of all tables,
  the full-text index included, into a new database of the same schema with plain `executemany`: no fetching, no
  mapping, no findings. The floor of an export reads the same records and writes the same bytes. Floors are measured in
  the same run, right after the trial beside which they stand.
- A generated CKAN dataset has about 7 kB of JSON and 3 resources, one of a feed about 60 triples and 3 distributions.

Where the time goes, and why it is spent there, stands in [Speed](../explanation/speed.md).
"""


def machine() -> str:
    """The machine and the versions of what does the work, in one line."""
    parts = ", ".join(f"{name} {version(name)}" for name in PARTS)
    cores = os.cpu_count() or 1
    return (
        f"Machine: {cores} cores ({platform.machine()}, {platform.system()}), "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {parts}."
    )


def described(scale: Scale) -> str:
    """How much was measured, in one line."""
    return f"Scale: {scale.datasets:,} CKAN datasets, {scale.feed:,} in the feed, {scale.repeats} repeats."


def table(results: Iterable[Result]) -> str:
    """The results as a Markdown table whose columns stand below each other."""
    rows = [COLUMNS, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, f"|{'|'.join('-' * (width + 2) for width in widths)}|")
    return "\n".join(lines)


def page(results: Iterable[Result], scale: Scale) -> str:
    """The reference page."""
    return _PAGE.format(
        day=date.today().isoformat(), machine=machine(), scale=described(scale), table=table(results)
    )


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) if place < 2 else cell.rjust(width) for place, (cell, width) in enumerate(zip(row, widths, strict=True)))  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _row(result: Result) -> tuple[str, ...]:
    sign = "≤" if result.at_most else "≥"
    mark = "" if result.passed else " missed"
    bar = f"{sign} {result.bar:,.0f}{mark}" if result.bar is not None else ""
    spread = f"{min(result.values):,.0f}-{max(result.values):,.0f}" if len(result.values) > 1 else ""
    return (
        *(result.name, result.what, f"{result.value:,.0f} {result.unit}", spread, bar),
        f"{result.aim:,.0f}" if result.aim else "",
        *_costs(result.samples),
        *_floor(result.samples, result.floors),
    )


def _costs(samples: Sequence[Sample]) -> tuple[str, ...]:
    def middle(of: Callable[[Sample], float], digits: int = 0) -> str:
        return f"{median(map(of, samples)):,.{digits}f}"

    return (
        *(middle(lambda each: each.seconds, 2), middle(lambda each: each.cpu, 2)),
        *(middle(lambda each: each.count / max(each.cpu, 1e-9)), middle(lambda each: each.peak)),
    )


def _floor(samples: Sequence[Sample], floors: Sequence[Sample]) -> tuple[str, str]:
    if not floors:
        return "", ""
    wall = median(each.seconds for each in samples) / median(each.seconds for each in floors)
    cpu = median(each.cpu for each in samples) / max(median(each.cpu for each in floors), 1e-9)
    return f"{median(each.rate for each in floors):,.0f}", f"{wall:.1f}, {cpu:.1f}"
