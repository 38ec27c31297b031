"""Which portals are meant: keys and addresses as people give them, against the database and the registry that ships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog.store.database import reading
from crawler.fetch.frontier import host_of
from crawler.harvest import portal_of
from crawler.portals import addresses, is_active, key_for, shipped, shipped_europe
from crawler.registry.found import Known, known, place_of
from crawler.sources.local import address_of, is_local, path_of
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


def address(text: str) -> str:
    """What people give as an address, as it is kept: a path on disk, also a relative one, becomes an absolute `file:`
    address, a folder's with a slash at its end. Anything else stays.

    Raises NotKnown for a path that leads to nothing, for a `file:` address of another machine, and for an address with
    another scheme or without a host.
    """
    if is_local(text):
        return _on_disk(Path(_path(text)), text.endswith("/"))
    path = Path(text).expanduser()
    if "://" not in text and path.exists():
        return _on_disk(path)
    if text.startswith((".", "/", "~")):
        raise NotKnown(f"There is no file or folder {text!r}.")
    if "://" in text and not _can_be_asked(text):
        raise NotKnown(f"{text!r} is no address that can be asked: http:// or https://, and a host.")
    return text


def _can_be_asked(text: str) -> bool:
    scheme = text.partition("://")[0].lower()
    return scheme in ("http", "https") and bool(host_of(text)) and not any(map(str.isspace, text))


def _on_disk(path: Path, folder: bool = False) -> str:
    return address_of(str(path.absolute()), folder=folder or path.is_dir())


def _path(url: str) -> str:
    try:
        return path_of(url)
    except ValueError as error:
        raise NotKnown(f"{error}.") from None


def new_portal(url: str) -> Portal:
    """A portal of which nothing is known but its address, as `address` gives it; on disk it is called like its file."""
    return Portal(key=key_for(url), url=url, title=Path(path_of(url)).name if is_local(url) else "")


def portal_for(known: Sequence[Portal], asked: str) -> Portal:
    """The portal with this key or address; an unknown address or a path on disk becomes a new portal.

    Raises NotKnown for a key that is not known, and what `address` raises.
    """
    for portal in known:
        if asked in (portal.key, portal.url):
            return portal
    text = address(asked)
    for portal in known:
        if text == portal.url:
            return portal
    place = place_of(text) if "://" in text else ""
    for portal in known:
        if place and place in map(place_of, addresses(portal)):
            return portal
    if "://" not in text:
        raise NotKnown(
            f"No portal has the key {text!r}, nor is there such a file; `bestand portals list` shows all portals."
        )
    return new_portal(text)
