"""How real metadata goes wrong: spellings, dates, licences, formats and addresses, drawn with a seeded generator."""

from random import Random
from typing import NamedTuple, TypeVar

Value = TypeVar("Value")


class License(NamedTuple):
    """One licence as the portals name it: CKAN's id, its title, the address of its text, the DCAT-AP.de term."""

    id: str
    title: str
    url: str
    term: str


LICENSES = {
    "by": License(
        "dl-de-by-2.0",
        "Datenlizenz Deutschland – Namensnennung – Version 2.0",
        "https://www.govdata.de/dl-de/by-2-0",
        "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    ),
    "zero": License(
        "dl-de-zero-2.0",
        "Datenlizenz Deutschland – Zero – Version 2.0",
        "https://www.govdata.de/dl-de/zero-2-0",
        "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
    ),
    "cc-by": License(
        "cc-by",
        "Creative Commons Namensnennung 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "http://dcat-ap.de/def/licenses/cc-by/4.0",
    ),
    "cc-zero": License(
        "cc-zero",
        "CC0 1.0",
        "http://creativecommons.org/publicdomain/zero/1.0/",
        "http://dcat-ap.de/def/licenses/cc-zero",
    ),
    "odbl": License(
        "odc-odbl",
        "Open Data Commons Open Database License (ODbL)",
        "http://www.opendefinition.org/licenses/odc-odbl",
        "http://dcat-ap.de/def/licenses/odbl",
    ),
    "nc": License(
        "cc-nc",
        "Creative Commons Nicht-Kommerziell",
        "http://creativecommons.org/licenses/by-nc/3.0/de/",
        "http://dcat-ap.de/def/licenses/cc-by-nc",
    ),
    "short": License("dl-de-by", "dl-de-by", "", "dl-by-de/2.0"),
    "closed": License(
        "other-closed", "andere geschlossene Lizenz", "", "http://dcat-ap.de/def/licenses/other-closed"
    ),
    "terms": License("", "Es gelten die Nutzungsbedingungen der Stadt", "", "siehe Nutzungsbedingungen"),
    "html": License(
        "", '<div style="text-align:left">frei nutzbar, Quelle angeben</div>', "", "frei nutzbar"
    ),
    "unset": License("notspecified", "Lizenz nicht angegeben", "", ""),
    "none": License("", "", "", ""),
}

LICENSE_WEIGHTS = {"none": 16, "unset": 7, "terms": 5, "html": 3, "short": 5, "closed": 4, "nc": 4}

FORMATS = {
    "places": ("CSV", "csv", ".CSV", "JSON", "GeoJSON", "gjson", "xlsx", "XLS", "kml, kmz", "html", "HTML"),
    "figures": (
        "CSV",
        "csv",
        "xlsx",
        "XLSX",
        "xls",
        "zip+csv",
        "ods",
        "application\\csv",
        "html",
        "pdf",
        "PDF",
    ),
    "geodata": (
        "SHP",
        "zip:shp",
        "Shapefile (zip)",
        "shape",
        "OGC:WMS",
        "WFS",
        "GML",
        "GeoJSON",
        "kml",
        "html",
        "dxf",
    ),
    "papers": ("pdf", "PDF", "docreader", "doc", "html", "URL", "docx"),
    "live": ("JSON", "json", "API", "gtfs", "jrss", "html", "XML", "rss"),
}

MEDIA_TYPES = {
    "csv": "text/csv",
    "json": "application/json",
    "geojson": "application/octet-stream",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "pdf": "application/pdf",
    "html": "text/html",
    "kml": "application/vnd.google-earth.kml+xml",
    "xml": "application/xml",
    "shp": "application/zip",
}

FREQUENCY_KEYS = (
    "Aktualisierungszyklus",
    "aktualisierungszyklus",
    "AKTUALISIERUNGSZYKLUS",
    "Aktualisierungszyklus\xa0",
    "Aktualisierungs-Zyklus",
    "Aktualisierung",
    "Turnus",
    "update_frequency",
)

FREQUENCIES = (
    "http://publications.europa.eu/resource/authority/frequency/ANNUAL",
    "http://publications.europa.eu/resource/authority/frequency/MONTHLY",
    "http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequencyCode/notPlanned",
    "jährlich",
    "monatlich",
    "bei Bedarf",
    "unregelmäßig",
    "täglich",
    "jaehrlich",
    "alle 2 Jahre",
    "R/P1Y",
    "",
)

OFFICIALS = (
    ("Erika Musterfrau", "erika.musterfrau"),
    ("Max Mustermann", "max.mustermann"),
    ("Petra Probe", "p.probe"),
    ("Bernd Beispiel", "beispiel.b"),
    ("Frau Dr. Vorlage", "vorlage"),
    ("Hr. Schablone, Zi. 204", "schablone"),
)

MAILBOXES = (
    ("Statistikstelle", "statistik"),
    ("Vermessungs- und Katasteramt", "geodaten"),
    ("Offene Daten", "opendata"),
    ("Amt für Umweltschutz", "umweltamt"),
    ("Pressestelle", "presse"),
)


def chance(rng: Random, percent: int) -> bool:
    """True in so many of a hundred draws."""
    return rng.randrange(100) < percent


def left_out(rng: Random, percent: int, value: Value, nothing: Value) -> Value:
    """The value, or nothing in so many of a hundred draws: what real portals leave empty."""
    return nothing if chance(rng, percent) else value


def license_of(rng: Random, palette: tuple[str, ...]) -> License:
    """A licence: mostly one of the portal's own, otherwise a gap or an oddity."""
    names = (*palette, *LICENSE_WEIGHTS)
    weights = [56 // len(palette)] * len(palette) + list(LICENSE_WEIGHTS.values())
    return LICENSES[rng.choices(names, weights)[0]]


def written_date(rng: Random, day: str) -> str:
    """An ISO day in one of the shapes in which portals write dates, some of which name no date at all."""
    year, month, number = day.split("-")
    shapes = (
        day,
        day,
        f"{day}T00:00:00",
        f"{day}T08:15:00+02:00",
        f"{day}T08:15:00.000Z",
        f"{number}.{month}.{year}",
        f"{int(number)}.{int(month)}.{year[2:]}",
        f"{year}-{month}",
        year,
        f"Date changed\t{day}T10:00:00+01:00",
        f"{day}/{int(year) + 1}-{month}-{number}",
        f"Stand {year}",
        f"{year}-02-30",
        "9999-99-99",
        "",
    )
    return shapes[0] if chance(rng, 45) else rng.choice(shapes)


def publisher_name(rng: Random, town: str) -> str:
    """The municipality's name as its own offices write it."""
    spellings = (
        f"Stadt {town}",
        f"Stadtverwaltung {town}",
        town,
        f"STADT {town.upper()}",
        f"Satdt {town}",
        f"Stadt  {town} ",
        f"Stadtwerke {town} GmbH",
        f"{town} - Amt 62 -",
        f"Offene Daten {town}",
    )
    return spellings[0] if chance(rng, 60) else rng.choice(spellings)


def contact(rng: Random, domain: str) -> tuple[str, str]:
    """A contact's name and address: an official in person, a function's mailbox, or something broken."""
    name, local = rng.choice(OFFICIALS if chance(rng, 40) else MAILBOXES)
    address = f"{local}@{domain}"
    broken = (
        f"mailto:{address}",
        f"mailto:mailto:{address}",
        f"{local}(at){domain}",
        f" {address} ",
        local,
        "",
    )
    return name, rng.choice(broken) if chance(rng, 18) else address


def web_address(rng: Random, address: str) -> str:
    """An address as entered by hand: a scheme missing, a blank inside, a dead server, nothing."""
    bare = address.split("//", 1)[1]
    host, _, path = bare.partition("/")
    broken = (
        bare,
        f"http://{host}/{path} ",
        f"https://{host}/Straße und Plätze/{path}",
        f"http://alt.{host}/cms/{path}?id=%zz",
        f"ftp://{host}/{path}",
        f"http://http://{bare}",
        f"\\\\fileserver\\opendata\\{path.rsplit('/', 1)[-1]}",
        f"/{path}",
        "siehe Beschreibung",
        "",
    )
    return rng.choice(broken) if chance(rng, 14) else address


def geometry(rng: Random, lat: float, lon: float) -> tuple[str, str]:
    """A spatial extent and its notation (`wkt`, `geojson`, `text`, `bbox` or empty), as broken as in the wild."""
    west, east, south, north = (f"{value:.4f}" for value in (lon - 0.1, lon + 0.1, lat - 0.06, lat + 0.06))
    ring = f"[[{west}, {south}], [{west}, {north}], [{east}, {north}], [{east}, {south}], [{west}, {south}]]"
    choices = (
        (f'{{"type": "Polygon", "coordinates": [{ring}]}}', "geojson"),
        (f'{{"type": "Point", "coordinates": [{lon:.4f}, {lat:.4f}]}}', "geojson"),
        (
            f"POLYGON (({west} {south}, {west} {north}, {east} {north}, {east} {south}, {west} {south}))",
            "wkt",
        ),
        (f"POLYGON(({west},{south},{west},{north},{east},{north},{east},{south},{west},{south}))", "wkt"),
        (f"POLYGON (({south} {west}, {north} {west}, {north} {east}, {south} {west}", "wkt"),
        (
            f'{{"type":"Polygon","coordinates":[[[{west}, {south}], [{west}, NaN], [{east}, {north}]]]}}',
            "geojson",
        ),
        ("{{extent:computeSpatialProperty}}", "text"),
        (f"{west},{south},{east},{north}", "bbox"),
        ("", ""),
    )
    return choices[0] if chance(rng, 40) else rng.choice(choices)
