"""Descriptions: from HTML and Markdown to plain text on one line."""

import html
import re
from functools import lru_cache
from typing import Final

# Characters that may begin markup; text without them only has its white space collapsed.
_MARKED: Final = re.compile(r"[<&\[*#_`]")
# Control, bidirectional, zero-width and unpaired surrogate characters; tab and line ends are white space.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_OPENING: Final = re.compile(r"<(?:(script|style|template)\b[^<>]*>|!--)", re.IGNORECASE)
_CLOSING: Final = {
    kind: re.compile(end, re.IGNORECASE)
    for kind, end in {
        "script": r"</script\s{0,9}>",
        "style": r"</style\s{0,9}>",
        "template": r"</template\s{0,9}>",
        "comment": "-->",
    }.items()
}
_INLINE: Final = re.compile(
    r"</?(?:a|abbr|b|em|font|i|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]*>|<![^<>]*>|<\?[^<>]*>")
_DOUBLY_ESCAPED: Final = re.compile(r"&(?:amp;|#38;|#x26;)+", re.IGNORECASE)
_IMAGE_OR_LINK: Final = re.compile(
    r"!?\[([^\[\]]{0,2000})\]\(\s{0,3}[^()\s]{0,2000}(?:\s{1,3}(?:\"[^\"]{0,500}\"|'[^']{0,500}'))?\s{0,3}\)"
)
_AUTOLINK: Final = re.compile(r"<((?:https?|ftp|mailto):[^<>\s]+)>", re.IGNORECASE)
_HEADING: Final = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+|[ \t]#{1,6}[ \t]{0,3}$", re.MULTILINE)
_BULLET: Final = re.compile(r"^[ \t]*[*][ \t]+", re.MULTILINE)
_RULE: Final = re.compile(r"^[ \t]*(?:\*[ \t]*){3,}$|^[ \t]*(?:_[ \t]*){3,}$", re.MULTILINE)
_EMPHASIS: Final = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]{1,2000}?)(?<=[^\s*])\1(?![\w*])")
_UNDERLINE: Final = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])([^_\n]{1,2000}?)(?<=[^\s_])\1(?!\w)")
_CODE: Final = re.compile(r"`{1,3}([^`]{0,2000})`{1,3}")
_ENOUGH: Final = 6


def _collapse(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())


def _without_hidden(text: str) -> str:
    """`text` without comments, scripts and styles; one that never ends is left to the tags' turn.

    Searched by hand, because one pattern for both ends takes quadratic time where ends are missing.
    """
    kept: list[str] = []
    end = 0
    endless: set[str] = set()
    for opening in _OPENING.finditer(text):
        kind = (opening[1] or "comment").lower()
        if opening.start() < end or kind in endless:
            continue
        closing = _CLOSING[kind].search(text, opening.end())
        if closing is None:
            endless.add(kind)
            continue
        kept.append(text[end : opening.start()])
        end = closing.end()
    return " ".join([*kept, text[end:]])


def _pass(text: str) -> str:
    """One layer of markup taken off."""
    text = _without_hidden(_AUTOLINK.sub(r"\1", text))
    text = _TAG.sub(" ", _INLINE.sub("", text))
    text = html.unescape(_DOUBLY_ESCAPED.sub("&", text))
    text = _IMAGE_OR_LINK.sub(r"\1", text)
    text = _BULLET.sub("", _RULE.sub(" ", _HEADING.sub("", text)))
    return _CODE.sub(r"\1", _UNDERLINE.sub(r"\2", _EMPHASIS.sub(r"\2", text)))


@lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    """`text` without HTML, Markdown, entities, control and bidirectional characters, on one line.

    Link texts stay, their addresses go. Markup that was escaped is taken off too, so the result
    never turns into markup when it is unescaped. Cleaning twice is cleaning once.
    """
    if not _MARKED.search(text):
        return _collapse(text)
    for _ in range(_ENOUGH):
        before, text = text, _collapse(_pass(text))
        if text == before:
            return text
    # Markup nested this deep is an attack or noise: take what could still be markup away at once.
    return _collapse(_MARKED.sub(" ", text))
