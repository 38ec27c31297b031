"""The metrics of the Open Data Portal Watch as a second view of quality: values from 0 to 1 for each dataset.

Source: Neumaier, Umbrich, Polleres, "Automated Quality Assessment of Metadata across Open Data Portals", JDIQ 8(1), 2016.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from catalog.cleaning.formats import read_format
from catalog.cleaning.licences import read_licence
from catalog.measure.distributions import first, nodes_of, text_of, texts
from catalog.measure.measure import Text

Json = dict[str, Any]
Value = float | None
"""From 0 to 1; None where there is nothing of which a share could be taken."""


@dataclass(frozen=True, slots=True)
class Aspect:
    """One metric of the second view."""

    slug: str
    group: str
    title: Text
    condition: Text


# fmt: off
ASPECTS: Final[tuple[Aspect, ...]] = (
    Aspect("access", "existence", Text("Zugang", "Access"), Text("Anteil der Distributionen mit Adresse", "share of distributions with an address")),
    Aspect("discovery", "existence", Text("Auffindbarkeit", "Discovery"), Text("Mittel aus Titel, Beschreibung, Schlagwort vorhanden", "mean of title, description, keyword present")),
    Aspect("contact", "existence", Text("Kontakt", "Contact"), Text("Kontakt oder Herausgeber vorhanden", "contact or publisher present")),
    Aspect("rights", "existence", Text("Rechte", "Rights"), Text("Anteil der Distributionen mit Lizenz", "share of distributions with a licence")),
    Aspect("preservation", "existence", Text("Erhaltung", "Preservation"), Text("Anteil von Format, Medientyp und Größe an den Distributionen", "share of format, media type and size over the distributions")),
    Aspect("date", "existence", Text("Datum", "Date"), Text("Anteil von Veröffentlichungs- und Änderungsdatum an Datensatz und Distributionen", "share of issue and modification dates over dataset and distributions")),
    Aspect("temporal", "existence", Text("Zeitraum", "Temporal"), Text("Zeitraum vorhanden", "period present")),
    Aspect("spatial", "existence", Text("Gebiet", "Spatial"), Text("Gebiet vorhanden", "area present")),
    Aspect("access_url", "conformance", Text("Gültige Adressen", "Valid addresses"), Text("Anteil gültiger Adressen", "share of addresses that are valid")),
    Aspect("contact_email", "conformance", Text("Gültige E-Mail", "Valid e-mail"), Text("Kontakt nennt eine gültige E-Mail-Adresse", "the contact names a valid e-mail address")),
    Aspect("contact_url", "conformance", Text("Gültige Kontaktseite", "Valid contact page"), Text("Kontakt nennt eine gültige Webadresse", "the contact names a valid web address")),
    Aspect("date_format", "conformance", Text("Gültige Daten", "Valid dates"), Text("Anteil lesbarer Datumsangaben", "share of dates that can be read")),
    Aspect("license", "conformance", Text("Bekannte Lizenz", "Known licence"), Text("Anteil der Lizenzangaben, die einer bekannten Lizenz entsprechen", "share of licence statements that map to a known licence")),
    Aspect("file_format", "conformance", Text("Bekanntes Format", "Known format"), Text("Anteil bei IANA bekannter Formate", "share of formats known to IANA")),
    Aspect("open_format", "open data", Text("Offenes Format", "Open format"), Text("Anteil nicht-proprietärer Formate", "share of non-proprietary formats")),
    Aspect("machine_read", "open data", Text("Maschinenlesbar", "Machine-readable"), Text("Anteil maschinenlesbarer Formate", "share of machine-readable formats")),
    Aspect("open_license", "open data", Text("Offene Lizenz", "Open licence"), Text("Anteil offener Lizenzen", "share of open licences")),
)
# fmt: on
"""In the order of the stored values."""

_MAIL = re.compile(r"(?:mailto:)?[^@\s:]+@[^@\s.]+(?:\.[^@\s.]+)+", re.IGNORECASE)
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?)?)?")
_DATES = ("issued", "modified")
_KEPT = ("format", "media_type", "byte_size")
_ADDRESSES = ("access_url", "download_url")


def values(record: Json) -> list[Value]:
    """The values of a dataset's canonical JSON, in the order of `ASPECTS`."""
    files = nodes_of(record)
    return [_rounded(value) for value in (*_existence(record, files), *_conformance(record, files))] + [
        _rounded(value) for value in _openness(files)
    ]


def _rounded(value: Value) -> Value:
    return None if value is None else round(value, 3)


def _existence(record: Json, files: Sequence[Json]) -> Iterable[Value]:
    yield _share([any(file.get(name) for name in _ADDRESSES) for file in files]) or 0.0
    yield _share([bool(record.get(name)) for name in ("title", "description", "keyword")])
    yield float(bool(record.get("contact_point") or record.get("publisher")))
    yield _share([bool(file.get("license")) for file in files]) or 0.0
    yield _share([bool(file.get(name)) for file in files for name in _KEPT]) or 0.0
    yield _share([bool(node.get(name)) for node in (record, *files) for name in _DATES])
    yield float(bool(record.get("temporal")))
    yield float(bool(record.get("spatial")))


def _conformance(record: Json, files: Sequence[Json]) -> Iterable[Value]:
    yield _share(
        [_is_address(text_of(url)) for file in files for name in _ADDRESSES for url in file.get(name, ())]
    )
    contacts = _contacts(record)
    yield _named(contacts, "has_email", lambda text: bool(_MAIL.fullmatch(text)))
    yield _named(contacts, "has_url", _is_address)
    days = [text_of(day) for node in (record, *files) for name in _DATES for day in node.get(name, ())]
    yield _share([bool(_DAY.fullmatch(day)) for day in days])
    yield _share([_licence(text) is not None for text in _licences(files)])
    yield _share([_of_iana(*pair) for pair in _formats(files)])


def _openness(files: Sequence[Json]) -> Iterable[Value]:
    found = [_format(*pair) for pair in _formats(files)]
    yield _share([free for free, _ in found])
    yield _share([readable for _, readable in found])
    yield _share([_licence(text) == "yes" for text in _licences(files)])


def _share(found: Sequence[bool]) -> Value:
    return sum(found) / len(found) if found else None


def _contacts(record: Json) -> list[Json]:
    """Those that still say something: names and personal mailboxes were dropped before storing."""
    given = record.get("contact_point", ())
    return [
        value
        for value in given
        if isinstance(value, dict) and not value.keys() <= {"@id", "@class", "@types"}
    ]


def _named(contacts: Sequence[Json], name: str, valid: Any) -> Value:
    if not contacts:
        return None
    return float(any(valid(text_of(value)) for contact in contacts for value in contact.get(name, ())))


@lru_cache(maxsize=4096)
def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https", "ftp") and bool(parts.hostname) and not re.search(r"\s", text)


def _licences(files: Sequence[Json]) -> list[str]:
    return [text for file in files for text in texts(file.get("license", ()))[:1]]


@lru_cache(maxsize=4096)
def _licence(text: str) -> str | None:
    """Whether the licence is open (`yes`, `no`, `unknown`), by what it declares; None for one that nobody knows."""
    found = read_licence(text) if text else None
    return found.open if found else None


def _formats(files: Sequence[Json]) -> list[tuple[str, str]]:
    pairs = [(first(file.get("format", ())), first(file.get("media_type", ()))) for file in files]
    return [pair for pair in pairs if any(pair)]


@lru_cache(maxsize=4096)
def _of_iana(text: str, media_type: str) -> bool:
    found = read_format(text, "", media_type)
    return bool(found and found.media_type)


@lru_cache(maxsize=4096)
def _format(text: str, media_type: str) -> tuple[bool, bool]:
    found = read_format(text, "", media_type)
    return (found.non_proprietary, found.machine_readable) if found else (False, False)
