"""The seven dimensions, 0 to 100 each, by published formulas without hidden weights. Pure.

A dimension of which nothing can be measured is None, never 0. Formulas are means of the shares named in `DIMENSIONS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from catalog.measure.measure import Text
from catalog.measure.stocktaking.criteria import DAYS_OF_MONTH
from catalog.measure.stocktaking.figures import Figures

ALL_THEMES = 13


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension's name and formula in words."""

    slug: str
    title: Text
    formula: Text


DIMENSIONS = (
    Dimension("breadth", Text("Breite", "Breadth"), Text(
        "Mittel aus: Themen von 13; Anteil der in der Größenklasse üblichen Musterdatensätze (wo es übliche gibt)",
        "mean of: themes of 13; share of the model datasets usual in the size class (where there are usual ones)")),
    Dimension("metadata", Text("Metadaten", "Metadata"), Text(
        "Punkte der MQA von den möglichen; noch nicht geprüfte Adressen bleiben in beiden außen vor; deutsche Lizenzen zählen durch ihre EU-Entsprechung",
        "MQA points of those possible; addresses not yet checked are left out of both; German licences count through their EU equivalent")),
    Dimension("currency", Text("Aktualität", "Currency"), Text(
        "Mittel aus: Anteil der Datensätze im angegebenen Rhythmus (wo einer angegeben ist); Alter der letzten Änderung (100 bis zu einem Monat, 0 ab drei Jahren, dazwischen linear)",
        "mean of: share of records in their declared rhythm (where declared); age of the last change (100 up to a month, 0 from three years, linear between)")),
    Dimension("openness", Text("Offenheit", "Openness"), Text(
        "Anteil der öffentlichen Datensätze mit offener Lizenz (Open Definition)", "share of the public records with an open licence (Open Definition)")),
    Dimension("usability", Text("Nutzbarkeit", "Usability"), Text(
        "Mittel aus: Anteil der Datensätze mit einer maschinenlesbaren Datei; Anteil der geprüften Adressen, die funktionieren",
        "mean of: share of records with a machine-readable file; share of checked addresses that work")),
    Dimension("ownership", Text("Verantwortung", "Ownership"), Text(
        "Mittel aus: Anteil der Datensätze mit Herausgeber; Anteil mit Kontakt", "mean of: share of records with a publisher; share with a contact")),
    Dimension("continuity", Text("Beständigkeit", "Continuity"), Text(
        "Anteil der je gesehenen Datensätze, die nicht verschwunden sind (zurückgekehrte zählen als da)",
        "share of the records ever seen that have not vanished (returned ones count as there)")),
)  # fmt: skip
"""All dimensions."""


def dimensions(figures: Figures, usual: frozenset[str], as_of: date) -> dict[str, float | None]:
    """Slug → 0 to 100, one decimal, or None."""
    share = _share
    age = _age(max(figures.newest, figures.changed_at[:10]), as_of)
    gone = max(0, figures.gone - figures.returned)
    values: Mapping[str, list[float | None]] = {
        "breadth": [share(len(figures.themes), ALL_THEMES), share(len(figures.models & usual), len(usual))],
        "metadata": [share(figures.points, figures.possible)],
        "currency": [share(figures.in_time, figures.rhythm), age],
        "openness": [share(figures.open, figures.public)],
        "usability": [
            share(figures.usable, figures.records),
            share(figures.links_working, figures.links_checked),
        ],
        "ownership": [share(figures.owned, figures.records), share(figures.with_contact, figures.records)],
        "continuity": [share(figures.sightings, figures.sightings + gone)],
    }
    return {slug: _mean(parts) for slug, parts in values.items()}


def _share(part: int, whole: int) -> float | None:
    return min(1.0, part / whole) if whole else None


def _age(day: str, as_of: date) -> float | None:
    if not day:
        return None
    months = int((as_of - date.fromisoformat(day)).days / DAYS_OF_MONTH)
    return min(1.0, max(0.0, (36 - months) / 35))


def _mean(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return round(100 * sum(known) / len(known), 1) if known else None
