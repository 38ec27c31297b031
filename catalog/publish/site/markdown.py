"""Markdown of the operator as HTML that harms nobody: no HTML of its own, no images, only harmless links."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables; addresses such as `javascript:` become no link (the library's own check)."""
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable("image")


def render(text: str) -> tuple[str, str]:
    """The first heading as plain text (empty without one), and the rest as HTML with headings from the second level on."""
    tokens = _parser().parse(text)
    title = ""
    if len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        title = "".join(child.content for child in tokens[1].children or ())
        tokens = tokens[3:]
    return title, str(_parser().renderer.render(_tidy(tokens), _parser().options, {}))


def _tidy(tokens: Sequence[Token]) -> list[Token]:
    """One first heading a page; heads of tables say whose they are; no style of their own."""
    for token in tokens:
        if token.type in ("heading_open", "heading_close") and token.tag == "h1":
            token.tag = "h2"
        token.attrs.pop("style", None)
        if token.type == "th_open":
            token.attrSet("scope", "col")
    return list(tokens)
