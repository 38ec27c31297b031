"""What happens to a record from run to run: added, unchanged, changed, gone, returned."""

import gc

from store_house import READER, House, complete, dataset, finding, found, hand_over, many

from catalog.record.table import Dataset
from catalog.record.terms import Literal
from catalog.store.rows import Form
from catalog.store.sink import Found


def test_new_records_are_added_with_all_their_rows(house: House) -> None:
    assert house.crawl({"a": dataset("Straßenbäume", files=3), "b": dataset("Radwege")}) == "complete"
    assert house.counters() == {"added": 2}
    assert house.events("a") == ["added"]
    assert house.rows("select title, distributions from dataset order by title") == [
        ("Radwege", 1),
        ("Straßenbäume", 3),
    ]
    assert house.one("select count(*) from distribution") == 4
    assert house.rows("select name from keyword order by name") == [("Bäume",), ("Umwelt",)]
    assert house.rows("select name from agent") == [("Amt für Übersicht",)]
    assert house.search("strassenbaeume") == ["a", "b"]
    assert house.search("title: strassenbaume") == ["a"]


def test_an_unchanged_record_costs_no_write(house: House) -> None:
    house.crawl(many(5))
    sink = house.sink()
    before = house.conn.total_changes
    hand_over(sink, [found(name, record) for name, record in many(5).items()], size=5)
    assert house.conn.total_changes - before == 1  # the counter of the portal's run
    assert sink.finish(complete(5)) == "complete"
    assert house.counters() == {"unchanged": 5}
    assert house.one("select count(*) from version") == 5


def test_another_raw_form_of_the_same_record_is_unchanged(house: House) -> None:
    house.crawl({"a": dataset()})
    ids = house.rows("select id from distribution")
    sink = house.sink()
    sink.take([found("a", dataset(), raw_digest=b"other")])
    sink.finish(complete(1))
    assert house.counters() == {"unchanged": 1}
    assert house.events("a") == ["added"]
    assert house.rows("select id from distribution") == ids
    assert sink.unchanged([("a", b"other")], READER) == {"a"}


def test_findings_of_the_same_record_follow_its_raw_form(house: House) -> None:
    sink = house.sink()
    sink.take([found("a", dataset(), findings=finding(charset_wrong=1, format_unknown=2, date_unreadable=1))])
    sink.finish(complete(1))
    assert house.rows("select errors, warnings from dataset") == [(1, 2)]
    sink = house.sink()
    sink.take([found("a", dataset(), raw_digest=b"x", findings=finding(format_unknown=1), type="dokument")])
    sink.finish(complete(1))
    assert house.rows("select errors, warnings, type from dataset") == [(0, 1, "dokument")]
    assert house.rows("select slug, count from finding join finding_kind on finding_kind.id = kind") == [
        ("format-unknown", 1)
    ]
    assert house.counters() == {"unchanged": 1}


def test_the_raw_digest_proves_only_with_the_same_reader(house: House) -> None:
    house.crawl({"a": dataset()})
    item = found("a", dataset())
    sink = house.sink()
    assert sink.unchanged([("a", item.raw_digest), ("b", b"")], READER) == {"a"}
    assert sink.unchanged([("a", item.raw_digest)], READER + 1) == set()
    assert sink.unchanged([("a", b"other")], READER) == set()
    sink.finish(complete(0), "cancelled")


def test_a_new_reader_refreshes_the_rows_without_a_version(house: House) -> None:
    house.crawl({"a": dataset(files=2)})
    house.conn.execute("update dataset set title = 'as an older reader saw it', reader = 0")
    house.conn.execute("delete from distribution")
    house.conn.execute("delete from dataset_keyword")
    house.conn.commit()
    sink = house.sink()
    hand_over(sink, [found("a", dataset(files=2), findings=finding(format_unknown=1))])
    sink.finish(complete(1))
    assert house.counters() == {"unchanged": 1}
    assert house.one("select count(*) from version") == 1
    assert house.rows("select title, reader, warnings from dataset") == [("Baumkataster", READER, 1)]
    assert house.one("select count(*) from distribution") == 2


def test_a_change_is_seen_although_the_portals_date_did_not_change(house: House) -> None:
    house.crawl({"a": dataset("Bäume alt", modified="2020-01-01", files=2)})
    house.crawl({"a": dataset("Wälder neu", modified="2020-01-01", files=1, publisher="Forstamt")})
    assert house.counters() == {"changed": 1}
    assert house.events("a") == ["added", "changed"]
    assert house.one("select modified from dataset") == "2020-01-01"
    assert (house.search("alt"), house.search("forstamt"), house.search("uebersicht")) == ([], ["a"], [])
    assert house.one("select changed_run from dataset") == 2


def test_a_record_may_change_and_change_back(house: House) -> None:
    for title in ("Eins", "Zwei", "Eins"):
        house.crawl({"a": dataset(title)})
    assert house.events("a") == ["added", "changed", "changed"]
    assert (house.search("eins"), house.search("zwei")) == (["a"], [])


def test_gone_is_a_mark_with_a_date_and_what_returns_is_unmarked(house: House) -> None:
    house.crawl(many(6))
    house.crawl(many(5))
    assert house.counters() == {"unchanged": 5, "gone": 1, "missing": 1}
    assert house.rows("select gone_run, gone_at from dataset where identifier = 'id-5'") == [
        (2, "2026-11-01T03:00:00Z")
    ]
    assert house.rows("select datasets, gone from stat_portal") == [(5, 1)]
    house.crawl(many(6))
    assert house.counters() == {"unchanged": 5, "returned": 1}
    assert house.events("id-5") == ["added", "gone", "returned"]
    assert house.rows("select distinct gone_run, gone_at from dataset") == [(None, None)]


def test_what_returns_changed_has_its_new_record(house: House) -> None:
    house.crawl(many(6))
    house.crawl(many(5))
    house.crawl({**many(5), "id-5": dataset("Anders")})
    assert house.events("id-5") == ["added", "gone", "returned"]
    assert house.search("anders") == ["id-5"]
    assert house.one("select count(*) from version where record is not null") == 7


def test_a_gone_record_is_never_proven_unchanged(house: House) -> None:
    house.crawl(many(6))
    house.crawl(many(5))
    sink = house.sink()
    assert sink.unchanged([("id-5", found("id-5", many(6)["id-5"]).raw_digest)], READER) == set()
    sink.finish(complete(0), "cancelled")


def test_of_one_identifier_the_first_record_counts(house: House) -> None:
    sink = house.sink()
    sink.take([found("a", dataset("Erster")), found("a", dataset("Zweiter"))])
    sink.take([found("a", dataset("Dritter"))])
    sink.finish(complete(1, repeated=2))
    assert house.rows("select title from dataset") == [("Erster",)]
    assert house.counters() == {"added": 1}
    assert house.one("select repeated from portal_run") == 2


def test_the_order_of_values_is_no_change_and_leaves_no_ghost(house: House) -> None:
    one = dataset(title="x")
    assert isinstance(one.root, Dataset)
    one.root.title = ["Zebra", "Ameise", Literal("Bee", "en")]
    house.crawl({"a": one})
    two = dataset(title="x")
    assert isinstance(two.root, Dataset)
    two.root.title = [Literal("Bee", "en"), "Ameise", "Zebra"]
    house.crawl({"a": two})
    assert house.counters() == {"unchanged": 1}
    house.crawl({"a": dataset("Neu")})
    assert (house.search("zebra"), house.search("neu")) == ([], ["a"])


def test_the_index_is_built_anew_when_the_rules_for_words_change(house: House) -> None:
    house.crawl(many(3))
    house.conn.execute("insert into dataset_fts (dataset_fts) values ('delete-all')")
    house.conn.execute("pragma user_version = 7")
    house.conn.commit()
    assert house.search("datensatz") == []
    house.reopen()
    assert house.search("datensatz") == ["id-0", "id-1", "id-2"]
    before = house.conn.total_changes
    house.reopen()
    assert house.conn.total_changes <= before


def test_portals_crawled_side_by_side_do_not_disturb_each_other(house: House) -> None:
    house.store.keep_portals([{"key": "zweites", "url": "https://zwei.example"}])
    run = house.store.begin_run()
    sinks = [house.store.sink(run, key) for key in ("muster", "zweites")]
    for batch in range(3):
        for sink in sinks:
            sink.take([found(f"{batch}", dataset(f"{sink.portal_key} {batch}"))])
    assert [sink.finish(complete(3)) for sink in sinks] == ["complete", "complete"]
    assert house.rows("select portal, count(*) from dataset group by portal") == [(1, 3), (2, 3)]
    assert house.one("select count(distinct key) from dataset") == 6


def alive() -> int:
    """How many found records, and forms of them, there are in the whole process."""
    return sum(type(thing) in (Found, Form) for thing in gc.get_objects())


def test_records_made_ready_ahead_are_kept_alike_and_leave_no_cycle(house: House) -> None:
    sink = house.sink()
    gc.collect()
    before = alive()
    gc.disable()
    ready = [found(*item) for item in many(200).items()]
    try:
        for item in ready:
            sink.prepare(item)
        assert all(item.record is None for item in ready)
        sink.take(ready)
        del ready, item
        assert alive() == before  # what is left in cycles would stay for the whole crawl
    finally:
        gc.enable()
    sink.finish(complete(200))
    rows = "select identifier, title, digest from dataset join version on version.id = dataset.version"
    plain = House(house.path.with_name("plain.db"))
    plain.sink().take([found(*item) for item in many(200).items()])
    assert house.rows(rows) == plain.rows(rows)
    plain.store.close()
