"""Where and when a CKAN package's data lies: places, periods, dates, frequency."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from catalog.cleaning.frequencies import read_granularity
from catalog.record.node import Values
from catalog.record.table import Dataset, Location
from catalog.record.terms import IRI, expand
from catalog.vocabulary.lists import vocabulary
from crawler.formats.fields import Fields
from crawler.formats.rules import first_date
from crawler.formats.values import unique

LABEL = expand("skos:prefLabel")
_BOX = ("bbox-west-long", "bbox-south-lat", "bbox-east-long", "bbox-north-lat")
_STARTS = ("temporal_start", "temporal_coverage_from", "temporal_coverage-from")
_ENDS = ("temporal_end", "temporal_coverage_to", "temporal_coverage-to")
_LEVELS = {
    "bund": "federal",
    "land": "state",
    "kommune": "municipality",
    "stadt": "municipality",
    "gemeinde": "municipality",
    "kreis": "administrativeDistrict",
    "landkreis": "administrativeDistrict",
}
"""Words of the OGD metadata structure 1.0 → codes of DCAT-AP.de's geocoding levels."""


def read_places_and_times(fields: Fields, dataset: Dataset) -> None:
    """Fill spatial and temporal coverage, the dates and the frequency."""
    dataset.spatial = _places(fields)
    dataset.temporal = _periods(fields)
    dates = _ogd_dates(fields)
    clean = fields.cleaner
    # On aggregators metadata_created and metadata_modified are times of harvesting: the publisher's own dates first.
    issued = first_date(fields, "issued", "dcat_issued", "date_released")
    dataset.issued = (
        issued
        or _from(fields, dates, "veroeffentlicht", "erstellt")
        or first_date(fields, "metadata_created")
    )
    modified = first_date(fields, "modified", "dcat_modified", "date_updated")
    dataset.modified = (
        modified or _from(fields, dates, "aktualisiert") or first_date(fields, "metadata_modified")
    )
    fields.drop("metadata_created", "metadata_modified")
    frequency = fields.strings("frequency", "accrual_periodicity", "frequency-of-update")
    dataset.frequency = unique(map(clean.frequency, frequency)) or _granularity(fields)


def _from(fields: Fields, dates: dict[str, str], *roles: str) -> Values:
    return [fields.cleaner.date(dates[role]) for role in roles if role in dates][:1]


def _ogd_dates(fields: Fields) -> dict[str, str]:
    """Role → date of OGD's `dates` and of ISO's `dataset-reference-date` (`[{role|type, date|value}]`)."""
    roles = {"publication": "veroeffentlicht", "creation": "erstellt", "revision": "aktualisiert"}
    found: dict[str, str] = {}
    for part in (*fields.nested("dates"), *fields.nested("dataset-reference-date")):
        role, date = part.text("role", "type"), part.text("date", "value")
        if role and date:
            found.setdefault(roles.get(role, role), date)
        part.close()
    return found


def _granularity(fields: Fields) -> Values:
    """OGD's `temporal_granularity` (`Jahr`) with its factor (5) as a frequency; `Keine` says there is none."""
    text = fields.text("temporal_granularity")
    if not text:
        return []
    factor = fields.text("temporal_granularity_factor")
    if text.casefold() == "keine":
        return []
    found = read_granularity(text, factor or 1)
    if found is None:
        fields.cleaner.faults["frequency-unknown"] += 1
        return [text]
    return [IRI(found)]


def _periods(fields: Fields) -> Values:
    """All pairs of start and end, however they are spelled."""
    clean = fields.cleaner
    starts, ends = fields.strings(*_STARTS), fields.strings(*_ENDS)
    found: Values = [clean.period(start or "", end or "") for start, end in zip_longest(starts, ends)]
    for part in (*fields.nested("temporal_coverage"), *fields.nested("temporals")):
        found.append(clean.period(part.text("start", "start_date"), part.text("end", "end_date")))
        part.close()
    found += [clean.interval(text) for text in fields.strings("temporal", "temporal_coverage")]
    return found


def _places(fields: Fields) -> Values:
    """One place from the flat keys, then one from each nested object, then places that are only named."""
    found = [place for place in (_flat(fields), *map(_nested, fields.nested("spatial_coverage"))) if place]
    names = fields.strings("geographical_coverage")
    found += [Location(rest={LABEL: [name]}) for name in names]
    level = _LEVELS.get(fields.text("geographical_granularity").casefold())
    if level and (known := vocabulary("geocoding-level").by_code(level)):
        fields.add("politicalGeocodingLevelURI", known.uri)
    return found


def _flat(fields: Fields) -> Location | str | None:
    """`spatial` (GeoJSON), `spatial_bbox`, `spatial_centroid`, `spatial_uri`, `spatial_text`, or `bbox-…` (ISO)."""
    shape = _shape(fields, "spatial") or _shape(fields, "spatial_bbox")
    centroid = _shape(fields, "spatial_centroid")
    if all(key in fields for key in _BOX):
        box = ",".join(fields.texts(*_BOX))
        shape = shape or fields.cleaner.location(box)
    return _place(
        fields, shape, centroid, fields.text("spatial_uri"), fields.prose("spatial_text", "spatial_name")
    )


def _nested(fields: Fields) -> Location | str | None:
    """`{uri, text, geom, bbox, centroid}` of ckanext-scheming."""
    shape = _shape(fields, "geom")
    box, centroid = _shape(fields, "bbox"), _shape(fields, "centroid")
    if isinstance(shape, Location) and isinstance(box, Location):
        shape.bbox = box.bbox
    found = _place(fields, shape or box, centroid, fields.text("uri"), fields.prose("text"))
    fields.close()
    return found


def _shape(fields: Fields, key: str) -> Location | str | None:
    value: Any = fields.take(key)
    if isinstance(value, str | dict | list):
        return fields.cleaner.location(value)
    return None


def _place(
    fields: Fields, shape: Location | str | None, centroid: Location | str | None, uri: str, names: Values
) -> Location | str | None:
    """A place with all that is said of it; a geometry that cannot be read stays beside the table, or alone as text."""
    if not (uri or names or centroid):
        return shape
    place = shape if isinstance(shape, Location) else Location()
    if isinstance(shape, str):
        place.geometry = [shape]
    if centroid:
        place.centroid = centroid.centroid if isinstance(centroid, Location) else [centroid]
    if uri and isinstance(found := fields.cleaner.address(uri), IRI):
        place.id = found
    if names:
        place.rest[LABEL] = names
    return place
