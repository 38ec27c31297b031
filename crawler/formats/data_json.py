"""A `data.json` catalogue → records: DCAT-US 1.1 and 3.0 and the Argentine form, whole or broken.

Keys: resources.data.gov/resources/dcat-us (1.1), DCAT-US 3.0, and the perfil de metadatos of datos.gob.ar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

from catalog.cleaning.frequencies import read_frequency
from catalog.cleaning.iris import is_web_address
from catalog.cleaning.themes import read_theme
from catalog.record.node import Record
from catalog.record.table import (
    Catalogue,
    DataService,
    Dataset,
    DatasetSeries,
    Identifier,
    ProvenanceStatement,
    RightsStatement,
)
from catalog.record.terms import IRI, expand
from crawler.formats.data_json_parts import (
    CATALOGUE_OUT_OF_SCOPE,
    DATASET_OUT_OF_SCOPE,
    agents,
    contacts,
    periods,
    places,
    read_distribution,
    read_service,
    standards,
)
from crawler.formats.fields import Fields, is_blank
from crawler.formats.json_payload import canonical
from crawler.formats.reading import Entry, Reading, UnreadablePayload
from crawler.formats.rules import Rule, apply, concept, decimal, duration, first_date, labelled
from crawler.formats.values import Cleaner, unique

_LICENSE, _RIGHTS = expand("dct:license"), expand("dct:rights")
_MEMBERS = ("seriesMember", "first", "last")
_ACCESS = {"public": "PUBLIC", "restricted public": "RESTRICTED", "non-public": "NON_PUBLIC"}
_OLD_DISTRIBUTION = ("accessURL", "downloadURL", "webService", "format", "mediaType")
"""Keys of the dataset itself in DCAT-US 1.0, which knew no distributions beside them."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the records of one file share: its address, and the labels of its own themes by their ids."""

    url: str
    themes: dict[str, str] = field(default_factory=dict)

    @property
    def site(self) -> str:
        """The address against which relative ones are resolved."""
        return self.url.rpartition("/")[0]

    def address(self, identifier: str) -> IRI | None:
        """The IRI of what a catalogue calls by this identifier: itself if it is one, else a fragment of the file."""
        if not identifier:
            return None
        return IRI(identifier if is_web_address(identifier) else f"{self.url}#{quote(identifier, safe='')}")


def _access(clean: Cleaner, text: str) -> IRI | str:
    return concept("access-right")(clean, _ACCESS.get(text.lower(), text))  # type: ignore[no-any-return]


RULES: dict[str, tuple[str, Rule]] = {
    "landingPage": ("landing_page", Cleaner.address),
    "describedBy": ("page", Cleaner.address),
    "references": ("page", Cleaner.address),
    "page": ("page", Cleaner.address),
    "accessLevel": ("access_rights", _access),
    "accessRights": ("access_rights", _access),
    "language": ("language", Cleaner.language),
    "version": ("version", lambda clean, text: text),
    "versionNotes": ("version_notes", Cleaner.prose),
    "source": ("provenance", partial(labelled, ProvenanceStatement)),
    "provenance": ("provenance", partial(labelled, ProvenanceStatement)),
    "temporalResolution": ("temporal_resolution", duration),
    "spatialResolutionInMeters": ("spatial_resolution", decimal),
    "isReferencedBy": ("is_referenced_by", Cleaner.address),
    "relation": ("relation", Cleaner.address),
    "applicableLegislation": ("applicable_legislation", Cleaner.address),
    "hasVersion": ("old_has_version", Cleaner.address),
}
"""Key of a dataset → property, and how each text becomes a value."""


def read_catalogue(value: Any, url: str) -> tuple[list[Entry], Record | None]:
    """The entries of a catalogue file found at `url`, and the record of the catalogue itself.

    Raises UnreadablePayload (`unexpected-shape`) for what holds neither datasets nor series nor services.
    """
    if isinstance(value, list):
        value = {"dataset": value}
    if not isinstance(value, dict) or not _is_catalogue(value):
        raise UnreadablePayload("unexpected-shape", "The file is no catalogue: it has no list of datasets.")
    context = Context(url, _themes(value.get("themeTaxonomy")))
    return list(_entries(value, context, {})), _catalogue(value, context)


def _is_catalogue(value: dict[str, Any]) -> bool:
    return any(key in value for key in ("dataset", "datasetSeries", "service", "catalog"))


def _themes(taxonomy: Any) -> dict[str, str]:
    items = taxonomy if isinstance(taxonomy, list) else []
    pairs = ((item.get("id"), item.get("label")) for item in items if isinstance(item, dict))
    return {key: label for key, label in pairs if isinstance(key, str) and isinstance(label, str)}


def _entries(catalogue: dict[str, Any], context: Context, seen: dict[str, None]) -> Iterator[Entry]:
    """Datasets, services, series with the members embedded in them, then nested catalogues; what a series repeats of
    the list above comes once."""
    for item in _items(catalogue.get("dataset")):
        entry = _entry(item, partial(read_dataset, item, context))
        seen[entry.identifier] = None
        yield entry
    for key in ("service", "dataService"):
        yield from (
            _entry(item, partial(_read_service, item, context)) for item in _items(catalogue.get(key))
        )
    for series in _items(catalogue.get("datasetSeries")):
        yield _entry(series, partial(read_series, series, context))
        yield from _members(series, context, seen)
    for nested in _items(catalogue.get("catalog")):
        if isinstance(nested, dict):
            yield from _entries(nested, context, seen)


def _members(series: Any, context: Context, seen: dict[str, None]) -> Iterator[Entry]:
    if not isinstance(series, dict):
        return
    place = context.address(_identifier(series))
    for item in (
        member for key in _MEMBERS for member in _items(series.get(key)) if isinstance(member, dict)
    ):
        entry = _entry(item, partial(read_dataset, item, context, place))
        if not entry.identifier or entry.identifier not in seen:
            seen[entry.identifier] = None
            yield entry


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _entry(item: Any, read: partial[Reading]) -> Entry:
    return Entry(_identifier(item), canonical(item), read)


def _identifier(item: Any) -> str:
    """The identifier: a text, the `@id` or notation of an object (DCAT-US 3.0), else the item's own `@id`."""
    if not isinstance(item, dict):
        return ""
    given = item.get("identifier")
    if isinstance(given, dict):
        given = given.get("@id") or given.get("notation")
    for candidate in (given, item.get("@id")):
        if isinstance(candidate, str | int) and str(candidate).strip():
            return str(candidate).strip()
    return ""


def _fields(item: Any, context: Context) -> Fields:
    """Raises TypeError for what is no object."""
    if not isinstance(item, dict):
        raise TypeError(f"a dataset is an object, not {type(item).__name__}")
    return Fields(item, Cleaner(context.site))


def read_dataset(item: Any, context: Context, series: IRI | None = None) -> Reading:
    """One dataset as a record; `series` is that in which it stands. Raises TypeError for what is no object."""
    fields = _fields(item, context)
    dataset = Dataset(in_series=[series] if series else [])
    _identify(fields, dataset, context)
    _describe(fields, dataset)
    _classify(fields, dataset, context)
    _dates(fields, dataset)
    dataset.publisher, dataset.creator = agents(fields, "publisher"), agents(fields, "creator")
    dataset.contributor = agents(fields, "contributor")
    dataset.contact_point = contacts(fields)
    dataset.spatial, dataset.temporal = places(fields), periods(fields)
    dataset.conforms_to = standards(fields)
    apply(RULES, fields, dataset)
    _parts_of(fields, dataset, context)
    _distributions(fields, dataset)
    return _reading(fields, Record(dataset))


def _reading(fields: Fields, record: Record) -> Reading:
    fields.close(DATASET_OUT_OF_SCOPE)
    return Reading(record, fields.cleaner.unread, fields.cleaner.faults)


def _identify(fields: Fields, node: Dataset | DatasetSeries, context: Context) -> None:
    """`@id` or the identifier as IRI; the identifiers as such."""
    own = fields.text("@id")
    objects = fields.nested("identifier")
    pairs = [(part.text("@id"), part.text("notation")) for part in objects]
    identifiers = [notation or id_ for id_, notation in pairs if notation or id_] or fields.strings(
        "identifier"
    )
    for part in objects:
        part.close(frozenset({"@type", "schemaAgency", "version", "issued", "creator"}))
    node.id = context.address(own or next((id_ for id_, _ in pairs if id_), "") or "".join(identifiers[:1]))
    if not own and not identifiers:
        fields.cleaner.faults["identifier-missing"] += 1
    if isinstance(node, Dataset):
        node.identifier = unique(identifiers)
        others = fields.names("otherIdentifier", "notation", "@id")
        node.other_identifier = [Identifier(notation=[text]) for text in others]


def _describe(fields: Fields, node: Dataset | DatasetSeries) -> None:
    node.title = fields.prose("title")
    node.description = fields.prose("description")
    if not node.title:
        fields.cleaner.faults["title-missing-in-source"] += 1


def _classify(fields: Fields, dataset: Dataset, context: Context) -> None:
    """Themes: the EU's own codes (`superTheme` of the Argentine form), then the catalogue's themes by their labels."""
    clean = fields.cleaner
    words = fields.names("keyword", "prefLabel", "name")
    if len(words) == 1:
        words = [word for part in words[0].split(",") if (word := part.strip())]
    dataset.keyword = unique(words)
    stated = fields.names("superTheme", "id", "label") + [
        text if read_theme(text) else context.themes.get(text, text)
        for key in ("theme", "category")
        for text in fields.names(key, "@id", "prefLabel", "id", "label")
    ]
    dataset.theme = unique(uri for text in stated for uri in clean.theme(text))


def _dates(fields: Fields, dataset: Dataset) -> None:
    """`modified` may be a recurrence (`R/P1D`, DCAT-US 1.1): that is a frequency, and no date."""
    clean = fields.cleaner
    dataset.issued = first_date(fields, "issued")
    frequency = fields.text("accrualPeriodicity")
    modified = fields.text("modified")
    if modified.startswith("R/") and read_frequency(modified):
        frequency = frequency or modified
    elif modified:
        dataset.modified = [clean.date(modified)]
    dataset.frequency = [clean.frequency(frequency)] if frequency else []


def _parts_of(fields: Fields, dataset: Dataset, context: Context) -> None:
    """Series by the identifiers by which the catalogue knows them."""
    for key in ("isPartOf", "inSeries"):
        texts = fields.names(key, "@id", "identifier")
        dataset.in_series += [place for text in texts if (place := context.address(text))]
    dataset.in_series = unique(dataset.in_series)


def _distributions(fields: Fields, dataset: Dataset) -> None:
    """Licence and rights of the dataset hold for each distribution that names none."""
    clean = fields.cleaner
    license_ = clean.license(fields.names("license", "@id", "title", "url"))
    rights = [labelled(RightsStatement, clean, text) for text in fields.strings("rights")]
    items = [
        *fields.nested("distribution"),
        *([Fields(old, clean)] if (old := fields.part(_OLD_DISTRIBUTION)) else []),
    ]
    dataset.distribution = [read_distribution(item, license_, rights) for item in items]
    if not items:
        kept = {_LICENSE: license_, _RIGHTS: rights}
        dataset.rest |= {term: values for term, values in kept.items() if values}


def read_series(item: Any, context: Context) -> Reading:
    """A series of DCAT-US 3.0. Its members are records of their own that point to it."""
    fields = _fields(item, context)
    series = DatasetSeries()
    _identify(fields, series, context)
    _describe(fields, series)
    series.publisher, series.contact_point = agents(fields, "publisher"), contacts(fields)
    series.spatial, series.temporal = places(fields), periods(fields)
    series.issued, series.modified = first_date(fields, "issued"), first_date(fields, "modified")
    frequency = fields.text("accrualPeriodicity")
    series.frequency = [fields.cleaner.frequency(frequency)] if frequency else []
    fields.drop(*_MEMBERS)
    return _reading(fields, Record(series))


def _read_service(item: Any, context: Context) -> Reading:
    fields = _fields(item, context)
    service: DataService = read_service(fields, context.address)
    return _reading(fields, Record(service))


def _catalogue(value: dict[str, Any], context: Context) -> Record | None:
    """What the file says about itself; None where it says nothing."""
    header = {
        key: said for key, said in value.items() if key not in CATALOGUE_OUT_OF_SCOPE and not is_blank(said)
    }
    if not header:
        return None
    fields = Fields(header, Cleaner(context.site))
    clean = fields.cleaner
    own = fields.text("@id")
    node = Catalogue(id=context.address(own) if is_web_address(own) else IRI(context.url))
    node.title, node.description = fields.prose("title"), fields.prose("description")
    node.publisher = agents(fields, "publisher")
    node.issued, node.modified = first_date(fields, "issued"), first_date(fields, "modified")
    node.license = clean.license(fields.names("license", "@id", "title"))
    node.language = unique(map(clean.language, fields.strings("language")))
    node.spatial = places(fields)
    if home := fields.text("homepage"):
        node.homepage = [clean.address(home)]
    return Record(node)
