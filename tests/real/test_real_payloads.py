"""What a crawl makes of portals that no one here wrote: 37 portals of 48 files, some of them at several times, and those of
all other kinds, once. The table of all that came is a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pyoxigraph
import pytest
from payload_others import OTHERS, OUT_OF_SCOPE
from payload_portals import PAGE, Line, PayloadCrawl, cells, crawl_payloads, files_of
from payload_sites import PAYLOADS, PORTALS, body, packages_in

from catalog.store.store import Store

BERLIN = (
    "ckan/berlin_2014-11-24_current_package_list.json",
    "ckan/berlin_2015_current_package_list.json",
)
# Portal -> what each of its crawls brings: records added, changed, unchanged, gone. All end complete, but two.
EXPECTED: dict[str, tuple[tuple[int, int, int, int], ...]] = {
    "berlin": ((691, 0, 0, 0), (6, 620, 60, 11)),
    "belo-horizonte": ((45, 0, 0, 0),),
    "multilingual": ((1, 0, 0, 0),),
    "scheming": ((1, 0, 0, 0),),
    "legacy": ((1, 0, 0, 0),),
    "datasud": ((7, 0, 0, 0),),
    "datasud-packages": ((7, 0, 0, 0),),
    "datasud-recorded": ((7, 0, 0, 0),),
    "govdata": ((1, 0, 0, 0),),
    "koeln": ((128, 0, 0, 0), (6, 0, 128, 0), (3, 8, 126, 0)),
    "dkan-french": ((1, 0, 0, 0),),
    "lichtenberg": ((6, 0, 0, 0),),
    "ckanext-dcat": ((2, 0, 0, 0),),
    "gov-de": ((1, 0, 0, 0),),
    "multilingual-ttl": ((1, 0, 0, 0),),
    "uag": ((0, 0, 0, 0),),
    "dcatde-max": ((1, 0, 0, 0),),
    "opendatasoft": ((186, 0, 0, 0),),
    "rostock": ((1, 0, 0, 0),),
    "udata-bnodes": ((4, 0, 0, 0),),
    "datara": ((1, 0, 0, 0),),
    "udata-flat": ((3, 0, 0, 0),),
    "udata-geonetwork": ((1, 0, 0, 0),),
    "udata-nested": ((1, 0, 0, 0),),
    "udata-paged": ((4, 0, 0, 0),),
    "udata-series": ((1, 0, 0, 0),),
    "udata": ((3, 0, 0, 0),),
    "justicia": ((16, 0, 0, 0),),
    "ar-malformed-date": ((1, 0, 0, 0),),
    "ar-assorted-errors": ((1, 0, 0, 0),),
    "datos-gob-ar": ((387, 0, 0, 0),),
    "cftc": ((7, 0, 0, 0),),
    "dcat-us-3": ((4, 0, 0, 0),),
    "dcat-us-3-series": ((3, 0, 0, 0),),
    "bad-licence": ((1, 0, 0, 0),),
    "no-identifier": ((1, 0, 0, 0),),
    "philadelphia": ((402, 0, 0, 0),),
}
# The sample of DCAT-AP.de begins with a line of prose; Rostock's page was cut to one of the three records it claims.
OTHER_OUTCOMES = {"uag": "unreadable", "rostock": "partial"}

NOTHING = {
    "waf-usgshydrocached": "FGDC, not ISO: the file is counted by its root element",
    "pycsw-oai-refused": "the repository's refusal, as it came",
    "gdi-de-hits": "the answer to a question for the number of hits",
    "uag": "Turtle that begins with a line of prose",
}
"""Portals that bring no record, and why."""
CUT = (
    "rostock",
    "pycsw-oai",
    "pycsw-oai-dc",
    "pycsw-oai-oai-dc",
    "gdi-de",
    "gdi-de-hits",
    "inspire",
    "pycsw-iso",
)
"""Portals that claim more than was stored of them."""


def test_every_file_is_served(payload_crawl: PayloadCrawl) -> None:
    served = {name for portal in PORTALS for files in portal.epochs for name in files}
    folders = ("ckan", "dkan1", "dcat_rdf", "data_json")
    assert served == {f"{folder}/{path.name}" for folder in folders for path in (PAYLOADS / folder).iterdir()}
    assert {line.key for line in payload_crawl.lines.values()} == set(EXPECTED)


@pytest.mark.parametrize("key", EXPECTED)
def test_each_crawl_of_a_portal_brings_what_its_file_holds(payload_crawl: PayloadCrawl, key: str) -> None:
    for epoch, (added, changed, unchanged, gone) in enumerate(EXPECTED[key], 1):
        line = payload_crawl.lines[key, epoch]
        assert (line.outcome, line.kind) == (OTHER_OUTCOMES.get(key, "complete"), kind_of(key)), line.note
        assert (line.added, line.changed, line.unchanged, line.gone) == (added, changed, unchanged, gone)
        assert (line.records, line.rejected) == (added + changed + unchanged, 0)
    assert len(EXPECTED[key]) == len([known for known, _ in payload_crawl.lines if known == key])


def kind_of(key: str) -> str:
    return next(portal.kind for portal in PORTALS if portal.key == key)


def rows(crawl: PayloadCrawl, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return list(crawl.store.conn.execute(sql, values))


def records(crawl: PayloadCrawl, key: str) -> list[Any]:
    sql = (
        "select record from dataset_record join dataset using (id) join portal on portal.id = portal"
        " where portal.key = ? and gone_run is null order by identifier"
    )
    return [orjson.loads(text) for (text,) in rows(crawl, sql, key)]


def test_berlin_changed_mostly_without_a_new_date(payload_crawl: PayloadCrawl) -> None:
    """620 changed; 593 kept CKAN's own date. Of the other 27, one got a new date by which its record does not go: the
    record's date is the editor's (`date_updated`), where there is one."""
    early, late = ({item["id"]: item for item in packages_in(name)} for name in BERLIN)
    sql = (
        "select identifier, modified, (select record from version as old where old.dataset = dataset.id"
        " and old.event = 'added') from dataset join portal on portal.id = portal"
        " join version on version.id = dataset.version where portal.key = 'berlin' and version.event = 'changed'"
    )
    changed = rows(payload_crawl, sql)
    same = [
        name for name, _, _ in changed if early[name]["metadata_modified"] == late[name]["metadata_modified"]
    ]
    assert (len(changed), len(same)) == (620, 593)
    silent = {name for name, date, old in changed if date == _date(orjson.loads(old))}
    assert len(silent) == 594
    assert silent > set(same)


def _date(record: dict[str, Any]) -> str:
    (value,) = record["modified"]
    text: str = value["@value"] if isinstance(value, dict) else value
    return text


def test_berlin_keeps_every_package_with_its_type(payload_crawl: PayloadCrawl) -> None:
    sql = (
        "select type, count(*) from dataset join portal on portal.id = portal where portal.key = 'berlin'"
        " and gone_run is null group by type order by type"
    )
    assert rows(payload_crawl, sql) == [("datensatz", 194), ("dokument", 492)]


def test_koeln_changed_between_october_and_january_as_its_files_say(payload_crawl: PayloadCrawl) -> None:
    """9 came and 5 changed from October to January; 3 of the 8 that changed from November came only then."""
    files = [
        f"dkan1/koeln_{day}_package_show_list.json" for day in ("2014-10-17", "2014-11-20", "2015-01-21")
    ]
    first, second, third = ({item["id"]: item for item in packages_in(name)} for name in files)
    changed = {name for name in second if second[name] != third[name]}
    assert (len(third.keys() - first.keys()), len(changed), len(changed & first.keys())) == (9, 8, 5)
    sql = (
        "select identifier from dataset join portal on portal.id = portal where portal.key = 'koeln'"
        " and changed_run > first_seen"
    )
    assert {name for (name,) in rows(payload_crawl, sql)} == changed


def test_three_ways_into_datasud_lead_to_the_same_records(payload_crawl: PayloadCrawl) -> None:
    """The search, each package by its name, and the answers that another harvester recorded."""
    searched, shown, recorded = (
        [without_host(record, payload_crawl, key) for record in records(payload_crawl, key)]
        for key in ("datasud", "datasud-packages", "datasud-recorded")
    )
    assert len(searched) == 7
    assert searched == shown == recorded


def without_host(record: Any, crawl: PayloadCrawl, key: str) -> str:
    (((url,),)) = rows(crawl, "select url from portal where key = ?", key)
    return orjson.dumps(record).decode().replace(url.rstrip("/"), "https://portal.example")


def test_rostock_ends_although_its_page_names_itself_as_the_next(payload_crawl: PayloadCrawl) -> None:
    line = payload_crawl.lines["rostock", 1]
    sql = "select count(*) from payload join portal_run on portal_run.id = portal_run join portal on portal.id = portal"
    assert rows(payload_crawl, sql + " where portal.key = 'rostock'") == [(1,)]
    assert line.faults["page-repeated"] == 1
    assert line.note == "The portal says 3, 1 were delivered."


def test_udata_pages_are_followed_on_the_host_that_answers(payload_crawl: PayloadCrawl) -> None:
    assert payload_crawl.lines["udata-paged", 1].faults["link-foreign"] == 1


def test_no_blank_node_is_lost(payload_crawl: PayloadCrawl) -> None:
    """Described blank nodes of the file = those in its records. (Opendatasoft's feed has none, the others do.)"""
    held = {
        key: sum(map(blank_nodes, records(payload_crawl, key)))
        for key in ("opendatasoft", "udata-bnodes", "rostock")
    }
    assert held == {"opendatasoft": 0, "udata-bnodes": 9, "rostock": 4}
    file = body("dcat_rdf/opendatasoft_public_catalog_2015.ttl")
    quads = list(pyoxigraph.parse(file, pyoxigraph.RdfFormat.TURTLE, lenient=True))
    assert not any(isinstance(quad.subject, pyoxigraph.BlankNode) for quad in quads)


def blank_nodes(value: Any) -> int:
    """Nodes without an address in a record's JSON."""
    if isinstance(value, list):
        return sum(map(blank_nodes, value))
    if not isinstance(value, dict) or "@value" in value:
        return 0
    own = not value.get("@id", "_:").startswith("_:")
    rest = value.get("rest", {}).values()
    return (
        (not own)
        + sum(blank_nodes(inner) for name, inner in value.items() if name != "rest")
        + sum(map(blank_nodes, rest))
    )


def test_keys_that_the_reader_does_not_know_are_named(payload_crawl: PayloadCrawl) -> None:
    assert payload_crawl.lines["berlin", 2].unread == {
        "extras.misc": 484,
        "extras.sonstiges": 11,
        "resources[].Abteilung": 4,
        "extras.apps": 1,
        "resources[].Landesstelle": 1,
    }


@pytest.fixture(scope="module")
def lines(payload_crawl: PayloadCrawl, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Line]]:
    """All lines, those of the other kinds from a store of their own."""
    store = Store(tmp_path_factory.mktemp("others") / "others.db")
    found = crawl_payloads(store, OTHERS)
    yield sorted([*payload_crawl.lines.values(), *found], key=lambda line: line.epoch)
    store.close()


def test_every_file_has_a_reader_or_a_reason(lines: list[Line]) -> None:
    there = {path.relative_to(PAYLOADS).as_posix() for path in PAYLOADS.glob("*/*") if path.is_file()}
    assert there == files_of(lines) | OUT_OF_SCOPE.keys()
    assert not files_of(lines) & OUT_OF_SCOPE.keys()


def test_nothing_is_rejected_and_what_brings_nothing_says_why(lines: list[Line]) -> None:
    assert {line.key: line.rejected for line in lines if line.rejected} == {}
    assert {line.key for line in lines if not line.records} == NOTHING.keys()
    assert all(line.note for line in lines if line.outcome not in ("complete", "unchanged"))
    assert {line.key for line in lines if line.outcome == "partial"} <= set(CUT)


def test_each_kind_is_the_one_that_the_portal_speaks(lines: list[Line]) -> None:
    spoken = {portal.key: portal.kind for portal in (*PORTALS, *OTHERS)}
    assert {line.key: line.kind for line in lines} == spoken


def test_known_files_bring_what_they_hold(lines: list[Line]) -> None:
    counted = {(line.key, line.epoch): line.records for line in lines}
    assert counted["waf-ulm-iso19139-collection", 1] == 114
    assert (counted["braunschweig", 1], counted["braunschweig", 2]) == (149, 153)
    assert (counted["data-gouv-fr", 1], counted["dessau", 1], counted["gdi-de", 1]) == (10, 1, 5)


def test_the_page_is_up_to_date(lines: list[Line]) -> None:
    """But for keys and findings, which change with every reader: `python -m tests.real.payload_portals --write`."""
    rows = [line.split(" | ")[:7] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert sorted(rows[1:]) == sorted([f"| {found[0]}", *found[1:7]] for found in map(cells, lines))
