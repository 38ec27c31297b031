"""A catalogue that speaks CSW 2.0.2 by POST and GET, in two epochs; it caps its pages, and one of its records may be
broken."""

from __future__ import annotations

from fleet.products import csw
from fleet.products.csw import CAP, EXCEPTION, Next, honest
from fleet.products.iso import SPACES
from fleet.routes import Routes, sound, spoilt_by

__all__ = ["EXCEPTION", "SPACES", "Next", "honest", "metadata", "portal", "results"]

TOTAL = 25


def metadata(number: int, epoch: int) -> str:
    """A dataset, or (every tenth) the service of the dataset before it."""
    title = f"Datensatz {number}" + (" (neu)" if epoch and number == 3 else "")
    service = number % 10 == 0
    name = "srv:SV_ServiceIdentification" if service else "gmd:MD_DataIdentification"
    couple = f'<srv:operatesOn uuidref="id-{number - 1:03d}"/>' if service else ""
    return (
        f"<gmd:MD_Metadata><gmd:fileIdentifier><gco:CharacterString>id-{number:03d}</gco:CharacterString>"
        f"</gmd:fileIdentifier><gmd:identificationInfo><{name}><gmd:citation><gmd:CI_Citation><gmd:title>"
        f"<gco:CharacterString>{title}</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>{couple}"
        f"</{name}></gmd:identificationInfo></gmd:MD_Metadata>"
    )


def results(
    start: int, rows: int, epoch: int = 0, total: int = TOTAL, cap: int = CAP, following: Next = honest
) -> str:
    """One page of results; records begin at position 1."""
    records = [metadata(number, epoch) for number in range(1, total + 1)]
    return csw.results(records, start, rows, cap=cap, following=following)


def portal(epoch: int, broken: bool) -> Routes:
    """Epoch 1: record 3 has another title, the last one is gone. Broken: record 13 breaks each page on which it stands, in
    epoch 0 by an exception with status 200, in epoch 1 with 500."""
    records = [metadata(number, epoch) for number in range(1, TOTAL - epoch + 1)]
    fails = spoilt_by(records[12]) if broken else sound
    return csw.catalogue(records, fails, status=500 if epoch else 200)
