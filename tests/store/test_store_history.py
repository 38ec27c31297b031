"""What a run did, what changed between two, the life of one dataset."""

import json
from collections import Counter
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_house import House, complete, dataset, found, many

from catalog.record.canonical import to_json
from catalog.record.node import Node, Record
from catalog.record.table import Agent, Dataset, Distribution, Kind
from catalog.record.terms import IRI, XSD_DATE, XSD_DATETIME, BNode, Literal
from catalog.store.history import FieldChange, diff, field_changes, status, versions
from catalog.store.rows import dataset_key


def changes(house: House, a: int, b: int, portal: str | None = None) -> dict[str, list[str]]:
    """Event -> identifiers."""
    events: dict[str, list[str]] = {}
    for change in diff(house.store.db, a, b, portal):
        events.setdefault(change.event, []).append(change.identifier)
    return events


def test_the_status_of_a_run(house: House) -> None:
    house.crawl(many(6))
    house.crawl({**many(4), "id-4": dataset("Anders"), "neu": dataset()}, requests=3, bytes=99, seconds=1.5,
                skipped=Counter(document=1), claimed=7)  # fmt: skip
    run = status(house.store.db)
    assert (run.run, run.state, run.command, run.version, run.started) == (
        2,
        "done",
        "crawl",
        "0.1",
        "2026-11-01T03:00:00Z",
    )
    (portal,) = run.portals
    assert (portal.portal, portal.url, portal.outcome) == ("muster", "https://daten.example", "complete")
    assert (portal.added, portal.changed, portal.unchanged, portal.gone, portal.missing) == (1, 1, 4, 1, 1)
    assert (portal.claimed, portal.delivered, portal.requests, portal.bytes, portal.seconds) == (
        7,
        6,
        3,
        99,
        1.5,
    )
    assert (portal.skipped, portal.failures) == ({"document": 1}, {})
    assert status(house.store.db, 1).portals[0].added == 6
    assert json.loads(json.dumps(asdict(run)))["portals"][0]["outcome"] == "complete"


def test_a_run_that_goes_on_has_no_outcome_yet(house: House) -> None:
    with pytest.raises(LookupError, match="There is no run yet"):
        status(house.store.db)
    sink = house.sink()
    run = status(house.store.db)
    assert (run.state, run.ended, run.portals[0].outcome, run.portals[0].ended) == (
        "running",
        None,
        None,
        None,
    )
    sink.finish(complete(0))
    with pytest.raises(LookupError, match="There is no run 9"):
        status(house.store.db, 9)


def test_what_came_changed_went_and_came_back(house: House) -> None:
    house.crawl(many(6))
    house.crawl(many(5))
    house.crawl({**many(3), "id-3": dataset("Anders"), "id-5": many(6)["id-5"], "neu": dataset()})
    assert changes(house, 1, 2) == {"gone": ["id-5"]}
    assert changes(house, 2, 3) == {
        "changed": ["id-3"],
        "gone": ["id-4"],
        "returned": ["id-5"],
        "added": ["neu"],
    }
    assert changes(house, 1, 3) == {"changed": ["id-3"], "gone": ["id-4"], "added": ["neu"]}
    assert changes(house, 3, 1) == {"changed": ["id-3"], "returned": ["id-4"], "gone": ["neu"]}
    assert changes(house, 2, 2) == {}


def test_what_came_and_went_in_between_is_no_change(house: House) -> None:
    house.crawl(many(4))
    house.crawl({**many(4), "kurz": dataset("Kurz"), "id-0": dataset("Zwischendurch")})
    house.crawl(many(4))
    assert changes(house, 1, 3) == {}
    assert changes(house, 1, 2) == {"changed": ["id-0"], "added": ["kurz"]}


def test_a_change_says_which_fields(house: House) -> None:
    house.crawl({"a": dataset("Alt", keywords=["x", "y"])})
    house.crawl({"a": dataset("Neu", keywords=["y", "z"])})
    (change,) = diff(house.store.db, 1, 2)
    assert (change.event, change.portal, change.key, change.title) == (
        "changed",
        "muster",
        dataset_key("muster", "a"),
        "Neu",
    )
    assert (change.run, change.at) == (2, "2026-11-01T03:00:00Z")
    assert change.fields == [
        FieldChange("title", ["Alt"], ["Neu"], "Titel", "title"),
        FieldChange("keyword", ["x"], ["z"], "Schlagwort", "keyword"),
    ]
    assert json.loads(json.dumps(asdict(change)))["fields"][0]["new"] == ["Neu"]


def test_what_returned_changed_says_which_fields(house: House) -> None:
    house.crawl({**many(4), "a": dataset("Alt")})
    house.crawl(many(4))
    house.crawl({**many(4), "a": dataset("Neu")})
    (change,) = diff(house.store.db, 2, 3)
    assert (change.event, [item.path for item in change.fields]) == ("returned", ["title"])


def test_differences_of_one_portal(house: House) -> None:
    house.store.keep_portals([{"key": "zweites", "url": "https://zwei.example"}])
    house.store.begin_run()
    run = house.store.begin_run()
    for key in ("muster", "zweites"):
        sink = house.store.sink(run, key)
        sink.take([found(f"{key}-1", dataset(key))])
        sink.finish(complete(1))
    assert changes(house, 1, 2) == {"added": ["muster-1", "zweites-1"]}
    assert changes(house, 1, 2, "zweites") == {"added": ["zweites-1"]}
    with pytest.raises(LookupError, match="There is no run 3"):
        diff(house.store.db, 1, 3)


def test_the_life_of_one_dataset(house: House) -> None:
    house.crawl({**many(4), "a": dataset("Eins")})
    house.crawl({**many(4), "a": dataset("Zwei")})
    house.crawl(many(4))
    house.crawl({**many(4), "a": dataset("Zwei")})
    life = list(versions(house.store.db, dataset_key("muster", "a")))
    assert [(item.run, item.event) for item in life] == [
        (1, "added"),
        (2, "changed"),
        (3, "gone"),
        (4, "returned"),
    ]
    assert [[field.path for field in item.fields] for item in life] == [[], ["title"], [], []]
    assert life[2].digest is None
    assert life[1].digest == life[3].digest != life[0].digest
    with pytest.raises(LookupError, match="There is no dataset nowhere"):
        versions(house.store.db, "nowhere")


def differences(old: Node, new: Node) -> dict[str, tuple[list[str], list[str]]]:
    """Path -> what was, what is."""
    found_changes = field_changes(to_json(Record(old)), to_json(Record(new)))
    assert len({change.path for change in found_changes}) == len(found_changes)
    return {change.path: (change.old, change.new) for change in found_changes}


def part(number: int, **more: list[object]) -> Distribution:
    """A distribution without an address of its own."""
    values = {
        "title": [f"Datei {number}"],
        "access_url": [IRI(f"https://x.example/{number}")],
        "format": [IRI("urn:csv")],
    }
    return Distribution(**{**values, **more})


def test_a_file_whose_address_changed_is_the_same_file() -> None:
    old = Dataset(distribution=[part(1), part(2), part(3)])
    new = Dataset(distribution=[part(3), part(2, access_url=[IRI("https://x.example/neu")]), part(1)])
    assert differences(old, new) == {
        "distribution[Datei 2].access_url": (["https://x.example/2"], ["https://x.example/neu"])
    }


def test_files_are_matched_by_identity_before_all_else() -> None:
    old = Dataset(distribution=[part(1, id=IRI("urn:1")), part(2, id=IRI("urn:2"))])  # type: ignore[arg-type]
    new = Dataset(distribution=[part(2, id=IRI("urn:1")), part(1, id=IRI("urn:2"))])  # type: ignore[arg-type]
    assert set(differences(old, new)) == {
        f"distribution[Datei {n}].{name}" for n in (1, 2) for name in ("access_url", "title")
    }


def test_new_identities_alone_do_not_make_other_files() -> None:
    old = Dataset(distribution=[part(n, id=IRI(f"urn:alt:{n}")) for n in (1, 2)])  # type: ignore[arg-type]
    new = Dataset(distribution=[part(n, id=IRI(f"urn:neu:{n}")) for n in (1, 2)])  # type: ignore[arg-type]
    assert differences(old, new) == {
        f"distribution[Datei {n}].@id": ([f"urn:alt:{n}"], [f"urn:neu:{n}"]) for n in (1, 2)
    }


def test_the_most_similar_are_matched_where_names_and_addresses_differ() -> None:
    old = Dataset(
        distribution=[Distribution(description=["a", "b", "c"]), Distribution(description=["x", "y", "z"])]
    )
    new = Dataset(
        distribution=[Distribution(description=["x", "y", "neu"]), Distribution(description=["a", "b", "c"])]
    )
    assert [(old_text, new_text) for old_text, new_text in differences(old, new).values()] == [
        (["z"], ["neu"])
    ]


def test_files_that_came_and_went_are_named() -> None:
    found_changes = differences(
        Dataset(distribution=[part(1), part(2)]), Dataset(distribution=[part(1), part(9, format=[])])
    )
    assert found_changes == {"distribution": (["Datei 2"], ["Datei 9"])}


def test_a_single_nested_resource_is_compared_field_by_field() -> None:
    old = Dataset(
        publisher=[Agent(name=["Amt A"])],
        contact_point=[Kind(fn=["x"], has_email=[IRI("mailto:a@b.example")])],
    )
    new = Dataset(publisher=[Agent(name=["Amt B"], type=[IRI("urn:t")])], contact_point=[Kind(fn=["x"])])
    assert differences(old, new) == {
        "contact_point.has_email": (["mailto:a@b.example"], []),
        "publisher.name": (["Amt A"], ["Amt B"]),
        "publisher.type": ([], ["urn:t"]),
    }


def test_what_only_differs_in_language_or_type_is_told_apart() -> None:
    old = Dataset(title=[Literal("x", "de")], modified=[Literal("2020-01-01", "", XSD_DATE)], type=["urn:a"])
    new = Dataset(title=["x"], modified=[Literal("2020-01-01", "", XSD_DATETIME)], type=[IRI("urn:a")])
    assert differences(old, new) == {
        "title": (["x@de"], ["x"]),
        "type": (["urn:a"], ["<urn:a>"]),
        "modified": (["2020-01-01^^xsd:date"], ["2020-01-01^^xsd:dateTime"]),
    }


def test_files_of_the_same_name_are_told_apart_as_they_are_stored() -> None:
    same = Distribution(access_url=["a"])
    old, new = (
        Dataset(distribution=[same, same]),
        Dataset(distribution=[same, Distribution(title=["a"])]),
    )
    (change,) = differences_of_many(old, new)
    assert change == (
        ['{"access_url":["a"]}'],
        ['{"title":["a"]}'],
    )


def test_unknown_properties_and_the_node_itself() -> None:
    old = Dataset(id=IRI("urn:a"), rest={IRI("http://purl.org/dc/terms/foo"): ["1"]}, types=[IRI("urn:t")])
    new = Dataset(id=IRI("urn:b"), rest={IRI("http://purl.org/dc/terms/foo"): ["2"]})
    assert differences(old, new) == {
        "@id": (["urn:a"], ["urn:b"]),
        "@types": (["urn:t"], []),
        "http://purl.org/dc/terms/foo": (["1"], ["2"]),
    }
    labels = [change.label_en for change in field_changes(to_json(Record(old)), to_json(Record(new)))]
    assert labels == ["address of the resource", "types", "dct:foo"]


def test_labels_of_shared_blank_nodes_do_not_count() -> None:
    def record(extra: str) -> Record:
        shared = Agent(id=BNode("_:x"), name=["Amt"])
        others: list[Node] = [shared]
        root = Dataset(title=[extra], publisher=[BNode("_:x")], creator=[BNode("_:x")])
        if extra == "neu":
            others.append(Agent(id=BNode("_:a"), name=["Aaa"]))
            root.contributor = [BNode("_:a")]
            root.custodian = [BNode("_:a")]
        return Record(root, others)

    found_changes = field_changes(to_json(record("alt")), to_json(record("neu")))
    assert [change.path for change in found_changes] == ["title", "contributor", "custodian"]
    assert found_changes[1].new == ["Aaa"]


def test_labels_say_where() -> None:
    old, new = (
        Dataset(distribution=[part(1), part(2)]),
        Dataset(distribution=[part(1), part(2, format=[IRI("urn:xml")])]),
    )
    (change,) = field_changes(to_json(Record(old)), to_json(Record(new)))
    assert change.label_de == "Distribution „Datei 2“ › Format"
    assert change.label_en == "dataset distribution “Datei 2” › format"


def test_thousands_of_files_without_names_are_compared_in_time() -> None:
    old = Dataset(distribution=[Distribution(description=[f"a{n}"]) for n in range(4000)])
    new = Dataset(distribution=[Distribution(description=[f"b{n}"]) for n in range(4000)])
    assert sum(len(was) for was, _ in differences_of_many(old, new)) == 4000


def differences_of_many(old: Node, new: Node) -> list[tuple[list[str], list[str]]]:
    """What was and is, of fields whose paths need not be unique."""
    return [(change.old, change.new) for change in field_changes(to_json(Record(old)), to_json(Record(new)))]


VALUES = st.lists(st.sampled_from(["a", "b", Literal("a", "de"), IRI("urn:a")]), max_size=3)
PARTS = st.builds(
    Distribution,
    title=VALUES,
    access_url=VALUES,
    id=st.none() | st.sampled_from([IRI("urn:1"), IRI("urn:2")]),
)
DATASETS = st.builds(Dataset, title=VALUES, keyword=VALUES, distribution=st.lists(PARTS, max_size=3))


@given(DATASETS, DATASETS)
def test_there_are_changes_exactly_where_records_differ(old: Dataset, new: Dataset) -> None:
    before, after = to_json(Record(old)), to_json(Record(new))
    found_changes = field_changes(before, after)
    assert bool(found_changes) == (before != after)
    assert all(change.old != change.new for change in found_changes)
    assert len(field_changes(after, before)) == len(found_changes)
