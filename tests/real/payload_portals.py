"""A crawl of the portals made of payloads into a store. `python -m tests.real.payload_portals` prints what came of it."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from catalog.store.store import Store
from crawler.fetch.options import Options
from crawler.harvest import Harvest, harvest, portal_of
from crawler.sources.protocol import Portal

sys.path[:0] = [str(Path(__file__).parent)]
from payload_sites import PAYLOADS, PORTALS, Harbour, PayloadPortal, serving  # noqa: E402

OPTIONS = Options(delay=0.0, jobs=8, timeout=20.0, retries=0, crawl_delay_cap=0.0, allow_private=True)
EPOCHS = 3
TOP = 5


@dataclass(slots=True)
class Line:
    """What one crawl of one portal brought. Counts by name, the most frequent first."""

    key: str
    epoch: int
    files: tuple[str, ...]
    kind: str = ""
    outcome: str = ""
    records: int = 0
    rejected: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: int = 0
    seconds: float = 0.0
    note: str = ""
    unread: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PayloadCrawl:
    """The store after the crawl of the payloads, and what each crawl (portal, epoch) brought."""

    store: Store
    lines: dict[tuple[str, int], Line]


def crawl_payloads(store: Store, portals: tuple[PayloadPortal, ...] = PORTALS) -> list[Line]:
    """Crawl portals, those with later files again, and say what each crawl brought. Kinds are detected."""
    lines = []
    with serving(portals) as harbour:
        for epoch in range(1, EPOCHS + 1):
            if not (present := harbour.turn(epoch)):
                break
            done = harvest(store, _portals(store, harbour, present), OPTIONS)
            lines += [_line(store.conn, done, portal, epoch) for portal in present]
    return lines


def _portals(store: Store, harbour: Harbour, present: list[PayloadPortal]) -> list[Portal]:
    known = {row["key"]: portal_of(row) for row in store.portals()}
    return [known.get(each.key) or _portal(each, harbour.addresses[each.key]) for each in present]


def _portal(each: PayloadPortal, url: str) -> Portal:
    return Portal(each.key, url, kind=each.kind if each.hint else "", settings=each.settings)


def _line(conn: sqlite3.Connection, done: Harvest, portal: PayloadPortal, epoch: int) -> Line:
    run = conn.execute(
        "select portal.id, kind, outcome, delivered, rejected, added, changed, unchanged, gone, seconds, note, faults"
        " from portal_run join portal on portal.id = portal where run = ? and key = ?",
        (done.run, portal.key),
    ).fetchone()
    unread = "select key, count from unread where portal = ? and last_run = ? order by count desc, key"
    findings = "select slug, count from stat_finding join finding_kind on id = kind where portal = ? order by count desc, slug"
    return Line(
        portal.key, epoch, portal.epochs[epoch - 1], *run[1:11],
        unread=dict(conn.execute(unread, (run[0], done.run))),
        findings=dict(conn.execute(findings, (run[0],))),
        faults=orjson.loads(run[11]),
    )  # fmt: skip


def table(lines: list[Line]) -> Iterator[str]:
    """The lines as a table in Markdown."""
    yield "| file | kind | outcome | records | rejected | + / ~ / = / - | s | unread keys | findings | of the crawl |"
    yield "|---|---|---|---:|---:|---|---:|---|---|---|"
    for line in lines:
        files = line.files[0] + (f" (+{len(line.files) - 1})" if len(line.files) > 1 else "")
        events = f"{line.added} / {line.changed} / {line.unchanged} / {line.gone}"
        cells = (
            files, line.kind, line.outcome, line.records, line.rejected, events, f"{line.seconds:.2f}",
            _most(line.unread, len(line.unread)), _most(line.findings, sum(line.findings.values())),
            ", ".join(f"{slug} {count}" for slug, count in line.faults.items()),
        )  # fmt: skip
        yield f"| {' | '.join(map(str, cells))} |"


def _most(counts: dict[str, int], total: int) -> str:
    top = ", ".join(f"{name} {count}" for name, count in list(counts.items())[:TOP])
    return f"{total}: {top}" if top else "0"


TWICE = ("datasud-packages", "datasud-recorded")
"""Portals whose records another portal has as well."""


def reality(conn: sqlite3.Connection) -> Iterator[str]:
    """The lines of `examples/fleet/reality.csv`: in how many of the records now listed each finding occurs."""
    marks = ", ".join("?" * len(TWICE))
    listed = f"from dataset join portal on portal.id = portal where gone_run is null and portal.key not in ({marks})"
    total, portals = conn.execute(f"select count(*), count(distinct portal) {listed}", TWICE).fetchone()
    yield f"# Share of records with each finding: {total} records of {portals} real CKAN, DKAN, DCAT and data.json"
    yield "# portals and samples, the newest file of each; measured by crawling them on loopback:"
    yield "# python -m tests.real.payload_portals --reality"
    yield "slug,share,records"
    counted = (
        "select slug, count(*) from finding join finding_kind on finding_kind.id = finding.kind"
        f" where dataset in (select dataset.id {listed}) group by slug order by 2 desc, 1"
    )
    for slug, records in conn.execute(counted, TWICE):
        yield f"{slug},{records / total:.4f},{records}"


def main(words: Sequence[str]) -> None:
    """Crawl the payloads into a store that is thrown away, and print the table, or with `--reality` the shares."""
    if not PAYLOADS.is_dir():
        raise SystemExit(f"There are no payloads at {PAYLOADS}.")
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "payloads.db")
        lines = crawl_payloads(store)
        print("\n".join(reality(store.conn) if "--reality" in words else table(lines)))
        store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
