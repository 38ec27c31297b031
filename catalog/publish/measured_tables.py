"""What the tables of the measurement are called and what their columns mean, German and English."""

# fmt: off
TABLES: dict[str, tuple[str, str]] = {
    "body": ("Andere Körperschaften", "Kreise, Gemeindeverbände und Länder mit ihren Schlüsseln. Districts, associations and states with their keys."),
    "former_key": ("Frühere Schlüssel", "Gemeindeschlüssel, die es nicht mehr gibt, und ihre Nachfolger. Municipality keys that are no longer valid, and their successors."),
    "attribution_review": ("Offene Zuordnungen", "Herausgeber, die mehreren Kommunen gehören können: für eine Person. Publishers that may belong to several municipalities: for a person."),
    "measured": ("Gemessene Stände", "Welcher Stand eines Datensatzes mit welchen Verfahren angesehen wurde. Which version of a record was looked at by which methods."),
    "spoken_place": ("Angaben zum Ort", "Was ein Datensatz selbst über Ebene, Schlüssel und Herausgeber sagt. What a record itself says of level, keys and publisher."),
    "metric": ("Kriterien der Metadatenqualität", "Die 23 Kriterien der MQA mit Bedingung und Punkten. The 23 metrics of the MQA with condition and points."),
    "quality": ("Metadatenqualität", "Heutige Punkte jedes Datensatzes. Current points of every dataset."),
    "stat_score": ("Punkte je Gruppe", "Punkte je Portal, Kommune, Größenklasse und Land, eine Zeile je Änderung. Points by portal, municipality, size class and state, one row per change."),
    "action": ("Nächste Schritte", "Was eine Kommune zuerst beheben soll, mit Punktgewinn. What a municipality should mend first, with the points gained."),
    "dataset_link": ("Adressen der Datensätze", "Welcher Datensatz welche Adresse nutzt. Which dataset uses which address."),
    "link_change": ("Verlauf der Adressen", "Zustandswechsel geprüfter Adressen. Changes of state of checked addresses."),
    "link_host": ("Rechner der Adressen", "Tagesgrenzen und Pausen je Rechner. Daily limits and pauses of each host."),
    "model": ("Musterdatensätze", "Der Musterdatenkatalog: was eine Kommune haben kann. The catalogue of model datasets that a municipality may have."),
    "criterion": ("Kriterien der Bestandsaufnahme", "Jedes Kriterium mit Wert und Schwelle je Kommune. Every criterion with value and threshold by municipality."),
    "share": ("Anteile", "Anteile der Kommunen mit unterer und oberer Grenze. Shares of municipalities with lower and upper bound."),
    "milestone": ("Meilensteine", "Eingefrorene Stände. Frozen states."),
    "milestone_municipality": ("Kommunen der Meilensteine", "Der eingefrorene Stand jeder Kommune. The frozen state of every municipality."),
    "milestone_share": ("Anteile der Meilensteine", "Die eingefrorenen Anteile. The frozen shares."),
    "fingerprint": ("Erkennungsmerkmale", "Woran derselbe Datensatz in einem anderen Portal erkannt wird. By what the same dataset is known again in another portal."),
    "peer": ("Vergleichskommunen", "Die ähnlichsten Kommunen, mit Gründen. The most similar municipalities, with reasons."),
    "missing_model": ("Was hier fehlt", "Musterdatensätze, die Vergleichskommunen haben. Model datasets that peers have."),
    "together": ("Gemeinsam", "Mit wem sich Zusammenarbeit lohnt, mit Gründen. With whom working together pays, with reasons."),
    "leakage": ("Lücken zwischen Portalen", "Was im eigenen, im Landes- und im nationalen Portal steht. What stands in the own, the state's and the national portal."),
}
"""Table -> title and description."""

COLUMNS: dict[str, dict[str, str]] = {
    "dataset": {
        "attribution": "Wie die Zuordnung zur Kommune gefunden wurde – how the municipality was found",
        "certainty": "Sicherheit der Zuordnung (0-100) – certainty of the attribution (0-100)",
        "body": "Schlüssel einer anderen Körperschaft (Kreis, Verband, Land) – key of another body (district, association, state)",
    },
    "municipality": {
        "district_key": "Schlüssel des Kreises – key of the district", "postcode": "Postleitzahl – postcode",
        "country": "Staat (ISO 3166-1) – country (ISO 3166-1)",
        "unincorporated": "1: gemeindefreies Gebiet, keine Kommune – 1: unincorporated area, no municipality",
    },
    "body": {
        "key": "Schlüssel: Land 2, Kreis 5, Verband 9 Ziffern – key: state 2, district 5, association 9 digits",
        "kind": "state, district oder association – state, district or association", "name": "Name – name",
        "state": "Land – state", "type": "Wie sie sich nennt (Landkreis, Amt …) – what it calls itself",
    },
    "former_key": {
        "key": "Schlüssel, den es nicht mehr gibt – key that is no longer valid", "ags": "Nachfolger – successor",
        "reason": "merged: eingegliedert; rekeyed: neuer Schlüssel – merged, or another key",
        "since": "Seit wann – since when",
    },
    "attribution_review": {
        "id": "Nummer – number", "portal": "Portal – portal", "publisher": "Herausgeber, wie er genannt ist – publisher as named",
        "reason": "namesakes: Namensvettern; association: Kommune oder ihr Verband – namesakes, or a municipality and its association",
        "candidates": "Schlüssel, die gemeint sein können (JSON) – keys that may be meant (JSON)",
        "datasets": "Zahl der Datensätze – number of datasets",
    },
    "measured": {
        "dataset": "Datensatz – dataset", "version": "Angesehener Stand – version looked at",
        "method": "Verfahren und ihre Fassung – methods and their versions",
    },
    "spoken_place": {
        "dataset": "Datensatz – dataset", "level": "Ebenen der Geokodierung – levels of the geocoding",
        "keys": "Schlüssel, die der Datensatz nennt – keys that the record names", "publisher": "Herausgeber – publisher",
        "parts": "Adressen von Herausgeber und Katalog – addresses of publisher and catalogue",
    },
    "portal": {
        "body": "Schlüssel des Betreibers, auch von Verbänden und Kreisen – key of the operator, also of associations and districts",
        "covers": "Schlüssel der Gebiete, die das Portal abdeckt – keys of the areas that the portal covers",
    },
}
"""Columns of these and of older tables."""
# fmt: on
