"""Runs as a whole: broken off and resumed, conditional, bounded, cancelled; detection, preview, reading again."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from fetch_portals import KINDS, Answer, Server, items, listing, paged, serving

from catalog.store.sink import Stored
from crawler.fetch.memory import MemorySink
from crawler.fetch.options import Options
from crawler.fetch.portal_crawl import PortalResult
from crawler.fetch.progress import Lines
from crawler.fetch.reparse import reparse
from crawler.fetch.run import crawl, detect, preview
from crawler.sources.protocol import Portal

OPTIONS = Options(delay=0, timeout=2.0, retries=1, retry_wait=0, allow_private=True)


def tagged(query: dict[str, str], asked: int, headers: Mapping[str, str]) -> Answer:
    """A listing with entity tags."""
    tag = f'"{query["start"]}"'
    if headers.get("if-none-match") == tag:
        return Answer(status=304, headers={"ETag": tag})
    answer = paged(25)(query, asked, headers)
    return replace(answer, headers={**answer.headers, "ETag": tag})


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    one = Server({"/list": tagged, "/about": Answer(b'{"listing": "1.0"}')})
    with serving(one):
        yield one


@pytest.fixture
def portal(server: Server) -> Portal:
    server.asked.clear()
    return Portal("town", server.url, kind="listing")


def read(portal: Portal, sink: MemorySink, **options: Any) -> PortalResult:
    (result,) = crawl([portal], lambda _: sink, replace(OPTIONS, **options), kinds=KINDS)
    return result


@pytest.fixture
def archived(portal: Portal, server: Server) -> MemorySink:
    """A sink after a complete crawl."""
    sink = MemorySink(keep_payloads=True)
    assert read(portal, sink).outcome == "complete"
    server.asked.clear()
    return sink


def _lose_the_last_page(sink: MemorySink) -> None:
    (last,) = [name for name, stored in sink.archived.items() if "start=20" in stored.url]
    del sink.archived[last]


def test_a_resumed_run_asks_only_for_what_is_missing(
    portal: Portal, server: Server, archived: MemorySink
) -> None:
    _lose_the_last_page(archived)
    archived.found.clear()
    result = read(portal, archived)
    assert result.facts.delivered == 25
    assert dict(server.asked) == {"/robots.txt": 1, "/list?start=20&rows=10": 1}


def test_nothing_modified_is_seen_without_fetching(
    portal: Portal, server: Server, archived: MemorySink
) -> None:
    known = {found.identifier: (found.raw_digest, found.reader) for found in archived.found}
    sink = MemorySink(answers=archived.archived, known=known, keep_payloads=True)
    result = read(portal, sink)
    assert result.facts.not_modified
    assert result.facts.walked
    assert [found.record for found in sink.found] == [None] * 25
    assert sink.archived == archived.archived  # so that the next run may ask conditionally again
    assert result.facts.bytes < 2500


def test_a_full_run_asks_unconditionally(portal: Portal, archived: MemorySink) -> None:
    result = read(portal, MemorySink(answers=archived.archived), full=True)
    assert not result.facts.not_modified


def test_a_changed_reader_reads_again(portal: Portal, archived: MemorySink) -> None:
    known = {found.identifier: (found.raw_digest, found.reader + 1) for found in archived.found}
    sink = MemorySink(known=known)
    read(portal, sink)
    assert all(found.record is not None for found in sink.found)


@pytest.mark.parametrize(
    ("bound", "most", "said"),
    [
        ({"requests": 3}, 20, "Stopped after 3 requests."),
        ({"seconds": 0.0}, 0, "Stopped after 0 seconds."),
        ({"limit": 12}, 12, "Stopped after 12 records."),
        ({"max_calls": 2}, 20, "Stopped after 2 calls."),
    ],
)
def test_a_bounded_run_is_partial(portal: Portal, bound: dict[str, Any], most: int, said: str) -> None:
    result = read(portal, MemorySink(), **bound)
    assert (result.outcome, result.facts.note) == ("partial", said)
    assert result.facts.delivered <= most
    assert result.facts.over_budget


def test_private_addresses_are_refused_unless_allowed(portal: Portal, server: Server) -> None:
    local = [portal, replace(portal, key="name", url=f"http://localhost:{server.port}")]
    metadata = Portal("metadata", "http://169.254.169.254/latest", kind="listing")
    rows = [*local, metadata, Portal("scheme", "file:///etc/passwd", kind="listing")]
    results = crawl(rows, lambda _: MemorySink(), replace(OPTIONS, allow_private=False), kinds=KINDS)
    assert [result.outcome for result in results] == [
        "unreachable",
        "unreachable",
        "unreachable",
        "not_found",
    ]
    assert all("private address" in result.facts.note for result in results[:3])
    assert not server.asked


def test_a_signal_keeps_what_was_read_and_cancels_the_rest() -> None:
    slow = Server()

    def route(query: dict[str, str], _asked: int, _headers: Mapping[str, str]) -> Answer:
        page = int(query.get("page", 0))
        if page == 1:
            threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        body = listing(items(page * 5, 5), None, f"{slow.url}/list?page={page + 1}")
        return replace(body, pause=0.3 if page else 0.0)

    slow.routes["/list"] = route
    sinks: dict[str, MemorySink] = {}

    def open_sink(portal: Portal) -> MemorySink:
        return sinks.setdefault(portal.key, MemorySink())

    with serving(slow):
        rows = [Portal("first", slow.url, kind="listing"), Portal("second", slow.url, kind="listing")]
        before = signal.getsignal(signal.SIGINT)
        results = crawl(rows, open_sink, OPTIONS, kinds=KINDS)
    assert [result.outcome for result in results] == ["cancelled", "cancelled"]
    assert 5 <= len(sinks["first"].found) <= 10
    assert results[1].facts.requests == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_no_host_is_asked_by_two_crawls_at_once() -> None:
    active, most = 0, 0
    lock = threading.Lock()

    def route(query: dict[str, str], asked: int, headers: Mapping[str, str]) -> Answer:
        nonlocal active, most
        with lock:
            active += 1
            most = max(most, active)
        time.sleep(0.02)
        with lock:
            active -= 1
        return paged(10)(query, asked, headers)

    one = Server({"/list": route})
    with serving(one):
        rows = [Portal(f"p{number}", f"{one.url}/", kind="listing") for number in range(4)]
        results = crawl(rows, lambda _: MemorySink(), OPTIONS, kinds=KINDS)
    assert [result.portal.key for result in results] == ["p0", "p1", "p2", "p3"]
    assert most == 1


def test_a_portal_that_asks_for_a_long_pause_is_left_for_this_run() -> None:
    one = Server({"/list": Answer(b"later", 429, {"Retry-After": "86400"})})
    with serving(one):
        result = read(Portal("busy", one.url, kind="listing"), MemorySink())
    assert result.outcome == "blocked"
    assert "86400 s" in result.facts.note
    assert one.asked.total() == 2


def test_detection_reports_each_step(portal: Portal, server: Server) -> None:
    found, nothing = detect([server.url, "no address"], OPTIONS, KINDS)
    assert (found.kind, found.confidence, found.api_url) == ("listing", 95, server.url)
    assert [(step.status, step.verdict) for step in found.evidence] == [(404, "not_found"), (200, "listing")]
    assert (nothing.kind, nothing.evidence[0].verdict) == ("", "not_found")


def test_a_preview_stops_early_and_keeps_nothing(portal: Portal, server: Server) -> None:
    seen = preview(replace(portal, kind=""), OPTIONS, limit=7, kinds=KINDS)
    assert len(seen.sink.found) == 7
    assert seen.result.facts.claimed == 25
    assert seen.result.detection is not None


def test_the_archive_is_read_again_without_network(
    portal: Portal, server: Server, archived: MemorySink
) -> None:
    sink = MemorySink()
    result = reparse(portal, archived.archived.get, sink, KINDS)
    assert result.outcome == "complete"
    assert {found.identifier for found in sink.found} == {found.identifier for found in archived.found}
    assert not server.asked


def test_a_gap_in_the_archive_leaves_the_end_open(portal: Portal, archived: MemorySink) -> None:
    _lose_the_last_page(archived)
    result = reparse(portal, archived.archived.get, MemorySink(), KINDS)
    assert result.outcome == "partial"
    assert not result.facts.walked
    nothing: dict[str, Stored] = {}
    assert reparse(portal, nothing.get, MemorySink(), KINDS).facts.failures == {"unreachable": 1}


def test_progress_goes_to_the_log(portal: Portal, caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    with caplog.at_level(logging.INFO, "crawler.fetch"):
        crawl([portal], lambda _: MemorySink(), OPTIONS, Lines(), KINDS)
    assert "town: complete, 25 of 25 records" in caplog.text
    assert capsys.readouterr().out == ""
