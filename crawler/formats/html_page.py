"""A web page taken apart: what its head says, and its text and links in their order, each under the headings it stands below."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from lxml import etree, html

from crawler.formats.html_parts import LONGEST_HEADING, Heading, Link, Section, absolute, one_line
from crawler.formats.html_walk import Walk
from crawler.formats.reading import UnreadablePayload

MAX_HTML = 3_000_000
"""Bytes of a page that are read."""

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_PAGE = re.compile(rb"<!doctype\s+html|<html|<head[\s>]|<body[\s>]", re.IGNORECASE)
_FRAGMENT = re.compile(rb"<(title|h[1-6]|p|a|ul|table|div)[\s>]", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(slots=True)
class WebPage:
    """A page as read; `url` without a fragment, names of `meta` in lower case, the first value of each."""

    url: str
    title: str = ""
    language: str = ""
    canonical: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def headings(self) -> list[Heading]:
        """All headings of the page, in their order, each once."""
        return list(dict.fromkeys(heading for section in self.sections for heading in section.headings))

    @property
    def heading(self) -> str:
        """The first heading of the first level; empty where there is none."""
        return next((heading.text for heading in self.headings if heading.level == 1), "")

    @property
    def links(self) -> list[Link]:
        """All links, in their order."""
        return [link for section in self.sections for link in section.links]

    @property
    def text(self) -> str:
        """The headings and the text, in their order."""
        parts: list[str] = []
        told: set[Heading] = set()
        for section in self.sections:
            parts += [heading.text for heading in section.headings if heading not in told]
            told.update(section.headings)
            parts.append(section.text)
        return "\n".join(part for part in parts if part)


def read_page(body: bytes, content_type: str, url: str) -> WebPage:
    """The page found at `url`; `content_type` as the header says it, with its charset.

    Raises UnreadablePayload: `unexpected-shape` for what is no page of HTML, `too-deep` for elements nested so deeply that
    the parser gives up.
    """
    if not is_page(body, content_type):
        raise UnreadablePayload("unexpected-shape", "The answer is no web page.")
    text, faults = _decoded(body[:MAX_HTML], content_type)
    page = WebPage(url.partition("#")[0], faults=faults)
    root = _parsed(text)
    if root is not None:
        _read_head(root, page)
        page.sections = Walk(root, _base(root, page.url)).sections()
    return page


def is_page(body: bytes, content_type: str) -> bool:
    """Whether a body is HTML: it begins like a page, or is called one and has elements of one."""
    head = body[:4096]
    if b"\0" in head:
        head = head.replace(b"\0", b"")
    if not head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return "html" in content_type.lower() and bool(_PAGE.search(head))
    return bool(_PAGE.search(head)) or ("html" in content_type.lower() and bool(_FRAGMENT.search(head)))


def _decoded(body: bytes, content_type: str) -> tuple[str, Counter[str]]:
    """The body as text; `charset-wrong` where it is not in the charset that header, mark or page state."""
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return _clean(body.decode(charset, "replace")), Counter()
    named, stated = _CHARSET.search(content_type), _META_CHARSET.search(body[:4096])
    charsets = [named[1] if named else "", stated[1].decode("ascii") if stated else ""]
    given = [charset for charset in charsets if charset]
    for number, charset in enumerate([*given, "utf-8", "cp1252"]):
        try:
            text = body.decode(charset, "strict" if len(body) < MAX_HTML else "ignore")
        except (UnicodeDecodeError, LookupError):
            continue
        return _clean(text), Counter({"charset-wrong": 1} if given and number else {})
    return _clean(body.decode("latin-1")), Counter({"charset-wrong": 1})


def _clean(text: str) -> str:
    return _DECLARATION.sub("", _CONTROL.sub("", text))


def _parsed(text: str) -> html.HtmlElement | None:
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser)
    except etree.ParserError:
        return None  # nothing but white space
    if any("depth" in entry.message for entry in parser.error_log):
        raise UnreadablePayload("too-deep", "The page is nested too deeply.")
    return root


def _base(root: html.HtmlElement, url: str) -> str:
    found = root.find(".//base[@href]")
    return (absolute(url, found.get("href", "")) if found is not None else "") or url


def _read_head(root: html.HtmlElement, page: WebPage) -> None:
    page.language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    title = root.find(".//title")
    page.title = one_line(title.text or "", LONGEST_HEADING) if title is not None else ""
    for meta in root.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("http-equiv") or ""
        if name and meta.get("content"):
            page.meta.setdefault(name.strip().lower(), " ".join(meta.get("content").split()))
    for link in root.iter("link"):
        if "canonical" in link.get("rel", "").lower().split():
            page.canonical = page.canonical or absolute(page.url, link.get("href", ""))
