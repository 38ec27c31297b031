"""JSON-LD contexts: derived from the property table, and enough for feeds that name the official ones."""

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import orjson
import pytest

from catalog.record.context import context, prefixed_context
from catalog.record.graph import read_graph
from catalog.record.parse import local_contexts, parse
from catalog.record.table import Catalogue, Dataset, Distribution
from catalog.record.terms import IRI, Literal

OFFICIAL = Path(__file__).parents[3] / "shared" / "shapes" / "context"
DCAT_AP = "https://semiceu.github.io/DCAT-AP/releases/3.0.1/context/dcat-ap.jsonld"
HVD = "https://semiceu.github.io/DCAT-AP/releases/3.0.0-hvd/context/hvd.jsonld"
DCAT_US = "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld"
WITHOUT_PROPERTIES = {"CataloguedResource", "Literal", "Resource", "TemporalLiteral", "TimeInstant"}


@pytest.mark.parametrize(("name", "made"), [("dcat-ap", context()), ("dcat-ap-hvd", prefixed_context())])
def test_the_files_are_what_the_table_says(name: str, made: dict[str, object]) -> None:
    data = (resources.files("schemas") / "contexts" / f"{name}.jsonld").read_bytes()
    assert orjson.loads(data) == orjson.loads(orjson.dumps(made))


def test_every_address_stands_for_a_context_and_is_written_as_looked_up() -> None:
    for address, found in local_contexts().items():
        assert address.startswith("http://")
        assert not address.endswith("/")
        assert isinstance(found, dict)


def official(name: str) -> dict[str, object]:
    path = OFFICIAL / name
    if not path.exists():
        pytest.skip("the official contexts are not beside the project")
    found: dict[str, object] = json.loads(path.read_bytes())["@context"]
    return found


def test_dcat_ap_names_mean_what_they_mean_officially() -> None:
    ours = context()["@context"]
    for name, said in official("dcat-ap-3.0.1.jsonld").items():
        if isinstance(said, str) or name in WITHOUT_PROPERTIES or ":" in name:
            continue
        assert isinstance(said, dict)
        assert ours[name]["@id"] == said["@id"]
        for key, defined in said.get("@context", {}).items():
            if (name, key) != ("Location", "geometry"):  # officially a reference, in all feeds a literal
                found = ours[name]["@context"][key]
                assert (key, found["@id"], found.get("@type")) == (key, defined["@id"], defined.get("@type"))


def test_hvd_names_mean_what_they_mean_officially() -> None:
    ours = prefixed_context()["@context"]
    for name, said in official("hvd-3.0.0.jsonld").items():
        if isinstance(said, dict):
            assert (ours[name]["@id"], ours[name].get("@type")) == (said["@id"], said.get("@type"))


def record_of(data: Mapping[str, object], name: str) -> Dataset:
    parsed = parse(json.dumps(data).encode(), "application/ld+json", "https://x.example/catalog.jsonld")
    assert parsed.faults["context-remote"] == 1
    found = {record.root.id: record.root for record in read_graph(parsed.triples).records}[IRI(name)]
    assert isinstance(found, Dataset)
    return found


def test_a_feed_with_the_official_context_is_read() -> None:
    distribution = {"@type": "Distribution", "accessUrl": "https://x.example/a.csv", "byteSize": "12"}
    said = {
        "@id": "https://x.example/d",
        "@type": "Dataset",
        "title": {"@value": "Bäume", "@language": "de"},
        "releaseDate": "2024-01-01",
        "publisher": {"@id": "https://x.example/#us", "@type": "Agent", "name": "Stadt"},
        "datasetDistribution": [distribution],
    }
    catalogue = {"@context": DCAT_AP, "@id": "https://x.example/", "@type": "Catalogue", "dataset": [said]}
    found = record_of(catalogue, "https://x.example/d")
    assert found.title == [Literal("Bäume", "de")]
    assert found.issued == ["2024-01-01"]
    assert found.publisher[0].name == ["Stadt"]
    assert isinstance(found.distribution[0], Distribution)
    assert found.distribution[0].access_url == [IRI("https://x.example/a.csv")]


def test_a_feed_with_the_context_for_high_value_data_is_read() -> None:
    said = {
        "@context": HVD,
        "@id": "https://x.example/d",
        "@type": "Dcat:Dataset",
        "dcatap:applicableLegislation": "http://data.europa.eu/eli/reg_impl/2023/138/oj",
        "dcat:distribution": {"dcat:accessURL": "https://x.example/a.csv"},
    }
    found = record_of(said, "https://x.example/d")
    assert found.applicable_legislation == [IRI("http://data.europa.eu/eli/reg_impl/2023/138/oj")]
    assert found.distribution[0].access_url == [IRI("https://x.example/a.csv")]


def test_a_dcat_us_catalogue_is_read() -> None:
    said = {
        "@id": "https://x.example/d",
        "@type": "dcat:Dataset",
        "title": "Trees",
        "accessLevel": "public",
        "contactPoint": {"@type": "vcard:Contact", "fn": "Parks", "hasEmail": "mailto:parks@x.example"},
    }
    catalogue = {"@context": DCAT_US, "@type": "dcat:Catalog", "dataset": [said]}
    found = record_of(catalogue, "https://x.example/d")
    assert found.title == ["Trees"]
    assert found.contact_point[0].has_email == [IRI("mailto:parks@x.example")]
    assert found.rest == {IRI("https://project-open-data.cio.gov/v1.1/schema#accessLevel"): ["public"]}


def test_an_unknown_remote_context_is_left_out_and_nothing_else() -> None:
    said = {
        "@context": ["https://elsewhere.example/context.jsonld", {"dcat": "http://www.w3.org/ns/dcat#"}],
        "@id": "https://x.example/d",
        "@type": "dcat:Dataset",
        "titel": "bleibt",
    }
    found = record_of(said, "https://x.example/d")
    assert found.rest == {IRI("urn:relative:titel"): ["bleibt"]}


def test_the_catalogue_class_has_its_name_in_both_spellings() -> None:
    ours = context()["@context"]
    assert ours["Catalog"]["@id"] == ours["Catalogue"]["@id"] == Catalogue.iri
