"""schema.org/Dataset in the JSON-LD of a web page → datasets.

Keys: schema.org's Dataset, DataDownload and what Google's guideline for dataset pages asks for; also as ckanext-dcat writes it
(a graph with the prefix `schema:`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from catalog.cleaning.iris import is_web_address
from catalog.cleaning.themes import read_theme
from catalog.record.node import Record, Values
from catalog.record.table import Dataset, Identifier, RightsStatement
from catalog.record.terms import IRI, expand
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import Rule, apply, first_date, labelled, verbatim
from crawler.formats.schema_org_parts import agents, contacts, periods, places, read_download
from crawler.formats.values import Cleaner, unique

_LICENSE, _RIGHTS = expand("dct:license"), expand("dct:rights")
_SAME, _ALTERNATIVE, _PART_OF = expand("owl:sameAs"), expand("dct:alternative"), expand("dct:isPartOf")

RULES: dict[str, tuple[str, Rule]] = {
    "version": ("version", verbatim),
    "isBasedOn": ("source", Cleaner.reference),
    "isBasedOnUrl": ("source", Cleaner.reference),
    "citation": ("relation", Cleaner.reference),
    "hasPart": ("relation", Cleaner.reference),
    "workExample": ("relation", Cleaner.reference),
    "usageInfo": ("page", Cleaner.address),
    "subjectOf": ("page", Cleaner.reference),
    "conditionsOfAccess": ("access_rights", partial(labelled, RightsStatement)),
}
"""Key → property, and how each text becomes a value."""

OUT_OF_SCOPE = frozenset(
    (
        # The class and the vocabulary are known from where the object stands.
        *("@type", "@context", "additionalType"),
        # The catalogue and the organisation that runs it: that is the portal.
        *("includedInDataCatalog", "sdPublisher", "sdDatePublished", "sdLicense"),
        # Whether data cost money says nothing about who may have them.
        "isAccessibleForFree",
        # What the columns hold and how it was measured: about the data's content, no place in DCAT-AP.
        *("variableMeasured", "measurementTechnique", "measurementMethod"),
        # Who paid, holds a right, or is named for credit in ways that DCAT-AP does not tell apart.
        *("funder", "funding", "sponsor", "copyrightHolder", "copyrightYear", "acquireLicensePage"),
        # Pictures, opinions and actions of the page.
        *("image", "thumbnail", "thumbnailUrl", "logo", "aggregateRating", "review", "comment"),
        *("potentialAction", "interactionStatistic", "breadcrumb", "isFamilyFriendly", "award"),
    )
)
"""Keys of a dataset that are known and deliberately not mapped."""


def read_datasets(items: list[dict[str, Any]], page_url: str) -> list[Entry]:
    """An entry for each dataset that the page at `page_url` describes (`schema_org_page.datasets_in`)."""
    alone = len(items) == 1
    return [_entry(item, page_url, alone) for item in items]


def _entry(item: dict[str, Any], page_url: str, alone: bool) -> Entry:
    identifier = identifier_of(item) or (page_url if alone else "")
    return Entry(identifier, canonical(item), partial(read_dataset, item, page_url, identifier))


def identifier_of(item: Mapping[str, Any]) -> str:
    """`@id` or `url` where it is an address, else the first `identifier`; empty where there is none."""
    for key in ("@id", "url"):
        if isinstance(text := item.get(key), str) and is_web_address(text.strip()):
            return text.strip()
    given = item.get("identifier")
    for one in given if isinstance(given, list) else [given]:
        text = one.get("value") or one.get("@id") if isinstance(one, dict) else one
        if isinstance(text, str | int) and str(text).strip():
            return str(text).strip()
    return ""


def read_dataset(item: Mapping[str, Any], page_url: str, identifier: str = "") -> Reading:
    """One dataset; `identifier` is that of its entry."""
    clean = Cleaner(page_url.rpartition("/")[0])
    fields = Fields(item, clean)
    node = Dataset()
    _identify(fields, node, page_url, identifier)
    _describe(fields, node)
    _classify(fields, node)
    _responsible(fields, node)
    node.spatial, node.temporal = places(fields), periods(fields)
    apply(RULES, fields, node)
    _relate(fields, node)
    _distributions(fields, node)
    fields.close(OUT_OF_SCOPE)
    return Reading(Record(node), clean.unread, clean.faults)


def _identify(fields: Fields, node: Dataset, page_url: str, identifier: str) -> None:
    """The page is the landing page unless the dataset names another."""
    own, url = fields.text("@id"), fields.text("url") or fields.text("mainEntityOfPage")
    fields.drop("mainEntityOfPage")
    stated = unique(fields.names("identifier", "value", "@id", "url"))
    if is_web_address(identifier):
        node.id = IRI(identifier)
    elif identifier:
        node.id = IRI(f"{page_url}#{quote(identifier, safe='')}")
    else:
        fields.cleaner.faults["identifier-missing"] += 1
    if own and not is_web_address(own):
        stated = unique([*stated, own])
    node.identifier = stated[:1]
    node.other_identifier = [Identifier(notation=[text]) for text in stated[1:]]
    node.landing_page = [fields.cleaner.address(url)] if url else [IRI(page_url)]


def _describe(fields: Fields, node: Dataset) -> None:
    clean = fields.cleaner
    node.title = fields.prose("name", "headline")
    fields.drop("headline")
    node.description = fields.prose("description", "abstract")
    if not node.title:
        clean.faults["title-missing-in-source"] += 1
    if other := fields.prose("alternateName", "alternativeHeadline"):
        node.rest[_ALTERNATIVE] = other
    node.issued = first_date(fields, "datePublished", "dateCreated")
    node.modified = first_date(fields, "dateModified")
    languages = fields.names("inLanguage", "alternateName", "identifier", "name", "@id")
    node.language = unique(map(clean.language, languages))


def _classify(fields: Fields, node: Dataset) -> None:
    """`keywords` is one text with commas, or a list; `about` and `theme` are themes where they are known ones."""
    clean = fields.cleaner
    words = fields.names("keywords", "name", "termCode", "@id")
    if len(words) == 1:
        words = [word for part in words[0].split(",") if (word := part.strip())]
    subjects = [
        text
        for key in ("theme", "about", "genre")
        for text in fields.names(key, "@id", "url", "name", "termCode")
    ]
    known = [text for text in subjects if read_theme(text) or is_web_address(text)]
    node.theme = unique(uri for text in known for uri in clean.theme(text))
    node.keyword = unique([*words, *(text for text in subjects if text not in known)])


def _responsible(fields: Fields, node: Dataset) -> None:
    publishers = [agents(fields, key) for key in ("publisher", "provider", "sourceOrganization")]
    node.publisher = next((found for found, _ in publishers if found), [])
    creators = [agents(fields, key) for key in ("creator", "author")]
    node.creator = unique_nodes(creators)
    others = [agents(fields, key) for key in ("contributor", "editor")]
    node.contributor = unique_nodes(others)
    node.custodian = unique_nodes([agents(fields, "maintainer")])
    node.originator = unique_nodes([agents(fields, "producer")])
    cards = contacts(fields) or [card for _, found in [*publishers, *creators] for card in found]
    node.contact_point = cards[:1]


def unique_nodes(found: list[tuple[Values, Values]]) -> Values:
    """The agents of several keys, each name once."""
    by_name: dict[str, Any] = {}
    for bodies, _ in found:
        for body in bodies:
            by_name.setdefault(str(body.name) + str(body.id), body)
    return list(by_name.values())


def _relate(fields: Fields, node: Dataset) -> None:
    for key, term in (("sameAs", _SAME), ("isPartOf", _PART_OF)):
        if addresses := [text for text in fields.names(key, "@id", "url", "name") if text]:
            node.rest[term] = [fields.cleaner.reference(text) for text in unique(addresses)]


def _distributions(fields: Fields, node: Dataset) -> None:
    """Licence, rights and credit of the dataset hold for each file that names none."""
    clean = fields.cleaner
    license_ = clean.license(fields.names("license", "@id", "url", "name"))
    rights = [labelled(RightsStatement, clean, text) for text in fields.strings("copyrightNotice")]
    credit = fields.prose("creditText")
    for key in ("distribution", "encoding", "associatedMedia"):
        parts = fields.nested(key)
        node.distribution += [read_download(part, license_, rights, credit) for part in parts]
        texts = [] if parts else fields.strings(key)
        bare = (Fields({"contentUrl": text}, clean) for text in texts)
        node.distribution += [read_download(part, license_, rights, credit) for part in bare]
    if not node.distribution:
        kept = {_LICENSE: license_, _RIGHTS: rights}
        node.rest |= {term: values for term, values in kept.items() if values}
