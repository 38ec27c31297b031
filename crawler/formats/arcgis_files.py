"""What ArcGIS Hub lists as distributions → pages, services and files; the files that Hub makes itself are marked."""

from __future__ import annotations

import re
from dataclasses import replace

from catalog.record.node import Values
from catalog.record.table import Activity, DataService, Dataset, Distribution
from catalog.record.terms import IRI, Literal, expand
from crawler.formats.values import unique

GENERATED = expand("prov:wasGeneratedBy")
_LABEL, _LICENSE, _RIGHTS = expand("rdfs:label"), expand("dct:license"), expand("dct:rights")
HUB = "ArcGIS Hub"
"""The name of what generates files: the value's label."""

_ITEM_PAGE = re.compile(r"https?://[^/]+/(?:home/item\.html\?|apps/|home/webmap/)", re.IGNORECASE)
_SERVICE = re.compile(r"/(?:Feature|Map|Image|Scene|VectorTile)Server(?:/\d+)?/?$", re.IGNORECASE)
_OGC_SERVICE = re.compile(r"/W(?:MS|FS|CS)Server\b|[?&]service=W(?:MS|FS|CS)\b", re.IGNORECASE)
_EXPORT = re.compile(
    r"/api/download/v1/items/|opendata\.arcgis\.com/(?:api/v\d/)?(?:datasets|downloads)/.+\.(?:csv|geojson|kml|zip|gdb)\b"
    r"|/datasets/[^/?#]+\.(?:csv|geojson|kml|zip|gdb)\b",
    re.IGNORECASE,
)
_WEB_PAGE = "web page"


def sort_distributions(dataset: Dataset) -> None:
    """Pages become landing page and documentation, services hang on their distribution as such, files that Hub makes on
    demand get `prov:wasGeneratedBy`. Licence and rights that stood only with a page hold for what remains."""
    pages = [part for part in dataset.distribution if isinstance(part, Distribution) and _is_page(part)]
    kept = [part for part in dataset.distribution if not any(part is page for page in pages)]
    dataset.distribution = [_as_distribution(part) for part in kept]
    for page in pages:
        values = dataset.page if _is_item_page(page) else dataset.landing_page
        values += [url for url in page.access_url if url not in values and url != dataset.id]
    _pass_on_terms(dataset, pages)


def _is_page(part: Distribution) -> bool:
    words = {str(value).strip().lower() for value in map(_text, part.description)}
    return _WEB_PAGE in words or _is_item_page(part)


def _is_item_page(part: Distribution) -> bool:
    return bool(part.access_url) and all(_ITEM_PAGE.match(str(url)) for url in part.access_url)


def _text(value: object) -> str:
    return value.text if isinstance(value, Literal) else str(value)


def _as_distribution(part: object) -> object:
    """A data service in the place of a distribution becomes one that leads to it; distributions are marked."""
    if isinstance(part, DataService):
        title = part.title[:1]
        return Distribution(title=title, access_url=part.endpoint_url[:1], access_service=[replace(part)])
    if isinstance(part, Distribution):
        _mark(part)
    return part


def _mark(part: Distribution) -> None:
    url = str((part.access_url or part.download_url or [""])[0])
    if _EXPORT.search(url):
        part.rest[GENERATED] = [Activity(rest={_LABEL: [HUB]})]
    elif (_SERVICE.search(url) or _OGC_SERVICE.search(url)) and not part.access_service:
        part.access_service = [DataService(title=part.title[:1], endpoint_url=[IRI(url)])]


def _pass_on_terms(dataset: Dataset, pages: list[Distribution]) -> None:
    """Licence and rights of the pages, for each distribution without any; for the dataset where there is none left."""
    license_: Values = unique(_flat([page.license for page in pages]))
    rights: Values = _flat([page.rights for page in pages])
    parts = [part for part in dataset.distribution if isinstance(part, Distribution)]
    for part in parts:
        if not part.license and not part.rights:
            part.license, part.rights = list(license_), list(rights)
    if not parts:
        kept = {_LICENSE: license_, _RIGHTS: rights}
        dataset.rest |= {term: values for term, values in kept.items() if values and term not in dataset.rest}


def _flat(values: list[Values]) -> Values:
    return [value for each in values for value in each]
