"""The SPARQL queries by which an endpoint is asked for the DCAT that it holds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from catalog.record.node import Node, properties
from catalog.record.table import (
    CLASSES,
    Catalogue,
    CatalogueRecord,
    DataService,
    Dataset,
    DatasetSeries,
    Distribution,
)
from catalog.record.terms import PREFIXES, shorten

TYPES = ("dcat:Dataset", "dcat:DatasetSeries", "dcat:DataService")
"""What a catalogue lists."""
_ELSEWHERE: tuple[type[Node], ...] = (Catalogue, CatalogueRecord, Dataset, DatasetSeries)
"""What is listed by itself, or lists others: never followed."""
_LISTING = ("dcat:dataset", "dcat:service", "dcat:record", "dcat:catalog", "dct:hasPart")
_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_STRING_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"}


def can_be_asked(iri: str) -> bool:
    """Whether an address may stand between angle brackets (SPARQL 1.1, IRIREF)."""
    return bool(iri) and not _UNSAFE.search(iri)


@cache
def followed() -> tuple[str, ...]:
    """Properties that lead from a dataset to what belongs to it, by the property table: those whose value is a described
    resource, neither an entry of a vocabulary nor listed by itself."""
    elsewhere = {cls.__name__ for cls in _ELSEWHERE}
    terms = {
        shorten(item.term)
        for cls in (Dataset, Distribution, DataService)
        for item in properties(cls)
        if item.kind in CLASSES and item.kind not in elsewhere and not item.vocabulary
    }
    return tuple(sorted(terms))


def _query(form: str, pattern: str, graph: str, tail: str = "") -> str:
    """`graph`: an address of a named graph, `*` for any of them, empty for the default graph."""
    source = "" if graph in ("", "*") else f"FROM <{graph}> "
    inner = f"GRAPH ?g{{{pattern}}}" if graph == "*" else pattern
    body = f"{form} {source}WHERE{{{inner}}}{tail}"
    used = sorted({name for name in PREFIXES if re.search(rf"(?<![\w/:#]){name}:", body)})
    return "".join(f"PREFIX {name}:<{PREFIXES[name]}> " for name in used) + body


def _listed() -> str:
    return f"VALUES ?t{{{' '.join(TYPES)}}} ?d a ?t"


def is_there(graph: str = "") -> str:
    """Whether there is any DCAT at all."""
    return _query("ASK", _listed(), graph)


def count(graph: str) -> str:
    """How many datasets, series and services there are, with and without an address."""
    return _query(
        "SELECT ?blank (COUNT(DISTINCT ?d) AS ?n)",
        f"{_listed()} BIND(isBlank(?d) AS ?blank)",
        graph,
        "GROUP BY ?blank",
    )


def names(after: str, limit: int, graph: str) -> str:
    """The addresses behind `after` in their order. A key instead of an offset: endpoints refuse to sort and skip far
    (Virtuoso: 10,000 rows), and what comes or goes meanwhile moves no page."""
    literal = "".join(_STRING_ESCAPES.get(character, character) for character in after)
    pattern = f'{_listed()} FILTER(isIRI(?d)&&STR(?d)>"{literal}")'
    return _query("SELECT DISTINCT ?d", pattern, graph, f"ORDER BY STR(?d) LIMIT {limit}")


def described(iris: Iterable[str], graph: str) -> str:
    """Everything that is said of these resources and of what belongs to them."""
    return _description(f"VALUES ?d{{{' '.join(f'<{iri}>' for iri in iris)}}}", graph)


def nameless(graph: str) -> str:
    """The same of the resources that have no address: they cannot be asked for one by one."""
    return _description(f"{{SELECT DISTINCT ?d WHERE{{{_listed()} FILTER(isBlank(?d))}}}}", graph)


def _description(chosen: str, graph: str) -> str:
    """Three steps deep: distribution → service → its contact. Distinct rows, so that as many triples come as rows: where
    an endpoint cuts silently, their number shows it. Blank nodes are followed whatever leads to them."""
    predicates = ",".join(followed())
    nested = "{?z ?p ?o BIND(?z AS ?s)}"
    for here, there in ("yz", "xy", "dx"):
        step = f"?{here} ?p{here} ?{there} FILTER(isBlank(?{there})||?p{here} IN({predicates}))"
        nested = f"{{?{here} ?p ?o BIND(?{here} AS ?s)}}UNION{{{step}{{{nested}}}}}"
    records = "{?s foaf:primaryTopic ?d;?p ?o}"
    inner = f"SELECT DISTINCT ?s ?p ?o WHERE{{{chosen}{nested}UNION{records}}}"
    return _query("CONSTRUCT{?s ?p ?o}", f"{{{inner}}}", graph)


def catalogues(graph: str) -> str:
    """What the catalogues say of themselves, without what they list."""
    pattern = f"?s a dcat:Catalog;?p ?o FILTER(?p NOT IN({','.join(_LISTING)}))"
    publisher = "?c a dcat:Catalog;dct:publisher ?s.?s ?p ?o"
    return _query("CONSTRUCT{?s ?p ?o}", f"{{{pattern}}}UNION{{{publisher}}}", graph, "LIMIT 2000")
