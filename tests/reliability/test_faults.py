"""Faults of servers, networks and machines, each with the outcome that it must have (docs/reference/reliability.md)."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import resource
import socket
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

sys.path.append(str(Path(__file__).parents[1] / "fetch"))

from fetch_portals import KINDS, Answer, Server, items, listing, paged, serving

from catalog.store.checking import invariants
from catalog.store.link_uses import sync
from catalog.store.links import Links
from catalog.store.sink import Stored
from catalog.store.store import Store
from crawler.fetch.guard import RESOLVER
from crawler.fetch.hosts import Place
from crawler.fetch.links.checking import check_links
from crawler.fetch.memory import MemorySink
from crawler.fetch.options import MEGABYTE, Options
from crawler.fetch.portal_crawl import PortalResult
from crawler.fetch.reparse import reparse
from crawler.fetch.run import crawl
from crawler.harvest import harvest, keep_portals
from crawler.sources.protocol import Portal
from tests.reliability.portals import PREFIXES
from tests.reliability.raw_servers import Talk, certificates, talking

pytestmark = pytest.mark.slow

OPTIONS = Options(delay=0, timeout=1.5, retries=0, retry_wait=0, allow_private=True, max_bytes=2 * MEGABYTE)
ROOT = Path(__file__).parents[2]
REFUSALS = 10_000 if os.environ.get("BESTAND_RELIABILITY") == "all" else 1_000
PAGE = listing(items(0, 5), 5).body
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def result_of(
    talk: Talk, options: Options = OPTIONS, certificate: Path | None = None
) -> tuple[PortalResult, MemorySink]:
    """The crawl of a portal that answers as `talk` does to everything but robots.txt."""
    sink = MemorySink()

    def answer(connection: socket.socket, target: str) -> None:
        if target == "/robots.txt":
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            talk(connection, target)

    with talking(answer, certificate) as port:
        scheme = "https" if certificate else "http"
        portal = Portal("p", f"{scheme}://127.0.0.1:{port}", kind="listing")
        (result,) = crawl([portal], lambda _: sink, options, kinds=KINDS)
    return result, sink


def says(*parts: bytes, pause: float = 0.0) -> Talk:
    def talk(connection: socket.socket, _target: str) -> None:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)

    return talk


def endless(head: bytes, piece: bytes, pause: float = 0.0, times: int = 10**9) -> Talk:
    def talk(connection: socket.socket, _target: str) -> None:
        connection.sendall(head)
        for _ in range(times):
            connection.sendall(piece)
            time.sleep(pause)

    return talk


def bomb(coding: str) -> bytes:
    """200 MB of blanks in one of the codings that we ask for; 1,000 to 1 with gzip (which cannot more), over 10,000 to 1
    with gzip in gzip and the others."""
    if coding == "gzip, gzip":
        return gzip.compress(bomb("gzip"), 9)
    if coding == "gzip":
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        inner = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(200)) + packer.flush()
        return inner
    if coding == "br":
        return bytes(import_module("brotli").compress(b" " * (200 * MEGABYTE), quality=5))
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"  # what Scrapy brings, too
    return bytes(import_module(name).compress(b" " * (200 * MEGABYTE), 3))


RAW: dict[str, tuple[Talk, tuple[str, ...]]] = {
    "one byte a second, for ever": (endless(HEAD + b"Content-Length: 1000000\r\n\r\n", b" ", 0.2), ("unreachable",)),
    "a body of a gigabyte, told": (endless(HEAD + b"Content-Length: 1073741824\r\n\r\n", b" " * 65536), ("too_large",)),
    "a body of a gigabyte, untold": (endless(HEAD + b"\r\n", b" " * 65536, times=16384), ("too_large",)),
    "HTTP/0.9": (says(PAGE), ("unreachable",)),
    "no HTTP at all": (says(b"SSH-2.0-OpenSSH_9.6\r\n"), ("unreachable",)),
    "Content-Length too large": (says(HEAD + b"Content-Length: 99999\r\n\r\n" + PAGE), ("unreachable",)),
    "Content-Length too small": (says(HEAD + b"Content-Length: 40\r\n\r\n" + PAGE), ("unreadable",)),
    "two Content-Lengths": (says(HEAD + b"Content-Length: 3\r\nContent-Length: 30\r\n\r\n" + PAGE), ("unreachable", "unreadable")),
    "negative Content-Length": (says(HEAD + b"Content-Length: -5\r\n\r\n" + PAGE), ("unreachable", "unreadable")),
    "a proxy that truncates chunks": (says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\n" + PAGE[:50]), ("unreachable",)),
    "chunks without a size": (says(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"), ("unreachable",)),
    "closed before a word": (says(), ("unreachable",)),
    "a charset that lies": (says(HEAD.replace(b"json", b"json; charset=utf-16") + b"Connection: close\r\n\r\n" + PAGE), ("complete",)),
    "JSON 100,000 deep": (says(HEAD + b"Connection: close\r\n\r\n" + b"[" * 100_000), ("unreadable",)),
    "a thousand redirects": (lambda c, t: c.sendall(
        f"HTTP/1.1 302 Found\r\nLocation: /list?n={len(t)}{'x' * len(t)}\r\nContent-Length: 0\r\n\r\n".encode()[:60_000]), ("unreachable",)),
}  # fmt: skip


@pytest.mark.parametrize("name", RAW)
def test_what_no_server_should_send(name: str) -> None:
    talk, outcomes = RAW[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.monotonic()
    result, _ = result_of(talk)
    assert result.outcome in outcomes, (result.outcome, result.facts.note)
    assert "Traceback" not in result.facts.note
    assert time.monotonic() - began < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 120_000, "kilobytes"


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", "br", "zstd"])
def test_bombs_are_not_unpacked(coding: str) -> None:
    """Unpacking stops at the limit."""
    body = bomb(coding)
    assert 200 * MEGABYTE / len(body) >= (1000 if coding == "gzip" else 10_000)
    head = HEAD + f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result, _ = result_of(says(head, body))
    assert result.outcome == "too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000


@pytest.mark.parametrize(("which", "outcome"), [("sound", "complete"), ("expired", "tls_error"), ("early", "tls_error"),
                                                ("other", "tls_error"), ("self", "tls_error")])  # fmt: skip
def test_certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str, outcome: str) -> None:
    paths = certificates(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(paths["ca"]))
    answer = says(HEAD + f"Content-Length: {len(PAGE)}\r\nConnection: close\r\n\r\n".encode() + PAGE)
    result, sink = result_of(answer, certificate=paths[which])
    assert (result.outcome, len(sink.found)) == (outcome, 5 if outcome == "complete" else 0), (
        result.facts.note
    )


def test_the_name_system_fails_in_the_middle() -> None:
    """What was read stays, nothing is gone, the outcome says that the rest is missing."""
    server, sink = Server(), MemorySink()
    sound = paged(60)

    def route(query: dict[str, str], asked: int, headers: Mapping[str, str]) -> Answer:
        if query["start"] == "30":
            RESOLVER.hosts = {"elsewhere.example": Place("127.0.0.1", 1)}
        return sound(query, asked, headers)

    server.routes["/list"] = route
    with serving(server):
        hosts = {"portal.example": Place("127.0.0.1", server.port)}
        options = Options(delay=0, timeout=2, retries=0, retry_wait=0, hosts=hosts)
        (result,) = crawl(
            [Portal("p", "http://portal.example", kind="listing")], lambda _: sink, options, kinds=KINDS
        )
    RESOLVER.hosts = {}
    assert result.outcome == "partial"
    assert 10 <= len(sink.found) < 60
    assert not result.facts.walked


def test_a_clock_that_is_set_back_harms_nothing(tmp_path: Path) -> None:
    """Runs follow their numbers, not the clock: what changed, returned or went is the same, and all stays sound."""
    now = [datetime(2026, 9, 1, tzinfo=UTC)]
    store, server = Store(tmp_path / "bestand.db", clock=lambda: now[0]), Server({"/list": paged(25)})
    from crawler.sources import registry

    before = registry.sources
    with serving(server), pytest.MonkeyPatch.context() as patch:
        patch.setattr("crawler.fetch.run.sources", lambda: {**before(), **KINDS})
        rows = [Portal("p", server.url, kind="listing")]
        for days, total in ((0, 25), (-400, 24), (30, 25), (-9000, 25)):
            now[0] += timedelta(days=days)
            server.routes["/list"] = paged(total)
            assert harvest(store, rows, OPTIONS).results[0].outcome == "complete"
    assert invariants(store.conn) == []
    assert [event for (event,) in store.conn.execute("select event from version join dataset on dataset.id = dataset where identifier = 'd24' order by version.id")] == [
        "added", "gone", "returned"]  # fmt: skip
    store.prune_archive()
    assert store.conn.execute("select count(*) from payload where portal_run = 4").fetchone()[0] > 0
    store.close()


def bestand(*arguments: str, **limits: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'examples'}"}
    command = [sys.executable, "-m", "crawler.cli", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, cwd="/", timeout=120, **limits
    )


def ckan(total: int, text: str) -> Server:
    def search(query: dict[str, str], _asked: int, _headers: Mapping[str, str]) -> Answer:
        first, rows = int(query.get("start", 0)), min(100, int(query.get("rows", 100)))
        found = [{"id": f"d{n}", "name": f"d{n}", "title": f"Titel {n}", "notes": f"{n} {text}", "type": "dataset"}
                 for n in range(first, min(first + rows, total))]  # fmt: skip
        body = json.dumps({"success": True, "result": {"count": total, "results": found}})
        return Answer(body.encode(), headers={"Content-Type": "application/json"})

    return Server({"/api/3/action/package_search": search})


def new_database(folder: Path, url: str) -> Path:
    db = folder / "bestand.db"
    store = Store(db)
    keep_portals(store, [Portal("p", url, kind="ckan")])
    store.close()
    return db


def is_sound(db: Path) -> bool:
    with contextlib.closing(sqlite3.connect(db)) as conn:
        return invariants(conn) == []


FAST = ("--allow-private", "--delay", "0", "--timeout", "10")


def test_a_full_disk_ends_in_one_sentence_and_goes_on_later(tmp_path: Path) -> None:
    """A small file system where one may be mounted, else a limit on the size of files, which SQLite meets as the same."""
    server, small = ckan(600, "Wort " * 400), tmp_path / "small"
    small.mkdir()
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)], capture_output=True, check=False
        ).returncode
        == 0
    )
    try:
        with serving(server):
            db = new_database(small, server.url)
            limit = (
                {}
                if mounted
                else {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (900_000, 900_000))}
            )
            full = bestand("crawl", "--db", str(db), *FAST, **limit)
            assert full.returncode == 2, full.stdout + full.stderr
            assert "Traceback" not in full.stderr
            assert is_sound(db)
            if mounted:
                subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
            again = bestand("crawl", "--db", str(db), *FAST)
            assert again.returncode == 0, again.stdout + again.stderr
            assert is_sound(db)
        with contextlib.closing(sqlite3.connect(db)) as conn:
            assert conn.execute("select count(*) from dataset").fetchone() == (600,)
    finally:
        if mounted:
            subprocess.run(["umount", str(small)], check=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up being it")
def test_a_read_only_database_is_explained(tmp_path: Path) -> None:
    """As a user who may read the file and not write it."""
    server = ckan(5, "x")
    folder = Path("/tmp") / f"bestand-readonly-{os.getpid()}"
    folder.mkdir(mode=0o755)
    try:
        with serving(server):
            db = new_database(folder, server.url)
            program = (
                "import os, sys; from crawler.cli import main; from pathlib import Path;"
                " os.setuid(65534); main(sys.argv[1:])"
            )  # as nobody, once everything is imported: the interpreter itself may lie where nobody may read
            command = [sys.executable, "-c", program, "crawl", "--db", str(db), *FAST]
            environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'examples'}"}
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, check=False, cwd="/"
            )
        assert done.returncode == 2, done.stderr
        assert done.stderr.count("\n") == 1
        assert "bestand:" in done.stderr
        assert is_sound(db)
    finally:
        for path in folder.rglob("*"):
            path.unlink()
        folder.rmdir()


def test_a_limit_on_memory_costs_no_record(tmp_path: Path) -> None:
    """`ulimit -v`: the program either gets by or says in a sentence that it could not; the next run reads the rest."""
    server = ckan(3000, "Wort " * 2000)
    with serving(server):
        db = new_database(tmp_path, server.url)
        for megabytes in (700, 500, 350):
            done = bestand("crawl", "--db", str(db), *FAST, preexec_fn=lambda size=megabytes: resource.setrlimit(
                resource.RLIMIT_AS, (size * MEGABYTE, size * MEGABYTE)))  # fmt: skip
            assert is_sound(db)
            assert (
                done.returncode in (0, 1, 2)
                or "MemoryError" in done.stderr
                or "memory" in done.stderr.lower()
            ), done.stderr[-800:]
        again = bestand("crawl", "--db", str(db), *FAST)
        assert again.returncode == 0, again.stderr[-500:]
    with contextlib.closing(sqlite3.connect(db)) as conn:
        assert conn.execute("select count(*) from dataset where gone_run is null").fetchone() == (3000,)


def test_ten_thousand_refused_connections(tmp_path: Path) -> None:
    """Each link has its state, no handle is left open, memory stays where it was."""
    store, server = Store(tmp_path / "bestand.db"), ckan(20, "x")
    with socket.socket() as free, serving(server):
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        urls = [
            f"http://127.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250}:{port}/a.csv"
            for n in range(REFUSALS)
        ]
        urls[::50] = [f"{server.url}/{n}.csv" for n in range(REFUSALS // 50)]
        rows = [
            {"id": f"d{n}", "name": f"d{n}", "title": f"Titel {n}", "type": "dataset",
             "resources": [{"id": f"r{m}", "url": url} for m, url in enumerate(urls[n::20])]}
            for n in range(20)
        ]  # fmt: skip
        body = json.dumps({"success": True, "result": {"count": 20, "results": rows}}).encode()
        server.routes["/api/3/action/package_search"] = Answer(
            body, headers={"Content-Type": "application/json"}
        )
        assert harvest(store, [Portal("p", server.url, kind="ckan")], OPTIONS).outcomes == {"complete": 1}
        sync(store)
        before = len(os.listdir("/proc/self/fd"))
        done = check_links(
            Links(store), Options(jobs=64, delay=0, timeout=20, retries=0, retry_wait=0, allow_private=True)
        )
        states = dict(store.conn.execute("select state, count(*) from link group by state").fetchall())
        assert len(os.listdir("/proc/self/fd")) < before + 80
    assert (done.outcome, done.dropped) == ("done", 0)
    assert done.checks >= 0.99 * REFUSALS, states
    assert invariants(store.conn) == []
    store.close()


def test_a_million_next_links_end_at_the_limit_of_calls() -> None:
    """Every page names another and has a record of its own; the archive answers, so that only we are measured."""
    asked = [0]

    def page(_call: str) -> Stored:
        asked[0] += 1
        body = listing(items(asked[0], 1), None, f"http://p.example/list?p={asked[0]}").body
        return Stored("http://p.example/list", 200, {}, body)

    class Forgetful(MemorySink):
        """Keeps nothing."""

        def take(self, found: Any, rejects: Any = ()) -> None: ...

    sink = Forgetful()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = reparse(Portal("p", "http://p.example", kind="listing"), page, sink, KINDS)
    assert result.outcome == "partial"
    assert asked[0] <= Options().max_calls
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


def test_rdf_that_nests_deeply_is_refused_or_read() -> None:
    from catalog.record.parse import UnreadableRdf, parse

    for depth in (100, 5_000, 200_000):
        body = (
            PREFIXES.encode()
            + b"<urn:a> dct:relation "
            + b"[ dct:relation " * depth
            + b"<urn:b>"
            + b" ]" * depth
            + b" ."
        )
        with contextlib.suppress(UnreadableRdf):
            parse(body, "text/turtle", "http://p.example/")
        json_ld = b'{"@id": "urn:a", "http://p.example/x": ' * depth + b"1" + b"}" * depth
        with contextlib.suppress(UnreadableRdf):
            parse(json_ld, "application/ld+json", "http://p.example/")
