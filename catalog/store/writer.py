"""SQLite as the sink of a portal's crawl: each batch one transaction, unchanged records no write at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson
from sqlite_utils import Database

from catalog.record.canonical import canonical_bytes
from catalog.record.columns import plain_text
from catalog.record.node import Record, first_text
from catalog.record.table import Catalogue
from catalog.store.batch import Batch, Event
from catalog.store.closing import close_portal
from catalog.store.discretion import Discretion
from catalog.store.ids import Numbers
from catalog.store.payloads import PayloadFolder
from catalog.store.rows import CODES, LONGEST_RAW, Draft, Kept, draft, form, rejected, storable
from catalog.store.seen import Seen
from catalog.store.sink import CrawlFacts, Found, Reject, Stored

_IN_LIST = 500


NEWEST_ANSWERS = (
    "select max(portal_run.id) from portal_run join payload on payload.portal_run = portal_run.id"
    " and portal_run.outcome in ('complete', 'unchanged', 'empty')"
)
"""The newest portal run that was read whole from the portal itself (a reading of the archive has no answers of its own)."""


class SqliteSink:
    """Takes one portal's crawl in one run (`catalog.store.sink.PortalSink`). `replay_of`: the portal run whose archived
    answers are given again; the sink's own where a broken run goes on, which then counts as if it had not been broken."""

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
        discretion: Discretion,
        replay_of: int | None = None,
        accept_shrink: bool = False,
    ) -> None:
        self.db, self.conn = db, db.conn
        self.portal, self.portal_key = portal
        self.run, self.portal_run = run, portal_run
        self.folder, self.clock = folder, clock
        self.replay_of, self.accept_shrink = replay_of, accept_shrink
        self.taken, self.listed, self.renewed = Seen(), Seen(), False
        self._discretion, self.keep_personal_data = discretion, discretion.keep
        self.numbers = numbers
        kinds: dict[str, int] = dict(self.conn.execute("select slug, id from finding_kind"))
        self._batch = Batch(self.conn, portal, run, numbers, kinds)
        self._resumed = replay_of == portal_run

    def unchanged(self, pairs: Sequence[tuple[str, bytes]], reader: int) -> set[str]:
        """Identifiers whose stored record, not gone, came from the same raw bytes by the same reader."""
        names = {self._discretion.identifier(identifier): identifier for identifier, _ in pairs}
        wanted = {self._discretion.identifier(identifier): digest for identifier, digest in pairs}
        rows = self._select("identifier, raw_digest, reader, gone_run", list(wanted))
        return {
            names[identifier]
            for identifier, raw, version, gone in rows
            if gone is None and version == reader and raw == wanted[identifier]
        }

    def _select(self, columns: str, identifiers: Sequence[str]) -> list[tuple[Any, ...]]:
        """Rows of the portal's records with these identifiers; one that UTF-8 cannot hold has none."""
        found: list[tuple[Any, ...]] = []
        wanted = [identifier for identifier in identifiers if storable(identifier) == identifier]
        for start in range(0, len(wanted), _IN_LIST):
            part = wanted[start : start + _IN_LIST]
            marks = ",".join("?" * len(part))
            sql = f"select {columns} from dataset where portal = ? and identifier in ({marks})"
            found += self.conn.execute(sql, (self.portal, *part)).fetchall()
        return found

    def prepare(self, found: Found) -> None:
        """Make a record ready for its rows, and let go of it. Raises TypeError for text that UTF-8 cannot hold."""
        if (record := found.record) is not None:
            found = self._discretion.found(found)
            found.identifier.encode()
            found.ready, found.record = form(record), None

    def take(self, found: Sequence[Found], rejects: Sequence[Reject] = ()) -> None:
        """Keep a batch in one transaction. Of records with one identifier the first counts."""
        found = [item if item.ready else self._discretion.found(item) for item in found]
        rejects = [self._discretion.reject(item) for item in rejects]
        kept = self._kept([item.identifier for item in found])
        fresh = [item for item in _first(found) if not self._was_taken(kept.get(item.identifier))]
        proven = {item.identifier for item in fresh if self._is_proven(item, kept.get(item.identifier))}
        drafts, refused = _drafts(item for item in fresh if item.identifier not in proven)
        self.renewed = self.renewed or bool(drafts)
        refused += rejects
        try:
            with self.db.atomic():
                new = self._write(drafts, kept, [kept[identifier] for identifier in proven])
                self._unread(item.found for item in drafts)
                self._rejects(refused)
        except BaseException:
            self.numbers.forget()
            raise
        self.taken.add_all([*new, *(kept[item.identifier].id for item in fresh if item.identifier in kept)])
        self.listed.add_all(row.id for row in self._kept([item.identifier for item in refused]).values())

    def _was_taken(self, row: Kept | None) -> bool:
        return row is not None and row.id in self.taken

    def _is_proven(self, item: Found, row: Kept | None) -> bool:
        """Whether nothing is to be written: the caller has shown it, or the record was stored before the run broke."""
        if row is None:
            return False
        if item.record is None and item.ready is None:
            return True
        same = (row.raw_digest, row.reader) == (item.raw_digest, item.reader)
        return self._resumed and same and row.gone_run is None

    def _kept(self, identifiers: Sequence[str]) -> dict[str, Kept]:
        columns = "identifier, id, gone_run, first_seen, changed_run, raw_digest, reader, type"
        return {row[0]: Kept(*row[1:]) for row in self._select(columns, identifiers)}

    def _write(self, drafts: Sequence[Draft], kept: dict[str, Kept], proven: Sequence[Kept]) -> list[int]:
        """Rows and counters; returns the ids of the records that are new."""
        known = [(item, kept[item.found.identifier]) for item in drafts if item.found.identifier in kept]
        rows = [*(row for _, row in known), *proven]
        earlier = self._earlier(rows)
        events = [*self._batch.renew(known), *("unchanged" for _ in proven)]
        new = self._batch.insert([item for item in drafts if item.found.identifier not in kept])
        counts = Counter(earlier.get(row.id, event) for row, event in zip(rows, events, strict=True))
        counts["added"] += len(new)
        self._count(counts)
        return new

    def _earlier(self, rows: Iterable[Kept]) -> dict[int, Event]:
        """What happened to records in this run before it was broken off: they count as that, and once."""
        mine = [row for row in rows if self.run in (row.first_seen, row.changed_run)]
        found: dict[int, Event] = {}
        for row in mine:
            sql = "select event from version where dataset = ? and +run = ? order by id limit 1"  # not by the run
            event = self.conn.execute(sql, (row.id, self.run)).fetchone()
            if event is not None:
                found[row.id] = event[0]
        return found

    def _unread(self, found: Iterable[Found]) -> None:
        unread: Counter[str] = Counter()
        for item in found:
            for key, count in item.unread.items():
                unread[self._discretion.text(storable(key))[:200]] += count
        self.conn.executemany(
            "insert into unread values (?, ?, ?, ?, ?) on conflict do update set last_run = excluded.last_run,"
            " count = case when last_run = excluded.last_run then count + excluded.count else excluded.count end",
            [(self.portal, key, count, self.run, self.run) for key, count in unread.items()],
        )

    def _rejects(self, rejects: Sequence[Reject]) -> None:
        """Items that could not be read; what is the same is kept once, also where a broken run goes on."""
        rows = []
        for item in rejects:
            identifier, raw = storable(item.identifier), item.raw.decode("utf-8", "replace")[:LONGEST_RAW]
            digest = blake2b(f"{identifier}\0{raw}".encode(), digest_size=16).digest()
            rows.append((self.portal_run, identifier, raw, storable(item.error), digest))
        sql = "insert or ignore into rejected (portal_run, identifier, raw, error, digest) values (?, ?, ?, ?, ?)"
        self.conn.executemany(sql, rows)

    def _count(self, counts: Counter[str]) -> None:
        names = [name for name, count in counts.items() if count]
        if names:
            changes = ", ".join(f"{name} = {name} + ?" for name in names)
            sql = f"update portal_run set {changes} where id = ?"
            self.conn.execute(sql, (*(counts[name] for name in names), self.portal_run))

    def keep(self, body: bytes) -> str:
        """Write a body into the folder, in any thread; its name there."""
        return self.folder.keep(self._discretion.body(body))

    def archive(self, call: str, step: str, stored: Stored) -> None:
        """Keep what answered a call: the body in the folder, where it does not lie there yet, the rest as a row."""
        name = stored.name or self.keep(stored.body)
        headers = orjson.dumps(self._discretion.headers(stored.headers)).decode()
        values = (
            self.portal_run,
            call,
            step,
            self._discretion.text(stored.url),
            stored.status,
            headers,
            name,
            self._discretion.size(stored.body),
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
        row = self.conn.execute(NEWEST_ANSWERS + " where portal_run.portal = ?", (self.portal,)).fetchone()
        return self._stored(row[0], call) if row[0] else None

    def _stored(self, portal_run: int, call: str) -> Stored | None:
        sql = "select url, status, headers, sha256 from payload where portal_run = ? and call = ?"
        row = self.conn.execute(sql, (portal_run, call)).fetchone()
        body = self.folder.read(row[3]) if row else None
        return None if body is None else Stored(row[0], row[1], orjson.loads(row[2]), body, row[3])

    def evidence(self, url: str, status: int, verdict: str, proof: str) -> None:
        """Keep what was asked, what answered and what that proves."""
        with self.db.atomic():
            self.conn.execute(
                "insert into evidence (portal_run, at, url, status, verdict, proof) values (?, ?, ?, ?, ?, ?)",
                (
                    self.portal_run,
                    self.now(),
                    self._discretion.text(url),
                    status,
                    verdict,
                    self._discretion.text(proof[:1000]),
                ),
            )

    def catalogue(self, record: Record) -> None:
        """Keep the portal's description of itself, without the list of what it holds."""
        root = record.root
        if not isinstance(root, Catalogue):
            return
        root.dataset, root.service, root.record = [], [], []
        self._discretion.erased.record(record)
        license_text = plain_text([record.resolve(value) for value in root.license])
        with self.db.atomic():
            self.conn.execute(
                "update portal set catalogue = ?, metadata_license = ?, title = case when title = '' then ? else title"
                " end where id = ?",
                (canonical_bytes(record).decode(), CODES.license(license_text) or license_text[:200],
                 first_text(root.title), self.portal),
            )  # fmt: skip

    def finish(self, facts: CrawlFacts, outcome: str | None = None) -> str:
        """Close the portal's run: outcome, gone records, aggregates, in one short transaction."""
        facts.note = self._discretion.text(facts.note)
        return close_portal(self, facts, outcome)

    def now(self) -> str:
        """The time in UTC, to the second."""
        return self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")


def _first(found: Iterable[Found]) -> list[Found]:
    """The records, each identifier once."""
    unique: dict[str, Found] = {}
    for item in found:
        unique.setdefault(item.identifier, item)
    return list(unique.values())


def _drafts(found: Iterable[Found]) -> tuple[list[Draft], list[Reject]]:
    """The records made ready; one that cannot be made ready is rejected and stops nothing."""
    drafts: list[Draft] = []
    refused: list[Reject] = []
    for item in found:
        try:
            item.identifier.encode()
            drafts.append(Draft(item, item.ready) if item.ready else draft(item))
        except Exception as error:  # noqa: BLE001 - the boundary around one record: whatever it holds becomes a reject
            refused.append(rejected(item, error))
    return drafts, refused
