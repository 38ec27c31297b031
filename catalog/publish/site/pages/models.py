"""Who has what: model datasets beside municipalities and size classes; and one model dataset with what to copy."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from datasette import NotFound, Response

from catalog.measure.models import OTHER, by_slug
from catalog.measure.starters import Starter, starter
from catalog.publish.site import towns
from catalog.publish.site.towns import Meant
from catalog.publish.site.visit import Row, Visit

PAGE_SIZE = 60
TOWNS_SIZE = 50
PEERS = 8
"""Municipalities beside the chosen one."""
EXEMPLARS = 3
SORTS = ("share", "peers", "name")

_ROWS = f"""
select slug, label, topic, name, name_en, coalesce(sum(stat.municipalities), 0) as municipalities
from model left join stat_model as stat on stat.model = slug
  and (:land = '' or stat.state = :land) and (:class is null or stat.size_class = :class)
where (:topic = '' or topic = :topic) and slug != '{OTHER}' group by slug order by municipalities desc, label
"""
_PUBLISHING = """
select size_class, sum(municipalities) as municipalities from stat_model where model = '' and (:land = '' or state = :land)
group by size_class
"""
_CELLS = """
select model, size_class, sum(municipalities) as municipalities from stat_model
where model in (select value from json_each(:models)) and (:land = '' or state = :land) group by model, size_class
"""
_PEERS = """
select municipality.ags, name from peer join municipality on municipality.ags = peer.peer where peer.ags = :ags
order by rank limit :most
"""
_HAVING = "select model from model_town where ags = :ags"
_TOPICS = f"select topic, count(*) from model where slug != '{OTHER}' group by topic order by topic"
_ONE = "select slug, label, topic, name, name_en, uri, theme from model where slug = :slug"
_BY_CLASS = """
select every.size_class, sum(every.municipalities) as publishing,
       coalesce((select sum(here.municipalities) from stat_model as here
                 where here.model = :slug and here.size_class = every.size_class), 0) as municipalities
from stat_model as every where every.model = '' group by every.size_class order by every.size_class = 0, every.size_class
"""
_TOWNS = """
select model_town.ags, municipality.name, population, model_town.datasets, points, model_town.open, usable, works,
       best, dataset.title
from model_town join municipality on municipality.ags = model_town.ags
left join dataset on dataset.key = model_town.best
where model = :slug and (:land = '' or municipality.state = :land) and (:class is null or size_class = :class)
order by model_town.rank limit :size offset :start
"""
_MEASURED = "select 1 from stat_model limit 1"


class Column(NamedTuple):
    """A municipality as a column of the table, with the model datasets that it has."""

    ags: str
    name: str
    models: frozenset[str]


async def show_all(datasette: Any, request: Any) -> Response:
    """The table. `town` sets a municipality and those most like it as columns; else the columns are size classes."""
    visit = Visit(datasette, request)
    meant = await towns.meant(visit)
    given = _given(visit)
    rows = await visit.rows(_ROWS, **given, topic=visit.argument("topic"))
    publishing = {row[0]: row[1] for row in await visit.rows(_PUBLISHING, land=given["land"])}
    columns = await _columns(visit, meant)
    sort = visit.argument("sort") if visit.argument("sort") in SORTS else SORTS[0]
    ordered = _ordered(rows, columns, sort)
    last = max(1, -(-len(ordered) // PAGE_SIZE))
    number = min(visit.number("page"), last)
    shown = ordered[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    class_ = given["class"]
    context = {
        "meant": meant, "columns": columns, "rows": shown, "total": len(rows), "page": number, "last": last,
        "sort": sort, "sorts": SORTS, "given": given, "topic": visit.argument("topic"),
        "topics": [row[0] for row in await visit.rows(_TOPICS)], "lands": await towns.lands(visit),
        "publishing": publishing, "classes": sorted(number for number in publishing if number),
        "whole": publishing.get(class_, 0) if class_ else sum(publishing.values()),
        "cells": await _cells(visit, shown, given["land"]) if not columns else {},
        "ready": await visit.row(_MEASURED) is not None,
    }  # fmt: skip
    return await visit.page("models", context)


def _given(visit: Visit) -> dict[str, Any]:
    return {"land": visit.argument("state"), "class": visit.number("class", 0) or None}


async def _columns(visit: Visit, meant: Meant) -> list[Column]:
    if meant.town is None:
        return []
    peers = await visit.rows(_PEERS, ags=meant.ags, most=PEERS)
    found = []
    for ags, name in [(meant.ags, meant.town["name"]), *peers]:
        having = await visit.rows(_HAVING, ags=ags)
        found.append(Column(ags, name, frozenset(row[0] for row in having)))
    return found


def _ordered(rows: list[Row], columns: list[Column], sort: str) -> list[Row]:
    """By how common they are (as they come), by how many of the similar municipalities have them, or by name."""
    if sort == "name":
        return sorted(rows, key=lambda row: str(row["label"]))
    if sort == "peers" and columns:
        return sorted(rows, key=lambda row: -sum(row["slug"] in column.models for column in columns[1:]))
    return rows


async def _cells(visit: Visit, rows: list[Row], land: str) -> dict[tuple[str, int], int]:
    """Model and size class → how many municipalities of the class have it."""
    names = json.dumps([row["slug"] for row in rows])
    found = await visit.rows(_CELLS, models=names, land=land)
    return {(row["model"], row["size_class"]): row["municipalities"] for row in found}


async def show(datasette: Any, request: Any) -> Response:
    """One model dataset; `town` adds a starter record for that municipality."""
    visit = Visit(datasette, request)
    slug = request.url_vars["key"]
    model = await visit.row(_ONE, slug=slug)
    if model is None or slug == OTHER:
        raise NotFound(slug)
    number, given = visit.number("page"), _given(visit)
    rows = await visit.rows(_TOWNS, slug=slug, **given, size=TOWNS_SIZE + 1, start=(number - 1) * TOWNS_SIZE)
    classes = await visit.rows(_BY_CLASS, slug=slug)
    best = await visit.rows(_TOWNS, slug=slug, land="", **{"class": None}, size=EXEMPLARS, start=0)
    meant = await towns.meant(visit)
    context = {
        "model": model, "words": by_slug()[slug].words if slug in by_slug() else (), "classes": classes,
        "towns": rows[:TOWNS_SIZE], "page": number, "more": len(rows) > TOWNS_SIZE, "given": given, "best": best,
        "having": sum(row["municipalities"] for row in classes), "publishing": sum(row["publishing"] for row in classes),
        "meant": meant, "starter": await _starter(visit, meant.ags, slug, best), "lands": await towns.lands(visit),
    }  # fmt: skip
    return await visit.page("model", context)


async def _starter(visit: Visit, ags: str, slug: str, best: list[Row]) -> Starter | None:
    if not ags or slug not in by_slug():
        return None
    keys = [str(row["best"]) for row in best]
    found: Starter = await visit.database.execute_fn(lambda conn: starter(conn, ags, slug, keys))
    return found


async def start(datasette: Any, request: Any) -> Response:
    """The starter record itself, as Turtle or as JSON for CKAN; `town` says for whom."""
    visit = Visit(datasette, request)
    slug, extension = request.url_vars["key"], request.url_vars["extension"]
    meant = await towns.meant(visit)
    best = await visit.rows(_TOWNS, slug=slug, land="", **{"class": None}, size=EXEMPLARS, start=0)
    found = await _starter(visit, meant.ags, slug, best)
    if found is None:
        raise NotFound(slug)
    attached = f'attachment; filename="{slug}.{extension}"'
    if extension == "ttl":
        return visit.answer(found.turtle, "text/turtle; charset=utf-8", content_disposition=attached)
    body = json.dumps(found.ckan, ensure_ascii=False, indent=2)
    return visit.answer(body, "application/json; charset=utf-8", content_disposition=attached)
