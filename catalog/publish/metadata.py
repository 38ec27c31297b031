"""What the raw tables are called and what their columns mean, for Datasette; columns of a property carry its label."""

from typing import Any

import yaml

from catalog.publish import measured_tables, stock_tables
from catalog.record.node import Property, properties
from catalog.record.table import Dataset, Distribution
from catalog.record.terms import shorten

_TITLE = "Bestand"
_DESCRIPTION = (
    "Offene Daten der Kommunen: was die Portale bereitstellen, wie es sich ändert und was an den Metadaten fehlt. "
    "Municipal open data: what the portals offer, how it changes, what their metadata lacks."
)
_NAMED_OTHERWISE = {"temporal_start": "temporal", "temporal_end": "temporal", "contact": "contact_point"}
_NUMBERED = frozenset({"dataset", "distribution", "portal", "portal_run", "run", "version", "finding_kind"})
_BOX = ("west", "south", "east", "north")

# fmt: off
TABLES: dict[str, tuple[str, str]] = {
    "municipality": ("Kommunen", "Register der Kommunen. Register of municipalities."),
    "portal": ("Portale", "Datenportale und das Ergebnis der letzten Erhebung. Data portals and the outcome of the last run."),
    "portal_part": ("Teile von Portalen", "Welcher Teil eines gemeinsamen Portals zu welcher Kommune gehört. Which part of a shared portal belongs to which municipality."),
    "run": ("Erhebungen", "Jeder Lauf des Programms. Every run of the program."),
    "portal_run": ("Erhebungen je Portal", "Ein Portal in einem Lauf: Ergebnis, Umfang, Änderungen. One portal in one run: outcome, extent, changes."),
    "evidence": ("Belege", "Was gefragt wurde, was geantwortet wurde, was das zeigt. What was asked, what answered, what it proves."),
    "payload": ("Antworten", "Archivierte Antworten der Portale. Archived answers of the portals."),
    "agent": ("Herausgeber", "Organisationen, die Datensätze herausgeben. Organisations that publish datasets."),
    "dataset": ("Datensätze", "Der heutige Stand jedes Datensatzes. The current state of every dataset."),
    "distribution": ("Dateien und Dienste", "Die Distributionen der Datensätze. The distributions of the datasets."),
    "dataset_theme": ("Themen der Datensätze", "Themen der EU-Liste data-theme. Themes of the EU list data-theme."),
    "keyword": ("Schlagwörter", "Schlagwörter der Datensätze. Keywords of the datasets."),
    "dataset_keyword": ("Schlagwörter der Datensätze", "Welcher Datensatz welches Schlagwort hat. Which dataset has which keyword."),
    "version": ("Verlauf", "Eine Zeile je Änderung, mit dem kanonischen Datensatz. One row per change, with the canonical record."),
    "finding_kind": ("Arten von Mängeln", "Was geprüft wird und wie man es behebt. What is checked and how to mend it."),
    "finding": ("Mängel", "Welcher Datensatz welchen Mangel wie oft hat. Which dataset has which finding how often."),
    "link": ("Adressen", "Geprüfte Adressen von Dateien. Checked addresses of files."),
    "sighting": ("Mehrfach gesehen", "Derselbe Datensatz in mehreren Portalen. The same dataset in several portals."),
    "score": ("Punkte", "Bewertung der Metadaten je Datensatz und Lauf. Metadata score per dataset and run."),
    "dataset_model": ("Musterdatensätze", "Welchem Musterdatensatz ein Datensatz entspricht. Which model dataset a dataset is."),
    "stocktaking": ("Bestandsaufnahme", "Stufe der Bestandsaufnahme je Kommune. Level of stocktaking per municipality."),
    "discovery": ("Suche nach Startseiten", "Schritt für Schritt: was gefragt wurde, was geantwortet wurde, was das zeigt. Step by step: what was asked, what answered, what it proves."),
    "homepage": ("Startseiten", "Die Startseite jeder Kommune oder warum sie offen ist. The home page of every municipality, or why it is open."),
    "offer": ("Angebote der Startseiten", "Portale und Datenseiten, zu denen eine Startseite führt. Portals and pages of data that a home page leads to."),
    "unread": ("Nicht ausgewertete Felder", "Felder der Portale, die noch in keine Angabe eingehen. Fields of the portals that are not mapped yet."),
    "rejected": ("Unlesbare Einträge", "Einträge, die nicht gelesen werden konnten, mit dem Grund. Entries that could not be read, with the reason."),
    "stat_portal": ("Zahlen je Portal", "Zusammengezählt am Ende jedes Portals. Totals made at each portal's end."),
    "stat_theme": ("Zahlen je Thema", "Datensätze je Portal und Thema. Datasets per portal and theme."),
    "stat_format": ("Zahlen je Format", "Dateien je Portal und Format. Files per portal and format."),
    "stat_license": ("Zahlen je Lizenz", "Datensätze je Portal und Lizenz. Datasets per portal and licence."),
    "stat_finding": ("Zahlen je Mangel", "Betroffene Datensätze je Portal und Mangel. Datasets affected per portal and finding."),
    "dataset_record": ("Kanonische Datensätze", "Der heutige Datensatz als kanonisches JSON. The current record as canonical JSON."),
} | stock_tables.TABLES | measured_tables.TABLES
"""Table or view -> title and description."""

_COLUMNS: dict[str, dict[str, str]] = {
    "dataset": {
        "license": "Lizenz der Dateien (Kürzel) – licence of the files (code)",
        "key": "Dauerhafter Schlüssel in Adressen – lasting key in addresses",
        "portal": "Portal – portal", "iri": "IRI in der Quelle – IRI in the source", "class": "Klasse in DCAT – class in DCAT",
        "ags": "Gemeindeschlüssel – municipality key", "distributions": "Zahl der Dateien und Dienste – number of files and services",
        "errors": "Zahl der Fehler – number of errors", "warnings": "Zahl der Warnungen – number of warnings",
        "version": "Heutige Fassung – current version", "first_seen": "Zuerst gesehen im Lauf – first seen in run",
        "changed_run": "Zuletzt geändert im Lauf – last changed in run", "gone_run": "Verschwunden im Lauf – gone in run",
        "gone_at": "Verschwunden am (UTC) – gone at (UTC)", "raw_digest": "Prüfsumme des Rohdatensatzes – digest of the raw record",
        "reader": "Fassung der Abbildung – version of the mapping",
    },
    "distribution": {"dataset": "Datensatz – dataset", "iri": "IRI in der Quelle – IRI in the source"},
    "portal": {
        "key": "Dauerhafter Schlüssel – lasting key", "url": "Adresse – address", "title": "Name – name", "kind": "Art der Schnittstelle – kind of interface",
        "api_url": "Adresse der Schnittstelle – address of the interface", "ags": "Gemeindeschlüssel – municipality key",
        "settings": "Angaben für die Erhebung – settings for crawling", "catalogue": "Was das Portal über sich sagt – the portal's description of itself",
        "metadata_license": "Lizenz der Metadaten – licence of the metadata", "publisher": "Betreiber – operator",
        "last_run": "Letzter Lauf – last run", "last_complete_run": "Letzter vollständiger Lauf – last complete run",
        "robots": "Umgang mit robots.txt – treatment of robots.txt", "opted_out": "Auf Wunsch ausgenommen – opted out",
        "last_outcome": "Ergebnis der letzten Erhebung – outcome of the last run", "last_complete_at": "Zuletzt vollständig gelesen (UTC) – last complete (UTC)",
    },
    "portal_part": {
        "portal": "Portal – portal", "part": "Organisation oder Teilkatalog – organisation or part of the catalogue", "name": "Name im Portal – name in the portal",
        "ags": "Gemeindeschlüssel, leer bei Verbänden und Kreisen – municipality key, empty for associations and districts",
        "ars": "Regionalschlüssel der Körperschaft – regional key of the body", "level": "Ebene – level", "source": "Quelle – source",
        "certainty": "Sicherheit (0-100) – certainty (0-100)",
    },
    "portal_run": {
        "run": "Lauf – run", "portal": "Portal – portal", "started": "Beginn (UTC) – start (UTC)", "ended": "Ende (UTC) – end (UTC)",
        "note": "Warum es so endete – why it ended so", "skipped": "Absichtlich übergangen, je Typ – left out on purpose, by type",
        "failures": "Fehlgeschlagene Abrufe, je Art – failed requests, by kind", "faults": "Mängel der Auflistung – faults of the listing",
        "outcome": "Ergebnis – outcome", "requests": "Abrufe – requests", "bytes": "Bytes – bytes", "seconds": "Dauer in Sekunden – seconds",
        "claimed": "Zahl laut Portal – the portal's own total", "delivered": "Gelieferte Einträge – entries delivered",
        "rejected": "Unlesbare Einträge – unreadable entries", "repeated": "Doppelt gelieferte Einträge – entries delivered twice",
        "added": "Neu – new", "changed": "Geändert – changed", "unchanged": "Unverändert – unchanged", "returned": "Wieder da – returned",
        "gone": "Verschwunden – gone", "missing": "Vermisst, noch nicht verschwunden – missing, not yet gone",
    },
    "run": {"started": "Beginn (UTC) – start (UTC)", "ended": "Ende (UTC) – end (UTC)", "version": "Fassung des Programms – program version",
            "command": "Befehl – command", "options": "Angaben dazu – its options", "state": "Zustand – state"},
    "version": {
        "event": "Art der Änderung: added, changed, gone, returned – kind of change", "digest": "Prüfsumme des kanonischen Datensatzes – digest of the canonical record",
        "record": "Kanonisches JSON – canonical JSON", "run": "Lauf – run", "dataset": "Datensatz – dataset",
    },
    "finding": {"dataset": "Datensatz – dataset", "kind": "Mangel – finding", "count": "Wie oft – how often"},
    "finding_kind": {
        "slug": "Dauerhafter Name – lasting name", "class": "Klasse – class", "property": "Eigenschaft – property", "severity": "Schwere – severity",
        "what_de": "Was fehlt (deutsch) – what is wrong (German)", "what_en": "Was fehlt (englisch) – what is wrong (English)",
        "fix_de": "Abhilfe (deutsch) – remedy (German)", "fix_en": "Abhilfe (englisch) – remedy (English)",
    },
    "dataset_record": {"id": "Interne Nummer – internal number", "key": "Dauerhafter Schlüssel – lasting key", "title": "Titel – title", "record": "Kanonisches JSON – canonical JSON"},
    "discovery": {
        "ags": "Gemeindeschlüssel – municipality key", "run": "Lauf – run", "at": "Zeitpunkt (UTC) – time (UTC)", "step": "Schritt – step",
        "url": "Gefragte Adresse – address asked", "verdict": "Urteil – verdict", "proof": "Begründung – proof", "certainty": "Sicherheit (0-100) – certainty (0-100)",
    },
    "homepage": {
        "ags": "Gemeindeschlüssel – municipality key", "run": "Lauf – run", "at": "Zeitpunkt (UTC) – time (UTC)",
        "state": "Stand: found, open, district, none, unreachable, blocked – state", "url": "Adresse – address",
        "certainty": "Sicherheit (0-100) – certainty (0-100)", "note": "Begründung – reason", "due": "Wieder fällig (UTC) – due again (UTC)",
    },
    "offer": {
        "ags": "Gemeindeschlüssel – municipality key", "url": "Adresse – address", "run": "Lauf – run", "kind": "Art der Schnittstelle – kind of interface",
        "relation": "Wessen: own, shared, other – whose", "found_on": "Gefunden auf – found on", "certainty": "Sicherheit (0-100) – certainty (0-100)",
    },
    "municipality": {
        "homepage": "Startseite laut Register – home page as in the register",
        "ags": "Amtlicher Gemeindeschlüssel – official municipality key", "ars": "Regionalschlüssel – regional key", "population": "Einwohner – population",
        "area": "Fläche in km² – area in km²", "size_class": "Größenklasse – size class",
    },
    "stat_portal": {
        "datasets": "Datensätze – datasets", "gone": "Verschwundene – gone", "without_error": "Ohne Fehler – without an error",
        "open": "Unter offener Lizenz – under an open licence",
    },
}

_VIEW: dict[str, dict[str, Any]] = {
    "dataset": {"label_column": "title", "sort_desc": "changed_run", "facets": ["portal", "license"], "fts_table": "dataset_fts", "fts_pk": "id"},
    "portal": {"label_column": "title", "facets": ["last_outcome", "kind"], "sort": "title"},
    "distribution": {"label_column": "title", "facets": ["format"]},
    "municipality": {"label_column": "name", "sort": "name"},
    "agent": {"label_column": "name", "sort": "name"},
    "keyword": {"label_column": "name", "sort": "name"},
    "finding_kind": {"label_column": "what_de", "facets": ["severity"]},
    "run": {"label_column": "started", "sort_desc": "id"},
    "portal_run": {"sort_desc": "id", "facets": ["outcome"]},
    "version": {"sort_desc": "id", "facets": ["event"]},
    "stat_finding": {"sort_desc": "datasets"},
    "stat_portal": {"sort_desc": "datasets"},
    "stat_theme": {"sort_desc": "datasets"},
    "stat_format": {"sort_desc": "datasets"},
    "stat_license": {"sort_desc": "datasets"},
    "unread": {"sort_desc": "count"},
}
# fmt: on


def metadata() -> dict[str, Any]:
    """The metadata that Datasette is started with; a new dict each time."""
    tables = {name: _table(name, title, text) for name, (title, text) in TABLES.items()}
    tables["_sqlite_migrations"] = {"hidden": True}
    described = {"title": _TITLE, "description": _DESCRIPTION, "tables": tables}
    return {"title": _TITLE, "description": _DESCRIPTION, "databases": {"bestand": described}}


def _table(name: str, title: str, description: str) -> dict[str, Any]:
    found: dict[str, Any] = {"title": title, "description": description}
    columns = columns_of(name)
    if columns:
        found["columns"] = columns
    for key, value in _VIEW.get(name, {}).items():
        found[key] = list(value) if isinstance(value, list) else value
    return found


def columns_of(table: str) -> dict[str, str]:
    """Column -> meaning, German and English; from the property table where the column comes from a property."""
    cls = {"dataset": Dataset, "distribution": Distribution}.get(table)
    found: dict[str, str] = {}
    if cls is not None:
        known = {item.name: _labels(item) for item in properties(cls) if item.column}
        found |= known | {column: known[name] for column, name in _NAMED_OTHERWISE.items() if name in known}
        for name in ("theme", "keyword", "description", "temporal", "contact_point"):
            found.pop(name, None)
    if table == "dataset":
        found |= dict.fromkeys(_BOX, known["spatial"])
    own = (
        _COLUMNS.get(table, {}) | measured_tables.COLUMNS.get(table, {}) | stock_tables.COLUMNS.get(table, {})
    )
    return found | own | ({"id": "Interne Nummer – internal number"} if own and table in _NUMBERED else {})


def _labels(item: Property) -> str:
    return f"{item.label_de[:1].upper()}{item.label_de[1:]} – {item.label_en} ({shorten(item.term)})"


def as_yaml() -> str:
    """The text of `metadata.yml`."""
    text: str = yaml.safe_dump(metadata(), allow_unicode=True, sort_keys=False, width=110)
    return _HEAD + text


_HEAD = "# Titles and descriptions of the raw tables; made from catalog/publish/metadata.py, compared by a test.\n"


def tables_page() -> str:
    """The reference of the tables in Markdown, from the same descriptions."""
    parts = [
        "<!-- Generated by `bestand docs`; do not edit. -->\n\n# Tables\n\n",
        "One SQLite file in WAL mode. Keys that appear in addresses are text and stable; keys inside are integers.\n",
    ]
    for name, (title, text) in TABLES.items():
        parts.append(f"\n## {name}\n\n{title}. {text}\n")
        columns = columns_of(name)
        if columns:
            parts.append("\n| column | meaning |\n|---|---|\n")
            parts += [f"| `{column}` | {meaning} |\n" for column, meaning in columns.items()]
    return "".join(parts)
