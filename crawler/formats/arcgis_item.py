"""An item of ArcGIS Hub's search → dcat:Dataset.

Keys: the properties of a feature of Hub's OGC API (`/api/search/v1`): those of an ArcGIS Online item, and what Hub's
index adds (`source`, `license`, `structuredLicense`, `itemId`, `additionalResources`).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import quote

from catalog.cleaning.text import plain
from catalog.record.node import Record
from catalog.record.table import DataService, Dataset, Distribution, RightsStatement
from catalog.record.terms import IRI, expand
from crawler.formats.agents import agent, kind
from crawler.formats.arcgis_feed import filled, item_address
from crawler.formats.arcgis_files import sort_distributions
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import first_date, labelled
from crawler.formats.values import Cleaner, minted, unique

_LICENSE, _RIGHTS = expand("dct:license"), expand("dct:rights")
_NO_LICENSE = frozenset({"none", "custom", "unspecified"})
_LAYERS = frozenset({"Feature Service", "Feature Layer", "Table"})
_SERVICES = _LAYERS | {
    "Map Service",
    "Image Service",
    "Raster Layer",
    "Scene Service",
    "Vector Tile Service",
    "WMS",
    "WFS",
    "OGCFeatureServer",
}
_FILES = frozenset(
    (
        *("CSV", "CSV Collection", "Shapefile", "GeoJson", "KML", "KML Collection", "File Geodatabase"),
        *(
            "Microsoft Excel",
            "Microsoft Word",
            "Microsoft Powerpoint",
            "PDF",
            "GeoPackage",
            "Feature Collection",
        ),
        *("SQLite Geodatabase", "Image", "CAD Drawing", "Service Definition", "Layer Package", "Map Package"),
    )
)
DATA = _SERVICES | (_FILES - {"PDF", "Microsoft Word", "Microsoft Powerpoint", "Image"})
"""Types of items that are data; any other is told as the type of the record."""
_EXPORTS = {"csv": "CSV", "geojson": "GeoJSON", "shapefile": "SHP", "kml": "KML"}
"""What Hub's download interface makes of a layer, and its format; tables have no geometry, so only the first."""

OUT_OF_SCOPE = frozenset(
    (
        # Who typed the item in: a private name. Numbers of the organisation's account.
        *("id", "owner", "ownerFolder", "orgId", "guid", "isOrgItem", "subInfo"),
        *("apiToken1ExpirationDate", "apiToken2ExpirationDate"),
        # What one may do with the item in ArcGIS, and how its page looks.
        *("access", "protected", "listed", "typeKeywords", "proxyFilter", "classification"),
        *("advancedSettings", "thumbnail", "largeThumbnail", "banner", "screenshots", "hubType"),
        *("slug", "content", "downloadable", "appCategories", "industries", "languages"),
        *("groupDesignations", "contentOrigin", "contentStatus"),
        # Visits, ratings and marks.
        *("numComments", "numRatings", "avgRating", "numViews", "scoreCompleteness", "lastViewed"),
        *("quality", "analysis"),
        # The columns of the table and how the server serves them: what stands in the data, not about it.
        *("fields", "recordCount", "geometryType", "layers", "layer", "server", "spatialReference"),
        *("capabilities", "searchDescription", "statistics", "objectIds", "supportedQueryFormats"),
        *("hasApi", "openData", "properties", "boundary", "validExtent", "errors"),
        *("serviceSpatialReference", "currentVersion", "xForm", "portal", "collection"),
        # The item's ArcGIS metadata as nested objects: the feeds have what is in it in DCAT.
        *("metadata", "documentation", "itemModified", "lastModified", "modifiedProvenance"),
        *("createdProvenance", "name", "org", "orgName", "orgExtent", "region", "urlKey", "hubUrl"),
        *("groupIds", "initiativeId", "itemExtent"),
    )
)
"""Properties of an item that are known and deliberately not mapped."""
_FEATURE_OUT_OF_SCOPE = frozenset({"type", "links", "time"})


def read_items(features: Iterable[Any], site: str) -> list[Entry]:
    """The features of a page as entries; `site` is the address of the Hub site, without a trailing slash."""
    return [
        Entry(_identifier(item), canonical(item), partial(read_item, item, site), _type(item))
        for item in features
    ]


def _identifier(item: Any) -> str:
    """The address of the item on ArcGIS Online, as in Hub's feeds: a portal keeps its identifiers whichever is read."""
    name = item.get("id") if isinstance(item, dict) else ""
    return item_address(name.strip()) if isinstance(name, str) and name.strip() else ""


def _type(item: Any) -> str:
    """The type of an item that is no data (`Web Map`, `PDF`)."""
    properties = item.get("properties") if isinstance(item, dict) else None
    found = properties.get("type") if isinstance(properties, dict) else ""
    return found if isinstance(found, str) and found not in DATA else ""


def read_item(item: Any, site: str) -> Reading:
    """One feature as a record. Raises TypeError for what is no object."""
    if not isinstance(item, dict):
        raise TypeError(f"an item is an object, not {type(item).__name__}")
    clean = Cleaner(site)
    feature = Fields(filled(item, clean.faults), clean)
    fields = feature.inner("properties")
    name, given = feature.text("id"), _identifier(item)
    dataset = Dataset(id=IRI(given) if given else None, identifier=[given] if given else [])
    if not name:
        clean.faults["identifier-missing"] += 1
    else:
        dataset.landing_page = [minted(site, "datasets", name)]
    _describe(fields, dataset)
    shape = feature.take("geometry")
    _place(fields, dataset, shape)
    dataset.distribution = _distributions(fields, name, site)
    _terms(fields, dataset)
    sort_distributions(dataset)
    fields.close(OUT_OF_SCOPE)
    feature.close(_FEATURE_OUT_OF_SCOPE)
    return Reading(Record(dataset), clean.unread, clean.faults, _type(item))


def _describe(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    dataset.title = fields.prose("title", "name")
    if not dataset.title:
        clean.faults["title-missing-in-source"] += 1
    dataset.description = fields.prose("description", "snippet")
    dataset.keyword = unique(fields.strings("tags"))
    words = [text.rpartition("/")[2] for text in fields.strings("categories")]
    dataset.theme = unique(uri for text in words for uri in clean.theme(text))
    dataset.issued, dataset.modified = first_date(fields, "created"), first_date(fields, "modified")
    if culture := fields.text("culture"):
        dataset.language = [clean.language(culture.partition("-")[0])]
    publisher = fields.inner("publisher")
    name = fields.text("source") or publisher.text("name")
    publisher.close(frozenset({"nameSource", "isExactMatch"}))
    dataset.publisher = [one for one in [agent(clean, [name] if name else [])] if one]
    contact = kind(clean, "", fields.text("orgContactEmail"), "", fields.text("orgContactUrl"))
    dataset.contact_point = [contact] if contact else []


def _place(fields: Fields, dataset: Dataset, shape: Any) -> None:
    """The extent `[[west, south], [east, north]]`, also inside an envelope, else the feature's geometry."""
    extent = fields.take("extent")
    corners = extent.get("coordinates") if isinstance(extent, dict) else extent
    text: Any = extent or shape
    if isinstance(corners, list) and all(isinstance(corner, list) for corner in corners):
        numbers = [number for corner in corners for number in corner]
        if len(numbers) == 4:
            text = ",".join(map(str, numbers))
    if isinstance(text, str | dict | list):
        dataset.spatial = [fields.cleaner.location(text)]


def _distributions(fields: Fields, name: str, site: str) -> list[Distribution]:
    """The service or file of the item, what Hub's download interface makes of it, and further resources."""
    clean = fields.cleaner
    kind_, url = fields.text("type"), fields.text("url")
    item, layer = fields.text("itemId") or name.partition("_")[0], name.partition("_")[2]
    found = []
    if url:
        found.append(_linked(clean, kind_, url))
    elif kind_ in _FILES and item:
        file = IRI(f"https://www.arcgis.com/sharing/rest/content/items/{quote(item)}/data")
        part = Distribution(access_url=[file], download_url=[file], format=[clean.format(kind_)])
        part.byte_size = (
            [clean.size(size)] if (size := fields.text("size")) and not size.startswith("-") else []
        )
        found.append(part)
    fields.drop("size")
    if kind_ in _LAYERS and item:
        exports = ["csv"] if kind_ == "Table" else list(_EXPORTS)
        found += [_export(clean, site, item, layer or "0", export) for export in exports]
    for more in fields.nested("additionalResources"):
        title, address = more.text("name", "title"), more.text("url")
        more.close(frozenset({"isDataSource", "type"}))
        if address:
            found.append(Distribution(title=[title] if title else [], access_url=[clean.address(address)]))
    return found


def _linked(clean: Cleaner, type_: str, url: str) -> Distribution:
    address = clean.address(url)
    part = Distribution(title=[type_] if type_ else [], access_url=[address])
    if type_ in _SERVICES:
        part.access_service = [DataService(title=[type_], endpoint_url=[address])]
    if type_ in DATA or type_ in _FILES:
        part.format = [clean.format(type_, url)]
    return part


def _export(clean: Cleaner, site: str, item: str, layer: str, export: str) -> Distribution:
    """A file that Hub makes on demand: its documented download interface."""
    url = IRI(f"{site}/api/download/v1/items/{quote(item)}/{export}?layers={quote(layer)}")
    return Distribution(
        title=[_EXPORTS[export]],
        access_url=[url],
        download_url=[url],
        format=[clean.format(_EXPORTS[export])],
    )


def _terms(fields: Fields, dataset: Dataset) -> None:
    """Licence from the code, the structured licence or the words; the words as rights; the credits as attribution."""
    clean = fields.cleaner
    structured = fields.inner("structuredLicense")
    stated = [
        text
        for text in (fields.text("license"), *structured.texts("url", "type", "abbr", "text", "name"))
        if text
    ]
    structured.close(frozenset({"color"}))
    words = plain(fields.text("licenseInfo"))
    license_ = clean.license([text for text in (*stated, words) if text.lower() not in _NO_LICENSE])
    rights = [labelled(RightsStatement, clean, words)] if words else []
    attribution = fields.prose("accessInformation")
    for part in dataset.distribution:
        part.license, part.rights = list(license_), list(rights)
        part.license_attribution = list(attribution)
    if not dataset.distribution:
        dataset.rest |= {term: values for term, values in ((_LICENSE, license_), (_RIGHTS, rights)) if values}
