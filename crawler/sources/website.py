"""A municipality's plain web pages: those that offer data, from the home page or given paths; one record for each group
of files below a heading. Less certain than any catalogue, asked last, and crawled only where the kind is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from crawler.formats.data_words import STRONG, WEAK, strength, strength_of_address
from crawler.formats.html_page import WebPage, read_page
from crawler.formats.html_parts import Link
from crawler.formats.reading import UnreadablePayload
from crawler.formats.web_files import file_of, groups
from crawler.formats.web_record import entry_of, place_of
from crawler.sources.protocol import Call, Evidence, Page, Payload, Portal

KIND = "website"
RANK = 900
READER = 1

MAX_PAGES = 60
"""Pages asked for (setting `max_pages`)."""
MAX_DEPTH = 3
"""Links between the first page and the last (setting `max_depth`)."""
LINKS_A_PAGE = 40
SITEMAP_LINKS = 20
ASKED, UNASKED = 60, 40
"""Confidence where the registry says `website`, and where nobody asked for it: too little to be chosen."""

_LOC = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?\s*(https?://[^\s<\]]{4,500})", re.IGNORECASE)
_BARREN = re.compile(
    r"/(?:login|logout|anmelde[nr]?|suche|search|suchergebnis\w*|warenkorb|print|druck\w*|feed|rss|share|kalender|calendar|"
    r"termine?|veranstaltung\w*|wp-json|wp-admin|cgi-bin|typo3)(?:[/.?]|$)",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"utm_\w+|phpsessid|jsessionid|sessionid|session|sid|fbclid|gclid|print|druck|chash|no_cache",
    re.IGNORECASE,
)
_PAGER = re.compile(r"(?:seite|page|p|offset|start|pagenumber)", re.IGNORECASE)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_DEFAULT = re.compile(r"/(?:index|default|home|start)\.\w{3,5}$", re.IGNORECASE)


def probe(portal: Portal) -> list[Call]:
    """The first page."""
    return [_call(url, 0) for url in _first_pages(portal)[:1]]


def recognise(portal: Portal, call: Call, payload: Payload) -> Evidence | None:
    """A page that offers files or speaks of data. Never a proof: every portal has pages."""
    if payload.status != 200:
        return None
    try:
        page = _page(payload)
    except UnreadablePayload:
        return None
    asked = portal.kind == KIND
    files = sum(len(group.files) for group in groups(page) if group.has_data)
    links = sum(1 for link in page.links if strength(link.text) == STRONG)
    if not (asked or files or links or _strength(page) == STRONG):
        return None
    proof = f"A web page with {files} links to data files and {links} links that speak of data; no catalogue."
    return Evidence(KIND, ASKED if asked else UNASKED, proof, settings=_limits(portal) if asked else {})


def _limits(portal: Portal) -> dict[str, str]:
    return {
        name: portal.settings[name] for name in ("path", "max_pages", "max_depth") if name in portal.settings
    }


def start(portal: Portal) -> list[Call]:
    """The home page, or the pages of the setting `path` (several with blanks between); and the sitemap, if there is one."""
    cap = _number(portal, "max_pages", MAX_PAGES)
    calls = [_call(url, 0, cap) for url in _first_pages(portal)]
    sitemap = urljoin(portal.base + "/", "/sitemap.xml")
    return [*calls, Call(sitemap, "sitemap", state={"depth": 0}, optional=True, page=True)]


def _first_pages(portal: Portal) -> list[str]:
    base = portal.api_url or portal.url
    paths = portal.settings.get("path", "").split()
    return [urljoin(base, path) for path in paths] or [base]


def _call(url: str, depth: int, cap: int = 0, home: str = "") -> Call:
    return Call(url, "page", state={"depth": depth, "home": home}, page=True, cap=cap)


def _number(portal: Portal, name: str, default: int) -> int:
    """A setting as a number from 1 up; the default where it is none."""
    text = portal.settings.get(name, "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 6 else default


def read(portal: Portal, call: Call, payload: Payload) -> Page:
    """The page's groups of files as entries, and calls for the pages that it links to and that may offer data.

    Documents and archives make a record only on a page that speaks of data; elsewhere they are counted as skipped. A
    linked address that leads to another host, or to what is no page, brings nothing.
    Raises UnreadablePayload where the first page is no page.
    """
    if call.step == "sitemap":
        return _read_sitemap(portal, payload)
    depth = int(call.state.get("depth", 0))
    home = str(call.state.get("home") or _host(payload.url))
    if depth and _host(payload.url) not in _own_hosts(portal, home):
        return Page()
    try:
        web = _page(payload)
    except UnreadablePayload:
        if depth:
            return Page()
        raise
    page = Page(faults=web.faults)
    _take_groups(portal, web, page)
    if depth < _number(portal, "max_depth", MAX_DEPTH):
        page.calls = [
            _call(url, deeper, 0, home) for url, deeper in _promising(web, _own_hosts(portal, home), depth)
        ]
    return page


def _page(payload: Payload) -> WebPage:
    return read_page(payload.body, payload.headers.get("content-type", ""), payload.url)


def _take_groups(portal: Portal, web: WebPage, page: Page) -> None:
    found = groups(web)
    place = place_of(web, _lasting(web), portal.title, alone=len(found) == 1)
    about_data = _strength(web) == STRONG
    for group in found:
        if group.has_data or about_data or strength(group.title) == STRONG:
            page.entries.append(entry_of(group, place))
        else:
            page.skipped["document"] += 1


def _strength(web: WebPage) -> int:
    """How strongly a page speaks of data: by its heading, its title up to the site's name, and its address."""
    title = re.split(r"\s[|–—-]\s", web.title)[0]
    return max(strength(web.heading), strength(title), strength_of_address(web.url))


def _lasting(web: WebPage) -> str:
    """The page's address without what comes and goes; the one it calls its own if that differs in no more than this."""
    own, said = _tidy(web.url), _tidy(web.canonical)
    same = _path(own).casefold() == _path(said).casefold() and _host(own) == _host(said)
    return said if said and same else own


def _path(url: str) -> str:
    return _DEFAULT.sub("/", urlsplit(url).path).rstrip("/")


def _promising(web: WebPage, hosts: set[str], depth: int) -> list[tuple[str, int]]:
    """The addresses to follow, those that speak most clearly of data first, each with its depth; the next pages of a
    list are as deep as the first."""
    about_data = _strength(web) == STRONG
    found: dict[str, int] = {}
    for link, inside in _links(web):
        url = _followed(link, web, hosts)
        if url:
            value = max(strength(link.text), strength_of_address(url))
            if inside and about_data and depth and _is_below(url, web.url):
                value = max(value, WEAK)
            found[url] = max(value, found.get(url, 0))
    wanted = sorted((url for url, value in found.items() if value), key=lambda url: -found[url])
    return [(url, depth + (not _is_pager(url, web.url))) for url in wanted[:LINKS_A_PAGE]]


def _links(web: WebPage) -> Iterator[tuple[Link, bool]]:
    for section in web.sections:
        for link in section.links:
            yield link, section.main


def _followed(link: Link, web: WebPage, hosts: set[str]) -> str:
    """The address under which a link is followed; empty for files, foreign hosts, and what never ends or bears nothing."""
    if _host(link.url) not in hosts:
        return ""
    if file_of(link) is not None or "nofollow" in link.rel.split():
        return ""
    parts, here = urlsplit(_tidy(link.url)), urlsplit(web.url)
    if (
        _BARREN.search(parts.path)
        or len(parts.path) > 250
        or parts.path.count("/") > 10
        or parts.query.count("=") > 4
    ):
        return ""
    steps = [step for step in parts.path.split("/") if step]
    if len(steps) - len(set(steps)) > 2 or _is_media(link):
        return ""
    return urlunsplit(parts._replace(scheme=here.scheme, netloc=here.netloc))


def _is_media(link: Link) -> bool:
    """Whether a link's ending says that it leads to a picture, a film or a programme."""
    return bool(
        re.search(
            r"\.(?:jpe?g|png|gif|svg|webp|mp[34]|avi|mov|exe|css|js|ico|woff2?|ics|vcf)$",
            urlsplit(link.url).path,
            re.IGNORECASE,
        )
    )


def _tidy(url: str) -> str:
    """The address without sessions, trackers and what only changes the look of a page."""
    if not url:
        return ""
    parts = urlsplit(_SESSION.sub("", url))
    pairs = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _IDLE.fullmatch(name)
    ]
    query = parts.query if len(pairs) == parts.query.count("&") + 1 else urlencode(pairs)
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", query, ""))


def _host(url: str) -> str:
    """The host, the same with and without `www.`, with its port."""
    return urlsplit(url).netloc.lower().rpartition("@")[2].removeprefix("www.")


def _own_hosts(portal: Portal, home: str) -> set[str]:
    """The portal's hosts, and the one at which its home page was answered."""
    return {_host(portal.base), _host(portal.url), home}


def _is_below(url: str, page: str) -> bool:
    """Whether an address lies below that of a page."""
    folder = re.sub(r"\.\w{2,5}$", "", _path(page))
    return bool(folder) and unquote(urlsplit(url).path).startswith(unquote(folder))


def _is_pager(url: str, page: str) -> bool:
    """Whether an address is the same page, but another part of its list."""
    one, other = urlsplit(url), urlsplit(page)
    names = {name for name, _ in set(parse_qsl(one.query)) ^ set(parse_qsl(other.query))}
    return one.path == other.path and bool(names) and all(_PAGER.fullmatch(name) for name in names)


def _read_sitemap(portal: Portal, payload: Payload) -> Page:
    """The addresses of a sitemap (sitemaps.org, protocol 0.9) that speak clearly of data."""
    found = (
        match.decode("utf-8", "replace").replace("&amp;", "&")
        for match in _LOC.findall(payload.body[:2_000_000])
    )
    base, hosts = urlsplit(portal.base), _own_hosts(portal, _host(payload.url))
    wanted: dict[str, None] = {}
    for url in found:
        if _host(url) in hosts and strength_of_address(url) == STRONG and file_of(Link(url, "")) is None:
            wanted[urlunsplit(urlsplit(_tidy(url))._replace(scheme=base.scheme, netloc=base.netloc))] = None
    return Page(calls=[_call(url, 1) for url in list(wanted)[:SITEMAP_LINKS]])


def split(portal: Portal, call: Call) -> list[Call]:
    """A page cannot be asked for in parts."""
    return []
