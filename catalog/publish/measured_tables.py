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
    "linked": ("Stand der Adressen", "Für welchen Stand eines Datensatzes die verwendeten Adressen gelten. For which state of a dataset the links in use hold."),
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
    "link": {
        "url": "Die Adresse, wie sie in den Metadaten steht – the address as it stands in the metadata",
        "state": "Zustand nach der letzten Prüfung – state after the last check",
        "status": "HTTP-Status der letzten Antwort – HTTP status of the last answer",
        "content_type": "Gelieferter Content-Type – content type delivered",
        "size": "Gelieferte Größe in Byte – size delivered, in bytes",
        "checked_at": "Wann zuletzt geprüft wurde (UTC) – when it was checked last (UTC)",
        "next_check": "Wann wieder geprüft wird; leer: gar nicht – when it is checked again; empty: not at all",
        "host": "Rechner, der höflich als einer gefragt wird – host, which is asked politely as one",
        "final_url": "Wohin Weiterleitungen führten – where redirects led",
        "problem": "Befunde in Kurzform, durch Leerzeichen getrennt; bei not_http das Schema – problems as slugs, separated by blanks; of not_http the scheme",
        "changed_at": "Seit wann der Zustand derselbe ist (UTC) – since when the state is the same (UTC)",
        "failures": "Fehlgeschlagene Prüfungen in Folge – failed checks in a row",
    },
    "dataset_link": {
        "dataset": "Der Datensatz – the dataset",
        "link": "Die Adresse – the address",
        "role": "access (Zugang), download (Datei) oder endpoint (Dienst) – access, download or endpoint",
        "media_type": "Medientyp oder Format laut Metadaten – media type or format by the metadata",
        "size": "Größe in Byte laut Metadaten – size in bytes by the metadata",
    },
    "linked": {
        "dataset": "Der Datensatz – the dataset",
        "version": "Sein Stand – its version",
        "reader": "Fassung des Lesers, der ihn las – version of the reader that read it",
    },
    "link_change": {
        "link": "Die Adresse – the address",
        "at": "Wann der neue Zustand gefunden wurde (UTC) – when the new state was found (UTC)",
        "state": "Der neue Zustand – the new state",
        "status": "HTTP-Status dabei – HTTP status at that",
    },
    "link_host": {
        "host": "Der Rechner – the host",
        "day": "Der Tag, für den gezählt wird (UTC) – the day that is counted (UTC)",
        "checks": "Prüfungen an diesem Tag – checks on that day",
        "cool_until": "Bis wann der Rechner in Ruhe gelassen wird (UTC) – until when the host is left alone (UTC)",
        "answered_at": "Wann er zuletzt antwortete (UTC) – when it answered last (UTC)",
    },
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
