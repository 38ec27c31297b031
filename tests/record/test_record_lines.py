"""Canonical JSON written straight as N-Triples says what the record says."""

import pyoxigraph as ox
from graph_strategies import graphs
from hypothesis import given
from rdflib.compare import isomorphic

from catalog.publish.lines import record_lines
from catalog.record.canonical import to_json
from catalog.record.graph import read_graph, triples_of
from catalog.record.parse import parse, to_rdflib
from catalog.record.terms import Triple


@given(graphs())
def test_the_lines_of_a_record_are_its_triples(triples: list[Triple]) -> None:
    reading = read_graph(triples)
    for record in [*reading.records, *reading.catalogues]:
        body = "".join(record_lines(to_json(record), "p")).encode()
        assert list(ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
        assert isomorphic(
            to_rdflib(parse(body, "application/n-triples").triples), to_rdflib(triples_of(record))
        )


@given(graphs())
def test_blank_nodes_of_two_records_in_one_file_stay_apart(triples: list[Triple]) -> None:
    labels: set[str] = set()
    for number, record in enumerate(read_graph(triples).records):
        lines = "".join(record_lines(to_json(record), f"d{number}"))
        found = {str(term) for quad in ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES) for term in quad.triple if isinstance(term, ox.BlankNode)}  # fmt: skip
        assert not labels & found
        labels |= found
