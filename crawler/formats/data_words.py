"""Words by which web pages, in German and English, say that they offer data; and those that only sound like it."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from catalog.vocabulary.folding import fold

STRONG = 2
"""The words of a page that is about data."""
WEAK = 1
"""Words of pages below which data often lie."""

_STRONG = (
    *(
        "open ?data",
        r"offene[nrs]? (?:verwaltungs)?daten",
        "open government data",
        "open geodata",
        "offene geodaten",
    ),
    *(
        "datenportal",
        "datenkatalog",
        "datenplattform",
        "datenbestaende?",
        "datensaetze?",
        "datensatz",
        "rohdaten",
    ),
    *(
        r"geodaten\w*",
        "geobasisdaten",
        "geoportal",
        "geodienste?",
        "geowebdienste?",
        "stadtdaten",
        "urban data",
    ),
    *(
        "transparenzportal",
        "opendata portal",
        "metadaten",
        "maschinenlesbar",
        "data ?portal",
        "data catalog(?:ue)?",
    ),
    *(
        r"statistik(?:en|stelle|portal|atlas|daten)?",
        r"statistische[nrs]? \w+",
        "statistics",
        "statistical data",
    ),
    *(
        "zahlen daten fakten",
        "daten (?:und|&) fakten",
        "zahlen (?:und|&) (?:daten|fakten)",
        "facts (?:and|&) figures",
    ),
    *("data ?sets?", "data downloads?", "datendownload", "download daten", "wms", "wfs", "inspire", "gtfs"),
)
_WEAK = (
    *("daten", "data", "downloads?", "schnittstellen?", "apis?", "karten", "stadtplan", "gis", "maps"),
    *("einwohnerzahl(?:en)?", "einwohnerstatistik", r"bevoelkerung\w*", "population", "demografie", "zensus"),
    *(r"haushalt(?:splan|splaene|sdaten|e)?", "budget", r"wahlergebnis(?:se)?", "wahlen", "election results"),
    *(
        "bodenrichtwerte?",
        "bebauungsplaene?",
        "bebauungsplan",
        "bauleitplanung",
        "bauleitplaene",
        "mietspiegel",
    ),
    *(r"\w*kataster", r"umweltdaten", "messwerte", "luftqualitaet", r"verkehrs(?:daten|zaehlung(?:en)?)"),
    *(
        r"fahrplan(?:daten|auskunft)?",
        r"abfallkalender",
        "abfuhrtermine",
        "indikatoren",
        "monitoring",
        "stadtforschung",
    ),
    *("jahrbuch", "kennzahlen", "zahlen", "figures", "inventar", "transparenz", "transparency"),
)
_NEVER = (
    *(
        "datenschutz",
        r"datenschutz\w+",
        "privacy",
        "data protection",
        "kontaktdaten",
        "zugangsdaten",
        "bankdaten",
    ),
    *(
        "personendaten",
        "meldedaten",
        "impressum",
        "imprint",
        "login",
        "anmelden",
        "anmeldung",
        "abmelden",
        "logout",
    ),
    *(
        "warenkorb",
        "newsletter",
        "cookies?",
        "stellenangebote",
        "karriere",
        "leichte sprache",
        "barrierefreiheit",
    ),
    *(
        "suche",
        "search",
        "drucken",
        "veranstaltungen",
        "veranstaltungskalender",
        "sitzungskalender",
        "terminkalender",
    ),
)


def _words(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")


_STRONG_WORDS, _WEAK_WORDS, _NEVER_WORDS = map(_words, (_STRONG, _WEAK, _NEVER))
_BETWEEN = re.compile(r"[^\w&]+|_")
_LONGEST = 500


@lru_cache(maxsize=16_384)
def strength(text: str) -> int:
    """How strongly a title, a heading or a link's text speaks of data: STRONG, WEAK, or 0.

    >>> strength("Offene Daten"), strength("Haushaltsplan 2026"), strength("Datenschutzerklärung")
    (2, 1, 0)
    """
    folded = " ".join(_BETWEEN.sub(" ", fold(text[:_LONGEST])).split())
    if _STRONG_WORDS.search(folded):
        return STRONG
    if _NEVER_WORDS.search(folded):
        return 0
    return WEAK if _WEAK_WORDS.search(folded) else 0


def strength_of_address(url: str) -> int:
    """The same for the path of an address.

    >>> strength_of_address("https://www.musterstadt.example/rathaus/open-data/")
    2
    """
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return 0
    return strength(re.sub(r"\.\w{2,5}$", "", path.replace("/", " ")))
