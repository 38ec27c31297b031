"""The portals of the fleet: those that run CKAN, publish a DCAT feed or a data.json, or do not answer; and all together."""

from dataclasses import replace

from fleet.more_portals import MORE
from fleet.other_states import OTHERS
from fleet.portal import FleetPortal

__all__ = ["FLEET", "FleetPortal", "portals"]

CKAN = (
    FleetPortal("musterhafen", "Transparenzportal Musterhafen", "ckan", "99111000", 250, "scheming",
        "CKAN 2.11 with flattened scheming fields, a DCAT feed beside the API and CKAN's stock robots.txt rules",
        traits=(("stock_robots", 1), ("feed", 100))),
    FleetPortal("beispielburg", "Datenregister Beispielburg", "ckan", "99112000", 110, "old",
        "CKAN 1.8 with extras as an object; most packages are documents; groups change without a new date",
        traits=(("silent", 60),)),
    FleetPortal("exempelstadt", "Offene Daten Exempelstadt", "ckan", "99113000", 44, "plain",
        "the API answers below a prefix; the front page belongs to a content management system",
        path="/opendata/", traits=(("soft404", 1),)),
    FleetPortal("musterland", "Open-Data-Portal Musterland", "ckan", None, 96, "govdata",
        "aggregator of several municipalities; list values in extras are JSON strings, licences stand on resources",
        covers="99", shares=("99151003", "99152002", "99152005", "99153002", "99153005", "99154001", "99154004")),
    FleetPortal("mustertal", "Mustertal offen / Mustertal open", "ckan", "99115000", 36, "fluent",
        "fluent: titles, descriptions and tags in two languages", hint=False),
    FleetPortal("vorlagenheim", "Open Data Vorlagenheim", "ckan", "99151001", 64, "ogd",
        "German OGD categories as groups; gives at most 20 rows, whatever is asked for", traits=(("rows_cap", 20),)),
    FleetPortal("beispielhausen", "Beispielhausen OpenData", "ckan", "99151003", 40, "plain",
        "the order of results changes with each request unless sorted by id, and one package comes twice",
        traits=(("rows_cap", 15), ("restless", 1))),
    FleetPortal("schablonenfeld", "Daten für Schablonenfeld", "ckan", "99151004", 40, "ogd",
        "half a page cannot be served: 500 for windows over 5 rows that touch it; one package never comes at all",
        traits=(("heavy_from", 8), ("heavy_to", 28), ("heavy_rows", 5), ("poison", 17))),
    FleetPortal("grossmusterode", "Großmusterode: Offene Verwaltungsdaten", "ckan", "99152001", 24, "plain",
        "malformed packages among sound ones: null, text, numbers, no id; lists where texts belong",
        traits=(("malformed", 6),)),
    FleetPortal("beispielingen", "Open Data Beispielingen am See", "ckan", "99152003", 60, "ogd",
        "loses more than half of its datasets between two runs", traits=(("shrinks", 26),),
        outcomes=("complete", "shrunk")),
    FleetPortal("musterbrueck", "Musterbrück Datenportal", "ckan", "99152004", 22, "plain",
        "turns from CKAN to a data.json in epoch 2", traits=(("turns", 1),), outcomes=("complete", "changed_kind")),
    FleetPortal("probehafen", "Gemeinde Probehafen – Offene Daten", "ckan", "99152005", 32, "plain",
        "an internal error in the middle of the list, once; the second try succeeds",
        traits=(("rows_cap", 10), ("stumbles", 20)), hint=False),
    FleetPortal("klein-exempel", "Klein Exempel transparent", "ckan", "99152006", 30, "ogd",
        "429 with Retry-After 1 on every third page", traits=(("rows_cap", 8), ("throttle", 3))),
)  # fmt: skip

DCAT = (
    FleetPortal("probstenmuster", "Offene Daten Probstenmuster", "dcat", "99114000", 120, "ttl",
        "Turtle in pages, hydra:PartialCollectionView, ETag and Last-Modified", path="/catalog.ttl",
        traits=(("per_page", 40), ("view", 1), ("etag", 1))),
    FleetPortal("neu-beispielstadt", "Geodatenportal Neu Beispielstadt", "dcat", "99151002", 45, "xml",
        "RDF/XML with nested nodes in pages, hydra:PagedCollection with links as literals",
        path="/catalog.rdf", traits=(("per_page", 20), ("collection", 1))),
    FleetPortal("rasterburg", "Rasterburg.Daten", "dcat", "99151005", 18, "jsonld-flat",
        "JSON-LD, expanded and flat, without a catalogue node; every foreign address answers 200 with a page",
        path="/catalog.jsonld", traits=(("rootless", 1), ("soft404", 1))),
    FleetPortal("beispielwalde", "Beispielwalde: Katalog", "dcat", "99152002", 16, "jsonld",
        "JSON-LD, nested with blank nodes; a series, data services; page links name an internal host",
        path="/catalog.jsonld", hint=False,
        traits=(("per_page", 9), ("view", 1), ("internal", 1), ("series", 1), ("services", 1))),
    FleetPortal("formularstedt", "Formularstedt Open Data", "dcat", "99153001", 14, "nt",
        "N-Triples in one file, addresses with umlauts and other characters that no IRI may hold",
        path="/catalog.nt", traits=(("broken_iris", 1),)),
    FleetPortal("mustermuende", "Offene Daten Mustermünde", "dcat", "99153002", 12, "xml-flat",
        "RDF/XML, flat; the page names itself as the next one; mailto:mailto: and two geometries",
        path="/catalog.rdf", traits=(("per_page", 100), ("collection", 1), ("self_link", 1))),
    FleetPortal("vordruckshausen", "Daten aus Vordruckshausen", "dcat", "99153006", 21, "ttl",
        "the second of three pages answers 500 for good", path="/catalog.ttl",
        traits=(("per_page", 7), ("view", 1), ("dead_page", 2)), outcomes=("partial", "partial")),
    FleetPortal("skizzenau", "Skizzenau Open Data", "dcat", "99154005", 8, "ttl",
        "a Turtle file whose first line is a remark in plain words", path="/catalog.ttl",
        traits=(("preface", 1),), outcomes=("unreadable", "unreadable")),
)  # fmt: skip

DATA_JSON = (
    FleetPortal("dummyfelde", "Samtgemeinde Dummyfelde Open Data", "data_json", "99151006", 26, "us11",
        "DCAT-US 1.1; ETag and Last-Modified, nothing ever changes", path="/data.json",
        traits=(("etag", 1), ("frozen", 1)), outcomes=("complete", "unchanged")),
    FleetPortal("testerode", "Testerode Datenkatalog", "data_json", "99151007", 15, "us30",
        "DCAT-US 3.0 with typed objects, six datasets a page", path="/data.json", hint=False,
        traits=(("per_page", 6),)),
    FleetPortal("gross-entwurf", "Groß Entwurf: catálogo", "data_json", "99154003", 28, "ar",
        "the Argentine profile, served as text/html", path="/data.json", traits=(("html_type", 1),)),
    FleetPortal("sankt-exemplar", "Sankt Exemplar Daten", "data_json", "99154006", 20, "broken",
        "modified is null or R/P1D, datasets without identifier or title, null in the list, the same dataset twice",
        path="/data.json", traits=(("malformed", 4), ("soft404", 1))),
)  # fmt: skip

SILENT = (
    FleetPortal("bad-mustern", "Open Data Bad Mustern", "ckan", "99153003", 0, "html",
        "answers every address with a maintenance page and status 200", outcomes=("unreadable", "unreadable")),
    FleetPortal("blankoweiler", "Blankoweiler offen", "ckan", "99153007", 0, "down",
        "down: the connection is refused", outcomes=("unreachable", "unreachable")),
    FleetPortal("platzhalter", "Platzhalter (Heide) Daten", "dcat", "99154001", 9, "xml",
        "robots.txt forbids our user agent by name", path="/catalog.rdf", traits=(("forbids", 1),),
        outcomes=("blocked", "blocked")),
)  # fmt: skip

FLEET = CKAN + DCAT + DATA_JSON + SILENT + MORE + OTHERS


def portals(seed: int = 1) -> list[FleetPortal]:
    """All portals; the seed decides what they hold, not which there are."""
    return [replace(portal, seed=seed) for portal in FLEET]
