"""The commands about links: check what is due, and say what is known."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from catalog.measure import links as measured
from catalog.store.database import reading
from catalog.store.links import PER_DAY, Links, Selection
from catalog.store.store import Store
from crawler.commands import common
from crawler.fetch.links.checking import LinkRun, check_links
from crawler.fetch.options import Options

HOSTS_AT_A_TIME = 32


@click.group("links")
def links_group() -> None:
    """The addresses that datasets name: do they work?"""


@links_group.command("check")
@common.db_option
@common.fetch_options
@click.option(
    "--due",
    is_flag=True,
    help="Only links whose next check is due (always so without --portal or --municipality).",
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Check at most so many links.")
@click.option("--portal", default="", metavar="KEY", help="Only links of this portal's datasets, due or not.")
@click.option(
    "--municipality",
    "ags",
    default="",
    metavar="AGS",
    help="Only links of this municipality's datasets, due or not.",
)
@click.option(
    "--per-host-per-day",
    type=click.IntRange(1),
    default=PER_DAY,
    show_default=True,
    metavar="N",
    help="Checks of one host in a day.",
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=HOSTS_AT_A_TIME, show_default=True, help="Hosts at a time."
)
@common.json_option
@common.guarded
def check(
    db: Path, options: Options, due: bool, limit: int | None, portal: str, ags: str, per_host_per_day: int, jobs: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Check the links of the datasets: HEAD, then the first bytes where HEAD proves nothing. Obeys robots.txt.

    Every host is asked by itself, with a pause between requests. What was found is kept within a second; a run that is
    broken off is gone on with by calling it again.

    Example: bestand links check --portal musterstadt --limit 500 --contact opendata@example.de
    """
    common.show_log()
    with common.changing(db) as store:
        selection = Selection(due or not (portal or ags), portal, ags)
        _refuse_unknown(store, selection)
        asked = {"limit": limit, "portal": portal, "municipality": ags, "due": selection.due}
        run = store.begin_run("links", {name: value for name, value in asked.items() if value})
        measured.sync(store)
        keeper = Links(store, selection, per_host_per_day)
        done = check_links(keeper, replace(options, jobs=jobs), limit)
        store.end_run(run, "done" if done.outcome == "done" else "incomplete")
        _tell(run, done, keeper, as_json)
    sys.exit(0 if done.outcome == "done" else common.INCOMPLETE)


def _refuse_unknown(store: Store, selection: Selection) -> None:
    """End with a sentence where a portal or municipality is asked for that the database does not know."""
    for table, column, value in (("portal", "key", selection.portal), ("municipality", "ags", selection.ags)):
        known = value and store.conn.execute(f"select 1 from {table} where {column} = ?", (value,)).fetchone()
        if value and not known:
            common.stop(f"The database knows no {table} {value!r}.")


def _tell(run: int, done: LinkRun, keeper: Links, as_json: bool) -> None:
    if done.outcome == "offline":
        click.echo(
            f"bestand: No host can be reached: this machine seems to be offline. {done.dropped} results were thrown"
            " away, no link was marked as broken.",
            err=True,
        )
    found, left = keeper.found(), sum(count for _, count in keeper.hosts())
    if as_json:
        common.print_json(
            {"run": run, "outcome": done.outcome, "checked": done.checks, "states": found, "left": left}
        )
        return
    title = f"Run {run}: {done.checks} links checked ({done.outcome}), {left} may still be asked today"
    common.print_table(title, ["state", "links"], [[state, count] for state, count in found.items()])


@links_group.command("status")
@common.db_option
@common.json_option
@common.guarded
def status(db: Path, as_json: bool) -> None:
    """Say what is known of the links that datasets use: states, what is due, hosts that need a pause.

    Example: bestand links status --json
    """
    with reading(db) as opened:
        known = measured.summary(opened)
    if as_json:
        common.print_json(known)
        return
    title = f"{known['links']} links on {known['hosts']} hosts, {known['due']} due now"
    common.print_table(
        title, ["state", "links"], [[state, count] for state, count in known["states"].items()]
    )
    columns = ["host", "links", "working", "failing", "checks today", "cools off until"]
    common.print_table(
        "Hosts with the most failing links", columns, [list(row.values()) for row in known["worst"]]
    )
