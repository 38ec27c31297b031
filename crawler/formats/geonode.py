"""A resource of GeoNode's API 2 → a record. Keys: GeoNode's serialisers (3.2, 4.2), `geonode/base/api/serializers.py`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from catalog.cleaning.formats import read_format
from catalog.record.node import Record, Values
from catalog.record.table import (
    Attribution,
    Dataset,
    Distribution,
    Identifier,
    Location,
    ProvenanceStatement,
    RightsStatement,
)
from catalog.record.terms import IRI, expand
from crawler.formats.agents import agent, kind
from crawler.formats.fields import Fields
from crawler.formats.iso_parties import ROLES
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import labelled
from crawler.formats.values import Cleaner, each_once, minted, unique

OUT_OF_SCOPE = frozenset(
    (
        # Numbers and addresses inside the software; votes and visits.
        *("polymorphic_ctype_id", "perms", "popular_count", "share_count", "rating", "featured", "favorite"),
        *("is_published", "is_approved", "is_copyable", "processed", "state", "sourcetype", "advertised"),
        *("metadata_only", "metadata_uploaded_preserve", "executions", "linked_resources", "is_mosaic", "pk"),
        *(
            "has_time",
            "has_elevation",
            "time_regex",
            "elevation_regex",
            "ptype",
            "store",
            "workspace",
            "charset",
        ),
        # How a map of it looks.
        *(
            "default_style",
            "styles",
            "featureinfo_custom_template",
            "embed_url",
            "thumbnail_url",
            "blob",
            "data",
        ),
        *("maplayers", "executions", "link", "href"),
        # Columns of the table: what stands in the data.
        "attribute_set",
        # The same as HTML: the raw texts are read.
        *("raw_abstract", "raw_purpose", "raw_constraints_other", "raw_supplemental_information"),
        "raw_data_quality_statement",
        # Remarks and purposes without a property in DCAT-AP; the form of storage.
        *("purpose", "supplemental_information", "spatial_representation_type", "subtype", "extension"),
        # Coordinates in the system of the data; those in degrees are read.
        *("bbox_polygon", "extent", "ll_bbox"),
        # Who typed the metadata in, and further people of the accounts.
        *("metadata_author", "resource_user", "user", "metadata"),
    )
)
"""Keys that are known and deliberately not mapped."""

_PLAIN = frozenset({"dataset", "layer", ""})
_LABEL, _CREATED = expand("skos:prefLabel"), expand("dct:created")
_CRS = "http://www.opengis.net/def/crs/EPSG/0/"
_ROLES = {
    "processor": "processor",
    "distributor": "distributor",
    "resource_provider": "resourceProvider",
    "principal_investigator": "principalInvestigator",
}
_SERVICES = ("OGC:WMS", "OGC:WFS", "OGC:WCS")


def read_entries(items: Iterable[Any], site: str) -> list[Entry]:
    """Each item of a list as an entry; its identifier is the UUID, else the number."""
    return [_entry(item, site) for item in items]


def _entry(item: Any, site: str) -> Entry:
    named = item if isinstance(item, dict) else {}
    identifier = str(named.get("uuid") or named.get("pk") or "")
    return Entry(identifier, canonical(item), partial(read_resource, item, site), _type_of(named))


def _type_of(item: dict[str, Any]) -> str:
    said = str(item.get("resource_type") or "")
    return "" if said in _PLAIN else said


def read_resource(item: Any, site: str) -> Reading:
    """One resource. Raises TypeError for what is no object."""
    if not isinstance(item, dict):
        raise TypeError(f"a resource is an object, not {type(item).__name__}")
    clean = Cleaner(site)
    fields = Fields(item, clean)
    type_ = _type_of(item)
    fields.drop("resource_type")
    node = Dataset()
    _identify(fields, node, site)
    _describe(fields, node)
    _people(fields, node)
    _dates(fields, node)
    _place(fields, node)
    node.distribution = _distributions(fields, node)
    fields.close(OUT_OF_SCOPE)
    return Reading(Record(node), clean.unread, clean.faults, type_)


def _identify(fields: Fields, node: Dataset, site: str) -> None:
    clean = fields.cleaner
    uuid, number = fields.text("uuid"), fields.text("pk")
    if uuid or number:
        node.id = minted(site, "api", "v2", "resources", number or uuid)
        node.identifier = [uuid or number]
    else:
        clean.faults["identifier-missing"] += 1
    node.other_identifier = [Identifier(notation=[text]) for text in fields.texts("doi", "alternate", "name")]
    if page := fields.text("detail_url"):
        node.landing_page = [clean.address(page)]


def _describe(fields: Fields, node: Dataset) -> None:
    """Title, description, keywords, and the topic of ISO 19115 as theme."""
    clean = fields.cleaner
    node.title = fields.prose("title", "title_en")
    if not node.title:
        clean.faults["title-missing-in-source"] += 1
    node.description = fields.prose("raw_abstract") or fields.prose("abstract")
    fields.drop("abstract")
    node.keyword = unique([*fields.names("keywords", "name"), *fields.names("tkeywords", "name", "label")])
    topics = fields.names("category", "identifier", "gn_description")
    node.theme = unique(uri for text in topics for uri in clean.theme(text))
    node.version = unique(fields.texts("edition"))
    node.language = unique(clean.language(text) for text in fields.strings("language"))
    statement = fields.prose("raw_data_quality_statement") or fields.prose("data_quality_statement")
    fields.drop("data_quality_statement")
    node.provenance = [labelled(ProvenanceStatement, clean, text) for text in statement]
    if frequency := fields.text("maintenance_frequency"):
        node.frequency = [clean.frequency(frequency)]


def _people(fields: Fields, node: Dataset) -> None:
    """The publisher is the one named, else the group, the point of contact or the owner, of whom only the account is
    known."""
    contacts, owners = _persons(fields, "poc"), _persons(fields, "owner")
    publishers = _persons(fields, "publisher")
    groups = [(name, "") for name in fields.names("group", "title", "name")]
    stated = (publishers or groups or contacts or owners)[:1]
    node.publisher = [one for name, email in stated if (one := agent(fields.cleaner, [name], email))]
    points = (kind(fields.cleaner, name, email) for name, email in contacts or owners)
    node.contact_point = [point for point in points if point]
    node.custodian, node.originator = _agents(fields, "custodian"), _agents(fields, "originator")
    for key, role in _ROLES.items():
        for found in _agents(fields, key):
            node.qualified_attribution.append(Attribution(agent=[found], had_role=[IRI(ROLES + role)]))


def _persons(fields: Fields, key: str) -> list[tuple[str, str]]:
    """Name and mailbox of accounts: one object (3.x) or a list (4.x)."""
    found = []
    for part in fields.nested(key):
        full = " ".join(text for text in (part.text("first_name"), part.text("last_name")) if text)
        name = part.text("organization") or full or part.text("username")
        found.append((name, part.text("email")))
    return [pair for pair in found if any(pair)]


def _agents(fields: Fields, key: str) -> Values:
    return [one for name, email in _persons(fields, key) if (one := agent(fields.cleaner, [name], email))]


def _dates(fields: Fields, node: Dataset) -> None:
    """`date` is of the kind that `date_type` names; `created` and `last_updated` are those of the metadata."""
    clean = fields.cleaner
    date, type_ = fields.text("date"), fields.text("date_type")
    said = [clean.date(date)] if date else []
    if type_ == "creation":
        node.rest |= {_CREATED: said} if said else {}
    elif type_ == "revision":
        node.modified = said
    else:
        node.issued = said
    created, updated = fields.text("created"), fields.text("last_updated")
    node.issued = node.issued or ([clean.date(created)] if created else [])
    node.modified = node.modified or ([clean.date(updated)] if updated else [])
    start, end = fields.text("temporal_extent_start"), fields.text("temporal_extent_end")
    if start or end:
        node.temporal = [clean.period(start, end)]


def _place(fields: Fields, node: Dataset) -> None:
    """The box in degrees, regions by name, and the reference system of the data."""
    clean = fields.cleaner
    box = fields.take("ll_bbox_polygon")
    places: Values = [clean.location(box)] if isinstance(box, dict | str) else []
    places += [Location(rest={_LABEL: [name]}) for name in fields.names("regions", "name", "code")]
    node.spatial = each_once(places)
    system = fields.text("srid")
    number = system.rpartition(":")[2]
    if number.isdecimal():
        node.conforms_to = [IRI(_CRS + number)]


def _distributions(fields: Fields, node: Dataset) -> list[Distribution]:
    """Downloads, links and OGC services; licence and constraints hold for each."""
    clean = fields.cleaner
    licence = clean.license(fields.names("license", "identifier", "name", "url"))
    others = fields.prose("raw_constraints_other") or fields.prose("constraints_other")
    fields.drop("constraints_other")
    words = [*fields.names("restriction_code_type", "identifier"), *others]
    rights = [labelled(RightsStatement, clean, text) for text in words if isinstance(text, str)]
    attribution = fields.texts("attribution")
    found = [*_downloads(fields), *_links(fields), *_services(fields)]
    for one in found:
        one.license, one.rights, one.license_attribution = list(licence), list(rights), list(attribution)
    if not found:
        said = {expand("dct:license"): licence, expand("dct:rights"): rights}
        node.rest |= {term: values for term, values in said.items() if values}
    return _without_doubles(found)


def _without_doubles(found: list[Distribution]) -> list[Distribution]:
    kept: dict[tuple[str, ...], Distribution] = {}
    for one in found:
        kept.setdefault(tuple(map(str, one.access_url)), one)
    return list(kept.values())


def _downloads(fields: Fields) -> list[Distribution]:
    urls = [part.text("url") for part in _closed(fields.nested("download_urls"), "ajax_safe", "default")]
    urls += [text for text in fields.texts("download_url") if text]
    return [_distribution(fields.cleaner, url, "", "", True) for url in dict.fromkeys(filter(None, urls))]


def _links(fields: Fields) -> list[Distribution]:
    """Links of GeoNode's own kinds `data`, `original`, `OGC:WMS` …; pictures, pages and metadata are none."""
    found = []
    for part in _closed(fields.nested("links"), "extras", "pk", "uuid"):
        type_, url = part.text("link_type"), part.text("url")
        name, media_type, ending = part.text("name"), part.text("mime"), part.text("extension")
        if url and (type_ in ("data", "original") or type_.startswith("OGC:")):
            found.append(
                _distribution(fields.cleaner, url, type_ if ":" in type_ else ending, name, ":" not in type_)
            )
            if media_type and ":" not in type_:
                found[-1].media_type = [fields.cleaner.media_type(media_type)]
    return found


def _closed(parts: list[Fields], *known: str) -> list[Fields]:
    for part in parts:
        part.drop(*known)
    return parts


def _services(fields: Fields) -> list[Distribution]:
    url = fields.text("ows_url")
    return [_distribution(fields.cleaner, url, "OGC:WMS", "", False)] if url else []


def _distribution(clean: Cleaner, url: str, format_: str, name: str, is_file: bool) -> Distribution:
    address = clean.address(url)
    node = Distribution(access_url=[address], download_url=[address] if is_file else [])
    node.title = [name] if name else []
    if format_ or read_format("", url):
        node.format = [clean.format(format_, url)]
    return node
