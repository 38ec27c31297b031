"""Search: words and filters become a list of datasets; every value is a parameter, never part of the SQL.

Hits stand in tiers: in the title first, then as parts of compounds in the title, then anywhere. Filters, facets and counts
read the narrow table `facet`; each tier ends as soon as `CAP` hits are known, so that common words cost no more than rare ones.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import orjson

from catalog.publish.site.nearby import compounds, meant
from catalog.store.reading import WEBSITE
from catalog.store.search_schema import LAST_BIT
from catalog.vocabulary.folding import fold

PAGE_SIZE = 20
CAP = 5_000
"""Hits that are counted, ranked and grouped at most: what keeps every search below a tenth of a second."""
RANKED = 1_000
"""Hits of a tier that are brought into order; those after them stand newest first."""
BEGUN = 3
"""Letters that the last word must have to be searched as a beginning."""
COMMON = 4 * CAP
"""Datasets from which on a word is common: it is searched as it is, neither as a beginning nor as a part."""
SHOWN = 8
"""Values of a facet that are offered."""
FEW = 3
"""Fewer hits than this, and what may have been meant is offered."""

NOT_GIVEN = "none"
"""Stands in an address for a value that is missing."""

_WORD = re.compile(r"\w+")
_MOST_WORDS = 12
_CODE = "(select id from facet_code where facet = '{facet}' and code = :{name})"
_MODEL = "select 1 from dataset_model where dataset_model.dataset = facet.dataset and model = :model"
_FINDING = "select 1 from finding where finding.dataset = facet.dataset and kind = (select id from finding_kind where slug = :finding)"
_FORMAT = "select 1 from distribution where distribution.dataset = facet.dataset and format = :format"
_REPEATED = "select 1 from sighting where sighting.dataset = facet.dataset and canonical <> facet.dataset"
_BIT = "(select bit from facet_code where facet = '{name}' and code = :{name})"

FILTERS: Mapping[str, str] = {
    "municipality": f"facet.municipality = {_CODE.format(facet='municipality', name='municipality')}",
    "land": f"facet.land = {_CODE.format(facet='land', name='land')}",
    "class": "facet.size_class = cast(:class as integer)",
    "portal": "facet.portal = (select id from portal where key = :portal)",
    "theme": f"case when :theme = '' then facet.themes = 0 else facet.themes & (1 << {_BIT.format(name='theme')}) end",
    "format": f"facet.formats & (1 << {_BIT.format(name='format')})"
    f" and ({_BIT.format(name='format')} < {LAST_BIT} or exists ({_FORMAT}))",
    "license": f"facet.license = {_CODE.format(facet='license', name='license')}",
    "model": f"exists ({_MODEL})",
    "finding": f"exists ({_FINDING})",
    "open": "facet.open",
    "sound": "facet.sound",
    "once": f"not exists ({_REPEATED})",
    "type": f"facet.website = (:type = '{WEBSITE}')",
}
"""Name of a filter in the address -> its condition."""

TYPES = ("catalogue", WEBSITE)
"""Where a dataset comes from: some catalogue lists it, or it was found on a web page."""

_DRIVEN: Mapping[str, tuple[str, str]] = {
    "model": (
        "dataset_model",
        "dataset_model cross join facet on facet.dataset = dataset_model.dataset and dataset_model.model = :model",
    ),
    "finding": (
        "finding",
        "finding cross join facet on facet.dataset = finding.dataset"
        " and finding.kind = (select id from finding_kind where slug = :finding)",
    ),
}
"""Filters whose own index lists the datasets, the newest first."""
_TITLE = "{title} :"
_BY_WORDS = "dataset_fts cross join facet on facet.dataset = dataset_fts.rowid where dataset_fts match :match"
_NARROW = frozenset({"municipality", "portal"})
"""Filters that leave few datasets, so that these are looked through."""


@dataclass(slots=True)
class Hits:
    """What was found: numbers of datasets, the best first, at most `CAP`; `more`: there are others.

    `parts`: words of the index that hold a word that was asked for; `meant`: the words that may have been meant.
    """

    datasets: list[int] = field(default_factory=list)
    more: bool = False
    parts: list[str] = field(default_factory=list)
    meant: str = ""


@dataclass(slots=True)
class Search:
    """Words and filters as asked for."""

    words: str = ""
    filters: dict[str, str] = field(default_factory=dict)
    gone: bool = False

    @property
    def tokens(self) -> list[str]:
        """The folded words."""
        return list(dict.fromkeys(_WORD.findall(fold(self.words))))[:_MOST_WORDS]

    @property
    def plain(self) -> bool:
        """Whether the aggregates answer: no words, and no filter but a portal and where it comes from."""
        return not self.words and not self.gone and set(self.filters) <= {"portal", "type"}

    @property
    def values(self) -> dict[str, str]:
        """The parameters of the filters."""
        return {name: "" if value == NOT_GIVEN else value for name, value in self.filters.items()}

    @property
    def where(self) -> str:
        """The conditions on `facet`."""
        return " and ".join(
            [f"facet.gone = {int(self.gone)}", *(f"({FILTERS[name]})" for name in self.filters)]
        )

    def hits(self, conn: sqlite3.Connection, most: int = CAP) -> Hits:
        """What is found, out of an open catalogue."""
        if not self.words:
            newest = [number for (number,) in conn.execute(self.newest(), {**self.values, "most": most + 1})]
            return Hits(newest[:most], len(newest) > most)
        tokens = self.tokens
        if not tokens:
            return Hits()
        wider = compounds(conn, tokens, COMMON)
        found = Hits(parts=list(dict.fromkeys(chain.from_iterable(part or () for part in wider))))
        numbers: dict[int, None] = {}
        for match in self._tiers(wider):
            if len(numbers) <= most:
                numbers.update(dict.fromkeys(self._tier(conn, match, most + 1)))
        found.datasets, found.more = list(numbers)[:most], len(numbers) > most
        if len(numbers) < FEW:
            found.meant = meant(conn, tokens)
        return found

    def newest(self) -> str:
        """The datasets that the filters leave, the newest first."""
        driven = [] if _NARROW & self.filters.keys() else [name for name in _DRIVEN if name in self.filters]
        table, source = _DRIVEN[driven[0]] if driven else ("facet", "facet")
        return (
            f"select facet.dataset from {source} where {self.where} order by {table}.dataset desc limit :most"
        )

    def _tier(self, conn: sqlite3.Connection, match: str, most: int) -> list[int]:
        """The datasets of one expression: the newest `RANKED` by how well they fit, then those before them."""
        listed = f"from {_BY_WORDS} and {self.where}"
        values: dict[str, object] = {**self.values, "match": match, "ranked": RANKED, "most": most - RANKED}
        newest = "order by dataset_fts.rowid desc limit"
        sql = f"select facet.dataset, bm25(dataset_fts, 8.0, 1.0) {listed} {newest} :ranked"
        first = conn.execute(sql, values).fetchall()
        found = [number for number, _ in sorted(first, key=lambda row: row[1])]
        if len(first) < RANKED:
            return found
        sql = f"select facet.dataset {listed} and dataset_fts.rowid < :last {newest} :most"
        return found + [number for (number,) in conn.execute(sql, {**values, "last": first[-1][0]})]

    def _tiers(self, wider: Sequence[Sequence[str] | None]) -> list[str]:
        """FTS5 expressions, the best first. All words are quoted, so that no operator is ever read."""
        exact = " AND ".join(f'"{token}"' for token in self.tokens)
        begun = f"{exact} *" if _begins(self.tokens[-1], wider[-1]) else exact
        widest = _any(self.tokens, wider)
        # Anywhere exactly ends soon, however common the words are; with filters it would look through all of them.
        tiers = (
            [f"{_TITLE} ({part})" for part in (exact, begun, widest)]
            + [exact] * (not self.filters)
            + [widest]
        )
        return list(dict.fromkeys(tiers))


def _any(tokens: Sequence[str], wider: Sequence[Sequence[str] | None]) -> str:
    """All words, each exactly or as one of those that hold it, the last one as a beginning too, unless it is common."""
    groups = [
        [f'"{word}"' for word in (token, *(more or ()))] for token, more in zip(tokens, wider, strict=True)
    ]
    if _begins(tokens[-1], wider[-1]):
        groups[-1].append(f'"{tokens[-1]}" *')
    return " AND ".join(f"({' OR '.join(group)})" if len(group) > 1 else group[0] for group in groups)


def _begins(token: str, more: Sequence[str] | None) -> bool:
    """Whether the last word is searched as a beginning too."""
    return more is not None and len(token) >= BEGUN


def details(conn: sqlite3.Connection, numbers: Sequence[int]) -> list[sqlite3.Row]:
    """What a page shows of hits, in their order."""
    return conn.execute(_DETAILS, {"numbers": orjson.dumps(numbers).decode()}).fetchall()


def facets(conn: sqlite3.Connection, numbers: Sequence[int]) -> Rows:
    """Rows (facet, code, number) of hits, the most frequent of each facet first. Read once and counted here: SQLite would
    read the hits again for each facet."""
    values = {"numbers": orjson.dumps(numbers).decode()}
    columns = list(zip(*(tuple(row) for row in conn.execute(_HITS, values)), strict=True))
    found: Rows = []
    for facet, column in zip(_READ, columns, strict=False):
        counted = Counter(column)
        codes = _SETS[facet](conn, counted) if facet in _SETS else _called(conn, facet, counted)
        found += [(facet, code, number) for code, number in codes.most_common(SHOWN)]
    return found + [("model", code, number) for code, number in conn.execute(_MODELS, values)]


def _called(conn: sqlite3.Connection, facet: str, counted: Counter[int | None]) -> Counter[str]:
    """The codes behind the most frequent numbers."""
    best = {value: number for value, number in counted.most_common(SHOWN + 1) if value is not None}
    names = dict(conn.execute(_CODES[facet], {"numbers": orjson.dumps(list(best)).decode()}))
    return Counter({names[value]: number for value, number in best.items() if value in names})


def _of_sets(facet: str) -> Callable[[sqlite3.Connection, Counter[int]], Counter[str]]:
    """How often each code stands in sets of bits."""

    def count(conn: sqlite3.Connection, counted: Counter[int]) -> Counter[str]:
        sql = f"select code, bit from facet_code where facet = '{facet}' and bit < {LAST_BIT}"
        found = {
            code: sum(number for value, number in counted.items() if value >> bit & 1)
            for code, bit in conn.execute(sql)
        }
        return Counter({code: number for code, number in found.items() if number})

    return count


def _of_themes(conn: sqlite3.Connection, counted: Counter[int]) -> Counter[str]:
    return _of_sets("theme")(conn, counted) + Counter({"": counted[0]})


Rows = list[tuple[str, str, int]]
_READ = {
    "municipality": "municipality", "land": "land", "class": "size_class", "portal": "facet.portal", "theme": "themes",
    "format": "formats", "license": "license", "type": "website",
}  # fmt: skip
"""Facet -> its column of `facet`."""
_SETS: Mapping[str, Callable[..., Counter[str]]] = {"theme": _of_themes, "format": _of_sets("format")}
_HITS = (
    f"select {', '.join(_READ.values())} from json_each(:numbers) cross join facet on facet.dataset = value"
)
_NUMBERED = "select id, code from facet_code where id in (select value from json_each(:numbers))"
_LISTED = "from json_each(:numbers)"
_CODES = {
    **dict.fromkeys(("municipality", "land", "license"), _NUMBERED),
    "class": f"select value, cast(value as text) {_LISTED} where value > 0",
    "portal": "select id, key from portal where id in (select value from json_each(:numbers))",
    "type": f"select value, iif(value, '{WEBSITE}', 'catalogue') {_LISTED}",
}
"""Facet -> the SELECT that names its numbers."""
_MODELS = f"""
select model, count(*) as number from json_each(:numbers) cross join dataset_model on dataset_model.dataset = value
group by model order by number desc, model limit {SHOWN}
"""
_DETAILS = """
select dataset.id, dataset.key, dataset.type, dataset.title, dataset.identifier, dataset.license, dataset.modified,
       dataset.errors, dataset.distributions, dataset.gone_at, agent.name as publisher, portal.key as portal,
       portal.title as portal_title, portal.url as portal_url, dataset.ags, municipality.name as town,
       (select group_concat(theme) from dataset_theme where dataset_theme.dataset = dataset.id) as themes,
       (select group_concat(distinct format) from distribution
        where distribution.dataset = dataset.id and format != '') as formats
from json_each(:numbers) as hit join dataset on dataset.id = hit.value join portal on portal.id = dataset.portal
left join agent on agent.id = dataset.publisher left join municipality on municipality.ags = dataset.ags order by hit.key
"""


def _best(counts: Mapping[str, str]) -> str:
    """The most frequent values of each facet, as rows (facet, code, number)."""
    return " union all ".join(
        f"select * from (with counted (code, number) as ({sql}) select '{facet}' as facet, code, number from counted"
        f" where number > 0 order by number desc, code limit {SHOWN})"
        for facet, sql in counts.items()
    )


_CHOSEN = (
    "(:portal is null or portal.key = :portal) and"
    f" (:type is null or (portal.kind = '{WEBSITE}') = (:type = '{WEBSITE}'))"
)
_HERE = f"portal in (select id from portal where {_CHOSEN})"
COUNTED = f"select coalesce(sum(datasets), 0) from stat_portal where {_HERE}"
"""How many datasets the aggregates know of a portal (None: all) and of a type (None: both)."""
_OF_PORTALS = f"stat_portal join portal on portal.id = stat_portal.portal where datasets > 0 and {_CHOSEN}"
AGGREGATED = _best(
    {name: f"select code, sum(datasets) from stat_facet where facet = '{name}' and {_HERE} group by code"
     for name in ("municipality", "land", "class", "model")}
    | {name: f"select {name}, sum(datasets) from stat_{name} where {_HERE} group by {name}"
       for name in ("theme", "format", "license")}
    | {"portal": f"select portal.key, datasets from {_OF_PORTALS} and :portal is null",
       "type": f"select iif(kind = '{WEBSITE}', '{WEBSITE}', 'catalogue'), sum(datasets) from {_OF_PORTALS} group by 1"}
)  # fmt: skip
"""Rows (facet, code, number) of everything of a portal (None: all) and of a type (None: both)."""
