"""What a crawl noted of a portal, in German: the notes are kept in English, as the log has them."""

from __future__ import annotations

import re

from catalog.publish.site.labels import KINDS
from catalog.publish.site.messages import MESSAGES

_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"The portal answers with status (\d+)\.", r"Das Portal antwortet mit Status \1."),
    (
        r"The portal answers (\d+) and asks to come back in (\d+) s\.",
        r"Das Portal antwortet \1 und bittet, erst in \2 s wiederzukommen.",
    ),
    (r"The host name is not known\.", r"Der Name des Servers ist nicht bekannt."),
    (r"No answer within the time limit\.", r"Keine Antwort innerhalb der Frist."),
    (
        r"The connection broke off in the middle of the answer\.",
        r"Die Verbindung brach mitten in der Antwort ab.",
    ),
    (r"The connection failed\.", r"Die Verbindung scheiterte."),
    (r"The answer is larger than the limit\.", r"Die Antwort ist größer als die Grenze."),
    (r"The certificate is not valid\.", r"Das Zertifikat ist nicht gültig."),
    (r"There is no such file or folder\.", r"Diese Datei oder diesen Ordner gibt es nicht."),
    (r"The file or folder may not be read\.", r"Die Datei oder der Ordner darf nicht gelesen werden."),
    (r"The answer is not (\w+)\.", r"Die Antwort ist kein \1."),
    (r"The (\w+) is nested too deeply\.", r"Das \1 ist zu tief verschachtelt."),
    (
        r"The XML declares entities; those are not read\.",
        r"Das XML erklärt Entitäten; die werden nicht gelesen.",
    ),
    (r"The answer is a web page, not (\w+)\.", r"Die Antwort ist eine Webseite, kein \1."),
    (r"The answer breaks off in the middle of the (\w+)\.", r"Die Antwort bricht mitten im \1 ab."),
    (r"The answer proves no kind that we know\.", r"Die Antwort belegt keine bekannte Art von Portal."),
    (r"The connection was refused\.", r"Die Verbindung wurde abgelehnt."),
    (r"Nothing was modified since the last crawl\.", r"Seit der letzten Erhebung wurde nichts geändert."),
    (
        r"(\d+) of (\d+) records were not found; held\.",
        r"\1 von \2 Einträgen wurden nicht mehr gefunden; sie bleiben vorerst stehen.",
    ),
    (
        r"(\d+) records were not found, and (\d+) more could not be delivered; held\.",
        r"\1 Einträge wurden nicht mehr gefunden, \2 weitere nicht geliefert; sie bleiben vorerst stehen.",
    ),
    (r"None of (\d+) records could be read\.", r"Keiner von \1 Einträgen war lesbar."),
    (r"The portal lists no datasets\.", r"Das Portal führt keine Datensätze auf."),
    (r"The budget of the run was reached\.", r"Das Budget des Laufs war erreicht."),
    (r"The portal says (\d+), (\d+) were delivered\.", r"Das Portal nennt \1, geliefert wurden \2."),
    (
        r"The portal repeats a page in the place of the next one\.",
        r"Das Portal wiederholt eine Seite statt der nächsten.",
    ),
    (
        r"The listing goes on at another host, where it is not read\.",
        r"Die Liste geht auf einem anderen Server weiter; dort wird sie nicht gelesen.",
    ),
    (r"The listing was not read to its end\.", r"Die Liste wurde nicht bis zum Ende gelesen."),
    (r"Stopped after (\d+) calls\.", r"Nach \1 Abrufen abgebrochen."),
    (r"No RDF that can be read as (\w+): (.*)", r"Kein lesbares RDF (\1): \2"),
    (r"JSON without a keyword of JSON-LD\.", r"JSON ohne Schlüsselwort von JSON-LD."),
    (
        r"RDF with a dcat:Catalog, (\d+) records?, hydra:totalItems (\d+)\.",
        r"RDF mit einem dcat:Catalog, \1 Einträge, hydra:totalItems \2.",
    ),
    (r"RDF with a dcat:Catalog, (\d+) records?\.", r"RDF mit einem dcat:Catalog, \1 Einträge."),
    (r"the page names (.+) as its generator", r"die Seite nennt \1 als Erzeuger"),
    (r"The page was made by (\w+) and names (\w+)\.", r"Die Seite stammt von \1 und nennt \2."),
    (r"status_show names (.+)", r"status_show nennt \1"),
    (r"a catalogue of (\d+) entries", r"ein Katalog mit \1 Einträgen"),
    (
        r"a catalogue of (\d+) entries that names the schema of DCAT-US",
        r"ein Katalog mit \1 Einträgen, der das Schema von DCAT-US nennt",
    ),
    (
        r"packages come as a list in a list, as only DKAN 1 sends them",
        r"die Pakete stehen als Liste in einer Liste; das macht nur DKAN 1",
    ),
    (
        r"A web page with (\d+) links to data files and (\d+) links that speak of data; no catalogue\.",
        r"Eine Webseite mit \1 Verweisen auf Dateien und \2, die von Daten sprechen; kein Katalog.",
    ),
    (r"robots\.txt forbids (\S+?)\.?", r"robots.txt untersagt \1"),
    (r"There is no robots\.txt \(status (\d+)\)\.", r"Es gibt keine robots.txt (Status \1)."),
    (r"In the place of robots\.txt stands a page of HTML\.", r"Anstelle der robots.txt steht eine Webseite."),
    (
        r"robots\.txt cannot be read \(no answer\)\. The connection was refused\.",
        r"robots.txt ist nicht lesbar (keine Antwort): Die Verbindung wurde abgelehnt.",
    ),
    (
        r"robots\.txt does not name bestand, asks for (\S+) s between requests; policy (\w+)\.",
        r"robots.txt nennt bestand nicht und verlangt \1 s Abstand; Regel „\2“.",
    ),
    (
        r"robots\.txt does not name bestand; policy (\w+)\.",
        r"robots.txt nennt bestand nicht; Regel „\1“.",
    ),
    (r"robots\.txt names bestand; policy (\w+)\.", r"robots.txt nennt bestand; Regel „\1“."),
)
_KNOWN = tuple((re.compile(english, re.DOTALL), german) for english, german in _SENTENCES)
_TURNED = re.compile(r"The portal is no longer (\w+) but (\w+)\.")
_POLICY = re.compile(r"Regel „(\w+)“")
LONGEST = 2000


def observed(text: str, language: str) -> tuple[str, str]:
    """A note in the reader's language where it is one of the usual ones, and the language that it is in."""
    if len(text) > LONGEST:
        return text, "en"
    if found := _TURNED.fullmatch(text):
        before, now = (KINDS.get(kind, kind) for kind in found.groups())
        text = f"The portal is no longer {before} but {now}."
        return (
            (f"Das Portal ist nicht mehr {before}, sondern {now}.", "de")
            if language == "de"
            else (text, "en")
        )
    for english, german in _KNOWN if language == "de" else ():
        if found := english.fullmatch(text):
            return _POLICY.sub(_policy, found.expand(german)), "de"
    return text, "en"


def _policy(found: re.Match[str]) -> str:
    """What a treatment of robots.txt means."""
    name = f"portal.robots.{found[1]}"
    return MESSAGES[name][0] if name in MESSAGES else found[0]
