"""Real pycsw and nginx on loopback: one catalogue of ISO 19139 through CSW 2.0.2, CSW 3.0, OAI-PMH and a folder of files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import orjson
import pytest
import requests
from peer_servers import running
from test_real_servers import OPTIONS

from catalog.store.store import Store
from crawler.harvest import harvest
from crawler.sources.protocol import Portal

pytestmark = pytest.mark.realserver

KINDS = {"csw2": "csw", "csw3": "csw", "oai": "oai", "waf": "waf"}
COLUMNS = (
    "title, class, type, publisher, license, access_rights, issued, modified, temporal_start, temporal_end, frequency,"
    " west, south, east, north, distributions,"
    " (select group_concat(coalesce(format, '') || ' ' || coalesce(license, ''), char(10)) from"
    " (select format, license from distribution where dataset = dataset.id order by access_url, format, license))"
)


@pytest.fixture(scope="module")
def portals() -> Iterator[list[Portal]]:
    """The interfaces by their addresses alone: the kinds are detected."""
    with running("pycsw") as geo, running("nginx") as files:
        addresses = {"csw2": geo["csw"], "csw3": geo["csw3"], "oai": geo["oai"], "waf": files["waf"]}
        yield [Portal(key, url) for key, url in addresses.items()]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, portals: list[Portal]) -> Iterator[Store]:
    store = Store(tmp_path_factory.mktemp("geo") / "geo.db")
    harvest(store, portals, OPTIONS)
    yield store
    store.close()


def of(store: Store, key: str, columns: str = COLUMNS) -> dict[str, tuple[Any, ...]]:
    """Identifier of a record -> columns of the table `dataset`."""
    sql = f"select identifier, {columns} from dataset where portal = (select id from portal where key = ?)"
    return {row[0]: row[1:] for row in store.conn.execute(sql, (key,))}


def test_each_interface_is_detected_and_read_whole(store: Store) -> None:
    sql = (
        "select key, kind, outcome, rejected, faults from portal_run join portal on portal.id = portal"
        " order by portal.id"
    )
    rows = list(store.conn.execute(sql))
    assert rows == [(key, kind, "complete", 0, "{}") for key, kind in KINDS.items()]


def test_versions_2_and_3_and_oai_pmh_hold_the_same_number(store: Store) -> None:
    sql = "select delivered, claimed from portal_run join portal on portal.id = portal where kind != 'waf'"
    ((delivered, claimed),) = set(store.conn.execute(sql))
    assert delivered == claimed > 100


@pytest.mark.parametrize("key", ["csw3", "oai"])
def test_titles_licences_formats_and_dates_are_the_same(store: Store, key: str) -> None:
    assert of(store, key) == of(store, "csw2")


def test_the_folder_says_the_same_of_all_that_lies_in_it(store: Store, portals: list[Portal]) -> None:
    """nginx holds the first of the records that pycsw holds, each as one file."""
    folder = of(store, "waf")
    whole = of(store, "csw2")
    listing = requests.get(portals[-1].url, timeout=30).text
    assert len(folder) == len(set(re.findall(r'href="([^"]+\.xml)"', listing)))
    assert folder == {name: whole[name] for name in folder}


def test_the_records_say_the_same_but_for_their_addresses(store: Store) -> None:
    """Also what the columns do not show: contacts, keywords, conformity, attributions, coupled datasets."""
    sql = (
        "select identifier, record from version join dataset on dataset.version = version.id"
        " join portal on portal.id = portal where portal.key = ?"
    )
    own = re.compile(r"http://127\.0\.0\.1:\d+/[^\"]*?(?:&(?:id|identifier)=|#)([^\"#&]+)(#record)?")
    files = re.compile(r"http://127\.0\.0\.1:\d+/waf/\d+\.xml")

    def plain(identifier: str, record: Any) -> str:
        text = record.decode() if isinstance(record, bytes) else str(record)
        return own.sub(r"urn:record:\1\2", files.sub(f"urn:record:{quote(identifier, safe='')}#record", text))

    found = {
        key: {name: plain(name, record) for name, record in store.conn.execute(sql, (key,))} for key in KINDS
    }
    assert found["csw3"] == found["csw2"] == found["oai"]
    assert found["waf"] == {name: found["csw2"][name] for name in found["waf"]}


def test_dublin_core_of_the_same_catalogue_says_less(
    store: Store, portals: list[Portal], tmp_path: Any
) -> None:
    """pycsw derives csw:Record: the same records under the same titles, in the same boxes."""
    plain = Store(tmp_path / "dc.db")
    harvest(plain, [Portal("dc", portals[0].url, kind="csw", settings={"schema": "dublin_core"})], OPTIONS)
    columns = "title, west, north"
    assert of(plain, "dc", columns).keys() == of(store, "csw2").keys()
    titles = {name: row[0] for name, row in of(plain, "dc", columns).items()}
    assert titles == {name: row[0] for name, row in of(store, "csw2", columns).items()}
    plain.close()


def test_a_second_crawl_finds_nothing_changed(store: Store) -> None:
    known = [
        Portal(
            row["key"],
            row["url"],
            kind=row["kind"],
            api_url=row["api_url"],
            settings=orjson.loads(row["settings"]),
        )
        for row in store.portals()
    ]
    done = harvest(store, known, OPTIONS)
    sql = "select sum(added), sum(changed), sum(gone), sum(unchanged) from portal_run where run = ?"
    (counts,) = store.conn.execute(sql, (done.run,))
    assert counts == (0, 0, 0, sum(len(of(store, key)) for key in KINDS))
