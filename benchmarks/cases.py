"""The benchmarks: which trials each runs on what, and the bar it has to pass."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from fleet.big import BigCkan, BigDcat
from fleet.big_pages import BigCkanSite
from fleet.server import PortalServer

from benchmarks.sample import Sample

Measure = Callable[..., Sample]
PAGES = 40
"""In so many pages a portal is read that is killed half-way."""
READER = 1000
"""The version from which readers are numbered in `reparse`: higher than that of any real one."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured how often. `most` datasets where memory is measured on a large portal, 0: not at all."""

    datasets: int = 20_000
    feed: int = 10_000
    most: int = 0
    repeats: int = 3
    page: int = 1000
    feed_page: int = 100


@dataclass(slots=True)
class Result:
    """One line of the table. `values` are in `unit`, one a repeat; the bar is the least that is right (with
    `at_most`: the most), the aim what is wished for."""

    name: str
    what: str
    unit: str
    values: list[float]
    samples: list[Sample]
    bar: float | None = None
    aim: float | None = None
    at_most: bool = False
    floors: list[Sample] = field(default_factory=list)

    @property
    def value(self) -> float:
        """The median."""
        return median(self.values)

    @property
    def passed(self) -> bool:
        """Whether the median passes the bar."""
        return self.bar is None or (self.value <= self.bar if self.at_most else self.value >= self.bar)


def speed(name: str, what: str, samples: list[Sample], bar: float | None = None, **more: Any) -> Result:
    """A line in datasets a second."""
    return Result(name, what, "datasets/s", [sample.rate for sample in samples], samples, bar, **more)


def in_own_process(name: str, **arguments: Any) -> Sample:
    """Measure in a new process, so that its memory is that of the trial alone. Raises CalledProcessError."""
    command = [sys.executable, "-m", "benchmarks.trials", name, orjson.dumps(arguments).decode()]
    done = subprocess.run(command, stdout=subprocess.PIPE, env=environment(), check=True)
    return Sample(**orjson.loads(done.stdout))


def environment() -> dict[str, str]:
    """The environment of a process that imports what this one can."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


class Bench:
    """The place where benchmarks run: a folder, portals that are started when first wanted, databases kept for others.
    Use as a context manager."""

    def __init__(self, folder: Path, scale: Scale, measure: Measure = in_own_process) -> None:
        self.folder, self.scale, self.measure = folder, scale, measure
        self._open = ExitStack()
        self._urls: dict[tuple[str, int], str] = {}
        self._stored: dict[str, str] = {}

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def url(self, kind: str, count: int) -> str:
        """The address of a portal of so many datasets."""
        if (kind, count) not in self._urls:
            portal = BigCkan(count) if kind == "ckan" else BigDcat(count, self.scale.feed_page)
            self._urls[kind, count] = self._open.enter_context(portal).url
        return self._urls[kind, count]

    def crawl(self, db: str, kind: str, count: int) -> Sample:
        """One crawl into the database of that name in the folder."""
        path, url = str(self.folder / db), self.url(kind, count)
        return self.measure("crawl", db=path, url=url, kind=kind, page_size=self.scale.page)

    def stored(self, kind: str = "ckan") -> str:
        """A database into which the portal was crawled once."""
        if kind not in self._stored:
            self.crawl(f"{kind}.db", kind, self.scale.datasets if kind == "ckan" else self.scale.feed)
            self._stored[kind] = str(self.folder / f"{kind}.db")
        return self._stored[kind]

    def repeat(self, trial: Callable[[int], Sample]) -> list[Sample]:
        """The samples of so many trials as the scale wants."""
        return [trial(number) for number in range(self.scale.repeats)]

    def first(self, kind: str, count: int) -> tuple[list[Sample], list[Sample]]:
        """First crawls, each followed by its floor."""
        crawls, floors = [], []
        for number in range(self.scale.repeats):
            name = f"first-{kind}-{number}.db"
            crawls.append(self.crawl(name, kind, count))
            floors.append(self.measure("floor-store", db=str(self.folder / name), kind=kind))
            self.remove(name)
        return crawls, floors

    def remove(self, db: str) -> None:
        """Forget a database, to save space."""
        for path in self.folder.glob(f"{db}*"):
            if path.is_file():
                path.unlink()


def crawl_first(bench: Bench) -> Iterator[Result]:
    """A CKAN portal for the first time."""
    crawls, floors = bench.first("ckan", bench.scale.datasets)
    yield speed("crawl-first", f"first crawl of a CKAN portal, {bench.scale.datasets:,} datasets",
                crawls, 1200, aim=1500, floors=floors)  # fmt: skip


def crawl_unchanged(bench: Bench) -> Iterator[Result]:
    """The same portal again."""
    bench.stored()
    samples = bench.repeat(lambda _: bench.crawl("ckan.db", "ckan", bench.scale.datasets))
    yield speed("crawl-unchanged", "the same again, nothing changed", samples, 3000, aim=4000)


def crawl_memory(bench: Bench) -> Iterator[Result]:
    """The largest resident size of a first crawl, on a portal of the usual size and a large one."""
    for count in filter(None, (bench.scale.datasets, bench.scale.most)):
        sample = bench.crawl(f"memory-{count}.db", "ckan", count)
        bench.remove(f"memory-{count}.db")
        yield Result(
            "crawl-memory",
            f"first crawl, {count:,} datasets",
            "MB",
            [sample.peak],
            [sample],
            300,
            at_most=True,
        )


def dcat_first(bench: Bench) -> Iterator[Result]:
    """A DCAT feed for the first time."""
    crawls, floors = bench.first("dcat", bench.scale.feed)
    pages = -(-bench.scale.feed // bench.scale.feed_page)
    what = f"first crawl of a DCAT feed, {bench.scale.feed:,} datasets in {pages} Turtle pages"
    yield speed("dcat-first", what, crawls, 1000, floors=floors)


def _export(bench: Bench, form: str, title: str) -> Iterator[Result]:
    db, output = bench.stored(), str(bench.folder / f"export.{form}")
    samples, floors = [], []
    for _ in range(bench.scale.repeats):
        samples.append(bench.measure("export", db=db, form=form, output=output))
        floors.append(bench.measure("floor-export", db=db, output=output))
    yield speed(f"export-{form}", f"all datasets as {title}", samples, 5000, floors=floors)
    part = bench.scale.datasets // 10
    bench.crawl("part.db", "ckan", part)
    sample = bench.measure("export", db=str(bench.folder / "part.db"), form=form, output=output)
    bench.remove("part.db")
    growth = median(each.peak for each in samples) - sample.peak
    yield Result(
        f"export-{form}",
        f"memory beyond that for {part:,} datasets",
        "MB",
        [growth],
        [sample],
        20,
        at_most=True,
    )


def export_nt(bench: Bench) -> Iterator[Result]:
    """The catalogue as N-Triples."""
    yield from _export(bench, "nt", "N-Triples")


def export_ttl(bench: Bench) -> Iterator[Result]:
    """The catalogue as Turtle."""
    yield from _export(bench, "ttl", "Turtle")


def resume(bench: Bench) -> Iterator[Result]:
    """A crawl is killed half-way and gone on with: the share of all its requests that the portal sees after the kill."""
    server = PortalServer(BigCkanSite(bench.scale.datasets, 3, 1))
    server.start()
    url, db = f"http://127.0.0.1:{server.server_port}/", str(bench.folder / "resume.db")
    arguments = {"db": db, "url": url, "kind": "ckan", "page_size": bench.scale.datasets // PAGES}
    try:
        _kill_after(PAGES // 2 + 1, server, arguments)
        before = len(server.asked)
        sample = bench.measure("crawl", **arguments, resume=True)
    finally:
        server.stop()
    share = 100 * (len(server.asked) - before) / len(set(server.asked))
    yield Result("resume", "requests seen again after SIGKILL half-way, of those of a whole crawl", "%",
                 [share], [sample], 60, at_most=True)  # fmt: skip


def _kill_after(requests: int, server: PortalServer, arguments: dict[str, Any]) -> None:
    """Start a crawl and kill it once the portal was asked so often."""
    command = [sys.executable, "-m", "benchmarks.trials", "crawl", orjson.dumps(arguments).decode()]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment()) as process:
        while process.poll() is None and len(server.asked) < requests:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)


def reparse(bench: Bench) -> Iterator[Result]:
    """The archive read again by another version of the reader, which finds the same."""
    db = bench.stored()
    samples = bench.repeat(lambda n: bench.measure("reparse", db=db, kind="ckan", reader=READER + n))
    yield speed("reparse", "the archive read again by a newer reader", samples)


BENCHMARKS: dict[str, Callable[[Bench], Iterator[Result]]] = {
    "crawl-first": crawl_first,
    "crawl-unchanged": crawl_unchanged,
    "crawl-memory": crawl_memory,
    "dcat-first": dcat_first,
    "export-nt": export_nt,
    "export-ttl": export_ttl,
    "resume": resume,
    "reparse": reparse,
}
