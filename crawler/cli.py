"""The command `bestand`."""

from __future__ import annotations

import io
import sys

import click

from crawler.commands import (
    crawling,
    discovering,
    knowing,
    linking,
    looking,
    measuring,
    operating,
    publishing,
    registering,
    reporting,
    safekeeping,
    snapshotting,
)
from crawler.fetch.options import program_version


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(program_version(), prog_name="bestand")
def main() -> None:
    """Takes stock of municipal open data: crawls portals into DCAT-AP records with history and publishes them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that has no umlauts ends no command


for _command in (
    *(crawling.crawl, crawling.reparse, crawling.preview, crawling.detect),
    discovering.discover,
    *(linking.links_group, measuring.measure_command, measuring.milestone_command),
    *(looking.status, looking.diff, looking.validate, reporting.report),
    *(publishing.export, publishing.serve, publishing.docs, publishing.demo),
    snapshotting.snapshot,
    *(operating.schedule, operating.backup, operating.restore, operating.prune),
    *(knowing.portals_group, knowing.vocabularies_group),
    *(registering.register_group, registering.attribution_group),
    *(safekeeping.check_db, safekeeping.erase_group),
):
    main.add_command(_command)

if __name__ == "__main__":
    main()
