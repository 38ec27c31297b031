"""Commands that fetch: crawl, reparse, preview, detect."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from catalog.record.canonical import to_json
from catalog.store.due import due as due_portals
from catalog.store.due import schedule
from catalog.store.store import Store
from crawler.commands import common, safekeeping
from crawler.commands.registering import register_option, take_register
from crawler.fetch.options import Options
from crawler.fetch.progress import Lines, OnTerminal, Progress, progress_for_stderr
from crawler.fetch.run import detect as detect_portals
from crawler.fetch.run import preview as preview_portal
from crawler.harvest import Harvest, harvest, portal_of, read_again
from crawler.sources.protocol import Portal
from crawler.wanted import address, chosen, known_portals, portal_for


@click.command()
@click.argument("portals", nargs=-1, metavar="[PORTAL]...")
@common.db_option
@common.fetch_options
@safekeeping.keys_option
@safekeeping.keep_option
@register_option
@click.option(
    "--due",
    is_flag=True,
    help="Only portals that are due by their rhythm (default: weekly) or to be tried again.",
)
@click.option(
    "--minutes", type=click.FloatRange(0, min_open=True),
    help="At most so many minutes a run; the rest is due next time.",
)  # fmt: skip
@click.option(
    "--requests", type=click.IntRange(1), help="At most so many requests a run; the rest is due next time."
)
@click.option("--full", is_flag=True, help="Ask for everything, without conditional requests.")
@click.option(
    "--resume", is_flag=True, help="Go on with the run that was broken off (happens by itself too)."
)
@click.option("--accept-shrink", is_flag=True, help="A person confirms that what vanished is gone.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    help="Portals at a time (never two of one host).",
)
@click.option(
    "--limit", type=click.IntRange(1), help="At most so many records a portal (the run is partial)."
)
@click.option(
    "--budget",
    type=click.FloatRange(0, min_open=True),
    help="At most so many seconds a portal (the run is partial).",
)
@common.json_option
@common.guarded
def crawl(
    portals: tuple[str, ...], db: Path, options: Options, register: Path | None, due: bool, minutes: float | None,
    requests: int | None, full: bool, resume: bool, accept_shrink: bool, jobs: int, limit: int | None,
    budget: float | None, as_json: bool,
) -> None:  # fmt: skip
    """Crawl portals into the database: keys of the registry, addresses, or paths of an inventory or of RDF on disk;
    without any, all that are known.

    Example: bestand crawl https://opendata.example.de --contact opendata@example.de
    """
    if due and portals:
        common.stop("Either --due or portals by name.")
    options = replace(options, full=full, jobs=jobs, limit=limit, seconds=budget, run_requests=requests,
                      run_seconds=None if minutes is None else minutes * 60)  # fmt: skip
    with common.writing(db) as store:
        take_register(store, register)
        wanted, run = _what_to_do(store, portals, resume, due)
        if not wanted:
            _tell_nothing_due(store, as_json)
            return
        done = _with_progress(lambda shown: harvest(
            store, wanted, options, shown, run=run, accept_shrink=accept_shrink, due=due))  # fmt: skip
        store.prune_archive()
    _tell(done, as_json)


def _what_to_do(
    store: Store, asked: tuple[str, ...], resume: bool, due: bool
) -> tuple[list[Portal], int | None]:
    """The portals, and the run that is to go on; no portal where none is due."""
    broken = store.broken_run()
    if broken is not None:
        run, owed = broken
        if not asked or set(asked) <= set(owed):
            click.echo(f"bestand: run {run} was broken off; going on with it.", err=True)
            return _by_key(store, owed), run
        store.end_run(run, "incomplete")
    if resume:
        common.stop("There is no run that was broken off.", common.INCOMPLETE)
    if due and schedule(store.db):
        return _by_key(store, due_portals(store.db, store.clock())), None
    wanted = chosen(store.portals(), asked)
    if not wanted:
        common.stop("No portal is known; name an address, or `bestand portals import FILE`.")
    return wanted, None


def _by_key(store: Store, keys: Sequence[str]) -> list[Portal]:
    known = {row["key"]: portal_of(row) for row in store.portals()}
    return [known[key] for key in keys if key in known]


def _tell_nothing_due(store: Store, as_json: bool) -> None:
    first = next(iter(schedule(store.db)), None)
    when = f"; {first.portal} is next at {first.at:%Y-%m-%d %H:%M} UTC" if first and first.at else ""
    click.echo(f"bestand: nothing is due{when}.", err=True)
    if as_json:
        common.print_json({"run": None, "state": "done", "portals": [], "left": []})


def _with_progress(work: Any) -> Harvest:
    shown: Progress = progress_for_stderr() if common.log_format() == "text" else Lines()
    if isinstance(shown, OnTerminal):
        with shown:
            done: Harvest = work(shown)
        return done
    common.show_log()
    done = work(shown)
    return done


def _tell(done: Harvest, as_json: bool) -> None:
    if as_json:
        common.print_json(
            {
                "run": done.run,
                "state": done.state,
                "portals": [_result(item) for item in done.results],
                "left": done.left,
            }
        )
    else:
        columns = ["portal", "outcome", "records", "rejected", "requests", "seconds", "note"]
        rows = [_row(item) for item in done.results]
        common.print_table(f"Run {done.run}", columns, rows)
    if done.left:
        click.echo(
            f"bestand: the budget was spent; {len(done.left)} portals are left for the next run.", err=True
        )
    sys.exit({"done": 0, "incomplete": common.INCOMPLETE, "failed": common.FAILED}[done.state])


def _row(result: Any) -> list[Any]:
    facts = result.facts
    seconds = round(facts.seconds, 1)
    return [
        result.portal.key,
        result.outcome,
        facts.delivered,
        facts.rejected,
        facts.requests,
        seconds,
        facts.note,
    ]


def _result(result: Any) -> dict[str, Any]:
    return {"portal": result.portal.key, "outcome": result.outcome, **asdict(result.facts)}


@click.command()
@click.argument("portals", nargs=-1, metavar="[PORTAL]...")
@common.db_option
@safekeeping.keep_option
@common.json_option
@common.guarded
def reparse(portals: tuple[str, ...], db: Path, as_json: bool) -> None:
    """Read the archived answers again with today's reader; no network.

    Example: bestand reparse musterhafen
    """
    with common.changing(db) as store:
        done = read_again(store, chosen(store.portals(), portals))
    _tell(done, as_json)


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL|PATH...")
@common.fetch_options
@click.option("--thorough", is_flag=True, help="Ask beyond the six probes a host.")
@common.json_option
@common.guarded
def detect(urls: tuple[str, ...], options: Options, thorough: bool, as_json: bool) -> None:
    """Say which portal software stands at an address, or what a file or folder on disk is, and what proves it.

    Example: bestand detect https://opendata.example.de
    """
    found = detect_portals([address(url) for url in urls], replace(options, thorough=thorough))
    if as_json:
        common.print_json([{"url": url, **asdict(item)} for url, item in zip(urls, found, strict=True)])
        return
    for url, item in zip(urls, found, strict=True):
        kind = f"{item.kind} ({item.confidence} %)" if item.kind else "nothing that we know"
        rows = [[step.status, step.verdict, step.url, step.proof] for step in item.evidence]
        common.print_table(f"{url}: {kind}", ["status", "verdict", "asked", "what it proves"], rows)


@click.command()
@click.argument("portal")
@common.db_option
@common.fetch_options
@safekeeping.keys_option
@click.option(
    "--limit", type=click.IntRange(1), default=20, show_default=True, help="How many records to show."
)
@common.json_option
@common.guarded
def preview(portal: str, db: Path, options: Options, limit: int, as_json: bool) -> None:
    """Show what a crawl would bring, without writing anything: kind, evidence, records, findings, unread keys.

    Example: bestand preview https://opendata.example.de --limit 5
    """
    seen = preview_portal(portal_for(known_portals(db), portal), options, limit)
    records = [item.record for item in seen.sink.found if item.record is not None]
    findings = sum((item.findings for item in seen.sink.found), Counter[str]())
    unread = sum((item.unread for item in seen.sink.found), Counter[str]())
    facts, kind = seen.result.facts, seen.result.portal.kind
    if as_json:
        common.print_json({
            "kind": kind, "outcome": seen.result.outcome, "total": facts.claimed, "note": facts.note,
            "evidence": [asdict(step) for step in seen.sink.traces], "records": [to_json(record) for record in records],
            "findings": findings, "unread": unread, "rejected": [item.error for item in seen.sink.rejects],
        })  # fmt: skip
        return
    total = "no total given" if facts.claimed is None else f"{facts.claimed} records"
    click.echo(f"{kind or 'nothing that we know'}; {total}; {seen.result.outcome}. {facts.note}")
    traces = [[step.status, step.verdict, step.url, step.proof] for step in seen.sink.traces]
    common.print_table("Evidence", ["status", "verdict", "asked", "what it proves"], traces)
    titles = [
        [item.identifier, str(to_json(item.record).get("title", [""])[0])]
        for item in seen.sink.found
        if item.record
    ]
    common.print_table("Records", ["identifier", "title"], titles)
    common.print_table("Findings", ["finding", "how often"], [list(row) for row in findings.most_common()])
    common.print_table("Unread keys", ["key", "how often"], [list(row) for row in unread.most_common()])
