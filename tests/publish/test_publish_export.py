"""Exports: the records as they were, in every format, one valid document each."""

import csv
import io
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_catalogue import BIG, Sample

from catalog.publish import syntaxes
from catalog.publish.export import FORMATS, export
from catalog.publish.lines import iri, literal, record_lines, short
from catalog.publish.syntaxes import SYNTAXES, Dropped
from catalog.record.canonical import canonical_bytes, digest, to_json
from catalog.record.graph import read_graph, triples_of
from catalog.record.node import Record, properties
from catalog.record.parse import parse
from catalog.record.table import CLASSES, Dataset, Distribution, Thing
from catalog.record.terms import IRI, BNode, Literal, expand

TOTAL = BIG + 30 + 12


def _exported(sample: Sample, name: str, **options: Any) -> tuple[int, bytes]:
    stream = io.BytesIO()
    return export(sample.path, stream, name, **options), stream.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_everything_that_is_not_gone_is_exported(sample: Sample, name: str) -> None:
    count, body = _exported(sample, name)
    assert count == TOTAL
    assert body


@pytest.mark.parametrize("name", SYNTAXES)
def test_an_export_is_one_valid_document(sample: Sample, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syntaxes, "CHUNK", 50_000)
    _, body = _exported(sample, name)
    quads = list(pyoxigraph.parse(body, format=SYNTAXES[name].form))
    _, lines = _exported(sample, "nt")
    missing = len(lines.splitlines()) - len(quads)
    assert missing == (1 if name == "rdf" else 0)
    if name == "rdf":
        assert ElementTree.fromstring(body).tag.endswith("}RDF")
    if name == "jsonld":
        assert isinstance(orjson.loads(body), list)
    if name == "ttl":
        assert body.count(b"@prefix dct:") == 1


def test_what_rdf_xml_cannot_name_is_counted(sample: Sample) -> None:
    dropped = Dropped()
    _exported(sample, "rdf", dropped=dropped)
    assert dropped.triples == 1


def test_an_export_read_again_is_the_same_records(sample: Sample) -> None:
    """Round trip: canonical record -> Turtle -> graph -> record, for all that have an IRI and an identifier."""
    _, body = _exported(sample, "ttl")
    reading = read_graph(parse(body, "text/turtle").triples)
    found = {record.root.id: digest(canonical_bytes(_bare(record))) for record in reading.records}
    whole = [
        record
        for record in sample.records.values()
        if record.root.id and record.root.identifier and "javascript:" not in record.root.landing_page[0]
    ]
    assert len(whole) > 150
    for record in whole:
        assert found[record.root.id] == digest(canonical_bytes(record))


def _bare(record: Record) -> Record:
    """The record without the catalogue record that publication adds."""
    added = ("CatalogueRecord", "Activity")
    record.others = [node for node in record.others if type(node).__name__ not in added]
    return record


def test_one_portals_part(sample: Sample) -> None:
    count, body = _exported(sample, "nt", portal="altdorf")
    assert count == 30
    assert b"musterhafen" not in body
    with pytest.raises(KeyError):
        _exported(sample, "nt", portal="nirgends")
    with pytest.raises(ValueError, match="unknown format 'doc'"):
        _exported(sample, "doc")


def test_blank_nodes_of_different_records_stay_apart(sample: Sample) -> None:
    _, body = _exported(sample, "nt")
    described = Counter(
        str(quad.subject)
        for quad in pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_TRIPLES)
        if isinstance(quad.subject, pyoxigraph.BlankNode) and quad.predicate.value.endswith("bbox")
    )
    assert len(described) == TOTAL
    assert set(described.values()) == {1}


def test_the_table_opens_in_a_spreadsheet_without_running_anything(sample: Sample, tmp_path: Path) -> None:
    _, body = _exported(sample, "csv")
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    assert len(rows) == TOTAL
    assert rows[0]["themes"] == "ENVI"
    copy = tmp_path / "copy.db"
    copy.write_bytes(sample.path.read_bytes())
    with sqlite3.connect(copy) as db:
        db.execute("update dataset set title = '=cmd|calc' where id = 1")
    db.close()
    stream = io.BytesIO()
    export(copy, stream, "csv")
    assert "'=cmd|calc" in stream.getvalue().decode()


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_LITERALS = st.one_of(
    _TEXT,
    st.builds(Literal, _TEXT, st.sampled_from(["de", "en-gb"]), st.just("")),
    st.builds(Literal, _TEXT, st.just(""), st.just("http://www.w3.org/2001/XMLSchema#date")),
)
_IRIS = st.sampled_from([IRI("http://a.example/1"), IRI("https://b.example/ä?x=1#y"), IRI("urn:x:1")])
_BLANKS = st.sampled_from([BNode("_:b0"), BNode("_:b1")])
_NODES = st.builds(
    Distribution,
    id=st.one_of(st.none(), _IRIS),
    title=st.lists(_LITERALS, max_size=2),
    access_url=st.lists(_IRIS),
)
_THINGS = st.builds(
    Thing, rest=st.dictionaries(_IRIS, st.lists(st.one_of(_LITERALS, _BLANKS), min_size=1), max_size=2)
)
_DATASETS = st.builds(
    Dataset,
    id=st.one_of(st.none(), _IRIS, _BLANKS),
    types=st.one_of(st.none(), st.lists(_IRIS, max_size=2)),
    title=st.lists(_LITERALS, max_size=3),
    distribution=st.lists(st.one_of(_NODES, _IRIS, _BLANKS), max_size=3),
    relation=st.lists(_THINGS, max_size=2),
    rest=st.dictionaries(_IRIS, st.lists(_LITERALS, min_size=1, max_size=2), max_size=2),
)


def _canonical(lines: str, form: pyoxigraph.RdfFormat = pyoxigraph.RdfFormat.N_TRIPLES) -> str:
    graph = pyoxigraph.Dataset(pyoxigraph.parse(lines, format=form))
    graph.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return "\n".join(sorted(str(quad) for quad in graph))


@given(_DATASETS)
def test_lines_from_canonical_json_are_the_records_triples(dataset: Dataset) -> None:
    record = Record(dataset)
    expected = "".join(f"{_term(s)} {_term(p)} {_term(o)} .\n" for s, p, o in triples_of(record))
    assert _canonical("".join(record_lines(to_json(record), "p"))) == _canonical(expected)
    turtle = syntaxes.TURTLE_HEAD + "".join(record_lines(to_json(record), "p", turtle=True))
    assert _canonical(turtle, pyoxigraph.RdfFormat.TURTLE) == _canonical(expected)


def _term(value: Any) -> str:
    if isinstance(value, BNode):
        return value
    if isinstance(value, IRI):
        return iri(value)
    return literal(*value) if isinstance(value, Literal) else literal(value)


def test_turtle_names_every_term_of_the_table() -> None:
    terms = {item.term for cls in CLASSES.values() for item in properties(cls)} | {
        cls.iri for cls in CLASSES.values()
    }
    assert all(short(term)[0] != "<" and expand(short(term)) == term for term in terms)
    assert short("http://purl.org/dc/terms/a/b") == "<http://purl.org/dc/terms/a/b>"


@given(st.text(max_size=60))
def test_no_text_breaks_a_line(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    lines = f"{iri('http://a.example/' + text)} {iri('http://p.example/')} {literal(text)} .\n"
    (quad,) = pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES, lenient=True)
    assert isinstance(quad.object, pyoxigraph.Literal)
    assert quad.object.value == text
