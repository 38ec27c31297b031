"""A municipality's badge: its level and the day, as a small SVG that other sites may show."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from datasette import NotFound, Response

from catalog.measure.stocktaking.criteria import LEVELS
from catalog.publish.site import labels
from catalog.publish.site.feeds import etag, unchanged
from catalog.publish.site.visit import Visit

_NEWEST = """
select name, stocktaking.state as status, level,
       (select started from run where id = (select max(run) from share)) as at from municipality
left join stocktaking on stocktaking.ags = municipality.ags
    and run = (select max(run) from stocktaking as later where later.ags = municipality.ags)
where municipality.ags = :ags
"""
_COLOURS: Final = {4: "#17633b", 3: "#0b5394", 2: "#3f74aa", 1: "#8a5300", 0: "#525e6c", None: "#525e6c"}
"""White on each of them has a contrast of at least 4.5."""
_LETTER = 6.6
"""Width of a letter of 11 pixels, on average; the text is fitted to it, so that every font does."""
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="24" viewBox="0 0 {width} 24" role="img" aria-label="{label}">
<title>{label}</title>
<rect width="{width}" height="24" rx="4" fill="#2a343f"/>
<path d="M{left} 0H{inner}a4 4 0 0 1 4 4v16a4 4 0 0 1 -4 4H{left}z" fill="{colour}"/>
<g fill="#fff" font-family="Verdana,'DejaVu Sans',sans-serif" font-size="11">
<text x="8" y="16" textLength="{left_text}">{first}</text>
<text x="{right}" y="16" textLength="{right_text}">{second}</text>
</g>
</svg>
"""


async def show(datasette: Any, request: Any) -> Response:
    """The badge; `lang` says in which language."""
    visit = Visit(datasette, request)
    ags = request.url_vars["key"]
    tag = await etag(visit, f"badge-{ags}-{visit.reader.language}")
    if unchanged(visit, tag):
        return visit.answer(b"", "image/svg+xml", 304, "Accept-Language", etag=tag)
    row = await visit.row(_NEWEST, ags=ags)
    if row is None:
        raise NotFound(ags)
    drawn = badge(
        visit.reader.message("badge.name"), _said(visit, row), labels.place_name(row["name"]), row["level"]
    )
    named = {"etag": tag, "cache_control": "public, max-age=86400", "access_control_allow_origin": "*"}
    return visit.answer(drawn, "image/svg+xml", 200, "Accept-Language", **named)


def _said(visit: Visit, row: Any) -> str:
    """Level and day, or why there is no level."""
    reader = visit.reader
    if row["level"] is None:
        status = reader.message(f"status.{row['status'] or 'not_checked'}")
        return f"{status} · {reader.date(row['at'])}" if row["at"] else status
    name = LEVELS[row["level"]]
    return f"{row['level']} {reader.pick(name.de, name.en)} · {reader.date(row['at'])}"


def badge(first: str, second: str, name: str, level: int | None) -> str:
    """The SVG: what it is about, what is said of it, and of whom for those who hear it read."""
    left_text, right_text = round(len(first) * _LETTER), round(len(second) * _LETTER)
    left = left_text + 16
    width = left + right_text + 16
    return _SVG.format(
        width=width, left=left, inner=width - 4, right=left + 8, left_text=left_text, right_text=right_text,
        colour=_COLOURS[level], first=escape(first), second=escape(second), label=escape(f"{name}: {first}: {second}"),
    )  # fmt: skip
