"""The forty addresses that the front is measured with, out of what a catalogue holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path

_KEYS: Mapping[str, str] = {
    "town": "select ags from dataset where ags is not null group by ags order by count(*) desc limit 1",
    "small": "select ags from municipality where population < 5000 and ags in (select ags from dataset) limit 1",
    "silent": "select ags from municipality where ags not in (select ags from dataset where ags is not null)"
    " and not coalesce(unincorporated, 0) limit 1",
    "land": "select state from municipality where state is not null group by state order by count(*) desc limit 1",
    "portal": "select key from portal join stat_portal on portal = portal.id order by datasets desc limit 1",
    "part": "select key from portal join stat_portal on portal = portal.id order by datasets limit 1",
    "dataset": "select key from dataset where gone_run is null order by distributions desc, id limit 1",
    "copy": "select key from dataset join sighting on sighting.dataset = dataset.id where canonical <> dataset.id limit 1",
    "newest": "select key from dataset order by id desc limit 1",
    "model": "select model from model_town group by model order by sum(datasets) desc limit 1",
    "rare": "select model from model_town group by model order by sum(datasets) limit 1",
    "run": "select max(id) from run where command = 'crawl'",
    "finding": "select slug from finding_kind join stat_finding on kind = finding_kind.id group by slug"
    " order by sum(datasets) desc limit 1",
    "seldom": "select slug from finding_kind join stat_finding on kind = finding_kind.id group by slug"
    " order by sum(datasets) limit 1",
}
"""Name -> the SELECT that finds what stands for it: the largest, the smallest, the newest of its kind."""

MIX = (
    "/",
    "/?lang=en",
    "/municipalities",
    "/municipalities?class=1",
    "/municipalities?land={land}",
    "/municipality/{town}",
    "/municipality/{small}",
    "/municipality/{silent}",
    "/datasets",
    "/datasets?page=200",
    "/datasets?q=baumkataster",
    "/datasets?q=kataster",
    "/datasets?q=stadt",
    "/datasets?q=stadt+thema",
    "/datasets?q=spiel",
    "/datasets?q=spielplaz",
    "/datasets?theme=ENVI",
    "/datasets?theme=ENVI&format=CSV",
    "/datasets?theme=TRAN&license=cc-by-4.0",
    "/datasets?q=stadt&theme=ENVI&format=CSV",
    "/datasets?q=plan&land={land}&open=yes",
    "/datasets?municipality={town}",
    "/datasets?portal={portal}&sound=yes",
    "/datasets?model={model}&class=4",
    "/datasets?finding={finding}",
    "/dataset/{dataset}",
    "/dataset/{copy}",
    "/dataset/{newest}?lang=en",
    "/models",
    "/model/{model}",
    "/model/{rare}",
    "/together",
    "/quality",
    "/quality/keywordAvailability",
    "/quality/{finding}",
    "/portals",
    "/portal/{portal}",
    "/run/{run}",
    "/changes",
    "/method",
)
"""Forty addresses as people visit them; the names stand for what `addresses` finds."""


def addresses(path: Path) -> tuple[str, ...]:
    """The mix for a catalogue; what it does not hold stands as `none`."""
    conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        found = {name: (conn.execute(sql).fetchone() or ("none",))[0] for name, sql in _KEYS.items()}
    finally:
        conn.close()
    return tuple(address.format(**found) for address in MIX)
