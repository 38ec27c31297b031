"""Dublin Core records (csw:Record, oai_dc:dc, any element whose children are Dublin Core terms) → records."""

from __future__ import annotations

import re

from lxml import etree

from catalog.cleaning.iris import is_web_address
from catalog.cleaning.licences import read_licence
from catalog.cleaning.themes import read_theme
from catalog.record.node import Record, Values
from catalog.record.table import (
    Agent,
    DataService,
    Dataset,
    Identifier,
    Location,
    ProvenanceStatement,
    RightsStatement,
    Standard,
)
from catalog.record.terms import IRI, expand
from crawler.formats.iso_metadata import MANY_DISTRIBUTIONS, Context
from crawler.formats.iso_rights import ACCESS_CODES, Rights
from crawler.formats.iso_transfer import Online, distribution_of, gives_data, offline
from crawler.formats.reading import Reading
from crawler.formats.rules import labelled
from crawler.formats.values import Cleaner, coded, each_once, unique
from crawler.formats.xml_branch import Branch

_LABEL, _SPATIAL, _TEMPORAL = expand("skos:prefLabel"), expand("dct:spatial"), expand("dct:temporal")
_IDENTIFIER, _ALTERNATIVE, _CREATED = (
    expand("dct:identifier"),
    expand("dct:alternative"),
    expand("dct:created"),
)
_SYSTEM = re.compile(r"EPSG(?:/\d[\d.]*/|:[\d.]*:|:)(\d{4,6})$", re.IGNORECASE)
_ANNOUNCED = frozenset(
    {"otherrestrictions", "license", "licence", "copyright", "intellectualpropertyrights"}
) | {
    "trademark",
    "patent",
    "patentpending",
}
"""Codes of MD_RestrictionCode that catalogues write into `dc:rights`: they say that a text follows, not which."""

OUT_OF_SCOPE = frozenset(
    (
        # Media, readers and teaching: no properties of DCAT-AP.
        *("audience", "educationLevel", "instructionalMethod", "medium", "extent", "bibliographicCitation"),
        *("accrualMethod", "accrualPolicy", "tableOfContents", "mediator"),
        # Dates of the making of a publication; those of the data are read.
        *("dateAccepted", "dateCopyrighted", "dateSubmitted", "available", "valid"),
        # Text for the search engine of the catalogue (pycsw, OWSLib).
        "AnyText",
    )
)
"""Local names of terms that are known and deliberately not mapped."""


def identifier_of(element: etree._Element) -> str:
    """The first dc:identifier; empty where there is none."""
    for child in element:
        if isinstance(child.tag, str) and child.tag.endswith("}identifier") and (child.text or "").strip():
            return (child.text or "").strip()
    return ""


def read(element: etree._Element, context: Context) -> Reading:
    """One record. Its type is `dc:type`, where that is not a dataset."""
    root, clean = Branch(element), Cleaner(context.site)
    type_ = root.text("type").rpartition("/")[2]
    node: Dataset | DataService = DataService() if type_.lower() == "service" else Dataset()
    record = Record(node)
    _identify(node, root, context, clean)
    _describe(node, root, clean)
    _people(node, root, clean)
    _when_and_where(node, root, clean)
    rights = _rights(root, clean)
    _access(node, root, rights, clean)
    _relate(node, root, context, clean)
    clean.unread.update(root.unread(OUT_OF_SCOPE))
    plain = type_.lower() in ("", "dataset")
    return Reading(record, clean.unread, clean.faults, "" if plain else type_)


def _identify(node: Dataset | DataService, root: Branch, context: Context, clean: Cleaner) -> None:
    identifiers = unique(root.texts("identifier"))
    if not identifiers:
        clean.faults["identifier-missing"] += 1
        return
    node.id = context.address(identifiers[0])
    if isinstance(node, Dataset):
        node.identifier = [identifiers[0]]
        node.other_identifier = [Identifier(notation=[text]) for text in identifiers[1:]]
    else:
        node.rest[_IDENTIFIER] = identifiers


def _describe(node: Dataset | DataService, root: Branch, clean: Cleaner) -> None:
    node.title = unique(map(clean.prose, root.texts("title")))
    if not node.title:
        clean.faults["title-missing-in-source"] += 1
    node.description = unique(map(clean.prose, root.texts("abstract") + root.texts("description")))
    words = unique(root.texts("subject"))
    node.keyword = words
    node.theme = unique(IRI(uri) for word in words for uri in read_theme(word))
    if others := root.texts("alternative"):
        node.rest[_ALTERNATIVE] = unique(others)


def _people(node: Dataset | DataService, root: Branch, clean: Cleaner) -> None:
    """Publishers and creators; who publishes is often only named as creator or holder of the rights."""
    publishers, creators = root.texts("publisher"), root.texts("creator")
    contributors, holders = root.texts("contributor"), root.texts("rightsHolder")
    stated = publishers or holders or creators or contributors
    node.publisher = _agents(publishers or stated[:1])
    said = {"creator": creators, "contributor": contributors}
    for name, names in said.items():
        if isinstance(node, Dataset):
            setattr(node, name, _agents(names))
        elif names:
            node.rest[expand(f"dct:{name}")] = _agents(names)


def _agents(names: list[str]) -> Values:
    return [Agent(name=[name]) for name in dict.fromkeys(names)]


def _when_and_where(node: Dataset | DataService, root: Branch, clean: Cleaner) -> None:
    """`dc:date` is the publication's unless `dct:issued` is there (DCMI: a point in the life of the resource)."""
    issued, modified, created = (root.text(name) for name in ("issued", "modified", "created"))
    issued = issued or root.text("date")
    root.drop("date")
    languages = unique(clean.language(text) for text in root.texts("language"))
    places, systems = _places(root, clean)
    periods = [clean.interval(text) for text in dict.fromkeys(root.texts("temporal"))]
    said: dict[str, Values] = {
        "issued": [clean.date(issued)] if issued else [],
        "modified": [clean.date(modified)] if modified else [],
        "language": languages,
        "spatial": places,
        "temporal": periods,
    }
    for name, values in said.items():
        if isinstance(node, Dataset):
            setattr(node, name, values)
        elif values:
            node.rest[expand(f"dct:{name}")] = values
    if created:
        node.rest[_CREATED] = [clean.date(created)]
    node.conforms_to = systems


def _places(root: Branch, clean: Cleaner) -> tuple[Values, Values]:
    """Boxes and names; a reference system that stands where a place should is a standard."""
    places: Values = [
        box for part in root.all("BoundingBox", "WGS84BoundingBox") if (box := _box(part, clean))
    ]
    systems: Values = []
    for text in dict.fromkeys(root.texts("spatial") + root.texts("coverage")):
        if system := _SYSTEM.search(text):
            systems.append(IRI("http://www.opengis.net/def/crs/EPSG/0/" + system[1]))
        elif is_web_address(text):
            places.append(IRI(text))
        else:
            places.append(Location(rest={_LABEL: [text]}))
    return each_once(places), unique(systems)


def _box(part: Branch, clean: Cleaner) -> Location | str | None:
    """ows:BoundingBox; longitude first, unless the reference system that it names says otherwise."""
    lower, upper = part.text("LowerCorner"), part.text("UpperCorner")
    if not (lower and upper):
        return None
    system = part.attributes.get("crs", "")
    corners = f"<lowerCorner>{lower}</lowerCorner><upperCorner>{upper}</upperCorner>"
    return clean.location(f'<Envelope srsName="{system}">{corners}</Envelope>')


def _rights(root: Branch, clean: Cleaner) -> Rights:
    rights = Rights()
    stated = unique(root.texts("license") + root.texts("rights"))
    words = [text for text in stated if text.lower() not in _ANNOUNCED and text not in ACCESS_CODES]
    codes = [text for text in stated + root.texts("accessRights") if text in ACCESS_CODES]
    rights.access = unique(coded("access-right", ACCESS_CODES[text]) for text in codes)
    known = next((text for text in words if read_licence(text)), "")
    if known:
        rights.license = clean.license([known])
    elif words:
        clean.faults["licence-unknown"] += 1
    rights.rights = [
        labelled(RightsStatement, clean, text) for text in words if text != known or not rights.license
    ]
    others = [text for text in root.texts("accessRights") if text not in ACCESS_CODES]
    others = [text for text in others if text.lower() not in _ANNOUNCED]
    rights.access = rights.access or [labelled(RightsStatement, clean, text) for text in unique(others)]
    return rights


def _access(node: Dataset | DataService, root: Branch, rights: Rights, clean: Cleaner) -> None:
    """References by their scheme: data and services as distributions, other pages as landing pages."""
    formats = [one for text in root.texts("format") for line in text.splitlines() if (one := line.strip())]
    online = [_online(part) for part in root.all("references", "URI")]
    resources = [one for one in online if one.url]
    data = [one for one in resources if gives_data(one)]
    pages = unique(clean.address(one.url) for one in resources if not gives_data(one))
    node.landing_page, node.access_rights = pages, rights.access
    if isinstance(node, DataService):
        node.endpoint_url = unique(clean.address(one.url) for one in data or resources)
        node.license, node.rights = rights.license, rights.rights
        node.format = unique(clean.format(text) for text in dict.fromkeys(formats))
        return
    node.distribution = each_once(
        distribution_of(one, list(dict.fromkeys(formats)), rights, clean) for one in data
    )
    if not node.distribution and (formats or rights.license or rights.rights):
        node.distribution = [offline(list(dict.fromkeys(formats)), rights, clean)]
    if len(node.distribution) > MANY_DISTRIBUTIONS:
        clean.faults["distribution-excess"] = 1


def _online(part: Branch) -> Online:
    protocol = part.attributes.get("scheme", "") or part.attributes.get("protocol", "")
    said = [part.attributes.get(name, "").strip() for name in ("name", "description")]
    name, description = ([text] if text else [] for text in said)
    return Online(part.said(), protocol, "", part.attributes.get("function", ""), name, description)


def _relate(node: Dataset | DataService, root: Branch, context: Context, clean: Cleaner) -> None:
    """Sources, relations, standards. What a service is related to are the datasets that it serves."""
    relations = unique(root.texts("relation", "isReferencedBy", "requires", "isRequiredBy", "hasPart"))
    parents = unique(root.texts("isPartOf"))
    standards = [labelled(Standard, clean, text) for text in unique(root.texts("conformsTo"))]
    node.conforms_to = each_once([*node.conforms_to, *standards])
    if not isinstance(node, Dataset):
        found = (IRI(text) if is_web_address(text) else context.address(text) for text in relations)
        node.serves_dataset = [target for target in found if target]
        return
    node.relation = unique(clean.reference(text) for text in relations)
    node.in_series = [place for text in parents if (place := context.address(text))]
    sources = unique(root.texts("source", "provenance"))
    node.provenance = [labelled(ProvenanceStatement, clean, text) for text in sources]
    if frequency := root.text("accrualPeriodicity"):
        node.frequency = [clean.frequency(frequency)]
    versions = root.texts("hasVersion", "isVersionOf", "replaces", "isReplacedBy")
    node.is_version_of = unique(clean.reference(text) for text in versions)
