"""ISO 19139 (gmd:MD_Metadata and its profiles) → records."""

from __future__ import annotations

from lxml import etree

from crawler.formats.iso_metadata import Context, Encoding, identifier_in, read_metadata
from crawler.formats.reading import Reading

NAMESPACE = "http://www.isotc211.org/2005/gmd"

ENCODING = Encoding(
    identifier=("fileIdentifier",),
    parent=("parentIdentifier",),
    level=("hierarchyLevel",),
    language=("language",),
    locales=("locale/*",),
    modified=("dateStamp",),
    standard=("metadataStandardName",),
    resource_language=("language",),
    lineage=("dataQualityInfo/*/lineage/*/statement",),
)


def identifier_of(element: etree._Element) -> str:
    """The fileIdentifier; empty where there is none."""
    return identifier_in(element, ENCODING)


def read(element: etree._Element, context: Context) -> Reading:
    """One MD_Metadata element (also CHE_MD_Metadata and others that extend it) as a record."""
    return read_metadata(element, context, ENCODING)
