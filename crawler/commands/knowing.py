"""Commands about what is known beforehand: the registry of portals and the official code lists."""

from __future__ import annotations

from pathlib import Path

import click
import requests

from crawler import portals as registry
from crawler.commands import common
from crawler.fetch.options import Options
from crawler.fetch.run import detect as detect_portals
from crawler.harvest import portal_row
from crawler.refresh import ListUnavailable, refresh
from crawler.sources.protocol import Portal
from crawler.wanted import known_portals, portal_for


@click.group("portals")
def portals_group() -> None:
    """The registry of portals."""


@portals_group.command("list")
@common.db_option
@common.json_option
@common.guarded
def list_portals(db: Path, as_json: bool) -> None:
    """List the portals of the database and those that ship with the program.

    Example: bestand portals list --json
    """
    found = known_portals(db)
    if as_json:
        common.print_json([portal_row(portal) for portal in found])
        return
    rows = [[portal.key, portal.kind, portal.ags, portal.title, portal.url] for portal in found]
    common.print_table(f"{len(found)} portals", ["key", "kind", "AGS", "title", "address"], rows)


@portals_group.command("add")
@click.argument("url")
@common.db_option
@click.option("--key", default="", help="Short name (default: from the address).")
@click.option("--title", default="")
@click.option(
    "--kind", default="", help="Portal kind, where it is known (default: detected at the first crawl)."
)
@click.option("--api-url", default="", help="Address of the machine interface, where it is another.")
@click.option("--ags", default="", help="Municipality key, where the portal is one municipality's own.")
@click.option("--robots", type=click.Choice(["api", "strict"]), default="api", show_default=True)
@common.guarded
def add(url: str, db: Path, key: str, title: str, kind: str, api_url: str, ags: str, robots: str) -> None:
    """Add a portal to the database.

    Example: bestand portals add https://opendata.example.de --title "Offene Daten Musterstadt"
    """
    portal = Portal(key or registry.key_for(url), url, title, kind, api_url, ags, robots)
    with common.writing(db) as store:
        store.keep_portals([portal_row(portal)])
    click.echo(f"{portal.key}: {url}")


@portals_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common.db_option
@common.guarded
def import_portals(file: Path, db: Path) -> None:
    """Add or update the portals of a CSV file (columns as in schemas/portals.csv).

    Example: bestand portals import my-portals.csv
    """
    found = registry.read(file)
    with common.writing(db) as store:
        store.keep_portals([portal_row(portal) for portal in found])
    click.echo(f"{len(found)} portals imported.")


@portals_group.command("check")
@click.argument("portals", nargs=-1, metavar="[PORTAL]...")
@common.db_option
@common.fetch_options
@common.json_option
@common.guarded
def check(portals: tuple[str, ...], db: Path, options: Options, as_json: bool) -> None:
    """Detect anew what stands at the portals' addresses and report what differs from the registry.

    Example: bestand portals check musterhafen
    """
    known = known_portals(db)
    wanted = [portal_for(known, text) for text in portals] or known
    found = detect_portals([portal.url for portal in wanted], options)
    rows = [
        [portal.key, portal.kind, item.kind, "same" if item.kind == portal.kind else "differs", portal.url]
        for portal, item in zip(wanted, found, strict=True)
    ]
    columns = ["key", "registry", "found", "verdict", "address"]
    if as_json:
        common.print_json([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        common.print_table("Portals", columns, rows)


@click.group("vocabularies")
def vocabularies_group() -> None:
    """The official code lists."""


@vocabularies_group.command("refresh")
@click.argument("names", nargs=-1)
@common.json_option
@common.guarded
def refresh_lists(names: tuple[str, ...], as_json: bool) -> None:
    """Fetch the official lists again and show what would change; nothing is written.

    Example: bestand vocabularies refresh frequency file-type
    """
    from catalog.vocabulary.refresh import SOURCES

    with requests.Session() as session:
        try:
            changes = refresh(names or tuple(SOURCES), session)
        except ListUnavailable as error:
            common.stop(f"{error}.")
    if as_json:
        common.print_json({name: change._asdict() for name, change in changes.items()})
        return
    for name, change in changes.items():
        click.echo(
            f"{name}: {len(change.added)} new, {len(change.removed)} gone, {len(change.relabelled)} relabelled"
        )
        for concept in change.added:
            click.echo(f"  + {concept.code}  {concept.label_en}")
        for concept in change.removed:
            click.echo(f"  - {concept.code}  {concept.label_en}")
