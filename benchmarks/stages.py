"""Where the time of a first crawl goes: processor time of each stage, measured around the functions that do it."""

from __future__ import annotations

import argparse
import functools
import time
from collections import defaultdict
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.cases import Bench, Scale
from benchmarks.sample import Sample
from benchmarks.trials import measure

STAGES = (
    ("JSON decoded", "crawler.sources.ckan_api", "read_json"),
    ("RDF parsed", "crawler.formats.dcat", "parse"),
    ("graph to records", "crawler.formats.dcat", "read_graph"),
    ("source form of each record, sorted", "crawler.formats.ckan", "canonical"),
    ("source form of each record, sorted", "crawler.formats.dcat", "canonical_bytes"),
    ("mapped to DCAT", "crawler.formats.ckan", "read_package"),
    ("findings", "crawler.fetch.intake", "check"),
    ("personal data dropped", "crawler.fetch.intake", "drop_personal_data"),
    ("canonical JSON and digest", "catalog.store.rows", "to_json"),
    ("canonical JSON and digest", "catalog.store.rows", "encode"),
    ("canonical JSON and digest", "catalog.store.rows", "digest"),
    ("columns", "catalog.store.rows", "dataset_row"),
    ("words for the search", "catalog.store.rows", "search_text"),
    ("full-text index", "catalog.store.batch", "learn"),
    ("rows of all other tables", "catalog.store.batch", "Batch.insert"),
    ("archive (rows)", "catalog.store.writer", "SqliteSink.archive"),
    ("outcome and aggregates", "catalog.store.writer", "SqliteSink.finish"),
)
"""What a stage is called, and the functions in which it happens. Time in an inner stage is not counted in the outer."""
REST = "other (batches, transactions, freeing of records)"
FETCHING = "fetching, packing the archive (in threads of their own)"


class Stages:
    """Processor time by stage, in seconds, of the thread that reads and stores."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._inner: list[float] = []

    def watch(self, module: str, path: str, stage: str) -> None:
        """Count what a function costs, from now on. Raises AttributeError where there is none of that name."""
        *holders, name = path.split(".")
        holder = functools.reduce(getattr, holders, import_module(module))
        setattr(holder, name, self._timed(getattr(holder, name), stage))

    def _timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            began = time.thread_time()
            self._inner.append(0.0)
            try:
                return function(*args, **kwargs)
            finally:
                spent = time.thread_time() - began
                self.spent[stage] += spent - self._inner.pop()
                if self._inner:
                    self._inner[-1] += spent

        return wrapped


def stages(kind: str, count: int, folder: Path) -> tuple[Sample, dict[str, float]]:
    """A first crawl of a portal of so many datasets, and the processor seconds of each of its stages."""
    watch = Stages()
    for stage, module, path in STAGES:
        watch.watch(module, path, stage)
    with Bench(folder, Scale(), measure) as bench:
        bench.url(kind, count)
        began = time.thread_time()
        sample = bench.crawl("stages.db", kind, count)
        reading = time.thread_time() - began
    known = dict(watch.spent)
    return sample, {**known, REST: reading - sum(known.values()), FETCHING: sample.cpu - reading}


def main() -> None:
    """`python -m benchmarks.stages [ckan|dcat] [--n N]` prints a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stages", description=__doc__)
    parser.add_argument("kind", choices=["ckan", "dcat"], nargs="?", default="ckan")
    parser.add_argument("--n", type=int, default=10_000, help="number of datasets")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="bestand-stages-") as folder:
        sample, spent = stages(options.kind, options.n, Path(folder))
    total = sum(spent.values())
    print("| stage | µs a dataset | share |", "|---|--:|--:|", sep="\n")
    for stage, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        print(f"| {stage} | {1e6 * seconds / sample.count:,.0f} | {100 * seconds / total:.1f} % |")
    print(f"| all | {1e6 * total / sample.count:,.0f} | {sample.rate:,.0f} datasets/s by the clock |")


if __name__ == "__main__":
    main()
