"""What is fuzzed: functions that take bytes from outside. Each returns in peace or raises the one exception that it may."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from catalog.cleaning.dates import read_date, read_interval
from catalog.cleaning.erased import Erased
from catalog.cleaning.people import is_function_mailbox, is_person
from catalog.cleaning.privacy import drop_personal_data, scrub, without_people
from catalog.record.canonical import canonical_bytes, from_json
from catalog.record.findings import check
from catalog.record.parse import UnreadableRdf, parse
from crawler.fetch.frontier import Frontier
from crawler.fetch.intake import Intake
from crawler.fetch.memory import MemorySink
from crawler.fetch.robots import read_robots
from crawler.formats.reading import UnreadablePayload
from crawler.sources.protocol import Call, Page, Payload, Portal, Source
from crawler.sources.registry import sources

Target = Callable[[bytes], None]
FIXTURES = Path(__file__).parents[1] / "fixtures"
TYPES = (
    "application/json",
    "text/html",
    "application/xml",
    "text/turtle",
    "application/rdf+xml",
    "application/ld+json",
    "",
)
_ERASED = Erased(b"k" * 16).with_value("Erika Mustermann").with_value("0421 361361")


def portal_of(kind: str) -> Portal:
    """A portal of a kind."""
    return Portal("p", "https://daten.example", kind=kind, settings={"feed": "catalog.ttl"})


def read_all(source: Source, call: Call, payload: Payload) -> Page | None:
    """Read a payload as the crawl does, entry by entry, up to the canonical form; None where it cannot be read."""
    portal = portal_of(source.KIND)
    try:
        page = source.read(portal, call, payload)
    except UnreadablePayload:
        return None
    for entry in page.entries[:40]:
        try:
            reading = entry.read()
        except UnreadablePayload:
            continue
        check(reading.record)
        drop_personal_data(reading.record)
        canonical = canonical_bytes(reading.record)
        from_json(canonical.decode())
    return page


def source_target(kind: str) -> Target:
    """`recognise` and `read` of a kind behind the boundary of a payload, with the first calls that the kind makes; the
    next links that it finds are followed by the frontier."""
    source, portal = sources()[kind], portal_of(kind)
    calls = [*source.start(portal), *source.probe(portal)] or [Call(portal.base)]

    def run(data: bytes) -> None:
        number = data[0] if data else 0
        call, media = calls[number % len(calls)], TYPES[number // 16 % len(TYPES)]
        payload = Payload(call.url, 200, {"content-type": media}, data[1:])
        intake = Intake(portal, source, MemorySink())
        frontier = Frontier(portal, 50)
        try:
            page = intake.page(call, payload)
        except UnreadablePayload as error:
            if isinstance(error.__cause__, RecursionError | MemoryError):
                raise error.__cause__ from None
            return
        frontier.follow(page.calls, call.url)
        intake.take(page)

    return run


def rdf(data: bytes) -> None:
    """RDF of any syntax."""
    number = data[0] if data else 0
    try:
        parse(data[1:], TYPES[number % len(TYPES)], "https://daten.example/catalog")
    except UnreadableRdf:
        return


def cleaning(data: bytes) -> None:
    """Cleaning of texts; what is cleaned once is clean."""
    text = data.decode("utf-8", "replace")
    once = without_people(text)
    assert without_people(once) == once or len(without_people(once)) < len(once)
    is_person(text)
    is_function_mailbox(text)
    read_date(text)
    read_interval(text)
    scrub(data)
    _ERASED.text(text)


def robots(data: bytes) -> None:
    """robots.txt."""
    read_robots(data, "api").allows("https://daten.example/api", interface=True)


@cache
def targets() -> Mapping[str, Target]:
    """All of them by name."""
    kinds: dict[str, Target] = {f"read-{kind}": source_target(kind) for kind in sources()}
    return {**kinds, "rdf": rdf, "cleaning": cleaning, "robots": robots}


def seeds(name: str) -> list[bytes]:
    """Inputs to begin with: captured answers of the kind, and what once went wrong."""
    kind = name.removeprefix("read-")
    folders = [FIXTURES / kind] if name.startswith("read-") else [FIXTURES / "dcat", FIXTURES / "ckan"]
    files = [
        path
        for folder in folders
        for path in sorted(folder.glob("*"))
        if path.is_file() and path.stat().st_size < 60_000
    ]
    kept = sorted(Path(__file__).with_name("corpus").glob(f"{name}-*"))
    return [b"\0" + path.read_bytes()[:20_000] for path in files] + [path.read_bytes() for path in kept] or [
        b"\0{}"
    ]


def names(_: Any = None) -> list[str]:
    """The names of all targets."""
    return list(targets())
