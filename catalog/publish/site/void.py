"""What there is to fetch, as VoID describes datasets of triples (W3C Interest Group Note, 2011), at its well-known address."""

from typing import Any

from datasette import Response

from catalog.publish import feed
from catalog.publish.lines import iri, literal
from catalog.publish.provenance import line
from catalog.publish.selection import Scope
from catalog.publish.site.feeds import etag, state_of, unchanged
from catalog.publish.site.paging import pages
from catalog.publish.site.visit import Visit
from catalog.publish.syntaxes import SYNTAXES, serialise
from catalog.record.terms import PREFIXES, XSD

_VOID = "http://rdfs.org/ns/void#"
_USED = ("dcat", "dct", "dcatap", "dcatde", "foaf", "prov", "vcard", "skos", "adms")


async def show(datasette: Any, request: Any) -> Response:
    """The description in Turtle."""
    visit = Visit(datasette, request)
    syntax = SYNTAXES["ttl"]
    tag = await etag(visit, "void")
    if unchanged(visit, tag):
        return visit.answer(b"", syntax.content_type, 304, etag=tag)
    known = await pages(visit, Scope(), await state_of(visit))
    return visit.answer(serialise(_lines(visit.base, known.total), syntax), syntax.content_type, etag=tag)


def _lines(base: str, total: int) -> list[str]:
    described = feed.site_feed(base)
    subject = iri(described.catalogue)
    lines = [
        line(subject, "rdf:type", iri(f"{_VOID}Dataset")),
        line(subject, "dct:title", literal(described.title)),
        line(subject, "dct:description", literal(described.description)),
        line(subject, "foaf:homepage", iri(described.homepage)),
        _said(subject, "uriSpace", literal(f"{base}/dataset/")),
        _said(subject, "entities", literal(str(total), datatype=f"{XSD}integer")),
    ]
    for syntax in SYNTAXES.values():
        lines.append(_said(subject, "dataDump", iri(described.page(syntax.extension, 1))))
        lines.append(
            _said(subject, "feature", iri(f"http://www.w3.org/ns/formats/{_FORMATS[syntax.extension]}"))
        )
    lines += [_said(subject, "vocabulary", iri(PREFIXES[name])) for name in _USED]
    return lines


_FORMATS = {"ttl": "Turtle", "rdf": "RDF_XML", "jsonld": "JSON-LD", "nt": "N-Triples"}


def _said(subject: str, name: str, value: str) -> str:
    return f"{subject} {iri(_VOID + name)} {value} .\n"
