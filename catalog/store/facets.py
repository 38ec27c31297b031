"""The narrow table that searches count and filter by: made portal by portal, out of the wide tables."""

from __future__ import annotations

import sqlite3

import orjson
from sqlite_utils import Database

from catalog.cleaning.codes import open_licenses
from catalog.store.reading import WEBSITE
from catalog.store.search_schema import LAST_BIT

_CODES = {
    "license": "select distinct license from dataset where portal = :portal",
    "municipality": "select distinct ags from dataset where portal = :portal and ags is not null",
    "land": "select distinct state from municipality where state is not null",
}
_BITS = {
    "theme": "select theme as code, datasets from stat_theme where portal = :portal",
    "format": "select format as code, datasets from stat_format where portal = :portal",
}
"""Facets of which a dataset has several values; the most common ones come first, so that they have bits of their own."""

_NEW_CODES = "insert or ignore into facet_code (facet, code) select :facet, * from ({found})"
_NEW_BITS = f"""
insert into facet_code (facet, code, bit)
select :facet, code, min({LAST_BIT}, row_number() over (order by datasets desc) - 1
    + (select count(*) from facet_code where facet = :facet))
from ({{found}}) where code not in (select code from facet_code where facet = :facet)
"""
_ROWS = f"""
insert into facet
select dataset.id, dataset.portal, town.id, land.id, coalesce(municipality.size_class, 0), license.id,
    coalesce((select sum(distinct 1 << bit) from dataset_theme
              join facet_code on facet = 'theme' and code = theme where dataset = dataset.id), 0),
    coalesce((select sum(distinct 1 << bit) from distribution
              join facet_code on facet = 'format' and code = format where dataset = dataset.id), 0),
    gone_run is not null, dataset.type = '{WEBSITE}', dataset.license in (select value from json_each(:open)), errors = 0
from dataset left join municipality on municipality.ags = dataset.ags
left join facet_code as town on town.facet = 'municipality' and town.code = dataset.ags
left join facet_code as land on land.facet = 'land' and land.code = municipality.state
left join facet_code as license on license.facet = 'license' and license.code = dataset.license
where dataset.portal = :portal
"""
_COUNTS = {
    "municipality": "select facet.portal, code, count(*) from facet join facet_code on facet_code.id = municipality"
    " where not gone group by 1, 2",
    "land": "select facet.portal, code, count(*) from facet join facet_code on facet_code.id = land"
    " where not gone group by 1, 2",
    "class": "select portal, size_class, count(*) from facet where not gone and size_class > 0 group by 1, 2",
    "model": "select portal, model, count(*) from facet join dataset_model using (dataset)"
    " where not gone group by 1, 2",
}


def refresh_facets(conn: sqlite3.Connection, portal: int) -> None:
    """Make the portal's rows of `facet` anew, inside the caller's transaction."""
    for facet, found in _CODES.items():
        conn.execute(_NEW_CODES.format(found=found), {"facet": facet, "portal": portal})
    for facet, found in _BITS.items():
        conn.execute(_NEW_BITS.format(found=found), {"facet": facet, "portal": portal})
    conn.execute("delete from facet where portal = ?", (portal,))
    conn.execute(_ROWS, {"portal": portal, "open": orjson.dumps(open_licenses()).decode()})


_STALE = """
select distinct dataset.portal from dataset left join facet on facet.dataset = dataset.id
left join facet_code as town on town.id = facet.municipality
left join municipality on municipality.ags = dataset.ags
where facet.dataset is null or town.code is not dataset.ags or facet.size_class <> coalesce(municipality.size_class, 0)
"""
"""Portals of whose records the municipality was found after they were crawled."""


def refresh_all(db: Database) -> None:
    """Portals that need it, each in a transaction of its own, and `stat_facet`: when municipalities and models are known."""
    for (portal,) in db.conn.execute(_STALE).fetchall():
        with db.atomic():
            refresh_facets(db.conn, portal)
    with db.atomic():
        db.conn.execute("delete from stat_facet")
        for facet, counts in _COUNTS.items():
            sql = f"with counted (portal, code, number) as ({counts}) insert into stat_facet select portal, ?, code, number from counted"
            db.conn.execute(sql, (facet,))
