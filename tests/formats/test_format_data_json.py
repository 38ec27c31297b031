"""`data.json` catalogues, whole and broken → the records they stand for."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from catalog.record.table import Catalogue, DataService, Dataset, DatasetSeries
from catalog.record.terms import IRI, XSD_DATE, Literal, expand
from crawler.formats.data_json import read_catalogue
from crawler.formats.reading import Entry, Reading, UnreadablePayload

FIXTURES = Path(__file__).parent.parent / "fixtures" / "data_json"
URL = "https://www.neuwald.example/data.json"
EU = "http://publications.europa.eu/resource/authority/"


def load(name: str) -> tuple[list[Entry], Catalogue | None]:
    entries, record = read_catalogue(orjson.loads((FIXTURES / name).read_bytes()), URL)
    root = record.root if record else None
    assert root is None or isinstance(root, Catalogue)
    return entries, root


def dataset(reading: Reading) -> Dataset:
    root = reading.record.root
    assert isinstance(root, Dataset)
    return root


def read(item: dict[str, Any]) -> Reading:
    return read_catalogue([item], URL)[0][0].read()


def test_a_dataset_of_version_1_1() -> None:
    entries, _ = load("dcat_us_1_1.json")
    reading = entries[0].read()
    node = dataset(reading)
    assert entries[0].identifier == node.id == "https://www.muehltal.example/id/spielplaetze"
    assert node.description == ["Alle Spielplätze"]
    assert node.keyword == ["Spielplatz", "Kinder"]
    assert node.theme == [IRI(EU + "data-theme/ENVI"), "Sandkasten"]
    assert node.access_rights == [IRI(EU + "access-right/PUBLIC")]
    assert node.modified == [Literal("2025-01-31", "", XSD_DATE)]
    assert node.page == [IRI("https://www.muehltal.example/spiel.pdf")]
    assert node.in_series == [IRI(URL + "#serie-1")]
    assert node.spatial[0].centroid[0].text == "POINT(8.7 49.8)"
    assert node.temporal[0].end_date == [Literal("2024-12-31", "", XSD_DATE)]
    assert reading.unread == {"rutschen": 1, "distribution[].farbe": 1}
    assert reading.faults == {
        "text-has-markup": 1,
        "theme-unknown": 1,
        "iri-repaired": 1,
        "licence-unknown": 1,
    }


def test_agents_and_contacts() -> None:
    node = dataset(load("dcat_us_1_1.json")[0][0].read())
    (parent,) = node.publisher[0].rest[IRI("http://www.w3.org/ns/org#subOrganizationOf")]
    assert (node.publisher[0].name, parent.name) == (["Gemeinde Mühltal"], ["Kreis Tal"])
    assert node.contact_point[0].has_email == [IRI("mailto:bauhof@muehltal.example")]


def test_distributions_inherit_licence_and_rights_and_an_access_address() -> None:
    first, second = dataset(load("dcat_us_1_1.json")[0][0].read()).distribution
    assert first.license == [IRI("http://dcat-ap.de/def/licenses/cc-by/4.0")]
    assert first.access_url == first.download_url == [IRI("https://www.muehltal.example/s.csv")]
    assert second.license == ["eigene Bedingungen"]
    assert first.rights == second.rights
    assert second.format == [IRI(EU + "file-type/HTML")]


def test_a_recurrence_as_modified_is_a_frequency() -> None:
    entry = load("dcat_us_1_1.json")[0][1]
    node = dataset(entry.read())
    assert (entry.identifier, node.id) == ("kita 1", IRI(URL + "#kita%201"))
    assert (node.modified, node.frequency) == ([], [IRI(EU + "frequency/MONTHLY")])
    assert node.keyword == ["Kita", "Kinder"]
    assert node.access_rights == [IRI(EU + "access-right/NON_PUBLIC")]
    assert node.spatial[0].rest == {expand("skos:prefLabel"): ["Mühltal"]}


def test_a_dataset_of_version_3_0() -> None:
    entries, catalogue = load("dcat_us_3_0.json")
    node = dataset(entries[0].read())
    assert entries[0].identifier == node.id == "https://www.hafenstadt.example/id/pegel"
    assert node.identifier == ["PEGEL-1"]
    assert node.theme == [IRI(EU + "data-theme/ENVI")]
    assert node.spatial[0].bbox[0].text.startswith("POLYGON((9.9 53.5")
    (file,) = node.distribution
    assert file.access_service[0].endpoint_url == [IRI("https://www.hafenstadt.example/api")]
    assert file.checksum[0].algorithm == [IRI("http://spdx.org/rdf/terms#checksumAlgorithm_sha256")]
    assert catalogue is not None
    assert catalogue.id == IRI("https://www.hafenstadt.example/data.json")
    assert catalogue.publisher[0].name == ["Hafenstadt"]


def test_services_series_and_their_members_each_once() -> None:
    entries, _ = load("dcat_us_3_0.json")
    roots = [entry.read().record.root for entry in entries]
    assert [type(root) for root in roots] == [Dataset, DataService, DatasetSeries, Dataset, Dataset]
    series = IRI("https://www.hafenstadt.example/serie/umschlag")
    assert roots[2].id == series
    assert [root.in_series for root in roots[3:] if isinstance(root, Dataset)] == [[series], [series]]
    assert not any(entry.read().unread for entry in entries)


def test_a_member_that_the_catalogue_lists_too_comes_once() -> None:
    member = {"identifier": "m", "title": "M"}
    value = {"dataset": [member], "datasetSeries": [{"@id": "https://a.example/s", "seriesMember": [member]}]}
    entries, _ = read_catalogue(value, URL)
    assert [entry.identifier for entry in entries] == ["m", "https://a.example/s"]


def test_the_argentine_form() -> None:
    entries, catalogue = load("argentine.json")
    reading = entries[0].read()
    node = dataset(reading)
    assert node.theme == [IRI(EU + "data-theme/ECON"), "Compras públicas"]
    assert node.frequency == [IRI(EU + "frequency/ANNUAL")]
    assert node.modified == ["pronto"]
    assert node.publisher[0].rest == {expand("foaf:mbox"): [IRI("mailto:compras@rioverde.example")]}
    assert node.distribution[0].license == ["No se especificó la licencia"]
    assert node.provenance[0].rest == {expand("rdfs:label"): ["Ministerio de ejemplo"]}
    assert reading.faults == {"theme-unknown": 1, "date-unreadable": 1, "licence-unknown": 1}
    assert not reading.unread
    assert catalogue is not None
    assert catalogue.issued == [Literal("2016-04-14", "", XSD_DATE)]
    assert catalogue.homepage == ["rioverde.example"]


def test_null_everywhere_is_read_as_nothing() -> None:
    entries, catalogue = load("broken.json")
    assert catalogue is None
    for entry in entries[2:4]:
        reading = entry.read()
        assert reading.record.root == Dataset()
        assert reading.faults == {"identifier-missing": 1, "title-missing-in-source": 1}


def test_what_is_no_object_is_an_entry_that_cannot_be_read() -> None:
    entries, _ = load("broken.json")
    for entry in entries[:2]:
        with pytest.raises(TypeError):
            entry.read()


def test_broken_values_stay() -> None:
    reading = load("broken.json")[0][4].read()
    node = dataset(reading)
    assert (node.identifier, node.keyword) == (["17"], ["x"])
    assert node.spatial == ["{{extent:computeSpatialProperty}}"]
    assert node.distribution[0].access_url == ["kaputt"]
    assert reading.faults == {
        "template-unrendered": 1,
        "licence-unknown": 1,
        "iri-unusable": 1,
        "format-unknown": 1,
    }


@pytest.mark.parametrize(
    ("spatial", "kind"),
    [
        ("https://sws.geonames.org/1", "IRI"),
        ([8.5, 49.7, 8.9, 49.9], "Location"),
        ([["x"]], "str"),
        (["A", "B"], "Location"),
    ],
)
def test_spatial_in_all_its_forms(spatial: object, kind: str) -> None:
    node = dataset(read({"identifier": "x", "spatial": spatial}))
    assert {type(value).__name__ for value in node.spatial} == {kind}


def test_the_old_form_without_distributions() -> None:
    node = dataset(read({"identifier": "x", "accessURL": "https://a.example/x.csv", "format": "text/csv"}))
    assert node.distribution[0].access_url == [IRI("https://a.example/x.csv")]
    assert node.distribution[0].format == [IRI(EU + "file-type/CSV")]


def test_licence_and_rights_without_distributions_stay_beside_the_table() -> None:
    node = dataset(read({"identifier": "x", "license": "cc-zero", "rights": "frei"}))
    assert set(node.rest) == {expand("dct:license"), expand("dct:rights")}


@pytest.mark.parametrize(
    "value", [{}, {"title": "x"}, 3, None, "text", {"type": "FeatureCollection", "features": []}]
)
def test_what_is_no_catalogue_is_refused(value: object) -> None:
    with pytest.raises(UnreadablePayload) as refusal:
        read_catalogue(value, URL)
    assert refusal.value.slug == "unexpected-shape"


def test_nested_catalogues() -> None:
    entries, _ = read_catalogue(
        {"catalog": [{"dataset": [{"identifier": "a"}]}], "dataset": {"identifier": "b"}}, URL
    )
    assert [entry.identifier for entry in entries] == ["b", "a"]
