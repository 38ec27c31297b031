"""Every kind of finding is fired by some input: those of the property table by a record with that one fault."""

import pytest
from faulty_portals import PORTALS
from flawed_records import flawed, flawless, within
from payload_portals import crawl_payloads

from catalog.record.faults import FAULTS
from catalog.record.findings import check
from catalog.record.graph import read_graph, triples_of
from catalog.record.kinds import KINDS
from catalog.record.node import Record
from catalog.record.parse import parse, to_rdflib
from catalog.record.table import CLASSES
from catalog.store.store import Store

OF_TABLE = [slug for slug in KINDS if slug not in FAULTS]


def read_back(record: Record) -> Record:
    """The record as it comes out of a file."""
    file = to_rdflib(triples_of(record)).serialize(format="nt", encoding="utf-8")
    graph = read_graph(parse(file, "application/n-triples").triples)
    roots = [found for found in (*graph.records, *graph.catalogues) if found.root.id == record.root.id]
    (found,) = roots
    return found


@pytest.mark.parametrize("name", sorted({KINDS[slug].cls for slug in OF_TABLE}))
def test_a_record_with_all_that_is_asked_for_has_no_finding(name: str) -> None:
    record = read_back(within(flawless(CLASSES[name])))
    assert not check(record, high_value=True)


@pytest.mark.parametrize("name", OF_TABLE)
def test_a_record_with_one_fault_has_that_finding(name: str) -> None:
    record, companions = flawed(KINDS[name])
    found = check(read_back(record), high_value=True)
    assert found[name] == 1
    assert found.keys() <= {name} | companions


@pytest.fixture(scope="module")
def faulty_crawl(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Portal -> the faults met while reading it."""
    store = Store(tmp_path_factory.mktemp("faulty") / "faulty.db")
    crawled = crawl_payloads(store, PORTALS)
    store.close()
    return {line.key: FAULTS.keys() & (line.findings.keys() | line.faults.keys()) for line in crawled}


# What may come with a fault: what is no list of themes is taken for the name of one, and links to other pages belong to
# no record.
COMPANIONS = {
    "extras-not-json": {"theme-unknown"},
    "page-repeated": {"triples-orphaned"},
    "link-foreign": {"triples-orphaned"},
}


@pytest.mark.parametrize("slug", FAULTS)
def test_a_portal_with_one_fault_has_that_finding(faulty_crawl: dict[str, set[str]], slug: str) -> None:
    assert faulty_crawl["sound"] == set()
    assert {slug} <= faulty_crawl[slug] <= {slug} | COMPANIONS.get(slug, set())
