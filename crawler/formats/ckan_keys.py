"""The keys of a CKAN package: how extras come together with it, and which keys say nothing about the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from crawler.formats.fields import is_blank

_INTERNAL = (
    # CKAN's own bookkeeping: record numbers, workflow, counters, addresses of its copies.
    *("creator_user_id", "revision_id", "revision_timestamp", "state", "private", "owner_org", "num_tags"),
    *("num_resources", "relationships", "relationships_as_object", "relationships_as_subject", "isopen"),
    *("tracking_summary", "total_downloads", "ratings_average", "ratings_count", "notes_rendered", "score"),
    *("log_message", "permissions", "plugin_data", "validated_data_dict", "data_dict", "capacity"),
    *("indexed_ts", "dataset_count", "followers", "approval_status", "metadata_language", "ckan_url"),
    # Pictures and decoration of the portal's own pages.
    *("thumbnail", "image_url", "image_display_url", "images", "visibility", "featured"),
)

DATASET_OUT_OF_SCOPE = frozenset(
    (
        *_INTERNAL,
        # The kind of package: it goes into the reading's type, not into the record.
        *("type", "dataset_type"),
        # How a harvester brought the record here: true of the copy, not of the dataset.
        *("harvest_object_id", "harvest_source_id", "harvest_source_title", "harvest_url", "import_source"),
        *("harvest_catalogue_name", "harvest_catalogue_url", "harvest_dataset_url", "spatial_harvester"),
        *("metadata_harvested_portal", "metadata_original_portal", "metadata_original_id", "source_id"),
        *("metadata_original_xml", "metadata_transformer", "metadata_imported_at", "dcat_publisher_info"),
        *("original_metadata_url", "source_catalog_title", "source_catalog_homepage", "ckan_source"),
        # The metadata record's own date and language, not the data's.
        *("metadata-date", "metadata-language", "metadata_version", "ogd_version", "schema_version"),
        # Who typed the record in: a private name, and nothing about the data.
        "username",
        # Marks of portals about themselves (Berlin's sector, openness stars of ckanext-qa, INSPIRE flag).
        *("sector", "openness_score", "openness_score_last_checked", "qa", "archiver", "INSPIRE"),
        *("eu_country", "published_by", "is_free_to_use", "openness", "terms_of_use_accepted"),
        # The grain of the data (`Hausnummer`, `Planungsraum`): no property of DCAT-AP says it in words.
        "geographical_granularity",
        # ISO 19115 values that the same portal's CSW says in full; no DCAT-AP property.
        *("coupled-resource", "spatial-data-service-type", "resource-type", "spatial-reference-system"),
        *("graphic-preview-description", "graphic-preview-file", "graphic-preview-type"),
    )
)
"""Keys of a package (its own or in its extras) that are known and deliberately not mapped."""

RESOURCE_OUT_OF_SCOPE = frozenset(
    (
        *_INTERNAL,
        *("package_id", "resource_group_id", "resource_id", "position", "url_type", "set_url_type"),
        *("datastore_active", "datastore_contains_all_records_of_source_file", "on_same_domain"),
        *("cache_url", "cache_last_updated", "cache_filepath", "webstore_url", "webstore_last_updated"),
        *(
            "ignore_hash",
            "task_created",
            "original_url",
            "mimetype_inner",
            "metadata_created",
            "can_be_previewed",
        ),
        *("resource_type", "data_type", "resource_locator_function", "resource_locator_protocol"),
        *("distribution_ref", "has_views", "view_count", "extension_resource", "verified", "verified_date"),
        *("datapusher_status", "jobStatus", "last_modified_source", "archiver", "qa", "harvested_guid"),
        # Berlin's form asks for it and people wrote languages into it.
        "apiurl",
    )
)
"""Keys of a resource that are known and deliberately not mapped."""


def merged(package: Mapping[str, Any], unread: Counter[str]) -> tuple[dict[str, Any], set[str]]:
    """The package's own keys and those of its extras in one object, and the names of the latter.

    An extra whose name the package itself uses for something else is kept as `extras.<key>`.
    """
    # Without what is blank at first sight: half of CKAN's keys are, and would be asked about one by one.
    fields = {key: value for key, value in package.items() if value is not None and value != ""}
    names: set[str] = set()
    for key, value in _extras(fields.pop("extras", None), unread):
        own = fields.get(key)
        if own is None or own == "":
            names.add(key)
            fields[key] = _unquoted(value) if value.__class__ is str and value[:1] == '"' else value
        elif value != own and not is_blank(value):
            _keep_apart(fields, key, value, unread)
    return fields, names


def _keep_apart(fields: dict[str, Any], key: str, value: Any, unread: Counter[str]) -> None:
    """An extra beside a key of the package itself; a third value under the same name is counted."""
    name = f"extras.{key}"
    if name in fields:
        unread[name] += 1
    else:
        fields[name] = _unquoted(value)


def _extras(extras: Any, unread: Counter[str]) -> Iterable[tuple[str, Any]]:
    """Key and value of extras in all their forms: `[{key, value}]`, an object (CKAN 1.8), either as JSON text."""
    if isinstance(extras, str) and not is_blank(extras):
        try:
            extras = orjson.loads(extras)
        except orjson.JSONDecodeError:
            unread["extras"] += 1
            return ()
    if isinstance(extras, dict):
        return extras.items()
    if isinstance(extras, list):
        return _pairs(extras, unread)
    if not is_blank(extras):
        unread["extras"] += 1
    return ()


def _pairs(extras: list[Any], unread: Counter[str]) -> list[tuple[str, Any]]:
    """Key and value of each extra; what is no pair is counted."""
    found: list[tuple[str, Any]] = []
    for item in extras:
        if isinstance(item, dict) and isinstance(key := item.get("key"), str):
            found.append((key, item.get("value")))
        elif not is_blank(item):
            unread["extras[]"] += 1
    return found


def _unquoted(value: Any) -> Any:
    """CKAN before 2.0 delivers the values of extras as JSON: `"\\"2013\\""`."""
    if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] == '"':
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    return value
