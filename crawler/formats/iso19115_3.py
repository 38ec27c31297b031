"""ISO 19115-3 (mdb:MD_Metadata) → records."""

from __future__ import annotations

from lxml import etree

from crawler.formats.iso_metadata import Context, Encoding, identifier_in, read_metadata
from crawler.formats.reading import Reading

NAMESPACE = "http://standards.iso.org/iso/19115/-3/mdb/"
"""All its versions (1.0, 2.0) begin so."""

ENCODING = Encoding(
    identifier=("metadataIdentifier/*/code",),
    parent=("parentMetadata/*/identifier/*/code", "parentMetadata/*/title"),
    level=("metadataScope/*/resourceScope",),
    language=("defaultLocale/*/language",),
    locales=("otherLocale/*", "defaultLocale/*"),
    modified=(),
    standard=("metadataStandard/*/title",),
    resource_language=("defaultLocale/*/language",),
    lineage=("resourceLineage/*/statement",),
)


def identifier_of(element: etree._Element) -> str:
    """The code of the metadataIdentifier; empty where there is none."""
    return identifier_in(element, ENCODING)


def read(element: etree._Element, context: Context) -> Reading:
    """One MD_Metadata element as a record."""
    return read_metadata(element, context, ENCODING)
