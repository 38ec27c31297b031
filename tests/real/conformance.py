"""Our findings beside pyshacl's results with the official shapes, file by file; every difference has a name and a reason.

`python -m tests.real.conformance` prints the table, with `--write` it writes docs/reference/conformance.md.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from catalog.record.findings import check
from catalog.record.graph import read_graph
from catalog.record.kinds import KINDS, TYPED
from catalog.record.node import Record, properties
from catalog.record.parse import UnreadableRdf, parse
from catalog.record.table import CLASSES
from catalog.record.terms import IRI, RDF_TYPE, Triple, expand
from crawler.validation import records_of_file
from crawler.wanted import NotKnown
from tests.real.differences import DIFFERENCES, Case
from tests.real.shacl_results import FILES, violations

SHARED: Final = Path(__file__).parents[3] / "shared"
PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "conformance.md"
_BASE: Final = "https://katalog.example/"
_AT_ONCE: Final = 200
"""Records of one validation: pyshacl's time grows a little faster than the graph."""
Key = tuple[int, str, str, str]


@dataclass(slots=True)
class Compared:
    """A file against a profile. `explained` counts differences by (slug, who sees it alone), `unexplained` lists others."""

    file: str
    profile: str
    records: int = 0
    agreed: int = 0
    explained: Counter[tuple[str, str]] = field(default_factory=Counter)
    unexplained: list[Case] = field(default_factory=list)


def files() -> list[Path]:
    """The payloads and GovData's test cases, by name."""
    found = [*(SHARED / "payloads").glob("*/*"), *(SHARED / "shapes" / "govdata-testcases").rglob("*.ttl")]
    return sorted(path for path in found if path.is_file())


def name_of(path: Path) -> str:
    """A file's name from its collection on."""
    return path.relative_to(SHARED).as_posix().removeprefix("shapes/")


def read(path: Path) -> list[Record]:
    """All that a file describes: records, catalogues, and what belongs to neither. Raises NotKnown."""
    if path.suffix in (".ttl", ".rdf", ".xml", ".jsonld"):
        try:
            return _graph(path)
        except UnreadableRdf:
            pass
    return [record for _, record, _ in records_of_file(path)]


def _graph(path: Path) -> list[Record]:
    found = read_graph(parse(path.read_bytes(), base=_BASE).triples)
    loose = [found.remainder] if found.remainder else []
    held = [record for rest in loose for record in read_graph(_held(rest)).records]
    return [*found.records, *found.catalogues, *held]


def _held(rest: list[Triple]) -> list[Triple]:
    """The remainder of a file hung on a dataset, so that it can be looked at as part of a record."""
    holder, title = IRI(_BASE + "holder"), expand("dct:title")
    subjects = dict.fromkeys(subject for subject, predicate, _ in rest if predicate == RDF_TYPE)
    links: list[Triple] = [(holder, expand("rdfs:seeAlso"), subject) for subject in subjects]
    return [(holder, RDF_TYPE, expand("dcat:Dataset")), (holder, title, "Rest"), *links, *rest]


def compare(path: Path, profile: str) -> Compared:
    """What both see in a file, and what only one of them does. Raises NotKnown for a file without records."""
    records, found = read(path), Compared(name_of(path), profile)
    for start in range(0, len(records), _AT_ONCE):
        _compare(records[start : start + _AT_ONCE], found)
    return found


def _compare(records: Sequence[Record], found: Compared) -> None:
    theirs: dict[Key, set[str]] = {}
    for result in violations(records, found.profile):
        theirs.setdefault(result[:4], set()).add(result.note)
    ours = {
        key: note
        for number, record in enumerate(records)
        for key, note in _ours(number, record, found.profile)
    }
    both = theirs.keys() & ours.keys()
    twice = {key[:3] for key in both}
    found.records += len(records)
    found.agreed += len(both)
    for key in sorted(theirs.keys() - both):
        _explain(Case(found.profile, "shacl", *key[1:], frozenset(theirs[key]), key[:3] in twice), found)
    for key in sorted(ours.keys() - both):
        _explain(Case(found.profile, "findings", *key[1:], frozenset({ours[key]}), key[:3] in twice), found)


def _ours(number: int, record: Record, profile: str) -> Iterator[tuple[Key, str]]:
    for slug in check(record, high_value=profile == "hvd"):
        kind = KINDS[slug]
        if kind.cls and kind.severity[profile] == "error":
            yield (number, kind.cls, kind.name, kind.problem), _note(record, kind.cls, kind.name)


def _note(record: Record, cls: str, name: str) -> str:
    """`undeclared`: a resource is judged by the property that refers to it, though it does not declare the class;
    `temporal`: a property whose values are dates."""
    wanted = CLASSES[cls]
    nodes = [node for node in record.nodes() if type(node) is wanted]
    if any(node.types is not None and wanted.iri not in node.types for node in nodes):
        return "undeclared"
    kind = next((item.kind for item in properties(wanted) if item.name == name), "")
    return kind if kind in TYPED else ""


def _explain(case: Case, found: Compared) -> None:
    for difference in DIFFERENCES:
        if difference.holds(case):
            found.explained[difference.slug, case.side] += 1
            return
    found.unexplained.append(case)


def everything(paths: Sequence[Path]) -> tuple[list[Compared], list[str]]:
    """All files against all profiles, and the names of those that hold no records."""
    done: list[Compared] = []
    empty: list[str] = []
    for path in paths:
        try:
            done += [compare(path, profile) for profile in FILES]
        except NotKnown:
            empty.append(name_of(path))
    return done, empty


def lines(done: Sequence[Compared], empty: Sequence[str]) -> Iterator[str]:
    """The page."""
    yield from (*_HEAD.splitlines(), "")
    yield "| profile | files | records | both | only SHACL, explained | only findings, explained | unexplained |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for profile in FILES:
        rows = [row for row in done if row.profile == profile]
        yield f"| {profile} | {len(rows)} | {_cells(rows)} |"
    yield from ("", "## Every difference by name", "")
    for difference in DIFFERENCES:
        counts = Counter(
            {(row.profile, side): 0 for row in done for _, side in row.explained}
        )  # the order of profiles
        for row in done:
            for (slug, side), count in row.explained.items():
                if slug == difference.slug:
                    counts[row.profile, side] += count
        seen = ", ".join(
            f"{profile} {count} (only {side})" for (profile, side), count in counts.items() if count
        )
        yield from (
            f"### {difference.slug}",
            "",
            difference.reason,
            "",
            f"Seen: {seen or 'not in these files'}.",
            "",
        )
    yield from (
        "## File by file",
        "",
        "| file | profile | records | both | only SHACL | only findings | unexplained |",
    )
    yield "|---|---|---:|---:|---:|---:|---:|"
    for row in done:
        yield f"| {row.file} | {row.profile} | {_cells([row])} |"
    yield from ("", f"Without records that could be compared: {', '.join(empty)}.")


def _cells(rows: Sequence[Compared]) -> str:
    sides = Counter[str]()
    for row in rows:
        for (_, side), count in row.explained.items():
            sides[side] += count
    numbers = (
        sum(row.records for row in rows), sum(row.agreed for row in rows), sides["shacl"], sides["findings"],
        sum(len(row.unexplained) for row in rows),
    )  # fmt: skip
    return " | ".join(map(str, numbers))


_HEAD: Final = """# Conformance

Whether our findings say what the official SHACL files say. For each record both are brought to the same words (class,
property, problem) and compared: our findings that are errors in a profile, and the violations of pyshacl with the official
shapes of that profile. What only one of them sees has a name below and a reason; what has none fails a test.

- **dcat-ap**: DCAT-AP 3.0.1: shapes, vocabularies, ranges.
- **dcat-ap-de**: DCAT-AP 3.0.0 with the five files of DCAT-AP.de 3.0 (which override shapes of 3.0.0 by name; never 3.0.1).
- **hvd**: DCAT-AP 3.0.1 with DCAT-AP HVD 3.0.0: base and usage notes; every record is treated as a high-value dataset.

The code lists are told to pyshacl as `skos:inScheme`, for the addresses that occur. Property shapes without a path, of which
the official files hold some, are left out, by `bestand validate --shacl` too. Resources of records that share them are kept
apart. A count is one kind of problem of one record. Nearly all that SHACL sees alone comes from two sources: the official file
of class ranges, which would need the whole web in one graph, and the interface that every high-value dataset must have. The page is written by `python -m tests.real.conformance --write`.
"""


def main(words: Sequence[str]) -> int:
    """Print or write the page; 1 where a difference has no explanation."""
    done, empty = everything(files())
    text = "\n".join(lines(done, empty)) + "\n"
    if "--write" in words:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)
    cases = Counter((row.file, case) for row in done for case in row.unexplained)
    for (file, case), count in sorted(cases.items(), key=str):
        print(count, file, case, file=sys.stderr)
    return 1 if cases else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
