"""DCAT feeds in any RDF syntax: their datasets, series and services as entries, their catalogue, their Hydra paging."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from catalog.record.addresses import is_unusable
from catalog.record.canonical import canonical_bytes
from catalog.record.graph import read_graph, triples_of
from catalog.record.node import Node, Record
from catalog.record.parse import Parsed, UnreadableRdf, parse
from catalog.record.table import Catalogue, DataService, Dataset, DatasetSeries
from catalog.record.terms import IRI, PREFIXES, RDF_TYPE, BNode, Literal, Term, Triple
from crawler.formats.reading import Entry, Reading, UnreadablePayload

MANY_DISTRIBUTIONS = 1_000
_HYDRA = PREFIXES["hydra"]
_STABLE = ("http://", "https://", "urn:")
_TYPES: dict[type[Node], str] = {DatasetSeries: "series", DataService: "service"}


@dataclass(frozen=True, slots=True)
class Hydra:
    """Where a page stands in its collection (Hydra Core Vocabulary, sections 4.2 and 5.1): its own address, that of the
    next and the last page as the source writes them, how many items the collection claims."""

    here: str = ""
    next: str = ""
    last: str = ""
    total: int | None = None


@dataclass(slots=True)
class FeedPage:
    """What one payload of a feed says. `remainder` holds every triple that belongs to no record and no catalogue, the
    paging among them; `faults` are those of the file, without those that its entries carry themselves."""

    entries: list[Entry] = field(default_factory=list)
    catalogue: Record | None = None
    remainder: list[Triple] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    hydra: Hydra | None = None


def read_feed(body: bytes, content_type: str = "", base: str = "") -> FeedPage:
    """Read a feed or a page of one; `base` is the address it came from. Raises UnreadablePayload."""
    try:
        parsed = parse(body, content_type, base)
    except UnreadableRdf as error:
        raise UnreadablePayload(error.slug, str(error)) from None
    return page_of(parsed)


def page_of(parsed: Parsed) -> FeedPage:
    """The parsed triples of a page as its entries, catalogue, remainder and paging."""
    graph = read_graph(parsed.triples)
    page = FeedPage(remainder=graph.remainder, hydra=hydra_of(parsed.triples))
    mended = _mended(parsed)
    page.entries = [
        _entry(record, [mended[subject] for subject in subjects & mended.keys()])
        for record, subjects in zip(graph.records, graph.subjects, strict=True)
    ]
    page.faults = +(parsed.faults - _sum(entry.read().faults for entry in page.entries))
    page.catalogue = max(graph.catalogues, key=_weight, default=None)
    for record in graph.catalogues:
        if record is not page.catalogue:
            page.remainder.extend(triples_of(record))
    return page


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _weight(catalogue: Record) -> tuple[int, str]:
    """The catalogue of a page is the one that lists most; among equals the order of the file decides nothing."""
    root = catalogue.root
    listed = len(root.dataset) + len(root.service) if isinstance(root, Catalogue) else 0
    return listed, str(root.id)


def _mended(parsed: Parsed) -> dict[str, set[tuple[str, IRI]]]:
    """Subject -> the addresses in what is said about it that were repaired or relative, each with the finding's slug."""
    mended: dict[str, set[tuple[str, IRI]]] = {}
    if not parsed.repaired and not parsed.relative:
        return mended
    for triple in parsed.triples:
        for term in triple:
            if type(term) is IRI and (term in parsed.repaired or term in parsed.relative):
                mended.setdefault(triple[0], set()).update(_why(term, parsed))
    return mended


def _why(address: IRI, parsed: Parsed) -> Iterator[tuple[str, IRI]]:
    if address in parsed.repaired:
        yield "iri-unusable" if is_unusable(address) else "iri-repaired", address
    if address in parsed.relative:
        yield "iri-relative", address


def _entry(record: Record, mended: list[set[tuple[str, IRI]]]) -> Entry:
    identifier = identifier_of(record.root)
    kind = _TYPES.get(type(record.root), "")
    reading = Reading(
        record, faults=Counter(slug for slug, _ in set[tuple[str, IRI]]().union(*mended)), type=kind
    )
    if not identifier:
        reading.faults["identifier-missing"] = 1
    if isinstance(record.root, Dataset) and len(record.root.distribution) > MANY_DISTRIBUTIONS:
        reading.faults["distribution-excess"] = 1
    return Entry(identifier, canonical_bytes(record), partial(_same, reading), kind)


def _same(reading: Reading) -> Reading:
    return reading


def identifier_of(root: Node) -> str:
    """The subject's web address or URN, else the first `dct:identifier`, else the subject's other IRI, else empty."""
    name = root.id if isinstance(root.id, IRI) else ""
    if name.lower().startswith(_STABLE):
        return str(name)
    return min(filter(None, map(text_of, _identifiers(root))), default="") or str(name)


def _identifiers(root: Node) -> list[Any]:
    return list(getattr(root, "identifier", ())) or root.rest.get(IRI(PREFIXES["dct"] + "identifier"), [])


def text_of(value: Any) -> str:
    """The text of a literal or an IRI; empty for a blank or nested node."""
    if isinstance(value, Literal):
        return value.text.strip()
    return str(value).strip() if isinstance(value, str) and not isinstance(value, BNode) else ""


def hydra_of(triples: Iterable[Triple]) -> Hydra | None:
    """The paging that a page declares as a PartialCollectionView or a PagedCollection; None where it declares none.

    Links may be IRIs or literals, the total may stand on another node than the links; a view without a link of its own
    says that the page is the last.
    """
    nodes = _hydra_nodes(triples)
    totals = [text_of(value) for said in nodes.values() for value in said.get("totalItems", ())]
    views = sorted(nodes, key=lambda subject: (not _is_view(nodes[subject]), subject))
    if not views:
        return None
    here, said = views[0], nodes[views[0]]
    total = next((int(text) for text in totals if text.isdecimal() and len(text) < 16), None)
    following = next(_links(said, "next", "nextPage"), "")
    return Hydra(
        "" if isinstance(here, BNode) else here, following, next(_links(said, "last", "lastPage"), ""), total
    )


def _hydra_nodes(triples: Iterable[Triple]) -> dict[str, dict[str, list[Term]]]:
    """Subject -> local name of a Hydra property (or `type`) -> values."""
    nodes: dict[str, dict[str, list[Term]]] = {}
    cut = len(_HYDRA)
    for subject, predicate, value in triples:
        if predicate.startswith(_HYDRA):
            nodes.setdefault(subject, {}).setdefault(predicate[cut:], []).append(value)
        elif predicate == RDF_TYPE and isinstance(value, IRI) and value.startswith(_HYDRA):
            nodes.setdefault(subject, {}).setdefault("type", []).append(value)
    return nodes


def _is_view(said: dict[str, list[Term]]) -> bool:
    """Whether a node is the page itself: typed as one, or linking to others."""
    types = {str(value)[len(_HYDRA) :] for value in said.get("type", ())}
    return bool(types & {"PartialCollectionView", "PagedCollection"}) or bool(
        said.keys() & {"next", "nextPage"}
    )


def _links(said: dict[str, list[Term]], *names: str) -> Iterator[str]:
    for name in names:
        yield from sorted(filter(None, map(text_of, said.get(name, ()))))
