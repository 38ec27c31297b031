"""A crawl of the portals made of payloads into a store. `python -m tests.real.payload_portals` prints what came of it, with
`--write` into `docs/reference/payloads.md`, with `--reality` the lines of `examples/fleet/reality.csv`."""

from __future__ import annotations

import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from catalog.store.store import Store
from crawler.fetch.options import Options
from crawler.harvest import Harvest, harvest, portal_of
from crawler.sources.protocol import Portal

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "examples")]
from payload_others import OTHERS, OUT_OF_SCOPE  # noqa: E402
from payload_sites import PAYLOADS, PORTALS, Harbour, PayloadPortal, serving  # noqa: E402

OPTIONS = Options(delay=0.0, jobs=8, timeout=60.0, retries=0, crawl_delay_cap=0.0, allow_private=True)
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
    skipped: dict[str, int] = field(default_factory=dict)


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
        "select portal.id, kind, outcome, delivered, rejected, added, changed, unchanged, gone, seconds, note, faults, skipped"
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
        skipped=orjson.loads(run[12]),
    )  # fmt: skip


PAGE = ROOT / "docs" / "reference" / "payloads.md"
INTRODUCTION = """\
# Stored answers of real portals

What comes of the answers of real portals that lie beside the project (`../shared/payloads`): each put back on loopback behind
the interface it was taken from, then crawled. Where a portal was stored at several times, each is a crawl of its own. A
`partial` outcome is one of the store's: only some pages of these portals were kept. Written by
`python -m tests.real.payload_portals --write`; nothing of the files' content is repeated here.

Columns: the records delivered, what was left out on purpose and rejected, events (added / changed / unchanged / gone), keys that the
reader does not know, findings of all records, faults of the crawl itself. Of keys and findings the five most frequent are named.
"""


def page(lines: list[Line]) -> str:
    """The reference page."""
    sums = Counter[str]()
    for line in lines:
        sums[line.kind] += line.records
    total = f"{len(files_of(lines))} files, {sum(sums.values())} records in {len(lines)} crawls: "
    total += ", ".join(f"{kind} {count}" for kind, count in sorted(sums.items()))
    left = [f"- `{name}`: {reason}." for name, reason in OUT_OF_SCOPE.items()]
    parts = (INTRODUCTION, f"{total}.", "", *table(lines), "", "## Files that no kind reads", "", *left)
    return "\n".join(parts) + "\n"


def files_of(lines: list[Line]) -> set[str]:
    """The files that were crawled."""
    return {name for line in lines for name in line.files}


def table(lines: list[Line]) -> Iterator[str]:
    """The lines as a table in Markdown."""
    yield "| file | kind | outcome | records | left out | rejected | + / ~ / = / - | unread keys | findings | of the crawl |"
    yield "|---|---|---|---:|---|---:|---|---|---|---|"
    for line in lines:
        yield f"| {' | '.join(cells(line))} |"


def cells(line: Line) -> list[str]:
    """One line of the table; its first six cells and the events depend on the sources alone."""
    more = f" (+{len(line.files) - 1})" if len(line.files) > 1 else ""
    events = f"{line.added} / {line.changed} / {line.unchanged} / {line.gone}"
    found = (
        line.files[0] + more, line.kind, line.outcome, line.records, _named(line.skipped), line.rejected, events,
        _most(line.unread, len(line.unread)), _most(line.findings, sum(line.findings.values())), _named(line.faults),
    )  # fmt: skip
    return [str(cell).replace("|", "\\|") for cell in found]


def _named(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


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
        if "--reality" in words:
            crawl_payloads(store)
            print("\n".join(reality(store.conn)))
        else:
            _say(page(crawl_payloads(store, (*PORTALS, *OTHERS))), write="--write" in words)
        store.close()


def _say(text: str, *, write: bool) -> None:
    if write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
