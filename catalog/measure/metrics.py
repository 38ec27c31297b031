"""The 23 metrics of the European Metadata Quality Assessment (MQA): dimension, points, published condition, and the fix.

Source of conditions and points: data.europa.eu, "Metadata quality assessment methodology", and the DQV vocabulary of
piveau (`https://piveau.eu/ns/voc#`), read 2026. 405 points in five dimensions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog.measure.measure import Text


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `slug` is its name in the vocabulary pv:; `level` is `dataset` or `distribution`; `prop` names the
    property of the record that is looked at, empty where several are."""

    slug: str
    dimension: str
    level: str
    prop: str
    points: int
    title: Text
    condition: Text
    fix: Text


# fmt: off
METRICS: Final[tuple[Metric, ...]] = (
    Metric("keywordAvailability", "findability", "dataset", "keyword", 30,
           Text("Schlagwörter", "Keyword usage"),
           Text("Der Datensatz hat mindestens ein dcat:keyword.", "The dataset has at least one dcat:keyword."),
           Text("Schlagwörter vergeben, mit denen Bürger suchen würden.", "Give keywords by which citizens would search.")),
    Metric("categoryAvailability", "findability", "dataset", "theme", 30,
           Text("Themen", "Categories"),
           Text("Der Datensatz hat mindestens ein dcat:theme.", "The dataset has at least one dcat:theme."),
           Text("Mindestens eines der 13 EU-Themen zuordnen.", "Assign at least one of the 13 EU themes.")),
    Metric("spatialAvailability", "findability", "dataset", "spatial", 20,
           Text("Räumliche Suche", "Geo search"),
           Text("Der Datensatz hat mindestens ein dct:spatial.", "The dataset has at least one dct:spatial."),
           Text("Das Gebiet angeben, etwa die Gemeinde als dct:spatial.", "Name the area, such as the municipality, in dct:spatial.")),
    Metric("temporalAvailability", "findability", "dataset", "temporal", 20,
           Text("Zeitliche Suche", "Time based search"),
           Text("Der Datensatz hat mindestens ein dct:temporal.", "The dataset has at least one dct:temporal."),
           Text("Den Zeitraum angeben, den die Daten abdecken (dct:temporal).", "Name the period that the data cover (dct:temporal).")),
    Metric("accessUrlStatusCode", "accessibility", "distribution", "access_url", 50,
           Text("Zugangs-URL erreichbar", "Access URL works"),
           Text("Die dcat:accessURL antwortet mit einem HTTP-Status von 200 bis 399.", "The dcat:accessURL answers with an HTTP status from 200 to 399."),
           Text("Tote Zugangsadressen berichtigen oder die Distribution entfernen.", "Correct dead access addresses or remove the distribution.")),
    Metric("downloadUrlAvailability", "accessibility", "distribution", "download_url", 20,
           Text("Download-URL", "Download URL"),
           Text("Die Distribution hat eine dcat:downloadURL.", "The distribution has a dcat:downloadURL."),
           Text("Die Adresse der Datei selbst als dcat:downloadURL angeben.", "Give the address of the file itself as dcat:downloadURL.")),
    Metric("downloadUrlStatusCode", "accessibility", "distribution", "download_url", 30,
           Text("Download-URL erreichbar", "Download URL works"),
           Text("Die dcat:downloadURL antwortet mit einem HTTP-Status von 200 bis 399.", "The dcat:downloadURL answers with an HTTP status from 200 to 399."),
           Text("Tote Downloadadressen berichtigen; ohne Adresse zuerst eine angeben.", "Correct dead download addresses; where there is none, give one first.")),
    Metric("formatAvailability", "interoperability", "distribution", "format", 20,
           Text("Format", "Format"),
           Text("Die Distribution hat ein dct:format.", "The distribution has a dct:format."),
           Text("Das Dateiformat aus der EU-Liste file-type angeben.", "Name the file format by the EU list file-type.")),
    Metric("mediaTypeAvailability", "interoperability", "distribution", "media_type", 10,
           Text("Medientyp", "Media type"),
           Text("Die Distribution hat einen dcat:mediaType.", "The distribution has a dcat:mediaType."),
           Text("Den Medientyp nach IANA angeben, etwa text/csv.", "Name the media type by IANA, such as text/csv.")),
    Metric("formatMediaTypeVocabularyAlignment", "interoperability", "distribution", "", 10,
           Text("Format und Medientyp aus Vokabularen", "Format and media type from vocabularies"),
           Text("dct:format steht in der EU-Liste file-type und dcat:mediaType bei IANA.", "dct:format is in the EU list file-type and dcat:mediaType is registered with IANA."),
           Text("Format und Medientyp als Adressen der beiden Listen angeben.", "Give format and media type as addresses of the two lists.")),
    Metric("formatMediaTypeNonProprietary", "interoperability", "distribution", "", 20,
           Text("Nicht-proprietäres Format", "Non-proprietary format"),
           Text("Das Format gilt in der EU-Liste file-type als nicht-proprietär.", "The EU list file-type marks the format as non-proprietary."),
           Text("Die Daten zusätzlich in einem offenen Format wie CSV oder GeoJSON anbieten.", "Offer the data in an open format such as CSV or GeoJSON too.")),
    Metric("formatMediaTypeMachineInterpretable", "interoperability", "distribution", "", 20,
           Text("Maschinenlesbares Format", "Machine-readable format"),
           Text("Das Format gilt in der EU-Liste file-type als maschinenlesbar.", "The EU list file-type marks the format as machine-readable."),
           Text("Die Daten zusätzlich maschinenlesbar anbieten, etwa als CSV statt PDF.", "Offer the data in a machine-readable format too, such as CSV instead of PDF.")),
    Metric("dcatApCompliance", "interoperability", "dataset", "", 30,
           Text("DCAT-AP eingehalten", "DCAT-AP compliance"),
           Text("Die Prüfung des Datensatzes nach DCAT-AP ergibt keinen Verstoß.", "Checking the dataset by DCAT-AP yields no violation."),
           Text("Die Mängel der Stufe „Fehler“ nach DCAT-AP beheben.", "Mend the findings that are errors by DCAT-AP.")),
    Metric("licenceAvailability", "reusability", "distribution", "license", 20,
           Text("Lizenz", "Licence information"),
           Text("Die Distribution hat eine dct:license.", "The distribution has a dct:license."),
           Text("Jeder Distribution eine Lizenz geben.", "Give every distribution a licence.")),
    Metric("knownLicence", "reusability", "distribution", "license", 10,
           Text("Lizenz aus dem Vokabular", "Licence vocabulary"),
           Text("Die Lizenz steht in der EU-Liste licence.", "The licence is in the EU list licence."),
           Text("Die Lizenz mit der Adresse der EU-Liste angeben, wo sie eine hat.", "Name the licence by the address of the EU list where it has one.")),
    Metric("accessRightsAvailability", "reusability", "dataset", "access_rights", 10,
           Text("Zugangsrechte", "Access restrictions"),
           Text("Der Datensatz hat dct:accessRights.", "The dataset has dct:accessRights."),
           Text("Angeben, ob die Daten öffentlich sind (dct:accessRights).", "Say whether the data are public (dct:accessRights).")),
    Metric("accessRightsVocabularyAlignment", "reusability", "dataset", "access_rights", 5,
           Text("Zugangsrechte aus dem Vokabular", "Access restrictions vocabulary"),
           Text("dct:accessRights steht in der EU-Liste access-right.", "dct:accessRights is in the EU list access-right."),
           Text("Einen Eintrag der EU-Liste access-right verwenden, etwa PUBLIC.", "Use an entry of the EU list access-right, such as PUBLIC.")),
    Metric("contactPointAvailability", "reusability", "dataset", "contact_point", 20,
           Text("Kontakt", "Contact point"),
           Text("Der Datensatz hat einen dcat:contactPoint.", "The dataset has a dcat:contactPoint."),
           Text("Ein Funktionspostfach als Kontakt angeben.", "Name a function mailbox as contact.")),
    Metric("publisherAvailability", "reusability", "dataset", "publisher", 10,
           Text("Herausgeber", "Publisher"),
           Text("Der Datensatz hat einen dct:publisher.", "The dataset has a dct:publisher."),
           Text("Den Herausgeber nennen.", "Name the publisher.")),
    Metric("rightsAvailability", "contextuality", "distribution", "rights", 5,
           Text("Rechte", "Rights"),
           Text("Die Distribution hat dct:rights.", "The distribution has dct:rights."),
           Text("Rechtehinweise als dct:rights angeben.", "Give a statement of rights as dct:rights.")),
    Metric("byteSizeAvailability", "contextuality", "distribution", "byte_size", 5,
           Text("Dateigröße", "File size"),
           Text("Die Distribution hat eine dcat:byteSize.", "The distribution has a dcat:byteSize."),
           Text("Die Dateigröße in Byte angeben.", "Give the size of the file in bytes.")),
    Metric("dateIssuedAvailability", "contextuality", "dataset", "issued", 5,
           Text("Veröffentlichungsdatum", "Date of issue"),
           Text("Der Datensatz hat dct:issued.", "The dataset has dct:issued."),
           Text("Das Datum der Veröffentlichung angeben.", "Give the date of publication.")),
    Metric("dateModifiedAvailability", "contextuality", "dataset", "modified", 5,
           Text("Änderungsdatum", "Modification date"),
           Text("Der Datensatz hat dct:modified.", "The dataset has dct:modified."),
           Text("Das Datum der letzten Änderung angeben.", "Give the date of the last change.")),
)
"""In the order of the published table; a metric's place is its bit in `passed` and `known`."""

DIMENSIONS: Final[dict[str, Text]] = {
    "findability": Text("Auffindbarkeit", "Findability"),
    "accessibility": Text("Zugänglichkeit", "Accessibility"),
    "interoperability": Text("Interoperabilität", "Interoperability"),
    "reusability": Text("Nachnutzbarkeit", "Reusability"),
    "contextuality": Text("Kontext", "Contextuality"),
}

BANDS: Final[tuple[tuple[int, str, Text], ...]] = (
    (351, "excellent", Text("ausgezeichnet", "excellent")),
    (221, "good", Text("gut", "good")),
    (121, "sufficient", Text("ausreichend", "sufficient")),
    (0, "bad", Text("schlecht", "bad")),
)
# fmt: on
"""Lowest points, slug and name of each band. The published page puts 120 points into `bad`, the code behind it into
`sufficient` ("between 120 and 220"); the page is what readers know, so it decides."""

BIT: Final[dict[str, int]] = {metric.slug: 1 << place for place, metric in enumerate(METRICS)}
"""Slug -> its bit."""
ALL: Final = (1 << len(METRICS)) - 1
TOTAL: Final = sum(metric.points for metric in METRICS)
"""405."""
OF_DISTRIBUTION: Final = sum(BIT[metric.slug] for metric in METRICS if metric.level == "distribution")
ACCESS_WORKS, DOWNLOAD_WORKS = BIT["accessUrlStatusCode"], BIT["downloadUrlStatusCode"]
COMPLIANT: Final = BIT["dcatApCompliance"]
KNOWN_LICENCE: Final = BIT["knownLicence"]


def points_of(bits: int) -> int:
    """The points of the metrics whose bits are set."""
    return sum(metric.points for place, metric in enumerate(METRICS) if bits >> place & 1)


def band(points: float) -> str:
    """The band of a number of points (of 405): `excellent`, `good`, `sufficient` or `bad`."""
    return next(slug for lowest, slug, _ in BANDS if points >= lowest or not lowest)


def by_slug(slug: str) -> Metric:
    """The metric of this name. Raises KeyError."""
    return _BY_SLUG[slug]


_BY_SLUG: Final = {metric.slug: metric for metric in METRICS}
