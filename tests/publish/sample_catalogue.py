"""A small catalogue for the tests of the publication: three runs of six portals, each with a fate of its own."""

import json
import sqlite3
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlite_utils import Database

from catalog.record.canonical import canonical_bytes, digest
from catalog.record.node import Record
from catalog.record.table import Agent, Dataset, Distribution, Kind, Location, PeriodOfTime
from catalog.record.terms import IRI, XSD_DATE, Literal
from catalog.store.facets import refresh_facets
from catalog.store.schema import MIGRATIONS
from catalog.store.words import renew_words
from catalog.vocabulary.folding import search_forms

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)> & "Zitat"'
EU = "http://publications.europa.eu/resource/authority/"
RUNS = ("2026-11-01T02:00:00Z", "2026-11-08T02:00:00Z", "2026-11-15T02:00:00Z")
PORTALS = (
    ("musterhafen", "https://opendata.musterhafen.example", "Offene Daten Musterhafen", "ckan", "complete"),
    ("altdorf", "https://daten.altdorf.example", "Datenportal Altdorf an der Muster", "dcat", "complete"),
    ("neustadt", "https://opendata.neustadt.example", "Neustadt offen", "data_json", "shrunk"),
    ("bergheim", "https://daten.bergheim.example", "Bergheim", "ckan", "unreachable"),
    ("waldau", "https://waldau.example", "Waldau", "", "blocked"),
    ("leer", "https://daten.leerstadt.example", "Leerstadt", "ckan", "empty"),
)
NAMES = (
    *(
        "Baumkataster",
        "Spielplätze",
        "Straßenverzeichnis",
        "Haushaltsplan 2026",
        "Bebauungspläne",
        "Parkhäuser",
    ),
    *("Wahlergebnisse", "Kindertagesstätten", "Müllabfuhrtermine", "Radwege", "Denkmalliste", "Luftqualität"),
)
THEMES = ("ENVI", "EDUC", "TRAN", "GOVE", "REGI", "HEAL")
FORMATS = ("CSV", "GEOJSON", "PDF", "WMS_SRVC", "XLSX")
LICENCES = ("dl-de-by-2.0", "cc-by-4.0", "dl-de-zero-2.0", "", "other-closed")
KINDS = (
    ("dataset-publisher-missing", "publisher", "missing", "error", "Kein Herausgeber", "No publisher"),
    ("distribution-license-missing", "license", "missing", "error", "Keine Lizenz", "No licence"),
    (
        "dataset-frequency-missing",
        "frequency",
        "missing",
        "info",
        "Keine Aktualisierungsfrequenz",
        "No frequency",
    ),
    ("format-unknown", "format", "unknown", "warning", "Unbekanntes Dateiformat", "Unknown file format"),
)
BIG = 236
"""Datasets of the first portal that are not gone: three pages of a feed."""


@dataclass
class Sample:
    """The file and what is in it."""

    path: Path
    records: dict[str, Record]


def record(number: int, title: str, portal: str, base: str) -> Record:
    """A dataset with about 40 triples."""
    subject = f"{base}/dataset/{number}"
    return Record(
        Dataset(
            id=IRI(subject) if number % 5 else None,
            title=[Literal(title, "de"), Literal(f"{title} (en)", "en")],
            description=[
                f'Der Datensatz „{title}“ der Stadt, jährlich fortgeschrieben.\nZweite Zeile mit "Zitat".'
            ],
            identifier=[f"{portal}-{number}"] if number % 7 else [],
            keyword=["Bäume", "Straße", "offene Daten"],
            theme=[IRI(f"{EU}data-theme/{THEMES[number % len(THEMES)]}")],
            publisher=[Agent(id=IRI(f"{base}/amt/{number % 3}"), name=[f"Amt für Übersicht {number % 3}"])],
            contact_point=[Kind(fn=["Open-Data-Stelle"], has_email=[IRI("mailto:opendata@stadt.example")])],
            issued=[Literal("2020-01-31", "", XSD_DATE)],
            frequency=[IRI(f"{EU}frequency/ANNUAL")],
            temporal=[PeriodOfTime(start_date=[Literal("2020-01-01", "", XSD_DATE)])],
            spatial=[Location(bbox=["POLYGON((8 50,9 50,9 51,8 51,8 50))"])],
            landing_page=[IRI("javascript:alert(1)" if number == 3 else f"{base}/daten/{number}")],
            distribution=[distribution(base, number, part) for part in range(1 + number % 3)],
            rest={IRI("http://example.org/vocab#42"): ["unbekannt"]} if number == 4 else {},
        )
    )


def distribution(base: str, number: int, part: int) -> Distribution:
    """One file of a dataset."""
    return Distribution(
        id=IRI(f"{base}/datei/{number}/{part}"),
        title=[f"Datei {part + 1}"],
        access_url=[IRI(f"{base}/d/{number}/{part}.csv")],
        format=[IRI(f"{EU}file-type/{FORMATS[(number + part) % len(FORMATS)]}")],
        license=[IRI("http://dcat-ap.de/def/licenses/dl-by-de/2.0")],
        byte_size=[
            Literal(str(1000 * (number + 1)), "", "http://www.w3.org/2001/XMLSchema#nonNegativeInteger")
        ],
    )


def build(path: Path) -> Sample:
    """Write the catalogue to `path`."""
    database = Database(path)
    MIGRATIONS.apply(database)
    sample = Sample(path, {})
    connection = database.conn
    with connection:
        _ground(connection)
        for number in range(BIG + 2):
            _dataset(connection, sample, number, 1)
        for number in range(300, 330):
            _dataset(connection, sample, number, 2)
        for number in range(400, 412):
            _dataset(connection, sample, number, 3)
        _events(connection, sample)
        _figures(connection)
        for portal in range(1, len(PORTALS) + 1):
            refresh_facets(connection, portal)
    renew_words(database)
    connection.execute("pragma journal_mode=wal")
    connection.close()
    return sample


def _ground(db: sqlite3.Connection) -> None:
    db.execute(
        "insert into municipality (ags, name, state, population) values ('99001001', 'Musterhafen', '99', 412345)"
    )
    db.executemany(
        "insert into run (id, started, ended, version, state) values (?, ?, ?, '0.1.0', 'ended')",
        [(number, at, at.replace("02:00", "04:12")) for number, at in enumerate(RUNS, 1)],
    )
    for number, (key, url, title, kind, outcome) in enumerate(PORTALS, 1):
        full = outcome == "complete"
        db.execute(
            "insert into portal (id, key, url, title, kind, last_run, last_outcome, last_complete_run, last_complete_at)"
            " values (?, ?, ?, ?, ?, 3, ?, ?, ?)",
            (number, key, url, title, kind, outcome, 3 if full else 1, RUNS[2] if full else RUNS[0]),
        )
        for run, at in enumerate(RUNS, 1):
            db.execute(
                "insert into portal_run (run, portal, started, ended, outcome, note, requests, bytes, seconds, claimed,"
                " delivered, rejected, added, changed, gone) values (?, ?, ?, ?, ?, ?, 12, 345678, 8.5, ?, ?, ?, ?, ?, ?)",
                (run, number, at, at, outcome if run == 3 else "complete", "", *_counts(number, run)),
            )
    db.execute("update portal set ags = '99001001' where id = 1")
    db.execute(
        "update portal_run set note = 'Zeitüberschreitung nach 3 Versuchen' where run = 3 and portal = 4"
    )
    db.execute(
        "insert into evidence (portal_run, at, url, status, verdict, proof) select id, started,"
        " 'https://waldau.example/robots.txt', 200, 'blocked', 'robots.txt: User-agent: bestand, Disallow: /'"
        " from portal_run where portal = 5 and run = 3"
    )
    db.execute("insert into unread values (1, 'extras.<b>kennzahl</b>', 17, 1, 3)")
    db.execute(
        "insert into rejected (portal_run, identifier, raw, error) select id, 'kaputt-1', '{\"title\": <', 'not-json'"
        " from portal_run where portal = 1 and run = 3"
    )
    db.executemany(
        "insert into agent (id, name) values (?, ?)", [(n + 1, f"Amt für Übersicht {n}") for n in range(3)]
    )
    for number, (slug, name, problem, severity, what_de, what_en) in enumerate(KINDS, 1):
        db.execute(
            "insert into finding_kind values (?, ?, 'Dataset', ?, ?, ?, '', '', '', ?, ?, ?, ?)",
            (
                number,
                slug,
                name,
                problem,
                severity,
                what_de,
                what_en,
                f"{what_de}: ergänzen.",
                f"{what_en}: add it.",
            ),
        )


def _counts(portal: int, run: int) -> tuple[int, ...]:
    if portal == 1:
        return (
            237,
            237,
            1,
            236 if run == 1 else 1 if run == 3 else 0,
            1 if run == 2 else 0,
            1 if run == 3 else 0,
        )
    return (30, 30, 0, 30 if run == 1 and portal == 2 else 0, 0, 0)


def key_of(portal: str, number: int) -> str:
    """The key of a dataset: short and stable."""
    return sha256(f"{portal} {number}".encode()).hexdigest()[:12]


def title_of(number: int) -> str:
    """Titles as towns write them; one of them hostile."""
    return HOSTILE if number == 2 else f"{NAMES[number % len(NAMES)]} {number}"


def _dataset(db: sqlite3.Connection, sample: Sample, number: int, portal: int) -> None:
    slug, base = PORTALS[portal - 1][:2]
    found = record(number, title_of(number), slug, base)
    key, canonical = key_of(slug, number), canonical_bytes(found)
    iri = found.root.id or ""
    db.execute(
        "insert into dataset (id, key, portal, identifier, iri, class, title, publisher, contact, issued, license,"
        " frequency, distributions, errors, warnings, version, raw_digest, reader, first_seen, changed_run)"
        " values (?, ?, ?, ?, ?, 'Dataset', ?, ?, 'function', '2020-01-31', ?, 'ANNUAL', ?, ?, ?, ?, x'00', 1, 1, 1)",
        (number + 1, key, portal, f"{slug}-{number}", iri, title_of(number), number % 3 + 1,
         LICENCES[number % len(LICENCES)], 1 + number % 3, number % 2, number % 3, number + 1),
    )  # fmt: skip
    db.execute(
        "insert into version (id, dataset, run, event, digest, record) values (?, ?, 1, 'added', ?, ?)",
        (number + 1, number + 1, digest(canonical), canonical.decode()),
    )
    text = f"Datensatz {title_of(number)} Bäume Straße Amt für Übersicht"
    db.execute(
        "insert into dataset_fts (rowid, title, text) values (?, ?, ?)",
        (number + 1, search_forms(title_of(number)), search_forms(text)),
    )
    db.execute("insert into dataset_theme values (?, ?)", (number + 1, THEMES[number % len(THEMES)]))
    db.executemany(
        "insert into distribution (dataset, iri, title, access_url, format, byte_size) values (?, ?, ?, ?, ?, ?)",
        [(number + 1, f"{base}/datei/{number}/{part}", f"Datei {part + 1}",
          "javascript:alert(2)" if number == 3 else f"{base}/d/{number}/{part}.csv",
          FORMATS[(number + part) % len(FORMATS)], 1000 * (number + 1)) for part in range(1 + number % 3)],
    )  # fmt: skip
    db.execute("insert into finding values (?, ?, ?)", (number + 1, number % len(KINDS) + 1, 1 + number % 2))
    sample.records[key] = found


def _events(db: sqlite3.Connection, sample: Sample) -> None:
    """Dataset 1 changes in run 2, dataset 237 and 238 go in run 3, dataset 6 goes and returns."""
    key = key_of("musterhafen", 0)
    changed = record(0, title_of(0), "musterhafen", PORTALS[0][1])
    changed.root.title = [Literal("Baumkataster der Stadt", "de")]
    changed.root.frequency = [IRI(f"{EU}frequency/MONTHLY")]
    changed.root.distribution[0].title = ["Datei eins"]
    canonical = canonical_bytes(changed)
    db.execute(
        "insert into version values (1001, 1, 2, 'changed', ?, ?)", (digest(canonical), canonical.decode())
    )
    db.execute(
        "update dataset set version = 1001, changed_run = 2, title = 'Baumkataster der Stadt' where id = 1"
    )
    sample.records[key] = changed
    for version, number in ((1002, 236), (1003, 237)):
        db.execute("insert into version values (?, ?, 3, 'gone', null, null)", (version, number + 1))
        db.execute("update dataset set gone_run = 3, gone_at = ? where id = ?", (RUNS[2], number + 1))
        del sample.records[key_of("musterhafen", number)]
    db.execute("insert into version values (1004, 6, 2, 'gone', null, null)")
    db.execute("insert into version select 1005, 6, 3, 'returned', digest, record from version where id = 6")
    db.execute("update dataset set version = 1005, changed_run = 3 where id = 6")


def _figures(db: sqlite3.Connection) -> None:
    """The aggregates, as the writer leaves them at a portal's end."""
    open_codes = json.dumps(["dl-de-by-2.0", "cc-by-4.0", "dl-de-zero-2.0"])
    db.execute(
        "insert into stat_portal select portal, sum(gone_run is null), sum(gone_run is not null),"
        " sum(distributions * (gone_run is null)), sum(errors * (gone_run is null)),"
        " sum(warnings * (gone_run is null)), sum(errors = 0 and gone_run is null),"
        " sum(gone_run is null and license in (select value from json_each(?))) from dataset group by portal",
        [open_codes],
    )
    here = "join dataset on dataset.id = dataset and gone_run is null"
    db.execute(
        f"insert into stat_theme select portal, theme, count(*) from dataset_theme {here} group by 1, 2"
    )
    db.execute(
        "insert into stat_format select portal, format, count(*), count(distinct dataset) from distribution"
        f" {here} group by 1, 2"
    )
    db.execute(
        "insert into stat_license select portal, license, count(*) from dataset where gone_run is null group by 1, 2"
    )
    db.execute(
        f"insert into stat_finding select portal, kind, count(*), sum(count) from finding {here} group by 1, 2"
    )
