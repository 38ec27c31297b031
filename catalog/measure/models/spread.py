"""Who has which model dataset: one row for each municipality that has it, and how common it is by state and size class."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

TOWN_COLUMNS = ("model", "ags", "rank", "datasets", "best", "points", "open", "usable", "works")
STAT_COLUMNS = ("model", "state", "size_class", "municipalities")
PUBLISHING = ""
"""Stands in place of a model for all municipalities that publish anything."""


class Best(Protocol):
    """The dataset by which a municipality shows that it has a model dataset."""

    @property
    def key(self) -> str: ...
    @property
    def ags(self) -> str: ...
    @property
    def points(self) -> int: ...
    @property
    def open(self) -> bool: ...
    @property
    def usable(self) -> bool: ...
    @property
    def works(self) -> bool: ...
    @property
    def datasets(self) -> int: ...


_GROUPS = "select ags, coalesce(state, ''), coalesce(size_class, 0) from municipality"


def town_rows(exemplars: Mapping[str, Mapping[str, Best]]) -> Iterator[tuple[str | int, ...]]:
    """Rows of `model_town`; `exemplars`: model → municipality → its best dataset, the most worth copying first."""
    for model, items in exemplars.items():
        for rank, item in enumerate(items.values(), 1):
            flags = (int(item.open), int(item.usable), int(item.works))
            yield model, item.ags, rank, item.datasets, item.key, item.points, *flags


def stat_rows(
    conn: sqlite3.Connection, exemplars: Mapping[str, Mapping[str, Best]], publishing: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Rows of `stat_model`; `publishing`: the municipalities that publish anything."""
    group = {ags: (state, size_class) for ags, state, size_class in conn.execute(_GROUPS)}
    counts = Counter((PUBLISHING, *group[ags]) for ags in publishing)
    counts.update((model, *group[item.ags]) for model, items in exemplars.items() for item in items.values())
    return ((*cell, number) for cell, number in sorted(counts.items()))
