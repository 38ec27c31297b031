"""Towns that take care of their catalogues, bodies above towns, copies in shared portals, and the files behind it all."""

from __future__ import annotations

import re

import pytest
from fleet import files, portals
from fleet.holdings import holdings
from fleet.message import Request
from fleet.register import body, municipalities

PORTALS = {portal.key: portal for portal in portals()}
KEPT = [portal for portal in PORTALS.values() if portal.trait("care")]


def test_the_towns_are_as_many_and_as_small_as_in_reality() -> None:
    towns = municipalities()
    assert len(towns) == 120
    assert {town.state for town in towns} == {"Musterland", "Beispielland", "Schriftland"}
    assert {town.kgst_class for town in towns} == set(range(1, 8))
    assert sum(town.kgst_class == 7 for town in towns) > 60
    assert len({town.ars for town in towns}) == len({town.ags for town in towns}) == 120


@pytest.mark.parametrize("portal", KEPT, ids=lambda portal: portal.key)
def test_what_is_cared_for_lacks_only_what_its_traits_say(portal: files.FleetPortal) -> None:
    for dataset in holdings(portal):
        assert bool(dataset.license.url) or portal.trait("unlicensed")
        assert bool(dataset.description) or portal.trait("undescribed")
        assert bool(dataset.contact_email) != bool(portal.trait("no_contact"))
        assert dataset.resources
        assert dataset.themes
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", dataset.updated)
        assert dataset.publisher.endswith(dataset.town.short_name)
    themes = {theme for dataset in holdings(portal) for theme in dataset.themes}
    assert (len(themes) >= 7) != bool(portal.trait("narrow")) or len(holdings(portal)) < 20


def test_copies_keep_the_addresses_of_their_files() -> None:
    for portal in PORTALS.values():
        for source in portal.mirrors:
            there = {file.url for dataset in holdings(source) for file in dataset.resources}
            copied = [dataset for dataset in holdings(portal) if dataset.town.ags == source.ags]
            assert any(file.url in there for dataset in copied for file in dataset.resources), source.key


def test_an_inventory_is_larger_than_the_public_list() -> None:
    inventory, public = PORTALS["stempelberg-inventar"], PORTALS["stempelberg"]
    assert len(holdings(inventory)) > 2 * len(holdings(public))
    names = [dataset.name for dataset in holdings(inventory)]
    assert len(set(names)) == len(names)


def test_bodies_are_districts_and_associations() -> None:
    assert body("97152").name == "Landkreis Tintegrund"
    assert body("981515001").name == "Verbandsgemeinde Gaurand"
    with pytest.raises(KeyError):
        body("12345")


def test_files_that_are_kept_are_what_their_ending_says() -> None:
    for ending, kind in (("csv", "text/csv"), ("json", "application/json"), ("pdf", "application/pdf")):
        response = files.answer(Request(f"/daten/x.{ending}"))
        assert (response.status, response.content_type) == (200, kind)


def test_other_files_have_every_fate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SLOW", 0.0)
    found = [
        files.answer(Request(f"/files/{n}.csv", {}, {"host": "daten.blaupausen.example"})) for n in range(600)
    ]
    assert {response.status for response in found} == {200, 301, 403, 404, 500}
    kinds = [response.content_type for response in found if response.status == 200]
    assert kinds.count("text/csv") > 5 * (len(kinds) - kinds.count("text/csv")) > 0
    assert files.answer(Request("/alt/x.csv")).status == 404


def test_the_table_of_hosts_names_no_host_of_the_world() -> None:
    with files.Files([PORTALS["blaupausen"], PORTALS["musterdaten"]]) as served:
        lines = served.hosts_text().splitlines()
    assert lines
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+ [a-z0-9.-]+\.example", line) for line in lines)
