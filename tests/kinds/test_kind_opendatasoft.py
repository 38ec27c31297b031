"""Opendatasoft: pages as far as they reach, else the export; every template of metadata accounted for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from crawls import OPTIONS, Crawled, crawled_twice
from hypothesis import given
from kind_checks import (
    BAD,
    JSON,
    KEYS,
    MARKER,
    PAYLOADS,
    PORTAL,
    SITE,
    answer,
    answers_of_other_kinds,
    fixture,
    mutated,
    read_all,
    seen_by_others,
    slug_of,
    value_of,
)
from loopback import Loopback, serving
from portal_opendatasoft import DATASETS, large, portal

from catalog.record.table import Dataset
from catalog.record.terms import IRI
from crawler.fetch.memory import MemorySink
from crawler.fetch.patience import quota_pause
from crawler.fetch.run import crawl
from crawler.formats.json_payload import canonical
from crawler.formats.opendatasoft import read_dataset, read_items
from crawler.formats.opendatasoft_keys import DCAT_OUT_OF_SCOPE, DEFAULT_OUT_OF_SCOPE, PROFILE_OUT_OF_SCOPE
from crawler.sources import opendatasoft
from crawler.sources.protocol import Call, Portal

API = f"{SITE}/api/explore/v2.1/catalog"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("ods"), portal, "opendatasoft") as runs:
        yield runs


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with crawled_twice(tmp_path_factory.mktemp("ods2"), large, "opendatasoft") as runs:
        yield runs


def test_a_portal_is_detected_and_crawled_whole(crawled: Crawled) -> None:
    assert crawled.kind() == "opendatasoft"
    run = crawled.run("sound")
    assert (run["outcome"], run["delivered"], run["claimed"]) == ("complete", DATASETS, DATASETS)
    assert len([target for target in crawled.sound.asked if "order_by=dataset_id" in target]) == 4


@pytest.mark.parametrize("way", ["crawled", "exported"])
def test_a_second_crawl_sees_what_changed_and_not_what_was_counted(
    way: str, request: pytest.FixtureRequest
) -> None:
    run = request.getfixturevalue(way).run("sound", 2)
    counts = {name: run[name] for name in ("added", "changed", "unchanged", "gone")}
    assert counts == {"added": 1, "changed": 1, "unchanged": DATASETS - 2, "gone": 1}


def test_a_broken_page_costs_one_dataset(crawled: Crawled) -> None:
    for number in (1, 2):
        run = crawled.run("broken", number)
        assert (run["delivered"], run["rejected"], run["claimed"]) == (DATASETS - 1, 1, DATASETS)


def test_beyond_the_reach_of_pages_the_whole_catalogue_is_exported(exported: Crawled) -> None:
    run = exported.run("sound")
    assert (run["outcome"], run["delivered"]) == ("complete", DATASETS)
    asked = [target.partition("catalog/")[2] for target in exported.sound.asked if "catalog/" in target]
    assert asked[1:3] == ["datasets?limit=100&offset=0&order_by=dataset_id", "exports/json"]


def test_an_export_that_breaks_off_is_unreadable(exported: Crawled) -> None:
    assert exported.run("broken")["outcome"] == "unreadable"


def test_a_used_up_quota_is_waited_for_or_leaves_the_rest_for_a_later_run() -> None:
    soon, tomorrow = (
        Loopback(portal(0, False, quota=lambda: 0.3)),
        Loopback(portal(0, False, quota=lambda: 86_400)),
    )
    sinks = {"soon": MemorySink(), "tomorrow": MemorySink()}
    with serving(soon, tomorrow):
        known = [
            Portal("soon", soon.url, kind="opendatasoft"),
            Portal("tomorrow", tomorrow.url, kind="opendatasoft"),
        ]
        results = crawl(known, lambda one: sinks[one.key], OPTIONS)
    outcomes = {result.portal.key: (result.outcome, result.facts.delivered) for result in results}
    assert outcomes == {"soon": ("complete", DATASETS), "tomorrow": ("partial", 100)}
    assert len([target for target in tomorrow.asked if "datasets" in target]) == 1


NOW = datetime(2025, 7, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("remaining", "reset", "seconds"),
    [
        ("0", "2025-07-31 00:00:00+00:00", 43_200.0),
        ("0", "2025-07-30 11:00:00+00:00", 0.0),
        ("0", "2025-07-30T12:00:30", 30.0),
        ("0", str(int(NOW.timestamp()) + 60), 60.0),
        ("0", "90", 90.0),
        ("0", "soon", None),
        ("0", "", None),
        ("1", "2025-07-31 00:00:00+00:00", None),
        ("", "", None),
    ],
)
def test_when_a_quota_is_renewed(remaining: str, reset: str, seconds: float | None) -> None:
    assert quota_pause(remaining, reset, NOW) == seconds


@pytest.mark.parametrize("name", ["page.json", "entry.json"])
def test_what_proves_the_platform(name: str) -> None:
    call = opendatasoft.probe(PORTAL)[0]
    payload = answer(call, fixture("opendatasoft", name))
    found = opendatasoft.recognise(PORTAL, call, payload)
    assert found is not None
    assert found.confidence >= 90
    assert found.api_url == SITE
    assert not [seen for seen in seen_by_others("opendatasoft", call, payload).values() if seen >= 90]


def test_an_empty_portal_is_recognised_and_empty() -> None:
    call, empty = opendatasoft.start(PORTAL)[0], {"total_count": 0, "results": []}
    assert opendatasoft.recognise(PORTAL, call, answer(call, empty)) is not None
    page = opendatasoft.read(PORTAL, call, answer(call, empty))
    assert (page.total, page.entries, page.calls) == (0, [], [])


def test_a_page_built_from_the_platforms_files_is_a_hint_and_a_mention_is_none() -> None:
    call = Call(SITE)
    built = answer(call, b'<!doctype html><script src="/static/ods/main.js"></script>')
    mention = answer(call, b"<!doctype html><p>formerly opendatasoft.com</p>")
    hint = opendatasoft.recognise(PORTAL, call, built)
    assert hint is not None
    assert hint.confidence < 50
    assert opendatasoft.recognise(PORTAL, call, mention) is None


def test_no_answer_of_another_kind_is_taken_for_this_ones() -> None:
    call = opendatasoft.probe(PORTAL)[0]
    others = answers_of_other_kinds("opendatasoft")
    assert not [name for name, payload in others if opendatasoft.recognise(PORTAL, call, payload)]


def readings(name: str = "page.json") -> list[Any]:
    value = value_of("opendatasoft", name)
    return [
        entry.read() for entry in read_items(value if isinstance(value, list) else value["results"], SITE)
    ]


def test_a_dataset_is_read_with_all_its_templates() -> None:
    reading = readings()[0]
    dataset = reading.record.root
    assert isinstance(dataset, Dataset)
    assert dataset.id == IRI(f"{SITE}/explore/dataset/parkplaetze/")
    assert dataset.description == ["Alle Parkplätze"]
    assert dataset.publisher[0].id == IRI(f"{SITE}/explore/?refine.publisher=Stadt+Lindenau%2C+Tiefbauamt")
    assert dataset.publisher[0].type[0].endswith("/LocalAuthority")
    assert dataset.contact_point[0].has_email == [IRI("mailto:opendata@lindenau.example")]
    assert [agent.name for agent in (*dataset.creator, *dataset.contributor)] == [
        ["Tiefbauamt"],
        ["Stadtwerke Lindenau"],
    ]
    assert dataset.theme == [IRI("http://publications.europa.eu/resource/authority/data-theme/TRAN")]
    assert dataset.frequency[0].endswith("/MONTHLY")
    assert (dataset.issued[0].text, dataset.modified[0].text[:10]) == ("2020-02-01", "2025-03-01")
    assert dataset.temporal[0].start_date[0].text == "2020-01-01"
    assert dataset.geocoding_level[0].endswith("/municipality")
    assert dataset.contributor_id == [IRI("http://dcat-ap.de/def/contributors/example")]
    place, named = dataset.spatial
    assert place.bbox
    assert list(place.rest.values()) == [["Lindenau"], ["de_60_99012003"]]
    assert list(named.rest.values()) == [["Stadt Lindenau"]]
    assert reading.unread == {"metas.custom.sachgebiet": 1}
    assert reading.faults == {"text-has-markup": 1}


def test_files_are_exports_attachments_and_exports_made_by_hand() -> None:
    dataset = readings()[0].record.root
    base = f"{API}/datasets/parkplaetze"
    assert [str(file.access_url[0]).removeprefix(base) for file in dataset.distribution] == [
        "/exports/csv?use_labels=true", "/exports/json", "/exports/xlsx", "/exports/geojson", "/exports/shp",
        "/attachments/legende_pdf", "/alternative_exports/als_shape",
    ]  # fmt: skip
    assert all(file.license[0].endswith("/dl-by-de/2.0") for file in dataset.distribution)
    assert all(file.license_attribution == ["Stadt Lindenau"] for file in dataset.distribution)


def test_a_federated_dataset_names_its_source_and_falls_back_to_processing_dates() -> None:
    dataset = readings()[1].record.root
    assert dataset.source == [IRI("https://daten.kreis-linden.example/explore/dataset/baustellen/")]
    assert dataset.modified[0].text[:10] == "2024-01-01"
    assert dataset.distribution == []


def test_the_flat_form_of_the_export_says_the_same() -> None:
    (reading,) = readings("export.json")
    dataset = reading.record.root
    assert dataset.title == ["Parkplätze"]
    assert dataset.issued[0].text == "2020-02-01"
    assert not reading.unread


@pytest.mark.parametrize(
    ("url", "api_url"),
    [
        (SITE, ""),
        (f"{SITE}/explore/?sort=modified", ""),
        ("https://www.x.example", f"{SITE}/api/v2/catalog/datasets"),
    ],
)
def test_where_the_listing_starts(url: str, api_url: str) -> None:
    (call,) = opendatasoft.start(Portal("x", url, api_url=api_url))
    assert call.url == f"{API}/datasets?limit=100&offset=0&order_by=dataset_id"


def test_settings_choose_export_and_condition() -> None:
    known = Portal("x", SITE, settings={"listing": "export", "filter": 'publisher="Stadt A"'})
    (call,) = opendatasoft.start(known)
    assert call.url == f"{API}/exports/json?where=publisher%3D%22Stadt+A%22"


def test_a_portal_that_knows_no_order_is_asked_without_then_exported() -> None:
    (ordered,) = opendatasoft.start(PORTAL)
    error = {"error_code": "ODSQLError", "message": "order_by"}
    (plain,) = opendatasoft.read(PORTAL, ordered, answer(ordered, error, 400)).calls
    assert plain.url == f"{API}/datasets?limit=100&offset=0"
    (export,) = opendatasoft.read(PORTAL, plain, answer(plain, b"<html>")).calls
    assert export.url == f"{API}/exports/json"


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize(("step", "start"), [("list", 100), ("export", 0)])
def test_what_is_no_answer_is_refused(name: str, step: str, start: int) -> None:
    body, slug = BAD[name]
    assert slug_of(opendatasoft, Call(SITE, step, state={"start": start, "size": 100}), body) == slug


@given(mutated(value_of("opendatasoft", "page.json")["results"]))
def test_changed_datasets_are_read(item: Any) -> None:
    read_all(read_items([item], SITE))


@given(JSON)
def test_whatever_answers_is_read_or_refused(value: Any) -> None:
    for step, start in (("list", 100), ("export", 0)):
        slug_of(opendatasoft, Call(SITE, step, state={"start": start, "size": 100}), canonical(value))


@given(KEYS)
def test_each_key_is_mapped_or_out_of_scope_or_counted(key: str) -> None:
    folded = key.replace("_", "").lower()
    for template, known in (
        ("default", key in DEFAULT_OUT_OF_SCOPE),
        ("dcat", folded in DCAT_OUT_OF_SCOPE | PROFILE_OUT_OF_SCOPE),
        ("custom", False),
    ):
        item = {"dataset_id": "x", "has_records": True, "metas": {template: {key: MARKER}}}
        reading = read_dataset(item, SITE)
        fates = [repr(reading.record).count("zzqx") > 0, known, bool(reading.unread)]
        assert fates.count(True) == 1, (template, key)


@pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the captured payloads are not beside the project")
def test_identifiers_are_those_of_the_platforms_own_dcat_export() -> None:
    captured = (PAYLOADS / "opendatasoft/capatlantique_01.rdf").read_text(encoding="utf-8")
    item = {"dataset_id": "264400516_arretes_ccas_guerande", "has_records": True,
            "metas": {"default": {"publisher": "CCAS Guérande"}}}  # fmt: skip
    dataset = read_dataset(item, "https://data.capatlantique.fr").record.root
    assert isinstance(dataset, Dataset)
    ids = [dataset.id, dataset.publisher[0].id, *(file.id for file in dataset.distribution[:2])]
    assert [id_ for id_ in ids if f'rdf:about="{id_}"' not in captured] == []
