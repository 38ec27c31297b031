"""Formats, media types and sizes as portals write them."""

import csv
from pathlib import Path

import pytest

from catalog.cleaning.formats import read_format, read_media_type
from catalog.cleaning.sizes import read_size
from catalog.vocabulary import read_table

FACTS = Path(__file__).parents[3] / "shared" / "facts"
EU = "http://publications.europa.eu/resource/authority/file-type/"
IANA = "https://www.iana.org/assignments/media-types/"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("csv", "CSV"), (" CSV ", "CSV"), (".CSV", "CSV"), ("zip+csv", "CSV"), ("CSV LonLat/XY", "CSV"), ("application\\csv", "CSV"),
        ("text/csv; charset=utf-8", "CSV"), (EU + "CSV", "CSV"), (EU.replace("http:", "https:") + "CSV", "CSV"),
        (IANA + "text/csv", "CSV"), ("http://www.iana.org/assignments/media-types/text/csv", "CSV"),
        ("GeoJSON", "GEOJSON"), ("gjson", "GEOJSON"), ("application/vnd.geo+json", "GEOJSON"), ("Web Page", "HTML"), ("ftype/HTML", "HTML"),
        ("kml, kmz", "KML"), ("XLS, XLSX", "XLS"), ("Shapefile (zip)", "SHP"), ("zip:shp", "SHP"), ("shape", "SHP"),
        ("OGC:WMS", "WMS_SRVC"), ("ogc:wfs", "WFS_SRVC"), ("GTFS-RT", "GTFS_RT"), ("ArcGIS GeoServices REST API", "REST"),
    ],
)  # fmt: skip
def test_spellings(text: str, code: str) -> None:
    found = read_format(text)
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    "text", ["", "docreader", "csv und mehr", "Daten", "http://example.org/", "x" * 1000, "csv, docreader"]
)
def test_unknown_formats_stay_unknown(text: str) -> None:
    assert read_format(text) is None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.org/data/a.geojson", "GEOJSON"),
        ("http://example.org/data/A.CSV?x=1#y", "CSV"),
        ("http://example.org/a%2Ecsv", "CSV"),
        ("http://example.org/a.csv.gz", "CSV"),
        ("http://example.org/ows?SERVICE=WMS&REQUEST=GetCapabilities", "WMS_SRVC"),
        ("http://example.org/arcgis/services/x/MapServer/WFSServer?", "WFS_SRVC"),
    ],
)
def test_the_address_is_asked_when_the_text_says_nothing(url: str, code: str) -> None:
    for text in ("", "docreader"):
        found = read_format(text, url)
        assert found is not None
        assert found.code == code


@pytest.mark.parametrize(
    "url", ["http://example.de", "http://example.org/seite.do", "http://example.org/a", "data.csv?", "", "::"]
)
def test_addresses_without_a_format(url: str) -> None:
    found = read_format("", url)
    assert (found and found.code) == ("CSV" if url.startswith("data.csv") else None)


def test_text_wins_over_media_type_and_media_type_over_address() -> None:
    assert [
        found.code
        for found in (
            read_format("pdf", "http://example.org/a.csv", "text/html"),
            read_format("", "http://example.org/a.csv", "text/html"),
            read_format("", "http://example.org/a.csv", "application/octet-stream"),
        )
        if found
    ] == ["PDF", "HTML", "CSV"]


def test_a_format_brings_its_properties() -> None:
    assert read_format("csv") == ("CSV", EU + "CSV", IANA + "text/csv", True, True, "file")
    assert read_format("xlsx")[3:] == (True, False, "file")  # type: ignore[index]
    assert read_format("pdf")[3:] == (False, False, "file")  # type: ignore[index]
    assert read_format("wms")[4:] == (True, "service")  # type: ignore[index]
    assert read_format("gtfs-rt")[1:] == ("", "", False, False, "file")  # type: ignore[index]


def test_every_alias_resolves() -> None:
    for row in read_table("format-aliases"):
        found = read_format(row["alias"])
        assert found is not None, row["alias"]
        assert found.code == row["code"]


@pytest.mark.skipif(not FACTS.is_dir(), reason="the reference facts are not beside the project")
def test_all_reference_aliases_resolve_to_the_same_code() -> None:
    with (FACTS / "format_normalisation.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 1728
    wrong = [row["alias"] for row in rows if (read_format(row["alias"]) or ("",))[0] != row["eu_code"]]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("text/csv", "text/csv"),
        ("Text/CSV; header=present", "text/csv"),
        ("http://www.iana.org/assignments/media-types/text/csv", "text/csv"),
        ("https://www.iana.org/assignments/media-types/media-types.xhtml#text/csv", "text/csv"),
        ("csv", "text/csv"),
        ("kmz", "application/vnd.google-earth.kmz"),
        ("application/edifact", "application/EDIFACT"),
        ("application/x-zip-compressed", "application/zip"),
    ],
)
def test_media_types(text: str, media_type: str) -> None:
    assert read_media_type(text) == IANA + media_type


@pytest.mark.parametrize("text", ["", "foo/bar", "csv, json", "texte", "/"])
def test_unknown_media_types(text: str) -> None:
    assert read_media_type(text) is None


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("12.34 KB", 12636), ("512 bytes", 512), ("141 Bytes", 141), ("1,5 MB", 1572864), ("1.234,5 KB", 1264128), ("1,234.5 KB", 1264128),
        ("1.234 Bytes", 1234), ("1.234.567", 1234567), ("2 GB", 2147483648), ("3,07 Mo", 3219128), ("12 345 octets", 12345), ("5120", 5120),
        (5120, 5120), (5.5, 6), ("ca. 2 MB", 2097152), ("2MiB", 2097152), ("1 Terabyte", 1024**4), ("0", 0),
    ],
)  # fmt: skip
def test_sizes(text: str | float, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "groß",
        "-3",
        -3,
        "1.234 KB",
        "1,234 MB",
        "1.2.3 KB",
        "1,2,3",
        "12 Seiten",
        float("nan"),
        float("inf"),
        10**400,
        True,
        "9" * 39,
    ],
)
def test_what_is_no_size(text: str | float) -> None:
    assert read_size(text) is None
