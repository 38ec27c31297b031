"""Each way in which a portal answers badly ends with its outcome: many loopback portals, one crawl."""

from __future__ import annotations

import datetime
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fetch_portals import KINDS, Answer, Server, bomb, items, listing, paged, serving

from crawler.fetch.memory import MemorySink
from crawler.fetch.options import Options
from crawler.fetch.portal_crawl import PortalResult
from crawler.fetch.run import crawl
from crawler.sources.protocol import Portal

OPTIONS = Options(
    jobs=40,
    delay=0,
    timeout=0.5,
    retries=1,
    retry_wait=0,
    crawl_delay_cap=0.2,
    max_bytes=200_000,
    allow_private=True,
    contact="mailto:opendata@example.org",
)


class FullDisk(MemorySink):
    """A sink that cannot store."""

    def take(self, found: Any, rejects: Any = ()) -> None:
        raise OSError(28, "No space left on device")


def chain(pages: list[list[Any]], link: Any) -> Any:
    """Pages by number; `link` makes the address of the next page from its number."""

    def route(query: dict[str, str], _asked: int, _headers: Mapping[str, str]) -> Answer:
        number = int(query.get("page", 0))
        if number >= len(pages):
            return Answer(b"gone", 500)
        following = link(number + 1) if number + 1 < len(pages) else ""
        return listing(pages[number], None, following)

    return route


def without(broken: int, total: int) -> Any:
    """A listing that answers 500 to every window that holds one record."""
    sound = paged(total)

    def route(query: dict[str, str], asked: int, headers: Mapping[str, str]) -> Answer:
        start, rows = int(query["start"]), int(query["rows"])
        return Answer(b"oops", 500) if start <= broken < start + rows else sound(query, asked, headers)

    return route


def throttled(query: dict[str, str], asked: int, headers: Mapping[str, str]) -> Answer:
    if query["start"] == "10" and asked == 1:
        return Answer(b"slow down", 429, {"Retry-After": "1"})
    return paged(30)(query, asked, headers)


def odd_records(_query: dict[str, str], _asked: int, _headers: Mapping[str, str]) -> Answer:
    rows: list[Any] = [*items(0, 3), {"id": "untitled"}, None, 7, "text"]
    rows += [{"title": "no identifier"}, {"id": "d1", "title": "another"}, {"id": "d2", "title": "Record 2"}]
    return listing(rows, len(rows))


def portals(server: dict[str, Server]) -> dict[str, Portal]:
    """The portal of each server, with what differs from an ordinary one."""
    special: dict[str, dict[str, Any]] = {
        "strict": {"robots": "strict"},
        "unknown": {"kind": ""},
        "opted-out": {"settings": {"opt_out": "2026-01-01"}},
    }
    rows = {
        key: Portal(**{"key": key, "url": one.url, "kind": "listing"} | special.get(key, {}))
        for key, one in server.items()
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        rows["refused"] = Portal("refused", f"http://127.0.0.1:{free.getsockname()[1]}", kind="listing")
    rows["nowhere"] = Portal("nowhere", "http://nowhere.invalid", kind="listing")
    return rows


NAMES = [
    "plain",
    "html",
    "truncated",
    "poison",
    "dead-page",
    "throttled",
    "loop",
    "large",
    "bomb",
    "short",
    "repeating",
    "self-link",
    "foreign",
    "proxied",
    "other",
    "named",
    "stock",
    "strict",
    "forbidden",
    "missing",
    "changed",
    "unknown",
    "opted-out",
    "odd",
    "slow",
    "full-disk",
    "tls",
    "empty",
]
"""The portals, each by what is odd about it."""


def make_servers() -> dict[str, Server]:
    """What each portal answers below /list, and beside it."""
    html = Answer(b"<!DOCTYPE html><title>Wartung</title>", headers={"Content-Type": "text/html"})
    server = {name: Server({"/list": paged(25)}) for name in NAMES}
    routes: dict[str, Any] = {
        "html": html,
        "truncated": Answer(b'{"items": [{"id": "a", "ti'),
        "poison": without(23, 35),
        "dead-page": chain(
            [items(0, 5), items(5, 5)], lambda n: f"{server['dead-page'].url}/list?page={n + 7}"
        ),
        "throttled": throttled,
        "loop": Answer(status=302, headers={"Location": "/list?start=0&rows=10"}),
        "large": Answer(b" " * 300_000),
        "bomb": bomb(50_000_000),
        "short": Answer(b'{"items"', length=500),
        "repeating": lambda q, a, h: listing(
            items(0, 5), None, f"{server['repeating'].url}/list?p={int(q.get('p', 0)) + 1}"
        ),
        "self-link": lambda q, a, h: listing(
            items(0, 5), None, f"{server['self-link'].url}/list?start=0&rows=10"
        ),
        "foreign": lambda q, a, h: listing(items(0, 5), None, f"{server['other'].url}/elsewhere"),
        "proxied": chain([items(0, 5), items(5, 5)], lambda n: f"http://internal:8080/list?page={n}"),
        "forbidden": Answer(b"no", 403),
        "missing": Answer(b"no", 404),
        "changed": Answer(b"no", 404),
        "odd": odd_records,
        "slow": Answer(b"{}", pause=1.0),
        "empty": listing([], 0),
    }
    for name, route in routes.items():
        server[name].routes["/list"] = route
    server["changed"].routes["/flat.json"] = Answer(b'{"flat": true}')
    server["unknown"].routes["/about"] = Answer(b'{"listing": "1.0"}')
    server["named"].routes["/robots.txt"] = Answer(b"User-agent: Bestand\nDisallow: /\n")
    stock = b"User-agent: *\nDisallow: /list\nCrawl-Delay: 10\n"
    server["stock"].routes["/robots.txt"] = server["strict"].routes["/robots.txt"] = Answer(stock)
    return server


def self_signed(folder: Path) -> Path:
    """A certificate that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / "self-signed.pem"
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


class World:
    """What came of the crawl."""

    def __init__(self, folder: Path) -> None:
        self.server = make_servers()
        self.sinks: dict[str, MemorySink] = {}
        ordinary = [one for name, one in self.server.items() if name != "tls"]
        with serving(*ordinary), serving(self.server["tls"], certificate=self_signed(folder)):
            rows = portals(self.server)
            results = crawl(list(rows.values()), self.open_sink, OPTIONS, kinds=KINDS)
        self.results: dict[str, PortalResult] = dict(zip(rows, results, strict=True))

    def open_sink(self, portal: Portal) -> MemorySink:
        self.sinks[portal.key] = FullDisk() if portal.key == "full-disk" else MemorySink()
        return self.sinks[portal.key]

    def outcome(self, key: str) -> str:
        return self.results[key].outcome

    def names(self, key: str) -> list[str]:
        return [found.identifier for found in self.sinks[key].found]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("fetch"))


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("plain", "complete"),
        ("html", "unreadable"),
        ("truncated", "unreadable"),
        ("poison", "complete"),
        ("dead-page", "partial"),
        ("throttled", "complete"),
        ("loop", "unreachable"),
        ("large", "too_large"),
        ("bomb", "too_large"),
        ("short", "unreachable"),
        ("repeating", "partial"),
        ("self-link", "complete"),
        ("foreign", "partial"),
        ("proxied", "complete"),
        ("named", "blocked"),
        ("stock", "complete"),
        ("strict", "blocked"),
        ("forbidden", "blocked"),
        ("missing", "not_found"),
        ("changed", "changed_kind"),
        ("unknown", "complete"),
        ("opted-out", "opted_out"),
        ("odd", "complete"),
        ("slow", "unreachable"),
        ("full-disk", "failed_here"),
        ("tls", "tls_error"),
        ("empty", "empty"),
        ("refused", "unreachable"),
        ("nowhere", "unreachable"),
    ],
)
def test_each_portal_ends_with_its_outcome(world: World, key: str, outcome: str) -> None:
    assert world.outcome(key) == outcome


def test_every_failure_is_explained_in_a_sentence(world: World) -> None:
    failed = [
        r for r in world.results.values() if r.outcome not in ("complete", "empty", "partial", "unchanged")
    ]
    assert [r.portal.key for r in failed if not r.facts.note.rstrip().endswith((".", "device"))] == []


def test_a_listing_is_read_to_its_end(world: World) -> None:
    facts = world.results["plain"].facts
    assert (facts.delivered, facts.claimed, facts.walked) == (25, 25, True)
    assert sorted(world.names("plain")) == sorted(f"d{number}" for number in range(25))  # two pages race
    assert facts.requests == 4  # robots.txt and three pages
    assert facts.bytes > 1000


def test_we_name_ourselves_with_a_contact_address(world: World) -> None:
    (agent,) = world.server["plain"].agents
    assert agent.startswith("bestand/")
    assert "mailto:opendata@example.org" in agent


def test_one_poisoned_record_costs_only_itself(world: World) -> None:
    facts = world.results["poison"].facts
    assert (facts.delivered, facts.rejected) == (34, 1)
    assert "d23" not in world.names("poison")
    assert world.sinks["poison"].rejects[0].identifier.endswith("start=23&rows=1")
    assert facts.faults["page-failed"] == 1


def test_a_page_that_fails_for_good_leaves_the_rest_and_an_open_end(world: World) -> None:
    facts = world.results["dead-page"].facts
    assert facts.delivered == 5
    assert not facts.walked
    assert facts.failures == {"unreachable": 1}


def test_retry_after_is_honoured(world: World) -> None:
    times = world.server["throttled"].times["/list"]
    assert len(times) == 4
    assert times[-1] - times[0] >= 0.95
    assert world.results["throttled"].facts.delivered == 30


def test_a_repeated_page_ends_the_walk(world: World) -> None:
    facts = world.results["repeating"].facts
    assert facts.faults["page-repeated"] == 1
    assert facts.delivered == facts.repeated == 5
    assert not facts.walked
    assert world.server["repeating"].asked.total() == 3


def test_a_page_that_links_to_itself_is_asked_once(world: World) -> None:
    assert world.server["self-link"].asked["/list?start=0&rows=10"] == 1


def test_a_foreign_next_page_is_not_followed(world: World) -> None:
    assert "/elsewhere" not in world.server["other"].asked
    assert world.results["foreign"].facts.faults["link-foreign"] == 1


def test_a_next_page_behind_a_proxy_is_asked_at_the_public_address(world: World) -> None:
    assert world.results["proxied"].facts.delivered == 10
    assert world.results["proxied"].facts.faults["link-foreign"] == 1


def test_robots_that_name_us_are_obeyed(world: World) -> None:
    assert set(world.server["named"].asked) == {"/robots.txt"}
    assert world.sinks["named"].traces[0].verdict == "robots"
    assert "names bestand" in world.sinks["named"].traces[0].proof


def test_stock_robots_slow_us_down_but_do_not_hide_the_interface(world: World) -> None:
    times = world.server["stock"].times["/list"]
    assert times[-1] - times[0] >= 0.35  # three pages, 0.2 s between two requests
    assert world.results["stock"].facts.delivered == 25
    assert set(world.server["strict"].asked) == {"/robots.txt"}


def test_an_operator_who_opted_out_is_not_asked_at_all(world: World) -> None:
    assert not world.server["opted-out"].asked


def test_another_kind_at_the_address_is_proven(world: World) -> None:
    detection = world.results["changed"].detection
    assert detection is not None
    assert (detection.kind, detection.confidence) == ("flat", 95)
    assert [step.verdict for step in detection.evidence][-1] == "flat"


def test_an_unknown_kind_is_detected_and_read(world: World) -> None:
    result = world.results["unknown"]
    assert result.portal.kind == "listing"
    assert result.facts.delivered == 25
    assert world.server["unknown"].asked["/robots.txt"] == 1
    assert [trace.verdict for trace in world.sinks["unknown"].traces] == ["robots", "not_found", "listing"]


def test_bad_records_are_kept_with_their_error(world: World) -> None:
    sink, facts = world.sinks["odd"], world.results["odd"].facts
    assert sorted(json.loads(reject.raw) is None for reject in sink.rejects) == [False, False, False, True]
    assert {reject.error.partition(":")[0] for reject in sink.rejects} == {"KeyError", "TypeError"}
    by_name = {found.identifier: found for found in sink.found}
    assert by_name["d1~2"].findings["identifier-duplicate"] == 1
    assert sum(found.findings["identifier-missing"] for found in sink.found) == 1
    assert (facts.delivered, facts.rejected, facts.skipped) == (5, 4, {"duplicate": 1})
    assert facts.faults["total-wrong"] == 0


def test_a_full_disk_fails_one_portal_and_says_so(world: World) -> None:
    assert "No space left" in world.results["full-disk"].facts.note


def test_failures_are_recorded_as_evidence(world: World) -> None:
    verdicts = {key: world.sinks[key].traces[-1].verdict for key in ("large", "tls", "refused")}
    assert verdicts == {"large": "too_large", "tls": "tls_error", "refused": "unreachable"}
