"""What a municipality's page leads to: portals on other hosts, pages of data on its own, and places where such things lie."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from crawler.discovery.candidates import PORTAL_LABELS
from crawler.discovery.towns import Register, Town, body_marks, words
from crawler.formats.data_words import STRONG, strength, strength_of_address
from crawler.formats.html_page import WebPage
from crawler.formats.html_parts import Link
from crawler.formats.web_files import file_of, groups

PATHS = ("/opendata", "/open-data", "/offene-daten")
"""Paths at which pages of data lie where no link leads to them."""
_HOST_WORDS = re.compile(
    r"(?:^|[.-])(?:opendata|open-data|offenedaten|offene-daten|daten|data|geodaten|geoportal|geo|gis|gdi|statistik|"
    r"transparenz|transparenzportal|ckan|datenportal|datenkatalog|hub)(?:[.-]|$)"
)
_IMPRINT = re.compile(r"\b(?:impressum|imprint|legal notice|kontakt|contact)\b", re.IGNORECASE)
_NO_PORTAL = re.compile(
    r"(?:^|\.)(?:facebook|instagram|youtube|twitter|x|linkedin|xing|google|apple|wikipedia|vimeo|tiktok|mastodon)\.\w+$"
    r"|govdata\.de$|creativecommons\.org$|data\.europa\.eu$"
)


_FEED = re.compile(r"/(?:catalogue?|katalog|dcat|data)[\w-]*\.(?:rdf|ttl|xml|jsonld|json|nt)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Lead:
    """An address at which a portal or data may lie, and why one thinks so."""

    url: str
    found_on: str
    why: str


def imprint_of(page: WebPage) -> str:
    """The address of the page that says who is behind a site; empty where no link is called so."""
    named = [
        link for link in page.links if _IMPRINT.search(link.text) or _IMPRINT.search(urlsplit(link.url).path)
    ]
    own = [link for link in named if same_site(link.url, page.url) and link.url != page.url]
    return min(own, key=lambda link: "impressum" not in f"{link.text}{link.url}".lower()).url if own else ""


def portals(page: WebPage) -> list[Lead]:
    """Addresses on other hosts to which a page links as to a portal of data; best first."""
    found: dict[str, tuple[int, Lead]] = {}
    for link in page.links:
        parts = urlsplit(link.url)
        host = parts.hostname or ""
        if (
            parts.scheme not in ("http", "https")
            or same_host(link.url, page.url)
            or (file_of(link) and not _FEED.search(parts.path))
            or _NO_PORTAL.search(host)
        ):
            continue
        value = max(strength(link.text), 2 * bool(_HOST_WORDS.search(host)), strength_of_address(link.url))
        if value >= STRONG and (host not in found or found[host][0] < _weight(link, host)):
            found[host] = (_weight(link, host), Lead(link.url, page.url, f"Linked as `{link.text or host}`."))
    return [lead for _, lead in sorted(found.values(), key=lambda pair: -pair[0])]


def _weight(link: Link, host: str) -> int:
    return strength(link.text) + 2 * bool(_HOST_WORDS.search(host)) + (urlsplit(link.url).path in ("", "/"))


def data_pages(page: WebPage) -> list[Lead]:
    """Addresses on the page's own host that clearly speak of data, best first."""
    found: dict[str, tuple[int, Lead]] = {}
    for link in page.links:
        if same_host(link.url, page.url) and link.url != page.url and file_of(link) is None:
            value = (strength(link.text) == STRONG) + (strength_of_address(link.url) == STRONG)
            if value and link.url not in found:
                found[link.url] = (value, Lead(link.url, page.url, f"Linked as `{link.text}`."))
    return [lead for _, lead in sorted(found.values(), key=lambda pair: -pair[0])]


def usual_places(home: str) -> tuple[list[Lead], list[Lead]]:
    """Paths and hosts beside a home page at which data often lie though nothing links to them."""
    parts = urlsplit(home)
    domain = (parts.netloc).removeprefix("www.")
    paths = [Lead(urljoin(home, path), home, "A usual path.") for path in PATHS]
    hosts = [Lead(f"{parts.scheme}://{label}.{domain}/", home, "A usual host.") for label in PORTAL_LABELS]
    return paths, hosts


def files_on(page: WebPage) -> int:
    """How many data files and services a page offers in its own content."""
    return sum(len(group.files) for group in groups(page) if group.has_data)


def same_host(url: str, other: str) -> bool:
    """Whether two addresses have one host, with or without `www.`."""
    return host_of(url) == host_of(other)


def same_site(url: str, other: str) -> bool:
    """Whether one's host is the other's or below it."""
    one, two = host_of(url), host_of(other)
    return bool(one and two) and (one == two or one.endswith(f".{two}") or two.endswith(f".{one}"))


def host_of(url: str) -> str:
    """The host and port of an address without `www.`; empty where it has none."""
    try:
        parts = urlsplit(url)
        return parts.netloc.lower().rpartition("@")[2].removeprefix("www.") if parts.hostname else ""
    except ValueError:
        return ""


def relation(
    town: Town, register: Register, home: str, url: str, title: str, known_ags: Iterable[str] = ()
) -> str:
    """Whose a portal is: `own`, `other` (another town's, as its title or the registry says), else `shared`.

    `title`: what the portal's page calls itself; `known_ags`: whose the registry says it is.
    """
    owners = set(known_ags)
    if owners:
        return "own" if town.ags in owners else "other"
    if same_site(url, home):
        return "own"
    text = words(title)
    for name in (*register.longer_names(town), *body_marks(town)):
        text = text.replace(name, " | ") if words(town.short_name) in name else text
    if any(name in text for name in (words(town.plain_name), words(town.short_name))):
        return "own"
    return "other" if _names_a_town(words(title), town, register) else "shared"


def _names_a_town(text: str, town: Town, register: Register) -> bool:
    """Whether a title names a town of the register that is no common word: of at least five letters."""
    parts = text.split()
    for start in range(len(parts)):
        for length in range(min(5, len(parts) - start), 0, -1):
            name = f" {' '.join(parts[start : start + length])} "
            if len(name) > 6 and name in register.by_name and not _is_body(town, name):
                return True
    return False


def _is_body(town: Town, name: str) -> bool:
    """Whether a name is also that of the town's district or association."""
    return name in (words(town.district), words(town.association), words(town.state))
