"""A dataset as DCAT-AP nodes, in the handwriting of its portal."""

from fleet.holdings import Dataset, Resource
from fleet.portal import FleetPortal
from fleet.rdf_text import GEOJSON, Link, Literal, Node, Value
from fleet.register import slug

AUTHORITY = "http://publications.europa.eu/resource/authority/"
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
GEOCODING = "http://dcat-ap.de/def/politicalGeocoding/"
Pairs = list[tuple[str, Value]]


def dataset_node(dataset: Dataset, portal: FleetPortal) -> Node:
    """The dataset with its distributions, publisher, contact, extent and period inside."""
    host = portal.domain(dataset.town.domain)
    iri = address(f"https://{host}/dataset/{dataset.id}", dataset, portal)
    pairs = [
        *_texts(dataset, portal),
        *_dates(dataset),
        *_terms(dataset),
        *_geocoding(dataset),
        ("dct:publisher", _publisher(dataset, host)),
        *_contact(dataset, portal),
        *_spatial(dataset, portal),
        *_temporal(dataset),
        *_landing_page(dataset),
        *(("dcat:distribution", _distribution(each, dataset, iri, portal)) for each in dataset.resources),
    ]
    return Node(iri, ("dcat:Dataset",), pairs)


def address(iri: str, dataset: Dataset, portal: FleetPortal) -> str:
    """The IRI, or, at a portal with broken IRIs, one made from the title as it is."""
    if portal.trait("broken_iris") and dataset.number % 3 == 0:
        return f"{iri}/{dataset.title.replace(' ', '_')}|{{{dataset.number % 10}}}"
    return iri


def series_node(datasets: tuple[Dataset, ...], portal: FleetPortal) -> Node:
    """A series that is typed as a dataset as well; the datasets of one year would name it with dcat:inSeries."""
    town = datasets[0].town
    pairs: Pairs = [
        ("dct:title", Literal(f"Jahresreihe {town.short_name}", language="de")),
        ("dct:description", Literal("Jährlich erscheinende Zahlen.", language="de")),
        ("dct:accrualPeriodicity", Link(f"{AUTHORITY}frequency/ANNUAL")),
    ]
    return Node(series_iri(portal, town.domain), ("dcat:Dataset", "dcat:DatasetSeries"), pairs)


def series_iri(portal: FleetPortal, domain: str) -> str:
    """The address of the portal's one series."""
    return f"https://{portal.domain(domain)}/series/jahresreihe"


def is_served(dataset: Dataset, portal: FleetPortal) -> bool:
    """Whether the portal lists a map service for the dataset."""
    return dataset.kind == "geodata" and bool(portal.trait("services"))


def service_node(dataset: Dataset, portal: FleetPortal) -> Node:
    """The map service that serves a dataset."""
    host = portal.domain(dataset.town.domain)
    pairs: Pairs = [
        ("dct:title", Literal(f"Kartendienst {dataset.title}")),
        ("dcat:endpointURL", Link(f"https://{host}/ows/{dataset.name}")),
        (
            "dcat:endpointDescription",
            Link(f"https://{host}/ows/{dataset.name}?SERVICE=WMS&REQUEST=GetCapabilities"),
        ),
        ("dcat:servesDataset", Link(address(f"https://{host}/dataset/{dataset.id}", dataset, portal))),
    ]
    return Node(f"https://{host}/service/{dataset.name}", ("dcat:DataService",), pairs)


def _texts(dataset: Dataset, portal: FleetPortal) -> Pairs:
    language = "de" if portal.dialect in ("ttl", "jsonld") else ""
    pairs: Pairs = [("dct:title", Literal(dataset.title, language=language))]
    if portal.dialect == "ttl" and dataset.number % 4 == 0:
        pairs.append(("dct:title", Literal(dataset.english, language="en")))
    if dataset.description:
        pairs.append(("dct:description", Literal(dataset.description, language=language)))
    if dataset.number % 6:
        pairs.append(("dct:identifier", Literal(dataset.id)))
    return pairs + [("dcat:keyword", Literal(word, language=language)) for word in dataset.keywords]


def _dates(dataset: Dataset) -> Pairs:
    stated = {
        "dct:issued": dataset.issued,
        "dct:modified": dataset.modified if dataset.number % 4 else dataset.updated,
    }
    return [(name, Literal(text, _date_type(text))) for name, text in stated.items() if text]


def _date_type(text: str) -> str:
    return "xsd:dateTime" if "T" in text else "" if "." in text else "xsd:date"


def _terms(dataset: Dataset) -> Pairs:
    pairs: Pairs = [("dcat:theme", Link(f"{AUTHORITY}data-theme/{theme}")) for theme in dataset.themes]
    if "://" in dataset.frequency:
        pairs.append(("dct:accrualPeriodicity", Link(dataset.frequency)))
    elif dataset.frequency:
        pairs.append(("dct:accrualPeriodicity", Literal(dataset.frequency)))
    if dataset.number % 3 == 0:
        pairs.append(("dct:language", Link(f"{AUTHORITY}language/DEU")))
    if dataset.number % 5 == 0:
        pairs.append(("dct:language", Literal("ger")))
    return pairs


def _geocoding(dataset: Dataset) -> Pairs:
    if dataset.number % 3 == 1:
        return []
    keyed = Link(f"{GEOCODING}municipalityKey/{dataset.town.ags}")
    level: Value = Link(f"{GEOCODING}Level/municipality") if dataset.number % 4 else Link("gemeinde")
    return [("dcatde:politicalGeocodingURI", keyed), ("dcatde:politicalGeocodingLevelURI", level)]


def _publisher(dataset: Dataset, host: str) -> Node:
    iri = f"https://{host}/organization/{slug(dataset.publisher)}" if dataset.number % 3 else ""
    pairs: Pairs = [("foaf:name", Literal(dataset.publisher))] if dataset.number % 7 else []
    return Node(iri, ("foaf:Organization",) if dataset.number % 2 else ("foaf:Agent",), pairs)


def _contact(dataset: Dataset, portal: FleetPortal) -> Pairs:
    if dataset.number % 5 == 4 or not (dataset.contact_name or dataset.contact_email):
        return []
    pairs: Pairs = [("vcard:fn", Literal(dataset.contact_name))]
    if dataset.contact_email:
        doubled = "mailto:" if portal.trait("self_link") and dataset.number % 2 else ""
        pairs.append(("vcard:hasEmail", Link(f"mailto:{doubled}{dataset.contact_email.strip()}")))
    if dataset.number % 3 == 0:
        pairs.append(("vcard:hasTelephone", Link("tel:+49-999-0000")))
    return [("dcat:contactPoint", Node("", ("vcard:Organization",), pairs))]


def _spatial(dataset: Dataset, portal: FleetPortal) -> Pairs:
    text, notation = dataset.spatial
    kinds = {"geojson": GEOJSON, "wkt": "geo:wktLiteral"}
    if not text:
        return []
    geometries: Pairs = [("locn:geometry", Literal(text, kinds.get(notation, "")))]
    if portal.trait("self_link"):
        town = dataset.town
        geometries.append(
            ("locn:geometry", Literal(f"POINT ({town.lon:.4f} {town.lat:.4f})", "geo:wktLiteral"))
        )
    return [("dct:spatial", Node("", ("dct:Location",), geometries))]


def _temporal(dataset: Dataset) -> Pairs:
    ends = dict(zip(("dcat:startDate", "dcat:endDate"), dataset.temporal, strict=True))
    pairs: Pairs = [(name, Literal(text, _date_type(text))) for name, text in ends.items() if text]
    return [("dct:temporal", Node("", ("dct:PeriodOfTime",), pairs))] if pairs else []


def _landing_page(dataset: Dataset) -> Pairs:
    page = dataset.landing_page
    if not page:
        return []
    return [("dcat:landingPage", Link(page) if usable(page) else Literal(page))]


def usable(address: str) -> bool:
    """Whether a text can stand between angle brackets without breaking the whole file."""
    return "://" in address and not any(letter in address for letter in ' <>"{}|^`\\')


def _distribution(resource: Resource, dataset: Dataset, iri: str, portal: FleetPortal) -> Node:
    own = f"{iri}/resource/{resource.id}" if portal.dialect != "jsonld" else ""
    link: Value = Link(resource.url) if _may_link(resource.url, portal) else Literal(resource.url)
    pairs: Pairs = [("dcat:accessURL", link)] if resource.url else []
    if resource.url and dataset.number % 2:
        pairs.append(("dcat:downloadURL", link))
    texts = {"dct:title": resource.title, "dct:description": resource.description}
    pairs += [(name, Literal(text)) for name, text in texts.items() if text]
    return Node(own, ("dcat:Distribution",), [*pairs, *_file(resource, dataset), *_rights(dataset)])


def _may_link(url: str, portal: FleetPortal) -> bool:
    if portal.dialect in ("xml", "xml-flat", "jsonld", "jsonld-flat"):
        return bool(url) and "\\" not in url
    return usable(url)


def _file(resource: Resource, dataset: Dataset) -> Pairs:
    pairs: Pairs = []
    kind = slug(resource.format).split("-")[-1].upper()
    if resource.format:
        listed = dataset.number % 3 == 0
        pairs.append(
            ("dct:format", Link(f"{AUTHORITY}file-type/{kind}") if listed else Literal(resource.format))
        )
    if resource.media_type:
        linked = dataset.number % 2 == 0
        media_type: Value = Link(MEDIA_TYPE + resource.media_type) if linked else Literal(resource.media_type)
        pairs.append(("dcat:mediaType", media_type))
    if resource.size:
        pairs.append(("dcat:byteSize", Literal(str(resource.size), "xsd:nonNegativeInteger")))
    if resource.modified:
        pairs.append(("dct:modified", Literal(f"{resource.modified}T10:00:00", "xsd:dateTime")))
    return pairs


def _rights(dataset: Dataset) -> Pairs:
    terms = dataset.license
    if "://" in terms.term:
        pairs: Pairs = [("dct:license", Link(terms.term if dataset.number % 2 else terms.url or terms.term))]
        named = "by" in terms.id and dataset.number % 4 == 0
        return [*pairs, ("dcatde:licenseAttributionByText", Literal(dataset.publisher))] if named else pairs
    return (
        [("dct:license" if dataset.number % 2 else "dct:rights", Literal(terms.title))] if terms.title else []
    )
