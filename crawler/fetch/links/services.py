"""How a service is asked whether it works, and what its answer says: capabilities, ArcGIS REST, SPARQL. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

import orjson
from lxml import etree

from catalog.store.links import Claim
from crawler.fetch.links.content import claimed, looks_like
from crawler.formats.capabilities import service_type

LENGTH = 65_536
"""Bytes of a capabilities document that are read: its root stands at the beginning."""

_OGC = ("WMS", "WFS", "WMTS", "WCS", "CSW")
_PATH = re.compile(r"[/.](wms|wfs|wmts|wcs|csw)(?:server)?(?:[/?]|$)", re.IGNORECASE)
_ARCGIS = re.compile(r"/rest/services(?:/|$)|/(?:Map|Feature|Image|Geocode|Scene|VectorTile)Server(?:/\d+)?/?$", re.IGNORECASE)  # fmt: skip
_EXCEPTIONS = frozenset({"ServiceExceptionReport", "ExceptionReport"})


class Question(NamedTuple):
    """What a service is asked. `kind`: WMS, WFS, WMTS, WCS, CSW, arcgis, sparql."""

    kind: str
    url: str


def question(url: str, claims: Iterable[Claim]) -> Question | None:
    """How to ask the service at an address; None where it is none, or where the address asks it for data already.

    >>> question("https://geo.example/ows?map=baum", [Claim("access", "WMS_SRVC")])
    Question(kind='WMS', url='https://geo.example/ows?map=baum&SERVICE=WMS&REQUEST=GetCapabilities')
    """
    parts = urlsplit(url)
    given = {name.lower(): value for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    codes = {known.code for claim in claims if (known := claimed(claim, url)) is not None}
    kind = given.get("service", "").upper() or _type_in(parts.path, codes)
    if kind in _OGC:
        asked = given.get("request", "").lower()
        if asked not in ("", "getcapabilities"):
            return None
        return Question(kind, _with(url, given, SERVICE=kind, REQUEST="GetCapabilities"))
    if _ARCGIS.search(parts.path):
        return Question("arcgis", _with(url, given, f="json"))
    if "SPARQLQ" in codes or (parts.path.rstrip("/").endswith("/sparql") and "query" not in given):
        return Question("sparql", _with(url, given, query="ASK {}"))
    return None


def _type_in(path: str, codes: set[str]) -> str:
    named = next((kind for kind in _OGC if f"{kind}_SRVC" in codes), "")
    found = _PATH.search(path)
    return named or (found[1].upper() if found else "")


def _with(url: str, given: dict[str, str], **wanted: str) -> str:
    """The address with the parameters that it lacks; those that it has stay as they are written."""
    parts = urlsplit(url)
    more = [f"{name}={quote(value)}" for name, value in wanted.items() if not given.get(name.lower())]
    query = "&".join(filter(None, [parts.query.rstrip("&"), *more]))
    return urlunsplit(parts._replace(query=query, fragment=""))


def judge(kind: str, body: bytes, content_type: str) -> tuple[str, str]:
    """State and problem of a service that answered with success."""
    shape = looks_like(body, content_type)
    if shape == "html":
        return ("reachable", "") if kind == "sparql" else ("wrong_content", "html")
    if kind == "arcgis":
        return _judge_arcgis(body, shape)
    return ("reachable", "") if kind == "sparql" else _judge_capabilities(kind, body)


def _judge_capabilities(kind: str, body: bytes) -> tuple[str, str]:
    root = _root(body)
    if root is None:
        return "wrong_content", "no-capabilities"
    name = etree.QName(root)
    if name.localname in _EXCEPTIONS:
        return "server_error", "service-exception"
    catalogue = name.localname == "Capabilities" and "/cat/csw" in str(name.namespace)
    found = "CSW" if catalogue else service_type(root)
    if not found:
        return "wrong_content", "no-capabilities"
    return "reachable", "" if found == kind else "type-differs"


def _root(body: bytes) -> etree._Element | None:
    """The root of a document whose beginning is given; None where it is no XML."""
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, huge_tree=False)
    with suppress(etree.XMLSyntaxError):  # what follows the root does not matter
        parser.feed(body)
    with suppress(etree.XMLSyntaxError):
        for _, found in parser.read_events():
            return found if isinstance(found, etree._Element) else None
    return None


def _judge_arcgis(body: bytes, shape: str) -> tuple[str, str]:
    """ArcGIS REST answers with status 200 and an error inside (ArcGIS REST API, "Error handling")."""
    if shape != "json":
        return "wrong_content", "no-capabilities"
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "reachable", ""  # the beginning of a long description
    error = said.get("error") if isinstance(said, dict) else None
    if not isinstance(error, dict):
        return "reachable", ""
    states = {404: "gone", 401: "refused", 403: "refused", 498: "refused", 499: "refused"}
    code = error.get("code")
    return states.get(code if isinstance(code, int) else 0, "server_error"), "service-exception"
