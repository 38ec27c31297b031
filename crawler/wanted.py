"""Which portals are meant: keys and addresses as people give them, against the database and the registry that ships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog.store.database import reading
from crawler.harvest import portal_of
from crawler.portals import addresses, is_active, key_for, shipped, shipped_europe
from crawler.registry.found import Known, known, place_of
from crawler.sources.protocol import Portal


class NotKnown(Exception):
    """A key, file or address that says nothing to us; the message is one clear sentence."""


def known_portals(db: Path) -> list[Portal]:
    """The portals of the database, where there is one, and those that ship with the program."""
    return _with_shipped(portal_of(row) for row in _stored(db, "select * from portal order by key"))


def known_before_import(db: Path) -> Known:
    """What a registry that is read is compared with: all portals that we know, and the register of the database."""
    every = {portal.key: portal for portal in (*shipped_europe(), *known_portals(db))}
    register = [row["ags"] for row in _stored(db, "select ags from municipality")]
    return known(every.values(), register)


def _stored(path: Path, sql: str) -> list[dict[str, Any]]:
    """The rows of a query; none where there is no database."""
    if not path.exists():
        return []
    with reading(path) as db:
        return list(db.query(sql))


def _with_shipped(portals: Iterable[Portal]) -> list[Portal]:
    own = {portal.key: portal for portal in portals}
    return list({**{portal.key: portal for portal in shipped()}, **own}.values())


def chosen(rows: Sequence[Mapping[str, Any]], asked: Sequence[str]) -> list[Portal]:
    """The portals that are asked for; without any, all of the database but viewers, dead ones and those set aside."""
    own = [portal_of(row) for row in rows]
    if not asked:
        return [portal for portal in own if is_active(portal)]
    known = _with_shipped(own)
    return list({portal.key: portal for portal in (portal_for(known, text) for text in asked)}.values())


def portal_for(known: Sequence[Portal], text: str) -> Portal:
    """The portal with this key or address; an unknown address becomes a new portal.

    Raises NotKnown for a key that is not known.
    """
    for portal in known:
        if text in (portal.key, portal.url):
            return portal
    place = place_of(text) if "://" in text else ""
    for portal in known:
        if place and place in map(place_of, addresses(portal)):
            return portal
    if "://" not in text:
        raise NotKnown(f"No portal has the key {text!r}; `bestand portals list` shows them all.")
    return Portal(key=key_for(text), url=text)
