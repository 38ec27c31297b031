"""Where each page of a feed begins, found once for each state of the catalogue."""

import sqlite3
from collections import OrderedDict
from typing import Any, NamedTuple

from catalog.publish import selection
from catalog.publish.feed import PAGE_SIZE
from catalog.publish.selection import Scope, Withheld
from catalog.publish.site.visit import Visit

_KEPT = 200
"""Feeds whose pages are remembered; each takes 8 bytes for a hundred datasets."""


class Pages(NamedTuple):
    """The pages of one feed: how many datasets, the number of the first one of each page, what is left out, and the
    parameters of the SELECTs."""

    total: int
    starts: list[int]
    left_out: list[Withheld]
    given: dict[str, Any]


_FOUND: OrderedDict[tuple[str, str, Scope], Pages] = OrderedDict()


async def pages(visit: Visit, scope: Scope, state: str) -> Pages:
    """The pages of a scope; `state` changes with every change of the catalogue."""
    name = (str(visit.database.path), state, scope)
    if name not in _FOUND:
        _FOUND[name] = await visit.database.execute_fn(lambda connection: _read(connection, scope))
        while len(_FOUND) > _KEPT:
            _FOUND.popitem(last=False)
    return _FOUND[name]


def _read(connection: sqlite3.Connection, scope: Scope) -> Pages:
    left_out = selection.withheld(connection)
    given = selection.values(scope, left_out, selection.knows_national(connection))
    total, starts = selection.page_starts(connection, selection.numbers_of(scope), given, PAGE_SIZE)
    return Pages(total, starts, left_out, given)
