"""Judges records: findings by profile, and pyshacl's with given shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import rdflib

from catalog.record.findings import KINDS, check
from catalog.record.graph import triples_of
from catalog.record.node import Record
from catalog.record.parse import to_rdflib
from catalog.record.terms import shorten

Item = tuple[str, Record, Counter[str]]
"""Identifier, record, and what is to be added to the findings of the record: faults met while reading it. Of stored
records also what differs (negative: taken away) since personal data were dropped from them."""
_GRAVITY = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One kind of finding: in how many records, how often, and what to do."""

    slug: str
    severity: str
    records: int
    count: int
    what: str
    fix: str


@dataclass(slots=True)
class Checked:
    """How many records there are, how many have an error, and the findings, gravest and most frequent first."""

    records: int = 0
    errors: int = 0
    findings: list[FindingRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShaclRow:
    """One kind of SHACL result and how often it occurs."""

    severity: str
    path: str
    message: str
    count: int


def validate_records(records: Iterable[Item], profile: str) -> Checked:
    """The findings of a profile over records. `hvd` treats every record as a high-value dataset."""
    checked, within, often = Checked(), Counter[str](), Counter[str]()
    for _, record, faults in records:
        found = check(record, high_value=profile == "hvd")
        found.update(faults)
        concerned = Counter({slug: n for slug, n in found.items() if n > 0 and KINDS[slug].severity[profile]})
        checked.records += 1
        checked.errors += any(KINDS[slug].severity[profile] == "error" for slug in concerned)
        within.update(concerned.keys())
        often.update(concerned)
    rows = [
        FindingRow(
            slug, KINDS[slug].severity[profile], count, often[slug], KINDS[slug].what_en, KINDS[slug].fix_en
        )
        for slug, count in within.items()
    ]
    checked.findings = sorted(rows, key=lambda row: (_GRAVITY[row.severity], -row.records, row.slug))
    return checked


def read_shapes(paths: Iterable[Path]) -> rdflib.Graph:
    """The shapes of Turtle or RDF/XML files as one graph, without property shapes that name no path: two official files
    (DCAT-AP 3.0.1 full, DCAT-AP HVD 3.0.0) refer to such shapes, and validators refuse them."""
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    rules = rdflib.Graph()
    for path in paths:
        rules.parse(path, format="xml" if path.suffix in (".rdf", ".xml") else "turtle")
    for shape in set(rules.objects(None, shacl.property)):
        if (shape, shacl.path, None) not in rules:
            rules.remove((None, shacl.property, shape))
            rules.remove((shape, None, None))
    return rules


def validate_shacl(records: Sequence[Record], shapes: Sequence[Path]) -> list[ShaclRow]:
    """What pyshacl finds in the records with the shapes of the given files (Turtle or RDF/XML)."""
    from pyshacl import validate  # loads slowly, and few commands need it

    rules = read_shapes(shapes)
    data = to_rdflib(
        triple for number, record in enumerate(records) for triple in triples_of(record, f"r{number}")
    )
    _, report, _ = validate(data, shacl_graph=rules, inference="none", advanced=False)
    shacl = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    counts: Counter[tuple[str, str, str]] = Counter()
    for result in report.objects(None, shacl.result):
        severity = str(report.value(result, shacl.resultSeverity)).rpartition("#")[2]
        path_term = shorten(str(report.value(result, shacl.resultPath) or ""))
        counts[severity, path_term, str(report.value(result, shacl.resultMessage) or "")] += 1
    return [ShaclRow(*key, count) for key, count in counts.most_common()]
