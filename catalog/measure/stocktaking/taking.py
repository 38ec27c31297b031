"""Taking stock: every municipality's state, level, criteria and dimensions, and the shares; kept where they changed."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import orjson

from catalog.measure.stocktaking.asking import asked, associations
from catalog.measure.stocktaking.criteria import Context, Value, judge, level
from catalog.measure.stocktaking.dimensions import dimensions
from catalog.measure.stocktaking.figures import Figures, figures
from catalog.measure.stocktaking.frame import Town, frame
from catalog.measure.stocktaking.inventory import rubrics
from catalog.measure.stocktaking.shares import Share, share, weighted
from catalog.measure.stocktaking.states import KNOWN, Asked, state_of
from catalog.measure.stocktaking.usual import usual_models
from catalog.store.measures import Measures
from catalog.store.store import Store

METHOD = "2026.1"
"""The version of the method; each change has an entry in the changelog."""

SHARES: Mapping[str, Callable[[int], bool]] = {
    "found": lambda level: level >= 1,
    "listed": lambda level: level >= 2,
    "systematic": lambda level: level >= 3,
    "level_4": lambda level: level >= 4,
}
"""Measure → which levels have it. `systematic` is the headline."""


@dataclass(frozen=True, slots=True)
class Stock:
    """What was found of one municipality. `level` is None where nothing is known; `via`: the association's key."""

    town: Town
    state: str
    level: int | None
    values: tuple[Value, ...]
    dimensions: dict[str, float | None]
    figures: dict[str, Any]
    evidence_at: str
    asked: tuple[Asked, ...]
    via: str = ""


def take_stock(store: Store, run: int, as_of: date | None = None) -> list[Stock]:
    """Judge every municipality and keep what changed since it was last judged; shares are kept for each run."""
    stocks = list(judged(store.conn, as_of or store.clock().date()))
    measures = Measures(store)
    fresh = _changed(store.conn, stocks)
    measures.keep("stocktaking", _STOCK, (_stock_row(item, run) for item in fresh))
    measures.keep("criterion", _CRITERION, (row for item in fresh for row in _criterion_rows(item, run)))
    measures.keep("share", _SHARE, _share_rows(stocks, run))
    return stocks


def judged(conn: sqlite3.Connection, as_of: date) -> Iterator[Stock]:
    """Every municipality of the register, by key, as of a day. Reads only."""
    towns = frame(conn)
    found = figures(conn, as_of)
    usual = usual_models(found, {town.ags: town.size_class for town in towns})
    shared = associations(conn)
    questions = asked(
        conn, towns, dict(conn.execute("select ags, coalesce(country, 'DE') from municipality"))
    )
    lists = rubrics(conn, as_of)
    for town in towns:
        context = Context(as_of, usual.get(town.size_class or 0, frozenset()))
        mine = found.get(town.ags, Figures())
        yield _stock(town, mine, context, shared, tuple(questions.get(town.ags, ())), lists.get(town.ags))


def _stock(
    town: Town, found: Figures, context: Context, shared: Mapping[str, int], questions: tuple[Asked, ...],
    inventory: dict[str, Any] | None,
) -> Stock:  # fmt: skip
    has_records = bool(found.records or found.web)
    via = town.association if not has_records and shared.get(town.association) and town.association else ""
    state = state_of(has_records=has_records, via=via, asked=questions)
    values = judge(found, context) if found.records else ()
    reached = (
        level(found, judge(found, context)) if has_records else _without_records(state, shared.get(via, 0))
    )
    measured = dimensions(found, context.usual, context.as_of) if found.records else {}
    said = _figures(town, found, context) | ({"inventory": inventory} if inventory else {})
    return Stock(town, state, reached, values, measured, said, found.evidence_at, questions, via)


def _without_records(state: str, association: int) -> int | None:
    """A member of an association that publishes counts at most for level 2; where nothing is known there is no level."""
    if state == "found_via_association":
        return 2 if association >= 3 else 1
    return 0 if state == "nothing_found" else None


_PLAIN = tuple(
    item.name for item in fields(Figures)
    if item.name not in ("themes", "models", "portals", "points", "possible", "evidence_at")
)  # fmt: skip


def _figures(town: Town, found: Figures, context: Context) -> dict[str, Any]:
    """The plain figures that stand beside the dimensions."""
    if not (found.records or found.web):
        return {}
    plain = {name: getattr(found, name) for name in _PLAIN}
    per_head = round(found.records * 10_000 / town.population, 1) if town.population else None
    return plain | {
        "themes": len(found.themes), "models": len(found.models), "portals": found.portals,
        "usual_models": len(context.usual), "usual_models_here": len(found.models & context.usual),
        "per_10000": per_head,
    }  # fmt: skip


_STOCK = ("ags", "run", "state", "level", "dimensions", "method", "via", "evidence_at", "asked", "figures")
_CRITERION = ("ags", "run", "slug", "value", "threshold", "passed", "numerator", "denominator")
_SHARE = (
    *("run", "measure", "scope", "key", "municipalities", "yes", "no", "unknown", "lower", "upper", "low95", "high95"),
    "method",
)  # fmt: skip


def _stock_row(item: Stock, run: int) -> tuple[Any, ...]:
    return (
        item.town.ags, run, item.state, item.level, _json(item.dimensions), METHOD, item.via, item.evidence_at or None,
        _json([[question.role, question.name, question.answer] for question in item.asked]), _json(item.figures),
    )  # fmt: skip


def _criterion_rows(item: Stock, run: int) -> Iterator[tuple[Any, ...]]:
    for value in item.values:
        yield (
            item.town.ags, run, value.slug, value.value, value.threshold, value.passed, value.numerator, value.denominator,
        )  # fmt: skip


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


_NEWEST = """
select ags, state, level, dimensions, method, via, asked, figures from stocktaking
where run = (select max(run) from stocktaking as later where later.ags = stocktaking.ags)
"""
_NEWEST_CRITERIA = """
select ags, slug, value, threshold, passed, numerator, denominator from criterion
where run = (select max(run) from stocktaking where stocktaking.ags = criterion.ags)
"""


def _changed(conn: sqlite3.Connection, stocks: Iterable[Stock]) -> list[Stock]:
    """Those whose judgement differs from the newest that is kept. A newer day of the same evidence is no change."""
    kept = {row[0]: tuple(row[1:]) for row in conn.execute(_NEWEST)}
    criteria: defaultdict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for ags, *rest in conn.execute(_NEWEST_CRITERIA):
        criteria[ags].add(tuple(rest))
    return [item for item in stocks if _sign(item) != (kept.get(item.town.ags), criteria[item.town.ags])]


def _sign(item: Stock) -> tuple[Any, ...]:
    row = _stock_row(item, 0)
    values = {tuple(row[2:]) for row in _criterion_rows(item, 0)}
    return ((*row[2:7], row[8], row[9]), values)


def _share_rows(stocks: Sequence[Stock], run: int) -> Iterator[tuple[Any, ...]]:
    for measure, scope, key, found in shares(stocks):
        counts = (found.municipalities, found.yes, found.no, found.unknown)
        yield (run, measure, scope, key, *counts, found.lower, found.upper, found.low95, found.high95, METHOD)


def shares(stocks: Sequence[Stock]) -> Iterator[tuple[str, str, str, Share]]:
    """Measure, scope, key and share of every group; over several classes weighted by them."""
    groups: defaultdict[tuple[str, str], list[Stock]] = defaultdict(list)
    for item in stocks:
        for group in item.town.groups().items():
            groups[group].append(item)
    for measure, has in SHARES.items():
        for (scope, key), members in sorted(groups.items()):
            yield measure, scope, key, _share(members, has, by_class=scope != "class")


def _share(members: Sequence[Stock], has: Callable[[int], bool], *, by_class: bool) -> Share:
    strata: defaultdict[int, list[Stock]] = defaultdict(list)
    for item in members:
        strata[(item.town.size_class or 0) if by_class else 0].append(item)
    return (
        weighted([_stratum(group, has) for _, group in sorted(strata.items())])
        if by_class
        else _stratum(members, has)
    )


def _stratum(members: Sequence[Stock], has: Callable[[int], bool]) -> Share:
    answers = [(_answer(item, has), _was_asked(item)) for item in members]
    return share(
        (answer for answer, _ in answers),
        (answer for answer, asked in answers if asked and answer is not None),
    )


def _answer(item: Stock, has: Callable[[int], bool]) -> bool | None:
    return has(item.level) if item.level is not None and item.state in KNOWN else None


def _was_asked(item: Stock) -> bool:
    """Whether the municipality was asked whatever would come of it: its home page was looked for."""
    return any(question.role == "homepage" for question in item.asked)
