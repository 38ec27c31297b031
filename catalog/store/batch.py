"""Records as rows of all tables: new ones inserted, known ones renewed, with a row of history for each change.

Everything here happens inside the caller's transaction and many rows at a time.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from catalog.store.ids import Numbers
from catalog.store.rows import COLUMNS, Draft, Kept, dataset_key, gravity
from catalog.store.search import forget, learn

_NEW = ("id", "key", "portal", "identifier", "version", "first_seen", "changed_run", *COLUMNS)
_INSERT = f"insert into dataset ({', '.join(_NEW)}) values ({', '.join('?' * len(_NEW))})"
_UPDATE = f"update dataset set {', '.join(f'{name} = ?' for name in COLUMNS)} where id = ?"
_VERSION = "insert into version (id, dataset, run, event, digest, record) values (?, ?, ?, ?, ?, ?)"
_DISTRIBUTION = (
    "insert into distribution (dataset, iri, title, access_url, download_url, format, media_type, license, byte_size,"
    " modified) values (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''))"
)
_CHILDREN = ("distribution", "dataset_theme", "dataset_keyword", "finding")
_IN_LIST = 500

Event = Literal["added", "changed", "returned", "unchanged"]
Known = tuple[Draft, Kept]


class Batch:
    """Writes records of one portal in one run."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        portal: tuple[int, str],
        run: int,
        numbers: Numbers,
        kinds: dict[str, int],
    ) -> None:
        self._conn, self._run, self._numbers, self._kinds = conn, run, numbers, kinds
        self._portal, self._portal_key = portal

    def insert(self, drafts: Sequence[Draft]) -> list[int]:
        """Rows of records that the store does not know; returns their ids."""
        if not drafts:
            return []
        ids = self._numbers.ids
        numbered = [(ids.next("dataset"), ids.next("version"), item) for item in drafts]
        publishers = self._publishers(drafts)
        self._conn.executemany(_INSERT, [
            (number, dataset_key(self._portal_key, item.found.identifier), self._portal, item.found.identifier,
             version, self._run, self._run, *item.columns(publishers.get(item.form.row.publisher)))
            for number, version, item in numbered
        ])  # fmt: skip
        self._conn.executemany(_VERSION, [
            (version, number, self._run, "added", item.form.digest, item.form.canonical.decode())
            for number, version, item in numbered
        ])  # fmt: skip
        self._children([(number, item) for number, _, item in numbered])
        learn(self._conn, [(number, *item.form.search) for number, _, item in numbered])
        return [number for number, _, _ in numbered]

    def renew(self, known: Sequence[Known]) -> list[Event]:
        """Bring known records up to date; returns what happened to each. A record that is the same costs no row but
        its raw digest, unless it was read by another reader."""
        digests = self._digests([row.id for _, row in known])
        happened = [_event(item, row, digests) for item, row in known]
        self._remember(known, happened, digests)
        whole: list[Known] = []
        light: list[Known] = []
        for (item, row), event in zip(known, happened, strict=True):
            same_rows = event == "unchanged" and row.reader == item.found.reader
            (light if same_rows else whole).append((item, row))
        self.replace([(row.id, item) for item, row in whole])
        self._touch(light)
        return happened

    def _digests(self, numbers: Sequence[int]) -> dict[int, bytes]:
        """Dataset -> digest of its current version."""
        select = "select dataset.id, digest from dataset join version on version.id = dataset.version"
        return dict(self._rows(f"{select} where dataset.id in", numbers))

    def _rows(self, sql: str, numbers: Sequence[int]) -> Iterable[tuple[Any, ...]]:
        for start in range(0, len(numbers), _IN_LIST):
            part = numbers[start : start + _IN_LIST]
            yield from self._conn.execute(f"{sql} ({','.join('?' * len(part))})", part)

    def _remember(self, known: Sequence[Known], happened: Sequence[Event], digests: dict[int, bytes]) -> None:
        """Rows of history; where the record differs, the index forgets the old words and learns the new."""
        events = [
            (item, row.id, event)
            for (item, row), event in zip(known, happened, strict=True)
            if event != "unchanged"
        ]
        versions = [(self._numbers.ids.next("version"), *rest) for rest in events]
        differing = [
            (v, item, number) for v, item, number, _ in versions if item.form.digest != digests[number]
        ]
        forget(self._conn, [number for _, _, number in differing])
        self._conn.executemany(_VERSION, [
            (version, number, self._run, event, item.form.digest,
             item.form.canonical.decode() if item.form.digest != digests[number] else None)
            for version, item, number, event in versions
        ])  # fmt: skip
        sql = "update dataset set changed_run = ?, gone_run = null, gone_at = null where id = ?"
        self._conn.executemany(sql, [(self._run, number) for _, _, number, _ in versions])
        sql = "update dataset set version = ? where id = ?"
        self._conn.executemany(sql, [(version, number) for version, _, number in differing])
        learn(self._conn, [(number, *item.form.search) for _, item, number in differing])

    def replace(self, items: Sequence[tuple[int, Draft]]) -> None:
        """All columns and the rows that hang on records (ids with what they are to be), without a row of history."""
        publishers = self._publishers(item for _, item in items)
        rows = [(*item.columns(publishers.get(item.form.row.publisher)), number) for number, item in items]
        self._conn.executemany(_UPDATE, rows)
        for table in _CHILDREN:
            self._conn.executemany(
                f"delete from {table} where dataset = ?", [(number,) for number, _ in items]
            )
        self._children(items)

    def _touch(self, light: Sequence[Known]) -> None:
        """Of records that are the same: the raw digest, the type, the findings, where they differ."""
        numbers = [row.id for _, row in light]
        stored: dict[int, dict[int, int]] = defaultdict(dict)
        for number, kind, count in self._rows(
            "select dataset, kind, count from finding where dataset in", numbers
        ):
            stored[number][kind] = count
        changed = [(row.id, item) for item, row in light if self._findings(item) != stored.get(row.id, {})]
        raw = [
            (item.found.raw_digest, item.found.type, row.id) for item, row in light
            if (item.found.raw_digest, item.found.type) != (row.raw_digest, row.type)
        ]  # fmt: skip
        self._conn.executemany("update dataset set raw_digest = ?, type = ? where id = ?", raw)
        counts = [(*gravity(item.found.findings), number) for number, item in changed]
        self._conn.executemany("update dataset set errors = ?, warnings = ? where id = ?", counts)
        self._conn.executemany("delete from finding where dataset = ?", [(number,) for number, _ in changed])
        self._insert_findings(changed)

    def _children(self, items: Sequence[tuple[int, Draft]]) -> None:
        """The rows that hang on a record; those of a changed one were removed before."""
        run = self._conn.executemany
        run(_DISTRIBUTION, [(number, *row) for number, item in items for row in item.form.row.distributions])
        themes = [(number, theme) for number, item in items for theme in item.form.row.themes]
        run("insert into dataset_theme values (?, ?)", themes)
        keywords = self._numbers.keywords.ids(name for _, item in items for name in item.form.row.keywords)
        pairs = [(number, keywords[name]) for number, item in items for name in item.form.row.keywords]
        run("insert into dataset_keyword values (?, ?)", pairs)
        self._insert_findings(items)

    def _insert_findings(self, items: Sequence[tuple[int, Draft]]) -> None:
        rows = [
            (number, kind, count) for number, item in items for kind, count in self._findings(item).items()
        ]
        self._conn.executemany("insert into finding values (?, ?, ?)", rows)

    def _findings(self, item: Draft) -> dict[int, int]:
        return {self._kinds[slug]: count for slug, count in item.found.findings.items() if count}

    def _publishers(self, drafts: Iterable[Draft]) -> dict[str, int]:
        return self._numbers.agents.ids(item.form.row.publisher for item in drafts)


def _event(item: Draft, row: Kept, digests: dict[int, bytes]) -> Event:
    if row.gone_run is not None:
        return "returned"
    return "unchanged" if digests[row.id] == item.form.digest else "changed"
