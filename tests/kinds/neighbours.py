"""Detection told apart: the fixtures of all other kinds, shown to one kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from crawler.sources.protocol import Call, Payload, Portal
from crawler.sources.registry import sources

FIXTURES = Path(__file__).parent.parent / "fixtures"
PORTAL = Portal("neuwald", "https://www.neuwald.example")
CONTENT_TYPES = {
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".ttl": "text/turtle",
    ".rdf": "application/rdf+xml",
    ".xml": "application/xml",
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv",
    ".nt": "application/n-triples",
    ".txt": "text/plain",
    ".js": "application/javascript",
}


def fixtures(kind: str) -> Iterator[tuple[str, Payload]]:
    """The captured answers of a kind: name and payload."""
    for path in sorted((FIXTURES / kind).glob("*.*")):
        if path.suffix != ".md":
            headers = {"content-type": CONTENT_TYPES.get(path.suffix, "application/octet-stream")}
            yield path.name, Payload(f"{PORTAL.url}/{path.name}", 200, headers, path.read_bytes())


def surest(kind: str, payload: Payload) -> int:
    """How sure the kind is of an answer, whichever of its probes (or the address itself) brought it; 0: not at all."""
    source = sources()[kind]
    calls = [Call(PORTAL.url, step="home"), *source.probe(PORTAL)]
    found = [source.recognise(PORTAL, call, payload) for call in calls]
    return max((one.confidence for one in found if one is not None), default=0)


def taken_for(kind: str) -> list[str]:
    """Answers of other kinds of which this kind is at least as sure as they are, and at all."""
    wrong = []
    for other in sources():
        for name, payload in fixtures(other) if other != kind else ():
            mine = surest(kind, payload)
            if mine >= 50 and mine >= surest(other, payload):
                wrong.append(f"{other}/{name}: {mine}")
    return wrong
