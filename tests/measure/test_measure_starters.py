"""Starter records: the same in Turtle and CKAN, valid but for what a town must fill in, with columns where known."""

import json
import sys
from pathlib import Path

import pytest
from stock_world import BURG, HAFEN, NOWHERE, build, crawl
from store_house import House, dataset

from catalog.measure.models import OTHER, models
from catalog.measure.starters import PLACE_HOLDER, TO_FILL, Starter, columns_named, starter, starters
from catalog.record.canonical import to_json
from catalog.record.findings import KINDS, check
from catalog.record.graph import read_graph
from catalog.record.parse import parse
from catalog.record.table import Standard
from catalog.record.terms import IRI
from catalog.store.measures import Measures
from crawler.formats.ckan import read_package

ROOT = Path(__file__).parents[2]
SHAPES = ROOT.parent / "shared" / "shapes"
REAL = [item for item in models() if item.slug != OTHER]


@pytest.fixture
def towns(house: House) -> House:
    house.store.keep_municipalities(
        [{"ags": "99111000", "name": "Musterhafen, Stadt", "type": "Kreisfreie Stadt"}, {"ags": "99112000", "name": "Nirgendwo", "type": "Gemeinde"},
         {"ags": "99113000", "name": "Markt Dorf", "type": ""}]
    )  # fmt: skip
    return house


def made(house: House, slug: str, ags: str = HAFEN) -> Starter:
    return starter(house.conn, ags, slug)


def test_turtle_and_ckan_are_the_same_record(towns: House) -> None:
    for item in REAL:
        found = made(towns, item.slug)
        again = read_package(json.loads(json.dumps(found.ckan)), PLACE_HOLDER)
        assert to_json(again.record) == to_json(found.record)
        assert not again.unread
        assert not again.faults


def test_the_turtle_is_read_back(towns: House) -> None:
    found = made(towns, REAL[0].slug)
    (record,) = read_graph(parse(found.turtle.encode(), "text/turtle").triples).records
    assert to_json(record) == to_json(found.record)
    assert found.turtle.startswith(f"# {REAL[0].label}\n")
    assert TO_FILL.de in found.turtle
    assert (
        f"# <{found.record.root.id}> dcatde:contributorID <http://dcat-ap.de/def/contributors/"
        in found.turtle
    )


def test_our_own_check_finds_no_error(towns: House) -> None:
    for item in REAL:
        found = check(made(towns, item.slug).record)
        grave = [slug for slug in found if KINDS[slug].worst == "error" and not slug.startswith("hvd")]
        assert grave == [], item.slug


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["dcat-ap", "dcat-ap-de"])
def test_the_official_shapes_find_no_violation(towns: House, profile: str) -> None:
    if not SHAPES.is_dir():
        pytest.skip("the official shapes are not here (../shared/shapes)")
    sys.path.append(str(ROOT / "tests" / "real"))
    from shacl_results import violations

    sample = [made(towns, item.slug).record for item in REAL[::16]]
    assert {
        found for found in violations(sample, profile) if not found.note
    } == set()  # a note: entries of lists, elsewhere
    sample[0].root.title = []  # type: ignore[attr-defined]
    assert violations(sample[:1], profile)  # the shapes do see what is wrong


@pytest.mark.parametrize(
    ("ags", "name"),
    [("99111000", "Stadt Musterhafen"), ("99112000", "Gemeinde Nirgendwo"), ("99113000", "Markt Dorf")],
)
def test_the_publisher_has_its_official_name(towns: House, ags: str, name: str) -> None:
    assert made(towns, REAL[0].slug, ags).record.root.publisher[0].name == [name]  # type: ignore[attr-defined]


def test_what_a_town_already_says_is_taken_over(house: House) -> None:
    build(house)
    found = made(house, REAL[0].slug, BURG).record.root
    assert found.publisher[0].name == ["Amt für Übersicht"]  # type: ignore[attr-defined]
    assert found.contact_point[0].has_email == ["mailto:daten@beispielburg.example"]  # type: ignore[attr-defined]
    assert found.spatial[0].id == f"http://dcat-ap.de/def/politicalGeocoding/municipalityKey/{BURG}"  # type: ignore[attr-defined]
    assert made(house, REAL[0].slug, NOWHERE).columns == ()


def test_columns_and_standards_come_from_exemplars(towns: House) -> None:
    record = dataset("Abfallkalender", description="Termine. Spalten: Straße, Datum; Tonne")
    record.root.conforms_to = [Standard(id=IRI("https://standard.example/abfall"))]  # type: ignore[attr-defined]
    crawl(towns, "muster", {"a": dataset("Ohne Spalten"), "b": record})
    keys = [key for (key,) in towns.rows("select key from dataset order by identifier")]
    measures = Measures(towns.store)
    measures.renew("missing_model", ("ags", "model", "rank", "peers", "share", "exemplars"),
                   [(HAFEN, REAL[0].slug, 1, 2, 0.2, json.dumps(keys)), (HAFEN, "unbekannt", 2, 2, 0.2, "[]")])  # fmt: skip
    (found,) = starters(towns.conn, HAFEN)
    assert found.columns == ("Straße", "Datum", "Tonne")
    root = found.record.root
    assert root.distribution[0].description == ["Spalten: Straße, Datum, Tonne"]  # type: ignore[attr-defined]
    assert root.conforms_to == ["https://standard.example/abfall"]  # type: ignore[attr-defined]
    assert to_json(read_package(found.ckan, PLACE_HOLDER).record) == to_json(found.record)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Attribute: Name | Ort | PLZ.", ("Name", "Ort", "PLZ")),
        ("Die Datei hat viele Spalten.", ()),
        ("Felder: eines", ()),
        ('Columns: "id", "name", "id"', ("id", "name")),
        ("Grundstücksfelder: a, b", ()),
    ],
)
def test_columns_in_descriptions(text: str, columns: tuple[str, ...]) -> None:
    assert columns_named({"description": [{"@value": text, "@language": "de"}]}) == columns


def test_unknown_names_are_refused(towns: House) -> None:
    with pytest.raises(KeyError):
        made(towns, REAL[0].slug, "00000000")
    with pytest.raises(KeyError):
        made(towns, "gibt-es-nicht")
