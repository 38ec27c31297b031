"""The commands that keep an installation running: schedule, backup, restore, prune."""

from __future__ import annotations

import shutil
import sys
from dataclasses import asdict
from dataclasses import replace as replace_fields
from datetime import datetime, timedelta
from pathlib import Path

import click

from catalog.measure.decisions import path_beside
from catalog.store import pruning
from catalog.store.backup import NAME, back_up, rotate
from catalog.store.backup import restore as bring_back
from catalog.store.database import lock, reading
from catalog.store.discretion import list_path, read_list
from catalog.store.due import schedule as due_dates
from catalog.store.erasure import clean
from catalog.store.store import Store, utc_now
from crawler.commands import common
from crawler.fetch.options import program_version
from crawler.schedule import KINDS, Place, UnusablePlace, files_for


@click.command()
@click.argument("target", type=click.Path(path_type=Path), metavar="[FILE|FOLDER]", default=Path("backups"))
@common.db_option
@click.option("--keep", type=click.IntRange(1), metavar="N",
              help="In a folder: remove all but the newest N backups afterwards.")  # fmt: skip
@click.option(
    "--without-archive", is_flag=True, help="Leave out the archived answers (they can be asked for again)."
)
@common.json_option
@common.guarded
def backup(target: Path, db: Path, keep: int | None, without_archive: bool, as_json: bool) -> None:
    """Write a backup: a sound copy of the database, its archive and its decisions in one tar file, also while a crawl writes.

    A folder gets a file that is named by the time. Copy it to another machine; it holds everything that `bestand restore`
    needs.

    Example: bestand backup /var/backups/bestand --keep 14
    """
    now = utc_now()
    in_folder = target.is_dir() or not target.name.endswith((".tar", ".tar.gz"))
    file = target / now.strftime(NAME) if in_folder else target
    made = back_up(
        db, file, now, program_version(), [path_beside(db), list_path(db)], archive=not without_archive
    )
    gone = rotate(target, keep) if in_folder and keep else []
    if as_json:
        common.print_json({"file": str(file), **asdict(made), "removed": [str(each) for each in gone]})
        return
    click.echo(
        f"{file}: {made.datasets} datasets of {made.runs} runs, {made.bodies} answers; {_size(file.stat().st_size)}; sound."
    )
    if made.missing:
        click.echo(f"{made.missing} answers are no longer in the archive.", err=True)
    for each in gone:
        click.echo(f"removed: {each}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@common.db_option
@click.option(
    "--replace", is_flag=True, help="Put the database that stands there aside (nothing is deleted)."
)
@common.json_option
@common.guarded
def restore(file: Path, db: Path, replace: bool, as_json: bool) -> None:
    """Bring a backup back. It is proven sound before anything is touched; an older one gets today's tables with the next
    crawl.

    Example: bestand restore /var/backups/bestand/bestand-20261101T020000Z.tar --db bestand.db
    """
    with lock(db):
        made = bring_back(file, db, utc_now(), replace)
        _erase_again(db)
    if as_json:
        common.print_json(asdict(made))
        return
    click.echo(
        f"{db}: as of {made.at}, {made.datasets} datasets of {made.runs} runs, {made.bodies} answers; sound."
    )


def _erase_again(db: Path) -> None:
    """What the erasure list names since is taken out of what came back."""
    if not read_list(db).hashes:
        return
    store = Store(db, program_version())
    try:
        done = clean(store, replace_fields(store.discretion(), keep=True))
    finally:
        store.close()
    click.echo(f"bestand: {done.total()} values of the erasure list were taken out.", err=True)


@click.command()
@common.db_option
@click.option("--keep", "spans", multiple=True, required=True, metavar="WHAT=SPAN",
              help="archive, versions or evidence, and how long: 90d, 12w, 6m, 2y; repeatable.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do it; otherwise is only said what would go.")
@click.option("--compact", is_flag=True, help="Give the room back to the disk afterwards.")
@common.json_option
@common.guarded
def prune(db: Path, spans: tuple[str, ...], yes: bool, compact: bool, as_json: bool) -> None:
    """Say what is older than what is to be kept, and with --yes let it go.

    archive: answers of portals (those of each last complete crawl stay). versions: what records said before; that and when
    they changed stays, and so does what they say and what they said at the limit. evidence: what was asked and answered,
    and what was rejected (that of each portal's last crawl stays).

    Example: bestand prune --keep archive=90d --keep versions=5y --keep evidence=1y
    """
    keep = dict(_span(each) for each in spans)
    with common.changing(db) as store:
        before = pruning.limits(keep, store.clock())
        found = pruning.prune(store, before, compact) if yes else pruning.going(store, before)
    if as_json:
        common.print_json({"done": yes, "going": [asdict(item) for item in found]})
        return
    title = "Gone" if yes else "Would go (--yes does it)"
    rows = [[item.what, item.before, item.rows, _size(item.bytes)] for item in found]
    common.print_table(title, ["what", "older than", "rows", "size"], rows)


def _span(text: str) -> tuple[str, timedelta]:
    what, _, span = text.partition("=")
    try:
        return what.strip(), pruning.span_of(span)
    except ValueError as error:
        common.stop(f"--keep {text}: {error}.")


@click.command()
@click.argument("kind", type=click.Choice([*KINDS, "portals"]))
@common.db_option
@click.option("--contact", default="", envvar="BESTAND_CONTACT", help="Address told to portals (user agent).")
@click.option("--mail-to", default="", envvar="BESTAND_MAIL_TO", help="Who gets the report (needs sendmail).")
@click.option("--base-url", default="", envvar="BESTAND_BASE_URL", help="Public address of the site.")
@click.option("--user", default="bestand", show_default=True, help="Under which the services run (systemd).")
@click.option("--minutes", type=click.IntRange(1), default=180, show_default=True, help="Budget of a crawl.")
@click.option("--output", "-o", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="Write the files there instead of printing them.")  # fmt: skip
@common.json_option
@common.guarded
def schedule(
    kind: str, db: Path, contact: str, mail_to: str, base_url: str, user: str, minutes: int, output: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Print ready files that run Bestand on a schedule, with the right paths; or (portals) when each portal is due.

    Example: bestand schedule systemd --db /srv/bestand/bestand.db --contact opendata@example.de -o units
    """
    if kind == "portals":
        _show_dates(db, as_json)
        return
    program = shutil.which("bestand") or sys.argv[0]
    place = Place(Path(program).absolute(), db.absolute(), contact, mail_to, base_url, user, minutes)
    try:
        files = files_for(kind, place)
    except UnusablePlace as error:
        common.stop(str(error))
    if output is not None:
        _write(output, files)
    elif as_json:
        common.print_json(files)
    else:
        for name, text in files.items():
            click.echo(f"{'' if len(files) == 1 else f'# --- {name}'}\n{text}".lstrip("\n"), nl=False)


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        click.echo(f"written: {file}")


def _show_dates(db: Path, as_json: bool) -> None:
    with reading(db) as opened:
        found = due_dates(opened)
    if as_json:
        rows = [{**item._asdict(), "at": _time(item.at), "rhythm": item.rhythm.days} for item in found]
        common.print_json(rows)
        return
    table = [
        [item.portal, _time(item.at) or "now", item.rhythm.days, item.outcome, item.failures]
        for item in found
    ]
    common.print_table(
        "When portals are due (UTC)", ["portal", "due", "every … days", "last", "failures"], table
    )


def _time(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _size(count: int) -> str:
    """Bytes as people read them (decimal)."""
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
