"""Two crawls of a sound and a broken loopback portal of one kind, the second after the portals have changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loopback import Loopback, Routes, serving

from catalog.store.store import Store
from crawler.fetch.options import Options
from crawler.harvest import Harvest, harvest
from crawler.sources.protocol import Portal

OPTIONS = Options(
    delay=0, retries=0, retry_wait=0, timeout=5, allow_private=True, crawl_delay_cap=0, max_bytes=5_000_000
)


@dataclass
class Crawled:
    """What both runs did, and the store in which that is seen."""

    store: Store
    first: Harvest
    second: Harvest
    sound: Loopback
    broken: Loopback

    def run(self, key: str, number: int = 1) -> dict[str, Any]:
        """The row of `portal_run` of a portal (`sound` or `broken`) in the first or second run."""
        sql = (
            "select portal_run.* from portal_run join portal on portal.id = portal where portal.key = ?"
            " order by run limit 1 offset ?"
        )
        cursor = self.store.conn.execute(sql, (key, number - 1))
        names = [column[0] for column in cursor.description]
        return dict(zip(names, cursor.fetchone(), strict=True))

    def kind(self, key: str = "sound") -> str:
        """The kind under which a portal is known now."""
        ((kind,),) = self.store.conn.execute("select kind from portal where key = ?", (key,))
        return str(kind)

    def datasets(self, columns: str, key: str = "sound") -> list[tuple[Any, ...]]:
        """Columns of the datasets that are there, in the order of their identifiers."""
        sql = (
            f"select {columns} from dataset where portal = (select id from portal where key = ?)"
            " and gone_run is null order by identifier"
        )
        return list(self.store.conn.execute(sql, (key,)))


@contextmanager
def crawled_twice(
    folder: Path,
    make: Callable[[int, bool], Routes],
    kind: str,
    *,
    path: str = "",
    settings: Mapping[str, str] | None = None,
    options: Options = OPTIONS,
    known_kind: str = "",
) -> Iterator[Crawled]:
    """Crawl `make(epoch, broken)` in epochs 0 and 1: the sound portal from its bare address (with `known_kind` where its
    kind must be asked for), the broken one as `kind`."""
    sound, broken = Loopback(make(0, False)), Loopback(make(0, True))
    with serving(sound, broken):
        store = Store(folder / f"{kind}.db")
        known = dict(settings or {})
        portals = [
            Portal("sound", sound.url + path, kind=known_kind, settings=known),
            Portal("broken", broken.url + path, kind=kind, settings=known),
        ]
        first = harvest(store, portals, options)
        sound.routes, broken.routes = make(1, False), make(1, True)
        portals[0] = first.results[0].portal
        second = harvest(store, portals, options)
        try:
            yield Crawled(store, first, second, sound, broken)
        finally:
            store.close()
