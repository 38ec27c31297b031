"""`python -m benchmarks.duplicates [--write]`: how surely the same dataset is known again in another portal.

Two labelled sets: the catalogue of Berlin as it was listed in November 2014 and in January 2015, as if two portals listed
it (truth: the package's name; identifiers are taken away, so that only titles and addresses speak), from
`../shared/payloads`; and the example towns of the demo fleet, three fifths of whose datasets also stand in a state's portal
with new identifiers, addresses and titles as harvesters and people change them (truth: the dataset they come from).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import orjson
from fleet.ckan_packages import package
from fleet.holdings import Dataset, holdings
from fleet.portals import portals

from catalog.measure.duplicates import sightings
from catalog.measure.fingerprints import KINDS, Fingerprints
from catalog.measure.records import look_at_changed
from catalog.record.node import Record
from catalog.store.measures import Measures
from catalog.store.sink import CrawlFacts, Found
from catalog.store.store import Store
from crawler.formats.ckan import read_package

BERLIN = Path(__file__).parents[2] / "shared" / "payloads" / "ckan"
FILES = ("berlin_2014-11-24_current_package_list.json", "berlin_2015_current_package_list.json")
PAGE = Path("docs/reference/duplicates.md")
PRECISION = 0.98
"""Aim: a wrong sighting takes a dataset out of the count, a missed one counts it twice."""
SIGNS: dict[str, tuple[str, ...]] = {
    **{kind: (kind,) for kind in KINDS},
    "url, title": ("url", "title"),
    "all": KINDS,
}
_START, _END = "<!-- figures -->\n", "<!-- end of figures -->\n"


@dataclass(frozen=True, slots=True)
class Listed:
    """One record of a labelled set: the portal that lists it, whose it is, and what it is in truth."""

    portal: str
    ags: str
    truth: str
    record: Record


@dataclass(frozen=True, slots=True)
class Quality:
    """How many pairs were found by these signs, how many of them rightly, of how many there are."""

    world: str
    signs: str
    found: int
    right: int
    there: int

    @property
    def precision(self) -> float:
        """Share of the pairs found that are right; 1 where none was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the pairs that were found."""
        return self.right / self.there if self.there else 1.0


def berlin() -> Iterator[Listed]:
    """The two listings of Berlin. Raises FileNotFoundError where the payloads are not here."""
    for number, name in enumerate(FILES):
        packages = orjson.loads((BERLIN / name).read_bytes())
        for item in packages:
            record = read_package(item, f"https://listing{number}.example").record
            yield Listed(f"berlin{number}", "11000000", item["name"], _nameless(record))


def _nameless(record: Record) -> Record:
    """The record without what would give it away: identifiers of its own and of its files."""
    record.root.id = None
    record.root.identifier = []  # type: ignore[attr-defined]
    record.root.other_identifier = []  # type: ignore[attr-defined]
    for part in record.root.distribution:  # type: ignore[attr-defined]
        part.id = None
    return record


def fleet() -> Iterator[Listed]:
    """Datasets of the fleet's towns in their own portals, and copies of three fifths of them in the state's."""
    for portal in portals():
        if portal.ags is None or not portal.count:
            continue
        for number, dataset in enumerate(holdings(portal)):
            yield _listed(portal.key, portal.ags, dataset, dataset, f"https://{portal.key}.example")
            if number % 5 < 3:
                copy = _copied(dataset, number)
                yield _listed("land", portal.ags, dataset, copy, "https://land.example")


def _listed(portal: str, ags: str, truth: Dataset, dataset: Dataset, site: str) -> Listed:
    record = read_package(package(dataset, "plain", site.removeprefix("https://")), site).record
    return Listed(portal, ags, truth.id, record)


def _copied(dataset: Dataset, number: int) -> Dataset:
    """What becomes of a dataset on its way: in every fourth copy all signs stay, else identifier, addresses and title
    change, each in its own rhythm."""
    town = dataset.town.short_name
    titles = (
        dataset.title,
        dataset.title,
        f"{dataset.title} - {town}",
        f"Stadt {town}: {dataset.title}",
        dataset.english,
    )
    ways = ("{}", "{}/", "https://land.example/datei?quelle={}")
    if number % 4 == 0:
        return dataset
    way = ways[number % 3]
    files = tuple(replace(part, url=way.format(part.url), id=_other(part.id)) for part in dataset.resources)
    return replace(
        dataset, id=_other(dataset.id), name=f"{dataset.name}-{number}", title=titles[number % 5], resources=files,
        landing_page="",
    )  # fmt: skip


def _other(text: str) -> str:
    return str(UUID(bytes=blake2b(text.encode(), digest_size=16).digest()))


def measure(world: str, listed: Sequence[Listed], folder: Path) -> Iterator[Quality]:
    """Precision and recall by each kind of sign alone and together."""
    store = Store(folder / f"{world}.db")
    truth = _fill(store, listed)
    look_at_changed(store, (Fingerprints(),))
    kept = store.conn.execute("select dataset, kind, value from fingerprint").fetchall()
    there = _pairs_there(listed)
    for name, kinds in SIGNS.items():
        rows = [row for row in kept if row[1] in kinds]
        Measures(store).renew("fingerprint", ("dataset", "kind", "value"), rows)
        found = list(sightings(store.conn))
        right = sum(truth[first] == truth[second] for first, second, _ in found)
        yield Quality(world, name, len(found), right, there)
    store.close()


def _fill(store: Store, listed: Sequence[Listed]) -> dict[int, str]:
    """Keep the records as crawls would; dataset → what it is in truth."""
    keys = sorted({item.portal for item in listed})
    store.keep_portals({"key": key, "url": f"https://{key}.example", "kind": "ckan"} for key in keys)
    store.keep_municipalities({"ags": ags, "name": ags} for ags in sorted({item.ags for item in listed}))
    truth: dict[int, str] = {}
    for key in keys:
        mine = [item for item in listed if item.portal == key]
        sink = store.sink(store.begin_run(), key)
        sink.take([Found(str(n), str(n).encode(), 1, item.record) for n, item in enumerate(mine)])
        sink.finish(CrawlFacts(walked=True, delivered=len(mine)))
        sql = "select dataset.id, identifier from dataset join portal on portal.id = portal where portal.key = ?"
        numbers = {int(identifier): number for number, identifier in store.conn.execute(sql, (key,))}
        truth |= {number: mine[place].truth for place, number in numbers.items()}
        rows = [(mine[place].ags, number) for place, number in numbers.items()]
        Measures(store).change("dataset", ("ags",), rows)
    return truth


def _pairs_there(listed: Sequence[Listed]) -> int:
    """How many records stand in a second portal as well."""
    portals_of: dict[str, set[str]] = {}
    for item in listed:
        portals_of.setdefault(item.truth, set()).add(item.portal)
    return sum(len(keys) - 1 for keys in portals_of.values())


def table(results: Sequence[Quality]) -> str:
    """The figures as a Markdown table."""
    lines = [
        "| set | signs | pairs found | right | there | precision | recall |\n|---|---|---|---|---|---|---|\n"
    ]
    lines += [
        f"| {item.world} | {item.signs} | {item.found} | {item.right} | {item.there} | {item.precision:.1%} | {item.recall:.1%} |\n"
        for item in results
    ]
    return "".join(lines)


def main() -> None:
    """Measure and print; ends with 1 where all signs together miss the aim."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.duplicates", description="Quality of sightings."
    )
    parser.add_argument("--write", action="store_true", help=f"write the figures into {PAGE}")
    options = parser.parse_args()
    worlds = {"fleet": fleet}
    if (BERLIN / FILES[0]).exists():
        worlds = {"berlin": berlin, **worlds}
    with TemporaryDirectory() as folder:
        results = [
            item for name, make in worlds.items() for item in measure(name, list(make()), Path(folder))
        ]
    print(table(results), end="")
    if options.write:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(_START)
        PAGE.write_text(f"{head}{_START}{table(results)}{_END}{rest.partition(_END)[2]}", encoding="utf-8")
    sys.exit(any(item.precision < PRECISION for item in results if item.signs == "all"))


if __name__ == "__main__":
    main()
