"""What the portals hold: the register, the seed, the epochs, and nobody real."""

import csv
import gzip
import io
import re
from dataclasses import asdict
from typing import Any

import pytest
from fleet import municipalities, portals, register_csv
from fleet.ckan_site import CkanSite
from fleet.holdings import Dataset, holdings
from fleet.message import Request
from fleet.portal import FleetPortal
from fleet.portal_site import PortalSite
from fleet.products import PRODUCTS
from fleet.sites import kind, records, site

PORTALS = portals()
BOUNDS = (400_000, 200_000, 100_000, 50_000, 25_000, 10_000, 0)
COLUMNS = "ags,ars,name,state,type,district,association,association_type,population,population_date,area,lat,lon,kgst_class"
VOCABULARIES = (
    "publications.europa.eu",
    "data.europa.eu",
    "inspire.ec.europa.eu",
    "dcat-ap.de",
    "purl.org",
    "www.w3.org",
    "xmlns.com",
    "www.iana.org",
    "www.opengis.net",
    "www.govdata.de",
    "creativecommons.org",
    "www.opendefinition.org",
    "project-open-data.cio.gov",
    "www.isotc211.org",
    "standards.iso.org",
    "www.georss.org",
    "www.openarchives.org",
    "schema.oparl.org",
    "schema.org",
)
SIGNS = ("static.opendatasoft.com", "drupal.org", "www.drupal.org")
"""Hosts by which pages of a product are known; nothing leads there."""


def by_key(key: str) -> FleetPortal:
    return next(portal for portal in PORTALS if portal.key == key)


def addresses(portal: FleetPortal) -> list[Request]:
    """Requests that together show everything that a portal holds."""
    host = {"host": "127.0.0.1:1"}
    if portal.kind in PRODUCTS:
        return [Request(path, {}, host) for path in PRODUCTS[portal.kind].routes(PortalSite(portal))]
    path = portal.path.rstrip("/")
    if portal.kind == "ckan":
        steps = range(0, 300, portal.trait("rows_cap") or portal.trait("heavy_rows") or 1000)
        search = f"{path}/api/3/action/package_search"
        return [Request(search, {"rows": "5", "start": str(start)}, host) for start in steps] + [
            Request(f"{path}/api/3/action/package_search", {"rows": "1000"}, host),
            Request("/data.json", {}, host),
        ]
    return [Request(portal.path, {"page": str(page)}, host) for page in range(1, 5)]


def shown(portal: FleetPortal, epoch: int = 1) -> list[bytes]:
    """The bodies of a portal's answers, from a server that nobody asked before."""
    answer = site(portal, epoch)
    return [answer(request).body for request in addresses(portal)]


def said(body: bytes) -> str:
    """A body as text; packed or in an old encoding, it is read as it is: no host has an umlaut."""
    return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode("utf-8", "replace")


def test_the_register_has_its_columns_and_keys_of_states_that_do_not_exist() -> None:
    rows = list(csv.DictReader(io.StringIO(register_csv())))
    assert register_csv().splitlines()[0] == COLUMNS
    for row in rows:
        assert re.fullmatch(r"9[789]\d{6}", row["ags"])
        assert re.fullmatch(r"9[789]\d{10}", row["ars"])
        assert (row["ars"][:5], row["ars"][-3:]) == (row["ags"][:5], row["ags"][-3:])


def test_every_size_class_has_a_municipality_with_a_portal() -> None:
    owned = {portal.ags for portal in PORTALS}
    assert {town.kgst_class for town in municipalities() if town.ags in owned} == set(range(1, 8))


def test_size_classes_follow_from_the_population() -> None:
    for town in municipalities():
        assert town.population >= BOUNDS[town.kgst_class - 1]
        assert town.kgst_class == 1 or town.population < BOUNDS[town.kgst_class - 2]


def test_some_municipalities_have_no_portal() -> None:
    assert {town.ags for town in municipalities()} - {portal.ags for portal in PORTALS}


def test_the_fleet_has_the_promised_breadth() -> None:
    assert len({portal.key for portal in PORTALS}) == len(PORTALS) >= 20
    assert {portal.kind for portal in PORTALS} == {"ckan", "dcat", "data_json", *PRODUCTS}
    dialects = {portal.dialect for portal in PORTALS}
    assert dialects >= {
        "plain",
        "old",
        "ogd",
        "govdata",
        "scheming",
        "fluent",
        "us11",
        "us30",
        "ar",
        "broken",
    }
    assert dialects >= {"ttl", "nt", "xml", "xml-flat", "jsonld", "jsonld-flat"}


def test_the_fleet_is_as_large_as_a_quick_demo_allows() -> None:
    assert 2200 <= sum(records(portal).valid for portal in PORTALS) <= 2700


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.key)
def test_the_same_seed_gives_the_same_bytes(portal: FleetPortal) -> None:
    first = shown(portal)
    holdings.cache_clear()
    assert shown(portal) == first


def test_another_seed_gives_other_bytes() -> None:
    assert shown(portals(2)[0]) != shown(portals(1)[0])


@pytest.mark.parametrize("portal", [each for each in PORTALS if each.count], ids=lambda portal: portal.key)
def test_epochs_differ_as_promised(portal: FleetPortal) -> None:
    first, second, third = ({each.id: each for each in holdings(portal, epoch)} for epoch in (1, 2, 3))
    if portal.trait("frozen"):
        assert first == second == third
        return
    gone, kept = first.keys() - second.keys(), first.keys() & second.keys()
    assert gone
    assert any(first[key] != second[key] for key in kept)
    assert bool(second.keys() - first.keys()) != bool(portal.trait("shrinks"))
    assert len((third.keys() - second.keys()) & gone) == 1 or portal.mirrors


def test_about_a_tenth_of_the_fleet_changes() -> None:
    calm = [portal for portal in PORTALS if not portal.trait("silent") and not portal.trait("shrinks")]
    changed = sum(len(edits(portal)) for portal in calm)
    assert 0.05 < changed / sum(portal.count for portal in calm) < 0.15


def edits(portal: FleetPortal) -> list[tuple[Dataset, Dataset]]:
    first, second = ({each.id: each for each in holdings(portal, epoch)} for epoch in (1, 2))
    return [(first[key], second[key]) for key in first.keys() & second.keys() if first[key] != second[key]]


def test_most_changes_of_the_silent_portal_keep_their_date() -> None:
    changed = edits(by_key("beispielburg"))
    silent = [new for old, new in changed if old.modified == new.modified]
    assert len(silent) > 0.8 * len(changed) > 0.5 * 110


def test_the_shrinking_portal_loses_more_than_a_fifth_and_ten() -> None:
    portal = by_key("beispielingen")
    before, after = records(portal, 1).valid, records(portal, 2).valid
    assert before - after >= max(10, before / 5)
    assert records(portal, 2).ids <= records(portal, 1).ids


def test_the_turning_portal_speaks_data_json_later() -> None:
    portal = by_key("musterbrueck")
    assert (kind(portal, 1), kind(portal, 2)) == ("ckan", "data_json")
    assert site(portal, 2)(Request("/api/3/action/status_show")).status == 404
    assert site(portal, 2)(Request("/data.json")).status == 200
    assert site(portal, 1)(Request("/data.json")).status == 404


@pytest.mark.parametrize("epoch", [1, 2])
@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.key)
def test_no_real_host_is_named(portal: FleetPortal, epoch: int) -> None:
    for body in shown(portal, epoch):
        for host in re.findall(r"[a-z]+://([^/\s\"'<>\\:#)]+)", said(body)):
            known = host in (*VOCABULARIES, *SIGNS, "127.0.0.1", "http")
            assert known or host.endswith(".example"), host


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.key)
def test_no_real_mailbox_is_named(portal: FleetPortal) -> None:
    for body in shown(portal):
        for host in re.findall(r"@([\w-]+\.[\w.-]*\w)", said(body)):
            assert host.endswith(".example"), host


def test_both_officials_and_functions_are_named_as_contacts() -> None:
    mails = {each.contact_email.split("@")[0] for portal in PORTALS for each in holdings(portal)}
    assert {"erika.musterfrau", "max.mustermann", "opendata", "statistik"} <= mails


def share(check: Any) -> float:
    everything = [each for portal in PORTALS for each in holdings(portal)]
    return sum(bool(check(each)) for each in everything) / len(everything)


def test_the_metadata_are_no_better_than_in_reality() -> None:
    assert share(lambda each: not each.description) > 0.03
    assert share(lambda each: not each.license.title) > 0.1
    assert share(lambda each: not each.resources) > 0.03
    assert share(lambda each: any("html" in file.format.lower() for file in each.resources)) > 0.1
    assert share(lambda each: any(not file.url.startswith("http") for file in each.resources)) > 0.05
    assert share(lambda each: any(len(word.split(",")) > 1 for word in each.keywords)) > 0.03
    assert share(lambda each: "mailto:" in each.contact_email) > 0.02


def test_a_concept_has_eight_spellings() -> None:
    packages = [entry for portal in PORTALS if portal.dialect == "ogd" for entry in CkanSite(portal).packages]
    keys = {pair["key"] for entry in packages for pair in entry["extras"]}
    assert (
        len({key for key in keys if "aktualis" in key.lower() or key in ("Turnus", "update_frequency")}) == 8
    )


def test_a_size_makes_portals_smaller() -> None:
    small = sum(records(portal, size=0.2).valid for portal in PORTALS)
    assert small < 0.7 * sum(records(portal).valid for portal in PORTALS)


def test_a_portal_is_described_for_readers() -> None:
    for portal in PORTALS:
        assert len(portal.note) > 10
        assert "http" not in portal.description
        assert asdict(portal)["seed"] == 1


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.key)
def test_no_description_shows_how_it_was_made(portal: FleetPortal) -> None:
    assert [item.description for item in holdings(portal, 1) if "{town}" in item.description] == []
