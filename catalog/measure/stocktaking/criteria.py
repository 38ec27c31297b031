"""The ladder: which criteria a municipality meets, and the level that follows. Pure.

Each criterion is a share or a number with its threshold; where there is nothing to measure it is not shown: neither
passed nor failed. Level 4 needs all shown ones of its own, and at least three.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.measure.measure import Text
from catalog.measure.stocktaking.figures import Figures

LISTED = 3
"""Records in a catalogue from which on a municipality is listed."""
SHOWN_FOR_FOUR = 3
"""Criteria of level 4 that must be shown at least."""
FRESH_MONTHS = 12
DAYS_OF_MONTH = 30.4375
THEMES = 7


@dataclass(frozen=True, slots=True)
class Value:
    """One criterion of one municipality. `passed` is None where there was nothing to measure."""

    slug: str
    value: float | None
    threshold: float
    passed: bool | None
    numerator: int | None = None
    denominator: int | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a judgement needs beside the figures: the day that counts as today and the class's usual model datasets."""

    as_of: date
    usual: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of the ladder: what it asks, in words, and how it is judged."""

    slug: str
    level: int
    threshold: float
    title: Text
    formula: Text
    judge: Callable[[Figures, Context, Criterion], Value]


def _share(
    part: Callable[[Figures], int], whole: Callable[[Figures], int]
) -> Callable[[Figures, Context, Criterion], Value]:
    def judge(figures: Figures, context: Context, criterion: Criterion) -> Value:
        above, below = part(figures), whole(figures)
        value = above / below if below else None
        passed = None if value is None else value >= criterion.threshold
        return Value(criterion.slug, value, criterion.threshold, passed, above, below)

    return judge


def _records(figures: Figures, context: Context, criterion: Criterion) -> Value:
    enough = figures.records >= criterion.threshold
    return Value(criterion.slug, figures.records, criterion.threshold, enough, figures.records, None)


def _kept_up(figures: Figures, context: Context, criterion: Criterion) -> Value:
    """Whole months since a change was seen or a date was given."""
    days = [day for day in (figures.newest[:10], figures.changed_at[:10]) if day]
    if not days:
        return Value(criterion.slug, None, criterion.threshold, None)
    age = max(0, int((context.as_of - date.fromisoformat(max(days))).days / DAYS_OF_MONTH))
    return Value(criterion.slug, age, criterion.threshold, age < criterion.threshold)


def _broad(figures: Figures, context: Context, criterion: Criterion) -> Value:
    """Themes; or the share of the usual model datasets, where the class has usual ones."""
    themes = len(figures.themes)
    has = len(figures.models & context.usual)
    by_models = bool(context.usual) and has >= 0.25 * len(context.usual)
    return Value(
        criterion.slug,
        themes,
        criterion.threshold,
        themes >= criterion.threshold or by_models,
        has,
        len(context.usual),
    )


CRITERIA: tuple[Criterion, ...] = (
    Criterion(
        "listed", 2, LISTED, Text("Datensätze im Katalog", "Records in a catalogue"),
        Text("mindestens 3 Datensätze in einem eigenen oder gemeinsamen Katalog", "at least 3 records in an own or shared catalogue"), _records,
    ),
    Criterion(
        "complete", 3, 0.90, Text("Vollständig beschrieben", "Completely described"),
        Text("mindestens 90 % der Datensätze haben Titel, Beschreibung, Herausgeber und, wenn sie öffentlich sein sollen, eine Zugangsadresse",
             "at least 90 % of the records have title, description, publisher and, where meant to be public, an access address"),
        _share(lambda f: f.complete, lambda f: f.records),
    ),
    Criterion(
        "licensed", 3, 0.80, Text("Bekannte Lizenz", "Known licence"),
        Text("mindestens 80 % der öffentlichen Datensätze haben eine Lizenz, die eine Liste kennt (auch die deutsche)",
             "at least 80 % of the public records have a licence that a list knows (the German one included)"),
        _share(lambda f: f.licensed, lambda f: f.public),
    ),
    Criterion(
        "machine_readable", 3, 0.90, Text("Maschinenlesbares Verzeichnis", "Machine-readable listing"),
        Text("mindestens 90 % der Datensätze stehen in einem Verzeichnis, das Maschinen als Ganzes lesen (Schnittstelle, Feed oder Datei), und nicht nur auf einzelnen Seiten",
             "at least 90 % of the records stand in a listing that machines read as a whole (interface, feed or file), and not on single pages only"),
        _share(lambda f: f.in_listing, lambda f: f.records),
    ),
    Criterion(
        "kept_up", 4, FRESH_MONTHS, Text("Gepflegt (Monate seit der letzten Änderung)", "Kept up (months since the last change)"),
        Text("in den letzten 12 Monaten eine Änderung gesehen oder ein Datum angegeben", "a change seen or a date given within the last 12 months"), _kept_up,
    ),
    Criterion(
        "in_time", 4, 0.80, Text("Im angegebenen Rhythmus", "In the declared rhythm"),
        Text("mindestens 80 % der Datensätze mit angegebenem Rhythmus sind aktuell (eine Periode Nachfrist)",
             "at least 80 % of the records with a declared rhythm are in time (one period of grace)"),
        _share(lambda f: f.in_time, lambda f: f.rhythm),
    ),
    Criterion(
        "links", 4, 0.95, Text("Adressen erreichbar", "Addresses that work"),
        Text("mindestens 95 % der geprüften Adressen funktionieren", "at least 95 % of the checked addresses work"),
        _share(lambda f: f.links_working, lambda f: f.links_checked),
    ),
    Criterion(
        "contact", 4, 0.90, Text("Kontakt angegeben", "Contact named"),
        Text("mindestens 90 % der Datensätze nennen einen Kontakt", "at least 90 % of the records name a contact"),
        _share(lambda f: f.with_contact, lambda f: f.records),
    ),
    Criterion(
        "broad", 4, THEMES, Text("Breit (Themen)", "Broad (themes)"),
        Text("mindestens 7 der 13 EU-Themen oder mindestens ein Viertel der in der Größenklasse üblichen Musterdatensätze",
             "at least 7 of the 13 EU themes, or at least a quarter of the model datasets usual in the size class"), _broad,
    ),
)  # fmt: skip
"""All criteria, by level."""

LEVELS: Mapping[int, Text] = {
    0: Text("nichts gefunden", "nothing found"),
    1: Text("einzelne Daten", "single data"),
    2: Text("verzeichnet", "listed"),
    3: Text("katalogisiert", "catalogued"),
    4: Text("systematisch", "systematic"),
}


def judge(figures: Figures, context: Context) -> tuple[Value, ...]:
    """Every criterion of a municipality that has records in a catalogue."""
    return tuple(criterion.judge(figures, context, criterion) for criterion in CRITERIA)


def level(figures: Figures, values: tuple[Value, ...]) -> int:
    """0 to 4, by the criteria and by what was found on web pages."""
    by_level = {
        number: [v for v, c in zip(values, CRITERIA, strict=True) if c.level == number]
        for number in (2, 3, 4)
    }
    if not all(value.passed for value in by_level[2]):
        return 1 if figures.records or figures.web else 0
    if any(value.passed is False for value in by_level[3]):
        return 2
    shown = [value for value in by_level[4] if value.passed is not None]
    return 4 if len(shown) >= SHOWN_FOR_FOUR and all(value.passed for value in shown) else 3
