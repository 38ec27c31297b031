"""Commands about whose things are: the register of municipalities, and the attribution of records."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from catalog.measure import decisions as files
from catalog.measure.attribution import NOBODY
from catalog.measure.register import Reading, UnreadableRegister, read_register
from catalog.measure.register_changes import Changes, Unit, compare, unit_of, units_in
from catalog.store.database import reading as reading_database
from catalog.store.registers import Registers, resolve
from catalog.store.store import Store
from crawler.commands import common
from crawler.homepages import keep_register

T = TypeVar("T")
decisions_option = click.option(
    "--decisions",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file of decisions about publishers (else beside the database).",
)
_file = click.argument("file", type=click.Path(exists=True, path_type=Path, dir_okay=False))
_country = click.option(
    "--country", default="DE", show_default=True, help="The country of rows that name none."
)


register_option = click.option(
    "--register",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Take this register (GV100AD or CSV) into the database first.",
)


def take_register(store: Store, file: Path | None) -> None:
    """Take a register that was named into the database, else the one that ships where it knows no municipality; ends the
    command where the file is no register."""
    if file is None:
        load_register_once(store)
    else:
        _or_stop(lambda: keep_register(store, file))


def load_register_once(store: Store) -> None:
    """Take the German register that ships with the program into a database that knows no municipality."""
    registers = Registers(store.db)
    if registers.empty:
        registers.load_shipped()


def read_decisions(db: Path, file: Path | None) -> dict[tuple[str, str], str]:
    """The decisions beside a database or in a file; ends the command where that is none."""
    return _or_stop(lambda: files.read_decisions(file or files.path_beside(db)))


def _or_stop(work: Callable[[], T]) -> T:
    try:
        return work()
    except (files.UnreadableDecisions, UnreadableRegister) as error:
        common.stop(str(error))


@click.group("register")
def register_group() -> None:
    """The register of municipalities."""


@register_group.command("import")
@_file
@common.db_option
@_country
@click.option(
    "--successors",
    type=click.Path(exists=True, path_type=Path, dir_okay=False),
    metavar="CSV",
    help="Columns old, new: which key took the place of which, where areas do not tell.",
)
@click.option("--since", default="", metavar="DATE", help="Since when the new keys hold.")
@common.json_option
@common.guarded
def import_register(
    file: Path, db: Path, country: str, successors: Path | None, since: str, as_json: bool
) -> None:
    """Take a newer register into the database: GV100AD, or a table (CSV) of any country.

    Records, portals and old keys go to successors; a key that vanished without a known successor stays.

    Example: bestand register import GV100AD_311225.txt
    """
    found = _or_stop(lambda: read_register(file.read_bytes(), country))
    with common.writing(db) as store:
        if _is_german(found):
            load_register_once(store)
        changes = _changes(store.conn, found, successors)
        Registers(store.db).load(found.units, found.bodies, changes.former(since))
    _tell(f"{len(found.units)} units are in the register", changes, found, as_json)


@register_group.command("check")
@_file
@common.db_option
@_country
@common.json_option
@common.guarded
def check_register(file: Path, db: Path, country: str, as_json: bool) -> None:
    """Say what a register would change (merged, renamed, new, vanished keys, populations) and what is wrong with its rows.

    Compares with the database and writes nothing.

    Example: bestand register check GV100AD_311225.txt --json
    """
    found = _or_stop(lambda: read_register(file.read_bytes(), country))
    with reading_database(db) as database:
        changes = _changes(database.conn, found, None)
    _tell(f"{len(found.units)} units, compared with {db}", changes, found, as_json)


@register_group.command("show")
@click.argument("key")
@common.db_option
@common.json_option
@common.guarded
def show_register(key: str, db: Path, as_json: bool) -> None:
    """Show the municipality or body of a key; a key that is no longer valid leads to its successor.

    Example: bestand register show 05334002
    """
    with reading_database(db) as database:
        today = resolve(database.conn, key)
        row = next(
            (
                found
                for table, column in (("municipality", "ags"), ("body", "key"))
                for found in database.query(f"select * from {table} where {column} = ?", [today])
            ),
            None,
        )
    if row is None:
        common.stop(f"The register knows no key {key!r}.", common.INCOMPLETE)
    if as_json:
        common.print_json({"asked": key, "key": today, **row})
        return
    title = f"{key} is {today}" if key != today else key
    common.print_table(
        title, ["what", "value"], [[name, value] for name, value in row.items() if value is not None]
    )


def _is_german(found: Reading) -> bool:
    return any(unit.get("country") == "DE" for unit in found.units)


def _changes(conn: Any, found: Reading, successors: Path | None) -> Changes:
    countries = {str(unit.get("country") or "") for unit in found.units}
    named = _successors(successors) if successors else {}
    return compare(units_in(conn, countries), [unit_of(unit) for unit in found.units], named)


def _successors(path: Path) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig", "replace"), newline=""))
    if not {"old", "new"} <= set(rows.fieldnames or ()):
        common.stop(f"{path.name} has no columns `old` and `new`.")
    return {row["old"].strip(): row["new"].strip() for row in rows if row["old"] and row["new"]}


def _tell(title: str, changes: Changes, found: Reading, as_json: bool) -> None:
    if as_json:
        common.print_json({
            "units": len(found.units), "new": [unit.key for unit in changes.new], "merged": changes.merged,
            "rekeyed": changes.rekeyed, "vanished": [unit.key for unit in changes.vanished],
            "renamed": changes.renamed, "populations": changes.jumps, "faults": found.faults,
        })  # fmt: skip
        return
    rows = _rows(changes)
    click.echo(f"{title}; {len(rows) or 'no'} changes.")
    if rows:
        common.print_table("Changes", ["what", "key", "", ""], rows)
    if found.faults:
        common.print_table(
            f"{len(found.faults)} rows with faults", ["fault"], [[fault] for fault in found.faults]
        )


def _rows(changes: Changes) -> list[list[Any]]:
    def named(what: str, units: list[Unit]) -> list[list[Any]]:
        return [[what, unit.key, unit.name, ""] for unit in units]

    return [
        *named("new", changes.new),
        *(["merged", old, "into", new] for old, new in sorted(changes.merged.items())),
        *(["other key", old, "now", new] for old, new in sorted(changes.rekeyed.items())),
        *named("vanished, successor unknown", changes.vanished),
        *(["renamed", key, old, new] for key, (old, new) in sorted(changes.renamed.items())),
        *(["inhabitants", key, str(old), str(new)] for key, (old, new) in sorted(changes.jumps.items())),
    ]


@click.group("attribution")
def attribution_group() -> None:
    """Whose records are."""


@attribution_group.command("review")
@common.db_option
@common.json_option
@common.guarded
def review(db: Path, as_json: bool) -> None:
    """List the publishers that may belong to several municipalities, those with most datasets first.

    Example: bestand attribution review --json
    """
    with reading_database(db) as database:
        found = [_reviewed(database, row) for row in database.query(_REVIEW)]
    if as_json:
        common.print_json(found)
        return
    rows = [
        [
            row["datasets"],
            row["portal"],
            row["publisher"],
            ", ".join(f"{item['key']} {item['name']}" for item in row["candidates"]),
        ]
        for row in found
    ]
    common.print_table(
        f"{len(found)} publishers for a person to decide", ["datasets", "portal", "publisher", "may be"], rows
    )


_REVIEW = (
    "select portal.key as portal, attribution_review.publisher, reason, candidates, datasets from attribution_review"
    " join portal on portal.id = portal order by datasets desc, portal.key, attribution_review.publisher"
)


def _reviewed(database: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "candidates": [{"key": key, "name": _name(database, key)} for key in orjson.loads(row["candidates"])],
    }


def _name(database: Any, key: str) -> str:
    sql = "select name from municipality where ags = :key union all select type || ' ' || name from body where key = :key"
    return next((str(found["name"]).strip() for found in database.query(sql, {"key": key})), "")


@attribution_group.command("decide")
@click.argument("publisher")
@click.argument("key")
@common.db_option
@click.option("--portal", default="", help="Only in this portal (its key).")
@decisions_option
@common.guarded
def decide(publisher: str, key: str, db: Path, portal: str, decisions: Path | None) -> None:
    """Decide whose a publisher's records are: KEY of a municipality or another body, or - for nobody's.

    Holds from the next `bestand measure` on; no crawl changes it.

    Example: bestand attribution decide "Stadtverwaltung Neustadt" 07316000 --portal govdata
    """
    with reading_database(db) as database:
        today = key if key == NOBODY else resolve(database.conn, key)
        known = {row["key"] for row in database.query("select key from portal")}
    if not today:
        common.stop(f"The register knows no key {key!r}.")
    if portal and portal not in known:
        common.stop(f"No portal has the key {portal!r}; `bestand portals list` shows all portals.")
    path = decisions or files.path_beside(db)
    day = datetime.now(UTC).date().isoformat()
    _or_stop(lambda: files.keep_decision(path, portal, publisher, today, day))
    click.echo(f"{publisher}: {today}, written to {path}.")
