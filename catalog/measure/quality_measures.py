"""The published figures of metadata quality: what each asks, its formula, its caveat, and the rows behind it."""

from __future__ import annotations

from typing import Final

from catalog.measure.measure import Measure, Text
from catalog.measure.metrics import BANDS, BIT, COMPLIANT, DIMENSIONS, METRICS, TOTAL
from catalog.measure.quality_reading import FROM_ALIVE
from catalog.store.quality import ONCE

_ROWS: Final = f"select dataset.key, dataset.title, portal.key as portal, {{columns}} {FROM_ALIVE}"
_OF: Final = f" and (:ags = '' or dataset.ags = :ags) and (:portal = '' and {ONCE} or portal.key = :portal)"
_ORDER: Final = " order by dataset.key"
_BEST: Final = Text(
    "Von mehreren Distributionen zählt die mit den meisten Punkten; alle Kriterien der Distribution werden an ihr gemessen.",
    "Of several distributions the one with the most points counts; all metrics of distributions are taken from it.",
)


def _sql(columns: str, condition: str = "") -> str:
    return _ROWS.format(columns=columns) + _OF + condition + _ORDER


def _dimension(slug: str, title: Text) -> Measure:
    metrics = [metric for metric in METRICS if metric.dimension == slug]
    points = sum(metric.points for metric in metrics)
    bits = sum(BIT[metric.slug] for metric in metrics)
    parts = " + ".join(f"{metric.slug} {metric.points}" for metric in metrics)
    gained = " + ".join(f"(passed & {BIT[metric.slug]} > 0) * {metric.points}" for metric in metrics)
    return Measure(
        slug=f"mqa-{slug}",
        title=Text(f"MQA: {title.de}", f"MQA: {title.en}"),
        question=Text(
            f"Wie viele der {points} Punkte der Dimension {title.de} erreichen die Datensätze?",
            f"How many of the {points} points of the dimension {title.en} do the datasets reach?",
        ),
        formula=Text(f"Mittel der Punkte je Datensatz: {parts}", f"average points of the datasets: {parts}"),
        sql=_sql(f"{gained} as points, known & {bits} as known"),
        caveat=_BEST,
        thresholds={"points": points},
    )


MEASURES: Final[tuple[Measure, ...]] = (
    Measure(
        slug="mqa-points",
        title=Text("Metadatenqualität, Punkte von 405", "Metadata quality, points of 405"),
        question=Text(
            "Wie gut sind die Metadaten nach dem europäischen Verfahren (MQA)?",
            "How good are the metadata by the European method (MQA)?",
        ),
        formula=Text(
            "Mittel über die Datensätze; je Datensatz die Summe der Punkte der erfüllten unter 23 Kriterien",
            "average over the datasets; of each the sum of the points of those of the 23 metrics that it passes",
        ),
        sql=_sql("quality.points"),
        caveat=Text(
            f"{_BEST.de} Noch nicht geprüfte Links bringen hier keine Punkte; siehe „Punkte von möglichen“. 120 Punkte gelten"
            " wie auf der Seite des Verfahrens als schlecht, im Programm dahinter als ausreichend.",
            f"{_BEST.en} Links that were not checked yet earn nothing here; see points of those possible. 120 points are bad,"
            " as on the page of the method; the code behind it calls them sufficient.",
        ),
        thresholds={slug: float(lowest) for lowest, slug, _ in BANDS} | {"total": float(TOTAL)},
    ),
    Measure(
        slug="mqa-possible",
        title=Text("Metadatenqualität, Punkte von möglichen", "Metadata quality, points of those possible"),
        question=Text(
            "Wie gut sind die Metadaten, soweit schon geprüft?",
            "How good are the metadata as far as they were checked?",
        ),
        formula=Text(
            "Summe der Punkte ÷ Summe der möglichen Punkte; möglich sind 405 ohne die Kriterien noch nicht geprüfter Links",
            "sum of points ÷ sum of possible points: 405 without the metrics of links that were not checked yet",
        ),
        sql=_sql("quality.points, quality.possible"),
        caveat=_BEST,
    ),
    Measure(
        slug="mqa-national",
        title=Text("Metadatenqualität, nationale Sicht", "Metadata quality, national view"),
        question=Text(
            "Wie viele Punkte sind es, wenn eine Lizenz der deutschen Liste als bekannt gilt?",
            "How many points are there if a licence of the German list counts as known?",
        ),
        formula=Text(
            "wie Punkte von 405; das Kriterium knownLicence gilt auch als erfüllt, wenn die Lizenz der Liste von DCAT-AP.de"
            " eine Entsprechung in der EU-Liste hat",
            "as points of 405; the metric knownLicence also passes where the licence of the list of DCAT-AP.de has a"
            " counterpart in the EU list",
        ),
        sql=_sql("quality.points, quality.points_national"),
        caveat=Text(
            "DCAT-AP.de verlangt Adressen der deutschen Liste, die das europäische Verfahren nicht kennt: ohne diese Sicht"
            " verlöre jede Kommune, die sich daran hält, 10 Punkte je Datensatz.",
            "DCAT-AP.de asks for addresses of the German list, which the European method does not know: without this view"
            " every municipality that obeys would lose 10 points a dataset.",
        ),
    ),
    Measure(
        slug="mqa-compliance",
        title=Text("DCAT-AP eingehalten", "DCAT-AP compliance"),
        question=Text(
            "Welcher Anteil der Datensätze hat keinen Verstoß?", "What share of datasets has no violation?"
        ),
        formula=Text(
            "Datensätze ohne Mangel der Stufe Fehler im Profil DCAT-AP ÷ alle Datensätze",
            "datasets without a finding that is an error in the profile DCAT-AP ÷ all datasets",
        ),
        sql=_sql(f"passed & {COMPLIANT} > 0 as compliant"),
        caveat=Text(
            "Aus unseren eigenen Mängeln; an den amtlichen SHACL-Dateien geprüft, Abweichungen sind einzeln erklärt.",
            "From our own findings; verified with the official SHACL files, every difference is explained.",
        ),
    ),
    *(_dimension(slug, title) for slug, title in DIMENSIONS.items()),
)
"""The figures of this part."""
