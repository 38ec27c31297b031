"""The command that looks for home pages: discover."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from catalog.store.discoveries import Discoveries
from catalog.store.store import Store
from crawler.commands import common
from crawler.commands.registering import register_option, take_register
from crawler.discovery.candidates import SUFFIX
from crawler.fetch.hosts import HostsError, read_hosts
from crawler.fetch.options import Options
from crawler.homepages import Round, look
from crawler.wanted import known_portals


@click.command()
@common.db_option
@common.fetch_options
@click.option(
    "--municipality",
    "keys",
    multiple=True,
    metavar="AGS",
    help="Only these, due or not; may be given several times.",
)
@register_option
@click.option(
    "--resolve",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="HOSTSFILE",
    help="Look hosts up in this table (address:port name …) and nowhere else.",
)
@click.option("--suffix", default=SUFFIX, show_default=True, help="What hosts formed from names end with.")
@click.option(
    "--jobs", type=int, default=4, show_default=True, help="Municipalities at a time (never two of one host)."
)
@click.option(
    "--no-add", is_flag=True, help="Do not take the portals found into the registry of the database."
)
@common.json_option
@common.guarded
def discover(
    db: Path, options: Options, keys: tuple[str, ...], register: Path | None, resolve: Path | None, suffix: str,
    jobs: int, no_add: bool, as_json: bool,
) -> None:  # fmt: skip
    """Look for the home pages of municipalities and for the portals and pages of data that they lead to.

    Without --municipality: those of the database's register that were never looked for or are due again. A database
    without a register takes the German one that ships with the program.

    Example: bestand discover --register de.csv --municipality 05334002 --contact opendata@example.de
    """
    common.show_log()
    options = replace(options, jobs=jobs)
    try:
        options = replace(options, hosts=read_hosts(resolve)) if resolve else options
    except HostsError as error:
        common.stop(str(error))
    with common.writing(db) as store:
        take_register(store, register)
        done = look(store, known_portals(db), options, keys=keys, suffix=suffix, add=not no_add)
        _tell(store, done, as_json)
    sys.exit(0 if done.state == "done" else common.INCOMPLETE)


def _tell(store: Store, done: Round, as_json: bool) -> None:
    keys = [finding.town.ags for finding in done.findings]
    discoveries = Discoveries(store)
    pages, offers = discoveries.homepages(keys), discoveries.offers(keys)
    pages, offers = (pages, offers) if keys else ([], [])
    added = [
        {"key": portal.key, "kind": portal.kind, "url": portal.url, "ags": portal.ags}
        for portal in done.added
    ]
    if as_json:
        rows = [offer._asdict() for offer in offers]
        common.print_json(
            {"run": done.run, "state": done.state, "homepages": pages, "offers": rows, "added": added}
        )
        return
    names = ("ags", "name", "state", "url", "certainty", "note")
    columns = ["AGS", "municipality", "state", "home page", "certainty", "why"]
    states = ", ".join(
        f"{count} {state}" for state, count in Counter(str(row["state"]) for row in pages).most_common()
    )
    title = f"Run {done.run}: {len(pages)} of {len(done.asked)} municipalities ({states or 'none is due'})"
    common.print_table(title, columns, [[row[name] for name in names] for row in pages])
    shown = [[offer.ags, offer.kind or "unknown", offer.relation, offer.url, offer.title] for offer in offers]
    common.print_table("What they lead to", ["AGS", "kind", "whose", "address", "title"], shown)
    common.print_table(
        f"{len(added)} portals are new",
        ["key", "kind", "address", "AGS"],
        [list(row.values()) for row in added],
    )
