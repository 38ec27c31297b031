"""Reading the stocktaking for pages and commands: shares, a municipality with its criteria, its history, milestones.

Only SELECTs; what is returned is plain data, ready for JSON. `conn` is a connection to the database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import orjson

from catalog.measure.stocktaking.criteria import CRITERIA, LEVELS, SHOWN_FOR_FOUR
from catalog.measure.stocktaking.external import EXTERNAL
from catalog.measure.stocktaking.taking import SHARES

LAST_KNOWN_DAYS: Final = 90
"""Days after which evidence is only *last known*."""
_SHARE_COLUMNS = "measure, scope, key, municipalities, yes, no, unknown, lower, upper, low95, high95"
_NEWEST = "(select max(run) from stocktaking as later where later.ags = stocktaking.ags)"
Row = dict[str, Any]


def _rows(conn: sqlite3.Connection, sql: str, **given: Any) -> list[Row]:
    cursor = conn.execute(sql, given)
    names = [item[0] for item in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def headline(conn: sqlite3.Connection) -> Row | None:
    """The newest shares of all municipalities: `run`, `at`, `method`, and by measure (`found`, `listed`, `systematic`,
    `level_4`) a share with bounds; None where nothing was measured yet."""
    newest = _rows(
        conn,
        "select run, run.started as at, method from share join run on run.id = run order by run desc limit 1",
    )
    if not newest:
        return None
    sql = f"select {_SHARE_COLUMNS} from share where run = :run and scope = 'all'"
    found = {row["measure"]: row for row in _rows(conn, sql, run=newest[0]["run"])}
    return newest[0] | {"shares": {name: found[name] for name in SHARES if name in found}}


def shares(conn: sqlite3.Connection, measure: str = "systematic", scope: str = "class") -> list[Row]:
    """The newest shares of a measure in all groups of a scope (`all`, `class`, `band`, `state`, `type`), by key; each with
    `external`: figures of other studies for the same group, with their instrument."""
    sql = (
        f"select {_SHARE_COLUMNS} from share where run = (select max(run) from share) and measure = :measure"
        " and scope = :scope order by key"
    )
    found = _rows(conn, sql, measure=measure, scope=scope)
    for row in found:
        row["external"] = [
            {"source": item.source, "year": item.year, "share": item.share,
             "instrument": {"de": item.instrument.de, "en": item.instrument.en}}
            for item in EXTERNAL if (item.scope, item.key) == (scope, row["key"])
        ]  # fmt: skip
    return found


def share_history(
    conn: sqlite3.Connection, measure: str = "systematic", scope: str = "all", key: str = ""
) -> list[Row]:
    """One group's share in each measurement, the oldest first."""
    sql = (
        "select run, run.started as at, method, municipalities, yes, no, unknown, lower, upper, low95, high95 from share"
        " join run on run.id = run where measure = :measure and scope = :scope and key = :key order by run"
    )
    return _rows(conn, sql, measure=measure, scope=scope, key=key)


_EVIDENCE = """(select max(last_complete_at) from portal
        where portal.key in (select value from json_each(figures, '$.portals')))"""
"""When a portal with the municipality's records was last read whole: the stored day is that of its last change."""
_ONE = f"""
select stocktaking.ags, name, municipality.state as land, municipality.type, population, size_class, stocktaking.state,
       level, method, via, run, run.started as at, dimensions, figures, asked,
       {_EVIDENCE} as evidence_at
from stocktaking join municipality on municipality.ags = stocktaking.ags join run on run.id = run
where stocktaking.ags = :ags and run = {_NEWEST}
"""
_CRITERIA = "select slug, value, threshold, passed, numerator, denominator from criterion where ags = :ags and run = :run"


def municipality(conn: sqlite3.Connection, ags: str, as_of: date) -> Row | None:
    """A municipality's newest stocktaking; None where it was never judged.

    Beside the columns: `criteria` (in the order of the ladder, with level, title and formula in both languages), `next`
    (the next level, None at the highest), `missing` and `unshown` (slugs that stand before it: failed, and not measurable
    where too few are shown), `last_known` (whether the evidence is older than 90 days as of `as_of`; None without any).
    """
    found = _rows(conn, _ONE, ags=ags)
    if not found:
        return None
    row = found[0]
    for name in ("dimensions", "figures", "asked"):
        row[name] = orjson.loads(row[name])
    row["criteria"] = _criteria(conn, ags, row["run"])
    row["last_known"] = _is_old(row["evidence_at"], as_of)
    return row | _next(row["level"], row["criteria"])


def _criteria(conn: sqlite3.Connection, ags: str, run: int) -> list[Row]:
    """Values with the words of the criteria; `passed` is True, False, or None where there was nothing to measure."""
    values = {row["slug"]: row for row in _rows(conn, _CRITERIA, ags=ags, run=run)}
    listed = []
    for item in CRITERIA:
        if item.slug in values:
            value = values[item.slug]
            passed = None if value["passed"] is None else bool(value["passed"])
            words = {"title": _both(item.title), "formula": _both(item.formula)}
            listed.append({**value, "passed": passed, "level": item.level, **words})
    return listed


def _both(text: Any) -> dict[str, str]:
    return {"de": text.de, "en": text.en}


def _is_old(evidence_at: str | None, as_of: date) -> bool | None:
    if not evidence_at:
        return None
    return (as_of - date.fromisoformat(evidence_at[:10])).days > LAST_KNOWN_DAYS


def _next(level: int | None, criteria: Sequence[Row]) -> Row:
    """The next level and what stands before it. Without records the first step is to list some."""
    if level == max(LEVELS):
        return {"next": None, "missing": [], "unshown": []}
    following = max(2, (level or 0) + 1)
    missing = [row["slug"] for row in criteria if row["level"] <= following and row["passed"] is False]
    if not criteria:
        missing = ["listed"]
    of_level = [row for row in criteria if row["level"] == following == 4]
    unshown = [row["slug"] for row in of_level if row["passed"] is None]
    enough = len(of_level) - len(unshown) >= SHOWN_FOR_FOUR
    return {"next": following, "missing": missing, "unshown": [] if enough else unshown}


def history(conn: sqlite3.Connection, ags: str) -> list[Row]:
    """How state and level of a municipality changed, the oldest first: `run`, `at`, `state`, `level`, `method`; rows in
    which only figures changed are left out."""
    sql = (
        "select run, run.started as at, stocktaking.state, level, method from stocktaking join run on run.id = run"
        " where ags = :ags order by run"
    )
    kept: list[Row] = []
    for row in _rows(conn, sql, ags=ags):
        if not kept or (row["state"], row["level"]) != (kept[-1]["state"], kept[-1]["level"]):
            kept.append(row)
    return kept


_TOWNS = f"""
select municipality.ags, name, municipality.state as land, municipality.type, population, size_class, stocktaking.state,
       level, via, {_EVIDENCE} as evidence_at, dimensions, json_extract(figures, '$.records') as records
from municipality left join stocktaking on stocktaking.ags = municipality.ags and run = {_NEWEST}
where not coalesce(unincorporated, 0)
  and (:size_class is null or size_class = :size_class) and (:land = '' or municipality.state = :land)
  and (:state = '' or coalesce(stocktaking.state, 'not_checked') = :state) and (:level is null or level = :level)
order by coalesce(level, -1) desc, coalesce(population, 0) desc, municipality.ags limit :limit offset :start
"""


def towns(
    conn: sqlite3.Connection, *, size_class: int | None = None, land: str = "", state: str = "", level: int | None = None,
    limit: int = 100, start: int = 0,
) -> list[Row]:  # fmt: skip
    """Municipalities of a size class, land (state of the country), state of stocktaking or level; the highest levels
    first, then the largest."""
    found = _rows(
        conn, _TOWNS, size_class=size_class, land=land, state=state, level=level, limit=limit, start=start
    )
    for row in found:
        row["dimensions"] = orjson.loads(row["dimensions"] or "{}")
    return found


def milestones(conn: sqlite3.Connection) -> list[Row]:
    """All milestones, the newest first: `name`, `as_of`, `run`, `method`, `made_at`."""
    return _rows(
        conn, "select name, as_of, run, method, made_at from milestone order by as_of desc, name desc"
    )


_FROZEN = f"select {_SHARE_COLUMNS} from milestone_share where milestone = :name"
_MOVES = """
select before.level as "from", after.level as "to", count(*) as municipalities
from milestone_municipality as before join milestone_municipality as after on after.ags = before.ags
where before.milestone = :first and after.milestone = :second group by 1, 2 order by 1, 2
"""
_MOVED = """
select after.ags, name, before.level as "from", after.level as "to"
from milestone_municipality as before join milestone_municipality as after on after.ags = before.ags
left join municipality on municipality.ags = after.ags
where before.milestone = :first and after.milestone = :second and before.level is not after.level
order by coalesce(after.level, -1) - coalesce(before.level, -1) desc, after.ags
"""


def compare_milestones(conn: sqlite3.Connection, first: str, second: str) -> Row:
    """Two milestones side by side: `shares` (of each group the share at both, with the difference of the lower bounds),
    `moves` (how many municipalities went from which level to which), `moved` (those whose level changed, the risers first),
    `comparable` (whether both were measured by the same method). Raises KeyError for a name that is none."""
    known = {row["name"]: row for row in milestones(conn)}
    before = {_group(row): row for row in _rows(conn, _FROZEN, name=known[first]["name"])}
    after = {_group(row): row for row in _rows(conn, _FROZEN, name=known[second]["name"])}
    both = [
        {**dict(zip(("measure", "scope", "key"), group, strict=True)), "before": before.get(group), "after": after.get(group),
         "difference": _difference(before.get(group), after.get(group))}
        for group in sorted(before.keys() | after.keys())
    ]  # fmt: skip
    names = {"first": first, "second": second}
    return {
        **{name: known[of] for name, of in names.items()},
        "comparable": known[first]["method"] == known[second]["method"],
        "shares": both,
        "moves": _rows(conn, _MOVES, **names),
        "moved": _rows(conn, _MOVED, **names),
    }


def _group(row: Row) -> tuple[str, str, str]:
    return row["measure"], row["scope"], row["key"]


def _difference(before: Row | None, after: Row | None) -> float | None:
    if before is None or after is None or before["lower"] is None or after["lower"] is None:
        return None
    return float(after["lower"] - before["lower"])
