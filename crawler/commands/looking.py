"""Commands that look at what is there: status, diff, validate."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from pathlib import Path

import click

from catalog.record.kinds import PROFILES
from catalog.store import history
from catalog.store.database import reading
from crawler.commands import common
from crawler.fetch.options import Options
from crawler.validation import Checked, records_for, validate_records, validate_shacl


@click.command()
@click.argument("run", type=int, required=False)
@common.db_option
@common.json_option
@common.guarded
def status(run: int | None, db: Path, as_json: bool) -> None:
    """Show a run (the last one): what was asked, what came, what failed and why.

    Example: bestand status 3
    """
    with reading(db) as store:
        found = history.status(store, run)
    if as_json:
        common.print_json(asdict(found))
        return
    columns = [
        "portal",
        "outcome",
        "claimed",
        "delivered",
        "added",
        "changed",
        "unchanged",
        "returned",
        "gone",
    ]
    columns += ["missing", "rejected", "requests", "seconds", "note"]
    rows = [[getattr(portal, name) for name in columns] for portal in found.portals]
    common.print_table(f"Run {found.run}: {found.state}, began {found.started}", columns, rows)


@click.command()
@click.argument("run_a", type=int)
@click.argument("run_b", type=int)
@common.db_option
@click.option("--portal", help="Only this portal.")
@common.json_option
@common.guarded
def diff(run_a: int, run_b: int, db: Path, portal: str | None, as_json: bool) -> None:
    """Show what came, changed (which fields, old and new) and went between two runs.

    Example: bestand diff 1 2 --portal musterhafen
    """
    with reading(db) as store:
        changes = history.diff(store, run_a, run_b, portal)
        if as_json:
            common.print_json([asdict(change) for change in changes])
            return
        for change in changes:
            click.echo(f"{change.event:8} {change.portal}  {change.key}  {change.title}")
            for item in change.fields:
                click.echo(f"           {item.path}: {item.old!r} -> {item.new!r}")


@click.command()
@click.argument("what", metavar="PATH|URL|PORTAL")
@common.db_option
@common.fetch_options
@click.option("--profile", type=click.Choice(PROFILES), default="dcat-ap", show_default=True)
@click.option("--shacl", type=click.Path(exists=True, path_type=Path), multiple=True, metavar="SHAPES",
              help="Also report what pyshacl finds with these shapes; may be given several times.")  # fmt: skip
@common.json_option
@common.guarded
def validate(
    what: str, db: Path, options: Options, profile: str, shacl: tuple[Path, ...], as_json: bool
) -> None:
    """Check a file, a folder of RDF, an address or a portal's stored records against a profile of DCAT-AP.

    Example: bestand validate catalog.ttl --profile dcat-ap-de
    """
    records = list(records_for(what, db, replace(options, full=True)))
    checked = validate_records(records, profile)
    violations = validate_shacl([record for _, record, _ in records], shacl) if shacl else []
    if as_json:
        common.print_json(
            {"profile": profile, **asdict(checked), "shacl": [asdict(item) for item in violations]}
        )
    else:
        _print(checked, profile)
        if shacl:
            columns = ["severity", "path", "message", "count"]
            common.print_table(
                "SHACL",
                columns,
                [[item.severity, item.path, item.message, item.count] for item in violations],
            )
    bad = checked.errors or any(item.severity == "Violation" for item in violations)
    sys.exit(common.INCOMPLETE if bad else 0)


def _print(checked: Checked, profile: str) -> None:
    title = f"{checked.records} records against {profile}: {checked.errors} with errors"
    rows = [[row.severity, row.slug, row.records, row.count, row.fix] for row in checked.findings]
    common.print_table(title, ["severity", "finding", "records", "count", "what to do"], rows)
