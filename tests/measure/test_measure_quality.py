"""Points by the MQA: what a record says, links and findings joined later, history, groups, what to mend first."""

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quality_world import (
    CC_BY,
    CSV,
    DL_DE,
    LARGE,
    PDF,
    SMALL,
    TEXT_CSV,
    World,
    dataset,
    day,
    file,
    is_compliant,
)

from catalog.measure import quality_reading as reading
from catalog.measure.metrics import (
    ALL,
    BANDS,
    DIMENSIONS,
    METRICS,
    TOTAL,
    band,
    points_of,
)
from catalog.measure.odpw import ASPECTS, values
from catalog.measure.quality import Facts, Scored, facts_of, score
from catalog.measure.quality_measures import MEASURES
from catalog.measure.records import Item
from catalog.record.canonical import to_json
from catalog.record.node import Record
from catalog.record.table import DataService, Dataset, Distribution
from catalog.record.terms import IRI

PUBLISHED = Path(__file__).parents[3] / "shared" / "facts" / "mqa_metrics.csv"
BARE = Record(Dataset(title=["Ohne alles"]))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    found = World(tmp_path)
    yield found
    assert found.sql("pragma foreign_key_check") == []
    found.store.close()


def facts(record: Record) -> Facts:
    return facts_of(to_json(record))


def points(record: Record, works: bool | None = True, compliant: bool = True) -> int:
    return score(facts(record), lambda _url: works, compliant).points


# --- the published table -------------------------------------------------------------------------------------------


def test_the_metrics_are_the_published_ones() -> None:
    if not PUBLISHED.exists():
        pytest.skip("the published table is not beside the project")
    with PUBLISHED.open(encoding="utf-8") as lines:
        rows = [
            (row["dqv_metric"], int(row["points"]), row["dimension"].lower()) for row in csv.DictReader(lines)
        ]
    assert [(f"pv:{metric.slug}", metric.points, metric.dimension) for metric in METRICS] == rows


def test_405_points_in_five_dimensions() -> None:
    sums = {name: sum(m.points for m in METRICS if m.dimension == name) for name in DIMENSIONS}
    assert list(sums.values()) == [100, 100, 110, 75, 20]
    assert TOTAL == points_of(ALL) == 405
    assert len(METRICS) == 23


@pytest.mark.parametrize(
    ("number", "name"),
    [(405, "excellent"), (351, "excellent"), (350, "good"), (221, "good"), (220, "sufficient"), (121, "sufficient"),
     (120, "bad"), (0, "bad")],
)  # fmt: skip
def test_bands(number: int, name: str) -> None:
    assert band(number) == name


def test_every_text_is_there_in_both_languages() -> None:
    texts = [text for m in METRICS for text in (m.title, m.condition, m.fix)]
    texts += [text for m in MEASURES for text in (m.title, m.question, m.formula)]
    texts += [text for a in ASPECTS for text in (a.title, a.condition)] + [name for *_, name in BANDS]
    assert all(text.de and text.en for text in texts)
    assert len({m.slug for m in MEASURES}) == len(MEASURES) == 9


# --- one record ------------------------------------------------------------------------------------------------------


def test_a_full_record_reaches_405() -> None:
    assert points(dataset("Voll", file())) == 405


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"keyword": []}, 30), ({"theme": []}, 30), ({"spatial": []}, 20), ({"temporal": []}, 20),
        ({"access_rights": []}, 15), ({"access_rights": [IRI("https://stadt.example/offen")]}, 5),
        ({"contact_point": []}, 20), ({"publisher": []}, 10), ({"issued": []}, 5), ({"modified": []}, 5),
    ],
)  # fmt: skip
def test_what_the_dataset_lacks(changes: dict[str, list[object]], lost: int) -> None:
    assert points(dataset("Teils", file(), **changes)) == 405 - lost


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"access_url": []}, 50), ({"download_url": []}, 50),  # presence 20 and status 30
        ({"format": []}, 70),  # presence 20, alignment 10, non-proprietary 20, machine-readable 20
        ({"media_type": []}, 20),  # presence 10, alignment 10
        ({"format": [PDF]}, 40), ({"format": ["CSV"]}, 50),  # a text is no entry of the list
        ({"media_type": ["text/csv"]}, 10), ({"format": [TEXT_CSV], "media_type": [CSV]}, 10),
        ({"license": []}, 30), ({"license": [DL_DE]}, 10), ({"license": ["frei"]}, 10),
        ({"rights": []}, 5), ({"byte_size": []}, 5),
    ],
)  # fmt: skip
def test_what_the_distribution_lacks(changes: dict[str, list[object]], lost: int) -> None:
    assert points(dataset("Teils", file(**changes))) == 405 - lost


def test_without_distributions_only_the_dataset_counts() -> None:
    # 30 + 30 + 20 + 20 findability, 30 compliance, 10 + 5 + 20 + 10 rights and contact, 5 + 5 dates
    assert points(dataset("Ohne Datei")) == 185
    assert points(BARE, compliant=False) == 0


def test_the_best_distribution_counts_alone() -> None:
    """The metrics are not gathered from several: the PDF's licence does not help the CSV."""
    without_licence = file("a", license=[])  # 375 with its dataset
    pdf = file("b", format=[PDF], byte_size=[])  # 360
    found = score(facts(dataset("Zwei", pdf, without_licence)), lambda _url: True, True)
    assert (found.points, found.best) == (375, 0)


def test_the_best_distribution_depends_on_links() -> None:
    record = facts(dataset("Zwei", file("a"), file("b", license=[])))
    works = {"https://daten.example/b": True, "https://daten.example/b.csv": True}
    found = score(record, works.get, True)
    # a: 405 - 80 not known = 325; b: 405 - 30 for the licence
    assert (found.points, found.possible, found.best) == (375, 405, 1)


def test_the_national_trap_is_two_figures() -> None:
    found = score(facts(dataset("Deutsch", file(license=[DL_DE]))), lambda _url: True, True)
    assert (found.points, found.points_national) == (395, 405)
    other = IRI("http://dcat-ap.de/def/licenses/other-open")  # has no counterpart in the EU list
    found = score(facts(dataset("Andere", file(license=[other]))), lambda _url: True, True)
    assert (found.points, found.points_national) == (395, 395)


def test_of_distributions_with_the_same_addresses_the_best_stands_for_all(world: World) -> None:
    """A record that lists a file twice has links in the right places all the same."""
    world.crawl(
        "klein", {"twice": dataset("Doppelt", file("a"), file("a", license=[]), file("b", rights=[]))}
    )
    world.measure()
    assert world.sql("select number, points from quality_file") == [(0, 140), (1, 135)]
    world.links({"https://daten.example/b": "reachable", "https://daten.example/b.csv": "reachable"})
    world.measure()
    assert world.sql("select points, possible, best from quality") == [(400, 405, 1)]


def test_a_distribution_beside_the_root_counts() -> None:
    one = dataset("Verweis", IRI("https://daten.example/file/a"))  # type: ignore[arg-type]
    one.others.append(file())
    assert points(one) == 405


def test_open_only_by_declaration_stands_apart() -> None:
    declared = IRI("http://dcat-ap.de/def/licenses/other-open")
    assert [facts(dataset("x", file(license=[uri]))).open for uri in (CC_BY, declared)] == [2, 1]
    assert facts(BARE).open == 0


# --- laws ------------------------------------------------------------------------------------------------------------

DATASET = (
    "keyword",
    "theme",
    "spatial",
    "temporal",
    "access_rights",
    "contact_point",
    "publisher",
    "issued",
    "modified",
)
FILE = ("access_url", "download_url", "format", "media_type", "license", "rights", "byte_size")
FULL, FULL_FILE = dataset("Voll").root, file()
LICENCES = st.sampled_from([[CC_BY], [DL_DE], ["frei"], []])
FORMATS = st.sampled_from([[CSV], [PDF], ["csv"], []])


@st.composite
def files(draw: st.DrawFn) -> Distribution:
    name = draw(st.sampled_from("abc"))
    lacking = draw(st.sets(st.sampled_from(FILE)))
    found = file(name, license=draw(LICENCES), format=draw(FORMATS))
    for prop in lacking:
        setattr(found, prop, [])
    return found


@st.composite
def records(draw: st.DrawFn) -> Record:
    lacking = draw(st.sets(st.sampled_from(DATASET)))
    return dataset("x", *draw(st.lists(files(), max_size=4)), **{prop: [] for prop in lacking})


ADDRESSES = [f"https://daten.example/{name}{end}" for name in "abc" for end in ("", ".csv")]
ANSWERS = st.fixed_dictionaries({url: st.sampled_from([True, False, None]) for url in ADDRESSES})


@given(records(), ANSWERS, st.booleans())
def test_points_are_within_what_is_possible(
    record: Record, answers: dict[str, bool | None], compliant: bool
) -> None:
    found = score(facts(record), answers.get, compliant)
    assert 0 <= found.points <= found.possible <= TOTAL
    assert found.points <= found.points_national <= found.points + 10 <= TOTAL + 10
    assert found.passed & ~found.known == 0
    assert found.points == points_of(found.passed)
    assert found.possible == points_of(found.known)


@given(records(), ANSWERS, st.sampled_from(ADDRESSES))
def test_not_checked_is_never_worse_than_broken(
    record: Record, answers: dict[str, bool | None], url: str
) -> None:
    unknown = score(facts(record), {**answers, url: None}.get, True)
    broken = score(facts(record), {**answers, url: False}.get, True)
    assert unknown.points == broken.points
    assert unknown.points * broken.possible >= broken.points * unknown.possible


@given(records(), ANSWERS, st.data())
def test_adding_a_property_never_loses_points(
    record: Record, answers: dict[str, bool | None], data: st.DataObject
) -> None:
    before = score(facts(record), answers.get, True).points
    root = record.root
    assert isinstance(root, Dataset)
    nodes = [(root, FULL, DATASET), *((node, FULL_FILE, FILE) for node in root.distribution)]
    node, full, names = data.draw(st.sampled_from(nodes))
    prop = data.draw(st.sampled_from(names))
    setattr(node, prop, [*getattr(node, prop), *getattr(full, prop)])
    if prop in ("access_url", "download_url"):  # the first address is the one that is checked
        setattr(node, prop, getattr(node, prop)[:1])
    assert score(facts(record), answers.get, True).points >= before


@given(records())
def test_the_second_view_lies_between_0_and_1(record: Record) -> None:
    found = values(to_json(record))
    assert len(found) == len(ASPECTS)
    assert all(value is None or 0 <= value <= 1 for value in found)


def test_looking_at_a_record_takes_less_than_a_third_of_a_millisecond(world: World) -> None:
    """Processor time of the best of five rounds over records with four distributions each."""
    seen = [to_json(dataset(f"Datensatz {n}", *(file(f"{n}-{m}") for m in range(4)))) for n in range(200)]
    items = [Item(n, 1, "", "", "", "Dataset", "", "", "", record, n) for n, record in enumerate(seen)]
    rounds = []
    for _ in range(5):
        observer, start = Scored(world.store), time.process_time()
        for item in items:
            observer.look(item)
        rounds.append((time.process_time() - start) / len(items))
    assert min(rounds) < 0.0003


# --- the database ----------------------------------------------------------------------------------------------------


def test_links_and_findings_are_joined_after_the_pass(world: World) -> None:
    world.crawl(
        "klein", {"full": dataset("Voll", file()), "bad": dataset("Fehler", file("b"), description=[])}
    )
    world.measure()
    # neither link is checked: 80 points are not possible; no description is a violation: 30
    assert world.points() == {"full": (325, 325, 325), "bad": (295, 325, 295)}
    world.links({"https://daten.example/a": "moved", "https://daten.example/a.csv": "wrong_content"})
    world.links({"https://daten.example/b": "gone"}, 404)
    world.measure()
    # a: both answer with success, even if with the wrong content; b: its access address is gone
    assert world.points() == {"full": (405, 405, 405), "bad": (295, 375, 295)}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("date-unreadable", 295),
        ("iri-unusable", 295),
        ("page-repeated", 325),
        ("identifier-duplicate", 325),
        ("", 325),
    ],
)
def test_faults_of_values_count_against_compliance(world: World, fault: str, expected: int) -> None:
    """An unreadable value is a violation of the record; a fault of the interface is none."""
    world.crawl("klein", {"full": dataset("Voll", file())}, fault=fault)
    world.measure()
    assert world.points()["full"][0] == expected


@pytest.mark.parametrize(
    ("state", "status", "expected"),
    [
        ("not_checked", None, (325, 325)), ("blocked", None, (325, 325)),  # robots.txt: we did not ask
        ("server_error", 503, (325, 405)),
        ("blocked", 429, (325, 325)), ("refused", 403, (325, 405)), ("timeout", None, (325, 405)),
        ("tls", None, (325, 405)), ("unreachable", None, (325, 405)), ("not_http", None, (325, 405)),
        ("reachable", 200, (405, 405)),
    ],
)  # fmt: skip
def test_states_of_links(world: World, state: str, status: int | None, expected: tuple[int, int]) -> None:
    world.crawl("klein", {"full": dataset("Voll", file())})
    world.measure()
    world.links({"https://daten.example/a": state, "https://daten.example/a.csv": state}, status)
    world.measure()
    assert world.points()["full"][:2] == expected


def test_the_database_chooses_as_the_function_does(world: World) -> None:
    """Every pair of a few distributions, with links in every state."""
    kinds = [
        {},
        {"license": [DL_DE]},
        {"license": []},
        {"download_url": []},
        {"format": [PDF]},
        {"access_url": []},
    ]
    found = {
        f"{i}-{j}": dataset(f"{i}-{j}", file(f"{i}-{j}-x", **first), file(f"{i}-{j}-y", **second))
        for i, first in enumerate(kinds)
        for j, second in enumerate(kinds)
    }
    world.crawl("klein", found)
    world.measure()
    states = ("reachable", "gone", "not_checked", "moved", "not_checked", "reachable", "timeout")
    urls = [url for (url,) in world.sql("select url from link order by url")]
    given_states = {url: states[place * 5 % len(states)] for place, url in enumerate(urls)}
    world.links(given_states)
    world.measure()
    answers = {"reachable": True, "moved": True, "gone": False, "timeout": False, "not_checked": None}
    expected = {
        name: score(facts(record), lambda url: answers[given_states[url]], is_compliant(record))
        for name, record in found.items()
    }
    sql = (
        "select identifier, quality.points, possible, points_national, passed, known, best"
        " from quality join dataset on dataset.id = quality.dataset"
    )
    assert {name: tuple(rest) for name, *rest in world.sql(sql)} == expected


def test_history_has_a_row_for_each_change(world: World) -> None:
    world.crawl("klein", {"a": dataset("A", file()), "b": dataset("B", file("b"))})
    first = world.measure()
    world.measure()
    world.crawl("klein", {"a": dataset("A", file(), keyword=[]), "b": dataset("B", file("b"))})
    third = world.measure()
    assert world.sql("select identifier, score.run, points from score join dataset on dataset.id = score.dataset"
                     " order by identifier, score.run") == [("a", first, 325), ("a", third, 295), ("b", first, 325)]  # fmt: skip
    key = world.sql("select key from dataset where identifier = 'a'")[0][0]
    assert [row["points"] for row in reading.history(world.store.conn, key)] == [325, 295]
    rows = reading.group_history(world.store.conn, "portal", "klein")
    assert [(row["run"], row["points"]) for row in rows] == [(first, 325.0), (third, 310.0)]


def small_town(world: World) -> None:
    """Three records of the small town, one of the large one, one gone, one found on a web page.

    a: 405 - 30 (no keyword) - 80 not possible = 295 of 325      c: 405 - 30 - 10 (German licence) - 80 = 285 of 325
    b: 405 - 5 (no issue date) - 80 = 320 of 325                 d (large): 325 of 325
    """
    world.crawl("klein", {
        "a": dataset("A", file("a"), keyword=[]), "b": dataset("B", file("b"), issued=[]),
        "c": dataset("C", file("c", license=[DL_DE]), keyword=[]), "gone": dataset("Weg", file("w")),
    })  # fmt: skip
    world.crawl("land", {"d": dataset("D", file("d"))})
    world.sql("update dataset set gone_run = 1 where identifier = 'gone'")
    for name in "abc":
        world.belongs(name, SMALL)
    world.belongs("d", LARGE)


def test_groups(world: World) -> None:
    small_town(world)
    world.measure()
    found = reading.group_score(world.store.conn, "municipality", SMALL)
    assert found is not None
    assert (found.datasets, found.points, found.possible, found.points_national) == (3, 300.0, 325.0, 303.33)
    assert (found.band, found.shares["keywordAvailability"], found.shares["knownLicence"]) == (
        "good",
        0.3333,
        0.6667,
    )
    assert found.shares["accessUrlStatusCode"] is None
    scopes = {(scope, key): (n, p) for scope, key, n, p in
              world.sql("select scope, key, datasets, points from stat_score")}  # fmt: skip
    assert scopes == {
        ("all", ""): (4, 306.25), ("portal", "klein"): (3, 300.0), ("portal", "land"): (1, 325.0),
        ("municipality", SMALL): (3, 300.0), ("municipality", LARGE): (1, 325.0),
        ("class", "7"): (3, 300.0), ("class", "1"): (1, 325.0), ("state", "99"): (4, 306.25),
    }  # fmt: skip


def test_a_group_that_empties_is_told(world: World) -> None:
    small_town(world)
    world.measure()
    world.sql("update dataset set ags = null where ags = ?", LARGE)
    world.measure()
    rows = reading.group_history(world.store.conn, "municipality", LARGE)
    assert [row["datasets"] for row in rows] == [1, 0]
    assert len(reading.group_history(world.store.conn, "portal", "land")) == 1


def test_a_dataset_in_two_portals_counts_once_for_its_town(world: World) -> None:
    small_town(world)
    world.crawl("land", {"d": dataset("D", file("d")), "copy": dataset("A", file("a"), keyword=[], theme=[])})
    world.belongs("copy", SMALL)
    world.sql("insert into sighting select c.id, a.id, 'url' from dataset c, dataset a"
              " where c.identifier = 'copy' and a.identifier = 'a'")  # fmt: skip
    world.measure()
    scopes = {(scope, key): (n, p) for scope, key, n, p in
              world.sql("select scope, key, datasets, points from stat_score")}  # fmt: skip
    assert scopes["municipality", SMALL] == (3, 300.0)  # as without the copy
    assert scopes["all", ""] == (4, 306.25)
    assert scopes["portal", "land"] == (2, 295.0)  # 325 and the copy's 265
    assert [a.metric.slug for a in reading.next_actions(world.store.conn, SMALL)][:1] == [
        "keywordAvailability"
    ]
    assert len(reading.datasets_losing(world.store.conn, SMALL, "keywordAvailability")) == 2
    assert reading.datasets_losing(world.store.conn, SMALL, "categoryAvailability") == []


def test_files_on_web_pages_do_not_count(world: World) -> None:
    world.crawl("klein", {"a": dataset("A", file())}, type_="website")
    world.measure()
    assert world.sql("select * from stat_score") == world.sql("select * from score") == []


def test_what_to_do_next(world: World) -> None:
    small_town(world)
    world.measure()
    found = reading.next_actions(world.store.conn, SMALL)
    # two datasets without keywords: 60; one without issue date: 5; the German licence is nothing to mend
    assert [(a.rank, a.metric.slug, a.datasets, a.gain) for a in found] == [
        (1, "keywordAvailability", 2, 60), (2, "dateIssuedAvailability", 1, 5),
    ]  # fmt: skip
    assert reading.next_actions(world.store.conn, LARGE) == []
    losing = reading.datasets_losing(world.store.conn, SMALL, "keywordAvailability")
    assert [row["title"] for row in losing] == ["C", "A"]
    assert reading.datasets_losing(world.store.conn, SMALL, "knownLicence") == []
    assert len(reading.datasets_losing(world.store.conn, SMALL, "keywordAvailability", limit=1)) == 1


def test_each_action_has_its_datasets(world: World) -> None:
    small_town(world)
    world.crawl("land", {"d": dataset("D", file("d")), "e": BARE})
    world.belongs("e", SMALL)
    world.measure()
    for action in reading.next_actions(world.store.conn, SMALL):
        assert len(reading.datasets_losing(world.store.conn, SMALL, action.metric.slug)) == action.datasets


def test_the_score_of_one_dataset(world: World) -> None:
    small_town(world)
    world.measure()
    key = world.sql("select key from dataset where identifier = 'a'")[0][0]
    found = reading.dataset_score(world.store.conn, key)
    assert found is not None
    assert (found.points, found.possible, found.band, found.file) == (295, 325, "good", 0)
    states = {state.metric.slug: (state.state, state.gain) for state in found.metrics}
    assert states["keywordAvailability"] == ("failed", 30)
    assert states["accessUrlStatusCode"] == ("unknown", 0)
    assert states["categoryAvailability"] == ("passed", 0)
    assert reading.dataset_score(world.store.conn, "nothing") is None


def test_every_measure_lists_its_rows(world: World) -> None:
    small_town(world)
    world.measure()
    for measure in MEASURES:
        rows = world.store.conn.execute(measure.sql, {"ags": SMALL, "portal": ""}).fetchall()
        assert len(rows) == 3, measure.slug


def test_the_second_view_of_a_town(world: World) -> None:
    small_town(world)
    world.measure()
    world.links({f"https://daten.example/{name}": "reachable" for name in "ab"})
    world.links({"https://daten.example/c": "gone"}, 404)
    found = reading.odpw_values(world.store.conn, "municipality", SMALL)
    # title and description, but only one of three has keywords: (2/3 + 1 + 2/3) / 3
    assert (found["discovery"], found["rights"], found["retrievability"]) == (0.778, 1.0, 0.667)
    assert found["date"] == 0.417  # 2, 1 and 2 of the 4 dates of dataset and distribution


def test_what_is_no_dataset_has_no_score(world: World) -> None:
    world.crawl(
        "klein", {"s": Record(DataService(title=["Dienst"], endpoint_url=[IRI("https://daten.example/wms")]))}
    )
    world.measure()
    assert world.points() == {}


def test_a_new_reading_of_the_same_record_keeps_its_links(world: World) -> None:
    world.crawl("klein", {"a": dataset("A", file())})
    world.measure()
    world.links({"https://daten.example/a": "reachable", "https://daten.example/a.csv": "reachable"})
    world.crawl("klein", {"a": dataset("A", file(), modified=[day("2026-03-01")])})
    world.measure()
    assert world.points()["a"] == (405, 405, 405)
