"""The portals of the fleet whose software is none of the three that most towns run: one or two of each kind."""

from fleet.portal import FleetPortal

HUBS = (
    FleetPortal("musterfurt", "data.musterfurt.example", "udata", "99116000", 34, "ttl",
        "links of the pages name a host behind the proxy; one dataset breaks every page on which it stands",
        traits=(("page", 16), ("poison", 20))),
    FleetPortal("attrappenburg", "Attrappenburg Open Data Explorer", "opendatasoft", "99155001", 30, "ttl",
        "Explore API, 12 datasets a page, headers about a quota that is not used up", traits=(("page", 12),)),
    FleetPortal("kulissenstadt", "GeoHub Kulissenstadt", "arcgis", "99155002", 26, "ttl",
        "ArcGIS Hub: items of all types, among them maps and documents, 10 a page", traits=(("page", 10),)),
    FleetPortal("modellhausen", "Offene Daten Modellhausen", "dkan", "99155003", 28, "ttl",
        "DKAN 1: a list in a list, umlauts and § in names, sizes and dates in words, licences without version",
        traits=(("page", 12),), hint=False),
    FleetPortal("entwurfsberg", "Open Data Entwurfsberg", "dkan", "99155004", 20, "metastore",
        "DKAN 2: the list of all items answers 500, the search gives 8 a page", traits=(("page", 8),)),
    FleetPortal("fiktivingen", "data.fiktivingen.example", "socrata", "99155005", 24, "ttl",
        "Socrata's discovery API, 10 assets a page, one of them a story", traits=(("page", 10),)),
    FleetPortal("erdachtenau", "Erdachtenau: Daten und Dienste", "entryscape", "99155006", 18, "ttl",
        "EntryStore: one graph an entry; one of them is a page of HTML", traits=(("page", 8), ("poison", 6)),
        outcomes=("partial", "partial")),
    FleetPortal("musterland-hub", "Datenraum Musterland", "piveau", None, 30, "ttl",
        "shared portal of a district: each municipality has a catalogue; RDF of each dataset, one of which breaks off",
        traits=(("page", 10), ("poison", 7)), outcomes=("partial", "partial"), covers="99153",
        shares=("99153002", "99153005", "99153001", "99153007", "99153003", "99153008")),
    FleetPortal("schemenfeld", "Schemenfeld macht auf", "jkan", "99155009", 12, "ttl",
        "JKAN: a list, and a page for each dataset"),
    FleetPortal("exempelstadt-archiv", "Datenarchiv Universitätsstadt Exempelstadt", "dataverse", "99113000", 14, "ttl",
        "Dataverse: a search and the native JSON of each dataset", traits=(("page", 6),)),
)  # fmt: skip

GEODATA = (
    FleetPortal("musterhafen-geo", "Geodatenkatalog Musterhafen", "csw", "99111000", 44, "ttl",
        "CSW 2.0.2, 10 records a page whatever is asked for; one record ends in an exception with status 200",
        path="/csw", traits=(("page", 10), ("poison", 21))),
    FleetPortal("beispielquell", "Metadatenserver Beispielquell", "ogcapi", "99155007", 26, "ttl",
        "OGC API Records with two collections of records beside one of features", traits=(("page", 10),)),
    FleetPortal("probeloh", "Geoportal Amt Probeloh", "geonode", "99155008", 20, "ttl",
        "GeoNode: at most 8 resources a page, some of them maps", traits=(("page", 8),)),
    FleetPortal("skizzenmoor", "Downloaddienst Skizzenmoor", "atom", "99155014", 8, "ttl",
        "INSPIRE download feeds in two pages; the feed of one dataset is no XML", path="/atom",
        traits=(("page", 5), ("poison", 3)), outcomes=("partial", "partial")),
    FleetPortal("neu-beispielstadt-iso", "ISO-Metadaten Neu Beispielstadt", "waf", "99151002", 14, "ttl",
        "a folder of ISO 19139 with a folder inside", path="/waf/"),
    FleetPortal("mustertal-karte", "Kartenportal Mustertal", "services", "99115000", 16, "ttl",
        "a Masterportal: layers of map and feature services", path="/karte/"),
)  # fmt: skip

ARCHIVES = (
    FleetPortal("beispielburg-archiv", "Digitales Stadtarchiv Beispielburg", "oai", "99112000", 26, "ttl",
        "OAI-PMH with Dublin Core; what is taken away leaves a tombstone", path="/oai", traits=(("page", 10),)),
    FleetPortal("probstenmuster-lod", "Linked Data Probstenmuster", "sparql", "99114000", 36, "ttl",
        "a SPARQL endpoint that cuts answers at 500 triples without a word", path="/sparql"),
    FleetPortal("musterfurt-statistik", "Statistikdaten Musterfurt", "duva", "99116000", 16, "ttl",
        "DUVA's export: a table of RDF files", path="/dcat-ap/"),
    FleetPortal("lueckentexten", "Gemeinde Lückentexten: RDF-Dateien", "rdf_folder", "99155012", 8, "ttl",
        "a folder of Turtle with a folder inside", path="/rdf/"),
    FleetPortal("musterland-ris", "Ratsinformation der Kommunen in Musterland", "oparl", None, 11, "ttl",
        "OParl: the council information system that several municipalities share", path="/oparl",
        traits=(("page", 4), ("each_town", 1)), covers="99"),
    FleetPortal("vorlagenbruck", "Dateninventar Vorlagenbruck", "table", "99155011", 18, "ttl",
        "an inventory as CSV in cp1252; some data are for internal use", path="/inventar.csv"),
)  # fmt: skip

PAGES = (
    FleetPortal("attrappenbach", "Gemeinde Attrappenbach", "sitemap", "99155010", 14, "ttl",
        "web pages with schema.org, found by their sitemaps; one of them answers 500", path="/robots.txt",
        traits=(("poison", 5),), outcomes=("partial", "partial")),
    FleetPortal("blindtexten", "Gemeinde Blindtexten", "website", "99155013", 14, "ttl",
        "plain web pages with links to files; dead links, one page under two addresses"),
)  # fmt: skip

MORE = HUBS + GEODATA + ARCHIVES + PAGES
