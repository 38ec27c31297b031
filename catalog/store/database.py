"""Opening the file: one writer, write-ahead log, migrations, and a clear word where the file is not for us."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from catalog.store.schema import MIGRATIONS, newest

_PRAGMAS = {
    "page_size": 8192,  # of a new file: a record of 3 to 4 kB does not fill a page alone
    "journal_mode": "wal",
    "synchronous": "normal",
    "wal_autocheckpoint": 4000,  # pages (32 MB), not after each batch: that halves what is written
    "journal_size_limit": 67_108_864,
    "cache_size": -16_384,  # 16 MB: as fast as 64 MB for a crawl, and memory is promised
}


class StoreError(Exception):
    """The database cannot be used; the message is one clear sentence."""


class NotThere(StoreError, LookupError):
    """A run, portal or dataset that the database does not know."""


class NewerDatabase(StoreError):
    """The file was written by a newer version of the program."""


class AlreadyRunning(StoreError):
    """Another process writes to this database (exit code 75)."""


def open_for_writing(path: Path) -> Database:
    """Open or create the file, bring its tables up to date. Raises StoreError."""
    with _opened(path, str(path), "written") as db:
        refuse_newer(db, path)
        for name, value in _PRAGMAS.items():
            db.conn.execute(f"pragma {name} = {value}")
        MIGRATIONS.apply(db)
    return db


def refuse_absent(path: Path) -> None:
    """Raises StoreError where there is no such file."""
    if not path.exists():
        raise StoreError(f"There is no database {path}; `bestand crawl` makes one.")


def open_for_reading(path: Path) -> Database:
    """Open an existing file without writing to it. Raises StoreError."""
    refuse_absent(path)
    with _opened(path, f"{path.absolute().as_uri()}?mode=ro", "read") as db:
        refuse_newer(db, path)
        if MIGRATIONS.pending(db):
            raise StoreError(f"The database {path} has older tables; `bestand crawl` brings them up to date.")
    return db


@contextmanager
def reading(path: Path) -> Iterator[Database]:
    """An existing file, open for reading until the block ends. Raises StoreError."""
    db = open_for_reading(path)
    try:
        yield db
    finally:
        db.conn.close()


@contextmanager
def _opened(path: Path, address: str, verb: str) -> Iterator[Database]:
    """A connection that is closed again where making it ready fails; SQLite's errors become StoreError."""
    conn: sqlite3.Connection | None = None
    try:
        conn = sqlite3.connect(address, uri=address.startswith("file:"), check_same_thread=False, timeout=30)
        yield Database(conn)
    except BaseException as error:
        if conn is not None:
            conn.close()
        if isinstance(error, sqlite3.Error):
            raise StoreError(f"The database {path} cannot be {verb}: {error}.") from error
        raise


def refuse_newer(db: Database, path: Path) -> None:
    """Raises NewerDatabase where migrations were applied that this program does not know."""
    unknown = {item.name for item in MIGRATIONS.applied(db)} - newest()
    if unknown:
        raise NewerDatabase(
            f"The database {path} was written by a newer version of Bestand ({', '.join(sorted(unknown))})."
        )


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold the database for one writer; released by the system when the process ends. Raises AlreadyRunning."""
    try:
        handle = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"The database {path} cannot be locked: {error.strerror}.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise AlreadyRunning(f"Another run is writing to {path}.") from error
    try:
        yield
    finally:
        os.close(handle)
