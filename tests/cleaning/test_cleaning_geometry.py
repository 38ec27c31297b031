"""Where datasets lie, however it is written."""

from typing import Any

import pytest

from catalog.cleaning.geometry import read_geometry

BOX = (8.0, 50.0, 9.0, 51.0)
RING = [[8, 50], [9, 50], [9, 51], [8, 51], [8, 50]]


@pytest.mark.parametrize(
    "value",
    [
        {"type": "Polygon", "coordinates": [RING]},
        '{"type": "Polygon", "coordinates": [[[8,50],[9,51],[8,51],[8,50]]]}',
        {"type": "MultiPolygon", "coordinates": [[RING], [RING]]},
        {"type": "envelope", "coordinates": [[8, 51], [9, 50]]},
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [8, 50, 100]}, {"type": "Point", "coordinates": [9, 51]}]},
        {"type": "Feature", "geometry": {"type": "LineString", "coordinates": [[8, 50], [9, 51]]}},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [RING]}}]},
        {"bbox": [8, 50, 9, 51]},
        [8, 50, 9, 51],
        [8, 50, 0, 9, 51, 100],
        [[8, 50], [9, 51]],
        "[8, 50, 9, 51]",
        "8,50,9,51",
        "8.0 50.0 9.0 51.0",
        "POLYGON((8 50, 9 50, 9 51, 8 51, 8 50))",
        "Polygon ((8 50,9 50,9 51,8 51,8 50))",
        "POLYGON((8,50,9,50,9,51,8,51,8,50))",
        "POLYGON Z((8 50 1, 9 50 1, 9 51 1, 8 50 1))",
        "SRID=4326;POLYGON((8 50,9 51,8 50))",
        "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON((8 50,9 51,8 50))",
        "<http://www.opengis.net/def/crs/EPSG/0/4326> POLYGON((50 8,51 9,50 8))",
        "MULTIPOINT((8 50),(9 51))",
        "GEOMETRYCOLLECTION(POINT(8 50),POINT(9 51))",
        "ENVELOPE(8, 9, 51, 50)",
        '<gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326"><gml:lowerCorner>50 8</gml:lowerCorner><gml:upperCorner>51 9</gml:upperCorner></gml:Envelope>',
        "<Envelope srsName='CRS84'><lowerCorner>8 50</lowerCorner><upperCorner>9 51</upperCorner></Envelope>",
    ],
)  # fmt: skip
def test_every_form_gives_the_same_box(value: Any) -> None:
    found = read_geometry(value)
    assert found is not None
    assert found.bbox == BOX
    assert found.centroid == (8.5, 50.5)
    assert found.wkt == "POLYGON((8.0 50.0,9.0 50.0,9.0 51.0,8.0 51.0,8.0 50.0))"


def test_a_point_stays_a_point() -> None:
    assert read_geometry("POINT(8.1 50.2)") == ((8.1, 50.2, 8.1, 50.2), (8.1, 50.2), "POINT(8.1 50.2)")


@pytest.mark.parametrize(
    "value",
    [
        "", "Philadelphia, Pennsylvania", "ARG", "{{extent:computeSpatialProperty}}", "{", "[]", "{}", "null", "8,50", "8,50,9,51,10",
        "9,51,8,50", [9, 51, 8, 50], "POLYGON((159 -25, 159 -11, 212 -11, 212 -25, 159 -25))", "POINT(8 95)", "POLYGON(())", "POLYGON((8 50, 9))",
        "POINT(acht 50)", "SRID=25832;POINT(8 50)", "<http://www.opengis.net/def/crs/EPSG/0/25832> POINT(356000 5645000)", "POINT(356000 5645000)",
        "ENVELOPE(8,9)", {"type": "Point"}, {"type": "Point", "coordinates": ["8", "50"]}, {"type": "Point", "coordinates": [8, None]},
        {"type": "Point", "coordinates": [True, False]}, {"coordinates": [float("nan"), 1]}, {"coordinates": [10**400, 1]}, [1, 2, 3], 5, None,
        '<gml:Envelope srsName="EPSG:25832"><lowerCorner>1 2</lowerCorner><upperCorner>3 4</upperCorner></gml:Envelope>',
        "<Envelope><lowerCorner>1</lowerCorner><upperCorner>3 4</upperCorner></Envelope>",
    ],
)  # fmt: skip
def test_what_lies_nowhere(value: Any) -> None:
    assert read_geometry(value) is None


def test_bombs_are_refused_without_recursion() -> None:
    deep: Any = [8, 50]
    for _ in range(100_000):
        deep = [deep]
    assert read_geometry({"type": "Polygon", "coordinates": deep}) is not None
    assert read_geometry("[" * 100_000 + "8,50" + "]" * 100_000) is None
    assert read_geometry("POINT(8 50" + " " * 5_000_000 + ")") is None
    loop: list[Any] = []
    loop.append(loop)
    assert read_geometry({"coordinates": loop}) is None
