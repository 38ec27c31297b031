"""How a run shows its progress: bars on a terminal, log lines elsewhere; always on stderr, never on stdout."""

from __future__ import annotations

import logging
import sys
from time import monotonic
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from catalog.store.sink import CrawlFacts
from crawler.sources.protocol import Portal

logger = logging.getLogger(__name__)

EVERY = 10.0
"""Seconds between two log lines of one portal."""


class Progress(Protocol):
    """Is told how portals get on. All calls come from one thread."""

    def begin(self, portal: Portal) -> None:
        """A portal's crawl begins."""

    def page(self, portal: Portal, facts: CrawlFacts) -> None:
        """A call of the portal is done."""

    def end(self, portal: Portal, outcome: str, facts: CrawlFacts) -> None:
        """The portal has its outcome."""


class Silent:
    """Shows nothing."""

    def begin(self, portal: Portal) -> None:
        """Nothing."""

    def page(self, portal: Portal, facts: CrawlFacts) -> None:
        """Nothing."""

    def end(self, portal: Portal, outcome: str, facts: CrawlFacts) -> None:
        """Nothing."""


class Lines:
    """One log line when a portal begins and ends, and one every ten seconds between."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def begin(self, portal: Portal) -> None:
        """Says where the portal is."""
        self._last[portal.key] = monotonic()
        logger.info("%s: begins at %s", portal.key, portal.base, extra={"portal": portal.key})

    def page(self, portal: Portal, facts: CrawlFacts) -> None:
        """Says how many records came, now and then."""
        if monotonic() - self._last.get(portal.key, 0.0) >= EVERY:
            self._last[portal.key] = monotonic()
            logger.info("%s: %s", portal.key, _so_far(facts), extra=_fields(portal, facts))

    def end(self, portal: Portal, outcome: str, facts: CrawlFacts) -> None:
        """Says the outcome."""
        self._last.pop(portal.key, None)
        logger.info(
            "%s: %s, %s in %.1f s. %s", portal.key, outcome, _so_far(facts), facts.seconds, facts.note,
            extra={**_fields(portal, facts), "outcome": outcome, "seconds": round(facts.seconds, 3)},
        )  # fmt: skip


class OnTerminal:
    """A bar per portal under way; a line stays for each portal that is done. Use as a context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True)
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bars = Bars(*columns, TimeElapsedColumn(), console=self._console, transient=True)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> OnTerminal:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def begin(self, portal: Portal) -> None:
        """Adds a bar."""
        self._tasks[portal.key] = self._bars.add_task(portal.key, total=None)

    def page(self, portal: Portal, facts: CrawlFacts) -> None:
        """Moves the bar."""
        if portal.key in self._tasks:
            done = facts.delivered + facts.rejected
            self._bars.update(self._tasks[portal.key], completed=done, total=facts.claimed)

    def end(self, portal: Portal, outcome: str, facts: CrawlFacts) -> None:
        """Takes the bar away and leaves a line."""
        if portal.key in self._tasks:
            self._bars.remove_task(self._tasks.pop(portal.key))
        self._console.print(
            f"{portal.key}: {outcome}, {_so_far(facts)} in {facts.seconds:.1f} s", markup=False
        )


def _fields(portal: Portal, facts: CrawlFacts) -> dict[str, object]:
    """What a structured log line holds beside its message."""
    counted = {"records": facts.delivered, "rejected": facts.rejected, "requests": facts.requests}
    return {"portal": portal.key, "bytes": facts.bytes, **counted}


def progress_for_stderr() -> Progress:
    """Bars where stderr is a terminal, else log lines."""
    return OnTerminal() if sys.stderr.isatty() else Lines()


def _so_far(facts: CrawlFacts) -> str:
    of_total = f" of {facts.claimed}" if facts.claimed is not None else ""
    return f"{facts.delivered}{of_total} records, {facts.rejected} rejected, {facts.requests} requests"
