"""Listings of folders as web servers write them: files and folders with the dates beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

MAX_HTML = 20_000_000
_TITLE = re.compile(
    r"^\s*(?:index of|directory (?:listing|index)|verzeichnis(?:inhalt)?|listing)\b", re.IGNORECASE
)
_IIS = re.compile(r"\s-\s/.*$")
_DATES = (
    (re.compile(r"\b(\d{1,2}-[A-Z][a-z]{2}-\d{4} \d{2}:\d{2})(?::\d{2})?\b"), "%d-%b-%Y %H:%M"),
    (re.compile(r"\b(\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2})(?::\d{2})?\b"), "%Y-%m-%d %H:%M"),
    (re.compile(r"\b(\d{4}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2})(?::\d{2})?\b"), "%Y-%b-%d %H:%M"),
    (re.compile(r"\b(\d{1,2}/\d{1,2}/\d{4}\s+\d{1,2}:\d{2} [AP]M)\b"), "%m/%d/%Y %I:%M %p"),
)
"""nginx and Apache; Apache with ISO dates; lighttpd; IIS."""
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(slots=True)
class Listing:
    """A folder: `is_index` where the page says that it is one; files and folders below it with the date beside each as
    `2024-05-01T12:30:00`, empty where there is none."""

    is_index: bool = False
    files: dict[str, str] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.heading = ""
        self.links: list[tuple[str, list[str]]] = []
        self._stack = ""
        self._before = ""
        self._same_row = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("title", "h1", "a"):
            self._stack = tag
        href = (dict(attrs).get("href") or "").strip() if tag == "a" else ""
        if href:
            self.links.append((href, [self._before]))
        if tag in ("br", "tr", "li", "a"):
            self._before, self._same_row = "", tag == "a"

    def handle_endtag(self, tag: str) -> None:
        self._stack = "" if tag == self._stack else self._stack

    def handle_data(self, data: str) -> None:
        if self._stack == "title":
            self.title += data
        elif self._stack == "h1":
            self.heading += data
        elif self._stack != "a" and data.strip():
            self._before = data
            if self.links and self._same_row:
                self.links[-1][1].append(data)


def read_listing(html: bytes | str, base: str) -> Listing:
    """The listing of the folder at `base`: only what lies below it, each once; links that sort it are left out."""
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else html
    reader = _Reader()
    reader.feed(text[:MAX_HTML])
    reader.close()
    found = Listing(
        bool(_TITLE.match(reader.title) or _TITLE.match(reader.heading) or _IIS.search(reader.title))
    )
    for href, around in reader.links:
        address = _below(base, href)
        if address:
            target = found.folders if address.endswith("/") else found.files
            target.setdefault(address, _date(around))
    return found


def _below(base: str, href: str) -> str:
    """The address of a link that leads deeper into the folder; empty for any other."""
    try:
        address = urljoin(base, href).partition("#")[0]
        parts = urlsplit(address)
    except ValueError:
        return ""
    folder = base.partition("?")[0]
    folder = folder if folder.endswith("/") else folder.rpartition("/")[0] + "/"
    if parts.query or not address.startswith(folder) or address == folder or "/../" in address:
        return ""
    return address


def _date(around: list[str]) -> str:
    """The date in the text after the link (nginx, Apache), else before it (IIS)."""
    for text in [*around[1:], around[0]]:
        for pattern, form in _DATES:
            if found := pattern.search(text):
                return _parsed(found[1], form)
    return ""


def _parsed(text: str, form: str) -> str:
    """Months are always English here, whatever the machine's own language."""
    for number, name in enumerate(_MONTHS, 1):
        text = text.replace(f"-{name}-", f"-{number:02d}-")
    try:
        return datetime.strptime(" ".join(text.split()), form.replace("%b", "%m")).isoformat()
    except ValueError:
        return ""
