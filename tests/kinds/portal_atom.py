"""A download service with two pages of datasets, each with a feed of its files."""

from __future__ import annotations

from collections.abc import Mapping

from loopback import Answer, Route, Routes, text

COUNT = 6
XML = "application/atom+xml"
NAMESPACES = 'xmlns="http://www.w3.org/2005/Atom" xmlns:inspire_dls="http://inspire.ec.europa.eu/schemas/inspire_dls/1.0"'


def feed(title: str, inner: str) -> Answer:
    return text(f"<feed {NAMESPACES}><title>{title}</title><id>urn:feed</id>{inner}</feed>", XML)


def entry(number: int, epoch: int) -> str:
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 1 else "")
    return (
        f"<entry><title>{title}</title><id>urn:d:{number}</id><updated>2026-01-01</updated>"
        f"<inspire_dls:spatial_dataset_identifier_code>d{number}</inspire_dls:spatial_dataset_identifier_code>"
        f'<link rel="alternate" type="{XML}" href="/atom/{number}.xml"/></entry>'
    )


def files(number: int) -> str:
    return (
        f"<entry><title>GML</title><id>urn:f:{number}</id>"
        f'<link rel="alternate" type="application/gml+xml" href="/files/{number}.gml"/></entry>'
    )


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: dataset 1 has another title, the last is gone. Broken: the feed of dataset 2 is no XML."""
    numbers = range(COUNT - epoch)

    def service(query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        page = int(query.get("page", 1))
        here = "".join(entry(number, epoch) for number in numbers if number // 4 == page - 1)
        following = f'<link rel="next" href="http://{headers["host"]}/atom?page=2"/>' if page == 1 else ""
        return feed("Downloaddienst", following + here)

    def dataset(number: int) -> Route:
        sound = feed("Dateien", files(number))
        return lambda query, headers, body: text("<feed><entry>", XML) if broken and number == 2 else sound

    return {"/atom": service, **{f"/atom/{number}.xml": dataset(number) for number in numbers}}
