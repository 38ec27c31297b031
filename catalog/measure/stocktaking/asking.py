"""What was asked about each municipality and what answered: own portals, parts of shared ones, portals open to it, home page."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping

from catalog.measure.stocktaking.frame import Town
from catalog.measure.stocktaking.states import Asked

_OWN = "select ags, key, last_outcome, coalesce(last_complete_at, '') from portal where ags is not null and not opted_out"
_PARTS = """
select portal_part.ags, portal.key, last_outcome, coalesce(last_complete_at, '') from portal_part
join portal on portal.id = portal where portal_part.ags <> ''
"""
_OPEN = "select covers, key, last_outcome, coalesce(last_complete_at, '') from portal where covers <> '' order by key"
_HOMES = "select ags, url, state from homepage"
_ASSOCIATIONS = """
select dataset.body, count(*), group_concat(distinct portal.key) from dataset join portal on portal.id = dataset.portal
where gone_run is null and length(dataset.body) = 9 and portal.kind <> 'website' group by dataset.body
"""


def associations(conn: sqlite3.Connection) -> dict[str, int]:
    """Association key → records of its own."""
    return {key: count for key, count, _ in conn.execute(_ASSOCIATIONS)}


def asked(
    conn: sqlite3.Connection, towns: Iterable[Town], countries: Mapping[str, str]
) -> dict[str, list[Asked]]:
    """Municipality key → what was asked about it. `countries`: key → country code, for portals open to a whole country."""
    found: defaultdict[str, list[Asked]] = defaultdict(list)
    for role, sql in (("own", _OWN), ("part", _PARTS)):
        for ags, key, outcome, complete in conn.execute(sql):
            found[ags].append(Asked(role, key, outcome, complete))
    for ags, url, state in conn.execute(_HOMES):
        found[ags].append(Asked("homepage", url, state))
    shared = [(areas.split(), Asked("covers", *rest)) for areas, *rest in conn.execute(_OPEN)]
    for town in towns:
        found[town.ags] += [
            item for areas, item in shared if _covers(areas, town, countries.get(town.ags, "DE"))
        ]
    return dict(found)


def _covers(areas: Iterable[str], town: Town, country: str) -> bool:
    """Whether one of the areas (beginnings of keys, or a country) holds the municipality."""
    return any(area == country or (area.isdigit() and _begins(area, town)) for area in areas)


def _begins(area: str, town: Town) -> bool:
    return town.ars.startswith(area) or (len(area) in (2, 3, 5, 8) and town.ags.startswith(area))
