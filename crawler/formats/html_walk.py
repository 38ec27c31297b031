"""The way through a web page from its first element to its last: which text and links stand below which headings."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree, html

from crawler.formats.html_parts import LONGEST_HEADING, Heading, Link, Section, absolute, one_line

LONGEST_AROUND = 400
MAX_LINKS = 20_000

_SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "head", "select", "textarea", "iframe", "object"}
)
_BLOCKS = frozenset(
    (
        *(
            "p",
            "div",
            "li",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "tr",
            "td",
            "th",
            "table",
            "section",
            "article",
            "br",
            "hr",
        ),
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "main",
            "nav",
            "header",
            "footer",
            "aside",
            "form",
            "fieldset",
            "figure",
        ),
        *("blockquote", "pre", "caption", "summary", "details", "legend", "address", "button"),
    )
)
_ASIDE_TAGS = frozenset({"nav", "footer", "aside"})
_ASIDE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar"}
)
_ASIDE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|navigation|mainnav|menu|breadcrumbs?|footer|sidebar|cookie|cookies|banner|skip|skiplinks?)"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_SCOPES = {"caption": "table", "dt": "dl", "summary": "details", "legend": "fieldset"}
_AROUND = frozenset({"li", "tr", "p", "dd", "figure", "h1", "h2", "h3", "h4", "h5", "h6"})


class Walk:
    """One way through a page, from its first element to its last."""

    def __init__(self, root: html.HtmlElement, base: str) -> None:
        self._root = root
        self._base = base
        self._main = _main_of(root)
        self._stack: list[
            tuple[Heading, object]
        ] = []  # with the element at whose end it no longer holds, if any
        self._heading: object = None
        self._sections: list[Section] = []
        self._text: list[str] = []
        self._aside: list[object] = []
        self._inside_main = self._main is None
        self._around: dict[object, str] = {}
        self._numbers = 0
        self._links = 0

    def sections(self) -> list[Section]:
        """The sections that hold anything, in their order."""
        self._open()
        skipped: object = None
        for event, element in etree.iterwalk(self._root, events=("start", "end")):
            if skipped is None and event == "start":
                if element.tag in _SILENT and element is not self._root:
                    skipped = element
                else:
                    self._enter(element)
            elif event == "end":
                if skipped is None:
                    self._leave(element)
                skipped = None if skipped is element else skipped
                if skipped is None:
                    self._say(element.tail)
        self._close()
        return [section for section in self._sections if section.text or section.links]

    def _enter(self, element: html.HtmlElement) -> None:
        if element is self._main:
            self._inside_main = True
            self._begin()
        if self._is_aside(element):
            self._aside.append(element)
            self._begin()
        level = _level(element)
        if level and not self._aside:
            self._head(element, level)
        elif element.tag == "a":
            self._link(element)
        self._text.append("\n" if element.tag in _BLOCKS else "")
        self._say(element.text)

    def _leave(self, element: html.HtmlElement) -> None:
        self._text.append("\n" if element.tag in _BLOCKS else "")
        if self._heading is element:
            self._heading = None
        if self._aside and self._aside[-1] is element:
            self._aside.pop()
            self._begin()
        if element is self._main:
            self._inside_main = False
            self._stack.clear()
            self._begin()
        if any(scope is element for _, scope in self._stack):
            self._stack = [entry for entry in self._stack if entry[1] is not element]
            self._begin()

    def _say(self, text: str | None) -> None:
        if text and self._heading is None:
            self._text.append(text)

    def _head(self, element: html.HtmlElement, level: int) -> None:
        text = one_line(element.text_content(), LONGEST_HEADING)
        if not text:
            return
        self._numbers += 1
        self._heading = element
        heading = Heading(self._numbers, level, text, element.get("id", ""))
        self._stack = [entry for entry in self._stack if entry[0].level < level]
        self._stack.append((heading, _ancestor(element, _SCOPES.get(str(element.tag), ""))))
        self._begin()

    def _link(self, element: html.HtmlElement) -> None:
        url = absolute(self._base, element.get("href", "")) or _mailbox(element.get("href", ""))
        if not url or self._links >= MAX_LINKS:
            return
        self._links += 1
        self._sections[-1].links.append(
            Link(
                url, _label(element), self._text_around(element), element.get("type", ""), element.get("rel", "").lower(),
                element.get("download") is not None,
            )
        )  # fmt: skip

    def _text_around(self, element: html.HtmlElement) -> str:
        block = next((each for each in element.iterancestors() if each.tag in _AROUND), None)
        if block is None:
            return ""
        if block not in self._around:
            pieces = (str(piece) for piece in block.itertext())
            self._around[block] = one_line(" ".join(islice(pieces, 200)), LONGEST_AROUND)
        return self._around[block]

    def _is_aside(self, element: html.HtmlElement) -> bool:
        tag, role = element.tag, element.get("role", "").lower()
        if tag in _ASIDE_TAGS or role in _ASIDE_ROLES:
            return True
        if tag == "header":
            return not any(each.tag in ("main", "article", "section") for each in element.iterancestors())
        if tag not in ("div", "ul", "section") or element is self._main:
            return False
        return bool(_ASIDE_NAMES.search(f"{element.get('class', '')} {element.get('id', '')}"))

    def _begin(self) -> None:
        self._close()
        self._open()

    def _open(self) -> None:
        headings = tuple(heading for heading, _ in self._stack)
        self._sections.append(Section(headings, self._inside_main and not self._aside))

    def _close(self) -> None:
        lines = "".join(self._text).split("\n")
        self._sections[-1].text = "\n".join(
            line for line in (" ".join(line.split()) for line in lines) if line
        )
        self._text.clear()


def _main_of(root: html.HtmlElement) -> html.HtmlElement | None:
    """The element that holds the page's own content, where the page says which."""
    for path in (
        ".//main",
        ".//*[@role='main']",
        ".//*[@id='main']",
        ".//*[@id='content']",
        ".//*[@id='inhalt']",
    ):
        found = root.find(path)
        if found is not None:
            return found
    return None


def _level(element: html.HtmlElement) -> int:
    """The level of a heading; 0 for what is none."""
    tag = str(element.tag)
    if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
        return int(tag[1])
    if element.get("role") == "heading":
        level = element.get("aria-level", "")
        return int(level) if level in {"1", "2", "3", "4", "5", "6"} else 6
    if tag in _SCOPES:
        return 7
    return 8 if tag == "p" and _is_bold_line(element) else 0


def _is_bold_line(element: html.HtmlElement) -> bool:
    """Whether a paragraph is nothing but a few words in bold."""
    if len(element) != 1 or element[0].tag not in ("b", "strong") or (element.text or "").strip():
        return False
    bold = element[0]
    words = bold.text_content()
    return not (bold.tail or "").strip() and bold.find(".//a") is None and 2 < len(words.strip()) < 100


def _ancestor(element: html.HtmlElement, tag: str) -> html.HtmlElement | None:
    return next((each for each in element.iterancestors(tag)), None) if tag else None


def _label(element: html.HtmlElement) -> str:
    """What a link is called: its text, its picture's text, its title."""
    text = one_line(element.text_content(), LONGEST_HEADING)
    if text:
        return text
    pictures = [image.get("alt", "") for image in element.iter("img")]
    return one_line(
        " ".join(pictures) or element.get("aria-label") or element.get("title") or "", LONGEST_HEADING
    )


def _mailbox(href: str) -> str:
    found = href.strip()
    return found.partition("?")[0] if found[:7].lower() == "mailto:" else ""
