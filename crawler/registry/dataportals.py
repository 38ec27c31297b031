"""Entities of the dataportals registry (commondataio): one mapping per portal, as YAML or as lines of JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.portals import key_for
from crawler.registry.found import Found, Known, place_of
from crawler.sources.protocol import Portal

KINDS = {
    "ckan": "ckan", "dkan": "dkan", "udata": "udata", "opendatasoft": "opendatasoft", "socrata": "socrata",
    "arcgishub": "arcgis", "piveau": "piveau", "entryscape": "entryscape", "geonetwork": "csw", "ingrid": "csw",
    "smartfindersdi": "csw", "pycsw": "csw", "cswserver": "csw", "micka": "csw", "geonode": "geonode",
    "dataverse": "dataverse", "jkan": "jkan", "pygeoapi": "ogcapi", "masterportal": "services", "deegree": "services",
}  # fmt: skip
"""Identifiers of software -> kind of portal; a kind that is not here is detected."""
VIEWERS = frozenset(
    {"masterportal", "deegree", "cardo", "mapbender", "geoportalrlp", "opensdg", "geoserver", "arcgisserver"}
    | {"mapproxy", "mapserver", "qgisserver", "nolis", "qwc2", "lizmap", "terria", "mapstore", "oskari"}
)
"""Software that shows maps or figures and lists no datasets."""
CATALOGUES = frozenset({"Open data portal", "Geoportal", "Metadata catalog"})
OWNERS = frozenset({"Local government", "Regional government"})
STATES = {
    "DE-SH": "01", "DE-HH": "02", "DE-NI": "03", "DE-HB": "04", "DE-NW": "05", "DE-HE": "06", "DE-RP": "07",
    "DE-BW": "08", "DE-BY": "09", "DE-SL": "10", "DE-BE": "11", "DE-BB": "12", "DE-MV": "13", "DE-SN": "14",
    "DE-ST": "15", "DE-TH": "16",
}  # fmt: skip
"""ISO 3166-2 code of a German state -> its key."""
SOURCE = "commondataio/dataportals-registry"

_CSW = re.compile(r"csw\d+")
_CKAN = re.compile(r"/api/3(?:/|$)")


def read_entities(entities: Iterable[Any], known: Known) -> Found:
    """The portals of towns, districts and states among entities; all others are left out with a reason."""
    found = Found()
    taken: dict[str, str] = {}
    for entity in entities:
        if not isinstance(entity, Mapping):
            found.leave(repr(entity)[:80], "", "no description of a portal")
            continue
        name, link = _text(entity, "name"), _text(entity, "link")
        reason = _why_not(entity, link, known, taken)
        if reason:
            found.leave(name, link, reason)
            continue
        portal = _portal(entity, name, link)
        taken[place_of(link)] = taken[portal.key] = portal.key
        found.portals.append(portal)
    return found


def _text(entity: Mapping[Any, Any], *path: str) -> str:
    """The text at a path of keys; empty where there is none."""
    value: Any = entity
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value.strip() if isinstance(value, str) else ""


def _why_not(entity: Mapping[Any, Any], link: str, known: Known, taken: Mapping[str, str]) -> str:
    """Why an entity is not taken; empty where it is."""
    place = place_of(link)
    if urlsplit(link).scheme not in ("http", "https") or not place:
        return "no address"
    if place in known.places:
        return f"known already as {known.places[place]}"
    if place in taken or key_for(link) in taken:
        return "the address comes twice"
    if key_for(link) in known.keys:
        return f"the key {key_for(link)} is that of another portal"
    kind, owner = _text(entity, "catalog_type"), _text(entity, "owner", "type")
    if kind not in CATALOGUES:
        return f"no catalogue of open data or geodata: {kind or 'type not given'}"
    if owner not in OWNERS:
        return f"the owner is no local or regional government: {owner or 'not given'}"
    return ""


def _portal(entity: Mapping[Any, Any], name: str, link: str) -> Portal:
    software = _text(entity, "software", "id")
    kind = KINDS.get(software, "")
    settings = {
        "state": _state(entity, software),
        "country": _text(entity, "owner", "location", "country", "id"),
        "body": _text(entity, "owner", "name"),
        "covers": _covers(entity),
        "source": f"{SOURCE} {_text(entity, 'uid')}".strip(),
        "date": _date(_text(entity, "update_date")),
    }
    kept = {key: value for key, value in settings.items() if value}
    return Portal(key_for(link), link, name, kind, _api_url(entity, kind, link), settings=kept)


def _state(entity: Mapping[Any, Any], software: str) -> str:
    if _text(entity, "status") == "inactive":
        return "dead"
    return "viewer" if software in VIEWERS else "active"


def _covers(entity: Mapping[Any, Any]) -> str:
    """The German state that a state's own portal covers."""
    if _text(entity, "owner", "type") != "Regional government":
        return ""
    return STATES.get(_text(entity, "owner", "location", "subregion", "id"), "")


def _date(text: str) -> str:
    """`26.3.2023 00:00` and `2023-03-26` as an ISO date; empty for all else."""
    if found := re.match(r"(\d{1,2})\.(\d{1,2})\.(\d{4})\b", text):
        day, month, year = map(int, found.groups())
        return f"{year:04}-{month:02}-{day:02}"
    return text[:10] if re.match(r"\d{4}-\d\d-\d\d", text) else ""


def _api_url(entity: Mapping[Any, Any], kind: str, link: str) -> str:
    """The address of the machine interface, where the endpoints name one that the portal's own address does not show."""
    endpoints = entity.get("endpoints")
    given = [each for each in endpoints if isinstance(each, Mapping)] if isinstance(endpoints, list) else []
    for each in given:
        url, form = _text(each, "url"), _text(each, "type")
        if kind == "csw" and _CSW.fullmatch(form):
            return url.partition("?")[0]
        if kind == "ckan" and form.startswith("ckan") and _CKAN.search(url):
            base = _CKAN.split(url)[0]
            return "" if place_of(base) == place_of(link) else base
    return ""
