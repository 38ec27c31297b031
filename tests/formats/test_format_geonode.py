"""Resources of GeoNode's API 2: every key in its place, maps counted as maps."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.record.terms import expand
from crawler.formats.geonode import read_entries, read_resource
from crawler.formats.reading import Reading

FIXTURE = Path(__file__).parents[1] / "fixtures" / "geonode" / "resources.json"
SITE = "https://www.neuwald.example"


def readings() -> list[Reading]:
    return [entry.read() for entry in read_entries(orjson.loads(FIXTURE.read_bytes())["resources"], SITE)]


def of(address: str) -> str:
    return address.rpartition("/")[2]


def test_a_dataset_says_everything() -> None:
    reading = readings()[0]
    node: Any = reading.record.root
    assert node.id == SITE + "/api/v2/resources/18"
    assert node.identifier == ["852259fc-e3f9-11eb-a768-47eca398f8be"]
    assert [one.notation[0] for one in node.other_identifier] == ["10.1234/rad", "geonode:radwege"]
    assert (node.title, node.description, node.version) == (["Radwege"], ["Alle Radwege"], ["2"])
    assert (node.keyword, [of(uri) for uri in node.theme]) == (["Rad", "Verkehrsnetze"], ["TRAN"])
    assert (node.issued[0].text, node.modified[0].text) == ("2024-05-06T07:08:09Z", "2025-01-02T03:04:05Z")
    assert (node.temporal[0].start_date[0].text, node.temporal[0].end_date) == ("2020-01-01T00:00:00Z", [])
    assert node.publisher[0].name == ["Stadt Neuwald"]
    assert node.contact_point[0].has_email == ["mailto:verkehr@neuwald.example"]
    assert (node.originator[0].name, node.qualified_attribution[0].agent[0].name) == (
        ["verkehrsamt"],
        ["buero"],
    )
    assert (of(node.language[0]), of(node.frequency[0])) == ("DEU", "ANNUAL")
    assert node.conforms_to == ["http://www.opengis.net/def/crs/EPSG/0/25832"]
    assert node.spatial[0].bbox[0].text.startswith("POLYGON((10.1 48.1,")
    assert node.spatial[1].rest == {expand("skos:prefLabel"): ["Germany"]}
    assert node.landing_page == [SITE + "/catalogue/#/dataset/18"]
    assert reading.unread == {"eigenes_feld": 1}
    assert (reading.type, reading.faults) == ("", {})


def test_downloads_links_and_services_are_distributions() -> None:
    node: Any = readings()[0].record.root
    download, geojson, view = node.distribution
    assert download.download_url == [SITE + "/datasets/geonode:radwege/dataset_download"]
    assert (of(geojson.format[0]), of(geojson.media_type[0])) == ("GEOJSON", "json")
    assert (of(view.format[0]), view.download_url) == ("WMS_SRVC", [])
    assert {uri for file in node.distribution for uri in file.license} == {
        "http://dcat-ap.de/def/licenses/cc-by/4.0"
    }
    assert {text for file in node.distribution for text in file.license_attribution} == {"Stadt Neuwald"}


def test_a_map_keeps_its_type() -> None:
    reading = readings()[1]
    node: Any = reading.record.root
    assert (reading.type, node.identifier, node.publisher[0].name) == ("map", ["19"], ["gis"])


def test_what_is_no_object_is_an_entry_that_cannot_be_read() -> None:
    (entry,) = read_entries(["x"], SITE)
    with pytest.raises(TypeError):
        entry.read()


KEYS = st.sampled_from(
    [
        "title",
        "pk",
        "uuid",
        "owner",
        "poc",
        "license",
        "links",
        "download_urls",
        "ll_bbox_polygon",
        "srid",
        "date",
        "group",
        "regions",
    ]
)
VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["url", "name", "type"]), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_any_resource_is_read(item: dict[str, Any]) -> None:
    assert read_resource(item, SITE).record.root
