"""The lists that one can take along as CSV or XLSX, and how each is read in batches.

The first column of every SELECT tells where the next batch begins and is not shown; `:after` is its last value, `:size` the
number of rows. Every other parameter is named in the list's own conditions.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.publish.selection import Scope, listed
from catalog.store.quality import ONCE

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Listing:
    """One list: the name of its file, its columns, and the SELECT that gives them after the cursor."""

    name: str
    columns: tuple[str, ...]
    sql: str

    def batch(
        self, connection: sqlite3.Connection, given: Mapping[str, Any], after: Any
    ) -> list[tuple[Any, ...]]:
        """The next rows, with their cursor first."""
        cursor = connection.execute(self.sql, {**given, "after": after, "size": BATCH})
        cursor.row_factory = None
        return cursor.fetchall()

    def rows(self, connection: sqlite3.Connection, given: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """All rows, without their cursor."""
        after: Any = 0  # SQLite sorts every number before every text
        while batch := self.batch(connection, given, after):
            yield from (row[1:] for row in batch)
            after = batch[-1][0]
            if len(batch) < BATCH:
                return


_DATASET_COLUMNS: tuple[tuple[str, str], ...] = (
    ("key", "dataset.key"),
    ("portal", "portal.key"),
    ("identifier", "dataset.identifier"),
    ("iri", "dataset.iri"),
    ("class", "dataset.class"),
    ("type", "dataset.type"),
    ("title", "dataset.title"),
    ("publisher", "agent.name"),
    ("contact", "dataset.contact"),
    ("issued", "dataset.issued"),
    ("modified", "dataset.modified"),
    ("temporal_start", "dataset.temporal_start"),
    ("temporal_end", "dataset.temporal_end"),
    ("license", "dataset.license"),
    ("access_rights", "dataset.access_rights"),
    ("frequency", "dataset.frequency"),
    ("language", "dataset.language"),
    ("landing_page", "dataset.landing_page"),
    ("spatial", "dataset.spatial"),
    ("west", "dataset.west"),
    ("south", "dataset.south"),
    ("east", "dataset.east"),
    ("north", "dataset.north"),
    ("distributions", "dataset.distributions"),
    (
        "themes",
        "(select group_concat(theme, ' ') from dataset_theme where dataset_theme.dataset = dataset.id)",
    ),
    (
        "formats",
        "(select group_concat(distinct format) from distribution"
        " where distribution.dataset = dataset.id and distribution.format != '')",
    ),
    ("errors", "dataset.errors"),
    ("warnings", "dataset.warnings"),
    ("municipality", "dataset.ags"),
    ("municipality_name", "municipality.name"),
    ("points", "quality.points"),
    ("possible_points", "quality.possible"),
    (
        "model",
        "(select group_concat(model, ' ') from dataset_model where dataset_model.dataset = dataset.id)",
    ),
    ("first_seen", "first.started"),
    ("changed", "changed.started"),
    (
        "same_as",
        "(select other.key from sighting join dataset as other on other.id = sighting.canonical"
        " where sighting.dataset = dataset.id and other.id != dataset.id)",
    ),
)
DATASET_COLUMNS = tuple(name for name, _ in _DATASET_COLUMNS)
_DATASET = f"""
select dataset.id, {", ".join(source for _, source in _DATASET_COLUMNS)}
from dataset join portal on portal.id = dataset.portal left join agent on agent.id = dataset.publisher
join run as first on first.id = dataset.first_seen join run as changed on changed.id = dataset.changed_run
left join municipality on municipality.ags = dataset.ags left join quality on quality.dataset = dataset.id
"""


def datasets(scope: Scope, name: str = "datasets") -> Listing:
    """The datasets of a scope; parameters as `selection.values` gives them."""
    where = f"dataset.id > :after and {listed(scope)}"
    return Listing(name, DATASET_COLUMNS, f"{_DATASET} where {where} order by dataset.id limit :size")


def losing(scope: Scope, name: str) -> Listing:
    """The datasets of a scope that lose the points of a metric (`:bit`), of a municipality (`:ags`) and a state (`:land`),
    each empty for all. `:national`: the bit whose points the German list of licences gives as well."""
    where = """quality.known & :bit and not quality.passed & :bit
        and not (:bit = :national and quality.points_national > quality.points)
        and (:ags = '' or dataset.ags = :ags) and (:land = '' or municipality.state = :land)"""
    once = "true" if scope.kind == "portal" else ONCE
    sql = f"{_DATASET} where dataset.id > :after and {listed(scope)} and {once} and {where} order by dataset.id limit :size"
    return Listing(name, DATASET_COLUMNS, sql)


def found() -> Listing:
    """The datasets whose numbers are in `:hits`, a JSON list."""
    sql = f"{_DATASET} where dataset.id in (select value from json_each(:hits)) and dataset.id > :after"
    return Listing("datasets", DATASET_COLUMNS, f"{sql} order by dataset.id limit :size")


def _listing(name: str, cursor: str, columns: Mapping[str, str], source: str, where: str = "true") -> Listing:
    shown = ", ".join(columns.values())
    sql = f"select {cursor}, {shown} from {source} where {where} and {cursor} > :after order by {cursor} limit :size"
    return Listing(name, tuple(columns), sql)


_NEWEST = "(select max(run) from stocktaking as newer where newer.ags = municipality.ags)"
MUNICIPALITIES = _listing(
    "municipalities",
    "municipality.ags",
    {
        "ags": "municipality.ags",
        "ars": "municipality.ars",
        "name": "municipality.name",
        "state": "municipality.state",
        "type": "municipality.type",
        "district": "municipality.district",
        "population": "population",
        "population_date": "population_date",
        "size_class": "municipality.size_class",
        "lat": "lat",
        "lon": "lon",
        "homepage": "municipality.homepage",
        "result": "stocktaking.state",
        "level": "level",
        "method": "stocktaking.method",
        "run": "stocktaking.run",
        "dimensions": "dimensions",
        "datasets": "(select count(*) from dataset where dataset.ags = municipality.ags and gone_run is null)",
    },
    f"municipality left join stocktaking on stocktaking.ags = municipality.ags and stocktaking.run = {_NEWEST}",
    "(:keys = '' or municipality.ags in (select value from json_each(nullif(:keys, ''))))",
)
PORTALS = _listing(
    "portals",
    "portal.key",
    {
        **{name: f"portal.{name}" for name in ("key", "title", "url", "kind", "ags", "covers", "robots")},
        "opted_out": "opted_out",
        "metadata_license": "metadata_license",
        "republish": "json_extract(settings, '$.republish')",
        "last_outcome": "last_outcome",
        "last_complete_at": "last_complete_at",
        **{
            name: f"stat_portal.{name}"
            for name in ("datasets", "gone", "distributions", "errors", "warnings", "without_error", "open")
        },
    },
    "portal left join stat_portal on stat_portal.portal = portal.id",
)
RUNS = _listing(
    "runs",
    "run.id",
    {name: f"run.{name}" for name in ("id", "started", "ended", "version", "command", "state")},
    "run",
)
RUN = _listing(
    "run",
    "portal_run.id",
    {
        "portal": "portal.key",
        **{
            name: f"portal_run.{name}"
            for name in (
                *(
                    "started",
                    "ended",
                    "outcome",
                    "note",
                    "requests",
                    "bytes",
                    "seconds",
                    "claimed",
                    "delivered",
                ),
                *("rejected", "repeated", "added", "changed", "unchanged", "returned", "gone", "missing"),
            )
        },
    },
    "portal_run join portal on portal.id = portal_run.portal",
    "portal_run.run = :run",
)
CHANGES = _listing(
    "changes",
    "version.id",
    {
        "run": "version.run",
        "at": "run.started",
        "event": "version.event",
        "dataset": "dataset.key",
        "title": "dataset.title",
        "portal": "portal.key",
        "municipality": "dataset.ags",
    },
    "version join run on run.id = version.run join dataset on dataset.id = version.dataset"
    " join portal on portal.id = dataset.portal",
    "(:run is null or version.run = :run) and (:portal = '' or portal.key = :portal)"
    " and (:ags = '' or dataset.ags = :ags) and (:event = '' or version.event = :event)",
)
MODELS = _listing(
    "models",
    "model.slug",
    {
        **{name: f"model.{name}" for name in ("slug", "label", "topic", "name", "name_en", "uri", "theme")},
        "datasets": "(select count(*) from dataset_model join dataset on dataset.id = dataset_model.dataset"
        " where model = model.slug and gone_run is null)",
        "municipalities": "(select count(distinct ags) from dataset_model join dataset on dataset.id ="
        " dataset_model.dataset where model = model.slug and gone_run is null)",
    },
    "model",
    "(:topic = '' or model.topic = :topic)",
)
TOGETHER = _listing(
    "together",
    "together.ags || together.other",
    {
        "ags": "together.ags",
        "name": "municipality.name",
        "other": "together.other",
        "other_name": "other.name",
        "rank": "rank",
        "score": "score",
        "reasons": "reasons",
    },
    "together join municipality on municipality.ags = together.ags join municipality as other"
    " on other.ags = together.other",
    "(:ags = '' or together.ags = :ags)",
)
QUALITY = _listing(
    "quality",
    "kind.slug",
    {
        **{name: f"kind.{name}" for name in ("slug", "severity", "what_de", "what_en", "fix_de", "fix_en")},
        "datasets": "(select coalesce(sum(datasets), 0) from stat_finding where stat_finding.kind = kind.id"
        " and portal in (select id from portal where kind != 'website'))",
    },
    "finding_kind as kind",
)
_OF_MUNICIPALITY = (
    _listing(
        "criteria",
        "printf('%09d', criterion.run) || criterion.slug",
        {
            name: f"criterion.{name}"
            for name in ("ags", "run", "slug", "value", "threshold", "passed", "numerator", "denominator")
        },
        "criterion",
        "criterion.ags = :ags",
    ),
    _listing(
        "actions",
        "action.rank",
        {
            **{name: f"action.{name}" for name in ("ags", "rank", "metric", "datasets", "gain")},
            **{name: f"metric.{name}" for name in ("title_de", "title_en", "fix_de", "fix_en")},
        },
        "action join metric on metric.slug = action.metric",
        "action.ags = :ags",
    ),
    _listing(
        "peers",
        "peer.rank",
        {
            **{name: f"peer.{name}" for name in ("ags", "rank", "peer", "distance", "reasons")},
            **{name: f"municipality.{name}" for name in ("name", "state", "population")},
        },
        "peer join municipality on municipality.ags = peer.peer",
        "peer.ags = :ags",
    ),
    _listing(
        "missing",
        "missing_model.rank",
        {
            **{
                name: f"missing_model.{name}"
                for name in ("ags", "rank", "model", "peers", "share", "exemplars")
            },
            **{name: f"model.{name}" for name in ("label", "name_en", "uri")},
        },
        "missing_model join model on model.slug = missing_model.model",
        "missing_model.ags = :ags",
    ),
)
OF_MUNICIPALITY = {item.name: item for item in _OF_MUNICIPALITY}
"""The lists of one municipality (`:ags`) beside its datasets and changes."""
SHARES = _listing(
    "shares",
    "share.run || share.measure || share.scope || share.key",
    {
        name: f"share.{name}"
        for name in (
            *("run", "measure", "scope", "key", "municipalities", "yes", "no", "unknown", "lower", "upper"),
            *("low95", "high95", "method"),
        )
    },
    "share",
)
LISTINGS = {
    item.name: item for item in (MUNICIPALITIES, PORTALS, RUNS, CHANGES, MODELS, TOGETHER, QUALITY, SHARES)
}
"""The lists of everything, by the name in their address; `datasets` takes the filters of the search."""
WHOLE: dict[str, Any] = {"run": None, **dict.fromkeys(("portal", "ags", "event", "keys", "topic"), "")}
"""What narrows none of them down."""
