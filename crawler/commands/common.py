"""What all commands share: the database option, JSON on stdout, one sentence for an error, exit codes."""

from __future__ import annotations

import functools
import logging
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import click
import orjson
from rich.console import Console
from rich.table import Table

from catalog.store.database import AlreadyRunning, StoreError, lock, refuse_absent
from catalog.store.store import Store
from crawler import logs
from crawler.fetch.options import Options, program_version
from crawler.fetch.secrets import be_discreet
from crawler.formats.reading import UnreadablePayload
from crawler.portals import RegistryError
from crawler.wanted import NotKnown

P = ParamSpec("P")
T = TypeVar("T")

INCOMPLETE, FAILED, ALREADY_RUNNING = 1, 2, 75
"""Exit codes beside 0: the run is incomplete; it failed; another one is running."""
LOG_FORMAT = "bestand.log_format"
KEEP_PERSONAL_DATA = "bestand.keep_personal_data"

db_option = click.option(
    "--db", type=click.Path(path_type=Path, dir_okay=False), default=Path("bestand.db"), envvar="BESTAND_DB",
    show_default=True, help="The database file (also BESTAND_DB).",
)  # fmt: skip
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
port_option = click.option(
    "--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="The port to serve at."
)
private_option = click.option(
    "--allow-private", is_flag=True, help="Allow loopback and private addresses (refused otherwise)."
)

log_option = click.option(
    "--log-format", type=click.Choice(logs.FORMATS), default="text", show_default=True, envvar="BESTAND_LOG_FORMAT",
    expose_value=False, callback=lambda context, _, value: context.meta.update({LOG_FORMAT: value}),
    help="How log lines are written.",
)  # fmt: skip


def fetch_options(command: Callable[..., T]) -> Callable[..., T]:
    """Add the options that say how politely and how long is fetched; the command gets `options: Options`."""

    @private_option
    @log_option
    @click.option(
        "--delay", type=click.FloatRange(0), default=1.0, show_default=True,
        help="Seconds between requests to a host.",
    )  # fmt: skip
    @click.option(
        "--timeout", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True,
        help="Seconds to wait for an answer.",
    )  # fmt: skip
    @click.option(
        "--contact", default="", envvar="BESTAND_CONTACT", help="Address told to portals (user agent)."
    )
    @functools.wraps(command)
    def wrapped(
        *args: Any, allow_private: bool, delay: float, timeout: float, contact: str, **kwargs: Any
    ) -> T:
        options = Options(delay=delay, timeout=timeout, contact=contact, allow_private=allow_private)
        return command(*args, options=options, **kwargs)

    return wrapped


def guarded(command: Callable[P, T]) -> Callable[P, T]:
    """One clear sentence on stderr and an exit code instead of a traceback."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except AlreadyRunning as error:
            stop(str(error), ALREADY_RUNNING)
        except (StoreError, RegistryError, NotKnown, UnreadablePayload) as error:
            stop(str(error))
        except sqlite3.Error as error:
            stop(f"The database cannot be used: {error}.")
        except BrokenPipeError:
            sys.exit(0)  # the reader (head, less) had enough
        except OSError as error:
            stop(f"{error.filename or 'System'}: {error.strerror or error}.")

    return wrapped


def stop(sentence: str, code: int = FAILED) -> NoReturn:
    """End the command with one sentence on stderr."""
    click.echo(f"bestand: {sentence}", err=True)
    sys.exit(code)


@contextmanager
def writing(path: Path) -> Iterator[Store]:
    """The store, locked and opened for writing. Raises StoreError, AlreadyRunning."""
    with lock(path):
        store = Store(path, program_version())
        store.keep_personal_data = bool(_meta(KEEP_PERSONAL_DATA))
        try:
            yield store
        finally:
            store.close()


@contextmanager
def changing(path: Path) -> Iterator[Store]:
    """As `writing`, for commands that bring nothing with them: where there is no database its name is wrong, and none is
    made. Raises StoreError, AlreadyRunning."""
    refuse_absent(path)
    with writing(path) as store:
        yield store


def log_format() -> str:
    """The format that the command was asked for."""
    return str(_meta(LOG_FORMAT) or "text")


def _meta(name: str) -> Any:
    """What an option left for the command at hand."""
    context = click.get_current_context(silent=True)
    return context.meta.get(name) if context else None


def show_log(level: int = logging.INFO) -> None:
    """Log lines on stderr, as the command was asked to write them."""
    logs.show_log(log_format(), level)
    be_discreet()


def print_json(data: Any) -> None:
    """JSON on stdout, indented, keys in order of appearance."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    click.echo(
        orjson.dumps(data, option=option, default=_plain)
    )  # as bytes: JSON is UTF-8 whatever the locale


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def print_table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """A table on stdout; numbers to the right."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for number, name in enumerate(columns):
        right = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
        table.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    width = None if sys.stdout.isatty() else 200
    Console(width=width, markup=False, highlight=False, emoji=False).print(table)
