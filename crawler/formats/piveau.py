"""A dataset as piveau's search index describes it → dcat:Dataset; and the catalogue that a record was listed in.

Keys: the Elasticsearch mappings and the OpenAPI description of piveau-hub-search in its older (`release_date`,
`contact_points`, `frequency`) and its present form (`issued`, `contact_point`, `accrual_periodicity`).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from catalog.cleaning.iris import is_web_address
from catalog.cleaning.languages import language_tag
from catalog.record.canonical import canonical_bytes
from catalog.record.node import Node, Record, Values
from catalog.record.table import (
    Agent,
    DataService,
    Dataset,
    Distribution,
    Identifier,
    Location,
    PeriodOfTime,
    ProvenanceStatement,
    RightsStatement,
    Standard,
)
from catalog.record.terms import IRI, Literal, expand
from crawler.formats.agents import agent, kind
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading, UnreadablePayload
from crawler.formats.rules import Rule, concept, decimal, duration, first_date, labelled, verbatim
from crawler.formats.values import Cleaner, minted, unique

IS_PART_OF = expand("dct:isPartOf")
_LABEL, _PREF_LABEL = expand("rdfs:label"), expand("skos:prefLabel")
_LICENSE = expand("dct:license")
_PARTS = ("resource", "id", "label", "title")
"""Where an object of the index names a thing: its address, its code, its words."""

OUT_OF_SCOPE = frozenset(
    (
        # Names of the record within the portal; the address of the dataset is taken from `resource` and `id`.
        *("idName", "index", "completeness"),
        # The portal's machine translation and its own measurements, not what the publisher said.
        *(
            "translation_meta",
            "quality_meas",
            "quality_measurement",
            "scoring",
            "is_hvd",
            "extended_metadata",
        ),
        # Facts about the copy in the portal.
        *("catalog_record", "country", "source_dataset", "dataset_in_catalog"),
    )
)
"""Keys of a dataset that are known and deliberately not mapped."""
_CATALOGUE_SAYS = frozenset(
    (
        *(
            "idName",
            "title",
            "description",
            "issued",
            "modified",
            "homepage",
            "country",
            "licence",
            "license",
        ),
        *(
            "language",
            "languages",
            "spatial",
            "spatial_resource",
            "resource",
            "is_part_of",
            "has_part",
            "count",
        ),
    )
)
"""Keys of the catalogue inside a dataset: it describes itself elsewhere."""
_DISTRIBUTION_OUT_OF_SCOPE = frozenset(("id", "translation_meta", "type"))
_NODE_SAYS = frozenset(("id", "type", "label", "title", "language", "resource"))
"""What an object may say about a node beside what is taken from it."""

_TERMS: dict[str, tuple[str, Rule]] = {
    "languages": ("language", Cleaner.language),
    "language": ("language", Cleaner.language),
    "frequency": ("frequency", Cleaner.frequency),
    "accrual_periodicity": ("frequency", Cleaner.frequency),
    "access_right": ("access_rights", concept("access-right")),
    "conforms_to": ("conforms_to", partial(labelled, Standard)),
    "documentations": ("page", Cleaner.address),
    "page": ("page", Cleaner.address),
    "landing_page": ("landing_page", Cleaner.address),
    "has_versions": ("old_has_version", Cleaner.reference),
    "has_version": ("old_has_version", Cleaner.reference),
    "is_version_of": ("is_version_of", Cleaner.reference),
    "is_referenced_by": ("is_referenced_by", Cleaner.reference),
    "related_resources": ("relation", Cleaner.reference),
    "relation": ("relation", Cleaner.reference),
    "sources": ("source", Cleaner.reference),
    "source": ("source", Cleaner.reference),
    "provenances": ("provenance", partial(labelled, ProvenanceStatement)),
    "provenance": ("provenance", partial(labelled, ProvenanceStatement)),
    "type": ("type", concept("dataset-type")),
    "version": ("version", verbatim),
    "version_info": ("version", verbatim),
    "version_notes": ("version_notes", Cleaner.prose),
    "hvd_category": ("hvd_category", concept("hvd-category")),
    "applicable_legislation": ("applicable_legislation", Cleaner.address),
    "availability": ("availability", concept("planned-availability")),
    "spatial_resolution_in_meters": ("spatial_resolution", decimal),
    "temporal_resolution": ("temporal_resolution", duration),
    "contributor_id": ("contributor_id", concept("contributor")),
    "political_geocoding_level_uri": ("geocoding_level", concept("geocoding-level")),
    "political_geocoding_uri": ("political_geocoding", Cleaner.address),
    "in_series": ("in_series", Cleaner.reference),
    "was_generated_by": ("was_generated_by", Cleaner.reference),
}
"""Key of a dataset → property, and how each text becomes a value."""

_DISTRIBUTION_TERMS: dict[str, tuple[str, Rule]] = {
    "languages": ("language", Cleaner.language),
    "language": ("language", Cleaner.language),
    "documentations": ("page", Cleaner.address),
    "page": ("page", Cleaner.address),
    "linked_schemas": ("conforms_to", partial(labelled, Standard)),
    "conforms_to": ("conforms_to", partial(labelled, Standard)),
    "rights": ("rights", partial(labelled, RightsStatement)),
    "status": ("status", concept("distribution-status")),
    "availability": ("availability", concept("planned-availability")),
    "media_type": ("media_type", Cleaner.media_type),
    "compress_format": ("compress_format", Cleaner.media_type),
    "package_format": ("package_format", Cleaner.media_type),
    "applicable_legislation": ("applicable_legislation", Cleaner.address),
    "temporal_resolution": ("temporal_resolution", duration),
    "spatial_resolution_in_meters": ("spatial_resolution", decimal),
    "license_attribution_by_text": ("license_attribution", Cleaner.prose),
    "has_policy": ("has_policy", Cleaner.reference),
}


def listed_in(entry: Entry, catalogue: str) -> Entry:
    """The same entry, with the address of the catalogue that it was listed in as `dct:isPartOf`: the graph of a dataset
    does not say it, and in a portal of many bodies it tells whose the dataset is."""
    if not catalogue:
        return entry
    reading = entry.read()
    said = reading.record.root.rest.setdefault(IS_PART_OF, [])
    if catalogue not in said:
        said.append(IRI(catalogue))
    return Entry(entry.identifier, canonical_bytes(reading.record), lambda: reading, entry.type)


def document_entry(value: Any, site: str) -> Entry:
    """A document of the index as an entry; `site` is the address of the portal's pages, without a trailing slash.

    Raises UnreadablePayload (`unexpected-shape`) for what is no document of a dataset.
    """
    if not isinstance(value, dict) or not value.get("id"):
        raise UnreadablePayload("unexpected-shape", "The answer is no dataset of the search index.")
    return Entry(str(value["id"]), canonical(value), partial(read_document, value, site))


def iri_of(value: dict[str, Any], site: str) -> str:
    """The address of the dataset: its own where the index has it, else its page on the portal."""
    own = value.get("resource")
    return (
        own
        if isinstance(own, str) and is_web_address(own)
        else str(minted(site, "datasets", str(value["id"])))
    )


def read_document(value: dict[str, Any], site: str) -> Reading:
    """One document as a record."""
    clean = Cleaner(site)
    fields = Fields(value, clean)
    dataset = Dataset(id=IRI(iri_of(value, site)))
    fields.drop("resource")
    _describe(fields, dataset)
    _people(fields, dataset, site)
    _places_and_times(fields, dataset)
    _terms(fields, dataset, _TERMS)
    dataset.distribution = [_distribution(part) for part in fields.nested("distributions")]
    fields.close(OUT_OF_SCOPE)
    return Reading(Record(dataset), clean.unread, clean.faults)


def _describe(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    own = fields.text("id")
    dataset.identifier = unique(
        fields.names("identifiers", *_PARTS) + fields.names("identifier", *_PARTS) or [own]
    )
    others = fields.names("other_identifiers", "identifier", *_PARTS) + fields.names(
        "adms_identifier", "identifier", *_PARTS
    )
    dataset.other_identifier = [Identifier(notation=[text]) for text in others]
    dataset.title, dataset.description = fields.prose("title"), fields.prose("description")
    if not dataset.title:
        clean.faults["title-missing-in-source"] += 1
    dataset.keyword = _keywords(fields)
    themes = [text for key in ("categories", "theme") for text in fields.names(key, *_PARTS)]
    dataset.theme = unique(uri for text in themes for uri in clean.theme(text))
    dataset.issued = first_date(fields, "issued", "release_date")
    dataset.modified = first_date(fields, "modified", "modification_date")


def _keywords(fields: Fields) -> Values:
    """`[{id, label, language}]`, `[{id, title}]` or plain words."""
    found: Values = []
    for part in fields.nested("keywords"):
        text, tag = part.text("label", "title", "id"), language_tag(part.text("language"))
        part.close(_NODE_SAYS)
        if text:
            found.append(Literal(text, tag) if tag else text)
    return unique(found or fields.strings("keywords"))


def _people(fields: Fields, dataset: Dataset, site: str) -> None:
    """Publisher of the dataset, else of its catalogue; the catalogue's address as `dct:isPartOf`."""
    catalogue = fields.inner("catalog")
    name, publishers = catalogue.text("id"), _agents(catalogue, "publisher")
    if name:
        dataset.rest[IS_PART_OF] = [minted(site, "catalogues", name)]
    catalogue.close(_CATALOGUE_SAYS)
    dataset.publisher = _agents(fields, "publisher") or publishers
    dataset.creator, dataset.contributor = _agents(fields, "creator"), _agents(fields, "contributor")
    dataset.maintainer, dataset.originator = _agents(fields, "maintainer"), _agents(fields, "originator")
    dataset.contact_point = _contacts(fields, "contact_points") + _contacts(fields, "contact_point")


def _agents(fields: Fields, key: str) -> Values:
    clean = fields.cleaner
    found: list[Agent | None] = []
    for part in fields.nested(key):
        one = agent(clean, part.prose("name"), part.text("email", "mbox"), part.text("homepage"))
        address = part.text("resource")
        if is_web_address(address):
            one = one or Agent()
            one.id = IRI(address)
        part.close(_NODE_SAYS)
        found.append(one)
    return [one for one in found if one]


def _contacts(fields: Fields, key: str) -> Values:
    clean = fields.cleaner
    found = []
    for part in fields.nested(key):
        name = part.text("organisation_name", "name")
        found.append(kind(clean, name, part.text("email"), part.text("telephone"), part.text("url")))
        part.close(_NODE_SAYS | {"name", "address"})
    return [one for one in found if one]


def _places_and_times(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    shapes = fields.take("spatial")
    for shape in shapes if isinstance(shapes, list) else [shapes]:
        if isinstance(shape, dict | str):
            dataset.spatial.append(clean.location(shape))
    for part in fields.nested("spatial_resource"):
        address, label = part.text("resource"), part.prose("label")
        node = Location(rest={_PREF_LABEL: label} if label else {})
        dataset.spatial.append(IRI(address) if is_web_address(address) else node)
        part.close(_NODE_SAYS)
    for key in ("temporal_coverages", "temporal"):
        dataset.temporal += [period for part in fields.nested(key) if (period := _period(part))]


def _period(fields: Fields) -> PeriodOfTime | None:
    start, end = fields.text("gte", "start_date"), fields.text("lte", "end_date")
    fields.close()
    return fields.cleaner.period(start, end) if start or end else None


def _terms(fields: Fields, node: Node, rules: dict[str, tuple[str, Rule]]) -> None:
    """Keys whose values are texts or objects that name a thing, into their properties."""
    for key in sorted(fields.keys() & rules.keys()):
        name, rule = rules[key]
        values: Values = getattr(node, name)
        for text in fields.names(key, *_PARTS):
            value = rule(fields.cleaner, text)
            if value not in values:
                values.append(value)


def _distribution(fields: Fields) -> Distribution:
    clean = fields.cleaner
    node = Distribution()
    address = fields.text("resource")
    node.id = IRI(address) if is_web_address(address) else None
    node.title, node.description = fields.prose("title"), fields.prose("description")
    node.access_url = unique(map(clean.address, fields.strings("access_url")))
    node.download_url = unique(map(clean.address, fields.strings("download_url", "download_urls")))
    url = str((node.download_url or node.access_url or [""])[0])
    node.format = [clean.format(text, url) for text in fields.names("format", *_PARTS)]
    node.license = _license(fields)
    if size := fields.text("byte_size"):
        node.byte_size = [clean.size(size)]
    node.checksum = [
        clean.checksum(part.text("checksum_value"), part.text("algorithm"))
        for part in fields.nested("checksum")
    ]
    node.issued = first_date(fields, "issued", "release_date")
    node.modified = first_date(fields, "modified", "modification_date")
    node.access_service = [_service(part) for part in fields.nested("access_service")]
    _terms(fields, node, _DISTRIBUTION_TERMS)
    fields.close(_DISTRIBUTION_OUT_OF_SCOPE)
    return node


def _license(fields: Fields) -> Values:
    """`license` (or `licence`): the address, the code, the words, whichever is known."""
    stated: list[str] = []
    for key in ("license", "licence"):
        parts = fields.nested(key)
        for part in parts:
            stated += part.texts("resource", "la_url", "id", "label", "title")
            part.close(_NODE_SAYS | {"description"})
        stated += [] if parts else fields.strings(key)
    return fields.cleaner.license(stated)


def _service(fields: Fields) -> DataService:
    clean = fields.cleaner
    node = DataService(title=fields.prose("title"), description=fields.prose("description"))
    node.endpoint_url = [clean.address(text) for text in fields.strings("endpoint_url")]
    node.endpoint_description = [clean.address(text) for text in fields.strings("endpoint_description")]
    fields.close(_NODE_SAYS)
    return node
