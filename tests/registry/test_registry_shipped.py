"""The registry that ships: whole, without doubles, true to what it was made from."""

import csv
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from crawler.portals import ASIDE, COLUMNS, KEY_LENGTH, STATES, addresses, is_active, shipped, shipped_europe
from crawler.registry.found import host_in, place_of
from crawler.registry.parts import LEVELS, PART_COLUMNS, shipped_parts
from crawler.sources.protocol import Portal

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
KINDS = {
    *("", "arcgis", "ckan", "csw", "data_json", "dcat", "dkan", "duva", "entryscape", "jkan", "opendatasoft"),
    *("piveau", "services", "socrata", "udata", "website"),
}
"""The kinds that stand in the registry; empty: is detected at the first crawl."""
FILES = ["portals.csv", "portals_europe.csv"]
MENDED = {"Minden": "the source names the other Minden", "Emmelshausen": "the association, not the town"}


def rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "schemas" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shared(path: str) -> list[dict[str, str]]:
    if not (SHARED / path).exists():
        pytest.skip(f"../shared/{path} is not here")
    with (SHARED / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def register() -> dict[str, dict[str, str]]:
    return {row["ags"]: row for row in shared("facts/municipalities_de.csv")}


@pytest.mark.parametrize("name", FILES)
def test_columns_keys_and_order(name: str) -> None:
    found = rows(name)
    assert tuple(found[0]) == COLUMNS
    keys = [row["key"] for row in found]
    assert keys == sorted(set(keys))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) and len(key) <= KEY_LENGTH for key in keys)


@pytest.mark.parametrize("name", FILES)
def test_every_row_says_what_where_and_whence(name: str) -> None:
    for row in rows(name):
        assert row["title"], row
        assert row["source"].split()[0].startswith(("commondataio/", "opendata-guru/")), row
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", row["date"]), row
        assert row["kind"] in KINDS, row
        assert row["state"] in STATES, row
        assert all(value == value.strip() and "\n" not in value for value in row.values()), row


def test_no_key_and_no_address_comes_twice() -> None:
    every = [*shipped(), *shipped_europe()]
    assert max(Counter(portal.key for portal in every).values()) == 1
    places = Counter(place for portal in every for place in {place_of(url) for url in addresses(portal)})
    assert [place for place, count in places.items() if count > 1] == []


def test_addresses_can_be_asked() -> None:
    for portal in (*shipped(), *shipped_europe()):
        for url in addresses(portal):
            parts = urlsplit(url)
            assert parts.scheme in ("http", "https")
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.hostname or ""), url
            assert url.isascii(), url


def test_viewers_and_dead_ones_are_marked_not_dropped() -> None:
    states = Counter(portal.settings["state"] for portal in shipped())
    assert set(states) == set(STATES)
    assert states["viewer"] >= 19, "so many Masterportals alone"
    assert sum(map(is_active, shipped())) == states["active"]


def test_parents_are_portals_and_nobody_is_its_own() -> None:
    by_key = {portal.key: portal for portal in shipped()}
    for portal in shipped():
        parent = portal.settings.get("parent", "")
        assert not parent or (parent in by_key and parent != portal.key)


def test_each_state_with_a_portal_is_covered() -> None:
    covered = {
        area
        for portal in shipped()
        if is_active(portal)
        for area in portal.settings.get("covers", "").split()
    }
    assert covered >= {"DE", "01", "02", "03", "04", "05", "06", "07", "08", "09", "11", "12", "14", "16"}


def test_the_api_is_elsewhere_where_it_is_elsewhere() -> None:
    hosts = {portal.key: (host_in(portal.url), host_in(portal.api_url)) for portal in shipped()}
    assert hosts["berlin"] == ("daten.berlin.de", "datenregister.berlin.de")
    assert hosts["hamburg"] == ("daten.hamburg.de", "suche.transparenz.hamburg.de")
    assert hosts["nordrhein-westfalen"] == ("open.nrw", "ckan-open-nrw.nrw.de")


def test_keys_of_bodies_are_in_the_register(register: dict[str, dict[str, str]]) -> None:
    districts = {row["district_key"] for row in register.values()}
    for portal in shipped():
        ars = portal.settings.get("ars", "")
        if len(portal.ags) == 8:
            assert ars == register[portal.ags]["ars"], portal.key
        else:
            assert portal.ags in {"", *districts}
            assert ars[:5] in districts or ars in {row["ars"][:2] for row in register.values()} or not ars
        for area in portal.settings.get("covers", "").split():
            assert area == "DE" or any(key.startswith(area) for key in register), (portal.key, area)


def _accounted() -> tuple[set[str], set[tuple[str, str]], dict[str, str]]:
    places = {place_of(url) for portal in shipped() for url in addresses(portal)}
    parts = {(part.portal, part.part) for part in shipped_parts()}
    hosts: dict[str, str] = {}
    for portal in sorted(shipped(), key=lambda portal: len(place_of(portal.url))):
        for url in addresses(portal):
            hosts.setdefault(host_in(url), portal.key)
    return places, parts, hosts


def test_every_german_row_became_a_portal_or_a_part() -> None:
    places, parts, hosts = _accounted()
    lost = []
    for row in shared("portals/portals.csv"):
        if row["country"] != "DE" or row["name"] == "Heerlen":
            continue  # Heerlen lies in the Netherlands and the row gives its home page
        slug = unquote(row["url"].rstrip("/").rpartition("/")[2]).lower()
        if place_of(row["url"]) not in places and (hosts.get(host_in(row["url"])), slug) not in parts:
            lost.append(row["url"])
    assert lost == []


def test_keys_agree_with_what_they_were_made_from() -> None:
    by_place = {place_of(url): portal for portal in shipped() for url in addresses(portal)}
    wrong = [
        (row["name"], row["ags"], by_place[place_of(row["url"])].ags)
        for row in shared("portals/portals.csv")
        if len(row["ags"]) == 8
        and place_of(row["url"]) in by_place
        and by_place[place_of(row["url"])].ags != row["ags"]
        and row["municipality"] not in MENDED
    ]
    assert wrong == []


def test_every_organisation_is_placed_or_has_a_reason() -> None:
    _, parts, hosts = _accounted()
    hosts["data.europa.eu"] = "data-europa-eu"
    for row in shared("portals/portal_orgs.csv"):
        key = hosts[host_in(row["parent_portal"])]
        assert (key, row["org_slug_in_portal"]) in parts, row


def test_parts_have_portals_and_keys_or_reasons(register: dict[str, dict[str, str]]) -> None:
    assert tuple(rows("portal_parts.csv")[0]) == PART_COLUMNS
    keys = {portal.key for portal in (*shipped(), *shipped_europe())}
    known = {row["ars"][:length] for row in register.values() for length in (5, 9, 12)}
    assert max(Counter((part.portal, part.part) for part in shipped_parts()).values()) == 1
    for part in shipped_parts():
        assert part.portal in keys
        assert part.level in LEVELS
        assert bool(part.reason) != part.placed, part
        assert (part.certainty > 0) == part.placed, part
        assert not part.ags or register[part.ags]["ars"] == part.ars, part
        assert not part.ars or part.ars in known, part


def test_at_least_three_quarters_of_the_parts_are_placed() -> None:
    placed = [part for part in shipped_parts() if part.placed]
    assert len(placed) > 0.75 * len(shipped_parts())
    assert len({part.ags for part in placed if part.ags}) > 400, (
        "so many municipalities are found in shared portals"
    )


def test_what_stands_aside_is_no_field_of_a_portal() -> None:
    assert Portal.__dataclass_fields__.keys().isdisjoint(ASIDE)
