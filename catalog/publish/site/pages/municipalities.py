"""The list of municipalities: filters and order stand in the address; below it every land with what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson
from datasette import Response

from catalog.measure.stocktaking.criteria import LEVELS
from catalog.measure.stocktaking.frame import BANDS
from catalog.measure.stocktaking.states import KNOWN, STATES
from catalog.publish.site.survey import NEWEST, survey
from catalog.publish.site.visit import Row, Visit
from catalog.vocabulary.folding import fold

PAGE_SIZE = 50
UNKNOWN = "unknown"
"""All states of which nothing is known, as one."""
ORDERS = {
    "level": "coalesce(level, -1) desc, coalesce(json_extract(dimensions, '$.metadata'), -1) desc",
    "records": "coalesce(json_extract(figures, '$.records'), -1) desc",
    "quality": "coalesce(json_extract(dimensions, '$.metadata'), -1) desc",
    "open": "coalesce(json_extract(dimensions, '$.openness'), -1) desc",
    "changed": "coalesce(json_extract(figures, '$.changed_at'), '') desc",
    "population": "coalesce(population, 0) desc",
    "name": "fold(name)",
}
"""Order in the address → SQL. Size classes always stand together: only towns of one size compare."""
_BARE = "name"
for _umlaut, _plain in (("ä", "a"), ("ö", "o"), ("ü", "u"), ("Ä", "A"), ("Ö", "O"), ("Ü", "U"), ("ß", "ss")):
    _BARE = f"replace({_BARE}, '{_umlaut}', '{_plain}')"
# Who leaves the dots out finds the town as well.
_STATUS = "coalesce(stocktaking.state, 'not_checked')"
_SMALLEST = dict(zip(("<5k", "5-20k", "20-100k", ">100k"), (1, *(below for below, _ in BANDS)), strict=True))
_LARGEST = dict(zip(_SMALLEST, (*(below for below, _ in BANDS), 10**9), strict=True))
_ROWS = f"""
select municipality.ags, name, municipality.state as land, population, size_class, {_STATUS} as status, level,
       (select run.started from run where run.id = stocktaking.run) as judged_at, dimensions,
       json_extract(figures, '$.records') as records, json_extract(figures, '$.changed_at') as changed_at,
       (select max(portal.last_complete_at) from portal where portal.key in (
            select value from json_each(coalesce(json_extract(figures, '$.portals'), '[]')))) as evidence_at
{NEWEST} and municipality.ags in (select value from json_each(:keys))
"""


@dataclass(slots=True)
class Asked:
    """What the address asks for: `chosen` holds the filters that are set, in words of the address."""

    chosen: dict[str, str] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    order: str = "level"

    def add(self, name: str, text: str, condition: str, **values: Any) -> None:
        """Set a filter."""
        self.chosen[name] = text
        self.conditions.append(condition)
        self.values |= values

    @property
    def where(self) -> str:
        """The conditions, to be added to others."""
        return "".join(f" and {condition}" for condition in self.conditions)


async def show(datasette: Any, request: Any) -> Response:
    """A page of municipalities."""
    visit = Visit(datasette, request)
    wanted, found = asked(visit), await survey(visit)
    listed = [row[0] for row in await visit.rows(keys(wanted), **wanted.values)]
    last = max(1, -(-len(listed) // PAGE_SIZE))
    page = min(visit.number("page"), last)
    shown = listed[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    rows = {row["ags"]: row for row in await visit.rows(_ROWS, keys=orjson.dumps(shown).decode())}
    context = {
        "asked": wanted,
        "survey": found,
        "total": len(listed),
        "page": page,
        "last": last,
        "groups": _by_class([_town(rows[ags]) for ags in shown]),
        "means": {int(group.key): group.means for group in found.classes} if found else {},
        "lands": [group.key for group in found.lands if group.key] if found else [],
        "level_names": LEVELS,
        "level_choices": ("3-4", "1-4", *(str(number) for number in reversed(LEVELS))),
        "statuses": (*STATES, UNKNOWN),
        "bands": tuple(_SMALLEST),
        "orders": tuple(ORDERS),
    }
    return await visit.page("municipalities", context)


def keys(asked: Asked) -> str:
    """All keys that match, in their order: one pass finds them and counts them."""
    order = f"size_class is null, size_class, {ORDERS[asked.order]}, municipality.ags"
    return f"select municipality.ags {NEWEST}{asked.where} order by {order}"


def asked(visit: Visit) -> Asked:
    """What an address asks for."""
    found = Asked()
    words, land, band = visit.argument("q"), visit.argument("land"), visit.argument("band")
    if words:
        found.add(
            "q",
            words,
            f"(fold(name) like :words or {_BARE} like :words or municipality.ags like :key)",
            words=_like(words),
            key=f"{words}%",
        )
    if visit.argument("class") in set("1234567"):
        found.add(
            "class", visit.argument("class"), "size_class = :class", **{"class": int(visit.argument("class"))}
        )
    elif visit.argument("class") == "0":
        found.add("class", "0", "size_class is null")
    if band in _SMALLEST:
        found.add(
            "band",
            band,
            "population >= :least and population < :below",
            least=_SMALLEST[band],
            below=_LARGEST[band],
        )
    if land:
        found.add("land", land, "municipality.state = :land", land=land)
    _add_level(found, visit.argument("level"))
    _add_status(found, visit.argument("status"))
    found.order = visit.argument("sort") if visit.argument("sort") in ORDERS else "level"
    return found


def _like(words: str) -> str:
    """The folded words as a pattern of LIKE; its own signs stand for themselves nowhere in names."""
    return f"%{fold(words.translate({ord(sign): ' ' for sign in '%_'}))}%"


def _add_level(asked: Asked, text: str) -> None:
    """`3` or `3-4`."""
    least, _, most = text.partition("-")
    most = most or least
    if least in set("01234") and most in set("01234"):
        asked.add("level", text, "level between :low and :high", low=int(least), high=int(most))


def _add_status(asked: Asked, text: str) -> None:
    if text in STATES:
        asked.add("status", text, f"{_STATUS} = :status", status=text)
    elif text == UNKNOWN:
        known = orjson.dumps(sorted(KNOWN)).decode()
        asked.add("status", text, f"{_STATUS} not in (select value from json_each(:known))", known=known)


def _town(row: Row) -> dict[str, Any]:
    return {**dict(row), "dimensions": orjson.loads(row["dimensions"] or "{}")}


def _by_class(towns: list[dict[str, Any]]) -> list[tuple[int, list[dict[str, Any]]]]:
    """The page's municipalities by size class, in their order."""
    groups: dict[int, list[dict[str, Any]]] = {}
    for town in towns:
        groups.setdefault(town["size_class"] or 0, []).append(town)
    return list(groups.items())
