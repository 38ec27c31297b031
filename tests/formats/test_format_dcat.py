"""What a DCAT feed says, in each syntax and with the oddities of real ones."""

from collections import Counter
from pathlib import Path

import pytest

from catalog.record.canonical import canonical_bytes, from_json
from catalog.record.table import Dataset, DatasetSeries
from catalog.record.terms import IRI, BNode, Literal, expand
from crawler.formats.dcat import MANY_DISTRIBUTIONS, FeedPage, Hydra, hydra_of, read_feed
from crawler.formats.html_links import links_in_html
from crawler.formats.reading import UnreadablePayload

FIXTURES = Path(__file__).parents[1] / "fixtures" / "dcat"
PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"
BASE = "https://portal.example/catalog"
HYDRA = "http://www.w3.org/ns/hydra/core#"


def feed(name: str, content_type: str = "") -> FeedPage:
    path = FIXTURES / name
    return read_feed(path.read_bytes(), content_type, BASE + path.suffix)


def test_a_page_yields_its_datasets_catalogue_and_paging() -> None:
    page = feed("view_page_1.ttl", "text/turtle")
    assert sorted(entry.identifier for entry in page.entries) == [
        "https://daten.lindenau.example/dataset/baumkataster",
        "https://daten.lindenau.example/dataset/spielplaetze",
    ]
    assert page.catalogue is not None
    assert page.catalogue.root.id == "https://daten.lindenau.example/"
    here, following = (f"https://daten.lindenau.example/catalog.ttl?page={number}" for number in (1, 2))
    assert page.hydra == Hydra(here, following, following, 3)
    assert page.faults == Counter()


def test_nodes_inside_are_read_and_unknown_properties_kept() -> None:
    records = {entry.identifier[-12:]: entry.read().record for entry in feed("view_page_1.ttl").entries}
    trees, playgrounds = records["baumkataster"].root, records["spielplaetze"].root
    assert isinstance(trees, Dataset)
    assert isinstance(playgrounds, Dataset)
    assert Literal("Register of trees", "en") in trees.title
    assert trees.publisher[0].name == ["Stadt Lindenau"]
    assert trees.contact_point[0].has_email == [IRI("mailto:gruen@lindenau.example")]
    assert trees.distribution[0].license == [IRI("http://dcat-ap.de/def/licenses/dl-zero-de/2.0")]
    assert playgrounds.distribution[0].rest == {IRI("https://lindenau.example/def#geprueft"): ["ja"]}


def test_the_raw_form_is_the_canonical_record() -> None:
    for entry in feed("view_page_1.ttl").entries:
        assert canonical_bytes(entry.read().record) == entry.raw
        assert canonical_bytes(from_json(entry.raw)) == entry.raw


def test_the_raw_form_does_not_depend_on_the_order_of_the_file() -> None:
    body = (FIXTURES / "broken_addresses.nt").read_bytes()
    turned = b"\n".join(reversed(body.splitlines()))
    forward, backward = (read_feed(each, "application/n-triples", BASE) for each in (body, turned))
    assert sorted(entry.raw for entry in forward.entries) == sorted(entry.raw for entry in backward.entries)


def test_paging_stays_in_the_remainder() -> None:
    page = feed("self_link.rdf")
    assert {triple[0] for triple in page.remainder} == {"https://offen.seekirch.example/catalog.rdf?page=1"}
    assert page.hydra is not None
    assert page.hydra.total == 1
    assert page.catalogue is None


def test_series_and_services_carry_their_type_and_orphans_remain() -> None:
    page = feed("series_and_service.ttl")
    assert {entry.type: entry.identifier for entry in page.entries} == {
        "series": "urn:uuid:0f6f6a7e-3f3b-4d8f-9a54-2f9a4fd0c001",
        "": "https://zahlen.auental.example/wahl/2024",
        "service": "https://zahlen.auental.example/wms",
    }
    assert all(entry.read().type == entry.type for entry in page.entries)
    series = next(entry for entry in page.entries if entry.type == "series").read().record.root
    assert isinstance(series, DatasetSeries)
    assert series.types == [Dataset.iri, DatasetSeries.iri]
    assert page.remainder == [
        (IRI("https://zahlen.auental.example/verwaist"), expand("dct:title"), "Niemandes Triple")
    ]


def test_an_identifier_is_the_address_else_the_literal_else_missing() -> None:
    page = feed("nested.jsonld")
    assert sorted(entry.identifier for entry in page.entries) == ["", "T-12", "https://portal.example/7f3a"]
    nameless = next(entry for entry in page.entries if not entry.identifier)
    assert nameless.read().faults == Counter({"identifier-missing": 1})


def test_another_scheme_is_an_identifier_only_where_there_is_no_literal() -> None:
    body = b"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
    <info:a> a dcat:Dataset ; dct:identifier "a-1" . <info:b> a dcat:Dataset ; dct:title "b" ."""
    assert [entry.identifier for entry in read_feed(body, "text/turtle", BASE).entries] == ["a-1", "info:b"]


def test_repaired_and_relative_addresses_are_faults_of_their_record() -> None:
    page = feed("nested.jsonld")
    faults = {entry.identifier: entry.read().faults for entry in page.entries}
    assert faults["https://portal.example/7f3a"] == Counter({"iri-repaired": 2, "iri-relative": 2})
    assert faults["T-12"] == Counter()
    assert page.faults == Counter({"iri-repaired": 1})


def test_a_key_without_a_term_is_kept_the_same_on_every_page() -> None:
    body = (FIXTURES / "nested.jsonld").read_bytes()
    pages = [read_feed(body, "application/ld+json", f"{BASE}.jsonld?page={number}") for number in (1, 2)]
    for page in pages:
        assert page.catalogue is not None
        assert page.catalogue.root.rest == {IRI("urn:relative:erfunden"): ["kein Begriff"]}


def test_addresses_that_no_parser_takes_are_repaired() -> None:
    page = feed("broken_addresses.nt", "application/n-triples")
    repaired = next(entry for entry in page.entries if "karte" in entry.identifier)
    assert repaired.identifier == "https://formular.example/dataset/Lärm%20karte%7C1"
    assert repaired.read().faults == Counter({"iri-repaired": 1})
    assert page.faults == Counter({"syntax-lenient": 1})


def test_a_catalogue_beside_the_greater_one_stays_in_the_remainder() -> None:
    body = b"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
    <urn:x:part> a dcat:Catalog ; dct:title "Teil" .
    <urn:x:whole> a dcat:Catalog ; dct:title "Ganzes" ; dcat:dataset <urn:x:d> . <urn:x:d> a dcat:Dataset ."""
    page = read_feed(body, "text/turtle", BASE)
    assert page.catalogue is not None
    assert page.catalogue.root.id == "urn:x:whole"
    assert (IRI("urn:x:part"), expand("dct:title"), "Teil") in page.remainder


def test_very_many_distributions_are_a_fault() -> None:
    files = ", ".join(f"<urn:x:f{number}>" for number in range(MANY_DISTRIBUTIONS + 1))
    body = (
        f"@prefix dcat: <http://www.w3.org/ns/dcat#> . <urn:x:d> a dcat:Dataset ; dcat:distribution {files} ."
    )
    (entry,) = read_feed(body.encode(), "text/turtle", BASE).entries
    assert entry.read().faults == Counter({"distribution-excess": 1})


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"", "truncated"),
        (b"<!DOCTYPE html><html><body>Wartung</body></html>", "html-instead"),
        (b'<?xml version="1.0"?>\n<!-- x --><html xmlns="http://www.w3.org/1999/xhtml"/>', "html-instead"),
        (b"<urn:a> <urn:b> ", "not-rdf"),
        (b'{"@context": {}, "@id": "urn:a", ', "truncated"),
        (b'{"help": "", "success": true, "result": []}', "not-rdf"),
        (b'<?xml version="1.0"?><rss version="2.0"/>', "not-rdf"),
        (
            b'<!DOCTYPE r [<!ENTITY a "b">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>',
            "entities-refused",
        ),
        (b'{"@id":"urn:a","urn:b":' * 200 + b"1" + b"}" * 200, "too-deep"),
    ],
)
def test_what_is_no_feed_is_refused_with_its_reason(body: bytes, slug: str) -> None:
    with pytest.raises(UnreadablePayload) as caught:
        read_feed(body, "", BASE)
    assert caught.value.slug == slug
    assert "Traceback" not in str(caught.value)


def _hydra(*said: tuple[str, str, object]) -> Hydra | None:
    return hydra_of([(IRI(subject), IRI(HYDRA + name), value) for subject, name, value in said])  # type: ignore[misc]


def test_hydra_links_may_be_addresses_or_texts_under_either_name() -> None:
    for value in (IRI("urn:2"), "urn:2", Literal(" urn:2 ", "", "http://www.w3.org/2001/XMLSchema#anyURI")):
        for name in ("next", "nextPage"):
            found = _hydra(("urn:1", name, value))
            assert found is not None
            assert (found.here, found.next) == ("urn:1", "urn:2")


def test_hydra_totals_that_are_no_number_are_ignored() -> None:
    for text, total in (("12", 12), ("0", 0), ("viele", None), ("-1", None), ("9" * 40, None), ("²", None)):
        found = _hydra(("urn:1", "totalItems", Literal(text, "", "http://www.w3.org/2001/XMLSchema#integer")))
        assert found is not None
        assert found.total == total


def test_a_blank_paging_node_has_no_address_of_its_own() -> None:
    found = hydra_of([(BNode("_:x"), IRI(HYDRA + "next"), IRI("urn:2"))])
    assert found == Hydra("", "urn:2")


def test_without_hydra_there_is_no_paging() -> None:
    assert hydra_of([(IRI("urn:a"), expand("dct:title"), "A")]) is None


def test_a_home_page_names_its_feeds_alternates_first() -> None:
    links = links_in_html((FIXTURES / "home.html").read_bytes(), "https://lindenau.example/start")
    assert links == ["https://lindenau.example/daten/katalog", "https://lindenau.example/catalog.rdf"]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<",
        "<![if foo",
        "<a href='http://[::1/catalog.ttl'>",
        "<link rel=alternate type=text/turtle>",
        "<!DOCTYPE [<!ENTITY",
    ],
)
def test_broken_html_names_nothing_and_raises_nothing(html: str) -> None:
    assert links_in_html(html, "https://x.example/") == []


def test_links_follow_the_base_element() -> None:
    html = "<base href='/neu/'><link rel=alternate type='application/ld+json' href='catalog.jsonld'>"
    assert links_in_html(html, "https://x.example/alt/") == ["https://x.example/neu/catalog.jsonld"]


CAPTURED = {
    "dcat_rdf/berlin-lichtenberg_ckanext-dcatde_catalog.rdf": (6, 6),
    "dcat_rdf/ckanext-dcat_catalog.rdf": (2, None),
    "dcat_rdf/opendatasoft_public_catalog_2015.ttl": (186, None),
    "dcat_rdf/rostock_opendata-hro_catalog_page.rdf": (1, 3),
    "dcat_rdf/udata_bnodes.xml": (4, None),
    "dcat_rdf/udata_flat.jsonld": (3, None),
    "dcat_rdf/udata_nested.jsonld": (1, None),
    "dcat_rdf/udata_paged-collection-1.jsonld": (3, 4),
    "dcat_rdf/udata_series.xml": (1, None),
    "dcat_rdf/udata_udata.xml": (3, 2),
    "arcgis_hub/dessau-rosslau_dcat-ap_3.0.0.json": (1, None),
    "opendatasoft/capatlantique_01.rdf": (2, None),
}


@pytest.mark.parametrize(("name", "expected"), CAPTURED.items(), ids=CAPTURED)
def test_captured_feeds_give_their_records_and_totals(name: str, expected: tuple[int, int | None]) -> None:
    if not (PAYLOADS / name).exists():
        pytest.skip("the captured payloads are not beside the project")
    page = read_feed((PAYLOADS / name).read_bytes(), "", BASE)
    assert (len(page.entries), page.hydra.total if page.hydra else None) == expected
