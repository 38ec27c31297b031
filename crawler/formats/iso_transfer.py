"""Where ISO metadata say that the data are: online resources as distributions, pages and landing pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catalog.cleaning.formats import read_format
from catalog.record.node import Values
from catalog.record.table import Distribution
from catalog.record.terms import IRI
from crawler.formats.iso_rights import Rights
from crawler.formats.values import Cleaner, each_once
from crawler.formats.xml_branch import Branch, Locales

_ONLINE = (
    "distributionInfo/*/transferOptions/*/onLine/*",
    "distributionInfo/*/distributor/*/distributorTransferOptions/*/onLine/*",
)
_SIZES = ("distributionInfo/*/transferOptions/*/transferSize",)
_FORMATS = (
    "distributionInfo/*/distributionFormat/*",
    "distributionInfo/*/distributor/*/distributorFormat/*",
)
_NAMES = ("name", "formatSpecificationCitation/*/title", "formatSpecificationCitation/*/alternateTitle")
_SERVICE = re.compile(r"OGC[:\s_-]*(WMS|WFS|WCS|WMTS|CSW|SOS|WPS)", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"^WWW:DOWNLOAD[^:]*:([\w.+-]+/[\w.+-]+)$", re.IGNORECASE)
_FOR_DATA = frozenset({"download", "offlineAccess", "order", "fileAccess"})
_FOR_PEOPLE = frozenset(
    {"information", "search", "completeMetadata", "browsing", "browseGraphic", "upload", "emailService"}
) | {"information.content", "information.content-search"}
_SAYS_NOTHING = frozenset({"", "-", "unknown", "n/a", "inapplicable"})
_PROJECTION = re.compile(r"^(?:view|download|discovery|invoke|transformation|other)$", re.IGNORECASE)
_MEGABYTE = 1_000_000


@dataclass(slots=True)
class Transfer:
    """The distributions, the pages about the resource, and the pages that stand for it."""

    distributions: list[Distribution] = field(default_factory=list)
    pages: Values = field(default_factory=list)
    landing: Values = field(default_factory=list)


@dataclass(slots=True)
class Online:
    """One CI_OnlineResource."""

    url: str
    protocol: str
    profile: str
    function: str
    name: Values
    description: Values


def read_online(part: Branch, clean: Cleaner, tags: Locales) -> Online | None:
    """The resource; None where it has no address."""
    linkage = part.first("linkage")
    urls = [text for one in linkage.parts if (text := _address_in(one))] if linkage else []
    url = (linkage.said() if linkage else "") or next(iter(urls), "")
    named, described = part.first("name"), part.first("description")
    protocol, profile = part.first("protocol"), part.text("applicationProfile")
    stated = protocol.said() if protocol else ""
    online = Online(
        url,
        stated if not protocol or read_format(stated) else protocol.link() or stated,
        profile,
        part.text("function"),
        named.prose(clean, tags) if named else [],
        described.prose(clean, tags) if described else [],
    )
    return online if url else None


def _address_in(part: Branch) -> str:
    """An address in one of several languages (PT_FreeURL)."""
    return next((text for one in part.all("*/*") if (text := one.said())), "")


def read_transfer(root: Branch, resource: Branch, rights: Rights, clean: Cleaner, tags: Locales) -> Transfer:
    """Every online resource. By its function (GeoDCAT-AP 3.0): what gives data is a distribution, what gives
    information a page; without a function, a plain link is a landing page and anything else gives data."""
    found = Transfer()
    formats = _formats(root.all(*_FORMATS)) or _formats(resource.all("resourceFormat/*"))
    resources = [one for part in root.all(*_ONLINE) if (one := read_online(part, clean, tags))]
    for online in resources:
        if gives_data(online):
            found.distributions.append(distribution_of(online, formats, rights, clean))
        else:
            target = found.pages if online.function in _FOR_PEOPLE else found.landing
            target.append(clean.address(online.url))
    _size(root, found.distributions, len(resources))
    if formats and not found.distributions:
        found.distributions = [offline(formats, rights, clean)] if not resources else []
    found.pages, found.landing = each_once(found.pages), each_once(found.landing)
    found.distributions = each_once(found.distributions)
    return found


def gives_data(online: Online) -> bool:
    """Whether an online resource is data or a service, and not a page about them."""
    if _service(online) or online.function in _FOR_DATA:
        return True
    if online.function in _FOR_PEOPLE:
        return False
    own = read_format("", online.url)
    if own is not None:
        return own.kind != "webpage"
    return not online.protocol.upper().startswith(("WWW:LINK", "HTTP")) and bool(online.protocol)


def _service(online: Online) -> str:
    found = _SERVICE.search(online.protocol) or _SERVICE.search(online.profile)
    return f"OGC:{found[1].upper()}" if found else ""


def _formats(parts: list[Branch]) -> list[str]:
    """The names of formats; versions belong to them, and what says nothing is left out."""
    found = []
    for part in parts:
        name = part.text(*_NAMES)
        part.drop("version", "formatSpecificationCitation", "amendmentNumber")
        if name.lower() not in _SAYS_NOTHING:
            found.append(name)
    return list(dict.fromkeys(found))


def distribution_of(online: Online, formats: list[str], rights: Rights, clean: Cleaner) -> Distribution:
    """An online resource as a distribution; `formats` hold where the resource itself tells none."""
    address = clean.address(online.url)
    node = Distribution(access_url=[address], title=online.name, description=online.description)
    own = read_format("", online.url)
    if online.function == "download" and own is not None and own.kind in ("file", "archive"):
        node.download_url = [address]
    node.format = _own_format(online, clean) or each_once(clean.format(text) for text in formats)
    if media_type := _MEDIA_TYPE.match(online.protocol):
        node.media_type = [clean.media_type(media_type[1])]
    _grant(node, rights)
    return node


def _own_format(online: Online, clean: Cleaner) -> Values:
    """What the resource itself says: its service, its media type, its profile or protocol, the ending of its address."""
    media_type = _MEDIA_TYPE.match(online.protocol)
    candidates = [_service(online), media_type[1] if media_type else ""]
    plain = online.protocol.upper().startswith(("WWW:", "HTTP"))
    candidates += [
        "" if _PROJECTION.match(online.profile) else online.profile,
        "" if plain else online.protocol,
    ]
    for text in candidates:
        if text and read_format(text):
            return [clean.format(text)]
    found = read_format("", online.url)
    return [IRI(found.uri)] if found and found.uri else []


def offline(formats: list[str], rights: Rights, clean: Cleaner) -> Distribution:
    """Data that can only be ordered: formats without an address."""
    node = Distribution(format=each_once(clean.format(text) for text in formats))
    _grant(node, rights)
    return node


def _grant(node: Distribution, rights: Rights) -> None:
    node.license, node.rights = list(rights.license), list(rights.rights)
    node.license_attribution = list(rights.attribution)


def _size(root: Branch, distributions: list[Distribution], resources: int) -> None:
    """The estimated size in megabytes, where it can only mean one distribution."""
    sizes = root.texts(*_SIZES)
    if len(sizes) == 1 and len(distributions) == resources == 1:
        try:
            size = round(float(sizes[0].replace(",", ".")) * _MEGABYTE)
        except ValueError:
            return
        if size > 0:
            distributions[0].byte_size = [Cleaner("").size(str(size))]
