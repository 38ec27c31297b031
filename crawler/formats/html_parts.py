"""The parts of a web page: headings, links, and the sections between headings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: h1 to h6 have levels 1 to 6, captions and terms of a list 7, a line in bold 8. `anchor`: its id."""

    number: int
    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `around`: the text of the list item, table row or paragraph in which it stands."""

    url: str
    text: str
    around: str = ""
    type: str = ""
    rel: str = ""
    download: bool = False


@dataclass(slots=True)
class Section:
    """What stands between two headings. `headings`: those it is below, outermost first; `main`: it belongs to the
    page's own content, not to navigation, header, footer or a side column."""

    headings: tuple[Heading, ...]
    main: bool
    text: str = ""
    links: list[Link] = field(default_factory=list)


def absolute(base: str, href: str) -> str:
    """The web address that a link leads to, without its fragment; empty for what is none."""
    try:
        found = urljoin(base, re.sub(r"[\t\r\n]", "", href).strip().replace(" ", "%20")).partition("#")[0]
        parts = urlsplit(found)
        return found if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def one_line(text: str, longest: int) -> str:
    """The text with single blanks, cut at a blank where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest + 1].rpartition(" ")[0] or line[:longest]
