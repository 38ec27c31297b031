"""One ISO 19115 metadata record → a dataset or a data service, as GeoDCAT-AP 3.0 binds them, whatever the encoding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from catalog.cleaning.languages import language_tag
from catalog.record.node import Record, Values
from catalog.record.table import CatalogueRecord, DataService, Dataset, Standard
from catalog.record.terms import IRI, expand
from crawler.formats.iso_extent import read_periods, read_places
from crawler.formats.iso_keywords import read_keywords
from crawler.formats.iso_parties import assign, contact_points, read_parties
from crawler.formats.iso_resource import describe_dataset, describe_service, is_service
from crawler.formats.iso_rights import read_rights
from crawler.formats.iso_scope import OUT_OF_SCOPE
from crawler.formats.iso_transfer import read_transfer
from crawler.formats.reading import Reading
from crawler.formats.rules import labelled
from crawler.formats.values import Cleaner, each_once, unique
from crawler.formats.xml_branch import Branch, Locales

MANY_DISTRIBUTIONS = 1_000
_RIGHTS, _LICENSE = expand("dct:rights"), expand("dct:license")
_CONTACT, _IDENTIFIER = expand("dcat:contactPoint"), expand("dct:identifier")


@dataclass(frozen=True, slots=True)
class Context:
    """What the records of one catalogue share: the site against which relative addresses are resolved, and the address
    of the record that it keeps under an identifier. `listed` is the date under which a folder lists the file, `source` the
    address of the metadata themselves, where they have one."""

    site: str
    address: Callable[[str], IRI | None]
    listed: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Encoding:
    """Where the two encodings put what they mean alike: paths by local names, best first."""

    identifier: tuple[str, ...]
    parent: tuple[str, ...]
    level: tuple[str, ...]
    language: tuple[str, ...]
    locales: tuple[str, ...]
    modified: tuple[str, ...]
    standard: tuple[str, ...]
    resource_language: tuple[str, ...]
    lineage: tuple[str, ...]


def identifier_in(element: etree._Element, encoding: Encoding) -> str:
    """The record's own identifier (fileIdentifier, metadataIdentifier); empty where it has none."""
    for path in encoding.identifier:
        found = element.find("/".join("{*}" + name if name != "*" else "*" for name in path.split("/")))
        if found is not None:
            text = "".join(map(str, found.itertext())).strip()
            if text:
                return text
    return ""


def read_metadata(element: etree._Element, context: Context, encoding: Encoding) -> Reading:
    """The record of one metadata element. Its type is the level of the resource, where that is not `dataset`."""
    root, clean = Branch(element), Cleaner(context.site)
    tags = _locales(root, encoding)
    resource = root.first("identificationInfo/*") or Branch(etree.Element("MD_DataIdentification"))
    if not resource.parts or resource.name in ("citation", "abstract"):
        resource = root.first("identificationInfo") or resource  # type element left out, as in Ulm's files
    level = root.text(*encoding.level)
    rights = read_rights(resource.all("resourceConstraints/*"), clean, tags)
    transfer = read_transfer(root, resource, rights, clean, tags)
    node: Dataset | DataService
    if is_service(resource, level):
        node, level = DataService(), level or "service"
        describe_service(node, root, resource, transfer, rights, context.address, clean, tags)
    else:
        node = Dataset()
        describe_dataset(node, root, resource, transfer, rights, encoding.lineage, clean, tags)
    record = Record(node)
    _identify(record, root, context, encoding, clean)
    _describe(node, resource, clean, tags)
    _relate(node, root, resource, context, encoding, clean, tags)
    _catalogue(record, root, context, encoding, clean, tags)
    _warn(node, clean)
    clean.unread.update(root.unread(OUT_OF_SCOPE))
    return Reading(record, clean.unread, clean.faults, "" if level == "dataset" else level)


def _locales(root: Branch, encoding: Encoding) -> Locales:
    default = language_tag(root.text(*encoding.language))
    tags = {}
    for locale in root.all(*encoding.locales):
        language = language_tag(locale.text("languageCode", "language"))
        tags[locale.attributes.get("id", "").lower()] = language
    return Locales(default, tags)


def _identify(record: Record, root: Branch, context: Context, encoding: Encoding, clean: Cleaner) -> None:
    identifier = root.text(*encoding.identifier)
    root.drop("metadataIdentifier", "metadataStandard/*/edition")
    record.root.id = context.address(identifier) if identifier else None
    if not identifier:
        clean.faults["identifier-missing"] += 1
    elif isinstance(record.root, Dataset):
        record.root.identifier = [identifier]
    else:
        record.root.rest[_IDENTIFIER] = [identifier]


def _describe(node: Dataset | DataService, resource: Branch, clean: Cleaner, tags: Locales) -> None:
    """Title, description, keywords."""
    title, abstract = resource.first("citation/*/title"), resource.first("abstract")
    node.title = title.prose(clean, tags) if title else []
    node.description = abstract.prose(clean, tags) if abstract else []
    if not node.title:
        clean.faults["title-missing-in-source"] += 1
    words = read_keywords(resource, clean, tags)
    node.keyword, node.theme, node.hvd_category = words.keyword, words.theme, words.hvd_category


def _relate(
    node: Dataset | DataService,
    root: Branch,
    resource: Branch,
    context: Context,
    encoding: Encoding,
    clean: Cleaner,
    tags: Locales,
) -> None:
    """People, places, periods, languages, and what it is part of."""
    keepers = read_parties(root.all("contact/*"), clean, tags)
    parties = read_parties(
        resource.all("pointOfContact/*", "citation/*/citedResponsibleParty/*")
        + root.all("distributionInfo/*/distributor/*/distributorContact/*"),
        clean,
        tags,
    )
    assign(node, parties, keepers, clean)
    extents = resource.all("extent/*", "EX_Extent")
    places, periods = read_places(extents, clean, tags), read_periods(extents, clean)
    languages = unique(clean.language(text) for text in resource.texts(*encoding.resource_language))
    parents = [place for text in root.texts(*encoding.parent) if (place := context.address(text))]
    said = {"spatial": places, "temporal": periods, "language": languages, "in_series": parents}
    for name, values in said.items():
        if isinstance(node, Dataset):
            setattr(node, name, values)
        elif values:
            term = {"in_series": "dcat:inSeries"}.get(name, f"dct:{name}")
            node.rest[expand(term)] = values


def _catalogue(
    record: Record, root: Branch, context: Context, encoding: Encoding, clean: Cleaner, tags: Locales
) -> None:
    """What the metadata say about themselves: a catalogue record beside the resource (GeoDCAT-AP 3.0)."""
    keepers = read_parties(root.all("contact/*"), clean, tags)
    modified = _modified(root, encoding, clean) or ([clean.date(context.listed)] if context.listed else [])
    standards = [labelled(Standard, clean, text) for text in root.texts(*encoding.standard)]
    language = unique(clean.language(text) for text in root.texts(*encoding.language))
    if not isinstance(record.root.id, IRI):
        return
    node = CatalogueRecord(
        id=IRI(context.source or f"{record.root.id}#record"),
        primary_topic=[record.root.id],
        modified=modified,
        conforms_to=each_once(standards),
        language=language,
    )
    if contacts := contact_points(keepers, clean):
        node.rest[_CONTACT] = contacts
    record.others = [node]


def _modified(root: Branch, encoding: Encoding, clean: Cleaner) -> Values:
    """The date of the metadata: `dateStamp`, or the latest of `dateInfo` that is a revision, else a creation."""
    stamp = root.text(*encoding.modified)
    if stamp:
        return [clean.date(stamp)]
    dates: dict[str, str] = {}
    for part in root.all("dateInfo/*"):
        dates[part.text("dateType")] = part.text("date")
    found = next(
        (dates[name] for name in ("revision", "lastUpdate", "publication", "creation") if name in dates), ""
    )
    return [clean.date(found)] if found else []


def _warn(node: Dataset | DataService, clean: Cleaner) -> None:
    if isinstance(node, Dataset) and len(node.distribution) > MANY_DISTRIBUTIONS:
        clean.faults["distribution-excess"] = 1
