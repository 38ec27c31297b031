"""What the columns of the stocktaking, of quality, of relations and of the smaller older tables mean, German and English."""

# fmt: off
_AGS = "Gemeindeschlüssel – municipality key"
_DATASET = "Datensatz – dataset"
_PORTAL = "Portal – portal"
_RUN = "Lauf – run"
_METHOD = "Fassung des Verfahrens – version of the method"
_RANK = "Rang, 1 ist der erste – rank, 1 is the first"
_REASONS = "Gründe als JSON – reasons as JSON"
_NUMBER = "Interne Nummer – internal number"
_MODEL = "Musterdatensatz – model dataset"
_METRIC = "Kriterium der MQA – metric of the MQA"
_PASSED = "Erfüllte Kriterien als Bits über metric.position – metrics passed, as bits over metric.position"
_KNOWN = "Gemessene Kriterien als Bits; nicht gemessene sind weder erfüllt noch verfehlt – metrics that are known, as bits; others are neither passed nor failed"
_POSSIBLE = "Mögliche Punkte: 405 ohne noch nicht geprüfte Adressen – possible points: 405 without links not checked yet"
_NATIONAL = "Punkte, wenn deutsche Lizenzen durch ihre EU-Entsprechung zählen – points where German licences count through their EU mapping"

_SHARE = {
    "measure": "Was gemessen wird: found, listed, systematic, level_4 – what is measured",
    "scope": "Art der Gruppe: all, class, band, state, type – kind of group",
    "key": "Gruppe, leer für alle – group, empty for all",
    "municipalities": "Kommunen der Gruppe (Nenner) – municipalities of the group (denominator)",
    "yes": "Kommunen, die es haben – municipalities that have it",
    "no": "Kommunen, die es nicht haben – municipalities that have it not",
    "unknown": "Kommunen, von denen nichts bekannt ist – municipalities of which nothing is known",
    "lower": "Untere Grenze: keine der Unbekannten hat es (0-1) – lower bound: none of the unknown has it (0-1)",
    "upper": "Obere Grenze: alle Unbekannten haben es (0-1) – upper bound: all of the unknown have it (0-1)",
    "low95": "Wilson-Intervall, unten (95 %); leer, wenn alle oder keine gefragt wurden – Wilson interval, low (95 %); empty where all or none were asked",
    "high95": "Wilson-Intervall, oben (95 %) – Wilson interval, high (95 %)",
}
_STATE = "Zustand: found, found_via_association, nothing_found, unreachable, blocked, not_checked – state"
_LEVEL = "Stufe 0-4, leer wenn nichts bekannt ist – level 0-4, empty where nothing is known"
_DIMENSIONS = "Die sieben Dimensionen (0-100) als JSON – the seven dimensions (0-100) as JSON"

TABLES: dict[str, tuple[str, str]] = {
    "quality_file": ("Metadatenqualität der Dateien", "Was jede Distribution an Kriterien erfüllt. Which metrics each distribution passes."),
}
"""Table → title and description, beside those of `measured_tables`."""

COLUMNS: dict[str, dict[str, str]] = {
    "stocktaking": {
        "ags": _AGS, "run": "Lauf, in dem sich etwas änderte – run in which something changed", "state": _STATE, "level": _LEVEL, "dimensions": _DIMENSIONS,
        "method": _METHOD, "via": "Schlüssel des Verbands, der für die Kommune veröffentlicht – key of the association that publishes for it",
        "evidence_at": "Wann zuletzt ein Portal mit ihren Datensätzen vollständig gelesen wurde (UTC), bei der Beurteilung – when a portal with its records was last read whole (UTC), at judging",
        "asked": "Was gefragt wurde und was antwortete: Rolle, Name, Ergebnis (JSON) – what was asked and what answered: role, name, outcome (JSON)",
        "figures": "Die Zahlen dahinter (JSON) – the figures behind it (JSON)",
    },
    "criterion": {
        "ags": _AGS, "run": _RUN, "slug": "Name des Kriteriums – name of the criterion", "value": "Wert: Anteil (0-1), Zahl oder Monate – value: share (0-1), number or months",
        "threshold": "Schwelle – threshold", "passed": "1 erfüllt, 0 verfehlt, leer: nichts zu messen – 1 met, 0 missed, empty: nothing to measure",
        "numerator": "Zähler – numerator", "denominator": "Nenner – denominator",
    },
    "share": {"run": _RUN, **_SHARE, "method": _METHOD},
    "milestone": {
        "name": "Name, sonst das Quartal – name, else the quarter", "as_of": "Stichtag – day that it stands for", "run": "Messung, aus der er stammt – measurement it comes from",
        "method": _METHOD, "made_at": "Eingefroren am (UTC) – frozen at (UTC)",
    },
    "milestone_municipality": {
        "milestone": "Meilenstein – milestone", "ags": _AGS, "state": _STATE, "level": _LEVEL, "dimensions": _DIMENSIONS,
        "criteria": "Kriterium: Wert, Schwelle, erfüllt (JSON) – criterion: value, threshold, passed (JSON)",
    },
    "milestone_share": {"milestone": "Meilenstein – milestone", **_SHARE},
    "fingerprint": {"dataset": _DATASET, "kind": "Art: identifier, url, title – kind", "value": "64 Bit einer Prüfsumme – 64 bits of a hash"},
    "sighting": {
        "dataset": "Datensatz, der in einem anderen Portal maßgeblich steht – dataset whose canonical record stands in another portal",
        "canonical": "Der maßgebliche Datensatz – the canonical record", "reason": "Woran erkannt: identifier, url, title – known by",
    },
    "leakage": {
        "ags": _AGS, "own": "Datensätze im eigenen Portal – records in its own portal", "state_portal": "… im Portal des Landes – in the state's portal",
        "national": "… im nationalen Portal – in the national portal",
        "not_in_state": "Eigene, die im Landesportal fehlen; leer, wenn keines vollständig gelesen wurde – own ones that the state's portal lacks; empty where none was read whole",
        "not_in_national": "Eigene, die im nationalen Portal fehlen; leer, wenn keines vollständig gelesen wurde – own ones that the national portal lacks; empty where none was read whole",
        "only_elsewhere": "Nur in anderen Portalen – only in other portals",
    },
    "peer": {"ags": _AGS, "peer": "Vergleichskommune – peer", "rank": _RANK, "distance": "Abstand, 0 (gleich) bis 1 – distance, 0 (alike) to 1", "reasons": _REASONS},
    "missing_model": {
        "ags": _AGS, "model": _MODEL, "rank": _RANK, "peers": "Vergleichskommunen, die ihn haben – peers that have it",
        "share": "Anteil der Vergleichskommunen (0-1) – share of the peers (0-1)", "exemplars": "Schlüssel der Vorbilder (JSON) – keys of the exemplars (JSON)",
    },
    "together": {"ags": _AGS, "other": "Andere Kommune – other municipality", "rank": _RANK, "score": "Gemeinsames, 0 bis 1 – what is common, 0 to 1", "reasons": _REASONS},
    "metric": {
        "slug": "Dauerhafter Name – lasting name", "position": "Stelle in den Bitmengen – place in the bit sets", "dimension": "Dimension der MQA – dimension of the MQA",
        "points": "Punkte – points", "title_de": "Name (deutsch) – name (German)", "title_en": "Name (englisch) – name (English)",
        "condition_de": "Bedingung (deutsch) – condition (German)", "condition_en": "Bedingung (englisch) – condition (English)",
        "fix_de": "Abhilfe (deutsch) – remedy (German)", "fix_en": "Abhilfe (englisch) – remedy (English)",
    },
    "quality": {
        "dataset": _DATASET, "points": "Punkte von 405 – points of 405", "possible": _POSSIBLE, "points_national": _NATIONAL, "passed": _PASSED, "known": _KNOWN,
        "open": "Unter offener Lizenz (1/0) – under an open licence (1/0)", "own": "Was der Datensatz ohne Dateien, Adressen und Mängel erfüllt (Bits) – what it passes apart from files, links and findings (bits)",
        "best": "Nummer der besten Distribution – number of the best distribution", "odpw": "Die Werte des Portal Watch (JSON) – the values of Portal Watch (JSON)",
    },
    "quality_file": {
        "dataset": _DATASET, "number": "Stelle unter den Distributionen – place among the distributions", "passed": _PASSED, "points": "Punkte der Distribution – points of the distribution",
        "national": "Lizenz der nationalen Liste (1/0) – licence of the national list (1/0)",
        "access_link": "Zugangsadresse; 0: keine, leer: noch nicht zugeordnet – access link; 0: none, empty: not found yet",
        "download_link": "Downloadadresse; 0: keine, leer: noch nicht zugeordnet – download link; 0: none, empty: not found yet",
    },
    "score": {"dataset": _DATASET, "run": _RUN, "method": _METHOD, "points": "Punkte von 405 – points of 405", "possible": _POSSIBLE, "passed": _PASSED, "known": _KNOWN},
    "stat_score": {
        "scope": "Art der Gruppe: portal, municipality, class, state, all – kind of group", "key": "Gruppe – group", "run": _RUN, "method": _METHOD,
        "datasets": "Datensätze – datasets", "points": "Mittlere Punkte – average points", "possible": "Mittlere mögliche Punkte – average possible points", "points_national": _NATIONAL,
        "metrics": "Kriterium: Anteil der Datensätze, die es erfüllen, an denen, von denen es bekannt ist (JSON) – metric: share of the datasets that pass it among those of which it is known (JSON)",
    },
    "action": {"ags": _AGS, "metric": _METRIC, "rank": _RANK, "datasets": "Datensätze, denen es fehlt – datasets that lack it", "gain": "Punkte, die zu gewinnen sind – points to be gained"},
    "municipality": {
        "name": "Name – name", "state": "Land – state", "type": "Art – type", "district": "Kreis – district", "association": "Gemeindeverband – association of municipalities",
        "population_date": "Stand der Einwohnerzahl – date of the population", "lat": "Breite (WGS 84) – latitude (WGS 84)", "lon": "Länge (WGS 84) – longitude (WGS 84)",
    },
    "evidence": {
        "id": _NUMBER, "portal_run": "Erhebung eines Portals – a portal's run", "at": "Zeitpunkt (UTC) – time (UTC)", "url": "Gefragte Adresse – address asked",
        "status": "HTTP-Status – HTTP status", "verdict": "Urteil – verdict", "proof": "Begründung – proof",
    },
    "payload": {
        "id": _NUMBER, "portal_run": "Erhebung eines Portals – a portal's run", "call": "Fingerabdruck des Abrufs – fingerprint of the call", "step": "Schritt – step", "url": "Adresse – address",
        "status": "HTTP-Status – HTTP status", "headers": "Kopfzeilen (JSON) – headers (JSON)", "sha256": "Name im Archiv – name in the archive", "size": "Bytes – bytes", "at": "Zeitpunkt (UTC) – time (UTC)",
    },
    "agent": {"id": _NUMBER, "name": "Name – name"},
    "keyword": {"id": _NUMBER, "name": "Schlagwort – keyword"},
    "dataset_theme": {"dataset": _DATASET, "theme": "Thema (Kürzel der EU-Liste) – theme (code of the EU list)"},
    "dataset_keyword": {"dataset": _DATASET, "keyword": "Schlagwort – keyword"},
    "finding_kind": {
        "problem": "Art des Problems – kind of problem", "dcat_ap": "Schwere nach DCAT-AP – severity by DCAT-AP", "dcat_ap_de": "Schwere nach DCAT-AP.de – severity by DCAT-AP.de",
        "hvd": "Schwere für hochwertige Datensätze – severity for high-value datasets",
    },
    "link": {"id": _NUMBER},
    "unread": {"portal": _PORTAL, "key": "Feld der Quelle – field of the source", "count": "Wie oft – how often", "first_run": "Zuerst gesehen im Lauf – first seen in run", "last_run": "Zuletzt gesehen im Lauf – last seen in run"},
    "rejected": {
        "id": _NUMBER, "portal_run": "Erhebung eines Portals – a portal's run", "identifier": "Kennung in der Quelle – identifier in the source", "raw": "Wie er kam, ohne Personendaten – as it came, without personal data",
        "error": "Warum er nicht gelesen wurde – why it was not read", "digest": "Prüfsumme – digest",
    },
    "stat_portal": {"portal": _PORTAL, "distributions": "Dateien und Dienste – files and services", "errors": "Fehler – errors", "warnings": "Warnungen – warnings"},
    "stat_theme": {"portal": _PORTAL, "theme": "Thema – theme", "datasets": "Datensätze – datasets"},
    "stat_format": {"portal": _PORTAL, "format": "Format – format", "distributions": "Dateien – files", "datasets": "Datensätze – datasets"},
    "stat_license": {"portal": _PORTAL, "license": "Lizenz – licence", "datasets": "Datensätze – datasets"},
    "stat_finding": {"portal": _PORTAL, "kind": "Mangel – finding", "datasets": "Betroffene Datensätze – datasets affected", "count": "Wie oft – how often"},
    "discovery": {"id": _NUMBER, "status": "HTTP-Status – HTTP status"},
    "offer": {"title": "Text des Verweises – text of the link"},
}
"""Table → column → meaning; beside `measured_tables` and the columns that the property table explains."""
# fmt: on
