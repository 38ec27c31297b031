"""Figures of groups of datasets, kept where they change, and what each municipality should mend first."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

import orjson

from catalog.measure.metrics import KNOWN_LICENCE, METRICS, points_of
from catalog.store.quality import cells

Vector = list[int]
"""Datasets, points, possible, national points, then passed and known of each metric."""
Groups = dict[tuple[str, str], Vector]
_COUNT: Final = len(METRICS)
_HEAD: Final = 4
_NOTHING: Final = [0] * (_HEAD + 2 * _COUNT)
_NEWEST = """
select scope, key, max(run), method, datasets, points, possible, points_national, metrics from stat_score
group by scope, key
"""


def groups(conn: sqlite3.Connection) -> Groups:
    """Sums by scope and key: `portal`, `municipality`, `class` (size class), `state`, `all`. A dataset that is seen in
    several portals counts in each of them, and once everywhere else."""
    found: Groups = defaultdict(lambda: list(_NOTHING))
    for canonical, portal, ags, size_class, state, *sums in cells(conn, _COUNT):
        named = (
            ("portal", portal),
            ("all", ""),
            ("municipality", ags),
            ("class", size_class),
            ("state", state),
        )
        for scope, key in named if canonical else named[:1]:
            if key is not None and (key != "" or scope == "all"):
                vector = found[scope, str(key)]
                vector[:] = [old + int(new or 0) for old, new in zip(vector, sums, strict=True)]
    return dict(found)


def changed_scores(conn: sqlite3.Connection, found: Groups, run: int, method: str) -> Iterator[Sequence[Any]]:
    """Rows of `stat_score` for the groups whose figures differ from the last ones, those that emptied among them."""
    last = {(row[0], row[1]): tuple(row[3:]) for row in conn.execute(_NEWEST)}
    for scope, key in sorted(found.keys() | last.keys()):
        figures = (method, *_figures(found.get((scope, key), _NOTHING)))
        if figures != last.get((scope, key)):
            yield (scope, key, run, *figures)


def _figures(vector: Vector) -> tuple[int, float, float, float, str]:
    """Datasets, averages, and the share of datasets that pass each metric of those of which it is known."""
    datasets = vector[0]
    points, possible, national = (_ratio(value, datasets, 2) or 0.0 for value in vector[1:_HEAD])
    shares = {
        metric.slug: _ratio(vector[_HEAD + place], vector[_HEAD + _COUNT + place], 4)
        for place, metric in enumerate(METRICS)
    }
    return datasets, points, possible, national, orjson.dumps(shares).decode()


def _ratio(part: int, whole: int, digits: int) -> float | None:
    return round(part / whole, digits) if whole else None


def actions(found: Groups) -> Iterator[tuple[str, str, int, int, float]]:
    """Rows of `action`: municipality, metric, rank, datasets that lose its points, points gained if all are mended.
    What is not known is no loss, and a licence of the German list is nothing to mend: the national profile asks for it.
    Of equal gains the metric that stands first in the published table is first."""
    for (scope, key), vector in sorted(found.items()):
        if scope != "municipality":
            continue
        lost = [
            (metric.points * failed, -place, metric.slug, failed)
            for place, metric in enumerate(METRICS)
            if (failed := _failed(vector, place))
        ]
        for rank, (gain, _, slug, failed) in enumerate(sorted(lost, reverse=True), start=1):
            yield key, slug, rank, failed, float(gain)


def _failed(vector: Vector, place: int) -> int:
    """Datasets that a municipality can mend."""
    failed = vector[_HEAD + _COUNT + place] - vector[_HEAD + place]
    if KNOWN_LICENCE >> place & 1:
        failed -= (vector[3] - vector[1]) // points_of(KNOWN_LICENCE)
    return failed
