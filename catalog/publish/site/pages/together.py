"""With whom to work: pairs of municipalities with the same to do, and what many lack at once."""

from __future__ import annotations

from typing import Any

import orjson
from datasette import Response

from catalog.measure.relations import mailbox, together_of
from catalog.publish.site import towns
from catalog.publish.site.model_names import model_names
from catalog.publish.site.visit import Visit

PAGE_SIZE = 30
GROUPS = 12
NAMED = 3
"""Gaps and model datasets of a pair that are named; how many more there are is told."""

# Where both name each other, the pair is shown once.
_PAIRS = """
select together.ags, own.name, together.other, other.name as other_name, score, reasons from together
join municipality as own on own.ags = together.ags join municipality as other on other.ags = together.other
where together.ags < together.other
   or not exists (select 1 from together as back where back.ags = together.other and back.other = together.ags)
order by score desc, together.ags, together.other limit :size offset :start
"""
_GAPS = """
select model, coalesce(label, model) as label, count(*) as municipalities from missing_model
left join model on model.slug = missing_model.model group by model order by 3 desc, model limit :most
"""
_PORTALS = "select url, key, title from portal where url in (select value from json_each(:urls))"


async def show(datasette: Any, request: Any) -> Response:
    """All pairs, the strongest first; with `town` those of one municipality, and where to write."""
    visit = Visit(datasette, request)
    meant = await towns.meant(visit)
    number = visit.number("page")
    pairs = await (_of_town(visit, meant.ags) if meant.town else _all(visit, number))
    context = {
        "meant": meant, "pairs": pairs[:PAGE_SIZE], "page": number, "more": len(pairs) > PAGE_SIZE, "named": NAMED,
        "labels_of": await model_names(visit),
        "portals": await _portals(visit, pairs),
        "groups": [] if meant.town else await visit.rows(_GAPS, most=GROUPS),
        "around": _around(pairs) if meant.town else [],
        "own": await visit.database.execute_fn(lambda conn: mailbox(conn, meant.ags)) if meant.town else "",
    }  # fmt: skip
    return await visit.page("together", context)


async def _all(visit: Visit, number: int) -> list[dict[str, Any]]:
    rows = await visit.rows(_PAIRS, size=PAGE_SIZE + 1, start=(number - 1) * PAGE_SIZE)
    return [{**dict(row), "reasons": orjson.loads(row["reasons"])} for row in rows]


async def _of_town(visit: Visit, ags: str) -> list[dict[str, Any]]:
    found = await visit.database.execute_fn(lambda conn: together_of(conn, ags))
    return [{**row, "other": row["ags"], "other_name": row["name"]} for row in found]


async def _portals(visit: Visit, pairs: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Address → key and title of the portals that pairs share."""
    urls = sorted({url for pair in pairs for url in pair["reasons"].get("hosts", ())})
    found = await visit.rows(_PORTALS, urls=orjson.dumps(urls).decode())
    return {row["url"]: {"key": row["key"], "title": row["title"] or row["url"]} for row in found}


def _around(pairs: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Groups around a gap: model dataset → those that lack it too, the largest group first."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for pair in pairs:
        for model in pair["reasons"].get("gaps", ()):
            groups.setdefault(model, []).append(pair)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))[:GROUPS]
