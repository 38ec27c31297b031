"""Findings that arise while reading, beside those of the property table: slug, severity, and the fix in words."""

from typing import NamedTuple


class Fault(NamedTuple):
    """A kind of finding: severity `error`, `warning` or `info`, what is wrong and what to do, in both languages."""

    severity: str
    what_de: str
    what_en: str
    fix_de: str
    fix_en: str


# fmt: off
FAULTS: dict[str, Fault] = {
    "iri-repaired": Fault("error", "Adresse mit unerlaubten Zeichen", "Address with characters that are not allowed", "Leerzeichen und Sonderzeichen in der Adresse prozentkodieren.", "Percent-encode blanks and special characters in the address."),
    "iri-unusable": Fault("error", "Adresse, die keine ist", "Address that is none", "Eine vollständige Adresse mit http:// oder https:// angeben.", "Give a complete address with http:// or https://."),
    "iri-relative": Fault("error", "Relative Adresse in einem Katalog", "Relative address in a catalogue", "Absolute Adressen veröffentlichen.", "Publish absolute addresses."),
    "date-unreadable": Fault("error", "Angabe, die kein Datum sein kann", "Text that cannot be a date", "Datum nach ISO 8601 schreiben, z. B. 2026-01-31.", "Write the date as in ISO 8601, such as 2026-01-31."),
    "size-unreadable": Fault("warning", "Dateigröße, die keine Zahl ist", "File size that is no number", "Die Größe in Byte als ganze Zahl angeben.", "Give the size in bytes as a whole number."),
    "geometry-unreadable": Fault("warning", "Geometrie, die nicht gelesen werden kann", "Geometry that cannot be read", "GeoJSON oder WKT nach Standard verwenden.", "Use GeoJSON or WKT as in the standards."),
    "format-unknown": Fault("warning", "Unbekanntes Dateiformat", "Unknown file format", "Einen Eintrag der EU-Liste file-type verwenden.", "Use an entry of the EU list file-type."),
    "licence-unknown": Fault("warning", "Unbekannte Lizenz", "Unknown licence", "Eine Lizenz der Liste von DCAT-AP.de oder der EU angeben.", "Name a licence of the list of DCAT-AP.de or the EU."),
    "theme-unknown": Fault("info", "Kategorie außerhalb der EU-Themen", "Category outside the EU themes", "Die Kategorie einem der 13 EU-Themen zuordnen.", "Map the category to one of the 13 EU themes."),
    "frequency-unknown": Fault("info", "Unbekannte Aktualisierungsfrequenz", "Unknown frequency", "Einen Eintrag der EU-Liste frequency verwenden.", "Use an entry of the EU list frequency."),
    "language-unknown": Fault("info", "Unbekannte Sprache", "Unknown language", "Einen Eintrag der EU-Liste language verwenden.", "Use an entry of the EU list language."),
    "identifier-missing": Fault("error", "Eintrag ohne Identifikator", "Record without an identifier", "Jedem Datensatz einen dauerhaften Identifikator geben.", "Give every dataset a lasting identifier."),
    "identifier-duplicate": Fault("error", "Derselbe Identifikator mehrfach", "The same identifier more than once", "Identifikatoren im Katalog eindeutig vergeben.", "Keep identifiers unique within the catalogue."),
    "title-missing-in-source": Fault("error", "Eintrag ohne Titel", "Record without a title", "Einen aussagekräftigen Titel angeben.", "Give a title that says what it is."),
    "template-unrendered": Fault("warning", "Nicht ausgefüllter Platzhalter", "Placeholder that was never filled in", "Die Vorlage des Portals ausfüllen.", "Fill in the portal's template."),
    "text-has-markup": Fault("info", "HTML im Text", "HTML in the text", "Beschreibungen als reinen Text veröffentlichen.", "Publish descriptions as plain text."),
    "charset-wrong": Fault("warning", "Falsche Zeichenkodierung", "Wrong character encoding", "UTF-8 senden und im Content-Type angeben.", "Send UTF-8 and say so in the content type."),
    "syntax-lenient": Fault("warning", "Datei nur nachsichtig lesbar", "File that only a lenient parser reads", "Die Datei mit einem RDF-Prüfer berichtigen.", "Correct the file with an RDF validator."),
    "context-remote": Fault("warning", "Verweis auf einen fremden JSON-LD-Kontext", "Reference to a remote JSON-LD context", "Den Kontext in die Datei aufnehmen.", "Put the context into the file."),
    "extras-not-json": Fault("warning", "Zusatzfeld mit ungültigem JSON", "Extra field with invalid JSON", "Listen als gültiges JSON schreiben.", "Write lists as valid JSON."),
    "distribution-excess": Fault("warning", "Ungewöhnlich viele Distributionen", "Unusually many distributions", "Zeitreihen als Datensatzserie veröffentlichen.", "Publish time series as a dataset series."),
    "personal-data-dropped": Fault("info", "Personenbezogene Angaben wurden nicht gespeichert", "Personal data was not stored", "Ein Funktionspostfach angeben.", "Give a function mailbox."),
    "page-repeated": Fault("error", "Portal liefert dieselbe Seite mehrfach", "Portal delivers the same page again", "Die Seitenzählung der Schnittstelle berichtigen.", "Correct the paging of the interface."),
    "page-failed": Fault("error", "Seite der Auflistung nicht lesbar", "Page of the listing cannot be read", "Die Schnittstelle des Portals berichtigen.", "Correct the portal's interface."),
    "link-foreign": Fault("warning", "Folgeseite auf einem fremden Rechner", "Next page on another host", "Folgeseiten mit der öffentlichen Adresse verlinken.", "Link next pages by the public address."),
    "triples-orphaned": Fault("info", "Angaben, die zu keinem Datensatz gehören", "Statements that belong to no record", "Jede Ressource mit dem Datensatz verbinden, zu dem sie gehört.", "Connect every resource with the dataset it belongs to."),
    "total-wrong": Fault("warning", "Angegebene Gesamtzahl stimmt nicht", "The total given is not right", "Die Gesamtzahl der Schnittstelle berichtigen.", "Correct the interface's total."),
}
# fmt: on
