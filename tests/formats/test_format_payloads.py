"""Answers of real portals, captured: all of them are read, and the counts are those that were counted by hand."""

from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from catalog.record.node import Record
from crawler.formats.reading import Entry, Reading, UnreadablePayload
from crawler.sources import ckan, data_json
from crawler.sources.protocol import Call, Payload, Portal

PAYLOADS = Path(__file__).parents[2].parent / "shared" / "payloads"
PORTAL = Portal("x", "https://portal.example")

pytestmark = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason="the captured payloads are not beside the project"
)

CKAN = {
    "ckan/belohorizonte_br_package_search_page.json": 45,
    "ckan/berlin_2014-11-24_current_package_list.json": 691,
    "ckan/berlin_2015_current_package_list.json": 686,
    "ckan/ckan_dataset_multilingual.json": 1,
    "ckan/ckan_full_dataset_dcat_ap.json": 1,
    "ckan/datasud_00.json": 7,
    **{f"ckan/datasud_0{number}.json": 1 for number in range(1, 8)},
    "ckan/full_ckan_dataset_legacy.json": 1,
    "ckan/govdata_2025_package_search.json": 1,
    "dkan1/dkan-french-w-license.json": 1,
    "dkan1/koeln_2014-10-17_package_show_list.json": 128,
    "dkan1/koeln_2014-11-20_package_show_list.json": 134,
    "dkan1/koeln_2015-01-21_package_show_list.json": 137,
}
DATA_JSON = {
    "data_json/ar_catalogo_justicia.json": 16,
    "data_json/ar_malformed_date.json": 1,
    "data_json/ar_several_assorted_errors.json": 1,
    "data_json/datosgobar_2019_data.json": 387,
    "data_json/dcatus.json": 7,
    "data_json/dcatus3_0.json": 4,
    "data_json/dcatus3_0_series_with_members.json": 3,
    "data_json/dcatus_bad_license_uri.json": 1,
    "data_json/dcatus_no_identifier.json": 1,
    "data_json/philadelphia_opendataphilly_dcatus.json": 402,
}


def entries(name: str) -> list[Entry]:
    body = (PAYLOADS / name).read_bytes()
    source: Any = data_json if name in DATA_JSON else ckan
    call = source.start(PORTAL)[0]
    found: list[Entry] = source.read(PORTAL, call, Payload(call.url, 200, {}, body)).entries
    return found


def readings(name: str) -> list[Reading]:
    return [entry.read() for entry in entries(name)]


@pytest.mark.parametrize(("name", "count"), [*CKAN.items(), *DATA_JSON.items()])
def test_every_payload_is_read(name: str, count: int) -> None:
    found = readings(name)
    assert len(found) == count
    assert all(reading.record.root.id or "no_identifier" in name for reading in found)


def test_berlin_keeps_its_documents_with_their_type() -> None:
    kinds = Counter(reading.type for reading in readings("ckan/berlin_2015_current_package_list.json"))
    assert kinds == {"dokument": 492, "datensatz": 194}


@pytest.mark.parametrize(
    ("before", "after", "added", "removed", "changed"),
    [
        (
            "ckan/berlin_2014-11-24_current_package_list.json",
            "ckan/berlin_2015_current_package_list.json",
            6,
            11,
            620,
        ),
        (
            "dkan1/koeln_2014-10-17_package_show_list.json",
            "dkan1/koeln_2015-01-21_package_show_list.json",
            9,
            0,
            5,
        ),
    ],
)
def test_what_changed_between_two_dates_is_seen(
    before: str, after: str, added: int, removed: int, changed: int
) -> None:
    old, new = ({entry.identifier: entry for entry in entries(name)} for name in (before, after))
    both = old.keys() & new.keys()

    def record(entry: Entry) -> Record:
        return entry.read().record

    assert (len(new.keys() - old.keys()), len(old.keys() - new.keys())) == (added, removed)
    assert sum(record(old[key]) != record(new[key]) for key in both) == changed


def test_berlins_silent_changes_are_changes_of_the_record() -> None:
    """593 records changed although their own date did not."""
    old, new = (
        {item["id"]: item for item in orjson.loads((PAYLOADS / name).read_bytes())}
        for name in list(CKAN)[1:3]
    )
    silent = [
        key
        for key in old.keys() & new.keys()
        if old[key] != new[key] and old[key]["metadata_modified"] == new[key]["metadata_modified"]
    ]
    read = [{entry.identifier: entry for entry in entries(name)} for name in list(CKAN)[1:3]]
    assert len(silent) == 593
    assert all(read[0][key].read().record != read[1][key].read().record for key in silent)


def test_what_stays_unread_is_little_and_known() -> None:
    unread = sum(
        (reading.unread for name in (*CKAN, *DATA_JSON) for reading in readings(name)), Counter[str]()
    )
    assert unread.keys() <= {
        *(
            "extras.misc",
            "extras.sonstiges",
            "extras.apps",
            "resources[].Abteilung",
            "resources[].Landesstelle",
        ),
        *("datatype", "kinds", "category", "extras.access_constraints", "extras.responsible-party"),
        *("extras.metadata_created", "extras.metadata_modified"),
    }


@pytest.mark.parametrize("step", ["search", "current", "show"])
def test_a_harvesters_snapshot_is_refused(step: str) -> None:
    """It is no answer of a portal: it is told apart, not read as an empty listing."""
    body = (PAYLOADS / "ckan/datasud_fr_udata_snapshot.json").read_bytes()
    with pytest.raises(UnreadablePayload, match="no list of packages"):
        ckan.read(PORTAL, Call("https://portal.example", step), Payload("", 200, {}, body))
