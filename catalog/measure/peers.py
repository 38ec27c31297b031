"""Whom to copy from and with whom to work: peers, what is missing here with exemplars, and who has the same to do."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from heapq import nlargest, nsmallest
from itertools import islice
from typing import Any, NamedTuple

import orjson

from catalog.cleaning.codes import open_licenses
from catalog.measure.measure import Measure, Text
from catalog.measure.models import spread
from catalog.measure.nearness import WEIGHTS, Place, distance, overlap, reasons, within
from catalog.measure.stocktaking.figures import usable_formats
from catalog.store.measures import Measures
from catalog.store.store import Store

PEERS = 10
WINDOW = 150
"""Publishers that are looked at on either side in the order of size: beyond them the size alone rules a peer out."""
MISSING, EXEMPLARS = 15, 3
LEAST_PEERS = 2
"""Peers that must have a model dataset before its lack is named."""
NEAR = 30.0
"""Kilometres within which municipalities are near."""
TOGETHER = 10
ALIKE = 3 * TOGETHER
"""Those most alike that are looked at for working together."""
_NORTH, _EAST = 0.27, 0.5
"""Degrees of a square of the grid that near places are looked up in: 30 km and more up to 57° north or south."""
_NEIGHBOURS = 60
_SAME_GAPS, _SAME_MODELS, _SAME_SOFTWARE, _SAME_HOST, _NEARBY = 0.35, 0.2, 0.1, 0.15, 0.2


class Peer(NamedTuple):
    """A peer of a municipality with its distance (0 to 1)."""

    place: Place
    distance: float


class Exemplar(NamedTuple):
    """A dataset worth copying: its key, municipality and points, whether it is open and machine-readable, and works."""

    key: str
    ags: str
    points: int
    open: bool
    usable: bool
    works: bool


Exemplars = Mapping[str, Exemplar]
"""Municipality → its exemplar, the best first."""

_PLACES = """
select ags, name, coalesce(state, ''), coalesce(type, ''), population, lat, lon from municipality order by ags
"""
_MODELS = """
select distinct dataset.ags, model from dataset_model join dataset on dataset.id = dataset
where gone_run is null and dataset.ags is not null
"""
_PORTALS = """
select distinct dataset.ags, portal.kind, portal.url from dataset join portal on portal.id = dataset.portal
where gone_run is null and dataset.ags is not null and portal.kind <> 'website'
"""
_EXEMPLARS = """
select model, dataset.key, dataset.ags, coalesce(quality.points_national, 0),
       dataset.license in (select value from json_each(:open)),
       exists (select 1 from distribution where distribution.dataset = dataset.id
               and format in (select value from json_each(:usable))),
       coalesce((select min(link.state in ('reachable', 'moved', 'not_checked')) from dataset_link
                 join link on link.id = dataset_link.link where dataset_link.dataset = dataset.id), 1)
from dataset_model join dataset on dataset.id = dataset_model.dataset left join quality on quality.dataset = dataset.id
where gone_run is null and dataset.ags is not null
  and not exists (select 1 from sighting where sighting.dataset = dataset.id and canonical <> dataset.id)
"""
_OF_TOWNS = "and dataset.ags in (select value from json_each(:towns))"


def relate(store: Store) -> None:
    """Renew peers, what is missing and with whom to work, for every municipality that publishes."""
    places = read_places(store.conn)
    exemplars = read_exemplars(store.conn)
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
    measures.renew("model_town", spread.TOWN_COLUMNS, spread.town_rows(store.conn, exemplars))
    here = [place.ags for place in publishers]
    measures.renew("stat_model", spread.STAT_COLUMNS, spread.stat_rows(store.conn, exemplars, here))
    measures.renew("together", ("ags", "other", "rank", "score", "reasons"), _together_rows(wanting, like))


def read_places(conn: sqlite3.Connection) -> dict[str, Place]:
    """Every municipality with what it publishes and where, by key."""
    models: defaultdict[str, set[str]] = defaultdict(set)
    software: defaultdict[str, set[str]] = defaultdict(set)
    hosts: defaultdict[str, set[str]] = defaultdict(set)
    for ags, model in conn.execute(_MODELS):
        models[ags].add(model)
    for ags, kind, url in conn.execute(_PORTALS):
        software[ags].add(kind)
        hosts[ags].add(url)
    bare = (Place(*row) for row in conn.execute(_PLACES))
    return {
        place.ags: replace(
            place,
            models=frozenset(models[place.ags]),
            software=frozenset(software[place.ags]),
            hosts=frozenset(hosts[place.ags]),
        )
        for place in bare
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
        found = (Peer(other, distance(place, other)) for other in window if other.ags != place.ags)
        return nsmallest(number, found, key=lambda peer: (peer.distance, peer.place.ags))


def missing(place: Place, peers: Sequence[Peer]) -> list[tuple[str, int]]:
    """Model datasets that at least two peers have and it lacks, with the number of those peers; the most common first."""
    counts = Counter(model for peer in peers for model in peer.place.models - place.models)
    often = [(model, count) for model, count in counts.items() if count >= LEAST_PEERS]
    return sorted(often, key=lambda item: (-item[1], item[0]))[:MISSING]


def read_exemplars(conn: sqlite3.Connection, towns: Iterable[str] | None = None) -> dict[str, Exemplars]:
    """Model → its best datasets, one of a municipality: open, machine-readable, working, then by points. `towns`: keys of
    those to look at, else all."""
    best: defaultdict[str, dict[str, Exemplar]] = defaultdict(dict)
    given = _lists() | ({} if towns is None else {"towns": _json(sorted(towns))})
    for model, *values in conn.execute(_EXEMPLARS + ("" if towns is None else _OF_TOWNS), given):
        item = Exemplar(*values[:3], *map(bool, values[3:]))
        kept = best[model].get(item.ags)
        if kept is None or _worth(item) > _worth(kept):
            best[model][item.ags] = item
    return {model: _by_worth(items.values()) for model, items in best.items()}


def _by_worth(items: Iterable[Exemplar]) -> dict[str, Exemplar]:
    return {item.ags: item for item in sorted(items, key=_worth, reverse=True)}


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
    mine = sorted((exemplars[ags] for ags in peers & exemplars.keys()), key=_worth, reverse=True)
    others = (item for item in exemplars.values() if item.ags not in peers)
    return [*mine, *islice(others, max(0, EXEMPLARS - len(mine)))][:EXEMPLARS]


def _together_rows(
    publishers: Sequence[Place], like: Mapping[str, Sequence[Peer]]
) -> Iterator[tuple[Any, ...]]:
    field = _Field(publishers, like)
    for place in publishers:
        scored = ((in_common(place, other), other.ags, other) for other in field.around(place))
        best = nlargest(TOGETHER, (item for item in scored if item[0] > 0), key=lambda item: item[:2])
        for rank, (_, ags, other) in enumerate(best, 1):
            score, why = together(place, other)
            yield place.ags, ags, rank, round(score, 4), _json(why)


def together(first: Place, second: Place) -> tuple[float, dict[str, object]]:
    """How much two municipalities have to do in common (0 to 1), and what."""
    both = {name: sorted(getattr(first, name) & getattr(second, name)) for name in _SHARED}
    why: dict[str, object] = {name: values for name, values in both.items() if values}
    apart = within(first, second, NEAR)
    if apart is not None:
        why["km"] = round(apart)
    return in_common(first, second), why


_SHARED = ("gaps", "models", "software", "hosts")


def in_common(first: Place, second: Place) -> float:
    """How much two municipalities have to do in common (0 to 1)."""
    score = _SAME_GAPS * overlap(first.gap_bits, second.gap_bits)
    score += _SAME_MODELS * overlap(first.model_bits, second.model_bits)
    score += _SAME_SOFTWARE * (not first.software.isdisjoint(second.software))
    score += _SAME_HOST * (not first.hosts.isdisjoint(second.hosts))
    apart = within(first, second, NEAR)
    return score if apart is None else score + _NEARBY * (1 - apart / NEAR)


class _Field:
    """Who may have something in common: near places, users of the same portal, and those alike."""

    def __init__(self, places: Sequence[Place], like: Mapping[str, Sequence[Peer]]) -> None:
        self._grid: defaultdict[tuple[int, int], list[Place]] = defaultdict(list)
        self._hosts: defaultdict[str, list[Place]] = defaultdict(list)
        self._like = like
        self._by_key = {place.ags: place for place in places}
        for place in places:
            if place.lat is not None and place.lon is not None:
                self._grid[_square(place)].append(place)
            for host in place.hosts:
                self._hosts[host].append(place)

    def around(self, place: Place) -> list[Place]:
        """Candidates by key, without the place itself."""
        apart = ((within(place, other, NEAR), other.ags, other) for other in self._neighbours(place))
        close = [(far, ags, other) for far, ags, other in apart if far is not None]
        near = nsmallest(_NEIGHBOURS, close, key=lambda item: item[:2])
        found = {ags: other for _, ags, other in near}
        for host in place.hosts:
            found.update((other.ags, other) for other in _next_in_size(self._hosts[host], place))
        found.update((peer.place.ags, self._by_key[peer.place.ags]) for peer in self._like[place.ags])
        found.pop(place.ags, None)
        return [found[ags] for ags in sorted(found)]

    def _neighbours(self, place: Place) -> Iterator[Place]:
        if place.lat is None or place.lon is None:
            return
        row, column = _square(place)
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                yield from self._grid.get((row + down, column + right), ())


def _next_in_size(places: Sequence[Place], place: Place) -> list[Place]:
    """Of those on one portal, which may be thousands, the hundred of the nearest size."""
    if len(places) <= 100:
        return list(places)
    return nsmallest(100, places, key=lambda other: (abs(other.size - place.size), other.ags))


def _square(place: Place) -> tuple[int, int]:
    return int((place.lat or 0) // _NORTH), int((place.lon or 0) // _EAST)


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
            f"0 bis 1: gleiche Lücken ({_SAME_GAPS:g}), gleiche Musterdatensätze ({_SAME_MODELS:g}), gleiche Software ({_SAME_SOFTWARE:g}), "
            f"gemeinsames Portal ({_SAME_HOST:g}), Nähe bis {NEAR:g} km ({_NEARBY:g}).",
            f"0 to 1: same gaps ({_SAME_GAPS:g}), same model datasets ({_SAME_MODELS:g}), same software ({_SAME_SOFTWARE:g}), "
            f"a shared portal ({_SAME_HOST:g}), nearness within {NEAR:g} km ({_NEARBY:g}).",
        ),
        "select together.rank, together.other as ags, municipality.name, score, reasons from together"
        " join municipality on municipality.ags = together.other where together.ags = :ags order by together.rank",
        Text("", ""),
        {"km": NEAR, "most": TOGETHER},
    ),
)  # fmt: skip
"""What this module publishes."""
