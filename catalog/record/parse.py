"""RDF bytes to triples, without network: pyoxigraph strict, then lenient, then rdflib; addresses repaired on the way.

Remote JSON-LD contexts are replaced by those in `schemas/contexts` or dropped; XML entities are refused.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

import orjson
import pyoxigraph as ox
import rdflib

from catalog.record.addresses import ABSOLUTE, is_unusable, repaired
from catalog.record.nesting import is_too_deep
from catalog.record.terms import IRI, PREFIXES, XSD_STRING, BNode, Literal, Term, Triple

MAX_DEPTH = 128
logging.getLogger("rdflib.term").setLevel(
    logging.ERROR
)  # it reports each odd IRI and date; we count them ourselves
_TYPES = {
    "text/turtle": "ttl",
    "application/x-turtle": "ttl",
    "text/n3": "n3",
    "text/rdf+n3": "n3",
    "application/rdf+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/ld+json": "jsonld",
    "application/json": "jsonld",
    "application/n-triples": "nt",
    "text/plain": "",
    "text/html": "",
}
_OX = {
    "ttl": ox.RdfFormat.TURTLE,
    "n3": ox.RdfFormat.N3,
    "xml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
}
_RDFLIB = {"ttl": "turtle", "n3": "n3", "xml": "xml", "jsonld": "json-ld", "nt": "nt"}
_ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
_QUOTED = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_XML_ENCODING = re.compile(rb"(\s*<\?xml[^>]*?)\s+encoding\s*=\s*[\"']([\w.:-]*)[\"']")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HTML = re.compile(rb"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype html|<html)", re.IGNORECASE | re.DOTALL)
_JSONLD_KEY = re.compile(rb'"@(context|graph|id|type|value)"')


class UnreadableRdf(ValueError):
    """The bytes are no RDF that any of the three parsers reads; `slug` says how (see UnreadablePayload)."""

    def __init__(self, slug: str, message: str) -> None:
        super().__init__(message)
        self.slug = slug


@dataclass(slots=True)
class Parsed:
    """The triples of a file, the parser that read it, the faults of the file, and the addresses, as they are in the
    triples, that were repaired or relative."""

    triples: list[Triple]
    parser: str
    faults: Counter[str] = field(default_factory=Counter)
    repaired: set[IRI] = field(default_factory=set)
    relative: set[IRI] = field(default_factory=set)


RELATIVE_ROOT = "http://relative.invalid"
"""Stands for the base's host while a file is parsed, so that relative addresses are seen and counted."""


def parse(body: bytes, content_type: str = "", base: str = "") -> Parsed:
    """Read RDF/XML, Turtle, N3, N-Triples or JSON-LD; the syntax follows from the media type, else from the text.

    `base` resolves relative addresses (each a finding). Raises UnreadableRdf.
    """
    faults: Counter[str] = Counter()
    syntax = syntax_of(body, content_type)
    body = _prepared(body, syntax, faults)
    base = base if ABSOLUTE.match(base) else ""
    problem: Exception | None = None
    # Strict JSON-LD reading drops odd addresses without a word, so there lenient reading comes first.
    for parser in (_lenient, _rdflib) if syntax == "jsonld" else (_strict, _lenient, _rdflib):
        try:
            parsed = _collect(parser is _rdflib, parser(body, syntax, _stand_in(base)), faults, base)
        except Exception as error:  # noqa: BLE001 - each of the three parsers raises classes of its own
            problem = problem or error  # the strict parser's says best where
        else:
            parsed.parser = parser.__name__.strip("_")
            parsed.faults["syntax-lenient"] += parser is _rdflib or (
                parser is _lenient and syntax != "jsonld"
            )
            parsed.faults = +parsed.faults
            return parsed
    raise UnreadableRdf("not-rdf", f"No RDF that can be read as {syntax}: {_sentence(problem)}")


def _stand_in(base: str) -> str:
    return RELATIVE_ROOT + _path(base) if base else ""


def _root(base: str) -> str:
    """Scheme and host of an address."""
    scheme, _, rest = base.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _path(base: str) -> str:
    return base.partition("#")[0].removeprefix(_root(base)) or "/"


def _sentence(error: BaseException | None) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


def syntax_of(body: bytes, content_type: str = "") -> str:
    """`ttl`, `n3`, `xml`, `jsonld` or `nt`. Raises UnreadableRdf for HTML and empty bodies."""
    head = _start(body).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise UnreadableRdf("truncated", "The answer is empty.")
    if _HTML.match(head):
        raise UnreadableRdf("html-instead", "An HTML page instead of RDF.")
    declared = _TYPES.get(content_type.partition(";")[0].strip().lower(), "")
    if head[:1] in b"{[":
        return "jsonld" if _looks_like_json(head) else declared or "ttl"
    if head.startswith(b"<?xml") or re.match(rb"<[\w]+:RDF|<!--|<!DOCTYPE", head):
        return "xml"
    return declared if declared and declared not in ("xml", "jsonld") else "ttl"


def _start(body: bytes) -> bytes:
    """The first characters, in UTF-8 where a byte order mark says that they are UTF-16."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body[:2000].decode("utf-16", "replace").encode()
    return body[:2000]


def _looks_like_json(head: bytes) -> bool:
    """Turtle too may begin with a bracket, but not with what JSON has after it."""
    return bool(re.match(rb'\{\s*["}]|\[\s*[\[{"]|\[\s*\]\s*$', head))


def _prepared(body: bytes, syntax: str, faults: Counter[str]) -> bytes:
    if syntax == "xml":
        body = _xml_as_utf8(body, faults)
        if _ENTITY.search(body) and _ENTITY.search(_QUOTED.sub(b"", body)):
            raise UnreadableRdf("entities-refused", "The XML declares entities, which are refused.")
        if is_too_deep(body):
            raise UnreadableRdf("too-deep", "XML nested deeper than 1,000 levels.")
        return _with_rdf(PREFIXES["rdf"].encode() in body, body, "XML without the namespace of RDF.")
    if syntax == "jsonld":
        _with_rdf(_JSONLD_KEY.search(body) is not None, body, "JSON without a keyword of JSON-LD.")
        return _without_remote_contexts(body, faults)
    return _as_utf8(body.removeprefix(b"\xef\xbb\xbf"), faults)


def _with_rdf(found: bool, body: bytes, message: str) -> bytes:
    """The body, if it can be RDF: parsers make triples out of any XML and of any JSON."""
    if found:
        return body
    raise UnreadableRdf("not-rdf", message)


def _as_utf8(body: bytes, faults: Counter[str]) -> bytes:
    try:
        body.decode()
    except UnicodeDecodeError:
        faults["charset-wrong"] += 1
        return body.decode("cp1252", "replace").encode()
    return body


def _xml_as_utf8(body: bytes, faults: Counter[str]) -> bytes:
    """XML in the one encoding that all parsers take: they ignore the declaration. Bytes that are UTF-8 are UTF-8."""
    declared = _XML_ENCODING.match(body)
    name = declared[2].decode("ascii", "replace") if declared else "utf-8"
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body, name = body.decode("utf-16", "replace").encode(), "utf-16"
    elif name.lower() != "utf-8":
        body = _decoded(body, name).encode()
    return _XML_ENCODING.sub(rb"\1", _as_utf8(body, faults), count=1)


def _decoded(body: bytes, encoding: str) -> str:
    for name in ("utf-8", encoding):
        try:
            return body.decode(name)
        except (UnicodeDecodeError, LookupError):
            pass
    return body.decode("cp1252", "replace")


def _without_remote_contexts(body: bytes, faults: Counter[str]) -> bytes:
    try:
        data = orjson.loads(_as_utf8(body.removeprefix(b"\xef\xbb\xbf"), faults))
    except orjson.JSONDecodeError as error:
        raise UnreadableRdf(
            "truncated" if "end of data" in str(error) else "not-json", f"No JSON: {error}"
        ) from None
    return orjson.dumps(_local(data, faults, 0))


def _local(data: Any, faults: Counter[str], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise UnreadableRdf("too-deep", f"JSON nested deeper than {MAX_DEPTH} levels.")
    if isinstance(data, list):
        return [_local(item, faults, depth + 1) for item in data]
    if not isinstance(data, dict):
        return data
    found = {key: _local(value, faults, depth + 1) for key, value in data.items() if key != "@context"}
    if "@context" in data:
        found = {"@context": _context(data["@context"], faults), **found}
    return found


def _context(value: Any, faults: Counter[str]) -> Any:
    if isinstance(value, list):
        return [_context(item, faults) for item in value]
    if isinstance(value, str):
        faults["context-remote"] += 1
        return local_contexts().get(value.rstrip("/").replace("https:", "http:"), {})
    if isinstance(value, dict):
        return {key: _scoped(item, faults) for key, item in value.items() if key != "@import"}
    return value


def _scoped(item: Any, faults: Counter[str]) -> Any:
    if isinstance(item, dict) and "@context" in item:
        return {**item, "@context": _context(item["@context"], faults)}
    return item


@lru_cache(maxsize=1)
def local_contexts() -> dict[str, Any]:
    """The contexts of `schemas/contexts` by the addresses they stand for (http, no trailing slash)."""
    folder = resources.files("schemas") / "contexts"
    index = orjson.loads((folder / "index.json").read_bytes())
    return {url: orjson.loads((folder / name).read_bytes())["@context"] for url, name in index.items()}


def _strict(body: bytes, syntax: str, base: str) -> Iterable[Any]:
    return ox.parse(body, format=_OX[syntax], base_iri=base or None)


def _lenient(body: bytes, syntax: str, base: str) -> Iterable[Any]:
    return ox.parse(body, format=_OX[syntax], base_iri=base or None, lenient=True)


def _rdflib(body: bytes, syntax: str, base: str) -> Iterable[Any]:
    graph = rdflib.Graph()
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's parsers use what rdflib deprecates
            graph.parse(data=body, format=_RDFLIB[syntax], publicID=base or None)
    finally:
        rdflib.NORMALIZE_LITERALS = before
    return graph


def _collect(with_rdflib: bool, quads: Iterable[Any], faults: Counter[str], base: str) -> Parsed:
    parsed = Parsed([], "", Counter(faults))
    addresses = _Addresses(parsed, base)
    parsed.triples = list((_from_rdflib if with_rdflib else _from_ox)(quads, addresses))
    return parsed


class _Addresses(dict[str, IRI]):
    """The addresses of a file as written -> absolute and repaired; what had to be done is noted once an address."""

    def __init__(self, parsed: Parsed, base: str) -> None:
        super().__init__()
        self.parsed, self.root, self.self_reference = parsed, _root(base), _stand_in(base)

    def __missing__(self, text: str) -> IRI:
        whole = self._absolute(text)
        found = self[text] = repaired(whole)
        if found != whole:
            self.parsed.repaired.add(found)
            self.parsed.faults["iri-unusable" if is_unusable(found) else "iri-repaired"] += 1
        return found

    def _absolute(self, text: str) -> str:
        if not text.startswith(RELATIVE_ROOT):
            return text
        whole = self.root + text.removeprefix(RELATIVE_ROOT)
        if text.partition("#")[0] != self.self_reference:
            self.parsed.relative.add(repaired(whole))
            self.parsed.faults["iri-relative"] += 1
        return whole


def _from_ox(quads: Iterable[Any], addresses: _Addresses) -> Iterator[Triple]:
    named, blank = ox.NamedNode, ox.BlankNode
    for quad in quads:
        subject, value = quad.subject, quad.object
        kind = type(value)
        term: Term
        if kind is named:
            term = addresses[value.value]
        elif kind is blank:
            term = BNode(f"_:{value.value}")
        else:
            term = _literal(value.value, value.language or "", value.datatype.value)
        node = addresses[subject.value] if type(subject) is named else BNode(f"_:{subject.value}")
        yield node, addresses[quad.predicate.value], term


def _literal(text: str, lang: str, datatype: str) -> str | Literal:
    if lang:
        return Literal(text, lang.lower())
    return text if datatype == XSD_STRING or not datatype else Literal(text, "", datatype)


def _from_rdflib(graph: Iterable[Any], addresses: _Addresses) -> Iterator[Triple]:
    for subject, predicate, value in graph:
        yield _node(subject, addresses), addresses[str(predicate)], _term(value, addresses)


def _node(value: Any, addresses: _Addresses) -> IRI | BNode:
    return BNode(f"_:{value}") if isinstance(value, rdflib.BNode) else addresses[str(value)]


def _term(value: Any, addresses: _Addresses) -> Term:
    if isinstance(value, rdflib.Literal):
        return _literal(_SURROGATE.sub("\ufffd", str(value)), value.language or "", str(value.datatype or ""))
    return _node(value, addresses)


def from_rdflib(graph: rdflib.Graph, base: str = "") -> Parsed:
    """The triples of an rdflib graph, addresses repaired."""
    return _collect(True, graph, Counter(), base)


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """An rdflib graph of the triples, literals exactly as written."""
    graph = rdflib.Graph()
    for subject, predicate, value in triples:
        graph.add((_to_rdflib(subject), rdflib.URIRef(predicate), _to_rdflib(value)))
    return graph


def _to_rdflib(value: Term) -> Any:
    if isinstance(value, IRI):
        return rdflib.URIRef(value)
    if isinstance(value, BNode):
        return rdflib.BNode(value.removeprefix("_:"))
    if isinstance(value, Literal):
        datatype = rdflib.URIRef(value.datatype) if value.datatype else None
        return rdflib.Literal(value.text, lang=value.lang or None, datatype=datatype, normalize=False)
    return rdflib.Literal(value)
