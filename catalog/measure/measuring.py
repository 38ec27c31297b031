"""The whole measurement in its order: what changed is looked at once, then set by set, each in short transactions."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from catalog.measure import duplicates, links, peers, quality
from catalog.measure.attribution import Spoken, attribute
from catalog.measure.fingerprints import Fingerprints
from catalog.measure.models.recognised import Recognised
from catalog.measure.records import look_at_changed
from catalog.measure.stocktaking.taking import METHOD, Stock, take_stock
from catalog.store.facets import refresh_all
from catalog.store.store import Store
from catalog.store.words import renew_words

Step = Callable[[str], None]


@dataclass(slots=True)
class Measured:
    """What one measurement did. `seconds`: step → how long it took; `attributed`: method → records."""

    run: int
    records: int = 0
    links: int = 0
    attributed: Counter[str] = field(default_factory=Counter)
    sightings: int = 0
    states: Counter[str] = field(default_factory=Counter)
    levels: Counter[int] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)


def measure(
    store: Store,
    decisions: Mapping[tuple[str, str], str] | None = None,
    *,
    as_of: date | None = None,
    again: bool = False,
    tell: Step = lambda step: None,
) -> Measured:
    """Measure what the database holds and keep what changed; a run of its own.

    `decisions`: whose a publisher's records are, as persons decided; `as_of`: the day that counts as today; `again`: look
    at every record, changed or not; `tell` hears the name of each step as it begins.
    """
    options: dict[str, Any] = {"method": METHOD} | ({"as_of": as_of.isoformat()} if as_of else {})
    done = Measured(store.begin_run("measure", options))
    try:
        _steps(store, done, dict(decisions or {}), as_of, _Clock(done.seconds, tell), again=again)
    except BaseException:
        store.end_run(done.run, "failed")
        raise
    store.end_run(done.run)
    return done


def _steps(
    store: Store, done: Measured, decisions: dict[tuple[str, str], str], as_of: date | None, clock: _Clock, *, again: bool
) -> None:  # fmt: skip
    with clock.step("records"):
        observers = (Spoken(), quality.Scored(store), Recognised(store), Fingerprints())
        done.records = look_at_changed(store, observers, again=again)
    with clock.step("links"):
        done.links = links.sync(store)
    with clock.step("attribution"):
        done.attributed = attribute(store, done.run, decisions)
    with clock.step("duplicates"):
        done.sightings = duplicates.sight(store)
    with clock.step("quality"):
        quality.aggregate(store, done.run)
    with clock.step("stocktaking"):
        _count(done, take_stock(store, done.run, as_of))
    with clock.step("peers"):
        peers.relate(store)
    with clock.step("search"):
        refresh_all(store.db)
        renew_words(store.db)


def _count(done: Measured, stocks: list[Stock]) -> None:
    done.states.update(item.state for item in stocks)
    done.levels.update(item.level for item in stocks if item.level is not None)


@dataclass(slots=True)
class _Clock:
    seconds: dict[str, float]
    tell: Step

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.tell(name)
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 3)
