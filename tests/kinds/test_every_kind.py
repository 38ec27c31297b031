"""No portal kind is done without a portal in the fleet, of at least two pages, that is told apart from its neighbours,
changes between two crawls and loses nothing when one of its pages breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fleet import Fleet, FleetPortal, portals
from fleet.message import Request, Response, Site, server_error
from neighbours import fixtures, surest, taken_for

from catalog.store.store import Store
from crawler.demonstration import OPTIONS
from crawler.fetch.detect import Detection
from crawler.fetch.run import detect
from crawler.harvest import Harvest, harvest
from crawler.portals import portal_from
from crawler.sources.registry import sources

KINDS = tuple(sources())
PLAYED_BY = {"ckan": "vorlagenheim", "dcat": "probstenmuster", "data_json": "testerode"}
"""Kinds with many portals in the fleet → the one that stands for them."""
ONE_FILE = {
    "table": "an inventory is one file, and a file has no pages",
    "services": "the layers of a viewer are one file, which detection has found already",
}
ALIKE = {
    "ckan": {
        "dkan/package_list.json": "names alone: DKAN 1 lists them as CKAN does, and its own probes prove more"
    },
    "dkan": {"ckan/dkan.json": "a package of DKAN, kept among those that CKAN's reader reads"},
    "dcat": {"piveau/dataset.ttl": "a file of DCAT", "sparql/described.nt": "a file of DCAT"},
    "data_json": {"socrata/data.json": "a data.json, which Socrata writes too"},
}
"""Answers that belong to two kinds at once, and why."""
SPARE = {
    "dataverse": "what the search knows stands for a dataset that fails: another record, with less in it"
}
"""Kinds that read a record elsewhere where its page breaks, and what they find there."""


def _shown() -> dict[str, FleetPortal]:
    found: dict[str, FleetPortal] = {}
    for portal in portals():
        if PLAYED_BY.get(portal.kind, portal.key) == portal.key:
            found.setdefault(portal.kind, portal)
    return found


SHOWN = _shown()


def test_every_kind_has_a_portal_in_the_fleet() -> None:
    assert SHOWN.keys() == set(KINDS)


@dataclass
class Watched:
    """A site that notes what it is asked; one request, if any, ends in an error from then on."""

    site: Site
    asked: list[Request] = field(default_factory=list)
    broken: Request | None = None

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        if self.broken is not None and _same(self.broken, request):
            return server_error()
        return self.site(request)

    @property
    def pages(self) -> list[Request]:
        """What was asked, each once, without robots.txt (unless the portal is listed there)."""
        found: list[Request] = []
        for request in self.asked:
            if request.path != "/robots.txt" and not any(_same(request, one) for one in found):
                found.append(request)
        return found


def _same(one: Request, other: Request) -> bool:
    return (one.path, one.query, one.body) == (other.path, other.query, other.body)


@dataclass
class World:
    """What was detected, three crawls (as it was, changed, with a broken page), and what each portal was asked."""

    store: Store
    found: dict[str, Detection]
    harvests: list[Harvest]
    watched: dict[str, Watched]
    broken: dict[str, Watched]

    def run(self, kind: str, number: int) -> dict[str, Any]:
        """The row of `portal_run` of a kind's portal in the first, second or third crawl."""
        sql = "select * from portal_run where portal = (select id from portal where key = ?) order by run limit 1 offset ?"
        cursor = self.store.conn.execute(sql, (SHOWN[kind].key, number - 1))
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))

    def held(self, kind: str) -> set[str]:
        """The identifiers of the portal's datasets that are there."""
        key = SHOWN[kind].key
        sql = "select identifier from dataset where gone_run is null and portal = (select id from portal where key = ?)"
        address = next(
            result.portal.url for result in self.harvests[0].results if result.portal.key == key
        ).rstrip("/")
        return {identifier.removeprefix(address) for (identifier,) in self.store.conn.execute(sql, (key,))}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The portals of all kinds, found from their bare addresses, then crawled three times."""
    store = Store(tmp_path_factory.mktemp("kinds") / "kinds.db")
    with Fleet(only=[portal.key for portal in SHOWN.values()]) as ships:
        found = _detected(ships)
        asked = [portal_from({**row, "kind": ships.portals[row["key"]].kind}) for row in ships.rows()]
        asked = [
            found[portal.kind].applied_to(portal) if found[portal.kind].kind else portal for portal in asked
        ]
        harvests = [harvest(store, asked, OPTIONS)]
        store.keep_portal_parts(ships.parts())
        ships.set_epoch(2)
        watched = {kind: _watch(ships, portal.key) for kind, portal in SHOWN.items()}
        harvests.append(harvest(store, asked, OPTIONS))
        broken = {kind: _watch(ships, SHOWN[kind].key, seen.pages[-1]) for kind, seen in watched.items()}
        harvests.append(harvest(store, asked, OPTIONS))
    yield World(store, found, harvests, watched, broken)
    store.close()


def _watch(ships: Fleet, key: str, broken: Request | None = None) -> Watched:
    made: list[Watched] = []

    def watch(site: Site) -> Watched:
        made.append(Watched(site, broken=broken))
        return made[0]

    ships.around(key, watch)
    return made[0]


def _detected(ships: Fleet) -> dict[str, Detection]:
    """Kind → what is found at the bare address of its portal."""
    urls = {kind: ships.url(portal.key) for kind, portal in SHOWN.items()}
    return dict(zip(urls, detect(list(urls.values()), OPTIONS), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_found_from_a_bare_address(world: World, kind: str) -> None:
    found = world.found[kind]
    if kind == "website":  # every portal has pages: it is crawled as one only where that is asked for
        assert (found.kind, found.evidence[0].verdict) == ("", "website")
    else:
        assert found.kind == kind, found.evidence


@pytest.mark.parametrize("kind", KINDS)
def test_its_answers_are_not_taken_for_another_kinds(kind: str) -> None:
    """Each kind is shown the fixtures of all others, and is sure of its own."""
    allowed = ALIKE.get(kind, {})
    assert [each for each in taken_for(kind) if each.partition(":")[0] not in allowed] == []
    assert max(surest(kind, payload) for _, payload in fixtures(kind)) >= (40 if kind == "website" else 60)


@pytest.mark.parametrize("kind", KINDS)
def test_a_first_crawl_brings_what_the_portal_holds(world: World, kind: str) -> None:
    run = world.run(kind, 1)
    assert run["outcome"] == SHOWN[kind].outcomes[0]
    assert run["added"] == run["delivered"] > 0
    if kind not in ONE_FILE:
        assert len(world.watched[kind].pages) >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_second_crawl_sees_what_changed(world: World, kind: str) -> None:
    run, partial = world.run(kind, 2), SHOWN[kind].outcomes[1] == "partial"
    assert min(run["added"], run["changed"], run["unchanged"]) > 0
    assert bool(run["gone"]) is not partial, "what is not seen in part of a portal may still be there"


@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_page_loses_nothing(world: World, kind: str) -> None:
    run, watched = world.run(kind, 3), world.broken[kind]
    assert watched.broken is not None
    assert any(_same(watched.broken, request) for request in watched.asked)
    assert (run["gone"], run["added"], run["changed"]) == (0, 0, 1 if kind in SPARE else 0)
    assert run["outcome"] in ("complete", "partial", "unreachable", "unreadable")
    assert run["outcome"] != "complete" or run["delivered"] + run["rejected"] >= len(world.held(kind))


def test_the_parts_of_a_shared_portal_are_municipalities(world: World) -> None:
    """As the demo keeps them: whose each catalogue of the shared hub is."""
    sql = "select part, portal_part.ags from portal_part join portal on portal.id = portal where key = 'musterland-hub'"
    parts = dict(world.store.conn.execute(sql))
    assert (len(parts), parts["klein-entwurf"]) == (6, "99153008")


def test_what_is_held_in_the_end_is_what_the_fleet_says(world: World) -> None:
    promised = Fleet(only=[portal.key for portal in SHOWN.values()])
    wrong: dict[str, set[str]] = {}
    for kind, portal in SHOWN.items():
        first, last = (promised.records(portal.key, epoch).ids for epoch in (1, 2))
        kept = first - last if portal.outcomes[1] == "partial" else frozenset()
        wrong[kind] = world.held(kind) ^ (last | kept)
    assert {kind: found for kind, found in wrong.items() if found} == {}
