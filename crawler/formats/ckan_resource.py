"""A CKAN resource → dcat:Distribution."""

from __future__ import annotations

from functools import partial
from typing import Any

from catalog.record.node import Values
from catalog.record.table import DataService, Distribution, RightsStatement, Standard
from catalog.record.terms import IRI
from crawler.formats.ckan_keys import RESOURCE_OUT_OF_SCOPE
from crawler.formats.fields import Fields
from crawler.formats.rules import (
    LABEL,
    Rule,
    apply,
    concept,
    decimal,
    duration,
    first_date,
    labelled,
    verbatim,
)
from crawler.formats.values import Cleaner, minted

_FILES = ("file", "file.upload")
_ADDRESS_KEYS = ("access_url", "download_url", "url", "url_type", "resource_type")

RULES: dict[str, tuple[str, Rule]] = {
    "language": ("language", Cleaner.language),
    "documentation": ("page", Cleaner.address),
    "conforms_to": ("conforms_to", partial(labelled, Standard)),
    "status": ("status", concept("distribution-status")),
    "availability": ("availability", concept("planned-availability")),
    "plannedAvailability": ("availability", concept("planned-availability")),
    "compress_format": ("compress_format", Cleaner.media_type),
    "package_format": ("package_format", Cleaner.media_type),
    "temporal_resolution": ("temporal_resolution", duration),
    "spatial_resolution_in_meters": ("spatial_resolution", decimal),
    "applicable_legislation": ("applicable_legislation", Cleaner.address),
    "licenseAttributionByText": ("license_attribution", Cleaner.prose),
}
"""Key of a resource → property of the distribution, and how each text becomes a value."""

SERVICE_RULES: dict[str, tuple[str, Rule]] = {
    "endpoint_url": ("endpoint_url", Cleaner.address),
    "endpoint_description": ("endpoint_description", Cleaner.address),
    "serves_dataset": ("serves_dataset", Cleaner.address),
    "access_rights": ("access_rights", concept("access-right")),
    "conforms_to": ("conforms_to", partial(labelled, Standard)),
    "availability": ("availability", concept("planned-availability")),
    "applicable_legislation": ("applicable_legislation", Cleaner.address),
    "hvd_category": ("hvd_category", concept("hvd-category")),
    "documentation": ("page", Cleaner.address),
    "landing_page": ("landing_page", Cleaner.address),
    "keyword": ("keyword", verbatim),
}


def read_resource(
    resource: dict[str, Any], clean: Cleaner, package: str, license_: Values, attribution: Values
) -> Distribution:
    """The distribution; `package` is the address of the package's page, `license_` what holds where the resource
    names no licence of its own."""
    fields = Fields(resource, clean, "resources[].")
    node = Distribution(id=_identity(fields, package))
    node.title = fields.prose("name_translated", "name", "title")
    node.description = fields.prose("description_translated", "description")
    _addresses(fields, node)
    _file(fields, node)
    _terms(fields, node, license_, attribution)
    node.issued = first_date(fields, "issued", "created")
    node.modified = first_date(fields, "modified", "last_modified", "metadata_modified")
    apply(RULES, fields, node)
    node.access_service = [_service(service) for service in fields.nested("access_services")]
    fields.close(RESOURCE_OUT_OF_SCOPE)
    return node


def _identity(fields: Fields, package: str) -> IRI | None:
    uri, key = fields.text("uri"), fields.text("id")
    if uri:
        found = fields.cleaner.address(uri)
        if isinstance(found, IRI):
            return found
    return minted(package, "resource", key) if package and key else None


def _addresses(fields: Fields, node: Distribution) -> None:
    """`url` is the access address unless `access_url` is there; that of an uploaded file is a download too."""
    clean = fields.cleaner
    access, download, url, how, what = fields.each(*_ADDRESS_KEYS)
    if not download and (how == "upload" or what in _FILES):
        download = url
    access = access or url or download
    if access:
        node.access_url = [clean.address(access)]
    if download:
        node.download_url = node.access_url.copy() if download == access else [clean.address(download)]


def _file(fields: Fields, node: Distribution) -> None:
    clean = fields.cleaner
    format_, mimetype = fields.text("format"), fields.text("mimetype")
    if format_:
        url = node.access_url[0] if node.access_url else ""
        node.format = [clean.format(format_, str(url), mimetype)]
    if mimetype:
        node.media_type = [clean.media_type(mimetype)]
    if size := fields.text("size", "byte_size"):
        node.byte_size = [clean.size(size)]
    if digest := fields.text("hash", "checksum"):
        node.checksum = [clean.checksum(digest, fields.text("hash_algorithm"))]


def _terms(fields: Fields, node: Distribution, license_: Values, attribution: Values) -> None:
    """Licence and attribution of the resource itself, else those of its package; statements about rights."""
    clean = fields.cleaner
    own = clean.license(fields.texts("license", "license_url", "license_id", "license_title"))
    node.license = own or license_.copy()
    if attribution and "licenseAttributionByText" not in fields:
        node.license_attribution = attribution.copy()
    node.rights = [
        labelled(RightsStatement, clean, text)
        if isinstance(text, str)
        else RightsStatement(rest={LABEL: [text]})
        for text in fields.prose("rights")
    ]


def _service(fields: Fields) -> DataService:
    """One of the `access_services` of ckanext-dcat."""
    clean = fields.cleaner
    node = DataService()
    uri = fields.text("uri")
    if uri and isinstance(found := clean.address(uri), IRI):
        node.id = found
    node.title = fields.prose("title_translated", "title")
    node.description = fields.prose("description_translated", "description")
    node.license = clean.license([fields.text("license")])
    node.theme = [value for text in fields.strings("theme") for value in clean.theme(text)]
    apply(SERVICE_RULES, fields, node)
    fields.close()
    return node
