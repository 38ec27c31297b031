"""Reading whom to copy from and with whom to work, also for a municipality that publishes nothing yet. Only SELECTs."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import orjson

from catalog.measure.cooperation import NEAR
from catalog.measure.nearness import Place, kilometres, reasons
from catalog.measure.peers import MISSING, Nearest, Peer, chosen, missing, read_exemplars

Row = dict[str, Any]
PORTALS: Final = 5
"""Shared portals that are named to a municipality without records."""


def _rows(conn: sqlite3.Connection, sql: str, *given: Any) -> list[Row]:
    cursor = conn.execute(sql, given)
    names = [item[0] for item in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


_PEERS = """
select peer.peer as ags, name, population, rank, distance, reasons,
       (select level from stocktaking where stocktaking.ags = peer.peer order by run desc limit 1) as level
from peer join municipality on municipality.ags = peer.peer where peer.ags = ? order by rank
"""


def peers_of(conn: sqlite3.Connection, ags: str) -> list[Row]:
    """The peers of a municipality, the nearest first: `ags`, `name`, `population`, `rank`, `distance`, `level`, `reasons`."""
    return [row | {"reasons": orjson.loads(row["reasons"])} for row in _rows(conn, _PEERS, ags)]


_MISSING = """
select missing_model.model, coalesce(label, missing_model.model) as label, topic, uri, rank, peers, share, exemplars
from missing_model left join model on model.slug = missing_model.model where ags = ? order by rank
"""
_EXEMPLAR = """
select dataset.key, dataset.title, dataset.ags, municipality.name as municipality, dataset.license, dataset.landing_page,
       (select group_concat(distinct nullif(format, '')) from distribution where distribution.dataset = dataset.id) as formats,
       quality.points_national as points
from dataset left join municipality on municipality.ags = dataset.ags left join quality on quality.dataset = dataset.id
where dataset.key = ?
"""


def missing_of(conn: sqlite3.Connection, ags: str) -> list[Row]:
    """What peers have and a municipality lacks, by the share of peers; each with `exemplars` to copy (key, title,
    municipality, licence, formats, points)."""
    return [
        row | {"exemplars": _exemplars(conn, orjson.loads(row["exemplars"]))}
        for row in _rows(conn, _MISSING, ags)
    ]


def _exemplars(conn: sqlite3.Connection, keys: Iterable[str]) -> list[Row]:
    return [row for key in keys for row in _rows(conn, _EXEMPLAR, key)]


_TOGETHER = """
select together.other as ags, name, population, rank, score, reasons
from together join municipality on municipality.ags = together.other where together.ags = ? order by rank
"""


def together_of(conn: sqlite3.Connection, ags: str) -> list[Row]:
    """With whom to work: `ags`, `name`, `population`, `rank`, `score`, `reasons`, and `mailbox`: where to write."""
    return [
        row | {"reasons": orjson.loads(row["reasons"]), "mailbox": mailbox(conn, row["ags"])}
        for row in _rows(conn, _TOGETHER, ags)
    ]


_MAILBOX = """
select contact from dataset where ags = ? and gone_run is null and contact like '%_@_%'
group by contact order by count(*) desc, contact limit 1
"""


def mailbox(conn: sqlite3.Connection, ags: str) -> str:
    """The function mailbox that a municipality's records name most often; empty where there is none. Personal ones were
    dropped before anything was stored."""
    row = conn.execute(_MAILBOX, (ags,)).fetchone()
    return str(row[0]).removeprefix("mailto:") if row else ""


_PLACES = """
select municipality.ags, name, coalesce(municipality.state, ''), coalesce(municipality.type, ''), population, lat, lon,
       coalesce(iif(json_extract(figures, '$.records') > 0, json_extract(figures, '$.portals'), '[]'), '[]')
from municipality left join stocktaking on stocktaking.ags = municipality.ags
    and run = (select max(run) from stocktaking as later where later.ags = municipality.ags)
where not coalesce(unincorporated, 0)
"""


def _places(conn: sqlite3.Connection) -> Iterator[Place]:
    """Every municipality with the keys of the portals that hold its records, by the newest stocktaking: that is small,
    where the records are many."""
    for *values, portals in conn.execute(_PLACES):
        yield replace(Place(*values), hosts=frozenset(orjson.loads(portals)))


_MODELS = """
select distinct dataset.ags, model from dataset join dataset_model on dataset_model.dataset = dataset.id
where dataset.ags in (select value from json_each(?)) and gone_run is null
"""


def _models(conn: sqlite3.Connection, towns: Iterable[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {ags: set() for ags in towns}
    for ags, model in conn.execute(_MODELS, (orjson.dumps(list(found)).decode(),)):
        found[ags].add(model)
    return {ags: frozenset(models) for ags, models in found.items()}


_LABELS = "select slug, label, topic, uri from model"


def first_steps(conn: sqlite3.Connection, ags: str) -> Row | None:
    """For a municipality with nothing: `peers` (municipalities like it that publish), `first` (the model datasets that
    most of them have, with exemplars), `portals` (shared ones where its neighbours and its state publish). None for a key
    that the register does not know."""
    places = {place.ags: place for place in _places(conn)}
    place = places.get(ags)
    if place is None:
        return None
    publishers = [other for other in places.values() if other.hosts]
    near = Nearest(publishers).peers(place)
    models_of = _models(conn, (peer.place.ags for peer in near))
    found = [Peer(replace(other, models=models_of[other.ags]), apart) for other, apart in near]
    models = missing(place, found)[:MISSING]
    return {
        "peers": [
            {"ags": peer.place.ags, "name": peer.place.name, "distance": round(peer.distance, 4),
             "reasons": reasons(place, peer.place), "mailbox": mailbox(conn, peer.place.ags)} for peer in found
        ],
        "first": _first(conn, models, {peer.place.ags for peer in found}, len(found)),
        "portals": shared_portals(conn, place, publishers),
    }  # fmt: skip


def _first(
    conn: sqlite3.Connection, models: Sequence[tuple[str, int]], peers: set[str], number: int
) -> list[Row]:
    labels = {row.pop("slug"): row for row in _rows(conn, _LABELS)}
    best = read_exemplars(conn, peers) if models else {}
    return [
        {"model": model, "label": model, **labels.get(model, {}), "peers": count, "share": round(count / number, 4),
         "exemplars": _exemplars(conn, (item.key for item in chosen(best.get(model, {}), peers)))}
        for model, count in models
    ]  # fmt: skip


_SHARED = "select key, title, url, kind, covers, coalesce(ags, '') as owner from portal where kind not in ('website', 'table') order by key"


def shared_portals(conn: sqlite3.Connection, place: Place, publishers: Sequence[Place]) -> list[Row]:
    """Portals that are not one municipality's own and that hold records of municipalities of the same state, or that
    cover the place: `key`, `title`, `url`, `kind`, `neighbours` (within 30 km), `municipalities`; those of neighbours
    first."""
    users: defaultdict[str, list[Place]] = defaultdict(list)
    for other in publishers:
        for host in other.hosts:
            users[host].append(other)
    found = []
    for portal in _rows(conn, _SHARED):
        here = [other for other in users[portal["key"]] if other.ags not in (place.ags, portal["owner"])]
        covers = any(area and place.ags.startswith(area) for area in portal.pop("covers").split())
        if portal.pop("owner") and not here:
            continue
        counts = Counter(_near(place, other) for other in here)
        if covers or any(other.state == place.state for other in here):
            found.append({**portal, "neighbours": counts[True], "municipalities": len(here)})
    return sorted(found, key=lambda row: (-row["neighbours"], -row["municipalities"], row["key"]))[:PORTALS]


def _near(place: Place, other: Place) -> bool:
    apart = kilometres(place, other)
    return apart is not None and apart <= NEAR
