"""A body of a council information system (OParl 1.0 and 1.1, oparl:Body) → the data service that offers its papers and meetings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Record, Values
from catalog.record.table import DataService, Location
from catalog.record.terms import IRI, expand
from crawler.formats.agents import agent, kind
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import first_date
from crawler.formats.values import Cleaner, unique

LISTS = (
    *("organization", "person", "meeting", "paper", "agendaItem", "consultation", "file", "membership"),
    *("locationList", "legislativeTermList"),
)
"""Keys of the lists that a body offers (OParl 1.1; 1.0 has the first four)."""
SYSTEM = ("id", "name", "license", "contactEmail", "contactName", "website", "oparlVersion")
"""Keys of the system that hold for each of its bodies."""
OUT_OF_SCOPE = frozenset(
    # The class, the way back to the system, the terms of the council, and dates of the interface itself.
    ("type", "system", "legislativeTerm", "licenseValidSince", "oparlSince", "deleted")
)
"""Keys of a body that are known and deliberately not mapped."""
_KEYS = {8: "municipalityKey", 12: "regionalKey"}
_GEOCODING = "http://dcat-ap.de/def/politicalGeocoding/"
_SPATIAL, _ISSUED, _MODIFIED = expand("dct:spatial"), expand("dct:issued"), expand("dct:modified")
_KEY, _SAME, _SHORT = expand("dcatde:politicalGeocodingURI"), expand("owl:sameAs"), expand("dct:alternative")
_LABEL = expand("skos:prefLabel")


def read_bodies(bodies: list[Any], system: Mapping[str, Any]) -> list[Entry]:
    """An entry for each body; `system` holds what the system says for all of them."""
    return [_entry(body, system) for body in bodies]


def _entry(body: Any, system: Mapping[str, Any]) -> Entry:
    identifier = body.get("id") if isinstance(body, dict) else ""
    name = identifier.strip() if isinstance(identifier, str) else ""
    return Entry(name, canonical([body, dict(system)]), partial(read_body, body, system), "service")


def read_body(body: Any, system: Mapping[str, Any]) -> Reading:
    """One body. Raises TypeError for what is no object."""
    if not isinstance(body, dict):
        raise TypeError("a body is an object")
    clean = Cleaner(str(system.get("id", "")).rstrip("/"))
    fields, above = Fields(body, clean), Fields(system, clean, "system.")
    node = DataService()
    _identify(fields, node)
    _describe(fields, above, node)
    _responsible(fields, above, node)
    own, general = fields.text("license"), above.text("license")
    node.license = clean.license([own or general])
    node.serves_dataset = [clean.address(text) for name in LISTS if (text := fields.text(name))]
    _place(fields, node)
    _dates(fields, node)
    fields.close(OUT_OF_SCOPE)
    return Reading(Record(node), clean.unread, clean.faults, "service")


def _identify(fields: Fields, node: DataService) -> None:
    id_ = fields.text("id")
    if is_web_address(id_):
        node.id = IRI(id_)
        node.endpoint_url = [IRI(id_)]
    else:
        fields.cleaner.faults["identifier-missing"] += 1


def _describe(fields: Fields, above: Fields, node: DataService) -> None:
    """The name of the body behind that of the system, where it has one: a town alone is no service."""
    clean = fields.cleaner
    system, name, short = above.text("name"), fields.text("name"), fields.text("shortName")
    name = name or short
    node.title = [f"{system}: {name}" if system and name and system != name else name or system]
    if not node.title[0]:
        node.title = []
        clean.faults["title-missing-in-source"] += 1
    if short and short != name:
        node.rest[_SHORT] = [short]
    node.keyword = unique([*fields.strings("keyword"), *fields.strings("classification")])
    if version := above.text("oparlVersion"):
        node.conforms_to = [clean.reference(version)]
        node.endpoint_description = [clean.address(version)]
    pages = [text for text in (fields.text("web"), fields.text("website"), above.text("website")) if text]
    node.landing_page = [clean.address(text) for text in pages[:1]]
    if same := fields.strings("equivalent", "equivalentBody"):
        node.rest[_SAME] = [clean.reference(text) for text in same]


def _responsible(fields: Fields, above: Fields, node: DataService) -> None:
    clean = fields.cleaner
    name = first_text(node)
    node.publisher = [one for one in [agent(clean, [name] if name else [])] if one]
    contact, email = fields.text("contactName"), fields.text("contactEmail")
    if not email:
        contact, email = above.text("contactName") or contact, above.text("contactEmail")
    node.contact_point = [one for one in [kind(clean, contact, email)] if one]


def first_text(node: DataService) -> str:
    """The body's name: what stands behind the system's."""
    title = str(node.title[0]) if node.title else ""
    return title.rpartition(": ")[2]


def _place(fields: Fields, node: DataService) -> None:
    """The official keys, which say whose council it is, and the place of its office."""
    clean = fields.cleaner
    keys = [fields.text("ags").replace(" ", ""), fields.text("rgs").replace(" ", "")]
    known = [
        IRI(f"{_GEOCODING}{_KEYS[len(key)]}/{key}") for key in keys if key.isdecimal() and len(key) in _KEYS
    ]
    if known:
        node.rest[_KEY] = list(known)
    places: Values = []
    for part in fields.nested("location"):
        places += _location(part, clean)
    texts = [
        Location(rest={_LABEL: [text]}) for text in fields.strings("location") if not is_web_address(text)
    ]
    if places or texts:
        node.rest[_SPATIAL] = [*places, *texts]


def _location(part: Fields, clean: Cleaner) -> Values:
    shape, text = part.take("geojson") or part.take("geometry"), part.text("description")
    part.drop("geometry")
    part.close(
        frozenset(
            {"id", "type", "created", "modified", "web", "deleted", "keyword", "bodies", "streetAddress"}
        )
        | {
            "room",
            "postalCode",
            "subLocality",
            "locality",
            "organizations",
            "persons",
            "meetings",
            "papers",
            "organization",
        }
    )
    place = clean.location(shape) if isinstance(shape, dict) else None
    if not text:
        return [place] if place is not None else []
    node = place if isinstance(place, Location) else Location()
    node.rest[_LABEL] = [text]
    return [node]


def _dates(fields: Fields, node: DataService) -> None:
    kept = {_ISSUED: first_date(fields, "created"), _MODIFIED: first_date(fields, "modified")}
    node.rest |= {term: values for term, values in kept.items() if values}
