"""A dataset of a Dataverse installation → dcat:Dataset: the native JSON of its latest version.

Keys: the Native API guide of Dataverse, its metadata blocks `citation` and `geospatial`, and its `JsonPrinter`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Record, Values
from catalog.record.table import (
    Dataset,
    Distribution,
    Identifier,
    Location,
    ProvenanceStatement,
    RightsStatement,
)
from catalog.record.terms import IRI, expand
from crawler.formats.agents import agent, kind
from crawler.formats.dataverse_keys import (
    BLOCKS_OUT_OF_SCOPE,
    DATASET_OUT_OF_SCOPE,
    FILE_OUT_OF_SCOPE,
    VERSION_OUT_OF_SCOPE,
)
from crawler.formats.fields import Fields
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading, UnreadablePayload
from crawler.formats.rules import Rule, apply, concept, first_date, labelled
from crawler.formats.values import Cleaner, unique

IS_PART_OF = expand("dct:isPartOf")
_LABEL = expand("skos:prefLabel")
_LICENSE, _RIGHTS = expand("dct:license"), expand("dct:rights")
_RESTRICTED = IRI("http://publications.europa.eu/resource/authority/access-right/RESTRICTED")

_RULES: dict[str, tuple[str, Rule]] = {
    "language": ("language", Cleaner.language),
    "alternativeURL": ("page", Cleaner.address),
    "dataOrigin": ("provenance", partial(labelled, ProvenanceStatement)),
    "accessRights": ("access_rights", concept("access-right")),
}


def dataset_entry(value: Any, site: str, collection: str = "", name: str = "") -> Entry:
    """The native JSON of a dataset; `collection` is the alias of the collection that it was listed in, `name` its name.

    Raises UnreadablePayload (`unexpected-shape`) for what has no version with metadata.
    """
    version = value.get("latestVersion") if isinstance(value, dict) else None
    if not isinstance(version, dict) or not isinstance(version.get("metadataBlocks"), dict):
        raise UnreadablePayload("unexpected-shape", "The answer holds no version of a dataset.")
    identifier = persistent_id(value)
    raw = canonical({"collection": collection, "dataset": value})
    return Entry(identifier, raw, partial(read_dataset, value, site, collection, name))


def persistent_id(value: Mapping[str, Any]) -> str:
    """`doi:10.5072/FK2/ABC` of a dataset's native JSON; empty where it has none."""
    version = value.get("latestVersion")
    own = version.get("datasetPersistentId") if isinstance(version, dict) else ""
    if isinstance(own, str) and own:
        return own
    parts = [str(value.get(key) or "") for key in ("protocol", "authority", "identifier")]
    return f"{parts[0]}:{parts[1]}/{parts[2]}" if all(parts) else ""


def read_dataset(value: Mapping[str, Any], site: str, collection: str = "", name: str = "") -> Reading:
    """One dataset as a record."""
    clean = Cleaner(site)
    whole = Fields(value, clean)
    version = whole.inner("latestVersion")
    identifier = persistent_id(value)
    blocks = version.take("metadataBlocks")
    fields = Fields(_flat(blocks), clean, "metadataBlocks.")
    address = whole.text("persistentUrl")
    dataset = Dataset(
        id=IRI(address) if is_web_address(address) else None, identifier=[identifier] if identifier else []
    )
    if not identifier:
        clean.faults["identifier-missing"] += 1
    else:
        dataset.landing_page = [IRI(f"{site}/dataset.xhtml?persistentId={quote(identifier, safe=':/')}")]
    _describe(fields, dataset)
    _people(fields, dataset, name)
    _places_and_times(fields, dataset)
    _versions(whole, version, dataset)
    _files(version, dataset)
    if collection:
        dataset.rest[IS_PART_OF] = [IRI(f"{site}/dataverse/{quote(collection, safe='~')}")]
    apply(_RULES, fields, dataset)
    fields.close(BLOCKS_OUT_OF_SCOPE)
    version.close(VERSION_OUT_OF_SCOPE)
    whole.close(DATASET_OUT_OF_SCOPE)
    return Reading(Record(dataset), clean.unread, clean.faults)


def _flat(blocks: Any) -> dict[str, Any]:
    """The fields of all metadata blocks by their type names, compound ones as objects."""
    found: dict[str, Any] = {}
    for block in blocks.values() if isinstance(blocks, dict) else ():
        fields = block.get("fields") if isinstance(block, dict) else None
        for field in fields if isinstance(fields, list) else ():
            if isinstance(field, dict) and isinstance(field.get("typeName"), str):
                found[field["typeName"]] = _value(field.get("value"))
    return found


def _value(value: Any) -> Any:
    """`{"authorName": {"typeName": …, "value": "x"}}` → `{"authorName": "x"}`, in lists too."""
    if isinstance(value, list):
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {
            key: _value(item.get("value")) if isinstance(item, dict) else item for key, item in value.items()
        }
    return value


def _describe(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    dataset.title = fields.prose("title")
    if not dataset.title:
        clean.faults["title-missing-in-source"] += 1
    for part in fields.nested("dsDescription"):
        dataset.description += part.prose("dsDescriptionValue")
        part.close(frozenset({"dsDescriptionDate"}))
    dataset.keyword = unique(fields.names("keyword", "keywordValue"))
    dataset.theme = unique(uri for text in fields.strings("subject") for uri in clean.theme(text))
    for part in fields.nested("otherId"):
        dataset.other_identifier.append(Identifier(notation=part.texts("otherIdValue")))
        part.close(frozenset({"otherIdAgency"}))
    for part in fields.nested("publication"):
        url = part.text("publicationURL")
        dataset.is_referenced_by += [clean.address(url)] if url else []
        part.close(
            frozenset(
                {"publicationCitation", "publicationIDType", "publicationIDNumber", "publicationRelationType"}
            )
        )


def _people(fields: Fields, dataset: Dataset, collection: str) -> None:
    """Publisher: the distributor, else the producer, else the collection; creators are the authors."""
    clean = fields.cleaner
    dataset.publisher = _agents(fields, "distributor")
    producers = _agents(fields, "producer")
    dataset.publisher = (dataset.publisher or producers)[:1]
    if not dataset.publisher and (one := agent(clean, [collection] if collection else [])):
        dataset.publisher = [one]
    dataset.creator = _agents(fields, "author")
    dataset.contributor = _agents(fields, "contributor")
    for part in fields.nested("datasetContact"):
        name = part.text("datasetContactName", "datasetContactAffiliation")
        found = kind(clean, name, part.text("datasetContactEmail"))
        dataset.contact_point += [found] if found else []
        part.close()


def _agents(fields: Fields, key: str) -> Values:
    """`authorName`, `distributorURL` … of compound fields."""
    found = []
    for part in fields.nested(key):
        one = agent(fields.cleaner, part.prose(f"{key}Name"), "", part.text(f"{key}URL"))
        part.close(
            frozenset(
                f"{key}{rest}"
                for rest in (
                    "Affiliation",
                    "IdentifierScheme",
                    "Identifier",
                    "Type",
                    "LogoURL",
                    "Abbreviation",
                )
            )
        )
        found += [one] if one else []
    return found


def _places_and_times(fields: Fields, dataset: Dataset) -> None:
    clean = fields.cleaner
    for part in fields.nested("timePeriodCovered"):
        start, end = part.text("timePeriodCoveredStart"), part.text("timePeriodCoveredEnd")
        dataset.temporal += [clean.period(start, end)] if start or end else []
        part.close()
    for part in fields.nested("geographicBoundingBox"):
        # The older block calls north and south longitudes.
        names = (
            ("westLongitude",),
            ("southLatitude", "southLongitude"),
            ("eastLongitude",),
            ("northLatitude", "northLongitude"),
        )
        box = [part.text(*keys) for keys in names]
        dataset.spatial += [clean.location(",".join(box))] if all(box) else []
        part.close()
    for part in fields.nested("geographicCoverage"):
        words = part.texts("otherGeographicCoverage", "city", "state", "country")
        dataset.spatial += [Location(rest={_LABEL: [", ".join(words)]})] if words else []
        part.close()


def _versions(whole: Fields, version: Fields, dataset: Dataset) -> None:
    number, minor = version.text("versionNumber"), version.text("versionMinorNumber")
    dataset.version = [f"{number}.{minor}" if minor else number] if number else []
    dataset.version_notes = version.prose("versionNote")
    issued = whole.text("publicationDate")
    dataset.issued = (
        [whole.cleaner.date(issued)] if issued else first_date(version, "publicationDate", "releaseTime")
    )
    dataset.modified = first_date(version, "lastUpdateTime", "releaseTime")
    version.drop("publicationDate", "releaseTime")


def _files(version: Fields, dataset: Dataset) -> None:
    """Files with the licence and terms of the version; where every file is restricted, so is the dataset."""
    clean = version.cleaner
    inner = version.nested("license")
    stated = [text for part in inner for text in part.texts("uri", "name")] or version.strings("license")
    license_ = clean.license(stated)
    keys = ("termsOfUse", "restrictions", "citationRequirements", "conditions")
    rights = [
        labelled(RightsStatement, clean, clean.prose(text)) for key in keys for text in version.texts(key)
    ]
    restricted = []
    for part in version.nested("files"):
        restricted.append(part.text("restricted") == "true")
        dataset.distribution.append(_file(part, license_, rights))
    if restricted and all(restricted):
        dataset.access_rights = [_RESTRICTED]
    if not dataset.distribution:
        dataset.rest |= {term: values for term, values in ((_LICENSE, license_), (_RIGHTS, rights)) if values}


def _file(fields: Fields, license_: Values, rights: Values) -> Distribution:
    clean = fields.cleaner
    file = fields.inner("dataFile")
    number = file.text("id")
    node = Distribution(
        title=fields.prose("label") or file.prose("filename"), license=list(license_), rights=list(rights)
    )
    file.drop("filename")
    node.description = fields.prose("description") or file.prose("description")
    file.drop("description", "restricted")
    if number:
        node.access_url = [IRI(f"{clean.site}/api/access/datafile/{quote(number)}")]
        node.download_url = list(node.access_url)
    type_ = file.text("contentType")
    if type_:
        node.media_type = [clean.media_type(type_)]
        node.format = [clean.format(type_, str(node.title[0]) if node.title else "", type_)]
    if size := file.text("filesize"):
        node.byte_size = [clean.size(size)]
    for part in file.nested("checksum"):
        node.checksum.append(clean.checksum(part.text("value"), part.text("type")))
        part.close()
    node.issued = first_date(file, "publicationDate")
    node.modified = first_date(file, "lastUpdateTime")
    file.close(FILE_OUT_OF_SCOPE)
    fields.close(FILE_OUT_OF_SCOPE)
    return node
