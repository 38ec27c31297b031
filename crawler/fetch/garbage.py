"""The collector of reference cycles, told to look seldom while records are read.

A page of a listing is some hundred thousand objects without a single cycle: they are freed when the page is done with. At
Python's own thresholds the collector walks all of them again and again, a fifth of the time of a crawl.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (1_000_000, 10, 10)
"""Objects more than were freed before the youngest are looked at; of those looks, how many before older ones are too."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Collect cycles seldom in what is done here; in the whole process, as Python has one collector."""
    before = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


PORTALS = 25
"""Portals that end before what they left behind is collected: each leaves some hundred cycles, a quarter of a megabyte."""


def sweep(ended: int) -> None:
    """Collect cycles now and then, by the number of portals that have ended: a run of many small portals never reaches the
    threshold, and would grow with each."""
    if ended % PORTALS == 0:
        gc.collect()
