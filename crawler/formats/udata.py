"""A udata dataset (API 1, or API 2 with its resources put in) → dcat:Dataset.

Keys: udata's own API fields (udata 17, `udata/core/dataset/api_fields.py`) and what older portals still send.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Record, Values
from catalog.record.table import (
    Agent,
    Dataset,
    Distribution,
    Identifier,
    Location,
    ProvenanceStatement,
    RightsStatement,
    Standard,
)
from catalog.record.terms import IRI, expand
from crawler.formats.agents import HOMEPAGE, IDENTIFIER, agent, kind
from crawler.formats.fields import Fields, is_blank
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import LABEL, first_date, labelled
from crawler.formats.values import Cleaner, coded, minted, unique

MANY_RESOURCES = 1_000
HVD_LAW = IRI("http://data.europa.eu/eli/reg_impl/2023/138/oj")
"""The regulation on high-value datasets, for which udata's badge `hvd` stands."""

DATASET_OUT_OF_SCOPE = frozenset(
    (
        # The portal's own statistics, marks and permissions.
        *("metrics", "quality", "featured", "permissions", "internal", "geopf", "last_update"),
        # When the next version is due: no property; and a shorter repetition of the description.
        *("frequency_date", "description_short"),
        # Addresses of the API, the slug of a page whose address is read, files that third parties added.
        *("uri", "slug", "community_resources", "created_at_internal", "last_modified_internal"),
        # Who may ask for access, as a matrix of groups and conditions: no property.
        "access_audiences",
        # What decides whether a dataset is read at all.
        *("private", "deleted", "archived"),
    )
)
"""Keys of a dataset that are known and deliberately not mapped."""

HARVEST_OUT_OF_SCOPE = frozenset(
    (
        # How and when the harvester brought the copy: true of the copy, not of the dataset.
        *("backend", "source_id", "last_update", "ckan_name", "ckan_source"),
        *("archived", "archived_at", "archived_reason", "archived_at_internal"),
    )
)
RESOURCE_OUT_OF_SCOPE = frozenset(
    # Statistics, copies of dates, sync states; the kind of file (`main`, `documentation`), for which no property is.
    ("metrics", "internal", "geopf", "type", "preview_url", "created_at_internal", "last_modified_internal")
)
_NOTES = ("check:", "analysis:", "siretisation:", "datagouv_ckan", "recommendations", "transport:", "geop:")
"""Prefixes of extras in which the portal keeps its own checks and lookups."""
_ROLES = {
    "creator": "creator",
    "custodian": "custodian",
    "originator": "originator",
    "rightsHolder": "creator",
}
_ACCESS = {"open": "PUBLIC", "open_with_account": "PUBLIC", "restricted": "NON_PUBLIC"}
_INSEE = "siretisation:collectivite_territoriale:code_insee"
_LICENSE, _RIGHTS, _ALT = expand("dct:license"), expand("dct:rights"), expand("skos:altLabel")


def read_entries(items: Iterable[Any], site: str) -> tuple[list[Entry], Counter[str]]:
    """The entries of a page and what is left out, by reason: `deleted`, `archived`, `private`.

    `site` is the portal's address without a trailing slash; records are minted below it. What is no object becomes an
    entry whose reading fails.
    """
    entries: list[Entry] = []
    skipped: Counter[str] = Counter()
    for item in items:
        if reason := left_out(item):
            skipped[reason] += 1
        else:
            entries.append(Entry(identifier_of(item), canonical(item), partial(read_dataset, item, site)))
    return entries, skipped


def left_out(item: Any) -> str:
    """Why a dataset is not part of the portal's holdings any more; "" for one that is."""
    if not isinstance(item, dict):
        return ""
    marks = ("deleted", "archived", "private")
    return next((mark for mark in marks if not is_blank(item.get(mark)) and item[mark] is not False), "")


def identifier_of(item: Any) -> str:
    """The portal's own lasting identifier: the id, else the slug."""
    if not isinstance(item, dict):
        return ""
    candidates = (item.get("id"), item.get("slug"))
    return next(
        (str(one).strip() for one in candidates if isinstance(one, str | int) and str(one).strip()), ""
    )


def read_dataset(item: Any, site: str) -> Reading:
    """One dataset as a record. Raises TypeError for what is no object."""
    if not isinstance(item, dict):
        raise TypeError(f"a dataset is an object, not {type(item).__name__}")
    clean = Cleaner(site)
    fields, dataset = Fields(item, clean), Dataset()
    harvest = fields.inner("harvest")
    _identify(fields, harvest, dataset, identifier_of(item))
    _describe(fields, dataset)
    _origin(fields, harvest, dataset, is_harvested=not is_blank(item.get("harvest")))
    _people(fields, dataset)
    _coverage(fields, dataset)
    _terms_and_files(fields, dataset)
    harvest.close(HARVEST_OUT_OF_SCOPE)
    fields.close(DATASET_OUT_OF_SCOPE)
    return Reading(Record(dataset), clean.unread, clean.faults)


def _identify(fields: Fields, harvest: Fields, dataset: Dataset, key: str) -> None:
    """A harvested dataset keeps the IRI and the identifier of its origin; udata's own stands beside it."""
    clean = fields.cleaner
    uri = harvest.text("uri")
    if is_web_address(uri):
        dataset.id = IRI(uri)
    elif key:
        dataset.id = minted(clean.site, "datasets", key)
    first = harvest.text("dct_identifier") or key
    dataset.identifier = [first] if first else []
    others = [
        key,
        harvest.text("remote_id"),
        harvest.text("doi"),
        fields.text("doi"),
        *(() if is_web_address(uri) else (uri,)),
    ]
    dataset.other_identifier = [
        Identifier(notation=[text]) for text in unique(others) if text and text != first
    ]
    fields.drop("id")
    if not key:
        clean.faults["identifier-missing"] += 1


def _describe(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    dataset.title = fields.prose("title")
    if not dataset.title:
        clean.faults["title-missing-in-source"] += 1
    dataset.description = fields.prose("description")
    if acronym := fields.text("acronym"):
        dataset.rest[_ALT] = [acronym]
    dataset.keyword = unique(fields.strings("tags"))
    if "hvd" in fields.names("badges", "kind"):
        dataset.applicable_legislation = [HVD_LAW]
    frequency = fields.names("frequency", "id", "label")
    dataset.frequency = unique(map(clean.frequency, frequency))
    dataset.conforms_to = _schemas(fields)


def _schemas(fields: Fields) -> Values:
    """`{name, url, version}`: the address where there is one, else the name with its version."""
    schema = fields.inner("schema")
    url, name, version = schema.text("url"), schema.text("name"), schema.text("version")
    schema.close()
    text = url or " ".join(filter(None, (name, version)))
    return [labelled(Standard, fields.cleaner, text)] if text else []


def _origin(fields: Fields, harvest: Fields, dataset: Dataset, *, is_harvested: bool) -> None:
    """Dates and page of a harvested dataset are those of its origin, and none where that tells none (as in udata's own
    feed); the catalogue it came from is its provenance."""
    clean = fields.cleaner
    dates = (harvest, "issued_at", "modified_at") if is_harvested else (fields, "created_at", "last_modified")
    dataset.issued = first_date(dates[0], dates[1], "created_at")
    dataset.modified = first_date(dates[0], dates[2])
    fields.drop("created_at", "last_modified")
    remote, page = harvest.text("remote_url"), fields.text("page")
    dataset.landing_page = [clean.address(remote or page)] if remote or page else []
    source, domain = harvest.text("source_url"), harvest.text("domain")
    if source or domain:
        dataset.provenance = [labelled(ProvenanceStatement, clean, source or domain)]
    if form := fields.text("authorization_request_url"):
        dataset.page = [clean.address(form)]


def _people(fields: Fields, dataset: Dataset) -> None:
    """The organisation publishes, under the address of its page on the portal; else the user who owns the dataset."""
    clean = fields.cleaner
    organisation, owner = fields.inner("organization"), fields.inner("owner")
    if found := _organisation(organisation):
        dataset.publisher = [found]
    name = " ".join(owner.texts("first_name", "last_name")) or owner.text("name", "slug")
    if not dataset.publisher and (person := agent(clean, [name] if name else [])):
        dataset.publisher = [person]
    for contact in fields.nested("contact_points"):
        _contact(contact, dataset)


def _organisation(fields: Fields) -> Agent | None:
    """`{name, slug, business_number_id, url, extras}`; the codes that France's registers give it are identifiers."""
    slug, extras = fields.text("slug", "id"), fields.inner("extras")
    found = agent(fields.cleaner, fields.prose("name"), "", fields.text("url"))
    if found is None:
        return None
    codes = [fields.text("business_number_id"), extras.text(_INSEE)]
    known = [code for code in codes if code and code != "nan"]
    if known:
        found.rest[IDENTIFIER] = list(known)
    if slug:
        found.id = minted(fields.cleaner.site, "organizations", slug)
    return found


def _contact(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    name, email, form = fields.text("name"), fields.text("email"), fields.text("contact_form")
    role = fields.text("role") or "contact"
    fields.close(frozenset({"id", "owner", "organization"}))
    if role == "contact":
        found = kind(clean, name, email, "", form)
        dataset.contact_point += [found] if found else []
        return
    one = agent(clean, [name] if name else [], email)
    if one is None:
        return
    if form:
        one.rest[HOMEPAGE] = [clean.address(form)]
    publishes = role == "publisher" and not dataset.publisher
    property_ = "publisher" if publishes else _ROLES.get(role, "contributor")
    getattr(dataset, property_).append(one)


def _coverage(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    temporal = fields.inner("temporal_coverage")
    start, end = temporal.text("start"), temporal.text("end")
    temporal.close()
    dataset.temporal = [clean.period(start, end)] if start or end else []
    spatial = fields.inner("spatial")
    shape = spatial.take("geom")
    dataset.spatial = [clean.location(shape)] if isinstance(shape, str | dict | list) else []
    dataset.spatial += _zones(spatial)
    spatial.close(frozenset({"granularity"}))


def _zones(fields: Fields) -> Values:
    """Zones by their ids (`fr:commune:75056`), or as objects `{id, name, code, uri}`."""
    found: Values = []
    for zone in fields.nested("zones"):
        uri, name = zone.text("uri"), zone.text("name")
        known = unique(zone.texts("id", "code"))
        place = Location(id=IRI(uri) if is_web_address(uri) else None)
        place.rest = {
            term: values for term, values in ((LABEL, [name] if name else []), (IDENTIFIER, known)) if values
        }
        found.append(place)
        zone.close(frozenset({"slug", "level", "page"}))
    return found + [Location(rest={IDENTIFIER: [text]}) for text in fields.strings("zones")]


def _terms_and_files(fields: Fields, dataset: Dataset) -> None:
    """Licence and access as the origin stated them (`extras.dcat`), else as udata has them; then the resources."""
    clean = fields.cleaner
    extras = fields.inner("extras")
    origin = extras.inner("dcat")
    license_ = clean.license(origin.strings("license") + fields.names("license", "url", "id", "title"))
    access = origin.strings("accessRights") + [
        _ACCESS.get(text, text) for text in fields.strings("access_type")
    ]
    dataset.access_rights = [coded("access-right", text) for text in access[:1]]
    rights = unique(
        origin.strings("rights") + fields.texts("access_type_reason", "access_type_reason_category")
    )
    if rights:
        dataset.rest[_RIGHTS] = rights
    origin.close()
    _close_extras(extras)
    items = fields.nested("resources")
    dataset.distribution = [_distribution(part, license_) for part in items]
    if len(items) > MANY_RESOURCES:
        clean.faults["distribution-excess"] += 1
    if license_ and not items:
        dataset.rest[_LICENSE] = license_


def _close_extras(extras: Fields) -> None:
    left = extras.keys()
    extras.close(frozenset(key for key in left if key.startswith(_NOTES)))


def _distribution(fields: Fields, license_: Values) -> Distribution:
    clean = fields.cleaner
    harvest, extras = fields.inner("harvest"), fields.inner("extras")
    node = Distribution(id=_address_of(fields, harvest))
    node.title, node.description = fields.prose("title"), fields.prose("description")
    if url := fields.text("url"):
        node.access_url = [clean.address(url)]
    if fields.text("filetype") == "file":
        node.download_url = node.access_url.copy()
    _file(fields, node)
    origin = extras.inner("dcat")
    node.license = clean.license(origin.strings("license")) or license_.copy()
    node.rights = [labelled(RightsStatement, clean, text) for text in origin.strings("rights")]
    origin.close()
    _dates(fields, harvest, node)
    node.conforms_to = _schemas(fields)
    _close_extras(extras)
    fields.close(RESOURCE_OUT_OF_SCOPE)
    return node


def _address_of(fields: Fields, harvest: Fields) -> IRI | None:
    """The origin's IRI, else the permanent address that redirects to the file of the day."""
    uri, latest, key = harvest.text("uri"), fields.text("latest"), fields.text("id")
    for address in (uri, latest):
        if is_web_address(address):
            return IRI(address)
    return minted(fields.cleaner.site, "datasets", "r", key) if key else None


def _file(fields: Fields, node: Distribution) -> None:
    clean = fields.cleaner
    format_, mime = fields.text("format"), fields.text("mime")
    if format_:
        url = str(node.access_url[0]) if node.access_url else ""
        node.format = [clean.format(format_, url, mime)]
    if mime:
        node.media_type = [clean.media_type(mime)]
    if size := fields.text("filesize"):
        node.byte_size = [clean.size(size)]
    checksum = fields.inner("checksum")
    algorithm, digest = checksum.text("type"), checksum.text("value") or fields.text("checksum")
    checksum.close()
    node.checksum = [clean.checksum(digest, algorithm)] if digest else []


def _dates(fields: Fields, harvest: Fields, node: Distribution) -> None:
    """The dates of the origin; those of udata itself only for a file that was not harvested."""
    node.issued, node.modified = first_date(harvest, "issued_at"), first_date(harvest, "modified_at")
    if not list(harvest.keys()) and not node.issued and not node.modified:
        node.issued, node.modified = first_date(fields, "created_at"), first_date(fields, "last_modified")
    fields.drop("created_at", "last_modified")
    harvest.close(HARVEST_OUT_OF_SCOPE | {"dct_identifier", "remote_id"})
