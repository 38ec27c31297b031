"""The laws of the record: nothing is lost on the way from a graph to records and back, and a digest means content."""

import random
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from graph_strategies import BLANK, graphs, relabelled
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from rdflib.compare import isomorphic, to_isomorphic

from catalog.record.canonical import canonical_bytes, digest, from_json
from catalog.record.graph import read_graph, triples_of
from catalog.record.parse import Parsed, UnreadableRdf, parse, to_rdflib
from catalog.record.terms import IRI, RDF_TYPE, BNode, Literal, Triple, expand

PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"
FIXTURES = Path(__file__).parents[1] / "fixtures" / "dcat"
FOLDERS = [FIXTURES, *(PAYLOADS / name for name in ("arcgis_hub", "csw_dcat", "dcat_rdf", "opendatasoft"))]
"""Where files hold RDF."""
DATASET = IRI("https://x.example/dataset")
IS_DATASET: Triple = (DATASET, RDF_TYPE, expand("dcat:Dataset"))
OWN = IRI("https://x.example/def#own")
OTHER = IRI("https://x.example/def#other")


def typed(triples: Iterable[Triple]) -> set[tuple[tuple[type, object], ...]]:
    """Triples as a set in which a literal and an IRI of the same text differ."""
    return {tuple((type(term), term) for term in triple) for triple in triples}


def parts(triples: Iterable[Triple]) -> list[Triple]:
    """All that `read_graph` makes of the triples: records, catalogues, remainder."""
    reading = read_graph(triples)
    records = [*reading.records, *reading.catalogues]
    return [*(triple for record in records for triple in triples_of(record)), *reading.remainder]


def canonical(triples: Iterable[Triple]) -> list[bytes]:
    """The canonical form of every record and catalogue, sorted."""
    reading = read_graph(triples)
    return sorted(canonical_bytes(record) for record in [*reading.records, *reading.catalogues])


@given(graphs())
def test_records_and_remainder_are_the_graph(triples: list[Triple]) -> None:
    assert typed(parts(triples)) == typed(triples)


@given(graphs())
def test_a_triple_of_the_remainder_is_in_no_record(triples: list[Triple]) -> None:
    reading = read_graph(triples)
    inside = typed(
        triple for record in [*reading.records, *reading.catalogues] for triple in triples_of(record)
    )
    assert not inside & typed(reading.remainder)


@given(graphs(), st.randoms(use_true_random=False))
def test_neither_order_nor_labels_matter(triples: list[Triple], chance: random.Random) -> None:
    names = list(BLANK)
    chance.shuffle(names)
    turned = relabelled(triples, dict(zip(BLANK, names, strict=True)))
    chance.shuffle(turned)
    assert canonical(turned) == canonical(triples)


@given(graphs())
def test_the_canonical_form_says_the_same_as_the_record(triples: list[Triple]) -> None:
    reading = read_graph(triples)
    for record in [*reading.records, *reading.catalogues]:
        data = canonical_bytes(record)
        again = from_json(data)
        assert canonical_bytes(again) == data
        assert isomorphic(to_rdflib(triples_of(again)), to_rdflib(triples_of(record)))


@given(graphs(), graphs())
def test_equal_digests_mean_equal_content(one: list[Triple], two: list[Triple]) -> None:
    records = [record for triples in (one, two) for record in read_graph(triples).records]
    hashes: dict[bytes, str] = {}
    for record in records:
        content = to_isomorphic(to_rdflib(triples_of(record))).graph_digest()  # type: ignore[no-untyped-call]
        assert hashes.setdefault(digest(canonical_bytes(record)), content) == content


TYPES = {
    "turtle": ("text/turtle", ox.RdfFormat.TURTLE),
    "xml": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    "json-ld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
}


def written(triples: Iterable[Triple], writer: str, syntax: str) -> bytes:
    """The graph in one syntax, by rdflib or by oxigraph."""
    if writer == "rdflib":
        return to_rdflib(triples).serialize(format=syntax, encoding="utf-8")
    lines = to_rdflib(triples).serialize(format="nt", encoding="utf-8")
    quads = ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
    return ox.serialize((quad.triple for quad in quads), format=TYPES[syntax][1]) or b""


def writable(triples: Iterable[Triple], syntax: str) -> bool:
    """RDF/XML has no way to write control characters; a graph without triples is no file at all."""
    texts = (str(term[0] if isinstance(term, Literal) else term) for triple in triples for term in triple)
    return bool(triples) and not (syntax == "xml" and any(NOT_IN_XML.search(text) for text in texts))


NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
WRITERS = [
    ("rdflib", "turtle"),
    ("rdflib", "xml"),
    ("rdflib", "nt"),
    *(("oxigraph", syntax) for syntax in TYPES),
]


@pytest.mark.parametrize(("writer", "syntax"), WRITERS)
@given(triples=graphs(odd=False))
def test_a_digest_does_not_depend_on_syntax(writer: str, syntax: str, triples: list[Triple]) -> None:
    if writable(triples, syntax):
        body = written(triples, writer, syntax)
        assert canonical(parse(body, TYPES[syntax][0]).triples) == canonical(triples)


@pytest.mark.parametrize("parser", ["_strict", "_lenient", "_rdflib"])
@given(triples=graphs(odd=False))
def test_a_digest_does_not_depend_on_the_parser(parser: str, triples: list[Triple]) -> None:
    if not writable(triples, "turtle"):
        return
    body = to_rdflib(triples).serialize(format="turtle", encoding="utf-8")
    assert canonical(parse_with(parser, body, "text/turtle").triples) == canonical(triples)


def parse_with(parser: str, body: bytes, content_type: str) -> Parsed:
    """What one of the three parsers alone reads."""
    with pytest.MonkeyPatch.context() as patch:
        for other in {"_strict", "_lenient", "_rdflib"} - {parser}:
            patch.setattr(f"catalog.record.parse.{other}", _refuse)
        return parse(body, content_type)


def _refuse(body: bytes, syntax: str, base: str) -> Iterable[object]:
    raise SyntaxError("not asked")


def tied(*triples: tuple[int, int]) -> list[Triple]:
    """A dataset that refers twice to each blank node, and the edges between those."""
    nodes = sorted({node for edge in triples for node in edge})
    hooks = [(DATASET, predicate, BNode(f"_:b{node}")) for node in nodes for predicate in (OWN, OTHER)]
    return [IS_DATASET, *hooks, *((BNode(f"_:b{a}"), OWN, BNode(f"_:b{b}")) for a, b in triples)]


REGULAR = {
    "a loop and a pair": tied((0, 0), (1, 2), (2, 1)),
    "a ring of three and a pair": tied((0, 1), (1, 2), (2, 0), (3, 4), (4, 3)),
    "two rings of three": tied((0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)),
    "a ring of six": tied((0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)),
    "all with all": tied(*((a, b) for a in range(4) for b in range(4) if a != b)),
}


@pytest.mark.parametrize("name", REGULAR)
def test_nodes_that_look_alike_keep_one_form_whatever_their_labels(name: str) -> None:
    chance = random.Random(7)
    forms = set()
    for _ in range(30):
        names = list(BLANK)
        chance.shuffle(names)
        triples = relabelled(REGULAR[name], dict(zip(BLANK, names, strict=True)))
        chance.shuffle(triples)
        forms.update(canonical(triples))
    assert len(forms) == 1


def test_regular_graphs_that_differ_have_different_forms() -> None:
    assert len({tuple(canonical(triples)) for triples in REGULAR.values()}) == len(REGULAR)


def test_a_literal_and_an_address_of_the_same_text_are_two_values() -> None:
    title = expand("dct:title")
    (record,) = read_graph([IS_DATASET, (DATASET, title, DATASET), (DATASET, title, str(DATASET))]).records
    assert len(record.root.title) == 2  # type: ignore[attr-defined]
    assert typed(triples_of(from_json(canonical_bytes(record)))) == typed(triples_of(record))


def test_a_reference_deep_inside_to_a_blank_catalogue_is_labelled() -> None:
    catalogue, inner = BNode("_:c"), IRI("https://x.example/inner")
    triples: list[Triple] = [
        IS_DATASET,
        (DATASET, expand("dct:publisher"), inner),
        (inner, OWN, catalogue),
        (catalogue, RDF_TYPE, expand("dcat:Catalog")),
    ]
    assert canonical(relabelled(triples, {"_:c": "_:z"})) == canonical(triples)


def test_what_the_table_does_not_know_survives_with_its_nodes() -> None:
    inner = BNode("_:inner")
    triples: list[Triple] = [
        IS_DATASET,
        (DATASET, OWN, inner),
        (inner, RDF_TYPE, IRI("https://x.example/def#Unknown")),
        (inner, OTHER, Literal("wert", "de")),
    ]
    (record,) = read_graph(triples).records
    assert typed(triples_of(record)) == typed(triples)
    assert isomorphic(to_rdflib(triples_of(from_json(canonical_bytes(record)))), to_rdflib(triples))


def test_a_long_chain_of_blank_nodes_is_read_without_recursion() -> None:
    count = 20_000
    nodes: list[IRI | BNode] = [DATASET, *(BNode(f"_:c{number}") for number in range(count))]
    triples: list[Triple] = [IS_DATASET, *((here, OWN, there) for here, there in pairwise(nodes))]
    (record,) = read_graph(triples).records
    data = canonical_bytes(record)
    assert sum(1 for _ in triples_of(from_json(data))) == count + 1


@pytest.mark.parametrize("same", [True, False])
def test_thousands_of_shared_blank_nodes_are_labelled(same: bool) -> None:
    triples = [IS_DATASET]
    for number in range(5_000):
        node = BNode(f"_:s{number}")
        triples += [(DATASET, OWN, node), (DATASET, OTHER, node), (node, OWN, "x" if same else f"{number}")]
    turned = relabelled(triples, {f"_:s{number}": f"_:t{4_999 - number}" for number in range(5_000)})
    assert canonical(turned[::-1]) == canonical(triples)


@pytest.mark.parametrize("size", [2, 3, 12, 400])
def test_a_ring_of_equal_nodes_has_one_form(size: int) -> None:
    triples = [IS_DATASET]
    for number in range(size):
        node = BNode(f"_:r{number}")
        triples += [(DATASET, OWN, node), (node, OTHER, BNode(f"_:r{(number + 1) % size}"))]
    turned = relabelled(triples, {f"_:r{number}": f"_:t{number * 7 % 401}" for number in range(size)})
    assert canonical(turned[::-1]) == canonical(triples)


def documents(path: Path) -> list[bytes]:
    """The RDF documents of a file: itself, or those in the envelope of a catalogue service."""
    body = path.read_bytes()
    if b"GetRecordsResponse" not in body[:2_000]:
        return [body] if b"22-rdf-syntax-ns#" in body or path.suffix in (".ttl", ".jsonld", ".nt") else []
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    return [etree.tostring(found) for found in root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF")]


@cache
def graphs_of(folder: Path) -> dict[str, list[Triple]]:
    """The graphs in the files of a folder that some parser reads, by file and number."""
    return dict(_graphs(path for path in sorted(folder.iterdir()) if path.suffix != ".html"))


def _graphs(paths: Iterable[Path]) -> Iterator[tuple[str, list[Triple]]]:
    for path in paths:
        for number, body in enumerate(documents(path)):
            with suppress(UnreadableRdf):
                parsed = parse(body, "", f"https://portal.example/catalog{path.suffix}")
                yield f"{path.name}#{number}", parsed.triples


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def files(request: pytest.FixtureRequest) -> dict[str, list[Triple]]:
    """The graphs of our own fixtures, and of the payloads beside the project, folder by folder."""
    if not request.param.exists():
        pytest.skip("the captured payloads are not beside the project")
    return graphs_of(request.param)


def test_a_folder_holds_graphs_that_can_be_read(files: dict[str, list[Triple]]) -> None:
    assert any(files.values())


@pytest.mark.skipif(not PAYLOADS.exists(), reason="the captured payloads are not beside the project")
def test_no_folder_with_graphs_is_left_out() -> None:
    holding = {
        folder
        for folder in PAYLOADS.iterdir()
        if folder.is_dir() and folder not in FOLDERS and any(graphs_of(folder).values())
    }
    assert holding == set()


def test_no_file_loses_a_triple(files: dict[str, list[Triple]]) -> None:
    for name, triples in files.items():
        assert typed(parts(triples)) == typed(triples), name
        assert isomorphic(to_rdflib(parts(triples)), to_rdflib(triples)), name


def test_a_file_written_again_in_another_syntax_has_the_same_digests(files: dict[str, list[Triple]]) -> None:
    for name, triples in files.items():
        known = canonical(triples)
        for syntax in ("turtle", "json-ld", "nt"):
            body = written(triples, "oxigraph", syntax)
            assert canonical(parse(body, TYPES[syntax][0]).triples) == known, (name, syntax)


def test_each_record_of_a_file_survives_its_canonical_form(files: dict[str, list[Triple]]) -> None:
    for name, triples in files.items():
        for record in read_graph(triples).records:
            data = canonical_bytes(record)
            again = from_json(data)
            assert canonical_bytes(again) == data, name
            assert isomorphic(to_rdflib(triples_of(again)), to_rdflib(triples_of(record))), name
