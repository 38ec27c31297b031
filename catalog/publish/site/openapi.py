"""What answers with JSON, as OpenAPI 3.1 describes it (spec.openapis.org/oas/v3.1.0), at `/openapi.json`."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import orjson
from datasette import Response

from catalog.publish.data_json import JSON_TYPE
from catalog.publish.site.feeds import etag, unchanged
from catalog.publish.site.visit import Visit

_LD: Final = "application/ld+json"
_JSON: Final = "application/json"
_QUERY: Final[dict[str, tuple[str, str]]] = {
    "page": ("integer", "Number of the page, from 1; a page holds 100 datasets."),
    "profile": ("string", "`de` for DCAT-AP.de."),
    "website": ("string", "`1` for what was found on web pages too."),
    "run": ("integer", "The dataset as it was known at this run."),
    "town": ("string", "Key or name of the municipality that the record is for."),
    "max_age": ("integer", "Seconds; 503 where no crawl ended within them."),
}
"""Argument → its type and what it says."""
_PATH: Final = {
    "key": "Key, as it stands in the address of the page.",
    "ags": "Key of the municipality (Amtlicher Gemeindeschlüssel).",
    "slug": "Slug of the model dataset.",
}


class _Route(NamedTuple):
    path: str
    summary: str
    media_type: str
    arguments: tuple[str, ...] = ()
    missing: bool = True


_FEED: Final = ("page", "profile", "website")
ROUTES: Final[tuple[_Route, ...]] = (
    _Route("/data.json", "All datasets as DCAT-US 1.1.", _JSON, missing=False),
    _Route("/municipality/{ags}/data.json", "A municipality's datasets as DCAT-US 1.1.", _JSON),
    _Route("/portal/{key}/data.json", "A portal's datasets as DCAT-US 1.1.", _JSON),
    _Route("/catalog.jsonld", "A page of all datasets as DCAT-AP.", _LD, _FEED),
    _Route("/municipality/{ags}/catalog.jsonld", "A page of a municipality's datasets.", _LD, _FEED),
    _Route("/portal/{key}/catalog.jsonld", "A page of a portal's datasets.", _LD, _FEED),
    _Route("/model/{slug}/catalog.jsonld", "A page of the datasets of one model.", _LD, _FEED),
    _Route("/quality.jsonld", "A page of all measurements of quality as DQV.", _LD, ("page",)),
    _Route("/municipality/{ags}/quality.jsonld", "A page of a municipality's measurements.", _LD, ("page",)),
    _Route("/dataset/{key}.json", "The canonical record of a dataset.", _JSON, ("run",)),
    _Route("/dataset/{key}.jsonld", "A dataset as DCAT-AP, with its provenance.", _LD, ("run", "profile")),
    _Route("/model/{slug}/starter.json", "A record to start from, for CKAN.", _JSON, ("town",)),
    _Route(
        "/healthz",
        "Whether the site is well, and how the last crawl went.",
        _JSON,
        ("max_age",),
        missing=False,
    ),
    _Route("/openapi.json", "This description.", _JSON, missing=False),
)
"""What answers with JSON."""


async def show(datasette: Any, request: Any) -> Response:
    """The description; its server is the public address."""
    visit = Visit(datasette, request)
    tag = await etag(visit, "openapi")
    if unchanged(visit, tag):
        return visit.answer(b"", JSON_TYPE, 304, etag=tag)
    return visit.answer(orjson.dumps(described(visit.base), option=orjson.OPT_INDENT_2), JSON_TYPE, etag=tag)


def described(base: str) -> dict[str, Any]:
    """The whole description."""
    about = "Read only. Everything else that a page shows is there as CSV and XLSX; see /downloads."
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bestand", "version": "1", "description": about},
        "servers": [{"url": base}],
        "paths": {route.path: {"get": _operation(route)} for route in ROUTES},
    }


def _operation(route: _Route) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {
            "description": route.summary,
            "content": {route.media_type: {"schema": {"type": "object"}}},
        }
    }
    if "max_age" in route.arguments:
        answers["503"] = {"description": "The database does not answer, or the last crawl is too old."}
    else:
        answers["304"] = {"description": "Unchanged since the ETag sent as If-None-Match."}
    if route.missing:
        answers["404"] = {"description": "There is no such thing."}
    return {"summary": route.summary, "parameters": _parameters(route), "responses": answers}


def _parameters(route: _Route) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "description": said, "schema": {"type": "string"}}
        for name, said in _PATH.items()
        if f"{{{name}}}" in route.path
    ]
    for name in route.arguments:
        kind, said = _QUERY[name]
        found.append({"name": name, "in": "query", "description": said, "schema": {"type": kind}})
    return found
