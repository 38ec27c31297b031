"""What is measured, each as one function of plain arguments; run as a program, it measures in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

from benchmarks.floors import floor_export, floor_store
from benchmarks.sample import Sample, Stopwatch
from catalog.publish.export import export
from catalog.store.sink import CrawlFacts
from catalog.store.store import Store
from crawler.fetch.options import Options
from crawler.fetch.progress import Silent
from crawler.harvest import Harvest, harvest, read_again
from crawler.sources.protocol import Portal

OPTIONS = Options(delay=0.0, allow_private=True)
WHOLE = ("complete", "unchanged")


class FromFirstRequest(Silent):
    """Starts the watch when the portal's crawl begins."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch

    def begin(self, portal: Portal) -> None:
        """The first request is about to be made."""
        self._watch.start()


def crawl(db: str, url: str, kind: str, page_size: int = 1000, resume: bool = False) -> Sample:
    """A crawl of one portal into a database, from the first request until every record can be searched for and its
    findings are there; `resume` goes on with the run that was broken off."""
    store, watch = Store(Path(db), "benchmark"), Stopwatch()
    portal = Portal("big", url, kind=kind, settings={"page_size": str(page_size)})
    run = store.broken_run() if resume else None
    try:
        done = harvest(store, [portal], OPTIONS, FromFirstRequest(watch), run=run[0] if run else None)
        watch.stop()
    finally:
        store.close()
    return watch.sample(_whole(done).delivered)


def reparse(db: str, kind: str, reader: int) -> Sample:
    """The archive read again, every record anew, as if the reader were version `reader`."""
    import_module(f"crawler.sources.{kind}").READER = reader  # type: ignore[attr-defined]
    store, watch = Store(Path(db), "benchmark"), Stopwatch()
    row = next(iter(store.portals()))
    try:
        with watch:
            done = read_again(
                store, [Portal("big", row["url"], kind=kind, settings=orjson.loads(row["settings"]))]
            )
    finally:
        store.close()
    return watch.sample(_whole(done).delivered)


def _whole(done: Harvest) -> CrawlFacts:
    """The facts of the one portal; raises RuntimeError where it was not read whole: no speed excuses that."""
    (result,) = done.results
    if result.outcome not in WHOLE:
        raise RuntimeError(f"the portal ended as {result.outcome}: {result.facts.note}")
    return result.facts


def write_export(db: str, form: str, output: str) -> Sample:
    """The whole catalogue as one file."""
    watch = Stopwatch()
    with Path(output).open("wb") as stream, watch:
        count = export(db, stream, form)
    return watch.sample(count)


TRIALS: dict[str, Callable[..., Sample]] = {
    "crawl": crawl,
    "reparse": reparse,
    "export": write_export,
    "floor-store": floor_store,
    "floor-export": floor_export,
}


def measure(name: str, **arguments: Any) -> Sample:
    """Measure here, in this process."""
    return TRIALS[name](**arguments)


def main() -> None:
    """`python -m benchmarks.trials NAME '{"argument": …}'` prints the sample as JSON."""
    sample = measure(sys.argv[1], **orjson.loads(sys.argv[2]))
    sys.stdout.write(orjson.dumps(asdict(sample)).decode())


if __name__ == "__main__":
    main()
