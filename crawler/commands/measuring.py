"""The commands that measure: measure, milestone."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from catalog.measure.measuring import Measured, measure
from catalog.measure.stocktaking.criteria import LEVELS
from catalog.measure.stocktaking.milestones import milestone
from catalog.measure.stocktaking.reading import headline
from catalog.store.rewinding import rewound
from catalog.store.store import Store
from crawler.commands import common
from crawler.commands.registering import decisions_option, load_register_once, read_decisions


@click.command("measure")
@common.db_option
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Measure what was known on that day; keeps nothing.",
)
@click.option("--again", is_flag=True, help="Look at every record again, changed or not.")
@decisions_option
@common.json_option
@common.guarded
def measure_command(
    db: Path, as_of: datetime | None, again: bool, decisions: Path | None, as_json: bool
) -> None:
    """Measure how systematically each municipality takes stock; afterwards the pages show it.

    Only what changed since the last time is looked at. With --as-of a copy of the database is turned back to that day
    and measured; the database itself stays as it is.

    Example: bestand measure --as-of 2026-09-30 --json
    """
    decided = read_decisions(db, decisions)
    if as_of is None:
        with common.changing(db) as store:
            load_register_once(store)
            _show(store, measure(store, decided, again=again, tell=_tell), as_json)
        return
    day = as_of.date()
    if day > datetime.now(UTC).date():
        common.stop(f"{day} lies in the future.")
    with tempfile.TemporaryDirectory() as folder:
        store = rewound(db, Path(folder) / db.name, day)
        try:
            _show(store, measure(store, decided, as_of=day, tell=_tell), as_json)
        finally:
            store.close()


def _tell(step: str) -> None:
    click.echo(f"{step} …", err=True)


def _show(store: Store, done: Measured, as_json: bool) -> None:
    found = headline(store.conn)
    if as_json:
        common.print_json({**_plain(done), "headline": found})
        return
    click.echo(
        f"{done.records} records looked at, {done.links} again for their addresses, {done.sightings} seen elsewhere as well."
    )
    rows = [[number, LEVELS[number].en, done.levels[number]] for number in sorted(LEVELS)]
    common.print_table("Municipalities by level", ["level", "name", "municipalities"], rows)
    states = [[state, count] for state, count in sorted(done.states.items())]
    common.print_table("Municipalities by state", ["state", "municipalities"], states)


def _plain(done: Measured) -> dict[str, Any]:
    """The fields as they are; `asdict` would count the pairs of a Counter."""
    values = {item.name: getattr(done, item.name) for item in fields(done)}
    return {name: dict(value) if isinstance(value, Counter) else value for name, value in values.items()}


@click.command("milestone")
@common.db_option
@click.option("--name", default="", help="Its name; else the quarter (2026-Q4).")
@common.json_option
@common.guarded
def milestone_command(db: Path, name: str, as_json: bool) -> None:
    """Freeze the newest measurement under a name; no later crawl and no later method changes it.

    Example: bestand milestone --name 2026-Q4
    """
    with common.changing(db) as store:
        made = milestone(store, name)
    if as_json:
        common.print_json({"milestone": made})
    else:
        click.echo(f"Milestone {made} is frozen.")
