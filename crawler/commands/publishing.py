"""Commands that give it to others: export, serve, docs, demo."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from catalog.publish.export import FORMATS, found_on_pages
from catalog.publish.export import export as write_export
from catalog.publish.feed import DEFAULT_BASE
from catalog.publish.syntaxes import Dropped
from catalog.store.database import open_for_reading
from crawler import demonstration, documentation
from crawler.commands import common

CHECKER = "crawler.uploads"
"""The program that judges uploaded files for the site: pages know no formats."""


@click.command()
@common.db_option
@click.option("--format", "form", type=click.Choice(FORMATS), default="ttl", show_default=True)
@click.option("--portal", help="Only this portal.")
@click.option(
    "--municipality", metavar="AGS", help="Only this municipality, whichever portal has its datasets."
)
@click.option(
    "--profile", type=click.Choice(["de"]), default=None, help="`de`: as DCAT-AP.de asks (RDF only)."
)
@click.option("--base-url", default=DEFAULT_BASE, show_default=True, envvar="BESTAND_BASE_URL",
              help="Address of the published site, for the catalogue's own addresses.")  # fmt: skip
@click.option("--contributor-id", default="", envvar="BESTAND_CONTRIBUTOR_ID",
              help="The operator's ID in the German list of contributors, for --profile de.")  # fmt: skip
@click.option("--with-website", is_flag=True,
              help="Also what was found on web pages and no catalogue lists.")  # fmt: skip
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File (default: standard output)."
)
@common.guarded
def export(
    db: Path, form: str, portal: str | None, municipality: str | None, profile: str | None, base_url: str,
    contributor_id: str, with_website: bool, output: Path | None,
) -> None:  # fmt: skip
    """Write all datasets that are not gone as one file, as a stream, in constant memory.

    Example: bestand export --format nt -o catalog.nt
    """
    open_for_reading(db).conn.close()
    dropped = Dropped()
    with output.open("wb") if output else nullcontext(sys.stdout.buffer) as stream:
        try:
            count = write_export(
                db,
                stream,
                form,
                portal,
                base_url,
                dropped,
                with_website,
                municipality,
                profile or "",
                contributor_id,
            )
        except KeyError as error:
            common.stop(f"No {'municipality' if portal is None else 'portal'} has the key {error.args[0]!r}.")
    left_out = (
        f" {dropped.triples} triples whose property XML cannot name were left out." if dropped.triples else ""
    )
    pages = 0 if portal or municipality or with_website else found_on_pages(db)
    if pages:
        left_out += f" {pages} found on web pages were left out (--with-website writes them too)."
    click.echo(f"bestand: {count} datasets written.{left_out}", err=True)


@click.command()
@common.db_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@common.port_option
@click.option(
    "--base-url", default="", envvar="BESTAND_BASE_URL", help="Public address of the site, for feeds."
)
@common.guarded
def serve(db: Path, host: str, port: int, base_url: str) -> None:
    """Serve the pages, the feeds and raw Datasette.

    Example: bestand serve --port 8001 --base-url https://bestand.example.de
    """
    open_for_reading(db).conn.close()
    _announce(host, port)
    _serve(db, host, port, base_url)


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail where a generated file is out of date.")
@common.guarded
def docs(check: bool) -> None:
    """Write the generated pages, shapes, contexts and metadata of a source tree anew.

    Example: bestand docs --check
    """
    group = click.get_current_context().find_root().command
    assert isinstance(group, click.Group)
    if not documentation.is_source_tree(Path.cwd()):
        common.stop("This is no source tree of Bestand; nothing is written.")
    changed = documentation.write(Path.cwd(), group, check_only=check)
    for name in changed:
        click.echo(f"{'out of date' if check else 'written'}: {name}")
    sys.exit(common.INCOMPLETE if check and changed else 0)


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where the demo keeps its database.",
)
@click.option("--serve/--no-serve", default=True, help="Serve the result at the end.")
@click.option(
    "--discover",
    is_flag=True,
    help="Look for the home pages of the fleet's towns instead; nothing is served.",
)
@common.port_option
@common.guarded
def demo(folder: Path, serve: bool, discover: bool, port: int) -> None:
    """Crawl the bundled fleet of example portals twice over loopback, measure, and serve the result. With --discover: look
    for the home pages of its towns as `bestand discover` does, and print precision and recall.

    Example: bestand demo --no-serve
    """
    if discover:
        demonstration.discover(folder)
        return
    db = demonstration.run(folder)
    if serve:
        _announce("127.0.0.1", port)
        _serve(db, "127.0.0.1", port)


def _announce(host: str, port: int) -> None:
    click.echo(f"bestand: http://{f'[{host}]' if ':' in host else host}:{port}/  (Ctrl-C ends it)", err=True)


def _serve(db: Path, host: str, port: int, base_url: str = "") -> None:
    from catalog.publish.serve import (
        serve as serve_site,  # Datasette loads slowly, and no other command needs it
    )

    serve_site(db, host, port, base_url, checker=CHECKER)
