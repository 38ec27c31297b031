"""GetCapabilities of map and feature services (WMS, WFS, WMTS, WCS) → a data service."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from catalog.cleaning.iris import is_web_address
from catalog.cleaning.licences import read_licence
from catalog.record.node import Record, Values
from catalog.record.table import DataService, RightsStatement
from catalog.record.terms import IRI, expand
from crawler.formats.agents import agent, kind
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import labelled
from crawler.formats.values import Cleaner, unique
from crawler.formats.xml_payload import (
    Element,
    canonical_xml,
    child_text,
    children,
    descendants,
    local,
    text_in,
)

MANY_LAYERS = 200
"""Titles of layers that become keywords."""
_ROOTS = {
    "WMS_Capabilities": "WMS",
    "WMT_MS_Capabilities": "WMS",
    "WFS_Capabilities": "WFS",
    "WCS_Capabilities": "WCS",
    "CoverageDescriptions": "",
}
_SHARED_ROOT = {"/wmts/": "WMTS", "/wcs/": "WCS"}
"""`Capabilities` is the root of several standards; the namespace says which."""
_PARAMETERS = frozenset(
    {"service", "request", "version", "acceptversions", "language", "format", "updatesequence"}
)
_NOTHING = frozenset({"none", "keine", "kein", "-", "no", "n/a", "keine angabe", "noconditionsapply"})
_HREF = "{http://www.w3.org/1999/xlink}href"
_SPATIAL = expand("dct:spatial")


def service_type(root: Element) -> str:
    """`WMS`, `WFS`, `WMTS`, `WCS`, or empty for what is no capabilities document of these."""
    name, tag = local(root), str(root.tag)
    if name == "Capabilities":
        return next((kind for part, kind in _SHARED_ROOT.items() if part in tag), "")
    return _ROOTS.get(name, "")


def endpoint_of(url: str) -> str:
    """The service's address without the parameters of the question."""
    parts = urlsplit(url)
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key.lower() not in _PARAMETERS]
    return urlunsplit(parts._replace(query=urlencode(kept), fragment=""))


def read_capabilities(root: Element, url: str) -> Entry:
    """The entry of the service whose capabilities were found at `url`."""
    name = f"{endpoint_of(url)}#{service_type(root)}"  # one address may serve several standards
    return Entry(name, canonical_xml(root), partial(_read, root, url, name), "service")


def _read(root: Element, url: str, name: str) -> Reading:
    clean = Cleaner(url.rpartition("/")[0])
    endpoint = endpoint_of(url)
    node = DataService(id=IRI(name), endpoint_url=[IRI(endpoint)], endpoint_description=[clean.address(url)])
    node.format = [clean.format(service_type(root))]
    about = next(children(root, "Service", "ServiceIdentification"), root)
    _describe(root, about, node, clean)
    _responsible(root, about, node, clean)
    _terms(about, node, clean)
    node.serves_dataset = unique(clean.address(link) for link in _metadata_links(root))
    if places := _extent(root, clean):
        node.rest[_SPATIAL] = places
    return Reading(Record(node), clean.unread, clean.faults, "service")


def _describe(root: Element, about: Element, node: DataService, clean: Cleaner) -> None:
    title, abstract = child_text(about, "Title", "label"), child_text(about, "Abstract", "description")
    node.title = [clean.prose(title)] if title else []
    node.description = [clean.prose(abstract)] if abstract else []
    if not title:
        clean.faults["title-missing-in-source"] += 1
    words = [
        text_in(word) for group in children(about, "KeywordList", "Keywords", "keywords") for word in group
    ]
    words += [part.strip() for part in child_text(about, "Keywords").split(",")] if not words else []
    node.keyword = unique(word for word in [*words, *_layers(root)] if word and word != title)
    page = next(children(about, "OnlineResource"), None)
    href = (page.get(_HREF) or text_in(page)) if page is not None else ""
    if is_web_address(href) and endpoint_of(href) != str(node.endpoint_url[0]):
        node.landing_page = [clean.address(href)]


def _layers(root: Element) -> list[str]:
    """Titles of layers, feature types and coverages: by them one sees what a service offers."""
    names = ("Layer", "FeatureType", "CoverageSummary", "CoverageOfferingBrief")
    found = (
        child_text(item, "Title", "label", "Name", "Identifier")
        for name in names
        for item in descendants(root, name)
    )
    return [title for title, _ in zip(unique(filter(None, found)), range(MANY_LAYERS), strict=False)]


def _responsible(root: Element, about: Element, node: DataService, clean: Cleaner) -> None:
    """The organisation of WMS's ContactInformation or of OWS's ServiceProvider."""
    provider = next(children(root, "ServiceProvider"), about)
    body = (
        child_text(provider, "ProviderName")
        or _inner(provider, "ContactOrganization")
        or _inner(provider, "organisationName")
    )
    person = _inner(provider, "ContactPerson") or _inner(provider, "IndividualName")
    email = _inner(provider, "ContactElectronicMailAddress") or _inner(provider, "ElectronicMailAddress")
    phone = _inner(provider, "ContactVoiceTelephone") or _inner(provider, "Voice")
    site = next(children(provider, "ProviderSite"), None)
    url = site.get(_HREF, "") if site is not None else ""
    node.publisher = [one for one in [agent(clean, [body] if body else [], "", url)] if one]
    node.contact_point = [one for one in [kind(clean, body or person, email, phone)] if one]


def _inner(element: Element, name: str) -> str:
    return next((said for found in descendants(element, name) if (said := text_in(found))), "")


def _terms(about: Element, node: DataService, clean: Cleaner) -> None:
    """Access constraints and fees: a licence where one of them names it, else statements of rights."""
    said = [
        text
        for name in ("AccessConstraints", "Fees")
        for element in children(about, name)
        if (text := text_in(element))
    ]
    texts = [text for text in unique(said) if text.casefold() not in _NOTHING]
    named = [text for text in texts if read_licence(text)]
    node.license = clean.license(named)
    node.rights = [labelled(RightsStatement, clean, text) for text in texts if text not in named]


def _metadata_links(root: Element) -> Iterator[str]:
    """Where the metadata of what is served lie: they name the datasets."""
    for found in descendants(root, "MetadataURL"):
        inner = next(children(found, "OnlineResource"), None)
        href = (inner.get(_HREF) if inner is not None else "") or found.get(_HREF) or text_in(found)
        if is_web_address(str(href)):
            yield str(href)


def _extent(root: Element, clean: Cleaner) -> Values:
    """The box of the outermost layer, in degrees."""
    box = next(descendants(root, "EX_GeographicBoundingBox"), None)
    if box is not None:
        names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
        return _box([child_text(box, name) for name in names], clean)
    box = next(descendants(root, "LatLonBoundingBox"), None)
    if box is not None:
        return _box([str(box.get(name, "")) for name in ("minx", "miny", "maxx", "maxy")], clean)
    box = next(descendants(root, "WGS84BoundingBox"), None)
    if box is None:
        return []
    return _box(f"{child_text(box, 'LowerCorner')} {child_text(box, 'UpperCorner')}".split(), clean)


def _box(corners: list[str], clean: Cleaner) -> Values:
    return [clean.location(",".join(corners))] if len(corners) == 4 and all(corners) else []
