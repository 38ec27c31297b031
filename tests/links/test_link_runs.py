"""Runs of link checks: our own network down, pauses that hosts ask for, daily limits, fairness, a kill in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby, pairwise
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from link_hosts import QUICK, Asked, Catalogue, Host, always, closed_url, said, serving

from catalog.measure.links import sync
from catalog.store.database import lock
from catalog.store.links import Checked, Links, Selection
from crawler.cli import main
from crawler.commands import linking
from crawler.fetch.links.checking import LinkRun, check_links
from crawler.fetch.links.network import DOUBT, Network
from crawler.fetch.options import Options

ROOT = Path(__file__).parents[2]
csv = always(200, "a;b\n", content_type="text/csv")


def states(catalogue: Catalogue) -> dict[str, int]:
    return dict(catalogue.store.conn.execute("select state, count(*) from link group by state").fetchall())


def test_offline_nothing_is_marked_as_broken(catalogue: Catalogue) -> None:
    for number in range(20):
        catalogue.name(closed_url(f"/{number}.csv"))
    done = catalogue.check()
    assert done.outcome == "offline"
    assert (done.checks, states(catalogue)) == (0, {"not_checked": 20})


def test_one_silent_host_alone_proves_nothing(catalogue: Catalogue) -> None:
    catalogue.name(closed_url())
    assert catalogue.check().outcome == "offline"
    assert states(catalogue) == {"not_checked": 1}


def test_many_dead_hosts_beside_one_that_answers_are_dead(catalogue: Catalogue) -> None:
    alive = Host({"/a.csv": csv})
    with serving(alive):
        for number in range(DOUBT + 1):
            catalogue.name(closed_url(f"/{number}.csv"))
        catalogue.name(alive.url("/a.csv"))
        assert catalogue.check(replace(QUICK, jobs=4)).outcome == "done"
    assert states(catalogue) == {"reachable": 1, "unreachable": DOUBT + 1}


def test_a_host_that_answered_before_is_a_witness(catalogue: Catalogue) -> None:
    alive = Host({"/a.csv": csv})
    with serving(alive):
        catalogue.name(alive.url("/a.csv"))
        catalogue.check()
        catalogue.name(closed_url())
        assert catalogue.check().outcome == "done"
    assert states(catalogue) == {"reachable": 1, "unreachable": 1}
    assert len(alive.asked) == 1
    assert alive.robots_asked == 2


def test_the_network_goes_away_in_the_middle(catalogue: Catalogue) -> None:
    hosts = [Host() for _ in range(12)]
    answered: list[str] = []

    def route(asked: Asked) -> bytes:
        answered.append(asked.target)
        return said(
            200, "" if asked.method == "HEAD" else "a;b\n", content_type="text/csv", content_length="4"
        )

    with serving(*hosts):
        for number in range(4):
            for host in hosts:
                host.routes[f"/{number}.csv"] = route
                catalogue.name(host.url(f"/{number}.csv"))
        assert catalogue.check(limit=12).outcome == "done"
    done = catalogue.check()
    assert done.outcome == "offline"
    found = states(catalogue)
    assert found == {"reachable": 12, "not_checked": 36}
    with serving(*hosts):  # at other addresses: what is due stays due
        assert len(Links(catalogue.store).hosts()) == 12


def test_a_host_that_is_slow_with_one_file_is_no_doubt(catalogue: Catalogue) -> None:
    slow = Host({"/a.csv": drip})
    with serving(slow):
        catalogue.name(slow.url("/a.csv"))
        assert catalogue.check(replace(QUICK, timeout=0.3)).outcome == "done"
    assert states(catalogue) == {"timeout": 1}


def drip(asked: Asked) -> Iterator[bytes]:
    """A body that comes byte by byte."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n"
    for _ in range(20):
        yield b"a"
        time.sleep(0.05)


def test_the_sequence_of_doubt() -> None:
    network = Network()
    results = [Checked(number, f"host{number}", "unreachable") for number in range(DOUBT)]
    for result in results[:-1]:
        network.silent(result)
    assert network.answered("alive", "http://alive/") == results[:-1]
    for result in results:
        network.silent(result)
    assert network.in_doubt
    assert network.answered("late", "http://late/") == []
    others = ["http://alive/b", "http://other/a", "http://other/b"]
    assert network.witnesses(others) == ["http://late/", "http://alive/", "http://other/a"]
    assert network.believe() == results
    assert not network.in_doubt


def test_a_host_that_has_enough_of_us_is_left_alone(catalogue: Catalogue) -> None:
    busy = Host({f"/{n}.csv": always(429, retry_after="7200") for n in range(5)})
    other = Host({"/a.csv": csv})
    with serving(busy, other):
        for number in range(5):
            catalogue.name(busy.url(f"/{number}.csv"))
        catalogue.name(other.url("/a.csv"))
        catalogue.check()
        assert len(busy.asked) == 1
        assert catalogue.state(busy.url("/0.csv")) == ("blocked", 429, "too-many-requests")
        catalogue.check()
        assert len(busy.asked) == 1
    row = catalogue.link(busy.url("/0.csv"))
    assert seconds_between(row["checked_at"], row["next_check"]) == 7200
    assert states(catalogue) == {"blocked": 1, "not_checked": 4, "reachable": 1}


def seconds_between(first: object, second: object) -> float:
    return (datetime.fromisoformat(str(second)) - datetime.fromisoformat(str(first))).total_seconds()


def test_the_share_of_a_host_in_a_day(catalogue: Catalogue) -> None:
    large, small = Host(), Host({"/a.csv": csv})
    large.routes = {f"/{n}.csv": csv for n in range(30)}
    with serving(large, small):
        for path in large.routes:
            catalogue.name(large.url(path))
        catalogue.name(small.url("/a.csv"))
        assert catalogue.check(per_day=8).checks == 9
        assert catalogue.check(per_day=8).checks == 0
        assert catalogue.check(per_day=10).checks == 2
    assert len(large.asked) == 10


def test_hosts_have_their_turn_one_after_the_other(catalogue: Catalogue) -> None:
    order: list[int] = []

    def noting(number: int) -> Host:
        def route(asked: Asked) -> bytes:
            order.append(number)
            return csv(asked)

        return Host({f"/{n}.csv": route for n in range(50)})

    hosts = [noting(number) for number in range(3)]
    with serving(*hosts):
        for host in hosts:
            for path in host.routes:
                catalogue.name(host.url(path))
        assert catalogue.check(replace(QUICK, jobs=1), limit=100).checks == 100
    turns = [(number, len(list(group))) for number, group in groupby(order)]
    assert [length for _, length in turns] == [20, 20, 20, 20, 20]
    assert len({number for number, _ in turns[:3]}) == 3


def test_the_pace_of_a_host_holds_while_others_go_on(catalogue: Catalogue) -> None:
    times: list[float] = []

    def noting(asked: Asked) -> bytes:
        times.append(time.monotonic())
        return csv(asked)

    slow = Host({f"/{n}.csv": noting for n in range(3)}, said(200, "User-agent: *\nCrawl-delay: 0.3\n"))
    with serving(slow):
        for path in slow.routes:
            catalogue.name(slow.url(path))
        catalogue.check()
    assert all(later - earlier > 0.25 for earlier, later in pairwise(times))
    assert len(times) == 3


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_kill_loses_nothing(catalogue: Catalogue, how: signal.Signals) -> None:
    host = Host()

    def slowly(asked: Asked) -> Iterator[bytes]:
        time.sleep(0.03)
        yield csv(asked)  # type: ignore[misc]

    host.routes = {f"/{n}.csv": slowly for n in range(80)}
    path = catalogue.store.path
    with serving(host):
        for each in host.routes:
            catalogue.name(host.url(each))
        catalogue.store.close()
        command = [
            sys.executable,
            "-m",
            "crawler.cli",
            "links",
            "check",
            "--db",
            str(path),
            "--allow-private",
            "--delay",
            "0",
        ]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "examples")])}
        with subprocess.Popen(
            command, env=environment, stderr=subprocess.DEVNULL, cwd=path.parent
        ) as process:
            while len(host.asked) < 50 and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(how)
            assert process.wait() == (-how if how == signal.SIGKILL else 1)
        again = Catalogue.reopened(path)
        assert again.store.conn.execute("pragma integrity_check").fetchone() == ("ok",)
        state = again.store.conn.execute("select state from run where command = 'links'").fetchone()[0]
        assert state == ("running" if how == signal.SIGKILL else "incomplete")
        kept = states(again).get("reachable", 0)
        counted = again.store.conn.execute("select sum(checks) from link_host").fetchone()[0]
        assert 20 <= kept == counted < 80
        assert again.check().checks == 80 - kept
        assert states(again) == {"reachable": 80}
    catalogue.store = again.store


def call(catalogue: Catalogue, *words: str) -> tuple[int, str, str]:
    """Exit code, stdout, stderr of a command on the catalogue's database."""
    done = CliRunner().invoke(main, ["links", *words, "--db", str(catalogue.store.path)])
    return done.exit_code, done.stdout, done.stderr


def test_the_command_checks_and_tells(catalogue: Catalogue) -> None:
    host = Host({"/a.csv": csv})
    with serving(host):
        catalogue.name(host.url("/a.csv"))
        catalogue.name(host.url("/b.csv"))
        code, out, _ = call(catalogue, "check", "--allow-private", "--delay", "0", "--json")
        assert code == 0
        said_so = orjson.loads(out)
        assert said_so.pop("run") > 0
        assert said_so == {"outcome": "done", "checked": 2, "states": {"gone": 1, "reachable": 1}, "left": 0}
        assert call(catalogue, "check", "--allow-private", "--due", "--json")[1].find('"checked": 0') > 0
    known = orjson.loads(call(catalogue, "status", "--json")[1])
    assert known["states"] == {"gone": 1, "reachable": 1}
    assert (known["links"], known["hosts"], known["due"]) == (2, 1, 0)
    assert [(each["working"], each["failing"], each["checks_today"]) for each in known["worst"]] == [
        (1, 1, 2)
    ]
    assert "gone" in call(catalogue, "status")[1]


def test_the_command_says_that_we_are_offline(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(keeper: Links, options: Options, limit: int | None) -> LinkRun:
        return check_links(keeper, replace(options, retry_wait=0.01), limit)

    monkeypatch.setattr(linking, "check_links", at_once)
    catalogue.name(closed_url())
    code, out, error = call(catalogue, "check", "--allow-private", "--delay", "0")
    assert code == 1
    assert "offline" in out
    assert error.splitlines()[-1].startswith(
        "bestand: No host can be reached: this machine seems to be offline."
    )
    assert states(catalogue) == {"not_checked": 1}


@pytest.mark.parametrize("words", [("--portal", "nirgends"), ("--municipality", "99999999")])
def test_what_is_not_known_is_refused(catalogue: Catalogue, words: tuple[str, ...]) -> None:
    code, _, error = call(catalogue, "check", *words)
    assert (code, error.count("\n")) == (2, 1)


def test_only_one_writes(catalogue: Catalogue) -> None:
    with lock(catalogue.store.path):
        assert call(catalogue, "check")[0] == 75


def test_links_of_one_municipality(catalogue: Catalogue) -> None:
    catalogue.store.keep_municipalities([{"ags": "99000001", "name": "Musterstadt"}])
    catalogue.name("https://a.example/1.csv")
    catalogue.name("https://b.example/2.csv")
    with catalogue.store.db.atomic():
        catalogue.store.conn.execute("update dataset set ags = '99000001' where id = 2")
    sync(catalogue.store)
    assert Links(catalogue.store, Selection(False, "", "99000001")).hosts() == [("b.example", 1)]
    assert Links(catalogue.store, Selection(False, "musterstadt")).hosts() == [
        ("a.example", 1),
        ("b.example", 1),
    ]
