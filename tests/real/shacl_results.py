"""What pyshacl says of records with the official shapes, in the words of our findings: record, class, property, problem."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import rdflib
from rdflib.namespace import DCTERMS, RDF, SH, SKOS

from catalog.record.graph import choose, triples_of
from catalog.record.kinds import TYPED
from catalog.record.node import Record, by_term, properties
from catalog.record.parse import to_rdflib
from catalog.record.table import ANY_OF, BY_TYPE, CLASSES, Thing
from catalog.record.terms import IRI, RDF_TYPE, BNode, Term, Triple
from catalog.vocabulary import vocabulary
from catalog.vocabulary.lists import SCHEMES
from crawler.validation import read_shapes

SHAPES: Final = Path(__file__).parents[3] / "shared" / "shapes"
_301 = ("dcat-ap-3.0.1/shapes.ttl", "dcat-ap-3.0.1/mdr-vocabularies.shape.ttl", "dcat-ap-3.0.1/range.ttl")
FILES: Final[dict[str, tuple[str, ...]]] = {
    "dcat-ap": _301,
    "dcat-ap-de": (
        "dcat-ap-3.0.0/dcat-ap-SHACL.ttl",
        "dcat-ap.de-3.0/dcat-ap-SHACL-DE.ttl",
        "dcat-ap.de-3.0/dcat-ap-spec-german-additions.ttl",
        "dcat-ap.de-3.0/dcat-ap-de-controlledvocabularies.ttl",
        "dcat-ap.de-3.0/dcat-ap-de-deprecated.ttl",
    ),
    "hvd": (*_301, "dcat-ap-hvd-3.0.0/hvd-SHACL-base.ttl", "dcat-ap-hvd-3.0.0/hvd-SHACL-usagenotes.ttl"),
}
"""Profile -> the official files that are combined. DCAT-AP.de overrides shapes of 3.0.0 by name, so never with 3.0.1."""

# How a list calls itself where that is not the common beginning of its entries.
_NAMES: Final = {
    "publisher-type": "http://purl.org/adms/publishertype/1.0",
    "licence-type": "http://purl.org/adms/licencetype/1.0",
    "hvd-category": "http://data.europa.eu/bna/asd487ae75",
}
_PROBLEMS: Final = {
    SH.MinCountConstraintComponent: "missing",
    SH.MaxCountConstraintComponent: "too-many",
    SH.NodeKindConstraintComponent: "wrong-kind",
    SH.ClassConstraintComponent: "wrong-kind",
    SH.DatatypeConstraintComponent: "ill-typed",
    SH.OrConstraintComponent: "ill-typed",
    SH.PatternConstraintComponent: "off-vocabulary",
    SH.HasValueConstraintComponent: "off-vocabulary",
    SH.NodeConstraintComponent: "off-vocabulary",
}


class Result(NamedTuple):
    """A kind of problem of one record. `cls` and `name` are those of the property table (a term where it has none);
    `note` is empty, or says why the result cannot be judged from the file alone."""

    record: int
    cls: str
    name: str
    problem: str
    note: str = ""


@cache
def shapes_of(profile: str) -> rdflib.Graph:
    """The official shapes of a profile as one graph."""
    return read_shapes(SHAPES / name for name in FILES[profile])


def violations(records: Sequence[Record], profile: str) -> set[Result]:
    """The violations that pyshacl finds; the records are kept apart, though they may describe the same resources."""
    from pyshacl import validate

    data = _Data(records)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, report, _ = validate(data.graph, shacl_graph=shapes_of(profile), inference="none", advanced=False)
    found: set[Result] = set()
    for result in report.objects(None, SH.result):
        if report.value(result, SH.resultSeverity) == SH.Violation:
            found.update(_read(report, result, data, shapes_of(profile)))
    return found


class _Data:
    """The graph of several records in which each has resources of its own, and what the code lists say of the others."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.owner: dict[str, int] = {}
        self.roots: set[str] = set()
        triples: list[Triple] = []
        self.merged: set[str] = set()
        for number, record in enumerate(records):
            often = Counter(node.id for node in record.nodes() if type(node.id) is IRI)
            self.merged |= {str(_renamed(address, number)) for address, count in often.items() if count > 1}
            if type(record.root.id) is IRI:
                self.roots.add(str(_renamed(record.root.id, number)))
            triples += self._apart(list(triples_of(record, f"r{number}x")), number)
        self.graph = to_rdflib(triples)
        self.described = {str(node) for node in self.graph.subjects()}
        self.graph += to_rdflib(_listed({value for _, _, value in triples if type(value) is IRI}))

    def _apart(self, triples: list[Triple], number: int) -> Iterator[Triple]:
        own = {str(subject) for subject, _, _ in triples}
        for subject, predicate, value in triples:
            renamed = _renamed(subject, number)
            self.owner[str(renamed).removeprefix("_:")] = number
            mine = type(value) in (IRI, BNode) and value in own and predicate != RDF_TYPE
            yield renamed, predicate, (_renamed(value, number) if mine else value)

    def class_of(self, node: Any) -> str:
        """The class of the property table by which a resource is read."""
        return choose(self._types(node), None).__name__

    def tables_of(self, node: Any) -> set[str]:
        """All classes of the property table that a resource declares, subclasses among them."""
        return {BY_TYPE[iri].__name__ for iri in self._types(node) if iri in BY_TYPE}

    def _types(self, node: Any) -> list[IRI]:
        return [IRI(str(value)) for value in self.graph.objects(node, RDF.type)]


def _renamed(node: Any, number: int) -> Any:
    return BNode(f"{node}r{number}") if type(node) is BNode else IRI(f"{node}#r{number}")


def _listed(addresses: Iterable[Term]) -> Iterator[Triple]:
    """That an address is an entry of a list, as the list's own file would say."""
    for address in addresses:
        entry = str(address).partition("#r")[0]
        for name, prefix in SCHEMES.items():
            if vocabulary(name).by_uri(entry):
                scheme = IRI(_NAMES.get(name, prefix.rstrip("/")))
                yield IRI(str(address)), IRI(str(SKOS.inScheme)), scheme
                yield scheme, RDF_TYPE, IRI(str(SKOS.ConceptScheme))
                yield scheme, IRI(str(DCTERMS.title)), name


def _read(report: rdflib.Graph, result: Any, data: _Data, shapes: rdflib.Graph) -> Iterator[Result]:
    focus, path = report.value(result, SH.focusNode), report.value(result, SH.resultPath)
    component = report.value(result, SH.sourceConstraintComponent)
    value, source = report.value(result, SH.value), report.value(result, SH.sourceShape)
    if path == SKOS.inScheme:
        yield from _of_nested(focus, source, data, shapes)
        return
    number = data.owner.get(str(focus))
    if number is None:
        return
    cls = data.class_of(focus)
    if isinstance(path, rdflib.BNode) or path is None:
        yield Result(number, cls, _group(cls), "none-of")
        return
    name = _name(cls, path)
    problem = _problem(component, source, value, _kind(cls, name), shapes)
    yield Result(number, cls, name, problem, _note(component, focus, value, data, _kind(cls, name)))


def _problem(component: Any, source: Any, value: Any, kind: str, shapes: rdflib.Graph) -> str:
    found = _PROBLEMS.get(component, str(component).rpartition("#")[2])
    if found == "off-vocabulary" and (source, SH.hasValue, None) in shapes:
        return "no-such-value"
    if kind in TYPED and found in ("off-vocabulary", "ill-typed"):
        return "ill-typed" if isinstance(value, rdflib.Literal) else "wrong-kind"
    return found


def _note(component: Any, focus: Any, value: Any, data: _Data, kind: str) -> str:
    """Why a result may be no fault of the record: `several` classes of the resource itself, or `merged` with others; of a value that should be of
    some class: `outside` the file, `untyped`, of a `subclass`, of a class that is `foreign` to the table, the record
    `itself`; of a value that should be an IRI: `blank`."""
    if str(focus) in data.merged:
        return "merged"
    if component == SH.NodeKindConstraintComponent and isinstance(value, rdflib.BNode):
        return "blank"
    if component == SH.ClassConstraintComponent and not isinstance(value, rdflib.Literal):
        return _note_on_class(value, data, kind)
    return "several" if len(data.tables_of(focus)) > 1 else ""


def _note_on_class(value: Any, data: _Data, kind: str) -> str:
    if str(value) not in data.described:
        return "outside"
    if (value, RDF.type, None) not in data.graph:
        return "untyped"
    known = data.tables_of(value)
    if kind in known:
        return "subclass"
    if not known:
        return "foreign"
    return "itself" if str(value) in data.roots else ""


def _of_nested(value: Any, source: Any, data: _Data, shapes: rdflib.Graph) -> Iterator[Result]:
    """DCAT-AP.de asks of the value itself that it is in a list: back to the property and what has it."""
    for outer in shapes.subjects(SH.property, source):
        path = shapes.value(outer, SH.path)
        targets = {
            target
            for shape in shapes.subjects(SH.property, outer)
            for target in shapes.objects(shape, SH.targetClass)
        }
        for subject in data.graph.subjects(path, value):
            if targets & set(data.graph.objects(subject, RDF.type)):
                cls = data.class_of(subject)
                note = "several" if len(data.tables_of(subject)) > 1 else ""
                yield Result(data.owner[str(subject)], cls, _name(cls, path), "off-vocabulary", note)


def _name(cls: str, path: Any) -> str:
    found = by_term(CLASSES.get(cls, Thing)).get(IRI(str(path)))
    return found.name if found else str(path)


def _kind(cls: str, name: str) -> str:
    return next((item.kind for item in properties(CLASSES.get(cls, Thing)) if item.name == name), "")


def _group(cls: str) -> str:
    groups = ANY_OF.get(CLASSES.get(cls, Thing), ())
    return groups[0][0] if groups else ""
