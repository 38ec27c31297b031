"""Which links are in use, and when each is looked at again."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from link_hosts import Catalogue

from catalog.measure.links import MEASURES, sync
from catalog.store.link_uses import host_of, scheme_beside_http
from catalog.store.links import (
    FAILING,
    FIRST_PAUSE,
    LONGEST_COOL_OFF,
    LONGEST_PAUSE,
    RETRY_PAUSE,
    STATES,
    WORKING,
    Checked,
    Claim,
    Links,
    Selection,
    pause,
)

HOUR = timedelta(hours=1)
spans = st.timedeltas(timedelta(), timedelta(days=4000))


@given(st.sampled_from(STATES), spans, st.integers(0, 10_000))
def test_no_pause_is_shorter_than_an_hour_or_longer_than_30_days(
    state: str, same: timedelta, failures: int
) -> None:
    assert RETRY_PAUSE <= pause(state, "", same, failures) <= LONGEST_PAUSE


@given(st.sampled_from(WORKING), spans, spans)
def test_the_longer_the_same_the_later_again(state: str, first: timedelta, second: timedelta) -> None:
    shorter, longer = sorted((first, second))
    assert FIRST_PAUSE <= pause(state, "", shorter, 0) <= pause(state, "", longer, 0)


@given(st.sampled_from(FAILING), st.integers(1, 500), spans)
def test_pauses_after_failures_grow(state: str, failures: int, same: timedelta) -> None:
    now, then = (pause(state, "", same, count) for count in (failures, failures + 1))
    assert then == min(2 * now, LONGEST_PAUSE)
    assert pause(state, "", same, 1) < FIRST_PAUSE


@given(spans)
def test_what_robots_forbids_is_no_failure(same: timedelta) -> None:
    assert pause("blocked", "robots", same, 0) == pause("reachable", "", same, 0)
    assert pause("blocked", "too-many-requests", same, 1) == RETRY_PAUSE


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalogue(tmp_path: Path, clock: Clock):  # type: ignore[no-untyped-def]
    made = Catalogue(tmp_path / "links.db", clock)
    yield made
    made.store.close()


URL = "https://daten.musterstadt.example/a.csv"


def wait_after(catalogue: Catalogue, clock: Clock, result: Checked) -> float:
    """Hours until the next check after a result; the clock goes on to then."""
    Links(catalogue.store).keep([result])
    row = catalogue.link(URL)
    due = datetime.fromisoformat(str(row["next_check"]))
    hours, clock.now = (due - clock.now) / HOUR, due
    return hours


def test_the_way_of_a_link(catalogue: Catalogue, clock: Clock) -> None:
    catalogue.name(URL)
    sync(catalogue.store)
    (due,) = Links(catalogue.store).due("daten.musterstadt.example", 5)
    good = Checked(due.id, due.host, "reachable", 200)
    bad = Checked(due.id, due.host, "timeout", problem="timeout")
    assert [wait_after(catalogue, clock, good) for _ in range(8)] == [12, 24, 48, 96, 192, 384, 720, 720]
    assert [wait_after(catalogue, clock, bad) for _ in range(4)] == [1, 2, 4, 8]
    assert catalogue.link(URL)["failures"] == 4
    assert [wait_after(catalogue, clock, good) for _ in range(2)] == [12, 24]
    assert catalogue.link(URL)["failures"] == 0
    changes = catalogue.store.conn.execute("select state, status from link_change order by at").fetchall()
    assert changes == [("reachable", 200), ("timeout", None), ("reachable", 200)]


@pytest.mark.parametrize(("asked_for", "hours"), [(7200.0, 2), (1e12, LONGEST_COOL_OFF / HOUR), (-5.0, 1)])
def test_a_pause_asked_for_is_kept_for_the_whole_host(
    catalogue: Catalogue, clock: Clock, asked_for: float, hours: float
) -> None:
    for name in "abc":
        catalogue.name(f"https://daten.musterstadt.example/{name}.csv")
    sync(catalogue.store)
    links = Links(catalogue.store)
    (due, *others) = links.due("daten.musterstadt.example", 5)
    assert len(others) == 2
    cooling = ((due.host, asked_for),)
    assert wait_after(catalogue, clock, Checked(due.id, due.host, "blocked", 429, cooling=cooling)) == hours
    clock.now -= timedelta(seconds=1)
    assert bool(links.hosts()) == (asked_for < 0)
    clock.now += timedelta(seconds=1)
    assert links.hosts() != []


def test_the_share_of_a_day_is_new_on_the_next(catalogue: Catalogue, clock: Clock) -> None:
    for number in range(5):
        catalogue.name(f"https://daten.musterstadt.example/{number}.csv")
    sync(catalogue.store)
    links = Links(catalogue.store, per_day=3)
    host = "daten.musterstadt.example"
    first = links.due(host, 5)
    assert len(first) == 3
    links.keep([Checked(each.id, host, "reachable", 200) for each in first])
    assert links.due(host, 5) == []
    clock.now += timedelta(hours=22)  # the next day
    assert len(Links(catalogue.store, per_day=3).due(host, 5)) == 3


def test_of_a_portal_all_links_are_meant_due_or_not(catalogue: Catalogue, clock: Clock) -> None:
    catalogue.name(URL)
    sync(catalogue.store)
    (due,) = Links(catalogue.store).due("daten.musterstadt.example", 5)
    Links(catalogue.store).keep([Checked(due.id, due.host, "reachable", 200)])
    clock.now += HOUR
    assert Links(catalogue.store).hosts() == []
    assert Links(catalogue.store, Selection(True, "musterstadt")).hosts() == []
    links = Links(catalogue.store, Selection(False, "musterstadt"))
    assert links.hosts() == [(due.host, 1)]
    links.keep([Checked(due.id, due.host, "reachable", 200)])
    assert links.hosts() == []


def uses(catalogue: Catalogue) -> list[tuple[object, ...]]:
    sql = "select dataset, url, role, media_type, u.size from dataset_link u join link on link.id = link order by 1, 2, 3"
    return catalogue.store.conn.execute(sql).fetchall()


def test_who_uses_what_follows_the_records(catalogue: Catalogue, clock: Clock) -> None:
    catalogue.name(URL, media_type="text/csv", size=12)
    catalogue.name(URL, "access", format="CSV")
    catalogue.name("https://geo.example/wms", "endpoint")
    assert sync(catalogue.store) == 3
    assert uses(catalogue) == [
        (1, URL, "download", "text/csv", 12),
        (2, URL, "access", "CSV", None),
        (3, "https://geo.example/wms", "endpoint", "", None),
    ]
    assert sync(catalogue.store) == 0
    conn = catalogue.store.conn
    with catalogue.store.db.atomic():
        conn.execute("update dataset set gone_run = 1 where id = 3")
        conn.execute("update distribution set download_url = 'https://neu.example/a.csv' where dataset = 1")
        conn.execute("update dataset set version = 99 where id = 1")
    assert sync(catalogue.store) == 2
    assert [row[:2] for row in uses(catalogue)] == [(1, "https://neu.example/a.csv"), (2, URL)]
    assert catalogue.link("https://geo.example/wms")["next_check"] is None
    assert [host for host, _ in Links(catalogue.store).hosts()] == [
        "daten.musterstadt.example",
        "neu.example",
    ]
    with catalogue.store.db.atomic():
        conn.execute("update dataset set gone_run = null where id = 3")
    assert sync(catalogue.store) == 1
    assert catalogue.link("https://geo.example/wms")["next_check"] is not None


def test_services_behind_distributions_are_links_too(catalogue: Catalogue, clock: Clock) -> None:
    catalogue.name(URL)
    wms = {"@id": "https://geo.example/ows"}
    kind = {"@id": "http://publications.europa.eu/resource/authority/file-type/WMS_SRVC"}
    record = {
        "distribution": [
            {"download_url": [{"@id": URL}], "access_service": [{"@id": "urn:service"}], "format": ["CSV"]},
            {"access_service": [{"endpoint_url": ["https://geo.example/wfs", {"@id": "_:b"}, ""]}, "a service"], "format": [kind]},
            {"access_service": [{"@id": "urn:elsewhere"}]}, "no distribution",
        ],
        "others": [{"@id": "urn:service", "endpoint_url": [wms]}],
    }  # fmt: skip
    conn = catalogue.store.conn
    with catalogue.store.db.atomic():
        values = (1, catalogue.run, json.dumps(record, separators=(",", ":")))
        conn.execute(
            "insert into version (id, dataset, run, event, record) values (1, ?, ?, 'added', ?)", values
        )
    assert sync(catalogue.store) == 1
    assert uses(catalogue) == [
        (1, URL, "download", "", None),
        (1, "https://geo.example/ows", "endpoint", "", None),
        (1, "https://geo.example/wfs", "endpoint", "WMS_SRVC", None),
    ]
    (due,) = [link for link in Links(catalogue.store).due("geo.example", 5) if link.url.endswith("wfs")]
    assert due.claims == (Claim("endpoint", "WMS_SRVC"),)


def test_a_link_that_lost_its_users_meanwhile_stays_unchecked(catalogue: Catalogue, clock: Clock) -> None:
    catalogue.name(URL)
    sync(catalogue.store)
    links = Links(catalogue.store)
    (due,) = links.due("daten.musterstadt.example", 5)
    with catalogue.store.db.atomic():
        catalogue.store.conn.execute("update dataset set gone_run = 1")
    sync(catalogue.store)
    links.keep([Checked(due.id, due.host, "gone", 404)])
    assert (catalogue.link(URL)["state"], catalogue.link(URL)["next_check"]) == ("gone", None)


@given(st.text(max_size=40))
def test_any_text_may_stand_where_an_address_should(text: str) -> None:
    assert isinstance(host_of(text), str)
    assert scheme_beside_http(text) != "" or text.lower().startswith(("http:", "https:"))


def test_every_measure_lists_its_rows(catalogue: Catalogue) -> None:
    for url, state in ((URL, "reachable"), (f"{URL}x", "gone"), ("ftp://x.example/a", "not_http")):
        catalogue.name(url)
        sync(catalogue.store)
        with catalogue.store.db.atomic():
            catalogue.store.conn.execute("update link set state = ? where url = ?", (state, url))
    found = {
        measure.slug: len(
            catalogue.store.conn.execute(measure.sql, {"ags": None, "portal": "musterstadt"}).fetchall()
        )
        for measure in MEASURES
    }
    assert found == {
        "links-checked": 0,
        "links-working": 1,
        "links-by-host": 2,
        "links-as-described": 0,
        "links-not-http": 1,
    }
