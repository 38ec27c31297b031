"""The commands that keep a database sound and discreet: check-db, erase; and options for keys and personal data."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from catalog.cleaning.erased import TooShort
from catalog.store import checking
from catalog.store.database import reading
from catalog.store.discretion import read_list, write_list
from catalog.store.erasure import clean
from catalog.store.payloads import PayloadFolder
from crawler.commands import common
from crawler.fetch import secrets

_SHOWN = 100


def _load_keys(_context: click.Context, _option: click.Parameter, path: Path | None) -> None:
    try:
        secrets.SECRETS.keys = secrets.load(os.environ, path).keys
    except secrets.SecretsError as error:
        common.stop(str(error))
    except OSError as error:
        common.stop(f"{path}: {error.strerror}.")


def _note_keeping(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    context.meta[common.KEEP_PERSONAL_DATA] = wanted


keys_option: Callable[[Any], Any] = click.option(
    "--keys", type=click.Path(path_type=Path, dir_okay=False), envvar="BESTAND_KEYS", expose_value=False,
    callback=_load_keys, help="A file of `portal key` lines that only you may read (also BESTAND_KEYS).",
)  # fmt: skip
"""Keys are read before the command begins, also those of `BESTAND_KEY_<PORTAL>`; the command never sees them."""
keep_option: Callable[[Any], Any] = click.option(
    "--keep-personal-data", is_flag=True, expose_value=False, callback=_note_keeping,
    help="Keep names, telephones and personal mailboxes (needs a legal basis; the run records it).",
)  # fmt: skip


@click.command("check-db")
@common.db_option
@click.option("--archive", is_flag=True, help="Read every archived answer, too.")
@click.option("--personal-data", is_flag=True, help="Look for personal data in every version, too.")
@common.json_option
@common.guarded
def check_db(db: Path, archive: bool, personal_data: bool, as_json: bool) -> None:
    """Check that a database is sound: its file, records and the rows that follow from them, histories, the index of words,
    outcomes and counts. Changes nothing; ends with 1 where something is wrong.

    Example: bestand check-db --archive
    """
    with reading(db) as opened:
        found = chain(
            checking.problems(opened.conn),
            checking.archive_problems(opened.conn, PayloadFolder(db.with_name(f"{db.name}.archive")))
            if archive
            else (),
            checking.personal_data(opened.conn) if personal_data else (),
        )
        shown = list(islice(found, _SHOWN))
        more = sum(1 for _ in found)
    if as_json:
        common.print_json({"sound": not shown, "problems": shown, "more": more})
    elif not shown:
        click.echo(f"{db} is sound.")
    for problem in shown if not as_json else ():
        click.echo(problem)
    if more and not as_json:
        click.echo(f"… and {more} more.")
    sys.exit(common.INCOMPLETE if shown else 0)


@click.group("erase")
def erase_group() -> None:
    """Names, mailboxes and telephones that somebody wants erased: a list of hashes beside the database."""


@erase_group.command("add")
@click.argument("values", nargs=-1, required=True, metavar="VALUE...")
@common.db_option
@common.json_option
@common.guarded
def add(values: tuple[str, ...], db: Path, as_json: bool) -> None:
    """Put values on the erasure list and take them out of what is stored. Later crawls and reparse keep them out.

    The list holds hashes only. `-` reads values from stdin, one a line, so that they stay out of the shell's history.

    Example: bestand erase add "Erika Mustermann" erika.mustermann@example.de
    """
    wanted = sys.stdin.read().splitlines() if values == ("-",) else values
    with common.writing(db) as store:
        erased = read_list(db)
        try:
            for value in filter(str.strip, wanted):
                erased = erased.with_value(value)
        except TooShort as error:
            common.stop(str(error))
        write_list(db, erased)
        store.erased = erased
        done = clean(store, replace(store.discretion(), keep=True))
    _tell(done, len(erased.hashes), as_json)


@erase_group.command("apply")
@common.db_option
@click.option("--rule", is_flag=True, help="Also what today's rule for personal data finds.")
@common.json_option
@common.guarded
def apply(db: Path, rule: bool, as_json: bool) -> None:
    """Take out of the database and its archive what the erasure list names: after a backup was restored, say.

    Example: bestand erase apply --rule
    """
    with common.changing(db) as store:
        done = clean(store, replace(store.discretion(), keep=not rule))
        count = len(store.erased.hashes)
    _tell(done, count, as_json)


def _tell(done: Any, entries: int, as_json: bool) -> None:
    if as_json:
        common.print_json({"entries": entries, "cleaned": dict(done)})
        return
    rows = [[place, count] for place, count in sorted(done.items())]
    common.print_table(f"{entries} values on the list; cleaned", ["where", "how many"], rows)
