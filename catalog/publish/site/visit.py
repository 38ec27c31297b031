"""One request: the reader, the database, the addresses, and the answer with its headers."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from datasette import Response

from catalog.publish.feed import DEFAULT_BASE
from catalog.publish.site import labels
from catalog.publish.site.messages import LANGUAGES, MESSAGES
from catalog.publish.site.observations import observed
from catalog.publish.site.reader import Reader, negotiate
from catalog.store.reading import STATE

DATABASE = "bestand"
STYLE_PATH = "/-/bestand.css"
SECURITY = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
}
LONGEST = 200
"""Characters of a value in an address that are read and kept."""
CACHE = "public, max-age=300"
MEASURED = """
select share.method, coalesce(run.ended, run.started) as at from share join run on run.id = share.run
where share.run = (select max(run) from share) limit 1
"""
"""The newest measurement: when and by which version of the method; no row where nothing was measured yet."""
Row = sqlite3.Row
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows: they would reach beyond the text they stand in."""


@cache
def style(name: str = "bestand") -> bytes:
    """The site's style sheet, or the one for Datasette's own pages (`raw`)."""
    return (files("catalog.publish.site") / "static" / f"{name}.css").read_bytes()


@cache
def style_version() -> str:
    """Changes with the style sheet, so that it can be cached for ever."""
    return blake2b(style(), digest_size=6).hexdigest()


def is_web(address: object) -> bool:
    """Whether an address may become a link: http(s) only."""
    return isinstance(address, str) and address.lower().startswith(("http://", "https://"))


class Visit:
    """A request to one of our pages."""

    def __init__(self, datasette: Any, request: Any) -> None:
        self.datasette, self.request = datasette, request
        self.database = datasette.get_database(DATABASE)
        wanted = request.args.get("lang") or ""
        self.chosen = wanted if wanted in LANGUAGES else ""
        self.reader = Reader(negotiate(wanted, request.headers.get("accept-language") or ""))

    @property
    def base(self) -> str:
        """The public address of the site without a closing slash; never taken from the request."""
        return (self.setting("base_url", "BESTAND_BASE_URL") or DEFAULT_BASE).rstrip("/")

    def setting(self, name: str, variable: str = "") -> str:
        """What the operator configured for the plugin, else an environment variable; empty where neither says."""
        config = self.datasette.plugin_config("bestand") or {}
        return str(config.get(name) or (os.environ.get(variable) if variable else "") or "")

    async def rows(self, sql: str, **values: Any) -> list[Row]:
        """The rows of a SELECT with named parameters."""
        return list((await self.database.execute(sql, values)).rows)

    async def row(self, sql: str, **values: Any) -> Row | None:
        """The first row of a SELECT."""
        found = await self.rows(sql, **values)
        return found[0] if found else None

    def argument(self, name: str, longest: int = LONGEST) -> str:
        """A value of the address, cut to a sensible length."""
        return (self.request.args.get(name) or "").strip()[:longest]

    def number(self, name: str, default: int = 1) -> int:
        """A positive whole number of the address, else the default."""
        text = self.argument(name, 10)
        return int(text) if text.isascii() and text.isdigit() and int(text) > 0 else default

    def link(self, path: str, **values: Any) -> str:
        """The address of a page here; keeps a language that was chosen in the address."""
        query = {name: value for name, value in values.items() if value not in ("", None)}
        if self.chosen and "lang" not in values:
            query["lang"] = self.chosen
        address = self.datasette.urls.path(path)
        return f"{address}?{urlencode(query)}" if query else str(address)

    def here(self, **values: Any) -> str:
        """This page's address with some values replaced (None takes one away)."""
        query = {name: value[:LONGEST] for name, value in parse_qsl(self.request.query_string)} | values
        return self.link(self._path(), **query)

    def _path(self) -> str:
        scope = self.request.scope
        return quote(str(scope.get("route_path") or scope["path"]), safe="/%")

    def absolute(self, language: str) -> str:
        """The public address of this page in a language, for `hreflang`."""
        query = dict(parse_qsl(self.request.query_string)) | {"lang": language}
        kept = urlencode({name: value for name, value in query.items() if value})
        return f"{self.base}{self._path()}" + (f"?{kept}" if kept else "")

    async def page(
        self,
        template: str,
        context: Mapping[str, Any],
        status: int = 200,
        vary: str = "Accept-Language",
        **headers: str,
    ) -> Response:
        """The answer: a template with everything that all templates use."""
        state, measured = await self.row(STATE), await self.row(MEASURED)
        shared = {
            **self.reader.functions(),
            "lang": self.reader.language,
            "visit": self,
            "link": self.link,
            "here": self.here,
            "labels": labels,
            "messages": MESSAGES,
            "observed": lambda text: observed(text or "", self.reader.language),
            "is_web": is_web,
            "languages": LANGUAGES,
            "state": state,
            "measured": measured,
            "raw": self.raw,
            "style_url": self.link(f"{STYLE_PATH}", v=style_version(), lang=None),
            "section": template,
        }
        body = await self.datasette.render_template(
            f"bestand/{template}.html", {**shared, **context}, self.request
        )
        return self.answer(_UNSEEN.sub("", body), "text/html; charset=utf-8", status, vary, **headers)

    def raw(self, table: str = "", **values: Any) -> str:
        """The address of a raw table with filters."""
        urls = self.datasette.urls
        address = urls.table(DATABASE, table) if table else urls.database(DATABASE)
        return f"{address}?{urlencode(values)}" if values else str(address)

    def answer(
        self, body: str | bytes, content_type: str, status: int = 200, vary: str = "", **headers: str
    ) -> Response:
        """A response with our headers; tells the wrapper on what it really depends."""
        self.request.scope.setdefault("bestand", {})["vary"] = vary
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        everything = {**SECURITY, "cache-control": CACHE if status == 200 else "no-store"}
        everything |= {"content-language": self.reader.language} if vary else {}
        return Response(body, status=status, headers=everything | named, content_type=content_type)


def shares(rows: Sequence[Row], column: str) -> list[tuple[Row, float]]:
    """Rows with their bar's length in percent of the longest."""
    most = max((row[column] for row in rows), default=0)
    return [(row, 100 * row[column] / most if most else 0.0) for row in rows]
