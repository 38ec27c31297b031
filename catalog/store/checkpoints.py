"""The write-ahead log folded into the file by a thread of its own, so that who writes much need not stop for it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)

PAUSE = 0.5
"""Seconds between two looks at the log."""
LONGEST = 16_000
"""Pages of log (128 MB) at which the writer folds it after all; by then the thread has left little to do."""


@contextmanager
def folded_aside(conn: sqlite3.Connection, path: Path) -> Iterator[None]:
    """While this block writes through `conn`, its log is folded into the file at `path` beside it.

    Passive checkpoints (SQLite, *Write-Ahead Logging*, section 3.3) wait for nobody and nobody waits for them; a commit is
    as safe before one as after.
    """
    before = conn.execute("pragma wal_autocheckpoint").fetchone()[0]
    over = threading.Event()
    thread = threading.Thread(target=_fold, args=(path, over), name="checkpoints", daemon=True)
    conn.execute(f"pragma wal_autocheckpoint = {LONGEST}")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        conn.execute(f"pragma wal_autocheckpoint = {before}")


def _fold(path: Path, over: threading.Event) -> None:
    """Fold what is there, again and again; where that fails, the writer will meet the same fault and say so."""
    try:
        with closing(sqlite3.connect(path)) as conn:
            while not over.wait(PAUSE):
                conn.execute("pragma wal_checkpoint(passive)").fetchall()
    except sqlite3.Error:
        logger.debug("the log of %s was not folded", path, exc_info=True)
