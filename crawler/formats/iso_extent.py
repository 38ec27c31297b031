"""Where and when: EX_Extent of ISO metadata as places and periods."""

from __future__ import annotations

import re

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Values
from catalog.record.table import Location, PeriodOfTime
from catalog.record.terms import IRI, expand
from crawler.formats.values import Cleaner, each_once
from crawler.formats.xml_branch import Branch, Locales

_LABEL = expand("skos:prefLabel")
_KEYS = "http://dcat-ap.de/def/politicalGeocoding/"
_KEY = re.compile(r"(?<!\d)(\d{12}|\d{8})(?!\d)")
_KEY_KINDS = {12: "regionalKey", 8: "municipalityKey"}
_GERMANY = re.compile(r"0+")
_EDGES = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_BOUNDS = (
    ("beginPosition", "begin/TimeInstant/timePosition", "begin"),
    ("endPosition", "end/TimeInstant/timePosition", "end"),
)


def read_places(extents: list[Branch], clean: Cleaner, tags: Locales) -> Values:
    """Boxes, named places and polygons, in the order of the document."""
    found: Values = []
    for extent in extents:
        description = extent.first("description")
        label = description.prose(clean, tags) if description else []
        places = [_place(part, clean, tags) for part in extent.all("geographicElement/*")]
        found += [place for place in places if place is not None]
        if label and len(found) and isinstance(found[-1], Location) and _LABEL not in found[-1].rest:
            found[-1].rest[_LABEL] = label
        elif label:
            found.append(Location(rest={_LABEL: label}))
    return each_once(found)


def _place(part: Branch, clean: Cleaner, tags: Locales) -> Location | str | None:
    if part.name == "EX_GeographicBoundingBox":
        return _box(part, clean)
    if part.name == "EX_GeographicDescription":
        return _named(part, clean, tags)
    if part.name == "EX_BoundingPolygon":
        return _polygon(part, clean)
    return None


def _box(part: Branch, clean: Cleaner) -> Location | str | None:
    """West, south, east, north; decimal commas are forgiven."""
    edges = [part.text(edge).replace(",", ".") for edge in _EDGES]
    if not any(edges):
        return None
    return clean.location(",".join(edges))


def _named(part: Branch, clean: Cleaner, tags: Locales) -> Location | None:
    """A place by its identifier; German regional keys become the address under which DCAT-AP.de knows them."""
    code = part.first("geographicIdentifier/*/code")
    if code is None:
        return None
    href, label = code.link(), code.prose(clean, tags)
    part.drop("geographicIdentifier/*/authority", "geographicIdentifier/*/codeSpace")
    texts = [str(getattr(value, "text", value)) for value in label]
    own = _address_of_key(href, *texts) or (IRI(href) if is_web_address(href) else None)
    if own is None and texts and is_web_address(texts[0]):
        own, label = IRI(texts[0]), []
    return Location(id=own, rest={_LABEL: label} if label else {}) if own or label else None


def _address_of_key(*texts: str) -> IRI | None:
    """The first regional (12 digits) or municipality key (8 digits) in these texts, but that of the whole country."""
    for text in texts:
        found = _KEY.search(text)
        if found and not _GERMANY.fullmatch(found[1]):
            return IRI(f"{_KEYS}{_KEY_KINDS[len(found[1])]}/{found[1]}")
    return None


def _polygon(part: Branch, clean: Cleaner) -> Location | str | None:
    """The outer rings of GML polygons as one WKT; read by the rules of the reference system that they name."""
    system, rings = "", []
    for surface in part.all("polygon/*"):
        system = system or surface.attributes.get("srsName", "")
        for exterior in [*surface.below("exterior"), *surface.below("LineString")]:
            rings += [numbers] if (numbers := _coordinates(exterior)) else []
        surface.discard()
    if not rings:
        return None
    body = ",".join(f"(({','.join(f'{x} {y}' for x, y in ring)}))" for ring in rings)
    return clean.location(f"<{system}> MULTIPOLYGON({body})" if system else f"MULTIPOLYGON({body})")


def _coordinates(exterior: Branch) -> list[tuple[str, str]]:
    texts = [part.said() for name in ("posList", "pos", "coordinates") for part in exterior.below(name)]
    numbers = _NUMBER.findall(" ".join(texts))
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def read_periods(extents: list[Branch], clean: Cleaner) -> Values:
    """Periods and instants of the temporal extents."""
    found: Values = []
    for part in [one for extent in extents for one in extent.all("temporalElement/*/extent/*")]:
        period = _period(part, clean)
        if period is not None and period not in found:
            found.append(period)
    return found


def _period(part: Branch, clean: Cleaner) -> PeriodOfTime | None:
    if part.name == "TimeInstant":
        instant = part.text("timePosition")
        return clean.period(instant, instant) if instant else None
    start, end = (part.text(*paths) for paths in _BOUNDS)
    return clean.period(start, end) if start or end else None
