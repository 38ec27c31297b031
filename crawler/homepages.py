"""One round of the search for home pages: the municipalities that are due go through the fetching room into the store, and
the portals that they lead to are detected and join the registry."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from catalog.measure.register import read_register
from catalog.store.discoveries import Conclusion, Discoveries, Offered, Step
from catalog.store.registers import Registers
from catalog.store.store import Store
from crawler.discovery.candidates import SUFFIX
from crawler.discovery.offers import relation
from crawler.discovery.search import Finding, Search, Seen
from crawler.discovery.towns import Register, town_of
from crawler.fetch.detect import PROOF
from crawler.fetch.discover import discover
from crawler.fetch.options import Options
from crawler.fetch.run import detect
from crawler.harvest import portal_row
from crawler.portals import addresses, key_for
from crawler.registry.found import place_of
from crawler.sources.protocol import Portal

logger = logging.getLogger(__name__)

BATCH = 200
"""Towns after which what they lead to is detected."""
_SURE_PAGE = 60
"""Certainty of a page of data: what a website is worth as evidence, at most."""


@dataclass(slots=True)
class Round:
    """What a round did: its run, the towns asked for, those whose search came to its end, the portals that are new."""

    run: int
    asked: list[str]
    findings: list[Finding] = field(default_factory=list)
    added: list[Portal] = field(default_factory=list)

    @property
    def state(self) -> str:
        """`done`, or `incomplete` where it was broken off."""
        return "done" if len(self.findings) == len(self.asked) else "incomplete"


def keep_register(store: Store, path: Path) -> int:
    """Take a register (GV100AD, or CSV with the columns of table `municipality`) into the store; how many units it has.

    Raises OSError, or UnreadableRegister for a file that is none.
    """
    reading = read_register(path.read_bytes())
    Registers(store.db).load(reading.units, reading.bodies)
    if reading.faults:
        logger.warning(
            "%d rows of the register have faults; `bestand register check` names them.", len(reading.faults)
        )
    return len(reading.units)


def look(
    store: Store,
    known: Sequence[Portal],
    options: Options,
    *,
    keys: Sequence[str] = (),
    suffix: str = SUFFIX,
    add: bool = True,
) -> Round:
    """Look for the home pages of these municipalities, or of all that are due. `known`: portals that need no detection;
    `add`: portals that were found join the registry of the database."""
    keeper = _Keeper(store, known)
    due = keeper.discoveries.due(keys)
    run = keeper.run = store.begin_run("discover", {"municipalities": len(due), "suffix": suffix})
    done = Round(run, due)
    towns = {town.ags: town for town in keeper.register.towns}
    for start in range(0, len(due), BATCH):
        batch = due[start : start + BATCH]
        searches = [
            Search(towns[ags], keeper.register, suffix=suffix, refused=keeper.discoveries.refused(ags))
            for ags in batch
        ]
        found = discover(searches, keeper, options)
        done.findings += found
        if len(found) < len(batch):
            break
        done.added += _detect(store, keeper, options, add)
    store.end_run(run, done.state)
    return done


class _Keeper:
    """Writes what searches find, and knows whose a portal is."""

    def __init__(self, store: Store, known: Sequence[Portal]) -> None:
        self.discoveries = Discoveries(store)
        self.register = Register.of(
            town_of(row) for row in store.db.query("select * from municipality order by ags")
        )
        self.run = 0
        self.known = {place_of(url): portal for portal in known for url in addresses(portal)}

    def steps(self, ags: str, seen: list[Seen]) -> None:
        """Keep evidence."""
        self.discoveries.keep_steps(ags, self.run, [_step(each) for each in seen])

    def found(self, finding: Finding) -> None:
        """Keep a conclusion with what the home page offers."""
        town = finding.town
        logger.info("%s %s: %s %s", town.ags, town.name, finding.state, finding.url)
        conclusion = Conclusion(town.ags, finding.state, finding.url, finding.certainty, finding.note)
        self.discoveries.conclude(self.run, conclusion, self._offers(finding))

    def _offers(self, finding: Finding) -> Iterator[Offered]:
        town = finding.town
        for offer in finding.offers:
            portal = self.known.get(place_of(offer.url))
            owners = [portal.ags] if portal is not None and portal.ags else []
            whose = relation(town, self.register, finding.url or offer.url, offer.url, offer.title, owners)
            kind = portal.kind if portal is not None and portal.kind else offer.kind
            sure = _SURE_PAGE if kind == "website" else 0 if kind == "portal" else PROOF
            yield Offered(town.ags, offer.url, kind, whose, offer.title, offer.found_on, sure)


def _step(seen: Seen) -> Step:
    return Step(seen.step, seen.url, seen.status, seen.verdict, seen.proof, seen.certainty)


def _detect(store: Store, keeper: _Keeper, options: Options, add: bool) -> list[Portal]:
    """See what stands at each address that home pages lead to, once whoever leads there; the portals that are new."""
    waiting: dict[str, list[Offered]] = {}
    for offer in keeper.discoveries.to_detect():
        waiting.setdefault(offer.url, []).append(offer)
    found = [_portal(url, offers) for url, offers in waiting.items()]
    portals = []
    for portal, detection in zip(found, detect(found, options) if found else [], strict=True):
        best = max(detection.evidence, key=lambda asked: asked.confidence, default=None)
        proof = best.proof if best is not None else "Nothing answered."
        step = Step(
            "detect",
            portal.url,
            best.status if best else 0,
            detection.kind or "nothing",
            proof,
            detection.confidence,
        )
        keeper.discoveries.keep_kind(keeper.run, portal.url, detection.kind, step, detection.confidence)
        if detection.kind:
            portals.append(detection.applied_to(portal))
    return _add(store, keeper, [*portals, *_websites(keeper)]) if add else []


def _portal(url: str, offers: Sequence[Offered]) -> Portal:
    """A portal that home pages lead to, as a row of the registry; the municipality's where one says it is its own."""
    owner = next((offer for offer in offers if offer.relation == "own"), offers[0])
    ags = owner.ags if owner.relation == "own" else ""
    title = owner.title.split(" | ")[0]
    return Portal(
        key_for(url), url, title, ags=ags, settings={"source": f"home page of {owner.ags}: {owner.found_on}"}
    )


def _websites(keeper: _Keeper) -> list[Portal]:
    """One portal of kind `website` a town: its pages of data below its home page."""
    pages: dict[str, list[Offered]] = {}
    for offer in keeper.discoveries.offers():
        if offer.kind == "website" and offer.relation == "own":
            pages.setdefault(offer.ags, []).append(offer)
    return [_website(offers, keeper) for offers in pages.values()]


def _website(offers: Sequence[Offered], keeper: _Keeper) -> Portal:
    first = urlsplit(offers[0].url)
    home = f"{first.scheme}://{first.netloc}/"
    paths = [urlsplit(offer.url)._replace(scheme="", netloc="", fragment="").geturl() for offer in offers]
    name = next((town.name for town in keeper.register.towns if town.ags == offers[0].ags), "")
    settings = {"path": " ".join(paths), "source": f"home page of {offers[0].ags}"}
    return Portal(key_for(home), home, name, "website", ags=offers[0].ags, settings=settings)


def _add(store: Store, keeper: _Keeper, portals: Sequence[Portal]) -> list[Portal]:
    """Keep the portals that are not known yet."""
    new = [portal for portal in portals if place_of(portal.url) not in keeper.known]
    keeper.known |= {place_of(portal.url): portal for portal in new}
    store.keep_portals([portal_row(portal) for portal in new])
    return new
