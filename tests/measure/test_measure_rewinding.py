"""A rewound copy is what a copy made on that day would have been."""

import shutil
import sqlite3
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stock_world import build
from stock_world import records as described
from store_house import House, complete, dataset, found, hand_over

from catalog.measure.measuring import measure
from catalog.record.findings import check
from catalog.record.node import Record
from catalog.store.checking import invariants
from catalog.store.database import StoreError
from catalog.store.discoveries import Conclusion, Discoveries
from catalog.store.link_uses import sync
from catalog.store.links import Checked, Links
from catalog.store.measures import Measures
from catalog.store.rewinding import rewound
from catalog.store.store import Store

TABLES = {
    "dataset": "key, portal, identifier, iri, class, type, title, contact, issued, modified, license, access_rights,"
    " frequency, landing_page, spatial, west, distributions, errors, warnings, version, first_seen, changed_run, gone_run,"
    " gone_at, (select name from agent where id = publisher)",
    "distribution": "dataset, iri, title, access_url, download_url, format, license",
    "dataset_theme": "*",
    "dataset_keyword": "dataset, (select name from keyword where id = keyword)",
    "finding": "*",
    "version": "*",
    "run": "*",
    "portal_run": "*",
    "stat_portal": "*",
    "portal": "key, last_run, last_outcome, last_complete_run, last_complete_at",
    "link": "url, state, status, changed_at",
    "link_change": "*",
    "homepage": "ags, run, at, state, url, certainty, note",
    "unread": "portal, key, first_run",
}
Day = dict[str, Record]


def contents(conn: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    known = "key in ('muster', 'zweites')"
    where = {"portal": f"where {known}"}
    return {
        name: sorted(conn.execute(f"select {columns} from {name} {where.get(name, '')}").fetchall(), key=repr)
        for name, columns in TABLES.items()
    }


def crawl(house: House, records: Day, portal: str = "muster") -> None:
    house.portal = portal
    sink = house.sink(accept_shrink=True)
    items = [
        found(name, record, findings=check(record), unread=Counter({f"feld-{name}": 1}))
        for name, record in records.items()
    ]
    hand_over(sink, items)
    sink.finish(complete(len(records)))
    house.store.end_run(sink.run)


def midnight(house: House) -> None:
    house.clock.now = house.clock.now.replace(hour=2) + timedelta(days=1)


def yesterday(house: House) -> date:
    return (house.clock.now - timedelta(days=1)).date()


bodies = st.builds(
    dataset,
    st.sampled_from(["Bäume", "Haushalt 2026", "Parken"]),
    description=st.sampled_from(["", "Kurz.", "Alles über Bäume."]),
    keywords=st.lists(st.sampled_from(["Baum", "Geld", "Auto"]), unique=True),
    files=st.integers(0, 3),
    publisher=st.sampled_from(["Stadt Muster", "Amt für Übersicht"]),
)
days = st.lists(st.dictionaries(st.sampled_from("abcdefg"), bodies, min_size=1), min_size=2, max_size=5)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days, st.data())
def test_a_rewound_copy_is_the_copy_of_that_day(
    tmp_path_factory: pytest.TempPathFactory, plan: list[Day], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("rewound")
    house = House(folder / "live.db")
    house.store.keep_portals([{"key": "zweites", "url": "https://zweites.example"}])
    for number, records in enumerate(plan):
        crawl(house, records)
        if number and data.draw(st.booleans(), label="second portal"):
            crawl(house, records, "zweites")
        sync(house.store)
        house.store.conn.execute("pragma wal_checkpoint(truncate)")
        shutil.copy(folder / "live.db", folder / f"day{number}.db")
        midnight(house)
    chosen = data.draw(st.integers(0, len(plan) - 1), label="day")
    day = yesterday(house) - timedelta(days=len(plan) - 1 - chosen)
    before = contents(house.conn)
    copy = rewound(folder / "live.db", folder / "then.db", day, "0.1", house.clock)
    with sqlite3.connect(folder / f"day{chosen}.db") as then:
        expected, turned = contents(then), contents(copy.conn)
    then.close()
    gone_links = [row for row in turned.pop("link") if row not in expected.pop("link", [])]
    assert turned == {name: rows for name, rows in expected.items() if name != "link"}
    assert {row[1] for row in gone_links} <= {"not_checked"}  # addresses of later days, used by nothing
    assert invariants(copy.conn) == []
    assert contents(house.conn) == before
    copy.close()
    house.store.close()


def test_links_and_home_pages_are_as_they_were(house: House, tmp_path: Path) -> None:
    house.store.keep_municipalities([{"ags": "99111000", "name": "Musterhafen", "population": 1000}])
    crawl(house, {"a": dataset(files=2)})
    sync(house.store)
    first, second = (number for (number,) in house.rows("select id from link order by id"))
    search = Discoveries(house.store)
    search.conclude(1, Conclusion("99111000", "found", "https://musterhafen.example", 90, "named there"))
    Links(house.store).keep([Checked(first, "daten.example", "gone", 404)])
    before = contents(house.conn)
    midnight(house)
    run = house.store.begin_run("links")
    Links(house.store).keep(
        [Checked(first, "daten.example", "reachable", 200), Checked(second, "daten.example", "gone", 410)]
    )
    search.conclude(run, Conclusion("99111000", "unreachable"))
    copy = rewound(house.path, tmp_path / "then.db", yesterday(house))
    assert contents(copy.conn) == before
    assert copy.conn.execute("pragma foreign_key_check").fetchall() == []
    copy.close()


def test_what_was_measured_later_is_gone_and_what_changed_is_measured_again(
    house: House, tmp_path: Path
) -> None:
    house.store.keep_municipalities([{"ags": "99111000", "name": "Musterhafen", "population": 1000}])
    crawl(house, {"a": dataset(), "b": dataset("Parken")})
    measures = Measures(house.store)
    for day in (1, 2):
        run = house.store.begin_run("measure")
        measures.keep(
            "measured", ("dataset", "version", "method"), house.rows("select id, version, 'm' from dataset")
        )
        measures.keep("score", ("dataset", "run", "method", "points", "possible"), [(1, run, "m", day, 405)])
        measures.keep("stocktaking", ("ags", "run", "state", "method"), [("99111000", run, "found", "m")])
        measures.keep("share", ("run", "measure", "scope", "key", "municipalities", "yes", "no", "unknown", "method"),
                      [(run, "systematic", "all", "", 1, 1, 0, 0, "m")])  # fmt: skip
        measures.keep(
            "milestone", ("name", "as_of", "run", "method", "made_at"), [(f"q{day}", "", run, "m", "")]
        )
        measures.keep(
            "milestone_municipality", ("milestone", "ags", "state"), [(f"q{day}", "99111000", "found")]
        )
        if day == 1:
            midnight(house)
            crawl(house, {"a": dataset("Bäume"), "b": dataset("Parken")})
    copy = rewound(house.path, tmp_path / "then.db", yesterday(house))
    tables = ("score", "stocktaking", "share", "milestone", "milestone_municipality")
    assert [copy.conn.execute(f"select count(*) from {name}").fetchone()[0] for name in tables] == [1] * 5
    looked_at = "select identifier from measured join dataset on dataset.id = dataset order by 1"
    assert copy.conn.execute(looked_at).fetchall() == [("b",)]
    assert copy.conn.execute("select name from milestone").fetchall() == [("q1",)]
    copy.close()


def test_what_was_found_beyond_the_record_stays(house: House, tmp_path: Path) -> None:
    def day(record: Record) -> None:
        sink = house.sink()
        extra = Counter({"identifier-missing": 1, "dataset-contact-point-missing": -1})
        as_published = check(record)
        as_published.update(extra)
        hand_over(sink, [found("a", record, findings=+as_published)])
        sink.finish(complete(1))
        house.store.end_run(sink.run)

    def slugs(conn: sqlite3.Connection) -> set[str]:
        sql = "select slug from finding join finding_kind on finding_kind.id = kind"
        return {slug for (slug,) in conn.execute(sql)}

    day(dataset(description=""))
    then = slugs(house.conn)
    midnight(house)
    day(dataset(description="Nun beschrieben.", files=0))
    assert slugs(house.conn) != then
    copy = rewound(house.path, tmp_path / "then.db", yesterday(house))
    assert slugs(copy.conn) == then
    assert "identifier-missing" in then
    assert "dataset-contact-point-missing" not in then
    copy.close()


def test_a_crawl_across_midnight_counts_for_the_day_it_ended(house: House, tmp_path: Path) -> None:
    crawl(house, {"a": dataset()})
    run = house.store.begin_run()
    sink = house.sink(run)
    midnight(house)
    hand_over(sink, [found("a", dataset("Anders"))])
    sink.finish(complete(1))
    house.store.end_run(run)
    copy = rewound(house.path, tmp_path / "then.db", yesterday(house))
    assert copy.conn.execute("select title, changed_run from dataset").fetchall() == [("Baumkataster", 1)]
    assert copy.conn.execute("select state, ended from run where id = ?", (run,)).fetchone() == (
        "running",
        None,
    )
    assert copy.conn.execute("select last_run, last_complete_run from portal").fetchone() == (1, 1)
    copy.close()


def test_a_copy_never_takes_the_place_of_a_file(house: House, tmp_path: Path) -> None:
    taken = tmp_path / "then.db"
    taken.write_bytes(b"mine")
    with pytest.raises(StoreError, match="already"):
        rewound(house.path, taken, date(2026, 11, 1))
    assert taken.read_bytes() == b"mine"
    with pytest.raises(StoreError, match="no database"):
        rewound(tmp_path / "none.db", tmp_path / "x.db", date(2026, 11, 1))


def judged(conn: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """What a measurement says, without the numbers of runs and records."""
    newest = "(select max(run) from share)"
    queries = {
        "stocktaking": "select ags, state, level, dimensions, via, asked, figures from stocktaking where run = {}",
        "criterion": "select ags, slug, value, threshold, passed, numerator, denominator from criterion where run = {}",
        "share": "select measure, scope, key, yes, no, unknown, lower, upper from share where run = {}",
        "quality": "select key, points, possible, passed, known from quality join dataset on dataset.id = dataset",
        "sighting": "select dataset.key, reason from sighting join dataset on dataset.id = dataset",
        "action": "select ags, metric, rank, datasets, gain from action",
        "leakage": "select * from leakage",
        "attribution": "select key, ags, attribution, certainty, body from dataset",
        "models": "select key, model, evidence from dataset_model join dataset on dataset.id = dataset",
    }
    return {name: sorted(conn.execute(sql.format(newest)), key=repr) for name, sql in queries.items()}


def test_measuring_as_of_a_day_gives_the_figures_of_that_day(house: House, tmp_path: Path) -> None:
    build(house)
    that_day = house.clock.now.date()
    house.store.conn.execute("pragma wal_checkpoint(truncate)")
    shutil.copy(house.path, tmp_path / "that-day.db")
    then = Store(tmp_path / "that-day.db", "0.1", house.clock)
    measure(then, as_of=that_day)
    expected = judged(then.conn)
    then.close()
    for _ in range(2):  # later days: measured, changed, gone, a town more, links checked
        midnight(house)
        measure(house.store)
        kept = {name: item for name, item in described("musterhafen", 9).items() if not name.endswith("3")}
        crawl(house, kept | described("neu", 3))
        sync(house.store)
        Links(house.store).keep(
            [Checked(n, "x.example", "gone") for (n,) in house.rows("select id from link")]
        )
    measure(house.store)
    assert judged(house.conn) != expected
    copy = rewound(house.path, tmp_path / "then.db", that_day, "0.1", house.clock)
    measure(copy, as_of=that_day)
    assert judged(copy.conn) == expected
    assert expected["criterion"]
    copy.close()
