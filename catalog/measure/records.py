"""One pass over the records that changed since they were last looked at: each is decoded once and shown to all observers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import orjson

from catalog.store.measures import Measures
from catalog.store.store import Store

PIECE = 500
"""Records between two writes."""


class Item(NamedTuple):
    """A record as observers see it. `record` is its canonical JSON (`catalog.record.canonical`)."""

    dataset: int
    portal: int
    key: str
    identifier: str
    iri: str
    kind: str
    type: str
    title: str
    publisher: str
    record: dict[str, Any]
    version: int


class Observer(Protocol):
    """Looks at records and keeps what it needs of them. A new `method` (name and version) shows it all records again."""

    method: str

    def look(self, item: Item) -> None:
        """Take from one record what is needed."""

    def flush(self, measures: Measures) -> None:
        """Write what was gathered since the last time."""


_CHANGED = """
select dataset.id, dataset.portal, dataset.key, dataset.identifier, dataset.iri, dataset.class, dataset.type,
       dataset.title, coalesce(agent.name, ''), version.record, version.id
from dataset join version on version.id = dataset.version
left join agent on agent.id = dataset.publisher
left join measured on measured.dataset = dataset.id
where dataset.id > ? and version.record is not null
  and (measured.version is null or measured.version <> dataset.version or measured.method <> ?)
order by dataset.id limit ?
"""


def look_at_changed(store: Store, observers: Sequence[Observer], *, again: bool = False) -> int:
    """Show every record that changed (`again`: every record) to the observers; returns how many were shown.

    A pass that is broken off goes on with what is left: each piece is marked when all observers wrote it.
    """
    measures, seen = Measures(store), 0
    method = " ".join(observer.method for observer in observers)
    if again:
        measures.clear("measured")
    for items in _pieces(store.conn, method):
        _show(items, observers)
        for observer in observers:
            observer.flush(measures)
        rows = [(item.dataset, item.version, method) for item in items]
        measures.keep("measured", ("dataset", "version", "method"), rows)
        seen += len(items)
    return seen


def _show(items: Sequence[Item], observers: Sequence[Observer]) -> None:
    for item in items:
        for observer in observers:
            observer.look(item)


def _pieces(conn: sqlite3.Connection, method: str) -> Iterator[list[Item]]:
    last = 0
    while rows := conn.execute(_CHANGED, (last, method, PIECE)).fetchall():
        last = rows[-1][0]
        yield [Item._make((*row[:9], orjson.loads(row[9]), row[10])) for row in rows]
