"""The command that writes everything at one moment into one folder: snapshot."""

from __future__ import annotations

from pathlib import Path

import click

from catalog.publish.feed import DEFAULT_BASE
from catalog.publish.snapshot import DESCRIPTION, SUMS, MissingExtra
from catalog.publish.snapshot import snapshot as write_snapshot
from catalog.store.database import open_for_reading
from crawler.commands import common


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@common.db_option
@click.option("--base-url", default=DEFAULT_BASE, show_default=True, envvar="BESTAND_BASE_URL",
              help="Address of the published site, for the addresses in the files.")  # fmt: skip
@click.option("--parquet", is_flag=True, help="Also the datasets as Parquet (needs the extra `parquet`).")
@common.guarded
def snapshot(folder: Path, db: Path, base_url: str, parquet: bool) -> None:
    """Write the database, all datasets as N-Triples and all lists as CSV into DIR, with a DCAT description of these files
    and their SHA-256: ready to upload, or to put under git. Portals whose metadata may not be published again are left out.

    Example: bestand snapshot snapshot-2026-11
    """
    open_for_reading(db).conn.close()
    try:
        files = write_snapshot(db, folder, base_url.rstrip("/"), parquet)
    except MissingExtra as error:
        common.stop(str(error))
    for file in files:
        click.echo(f"{file.sha256}  {file.size:>12}  {folder / file.name}")
    click.echo(f"bestand: {len(files)} files, described in {DESCRIPTION}, checksums in {SUMS}.", err=True)
