"""SQLite as the sink of a portal's crawl: each batch one transaction, unchanged records no write at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlite_utils import Database

from catalog.record.canonical import canonical_bytes, from_json
from catalog.record.columns import dataset_row
from catalog.record.node import Record, first_text
from catalog.record.table import Catalogue
from catalog.store.closing import close_portal
from catalog.store.ids import Numbers
from catalog.store.payloads import PayloadFolder
from catalog.store.rows import CODES, COLUMNS, Draft, dataset_key, draft, search_text
from catalog.store.seen import Seen
from catalog.store.sink import CrawlFacts, Found, Reject, Stored

_NEW = ("id", "key", "portal", "identifier", "version", "first_seen", "changed_run", *COLUMNS)
_INSERT = f"insert into dataset ({', '.join(_NEW)}) values ({', '.join('?' * len(_NEW))})"
_UPDATE = f"update dataset set {', '.join(f'{name} = ?' for name in COLUMNS)}"
Old = tuple[int, int | None, bytes | None, int, int, int]
"""id, gone_run, digest, version, first_seen, changed_run of a stored record."""


class SqliteSink:
    """Takes one portal's crawl in one run (`catalog.store.sink.PortalSink`). `replay_of`: the portal run whose archived
    answers are given again; the sink's own where a broken run goes on."""

    def __init__(
        self,
        db: Database,
        portal: tuple[int, str],
        run: int,
        portal_run: int,
        folder: PayloadFolder,
        clock: Callable[[], datetime],
        numbers: Numbers,
        *,
        replay_of: int | None = None,
        accept_shrink: bool = False,
    ) -> None:
        self.db, self.conn = db, db.conn
        self.portal, self.portal_key = portal
        self.run, self.portal_run = run, portal_run
        self.folder, self.clock = folder, clock
        self.replay_of, self.accept_shrink = replay_of, accept_shrink
        self.seen = Seen()
        self.ids, self.agents, self.keywords = numbers.ids, numbers.agents, numbers.keywords
        self.kinds: dict[str, int] = dict(self.conn.execute("select slug, id from finding_kind"))

    def unchanged(self, pairs: Sequence[tuple[str, bytes]], reader: int) -> set[str]:
        """Identifiers whose stored record, not gone, came from the same raw bytes by the same reader."""
        wanted = dict(pairs)
        rows = self._select("identifier, raw_digest, reader, gone_run", list(wanted))
        return {
            identifier
            for identifier, raw, version, gone in rows
            if gone is None and version == reader and raw == wanted[identifier]
        }

    def _select(self, columns: str, identifiers: Sequence[str]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(identifiers), 500):
            part = identifiers[start : start + 500]
            marks = ",".join("?" * len(part))
            sql = f"select {columns} from dataset where portal = ? and identifier in ({marks})"
            found += self.conn.execute(sql, (self.portal, *part)).fetchall()
        return found

    def take(self, found: Sequence[Found], rejects: Sequence[Reject] = ()) -> None:
        """Keep a batch in one transaction."""
        drafts = [draft(item) for item in found if item.record is not None]
        old = self._old([item.identifier for item in found])
        counts: Counter[str] = Counter()
        fresh = self.seen.add_all(row[0] for row in old.values())
        counts["unchanged"] += sum(
            1 for item in found if item.record is None and old[item.identifier][0] in fresh
        )
        try:
            with self.db.atomic():
                self._insert([item for item in drafts if item.found.identifier not in old], counts)
                known = [
                    (item, old[item.found.identifier]) for item in drafts if item.found.identifier in old
                ]
                self._renew(known, fresh, counts)
                self._unread(found)
                self._rejects(rejects)
                self._count(counts)
        except BaseException:
            self.agents.forget()
            self.keywords.forget()
            raise

    def _old(self, identifiers: Sequence[str]) -> dict[str, Old]:
        columns = "identifier, id, gone_run, (select digest from version where version.id = dataset.version)"
        rows = self._select(f"{columns}, version, first_seen, changed_run", identifiers)
        return {row[0]: row[1:] for row in rows}

    def _insert(self, drafts: list[Draft], counts: Counter[str]) -> None:
        if not drafts:
            return
        publishers = self.agents.ids(item.row.publisher for item in drafts)
        rows, ids = [], []
        for item in drafts:
            number, version = self.ids.next("dataset"), self.ids.next("version")
            identifier = item.found.identifier
            key = dataset_key(self.portal_key, identifier)
            known = (number, key, self.portal, identifier, version, self.run, self.run)
            rows.append((*known, *item.columns(publishers.get(item.row.publisher))))
            ids.append((number, version))
        self.conn.executemany(_INSERT, rows)
        self._versions(
            [(v, n, self.run, "added", d.digest, d.canonical) for (n, v), d in zip(ids, drafts, strict=True)]
        )
        numbered = [(number, item) for (number, _), item in zip(ids, drafts, strict=True)]
        self._children(numbered)
        self._index(numbered)
        self.seen.add_all(number for number, _ in ids)
        counts["added"] += len(drafts)

    def _versions(self, rows: list[tuple[Any, ...]]) -> None:
        texts = [(*row[:5], row[5].decode() if row[5] is not None else None) for row in rows]
        sql = "insert into version (id, dataset, run, event, digest, record) values (?, ?, ?, ?, ?, ?)"
        self.conn.executemany(sql, texts)

    def _children(self, items: list[tuple[int, Draft]]) -> None:
        """The rows that hang on a record; those of a changed one were removed before."""
        keywords = self.keywords.ids(name for _, item in items for name in item.row.keywords)
        run = self.conn.executemany
        run("insert into distribution (dataset, iri, title, access_url, download_url, format, media_type, license,"
            " byte_size, modified) values (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''))",
            [(number, *row) for number, item in items for row in item.row.distributions])  # fmt: skip
        run(
            "insert into dataset_theme values (?, ?)",
            [(n, theme) for n, item in items for theme in item.row.themes],
        )
        run("insert or ignore into dataset_keyword values (?, ?)",
            [(n, keywords[name]) for n, item in items for name in item.row.keywords])  # fmt: skip
        run("insert into finding values (?, ?, ?)",
            [(n, self.kinds[slug], count) for n, item in items for slug, count in item.found.findings.items()])  # fmt: skip

    def _index(self, items: list[tuple[int, Draft]]) -> None:
        rows = [(number, *search_text(item.row)) for number, item in items]
        self.conn.executemany("insert into dataset_fts (rowid, title, text) values (?, ?, ?)", rows)

    def _renew(self, known: list[tuple[Draft, Old]], fresh: set[int], counts: Counter[str]) -> None:
        for item, row in known:
            number, gone, digest, _, first_seen, changed_run = row
            same, mine = digest == item.digest, self.run in (first_seen, changed_run)
            if gone is not None:
                self._event(number, item, "returned", same)
                counts["returned"] += 1
            elif not same:
                self._event(number, item, "changed", same)
                counts["changed"] += not mine
            elif number in fresh and not mine:
                counts["unchanged"] += 1
            self._replace(number, item)

    def _event(self, number: int, item: Draft, event: str, same: bool) -> None:
        """A row of history; where the record differs, the search index forgets the old text and learns the new."""
        version = self.ids.next("version")
        canonical = None if same else item.canonical
        if not same:
            sql = "insert into dataset_fts (dataset_fts, rowid, title, text) values ('delete', ?, ?, ?)"
            self.conn.execute(sql, (number, *self._text(number)))
            self._index([(number, item)])
        self._versions([(version, number, self.run, event, item.digest, canonical)])
        sql = "update dataset set changed_run = ?, gone_run = null, gone_at = null where id = ?"
        self.conn.execute(sql, (self.run, number))
        if not same:
            self.conn.execute("update dataset set version = ? where id = ?", (version, number))

    def _replace(self, number: int, item: Draft) -> None:
        """Columns, findings and raw digest follow the reader even where the record is the same."""
        publisher = self.agents.ids([item.row.publisher]).get(item.row.publisher)
        self.conn.execute(f"{_UPDATE} where id = ?", (*item.columns(publisher), number))
        for table in ("distribution", "dataset_theme", "dataset_keyword", "finding"):
            self.conn.execute(f"delete from {table} where dataset = ?", (number,))
        self._children([(number, item)])

    def _text(self, number: int) -> tuple[str, str]:
        """The search text of the stored version, which a contentless index needs to forget it."""
        sql = "select record from version join dataset on dataset.version = version.id where dataset.id = ?"
        record = from_json(self.conn.execute(sql, (number,)).fetchone()[0])
        return search_text(dataset_row(record, CODES))

    def _unread(self, found: Iterable[Found]) -> None:
        unread: Counter[str] = Counter()
        for item in found:
            unread.update(item.unread)
        self.conn.executemany(
            "insert into unread values (?, ?, ?, ?, ?) on conflict do update set last_run = excluded.last_run,"
            " count = case when last_run = excluded.last_run then count + excluded.count else excluded.count end",
            [(self.portal, key[:200], count, self.run, self.run) for key, count in unread.items()],
        )

    def _rejects(self, rejects: Sequence[Reject]) -> None:
        known = {row[0] for row in self.conn.execute(
            "select identifier || raw from rejected where portal_run = ?", (self.portal_run,))} if rejects else set()  # fmt: skip
        rows = [
            (self.portal_run, r.identifier, r.raw.decode("utf-8", "replace")[:100_000], r.error)
            for r in rejects
        ]
        sql = "insert into rejected (portal_run, identifier, raw, error) values (?, ?, ?, ?)"
        self.conn.executemany(sql, [row for row in rows if row[1] + row[2] not in known])

    def _count(self, counts: Counter[str]) -> None:
        names = [name for name, count in counts.items() if count]
        if names:
            changes = ", ".join(f"{name} = {name} + ?" for name in names)
            sql = f"update portal_run set {changes} where id = ?"
            self.conn.execute(sql, (*(counts[name] for name in names), self.portal_run))

    def archive(self, call: str, step: str, stored: Stored) -> None:
        """Keep what answered a call: the body in the folder, the rest as a row."""
        name = self.folder.keep(stored.body)
        headers = orjson.dumps(dict(stored.headers)).decode()
        values = (
            self.portal_run,
            call,
            step,
            stored.url,
            stored.status,
            headers,
            name,
            len(stored.body),
            self.now(),
        )
        with self.db.atomic():
            self.conn.execute(
                "insert or replace into payload (portal_run, call, step, url, status, headers, sha256, size, at)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )

    def replay(self, call: str) -> Stored | None:
        """What answered the call in the run that is given again."""
        return None if self.replay_of is None else self._stored(self.replay_of, call)

    def last(self, call: str) -> Stored | None:
        """What answered the call in the portal's last complete run, where its body is still kept."""
        row = self.conn.execute(
            "select portal_run.id from portal join portal_run on portal_run.run = portal.last_complete_run"
            " and portal_run.portal = portal.id where portal.id = ?",
            (self.portal,),
        ).fetchone()
        return self._stored(row[0], call) if row else None

    def _stored(self, portal_run: int, call: str) -> Stored | None:
        sql = "select url, status, headers, sha256 from payload where portal_run = ? and call = ?"
        row = self.conn.execute(sql, (portal_run, call)).fetchone()
        body = self.folder.read(row[3]) if row else None
        return None if body is None else Stored(row[0], row[1], orjson.loads(row[2]), body)

    def evidence(self, url: str, status: int, verdict: str, proof: str) -> None:
        """Keep what was asked, what answered and what that proves."""
        with self.db.atomic():
            self.conn.execute(
                "insert into evidence (portal_run, at, url, status, verdict, proof) values (?, ?, ?, ?, ?, ?)",
                (self.portal_run, self.now(), url, status, verdict, proof[:1000]),
            )

    def catalogue(self, record: Record) -> None:
        """Keep the portal's description of itself, without the list of what it holds."""
        root = record.root
        if not isinstance(root, Catalogue):
            return
        root.dataset, root.service, root.record = [], [], []
        license_text = next((str(value) for value in root.license if not isinstance(value, Catalogue)), "")
        with self.db.atomic():
            self.conn.execute(
                "update portal set catalogue = ?, metadata_license = ?, title = case when title = '' then ? else title"
                " end where id = ?",
                (canonical_bytes(record).decode(), CODES.license(license_text) or license_text[:200],
                 first_text(root.title), self.portal),
            )  # fmt: skip

    def finish(self, facts: CrawlFacts, outcome: str | None = None) -> str:
        """Close the portal's run: outcome, gone records, aggregates, in one short transaction."""
        return close_portal(self, facts, outcome)

    def now(self) -> str:
        """The time in UTC, to the second."""
        return self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
