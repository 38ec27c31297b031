"""Metadata records inside XML answers, of whatever schema: which element is one, and what each says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from catalog.record.terms import Triple
from crawler.formats import dublin_core, iso19115_3, iso19139
from crawler.formats.dcat import read_feed
from crawler.formats.iso_metadata import Context
from crawler.formats.reading import Entry, Reading
from crawler.formats.xml_payload import canonical_xml, local, namespace

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DCAT = "http://www.w3.org/ns/dcat#"
_OF_ISO = frozenset({"MD_Metadata", "CHE_MD_Metadata", "MI_Metadata", "DQ_Metadata"})
_OF_CORE = frozenset({"Record", "SummaryRecord", "BriefRecord", "dc"})
_CORE = (
    "http://www.opengis.net/cat/csw/",
    "http://www.openarchives.org/OAI/2.0/oai_dc/",
    "http://purl.org/dc/",
)

Schema = tuple[Callable[[etree._Element], str], Callable[[etree._Element, Context], Reading]]


@dataclass(slots=True)
class Metadata:
    """What some metadata elements say: entries, those left out by their name, faults of the RDF among them."""

    entries: list[Entry] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    remainder: list[Triple] = field(default_factory=list)


def schema_of(element: etree._Element) -> Schema | None:
    """How to read an element that is one metadata record; None for RDF and for what is none that we know."""
    name, space = local(element), namespace(element)
    if space.startswith(iso19115_3.NAMESPACE) and name in _OF_ISO:
        return iso19115_3.identifier_of, iso19115_3.read
    if name in _OF_ISO:
        return iso19139.identifier_of, iso19139.read
    if name in _OF_CORE and space.startswith(_CORE):
        return dublin_core.identifier_of, dublin_core.read
    return None


def is_metadata(element: etree._Element) -> bool:
    """Whether an element is a metadata record, or RDF that holds some."""
    return schema_of(element) is not None or namespace(element) in (RDF, DCAT)


def records_in(root: etree._Element) -> list[etree._Element]:
    """The metadata elements of a document, not looking into those that are found."""
    found: list[etree._Element] = []
    stack = [root]
    while stack:
        element = stack.pop()
        if is_metadata(element):
            found.append(element)
        else:
            stack += reversed([child for child in element if local(child)])
    return found


def read_elements(
    elements: Iterable[etree._Element], context: Callable[[etree._Element], Context], identifier: str = ""
) -> Metadata:
    """Each element as an entry, RDF as the entries that it holds. `identifier` is that under which the portal keeps the
    one element, where it tells one. Raises UnreadablePayload for RDF that cannot be read."""
    found = Metadata()
    for element in elements:
        schema = schema_of(element)
        if schema is not None:
            own = identifier or schema[0](element)
            found.entries.append(
                Entry(own, canonical_xml(element), partial(schema[1], element, context(element)))
            )
        elif namespace(element) in (RDF, DCAT):
            _read_rdf(element, context(element).site, found)
        else:
            found.skipped[local(element)] += 1
    return found


def _read_rdf(element: etree._Element, base: str, found: Metadata) -> None:
    if namespace(element) == DCAT:
        outer = etree.Element(f"{{{RDF}}}RDF", nsmap={"rdf": RDF})
        outer.append(element)
        element = outer
    feed = read_feed(etree.tostring(element, encoding="utf-8"), "application/rdf+xml", base)
    found.entries += feed.entries
    found.faults.update(feed.faults)
    found.remainder += feed.remainder
