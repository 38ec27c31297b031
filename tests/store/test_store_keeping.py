"""What is kept beside the records: archive, evidence, unread keys, rejected items, the portal's own catalogue, aggregates."""

from collections import Counter

import orjson
import pytest
from store_house import House, complete, dataset, finding, found, many

from catalog.record.node import Record
from catalog.record.table import Catalogue, Dataset, LicenseDocument
from catalog.record.terms import IRI, Literal
from catalog.store.sink import Reject, Stored

ANSWER = Stored(
    "https://daten.example/api?start=0", 200, {"etag": '"1"', "content-type": "application/json"}, b"[]"
)


def test_the_last_whole_crawls_answers_serve_conditional_requests(house: House) -> None:
    for answer, outcome in (("eins", None), ("zwei", None), ("drei", "partial")):
        sink = house.sink()
        assert (sink.last("c") or ANSWER).body == {"eins": b"[]", "zwei": b"eins", "drei": b"zwei"}[answer]
        sink.archive("c", "list", Stored("https://daten.example", 200, {}, answer.encode()))
        sink.finish(complete(0), outcome)
    assert (house.sink().last("c") or ANSWER).body == b"zwei"
    assert house.sink().last("never asked") is None


def test_what_is_no_longer_kept_or_damaged_is_none(house: House) -> None:
    sink = house.sink()
    sink.archive("c", "list", ANSWER)
    sink.finish(complete(0))
    (path,) = house.store.folder.root.glob("*/*.gz")
    whole = path.read_bytes()
    for damaged in (whole[:-3], b"", b"\x00" * 30, whole[:10] + b"\xff" * 9):
        path.write_bytes(damaged)
        assert house.sink().last("c") is None
    path.unlink()
    assert house.sink().last("c") is None
    path.touch()  # as after a power failure
    sink = house.sink()
    sink.archive("c", "list", ANSWER)
    sink.finish(complete(0))
    assert house.sink().last("c") == ANSWER


def test_equal_bodies_are_kept_once_and_an_answer_may_be_replaced(house: House) -> None:
    sink = house.sink()
    sink.archive("c1", "list", ANSWER)
    sink.archive("c2", "list", ANSWER)
    sink.archive("c2", "list", Stored("https://daten.example/2", 200, {}, b"neu"))
    assert len(list(house.store.folder.root.glob("*/*"))) == 2
    assert house.rows("select call, size from payload order by call") == [("c1", 2), ("c2", 3)]
    sink.finish(complete(0))


def test_the_archive_is_pruned_but_not_of_the_last_whole_crawl(house: House) -> None:
    for body in (b"alt", b"ganz", b"halb"):
        sink = house.sink()
        sink.archive("c", "list", Stored("https://daten.example", 200, {}, body))
        sink.finish(complete(0), "partial" if body == b"halb" else None)
        house.clock.advance(days=7)
    house.clock.advance(days=91)
    stray = house.store.folder.root / "ab" / "abcd.77.part"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"broken off while writing")
    assert house.store.prune_archive() == 3
    assert house.store.prune_archive() == 0
    assert (house.sink().last("c") or ANSWER).body == b"ganz"
    assert house.store.archived_run("muster") == 2


def test_reading_the_archive_again_hides_no_answer(house: House) -> None:
    sink = house.sink()
    sink.archive("c", "list", ANSWER)
    sink.finish(complete(0))
    house.sink().finish(complete(0))  # a run without answers of its own, as a reparse is
    assert house.sink().last("c") == ANSWER
    house.clock.advance(days=91)
    house.store.prune_archive()
    assert house.sink().last("c") == ANSWER


def test_evidence_is_kept_in_order(house: House) -> None:
    sink = house.sink()
    sink.evidence("https://daten.example/robots.txt", 200, "allowed", "x" * 2000)
    sink.evidence("https://daten.example/api", 0, "unreachable", "")
    sink.finish(complete(0))
    sql = "select at, status, verdict, length(proof) from evidence order by id"
    assert house.rows(sql) == [
        ("2026-11-01T02:00:00Z", 200, "allowed", 1000),
        ("2026-11-01T02:00:00Z", 0, "unreachable", 0),
    ]


def test_unread_keys_are_counted_over_batches_and_runs(house: House) -> None:
    for run in (1, 2):
        sink = house.sink()
        for name in ("a", "b"):
            unread = Counter({"extras.x": 2, f"nur{run}": 1})
            sink.take([found(name, dataset(f"{name}{run}"), unread=unread)])
        sink.finish(complete(2))
    sql = "select key, count, first_run, last_run from unread order by key"
    assert house.rows(sql) == [("extras.x", 4, 1, 2), ("nur1", 2, 1, 1), ("nur2", 2, 2, 2)]


def test_rejected_items_are_kept_raw_and_once(house: House) -> None:
    sink = house.sink()
    sink.take(
        [],
        [
            Reject("a", b"{\xff", "ValueError: x"),
            Reject("a", b"{\xff", "ValueError: x"),
            Reject("a", b"[", "y"),
        ],
    )
    sink.take([], [Reject("a", b"[", "y"), Reject("", b"x" * 200_000, "z")])
    sink.finish(complete(0, rejected=3))
    assert house.rows("select identifier, substr(raw, 1, 2), error, length(raw) from rejected order by id") == [
        ("a", "{\ufffd", "ValueError: x", 2), ("a", "[", "y", 1), ("", "xx", "z", 100_000)]  # fmt: skip


def test_the_catalogue_is_kept_without_its_lists(house: House) -> None:
    root = Catalogue(title=[Literal("Offene Daten", "de")], dataset=[Dataset(title=["x"])],
                     license=[LicenseDocument(id=IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0"))])  # fmt: skip
    house.store.keep_portals([{"key": "muster", "url": "https://daten.example", "title": ""}])
    sink = house.sink()
    sink.catalogue(Record(root))
    sink.catalogue(Record(Dataset(title=["no catalogue"])))
    sink.finish(complete(0))
    ((title, license_code, text),) = house.rows("select title, metadata_license, catalogue from portal")
    assert (title, license_code) == ("Offene Daten", "dl-de-by-2.0")
    assert set(orjson.loads(text)) == {"@class", "title", "license"}


def test_a_catalogues_unknown_licence_keeps_its_text(house: House) -> None:
    sink = house.sink()
    sink.catalogue(Record(Catalogue(title=["Anders"], license=[Literal("Fragen Sie das Amt", "de")])))
    sink.finish(complete(0))
    assert house.rows("select title, metadata_license from portal") == [("Muster", "Fragen Sie das Amt")]


def test_aggregates_are_those_of_what_is_there(house: House) -> None:
    house.crawl(many(4))
    sink = house.sink()
    theme = IRI("http://publications.europa.eu/resource/authority/data-theme/ENVI")
    sink.take(
        [
            found(
                "id-0",
                dataset("Neu", files=3, theme=[theme]),
                findings=finding(date_unreadable=5, format_unknown=1),
            )
        ]
    )
    sink.take([found(name, many(3)[name]) for name in ("id-1", "id-2")])
    sink.finish(complete(3))
    assert house.rows("select * from stat_portal") == [(1, 3, 1, 5, 1, 1, 2, 0)]
    assert house.rows("select theme, datasets from stat_theme") == [("ENVI", 1)]
    assert house.rows("select format, distributions, datasets from stat_format") == [("CSV", 5, 3)]
    assert house.rows("select license, datasets from stat_license") == [("", 3)]
    assert house.rows("select slug, datasets, stat_finding.count from stat_finding join finding_kind on id = kind order by slug") == [
        ("date-unreadable", 1, 5), ("format-unknown", 1, 1)]  # fmt: skip


def test_portals_keep_what_a_row_does_not_name(house: House) -> None:
    house.store.keep_municipalities([{"ags": "99000001", "name": "Musterhafen", "population": 12_000}])
    house.store.keep_portals(
        [{"key": "muster", "url": "https://a.example", "ags": "99000001", "settings": {"x": "y"}}]
    )
    house.store.keep_portals([{"key": "muster", "url": "https://b.example"}])
    (portal,) = house.store.portals()
    assert (portal["url"], portal["ags"], portal["title"], portal["settings"]) == (
        "https://b.example",
        "99000001",
        "Muster",
        '{"x":"y"}',
    )
    house.store.keep_portals([{"key": "muster", "url": "https://b.example", "ags": "nowhere"}])
    assert house.store.portals()[0]["ags"] is None


def test_what_detection_proved_is_kept(house: House) -> None:
    house.store.set_kind("muster", "ckan", "https://daten.example/api/3", {"prefix": "/x"})
    (portal,) = house.store.portals()
    assert (portal["kind"], portal["api_url"], portal["settings"]) == (
        "ckan",
        "https://daten.example/api/3",
        '{"prefix":"/x"}',
    )


def test_a_run_that_ended_is_not_broken(house: House) -> None:
    assert house.store.broken_run() is None
    run = house.store.begin_run("crawl", {"portals": ["muster", "fehlt"]})
    assert house.store.broken_run() == (run, ["muster", "fehlt"])
    house.sink(run).finish(complete(0))
    assert house.store.broken_run() == (run, ["fehlt"])
    house.store.end_run(run, "incomplete")
    assert house.store.broken_run() is None


@pytest.mark.parametrize("slug", ["charset-wrong", "format-unknown"])
def test_kinds_of_finding_follow_the_program_and_keep_their_ids(house: House, slug: str) -> None:
    before = house.rows("select id, slug from finding_kind order by id")
    house.conn.execute("update finding_kind set what_en = 'old words' where slug = ?", (slug,))
    house.conn.commit()
    house.reopen()
    assert house.one("select what_en from finding_kind where slug = ?", slug) != "old words"
    assert house.rows("select id, slug from finding_kind order by id") == before


def test_records_follow_a_kind_of_finding_that_became_graver(house: House) -> None:
    sink = house.sink()
    sink.take([found("a", dataset(), findings=Counter({"format-unknown": 2, "charset-wrong": 1}))])
    sink.finish(complete(1))
    right = house.rows("select errors, warnings from dataset")
    assert right != [(0, 0)]
    house.conn.execute("update finding_kind set severity = 'info'")
    house.conn.execute(
        "update dataset set errors = 0, warnings = 0"
    )  # as a program had them to which none was grave
    house.conn.commit()
    house.reopen()
    assert house.rows("select errors, warnings from dataset") == right


def test_parts_of_shared_portals(house: House) -> None:
    house.store.keep_portals([{"key": "land", "url": "https://daten.example"}])
    row = {"portal": "land", "part": "stadt-musterhafen", "ags": "99111000", "certainty": 95}
    assert house.store.keep_portal_parts([row, {"portal": "nowhere", "part": "x"}]) == 1
    assert (
        house.store.keep_portal_parts([row | {"ags": "99112000", "reason": "a column of the file alone"}])
        == 1
    )
    house.store.keep_portal_parts(
        [{"portal": "land", "part": "amt-muster", "ars": "991510001", "level": "association"}]
    )
    assert house.rows(
        "select key, part, portal_part.ags, ars, level, certainty from portal_part join portal on id = portal order by part"
    ) == [
        ("land", "amt-muster", "", "991510001", "association", 0),
        ("land", "stadt-musterhafen", "99112000", "", "", 95),
    ]
