"""What machines and researchers take along: feeds, tables, JSON, how to cite, on which terms, and what is left out."""

from __future__ import annotations

from typing import Any

from datasette import Response

from catalog.publish.selection import withheld
from catalog.publish.site.visit import Visit
from catalog.publish.syntaxes import SYNTAXES

LISTS = (
    "datasets",
    "municipalities",
    "portals",
    "runs",
    "changes",
    "models",
    "together",
    "quality",
    "shares",
)
"""The tables to take along, by the name in their address."""
_VERSION = "select version from run order by id desc limit 1"
_LICENCES = """
select metadata_license as license, count(*) as portals, sum(stat_portal.datasets) as datasets from portal
join stat_portal on stat_portal.portal = portal.id where datasets > 0 and portal.kind != 'website'
group by metadata_license order by portals desc, license limit 40
"""


async def show(datasette: Any, request: Any) -> Response:
    """The page."""
    visit = Visit(datasette, request)
    version = await visit.row(_VERSION)
    context = {
        "syntaxes": SYNTAXES.values(),
        "lists": LISTS,
        "base": visit.base,
        "version": version["version"] if version else "",
        "left_out": await visit.database.execute_fn(withheld),
        "licences": await visit.rows(_LICENCES),
        "snapshot": visit.setting("snapshot", "BESTAND_SNAPSHOT"),
    }
    return await visit.page("downloads", context)
