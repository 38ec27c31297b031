"""The rubric of a municipality's own inventory (a portal of kind `table`): what it lists beside what is public."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from typing import Any

_LISTS = """
select dataset.ags, count(*),
       sum(coalesce(access_rights, '') = 'PUBLIC'), sum(coalesce(access_rights, '') = 'RESTRICTED'),
       sum(coalesce(access_rights, '') in ('NON_PUBLIC', 'CONFIDENTIAL', 'SENSITIVE')),
       sum(dataset.publisher is not null or dataset.contact <> ''),
       sum(first.started >= :since)
from dataset join portal on portal.id = dataset.portal join run as first on first.id = dataset.first_seen
where portal.kind = 'table' and gone_run is null and dataset.ags is not null group by dataset.ags
"""
_PUBLIC = """
select dataset.ags, count(*) from dataset join portal on portal.id = dataset.portal
where portal.kind not in ('table', 'website') and gone_run is null and dataset.ags is not null group by dataset.ags
"""
_ELSEWHERE = """exists (select 1 from sighting join dataset as other on other.id = sighting.{other}
    join portal as place on place.id = other.portal and place.kind not in ('table', 'website')
    where sighting.{mine} = mine.id and other.gone_run is null and other.ags = mine.ags)"""
_BOTH = f"""
select mine.ags, count(*) from portal cross join dataset as mine on mine.portal = portal.id
where portal.kind = 'table' and mine.gone_run is null and mine.ags is not null
  and ({_ELSEWHERE.format(mine="dataset", other="canonical")} or {_ELSEWHERE.format(mine="canonical", other="dataset")})
group by mine.ags
"""


def rubrics(conn: sqlite3.Connection, as_of: date) -> dict[str, dict[str, Any]]:
    """Municipality key → its inventory: `listed`, `public`, `restricted`, `non_public`, `owned`, `new_in_quarter`, and
    beside the public catalogues `published`, `in_both`, `only_in_list`, `only_in_portal`, `larger`."""
    lists = conn.execute(_LISTS, {"since": (as_of - timedelta(days=91)).isoformat()}).fetchall()
    if not lists:  # counting all other records takes long where there are many
        return {}
    published = dict(conn.execute(_PUBLIC))
    both = dict(conn.execute(_BOTH))
    names = ("listed", "public", "restricted", "non_public", "owned", "new_in_quarter")
    found: dict[str, dict[str, Any]] = {}
    for ags, *counts in lists:
        rubric: dict[str, Any] = dict(zip(names, counts, strict=True))
        found[ags] = rubric | _beside(rubric["listed"], published.get(ags, 0), both.get(ags, 0))
    return found


def _beside(listed: int, published: int, both: int) -> dict[str, Any]:
    return {
        "published": published,
        "in_both": both,
        "only_in_list": listed - both,
        "only_in_portal": max(0, published - both),
        "larger": listed > published,
    }
