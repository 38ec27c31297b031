"""Dublin Core: every term in its place, services, boxes in either order, what is no place."""

from pathlib import Path
from typing import Any

from catalog.record.table import DataService, Dataset
from catalog.record.terms import IRI, expand
from crawler.formats.iso_metadata import Context
from crawler.formats.metadata_xml import read_elements, records_in
from crawler.formats.reading import Reading
from crawler.formats.xml_payload import read_xml

FIXTURES = Path(__file__).parents[1] / "fixtures"
CONTEXT = Context(
    "https://www.neuwald.example/csw", lambda name: IRI(f"https://www.neuwald.example/r/{name}")
)


def readings(name: str) -> list[Reading]:
    root, _ = read_xml((FIXTURES / name).read_bytes())
    return [entry.read() for entry in read_elements(records_in(root), lambda element: CONTEXT).entries]


def of(address: str) -> str:
    return address.rpartition("/")[2]


def test_a_dataset_says_everything() -> None:
    reading = readings("csw/dublin_core.xml")[0]
    node: Any = reading.record.root
    assert (node.id, node.identifier) == ("https://www.neuwald.example/r/baeume", ["baeume"])
    assert node.other_identifier[0].notation == ["urn:x:baeume"]
    assert (node.title, node.description) == (["Baumkataster"], ["Alle Bäume"])
    assert (node.keyword, [of(uri) for uri in node.theme]) == (["Bäume", "Umwelt"], ["ENVI"])
    assert (node.issued[0].text, node.modified[0].text) == ("2012-12-12", "2025-02-03")
    assert node.rest[expand("dct:created")][0].text == "2010-01-01"
    assert (node.publisher[0].name, node.creator[0].name) == (["Stadt Neuwald"], ["Gartenamt"])
    assert (node.relation, node.provenance[0].rest[expand("rdfs:label")]) == (["parks"], ["Begehung"])
    assert reading.unread == {"unheard": 1}
    assert (reading.type, reading.faults) == ("", {})


def test_references_are_distributions_by_their_scheme() -> None:
    node: Any = readings("csw/dublin_core.xml")[0].record.root
    service, archive = node.distribution
    assert (of(service.format[0]), of(archive.format[0])) == ("WFS_SRVC", "ZIP")
    assert archive.title == ["Datei"]
    assert service.license == archive.license == ["http://dcat-ap.de/def/licenses/cc-by/4.0"]
    assert node.landing_page == ["https://www.neuwald.example/baeume"]
    assert [of(uri) for uri in node.access_rights] == ["RESTRICTED"]


def test_a_reference_system_is_no_place() -> None:
    node: Any = readings("csw/dublin_core.xml")[0].record.root
    assert node.conforms_to == ["http://www.opengis.net/def/crs/EPSG/0/25832"]
    box, name = node.spatial
    assert box.bbox[0].text.startswith("POLYGON((10.1 48.1,")
    assert name.rest == {expand("skos:prefLabel"): ["Neuwald"]}


def test_a_service_serves_what_it_is_related_to() -> None:
    reading = readings("csw/dublin_core.xml")[1]
    node = reading.record.root
    assert isinstance(node, DataService)
    assert reading.type == "service"
    assert node.endpoint_url == ["https://geo.neuwald.example/wfs"]
    assert node.serves_dataset == ["https://www.neuwald.example/r/baeume"]
    (box,) = node.rest[expand("dct:spatial")]
    assert box.bbox[0].text.startswith("POLYGON((10.1 48.1,")


def test_internal_use_is_kept_and_no_licence() -> None:
    reading = readings("csw/dublin_core.xml")[2]
    assert isinstance(reading.record.root, Dataset)
    (file,) = reading.record.root.distribution
    assert (file.license, file.rights[0].rest[expand("rdfs:label")]) == (
        [],
        ["Nur für den internen Gebrauch"],
    )
    assert reading.faults == {"identifier-missing": 1, "title-missing-in-source": 1, "licence-unknown": 1}


def test_rdf_in_an_answer_keeps_its_identifiers() -> None:
    found = readings("csw/dcat.xml")
    assert [of(str(reading.record.root.id)) for reading in found] == ["1", "2"]
