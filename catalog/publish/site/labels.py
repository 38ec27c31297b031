"""What the codes of the tables are called."""

from functools import cache, lru_cache
from textwrap import shorten

from catalog.cleaning.licences import read_licence
from catalog.cleaning.text import plain
from catalog.store.links import UNKNOWN, WORKING
from catalog.vocabulary import vocabulary

_SHORT_FORMATS = {"XLSX": "Excel", "XLS": "Excel (xls)", "SHP": "Shapefile"}
_LICENCES = {
    "cc-by-3.0-at": (
        "Creative Commons Namensnennung 3.0 Österreich",
        "Creative Commons Attribution 3.0 Austria",
    ),
    "etalab-1.0": ("Licence Ouverte 1.0", "Licence Ouverte 1.0"),
    "etalab-2.0": ("Licence Ouverte 2.0", "Licence Ouverte 2.0"),
    "inspire-no-conditions": ("keine Bedingungen (INSPIRE)", "no conditions (INSPIRE)"),
    "iodl-1.0": ("Italian Open Data License 1.0", "Italian Open Data License 1.0"),
    "iodl-2.0": ("Italian Open Data License 2.0", "Italian Open Data License 2.0"),
    "nlod-1.0": ("Norwegische Lizenz für offene Daten 1.0", "Norwegian Licence for Open Government Data 1.0"),
    "nlod-2.0": ("Norwegische Lizenz für offene Daten 2.0", "Norwegian Licence for Open Government Data 2.0"),
    "notspecified": ("ausdrücklich ohne Lizenz", "licence not specified"),
    "ogl-uk-1.0": ("Open Government Licence 1.0", "Open Government Licence 1.0"),
    "ogl-uk-2.0": ("Open Government Licence 2.0", "Open Government Licence 2.0"),
    "ogl-uk-3.0": ("Open Government Licence 3.0", "Open Government Licence 3.0"),
    "us-pd": ("gemeinfrei (USA)", "public domain (USA)"),
}
"""Licences that neither list names."""
_GOOD = frozenset({"complete", "unchanged"})
_WAITING = frozenset({"partial", "empty", "shrunk", "cancelled", "opted_out", ""})


@cache
def _by_code(name: str, code: str, language: str) -> str:
    found = vocabulary(name).by_code(code)
    return vocabulary(name).label(found.uri, language) if found else code


def theme(code: str, language: str) -> str:
    """The label of an EU data theme."""
    return _by_code("data-theme", code, language)


def frequency(code: str, language: str) -> str:
    """The label of a frequency."""
    return _by_code("frequency", code, language)


def file_format(code: str, language: str) -> str:
    """The everyday name of a file type: `Excel` rather than `Excel XLSX`."""
    return _SHORT_FORMATS.get(code) or _by_code("file-type", code, language)


@lru_cache(maxsize=4096)
def licence(code: str, language: str) -> str:
    """The name of a licence by its code; text that is no known licence is shown plain and short."""
    found = read_licence(code) if code else None
    if found is None:
        return shortened(plain(code))
    if found.code in _LICENCES:
        return _LICENCES[found.code][language == "en"]
    german, european = ("dcatde-licence", found.de_uri), ("licence", found.eu_uri)
    for name, uri in (european, german) if language == "en" else (german, european):
        concept = vocabulary(name).by_uri(uri) if uri else None
        label = vocabulary(name).label(uri, language) if concept else ""
        if concept and label != concept.code:
            return label
    return code


def place_name(name: str) -> str:
    """A municipality's name without what the register adds: `Kiel, Landeshauptstadt` is `Kiel`."""
    return name.partition(",")[0].strip() or name


def shortened(text: str) -> str:
    """At most 80 characters, cut at a word."""
    return shorten(text, 80, placeholder=" …")


def is_open(code: str) -> bool:
    """Whether the licence is open by the Open Definition."""
    found = read_licence(code) if code else None
    return found is not None and found.open == "yes"


def tone(outcome: str) -> str:
    """How an outcome is shown: `good`, `fair` or `bad`."""
    return "good" if outcome in _GOOD else "fair" if outcome in _WAITING else "bad"


def link_tone(state: str) -> str:
    """How the state of an address is shown: `good`, `calm` where it says nothing of the file, or `bad`."""
    return "good" if state in WORKING else "calm" if state in (*UNKNOWN, "") else "bad"


KINDS = {
    "ckan": "CKAN",
    "dcat": "DCAT",
    "data_json": "data.json",
    "dkan": "DKAN",
    "csw": "CSW",
    "oai": "OAI-PMH",
    "atom": "Atom",
    "services": "WMS, WFS",
    "opendatasoft": "Opendatasoft",
    "udata": "udata",
    "arcgis": "ArcGIS Hub",
    "socrata": "Socrata",
    "oparl": "OParl",
    "piveau": "piveau",
    "geonode": "GeoNode",
    "sparql": "SPARQL",
    "dataverse": "Dataverse",
    "entryscape": "EntryScape",
    "table": "Tabelle (CSV, Excel)",
    "jkan": "JKAN",
    "duva": "DUVA",
    "waf": "WAF",
    "ogcapi": "OGC API Records",
    "sitemap": "Sitemap",
    "rdf_folder": "RDF",
    "website": "Website",
}
"""Portal kinds by the name that people know."""


COMMANDS = {
    "crawl": ("Erhebung der Portale", "crawl of the portals"),
    "reparse": ("Archiv neu gelesen", "archive read again"),
    "measure": ("Messung", "measurement"),
    "links": ("Prüfung der Adressen", "check of addresses"),
    "discover": ("Suche nach Portalen", "search for portals"),
}
"""What a run does, German and English."""
