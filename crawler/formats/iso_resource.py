"""What ISO metadata say of datasets and of services alone: dates, resolution, lineage; endpoints and coupled datasets."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from catalog.cleaning.iris import is_web_address
from catalog.record.node import Values
from catalog.record.table import DataService, Dataset, Identifier, ProvenanceStatement, Standard
from catalog.record.terms import IRI, XSD_DECIMAL, Literal, expand
from crawler.formats.iso_rights import Rights
from crawler.formats.iso_transfer import Online, Transfer, read_online
from crawler.formats.rules import labelled
from crawler.formats.values import Cleaner, each_once, unique
from crawler.formats.xml_branch import Branch, Locales

_CREATED, _ALTERNATIVE = expand("dct:created"), expand("dct:alternative")
_RIGHTS, _LICENSE, _TYPE = expand("dct:rights"), expand("dct:license"), expand("dct:type")
_RESOLUTION = expand("geodcatap:spatialResolutionAsText")
_SERVICE_TYPES = "http://inspire.ec.europa.eu/metadata-codelist/SpatialDataServiceType/"
_INSPIRE_SERVICES = frozenset({"discovery", "view", "download", "transformation", "invoke", "other"})
_ISSUED, _MODIFIED = ("publication", "released"), ("revision", "lastUpdate", "lastRevision")
_UNITS = {"m": 1.0, "meter": 1.0, "metre": 1.0, "km": 1000.0, "cm": 0.01, "dm": 0.1}
_EPSG = re.compile(r"EPSG(?:/\d[\d.]*/|:[\d.]*:|[\s:]+)(\d{4,6})\b", re.IGNORECASE)
_CRS = "http://www.opengis.net/def/crs/EPSG/0/"
_RECORDS = re.compile(r"/(?:records|metadata)/([^/?#]+)")
_CODE = ("citation/*/identifier/*/code", "citation/*/identifier/code")


def is_service(resource: Branch, level: str) -> bool:
    """Whether the identification is that of a service (ISO 19119) or the level says so."""
    return resource.name.endswith("SV_ServiceIdentification") or level == "service"


def describe_dataset(
    node: Dataset,
    root: Branch,
    resource: Branch,
    transfer: Transfer,
    rights: Rights,
    lineage: tuple[str, ...],
    clean: Cleaner,
    tags: Locales,
) -> None:
    """Fill in what only datasets have."""
    node.distribution, node.page = list(transfer.distributions), transfer.pages
    node.access_rights = rights.access
    if not node.distribution:
        node.rest |= _kept({_LICENSE: rights.license, _RIGHTS: rights.rights})
    pages = root.texts("dataSetURI", "metadataLinkage/*/linkage")
    root.drop("metadataLinkage")
    node.landing_page = unique([*transfer.landing, *map(clean.address, pages)])
    node.other_identifier = [Identifier(notation=[text]) for text in _codes(resource)]
    _date(node, resource, clean)
    frequency = resource.texts("resourceMaintenance/*/maintenanceAndUpdateFrequency")
    frequency += resource.texts("resourceMaintenance/*/userDefinedMaintenanceFrequency/*")
    node.frequency = unique(clean.frequency(text) for text in frequency[:1])
    node.version = unique(resource.texts("citation/*/edition"))
    resource.drop("citation/*/editionDate", "resourceMaintenance/*/contact", "resourceFormat")
    _resolution(node, resource)
    node.conforms_to = each_once([*_systems(root, clean), *_specifications(root, clean, tags)])
    statements = [part.prose(clean, tags) for part in root.all(*lineage)]
    node.provenance = [labelled(ProvenanceStatement, clean, _text(words[0])) for words in statements if words]
    node.relation = _related(resource, clean)
    _alternatives(node, resource, clean, tags)


def _kept(said: dict[str, Values]) -> dict[str, Values]:
    return {term: values for term, values in said.items() if values}


def _text(value: str | Literal) -> str:
    return value if isinstance(value, str) else value.text


def _codes(resource: Branch) -> list[str]:
    """Identifiers of the resource: code space and code, or the address behind an anchor."""
    found = []
    for part in resource.all("citation/*/identifier/*"):
        code, href = part.text("code"), next((one.link() for one in part.all("code")), "")
        space = part.text("codeSpace")
        part.drop("authority", "description", "version")
        if href or code:
            found.append(href or _joined(space, code))
    return list(dict.fromkeys(found))


def _joined(space: str, code: str) -> str:
    if not space or code.startswith(space) or is_web_address(code):
        return code
    return f"{space}{'' if space.endswith(('/', '#', ':')) else '/'}{code}"


def _alternatives(node: Dataset | DataService, resource: Branch, clean: Cleaner, tags: Locales) -> None:
    titles = [
        title for part in resource.all("citation/*/alternateTitle") for title in part.prose(clean, tags)
    ]
    if titles:
        node.rest[_ALTERNATIVE] = each_once(titles)


def _date(node: Dataset | DataService, resource: Branch, clean: Cleaner) -> None:
    """Publication, revision and creation (CI_DateTypeCode); of several of a kind the last."""
    dates: dict[str, str] = {}
    for part in resource.all("citation/*/date/*"):
        text = part.text("date") or part.text("date/*/*/*/beginPosition", "date/*/*/beginPosition")
        type_ = part.text("dateType")
        part.drop("date")
        if text:
            dates[type_] = max(text, dates.get(type_, ""))
    issued = next((dates.pop(name) for name in _ISSUED if name in dates), "")
    modified = next((dates.pop(name) for name in _MODIFIED if name in dates), "")
    created = dates.pop("creation", "")
    said = {"issued": issued, "modified": modified, "created": created}
    for name, text in said.items():
        if not text:
            continue
        if isinstance(node, Dataset) and name != "created":
            setattr(node, name, [clean.date(text)])
        else:
            node.rest[expand(f"dct:{name}")] = [clean.date(text)]
    clean.unread.update(f"citation/date[{name}]" for name in dates)


def _resolution(node: Dataset, resource: Branch) -> None:
    """Ground distance in metres; a scale only in words (GeoDCAT-AP 3.0)."""
    for part in resource.all("spatialResolution/*/distance"):
        unit = next(
            (one.attributes.get("uom", "") for one in (part, *part.parts) if one.attributes.get("uom")), "m"
        )
        factor, text = _UNITS.get(re.split(r"[#/:]", unit)[-1].lower()), part.said()
        try:
            metres = float(text.replace(",", ".")) * (factor or 1.0)
        except ValueError:
            continue
        if factor:
            node.spatial_resolution.append(Literal(f"{metres:.10g}", "", XSD_DECIMAL))
        else:
            node.rest.setdefault(_RESOLUTION, []).append(f"{text} {unit}")
    for scale in resource.texts("spatialResolution/*/equivalentScale/*/denominator"):
        node.rest.setdefault(_RESOLUTION, []).append(f"1:{scale}")
    node.spatial_resolution = unique(node.spatial_resolution)


def _systems(root: Branch, clean: Cleaner) -> Values:
    """Reference systems by the addresses of their EPSG codes."""
    found: Values = []
    for part in root.all("referenceSystemInfo/*/referenceSystemIdentifier/*"):
        space = part.text("codeSpace")
        code = next(iter(part.all("code")), None)
        text, href = (code.said(), code.link()) if code else ("", "")
        part.drop("authority", "version", "description", "code")
        stated = f"EPSG:{text}" if space.upper().endswith("EPSG") and text.isdecimal() else text
        known = _EPSG.search(stated) or _EPSG.search(href)
        if known:
            found.append(IRI(_CRS + known[1]))
        elif stated or href:
            found.append(labelled(Standard, clean, href or stated))
    return found


def _specifications(root: Branch, clean: Cleaner, tags: Locales) -> Values:
    """What a resource conforms to; what it was found not to conform to, or not tested for, is taken and left out."""
    found: Values = []
    for part in root.all("dataQualityInfo/*/report/*/result/DQ_ConformanceResult"):
        passed = part.text("pass").lower()
        for specification in part.all("specification"):
            titles = specification.all("*/title")
            href = specification.link() or next((one.link() for one in titles if one.link()), "")
            texts = [_text(words[0]) for one in titles if (words := one.prose(clean, tags))]
            if passed in ("true", "1") and (href or texts):
                found.append(labelled(Standard, clean, href or texts[0]))
        part.drop("specification")
    return found


def _related(resource: Branch, clean: Cleaner) -> Values:
    """Other resources that are named by an address or identifier."""
    codes = resource.texts(
        "aggregationInfo/*/aggregateDataSetIdentifier/*/code",
        "associatedResource/*/name/*/identifier/*/code",
        "associatedResource/*/metadataReference/*/identifier/*/code",
    )
    resource.drop("aggregationInfo", "associatedResource")
    return unique(clean.reference(text) for text in codes)


def describe_service(
    node: DataService,
    root: Branch,
    resource: Branch,
    transfer: Transfer,
    rights: Rights,
    address: Callable[[str], IRI | None],
    clean: Cleaner,
    tags: Locales,
) -> None:
    """Fill in what only services have: endpoints, what they speak, which datasets they serve."""
    operations = resource.all("containsOperations/*")
    points = [(one.text("operationName"), part) for one in operations for part in one.all("connectPoint/*")]
    online = [(name, read) for name, part in points if (read := read_online(part, clean, tags))]
    _endpoints(node, online, transfer, clean)
    node.serves_dataset = coupled(resource, address)
    node.license, node.access_rights = list(rights.license), rights.access
    node.rights = list(rights.rights)
    if not node.access_rights and rights.attribution:
        node.rest[expand("dcatde:licenseAttributionByText")] = list(rights.attribution)
    node.page, node.landing_page = transfer.pages, transfer.landing
    root.drop("metadataLinkage", "dataQualityInfo/*/lineage")
    versions = [labelled(Standard, clean, text) for text in resource.texts("serviceTypeVersion")]
    node.conforms_to = each_once([*versions, *_systems(root, clean), *_specifications(root, clean, tags)])
    if type_ := resource.text("serviceType"):
        node.rest[_TYPE] = [IRI(_SERVICE_TYPES + type_) if type_ in _INSPIRE_SERVICES else type_]
    codes = _codes(resource)
    if codes:
        node.rest[expand("adms:identifier")] = [Identifier(notation=[text]) for text in codes]
    _date(node, resource, clean)
    resource.drop("resourceMaintenance", "citation/*/edition", "citation/*/editionDate")
    _alternatives(node, resource, clean, tags)


def _endpoints(
    node: DataService, points: list[tuple[str, Online]], transfer: Transfer, clean: Cleaner
) -> None:
    """The address of the service without its query, and that of its capabilities."""
    urls = [one.url for _, one in points] or [
        str(url) for one in transfer.distributions for url in one.access_url
    ]
    described = [one.url for name, one in points if name == "GetCapabilities"]
    described += [url for url in urls if "getcapabilities" in url.lower()]
    node.endpoint_url = unique(clean.address(_bare(url)) for url in urls)
    node.endpoint_description = unique(clean.address(url) for url in described)
    formats = [value for one in transfer.distributions for value in one.format]
    node.format = unique(formats)


def _bare(url: str) -> str:
    """A service's address without the parameters of a request; others (`map=`) belong to it."""
    base, _, query = url.partition("?")
    kept = [part for part in query.split("&") if part and part.partition("=")[0].lower() not in _REQUEST]
    return f"{base}?{'&'.join(kept)}" if kept else base


_REQUEST = frozenset({"service", "request", "version", "acceptversions", "language", "lang"})


def coupled(resource: Branch, address: Callable[[str], IRI | None]) -> Values:
    """The datasets that a service operates on, each once, by the addresses that this catalogue gives their records.

    A reference names the dataset's metadata by `uuidref` or in a request for them, or the dataset by an identifier that
    is an address; the second says nothing about metadata and stays as it is (INSPIRE technical guidance 2.0, 4.1.2.4).
    """
    found: Values = []
    for part in resource.all("operatesOn"):
        part.taken = True
        uuid, href = part.attributes.get("uuidref", "").strip(), part.attributes.get("href", "").strip()
        part.drop("*")
        known = "" if is_web_address(uuid) or uuid.startswith("#") else uuid
        known = known or _identifier_in(href)
        target = address(known) if known else IRI(href or uuid) if is_web_address(href or uuid) else None
        if target is not None:
            found.append(target)
    for text in resource.texts("coupledResource/*/identifier"):
        found += [target] if (target := _target(text, address)) else []
    resource.drop("coupledResource")
    return unique(found)


def _target(text: str, address: Callable[[str], IRI | None]) -> IRI | None:
    known = _identifier_in(text) if is_web_address(text) else text
    return address(known) if known else IRI(text)


def _identifier_in(href: str) -> str:
    """The identifier of the metadata that an address asks for: `…GetRecordById&id=X`, `/records/X`."""
    if not is_web_address(href):
        return href if href and not href.startswith("#") else ""
    parts = urlsplit(href)
    query = {name.lower(): value for name, value in parse_qsl(parts.query)}
    found = query.get("id") or query.get("uuid") or query.get("fileidentifier")
    if found:
        return found.strip()
    path = _RECORDS.search(parts.path)
    return path[1] if path else ""
