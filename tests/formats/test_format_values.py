"""Single values: what cleaning knows becomes the vocabulary's address, what it does not know stays, and is counted."""

import pytest

from catalog.record.table import Location, PeriodOfTime
from catalog.record.terms import IRI, XSD, XSD_HEX, XSD_NON_NEGATIVE, Literal
from crawler.formats.values import GEOJSON, Cleaner, coded, minted, unique

SITE = "https://daten.neuwald.example"


@pytest.fixture
def clean() -> Cleaner:
    return Cleaner(SITE)


@pytest.mark.parametrize(
    ("text", "value", "fault"),
    [
        ("https://a.example/b?c=ä#d", IRI("https://a.example/b?c=ä#d"), ""),
        ("https://a.example/b c", IRI("https://a.example/b%20c"), "iri-repaired"),
        ("www.a.example", IRI("http://www.a.example"), "iri-repaired"),
        ("/dataset/x.csv", IRI(SITE + "/dataset/x.csv"), "iri-relative"),
        ("../x.csv", IRI(SITE + "/x.csv"), "iri-relative"),
        ("dataset/x.csv", IRI(SITE + "/dataset/x.csv"), "iri-relative"),
        ("//cdn.example/x.csv", IRI("https://cdn.example/x.csv"), "iri-relative"),
        ("auf Anfrage", "auf Anfrage", "iri-unusable"),
        ("a.example/b", "a.example/b", "iri-unusable"),
        ("/", "/", "iri-unusable"),
    ],
)
def test_addresses(clean: Cleaner, text: str, value: str, fault: str) -> None:
    found = clean.address(text)
    assert (found, type(found)) == (value, type(value))
    assert clean.faults == ({fault: 1} if fault else {})


@pytest.mark.parametrize(
    ("text", "lexical", "datatype"),
    [
        ("2014-01-31T08:11:44", "2014-01-31T08:11:44", "dateTime"),
        ("2014-01-31T08:11:44.531453", "2014-01-31T08:11:44.531453", "dateTime"),
        ("2014-01-31T08:11:44+02:00", "2014-01-31T08:11:44+02:00", "dateTime"),
        ("31.01.2014", "2014-01-31", "date"),
        ("2014", "2014", "gYear"),
        ("Date changed\t2014-12-10T09:56:43+01:00", "2014-12-10T09:56:43+01:00", "dateTime"),
    ],
)
def test_dates(clean: Cleaner, text: str, lexical: str, datatype: str) -> None:
    assert clean.date(text) == Literal(lexical, "", XSD + datatype)
    assert not clean.faults


@pytest.mark.parametrize(
    "text",
    ["9999-99-99", "neulich", "2014-02-30T08:11:44", "2014-01-31T25:11:44", "2014-01-31T08:11+01", "R/P1D"],
)
def test_what_cannot_be_a_date_stays_or_has_another_form(clean: Cleaner, text: str) -> None:
    found = clean.date(text)
    assert found == text or (isinstance(found, Literal) and found.text != text)
    assert clean.faults == ({"date-unreadable": 1} if found == text else {})


def test_licences_prefer_the_german_list_then_the_european_then_their_own_address(clean: Cleaner) -> None:
    assert clean.license(["", "dl-de-by-2.0"]) == [IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")]
    assert clean.license(["Unsinn", "cc-zero"]) == [IRI("http://dcat-ap.de/def/licenses/cc-zero")]
    assert not clean.faults
    assert clean.license(["eigene Lizenz", "nur privat"]) == ["eigene Lizenz"]
    assert clean.license(["https://neuwald.example/lizenz"]) == [IRI("https://neuwald.example/lizenz")]
    assert clean.license(["notspecified"]) == ["notspecified"]
    assert clean.faults == {"licence-unknown": 3}
    assert clean.license(["", ""]) == []


@pytest.mark.parametrize(
    ("method", "known", "uri", "fault"),
    [
        ("format", "CSV", "file-type/CSV", "format-unknown"),
        ("frequency", "jährlich", "frequency/ANNUAL", "frequency-unknown"),
        ("language", "de", "language/DEU", "language-unknown"),
    ],
)
def test_vocabularies(clean: Cleaner, method: str, known: str, uri: str, fault: str) -> None:
    read = getattr(clean, method)
    assert read(known) == IRI("http://publications.europa.eu/resource/authority/" + uri)
    assert not clean.faults
    assert read("Quatsch") == "Quatsch"
    assert not isinstance(read("Quatsch"), IRI)
    assert isinstance(read("https://a.example/eigenes"), IRI)
    assert clean.faults == {fault: 3}


def test_themes_may_be_several_and_unknown_ones_stay(clean: Cleaner) -> None:
    assert len(clean.theme("bildung_wissenschaft")) == 2
    assert clean.theme("Raumschiffe") == ["Raumschiffe"]
    assert clean.faults == {"theme-unknown": 1}


def test_codes_labels_and_addresses_of_a_vocabulary() -> None:
    level = IRI("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")
    assert coded("geocoding-level", "municipality") == level
    assert coded("geocoding-level", level + "/") == level
    assert coded("planned-availability", "Stabil") == coded("planned-availability", "stable")
    assert isinstance(coded("access-right", "https://a.example/x"), IRI)
    assert not isinstance(coded("access-right", "nur intern"), IRI)


@pytest.mark.parametrize(
    ("text", "value", "fault"),
    [
        ("1068544", "1068544", ""),
        ("12.34 KB", "12636", ""),
        ("0", "0", ""),
    ],
)
def test_sizes(clean: Cleaner, text: str, value: str, fault: str) -> None:
    assert clean.size(text) == Literal(value, "", XSD_NON_NEGATIVE)
    assert clean.size("riesig") == "riesig"
    assert clean.faults == {"size-unreadable": 1}


def test_checksums_know_their_algorithm_by_name_prefix_or_length(clean: Cleaner) -> None:
    sha1 = "http://spdx.org/rdf/terms#checksumAlgorithm_sha1"
    digest = "94c88db09a117ac2020984a290d6c6450d6de517"
    for text, algorithm in ((digest, ""), (f"sha1:{digest}", ""), (digest, "sha1"), (digest, sha1)):
        node = clean.checksum(text, algorithm)
        assert node.algorithm == [IRI(sha1)]
        assert node.checksum_value == [Literal(digest, "", XSD_HEX)]
    assert clean.checksum("kein hash").checksum_value == ["kein hash"]


def test_places_keep_a_geometry_that_is_more_than_a_box(clean: Cleaner) -> None:
    box = clean.location("9.5,54.0,9.7,54.1")
    shape = clean.location('{"type":"Polygon","coordinates":[[[9,48],[9.2,48],[9.1,48.3],[9,48]]]}')
    point = clean.location({"type": "Point", "coordinates": [9.1, 48.1]})
    assert isinstance(box, Location)
    assert isinstance(shape, Location)
    assert isinstance(point, Location)
    assert (box.bbox[0].text, box.geometry) == ("POLYGON((9.5 54.0,9.7 54.0,9.7 54.1,9.5 54.1,9.5 54.0))", [])
    assert shape.geometry[0].datatype == GEOJSON
    assert (point.bbox, point.centroid[0].text) == ([], "POINT(9.1 48.1)")
    assert not clean.faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [("{{extent:compute}}", "template-unrendered"), ('{"type": "Polygon"', "geometry-unreadable")],
)
def test_places_that_cannot_be_read_stay(clean: Cleaner, text: str, fault: str) -> None:
    assert clean.location(text) == text
    assert clean.faults == {fault: 1}


def test_periods(clean: Cleaner) -> None:
    period = clean.interval("2015-01-01/2015-12-31")
    assert isinstance(period, PeriodOfTime)
    assert [period.start_date[0].text, period.end_date[0].text] == ["2015-01-01", "2015-12-31"]
    year = clean.interval("2014")
    assert isinstance(year, PeriodOfTime)
    assert year.start_date == year.end_date
    assert clean.interval("damals") == "damals"
    assert clean.faults == {"date-unreadable": 1}


def test_prose_loses_its_markup_and_nothing_else(clean: Cleaner) -> None:
    assert clean.prose("Haus & Hof, 3 < 4\n\nzweiter Absatz") == "Haus & Hof, 3 < 4\n\nzweiter Absatz"
    assert not clean.faults
    assert clean.prose("<p>Haus &amp; <b>Hof</b></p>") == "Haus & Hof"
    assert clean.prose("Stadt {{name}}") == "Stadt {{name}}"
    assert clean.faults == {"text-has-markup": 1, "template-unrendered": 1}


def test_contacts(clean: Cleaner) -> None:
    assert clean.mailbox("amt@neuwald.example") == IRI("mailto:amt@neuwald.example")
    assert not clean.faults
    assert clean.mailbox("mailto:mailto:amt@neuwald.example") == IRI("mailto:amt@neuwald.example")
    assert clean.mailbox("https://neuwald.example/kontakt") == IRI("https://neuwald.example/kontakt")
    assert clean.telephone("+49 (0) 9999 / 12-34") == IRI("tel:+4999991234")
    assert clean.faults == {"iri-repaired": 1}
    assert clean.telephone("-") == "-"
    assert clean.faults["iri-unusable"] == 1


def test_minted_addresses_are_encoded() -> None:
    assert minted(SITE, "dataset", "a-1") == SITE + "/dataset/a-1"
    assert minted(SITE, "dataset", "a b/ü") == SITE + "/dataset/a%20b%2F%C3%BC"


def test_unique_keeps_the_order() -> None:
    assert unique(["b", "a", "b"]) == ["b", "a"]
