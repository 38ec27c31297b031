"""The portals of two more states, Schriftland (97) and Beispielland (98), of districts and associations, and of the whole
country. Some of their towns keep their catalogues well; each trait names what one of them neglects."""

from fleet.more_portals import HUBS
from fleet.portal import FleetPortal

CARE = ("care", 1)

OWN = (
    FleetPortal("blaupausen", "Offene Daten der Landeshauptstadt Blaupausen", "ckan", "97111000", 78, "plain",
        "a large town that keeps its catalogue well", traits=(CARE,)),
    FleetPortal("reinschrift", "Datenportal Reinschrift", "dcat", "97112000", 52, "ttl",
        "Turtle in pages, every dataset complete", path="/catalog.ttl", traits=(CARE, ("per_page", 20), ("view", 1))),
    FleetPortal("spiegelburg", "Spiegelburg offen", "dcat", "98111000", 44, "ttl",
        "complete, but nobody is named who answers questions", path="/catalog.ttl", traits=(CARE, ("no_contact", 1))),
    FleetPortal("gaensekiel", "Gänsekiel Open Data", "ckan", "97151001", 32, "plain",
        "complete, but nothing was touched for years", traits=(CARE, ("stale", 1), ("frozen", 1))),
    FleetPortal("loeschblatt", "Daten aus Löschblatt", "ckan", "97151002", 28, "plain",
        "complete, but a third of the files is gone", traits=(CARE, ("dead_links", 1))),
    FleetPortal("schoenschrift", "Schönschrift: Datenkatalog", "data_json", "97151003", 26, "us11",
        "complete, but later than its own rhythm", path="/data.json", traits=(CARE, ("late", 1))),
    FleetPortal("siegelstadt", "Siegelstadt – Offene Verwaltung", "ckan", "97152001", 36, "plain",
        "a town of middle size that keeps its catalogue well", traits=(CARE,)),
    FleetPortal("stempelberg", "Stempelberg Open Data", "ckan", "97152002", 22, "plain",
        "the public part of a larger inventory", traits=(CARE,)),
    FleetPortal("kopierfeld", "Offenes Kopierfeld", "ckan", "97152003", 20, "plain",
        "described well, but a third has no licence", traits=(CARE, ("unlicensed", 1))),
    FleetPortal("durchschlag", "Durchschlag Datenportal", "ckan", "97152004", 18, "plain",
        "licensed well, but a quarter has no description", traits=(CARE, ("undescribed", 1))),
    FleetPortal("heftklammern", "Gemeinde Heftklammern: Daten", "dcat", "97152005", 22, "ttl",
        "a small town that keeps its catalogue well", path="/catalog.ttl", traits=(CARE,)),
    FleetPortal("aktenzeich", "Aktenzeich im Netz", "dcat", "97152006", 14, "jsonld",
        "complete, but neither a contact nor much that is new", path="/catalog.jsonld",
        traits=(CARE, ("no_contact", 1), ("stale", 1), ("frozen", 1))),
    FleetPortal("ablagen", "Ablagen: Umwelt und Verkehr", "ckan", "97152007", 12, "plain",
        "complete, but of three themes only", traits=(CARE, ("narrow", 1))),
    FleetPortal("halbmuster", "Halbmuster transparent", "ckan", "98151001", 18, "plain",
        "a CKAN that no list of portals names, as far as discovery is concerned"),
    FleetPortal("listenhagen", "Listenhagen: Open Data", "ckan", "98152001", 22, "ogd",
        "a CKAN with German categories that the town's home page leads to"),
)  # fmt: skip

_BY_KEY = {portal.key: portal for portal in OWN + HUBS}

BODIES = (
    FleetPortal("tintegrund", "Kreisportal Tintegrund", "dcat", None, 20, "ttl",
        "portal of a district with the datasets of its smaller towns", path="/catalog.ttl", body="97152",
        covers="97152", shares=("97152008", "97152009", "97152010", "97152008", "97152009", "97152011"),
        traits=(("per_page", 15), ("view", 1))),
    FleetPortal("gaurand", "Verbandsgemeinde Gaurand: Offene Daten", "data_json", None, 12, "us11",
        "an association of municipalities that publishes for its members", path="/data.json", body="981515001"),
    FleetPortal("federwiesen", "Samtgemeinde Federwiesen", "dcat", None, 8, "ttl",
        "an association of municipalities with a file of its own", path="/catalog.ttl", body="971515002"),
)  # fmt: skip

SHARED = (
    FleetPortal("beispielland", "Datenportal Beispielland", "ckan", None, 42, "govdata",
        "portal of a state in which a few towns publish; some with one or two datasets", covers="98",
        shares=("98152014", "98152011", "98152014", "98151010", "98152007", "98152014", "98151006", "98152011",
                "98151010", "98151011", "98152014", "98151006", "98152007", "98152014", "98151011", "98151010",
                "98152011", "98151006", "98152010", "98152014", "98152015"),
        traits=(("offices", 1),)),
    FleetPortal("schriftland", "Schriftland.Daten", "piveau", None, 30, "ttl",
        "portal of a state: a catalogue for each municipality, and some of what the larger towns publish themselves",
        covers="97", shares=("97151004", "97151008", "97151004", "97151007", "97151010", "97151004"),
        mirrors=(_BY_KEY["blaupausen"], _BY_KEY["siegelstadt"]), traits=(("page", 20),)),
    FleetPortal("musterdaten", "Musterdaten: das Datenportal für alle", "ckan", None, 27, "ogd",
        "national portal that collects from others and has some of its own; offices sign as they like", covers="DE",
        shares=("99115000", "98111000", "97152012", "99152008", "98152010", "99114000", "98151002", "99153008"),
        mirrors=(*(_BY_KEY[key] for key in ("blaupausen", "reinschrift", "siegelstadt", "halbmuster", "listenhagen")),
                 *(_BY_KEY[key] for key in ("kulissenstadt", "modellhausen", "musterfurt"))),
        traits=(("offices", 1), ("each", 4), ("unparted", 1))),
)  # fmt: skip

INVENTORIES = (
    FleetPortal("stempelberg-inventar", "Dateninventar der Stadt Stempelberg", "table", "97152002", 40, "ttl",
        "a town's own list of all its data, larger than its public portal: open, on request, internal",
        path="/inventar.csv", mirrors=(_BY_KEY["stempelberg"],), traits=(("closed", 1), ("each", 1))),
)  # fmt: skip

OTHERS = OWN + BODIES + SHARED + INVENTORIES
