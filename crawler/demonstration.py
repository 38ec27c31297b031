"""The demo: a fleet of example portals on loopback, crawled twice so that there is history, then measured; and a search for
the home pages of its towns, held against what there is to be found."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import fleet
from fleet import homepages

from catalog.measure.measuring import Measured, measure
from catalog.measure.stocktaking.criteria import LEVELS
from catalog.store.database import lock
from catalog.store.discoveries import Discoveries
from catalog.store.store import Store
from crawler.commands.common import print_table
from crawler.comparison import beside_reality, per_record
from crawler.fetch.hosts import parse_hosts
from crawler.fetch.options import Options, program_version
from crawler.fetch.progress import OnTerminal, Silent, progress_for_stderr
from crawler.harvest import Harvest, harvest
from crawler.homepages import Round, look
from crawler.portals import portal_from

OPTIONS = Options(
    delay=0.0, jobs=8, timeout=10.0, retries=1, retry_wait=0.2, crawl_delay_cap=0.2, allow_private=True
)
"""Loopback needs no pauses; everything else is as in a crawl of real portals."""
DATABASE = "bestand.db"
DISCOVERY = "discovery.db"
"""The database of the search: its towns' portals stand behind invented hosts that nobody else can reach."""


def run(folder: Path, seed: int = 1, size: float = 1.0) -> Path:
    """Crawl the fleet twice into a fresh database in `folder` and print what was found; returns the database's path.

    `size` scales how much each portal holds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / DATABASE
    with lock(path), fleet.Fleet(seed=seed, size=size) as ships:
        _remove(path)
        store = Store(path, program_version())
        try:
            store.keep_municipalities(csv.DictReader(io.StringIO(fleet.register_csv())))
            for epoch in (1, 2):
                ships.set_epoch(epoch)
                _tell(_harvest(store, ships), epoch)
                store.keep_portal_parts(ships.parts())
            _findings(store)
            _tell_measured(measure(store))
        finally:
            store.close()
    return path


def _remove(path: Path) -> None:
    for old in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        old.unlink(missing_ok=True)


def discover(folder: Path) -> dict[str, homepages.Score]:
    """Look for the home pages of the fleet's towns, and for what they lead to, into a fresh database in `folder`; print how
    much of what was found is right and how much of what there is was found. Returns the scores by what was looked for."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / DISCOVERY
    with lock(path), homepages.HomePages() as pages:
        _remove(path)
        store = Store(path, program_version())
        try:
            store.keep_municipalities(homepages.towns())
            options = replace(OPTIONS, hosts=parse_hosts(pages.hosts_text()))
            done = look(store, [], options, suffix=homepages.SUFFIX)
            found = {finding.town.ags: urlsplit(finding.url).netloc for finding in done.findings
                     if finding.state == "found"}  # fmt: skip
            scores = {"home pages": homepages.score(found), **_offered(store)}
        finally:
            store.close()
    _tell_search(done, scores)
    return scores


def _offered(store: Store) -> dict[str, homepages.Score]:
    """How well portals (with whose they are) and towns with pages of data were found."""
    offers = Discoveries(store).offers()
    portals = [offer for offer in offers if offer.kind not in ("website", "")]
    said = {offer.ags for offer in offers if offer.kind == "website"}
    there = {each.ags for each in homepages.truth() if each.pages}
    return {
        "portals": homepages.portal_score(
            (offer.ags, urlsplit(offer.url).netloc, offer.relation) for offer in portals
        ),
        "towns with pages of data": homepages.Score(len(said), len(said & there), len(there)),
    }


def _tell_search(done: Round, scores: dict[str, homepages.Score]) -> None:
    truth = {each.ags: each.state for each in homepages.truth()}
    states = Counter(finding.state for finding in done.findings)
    print_table("Towns", ["state", "towns"], [list(pair) for pair in states.most_common()])
    other = [
        [each.town.ags, each.town.name, each.state, truth[each.town.ags], each.url, each.note]
        for each in done.findings
        if each.state != truth[each.town.ags]
    ]
    click.echo()
    print_table("Taken for something else", ["AGS", "town", "found", "is", "address", "why"], other)
    click.echo()
    columns = ["looked for", "there", "found", "right", "precision", "recall"]
    rows = [
        [name, score.there, score.found, score.right, f"{score.precision:.1%}", f"{score.recall:.1%}"]
        for name, score in scores.items()
    ]
    print_table("Precision and recall", columns, rows)


def _harvest(store: Store, ships: fleet.Fleet) -> Harvest:
    known = {row["key"]: row for row in store.portals()}
    rows = [{**row, "kind": known.get(row["key"], row).get("kind") or ""} for row in ships.rows()]
    portals = [portal_from(row) for row in rows]
    progress = progress_for_stderr()
    if isinstance(progress, OnTerminal):
        with progress:
            return harvest(store, portals, OPTIONS, progress)
    return harvest(store, portals, OPTIONS, Silent())


def _tell(done: Harvest, epoch: int) -> None:
    rows = [
        [result.portal.key, result.outcome, result.facts.delivered, result.facts.rejected, result.facts.note]
        for result in done.results
    ]
    click.echo()
    print_table(f"Crawl {epoch}", ["portal", "outcome", "records", "rejected", "note"], rows)


def _tell_measured(done: Measured) -> None:
    rows: list[list[Any]] = [[number, LEVELS[number].en, done.levels[number]] for number in sorted(LEVELS)]
    unknown = sum(done.states.values()) - sum(done.levels.values())
    print_table(
        "How systematically the municipalities take stock",
        ["level", "", "municipalities"],
        [*rows, ["", "not known", unknown]],
    )


def _findings(store: Store) -> None:
    """How often findings occur here, beside the captured answers of real portals: the fleet must not be cleaner."""
    rows = beside_reality(store.conn)
    here, payloads = per_record(rows)
    shares = [
        [row.severity, row.slug, f"{100 * row.share_here:.0f} %", f"{100 * row.share_payloads:.0f} %"]
        for row in rows[:25]
    ]
    click.echo()
    print_table("Findings: share of records", ["severity", "finding", "here", "real portals"], shares)
    click.echo(
        f"\nKinds of error a record: {here:.2f} here, {payloads:.2f} in the captured answers of real portals."
    )
