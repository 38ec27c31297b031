"""Trees of nodes written as Turtle, N-Triples, RDF/XML or JSON-LD, unchecked: what is broken stays broken."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
GEOJSON = "https://www.iana.org/assignments/media-types/application/vnd.geo+json"


@dataclass(frozen=True, slots=True)
class Literal:
    """A text with a datatype (prefixed name or IRI) or a language."""

    text: str
    datatype: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to a node by its IRI."""

    iri: str


@dataclass(slots=True)
class Node:
    """A described thing: `iri` (empty for a blank node), `types` and `pairs` of prefixed name and value."""

    iri: str
    types: tuple[str, ...]
    pairs: list[tuple[str, "Value"]] = field(default_factory=list)


Value = Literal | Link | Node


def expand(name: str) -> str:
    """The IRI of a prefixed name; an IRI stays as it is."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name


def ntriples(nodes: list[Node]) -> bytes:
    """One line a triple."""
    lines = (f"{s} <{p}> {o} .\n" for s, p, o in triples(nodes))
    return "".join(lines).encode()


def triples(nodes: list[Node]) -> Iterator[tuple[str, str, str]]:
    """Subject and object as N-Triples terms, predicate as IRI; blank nodes are numbered as they come."""
    numbers: dict[int, str] = {}
    for node in flattened(nodes):
        for kind in node.types:
            yield _term(node, numbers), expand("rdf:type"), f"<{expand(kind)}>"
        for name, value in node.pairs:
            yield _term(node, numbers), expand(name), _term(value, numbers)


def flattened(nodes: list[Node]) -> Iterator[Node]:
    """Each node before the nodes inside it."""
    for node in nodes:
        yield node
        yield from flattened([value for _, value in node.pairs if isinstance(value, Node)])


def _term(value: Value, numbers: dict[int, str]) -> str:
    if isinstance(value, Node):
        return f"<{value.iri}>" if value.iri else numbers.setdefault(id(value), f"_:b{len(numbers)}")
    if isinstance(value, Link):
        return f"<{value.iri}>"
    return _quoted(value)


def _quoted(value: Literal) -> str:
    text = value.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    text = f'"{text.replace(chr(13), chr(92) + "r")}"'.replace("\t", "\\t")
    if value.language:
        return f"{text}@{value.language}"
    return f"{text}^^<{expand(value.datatype)}>" if value.datatype else text


def turtle(nodes: list[Node]) -> bytes:
    """Turtle with prefixes; blank nodes in brackets, named nodes as subjects of their own."""
    return f"{turtle_head()}\n{turtle_blocks(nodes)}".encode()


def turtle_head() -> str:
    """The prefixes."""
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def turtle_blocks(nodes: list[Node]) -> str:
    """The subjects with their predicates, without prefixes."""
    named = [node for node in flattened(nodes) if node.iri]
    blank = [node for node in nodes if not node.iri]
    blocks = [f"<{node.iri}> {_predicates(node, 1)} .\n" for node in named]
    blocks += [f"[] {_predicates(node, 1)} .\n" for node in blank]
    return "\n".join(blocks)


def _predicates(node: Node, depth: int) -> str:
    types = [f"a {', '.join(node.types)}"] if node.types else []
    return f" ;\n{'    ' * depth}".join(
        (*types, *(f"{name} {_object(value, depth)}" for name, value in node.pairs))
    )


def _object(value: Value, depth: int) -> str:
    if isinstance(value, Node) and not value.iri:
        return f"[ {_predicates(value, depth + 1)} ]"
    return _term(value, {})


def rdfxml(nodes: list[Node], nested: bool) -> bytes:
    """RDF/XML; nested puts named nodes where they are first used, otherwise each stands at the top."""
    return f"{rdfxml_head()}{rdfxml_elements(nodes, nested)}</rdf:RDF>\n".encode()


def rdfxml_head() -> str:
    """The declaration and the opening tag with its namespaces."""
    names = "".join(f"\n  xmlns:{prefix}={quoteattr(iri)}" for prefix, iri in PREFIXES.items())
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF{names}>\n'


def rdfxml_elements(nodes: list[Node], nested: bool) -> str:
    """The elements of the nodes, without the tag around them."""
    tops = nodes if nested else [node for node in flattened(nodes) if node.iri or node in nodes]
    return "".join(_element(node, nested, 1) for node in tops)


def _element(node: Node, nested: bool, depth: int) -> str:
    pad = "  " * depth
    first, *others = node.types or ("rdf:Description",)
    about = f" rdf:about={quoteattr(node.iri)}" if node.iri else ""
    types = "".join(f"{pad}  <rdf:type rdf:resource={quoteattr(expand(kind))}/>\n" for kind in others)
    inner = "".join(_property(name, value, nested, depth + 1) for name, value in node.pairs)
    return f"{pad}<{first}{about}>\n{types}{inner}{pad}</{first}>\n"


def _property(name: str, value: Value, nested: bool, depth: int) -> str:
    pad = "  " * depth
    if isinstance(value, Node) and (nested or not value.iri):
        return f"{pad}<{name}>\n{_element(value, nested, depth + 1)}{pad}</{name}>\n"
    if isinstance(value, Link | Node):
        return f"{pad}<{name} rdf:resource={quoteattr(value.iri)}/>\n"
    kind = f" rdf:datatype={quoteattr(expand(value.datatype))}" if value.datatype else ""
    language = f' xml:lang="{value.language}"' if value.language else ""
    text = escape(value.text, {"\r": "&#13;"})
    return f"{pad}<{name}{kind}{language}>{text}</{name}>\n"


def jsonld_flat(nodes: list[Node]) -> bytes:
    """Expanded JSON-LD: a list of node objects that refer to each other."""
    numbers: dict[int, str] = {}
    return orjson.dumps([_expanded(node, numbers) for node in flattened(nodes)])


def _expanded(node: Node, numbers: dict[int, str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "@id": _reference(node, numbers),
        "@type": [expand(kind) for kind in node.types],
    }
    for name, value in node.pairs:
        described.setdefault(expand(name), []).append(_json_value(value, numbers))
    return described


def _reference(node: Node, numbers: dict[int, str]) -> str:
    return node.iri or numbers.setdefault(id(node), f"_:b{len(numbers)}")


def _json_value(value: Value, numbers: dict[int, str]) -> dict[str, str]:
    if isinstance(value, Node):
        return {"@id": _reference(value, numbers)}
    if isinstance(value, Link):
        return {"@id": value.iri}
    extra = {"@type": expand(value.datatype)} if value.datatype else {}
    return {"@value": value.text, **extra, **({"@language": value.language} if value.language else {})}


def jsonld_nested(nodes: list[Node]) -> bytes:
    """JSON-LD with a context of its own, every node inside the one that uses it."""
    return orjson.dumps({"@context": PREFIXES, "@graph": [_compact(node) for node in nodes]})


def _compact(node: Node) -> dict[str, Any]:
    described: dict[str, Any] = {"@id": node.iri} if node.iri else {}
    described["@type"] = node.types[0] if len(node.types) == 1 else list(node.types)
    for name, value in node.pairs:
        described.setdefault(name, []).append(
            _compact(value) if isinstance(value, Node) else _json_value(value, {})
        )
    return {
        name: each[0] if isinstance(each, list) and len(each) == 1 else each
        for name, each in described.items()
    }


def rdf_json(nodes: list[Node]) -> dict[str, dict[str, list[dict[str, str]]]]:
    """RDF/JSON: subject → predicate → values, as EntryStore answers."""
    numbers: dict[int, str] = {}
    graph: dict[str, dict[str, list[dict[str, str]]]] = {}
    for node in flattened(nodes):
        about = graph.setdefault(_reference(node, numbers), {})
        for kind in node.types:
            about.setdefault(expand("rdf:type"), []).append({"type": "uri", "value": expand(kind)})
        for name, value in node.pairs:
            about.setdefault(expand(name), []).append(_rdf_json_value(value, numbers))
    return graph


def _rdf_json_value(value: Value, numbers: dict[int, str]) -> dict[str, str]:
    if isinstance(value, Literal):
        extra = {"lang": value.language} if value.language else {}
        extra |= {"datatype": expand(value.datatype)} if value.datatype else {}
        return {"type": "literal", "value": value.text, **extra}
    reference = value.iri if isinstance(value, Link) else _reference(value, numbers)
    return {"type": "bnode" if reference.startswith("_:") else "uri", "value": reference}
