"""INSPIRE download services as Atom: the service feed lists datasets, each dataset's feed lists its files."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from crawler.formats.atom import CODE, Feed, feed_of, key_of, read_dataset, read_feed, read_header
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, UnreadablePayload
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "atom"
RANK = 155
READER = 1

PATHS = ("/atom", "/inspire/atom", "/atom/service.xml")
_HEADERS = (("Accept", "application/atom+xml, application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"),)
_REFERENCE_SYSTEM = ("/def/crs/", "epsg")


def probe(portal: Portal) -> list[Call]:
    """The address itself, then places at which such services stand."""
    root = "{0.scheme}://{0.netloc}".format(urlsplit(portal.base))
    places = [
        portal.api_url or portal.url,
        *(portal.base + path for path in PATHS),
        *(root + path for path in PATHS),
    ]
    return [Call(url, "feed", headers=_HEADERS) for url in dict.fromkeys(places)]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """INSPIRE's own elements are proof; entries that lead to feeds of their own, or to files in a reference system, speak
    for it. A feed of news proves nothing."""
    try:
        feed = read_feed(payload.body, payload.url)
    except UnreadablePayload:
        return None
    url = payload.url or call.url
    if coded := sum(CODE in entry for entry in feed.entries):
        return Evidence(
            KIND, 92, f"A download feed of INSPIRE with {coded} spatial dataset identifiers.", url
        )
    if leading := sum(bool(feed_of(entry)) for entry in feed.entries):
        return Evidence(KIND, 65, f"An Atom feed whose {leading} entries lead to feeds of their own.", url)
    if any(_has_system(entry) for entry in feed.entries):
        return Evidence(KIND, 75, "A dataset feed: its entries are files in a stated reference system.", url)
    return None


def _has_system(entry: dict[str, Any]) -> bool:
    terms = [str(category.get("term", "")).lower() for category in entry.get("category", ())]
    return any(word in term for term in terms for word in _REFERENCE_SYSTEM)


def start(portal: Portal) -> list[Call]:
    """The service feed."""
    return [Call(portal.api_url or portal.url, "feed", headers=_HEADERS)]


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """A service feed leads to the feeds of its datasets; a dataset feed completes its dataset.

    Raises UnreadablePayload: what `read_xml` raises, `unexpected-shape` for XML that is no feed.
    """
    feed = read_feed(payload.body, payload.url or call.url)
    if call.step == "dataset":
        return Page([_entry(call.state["entry"], call.state["header"], feed, call.state["url"])])
    if feed.is_dataset and not call.state:
        return _lone_dataset(feed)
    return _read_service(feed, call)


def _lone_dataset(feed: Feed) -> Page:
    """A dataset feed that stands for itself: its header is the dataset."""
    if not feed.entries:
        return Page(total=0, catalogue=read_header(feed))
    header = {**feed.header, "link": [link for link in feed.header["link"] if link.get("rel") != "next"]}
    return Page([_entry(header, {}, Feed({"link": []}, feed.entries, feed.url), feed.url)], total=1)


def _read_service(feed: Feed, call: Call) -> Page:
    page = Page(catalogue=read_header(feed) if not call.state else None)
    header = {name: value for name, value in feed.header.items() if name != "link"}
    for entry in feed.entries:
        target = feed_of(entry)
        if target and _may_be_followed(target, call.url, feed.url):
            state = {"entry": entry, "header": header, "url": feed.url}
            page.calls.append(Call(target, "dataset", headers=_HEADERS, state=state))
        else:
            page.entries.append(_entry(entry, header, None, feed.url))
    if feed.next:
        page.calls.append(
            Call(feed.next, "feed", headers=_HEADERS, state={"page": call.state.get("page", 1) + 1})
        )
    elif not call.state:
        page.total = len(feed.entries)
    return page


def _may_be_followed(target: str, *own: str) -> bool:
    """Whether a dataset feed stands on the service's own host; one elsewhere is another's portal."""
    return urlsplit(target).hostname in {urlsplit(url).hostname for url in own}


def _entry(entry: dict[str, Any], header: dict[str, Any], feed: Feed | None, url: str) -> Entry:
    above = {name: header[name] for name in ("author", "rights") if name in header}
    said = {
        "entry": entry,
        "above": above,
        "header": feed.header if feed else {},
        "downloads": feed.entries if feed else [],
    }
    return Entry(key_of(entry, header), canonical(said), partial(read_dataset, entry, header, feed, url))


def split(portal: Portal, call: Call) -> list[Call]:
    """Nothing: a feed cannot be asked for in parts."""
    return []
