"""Six municipalities of state 99 and three portals, so small that every figure can be counted by hand.

Apfelstadt (30,000 inhabitants) has a portal of its own, Birnendorf (8,000) and Feigenheim (5,500) publish through the
state's portal, Citronau (2,000) only through its association; Dattelfeld (3,000) has nothing, Eichelau (4,000) was never
looked for. Model datasets are those that the records declare.
"""

from __future__ import annotations

from typing import Any

from store_house import House, complete, found, hand_over

from catalog.measure.measuring import Measured, measure
from catalog.record.findings import check
from catalog.record.node import Record
from catalog.record.table import Agent, Dataset, Distribution, Kind, Location
from catalog.record.terms import IRI, XSD_DATE, Literal
from catalog.store.discoveries import Conclusion, Discoveries
from catalog.store.links import Checked, Links
from catalog.store.registers import Former, Registers

EU = "http://publications.europa.eu/resource/authority/"
APFEL, BIRNE, CITRONE, DATTEL, EICHEL, FEIGE = (
    "99111000", "99151001", "99151002", "99151003", "99151004", "99151005",
)  # fmt: skip
ASSOCIATION = "991515001"
TOWNS = (
    (APFEL, "991110000000", "Apfelstadt, Stadt", "Kreisfreie Stadt", 30_000, 53.0),
    (BIRNE, "991510001001", "Birnendorf", "Gemeinde", 8_000, 53.1),
    (CITRONE, "991515001002", "Citronau", "Gemeinde", 2_000, 53.2),
    (DATTEL, "991510003003", "Dattelfeld", "Gemeinde", 3_000, 53.9),
    (EICHEL, "991510004004", "Eichelau", "Gemeinde", 4_000, 53.8),
    (FEIGE, "991510005005", "Feigenheim", "Gemeinde", 5_500, 53.2),
)
"""Key, regional key, name, type, inhabitants, latitude; all lie at 9° east."""
PORTALS = (
    {"key": "apfel", "url": "https://daten.apfelstadt.example", "kind": "ckan", "ags": APFEL},
    {"key": "land", "url": "https://daten.musterland.example", "kind": "piveau", "covers": "99"},
    {"key": "verband", "url": "https://vg-obst.example", "kind": "dcat", "ars": ASSOCIATION},
)
MODELS = "https://musterdatenkatalog.de/def/musterdatensatz/"
TREES, UNKNOWN, BUDGET = "umwelt/baumkataster", "freizeit/quarzsammlung", "haushalt/haushaltsplan"
"""The ends of what records declare; the second is in no catalogue."""
CC_BY, DL_DE = EU + "licence/CC_BY_4_0", "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
CSV, PDF, TEXT_CSV = (
    EU + "file-type/CSV",
    EU + "file-type/PDF",
    "https://www.iana.org/assignments/media-types/text/csv",
)


def good(title: str, url: str, theme: str, model: str = "", **more: Any) -> Record:
    """A dataset of Apfelstadt; it has no period, no access rights, no rights, no size and no date of issue."""
    file = Distribution(
        access_url=[IRI(url)], download_url=[IRI(url)], format=[IRI(CSV)], media_type=[IRI(TEXT_CSV)], license=[IRI(CC_BY)]
    )  # fmt: skip
    given: dict[str, list[Any]] = {
        "title": [title], "description": ["Worum es geht."], "keyword": ["Obst"], "theme": [IRI(f"{EU}data-theme/{theme}")],
        "publisher": [Agent(name=["Stadt Apfelstadt"])], "spatial": [place(APFEL)], "distribution": [file],
        "contact_point": [Kind(fn=["Daten"], has_email=[IRI("mailto:daten@apfelstadt.example")])],
        "modified": [day("2026-10-20")], "frequency": [IRI(EU + "frequency/MONTHLY")],
        "references": [IRI(MODELS + model)] if model else [],
    }  # fmt: skip
    return Record(Dataset(**{**given, **more}))


def poor(title: str, ags: str, name: str, theme: str, url: str, model: str = "", **more: Any) -> Record:
    """A dataset of a village: a PDF, a licence of the German list, no keyword, no contact, no download address."""
    file = Distribution(access_url=[IRI(url)], format=[IRI(PDF)], license=[IRI(DL_DE)])
    given: dict[str, list[Any]] = {
        "title": [title], "description": ["Worum es geht."], "theme": [IRI(f"{EU}data-theme/{theme}")],
        "publisher": [Agent(name=[f"Gemeinde {name}"])], "spatial": [place(ags)], "distribution": [file],
        "geocoding_level": [IRI("http://dcat-ap.de/def/politicalGeocoding/Level/municipality")],
        "modified": [day("2024-05-01")], "references": [IRI(MODELS + model)] if model else [],
    }  # fmt: skip
    return Record(Dataset(**{**given, **more}))


def place(ags: str) -> Location:
    return Location(id=IRI(f"http://dcat-ap.de/def/politicalGeocoding/municipalityKey/{ags}"))


def day(text: str) -> Literal:
    return Literal(text, "", XSD_DATE)


APFEL_URL = "https://daten.apfelstadt.example"
OWN = {
    "a1": good("Quarz Nr. 1", f"{APFEL_URL}/1.csv", "ENVI", TREES),
    "a2": good("Quarz Nr. 2", f"{APFEL_URL}/2.csv", "TRAN", UNKNOWN),
    "a3": good("Quarz Nr. 3", f"{APFEL_URL}/3.csv", "GOVE"),
    "a4": good("Quarz Nr. 4", f"{APFEL_URL}/4.csv", "EDUC"),
}  # fmt: skip
COPIES = {
    "k1": good("Quarz eins (Kopie)", f"{APFEL_URL}/1.csv", "ENVI", TREES),
    "k2": good("Quarz zwei (Kopie)", f"{APFEL_URL}/2.csv", "TRAN", UNKNOWN),
}
VILLAGES = {
    "b1": poor("Basalt Nr. 1", BIRNE, "Birnendorf", "ENVI", "https://birnendorf.example/1.pdf", TREES),
    "b2": poor("Basalt Nr. 2", BIRNE, "Birnendorf", "GOVE", "https://birnendorf.example/2.pdf", BUDGET),
    "b3": poor(
        "Basalt Nr. 3", BIRNE, "Birnendorf", "TRAN", "https://birnendorf.example/3.pdf", description=[]
    ),
    "f1": poor("Granit Nr. 1", FEIGE, "Feigenheim", "GOVE", "https://feigenheim.example/1.pdf", BUDGET),
}
UNION = {
    f"v{n}": poor(f"Gneis Nr. {n}", ASSOCIATION, "", "GOVE", f"https://vg-obst.example/{n}.pdf",
                  publisher=[Agent(name=["Verbandsgemeinde Obst"])], spatial=[])
    for n in (1, 2, 3)
}  # fmt: skip


def build(house: House) -> Measured:
    """Load the register, crawl all portals, look for three home pages, check four links, measure."""
    house.store.keep_municipalities(
        {
            "ags": ags, "ars": ars, "name": name, "type": kind, "population": people, "state": "Musterland", "lat": lat,
            "lon": 9.0, "district": "Obstkreis", "association": "Obst" if ags == CITRONE else "Verbandsfreie Gemeinde",
            "association_type": "Verbandsgemeinde" if ags == CITRONE else "Verbandsfreie Gemeinde", "country": "DE",
        }
        for ags, ars, name, kind, people, lat in TOWNS
    )  # fmt: skip
    house.store.keep_portals(PORTALS)
    crawl(house, "apfel", OWN)
    crawl(house, "land", COPIES | VILLAGES)
    crawl(house, "verband", UNION)
    for ags in (APFEL, DATTEL):
        look(house, ags, "found")
    measure(house.store)  # links are known from here on
    check_links(
        house, {"1.csv": "reachable", "2.csv": "reachable", "3.csv": "reachable", "4.csv": "reachable"}
    )
    house.clock.advance(hours=1)
    return measure(house.store)


def crawl(house: House, portal: str, listed: dict[str, Record]) -> None:
    """A complete crawl."""
    house.portal = portal
    sink = house.sink()
    hand_over(sink, [found(name, record, findings=check(record)) for name, record in listed.items()])
    sink.finish(complete(len(listed)))
    house.store.end_run(sink.run)
    house.clock.advance(hours=1)


def look(house: House, ags: str, state: str) -> None:
    """A search for a home page that ended."""
    Discoveries(house.store).conclude(1, Conclusion(ags, state, f"https://www.{ags}.example", 90))


def check_links(house: House, states: dict[str, str]) -> None:
    """Checks of links of Apfelstadt, by the ends of their addresses."""
    rows = house.rows("select id, url, host from link where url like 'https://daten.apfel%'")
    Links(house.store).keep([
        Checked(number, host, state, 200 if state == "reachable" else 404)
        for number, url, host in rows for end, state in states.items() if url.endswith(end)
    ])  # fmt: skip


def change(house: House) -> Measured:
    """A quarter later: one dataset of Apfelstadt is changed, one gone, one of its files gone; Eichelau's home page refuses
    us; Feigenheim is now a part of Birnendorf."""
    house.clock.advance(days=90)
    changed = good("Quarz Nr. 1", f"{APFEL_URL}/1.csv", "ENVI", TREES, modified=[day("2027-01-20")])
    crawl(house, "apfel", {"a1": changed, "a3": OWN["a3"], "a4": OWN["a4"]})
    look(house, EICHEL, "blocked")
    check_links(house, {"4.csv": "gone"})
    Registers(house.store.db).load([], former=[Former(FEIGE, BIRNE, "merged", "2027-01-01")])
    return measure(house.store)
