"""The RDF syntaxes that are published, and how N-Triples lines become each of them, whole or in chunks."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import RdfFormat

from catalog.record.terms import PREFIXES

CHUNK = 2_000_000
"""Characters of N-Triples that are turned at once, whatever the size of the export."""

_NCNAME_AT_END = re.compile(r"[A-Za-z_À-ÖØ-öø-˿Ͱ-ͽͿ-῿][\w.\-·]*$")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_JSON_BRACKETS = slice(1, -1)


@dataclass(frozen=True, slots=True)
class Syntax:
    """One syntax: extension of the address, media type, name for people."""

    extension: str
    media_type: str
    name: str
    form: RdfFormat

    @property
    def content_type(self) -> str:
        """The media type with its charset: without one some harvesters read UTF-8 as Latin-1."""
        return f"{self.media_type}; charset=utf-8"


SYNTAXES: dict[str, Syntax] = {
    item.extension: item
    for item in (
        Syntax("ttl", "text/turtle", "Turtle", RdfFormat.TURTLE),
        Syntax("rdf", "application/rdf+xml", "RDF/XML", RdfFormat.RDF_XML),
        Syntax("jsonld", "application/ld+json", "JSON-LD", RdfFormat.JSON_LD),
        Syntax("nt", "application/n-triples", "N-Triples", RdfFormat.N_TRIPLES),
    )
}


@dataclass(slots=True)
class Dropped:
    """How many triples a syntax could not say."""

    triples: int = 0


def serialise(lines: Iterable[str], syntax: Syntax, dropped: Dropped | None = None) -> bytes:
    """All lines as one document; `dropped` counts what RDF/XML cannot name."""
    return b"".join(chunks(lines, syntax, dropped))


def chunks(lines: Iterable[str], syntax: Syntax, dropped: Dropped | None = None) -> Iterator[bytes]:
    """The lines (or several lines in one text) as one document in pieces; holds little more than `CHUNK` characters."""
    if syntax.form == RdfFormat.N_TRIPLES:
        yield from parts(lines)
        return
    body, opening, separator, closing = _FRAMES[syntax.extension]
    yield opening
    first = True
    for part in parts(lines):
        piece = body(part, dropped or Dropped())
        if piece:
            yield piece if first else separator + piece
            first = False
    yield closing


def parts(lines: Iterable[str]) -> Iterator[bytes]:
    """Lines joined to pieces of about `CHUNK` characters."""
    part: list[str] = []
    size = 0
    for line in lines:
        part.append(line)
        size += len(line)
        if size >= CHUNK:
            yield "".join(part).encode()
            part, size = [], 0
    if part:
        yield "".join(part).encode()


def _quads(lines: bytes) -> Iterator[pyoxigraph.Quad]:
    return pyoxigraph.parse(lines, format=RdfFormat.N_TRIPLES, lenient=True)


def _write(quads: Iterable[pyoxigraph.Quad], form: RdfFormat) -> bytes:
    written = pyoxigraph.serialize(
        quads, format=form, prefixes=None if form == RdfFormat.JSON_LD else PREFIXES
    )
    assert written is not None  # only a call with an output stream returns None
    return written


def _turtle(lines: bytes, dropped: Dropped) -> bytes:
    written = _write(_quads(lines), RdfFormat.TURTLE)
    start = 0
    while written.startswith(b"@prefix ", start):
        start = written.index(b"\n", start) + 1
    return written[start:]


def _json(lines: bytes, dropped: Dropped) -> bytes:
    return _write(_quads(lines), RdfFormat.JSON_LD).strip()[_JSON_BRACKETS]


def _xml(lines: bytes, dropped: Dropped) -> bytes:
    kept = []
    for quad in _quads(_NOT_IN_XML.sub("\ufffd", lines.decode()).encode()):
        if _NCNAME_AT_END.search(quad.predicate.value):
            kept.append(quad)
        else:
            dropped.triples += 1
    written = _write(kept, RdfFormat.RDF_XML)
    return written[
        written.index(b">", written.index(b"<rdf:RDF")) + 1 : written.rindex(b"</rdf:RDF>")
    ].lstrip()


TURTLE_HEAD = "".join(f"@prefix {name}: <{base}> .\n" for name, base in sorted(PREFIXES.items()))
_XML_NAMES = "".join(f'\n\txmlns:{name}="{base}"' for name, base in sorted(PREFIXES.items()))
_XML_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{_XML_NAMES}>\n'
_FRAMES: dict[str, tuple[Callable[[bytes, Dropped], bytes], bytes, bytes, bytes]] = {
    "ttl": (_turtle, TURTLE_HEAD.encode(), b"", b""),
    "rdf": (_xml, _XML_HEAD.encode(), b"", b"</rdf:RDF>\n"),
    "jsonld": (_json, b"[", b",\n", b"]\n"),
}
