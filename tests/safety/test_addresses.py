"""Nothing leads us to private addresses: no name, no spelling, no redirect, no second answer of the name system."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from fetch_portals import KINDS, Answer, Server, items, listing, serving

from catalog.record.node import Record
from catalog.record.table import Dataset, Distribution
from catalog.record.terms import IRI
from catalog.store.link_uses import sync
from catalog.store.links import Links
from catalog.store.sink import Found
from catalog.store.store import Store
from crawler.cli import main
from crawler.discovery.search import Answer as Page
from crawler.fetch.guard import AddressRefused, VettingResolver, is_public
from crawler.fetch.hosts import Place
from crawler.fetch.links.checking import check_links
from crawler.fetch.memory import MemorySink
from crawler.fetch.options import Options
from crawler.fetch.run import crawl
from crawler.guarded_requests import public_session
from crawler.harvest import keep_portals
from crawler.sources.protocol import Portal

REFUSED = """
127.0.0.1 127.8.8.8 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 169.254.170.2 100.100.100.200 100.64.0.1 0.0.0.0
192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 192.88.99.1 168.63.129.16
::1 :: fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2001:db8::1 100::1 3fff::1 ::ffff:127.0.0.1
::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b:1::a00:1 2002:7f00:1:: 2001:0:7f00:1:: ::127.0.0.1
"""
ALLOWED = "8.8.8.8 193.99.144.80 2a02:2e0:3fe:1001:302:: ::ffff:8.8.8.8 64:ff9b::808:808"
OPTIONS = Options(delay=0, timeout=2, retries=0, retry_wait=0)


@pytest.mark.parametrize("address", REFUSED.split())
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ALLOWED.split())
def test_others_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "LOCALHOST", "[::1]", "0"]
)
def test_odd_spellings_lead_nowhere(host: str) -> None:
    with pytest.raises((AddressRefused, Exception), match=r"private|no address|not known|Errno"):
        asyncio.run(VettingResolver().addresses(host.strip("[]")))


def test_one_private_address_among_public_ones_suffices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", fake(["8.8.8.8", "10.0.0.1"]))
    with pytest.raises(AddressRefused):
        asyncio.run(VettingResolver().addresses("evil.example"))


def test_a_name_that_is_bound_anew_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was looked at is the one that is connected to, whatever the name system says next."""
    resolver = VettingResolver()
    answers = iter([["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: fake(next(answers))())

    async def look_and_connect() -> list[str]:
        await resolver.addresses("rebound.example")
        got = Receiver()
        resolver.resolveHostName(got, "rebound.example", 80)
        await asyncio.wait_for(got.done.wait(), 5)
        return got.hosts

    assert asyncio.run(look_and_connect()) == ["8.8.8.8"]
    resolver._pins.clear()  # as after the five minutes that a pin holds

    async def connect() -> list[str]:
        got = Receiver()
        resolver.resolveHostName(got, "rebound.example", 80)
        await asyncio.wait_for(got.done.wait(), 5)
        return got.hosts

    assert asyncio.run(connect()) == []


class Receiver:
    """Collects what a resolver resolves."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.done = asyncio.Event()

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        """Nothing to do."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.hosts.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        self.done.set()


def fake(addresses: list[str]) -> Any:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]
    return lambda *_, **__: rows


TARGETS = ["{inner}/list", "http://169.254.169.254/latest/meta-data/", "http://localhost:{port}/list", "http://2130706433:{port}/list",
           "file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:{port}/_GET", "data:application/json,{{}}"]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_a_redirect_leads_nowhere_private(target: str) -> None:
    inner = Server({"/list": listing(items(0, 5), 5)})
    with serving(inner):
        address = target.format(inner=inner.url, port=inner.port)
        outer = Server({"/list": Answer(status=302, headers={"Location": address})})
        with serving(outer):
            options = Options(
                delay=0, timeout=2, retries=0, hosts={"portal.example": Place("127.0.0.1", outer.port)}
            )
            sink = MemorySink()
            portal = Portal("p", "http://portal.example", kind="listing")
            (result,) = crawl([portal], lambda _: sink, options, kinds=KINDS)
    assert outer.asked["/list?start=0&rows=10"] >= 1
    assert not inner.asked
    assert (result.outcome in ("unreachable", "not_found", "unreadable"), sink.found) == (True, [])


def test_links_lead_nowhere_private(tmp_path: Path) -> None:
    """Neither by themselves nor by a redirect."""
    inner = Server({"/a.csv": Answer(b"a;b")})
    with serving(inner):
        outer = Server({"/a.csv": Answer(status=302, headers={"Location": f"{inner.url}/a.csv"})})
        with serving(outer):
            store = Store(tmp_path / "bestand.db")
            hosts = {"files.example": Place("127.0.0.1", outer.port)}
            keep_portals(store, [Portal("p", "https://p.example")])
            urls = ["http://files.example/a.csv", f"{inner.url}/a.csv"]
            parts = [Distribution(access_url=[IRI(url)]) for url in urls]
            sink = store.sink(store.begin_run(), "p")
            sink.take([Found("a", b"a", 1, Record(Dataset(title=["a"], distribution=parts)))])
            sync(store)
            check_links(Links(store), Options(delay=0, timeout=2, retries=0, retry_wait=0, hosts=hosts))
            found = dict(store.conn.execute("select url, state from link").fetchall())
            store.close()
    assert outer.asked["/a.csv"] >= 1
    assert not inner.asked
    assert set(found) == set(urls)
    assert "ok" not in found.values()


@pytest.mark.parametrize("command", [["crawl"], ["preview"], ["detect"], ["validate"]])
def test_commands_refuse_private_addresses(tmp_path: Path, command: list[str]) -> None:
    server = Server({"/list": listing(items(0, 5), 5)})
    with serving(server):
        arguments = [*command, server.url, "--delay", "0", "--timeout", "2"]
        arguments += [] if command == ["detect"] else ["--db", str(tmp_path / "bestand.db")]
        CliRunner().invoke(main, arguments)
    assert not server.asked


def test_the_session_for_code_lists_looks_at_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server({"/": Answer(b"secret")})
    with serving(server), public_session() as session:
        for url in (server.url, f"http://localhost:{server.port}", f"http://2130706433:{server.port}"):
            with pytest.raises(requests.ConnectionError):
                session.get(url, timeout=2)
        for url in ("file:///etc/passwd", "ftp://127.0.0.1/"):
            with pytest.raises(requests.exceptions.InvalidSchema):
                session.get(url, timeout=2)
        monkeypatch.setattr("crawler.guarded_requests.is_public", lambda _: True)
        assert session.get(server.url, timeout=2).content == b"secret"
    assert sum(server.asked.values()) == 1


def test_discovery_leads_nowhere_private() -> None:
    from crawler.fetch.discover import discover

    class Search:
        """Asks for one address, once."""

        def __init__(self, url: str) -> None:
            self.url, self.seen, self.got = url, [], list[Page]()
            self.town = type("Town", (), {"ags": "1"})
            self.finding = self

        @property
        def ask(self) -> Any:
            return None if self.got else type("Ask", (), {"url": self.url, "step": "home"})

        def take(self, answer: Page) -> None:
            self.got.append(answer)

    class Keeper:
        def steps(self, ags: str, seen: Any) -> None: ...

        def found(self, finding: Any) -> None: ...

    server = Server({"/": Answer(b"<html><title>x</title>")})
    with serving(server):
        search: Any = Search(server.url)
        discover([search], Keeper(), OPTIONS)
    assert not server.asked
    assert search.got[0].slug == "unreachable"
