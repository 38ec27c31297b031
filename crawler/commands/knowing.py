"""Commands about what is known beforehand: the registry of portals and the official code lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path

import click

from catalog.store.store import Store
from crawler import portals as registry
from crawler.checking import check as check_portal
from crawler.commands import common
from crawler.fetch.options import Options
from crawler.fetch.run import detect as detect_portals
from crawler.guarded_requests import public_session
from crawler.harvest import keep_portals, portal_row
from crawler.refresh import ListUnavailable, refresh
from crawler.registry.found import Found
from crawler.registry.reading import read_registry
from crawler.sources.protocol import Portal
from crawler.wanted import address, known_before_import, known_portals, new_portal, portal_for


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
    rows = [
        [
            portal.key,
            portal.kind,
            portal.settings.get("state", "active"),
            portal.ags,
            portal.title,
            portal.url,
        ]
        for portal in found
    ]
    common.print_table(f"{len(found)} portals", ["key", "kind", "state", "AGS", "title", "address"], rows)


@portals_group.command("add")
@click.argument("url", metavar="URL|PATH")
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
    """Add a portal to the database: its address, or the path of an inventory or of RDF on disk.

    Example: bestand portals add https://opendata.example.de --title "Offene Daten Musterstadt"
    """
    new = new_portal(address(url))
    portal = Portal(key or new.key, new.url, title or new.title, kind, api_url, ags, robots)
    with common.writing(db) as store:
        store.keep_portals([portal_row(portal)])
    click.echo(f"{portal.key}: {portal.url}")


@portals_group.command("import")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@common.db_option
@click.option("--shipped", is_flag=True, help="The German portals that ship with the program.")
@click.option(
    "--europe", is_flag=True, help="The portals of other European towns that ship with the program."
)
@common.json_option
@common.guarded
def import_portals(file: Path | None, db: Path, shipped: bool, europe: bool, as_json: bool) -> None:
    """Add or update portals and parts of portals: a CSV as schemas/portals.csv or schemas/portal_parts.csv, a CSV of
    organisations (parent_portal, org_slug_in_portal …), YAML or JSON lines of the dataportals registry.

    What cannot be placed is listed with the reason and not taken.

    Example: bestand portals import my-portals.csv
    """
    if not (file or shipped or europe):
        common.stop("Name a file, or --shipped, or --europe.")
    known = known_before_import(db)
    found = read_registry(file.name, file.read_bytes(), known) if file else Found()
    found.portals += [
        *(registry.shipped() if shipped else ()),
        *(registry.shipped_europe() if europe else ()),
    ]
    with common.writing(db) as store:
        kept = _keep(store, found)
    if as_json:
        unplaced = [asdict(each) for each in found.unplaced]
        common.print_json({"portals": len(found.portals), "parts": kept, "unplaced": unplaced})
        return
    click.echo(f"{len(found.portals)} portals and {kept} parts of portals imported.")
    if found.unplaced:
        rows = [[each.name, each.address, each.reason] for each in found.unplaced]
        common.print_table(f"{len(rows)} not placed", ["name", "address", "why not"], rows)


def _keep(store: Store, found: Found) -> int:
    """Keep what was found, and the shared portals that ship and whose parts these are; how many parts were kept."""
    owners = {part.portal for part in found.parts} - {row["key"] for row in store.portals()}
    ship = (*registry.shipped(), *registry.shipped_europe())
    keep_portals(store, [portal for portal in ship if portal.key in owners])
    keep_portals(store, found.portals)
    return store.keep_portal_parts([asdict(part) for part in found.parts])


@portals_group.command("check")
@click.argument("portals", nargs=-1, metavar="[PORTAL]...")
@common.db_option
@common.fetch_options
@click.option("--thorough", is_flag=True, help="Ask beyond the six probes a host.")
@click.option("--moved", is_flag=True, help="Show only what is no longer as the registry says.")
@common.json_option
@common.guarded
def check(
    portals: tuple[str, ...], db: Path, options: Options, thorough: bool, moved: bool, as_json: bool
) -> None:
    """Detect anew what stands at the portals' addresses and report what moved, changed its kind or is gone.

    Nothing is written. Example: bestand portals check musterhafen
    """
    known = known_portals(db)
    wanted = [portal_for(known, text) for text in portals] or known
    detections = detect_portals(wanted, replace(options, thorough=thorough))
    seen = [check_portal(portal, found) for portal, found in zip(wanted, detections, strict=True)]
    columns = ["key", "registry", "found", "verdict", "address", "leads_to", "note"]
    rows = [
        [
            item.portal.key,
            item.portal.kind,
            item.found,
            item.verdict,
            item.portal.url,
            item.leads_to,
            item.note,
        ]
        for item in seen
        if not (moved and item.verdict == "same")
    ]
    if as_json:
        common.print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    common.print_table("Portals", columns, rows)
    counts = Counter(item.verdict for item in seen)
    click.echo(", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()))


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

    with public_session() as session:
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
