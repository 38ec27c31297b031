"""Bytes of a response → an XML tree without entities or network, and the few questions that every reader of one asks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.entities import html5

from lxml import etree

from catalog.record.nesting import is_too_deep
from crawler.formats.reading import UnreadablePayload

Element = etree._Element

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_BEFORE = bytes(range(0x21)) + b"".join(_BOMS)
"""What may stand before the first tag, damage included."""
_ENTITY = re.compile(rb"<!ENTITY|<\x00!\x00E\x00N\x00T\x00I\x00T\x00Y", re.IGNORECASE)
_HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+)?html", re.IGNORECASE | re.DOTALL)
_DECLARED = re.compile(rb"(\s*<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][\w.:-]*[\"']")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SENTENCES = {
    "html-instead": "The answer is a web page, not XML.",
    "entities-refused": "The XML declares entities; those are not read.",
    "too-deep": "The XML is nested too deeply.",
    "truncated": "The answer breaks off in the middle of the XML.",
    "not-xml": "The answer is not XML.",
}


def read_xml(body: bytes) -> tuple[Element, Counter[str]]:
    """The root element and the faults met: `charset-wrong` where the bytes are not in the encoding they declare,
    `syntax-lenient` for HTML's named entities and control characters.

    Raises UnreadablePayload: `html-instead`, `entities-refused`, `too-deep`, `truncated`, `not-xml`.
    """
    if _HTML.match(body[:2000].removeprefix(_BOMS[0])):
        raise _unreadable("html-instead")
    # Detection asks this of every answer, most of which are JSON, HTML or Turtle: megabytes need not be parsed for it.
    if not body.lstrip(_BEFORE).startswith(b"<"):
        raise _unreadable("not-xml")
    if _ENTITY.search(body):
        raise _unreadable("entities-refused")
    if is_too_deep(_DECLARED.sub(rb"\1", body, count=1)):
        raise _unreadable("too-deep")
    body = body if body.startswith(_BOMS[1:]) else body.removeprefix(_BOMS[0]).lstrip()
    try:
        return _parsed(body), Counter()
    except (etree.XMLSyntaxError, LookupError) as error:
        return _forgiven(body, error)


def _parsed(body: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True
    )
    root = etree.fromstring(body, parser)
    if root is None:
        raise _unreadable("not-xml")
    return root


def _forgiven(body: bytes, error: Exception) -> tuple[Element, Counter[str]]:
    """The tree where the bytes are sound UTF-8 or cp1252 under another name, or only hold what HTML would allow; else
    why they are no XML."""
    for mend, fault in ((str, "charset-wrong"), (_mended, "syntax-lenient")):
        for encoding in ("utf-8", "cp1252"):
            try:
                text = mend(_DECLARED.sub(rb"\1", body, count=1).decode(encoding))
                return _parsed(text.encode("utf-8")), Counter({fault: 1})
            except (UnicodeError, etree.XMLSyntaxError):
                continue
    raise _unreadable(_reason(body, error)) from None


def _mended(text: str) -> str:
    """The text with HTML's named entities as characters and without control characters."""
    named = _NAMED.sub(lambda found: found[0] if found[1] in _OF_XML else html5.get(found[1], found[0]), text)
    return _CONTROL.sub("", named)


def _reason(body: bytes, error: Exception) -> str:
    """`truncated` where XML began and ended too soon, else `not-xml`."""
    if not body.startswith(b"<") or not isinstance(error, etree.XMLSyntaxError):
        return "not-xml"
    said = str(error)
    return (
        "truncated"
        if "EndTag" in said or "Premature end" in said or "Couldn't find end" in said
        else "not-xml"
    )


def _unreadable(slug: str) -> UnreadablePayload:
    return UnreadablePayload(slug, _SENTENCES[slug])


def local(element: Element) -> str:
    """The element's name without its namespace; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: Element) -> str:
    """The element's namespace; empty where it has none."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """The child elements with one of these local names, whatever their namespace."""
    return (child for child in element if local(child) in names)


def descendants(element: Element, name: str) -> Iterator[Element]:
    """The elements below with this local name, in the order of the document."""
    return (found for found in element.iter() if local(found) == name)


def child_text(element: Element, *names: str) -> str:
    """The text of the first child with one of these local names that has any, in the order of the names."""
    for name in names:
        for child in children(element, name):
            if said := text_in(child):
                return said
    return ""


def text_in(element: Element) -> str:
    """All text inside an element, blanks collapsed."""
    return " ".join("".join(map(str, element.itertext())).split())


def canonical_xml(element: Element) -> bytes:
    """The element alone as Canonical XML: the same bytes for the same content, wherever it stands."""
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False, with_tail=False)
