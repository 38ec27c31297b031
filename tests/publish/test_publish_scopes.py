"""Feeds of municipalities and model datasets, what is left out of feeds, the German profile, a record as it was."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, PROV, RDF, Namespace
from sample_measured import BURG, HAFEN, HOSTILE_TOWN, NOTHING, WEBSITE, Measured

from catalog.publish.export import export
from catalog.store.copying import copy_database

DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
DQV = Namespace("http://www.w3.org/ns/dqv#")
HOST = "https://daten.hafen.example"
MODEL = "flora-und-fauna-baumbestand-baumkataster"


def _graph(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="nt")


def _members(graph: rdflib.Graph) -> set[Any]:
    return {*graph.objects(None, DCAT.dataset), *graph.objects(None, DCAT.service)}


def _sources(graph: rdflib.Graph) -> set[str]:
    return {str(one) for one in graph.objects(None, PROV.hadPrimarySource)}


def _rows(measured: Measured, sql: str, *given: Any) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(measured.path)
    try:
        return connection.execute(sql, given).fetchall()
    finally:
        connection.close()


@pytest.fixture
def changed(measured: Measured, tmp_path: Path, other: Callable[..., Any]) -> Callable[..., Any]:
    """`changed(sql, …)` serves a copy of the measured sample in which statements were run."""

    def serve(*statements: str) -> Any:
        path = tmp_path / "changed.db"
        copy_database(measured.path, path)
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return other(path)

    return serve


@pytest.mark.parametrize("ags", [HAFEN, BURG, HOSTILE_TOWN])
def test_a_municipalitys_feed_holds_its_datasets_once(look: Any, measured: Measured, ags: str) -> None:
    graph = _graph(look(f"/municipality/{ags}/catalog.nt").text)
    sql = (
        "select count(*) from dataset where ags = ? and gone_run is null and type != 'website' and not exists"
        " (select 1 from sighting join dataset as other on other.id = canonical"
        " where sighting.dataset = dataset.id and other.ags = dataset.ags)"
    )
    assert len(_members(graph)) == _rows(measured, sql, ags)[0][0] > 0
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert str(catalogue).endswith(f"/municipality/{ags}/catalog")
    assert graph.value(graph.value(catalogue, DCTERMS.publisher), FOAF.name)


def test_a_municipality_without_data_has_an_empty_feed(look: Any) -> None:
    answer = look(f"/municipality/{NOTHING}/catalog.nt")
    assert answer.status_code == 200
    assert _members(_graph(answer.text)) == set()


def test_what_was_found_on_web_pages_is_asked_for(look: Any) -> None:
    path = f"/municipality/{WEBSITE}/catalog.nt"
    assert _members(_graph(look(path).text)) == set()
    assert len(_members(_graph(look(f"{path}?website=1").text))) == 1


def test_a_models_feed_holds_what_is_that_model(look: Any, measured: Measured) -> None:
    graph = _graph(look(f"/model/{MODEL}/catalog.nt").text)
    sql = (
        "select count(*) from dataset_model join dataset on dataset.id = dataset where model = ? and gone_run is null"
        " and type != 'website' and not exists (select 1 from sighting where sighting.dataset = dataset.id)"
    )
    assert len(_members(graph)) == _rows(measured, sql, MODEL)[0][0] > 0


@pytest.mark.parametrize(
    "path", ["/municipality/1/catalog.ttl", "/model/none/catalog.ttl", "/municipality/1/quality.ttl"]
)
def test_unknown_keys_are_not_found(look: Any, path: str) -> None:
    assert look(path).status_code == 404


def test_a_dataset_seen_twice_is_in_the_whole_feed_once(look: Any, measured: Measured) -> None:
    ((key, canonical),) = _rows(
        measured,
        "select one.key, other.key from sighting join dataset as one on one.id = dataset"
        " join dataset as other on other.id = canonical",
    )
    text = look("/catalog.nt").text
    assert f"/dataset/{key}#record" not in text
    assert f"/dataset/{canonical}#record" in text


def test_two_datasets_with_one_iri_are_told_apart(changed: Any) -> None:
    iri = "https://same.example/dataset"
    get = changed("delete from sighting", f"update dataset set iri = '{iri}' where id in (1, 2)")
    members = _members(_graph(get("/catalog.nt").text))
    assert rdflib.URIRef(iri) in members
    assert sum("/dataset/" in str(one) and str(one) != iri for one in members) == len(members) - 1


@pytest.mark.parametrize(
    "settings",
    ['{"republish":"no"}', '{"metadata_license":"https://creativecommons.org/licenses/by-nc-nd/4.0/"}'],
)
def test_what_may_not_be_published_again_is_left_out_and_named(changed: Any, settings: str) -> None:
    get = changed(f"update portal set settings = '{settings}' where key = 'hafen'")
    graph = _graph(get("/catalog.nt").text)
    assert _sources(graph)
    assert HOST not in _sources(graph)
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert "Offene Daten Musterhafen" in str(graph.value(catalogue, DCTERMS.description))
    assert _members(_graph(get("/portal/hafen/catalog.nt").text)) == set()
    hidden = get("/datasets.csv?q=baum")
    assert hidden.status_code == 200
    assert ",hafen," not in get("/datasets.csv").text


def test_a_single_record_that_may_not_be_published_again_is_refused(changed: Any) -> None:
    get = changed('update portal set settings = \'{"republish":"no"}\'')
    connection = get("/datasets.csv")
    assert connection.text.count("\n") == 1
    sitemap = get("/sitemap-1.xml").text
    key = sitemap.partition("/dataset/")[2].partition("<")[0]
    assert get(f"/dataset/{key}.ttl").status_code == 403


def test_an_operator_may_allow_it_whatever_the_licence(changed: Any) -> None:
    both = '{"republish":"yes","metadata_license":"cc-by-nc"}'
    get = changed(f"update portal set settings = '{both}' where key = 'hafen'")
    assert HOST in _sources(_graph(get("/catalog.nt").text))


def test_the_metadatas_licence_and_national_portals_stand_in_the_record(changed: Any) -> None:
    get = changed(
        "update portal set metadata_license = 'cc-zero' where key = 'hafen'",
        "update portal set covers = 'DE', url = 'https://national.example' where key = 'land'",
        "update dataset set iri = 'https://national.example/' || id where portal = (select id from portal where key = 'land')",
    )
    graph = _graph(get("/catalog.nt").text)
    licences = {str(value) for value in graph.objects(None, DCTERMS.license)}
    assert "http://publications.europa.eu/resource/authority/licence/CC0" in licences
    record = next(graph.subjects(DCTERMS.isPartOf, rdflib.URIRef("https://national.example")))
    assert (record, RDF.type, DCAT.CatalogRecord) in graph
    in_both = [
        one
        for one in graph.subjects(DCTERMS.isPartOf, None)
        if str(graph.value(one, PROV.hadPrimarySource)) != "https://national.example"
    ]
    assert len(in_both) == 1
    assert str(graph.value(in_both[0], PROV.alternateOf)).startswith("https://national.example/")


def test_the_german_profile(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BESTAND_CONTRIBUTOR_ID", "berlinOpenData")
    answer = look(f"/municipality/{HAFEN}/catalog.nt?profile=de")
    graph = _graph(answer.text)
    assert 'rel="profile"' in answer.headers["link"]
    level = rdflib.URIRef("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")
    for dataset in graph.objects(None, DCAT.dataset):
        assert str(graph.value(dataset, DCATDE.contributorID)).endswith("/contributors/berlinOpenData")
        assert graph.value(dataset, DCATDE.politicalGeocodingLevelURI) == level
        assert graph.value(graph.value(dataset, DCTERMS.publisher), FOAF.name)
    licences = {
        str(one)
        for file in graph.subjects(RDF.type, DCAT.Distribution)
        for one in graph.objects(file, DCTERMS.license)
    }
    assert licences
    assert all(one.startswith("http://dcat-ap.de/def/licenses/") for one in licences)
    plain = look(f"/municipality/{HAFEN}/catalog.nt")
    assert plain.headers["etag"] != answer.headers["etag"]
    assert "contributorID" not in plain.text


def test_pages_of_the_german_profile_lead_to_each_other(look: Any) -> None:
    assert "?page=1&profile=de>" in look("/catalog.ttl?profile=de").text


def test_a_record_as_it_was_at_a_run(look: Any, measured: Measured) -> None:
    ((key, run),) = _rows(
        measured, "select key, run from version join dataset on dataset.id = dataset where event = 'changed'"
    )
    before, after = (look(f"/dataset/{key}.ttl?run={number}") for number in (run - 1, run))
    assert before.status_code == after.status_code == 200
    assert before.text != after.text
    assert look(f"/dataset/{key}.json?run={run}").content == look(f"/dataset/{key}.json").content
    assert look(f"/dataset/{key}.json?run={run - 1}").content != look(f"/dataset/{key}.json").content
    for language in ("de", "en"):
        page = look(f"/dataset/{key}?run={run - 1}&lang={language}")
        assert page.status_code == 200
        assert f"/dataset/{key}.ttl?run={run - 1}" in page.headers["link"]


def test_a_record_that_was_gone_says_so(look: Any, measured: Measured) -> None:
    ((key, run),) = _rows(
        measured, "select key, run from version join dataset on dataset.id = dataset where event = 'gone'"
    )
    assert "Withdrawn" in look(f"/dataset/{key}.nt?run={run}").text
    assert "Withdrawn" not in look(f"/dataset/{key}.nt?run={run - 1}").text
    assert "no longer listed" in look(f"/dataset/{key}?run={run}&lang=en").text


def test_before_it_was_seen_there_is_none(look: Any, measured: Measured) -> None:
    ((key, run),) = _rows(
        measured,
        "select key, run from version join dataset on dataset.id = dataset where event = 'added' and run > 1 limit 1",
    )
    for path in (f"/dataset/{key}.ttl", f"/dataset/{key}.json", f"/dataset/{key}"):
        assert look(f"{path}?run={run - 1}").status_code == 404
        assert look(f"{path}?run={run}").status_code == 200


def test_quality_is_a_feed_of_its_own(look: Any, measured: Measured) -> None:
    graph = _graph(look("/quality.nt").text)
    values = {
        str(one).rpartition("/")[2]: int(graph.value(one, DQV.value))
        for one in graph.subjects(DQV.isMeasurementOf, rdflib.URIRef("https://piveau.eu/ns/voc#scoring"))
    }
    points = dict(
        _rows(measured, "select key || '#quality', points from quality join dataset on id = dataset")
    )
    assert values
    assert values == {key: points[key] for key in values}
    for measurement in graph.subjects(RDF.type, DQV.QualityMeasurement):
        assert graph.value(measurement, DQV.computedOn) is not None
        assert graph.value(measurement, PROV.generatedAtTime) is not None
    own = _graph(look(f"/municipality/{BURG}/quality.nt").text)
    assert 0 < len(set(own.subjects(RDF.type, DQV.QualityMeasurement))) < len(values) * 6


def test_an_export_is_narrowed_to_a_municipality(measured: Measured, tmp_path: Path) -> None:
    path = tmp_path / "burg.nt"
    with path.open("wb") as stream:
        count = export(
            measured.path, stream, "nt", municipality=BURG, profile="de", contributor="berlinOpenData"
        )
    assert count == len(_members(_graph(path.read_text()))) > 0
    with path.open("wb") as stream, pytest.raises(KeyError):
        export(measured.path, stream, "nt", municipality="1")


@pytest.mark.parametrize(
    "path", ["/municipality/99111000/catalog.ttl", "/quality.ttl", "/feed.atom", "/sitemap.xml"]
)
def test_feeds_answer_head_and_304(look: Any, path: str) -> None:
    head = look(path, method="HEAD")
    assert head.status_code == 200
    assert look(path, if_none_match=head.headers["etag"]).status_code == 304


def test_void_says_how_much_there_is_and_where(look: Any) -> None:
    graph = rdflib.Graph().parse(data=look("/.well-known/void").text, format="turtle")
    void = Namespace("http://rdfs.org/ns/void#")
    (subject,) = graph.subjects(RDF.type, void.Dataset)
    assert int(str(graph.value(subject, void.entities))) == len(_members(_graph(look("/catalog.nt").text)))
    for dump in graph.objects(subject, void.dataDump):
        assert look(str(dump).partition("example")[2]).status_code == 200


def test_every_distribution_of_a_page_has_an_iri_that_stays(look: Any, changed: Any) -> None:
    names = set(_graph(look("/catalog.nt").text).objects(None, DCAT.distribution))
    assert names
    assert all(isinstance(name, rdflib.URIRef) for name in names)
    strip = 'update version set record = replace(record, \'"title":[\', \'"title":["Neu",\')'
    again = set(_graph(changed(strip)("/catalog.nt").text).objects(None, DCAT.distribution))
    marks = [{str(name).partition("/dataset/")[2] or str(name) for name in group} for group in (names, again)]
    assert marks[0] == marks[1]
