"""The search over the fleet's home pages: how much of it is right, how polite it is, and that it can be broken off."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from fleet import homepages

from catalog.store.discoveries import Conclusion, Discoveries, Offered, Step
from catalog.store.store import Store
from crawler.cli import main
from crawler.discovery.search import Finding, Search, Seen
from crawler.discovery.towns import Register, town_of
from crawler.fetch.discover import discover
from crawler.fetch.hosts import parse_hosts
from crawler.fetch.options import Options
from crawler.harvest import harvest, portal_of
from crawler.homepages import Round, keep_register, look
from crawler.sources.protocol import Portal

CLOCK = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN = Portal("vorlagenheim", "http://opendata.vorlagenheim.example", kind="ckan", ags="99151001")


@dataclass
class World:
    """The fleet's home pages, a store with their register, and one round over all of them."""

    pages: homepages.HomePages
    store: Store
    options: Options
    done: Round
    asked: list[str]

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        return list(self.store.conn.execute(sql, values))


def options(pages: homepages.HomePages) -> Options:
    return Options(delay=0, timeout=5, jobs=8, hosts=parse_hosts(pages.hosts_text()), crawl_delay_cap=0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("discovery")
    register = folder / "register.csv"
    register.write_text(homepages.register_csv(), encoding="utf-8")
    store = Store(folder / "bestand.db", clock=lambda: CLOCK)
    keep_register(store, register)
    with homepages.HomePages() as pages:
        done = look(store, [OWN], options(pages), suffix=homepages.SUFFIX)
        yield World(pages, store, options(pages), done, pages.asked())
    store.close()


def test_precision_and_recall(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    homes = {
        finding.town.ags: urlsplit(finding.url).netloc
        for finding in world.done.findings
        if finding.state == "found"
    }
    offers = [offer for offer in Discoveries(world.store).offers() if offer.kind not in ("website", "")]
    pages = homepages.score(homes)
    portals = homepages.portal_score(
        (offer.ags, urlsplit(offer.url).netloc, offer.relation) for offer in offers
    )
    with capsys.disabled():
        for name, score in (("home pages", pages), ("portals", portals)):
            print(f"\n{name}: {score.right} of {score.found} right, {score.there} there;"
                  f" precision {score.precision:.1%}, recall {score.recall:.1%}", end="")  # fmt: skip
    assert len({home.host for home in world.pages.homes.values()}) >= 60
    assert (pages.there, portals.there) == (73, 16)
    assert pages.precision >= 0.95
    assert pages.recall >= 0.9
    assert portals.precision == portals.recall == 1


def test_every_town_ends_as_it_should(world: World) -> None:
    """But for the page that somebody made about a town: nothing on it tells it from the town's own."""
    states = {finding.town.ags: finding.state for finding in world.done.findings}
    expected = {each.ags: each.state for each in homepages.truth()}
    assert {ags: (states[ags], state) for ags, state in expected.items() if states[ags] != state} == {
        "98152004": ("found", "none")
    }
    assert Counter(states.values()).keys() == {"found", "open", "district", "unreachable", "blocked", "none"}
    assert world.done.state == "done"


def test_pages_of_data_are_offers_of_less_certainty(world: World) -> None:
    kept = world.rows("select ags, certainty from offer where kind = 'website'")
    assert {ags for ags, _ in kept} == {each.ags for each in homepages.truth() if each.pages}
    assert {certainty for _, certainty in kept} == {60}


def test_every_step_is_kept_with_its_verdict(world: World) -> None:
    steps = dict(world.rows("select step, count(*) from discovery group by step"))
    assert steps.keys() == {"candidate", "imprint", "data_page", "path", "host", "portal", "detect", "end"}
    assert steps["end"] == len(homepages.towns())
    ((proof,),) = world.rows("select proof from discovery where ags = '99151001' and verdict = 'accepted'")
    assert str(proof).startswith(
        "The page names Vorlagenheim and Musterland and the district of Musterland-Nord."
    )
    verdicts = {
        verdict
        for (verdict,) in world.rows("select distinct verdict from discovery where step = 'candidate'")
    }
    assert {
        "parked",
        "namesake",
        "other_town",
        "district_site",
        "unofficial",
        "ambiguous",
        "unplaced",
    } <= verdicts


def test_robots_rules_are_asked_first_once_and_obeyed(world: World) -> None:
    by_host: dict[str, list[str]] = {}
    for target in world.asked:
        host, slash, path = target.partition("/")
        if slash and host in world.pages.homes:
            by_host.setdefault(host, []).append(f"/{path}")
    assert by_host["www.musterbrueck.example"] == ["/robots.txt"]
    assert all(paths[0] == "/robots.txt" and paths.count("/robots.txt") == 1 for paths in by_host.values())
    assert max(len(paths) for paths in by_host.values()) < 20


def test_a_shared_portal_is_detected_once(world: World) -> None:
    assert world.rows(
        "select count(distinct ags), max(kind), max(relation) from offer where url like '%musterland%'"
    ) == [(5, "ckan", "shared")]
    known = world.rows(
        "select kind, relation, certainty from offer where url like '%vorlagenheim%' order by ags"
    )
    assert known == [("ckan", "own", 90), ("ckan", "other", 90)], (
        "what the registry knows is not detected again"
    )
    asked = [target for target in world.asked if target.startswith("opendata.vorlagenheim.example")]
    assert len(asked) == 2, "its rules and its page, once"


def test_what_was_found_joins_the_registry_and_can_be_crawled(world: World) -> None:
    portals = {portal.key: portal for portal in map(portal_of, world.store.portals())}
    assert portals.keys() == {portal.key for portal in world.done.added}
    assert portals["daten-musterland-example"].ags == ""
    assert portals["opendata-musterhafen-example"].ags == "99111000"
    page = portals["absatzfurt-example"]
    assert (page.kind, page.ags, page.settings["path"]) == ("website", "98152006", "/rathaus/offene-daten")
    crawled = harvest(world.store, [page], world.options)
    assert [(result.outcome, result.facts.delivered) for result in crawled.results] == [("complete", 1)]


def test_nothing_is_due_again_before_its_time(world: World) -> None:
    later = Discoveries(world.store)
    assert later.due() == []
    assert later.due(["99111000", "00000000"]) == ["99111000"], "who is named is asked whenever"
    world.store.clock = lambda: CLOCK + timedelta(days=8)
    states = {
        state for (state,) in world.rows("select state from homepage where due <= ?", world.store.now())
    }
    world.store.clock = lambda: CLOCK
    assert states == {"unreachable"}


class Stopping:
    """A keeper that is killed after some steps."""

    def __init__(self, discoveries: Discoveries, run: int, after: int) -> None:
        self.discoveries, self.run, self.left = discoveries, run, after

    def steps(self, ags: str, seen: list[Seen]) -> None:
        self.discoveries.keep_steps(ags, self.run, [Step(*_fields(each)) for each in seen])
        self.left -= 1
        if self.left < 0:
            raise KeyError("killed")

    def found(self, finding: Finding) -> None:
        raise AssertionError("it was killed before")


def _fields(seen: Seen) -> tuple[str, str, int, str, str, int]:
    return seen.step, seen.url, seen.status, seen.verdict, seen.proof, seen.certainty


def test_a_search_that_was_broken_off_goes_on(world: World, tmp_path: Path) -> None:
    store = Store(tmp_path / "bestand.db", clock=lambda: CLOCK)
    store.keep_municipalities([row for row in homepages.towns() if row["ags"] == "99152007"])
    register = Register.of(map(town_of, homepages.towns()))
    town = next(town for town in register.towns if town.ags == "99152007")
    discoveries = Discoveries(store)
    run = store.begin_run("discover")
    with pytest.raises(KeyError, match="killed"):
        discover([Search(town, register, suffix=".example")], Stopping(discoveries, run, 2), world.options)
    assert discoveries.refused("99152007") == {
        "https://www.mappenwerder.example/",
        "https://mappenwerder.example/",
    }
    assert discoveries.due() == ["99152007"]
    before = len(world.pages.asked())
    done = look(store, [], world.options, suffix=".example")
    assert [finding.url for finding in done.findings] == ["http://www.gemeinde-mappenwerder.example/"]
    assert not any(target.startswith("www.mappenwerder") for target in world.pages.asked()[before:])
    assert discoveries.refused("99152007") == set()
    assert store.broken_run() is None, "a search is no crawl that could go on"
    store.close()


def test_a_page_that_does_not_answer_any_more_is_not_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path / "bestand.db", clock=lambda: CLOCK)
    store.keep_municipalities([{"ags": "1", "name": "Muster"}])
    run, discoveries = store.begin_run("discover"), Discoveries(store)
    offer = Offered("1", "https://d.example/", "portal", "own", "Daten", "https://a.example/")
    discoveries.conclude(run, Conclusion("1", "found", "https://a.example/", 80, "It names Muster."), [offer])
    discoveries.conclude(run, Conclusion("1", "unreachable", "https://b.example/", 0, "No answer."))
    (kept,) = discoveries.homepages()
    assert (kept["state"], kept["url"], kept["due"]) == (
        "unreachable",
        "https://a.example/",
        "2026-03-08T12:00:00Z",
    )
    assert discoveries.offers() == discoveries.to_detect() == [offer]
    discoveries.conclude(run, Conclusion("1", "none", "", 0, "Nothing there."))
    assert discoveries.offers() == []
    store.close()


@pytest.mark.parametrize(
    ("register", "hosts", "sentence"),
    [
        ("ags,name\n", "", "no register"),
        ("key,title\n1,x\n", "", "no columns `ags` and `name`"),
        ("ags,name\n01,Muster\n", "a.example 127.0.0.1\n", "Line 1"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    tmp_path: Path, register: str, hosts: str, sentence: str
) -> None:
    command = ["discover", "--db", str(tmp_path / "bestand.db")]
    for option, text in (("--register", register), ("--resolve", hosts)):
        if text or option == "--register":
            (tmp_path / option).write_text(text)
            command += [option, str(tmp_path / option)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert sentence in result.output
    assert result.output.count("\n") == 1


def test_the_command_tells_what_it_found(world: World, tmp_path: Path) -> None:
    for name, text in (("register.csv", homepages.register_csv()), ("hosts", world.pages.hosts_text())):
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ["discover", "--db", str(tmp_path / "b.db"), "--delay", "0", "--suffix", ".example", "--municipality", "99151002",
               "--register", str(tmp_path / "register.csv"), "--resolve", str(tmp_path / "hosts"), "--no-add"]  # fmt: skip
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert "1 of 1 municipalities (1 found)" in result.stdout
    assert "http://opendata.vorlagenheim.example/" in result.stdout
    with sqlite3.connect(tmp_path / "b.db") as connection:
        assert connection.execute("select count(*) from portal").fetchone() == (0,)
        assert connection.execute("select command, state from run").fetchall() == [("discover", "done")]
    connection.close()
