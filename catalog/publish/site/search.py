"""Search: words and filters become one SELECT; every value is a parameter, never part of the SQL."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from catalog.store.reading import WEBSITE
from catalog.vocabulary.folding import fold

PAGE_SIZE = 20
CAP = 5_000
"""Hits that are counted, ranked and grouped at most: what keeps every search below a tenth of a second."""

NOT_GIVEN = "none"
"""Stands in an address for a value that is missing."""

_WORD = re.compile(r"\w+")
_MOST_WORDS = 12

FILTERS: Mapping[str, str] = {
    "portal": "dataset.portal = (select id from portal where key = :portal)",
    "theme": "exists (select 1 from dataset_theme where dataset_theme.dataset = dataset.id and theme = :theme)",
    "license": "dataset.license = :license",
    "format": "exists (select 1 from distribution where distribution.dataset = dataset.id and format = :format)",
    "finding": "exists (select 1 from finding join finding_kind on finding_kind.id = finding.kind"
    " where finding.dataset = dataset.id and finding_kind.slug = :finding)",
    "open": "dataset.license in (select value from json_each(:open))",
    "sound": "dataset.errors = 0",
    "type": f"(dataset.type = '{WEBSITE}') = (:type = '{WEBSITE}')",
}
"""Name of a filter in the address -> its condition."""

TYPES = ("catalogue", WEBSITE)
"""Where a dataset comes from: some catalogue lists it, or it was found on a web page."""


@dataclass(slots=True)
class Search:
    """Words and filters as asked for."""

    words: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    gone: bool = False

    @property
    def match(self) -> str:
        """The FTS5 expression: all words, the last one as a beginning. Quoted, so no operator is ever read."""
        words = _WORD.findall(fold(self.words))[:_MOST_WORDS]
        return " ".join(f'"{word}"' for word in words) + "*" if words else ""

    @property
    def plain(self) -> bool:
        """Whether the aggregates answer: no words, and no filter but a portal and where it comes from."""
        return not self.match and not self.gone and set(self.filters) <= {"portal", "type"}

    @property
    def values(self) -> dict[str, object]:
        """The parameters."""
        found = {name: "" if value == NOT_GIVEN else value for name, value in self.filters.items()}
        return {**found, "match": self.match, "cap": CAP}

    def hits(self) -> str:
        """The common table `hit` (id, rank), at most `CAP` + 1 rows."""
        conditions = [f"dataset.gone_run is {'not ' if self.gone else ''}null"]
        conditions += [FILTERS[name] for name in self.filters]
        where = " and ".join(conditions)
        if not self.match:
            return f"""hit as materialized (
                select dataset.id, 0 as rank from dataset where {where}
                order by changed_run desc, id desc limit :cap + 1)"""
        return f"""hit as materialized (
            select dataset.id, word.rank from (
                select rowid, bm25(dataset_fts, 8.0, 1.0) as rank from dataset_fts
                where dataset_fts match :match limit 4 * :cap
            ) as word join dataset on dataset.id = word.rowid where {where} limit :cap + 1)"""

    def page(self) -> str:
        """The hits of one page, the best or newest first."""
        order = "rank, id" if self.match else "changed_run desc, dataset.id desc"
        return f"""with {self.hits()}, shown as (
            select hit.id, rank, changed_run as newest from hit join dataset on dataset.id = hit.id
            order by {order.replace("id", "hit.id") if self.match else order} limit {PAGE_SIZE} offset :start)
        {_DETAILS} order by {"rank, shown.id" if self.match else "newest desc, shown.id desc"}"""

    def count(self) -> str:
        """How many hits there are, at most `CAP` + 1."""
        return f"with {self.hits()} select count(*) from hit"

    def facets(self) -> str:
        """Rows (facet, code, number) of the hits, or of everything where the aggregates know it."""
        if self.plain:
            return _AGGREGATED
        parts = " union all ".join(f"select * from ({part} order by 3 desc limit 8)" for part in _FACETS)
        return f"with {self.hits()} {parts}"


_DETAILS = """
select dataset.id, dataset.key, dataset.type, dataset.title, dataset.identifier, dataset.license, dataset.modified, dataset.errors,
       dataset.distributions, dataset.gone_at, agent.name as publisher, portal.key as portal,
       portal.title as portal_title, portal.url as portal_url, changed.started as changed,
       (select group_concat(theme) from dataset_theme where dataset_theme.dataset = dataset.id) as themes,
       (select group_concat(distinct format) from distribution
        where distribution.dataset = dataset.id and format != '') as formats
from shown join dataset on dataset.id = shown.id join portal on portal.id = dataset.portal
join run as changed on changed.id = dataset.changed_run left join agent on agent.id = dataset.publisher
"""
_FACETS = (
    "select 'portal' as facet, portal.key as code, count(*) as number from hit join dataset using (id)"
    " join portal on portal.id = dataset.portal group by portal.id",
    "select 'theme', theme, count(*) from hit join dataset_theme on dataset_theme.dataset = hit.id group by theme",
    "select 'license', license, count(*) from hit join dataset using (id) group by license",
    "select 'format', format, count(distinct distribution.dataset) from hit"
    " join distribution on distribution.dataset = hit.id where format != '' group by format",
    f"select 'type', iif(type = '{WEBSITE}', '{WEBSITE}', 'catalogue') as code, count(*)"
    " from hit join dataset using (id) group by 2",
)
_CHOSEN = (
    "(:portal is null or portal.key = :portal) and"
    f" (:type is null or (portal.kind = '{WEBSITE}') = (:type = '{WEBSITE}'))"
)
_HERE = f"where portal in (select id from portal where {_CHOSEN})"
COUNTED = f"select coalesce(sum(datasets), 0) from stat_portal {_HERE}"
"""How many datasets the aggregates know of a portal (None: all) and of a type (None: both)."""
_AGGREGATED = " union all ".join(
    f"select * from ({part} limit 8)"
    for part in (
        "select 'portal' as facet, portal.key as code, datasets as number from stat_portal"
        f" join portal on portal.id = stat_portal.portal where datasets > 0 and :portal is null and {_CHOSEN}"
        " order by 3 desc",
        f"select 'theme', theme, sum(datasets) from stat_theme {_HERE} group by theme order by 3 desc",
        f"select 'license', license, sum(datasets) from stat_license {_HERE} group by license order by 3 desc",
        f"select 'format', format, sum(datasets) from stat_format {_HERE} and format != '' group by format"
        " order by 3 desc",
        f"select 'type', iif(kind = '{WEBSITE}', '{WEBSITE}', 'catalogue'), sum(datasets) from stat_portal"
        f" join portal on portal.id = stat_portal.portal where datasets > 0 and {_CHOSEN} group by 2 order by 3 desc",
    )
)
