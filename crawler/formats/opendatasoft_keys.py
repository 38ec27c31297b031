"""The keys of an Opendatasoft dataset that are known and deliberately not mapped, and the exports that it always has."""

EXPORTS = ("csv", "json", "xlsx")
GEO_EXPORTS = ("geojson", "shp")
"""Formats below `/exports/` that stand for the data; the others (ODS, JSON lines, Parquet, KML, GPX …) are the same
again, and the platform's own DCAT export leaves them out as well unless it is asked for them."""

MEMBERS_OUT_OF_SCOPE = frozenset(
    (
        # Links of the API; the columns of the table: what stands in the data, not about it.
        *("_links", "links", "fields"),
        # Whether the data may be seen by whom asked, marks of the platform, the version of its record.
        *("data_visible", "visibility", "metas_version", "basic_metas", "interop_metas", "extra_metas"),
    )
)
TEMPLATES_OUT_OF_SCOPE = frozenset(
    (
        # How the platform shows, fills and counts: nothing about the data.
        *("explore", "visualization", "asset_content_configuration", "automation", "processing", "internal"),
        *("publishing", "admin", "marketplace", "discovery", "semantic"),
    )
)
"""Whole templates of metadata."""

DEFAULT_OUT_OF_SCOPE = frozenset(
    (
        # How many rows there are, and the rules by which the platform sets dates and finds places.
        *("records_count", "records_size", "timezone"),
        *("modified_updates_on_metadata_change", "modified_updates_on_data_change"),
        *("geographic_reference_auto", "geometry_types", "theme_id", "license_id"),
        # Where the copy lives in the network of domains, beside the origin that is read.
        *(
            "parent_domain",
            "shared_catalog",
            "federated",
            "oauth_scope",
            "source_domain",
            "source_domain_title",
        ),
    )
)
DCAT_OUT_OF_SCOPE = frozenset(
    # The grain of the data and a judgement of its quality in words: no property of DCAT-AP says them.
    ("granularity", "dataquality")
)
PROFILE_OUT_OF_SCOPE = frozenset(
    # Switzerland's profile: the domain's key in its catalogue, which the portal itself is.
    ("domain", "uri")
)
INSPIRE_OUT_OF_SCOPE = frozenset(
    (
        # ISO 19115 values that the same portal's CSW says in full; no DCAT-AP property.
        *("type", "file_identifier", "hierarchy_level", "hierarchy_level_name", "spatial_resolution"),
        *("topologic_consistency", "contact_individual_name", "contact_position", "contact_address"),
        *("contact_email", "identification_purpose", "extend_description"),
        *("extend_bounding_box_westbound_longitude", "extend_bounding_box_eastbound_longitude"),
        *("extend_bounding_box_southbound_latitude", "extend_bounding_box_northbound_latitude"),
    )
)
