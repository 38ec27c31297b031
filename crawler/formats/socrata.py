"""An asset of Socrata's discovery API → dcat:Dataset; and the same assets as the domain's `data.json` has them.

Keys: `resource`, `classification`, `metadata` of `/api/catalog/v1`; of the metadata that each domain defines for itself
those whose names say what they are (`Common-Core_Publisher`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Record, Values
from catalog.record.table import Dataset, Distribution, Location, RightsStatement
from catalog.record.terms import IRI, expand
from crawler.formats.agents import agent, kind
from crawler.formats.data_json import read_catalogue
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading
from crawler.formats.rules import concept, first_date, labelled
from crawler.formats.values import Cleaner, minted, unique

FOUR_BY_FOUR = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")
"""Socrata's identifiers, such as `qccx-65fg`."""
SKIPPED = frozenset(
    ("story", "chart", "visualization", "measure", "form", "calendar", "draft", "system_dataset", "data_lens")
)
"""Types of assets that are no data: pages, pictures and figures made from datasets."""
ROWS = ("csv", "json", "rdf", "xml")
"""Formats in which the rows of a table can be downloaded, as the domain's own `data.json` lists them."""

RESOURCE_OUT_OF_SCOPE = frozenset(
    (
        # The columns of the table: what stands in the data, not about it.
        *("columns_name", "columns_field_name", "columns_datatype", "columns_description", "columns_format"),
        # Statistics, marks and inner links of the platform.
        *("page_views", "view_count", "download_count", "locked", "lens_view_type", "lens_display_type"),
        *("obe_fxf", "nbe_fxf", "hide_from_catalog", "hide_from_data_json", "metadata_updated_at"),
        *("resource_name", "provenance", "blob_mime_type", "type"),
    )
)
ITEM_OUT_OF_SCOPE = frozenset(
    # A picture; the account of the official who made the asset; the pages where records are minted anyway.
    ("preview_image_url", "creator", "link", "permalink", "published_copy", "preview_image_id")
)
METADATA_OUT_OF_SCOPE = frozenset(
    # Where and how the platform shows the asset, and the score of the search.
    (
        "domain",
        "score",
        "is_public",
        "is_published",
        "is_hidden",
        "visible_to_anonymous",
        "audience",
        "is_moderated",
    )
)

_LABEL, _RIGHTS, _LICENSE = expand("skos:prefLabel"), expand("dct:rights"), expand("dct:license")
_WORDS = {
    "publisher": ("publisher", "agency", "department", "herausgeber"),
    "contact_name": ("contactname", "contact", "contactperson"),
    "contact_email": ("contactemail", "email"),
    "frequency": ("updatefrequency", "frequency", "accrualperiodicity", "postingfrequency"),
    "temporal": ("temporalapplicability", "temporalcoverage", "temporal", "timeperiod"),
    "spatial": ("geographiccoverage", "spatialcoverage", "spatial", "geographicarea"),
    "language": ("language", "idioma", "sprache"),
    "license": ("license", "licence"),
    "issued": ("issued", "releasedate", "publicationdate"),
    "access": ("publicaccesslevel", "accesslevel"),
    "rights": ("rights", "accesslevelcomment", "useconstraints"),
    "page": ("references", "datadictionary", "documentation", "describedby"),
    "landing_page": ("homepage", "landingpage"),
}
"""What is meant → the last part of a domain's metadata key, folded."""
_ACCESS = {"public": "PUBLIC", "restricted public": "RESTRICTED", "non-public": "NON_PUBLIC"}


def read_items(items: Iterable[Any], site: str) -> tuple[list[Entry], Counter[str]]:
    """The entries of a page and what is left out, by type; `site` is the domain's address without a trailing slash.

    What is no object becomes an entry whose reading fails.
    """
    entries: list[Entry] = []
    skipped: Counter[str] = Counter()
    for item in items:
        kind_ = type_of(item)
        if kind_ in SKIPPED:
            skipped[kind_] += 1
        else:
            type_ = "" if kind_ == "dataset" else kind_
            entries.append(
                Entry(identifier_of(item), canonical(item), partial(read_dataset, item, site), type_)
            )
    return entries, skipped


def type_of(item: Any) -> str:
    """The asset's own type (`dataset`, `map`, `file` …); empty where it names none."""
    kind_ = _resource(item).get("type")
    return kind_ if isinstance(kind_, str) else ""


def _resource(item: Any) -> dict[str, Any]:
    resource = item.get("resource") if isinstance(item, dict) else None
    return resource if isinstance(resource, dict) else {}


def identifier_of(item: Any) -> str:
    """The asset's four by four characters; empty where it has none."""
    key = _resource(item).get("id")
    return key.strip() if isinstance(key, str) else ""


def read_dataset(item: Any, site: str) -> Reading:
    """One asset as a record. Raises TypeError for what is no object."""
    if not isinstance(item, dict):
        raise TypeError(f"an asset is an object, not {type(item).__name__}")
    clean, key = Cleaner(site), identifier_of(item)
    fields, dataset = Fields(item, clean), Dataset()
    resource, metadata = fields.inner("resource"), fields.inner("metadata")
    classes = fields.inner("classification")
    domain = _domain(classes)
    _identify(resource, dataset, key)
    _describe(resource, classes, domain, dataset)
    _people(fields, resource, domain, dataset)
    _coverage(domain, dataset)
    _files(resource, metadata, domain, dataset, key, fields.text("link"))
    type_ = type_of(item)
    resource.close(RESOURCE_OUT_OF_SCOPE)
    metadata.close(METADATA_OUT_OF_SCOPE)
    classes.close()
    domain.close()
    fields.close(ITEM_OUT_OF_SCOPE)
    return Reading(Record(dataset), clean.unread, clean.faults, "" if type_ == "dataset" else type_)


def _domain(classes: Fields) -> Fields:
    """The metadata that the domain defines for itself, under what is meant where the key says it."""
    meant = {word: name for name, words in _WORDS.items() for word in words}
    found = Fields({}, classes.cleaner, "classification.domain_metadata.")
    for part in classes.nested("domain_metadata"):
        key, value = part.text("key"), part.take("value")
        last = re.sub(r"[^a-z]", "", key.rpartition("_")[2].lower())
        name = meant.get(last, key)
        found.add(key if name in found else name, value)
        part.close()
    return found


def _identify(resource: Fields, dataset: Dataset, key: str) -> None:
    clean = resource.cleaner
    resource.drop("id")
    if key:
        dataset.id = minted(clean.site, "d", key)
        dataset.identifier, dataset.landing_page = [key], [dataset.id]
    else:
        clean.faults["identifier-missing"] += 1
    if parents := resource.strings("parent_fxf"):
        dataset.source = [minted(clean.site, "d", parent) for parent in parents]


def _describe(resource: Fields, classes: Fields, domain: Fields, dataset: Dataset) -> None:
    clean = resource.cleaner
    dataset.title, dataset.description = resource.prose("name"), resource.prose("description")
    if not dataset.title:
        clean.faults["title-missing-in-source"] += 1
    dataset.keyword = unique(classes.strings("domain_tags") + classes.strings("tags"))
    stated = classes.strings("domain_category") or classes.strings("categories")
    classes.drop("categories")
    dataset.theme = unique(uri for text in stated for uri in clean.theme(text))
    dataset.issued = (
        first_date(domain, "issued")
        or first_date(resource, "publication_date")
        or first_date(resource, "createdAt")
    )
    dataset.modified = first_date(resource, "data_updated_at", "updatedAt")
    resource.drop("createdAt", "publication_date")
    dataset.language = unique(map(clean.language, domain.strings("language", separator=",")))
    dataset.frequency = unique(map(clean.frequency, domain.strings("frequency")[:1]))
    dataset.page = unique(map(clean.address, domain.strings("page", separator=",")))
    dataset.landing_page += [clean.address(text) for text in domain.strings("landing_page")]


def _people(fields: Fields, resource: Fields, domain: Fields, dataset: Dataset) -> None:
    """The publisher is whom the asset is attributed to, else whom the domain's metadata name, else the owner's account."""
    clean = fields.cleaner
    named = [
        *resource.texts("attribution"),
        *domain.strings("publisher"),
        fields.inner("owner").text("display_name"),
    ]
    name = next(filter(None, named), "")
    found = agent(clean, [name] if name else [], "", resource.text("attribution_link"))
    dataset.publisher = [found] if found else []
    email = resource.text("contact_email") or domain.text("contact_email")
    domain.drop("contact_email")
    contact = kind(clean, domain.text("contact_name"), email)
    dataset.contact_point = [contact] if contact else []


def _coverage(domain: Fields, dataset: Dataset) -> None:
    clean = domain.cleaner
    dataset.temporal = [clean.interval(text) for text in domain.strings("temporal")]
    for text in domain.strings("spatial"):
        dataset.spatial.append(IRI(text) if is_web_address(text) else Location(rest={_LABEL: [text]}))
    access = [_ACCESS.get(text.lower(), text) for text in domain.strings("access")]
    dataset.access_rights = [concept("access-right")(clean, text) for text in access[:1]]


def _files(resource: Fields, metadata: Fields, domain: Fields, dataset: Dataset, key: str, link: str) -> None:
    """Tables can be downloaded as rows, files as they are; of all else only the page is known."""
    clean = resource.cleaner
    license_ = clean.license(metadata.texts("license") + domain.strings("license"))
    rights = [labelled(RightsStatement, clean, text) for text in domain.strings("rights")]
    type_, mime = resource.text("type"), resource.text("blob_mime_type")
    if key:
        dataset.distribution = list(_distributions(clean, key, type_, mime, link))
    for node in dataset.distribution:
        node.license, node.rights = license_.copy(), rights.copy()
    if not dataset.distribution:
        dataset.rest |= {term: said for term, said in ((_LICENSE, license_), (_RIGHTS, rights)) if said}


def _distributions(clean: Cleaner, key: str, type_: str, mime: str, link: str) -> Iterator[Distribution]:
    if type_ in ("dataset", "filter", ""):
        for name in ROWS:
            address = IRI(f"{clean.site}/api/views/{key}/rows.{name}?accessType=DOWNLOAD")
            yield Distribution(
                title=[name.upper()],
                access_url=[address],
                download_url=[address],
                format=[clean.format(name)],
            )
    elif type_ in ("file", "blob") and mime:
        address = IRI(f"{clean.site}/download/{key}/{mime}")
        media: Values = [clean.media_type(mime)]
        yield Distribution(
            access_url=[address],
            download_url=[address],
            media_type=media,
            format=[clean.format(mime, "", mime)],
        )
    else:
        yield Distribution(access_url=[IRI(link) if is_web_address(link) else minted(clean.site, "d", key)])


def read_file(value: Any, url: str, site: str) -> list[Entry]:
    """The entries of the domain's `data.json`, under the identifiers and addresses of the discovery API.

    Raises UnreadablePayload (`unexpected-shape`) for what is no catalogue.
    """
    entries, _ = read_catalogue(value, url)
    return [_renamed(entry, site) for entry in entries]


def _renamed(entry: Entry, site: str) -> Entry:
    found = FOUR_BY_FOUR.findall(entry.identifier)
    if not found:
        return entry
    return Entry(found[-1], entry.raw, partial(_read_renamed, entry, found[-1], site), entry.type)


def _read_renamed(entry: Entry, key: str, site: str) -> Reading:
    reading = entry.read()
    root = reading.record.root
    root.id = minted(site, "d", key)
    if isinstance(root, Dataset):
        root.identifier = [key]
    return reading
