"""The parts of a `data.json` dataset: distributions, services, agents, contacts, places, periods."""

from __future__ import annotations

from collections.abc import Callable

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Values
from catalog.record.table import (
    Agent,
    Checksum,
    DataService,
    Distribution,
    Location,
    RightsStatement,
    Standard,
)
from catalog.record.terms import IRI, expand
from crawler.formats.agents import IDENTIFIER, agent, kind
from crawler.formats.fields import Fields
from crawler.formats.rules import Rule, apply, concept, decimal, duration, first_date, labelled
from crawler.formats.values import Cleaner, coded, unique

_LABEL = expand("skos:prefLabel")
_PARENT = IRI("http://www.w3.org/ns/org#subOrganizationOf")

DATASET_OUT_OF_SCOPE = frozenset(
    (
        # The class is known from where an item stands.
        *("@type", "@context", "describedByType"),
        # Codes of the United States' federal budget and IT investments: no meaning elsewhere, none in DCAT-AP.
        *("bureauCode", "programCode", "primaryITInvestmentUII", "systemOfRecords"),
        # Yes or no, whether the agency's own guideline of data quality is met.
        "dataQuality",
        # Pictures of the portal's pages.
        *("image", "thumbnail"),
    )
)
"""Keys of a dataset, series or service that are known and deliberately not mapped."""

DISTRIBUTION_OUT_OF_SCOPE = frozenset(
    (
        *("@type", "describedByType"),
        # The columns of a table (Argentine form): what stands in the data, not about it.
        "field",
        # Bookkeeping of the Argentine form: file name on disk, upload type, repeated keys of the dataset.
        *("fileName", "type", "dataset_identifier", "id"),
    )
)
"""Keys of a distribution that are known and deliberately not mapped."""

CATALOGUE_OUT_OF_SCOPE = frozenset(
    (
        *("dataset", "datasetSeries", "service", "dataService", "catalog", "record"),
        *("@type", "@context", "conformsTo", "describedBy", "version", "identifier"),
        *("themeTaxonomy", "superThemeTaxonomy", "next", "nextPage", "links", "hydra:next"),
    )
)
"""Keys of the file that are the listing itself, its schema or its paging."""

RULES: dict[str, tuple[str, Rule]] = {
    "language": ("language", Cleaner.language),
    "describedBy": ("page", Cleaner.address),
    "page": ("page", Cleaner.address),
    "status": ("status", concept("distribution-status")),
    "availability": ("availability", concept("planned-availability")),
    "compressFormat": ("compress_format", Cleaner.media_type),
    "packageFormat": ("package_format", Cleaner.media_type),
    "temporalResolution": ("temporal_resolution", duration),
    "spatialResolutionInMeters": ("spatial_resolution", decimal),
    "applicableLegislation": ("applicable_legislation", Cleaner.address),
}
"""Key of a distribution → property, and how each text becomes a value."""

_SERVICE_RULES: dict[str, tuple[str, Rule]] = {
    "endpointURL": ("endpoint_url", Cleaner.address),
    "endpointDescription": ("endpoint_description", Cleaner.address),
    "landingPage": ("landing_page", Cleaner.address),
    "accessRights": ("access_rights", concept("access-right")),
    "availability": ("availability", concept("planned-availability")),
}


def read_distribution(fields: Fields, license_: Values, rights: Values) -> Distribution:
    """A distribution; `license_` and `rights` are those of the dataset, for one that names none."""
    clean = fields.cleaner
    own = fields.text("@id")
    node = Distribution(id=IRI(own) if is_web_address(own) else None)
    node.title, node.description = fields.prose("title"), fields.prose("description")
    _addresses(fields, node)
    _file(fields, node)
    node.license = clean.license(fields.names("license", "@id", "title", "url")) or license_.copy()
    own_rights = fields.strings("rights")
    node.rights = [labelled(RightsStatement, clean, text) for text in own_rights] or rights.copy()
    node.issued, node.modified = first_date(fields, "issued"), first_date(fields, "modified")
    if identifier := fields.text("identifier"):
        node.rest[IDENTIFIER] = [identifier]
    node.conforms_to = standards(fields)
    apply(RULES, fields, node)
    services = fields.nested("accessService")
    node.access_service = [read_service(service, _own_address) for service in services]
    for service in services:
        service.close(DATASET_OUT_OF_SCOPE)
    fields.close(DISTRIBUTION_OUT_OF_SCOPE)
    return node


def _addresses(fields: Fields, node: Distribution) -> None:
    """Where only a download address is given, it is the access address too (DCAT 3, 6.8.10)."""
    clean = fields.cleaner
    access, download = fields.text("accessURL", "webService"), fields.text("downloadURL")
    if access or download:
        node.access_url = [clean.address(access or download)]
    if download:
        node.download_url = [clean.address(download)] if access else node.access_url.copy()


def _file(fields: Fields, node: Distribution) -> None:
    clean = fields.cleaner
    format_, media_type = fields.text("format"), fields.text("mediaType")
    if format_:
        url = str(node.access_url[0]) if node.access_url else ""
        node.format = [clean.format(format_, url, media_type)]
    if media_type:
        node.media_type = [clean.media_type(media_type)]
    if size := fields.text("byteSize"):
        node.byte_size = [clean.size(size)]
    node.checksum = [_checksum(part) for part in fields.nested("checksum")]


def _checksum(fields: Fields) -> Checksum:
    algorithm = "".join(fields.names("algorithm", "@id", "title")[:1])
    found = fields.cleaner.checksum(fields.text("checksumValue"), algorithm)
    fields.close(DISTRIBUTION_OUT_OF_SCOPE)
    return found


def read_service(fields: Fields, address: Callable[[str], IRI | None]) -> DataService:
    """A data service of DCAT-US 3.0; the caller closes the fields."""
    clean = fields.cleaner
    own, identifier = fields.text("@id"), fields.text("identifier")
    node = DataService(id=address(own or identifier))
    if identifier:
        node.rest[IDENTIFIER] = [identifier]
    node.title, node.description = fields.prose("title"), fields.prose("description")
    node.publisher, node.contact_point = agents(fields, "publisher"), contacts(fields)
    node.keyword = unique(fields.names("keyword", "prefLabel"))
    node.theme = unique(
        uri for text in fields.names("theme", "@id", "prefLabel") for uri in clean.theme(text)
    )
    node.license = clean.license(fields.names("license", "@id", "title"))
    served = fields.names("servesDataset", "@id", "identifier")
    node.serves_dataset = [place for text in served if (place := address(text))]
    node.conforms_to = standards(fields)
    apply(_SERVICE_RULES, fields, node)
    return node


def _own_address(text: str) -> IRI | None:
    return IRI(text) if is_web_address(text) else None


def standards(fields: Fields) -> Values:
    """`conformsTo`: addresses, or objects with an address or a title."""
    texts = fields.names("conformsTo", "@id", "title", "identifier")
    return [labelled(Standard, fields.cleaner, text) for text in texts]


def agents(fields: Fields, key: str) -> Values:
    """`{name, mbox, homepage, subOrganizationOf}` or a bare name."""
    parts = fields.nested(key)
    found = [_agent(part) for part in parts] if parts else []
    names = [] if parts else fields.strings(key)
    found += [agent(fields.cleaner, [name]) for name in names]
    return [one for one in found if one]


def _agent(fields: Fields) -> Agent | None:
    found = agent(
        fields.cleaner,
        fields.prose("name", "prefLabel"),
        fields.text("mbox", "hasEmail"),
        fields.text("homepage"),
    )
    own, parents = fields.text("@id"), agents(fields, "subOrganizationOf")
    types = fields.text("type")
    fields.close(frozenset({"@type"}))
    if found is None:
        return None
    if is_web_address(own):
        found.id = IRI(own)
    if parents:
        found.rest[_PARENT] = parents
    if types:
        found.type = [coded("publisher-type", types)]
    return found


def contacts(fields: Fields) -> Values:
    """`{fn, hasEmail, hasTelephone, hasURL}` or a bare name or mailbox."""
    clean = fields.cleaner
    found = []
    for part in fields.nested("contactPoint"):
        name, url = part.text("fn", "name"), part.text("hasURL", "url")
        found.append(kind(clean, name, part.text("hasEmail", "email"), part.text("hasTelephone", "tel"), url))
        part.close(frozenset({"@type", "@id"}))
    texts = fields.strings("contactPoint")
    found += [kind(clean, "", text) if "@" in text else kind(clean, text) for text in texts]
    return [one for one in found if one]


def periods(fields: Fields) -> Values:
    """`temporal`: `start/end` as text, or objects `{startDate, endDate}`."""
    clean = fields.cleaner
    found: Values = []
    for part in fields.nested("temporal"):
        found.append(clean.period(part.text("startDate", "start"), part.text("endDate", "end")))
        part.close(frozenset({"@type"}))
    return found + [clean.interval(text) for text in fields.strings("temporal")]


def places(fields: Fields) -> Values:
    """`spatial`: a name, an address, `west,south,east,north`, GeoJSON, or objects of DCAT-US 3.0."""
    value = fields.take("spatial")
    items = (
        value if isinstance(value, list) and not all(isinstance(n, int | float) for n in value) else [value]
    )
    clean = fields.cleaner
    found: Values = []
    for item in items:
        if isinstance(item, dict) and "coordinates" not in item:
            found.append(_place(Fields(item, clean, "spatial[].")))
        elif isinstance(item, dict | list):
            found.append(clean.location(item))
        elif isinstance(item, str) and item.strip():
            found.append(_named_place(clean, item.strip()))
    return found


def _named_place(clean: Cleaner, text: str) -> Location | IRI | str:
    if is_web_address(text):
        return IRI(text)
    if text[0] in "{[-0123456789" or text.upper().startswith(
        ("POLYGON", "POINT", "MULTIPOLYGON", "ENVELOPE")
    ):
        return clean.location(text)
    return Location(rest={_LABEL: [clean.prose(text)]})


def _place(fields: Fields) -> Location:
    """`{@id, prefLabel, bbox, centroid, geometry}`."""
    clean = fields.cleaner
    own = fields.text("@id")
    node = Location(id=IRI(own) if is_web_address(own) else None)
    for key, name in (("geometry", "geometry"), ("bbox", "bbox"), ("centroid", "centroid")):
        shape = fields.take(key)
        if isinstance(shape, str | dict | list):
            read = clean.location(shape)
            setattr(node, name, [read] if isinstance(read, str) else (read.bbox or read.centroid))
    if names := fields.prose("prefLabel", "name"):
        node.rest[_LABEL] = names
    fields.close(frozenset({"@type", "inScheme", "geographicName"}))
    return node
