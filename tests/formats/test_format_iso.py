"""ISO 19139 and 19115-3: every part of a record in its place, languages, licences three ways, coupled services."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from catalog.record.canonical import canonical_bytes, from_json, to_json
from catalog.record.table import CatalogueRecord, DataService, Dataset
from catalog.record.terms import IRI, Literal, expand
from crawler.formats.iso_metadata import Context
from crawler.formats.iso_rights import read_rights
from crawler.formats.metadata_xml import read_elements, records_in
from crawler.formats.reading import Reading
from crawler.formats.values import Cleaner
from crawler.formats.xml_branch import Branch, Locales
from crawler.formats.xml_payload import read_xml

FIXTURES = Path(__file__).parents[1] / "fixtures" / "csw"
PAYLOADS = Path(__file__).parents[3] / "shared" / "payloads"
CONTEXT = Context(
    "https://www.neuwald.example/csw", lambda name: IRI(f"https://www.neuwald.example/r/{name}")
)
GMD = 'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
GMX = 'xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:xlink="http://www.w3.org/1999/xlink"'


def readings(name: str) -> list[Reading]:
    root, _ = read_xml((FIXTURES / name).read_bytes())
    return [entry.read() for entry in read_elements(records_in(root), lambda element: CONTEXT).entries]


def dataset(name: str = "iso19139.xml") -> Dataset:
    node = readings(name)[0].record.root
    assert isinstance(node, Dataset)
    return node


def of(address: str) -> str:
    return address.rpartition("/")[2]


def read_one(inner: str) -> Reading:
    root, _ = read_xml(f"<gmd:MD_Metadata {GMD} {GMX}>{inner}</gmd:MD_Metadata>".encode())
    return read_elements([root], lambda element: CONTEXT).entries[0].read()


def test_a_dataset_is_described() -> None:
    node = dataset()
    assert node.id == "https://www.neuwald.example/r/5c1e8f0a-spielplaetze"
    assert node.identifier == ["5c1e8f0a-spielplaetze"]
    assert [one.notation for one in node.other_identifier] == [
        ["https://registry.gdi-de.org/id/de.neuwald/spielplaetze"]
    ]
    assert node.title == [Literal("Spielplätze", "de"), Literal("Playgrounds", "en")]
    assert node.description == ["Alle öffentlichen Spielplätze der Stadt."]
    assert node.rest[expand("dct:alternative")] == ["Kinderspielplätze"]
    assert (node.issued[0].text, node.modified[0].text) == ("2020-05-04", "2025-11-30T08:00:00")
    assert node.rest[expand("dct:created")][0].text == "2019"
    assert (of(node.frequency[0]), of(node.language[0]), node.version) == ("ANNUAL", "DEU", ["3"])
    assert node.in_series == ["https://www.neuwald.example/r/serie-freizeit"]
    assert node.provenance[0].rest[expand("rdfs:label")] == ["Vor Ort erhoben"]
    assert [one if isinstance(one, str) else one.rest for one in node.conforms_to] == [
        "http://www.opengis.net/def/crs/EPSG/0/25832",
        {expand("rdfs:label"): ["Verordnung (EG) Nr. 1089/2010"]},
    ]


def test_keywords_themes_and_categories() -> None:
    node = dataset()
    assert node.keyword == ["Freizeit", "opendata", "Versorgungswirtschaft und staatliche Dienste", "Georaum"]
    assert {of(uri) for uri in node.theme} >= {"GOVE", "SOCI"}
    assert node.hvd_category == ["http://data.europa.eu/bna/c_ac64a52d"]


def test_people_by_their_roles() -> None:
    node = dataset()
    assert node.publisher[0].name == ["Stadt Neuwald"]
    (contact,) = node.contact_point
    assert (contact.fn, contact.has_email) == (
        ["Stadt Neuwald, Grünflächenamt"],
        ["mailto:gruen@neuwald.example"],
    )
    assert (contact.has_telephone, contact.has_url) == (
        ["tel:+499999120"],
        ["https://www.neuwald.example/gruen"],
    )
    assert contact.rest[expand("vcard:hasAddress")][0].rest[expand("vcard:locality")] == ["Neuwald"]
    assert node.originator[0].name == ["Vermessungsamt Neuwald"]
    (attribution,) = node.qualified_attribution
    assert of(attribution.had_role[0]) == "processor"
    assert "Mustermann" not in str(to_json(readings("iso19139.xml")[0].record))


def test_where_when_and_how_finely() -> None:
    node = dataset()
    box, town = node.spatial
    assert box.bbox[0].text.startswith("POLYGON((10.1 48.1,")
    assert town.id == "http://dcat-ap.de/def/politicalGeocoding/regionalKey/999990000001"
    (period,) = node.temporal
    assert (period.start_date[0].text, period.end_date) == ("2019-01-01", [])
    assert node.spatial_resolution[0].text == "500"
    assert node.rest[expand("geodcatap:spatialResolutionAsText")] == ["1:5000"]


def test_online_resources_are_data_services_or_pages() -> None:
    node = dataset()
    table, view, archive = node.distribution
    assert (table.title, of(table.format[0])) == (["Tabelle"], "CSV")
    assert table.download_url == table.access_url == ["https://daten.neuwald.example/spielplaetze.csv"]
    assert (of(view.format[0]), view.download_url) == ("WMS_SRVC", [])
    assert (of(archive.format[0]), archive.download_url) == ("SHP", [])
    assert node.page == ["https://www.neuwald.example/hilfe"]
    assert node.landing_page == ["https://www.neuwald.example/spielplaetze"]


def test_the_licence_said_three_ways_is_one() -> None:
    node = dataset()
    for file in node.distribution:
        assert file.license == ["http://dcat-ap.de/def/licenses/dl-by-de/2.0"]
        assert file.license_attribution == ["© Stadt Neuwald"]
    assert [of(uri) for uri in node.access_rights] == ["PUBLIC"]


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (
            "<gmx:Anchor xlink:href='https://creativecommons.org/licenses/by/4.0/'>Namensnennung</gmx:Anchor>",
            "4.0",
        ),
        ("<gco:CharacterString>Lizenz: dl-zero-de/2.0 - Datenlizenz Zero</gco:CharacterString>", "2.0"),
        (
            '<gco:CharacterString>{"id":"geoNutz/20130319","name":"x","quelle":"BKG"}</gco:CharacterString>',
            "20130319",
        ),
        ("<gco:CharacterString>Siehe https://www.govdata.de/dl-de/by-2-0.</gco:CharacterString>", "2.0"),
        ("<gco:CharacterString>{kaputt</gco:CharacterString>", ""),
        ("<gco:CharacterString>Unterliegt Bestimmungen</gco:CharacterString>", ""),
    ],
)
@pytest.mark.parametrize("element", ["otherConstraints", "useLimitation"])
def test_a_licence_is_found_wherever_it_stands(text: str, licence: str, element: str) -> None:
    root, _ = read_xml(f"<gmd:B {GMD} {GMX}><gmd:{element}>{text}</gmd:{element}></gmd:B>".encode())
    clean = Cleaner("")
    rights = read_rights([Branch(root)], clean, Locales("", {}))
    assert [of(uri) for uri in rights.license] == ([licence] if licence else [])
    assert clean.faults == (Counter() if licence else Counter({"licence-unknown": 1}))
    assert rights.rights or licence or text.startswith("<gco:CharacterString>{")


def test_internal_use_is_not_public() -> None:
    inner = (
        "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:resourceConstraints><gmd:MD_LegalConstraints>"
        '<gmd:accessConstraints><gmd:MD_RestrictionCode codeListValue="restricted"/></gmd:accessConstraints>'
        "<gmd:otherConstraints><gco:CharacterString>Nur intern</gco:CharacterString></gmd:otherConstraints>"
        "</gmd:MD_LegalConstraints></gmd:resourceConstraints></gmd:MD_DataIdentification></gmd:identificationInfo>"
    )
    node: Any = read_one(inner).record.root
    assert of(node.access_rights[0]) == "RESTRICTED"
    assert node.access_rights[1].rest == {expand("rdfs:label"): ["Nur intern"]}


def test_a_catalogue_record_stands_beside() -> None:
    (note,) = readings("iso19139.xml")[0].record.others
    assert isinstance(note, CatalogueRecord)
    assert note.primary_topic == ["https://www.neuwald.example/r/5c1e8f0a-spielplaetze"]
    assert (note.modified[0].text, of(note.language[0])) == ("2026-02-01", "DEU")
    assert note.rest[expand("dcat:contactPoint")][0].has_email == ["mailto:geodaten@neuwald.example"]


def test_what_nobody_reads_is_counted() -> None:
    reading = readings("iso19139.xml")[0]
    assert reading.unread == {"ownExtension": 1}
    assert (reading.faults, reading.type) == ({"text-has-markup": 1}, "")


def test_a_service_names_the_datasets_of_its_catalogue() -> None:
    reading = readings("iso19139.xml")[1]
    node = reading.record.root
    assert isinstance(node, DataService)
    assert reading.type == "service"
    assert node.endpoint_url == ["https://geo.neuwald.example/dienst?map=frei"]
    assert "GetCapabilities" in node.endpoint_description[0]
    assert node.serves_dataset == [
        "https://www.neuwald.example/r/5c1e8f0a-spielplaetze",
        "https://www.neuwald.example/r/sportplaetze",
        "https://www.neuwald.example/r/badestellen",
        "https://registry.gdi-de.org/id/de.neuwald/wald",
    ]
    assert node.serves_dataset[0] == dataset().id
    assert of(node.rest[expand("dct:type")][0]) == "view"


def test_the_other_encoding_says_the_same_in_other_places() -> None:
    (reading,) = readings("iso19115_3.xml")
    node: Any = reading.record.root
    assert (node.identifier, reading.type) == (["m3-luftbilder"], "series")
    assert node.title == [Literal("Orthophotos", "fr"), Literal("Luftbilder", "de")]
    assert node.other_identifier[0].notation == ["https://id.neuwald.example/ORTHO"]
    assert node.publisher[0].name == ["Ville de Neuwald"]
    assert node.contact_point[0].has_telephone == ["tel:+3281335900"]
    assert [of(uri) for uri in node.language] == ["FRA"]
    (file,) = node.distribution
    assert (of(file.format[0]), file.byte_size[0].text) == ("GEOTIFF", "1500000")
    assert file.license == ["http://dcat-ap.de/def/licenses/cc-by/4.0"]
    assert node.provenance
    assert node.landing_page == ["https://www.neuwald.example/ortho"]
    assert reading.record.others[0].modified[0].text == "2026-01-02T03:04:05"  # type: ignore[attr-defined]
    assert not reading.unread


def test_nothing_at_all_is_a_record_with_faults() -> None:
    reading = read_one("")
    assert reading.record.root == Dataset()
    assert reading.faults == {"identifier-missing": 1, "title-missing-in-source": 1}


def test_thousands_of_distributions_are_a_finding() -> None:
    link = (
        "<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://x.example/{}.csv</gmd:URL></gmd:linkage>"
        "</gmd:CI_OnlineResource></gmd:onLine>"
    )
    links = "".join(link.format(number) for number in range(8_000))
    inner = (
        "<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions>"
        f"{links}</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"
    )
    reading = read_one(inner)
    assert len(reading.record.root.distribution) == 8_000  # type: ignore[attr-defined]
    assert reading.faults["distribution-excess"] == 1


def test_a_polygon_is_read_in_its_own_order() -> None:
    inner = (
        '<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:extent><gmd:EX_Extent xmlns:gml="urn:gml">'
        "<gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon>"
        '<gml:Polygon srsName="http://www.opengis.net/def/crs/EPSG/0/4326"><gml:exterior><gml:LinearRing>'
        "<gml:posList>48.1 10.1 48.1 10.3 48.2 10.3 48.1 10.1</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>"
        "</gmd:polygon></gmd:EX_BoundingPolygon></gmd:geographicElement></gmd:EX_Extent></gmd:extent>"
        "</gmd:MD_DataIdentification></gmd:identificationInfo>"
    )
    node: Any = read_one(inner).record.root
    assert node.spatial[0].bbox[0].text.startswith("POLYGON((10.1 48.1,10.3 48.1")


NAMES = st.sampled_from(
    [
        "identificationInfo",
        "MD_DataIdentification",
        "SV_ServiceIdentification",
        "citation",
        "CI_Citation",
        "title",
        "extent",
        "EX_Extent",
        "geographicElement",
        "EX_GeographicBoundingBox",
        "EX_GeographicDescription",
        "geographicIdentifier",
        "MD_Identifier",
        "code",
        "temporalElement",
        "EX_TemporalExtent",
        "TimePeriod",
        "resourceConstraints",
        "MD_LegalConstraints",
        "otherConstraints",
        "Anchor",
        "distributionInfo",
        "MD_Distribution",
        "transferOptions",
        "MD_DigitalTransferOptions",
        "onLine",
        "CI_OnlineResource",
        "linkage",
        "URL",
        "operatesOn",
        "containsOperations",
        "spatialResolution",
        "MD_Resolution",
        "distance",
        "Distance",
        "keyword",
    ]
)
TEXTS = st.sampled_from(
    ["", "x", "12,5", "{", '{"id": 3}', "[]", "http://[", "#a", "9" * 30, "2020-99-99", "{{x}}"]
)


@st.composite
def element(draw: Any, depth: int = 0) -> etree._Element:
    made = etree.Element(f"{{http://www.isotc211.org/2005/gmd}}{draw(NAMES)}")
    made.text = draw(TEXTS)
    for key in draw(st.lists(st.sampled_from(["uom", "uuidref", "codeListValue", "locale"]), max_size=2)):
        made.set(key, draw(TEXTS))
    if depth < 5:
        made.extend(draw(st.lists(element(depth=depth + 1), max_size=3)))
    return made


@given(st.lists(element(), max_size=4))
def test_any_tree_is_read(parts: list[etree._Element]) -> None:
    root = etree.Element("{http://www.isotc211.org/2005/gmd}MD_Metadata")
    root.extend(parts)
    record = read_elements([root], lambda found: CONTEXT).entries[0].read().record
    assert canonical_bytes(from_json(canonical_bytes(record))) == canonical_bytes(record)


RECORDS = {
    "csw_iso19139/ulm_iso19139_collection.xml": (114, {}),
    "csw_iso19139/gdi-de_GetRecords_results.xml": (5, {}),
    "csw_iso19139/iso_che.xml": (1, {}),
    "csw_iso19139/inspire-getrecords-response.xml": (2, {}),
    "csw_iso19139/pycsw_iso19115p3_GetRecords-all.xml": (4, {"citation/date[]": 1}),
    "iso19115_3/auscope-3d-model.xml": (1, {"citation/date[]": 1}),
    "iso19115_3/metawal.wallonie.be-catchments.xml": (1, {}),
    "csw_dcat/geonetwork-dcat-page-1.xml": (2, {}),
    "csw_dc/braunschweig_2015-01-15_csw_Record.xml": (153, {}),
    "oai_pmh/pycsw_get_ListRecords_oai_dc.xml": (10, {}),
}


@pytest.mark.parametrize("name", RECORDS)
def test_captured_answers_are_read_whole(name: str) -> None:
    if not (PAYLOADS / name).is_file():
        pytest.skip(f"no payload at {PAYLOADS / name}")
    root, _ = read_xml((PAYLOADS / name).read_bytes())
    found = read_elements(records_in(root), lambda element: CONTEXT)
    unread: Counter[str] = Counter()
    for entry in found.entries:
        reading = entry.read()
        unread += reading.unread
        assert canonical_bytes(reading.record)
    assert (len(found.entries), unread) == RECORDS[name]


def test_gdi_de_names_geonutzv_in_words_by_anchor_and_in_json() -> None:
    path = PAYLOADS / "csw_iso19139/gdi-de_GetRecords_results.xml"
    if not path.is_file():
        pytest.skip(f"no payload at {path}")
    root, _ = read_xml(path.read_bytes())
    nodes: list[Any] = [
        entry.read().record.root for entry in read_elements(records_in(root), lambda one: CONTEXT).entries
    ]
    licences = {
        of(uri) for node in nodes for one in getattr(node, "distribution", [node]) for uri in one.license
    }
    assert licences == {"20130319"} | licences
    assert sum(bool(getattr(node, "serves_dataset", [])) for node in nodes) == 3
