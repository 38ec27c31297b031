"""The database as one thing: runs, portals, sinks. Everything that writes goes through here."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database

from catalog.record.kinds import KINDS, PROFILES
from catalog.store.checkpoints import folded_aside
from catalog.store.database import open_for_writing
from catalog.store.discretion import Discretion, read_list
from catalog.store.ids import Numbers
from catalog.store.payloads import PayloadFolder
from catalog.store.registers import PORTALS_BY_BODY, Registers
from catalog.store.search import keep_form
from catalog.store.writer import NEWEST_ANSWERS, SqliteSink

RETENTION = timedelta(days=90)
"""How long bodies of answers are kept; the last complete crawl's are kept as long as it is the last."""
_PORTAL = ("key", "url", "title", "kind", "api_url", "robots", "opted_out", "settings")

_GRAVITY = """
update dataset set
    errors = (select count(*) from finding join finding_kind as k on k.id = kind where finding.dataset = dataset.id and severity = 'error'),
    warnings = (select count(*) from finding join finding_kind as k on k.id = kind where finding.dataset = dataset.id and severity = 'warning')
"""
"""Where a kind of finding has become graver or less grave, so has every record that has it."""

_PART = ("portal", "part", "ags", "ars", "level", "name", "certainty", "source")


def _whose(row: Mapping[str, Any]) -> dict[str, str]:
    """Key of the operator and areas that are covered, as far as the row or its settings say so."""
    settings = row.get("settings")
    said = settings if isinstance(settings, Mapping) else {}
    found = {
        "body": row.get("ags") or row.get("ars") or said.get("ars"),
        "covers": row.get("covers") or said.get("covers"),
    }
    return {name: str(value) for name, value in found.items() if value}


def utc_now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class Store:
    """The database at `path`, opened for writing; the caller holds the lock. Raises StoreError."""

    def __init__(self, path: Path, version: str = "", clock: Callable[[], datetime] = utc_now) -> None:
        self.path, self.version, self.clock = path, version, clock
        self.db: Database = open_for_writing(path)
        self.conn: sqlite3.Connection = self.db.conn
        self.folder = PayloadFolder(path.with_name(f"{path.name}.archive"))
        self.numbers = Numbers(self.conn)
        self.keep_personal_data = False
        self.erased = read_list(path)
        self._sync_kinds()
        keep_form(self.db)

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        self.conn.execute("pragma wal_checkpoint(truncate)")
        self.conn.close()

    def written_at_length(self) -> AbstractContextManager[None]:
        """A block in which much is written: meanwhile the log is folded into the file beside the writer."""
        return folded_aside(self.conn, self.path)

    def now(self) -> str:
        """The time in UTC, to the second."""
        return self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")

    def begin_run(self, command: str = "crawl", options: Mapping[str, Any] | None = None) -> int:
        """A new run; returns its number. Where `keep_personal_data` is set, the run's options say so, and it holds to its
        end, however often it is broken off."""
        self._end_broken_runs()
        options = {**(options or {}), **({"keep_personal_data": True} if self.keep_personal_data else {})}
        with self.db.atomic():
            cursor = self.conn.execute(
                "insert into run (started, version, command, options) values (?, ?, ?, ?)",
                (self.now(), self.version, command, orjson.dumps(options).decode()),
            )
        return int(cursor.lastrowid or 0)

    def _end_broken_runs(self) -> None:
        """Runs of other commands than `crawl` that were killed: nobody goes on with them, and there is one writer."""
        sql = "update run set ended = ?, state = 'incomplete' where state = 'running' and command <> 'crawl'"
        with self.db.atomic():
            self.conn.execute(sql, (self.now(),))

    def end_run(self, run: int, state: str = "done") -> None:
        """Close a run: `done`, `incomplete` or `failed`."""
        with self.db.atomic():
            self.conn.execute("update run set ended = ?, state = ? where id = ?", (self.now(), state, run))

    def broken_run(self) -> tuple[int, list[str]] | None:
        """The newest crawl where it was broken off, with the keys of the portals that it still owes."""
        sql = "select id, state, options from run where command = 'crawl' order by id desc limit 1"
        row = self.conn.execute(sql).fetchone()
        if row is None or row[1] != "running":
            return None
        asked = orjson.loads(row[2]).get("portals", [])
        done = "select key from portal join portal_run on portal = portal.id where run = ? and outcome is not null"
        finished = {key for (key,) in self.conn.execute(done, (row[0],))}
        return row[0], [key for key in asked if key not in finished]

    def keep_portals(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert or update portals by key; columns of the registry (`key, url, title, kind, api_url, ags, …`)."""
        with self.db.atomic():
            for row in rows:
                self._keep_portal(row)

    def _keep_portal(self, row: Mapping[str, Any]) -> None:
        """Whose a portal is stays as the registry says it; which municipality that is, follows from the register."""
        values = {name: row[name] for name in _PORTAL if name in row} | _whose(row)
        if "title" in values:
            values["title"] = self.erased.text(str(values["title"] or ""))
        if isinstance(values.get("settings"), Mapping):
            values["settings"] = orjson.dumps(dict(values["settings"])).decode()
        columns = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        changes = ", ".join(f"{name} = excluded.{name}" for name in values if name != "key")
        sql = f"insert into portal ({columns}) values ({marks}) on conflict (key) do update set {changes}"
        self.conn.execute(sql, values)
        self.conn.execute(PORTALS_BY_BODY.format(where="key = :key"), {"key": row["key"]})

    def keep_municipalities(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert or update rows of the register (the columns of table `municipality`), and the bodies beside them."""
        Registers(self.db).load(list(rows))

    def keep_portal_parts(self, rows: Iterable[Mapping[str, Any]], *, only_new: bool = False) -> int:
        """Insert or replace parts of shared portals: `portal` (key), `part`, and `ags`, `ars`, `level`, `name`,
        `certainty` (0-100), `source`. `only_new`: parts that are there stay as they are. Rows of portals that are not in
        the database are left out; returns how many were not.
        """
        known = dict(self.conn.execute("select key, id from portal"))
        values = [
            {**dict.fromkeys(_PART, ""), "certainty": 0, **row, "portal": known[row["portal"]],
             "name": self.erased.text(str(row.get("name") or ""))}
            for row in rows
            if row["portal"] in known
        ]  # fmt: skip
        way = "ignore" if only_new else "replace"
        sql = f"insert or {way} into portal_part ({', '.join(_PART)}) values ({', '.join(f':{n}' for n in _PART)})"
        with self.db.atomic():
            self.conn.executemany(sql, values)
        return len(values)

    def sink(
        self, run: int, portal: str, *, accept_shrink: bool = False, replay_of: int | None = None
    ) -> SqliteSink:
        """The sink for one portal in one run. Where that portal's run was broken off, its archived answers are given
        again; `replay_of` (a portal run) gives those of another run, for reading the archive anew."""
        number = self.conn.execute("select id from portal where key = ?", (portal,)).fetchone()[0]
        row = self.conn.execute(
            "select id from portal_run where run = ? and portal = ?", (run, number)
        ).fetchone()
        if row is None:
            portal_run = self._begin_portal(run, number)
        else:
            portal_run = replay_of = self._go_on(row[0])
        return SqliteSink(
            self.db, (number, portal), run, portal_run, self.folder, self.clock, self.numbers,
            replay_of=replay_of, accept_shrink=accept_shrink, discretion=self.discretion(run),
        )  # fmt: skip

    def discretion(self, run: int | None = None) -> Discretion:
        """What may be kept of what comes in a run (of none: by the rule)."""
        sql = "select coalesce(json_extract(options, '$.keep_personal_data'), 0) from run where id = ?"
        row = self.conn.execute(sql, (run,)).fetchone()
        return Discretion(self.erased, bool(row and row[0]))

    def _begin_portal(self, run: int, portal: int) -> int:
        with self.db.atomic():
            sql = "insert into portal_run (run, portal, started) values (?, ?, ?)"
            cursor = self.conn.execute(sql, (run, portal, self.now()))
        return int(cursor.lastrowid or 0)

    def _go_on(self, portal_run: int) -> int:
        """A portal run that was broken off counts its records from the first again."""
        sql = "update portal_run set added = 0, changed = 0, unchanged = 0, returned = 0 where id = ?"
        with self.db.atomic():
            self.conn.execute(sql, (portal_run,))
        return portal_run

    def archived_run(self, portal: str) -> int | None:
        """The newest portal run of the portal that was read whole and whose answers are in the archive."""
        row = self.conn.execute(
            "select max(portal_run.id) from portal_run join portal on portal.id = portal where key = ?"
            " and exists (select 1 from payload where payload.portal_run = portal_run.id)"
            " and outcome in ('complete', 'unchanged', 'empty', 'shrunk', 'partial')",
            (portal,),
        ).fetchone()
        return row[0] if row else None

    def set_kind(
        self, portal: str, kind: str, api_url: str = "", settings: Mapping[str, str] | None = None
    ) -> None:
        """What detection proved about a portal."""
        with self.db.atomic():
            self.conn.execute(
                "update portal set kind = ?, api_url = ?, settings = ? where key = ?",
                (kind, api_url, orjson.dumps(dict(settings or {})).decode(), portal),
            )

    def prune_archive(self) -> int:
        """Forget bodies older than the retention, except those of each portal's last complete crawl; how many went."""
        limit = (self.clock() - RETENTION).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self.db.atomic():
            self.conn.execute(
                f"delete from payload where at < ? and portal_run not in ({NEWEST_ANSWERS} group by portal_run.portal)",
                (limit,),
            )
        wanted = {name for (name,) in self.conn.execute("select distinct sha256 from payload")}
        return self.folder.remove_all_but(wanted)

    def portals(self) -> list[dict[str, Any]]:
        """All portals with their columns."""
        return list(self.db.query("select * from portal order by key"))

    def _sync_kinds(self) -> None:
        """The table of finding kinds follows the property table; ids stay."""
        names = ("slug", "class", "property", "problem", "severity", "dcat_ap", "dcat_ap_de", "hvd")
        texts = ("what_de", "what_en", "fix_de", "fix_en")
        columns = (*names, *texts)
        rows = [
            (kind.slug, kind.cls, kind.name, kind.problem, kind.worst, *(kind.severity[name] for name in PROFILES),
             *(getattr(kind, name) for name in texts))
            for kind in KINDS.values()
        ]  # fmt: skip
        known = self._kinds(columns)
        if known == set(rows):
            return
        changes = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        marks = ", ".join("?" * len(columns))
        sql = f"insert into finding_kind ({', '.join(columns)}) values ({marks}) on conflict (slug) do update set {changes}"
        graver = {row[0]: row[4] for row in known}.items() - {(row[0], row[4]) for row in rows}
        with self.db.atomic():
            self.conn.executemany(sql, rows)
            if graver:
                self.conn.execute(_GRAVITY)

    def _kinds(self, columns: Sequence[str]) -> set[tuple[Any, ...]]:
        return set(self.conn.execute(f"select {', '.join(columns)} from finding_kind"))
