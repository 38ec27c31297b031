"""Official files hold property shapes without a path, at which validators stop: `validate --shacl` goes on without them."""

from pathlib import Path

from rdflib.namespace import SH

from catalog.record.node import Record
from catalog.record.table import Dataset
from catalog.record.terms import IRI
from crawler.validation import read_shapes, validate_shacl

SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://shapes.example/dataset> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
    sh:property [ sh:path dct:title ; sh:minCount 1 ] , [ sh:severity sh:Violation ] , <https://shapes.example/nowhere> .
"""


def test_what_has_a_path_is_still_checked(tmp_path: Path) -> None:
    path = tmp_path / "shapes.ttl"
    path.write_text(SHAPES, encoding="utf-8")
    records = [Record(Dataset(id=IRI("https://daten.example/1"))), Record(Dataset(title=["Bäume"]))]
    (found,) = validate_shacl(records, [path])
    assert (found.severity, found.path, found.count) == ("Violation", "dct:title", 1)
    assert len(list(read_shapes([path]).objects(None, SH.property))) == 1
