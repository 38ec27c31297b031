"""A record of OGC API Records (GeoJSON) → a dataset, series or service.

Keys: OGC 20-004r1, record core (clause 7.4), links (clause 7.5) and the contact building block, with those of its drafts.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Record, Values
from catalog.record.table import DataService, Dataset, DatasetSeries, Identifier, RightsStatement
from catalog.record.terms import IRI, expand
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.ogc_contacts import Contacts, read_contacts
from crawler.formats.ogc_links import Links, read_links
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import duration, first_date, labelled
from crawler.formats.values import Cleaner, minted, unique

Resource = Dataset | DatasetSeries | DataService

_LICENSE, _RIGHTS, _IDENTIFIER, _LANGUAGE = map(
    expand, ("dct:license", "dct:rights", "dct:identifier", "dct:language")
)
_CLASSES: dict[str, type[Resource]] = {
    "service": DataService,
    "series": DatasetSeries,
    "datasetseries": DatasetSeries,
}
_TYPES = {"service": "service", "series": "series", "datasetseries": "series"}
_PLAIN = frozenset({"", "dataset", "nongeographicdataset", "feature"})
"""ISO 19115's names for what is just a dataset."""

FEATURE_OUT_OF_SCOPE = frozenset(
    (
        # The record's own schema, and what GeoJSON says of every feature.
        *("type", "conformsTo", "stac_version", "stac_extensions"),
        # Addresses that have to be filled in before they lead anywhere.
        "linkTemplates",
        # The same box as the geometry's.
        "bbox",
    )
)
"""Keys of the feature that are known and deliberately not mapped."""

PROPERTIES_OUT_OF_SCOPE = frozenset(
    (
        # Further languages in which the server offers the record itself.
        "languages",
        # The index of pygeoapi's full-text search: everything else again.
        *("_metadata-anytext", "anytext"),
    )
)
"""Keys of `properties` that are known and deliberately not mapped."""


def read_features(items: list[Any], items_url: str) -> Iterator[Entry]:
    """An entry for each record of a page; `items_url`: where the collection's records lie, without a query."""
    for item in items:
        id_ = item.get("id") if isinstance(item, dict) else None
        identifier = str(id_).strip() if isinstance(id_, str | int) else ""
        yield Entry(identifier, canonical(item), partial(read_feature, item, items_url))


def read_feature(item: Any, items_url: str) -> Reading:
    """One record. Raises TypeError for what is no object or has no object `properties`."""
    if not isinstance(item, dict) or not isinstance(item.get("properties"), dict):
        raise TypeError("a record is an object with an object `properties`")
    clean = Cleaner(items_url)
    feature = Fields(item, clean)
    fields = Fields(feature.take("properties") or {}, clean, "properties.")
    kind = fields.text("type")
    name = kind.lower().rpartition("/")[2]
    node = _CLASSES.get(name, Dataset)()
    _identify(feature, fields, node, items_url)
    _describe(fields, node)
    links, contacts = read_links(feature.nested("links"), clean), read_contacts(fields)
    _place(feature, fields, node)
    _attach(node, contacts, links)
    _license(fields, node, links)
    feature.close(FEATURE_OUT_OF_SCOPE)
    fields.close(PROPERTIES_OUT_OF_SCOPE)
    return Reading(Record(node), clean.unread, clean.faults, "" if name in _PLAIN else _TYPES.get(name, kind))


def _identify(feature: Fields, fields: Fields, node: Resource, items_url: str) -> None:
    """The record's id is the identifier; its address below the collection is the IRI unless the id is one."""
    id_ = feature.text("id")
    if not id_:
        feature.cleaner.faults["identifier-missing"] += 1
    else:
        node.id = IRI(id_) if is_web_address(id_) else minted(items_url, id_)
    others = [text for text in fields.names("externalIds", "value") if text != id_]
    if isinstance(node, Dataset):
        node.identifier = [id_] if id_ else []
        node.other_identifier = [Identifier(notation=[text]) for text in unique(others)]
    elif said := unique(filter(None, [id_, *others])):
        node.rest[_IDENTIFIER] = said


def _describe(fields: Fields, node: Resource) -> None:
    clean = fields.cleaner
    node.title, node.description = fields.prose("title"), fields.prose("description")
    if not node.title:
        clean.faults["title-missing-in-source"] += 1
    words, themes = fields.names("keywords", "name", "title", "id"), _themes(fields)
    languages = fields.names("resourceLanguages", "code", "name") or fields.names("language", "code", "name")
    fields.drop("language")
    issued, modified = first_date(fields, "created"), first_date(fields, "updated")
    spoken = unique(map(clean.language, languages))
    if isinstance(node, Dataset):
        node.language, node.issued, node.modified = spoken, issued, modified
    else:
        _set_aside(node, spoken, issued, modified)
    if isinstance(node, Dataset | DataService):
        node.keyword = unique([*words, *(text for text in themes if not isinstance(text, IRI))])
        node.theme = unique(uri for uri in themes if isinstance(uri, IRI))


def _set_aside(node: DatasetSeries | DataService, spoken: Values, issued: Values, modified: Values) -> None:
    """What the profile has no place for: the language of both, the dates of a service."""
    kept = {_LANGUAGE: spoken}
    if isinstance(node, DatasetSeries):
        node.issued, node.modified = issued, modified
    else:
        kept |= {expand("dct:issued"): issued, expand("dct:modified"): modified}
    node.rest |= {term: values for term, values in kept.items() if values}


def _themes(fields: Fields) -> Values:
    """Concepts with an address are themes, those without one are keywords, unless the word is a known theme."""
    clean = fields.cleaner
    found: Values = []
    for theme in fields.nested("themes"):
        theme.drop("scheme")
        for concept in theme.nested("concepts"):
            address, id_, title = concept.text("url"), concept.text("id"), concept.text("title")
            if is_web_address(said := address or id_):
                found += clean.theme(said)
            elif said := title or id_:
                found.append(said)
            concept.close(frozenset({"description"}))
        theme.close()
    return found


def _place(feature: Fields, fields: Fields, node: Resource) -> None:
    """Geometry and time; neither has a place in a service."""
    clean = feature.cleaner
    shape = feature.take("geometry")
    places = [clean.location(shape)] if isinstance(shape, dict) else []
    periods, resolution = _time(feature)
    if isinstance(node, DataService):
        kept = {expand("dct:spatial"): places, expand("dct:temporal"): periods}
        node.rest |= {term: values for term, values in kept.items() if values}
        return
    node.spatial, node.temporal = places, periods
    if isinstance(node, Dataset) and resolution:
        node.temporal_resolution = [duration(clean, resolution)]


def _time(feature: Fields) -> tuple[Values, str]:
    """`{date}`, `{timestamp}` or `{interval: [start, end]}`, where `..` is an open end, and the resolution."""
    clean = feature.cleaner
    for time in feature.nested("time"):
        moment = time.text("date", "timestamp")
        interval = time.take("interval")
        ends = [_end(end) for end in interval[:2]] if isinstance(interval, list) else [moment, moment]
        resolution = time.text("resolution")
        time.close()
        ends += [""] * (2 - len(ends))
        return ([clean.period(ends[0], ends[1])] if any(ends) else []), resolution
    return [], ""


def _end(value: Any) -> str:
    return value.strip() if isinstance(value, str) and value.strip() != ".." else ""


def _attach(node: Resource, contacts: Contacts, links: Links) -> None:
    node.publisher, node.contact_point = contacts.publisher, contacts.contact_point
    if isinstance(node, DatasetSeries):
        return
    node.page, node.landing_page = links.pages, links.landing
    if isinstance(node, Dataset):
        node.distribution = links.distributions
        node.creator, node.contributor = contacts.creator, contacts.contributor
        node.custodian, node.originator = contacts.custodian, contacts.originator
    else:
        addresses = unique(url for file in links.distributions for url in file.access_url)
        node.endpoint_url = addresses


def _license(fields: Fields, node: Resource, links: Links) -> None:
    """Licence, rights and a lone format hold for each distribution that names none."""
    clean = fields.cleaner
    texts = [*fields.names("license", "href", "url", "id", "title", "name"), *links.licenses]
    license_ = clean.license(texts)
    rights = [labelled(RightsStatement, clean, text) for text in fields.strings("rights")]
    formats = _formats(fields)
    if isinstance(node, DataService):
        node.license, node.rights = license_, rights
        return
    files = node.distribution if isinstance(node, Dataset) else []
    for file in files:
        file.license, file.rights = file.license or license_.copy(), rights.copy()
        if len(formats) == 1 and not file.format:
            file.format = formats.copy()
    kept = {expand("dct:format"): formats if len(formats) > 1 or not files else []}
    kept |= {} if files else {_LICENSE: license_, _RIGHTS: rights}
    node.rest |= {term: values for term, values in kept.items() if values}


def _formats(fields: Fields) -> Values:
    """`formats`: objects `{name, mediaType}`, or texts in drafts."""
    clean = fields.cleaner
    parts = fields.nested("formats")
    said = [(part.text("name"), part.text("mediaType")) for part in parts]
    for part in parts:
        part.close()
    said += [(text, "") for text in (fields.strings("formats") if not parts else [])]
    return unique(clean.format(name or media, "", media) for name, media in said if name or media)
