"""A CKAN package (also as DKAN 1 delivers it) → dcat:Dataset.

Keys: CKAN's package, ckanext-dcat and ckanext-dcatde (extras), ckanext-scheming and ckanext-fluent (own keys), the
German OGD metadata structure 1.0 (extras of Berlin, GovData before 2017).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any

from catalog.cleaning.themes import read_theme
from catalog.record.node import Node, Record, names, properties
from catalog.record.table import (
    Dataset,
    DatasetSeries,
    Identifier,
    ProvenanceStatement,
    Relationship,
    Standard,
)
from catalog.record.terms import IRI, expand
from crawler.formats.ckan_keys import DATASET_OUT_OF_SCOPE, merged
from crawler.formats.ckan_people import read_people
from crawler.formats.ckan_places import read_places_and_times
from crawler.formats.ckan_resource import read_resource
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import (
    LABEL,
    Rule,
    apply,
    concept,
    decimal,
    duration,
    labelled,
    verbatim,
)
from crawler.formats.values import Cleaner, minted, unique

SKIPPED = frozenset(
    {"harvest", "harvest-source", "harvest_source", "showcase", "application", "spatial-query"}
)
"""Types of packages that are no data: sources of the harvester, showcases, pages about applications."""

_LICENSE, _ATTRIBUTION = expand("dct:license"), expand("dcatde:licenseAttributionByText")
_SERIES = frozenset({"dataset_series", "dataset-series"})


def _identifier(clean: Cleaner, text: str) -> Identifier:
    return Identifier(notation=[text])


RULES: dict[str, tuple[str, Rule]] = {
    "version": ("version", verbatim),
    "dcat_version": ("version", verbatim),
    "access_rights": ("access_rights", concept("access-right")),
    "alternate_identifier": ("other_identifier", _identifier),
    "dcat_type": ("type", concept("dataset-type")),
    "documentation": ("page", Cleaner.address),
    "conforms_to": ("conforms_to", partial(labelled, Standard)),
    "is_referenced_by": ("is_referenced_by", Cleaner.address),
    "references": ("references", Cleaner.address),
    "related_resource": ("relation", Cleaner.address),
    "relation": ("relation", Cleaner.address),
    "relates_to": ("relation", Cleaner.address),
    "has_version": ("old_has_version", Cleaner.address),
    "is_version_of": ("is_version_of", Cleaner.address),
    "source": ("source", Cleaner.reference),
    "sample": ("sample", Cleaner.address),
    "in_series": ("in_series", Cleaner.reference),
    "applicable_legislation": ("applicable_legislation", Cleaner.address),
    "hvd_category": ("hvd_category", concept("hvd-category")),
    "availability": ("availability", concept("planned-availability")),
    "plannedAvailability": ("availability", concept("planned-availability")),
    "temporal_resolution": ("temporal_resolution", duration),
    "spatial_resolution_in_meters": ("spatial_resolution", decimal),
    "contributorID": ("contributor_id", concept("contributor")),
    "politicalGeocodingLevelURI": ("geocoding_level", concept("geocoding-level")),
    "politicalGeocodingURI": ("political_geocoding", Cleaner.address),
    "geocodingText": ("geocoding_description", Cleaner.prose),
    "geocodingDescription": ("geocoding_description", Cleaner.prose),
    "legalbasisText": ("legal_basis", Cleaner.prose),
    "legalBasis": ("legal_basis", Cleaner.prose),
    "qualityProcessURI": ("quality_process", Cleaner.address),
    "landing_page": ("landing_page", Cleaner.address),
    "metadata_original_html": ("landing_page", Cleaner.address),
    "was_generated_by": ("was_generated_by", Cleaner.reference),
}
"""Key of a package or of its extras → property of the dataset, and how each text becomes a value."""


def read_entries(packages: Iterable[Any], site: str) -> tuple[list[Entry], Counter[str]]:
    """The entries of a listing, lists in lists included (DKAN 1), and what was left out, by type.

    `site` is the address of the portal without a trailing slash; records are minted and relative addresses resolved
    below it. What is no object becomes an entry whose reading fails.
    """
    entries: list[Entry] = []
    skipped: Counter[str] = Counter()
    for package in packages:
        if isinstance(package, list) and package:
            nested, left_out = read_entries(package, site)
            entries += nested
            skipped += left_out
        elif (kind := package_type(package)).lower() in SKIPPED:
            skipped[kind] += 1
        else:
            entries.append(
                Entry(_key(package), canonical(package), partial(read_package, package, site), kind)
            )
    return entries, skipped


def package_type(package: Any) -> str:
    """The package's own type; "" for a plain dataset, however it is written."""
    kind = package.get("type") if isinstance(package, dict) else ""
    return kind if isinstance(kind, str) and kind.lower() != "dataset" else ""


def _key(package: Any) -> str:
    """The portal's own lasting identifier: the id, else the name."""
    if not isinstance(package, dict):
        return ""
    for key in (package.get("id"), package.get("name")):
        if isinstance(key, str | int) and str(key).strip():
            return str(key).strip()
    return ""


def read_package(package: Any, site: str) -> Reading:
    """One package as a record. Raises TypeError for what is no object; everything else is read, however bad it is."""
    if not isinstance(package, dict):
        raise TypeError(f"a package is an object, not {type(package).__name__}")
    clean = Cleaner(site)
    source, extras = merged(package, clean.unread)
    fields = Fields(source, clean, extras=extras)
    dataset = Dataset()
    key = _key(package)
    _identify(fields, dataset, key)
    _describe(fields, dataset)
    is_dkan = package.get("type") == "Dataset"
    read_people(fields, dataset, is_dkan=is_dkan)
    _classify(fields, dataset, is_dkan=is_dkan)
    read_places_and_times(fields, dataset)
    apply(RULES, fields, dataset)
    _relations(fields, dataset)
    _distributions(fields, dataset, key)
    kind = package_type(package)
    root: Node = _as_series(dataset) if kind in _SERIES else dataset
    fields.close(DATASET_OUT_OF_SCOPE)
    return Reading(Record(root), clean.unread, clean.faults, kind)


def _identify(fields: Fields, dataset: Dataset, key: str) -> None:
    """The IRI: `extras.uri`, else the package's own address. The identifier: the publisher's, else CKAN's."""
    clean = fields.cleaner
    uri = clean.address(text) if (text := fields.text("uri")) else ""
    if isinstance(uri, IRI):
        dataset.id = uri
    elif key:
        dataset.id = minted(clean.site, "dataset", key)
    identifier = fields.text("identifier", "guid", "id", "name")
    if identifier:
        dataset.identifier = [identifier]
    if not key:
        clean.faults["identifier-missing"] += 1


def _describe(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    dataset.title = fields.prose("title_translated", "title", "display_name")
    if not dataset.title:
        clean.faults["title-missing-in-source"] += 1
    dataset.description = fields.prose("notes_translated", "notes", "description")
    dataset.version_notes = fields.prose("version_notes")
    dataset.provenance = [
        labelled(ProvenanceStatement, clean, text)
        if isinstance(text, str)
        else ProvenanceStatement(rest={LABEL: [text]})
        for text in fields.prose("provenance")
    ]
    if url := fields.text("url"):
        dataset.landing_page = [clean.address(url)]


def _classify(fields: Fields, dataset: Dataset, *, is_dkan: bool) -> None:
    """Keywords from tags; themes from `theme`, else from groups, in DKAN 1 (whose groups are publishers) from tags."""
    clean = fields.cleaner
    tags = fields.names("tags", "name", "display_name") or fields.strings("tag_string", separator=",")
    dataset.keyword = unique(fields.prose("tags_translated", "keywords") or tags)
    groups = [] if is_dkan else _groups(fields)
    stated = fields.strings("theme") or groups
    dataset.theme = unique(uri for text in stated for uri in clean.theme(text))
    if is_dkan and not stated:
        dataset.theme = unique(IRI(uri) for tag in tags for uri in read_theme(tag))
    dataset.language = unique(clean.language(text) for text in fields.strings("language", separator=","))


def _groups(fields: Fields) -> list[str]:
    """Of each group's names the one that is a theme, else what people read."""
    found: list[str] = []
    for group in fields.nested("groups"):
        names = group.texts("title", "display_name", "name", "id")
        found += [next(filter(read_theme, names[::-1]), names[0])] if names else []
    return found or fields.strings("groups")


def _relations(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    for part in fields.nested("qualified_relation"):
        relation, role, uri = part.text("relation"), part.text("role"), part.text("uri")
        node = Relationship(id=IRI(uri) if uri and isinstance(clean.reference(uri), IRI) else None)
        node.relation = [clean.address(relation)] if relation else []
        node.had_role = [clean.address(role)] if role else []
        dataset.qualified_relation.append(node)
        part.close()


def _distributions(fields: Fields, dataset: Dataset, key: str) -> None:
    """Resources; the package's licence holds for each that has none, and stands in `rest` where there is none at all."""
    clean = fields.cleaner
    keys = ("license_url", "license_id", "license_title", "license", "licence")
    license_ = clean.license(fields.texts(*keys) + _terms_of_use(fields))
    attribution = unique(fields.strings("licenseAttributionByText", "attribution_text"))
    page = minted(clean.site, "dataset", key) if key else ""
    dataset.distribution = [
        read_resource(resource, clean, page, license_, attribution)
        for resource in fields.objects("resources")
    ]
    if not dataset.distribution:
        kept = {_LICENSE: license_, _ATTRIBUTION: attribution}
        dataset.rest |= {term: values for term, values in kept.items() if values}


def _terms_of_use(fields: Fields) -> list[str]:
    """Licences named in OGD's `terms_of_use`, and its attribution text as if the package had it."""
    said: list[str] = []
    for part in fields.nested("terms_of_use"):
        said += part.texts("license_url", "license_id", "license_title", "other")
        attribution = part.text("attribution_text")
        if attribution:
            fields.add("attribution_text", attribution)
        part.close(frozenset({"is_free_to_use"}))
    return said


def _as_series(dataset: Dataset) -> DatasetSeries:
    """The same as a series; what a series has no property for is kept beside the table."""
    shared = names(DatasetSeries)
    series = DatasetSeries(id=dataset.id, **{name: getattr(dataset, name) for name in shared})
    others = {
        item.term: getattr(dataset, item.name) for item in properties(Dataset) if item.name not in shared
    }
    series.rest = {**dataset.rest, **{term: values for term, values in others.items() if values}}
    return series
