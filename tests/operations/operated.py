"""A catalogue of three portals with a clock that the test sets, and runs with the outcomes that a test wants."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlite_utils import Database
from store_house import Clock, complete, dataset, found

from catalog.store.sink import CrawlFacts, Stored
from catalog.store.store import Store

PORTALS = {"alpha": "Alphastadt", "beta": "Betaheim", "gamma": "Gamma & <Söhne>"}


class Operated:
    """A store at `path`; its portals hold records `<portal>-0`, `<portal>-1` …"""

    def __init__(self, path: Path) -> None:
        self.path, self.clock = path, Clock()
        self.store = Store(path, "0.1", self.clock)
        for key, title in PORTALS.items():
            row = {"key": key, "url": f"https://{key}.example/", "title": title, "kind": "ckan"}
            self.store.keep_portals([row])

    @property
    def db(self) -> Database:
        return self.store.db

    @property
    def now(self) -> datetime:
        return self.clock.now

    def close(self) -> None:
        self.store.close()

    def settings(self, portal: str, **values: str) -> None:
        """Set what the registry says of a portal."""
        opted_out = int("opt_out" in values)
        row = {"key": portal, "url": f"https://{portal}.example/", "settings": values, "opted_out": opted_out}
        self.store.keep_portals([row])

    def run(
        self, outcomes: Mapping[str, str], *, command: str = "crawl", asked: list[str] | None = None
    ) -> int:
        """A run in which each portal ends so; whole ones list two records (`crawl` says more)."""
        run = self.begin(asked or list(outcomes), command)
        for portal, outcome in outcomes.items():
            self.crawl(run, portal, outcome)
        self.store.end_run(run)
        return run

    def begin(self, asked: list[str], command: str = "crawl") -> int:
        return self.store.begin_run(command, {"portals": asked})

    def crawl(
        self, run: int, portal: str, outcome: str = "complete", titles: list[str] | None = None, **facts: Any
    ) -> str:
        """One portal's crawl: `titles` are those of its records."""
        sink = self.store.sink(run, portal)
        if outcome != "complete":
            failed = CrawlFacts(note=facts.pop("note", f"It ended as {outcome}."), **facts)
            return sink.finish(failed, outcome)
        names = titles if titles is not None else ["Eins", "Zwei"]
        answered = facts.pop("answered", f"https://{portal}.example/api")
        body = orjson.dumps([run, portal, names])
        sink.archive(f"call-{portal}", "page", Stored(answered, 200, {}, body))
        sink.evidence(f"https://{portal}.example/", 200, "ckan", "It says so.")
        sink.take([found(f"{portal}-{number}", dataset(name)) for number, name in enumerate(names)])
        return sink.finish(complete(len(names), requests=2, bytes=1000, seconds=1.5, **facts))

    def facts(self, number: int, **more: Any) -> CrawlFacts:
        """The facts of a listing that was read to its end."""
        return complete(number, **{"claimed": None, **more})
