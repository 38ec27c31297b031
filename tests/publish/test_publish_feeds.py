"""The feeds as harvesters read them: paging, provenance, formats, caching, content negotiation."""

from typing import Any

import pyoxigraph
import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, XSD, Namespace
from sample_catalogue import BIG, PORTALS, RUNS, Sample, key_of
from served import BASE

from catalog.publish.feed import pages
from catalog.publish.syntaxes import SYNTAXES
from catalog.record.canonical import canonical_bytes

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
RDFLIB_NAMES = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}
TOTAL = BIG + 30 + 12


def _graph(text: str, extension: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format=RDFLIB_NAMES[extension])


def _follow(get: Any, path: str, extension: str, term: str) -> list[rdflib.Graph]:
    """All pages, by the next link of the Hydra node."""
    found, address = [], f"{path}.{extension}"
    while address:
        answer = get(address)
        assert answer.status_code == 200
        graph = _graph(answer.text, extension)
        found.append(graph)
        following = list(graph.objects(None, HYDRA[term]))
        assert len(following) <= 1
        address = str(following[0]).removeprefix(BASE) if following else ""
    return found


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD parser
@pytest.mark.parametrize("extension", SYNTAXES)
@pytest.mark.parametrize("term", ["next", "nextPage"])
def test_a_feed_can_be_followed_to_its_end(get: Any, extension: str, term: str) -> None:
    found = _follow(get, "/portal/altdorf/catalog", extension, term)
    assert len(found) == 1
    assert len(set(found[0].objects(None, DCAT.dataset))) == 30


@pytest.mark.parametrize("term", ["next", "nextPage"])
def test_every_dataset_is_on_exactly_one_page(get: Any, term: str) -> None:
    found = _follow(get, "/catalog", "ttl", term)
    listed = [item for graph in found for item in graph.objects(None, DCAT.dataset)]
    assert len(found) == pages(TOTAL)
    assert len(listed) == len(set(listed)) == TOTAL


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_page_has_one_hydra_node_with_both_generations_of_terms(get: Any, number: int) -> None:
    graph = _graph(get(f"/catalog.ttl?page={number}").text, "ttl")
    (node,) = set(graph.subjects(RDF.type, HYDRA.PartialCollectionView))
    assert set(graph.subjects(RDF.type, HYDRA.PagedCollection)) == {node}
    assert str(node) == f"{BASE}/catalog.ttl?page={number}"
    assert graph.value(node, HYDRA.totalItems) == rdflib.Literal(TOTAL, datatype=XSD.integer)
    assert graph.value(node, HYDRA.itemsPerPage) == rdflib.Literal(100, datatype=XSD.integer)
    for name in ("first", "last"):
        assert graph.value(node, HYDRA[name]) == graph.value(node, HYDRA[f"{name}Page"]) is not None
    assert (graph.value(node, HYDRA.next) is None) == (number == 3)


def test_a_page_stands_on_its_own(get: Any) -> None:
    """Every dataset with identifier, title and publisher's name; every distribution described; provenance."""
    for graph in _follow(get, "/catalog", "nt", "next"):
        for dataset in graph.objects(None, DCAT.dataset):
            assert str(dataset).startswith(("http://", "https://"))
            assert len(set(graph.objects(dataset, DCTERMS.identifier))) == 1
            assert graph.value(dataset, DCTERMS.title)
            assert graph.value(graph.value(dataset, DCTERMS.publisher), FOAF.name)
            for item in graph.objects(dataset, DCAT.distribution):
                assert graph.value(item, DCAT.accessURL)
            (record,) = graph.subjects(FOAF.primaryTopic, dataset)
            assert (record, RDF.type, DCAT.CatalogRecord) in graph
            assert str(graph.value(record, PROV.hadPrimarySource)) in {url for _, url, *_ in PORTALS}
            reading = graph.value(record, PROV.wasGeneratedBy)
            assert str(graph.value(reading, PROV.endedAtTime))[:19] in {at[:19] for at in RUNS}
            assert str(graph.value(record, DCTERMS.issued))[:19] in {at[:19] for at in RUNS}


def test_what_is_gone_is_not_in_the_feed(get: Any) -> None:
    gone = key_of("musterhafen", 236)
    assert all(gone not in get(f"/catalog.nt?page={number}").text for number in (1, 2, 3))
    graph = _graph(get(f"/dataset/{gone}.ttl").text, "ttl")
    (record,) = graph.subjects(RDF.type, DCAT.CatalogRecord)
    assert str(graph.value(record, rdflib.URIRef("http://www.w3.org/ns/adms#status"))).endswith("Withdrawn")


@pytest.mark.parametrize("extension", SYNTAXES)
def test_every_syntax_says_the_same_as_turtle(get: Any, extension: str) -> None:
    """But for the predicate that RDF/XML cannot name."""
    path = f"/dataset/{key_of('musterhafen', 0)}"
    syntax = SYNTAXES[extension]
    found = pyoxigraph.Dataset(pyoxigraph.parse(get(f"{path}.{extension}").content, format=syntax.form))
    expected = pyoxigraph.Dataset(
        pyoxigraph.parse(get(f"{path}.ttl").content, format=pyoxigraph.RdfFormat.TURTLE)
    )
    for graph in (found, expected):
        graph.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    assert len(expected) > 30
    assert found == expected


@pytest.mark.parametrize("extension", SYNTAXES)
def test_media_types_carry_a_charset(get: Any, extension: str) -> None:
    answer = get(f"/catalog.{extension}")
    assert answer.headers["content-type"] == f"{SYNTAXES[extension].media_type}; charset=utf-8"
    assert "Übersicht" in answer.content.decode() or extension == "jsonld"


def test_a_dataset_without_an_address_of_its_own_gets_ours(get: Any) -> None:
    key = key_of("musterhafen", 5)
    graph = _graph(get(f"/dataset/{key}.ttl").text, "ttl")
    assert (rdflib.URIRef(f"{BASE}/dataset/{key}"), RDF.type, DCAT.Dataset) in graph


def test_a_portals_feed_names_the_portal(get: Any) -> None:
    graph = _graph(get("/portal/altdorf/catalog.ttl").text, "ttl")
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert str(graph.value(catalogue, DCTERMS.title)) == "Datenportal Altdorf an der Muster"
    assert graph.value(catalogue, DCTERMS.description)
    assert graph.value(graph.value(catalogue, DCTERMS.publisher), FOAF.name)


@pytest.mark.parametrize(
    "path", ["/catalog.ttl", f"/dataset/{key_of('altdorf', 300)}.rdf", "/portal/altdorf/catalog.nt"]
)
def test_unchanged_pages_are_answered_with_304(get: Any, path: str) -> None:
    tag = get(path).headers["etag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = get(path, if_none_match=sent)
        assert answer.status_code == 304
        assert answer.content == b""
        assert answer.headers["etag"] == tag
    assert get(path, if_none_match='"other"').status_code == 200


def test_pages_have_tags_of_their_own(get: Any) -> None:
    paths = ("/catalog.ttl", "/catalog.nt", "/catalog.ttl?page=2", "/portal/altdorf/catalog.ttl")
    assert len({get(path).headers["etag"] for path in paths}) == len(paths)
    assert get("/catalog.ttl").headers["etag"] == get("/catalog.ttl?page=1").headers["etag"]


def test_link_headers_name_neighbours_and_other_syntaxes(get: Any) -> None:
    links = get("/catalog.ttl?page=2").headers["link"]
    assert f'<{BASE}/catalog.ttl?page=3>; rel="next"' in links
    assert f'<{BASE}/catalog.ttl?page=1>; rel="prev"' in links
    assert f'<{BASE}/catalog.rdf?page=2>; rel="alternate"; type="application/rdf+xml"' in links


@pytest.mark.parametrize(
    "path", ["/catalog.ttl?page=4", "/catalog.ttl?page=0", "/catalog.ttl?page=x", "/portal/x/catalog.nt"]
)
def test_pages_that_do_not_exist_are_not_found(get: Any, path: str) -> None:
    assert get(path).status_code == 404


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples;q=0.9, text/html;q=0.5", "application/n-triples"),
        ("text/html, text/turtle;q=0.9", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("text/turtle;q=0, ,;;", "text/html"),
    ],
)
def test_a_dataset_comes_as_the_client_prefers(get: Any, accept: str, expected: str) -> None:
    answer = get(f"/dataset/{key_of('musterhafen', 0)}", accept=accept)
    assert answer.headers["content-type"].partition(";")[0] == expected
    assert "Accept" in answer.headers["vary"]


def test_the_canonical_record_is_served_as_it_is_kept(get: Any, sample: Sample) -> None:

    key = key_of("musterhafen", 7)
    answer = get(f"/dataset/{key}.json")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.content == canonical_bytes(sample.records[key])


def test_a_feed_of_nothing_has_one_page() -> None:
    assert pages(0) == pages(1) == pages(100) == 1
    assert pages(101) == 2
