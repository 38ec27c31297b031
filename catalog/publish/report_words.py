"""Every word of the report of a run, in German and English."""

from __future__ import annotations

LANGUAGES = ("de", "en")

WORDS: dict[str, tuple[str, str]] = {
    "status.ok": ("alles gelesen", "all is well"),
    "status.attention": ("bitte ansehen", "please look"),
    "status.unfinished": ("nicht zu Ende gelaufen", "unfinished"),
    "status.failed": ("gescheitert", "failed"),
    "title": ("Lauf {run}: {status}", "Run {run}: {status}"),
    "lead.run": (
        "{command}, begonnen {started}, {ended}; Bestand {version}.",
        "{command}, began {started}, {ended}; Bestand {version}.",
    ),
    "ended": ("beendet {at}", "ended {at}"),
    "not_ended": ("nicht beendet", "not ended"),
    "lead.portals": (
        "{asked} Portale angefragt: {read} gelesen, {failed} gescheitert, {other} anders beendet, {left} nicht erreicht.",
        "{asked} portals asked: {read} read, {failed} failed, {other} ended otherwise, {left} not reached.",
    ),
    "heading.counts": ("Was kam", "What came"),
    "heading.attention": ("Was einen Menschen braucht", "What needs a person"),
    "heading.failed": ("Was scheiterte und warum", "What failed and why"),
    "heading.turned": ("Was anders ausging als zuvor", "What ended otherwise than before"),
    "heading.portals": ("Alle Portale", "All portals"),
    "none": ("Nichts.", "Nothing."),
    "column.count": ("Zahl", "count"),
    "column.now": ("dieser Lauf", "this run"),
    "column.before": ("Lauf {before}", "run {before}"),
    "column.portal": ("Portal", "portal"),
    "column.what": ("was", "what"),
    "column.details": ("Einzelheiten", "details"),
    "column.do": ("zu tun", "what to do"),
    "column.outcome": ("Ausgang", "outcome"),
    "column.earlier": ("zuvor", "before"),
    "column.why": ("warum", "why"),
    "column.in_a_row": ("Male in Folge", "times in a row"),
    "column.records": ("Datensätze", "records"),
    "column.added": ("neu", "new"),
    "column.changed": ("geändert", "changed"),
    "column.gone": ("weg", "gone"),
    "column.rejected": ("unlesbar", "rejected"),
    "sum.delivered": ("Datensätze geliefert", "records delivered"),
    "sum.added": ("neu", "new"),
    "sum.changed": ("geändert", "changed"),
    "sum.returned": ("zurückgekehrt", "returned"),
    "sum.gone": ("weg", "gone"),
    "sum.missing": ("nicht wiedergefunden", "not found again"),
    "sum.rejected": ("nicht lesbar", "rejected"),
    "sum.requests": ("Anfragen", "requests"),
    "sum.bytes": ("Bytes empfangen", "bytes received"),
    "need.shrunk": ("geschrumpft, {count} fehlen", "shrunk, {count} missing"),
    "need.changed_kind": ("andere Software", "other software"),
    "need.moved": ("umgezogen", "moved"),
    "need.unread": ("{count} neue ungelesene Schlüssel", "{count} new keys that are not read"),
    "need.rejected": ("{count} Datensätze nicht lesbar", "{count} records rejected"),
    "need.failing": ("scheitert {count} Mal in Folge", "fails {count} times in a row"),
    "need.fault": ("Fehler in Bestand selbst", "a fault of Bestand itself"),
    "need.attribution": (
        "{count} Herausgeber unklar zugeordnet",
        "{count} publishers of doubtful attribution",
    ),
    "do.shrunk": (
        "Im Portal nachsehen; stimmt es: bestand crawl {portal} --accept-shrink",
        "Look at the portal; if it is true: bestand crawl {portal} --accept-shrink",
    ),
    "do.changed_kind": (
        "Wird beim nächsten Lauf als das gelesen, was gefunden wurde; prüfen: bestand portals check {portal}",
        "Will be read as what was found by the next run; check: bestand portals check {portal}",
    ),
    "do.moved": ("Adresse in der Liste der Portale ändern", "Change the address in the registry of portals"),
    "do.unread": (
        "Trägt ein Schlüssel Metadaten, dann melden: bestand preview {portal}",
        "Where a key carries metadata, report it: bestand preview {portal}",
    ),
    "do.rejected": ("Tabelle rejected ansehen", "Look at the table rejected"),
    "do.failing": (
        "Nachsehen, ob es das Portal noch gibt: bestand portals check {portal}",
        "See whether the portal still exists: bestand portals check {portal}",
    ),
    "do.fault": ("Protokoll ansehen und melden", "Look at the log and report it"),
    "do.attribution": ("bestand attribution review", "bestand attribution review"),
    "outcome.": ("nicht erreicht", "not reached"),
    "outcome.complete": ("vollständig", "complete"),
    "outcome.unchanged": ("unverändert", "unchanged"),
    "outcome.partial": ("teilweise", "partial"),
    "outcome.empty": ("leer", "empty"),
    "outcome.shrunk": ("geschrumpft", "shrunk"),
    "outcome.unreachable": ("nicht erreichbar", "unreachable"),
    "outcome.blocked": ("gesperrt", "blocked"),
    "outcome.tls_error": ("Zertifikat ungültig", "certificate not valid"),
    "outcome.not_found": ("nicht gefunden", "not found"),
    "outcome.changed_kind": ("andere Software", "other software"),
    "outcome.unreadable": ("nicht lesbar", "unreadable"),
    "outcome.too_large": ("zu groß", "too large"),
    "outcome.opted_out": ("will nicht gelesen werden", "opted out"),
    "outcome.cancelled": ("abgebrochen", "cancelled"),
    "outcome.failed_here": ("Fehler in Bestand", "fault of Bestand"),
}
"""Message → German, English."""


def say(message: str, language: str, **values: object) -> str:
    """A message in a language. Raises KeyError for one that is none."""
    return WORDS[message][LANGUAGES.index(language)].format(**values)
