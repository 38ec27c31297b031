"""One harvest: portals go through the fetching room into the store, and what detection learnt goes back to the registry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from catalog.store.sink import PortalSink
from catalog.store.store import Store
from crawler.fetch.options import Options
from crawler.fetch.portal_crawl import OPT_OUT, PortalResult
from crawler.fetch.progress import Progress
from crawler.fetch.reparse import reparse
from crawler.fetch.run import crawl
from crawler.registry.parts import rows_for_store, shipped_parts
from crawler.sources.protocol import Portal

OWN_KEYS = (5, 8)
"""How long the key of a district or municipality is that a portal is the own one of."""


@dataclass(slots=True)
class Harvest:
    """What a run did: its number and one result a portal."""

    run: int
    results: list[PortalResult] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Keys of the portals that the run's budget did not reach; they are due next time."""
    due: bool = False
    """Whether what was due was asked for: then what is left makes no run incomplete."""

    @property
    def outcomes(self) -> Counter[str]:
        """How many portals ended with which outcome."""
        return Counter(result.outcome for result in self.results)

    @property
    def state(self) -> str:
        """`done` where every portal has an outcome of its own, `incomplete` after a stop, `failed` by our own fault."""
        if self.outcomes["failed_here"]:
            return "failed"
        left = self.outcomes["cancelled"] or (self.left and not self.due)
        return "incomplete" if left else "done"


def portal_row(portal: Portal) -> dict[str, Any]:
    """A portal as a row of the table `portal`."""
    opted_out = int(OPT_OUT in portal.settings)
    return {**asdict(portal), "settings": dict(portal.settings), "opted_out": opted_out}


def portal_of(row: Mapping[str, Any]) -> Portal:
    """A portal out of a row of the table `portal`."""
    names = ("key", "url", "title", "kind", "api_url", "robots")
    settings = orjson.loads(row["settings"] or "{}")
    body = row.get("body") or ""
    ags = row["ags"] or (body if len(body) in OWN_KEYS else "")
    return Portal(**{name: row[name] or "" for name in names}, ags=ags, settings=settings)


def keep_portals(store: Store, portals: Sequence[Portal]) -> None:
    """Keep portals, and whose their parts are, as far as that ships with the program and is not known otherwise."""
    store.keep_portals([portal_row(portal) for portal in portals])
    shipped = rows_for_store(shipped_parts(), [portal.key for portal in portals])
    store.keep_portal_parts(shipped, only_new=True)


def harvest(
    store: Store,
    portals: Sequence[Portal],
    options: Options,
    progress: Progress | None = None,
    *,
    run: int | None = None,
    accept_shrink: bool = False,
    due: bool = False,
) -> Harvest:
    """Crawl portals into the store; `run` goes on with a run that was broken off, `due` says that these are the portals that
    are due. Every portal that the budget reaches gets one outcome."""
    if run is None:
        keep_portals(store, portals)
        asked = [portal.key for portal in portals]
        run = store.begin_run("crawl", {"portals": asked, "full": options.full, "due": due})
    number = run

    def open_sink(portal: Portal) -> PortalSink:
        return store.sink(number, portal.key, accept_shrink=accept_shrink)

    with store.written_at_length():
        results = crawl(portals, open_sink, options, progress)
    left = [result.portal.key for result in results if not result.outcome]
    done = Harvest(run, [result for result in results if result.outcome], left, due)
    for result in done.results:
        _learn(store, result)
    store.end_run(run, done.state)
    return done


def _learn(store: Store, result: PortalResult) -> None:
    """What detection proved holds from the next run on."""
    found = result.detection
    if found is not None and found.kind:
        portal = found.applied_to(result.portal)
        store.set_kind(portal.key, portal.kind, portal.api_url, portal.settings)


def read_again(store: Store, portals: Sequence[Portal]) -> Harvest:
    """Read each portal's archived answers with today's reader into the store; no network.

    Portals without an archive are left out.
    """
    run = store.begin_run("reparse", {"portals": [portal.key for portal in portals]})
    done = Harvest(run)
    with store.written_at_length():
        for portal in portals:
            archived = store.archived_run(portal.key)
            if archived is not None and portal.kind:
                sink = store.sink(run, portal.key, replay_of=archived)
                done.results.append(reparse(portal, sink.replay, sink))
    store.end_run(run, done.state)
    return done
