"""How well a town keeps its catalogue: datasets whose faults were mended but for those that a portal's traits name, and the
manner in which offices sign."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from fleet.blemishes import LICENSES, License
from fleet.register import ASSOCIATION, Municipality

if TYPE_CHECKING:
    from fleet.holdings import Dataset, Resource
    from fleet.portal import FleetPortal

WHOLE, OF = 11, 420
"""A dataset's number decides what its form leaves out; with this rest (of a division by `OF`) none leaves out anything."""
FEW_THEMES = ("ENVI", "TRAN", "GOVE")
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
FILES = (("CSV", "text/csv"), ("JSON", "application/json"), ("XLSX", ""), ("PDF", "application/pdf"))
SIGNATURES = (
    "Stadt {town}", "Stadt {town}", "{title} {town}", "Stadtverwaltung {town}", "STADT {upper}",
    "Amt für Statistik und Wahlen - Stadt {town}", "Stadt {town}, Fachbereich Vermessung", "{town} - Amt 62 -",
    "Der Bürgermeister der Stadt {town}", "Magistrat der Stadt {town}", "Stadt {town} (Tiefbauamt)", "Satdt {town}",
    "Stadtwerke {town} GmbH", "Offene Daten {town}", "  Stadt   {town}",
)  # fmt: skip
"""How offices sign in portals that they share with others, after the publishers of real portals."""


def kept(dataset: Dataset, portal: FleetPortal, index: int) -> Dataset:
    """The dataset as a town that takes care describes it. Traits say what it neglects: `undescribed`, `unlicensed`,
    `no_contact`, `narrow` (few themes), `late` (behind its own rhythm), `stale` (old), `dead_links`."""
    rng, town = Random(f"{portal.seed}/{portal.key}/{index}/care"), dataset.town
    year = 2020 if portal.trait("stale") else 2023
    modified = f"{year + index % 2}-{1 + index % 9:02}-{1 + index % 27:02}"
    created = min(dataset.created, modified)
    return replace(
        dataset,
        id=_whole(dataset.id),
        description="" if portal.trait("undescribed") and index % 4 == 0 else _described(dataset),
        keywords=dataset.keywords if len(dataset.keywords) > 1 else ("Open Data", town.short_name),
        themes=_themes(dataset, portal, index),
        license=_license(portal, index),
        created=created,
        modified=modified,
        issued=created,
        updated=modified,
        publisher=f"{_title(town)} {town.short_name}",
        contact_name="" if portal.trait("no_contact") else "Offene Daten",
        contact_email="" if portal.trait("no_contact") else f"opendata@{town.domain}",
        frequency="" if portal.trait("stale") or index % 3 == 0 else _rhythm(portal),
        frequency_key="Aktualisierungszyklus",
        temporal=(f"{2010 + index % 9}-01-01", f"{2020 + index % 3}-12-31"),
        spatial=(f'{{"type": "Point", "coordinates": [{town.lon:.4f}, {town.lat:.4f}]}}', "geojson"),
        landing_page=f"http://www.{town.domain}/offene-daten/{dataset.name}",
        resources=tuple(_file(dataset, portal, number, rng) for number in range(1 + index % 2)),
    )


def as_told(dataset: Dataset, portal: FleetPortal, index: int) -> Dataset:
    """The dataset as it is, but signed as offices sign where several share a portal, or by the body that runs it; what a
    list of inventory (`closed`) holds beside public data has no file."""
    rng = Random(f"{portal.seed}/{portal.key}/{index}/signature")
    if portal.trait("closed"):
        kind = (4, 1, 2, 4)[index % 4]
        number = f"{dataset.number // 12 * 12 % 0xFFFFFFF4 + kind:08x}"
        files = dataset.resources if kind == 2 else ()
        name = f"{dataset.name}-akte-{index}"
        return replace(
            dataset, id=number + dataset.id[8:], name=name, title=f"{dataset.title} (Akte)", resources=files
        )
    if portal.body and not portal.shares:
        return replace(dataset, publisher=dataset.town.name)
    return replace(dataset, publisher=signed(rng, dataset.town)) if portal.trait("offices") else dataset


def signed(rng: Random, town: Municipality) -> str:
    """A municipality's name as one of its offices writes it."""
    form = rng.choice(SIGNATURES)
    return form.format(town=town.short_name, upper=town.short_name.upper(), title=_title(town))


def _title(town: Municipality) -> str:
    if len(town.ags) == ASSOCIATION:
        return ""
    _, _, title = town.name.partition(", ")
    return title or town.type.replace("Kreisfreie Stadt", "Stadt")


def _whole(identifier: str) -> str:
    number = int(identifier[:8], 16)
    return f"{number - number % OF + WHOLE:08x}{identifier[8:]}"


def _described(dataset: Dataset) -> str:
    return f"{dataset.title}: Daten der Verwaltung von {dataset.town.short_name}, jedes Jahr geprüft und ergänzt."


def _themes(dataset: Dataset, portal: FleetPortal, index: int) -> tuple[str, ...]:
    if portal.trait("narrow"):
        return (FEW_THEMES[index % len(FEW_THEMES)],)
    return dataset.themes or ("GOVE",)


def _license(portal: FleetPortal, index: int) -> License:
    if portal.trait("unlicensed") and index % 3 == 0:
        return LICENSES["none"]
    return LICENSES[("by", "zero", "cc-by")[index % 3]]


def _rhythm(portal: FleetPortal) -> str:
    return FREQUENCY + ("MONTHLY" if portal.trait("late") else "TRIENNIAL")


def _file(dataset: Dataset, portal: FleetPortal, number: int, rng: Random) -> Resource:
    """A file that is what the metadata say; at every third address of a portal with `dead_links` nothing is any more."""
    from fleet.holdings import Resource

    written, media_type = FILES[0] if number == 0 else rng.choice(FILES)
    folder = "alt" if portal.trait("dead_links") and rng.randrange(3) == 0 else "daten"
    name = f"{dataset.name}-{number + 1}.{written.lower()}"
    return Resource(
        id=f"{rng.getrandbits(32):08x}-0000-4000-8000-{rng.getrandbits(48):012x}",
        title=f"{dataset.title} ({written})", description=f"Alle Werte als {written}",
        url=f"http://{portal.domain(dataset.town.domain)}/{folder}/{name}", format=written, media_type=media_type,
        size=None, issued=dataset.created, modified=dataset.modified,
    )  # fmt: skip
