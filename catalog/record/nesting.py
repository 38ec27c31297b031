"""How deep XML is nested, before a parser whose time grows with the square of the depth sees it."""

from contextlib import suppress
from xml.parsers import expat

MAX_DEPTH = 1_000


class _TooDeep(Exception):
    """Ends the counting."""


def is_too_deep(body: bytes) -> bool:
    """Whether elements lie more than 1,000 deep inside each other. Broken XML is as deep as it can be read."""
    depth = 0

    def started(name: str, attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise _TooDeep

    def ended(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = started, ended
    try:
        with suppress(expat.ExpatError):
            parser.Parse(body, True)
    except _TooDeep:
        return True
    return False
