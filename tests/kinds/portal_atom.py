"""A download service with two pages of datasets, each with a feed of its files."""

from __future__ import annotations

from fleet.products.atom import XML, Offer, service
from fleet.routes import Routes

COUNT = 6


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
    return service(
        [Offer(str(n), entry(n, epoch), files(n), broken and n == 2) for n in range(COUNT - epoch)], page=4
    )
