"""Whom to copy from and with whom to work: peers, what is missing here with exemplars, and who has the same to do."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any, NamedTuple

import orjson

from catalog.cleaning.codes import open_licenses
from catalog.measure.cooperation import (
    NEAR,
    NEARBY,
    SAME_GAPS,
    SAME_HOST,
    SAME_MODELS,
    SAME_SOFTWARE,
    TOGETHER,
    in_common,
    partners,
)
from catalog.measure.measure import Measure, Text
from catalog.measure.models import spread
from catalog.measure.nearness import WEIGHTS, Place, distances, reasons
from catalog.measure.stocktaking.figures import usable_formats
from catalog.store.measures import Measures
from catalog.store.store import Store

PEERS = 10
WINDOW = 150
"""Publishers that are looked at on either side in the order of size: beyond them the size alone rules a peer out."""
MISSING, EXEMPLARS = 15, 3
LEAST_PEERS = 2
"""Peers that must have a model dataset before its lack is named."""
ALIKE = 3 * TOGETHER
"""Those most alike that are looked at for working together."""


class Peer(NamedTuple):
    """A peer of a municipality with its distance (0 to 1)."""

    place: Place
    distance: float


class Exemplar(NamedTuple):
    """A dataset worth copying: its key, municipality and points, whether it is open and machine-readable, and works;
    `datasets`: how many the municipality has of this model."""

    key: str
    ags: str
    points: int
    open: bool
    usable: bool
    works: bool
    datasets: int = 1


Exemplars = Mapping[str, Exemplar]
"""Municipality → its exemplar, the best first."""

_PLACES = """
select ags, name, coalesce(state, ''), coalesce(type, ''), population, lat, lon from municipality order by ags
"""
_PORTALS = """
select distinct dataset.ags, portal.kind, portal.url from dataset join portal on portal.id = dataset.portal
where gone_run is null and dataset.ags is not null and portal.kind <> 'website'
"""
_EXEMPLARS = """
select model, dataset.ags,
       coalesce((select min(link.state in ('reachable', 'moved', 'not_checked', 'blocked')) from dataset_link
                 join link on link.id = dataset_link.link where dataset_link.dataset = dataset.id), 1),
       dataset.license in (select value from json_each(:open)),
       exists (select 1 from distribution where distribution.dataset = dataset.id
               and format in (select value from json_each(:usable))),
       coalesce(quality.points_national, 0), dataset.key
from dataset_model join dataset on dataset.id = dataset_model.dataset left join quality on quality.dataset = dataset.id
where gone_run is null and dataset.ags is not null
  and not exists (select 1 from sighting where sighting.dataset = dataset.id and canonical <> dataset.id)
"""
_OF_TOWNS = "and dataset.ags in (select value from json_each(:towns))"


def relate(store: Store) -> None:
    """Renew peers, what is missing and with whom to work, for every municipality that publishes."""
    exemplars = read_exemplars(store.conn)
    places = read_places(store.conn, exemplars)
    publishers = [place for place in places.values() if place.hosts]
    near = Nearest(publishers)
    like = {place.ags: near.peers(place, ALIKE) for place in publishers}
    peers = {ags: found[:PEERS] for ags, found in like.items()}
    gaps = {place.ags: missing(place, peers[place.ags]) for place in publishers}
    measures = Measures(store)
    measures.renew("peer", ("ags", "peer", "rank", "distance", "reasons"), _peer_rows(places, peers))
    columns = ("ags", "model", "rank", "peers", "share", "exemplars")
    measures.renew("missing_model", columns, _missing_rows(gaps, peers, exemplars))
    wanting = [replace(place, gaps=frozenset(model for model, _ in gaps[place.ags])) for place in publishers]
    measures.renew("model_town", spread.TOWN_COLUMNS, spread.town_rows(exemplars))
    here = [place.ags for place in publishers]
    measures.renew("stat_model", spread.STAT_COLUMNS, spread.stat_rows(store.conn, exemplars, here))
    measures.renew("together", ("ags", "other", "rank", "score", "reasons"), _together_rows(wanting, like))


def read_places(conn: sqlite3.Connection, exemplars: Mapping[str, Iterable[str]]) -> dict[str, Place]:
    """Every municipality with what it publishes and where, by key; `exemplars`: model → municipalities that have it."""
    models: defaultdict[str, set[str]] = defaultdict(set)
    software: defaultdict[str, set[str]] = defaultdict(set)
    hosts: defaultdict[str, set[str]] = defaultdict(set)
    for model, towns in exemplars.items():
        for ags in towns:
            models[ags].add(model)
    for ags, kind, url in conn.execute(_PORTALS):
        software[ags].add(kind)
        hosts[ags].add(url)
    return {
        ags: Place(ags, *rest, *(frozenset(found[ags]) for found in (models, software, hosts)))
        for ags, *rest in conn.execute(_PLACES).fetchall()
    }


class Nearest:
    """The publishers in the order of their size, in which peers are looked up."""

    def __init__(self, publishers: Iterable[Place]) -> None:
        self._by_size = sorted(publishers, key=lambda place: (place.size, place.ags))
        self._sizes = [place.size for place in self._by_size]

    def peers(self, place: Place, number: int = PEERS) -> list[Peer]:
        """The nearest publishers, also of a municipality that publishes nothing itself."""
        middle = bisect_left(self._sizes, place.size)
        window = self._by_size[max(0, middle - WINDOW) : middle + WINDOW]
        others = [other for other in window if other.ags != place.ags]
        found = list(zip(distances(place, others), (other.ags for other in others), others, strict=True))
        if len(found) > number:  # a sort of mere numbers first says which can be among them
            most = sorted(apart for apart, _, _ in found)[number - 1]
            found = [item for item in found if item[0] <= most]
        return [Peer(other, apart) for apart, _, other in sorted(found)[:number]]


def missing(place: Place, peers: Sequence[Peer]) -> list[tuple[str, int]]:
    """Model datasets that at least two peers have and it lacks, with the number of those peers; the most common first."""
    counts = Counter(chain.from_iterable(peer.place.models - place.models for peer in peers))
    often = [(model, count) for model, count in counts.items() if count >= LEAST_PEERS]
    return sorted(often, key=lambda item: (-item[1], item[0]))[:MISSING]


def read_exemplars(conn: sqlite3.Connection, towns: Iterable[str] | None = None) -> dict[str, Exemplars]:
    """Model → its best datasets, one of a municipality: open, machine-readable, working, then by points. `towns`: keys of
    those to look at, else all."""
    best: defaultdict[str, dict[str, _Worth]] = defaultdict(dict)
    counts: Counter[tuple[str, str]] = Counter()
    given = _lists() | ({} if towns is None else {"towns": _json(sorted(towns))})
    for row in conn.execute(_EXEMPLARS + ("" if towns is None else _OF_TOWNS), given):
        counts[row[:2]] += 1
        kept, ags, found = best[row[0]], row[1], row[2:]
        if ags not in kept or found > kept[ags]:
            kept[ags] = found
    return {
        model: {ags: _exemplar(ags, kept[ags], counts[model, ags]) for ags in sorted(kept, key=kept.__getitem__, reverse=True)}
        for model, kept in best.items()
    }  # fmt: skip


_Worth = tuple[Any, ...]
"""What is compared: whether it works, is open, is machine-readable; points; key."""


def _exemplar(ags: str, worth: _Worth, datasets: int) -> Exemplar:
    works, is_open, usable, points, key = worth
    return Exemplar(key, ags, points, bool(is_open), bool(usable), bool(works), datasets)


def _lists() -> dict[str, str]:
    return {"open": orjson.dumps(open_licenses()).decode(), "usable": orjson.dumps(usable_formats()).decode()}


def _worth(item: Exemplar) -> tuple[bool, bool, bool, int, str]:
    return item.works, item.open, item.usable, item.points, item.key


def _peer_rows(places: Mapping[str, Place], peers: Mapping[str, Sequence[Peer]]) -> Iterator[tuple[Any, ...]]:
    for ags, found in peers.items():
        for rank, peer in enumerate(found, 1):
            yield ags, peer.place.ags, rank, round(peer.distance, 4), _json(reasons(places[ags], peer.place))


def _missing_rows(
    gaps: Mapping[str, Sequence[tuple[str, int]]], peers: Mapping[str, Sequence[Peer]],
    exemplars: Mapping[str, Exemplars],
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    for ags, models in gaps.items():
        known = {peer.place.ags for peer in peers[ags]}
        for rank, (model, count) in enumerate(models, 1):
            keys = [item.key for item in chosen(exemplars.get(model, {}), known)]
            yield ags, model, rank, count, round(count / len(peers[ags]), 4), _json(keys)


def chosen(exemplars: Exemplars, peers: set[str]) -> list[Exemplar]:
    """The exemplars to copy: those of peers before others, each the best first. `exemplars` may be thousands."""
    mine = sorted((exemplars[ags] for ags in peers if ags in exemplars), key=_worth, reverse=True)[:EXEMPLARS]
    others = (item for item in exemplars.values() if item.ags not in peers)
    return [*mine, *islice(others, EXEMPLARS - len(mine))]


def _together_rows(
    publishers: Sequence[Place], like: Mapping[str, Sequence[Peer]]
) -> Iterator[tuple[Any, ...]]:
    alike = {ags: [peer.place for peer in found] for ags, found in like.items()}
    for place, best in partners(publishers, alike):
        for rank, (score, ags, other, apart) in enumerate(best, 1):
            yield place.ags, ags, rank, round(score, 4), _json(in_common(place, other, apart))


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


MEASURES: tuple[Measure, ...] = (
    Measure(
        "peers",
        Text("Vergleichskommunen", "Peers"),
        Text("Welche Kommunen sind dieser am ähnlichsten?", "Which municipalities are most like this one?"),
        Text(
            f"Die {PEERS} nächsten veröffentlichenden Kommunen; Abstand 0 bis 1 aus Größe (Logarithmus der Einwohner, {WEIGHTS['size']:g}), "
            f"Art ({WEIGHTS['type']:g}), Land ({WEIGHTS['state']:g}) und Musterdatensätzen (Jaccard, {WEIGHTS['portfolio']:g}).",
            f"The {PEERS} nearest municipalities that publish; distance 0 to 1 by size (logarithm of inhabitants, {WEIGHTS['size']:g}), "
            f"type ({WEIGHTS['type']:g}), state ({WEIGHTS['state']:g}) and model datasets (Jaccard, {WEIGHTS['portfolio']:g}).",
        ),
        "select peer.rank, peer.peer as ags, municipality.name, distance, reasons from peer"
        " join municipality on municipality.ags = peer.peer where peer.ags = :ags order by peer.rank",
        Text("Ohne eigene Musterdatensätze zählen die übrigen Teile allein.", "Without model datasets of its own the other parts count alone."),
        {"peers": PEERS},
    ),
    Measure(
        "missing",
        Text("Was hier fehlt", "Missing here"),
        Text("Welche Musterdatensätze haben vergleichbare Kommunen, diese aber nicht?", "Which model datasets do peers have that this municipality lacks?"),
        Text(
            f"Musterdatensätze, die mindestens {LEAST_PEERS} Vergleichskommunen haben, nach deren Anteil; je bis zu {EXEMPLARS} Vorbilder: "
            "zuerst die der Vergleichskommunen, dann erreichbar, offen, maschinenlesbar, Punkte der Metadaten.",
            f"Model datasets that at least {LEAST_PEERS} peers have, by the share of peers; up to {EXEMPLARS} exemplars of each: "
            "those of peers first, then working, open, machine-readable, points of metadata.",
        ),
        "select missing_model.rank, missing_model.model, model.label, missing_model.peers, share, exemplars from missing_model"
        " left join model on model.slug = missing_model.model where ags = :ags order by missing_model.rank",
        Text(
            "Ein Musterdatensatz kann vorhanden, aber nicht als solcher erkannt sein.",
            "A model dataset may be there without being recognised as one.",
        ),
        {"least_peers": LEAST_PEERS, "most": MISSING},
    ),
    Measure(
        "together",
        Text("Gemeinsam", "Together"),
        Text("Mit wem lohnt sich Zusammenarbeit?", "With whom does working together pay?"),
        Text(
            f"0 bis 1: gleiche Lücken ({SAME_GAPS:g}), gleiche Musterdatensätze ({SAME_MODELS:g}), gleiche Software ({SAME_SOFTWARE:g}), "
            f"gemeinsames Portal ({SAME_HOST:g}), Nähe bis {NEAR:g} km ({NEARBY:g}).",
            f"0 to 1: same gaps ({SAME_GAPS:g}), same model datasets ({SAME_MODELS:g}), same software ({SAME_SOFTWARE:g}), "
            f"a shared portal ({SAME_HOST:g}), nearness within {NEAR:g} km ({NEARBY:g}).",
        ),
        "select together.rank, together.other as ags, municipality.name, score, reasons from together"
        " join municipality on municipality.ags = together.other where together.ags = :ags order by together.rank",
        Text("", ""),
        {"km": NEAR, "most": TOGETHER},
    ),
)  # fmt: skip
"""What this module publishes."""
