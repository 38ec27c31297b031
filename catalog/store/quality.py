"""Set-wise writing of quality: links and findings joined to what records say, and the history of each dataset."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from catalog.store.store import Store

QUALITY_COLUMNS = (
    *("dataset", "points", "possible", "points_national", "passed", "known", "open", "own", "best", "odpw"),
)
QUALITY_FILE_COLUMNS = (
    *("dataset", "number", "passed", "points", "national", "access_link", "download_link"),
)
METRIC_COLUMNS = (
    *("slug", "position", "dimension", "points", "title_de", "title_en", "condition_de", "condition_en"),
    *("fix_de", "fix_en"),
)
STAT_SCORE_COLUMNS = (
    *("scope", "key", "run", "method", "datasets", "points", "possible", "points_national", "metrics"),
)
ACTION_COLUMNS = ("ags", "metric", "rank", "datasets", "gain")

ALIVE = "dataset.gone_run is null and portal.kind <> 'website' and lower(dataset.type) <> 'website'"
"""Which datasets count: not gone, and no files on web pages. Needs the tables `dataset` and `portal`."""
ONCE = "not exists (select 1 from sighting where sighting.dataset = dataset.id and canonical <> dataset.id)"
"""Of a dataset seen in several portals the canonical sighting alone. Needs the table `dataset`."""

# The n-th pair of addresses among the distributions is the n-th file's: both follow from the same record.
_FIND_LINKS = """
update quality_file set access_link = coalesce(access_link, found.access),
    download_link = coalesce(download_link, found.download)
from (
    select placed.dataset, placed.number, access.id as access, download.id as download from (
        select distinct dataset, access_url, download_url,
               dense_rank() over (partition by dataset order by access_url, download_url) - 1 as number
        from distribution where dataset in (
            select dataset from quality_file where access_link is null or download_link is null)) as placed
    left join link as access on access.url = trim(placed.access_url)
    left join link as download on download.url = trim(placed.download_url)
    where access.id is not null or download.id is not null) as found
where found.dataset = quality_file.dataset and found.number = quality_file.number
  and (access_link is null or download_link is null)
"""
_WORKS = """case when {name}_link = 0 then 0 when {name}.state in ('reachable', 'moved', 'wrong_content') then 1
    when coalesce({name}.state, 'not_checked') in ('not_checked', 'blocked') then null else 0 end as {name}"""
# By status alone: wrong content comes with status 200. Who keeps robots out is not judged. What is not HTTP fails.
# The greatest worth wins as in `catalog.measure.quality.score`: points, national view, what is unknown, the first.
_SETTLE = f"""
with checked as (
    select dataset, number, passed, points, national,
           {_WORKS.format(name="access")}, {_WORKS.format(name="download")}
    from quality_file left join link as access on access.id = access_link
    left join link as download on download.id = download_link),
best as (
    select dataset, number, national,
           passed | coalesce(access, 0) * :access_bit | coalesce(download, 0) * :download_bit as passed,
           (access is null) * :access_bit | (download is null) * :download_bit as unknown,
           max((((points + coalesce(access, 0) * :access_points + coalesce(download, 0) * :download_points) * 2
                + national) * 128 + (access is null) * :access_points + (download is null) * :download_points)
               * 1048576 - number) as worth
    from checked group by dataset),
faulty as (
    select distinct dataset from finding where kind in (
        select id from finding_kind
        where dcat_ap = 'error' and (class <> '' or slug in (select value from json_each(:faults))))),
settled as (
    select quality.dataset, best.number as best, :every & ~coalesce(unknown, 0) as known, coalesce(national, 0) as national,
           own | coalesce(best.passed, 0) | (faulty.dataset is null) * :compliant_bit as passed
    from quality left join best on best.dataset = quality.dataset
    left join faulty on faulty.dataset = quality.dataset)
update quality set passed = settled.passed, known = settled.known, best = settled.best,
    points = points_of(settled.passed), possible = points_of(settled.known),
    points_national = points_of(settled.passed)
        + (national and not settled.passed & :licence_bit) * points_of(:licence_bit)
from settled where settled.dataset = quality.dataset
  and (quality.passed, quality.known, quality.best) is not (settled.passed, settled.known, settled.best)
"""
_HISTORY = f"""
insert or replace into score (dataset, run, method, points, possible, passed, known)
select quality.dataset, :run, :method, quality.points, quality.possible, quality.passed, quality.known
from quality join dataset on dataset.id = quality.dataset join portal on portal.id = dataset.portal
left join score as last on last.dataset = quality.dataset
    and last.run = (select max(run) from score where score.dataset = quality.dataset)
where {ALIVE} and (last.method, last.passed, last.known) is not (:method, quality.passed, quality.known)
"""


@dataclass(frozen=True, slots=True)
class Bits:
    """The metrics that links and findings decide: their bits, and the bits of all."""

    every: int
    access: int
    download: int
    compliant: int
    licence: int
    faults: str
    """JSON list of the faults met while reading that count against compliance."""


class QualityRows:
    """Joins, of a store that is opened for writing. `points_of` gives the points of a set of bits."""

    def __init__(self, store: Store, points_of: Callable[[int], int]) -> None:
        self._db: Database = store.db
        self.conn: sqlite3.Connection = store.conn
        self._points_of = points_of
        self.conn.create_function("points_of", 1, points_of, deterministic=True)

    def find_links(self) -> None:
        """Give distributions the numbers of the links that their addresses have by now."""
        self._write(_FIND_LINKS, {})

    def settle(self, bits: Bits) -> None:
        """Points of every dataset by today's links and findings, and by the distribution that is best by them."""
        values: dict[str, int | str] = {
            "every": bits.every, "access_bit": bits.access, "download_bit": bits.download,
            "compliant_bit": bits.compliant, "licence_bit": bits.licence, "faults": bits.faults,
            "access_points": self._points_of(bits.access), "download_points": self._points_of(bits.download),
        }  # fmt: skip
        self._write(_SETTLE, values)

    def remember(self, run: int, method: str) -> None:
        """A row of history for each dataset whose score is not the last one remembered."""
        self._write(_HISTORY, {"run": run, "method": method})

    def _write(self, sql: str, values: dict[str, int | str]) -> None:
        with self._db.atomic():
            self.conn.execute(sql, values)


def cells(conn: sqlite3.Connection, metrics: int) -> list[Sequence[int | str | None]]:
    """Sums over the datasets of each portal and municipality, canonical ones apart from those that another portal has
    too: whether they are canonical, portal key, ags, size class, state, datasets, points, possible points, points of the
    national view, and for each metric how many pass and of how many it is known."""
    sums = ", ".join(f"sum({name} >> {n} & 1)" for name in ("passed", "known") for n in range(metrics))
    return conn.execute(
        f"""select {ONCE} as canonical, portal.key, dataset.ags, municipality.size_class, municipality.state, count(*),
            sum(points), sum(possible), sum(points_national), {sums}
        from quality join dataset on dataset.id = quality.dataset join portal on portal.id = dataset.portal
        left join municipality on municipality.ags = dataset.ags
        where {ALIVE} group by dataset.portal, dataset.ags, canonical"""
    ).fetchall()
