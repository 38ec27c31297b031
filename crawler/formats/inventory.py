"""A municipality's own inventory as a table → datasets; which column says what is recognised by its name, in German or English.

Names and aliases of columns: `schemas/vocabularies/inventory-column.csv`; a table to start with: `schemas/models/inventory-template.csv`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import zip_longest
from typing import Any

from catalog.cleaning.formats import read_format
from catalog.cleaning.iris import is_web_address
from catalog.record.node import Record, Values
from catalog.record.table import (
    Dataset,
    Distribution,
    LegalResource,
    Location,
    ProvenanceStatement,
    RightsStatement,
)
from catalog.record.terms import IRI, expand
from catalog.vocabulary.folding import fold
from catalog.vocabulary.tables import read_table
from crawler.formats.agents import agent, kind
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import Rule, apply, concept, first_date, labelled, verbatim
from crawler.formats.table_rows import Rows
from crawler.formats.values import Cleaner, minted, unique

TOP = 25
"""Rows in which the header is looked for: above it may stand a title and notes."""
SEVERAL = frozenset({"publisher"})
"""Columns of which a table may have several: the first that says something counts, the others are departments below it."""
PER_FILE = ("download", "format", "size", "license")
_LABEL, _LICENSE, _RIGHTS = expand("skos:prefLabel"), expand("dct:license"), expand("dct:rights")
_KEYS = {8: "municipalityKey", 12: "regionalKey", 5: "districtKey"}
_GEOCODING = "http://dcat-ap.de/def/politicalGeocoding/"
_LIST = re.compile(r"\s*[;\n|]\s*")
_WORDS = re.compile(r"\s*[;,\n|]\s*")
_ACCESS = {
    "PUBLIC": (
        *("offen", "oeffentlich", "public", "open", "open data", "ja", "yes", "x", "frei", "wahr", "true"),
        *("veroeffentlicht", "published", "bereits veroeffentlicht"),
    ),
    "RESTRICTED": (
        *("eingeschraenkt", "beschraenkt", "teilweise", "restricted", "restricted public", "bedingt"),
        *("auf anfrage", "on request", "intern und extern"),
    ),
    "NON_PUBLIC": (
        *("intern", "nein", "no", "nicht oeffentlich", "nicht offen", "vertraulich", "geheim", "internal"),
        *("non public", "not public", "closed", "confidential", "geschlossen", "falsch", "false", "gesperrt"),
        *("nur intern", "nicht veroeffentlicht", "private", "privat"),
    ),
}
"""Words (folded) by which inventories say who may have the data."""
_OUT_OF_SCOPE = frozenset(
    {"", "bemerkung", "bemerkungen", "kommentar", "notiz", "anmerkung", "comment", "comments", "remarks"}
)
"""Headers (folded) of remarks, which are not about the data."""


RULES: dict[str, tuple[str, Rule]] = {
    "language": ("language", Cleaner.language),
    "frequency": ("frequency", Cleaner.frequency),
    "page": ("landing_page", Cleaner.address),
    "legal": ("applicable_legislation", partial(labelled, LegalResource)),
    "model": ("references", Cleaner.reference),
    "system": ("provenance", partial(labelled, ProvenanceStatement)),
    "version": ("version", verbatim),
}
"""Column → property, and how its text becomes a value."""


@dataclass(slots=True)
class Header:
    """The header of a table: in which row it stands, which column says what, and what the others are called."""

    row: int
    columns: dict[int, str] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        return set(self.columns.values())


@cache
def column_names() -> dict[str, str]:
    """Folded header → name of the column."""
    found: dict[str, str] = {}
    for row in read_table("inventory-column"):
        for text in (row["label_de"], row["label_en"], *row["aliases"].split("|")):
            found.setdefault(_folded(text), row["name"])
    return found


def _folded(text: str) -> str:
    """A header without the star of a required field, units in brackets and signs."""
    bare = re.sub(r"\(.*?\)|\[.*?\]", " ", text)
    return " ".join(re.sub(r"[^\w]+", " ", fold(bare)).split())


def find_header(rows: Rows) -> Header | None:
    """The row among the first ones in which most columns are recognised, a title among them; None where there is none."""
    found = [
        header for number, row in enumerate(rows[:TOP]) if "title" in (header := _header(number, row)).names
    ]
    best = max(found, key=lambda header: len(header.columns), default=None)
    return best if best is not None and len(best.names) >= 2 else None


def _header(number: int, row: list[str]) -> Header:
    """Of two columns with the same meaning the first counts; a `Name` beside a better title is left unknown."""
    header, known = Header(number), column_names()
    for place, text in enumerate(row):
        name = known.get(_folded(text), "")
        if name and (name not in header.names or name in SEVERAL):
            header.columns[place] = name
        elif _folded(text) not in _OUT_OF_SCOPE:
            header.unknown[place] = text
    return header


def read_inventory(rows: Rows, header: Header, url: str) -> list[Entry]:
    """An entry for each dataset of the table found at `url`; rows with the same identifier are files of one dataset."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for number, row in enumerate(rows[header.row + 1 :]):
        item = _item(row, header)
        if not item or item.keys() <= {"unknown"}:
            continue
        groups.setdefault(item.get("identifier") or f"\0{number}", []).append(item)
    return [_entry(items, url) for items in groups.values()]


def _item(row: list[str], header: Header) -> dict[str, Any]:
    """A row by the names of its columns; what stands in unknown ones by their headers."""
    found: dict[str, Any] = {}
    for place, name in header.columns.items():
        text = row[place] if place < len(row) else ""
        if text and name in SEVERAL:
            found.setdefault(name, []).append(text)
        elif text:
            found[name] = text
    unknown = {text: row[place] for place, text in header.unknown.items() if place < len(row) and row[place]}
    return found | ({"unknown": unknown} if unknown else {})


def _entry(items: list[dict[str, Any]], url: str) -> Entry:
    return Entry(str(items[0].get("identifier", "")), canonical(items), partial(read_items, items, url))


def read_items(items: list[dict[str, Any]], url: str) -> Reading:
    """One dataset from its rows: what several rows say of the dataset counts where it stands first."""
    clean = Cleaner(url.rpartition("/")[0])
    said: dict[str, Any] = {}
    for item in items:
        for name, value in item.items():
            if name not in PER_FILE:
                said.setdefault(name, value)
    fields = Fields(said, clean)
    node = Dataset()
    _describe(fields, node, url)
    _responsible(fields, node)
    _place_and_time(fields, node)
    apply(RULES, fields, node)
    rights = _access(fields, node)
    for item in items:
        files = Fields({name: item[name] for name in PER_FILE if name in item}, clean)
        node.distribution += _files(files, node, rights, len(items) == 1)
    clean.unread.update(Counter((fields.take("unknown") or {}).keys()))
    fields.close()
    return Reading(Record(node), clean.unread, clean.faults)


def _describe(fields: Fields, node: Dataset, url: str) -> None:
    clean = fields.cleaner
    identifier = fields.text("identifier")
    if identifier:
        node.id = (
            IRI(identifier) if is_web_address(identifier) else IRI(f"{url}#{minted('', identifier)[1:]}")
        )
        node.identifier = [identifier]
    node.title, node.description = fields.prose("title"), fields.prose("description")
    if not node.title:
        clean.faults["title-missing-in-source"] += 1
    node.keyword = unique(word for word in _WORDS.split(fields.text("keyword")) if word)
    themes = [text for text in _LIST.split(fields.text("theme")) if text]
    node.theme = unique(uri for text in themes for uri in clean.theme(text))
    node.issued, node.modified = first_date(fields, "issued"), first_date(fields, "modified")


def _responsible(fields: Fields, node: Dataset) -> None:
    clean = fields.cleaner
    bodies = fields.strings("publisher")
    node.publisher = [one for one in [agent(clean, bodies[:1])] if one]
    node.creator = [one for name in bodies[1:] if (one := agent(clean, [name]))]
    name, email, phone = fields.text("contact"), fields.text("email"), fields.text("phone")
    if "@" in name and not email:
        name, email = "", name
    node.contact_point = [one for one in [kind(clean, name, email, phone)] if one]


def _place_and_time(fields: Fields, node: Dataset) -> None:
    clean = fields.cleaner
    start, end, period = fields.text("start"), fields.text("end"), fields.text("period")
    if start or end:
        node.temporal = [clean.period(start, end)]
    elif period:
        node.temporal = [clean.interval(period)]
    node.spatial = unique_places(clean, _LIST.split(fields.text("place")))


def unique_places(clean: Cleaner, texts: Iterable[str]) -> Values:
    """Official keys and addresses as IRIs, geometry as such, anything else as the name of a place."""
    found: Values = []
    for text in filter(None, texts):
        bare = text.replace(" ", "")
        if bare.isdecimal() and len(bare) in _KEYS:
            found.append(IRI(f"{_GEOCODING}{_KEYS[len(bare)]}/{bare}"))
        elif is_web_address(text):
            found.append(IRI(text))
        elif text.startswith("{") or text.upper().startswith(("POLYGON", "POINT", "MULTIPOLYGON")):
            found.append(clean.location(text))
        else:
            found.append(Location(rest={_LABEL: [text]}))
    return found


@cache
def _access_words() -> Mapping[str, str]:
    return {phrase: code for code, phrases in _ACCESS.items() for phrase in phrases}


def read_access(text: str) -> str:
    """`PUBLIC`, `RESTRICTED` or `NON_PUBLIC` by the words in which inventories say it; empty where it says something else."""
    words = _folded(text).split()
    for count in (len(words), 2, 1):
        if len(words) <= 6 and (code := _access_words().get(" ".join(words[:count]), "")):
            return code
    return ""


def _access(fields: Fields, node: Dataset) -> Values:
    """Access rights by their words; what else is said about use are rights."""
    clean = fields.cleaner
    if text := fields.text("access"):
        code = read_access(text)
        node.access_rights = [
            concept("access-right")(clean, code) if code else labelled(RightsStatement, clean, text)
        ]
    reason = fields.prose("reason")
    return [RightsStatement(rest={expand("rdfs:label"): reason})] if reason else []


def _files(files: Fields, node: Dataset, rights: Values, alone: bool) -> list[Distribution]:
    """One file an address; formats beside them in the same order, or one for all. Without an address what is said of
    licence and format is kept with the dataset, for an inventory lists what is not (yet) published too."""
    clean = files.cleaner
    addresses = [text for text in _LIST.split(files.text("download")) if text]
    formats = [text for text in _LIST.split(files.text("format")) if text]
    stated = files.text("license")
    license_, size = clean.license([stated]) if stated else [], files.text("size")
    files.close()
    if not addresses:
        said = {_LICENSE: license_, _RIGHTS: rights if alone else []}
        said[expand("dct:format")] = unique(clean.format(text) for text in formats)
        node.rest |= {term: values for term, values in said.items() if values}
        return []
    found = []
    for address, format_ in zip_longest(addresses, formats[: len(addresses)]):
        form = format_ or (formats[0] if len(formats) == 1 else "")
        file = Distribution(
            access_url=[clean.address(address)], license=license_.copy(), rights=rights.copy()
        )
        if form or read_format("", address):
            file.format = [clean.format(form, address)]
        file.byte_size = [clean.size(size)] if size and len(addresses) == 1 else []
        found.append(file)
    return found
