"""What is known of quality, for pages and reports: a dataset, a municipality, what to do next, the history. Only SELECTs."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from catalog.measure.metrics import BIT, KNOWN_LICENCE, METRICS, Metric, band
from catalog.measure.odpw import ASPECTS
from catalog.store.quality import ALIVE, ONCE

State = Literal["passed", "failed", "unknown"]
FROM_ALIVE: Final = f"""from quality join dataset on dataset.id = quality.dataset
join portal on portal.id = dataset.portal where {ALIVE}"""
"""The datasets that count, to which conditions are added."""
LOSING: Final = f"""select dataset.key, dataset.title, portal.key as portal, quality.points, quality.possible
{FROM_ALIVE} and {ONCE} and dataset.ags = :ags and quality.known & :bit and not quality.passed & :bit
and not (:bit = {KNOWN_LICENCE} and quality.points_national > quality.points)
order by quality.points, dataset.key limit :limit offset :start"""
"""The datasets of a municipality that lose the points of a metric, the poorest first."""
_DATASET = """select points, possible, points_national, passed, known, best from quality
join dataset on dataset.id = quality.dataset where dataset.key = ?"""
_GROUP = "select * from stat_score where scope = ? and key = ? order by run desc limit 1"
_HISTORY = """select run.started as at, score.run, method, points, possible from score join run on run.id = score.run
join dataset on dataset.id = score.dataset where dataset.key = ? order by score.run"""
_GROUP_HISTORY = """select run.started as at, stat_score.run, method, datasets, points, possible, points_national
from stat_score join run on run.id = stat_score.run where scope = ? and key = ? order by stat_score.run"""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MetricState:
    """A metric of one dataset; `gain` is what mending it brings: its points where it failed, else 0."""

    metric: Metric
    state: State
    gain: int


@dataclass(frozen=True, slots=True)
class DatasetScore:
    """Points of one dataset. `band` follows from the points; `file` is the place of the distribution that counts, by
    address, None where there is none."""

    points: int
    possible: int
    points_national: int
    band: str
    file: int | None
    metrics: tuple[MetricState, ...]


@dataclass(frozen=True, slots=True)
class GroupScore:
    """Average points of a group of datasets; `shares`: metric -> share of datasets that pass, of those of which it is
    known (None: of none)."""

    scope: str
    key: str
    datasets: int
    points: float
    possible: float
    points_national: float
    band: str
    shares: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Action:
    """What to mend: `gain` points over so many datasets."""

    rank: int
    metric: Metric
    datasets: int
    gain: int


def dataset_score(conn: sqlite3.Connection, key: str) -> DatasetScore | None:
    """The score of a dataset by its key; None for what has none (services, series, what was never measured)."""
    row = conn.execute(_DATASET, (key,)).fetchone()
    if row is None:
        return None
    points, possible, national, passed, known, best = row
    states = tuple(_state(metric, passed, known) for metric in METRICS)
    return DatasetScore(points, possible, national, band(points), best, states)


def _state(metric: Metric, passed: int, known: int) -> MetricState:
    bit = BIT[metric.slug]
    if not known & bit:
        return MetricState(metric, "unknown", 0)
    return MetricState(metric, "passed", 0) if passed & bit else MetricState(metric, "failed", metric.points)


def group_score(conn: sqlite3.Connection, scope: str, key: str = "") -> GroupScore | None:
    """The newest figures of `portal`, `municipality`, `class`, `state` or `all`; None where nothing was measured."""
    found = _rows(conn, _GROUP, (scope, key))
    if not found:
        return None
    row = found[0]
    return GroupScore(
        scope, key, row["datasets"], row["points"], row["possible"], row["points_national"],
        band(row["points"]), orjson.loads(row["metrics"]),
    )  # fmt: skip


def next_actions(conn: sqlite3.Connection, ags: str, limit: int = len(METRICS)) -> list[Action]:
    """What a municipality should mend first, by the points that all its datasets would gain."""
    sql = "select metric, rank, datasets, gain from action where ags = ? order by rank limit ?"
    known = {metric.slug: metric for metric in METRICS}
    return [
        Action(rank, known[slug], datasets, int(gain))
        for slug, rank, datasets, gain in conn.execute(sql, (ags, limit))
        if slug in known
    ]


def datasets_losing(
    conn: sqlite3.Connection, ags: str, slug: str, limit: int = -1, start: int = 0
) -> list[Row]:
    """The datasets of a municipality that an action is about: key, title, portal, points, possible; the poorest first.
    Raises KeyError for an unknown metric."""
    return _rows(conn, LOSING, {"ags": ags, "bit": BIT[slug], "limit": limit, "start": start})


def history(conn: sqlite3.Connection, key: str) -> list[Row]:
    """Scores of a dataset over time, one row a change: at, run, method, points, possible."""
    return _rows(conn, _HISTORY, (key,))


def group_history(conn: sqlite3.Connection, scope: str, key: str = "") -> list[Row]:
    """Figures of a group over time, one row a change."""
    return _rows(conn, _GROUP_HISTORY, (scope, key))


def odpw_values(conn: sqlite3.Connection, scope: str, key: str) -> dict[str, float | None]:
    """The second view of a `portal` or a `municipality`: aspect -> average over its datasets, from 0 to 1; and how many
    of its checked addresses answer (`retrievability`). Raises KeyError for another scope."""
    column = {"portal": "portal.key", "municipality": f"{ONCE} and dataset.ags"}[scope]
    places = ", ".join(f"avg(json_extract(odpw, '$[{place}]'))" for place in range(len(ASPECTS)))
    row = conn.execute(f"select {places} {FROM_ALIVE} and {column} = ?", (key,)).fetchone()
    found = {aspect.slug: _rounded(value) for aspect, value in zip(ASPECTS, row, strict=True)}
    return found | {"retrievability": _retrievability(conn, column, key)}


def _retrievability(conn: sqlite3.Connection, column: str, key: str) -> float | None:
    links = f"""select avg(link.state in ('reachable', 'moved', 'wrong_content')) from link where link.id in (
        select dataset_link.link from dataset_link join dataset on dataset.id = dataset_link.dataset
        join portal on portal.id = dataset.portal where {ALIVE} and {column} = ?)
        and link.state not in ('not_checked', 'blocked')"""
    return _rounded(conn.execute(links, (key,)).fetchone()[0])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _rows(conn: sqlite3.Connection, sql: str, values: Any) -> list[Row]:
    cursor = conn.execute(sql, values)
    names = [item[0] for item in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
