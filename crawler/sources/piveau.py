"""piveau portals: the hub's search lists, catalogue by catalogue where its window is too small, and the hub's repository
gives each dataset as RDF."""

from __future__ import annotations

import re
from math import gcd
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import orjson

from crawler.formats.dcat import read_feed
from crawler.formats.json_payload import read_json
from crawler.formats.piveau import document_entry, listed_in
from crawler.formats.reading import Entry, UnreadablePayload
from crawler.sources.paging import Window, following, parts, window_of
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "piveau"
RANK = 10
KEY_HEADER = ("X-API-Key", "{}")
READER = 1

_HUB = "/api/hub/"
SEARCH, REPO = f"{_HUB}search", f"{_HUB}repo"
WINDOW = 10_000
"""Elasticsearch's `max_result_window`: beyond it pages are empty, though the count goes on."""
LIMIT = 400
"""Datasets a page, at most 1,000; so that pages end where the window does."""
_NAMES = 1_000
_RDF = (("Accept", "text/turtle, application/n-triples;q=0.9, application/rdf+xml;q=0.8"),)
_JSON = (("Accept", "application/json"),)
_ROLES = re.compile(r"^(search|ui|repo)\.piveau\.")
_ENDPOINT = re.compile(r"/(search|ckan/package_search|openapi\.yaml)/?$")
_OPENAPI = re.compile(rb"title:\s*[\"']?[\w .-]*hub[ -]search", re.IGNORECASE)
_HEAD = 64 * 1024


def probe(portal: Portal) -> list[Call]:
    """The search without results, and its description."""
    search = search_of(portal)
    return [_search(search, Window(0, 0), {}, step="probe"), Call(f"{search}/openapi.yaml", "probe")]


def search_of(portal: Portal) -> str:
    """The address of the search: what the registry or detection says, else `/api/hub/search` of the host; hosts whose
    names tell their part (`search.piveau.…`) have it at the root."""
    base, site = portal.base, urlsplit(portal.base)
    if _HUB in base:
        return base.partition(_HUB)[0] + SEARCH
    if _ROLES.match(site.netloc):
        return urlunsplit((site.scheme, _ROLES.sub("search.piveau.", site.netloc), "", "", ""))
    if portal.api_url:
        return _ENDPOINT.sub("", base)
    return urlunsplit((site.scheme, site.netloc, SEARCH, "", ""))


def repo_of(portal: Portal) -> str:
    """The address of the repository: the setting `repo`, else beside the search."""
    search = search_of(portal)
    if given := portal.settings.get("repo", ""):
        return given.rstrip("/")
    if search.endswith(SEARCH):
        return search.removesuffix(SEARCH) + REPO
    return search.replace("://search.", "://repo.", 1)


def _site(portal: Portal) -> str:
    """The address of the portal's pages."""
    return search_of(portal).removesuffix(SEARCH).replace("://search.", "://ui.", 1)


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """The search's envelope with its list of facets or its catalogues is proof, and so is its CKAN-compatible search,
    which differs from CKAN's in the same place; the description of the interface names the product."""
    if payload.status != 200:
        return None
    address = re.split(r"/(?:search|ckan/package_search|openapi\.yaml)(?:\?|$)", payload.url)[0]
    if _OPENAPI.search(payload.body[:_HEAD]):
        return Evidence(KIND, 92, "openapi.yaml describes piveau's hub-search", address)
    try:
        result = result_of(payload)
    except UnreadablePayload as error:
        page = error.slug == "html-instead" and b"piveau" in payload.body[:_HEAD].lower()
        return Evidence(KIND, 55, "The page names piveau.", search_of(portal)) if page else None
    count, results = result.get("count"), result.get("results")
    if not isinstance(count, int) or not isinstance(results, list):
        return None
    if _is_ckan_compatible(result, results):
        return Evidence(KIND, 90, f"a CKAN-compatible search of piveau counts {count} packages", address)
    if _is_search(result, results):
        return Evidence(KIND, 95, f"piveau's search counts {count} datasets", address)
    return None


def _is_search(result: dict[str, Any], results: list[Any]) -> bool:
    """Facets are a list here, a name is an object by language, and each dataset names its catalogue."""
    if {"sort", "search_facets"} & result.keys():
        return False
    documents = [document for document in results if isinstance(document, dict)]
    named = any("catalog" in document or isinstance(document.get("title"), dict) for document in documents)
    return named or isinstance(result.get("facets"), list) or "index" in result


def _is_ckan_compatible(result: dict[str, Any], results: list[Any]) -> bool:
    """Facets are described by lists (CKAN: by objects with `items`), packages hold translations by language."""
    described = result.get("search_facets")
    if isinstance(described, dict) and any(isinstance(items, list) for items in described.values()):
        return True
    packages = [package for package in results if isinstance(package, dict)]
    return any(
        isinstance(package.get("translation"), dict) and "identifiers" in package for package in packages
    )


def start(portal: Portal) -> list[Call]:
    """The first page of the search. Where the repository is on a host of its own, a call to it says so."""
    search, repo = search_of(portal), repo_of(portal)
    calls = [_search(search, Window(0, LIMIT), {})]
    if urlsplit(search).netloc != urlsplit(repo).netloc:
        calls.append(Call(f"{repo}/catalogues?limit=1", "greeting", optional=True))
    return calls


def _search(search: str, window: Window, state: dict[str, Any], step: str = "search") -> Call:
    """A page of datasets, or of catalogues; `catalog` of the state keeps to one catalogue."""
    what = "catalogue" if step == "catalogues" else "dataset"
    # Both spellings are in use: older hubs know `filter`, present ones `filters`.
    asked: dict[str, Any] = {"q": "", "filter": what, "filters": what, "limit": window.size}
    asked["page"] = window.start // window.size if window.size else 0
    if not state.get("unsorted"):
        asked["sort"] = "id+asc"
    if step != "probe":
        asked |= {"includes": "id,catalog.id", "aggregation": "false"}
    if catalogue := state.get("catalog"):
        asked["facets"] = orjson.dumps({"catalog": [catalogue]}).decode()
    return Call(f"{search}/search?{urlencode(asked)}", step, headers=_JSON, state={**state, **window.state})


def _pages(search: str, window: Window, state: dict[str, Any], step: str) -> list[Call]:
    """The calls for a window: pages are numbered, so a window that does not lie on their grid is asked for in parts."""
    size = window.size if window.start % window.size == 0 else gcd(window.start, window.size)
    starts = range(window.start, window.start + window.size, size)
    return [
        _search(search, Window(at, size, window.goes_on and at == starts[-1], window.blind), state, step)
        for at in starts
    ]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """Calls for the datasets of a page and for what comes after it; the record of one dataset. Raises UnreadablePayload."""
    if payload.status >= 400:
        return Page(calls=_another_way(portal, call))
    if call.step == "greeting":
        return Page()
    if call.step == "rdf":
        return _read_rdf(portal, call, payload)
    if call.step == "document":
        return _read_document(portal, call, result_of(payload))
    if call.step == "names":
        return _read_names(portal, call, payload)
    return _read_search(portal, call, result_of(payload))


def result_of(payload: Payload) -> dict[str, Any]:
    """The `result` of an answer of the search. Raises UnreadablePayload."""
    value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    if isinstance(value, dict) and value.get("success") is False:
        raise UnreadablePayload(
            "api-error", f"The portal answers with an error: {str(value.get('message'))[:200]}"
        )
    result = value.get("result") if isinstance(value, dict) else None
    if not isinstance(result, dict):
        raise UnreadablePayload("unexpected-shape", "The answer holds no result of a search.")
    return result


def _read_search(portal: Portal, call: Call, result: dict[str, Any]) -> Page:
    found, count = result.get("results"), result.get("count")
    if not isinstance(found, list):
        raise UnreadablePayload("unexpected-shape", "The answer holds no list of results.")
    total = count if isinstance(count, int) and count >= 0 else None
    catalogue = str(call.state.get("catalog", ""))
    whole = call.step == "search" and not catalogue
    page = Page(total=total if whole else None)
    if total is not None and total > WINDOW and call.step == "search":
        page.calls = [_beyond(portal, call)] if call.state.get("start") == 0 else []
        return page
    for item in found:
        name = item.get("id") if isinstance(item, dict) else ""
        if not isinstance(name, str) or not name:
            page.faults["identifier-missing"] += 1
        elif call.step == "catalogues":
            page.calls.append(_search(search_of(portal), Window(0, LIMIT), _kept(call) | {"catalog": name}))
        else:
            page.calls.append(_record(portal, name, catalogue or _catalogue_of(item)))
    state = _kept(call)
    for window in following(window_of(call.state, LIMIT), len(found), total):
        page.calls += _pages(search_of(portal), window, state, call.step)
    return page


def _kept(call: Call) -> dict[str, Any]:
    """What further pages are asked with: the catalogue, and whether an order was refused."""
    return {key: call.state[key] for key in ("catalog", "unsorted") if call.state.get(key)}


def _beyond(portal: Portal, call: Call) -> Call:
    """What to ask where more is found than the window shows: the catalogues one by one; for a single catalogue the names
    in the repository, which has no window."""
    catalogue = str(call.state.get("catalog", ""))
    if not catalogue:
        return _search(search_of(portal), Window(0, LIMIT), _kept(call), "catalogues")
    return _names(portal, catalogue, 0)


def _names(portal: Portal, catalogue: str, offset: int, old: bool = False) -> Call:
    path, first = f"catalogues/{quote(catalogue, safe='')}/datasets", {"valueType": "identifiers"}
    if old:
        path, first = "datasets", {"catalogue": catalogue}
    query = {**first, "limit": _NAMES, "offset": offset}
    state = {"catalog": catalogue, "offset": offset, "old": old}
    return Call(f"{repo_of(portal)}/{path}?{urlencode(query)}", "names", headers=_JSON, state=state)


def _read_names(portal: Portal, call: Call, payload: Payload) -> Page:
    """Identifiers or addresses of a catalogue's datasets, and the next ones while there are any."""
    value, _ = read_json(payload.body, payload.headers.get("content-type", ""))
    if not isinstance(value, list):
        raise UnreadablePayload("unexpected-shape", "The repository answers with no list of datasets.")
    catalogue, old = str(call.state["catalog"]), bool(call.state.get("old"))
    names = [name.rstrip("/").rpartition("/")[2] for name in value if isinstance(name, str)]
    page = Page(calls=[_record(portal, name, catalogue) for name in dict.fromkeys(names) if name])
    if names:
        page.calls.append(_names(portal, catalogue, int(call.state["offset"]) + len(value), old))
    return page


def _catalogue_of(item: dict[str, Any]) -> str:
    catalogue = item.get("catalog")
    name = catalogue.get("id") if isinstance(catalogue, dict) else ""
    return name if isinstance(name, str) else ""


def _record(portal: Portal, name: str, catalogue: str) -> Call:
    """The dataset as RDF from the repository; as the index has it where the setting `records` says `search`."""
    state = {"name": name, "catalog": catalogue}
    if portal.settings.get("records") == "search":
        return _document(portal, state)
    return Call(f"{repo_of(portal)}/datasets/{quote(name, safe='')}.ttl", "rdf", headers=_RDF, state=state)


def _document(portal: Portal, state: Any) -> Call:
    name = quote(str(state.get("name", "")), safe="")
    return Call(f"{search_of(portal)}/datasets/{name}", "document", headers=_JSON, state=dict(state))


def _another_way(portal: Portal, call: Call) -> list[Call]:
    """The index where the repository has no RDF; the older listing where it does not know the present one; no order where
    the search refuses that."""
    if call.step in ("search", "catalogues") and not call.state.get("unsorted"):
        state = _kept(call) | {"unsorted": True}
        return [_search(search_of(portal), window_of(call.state, LIMIT), state, call.step)]
    if call.step == "rdf":
        return [_document(portal, call.state)]
    if call.step == "names" and not call.state.get("old"):
        return [_names(portal, str(call.state["catalog"]), int(call.state["offset"]), old=True)]
    return []


def _read_rdf(portal: Portal, call: Call, payload: Payload) -> Page:
    """The dataset, with the catalogue that it was listed in. Raises UnreadablePayload."""
    feed = read_feed(payload.body, payload.content_type, payload.url or call.url)
    if not feed.entries:
        raise UnreadablePayload(
            "unexpected-shape", f"The repository's answer about {call.state.get('name')} holds no dataset."
        )
    entries = [_listed(portal, call, entry) for entry in feed.entries]
    if len(entries) == 1:  # by the name that both the repository and the index know it by
        entries[0].identifier = str(call.state.get("name", "")) or entries[0].identifier
    return Page(entries, faults=feed.faults, remainder=feed.remainder)


def _read_document(portal: Portal, call: Call, result: dict[str, Any]) -> Page:
    """What the index knows of a dataset; a finding where it stands in for a repository that failed."""
    page = Page([_listed(portal, call, document_entry(result, _site(portal)))])
    if call.state.get("instead"):
        page.faults["page-failed"] += 1
    return page


def _listed(portal: Portal, call: Call, entry: Entry) -> Entry:
    """The entry with the address of the catalogue that it was listed in."""
    name = str(call.state.get("catalog", ""))
    return listed_in(entry, f"{_site(portal)}/catalogues/{quote(name, safe='~')}" if name else "")


def split(portal: Portal, call: Call) -> list[Call]:
    """Halves of a page; the index where the repository fails over a dataset, which is then a finding."""
    if call.step == "rdf":
        return [_document(portal, {**call.state, "instead": True})]
    if call.step not in ("search", "catalogues"):
        return _another_way(portal, call)
    state = _kept(call)
    windows = parts(window_of(call.state, LIMIT))
    return [each for window in windows for each in _pages(search_of(portal), window, state, call.step)]
