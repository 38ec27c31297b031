"""The demo: a fleet of example portals on loopback, crawled and measured twice, a quarter apart, so that there is history; and
a search for the home pages of its towns, held against what there is to be found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click
import fleet
from fleet import homepages
from fleet.files import Files

from catalog.measure import links
from catalog.measure.measuring import Measured, measure
from catalog.measure.stocktaking.criteria import LEVELS
from catalog.measure.stocktaking.milestones import milestone
from catalog.measure.stocktaking.states import STATES
from catalog.store.database import lock
from catalog.store.discoveries import Discoveries
from catalog.store.links import Links
from catalog.store.store import Store, utc_now
from crawler.commands.common import print_table
from crawler.comparison import beside_reality, per_record
from crawler.fetch.hosts import parse_hosts
from crawler.fetch.links.checking import check_links
from crawler.fetch.options import Options, program_version
from crawler.fetch.progress import OnTerminal, Silent, progress_for_stderr
from crawler.harvest import Harvest, harvest, portal_of
from crawler.homepages import Round, look
from crawler.portals import portal_from
from crawler.sources.protocol import Portal

OPTIONS = Options(
    delay=0.0, jobs=8, timeout=10.0, retries=1, retry_wait=0.2, crawl_delay_cap=0.2, allow_private=True
)
"""Loopback needs no pauses; everything else is as in a crawl of real portals."""
QUARTER = timedelta(days=92)
LINK_HOSTS, LINK_TIMEOUT, LINKS_A_HOST = 64, 1.0, 24
"""Hosts that are asked for files at a time, seconds until a file is too slow, files of a host that are looked at."""
DATABASE = "bestand.db"
DISCOVERY = "discovery.db"
"""The database of the search: its towns' portals stand behind invented hosts that nobody else can reach."""


class _Clock:
    """The time, turned back by `back`: the first round of the demo was a quarter ago."""

    def __init__(self) -> None:
        self.back = timedelta()

    def __call__(self) -> datetime:
        return utc_now() - self.back


def run(folder: Path, seed: int = 1, size: float = 1.0) -> Path:
    """Crawl and measure the fleet twice into a fresh database in `folder` and print what was found; returns the database's
    path. `size` scales how much each portal holds.

    The first round lies a quarter back: its measurement is frozen as that quarter's milestone. In the second one the pages
    of data that the search for home pages found are crawled too, and links are checked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, clock = folder / DATABASE, _Clock()
    with lock(path), fleet.Fleet(seed=seed, size=size) as ships, homepages.HomePages() as pages:
        _remove(path)
        store = Store(path, program_version(), clock)
        try:
            store.keep_municipalities(homepages.towns())
            clock.back = QUARTER
            _first_round(store, ships, pages)
            clock.back = timedelta()
            _second_round(store, ships, pages)
            _findings(store)
            _tell_measured(measure(store))
        finally:
            store.close()
    return path


def _first_round(store: Store, ships: fleet.Fleet, pages: homepages.HomePages) -> None:
    _crawl(store, ships, 1, _known(ships), OPTIONS)
    found = look(store, _known(ships), _with_hosts(pages.hosts_text()), suffix=homepages.SUFFIX)
    states = Counter(finding.state for finding in found.findings)
    click.echo()
    print_table("Home pages", ["state", "towns"], [list(pair) for pair in states.most_common()])
    measure(store)
    click.echo(f"\nFrozen as milestone {milestone(store)}.")


def _second_round(store: Store, ships: fleet.Fleet, pages: homepages.HomePages) -> None:
    ships.set_epoch(2)
    portals = [portal_of(row) for row in store.portals() if not row["opted_out"]]
    _crawl(store, ships, 2, portals, _with_hosts(pages.hosts_text()))
    _check_links(store, list(ships.portals.values()))


def _crawl(store: Store, ships: fleet.Fleet, epoch: int, portals: Sequence[Portal], options: Options) -> None:
    _tell(_harvest(store, portals, options), epoch)
    store.keep_portal_parts(ships.parts())


def _known(ships: fleet.Fleet) -> list[Portal]:
    """The portals of the fleet's registry, with the addresses at which home pages lead to them."""
    named = homepages.aliases()
    return [portal_from({**row, "aliases": named.get(row["key"], "")}) for row in ships.rows()]


def _with_hosts(text: str) -> Options:
    return replace(OPTIONS, hosts=parse_hosts(text))


def _check_links(store: Store, portals: list[fleet.FleetPortal]) -> None:
    """Look at some of the files that the datasets name: few of each host, so that the demo stays quick."""
    with Files(portals) as files:
        options = replace(_with_hosts(files.hosts_text()), jobs=LINK_HOSTS, timeout=LINK_TIMEOUT, retries=0)
        links.sync(store)
        keeper = Links(store, per_day=LINKS_A_HOST)
        run = store.begin_run("links")
        done = check_links(keeper, options)
        store.end_run(run, "done" if done.outcome == "done" else "incomplete")
    rows = [[state, count] for state, count in keeper.found().items()]
    click.echo()
    print_table(f"{done.checks} links checked", ["state", "links"], rows)


def _remove(path: Path) -> None:
    for old in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        old.unlink(missing_ok=True)


def discover(folder: Path) -> dict[str, homepages.Score]:
    """Look for the home pages of the fleet's towns, and for what they lead to, into a fresh database in `folder`; print how
    much of what was found is right and how much of what there is was found. Returns the scores by what was looked for."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / DISCOVERY
    with lock(path), homepages.HomePages() as pages:
        _remove(path)
        store = Store(path, program_version())
        try:
            store.keep_municipalities(homepages.towns())
            options = replace(OPTIONS, hosts=parse_hosts(pages.hosts_text()))
            done = look(store, [], options, suffix=homepages.SUFFIX)
            found = {finding.town.ags: urlsplit(finding.url).netloc for finding in done.findings
                     if finding.state == "found"}  # fmt: skip
            scores = {"home pages": homepages.score(found), **_offered(store)}
        finally:
            store.close()
    _tell_search(done, scores)
    return scores


def _offered(store: Store) -> dict[str, homepages.Score]:
    """How well portals (with whose they are) and towns with pages of data were found."""
    offers = Discoveries(store).offers()
    portals = [offer for offer in offers if offer.kind not in ("website", "")]
    said = {offer.ags for offer in offers if offer.kind == "website"}
    there = {each.ags for each in homepages.truth() if each.pages}
    return {
        "portals": homepages.portal_score(
            (offer.ags, urlsplit(offer.url).netloc, offer.relation) for offer in portals
        ),
        "towns with pages of data": homepages.Score(len(said), len(said & there), len(there)),
    }


def _tell_search(done: Round, scores: dict[str, homepages.Score]) -> None:
    truth = {each.ags: each.state for each in homepages.truth()}
    states = Counter(finding.state for finding in done.findings)
    print_table("Towns", ["state", "towns"], [list(pair) for pair in states.most_common()])
    other = [
        [each.town.ags, each.town.name, each.state, truth[each.town.ags], each.url, each.note]
        for each in done.findings
        if each.state != truth[each.town.ags]
    ]
    click.echo()
    print_table("Taken for something else", ["AGS", "town", "found", "is", "address", "why"], other)
    click.echo()
    columns = ["looked for", "there", "found", "right", "precision", "recall"]
    rows = [
        [name, score.there, score.found, score.right, f"{score.precision:.1%}", f"{score.recall:.1%}"]
        for name, score in scores.items()
    ]
    print_table("Precision and recall", columns, rows)


def _harvest(store: Store, portals: Sequence[Portal], options: Options) -> Harvest:
    progress = progress_for_stderr()
    if isinstance(progress, OnTerminal):
        with progress:
            return harvest(store, portals, options, progress)
    return harvest(store, portals, options, Silent())


def _tell(done: Harvest, epoch: int) -> None:
    rows = [
        [result.portal.key, result.outcome, result.facts.delivered, result.facts.rejected, result.facts.note]
        for result in done.results
    ]
    click.echo()
    print_table(f"Crawl {epoch}", ["portal", "outcome", "records", "rejected", "note"], rows)


def _tell_measured(done: Measured) -> None:
    rows = [[number, LEVELS[number].en, done.levels[number]] for number in sorted(LEVELS)]
    title = "How systematically the municipalities take stock"
    click.echo()
    print_table(title, ["level", "name", "municipalities"], rows)
    states = [[state, done.states[state]] for state in STATES]
    click.echo()
    print_table("What is known of the municipalities", ["state", "municipalities"], states)


def _findings(store: Store) -> None:
    """How often findings occur here, beside the captured answers of real portals: the fleet must not be cleaner."""
    rows = beside_reality(store.conn)
    here, payloads = per_record(rows)
    shares = [
        [row.severity, row.slug, f"{100 * row.share_here:.0f} %", f"{100 * row.share_payloads:.0f} %"]
        for row in rows[:25]
    ]
    click.echo()
    print_table("Findings: share of records", ["severity", "finding", "here", "real portals"], shares)
    click.echo(
        f"\nKinds of error a record: {here:.2f} here, {payloads:.2f} in the captured answers of real portals."
    )
