"""CKAN packages in all their forms → the records they stand for."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from catalog.record.node import Node, names
from catalog.record.table import Dataset, DatasetSeries, Distribution
from catalog.record.terms import IRI, XSD_DATE, XSD_DATETIME, Literal, expand
from crawler.formats.ckan import read_entries, read_package
from crawler.formats.reading import Reading

FIXTURES = Path(__file__).parent.parent / "fixtures" / "ckan"
SITE = "https://daten.neuwald.example"
EU = "http://publications.europa.eu/resource/authority/"
MAILBOX = expand("foaf:mbox")


def load(name: str) -> Any:
    return orjson.loads((FIXTURES / name).read_bytes())


def dataset(reading: Reading) -> Dataset:
    root = reading.record.root
    assert isinstance(root, Dataset)
    return root


def said(node: Node) -> set[str]:
    """The names of the properties that have values."""
    return {name for name in names(type(node)) if getattr(node, name)}


@pytest.fixture
def trees() -> Reading:
    """Extras as a list, with JSON in texts, as GovData and ckanext-dcatde write them."""
    return read_package(load("extras_as_list.json")["result"]["results"][0], SITE)


@pytest.fixture
def bathing() -> Reading:
    """Extras as an object, as CKAN 1.8 delivered them, with the keys of the German OGD structure."""
    return read_package(load("extras_as_object.json")[0], SITE)


@pytest.fixture
def counting() -> Reading:
    """Own keys and subfields, as ckanext-scheming and ckanext-fluent deliver them."""
    return read_package(load("own_fields.json")["result"], SITE)


@pytest.fixture
def stops() -> Reading:
    """A package of DKAN 1."""
    return read_package(load("dkan.json")["result"][0][0], SITE)


def test_identity_and_texts(trees: Reading) -> None:
    node = dataset(trees)
    assert node.id == IRI(SITE + "/id/baumkataster")
    assert node.identifier == ["NW-GRUEN-17"]
    assert [other.notation for other in node.other_identifier] == [["10.1234/baum"], ["baum-alt"]]
    assert node.title == ["Baumkataster Neuwald"]
    assert node.description == ["Alle städtischen Bäume & ihre Standorte."]
    assert node.version == ["2.1"]
    assert node.landing_page == [IRI("https://www.neuwald.example/umwelt/baeume")]


def test_vocabularies(trees: Reading) -> None:
    node = dataset(trees)
    assert node.theme == [IRI(EU + "data-theme/ENVI"), "Raumschiffe"]
    assert node.keyword == ["bäume", "straßengrün"]
    assert node.frequency == [IRI(EU + "frequency/ANNUAL")]
    assert node.language == [IRI(EU + "language/DEU")]
    assert node.hvd_category == [IRI("http://data.europa.eu/bna/c_dd313021")]
    assert node.contributor_id == [IRI("http://dcat-ap.de/def/contributors/neuwald")]
    assert node.geocoding_level == [IRI("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")]
    assert node.political_geocoding == [
        IRI("http://dcat-ap.de/def/politicalGeocoding/municipalityKey/99001001")
    ]


def test_the_publishers_dates_come_before_those_of_harvesting(trees: Reading) -> None:
    node = dataset(trees)
    assert node.issued == [Literal("2019-04-01", "", XSD_DATE)]
    assert node.modified == [Literal("2025-10-01", "", XSD_DATE)]


def test_places_and_periods(trees: Reading) -> None:
    (place,), (period,) = dataset(trees).spatial, dataset(trees).temporal
    assert place.bbox[0].text == "POLYGON((9.5 54.0,9.7 54.0,9.7 54.1,9.5 54.1,9.5 54.0))"
    assert place.geometry == []
    assert place.rest == {expand("skos:prefLabel"): ["Neuwald"]}
    assert period.start_date == [Literal("2019-01-01", "", XSD_DATE)]
    assert period.end_date == [Literal("2025-09-30T23:59:59", "", XSD_DATETIME)]


def test_people_each_in_their_role_and_only_once(trees: Reading) -> None:
    node = dataset(trees)
    (publisher,), (contact,) = node.publisher, node.contact_point
    assert publisher.id == IRI(SITE + "/organization/stadt-neuwald")
    assert publisher.type == [IRI("http://purl.org/adms/publishertype/LocalAuthority")]
    assert contact.has_email == [IRI("mailto:gruen@neuwald.example")]
    assert contact.has_telephone == [IRI("tel:099991234")]
    assert [agent.name for agent in (*node.creator, *node.custodian, *node.originator)] == [
        ["Grünflächenamt"],
        ["Open-Data-Stelle"],
        ["Vermessungsbüro Nord"],
    ]
    assert node.maintainer == node.old_originator == []


def test_a_file(trees: Reading) -> None:
    file: Distribution = dataset(trees).distribution[0]
    address = IRI(SITE + "/dataset/baumkataster/baeume%202025.csv")
    assert file.id == IRI(SITE + "/dataset/0b6a7e36-5c1e-4f0e-9a51-6f3a4a1d0001/resource/r-1")
    assert file.access_url == file.download_url == [address]
    assert file.format == [IRI(EU + "file-type/CSV")]
    assert file.media_type == [IRI("https://www.iana.org/assignments/media-types/text/csv")]
    assert file.license == [IRI("http://dcat-ap.de/def/licenses/cc-by/4.0")]
    assert file.license_attribution == ["Stadt Neuwald, Grünflächenamt"]
    assert file.availability == [IRI(EU + "planned-availability/STABLE")]
    assert file.byte_size[0].text == "12636"
    assert file.checksum[0].algorithm == [IRI("http://spdx.org/rdf/terms#checksumAlgorithm_sha1")]
    assert file.modified == [Literal("2025-10-01T08:00:00.123456", "", XSD_DATETIME)]


def test_a_link_with_values_that_nobody_knows(trees: Reading) -> None:
    link: Distribution = dataset(trees).distribution[1]
    assert link.id == IRI(SITE + "/id/baumkataster/wms")
    assert (link.license, link.byte_size, link.modified) == (["eigene Lizenz"], ["riesig"], ["neulich"])
    assert link.download_url == []


def test_what_was_not_read_is_counted_by_its_path(trees: Reading) -> None:
    assert trees.unread == {"extras.baumschutzsatzung": 1, "resources[].kronendurchmesser": 1}


def test_faults_are_counted(trees: Reading) -> None:
    assert trees.faults == {
        "text-has-markup": 1,
        "theme-unknown": 1,
        "iri-relative": 1,
        "iri-repaired": 2,
        "licence-unknown": 1,
        "size-unreadable": 1,
        "date-unreadable": 1,
    }


def test_types_are_told_and_those_that_are_no_data_are_skipped() -> None:
    entries, skipped = read_entries(load("extras_as_list.json")["result"]["results"], SITE)
    assert skipped == {"harvest": 1}
    assert [(entry.type, entry.read().type) for entry in entries] == [("", ""), ("app", "app")]


def test_a_licence_without_files_is_kept_beside_the_table() -> None:
    app = read_package(load("extras_as_list.json")["result"]["results"][2], SITE)
    licence = IRI("http://dcat-ap.de/def/licenses/dl-zero-de/2.0")
    assert dataset(app).rest == {expand("dct:license"): [licence]}


def test_old_extras(bathing: Reading) -> None:
    node = dataset(bathing)
    assert bathing.type == "datensatz"
    assert node.issued == [Literal("2012-05-01", "", XSD_DATE)]
    assert node.modified == [Literal("2014-06-14T14:45:56.542802", "", XSD_DATETIME)]
    assert node.frequency == [IRI(EU + "frequency/MONTHLY")]
    assert node.theme == [IRI(EU + "data-theme/HEAL"), "weltall"]
    assert node.temporal[0].end_date == [Literal("2012-09-30", "", XSD_DATE)]
    assert node.spatial[0].rest == {expand("skos:prefLabel"): ["Altstadt"]}
    assert node.geocoding_level == [IRI("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")]
    assert bathing.unread == {"extras.misc": 1}


def test_the_author_stands_in_for_publisher_and_contact(bathing: Reading) -> None:
    node = dataset(bathing)
    assert node.publisher[0].name == node.contact_point[0].fn == ["Gesundheitsamt"]
    assert node.creator == []


def test_an_empty_resource_says_only_its_licence_and_language(bathing: Reading) -> None:
    assert said(dataset(bathing).distribution[0]) == {"license", "language"}


def test_contacts_dates_and_terms_of_the_ogd_structure() -> None:
    reading = read_package(load("extras_as_object.json")[1], SITE)
    node = dataset(reading)
    assert reading.type == "dokument"
    assert node.publisher[0].name == ["Stadt Altstadt"]
    assert node.contact_point[0].has_email == [IRI("mailto:rat@altstadt.example")]
    assert (node.issued[0].text, node.modified[0].text) == ("2013-02-01", "2013-03-01")
    assert node.distribution[0].license == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
    assert node.distribution[0].license_attribution == ["Ratsbüro Altstadt"]
    assert node.frequency == []
    assert reading.faults == {"extras-not-json": 1, "iri-unusable": 1}
    assert not reading.unread


def test_languages_only_where_the_source_names_them(counting: Reading) -> None:
    node = dataset(counting)
    assert node.title == [Literal("Radzählung", "de"), Literal("Bike counts", "en")]
    assert node.description == [Literal("Zählstellen", "de")]
    assert node.keyword == [Literal("Rad", "de"), Literal("Verkehr", "de"), Literal("bike", "en")]
    assert node.distribution[0].title == [Literal("Tabelle", "de"), Literal("Table", "en")]


def test_subfields(counting: Reading) -> None:
    node = dataset(counting)
    assert node.publisher[0].rest == {expand("dct:identifier"): ["https://seestadt.example/amt/66"]}
    assert [place.id for place in node.spatial] == [IRI("https://sws.geonames.org/1"), None]
    assert node.spatial[1].geometry[0].text.startswith('{"type":"Polygon"')
    assert node.temporal[0].start_date[0].text == "2020"
    assert node.qualified_relation[0].relation == [IRI("https://seestadt.example/id/7")]
    assert node.provenance[0].rest == {expand("rdfs:label"): ["Eigene Erhebung"]}
    assert node.conforms_to[0] == IRI("https://example.org/standard")
    (service,) = node.distribution[0].access_service
    assert service.endpoint_url == [IRI("https://seestadt.example/api")]
    assert counting.unread == {"publisher[].fax": 1, "resources[].access_services[].quota": 1}


def test_dkan_groups_are_publishers_and_tags_are_themes(stops: Reading) -> None:
    node = dataset(stops)
    assert node.publisher[0].name == ["Stadt Uferstadt"]
    assert node.publisher[0].id == IRI(SITE + "/group/stadt-uferstadt")
    assert node.theme == [IRI(EU + "data-theme/TRAN")]
    assert node.keyword == ["Verkehr", "Bus"]
    assert stops.type == ""
    assert not stops.unread


def test_dkan_dates_and_sizes(stops: Reading) -> None:
    first, second = dataset(stops).distribution
    assert first.modified == [Literal("2014-12-10T09:56:43+01:00", "", XSD_DATETIME)]
    assert second.modified == []
    assert first.byte_size[0].text == "512"
    assert first.license == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
    assert stops.faults == {"text-has-markup": 1}


def test_lists_in_lists_are_opened() -> None:
    entries, _ = read_entries(load("dkan.json")["result"], SITE)
    assert [entry.identifier for entry in entries] == ["d1"]


def test_groups_are_no_publishers_in_ckan() -> None:
    node = dataset(read_package({"id": "x", "groups": [{"name": "umwelt", "title": "Umwelt"}]}, SITE))
    assert node.publisher == []
    assert node.theme == [IRI(EU + "data-theme/ENVI")]


def test_an_extra_that_the_package_contradicts_is_counted() -> None:
    package = {
        "id": "x",
        "title": "T",
        "extras": [{"key": "title", "value": "U"}, {"key": "id", "value": "x"}],
    }
    reading = read_package(package, SITE)
    assert dataset(reading).title == ["T"]
    assert reading.unread == {"extras.title": 1}


def test_the_same_extra_three_times() -> None:
    package = {"id": "x", "extras": [{"key": "farbe", "value": text} for text in ("rot", "blau", "grün")]}
    assert read_package(package, SITE).unread == {"extras.farbe": 3}


def test_values_of_extras_may_be_quoted_as_in_ckan_1() -> None:
    node = dataset(read_package({"id": "x", "extras": [{"key": "issued", "value": '"2013"'}]}, SITE))
    assert node.issued[0].text == "2013"


@pytest.mark.parametrize("extras", [7, "kein JSON", [3, {"value": 1}]])
def test_extras_of_an_unknown_shape_are_counted(extras: object) -> None:
    reading = read_package({"id": "x", "title": "T", "extras": extras}, SITE)
    assert sum(reading.unread.values()) >= 1
    assert dataset(reading).title == ["T"]


def test_a_series() -> None:
    package = {
        "id": "s",
        "type": "dataset_series",
        "title": "Haushalt",
        "frequency": "jährlich",
        "version": "3",
    }
    reading = read_package(package, SITE)
    root = reading.record.root
    assert isinstance(root, DatasetSeries)
    assert root.frequency == [IRI(EU + "frequency/ANNUAL")]
    assert root.rest[expand("dcat:version")] == ["3"]
    assert reading.type == "dataset_series"


def test_nothing_at_all() -> None:
    reading = read_package({}, SITE)
    assert said(reading.record.root) == set()
    assert reading.faults == {"identifier-missing": 1, "title-missing-in-source": 1}


@pytest.mark.parametrize("package", [None, 3, "x", True])
def test_what_is_no_object_is_an_entry_that_cannot_be_read(package: object) -> None:
    (entry,), _ = read_entries([package], SITE)
    assert entry.identifier == ""
    with pytest.raises(TypeError):
        entry.read()


def test_raw_is_canonical_and_keeps_everything() -> None:
    entries, _ = read_entries([{"name": "n", "id": "i", "x": [1, None]}], SITE)
    assert entries[0].raw == b'{"id":"i","name":"n","x":[1,null]}'


def test_reading_twice_gives_the_same_and_leaves_the_source_alone(trees: Reading) -> None:
    packages = load("extras_as_list.json")["result"]["results"]
    before = orjson.dumps(packages)
    entry = read_entries(packages, SITE)[0][0]
    assert entry.read().record == entry.read().record == trees.record
    assert orjson.dumps(packages) == before


def test_eight_thousand_resources() -> None:
    resources = [{"id": str(number), "url": f"https://a.example/{number}.csv"} for number in range(8000)]
    node = dataset(read_package({"id": "x", "title": "T", "resources": resources}, SITE))
    assert len(node.distribution) == 8000
