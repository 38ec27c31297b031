"""A website that describes datasets in its pages: robots.txt, an index, one packed sitemap of two."""

import gzip
from collections.abc import Mapping
from typing import Any

import orjson

from fleet.holdings import Dataset, Resource
from fleet.message import Request, Response, server_error
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products.pieces import box
from fleet.routes import Fails, Route, Routes, fixed, sound, text

ROBOTS = "User-agent: *\nSitemap: /sitemap-data-index.xml\n"


def described(item: object) -> Response:
    """A page with an item of schema.org in it."""
    inner = orjson.dumps(item).decode().replace("</", "<\\/")
    return text(f'<html><script type="application/ld+json">{inner}</script></html>')


def website(pages: Mapping[str, Any], fails: Fails = sound, title: str = "Neuwald") -> Routes:
    """Name of a page below `/datensaetze/` → its item; half of the pages stand in the packed sitemap."""
    names = list(pages)
    half = (len(names) + 1) // 2

    def listed(shown: list[str], packed: bool) -> Route:
        def route(request: Request) -> Response:
            locs = "".join(f"<url><loc>{request.base}/datensaetze/{name}</loc></url>" for name in shown)
            body = f"<urlset>{locs}<url><loc>{request.base}/rathaus</loc></url></urlset>".encode()
            if packed:
                return text(gzip.compress(body, mtime=0), "application/x-gzip")
            return text(body, "application/xml")

        return route

    def index(request: Request) -> Response:
        parts = ("sitemap-a-data.xml", "sitemap-b-data.xml.gz", "sitemap-seiten.xml")
        locs = "".join(f"<sitemap><loc>{request.base}/{name}</loc></sitemap>" for name in parts)
        return text(f"<sitemapindex>{locs}</sitemapindex>", "application/xml")

    shown = {
        f"/datensaetze/{name}": fixed(server_error() if fails([item]) else described(item))
        for name, item in pages.items()
    }
    return {
        "/": fixed(text(f"<html><title>{title}</title></html>")),
        "/robots.txt": fixed(text(ROBOTS, "text/plain")),
        "/sitemap-data-index.xml": index,
        "/sitemap-a-data.xml": listed(names[:half], packed=False),
        "/sitemap-b-data.xml.gz": listed(names[half:], packed=True),
        **shown,
    }


def routes(site: PortalSite) -> Routes:
    """The website; the page of a spoilt dataset answers 500."""
    items = [_item(dataset) for dataset in site.datasets]
    pages = {dataset.name: item for dataset, item in zip(site.datasets, items, strict=True)}
    return website(pages, site.fails(items), site.portal.title)


def identifier(dataset: Dataset, portal: FleetPortal) -> str:
    """The identifier that the page names."""
    return dataset.id


def _item(dataset: Dataset) -> dict[str, Any]:
    west, south, east, north = box(dataset)
    start, end = dataset.temporal
    said = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": dataset.title,
        "identifier": dataset.id,
        "description": dataset.description,
        "keywords": ", ".join(dataset.keywords),
        "license": dataset.license.url or dataset.license.title,
        "publisher": {"@type": "Organization", "name": dataset.publisher},
        "datePublished": dataset.issued,
        "dateModified": dataset.modified,
        "inLanguage": "de",
        "temporalCoverage": f"{start}/{end}" if start else "",
        "spatialCoverage": {
            "@type": "Place",
            "name": dataset.town.short_name,
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        },
        "distribution": [_download(each) for each in dataset.resources],
    }
    return {name: value for name, value in said.items() if value}


def _download(resource: Resource) -> dict[str, Any]:
    size = f"{resource.size // 1024} kB" if resource.size else None
    said = {"name": resource.title, "contentUrl": resource.url, "encodingFormat": resource.format}
    return {"@type": "DataDownload", **said, "contentSize": size}
