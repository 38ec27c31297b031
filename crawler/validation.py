"""Checks records of a file, an address or a stored portal: findings by profile, and pyshacl's with given shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import rdflib

from catalog.record.canonical import from_json
from catalog.record.findings import KINDS, check
from catalog.record.graph import triples_of
from catalog.record.node import Record
from catalog.record.parse import to_rdflib
from catalog.record.terms import shorten
from catalog.store.database import reading
from crawler.fetch.local_files import media_type
from crawler.fetch.options import Options
from crawler.fetch.run import preview
from crawler.formats.reading import UnreadablePayload
from crawler.sources.local import is_local, path_of
from crawler.sources.protocol import Call, Page, Payload, Portal, Source
from crawler.sources.registry import sources
from crawler.wanted import NotKnown, address, known_portals, portal_for

Item = tuple[str, Record, Counter[str]]
"""Identifier, record, and what is to be added to the findings of the record: faults met while reading it. Of stored
records also what differs (negative: taken away) since personal data were dropped from them."""
_PLAIN = {
    **dict.fromkeys((".ttl", ".rdf", ".owl", ".xml", ".nt", ".jsonld", ".n3"), "dcat"),
    **dict.fromkeys((".csv", ".tsv", ".xlsx", ".xlsm"), "table"),
    ".json": "data_json",
}
"""Suffix -> the kind of file that it promises."""
_INSIDE: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("waf", "file", {}),
    ("oai", "records", {"base": "https://oai.invalid/", "prefix": "oai_dc"}),
)
"""How answers are read that come only after a portal's first: metadata files and pages of records in XML."""
_FINDINGS = (
    "select slug, count from finding join finding_kind on finding_kind.id = finding.kind where dataset = ?"
)
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


def records_for(what: str, db: Path, options: Options) -> Iterator[Item]:
    """The records of a file, a folder of RDF files, an address, or a portal's stored ones. Raises NotKnown."""
    url = address(what)
    if is_local(url) and (path := Path(path_of(url))).is_file():
        yield from records_of_file(path)
    elif "://" in url:
        yield from _records_of_url(url, db, options)
    else:
        yield from _records_of_portal(what, db)


def records_of_file(path: Path) -> Iterator[Item]:
    """The records of a captured answer or catalogue file of any kind that is known. Raises NotKnown."""
    for entry in _page_of_file(path).entries:
        reading = entry.read()
        yield entry.identifier, reading.record, reading.faults


def _page_of_file(path: Path) -> Page:
    """The page that the portal kind makes of the file that recognises it most surely, else the first that can."""
    url = path.resolve().as_uri()
    portal, call = Portal(key="file", url=url), Call(url, step="home")
    payload = Payload(url, 200, {"content-type": media_type(path.name)}, path.read_bytes())
    problems: dict[str, str] = {}
    surest = sorted(sources().values(), key=lambda source: -_sureness(source, portal, call, payload))
    later = [(sources()[kind], Call(url, step=step, state=state)) for kind, step, state in _INSIDE]
    for source, asked in (*((source, call) for source in surest), *later):
        try:
            page = source.read(portal, asked, payload)
            if asked is not call and page.entries:
                page.entries[0].read()  # a metadata file that is none fails only here
        except UnreadablePayload as error:
            problems.setdefault(source.KIND, str(error))
            continue
        except Exception:  # noqa: BLE001 - the boundary around one payload: a kind whose answers are another's
            continue
        if page.entries:
            return page
    problem = problems.get(
        _PLAIN.get(path.suffix.lower(), ""), "It is like no answer of a portal that we know."
    )
    raise NotKnown(f"{path} holds no records that can be read. {problem}")


def _sureness(source: Source, portal: Portal, call: Call, payload: Payload) -> int:
    try:
        found = source.recognise(portal, call, payload)
    except Exception:  # noqa: BLE001 - what cannot be read proves nothing
        return 0
    return found.confidence if found else 0


def _records_of_url(url: str, db: Path, options: Options) -> Iterator[Item]:
    seen = preview(portal_for(known_portals(db), url), options, limit=1_000_000)
    if not seen.sink.found:
        raise NotKnown(f"{url}: {seen.result.outcome}. {seen.result.facts.note}")
    for item in seen.sink.found:
        if item.record is not None:
            faults = Counter({slug: n for slug, n in item.findings.items() if not KINDS[slug].cls})
            yield item.identifier, item.record, faults


def _records_of_portal(key: str, db: Path) -> Iterator[Item]:
    sql = (
        "select dataset.id, dataset.identifier, version.record from dataset join portal on portal.id = dataset.portal"
        " join version on version.id = dataset.version where portal.key = ? and gone_run is null"
    )
    found = False
    with reading(db) as store:
        for row in store.query(sql, [key]):
            found, record = True, from_json(row["record"])
            as_published = Counter(dict(store.execute(_FINDINGS, [row["id"]]).fetchall()))
            as_published.subtract(check(record))
            yield row["identifier"], record, as_published
    if not found:
        raise NotKnown(f"No file, address or stored portal is called {key!r}.")


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
