"""The permanent addresses and what answers at them."""

from collections.abc import Callable
from typing import Any

from catalog.publish.listings import LISTINGS, OF_MUNICIPALITY
from catalog.publish.site import feeds, lists, news, quality_feed, sitemap, void
from catalog.publish.site.pages import (
    badge,
    changes,
    check,
    dataset,
    datasets,
    downloads,
    inventory,
    legal,
    machine,
    method,
    models,
    municipalities,
    municipality,
    overview,
    portals,
    quality,
    runs,
    together,
)

_KEY = r"(?P<key>[A-Za-z0-9_-]+)"
_TABLE = r"\.(?P<extension>csv|xlsx)"
_EXTENSION = r"\.(?P<extension>ttl|rdf|jsonld|nt)"

ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"^/$", overview.show),
    (r"^/datasets$", datasets.show),
    (rf"^/dataset/{_KEY}$", dataset.show),
    (rf"^/dataset/{_KEY}{_EXTENSION}$", feeds.dataset),
    (rf"^/dataset/{_KEY}\.json$", feeds.canonical),
    (r"^/portals$", portals.show_all),
    (rf"^/portal/{_KEY}$", portals.show),
    (rf"^/portal/{_KEY}/catalog{_EXTENSION}$", feeds.portal),
    (r"^/municipalities$", municipalities.show),
    (rf"^/municipality/{_KEY}$", municipality.show),
    (rf"^/municipality/{_KEY}/badge\.svg$", badge.show),
    (rf"^/municipality/{_KEY}/catalog{_EXTENSION}$", feeds.municipality),
    (rf"^/model/{_KEY}/catalog{_EXTENSION}$", feeds.model),
    (r"^/models$", models.show_all),
    (rf"^/model/{_KEY}$", models.show),
    (rf"^/model/{_KEY}/starter\.(?P<extension>ttl|json)$", models.start),
    (r"^/together$", together.show),
    (r"^/check$", check.show),
    (r"^/inventory$", inventory.show),
    (r"^/inventory/template\.(?P<extension>csv|xlsx)$", inventory.template),
    (r"^/downloads$", downloads.show),
    (r"^/method$", method.show),
    (r"^/quality$", quality.show_all),
    (r"^/quality/(?P<check>[A-Za-z0-9_-]+)$", quality.show),
    (r"^/runs$", runs.show_all),
    (r"^/run/(?P<number>\d{1,12})$", runs.show),
    (r"^/changes$", changes.show),
    (rf"^/catalog{_EXTENSION}$", feeds.catalogue),
    (r"^/feed\.atom$", news.everything),
    (rf"^/portal/{_KEY}/feed\.atom$", news.of_portal),
    (rf"^/municipality/{_KEY}/feed\.atom$", news.of_municipality),
    (rf"^/quality{_EXTENSION}$", quality_feed.everything),
    (rf"^/municipality/{_KEY}/quality{_EXTENSION}$", quality_feed.of_municipality),
    (r"^/sitemap\.xml$", sitemap.index),
    (r"^/\.well-known/void$", void.show),
    (r"^/sitemap-(?P<name>pages|\d{1,6})\.xml$", sitemap.part),
    (rf"^/datasets{_TABLE}$", lists.datasets),
    (rf"^/(?P<name>{'|'.join(LISTINGS)}){_TABLE}$", lists.named),
    (rf"^/(?P<kind>portal|municipality|model)/{_KEY}/datasets{_TABLE}$", lists.of_scope),
    (rf"^/(?P<kind>portal|municipality)/{_KEY}/changes{_TABLE}$", lists.changes),
    (rf"^/municipality/{_KEY}/(?P<name>{'|'.join(OF_MUNICIPALITY)}){_TABLE}$", lists.of_municipality),
    (rf"^/run/(?P<number>\d{{1,12}}){_TABLE}$", lists.run),
    (rf"^/quality/(?P<check>[A-Za-z0-9_-]+){_TABLE}$", lists.quality),
    (r"^/legal/(?P<name>[a-z-]+)$", legal.show),
    (r"^/healthz$", machine.healthz),
    (r"^/metrics$", machine.metrics),
    (r"^/robots\.txt$", machine.robots),
    (r"^/-/bestand\.css$", machine.style_sheet),
    (r"^/-/bestand-raw\.css$", machine.raw_style_sheet),
]
