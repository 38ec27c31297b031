"""The pure parts of fetching, one by one."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from fetch_portals import KINDS, items, listing
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import CannotResolveHostError

from catalog.record.node import Record
from catalog.record.table import Dataset, Distribution
from catalog.record.terms import IRI
from catalog.store.sink import CrawlFacts
from crawler.fetch.frontier import Frontier, fingerprint, host_of
from crawler.fetch.guard import VettingResolver, is_public
from crawler.fetch.hosts import HostsError, Place, parse_hosts
from crawler.fetch.intake import BATCH, Intake, first_address
from crawler.fetch.memory import MemorySink
from crawler.fetch.options import Options
from crawler.fetch.outcomes import AddressRefused, verdict
from crawler.fetch.patience import retry_after
from crawler.fetch.robots import no_robots, read_robots, robots_url
from crawler.fetch.settings import scrapy_settings
from crawler.formats.reading import Entry, Reading, UnreadablePayload
from crawler.sources.protocol import Call, Page, Payload, Portal

PORTAL = Portal("town", "https://daten.example/", kind="listing")
STOCK = b"User-agent: *\nDisallow: /api/\nCrawl-Delay: 10\n"


class TestFrontier:
    def frontier(self, cap: int = 10) -> Frontier:
        one = Frontier(PORTAL, cap)
        one.open([Call("https://daten.example/list")])
        return one

    def drain(self, frontier: Frontier) -> list[str]:
        return [call.url for call in iter(frontier.next, None)]

    def test_each_call_is_asked_once(self) -> None:
        frontier = self.frontier()
        same = Call("https://daten.example/list#top")
        other = Call("https://daten.example/list", method="POST", body=b"start=10")
        frontier.follow([same, other, other], "https://daten.example/list")
        assert len(self.drain(frontier)) == 2

    def test_parts_are_asked_before_what_waits(self) -> None:
        frontier = self.frontier()
        frontier.insert([Call("https://daten.example/a"), Call("https://daten.example/b")])
        assert [url[-1] for url in self.drain(frontier)] == ["a", "b", "t"]

    @pytest.mark.parametrize(
        ("link", "asked"),
        [
            ("https://daten.example/list?page=2", "https://daten.example/list?page=2"),
            ("http://localhost:8080/list?page=2", "https://daten.example/list?page=2"),
            ("https://daten.example:443/list?page=2", "https://daten.example:443/list?page=2"),
            ("https://elsewhere.example/other?page=2", None),
            ("ftp://daten.example/list?page=2", None),
            ("javascript:alert(1)", None),
        ],
    )
    def test_links_stay_on_the_host(self, link: str, asked: str | None) -> None:
        frontier = self.frontier()
        frontier.next()
        frontier.follow([Call(link)], "https://daten.example/list?page=1")
        assert self.drain(frontier) == ([asked] if asked else [])
        assert frontier.faults["link-foreign"] == (asked != link)

    def test_a_listing_may_be_capped_by_its_first_call(self) -> None:
        frontier = Frontier(PORTAL, 10)
        frontier.open([Call("https://daten.example/", cap=2)])
        frontier.follow([Call(f"https://daten.example/{name}") for name in "abc"], "https://daten.example/")
        assert len(self.drain(frontier)) == 2
        assert frontier.exhausted

    def test_only_a_page_that_is_linked_is_a_dead_link(self) -> None:
        frontier = Frontier(PORTAL, 10)
        home, linked = Call("https://daten.example/", page=True), Call("https://daten.example/a", page=True)
        frontier.open([home])
        frontier.follow([linked], home.url)
        assert frontier.is_dead_link(linked, 404)
        assert not frontier.is_dead_link(linked, 500)
        assert not frontier.is_dead_link(home, 404)
        assert not frontier.is_dead_link(Call(linked.url), 404)

    def test_a_portal_that_moved_is_followed_to_its_new_host(self) -> None:
        frontier = self.frontier()
        frontier.answered(Call("https://daten.example/list"), "https://new.example/list")
        frontier.follow(
            [Call("https://new.example/page/2"), Call("https://new.example/list")], "https://new.example/list"
        )
        assert self.drain(frontier) == ["https://daten.example/list", "https://new.example/page/2"]

    def test_a_listing_without_end_ends(self) -> None:
        frontier = self.frontier(cap=3)
        frontier.follow([Call(f"https://daten.example/{n}") for n in range(9)], "https://daten.example/list")
        assert len(self.drain(frontier)) == 3
        assert frontier.exhausted

    @given(st.text(max_size=40))
    def test_any_text_may_be_an_address(self, url: str) -> None:
        assert isinstance(host_of(url), str)
        assert len(fingerprint(Call(url))) == 32


class TestGuard:
    @pytest.mark.parametrize(
        "address",
        [
            *(
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
            ),
            *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1"),
            *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::"),
        ],
    )
    def test_private_addresses(self, address: str) -> None:
        assert not is_public(address)

    @pytest.mark.parametrize(
        "address", ["8.8.8.8", "193.99.144.80", "2a02:2e0:3fe:1001:302::", "64:ff9b::808:808"]
    )
    def test_public_addresses(self, address: str) -> None:
        assert is_public(address)

    def test_the_address_that_was_checked_is_the_one_connected_to(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answers = iter(["8.8.8.8", "127.0.0.1"])
        assert asyncio.run(_asked_twice(VettingResolver(), answers, monkeypatch)) == (
            ["8.8.8.8"],
            ["8.8.8.8"],
        )

    def test_a_private_answer_gives_no_address_to_connect_to(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(AddressRefused, match=r"private address 127\.0\.0\.1"):
            asyncio.run(_asked_twice(VettingResolver(), iter(["127.0.0.1"]), monkeypatch))
        receiver = asyncio.run(_connect(VettingResolver(), iter(["10.0.0.1"]), monkeypatch))
        assert receiver.found == []
        assert receiver.complete

    def test_allowed_by_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        receiver = asyncio.run(_connect(VettingResolver(allow_private=True), iter(["::1"]), monkeypatch))
        assert [(one.host, one.port) for one in receiver.found] == [("::1", 443)]

    def test_an_unknown_name(self) -> None:
        with pytest.raises(CannotResolveHostError):
            asyncio.run(VettingResolver().addresses("nowhere.invalid"))

    def test_a_table_of_hosts_takes_the_place_of_the_name_system(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        table = parse_hosts("# demo\n127.0.0.1:8080 www.stadt.example Daten.Example.\n\n[::1] alt.example")
        resolver = VettingResolver(hosts=table)
        receiver = asyncio.run(_connect(resolver, iter([]), monkeypatch))
        assert [(one.host, one.port) for one in receiver.found] == [("127.0.0.1", 8080)]
        assert table["alt.example"] == Place("::1", 0)
        with pytest.raises(CannotResolveHostError, match="not in the table"):
            asyncio.run(resolver.addresses("elsewhere.example"))
        with pytest.raises(AddressRefused):
            asyncio.run(_asked(resolver, "127.0.0.1", iter(["127.0.0.1"]), monkeypatch))

    @pytest.mark.parametrize("line", ["localhost:80 a.example", "127.0.0.1:99999 a.example", "a.example"])
    def test_a_table_that_is_none(self, line: str) -> None:
        with pytest.raises(HostsError, match="Line 2"):
            parse_hosts(f"127.0.0.1 b.example\n{line}")


class Receiver:
    """Takes what a resolver finds, as Twisted's endpoints do."""

    def __init__(self) -> None:
        self.found: list[Any] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self.resolution = resolution

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.found.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.complete = True


def _answer(answers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        return [(0, 0, 0, "", (next(answers), 0))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


async def _asked_twice(resolver: VettingResolver, answers: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    _answer(answers, monkeypatch)
    return await resolver.addresses("daten.example"), await resolver.addresses("daten.example")


async def _asked(resolver: VettingResolver, host: str, answers: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    _answer(answers, monkeypatch)
    return await resolver.addresses(host)


async def _connect(resolver: VettingResolver, answers: Any, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    _answer(answers, monkeypatch)
    receiver = Receiver()
    resolution = resolver.resolveHostName(receiver, "daten.example", 443)
    assert resolution.task is not None
    await resolution.task
    return receiver


class TestRobots:
    def test_stock_rules_leave_the_interface_open_at_their_pace(self) -> None:
        rules = read_robots(STOCK, "api")
        assert rules.allows("https://daten.example/api/3/action/package_search")
        assert not rules.allows("https://daten.example/api/page", interface=False)
        assert rules.delay == 10.0

    def test_strict_obeys_everything(self) -> None:
        rules = read_robots(STOCK, "strict")
        assert not rules.allows("https://daten.example/api/3/action/package_search")
        assert rules.allows("https://daten.example/catalog.ttl")

    @pytest.mark.parametrize("name", ["bestand", "Bestand", "BESTAND/1.0", "bestand # you"])
    def test_our_name_counts_whatever_the_policy(self, name: str) -> None:
        rules = read_robots(f"User-agent: {name}\nDisallow: /\n\nUser-agent: *\nAllow: /\n".encode(), "api")
        assert not rules.allows("https://daten.example/api/3/action/package_search")

    def test_another_name_that_begins_like_ours_is_not_ours(self) -> None:
        for name in (b"bestandsbot", b"bestand-bot", b"mybestand"):
            rules = read_robots(b"User-agent: " + name + b"\nDisallow: /\n", "api")
            assert rules.allows("https://daten.example/x")

    def test_a_page_in_its_place_says_nothing(self) -> None:
        assert read_robots(b"<html><body>User-agent: bestand\nDisallow: /", "strict").allows(
            "https://daten.example/x"
        )

    @pytest.mark.parametrize(
        ("status", "policy", "allowed"),
        [(404, "strict", True), (503, "api", True), (503, "strict", False), (0, "strict", False)],
    )
    def test_without_rules(self, status: int, policy: str, allowed: bool) -> None:
        assert no_robots(status, policy).allows("https://daten.example/x") is allowed

    def test_its_address(self) -> None:
        assert robots_url("https://daten.example:8443/a/b?c#d") == "https://daten.example:8443/robots.txt"

    @given(st.binary(max_size=300))
    def test_any_bytes_may_stand_there(self, body: bytes) -> None:
        assert read_robots(body, "api").delay >= 0


class TestPatience:
    NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("120", 120.0),
            ("Sat, 31 Jan 2026 12:01:00 GMT", 60.0),
            ("Sat, 31 Jan 2026 11:00:00 GMT", 0.0),
            ("soon", None),
            ("", None),
            ("-5", None),
        ],
    )
    def test_retry_after(self, value: str, seconds: float | None) -> None:
        assert retry_after(value, self.NOW) == seconds


class TestIntake:
    def intake(self, sink: MemorySink, limit: int | None = None) -> Intake:
        return Intake(PORTAL, KINDS["listing"], sink, limit)

    def page(self, *rows: tuple[str, str]) -> Page:
        def entry(name: str, text: str) -> Entry:
            return Entry(name, text.encode(), lambda: Reading(Record(Dataset(title=[text]))))

        return Page([entry(*row) for row in rows])

    def test_batches_are_bounded(self) -> None:
        sizes: list[int] = []

        class Sink(MemorySink):
            def take(self, found: Any, rejects: Any = ()) -> None:
                sizes.append(len(found) + len(rejects))

        self.intake(Sink()).take(self.page(*((f"d{n}", str(n)) for n in range(2 * BATCH + 1))))
        assert sizes == [BATCH, BATCH, 1]

    def test_the_same_identifier_on_another_page_is_counted_as_repeated(self) -> None:
        sink = MemorySink()
        intake = self.intake(sink)
        intake.take(self.page(("a", "1"), ("b", "2")))
        intake.take(self.page(("b", "2 again"), ("c", "3")))
        assert [found.identifier for found in sink.found] == ["a", "b", "c"]
        assert (intake.facts.delivered, intake.facts.repeated) == (3, 1)

    def test_one_identifier_for_several_records_of_a_page(self) -> None:
        sink = MemorySink()
        self.intake(sink).take(self.page(("a", "1"), ("a", "2"), ("a", "3"), ("a", "2"), ("a~2", "4")))
        assert [found.identifier for found in sink.found] == ["a", "a~2", "a~3", "a~2~2"]
        assert [found.findings["identifier-duplicate"] for found in sink.found] == [0, 1, 1, 1]

    def test_records_without_identifier_are_kept_apart(self) -> None:
        sink = MemorySink()
        intake = self.intake(sink)
        intake.take(self.page(("", "1"), ("", "2"), ("", "1")))
        assert len({found.identifier for found in sink.found}) == 2
        assert intake.facts.skipped == {"duplicate": 1}

    def test_a_missing_identifier_is_replaced_by_an_address(self) -> None:
        parts = [
            Distribution(access_url=[IRI("https://b.example/2")]),
            Distribution(access_url=[IRI("https://b.example/1")]),
        ]
        assert first_address(Record(Dataset(distribution=parts))) == "https://b.example/1"
        with_page = Record(Dataset(distribution=parts, landing_page=[IRI("https://a.example/")]))
        assert first_address(with_page) == "https://a.example/"
        assert first_address(Record(Dataset(landing_page=["keine"]))) == ""

    def test_personal_data_never_reaches_the_sink(self) -> None:
        sink = MemorySink()
        secret = b'{"author": "Erika Mustermann", "author_email": "erika.mustermann@stadt.example", "x'

        def fails() -> Reading:
            raise ValueError("broken\n  off")

        self.intake(sink).take(Page([Entry("a", secret, fails)]))
        assert b"erika.mustermann" not in sink.rejects[0].raw
        assert sink.rejects[0].error == "ValueError: broken off"

    def test_whatever_the_source_stumbles_over_is_unreadable(self) -> None:
        call = Call("https://daten.example/list")
        with pytest.raises(UnreadablePayload, match="unexpected shape") as caught:
            self.intake(MemorySink()).page(call, Payload(call.url, 200, {}, b'{"rows": []}'))
        assert caught.value.slug == "unexpected-shape"

    def test_empty_pages_may_repeat(self) -> None:
        intake = self.intake(MemorySink())
        empty = listing([], 0).body
        pages = [
            intake.page(Call(f"https://daten.example/{n}"), Payload("", 200, {}, empty)) for n in range(2)
        ]
        assert [page.faults for page in pages] == [Counter(), Counter()]

    def test_a_total_that_is_too_small_is_a_fault(self) -> None:
        intake = self.intake(MemorySink())
        call = Call("https://daten.example/list")
        intake.take(intake.page(call, Payload(call.url, 200, {}, listing(items(0, 5), 4).body)))
        intake.conclude(True)
        assert intake.facts.walked
        assert intake.facts.faults["total-wrong"] == 1


def test_what_failed_explains_a_portal_that_delivered_nothing() -> None:
    failures = Counter({"unreachable": 3, "tls_error": 1})
    assert verdict(CrawlFacts(failures=failures)) == "tls_error"
    assert verdict(CrawlFacts(failures=failures, delivered=1)) is None
    assert verdict(CrawlFacts()) is None


def test_settings_verify_certificates_and_listen_nowhere() -> None:
    settings = scrapy_settings(Options(contact="mailto:a@example.org"))
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"]
    assert not settings["TELNETCONSOLE_ENABLED"]
    assert not settings["REMOTE_CONTROL_ENABLED"]
    assert settings["USER_AGENT"].endswith("(+mailto:a@example.org)")
    assert settings["DOWNLOAD_DELAY"] == 1.0
