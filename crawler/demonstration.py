"""The demo: a fleet of example portals on loopback, crawled twice so that there is history, then measured."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import click
import fleet

from catalog.store.database import lock
from catalog.store.store import Store
from crawler.commands.common import print_table
from crawler.comparison import beside_reality, per_record
from crawler.fetch.options import Options, program_version
from crawler.fetch.progress import OnTerminal, Silent, progress_for_stderr
from crawler.harvest import Harvest, harvest
from crawler.portals import portal_from

OPTIONS = Options(
    delay=0.0, jobs=8, timeout=10.0, retries=1, retry_wait=0.2, crawl_delay_cap=0.2, allow_private=True
)
"""Loopback needs no pauses; everything else is as in a crawl of real portals."""
DATABASE = "bestand.db"


def run(folder: Path, seed: int = 1, size: float = 1.0) -> Path:
    """Crawl the fleet twice into a fresh database in `folder` and print what was found; returns the database's path.

    `size` scales how much each portal holds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / DATABASE
    with lock(path), fleet.Fleet(seed=seed, size=size) as ships:
        for old in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            old.unlink(missing_ok=True)
        store = Store(path, program_version())
        try:
            store.keep_municipalities(csv.DictReader(io.StringIO(fleet.register_csv())))
            for epoch in (1, 2):
                ships.set_epoch(epoch)
                _tell(_harvest(store, ships), epoch)
            _findings(store)
        finally:
            store.close()
    return path


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
