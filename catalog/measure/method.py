"""The method as a whole: every published figure, what changed from version to version, and the pages that say so."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any, Final

import orjson

from catalog.measure import attribution_measures, duplicates, links, models, peers, quality_measures
from catalog.measure.measure import Measure, Text
from catalog.measure.stocktaking import measures as stocktaking_measures
from catalog.measure.stocktaking.criteria import LEVELS
from catalog.measure.stocktaking.figures import lists
from catalog.measure.stocktaking.taking import METHOD


@dataclass(frozen=True, slots=True)
class Change:
    """A version of the method. `measures`: slugs of the measures whose own version grew with it."""

    version: str
    day: str
    what: Text
    measures: tuple[str, ...] = ()


CHANGES: Final[tuple[Change, ...]] = (
    Change(
        "2026.1", "2026-11-22",
        Text("Erste Fassung.", "First version."),
    ),
)  # fmt: skip
"""The changelog, newest first; its first version is `METHOD`, which all figures carry."""

DECISIONS: Final[tuple[Text, ...]] = (
    Text(
        "Ein Kriterium, für das es nichts zu messen gibt, zählt weder als erfüllt noch als verfehlt: Fehlendes zu bestrafen hieße, Angaben zu belohnen, die nur der Form nach da sind.",
        "A criterion with nothing to measure counts neither as met nor as missed: to punish what is absent would reward statements that are there for form only.",
    ),
    Text(
        "Zugangsadresse und Lizenz werden nur bei Datensätzen verlangt, die öffentlich sein sollen: Ein Verzeichnis, das auch nennt, was nicht veröffentlicht wird, soll dadurch nicht schlechter dastehen.",
        "Access address and licence are asked only of records that are meant to be public: a catalogue that also names what is not published must not look worse for it.",
    ),
    Text(
        "Ein maschinenlesbares Verzeichnis ist, was Maschinen als Ganzes lesen. Seiten, die nur über eine Sitemap zu finden sind, sind keines, auch mit Auszeichnung nach schema.org: Niemand sieht ihnen an, ob sie alle sind. Listet ein anderes Portal dieselben Datensätze, genügt das.",
        "A machine-readable listing is what machines read as a whole. Pages that only a sitemap leads to are none, even with markup by schema.org: nothing shows whether they are all. Where another portal lists the same records, that is enough.",
    ),
    Text(
        "„Nichts gefunden“ verlangt, dass die Startseite gelesen wurde und jedes Portal, das für die Kommune offen ist, vollständig; sonst heißt es „nicht geprüft“. Unbekannt ist nicht nichts.",
        "“Nothing found” asks that the home page was read and every portal that is open to the municipality was read whole; else it is “not checked”. Unknown is not nothing.",
    ),
    Text(
        "Adressen, die robots.txt oder der Rechner uns verwehrt, sagen nichts über die Datei und bleiben aus Zähler und Nenner heraus.",
        "Links that robots.txt or the host denies us say nothing of the file and stay out of numerator and denominator.",
    ),
    Text(
        "Über mehrere Größenklassen, von denen nur ein Teil gefragt wurde, wird nach Klassen gewichtet; das Intervall rechnet mit der Stichprobengröße gleicher Varianz (Kish). Ohne Antwort aus einer Klasse gibt es kein Intervall.",
        "Over several size classes of which only a part was asked, classes are weighted; the interval uses the sample size of the same variance (Kish). Without an answer from a class there is no interval.",
    ),
    Text(
        "Ein Rhythmus gilt als eingehalten bis zum Doppelten seiner Periode (eine Periode Nachfrist), mindestens ein Tag; ein Datum in der Zukunft gilt als aktuell, weil es vom Portal behauptet und nicht widerlegt ist.",
        "A rhythm is kept up to twice its period (one period of grace), at least a day; a date in the future counts as in time, as the portal says so and nothing disproves it.",
    ),
    Text(
        "Derselbe Datensatz in mehreren Portalen zählt einmal, im nächstgelegenen. Merkmale, die ein Portal mehrfach verwendet, unterscheiden nichts und beweisen nichts.",
        "The same dataset in several portals counts once, in the nearest. Signs that a portal uses several times tell nothing apart and prove nothing.",
    ),
    Text(
        "Eine Messung zu einem früheren Tag dreht eine Kopie auf das zurück, was damals bekannt war, mit dem heutigen Register, den heutigen Portalen und dem heutigen Verfahren; Mängel aus dem Einlesen gelten wie heute. Meilensteine sind dagegen eingefroren.",
        "A measurement as of an earlier day turns a copy back to what was known then, with today's register, portals and method; faults met while reading are as today. Milestones in contrast are frozen.",
    ),
)  # fmt: skip
"""What the method decides, with the reason."""

PARTS: Final[tuple[tuple[Text, tuple[Measure, ...]], ...]] = (
    (Text("Bestandsaufnahme", "Stocktaking"), stocktaking_measures.MEASURES),
    (Text("Zuordnung", "Attribution"), attribution_measures.MEASURES),
    (Text("Metadatenqualität", "Metadata quality"), quality_measures.MEASURES),
    (Text("Adressen", "Links"), links.MEASURES),
    (Text("Musterdatensätze", "Model datasets"), models.MEASURES),
    (Text("Mehrfach gesehene Datensätze", "Datasets seen several times"), duplicates.MEASURES),
    (Text("Vergleich und Zusammenarbeit", "Comparison and cooperation"), peers.MEASURES),
)
MEASURES: Final = {measure.slug: measure for _, measures in PARTS for measure in measures}
"""Slug → measure, all of them."""

_GIVEN: Final = re.compile(r":([a-z_]+)\b")


def parameters(sql: str, as_of: date | None = None, **given: str) -> dict[str, str]:
    """The values of a measure's named parameters: those given, the lists of codes, the day that counts as today; what is
    not given is the empty text, which means all."""
    known = {**lists(), "as_of": (as_of or date.today()).isoformat(), **given}
    return {name: known.get(name, "") for name in _GIVEN.findall(sql)}


def rows(
    conn: sqlite3.Connection, slug: str, as_of: date | None = None, **given: str
) -> Iterator[dict[str, Any]]:
    """The rows behind a figure, e.g. `rows(conn, "criterion-complete", ags="99111000")`. Raises KeyError for a slug that
    is none."""
    sql = MEASURES[slug].sql
    cursor = conn.execute(sql, parameters(sql, as_of, **given))
    names = [item[0] for item in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def spelt_out(sql: str, as_of: date | None = None) -> str:
    """The SQL with its lists of codes in place, ready to be typed elsewhere; only what is asked for stays a parameter."""
    fixed = {**lists(), "as_of": (as_of or date.today()).isoformat()}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return "'" + fixed[name].replace("'", "''") + "'" if name in fixed else found[0]

    return _GIVEN.sub(value, sql)


def digest(measure: Measure) -> str:
    """What a figure rests on as 16 hex digits: formula, thresholds and SQL, whatever their spacing."""
    parts = [measure.formula.de, measure.formula.en, dict(sorted(measure.thresholds.items())), measure.sql]
    plain = " ".join(orjson.dumps(parts).decode().replace("\\n", " ").split())
    return blake2b(plain.encode(), digest_size=8).hexdigest()


def digests(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """The digests file: of each measure its version and digest. A measure keeps the digest that its version was published
    with, so that a change without a new version shows; `kept` is what the file holds so far."""
    found = {}
    for slug, measure in sorted(MEASURES.items()):
        known = kept.get(slug, {})
        same = known.get("version") == measure.version
        found[slug] = {"version": measure.version, "digest": known["digest"] if same else digest(measure)}
    return orjson.dumps(found, option=orjson.OPT_INDENT_2).decode() + "\n"


def changed_in_silence(kept: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Measures that differ from what was published under the same version."""
    return [
        slug for slug, measure in MEASURES.items()
        if kept.get(slug, {}).get("version") == measure.version and kept[slug]["digest"] != digest(measure)
    ]  # fmt: skip


_HEAD: Final = """<!-- Generated by `bestand docs`; do not edit. -->

# Method

Version {version}. Every figure carries the version of the method by which it was computed. This page is made from the objects
that compute the figures. German stands first, English after it.

Jede Zahl trägt die Fassung des Verfahrens, mit der sie berechnet wurde. Diese Seite entsteht aus denselben Objekten, die
rechnen. Zuerst Deutsch, dann Englisch.

Who is measured: every municipality of the register; unincorporated areas, districts, states and associations stand apart.
A record seen in several portals counts once. In the SQL `:ags` is a municipality's key; `:known`, `:open`, `:usable`,
`:no_data`, `:working`, `:broken` and `:periods` are lists of codes, `:as_of` the day that counts as today. How our figures relate
to those of others is told in [Crosswalk](../explanation/crosswalk.md).

## Levels · Stufen

| level | deutsch | english |
|---|---|---|
"""


def method_page() -> str:
    """The page of the method in Markdown, German and English."""
    levels = "".join(f"| {number} | {text.de} | {text.en} |\n" for number, text in LEVELS.items())
    parts = [_HEAD.format(version=METHOD), levels]
    for title, measures in PARTS:
        parts.append(f"\n## {title.en} · {title.de}\n")
        parts += [_section(measure) for measure in measures]
    return "".join([*parts, *_decisions(), *_changelog()])


def _section(measure: Measure) -> str:
    lines = [f"\n### {measure.title.en} · {measure.title.de}\n\n"]
    lines.append(f"`{measure.slug}`, version {measure.version} (since {measure.since})\n\n")
    named = (("Question", measure.question), ("Formula", measure.formula), ("Caveat", measure.caveat))
    lines += [f"- **{name}**: {text.de} · {text.en}\n" for name, text in named if text.en]
    if measure.thresholds:
        values = ", ".join(f"{name} {value:g}" for name, value in measure.thresholds.items())
        lines.append(f"- **Thresholds**: {values}\n")
    return "".join([*lines, f"\n```sql\n{_tidy(measure.sql)}\n```\n"])


def _tidy(sql: str) -> str:
    """SQL on lines of readable length: each clause begins one."""
    plain = " ".join(sql.split())
    return re.sub(
        r"(?<!\bleft)(?<!\bcross) (?=(?:from|where|left join|cross join|join|group by|order by|union all|and exists)\b)",
        "\n",
        plain,
    )


def _decisions() -> Iterator[str]:
    yield "\n## Decisions and their reasons · Entscheidungen und ihre Gründe\n\n"
    for text in DECISIONS:
        yield f"- {text.de}\n  {text.en}\n"


def _changelog() -> Iterator[str]:
    yield "\n## Changes of the method · Änderungen des Verfahrens\n\n| version | day | deutsch | english |\n|---|---|---|---|\n"
    for change in CHANGES:
        yield f"| {change.version} | {change.day} | {change.what.de} | {change.what.en} |\n"
