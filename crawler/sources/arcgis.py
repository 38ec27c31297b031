"""ArcGIS Hub: the search of a site, page by page; or its feeds, DCAT-AP or DCAT-US, each one document."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import orjson

from crawler.formats.arcgis_feed import is_dcat_ap, read_dcat_ap, read_dcat_us
from crawler.formats.arcgis_item import read_items
from crawler.formats.json_payload import read_json
from crawler.formats.reading import UnreadablePayload
from crawler.sources.paging import Window, following, parts, window_of
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "arcgis"
RANK = 30
KEY_HEADER = ("X-Esri-Authorization", "Bearer {}")
READER = 1

API = "/api/search/v1"
FEEDS = tuple(
    f"/api/feed/{name}.json" for name in ("dcat-ap/3.0.0", "dcat-ap/2.1.1", "dcat-ap/2.0.1", "dcat-us/1.1")
)
"""Hub's feeds, those that say most first. The editors of a site may switch each of them off."""
SHARED_HOST = "hub.arcgis.com"
"""Holds the items of all sites: there a listing needs the groups of the one that is meant."""
LIMIT = 100
_FEED = re.compile(r"/api/feed/|/data\.json$")
_INJECTION = re.compile(rb'id="site-injection"[^>]*>\s*window\.__SITE\s*=\s*"([^"]{1,2000000})"')
_SIGN = re.compile(rb'id="site-injection"|<!--\s*opendata-ui version|hubcdn\.arcgis\.com')
_ITEM = "arcgis.com/home/item.html?id="
_GROUP = re.compile(r"[0-9a-f]{32}")
_HEAD = 2_000_000


def probe(portal: Portal) -> list[Call]:
    """One item of the search, then the feeds."""
    site = site_of(portal)
    return [
        Call(f"{site}{API}/collections/dataset/items?limit=1&startindex=1", "probe"),
        Call(site + FEEDS[-1], "probe"),
        Call(site + FEEDS[0], "probe"),
    ]


def site_of(portal: Portal) -> str:
    """The address of the Hub site, without the path of an interface or a page."""
    base = urlsplit(portal.base)
    return f"{base.scheme}://{base.netloc}"


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """Items below Hub's search are proof; a feed whose identifiers lead to ArcGIS Online too; a page that carries the
    site's configuration points to both, and tells the groups of the site."""
    if payload.status != 200:
        return None
    site = f"{urlsplit(payload.url).scheme}://{urlsplit(payload.url).netloc}"
    try:
        value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    except UnreadablePayload as error:
        return _recognise_page(portal, payload) if error.slug == "html-instead" else None
    if not isinstance(value, dict):
        return None
    if _is_page(value) and (API in payload.url or _is_item(value)):
        return Evidence(KIND, 95, f"Hub's search finds {value.get('numberMatched')} datasets", site)
    is_feed = is_dcat_ap(value) or isinstance(value.get("dataset"), list)
    if is_feed and (_are_items(value, payload.body) or "/api/feed/" in payload.url):
        return Evidence(KIND, 93, "a feed whose identifiers are items of ArcGIS Online", payload.url)
    return None


def _are_items(feed: dict[str, Any], body: bytes) -> bool:
    """Whether each dataset of a feed names an item: other catalogues link to ArcGIS Online now and then."""
    datasets = feed.get("dataset", feed.get("dcat:dataset"))
    count = len(datasets) if isinstance(datasets, list) else 1
    return bool(count) and body.count(_ITEM.encode()) >= count


def _is_page(value: dict[str, Any]) -> bool:
    return (
        value.get("type") == "FeatureCollection"
        and isinstance(value.get("features"), list)
        and "numberMatched" in value
    )


def _is_item(value: dict[str, Any]) -> bool:
    """Whether the first feature carries an item of ArcGIS Online, as OGC API Records of other products do not."""
    first = next(iter(value["features"]), None)
    properties = first.get("properties") if isinstance(first, dict) else None
    return isinstance(properties, dict) and {"owner", "typeKeywords"} <= properties.keys()


def _recognise_page(portal: Portal, payload: Payload) -> Evidence | None:
    if not _SIGN.search(payload.body[:_HEAD]):
        return None
    found = groups_in(payload.body)
    settings = {"groups": " ".join(found)} if found and _is_shared(portal) else {}
    return Evidence(
        KIND, 80, "The page carries the configuration of an ArcGIS Hub site.", site_of(portal), settings
    )


def groups_in(page: bytes) -> list[str]:
    """The groups whose items a Hub site shows, from the configuration in its page."""
    found = _INJECTION.search(page[:_HEAD])
    try:
        value = orjson.loads(unquote(found[1].decode("ascii", "replace"))) if found else None
    except orjson.JSONDecodeError:
        return []
    for key in ("site", "data", "catalog", "groups"):
        value = value.get(key) if isinstance(value, dict) else None
    return (
        [text for text in value if isinstance(text, str) and _GROUP.fullmatch(text)]
        if isinstance(value, list)
        else []
    )


def _is_shared(portal: Portal) -> bool:
    return urlsplit(portal.base).netloc == SHARED_HOST


def start(portal: Portal) -> list[Call]:
    """The feed that the portal's address or its setting `listing` names; else the first page of the search, on the host
    that all sites share after the site's own page."""
    if _FEED.search(urlsplit(portal.base).path):
        return [Call(portal.base, "feed")]
    listing = portal.settings.get("listing", "")
    if named := [path for path in FEEDS if listing and listing in path]:
        return [Call(site_of(portal) + named[0], "feed", state={"fallback": True})]
    groups = portal.settings.get("groups", "").split()
    if _is_shared(portal) and not groups:
        return [Call(portal.url, "site")]
    return [_items(portal, Window(0, LIMIT), groups)]


def _items(portal: Portal, window: Window, groups: list[str]) -> Call:
    """A page of items; `startindex` counts from 1. The setting `collection` names another than that of the datasets."""
    collection = portal.settings.get("collection", "dataset")
    url = f"{site_of(portal)}{API}/collections/{quote(collection)}/items?limit={window.size}&startindex={window.start + 1}"
    if groups:
        url += f"&filter={quote('((group IN (' + ', '.join(groups) + ')))', safe='()')}"
    return Call(url, "items", state=window.state | {"groups": groups})


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The items of a page and calls for the others; all datasets of a feed. A feed that is switched off leads to the
    search. Raises UnreadablePayload."""
    if payload.status >= 400:
        return Page(calls=[_items(portal, Window(0, LIMIT), [])] if call.state.get("fallback") else [])
    if call.step == "site":
        return _read_site(portal, payload)
    value, faults = read_json(payload.body, payload.headers.get("content-type", ""))
    page = _read_feed(value, call) if call.step == "feed" else _read_items(portal, call, value)
    page.faults.update(faults)
    return page


def _read_site(portal: Portal, payload: Payload) -> Page:
    groups = groups_in(payload.body)
    if not groups:
        raise UnreadablePayload(
            "unexpected-shape", "The page names no groups, without which the shared host lists all sites."
        )
    return Page(calls=[_items(portal, Window(0, LIMIT), groups)])


def _read_feed(value: Any, call: Call) -> Page:
    """Raises UnreadablePayload for what is neither DCAT-AP nor DCAT-US."""
    if isinstance(value, dict) and "error" in value and "dataset" not in value:
        raise UnreadablePayload("api-error", f"Hub answers with an error: {str(value['error'])[:200]}")
    url = call.url.partition("?")[0]
    entries, catalogue = read_dcat_ap(value, url) if is_dcat_ap(value) else read_dcat_us(_mapping(value), url)
    return Page(entries, total=len(entries), catalogue=catalogue)


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadablePayload("unexpected-shape", "The feed is no object.")
    return value


def _read_items(portal: Portal, call: Call, value: Any) -> Page:
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        raise UnreadablePayload("unexpected-shape", "The answer holds no items of a Hub search.")
    matched = value.get("numberMatched")
    total = matched if isinstance(matched, int) and matched >= 0 else None
    window = window_of(call.state, LIMIT)
    groups = [str(group) for group in call.state.get("groups", ())]
    calls = [_items(portal, each, groups) for each in following(window, len(features), total)]
    return Page(read_items(features, site_of(portal)), calls, total)


def split(portal: Portal, call: Call) -> list[Call]:
    """Two halves of a page of items; nothing for a feed."""
    if call.step != "items":
        return []
    groups = [str(group) for group in call.state.get("groups", ())]
    return [_items(portal, each, groups) for each in parts(window_of(call.state, LIMIT))]
