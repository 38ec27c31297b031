"""Writes docs/reference/reliability.md: what a run of the trials came to, and which fault is tried where."""

from __future__ import annotations

import datetime
import json
import platform
from pathlib import Path
from statistics import mean

from tests.reliability.kills import Tally
from tests.reliability.soak import RATE, Soaked

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "reliability.md"
FIGURES = Path(__file__).with_name("figures.json")
FAULTS = """
| fault | what must come of it | tried in |
|---|---|---|
| disk full | run `failed`, one sentence, database sound; goes on once there is room | `reliability/test_faults.py` (a tmpfs, else RLIMIT_FSIZE), `kinds/test_bad_input.py` (`max_page_count`) |
| database read-only | one sentence, exit code 2 | `reliability/test_faults.py`, `store/test_store_database.py` |
| clock set back, by a month and by years | histories follow run numbers; nothing is pruned wrongly | `reliability/test_faults.py`, `links/test_link_schedule.py` |
| memory limit (`ulimit -v` 700, 500, 350 MB) | database sound; the next run reads everything | `reliability/test_faults.py` |
| 10,000 refused connections | every link has its state, no handle stays open (CI: 1,000) | `reliability/test_faults.py` |
| DNS fails in the middle | `partial`, nothing is gone | `reliability/test_faults.py` |
| one byte a second, for ever | `unreachable` at the time limit | `reliability/test_faults.py` |
| body of 1 GB, told or untold | `too_large`, memory flat | `reliability/test_faults.py` |
| gzip, br and zstd bombs, gzip in gzip, up to 600,000:1 | `too_large` at the limit; memory flat | `reliability/test_faults.py`, `fetch/test_fetch_crawl.py` |
| header without an end | `unreachable` | `fetch/test_fetch_header.py` |
| JSON 100,000 deep; RDF nested 200,000 deep | `unreadable`, no crash | `reliability/test_faults.py`, `record/test_record_parse.py` |
| 1,000 redirects, circles | `unreachable` after five | `reliability/test_faults.py`, `fetch/test_fetch_crawl.py` |
| next links without end, each with a page of its own | `partial` at 100,000 calls, memory flat | `reliability/test_faults.py`, `kinds/test_bad_input.py` |
| certificate expired, not yet valid, self-signed, of another host | `tls_error`; a sound one beside it is read | `reliability/test_faults.py`, `fetch/test_fetch_crawl.py` |
| HTTP/0.9, no HTTP at all | `unreachable` | `reliability/test_faults.py` |
| wrong, doubled, negative Content-Length | `unreachable` or `unreadable` | `reliability/test_faults.py`, `fetch/test_fetch_crawl.py` |
| charset that lies | read; a finding where letters are wrong | `reliability/test_faults.py`, `kinds/test_bad_input.py` |
| a proxy that truncates, with and without chunks | `unreachable`, nothing is gone | `reliability/test_faults.py`, `fetch/test_fetch_crawl.py` |
| HTML instead of data, refusals, throttling, quotas, empty and repeated pages, null records | see [bad input](bad-input.md) | `kinds/test_bad_input.py` |
| two runs on one database | exit code 75 | `store/test_store_database.py` |
"""


def write(tallies: list[Tally], soaked: Soaked | None, share: float, seed: int) -> None:
    """Renew the page; parts that were not run keep their figures."""
    known = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    where = {"day": f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}", "share": share, "seed": seed,
             "python": platform.python_version()}  # fmt: skip
    for tally in tallies:
        known.setdefault("kills", {})[tally.name] = {
            "trials": tally.trials,
            "killed": tally.killed,
            "wrong": len(tally.wrong),
            **where,
        }
    if soaked is not None:
        known["soak"] = {
            "portals": soaked.portals, "runs": soaked.runs, "crawls": soaked.crawls, "records": soaked.records,
            "memory": [round(mean(soaked.memory[2:7])), round(mean(soaked.memory[-5:]))], "outcomes": soaked.outcomes, **where,
        }  # fmt: skip
    FIGURES.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
    PAGE.write_text(page(known), encoding="utf-8")


def page(known: dict[str, dict[str, object]]) -> str:
    """The page as Markdown."""
    return f"""# Reliability

`make reliability` kills commands at random instants and lets portals answer wrongly at random; CI does a tenth of it. This
page is written by the run (`python -m tests.reliability --write`).

## Killed at any instant

SIGKILL at a random instant of a command's course. Afterwards the database must pass `bestand check-db`, the same command
must go on, and what is stored (records, versions, events, counts, archive, links, measures, files of a snapshot) must be what
a run has that nobody disturbed.

| command | killed | otherwise than undisturbed | Python | day |
|---|---:|---:|---|---|
{_kills(known.get("kills", {}))}

## Soak

{_soak(known.get("soak", {}))}

## Faults one by one
{FAULTS}
"""


def _kills(rows: dict[str, object]) -> str:
    lines = [
        f"| {name} | {row['killed']} | {row['wrong']} | {row['python']} | {row['day']} |"
        for name, row in rows.items()
    ]  # type: ignore[index]
    total = sum(row["killed"] for row in rows.values())  # type: ignore[index]
    return "\n".join([*lines, f"| together | {total} | | | |"])


def _soak(row: dict[str, object]) -> str:
    if not row:
        return "Not run yet."
    low, high = row["memory"]  # type: ignore[misc]
    outcomes = ", ".join(f"{name} {count}" for name, count in row["outcomes"].items())  # type: ignore[attr-defined]
    return (
        f"{row['portals']} portals × {row['runs']} runs, {RATE:.0%} of all answers wrong, in fourteen ways at random (seed"
        f" {row['seed']}), then one run in which all are sound ({row['day']}): {row['crawls']} crawls, {row['records']} records"
        f" known. After each run every portal had exactly one outcome and `bestand check-db` found nothing; at the end exactly the"
        f" listed records were there. Largest memory of a run: {low} MB on average of the third to seventh run, {high} MB of the last five.\n\nOutcomes: {outcomes}."
    )
