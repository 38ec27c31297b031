"""Points of each dataset by the MQA: what its record says of the 23 metrics, and which distribution counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import orjson

from catalog.cleaning.licences import read_licence
from catalog.measure import odpw
from catalog.measure.actions import actions, changed_scores, groups
from catalog.measure.distributions import File, files_of, text_of
from catalog.measure.metrics import (
    ACCESS_WORKS,
    ALL,
    BIT,
    COMPLIANT,
    DOWNLOAD_WORKS,
    KNOWN_LICENCE,
    METRICS,
    points_of,
)
from catalog.measure.records import Item
from catalog.store.measures import Measures
from catalog.store.quality import (
    ACTION_COLUMNS,
    METRIC_COLUMNS,
    QUALITY_COLUMNS,
    QUALITY_FILE_COLUMNS,
    STAT_SCORE_COLUMNS,
    Bits,
    QualityRows,
)
from catalog.store.store import Store
from catalog.vocabulary import vocabulary

METHOD = "mqa-1"
"""Name and version of the method; a new version scores every record again and starts a new line of history."""
FAULTS: Final = ("date-unreadable", "iri-unusable")
"""Faults met while reading that are values of the record which no shape would let pass; other faults concern the
portal's interface or file, which validation of a dataset does not see."""
_PRESENCE = tuple(
    (metric.prop, BIT[metric.slug])
    for metric in METRICS
    if metric.level == "dataset" and metric.slug.endswith("Availability")
)
_RIGHTS_LISTED = BIT["accessRightsVocabularyAlignment"]
_BONUS = points_of(KNOWN_LICENCE)
Works = Callable[[str], bool | None]
"""Address -> whether it answers with success; None where that is not known yet."""


class Facts(NamedTuple):
    """What a record says: `own` are the bits that the dataset itself passes, `open` is 2 for an open licence, 1 where
    the record only declares openness, else 0."""

    own: int
    files: tuple[File, ...]
    open: int = 0


class Score(NamedTuple):
    """Points of those possible; `best` is the number of the distribution that counts, None where there is none."""

    points: int
    possible: int
    points_national: int
    passed: int
    known: int
    best: int | None


def facts_of(record: dict[str, Any]) -> Facts:
    """What the canonical JSON of a dataset says."""
    own = sum(bit for name, bit in _PRESENCE if record.get(name))
    listed = vocabulary("access-right")
    if any(listed.by_uri(text_of(value)) for value in record.get("access_rights", ())):
        own |= _RIGHTS_LISTED
    files = files_of(record)
    return Facts(own, files, max((_openness(file.license) for file in files), default=0))


def score(facts: Facts, works: Works, compliant: bool) -> Score:
    """The points of a dataset. The distribution with the most points counts; of equals the one whose licence the
    national view knows, then the one with more left unknown, then the first. `catalog.store.quality` says the same in SQL.
    """
    own = facts.own | (COMPLIANT if compliant else 0)
    if not facts.files:
        return _sum(own, ALL, False, None)
    tried = [(_with_links(file, works), file, -number) for number, file in enumerate(facts.files)]
    (passed, unknown), file, place = max(tried, key=_worth)
    return _sum(own | passed, ALL & ~unknown, file.national, -place)


def _worth(tried: tuple[tuple[int, int], File, int]) -> tuple[int, bool, int, int]:
    (passed, unknown), file, place = tried
    return points_of(passed), file.national, points_of(unknown), place


def _with_links(file: File, works: Works) -> tuple[int, int]:
    """The bits that a distribution passes and those not known, its links among them."""
    passed, unknown = file.passed, 0
    for address, bit in ((file.access_url, ACCESS_WORKS), (file.download_url, DOWNLOAD_WORKS)):
        answer = works(address) if address else False
        passed |= bit if answer else 0
        unknown |= bit if answer is None else 0
    return passed, unknown


def _sum(passed: int, known: int, national: bool, best: int | None) -> Score:
    points = points_of(passed)
    bonus = _BONUS if national and not passed & KNOWN_LICENCE else 0
    return Score(points, points_of(known), points + bonus, passed, known, best)


@lru_cache(maxsize=4096)
def _openness(license_text: str) -> int:
    found = read_licence(license_text) if license_text else None
    if found is None or found.open != "yes":
        return 0
    return 1 if found.by_declaration else 2


class Scored:
    """Observer: scores every dataset without its links, which `aggregate` joins; other classes have no score."""

    method = METHOD

    def __init__(self, store: Store) -> None:
        self._seen: list[int] = []
        self._scores: list[Sequence[Any]] = []
        self._files: list[Sequence[Any]] = []

    def look(self, item: Item) -> None:
        """Score one record, as if no link had been checked and nothing were wrong."""
        self._seen.append(item.dataset)
        if item.kind != "Dataset":
            return
        facts = facts_of(item.record)
        found = score(facts, _not_checked, compliant=False)
        values = orjson.dumps(odpw.values(item.record)).decode()
        self._scores.append((item.dataset, *found[:5], facts.open, facts.own, found.best, values))
        self._files += _file_rows(item.dataset, facts.files)

    def flush(self, measures: Measures) -> None:
        """Replace the rows of the records seen."""
        measures.renew_of("quality", QUALITY_COLUMNS, self._scores, "dataset", self._seen)
        measures.renew_of("quality_file", QUALITY_FILE_COLUMNS, self._files, "dataset", self._seen)
        self._seen, self._scores, self._files = [], [], []


def _not_checked(_address: str) -> None:
    return None


def _file_rows(dataset: int, files: Iterable[File]) -> list[Sequence[Any]]:
    return [
        (
            *(dataset, number, file.passed, _points(file.passed), file.national),
            *(None if file.access_url else 0, None if file.download_url else 0),
        )
        for number, file in enumerate(files)
    ]


@lru_cache(maxsize=4096)
def _points(bits: int) -> int:
    return points_of(bits)


def aggregate(store: Store, run: int) -> None:
    """Join links and findings to the scores, add to the history what changed, renew the figures of groups and what to
    do next. Call it after the pass over the records and after links were told which datasets use them."""
    measures, rows = Measures(store), QualityRows(store, _points)
    measures.renew("metric", METRIC_COLUMNS, _metric_rows())
    rows.find_links()
    rows.settle(_bits())
    rows.remember(run, METHOD)
    found = groups(store.conn)
    changed = list(changed_scores(store.conn, found, run, METHOD))
    measures.keep("stat_score", STAT_SCORE_COLUMNS, changed)
    measures.renew("action", ACTION_COLUMNS, actions(found))


def _bits() -> Bits:
    faults = orjson.dumps(FAULTS).decode()
    return Bits(ALL, ACCESS_WORKS, DOWNLOAD_WORKS, COMPLIANT, KNOWN_LICENCE, faults)


def _metric_rows() -> Iterable[Sequence[Any]]:
    for place, metric in enumerate(METRICS):
        texts = (metric.title, metric.condition, metric.fix)
        words = [word for text in texts for word in (text.de, text.en)]
        yield (metric.slug, place, metric.dimension, metric.points, *words)
