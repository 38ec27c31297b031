"""The published figures of attribution: how many records have an owner, how surely, and what waits for a person."""

from __future__ import annotations

from typing import Final

from catalog.measure.attribution import DECLARED, OWN
from catalog.measure.measure import Measure, Text

_FROM: Final = """
from dataset join portal on portal.id = dataset.portal left join municipality on municipality.ags = dataset.ags
where dataset.gone_run is null and (:portal = '' or portal.key = :portal) and (:ags = '' or dataset.ags = :ags)"""
_NO_KEYS: Final = Text(
    "Ein Datensatz ohne Kommune gehört oft einem Kreis, einem Verband, dem Land oder dem Bund; das ist kein Mangel.",
    "A record without a municipality often belongs to a district, an association, the state or the Federation; that is no"
    " fault.",
)

MEASURES: Final = (
    Measure(
        slug="attribution-coverage",
        title=Text("Zugeordnete Datensätze", "Attributed records"),
        question=Text(
            "Von welchem Anteil der Datensätze eines Portals ist bekannt, welcher Kommune oder Körperschaft sie gehören?",
            "Of which share of a portal's records is it known to which municipality or body they belong?",
        ),
        formula=Text(
            "Datensätze mit Kommune oder anderer Körperschaft ÷ alle Datensätze, die nicht verschwunden sind",
            "records with a municipality or another body ÷ all records that are not gone",
        ),
        sql="select dataset.key, dataset.title, portal.key as portal, dataset.ags, municipality.name as municipality,"
        f" dataset.body, dataset.ags is not null or dataset.body <> '' as attributed {_FROM} order by dataset.key",
        caveat=_NO_KEYS,
    ),
    Measure(
        slug="attribution-certainty",
        title=Text("Sicherheit der Zuordnung", "Certainty of attribution"),
        question=Text(
            "Wie wurde gefunden, wem ein Datensatz gehört, und wie sicher ist das?",
            "How was it found whose a record is, and how certain is that?",
        ),
        formula=Text(
            f"je Verfahren: Entscheidung 100, eigene Angabe {DECLARED}, Teil eines Portals wie dort eingetragen, eigenes"
            f" Portal {OWN}, Name des Herausgebers 60 bis 95; 10 weniger, wo nur das Gebiet des Portals Namensvettern trennt",
            f"by method: decision 100, the record's own word {DECLARED}, part of a portal as entered there, own portal"
            f" {OWN}, the publisher's name 60 to 95; 10 less where only the portal's area tells namesakes apart",
        ),
        sql="select dataset.key, dataset.title, portal.key as portal, municipality.name as municipality, dataset.body,"
        f" dataset.attribution as method, dataset.certainty {_FROM} and dataset.attribution <> '' order by dataset.key",
        caveat=Text(
            "Die Zahlen sind gesetzt, nicht gemessen; gemessen ist die Trefferquote der Namen (Seite zur Zuordnung).",
            "The figures are set, not measured; measured is how well names are read (page on attribution).",
        ),
        thresholds={"declared": DECLARED, "own_portal": OWN},
    ),
    Measure(
        slug="attribution-ambiguous",
        title=Text("Mehrdeutige Herausgeber", "Ambiguous publishers"),
        question=Text(
            "Welche Herausgeber können mehreren Kommunen gehören und warten auf eine Entscheidung?",
            "Which publishers may belong to several municipalities and wait for a decision?",
        ),
        formula=Text(
            "Herausgeber je Portal mit mehr als einer möglichen Kommune oder Körperschaft, mit ihren Datensätzen",
            "publishers by portal with more than one possible municipality or body, with their records",
        ),
        sql="select portal.key as portal, attribution_review.publisher, attribution_review.reason,"
        " attribution_review.candidates, attribution_review.datasets from attribution_review"
        " join portal on portal.id = attribution_review.portal where (:portal = '' or portal.key = :portal)"
        " and (:ags = '' or exists (select 1 from json_each(attribution_review.candidates) where value = :ags))"
        " order by attribution_review.datasets desc, portal.key, attribution_review.publisher",
        caveat=Text(
            "Was mehrdeutig ist, wird niemandem zugeordnet und zählt bei keiner Kommune.",
            "What is ambiguous is attributed to nobody and counts for no municipality.",
        ),
    ),
)
