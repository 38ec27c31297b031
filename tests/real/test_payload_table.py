"""Every stored answer of a real portal has a reader, nothing is rejected without a reason, and the page says what came."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from payload_others import OTHERS, OUT_OF_SCOPE
from payload_portals import PAGE, Line, PayloadCrawl, cells, crawl_payloads, files_of
from payload_sites import PAYLOADS, PORTALS

from catalog.store.store import Store

NOTHING = {
    "waf-usgshydrocached": "FGDC, not ISO: the file is counted by its root element",
    "pycsw-oai-refused": "the repository's refusal, as it came",
    "gdi-de-hits": "the answer to a question for the number of hits",
    "uag": "Turtle that begins with a line of prose",
}
"""Portals that bring no record, and why."""
CUT = (
    "rostock",
    "pycsw-oai",
    "pycsw-oai-dc",
    "pycsw-oai-oai-dc",
    "gdi-de",
    "gdi-de-hits",
    "inspire",
    "pycsw-iso",
)
"""Portals that claim more than was stored of them."""


@pytest.fixture(scope="module")
def lines(payload_crawl: PayloadCrawl, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Line]]:
    """All lines, those of the other kinds from a store of their own."""
    store = Store(tmp_path_factory.mktemp("others") / "others.db")
    found = crawl_payloads(store, OTHERS)
    yield sorted([*payload_crawl.lines.values(), *found], key=lambda line: line.epoch)
    store.close()


def test_every_file_has_a_reader_or_a_reason(lines: list[Line]) -> None:
    there = {path.relative_to(PAYLOADS).as_posix() for path in PAYLOADS.glob("*/*") if path.is_file()}
    assert there == files_of(lines) | OUT_OF_SCOPE.keys()
    assert not files_of(lines) & OUT_OF_SCOPE.keys()


def test_nothing_is_rejected_and_what_brings_nothing_says_why(lines: list[Line]) -> None:
    assert {line.key: line.rejected for line in lines if line.rejected} == {}
    assert {line.key for line in lines if not line.records} == NOTHING.keys()
    assert all(line.note for line in lines if line.outcome not in ("complete", "unchanged"))
    assert {line.key for line in lines if line.outcome == "partial"} <= set(CUT)


def test_each_kind_is_the_one_that_the_portal_speaks(lines: list[Line]) -> None:
    spoken = {portal.key: portal.kind for portal in (*PORTALS, *OTHERS)}
    assert {line.key: line.kind for line in lines} == spoken


def test_known_files_bring_what_they_hold(lines: list[Line]) -> None:
    counted = {(line.key, line.epoch): line.records for line in lines}
    assert counted["waf-ulm-iso19139-collection", 1] == 114
    assert (counted["braunschweig", 1], counted["braunschweig", 2]) == (149, 153)
    assert (counted["data-gouv-fr", 1], counted["dessau", 1], counted["gdi-de", 1]) == (10, 1, 5)


def test_the_page_is_up_to_date(lines: list[Line]) -> None:
    """But for keys and findings, which change with every reader: `python -m tests.real.payload_portals --write`."""
    rows = [line.split(" | ")[:7] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert sorted(rows[1:]) == sorted([f"| {found[0]}", *found[1:7]] for found in map(cells, lines))
