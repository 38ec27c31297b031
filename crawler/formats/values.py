"""One raw value → one value of a record: cleaned where cleaning knows it, else as it stands, with the fault counted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote, urljoin

import orjson

from catalog.cleaning.dates import read_date, read_interval
from catalog.cleaning.formats import read_format, read_media_type
from catalog.cleaning.frequencies import read_frequency
from catalog.cleaning.geometry import read_geometry
from catalog.cleaning.iris import is_web_address, repair_iri, repair_mailbox
from catalog.cleaning.languages import read_language
from catalog.cleaning.licences import read_licence
from catalog.cleaning.sizes import read_size
from catalog.cleaning.text import plain
from catalog.cleaning.themes import read_theme
from catalog.record.node import Values
from catalog.record.table import Checksum, Location, PeriodOfTime
from catalog.record.terms import IRI, XSD_DATETIME, XSD_HEX, XSD_NON_NEGATIVE, Literal
from catalog.vocabulary.folding import fold
from catalog.vocabulary.lists import vocabulary

WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
GEOJSON = "http://www.opengis.net/ont/geosparql#geoJSONLiteral"

_DIGEST_LENGTHS = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);", re.IGNORECASE)
_HEX = frozenset("0123456789abcdefABCDEF")


class Cleaner:
    """Cleans the values of one record; gathers its faults (finding slugs) and the unread keys of its source.

    `site` is the address against which relative references are resolved, without a trailing slash.
    """

    __slots__ = ("faults", "site", "unread")

    def __init__(self, site: str) -> None:
        self.site = site
        self.faults: Counter[str] = Counter()
        self.unread: Counter[str] = Counter()

    def prose(self, text: str) -> str:
        """A title or description; HTML in it becomes plain text (`text-has-markup`)."""
        if "{{" in text and "}}" in text:
            self.faults["template-unrendered"] += 1
        if "<" not in text and ("&" not in text or not _ENTITY.search(text)):
            return text
        bare = plain(text)
        if bare == " ".join(text.split()):
            return text
        self.faults["text-has-markup"] += 1
        return bare

    def address(self, text: str) -> IRI | str:
        """An IRI, repaired if need be (`iri-repaired`, `iri-relative`); what cannot be one stays (`iri-unusable`)."""
        found = repair_iri(text)
        if found == text:
            return IRI(text)
        if found is not None:
            self.faults["iri-repaired"] += 1
            return IRI(found)
        return self._relative(text)

    def _relative(self, text: str) -> IRI | str:
        if self.site and _is_relative(text):
            found = repair_iri(_joined(self.site + "/", text))
            if found is not None:
                self.faults["iri-relative"] += 1
                return IRI(found)
        self.faults["iri-unusable"] += 1
        return text

    def reference(self, text: str) -> IRI | str:
        """An IRI where the text is one, else the text: for keys in which portals give either, rightly."""
        return IRI(text) if is_web_address(text) or text.startswith("urn:") else text

    def mailbox(self, text: str) -> IRI | str:
        """`mailto:…`; what is no mailbox but an address of the web stays one."""
        found = repair_mailbox(text)
        if found is None:
            return self.address(text)
        if not found.lower().endswith(text.lower()):
            self.faults["iri-repaired"] += 1
        return IRI(found)

    def telephone(self, text: str) -> IRI | str:
        """`tel:…` (RFC 3966) with nothing but digits and a leading plus."""
        digits = "".join(character for character in text.replace("(0)", "") if character in "+0123456789")
        number = digits[:1] + digits[1:].replace("+", "")
        if len(number) > 3:
            return IRI("tel:" + number)
        self.faults["iri-unusable"] += 1
        return text

    def date(self, text: str) -> Literal | str:
        """A date or time with its datatype; what cannot be one stays text (`date-unreadable`)."""
        if _is_timestamp(text):
            return Literal(text, "", XSD_DATETIME)
        found = read_date(text)
        if found is None:
            self.faults["date-unreadable"] += 1
            return text
        return Literal(found.lexical, "", found.datatype)

    def period(self, start: str, end: str) -> PeriodOfTime:
        return PeriodOfTime(
            start_date=[self.date(start)] if start else [], end_date=[self.date(end)] if end else []
        )

    def interval(self, text: str) -> PeriodOfTime | str:
        """`a/b` as a period; a single date is a period that begins and ends with it."""
        ends = read_interval(text)
        if ends is not None:
            return self.period(*ends)
        if read_date(text) is not None:
            return self.period(text, text)
        self.faults["date-unreadable"] += 1
        return text

    def theme(self, text: str) -> Values:
        """The EU themes that the text stands for; an unknown one stays as it is."""
        found = read_theme(text)
        if found:
            return [IRI(uri) for uri in found]
        self.faults["theme-unknown"] += 1
        return [self.reference(text)]

    def format(self, text: str, url: str = "", media_type: str = "") -> IRI | str:
        # Most texts are known by themselves; asked without the address, they share one entry of the cache.
        found = read_format(text) or read_format(text, url, media_type)
        if found is None:
            self.faults["format-unknown"] += 1
            return self.reference(text)
        return IRI(found.uri) if found.uri else text

    def media_type(self, text: str) -> IRI | str:
        found = read_media_type(text)
        if found is not None:
            return IRI(found)
        self.faults["format-unknown"] += 1
        return self.reference(text)

    def frequency(self, text: str) -> IRI | str:
        return self._known(read_frequency(text), text, "frequency-unknown")

    def language(self, text: str) -> IRI | str:
        return self._known(read_language(text), text, "language-unknown")

    def _known(self, found: str | None, text: str, fault: str) -> IRI | str:
        if found is not None:
            return IRI(found)
        self.faults[fault] += 1
        return self.reference(text)

    def license(self, candidates: Iterable[str]) -> Values:
        """The licence that the first candidate that is known names; else the first candidate as it stands, be it only
        to say that no licence is given (`licence-unknown`)."""
        stated = [text for text in candidates if text]
        for text in stated:
            if (known := _licence_uri(text)) is not None:
                return [known]
        if not stated:
            return []
        self.faults["licence-unknown"] += 1
        return [self.reference(stated[0])]

    def size(self, value: Any) -> Literal | str:
        """A number of bytes; what is none stays text (`size-unreadable`)."""
        if (
            isinstance(value, str)
            and value.isdecimal()
            and value.isascii()
            and value[0] != "0"
            and len(value) < 16
        ):
            return Literal(value, "", XSD_NON_NEGATIVE)
        found = read_size(value)
        if found is None:
            self.faults["size-unreadable"] += 1
            return str(value)
        return Literal(str(found), "", XSD_NON_NEGATIVE)

    def checksum(self, text: str, algorithm: str = "") -> Checksum:
        """The algorithm is the one named (`sha1`, its URI), a prefix `sha1:`, else the one whose length it has."""
        prefix, _, digest = text.rpartition(":")
        name = algorithm or prefix or _DIGEST_LENGTHS.get(len(digest), "")
        sound = digest and len(digest) % 2 == 0 and _HEX.issuperset(digest)
        return Checksum(
            algorithm=[coded("checksum-algorithm", name)] if name else [],
            checksum_value=[Literal(digest, "", XSD_HEX) if sound else text],
        )

    def location(self, value: str | dict[str, Any] | list[Any]) -> Location | str:
        """A place by its geometry: box and centre, and the geometry itself where it is more than a box."""
        text = value if isinstance(value, str) else _as_json(value)
        literals = _geometry_literals(text)
        if literals is None:
            self.faults["template-unrendered" if "{{" in text else "geometry-unreadable"] += 1
            return text
        box, centre, geometry = literals
        return Location(bbox=list(box), centroid=[centre], geometry=list(geometry))


def _is_timestamp(text: str) -> bool:
    """Whether the text is `2014-01-31T08:11:44` or has six digits of fraction, as CKAN writes every time: those are
    lexical forms already, and too many and too different to be worth a cache."""
    if text[10:11] != "T" or text[16:17] != ":" or text[4] != "-" or text[11:13] > "23":
        return False
    if len(text) != 19 and not (len(text) == 26 and text[19] == "." and text[20:].isdecimal()):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_relative(text: str) -> bool:
    if text.startswith(("/", "./", "../")):
        return len(text) > 1
    first, slash, _ = text.partition("/")
    return bool(slash) and not any(character in first for character in ". :@{")


@lru_cache(maxsize=4096)
def _licence_uri(text: str) -> IRI | None:
    found = read_licence(text)
    uri = (found.de_uri or found.eu_uri or found.url) if found else ""
    return IRI(uri) if uri else None


def _as_json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # integers beyond 64 bits
        return json.dumps(value)


def _joined(base: str, text: str) -> str:
    try:
        return urljoin(base, text)
    except ValueError:  # brackets that are no address of IPv6
        return text


@lru_cache(maxsize=2048)
def _geometry_literals(text: str) -> tuple[tuple[Literal, ...], Literal, tuple[Literal, ...]] | None:
    """Bounding box (none for a point), centroid, and the geometry where it is no box."""
    found = read_geometry(text)
    if found is None:
        return None
    centre = Literal("POINT({} {})".format(*found.centroid), "", WKT)
    if found.wkt.startswith("POINT"):
        return (), centre, ()
    shape = (Literal(text, "", GEOJSON),) if text.lstrip().startswith("{") and not _is_box(text) else ()
    return (Literal(found.wkt, "", WKT),), centre, shape


def _is_box(geojson: str) -> bool:
    """Whether a GeoJSON text is one polygon with the corners of a rectangle."""
    shape = orjson.loads(geojson)
    try:
        (ring,) = shape["coordinates"]
        corners = {(position[0], position[1]) for position in ring}
    except (TypeError, ValueError, LookupError):
        return False
    wide, high = {x for x, _ in corners}, {y for _, y in corners}
    return shape.get("type") == "Polygon" and len(corners) == 4 and len(wide) == len(high) == 2


@lru_cache(maxsize=8192)
def coded(name: str, text: str) -> IRI | str:
    """The concept of a vocabulary that a URI, a code or a label names; else the address or text as it stands."""
    concept = vocabulary(name).by_uri(text) or vocabulary(name).by_code(text)
    if concept is not None:
        return IRI(concept.uri)
    uri = _labels(name).get(fold(text))
    if uri is not None:
        return IRI(uri)
    return IRI(text) if is_web_address(text) else text


@cache
def _labels(name: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for concept in vocabulary(name):
        for label in (concept.code, concept.code.replace("_", " "), concept.label_en, concept.label_de):
            if label:
                names.setdefault(fold(label), concept.uri)
    return names


def minted(site: str, *parts: str) -> IRI:
    """An address below `site` from path segments, percent-encoded."""
    address = site
    for part in parts:
        address += "/" + (part if _is_plain(part) else quote(part, safe="~"))
    return IRI(address)


def _is_plain(segment: str) -> bool:
    """Whether a path segment is a name or a UUID, as nearly all are: nothing in it needs encoding."""
    return segment.isascii() and segment.replace("-", "").isalnum()


def unique(values: Iterable[Any]) -> Values:
    """The values in their order, each once."""
    return list(dict.fromkeys(values))


def each_once(values: Iterable[Any]) -> Values:
    """The same for values that may be nodes, which cannot be hashed."""
    return list({repr(value): value for value in values}.values())
