"""An OAI-PMH repository with tombstones, in two epochs; its tokens may expire."""

from __future__ import annotations

from fleet.products.oai import FORMATS, HEAD, Held, repository
from fleet.routes import Routes

__all__ = ["FORMATS", "HEAD", "portal"]

TOTAL = 25


def record(number: int, epoch: int) -> Held:
    """Record 5 is a tombstone; in epoch 1 record 7 too."""
    name = f"oai:neuwald:{number:03d}"
    if number == 5 or (epoch and number == 7):
        return Held(name, "")
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 3 else "")
    return Held(name, f"<dc:identifier>id-{number}</dc:identifier><dc:title>{title}</dc:title>")


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: record 3 has another title, record 7 is deleted. Broken: the second token has expired when it is used."""
    return repository([record(number, epoch) for number in range(1, TOTAL + 1)], expired=broken)
