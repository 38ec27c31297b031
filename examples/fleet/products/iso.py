"""A dataset as ISO 19139 metadata, as German geodata catalogues hold it."""

from fleet.holdings import Dataset, Resource
from fleet.products.pieces import box, element

SPACES = (
    'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:gmd="http://www.isotc211.org/2005/gmd"'
    ' xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:srv="http://www.isotc211.org/2005/srv"'
)
CODES = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml#"
TOPICS = {"ENVI": "environment", "TRAN": "transportation", "REGI": "planningCadastre", "SOCI": "society"}
FREQUENCIES = ("annually", "monthly", "asNeeded", "irregular", "unknown")


def metadata(dataset: Dataset, spaces: str = "") -> str:
    """The element `gmd:MD_Metadata`; with `spaces` its namespaces, where it is a file of its own."""
    head = (
        _said("fileIdentifier", dataset.id)
        + f"<gmd:language>{_code('LanguageCode', 'ger')}</gmd:language>"
        + f"<gmd:hierarchyLevel>{_code('MD_ScopeCode', 'dataset')}</gmd:hierarchyLevel>"
        + f"<gmd:contact>{_party(dataset, 'pointOfContact')}</gmd:contact>"
        + f"<gmd:dateStamp><gco:Date>{dataset.modified}</gco:Date></gmd:dateStamp>"
    )
    body = f"{_identification(dataset)}{_distribution(dataset)}"
    return f"<gmd:MD_Metadata{' ' * bool(spaces)}{spaces}>{head}{body}</gmd:MD_Metadata>"


def _said(name: str, value: str) -> str:
    """An element with a character string in it."""
    inner = element("gco:CharacterString", value)
    return f"<gmd:{name}>{inner}</gmd:{name}>" if inner else ""


def _code(name: str, value: str) -> str:
    return f'<gmd:{name} codeList="{CODES}{name}" codeListValue="{value}"/>'


def _party(dataset: Dataset, role: str) -> str:
    address = _said("electronicMailAddress", dataset.contact_email)
    contact = (
        "<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address>"
        f"{address}</gmd:CI_Address></gmd:address></gmd:CI_Contact></gmd:contactInfo>"
    )
    return (
        f"<gmd:CI_ResponsibleParty>{_said('individualName', dataset.contact_name)}"
        f"{_said('organisationName', dataset.publisher)}{contact if address else ''}"
        f"<gmd:role>{_code('CI_RoleCode', role)}</gmd:role></gmd:CI_ResponsibleParty>"
    )


def _identification(dataset: Dataset) -> str:
    citation = f"<gmd:CI_Citation>{_said('title', dataset.title)}{_date(dataset)}</gmd:CI_Citation>"
    frequency = _code("MD_MaintenanceFrequencyCode", FREQUENCIES[dataset.number % 5])
    parts = (
        f"<gmd:citation>{citation}</gmd:citation>",
        _said("abstract", dataset.description),
        f"<gmd:pointOfContact>{_party(dataset, 'publisher' if dataset.number % 3 else 'owner')}</gmd:pointOfContact>",
        "<gmd:resourceMaintenance><gmd:MD_MaintenanceInformation><gmd:maintenanceAndUpdateFrequency>"
        f"{frequency}</gmd:maintenanceAndUpdateFrequency></gmd:MD_MaintenanceInformation></gmd:resourceMaintenance>",
        _keywords(dataset),
        _constraints(dataset),
        *(_topic(theme) for theme in dataset.themes),
        _extent(dataset),
    )
    return f"<gmd:identificationInfo><gmd:MD_DataIdentification>{''.join(parts)}</gmd:MD_DataIdentification></gmd:identificationInfo>"


def _date(dataset: Dataset) -> str:
    day = f"<gmd:date><gco:Date>{dataset.created}</gco:Date></gmd:date>"
    kind = f"<gmd:dateType>{_code('CI_DateTypeCode', 'publication')}</gmd:dateType>"
    return f"<gmd:date><gmd:CI_Date>{day}{kind}</gmd:CI_Date></gmd:date>"


def _keywords(dataset: Dataset) -> str:
    words = [*dataset.keywords, *(("opendata",) if dataset.number % 3 else ("inspireidentifiziert",))]
    inner = "".join(_said("keyword", word) for word in words)
    return f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{inner}</gmd:MD_Keywords></gmd:descriptiveKeywords>"


def _constraints(dataset: Dataset) -> str:
    """The licence as GDI-DE asks for it (JSON in a text), as plain words, or none; some data are for internal use only."""
    terms = dataset.license
    stated = (
        f'{{"id":"{terms.id}","name":"{terms.title}","url":"{terms.url}","quelle":"{dataset.publisher}"}}'
    )
    texts = [stated] if terms.url and dataset.number % 2 else [f"Nutzungsbedingungen: {terms.title}"]
    if dataset.number % 7 == 0:
        texts = ["Ausschließlich für den internen Gebrauch"]
    code = "otherRestrictions"
    inner = "".join(_said("otherConstraints", each) for each in texts if terms.title)
    use = f"<gmd:useConstraints>{_code('MD_RestrictionCode', code)}</gmd:useConstraints>"
    return f"<gmd:resourceConstraints><gmd:MD_LegalConstraints>{use}{inner}</gmd:MD_LegalConstraints></gmd:resourceConstraints>"


def _topic(theme: str) -> str:
    code = TOPICS.get(theme, "structure")
    return (
        f"<gmd:topicCategory><gmd:MD_TopicCategoryCode>{code}</gmd:MD_TopicCategoryCode></gmd:topicCategory>"
    )


def _extent(dataset: Dataset) -> str:
    if dataset.number % 6 == 0:
        return ""
    west, south, east, north = box(dataset)
    sides = {"westBoundLongitude": west, "eastBoundLongitude": east}
    sides |= {"southBoundLatitude": south, "northBoundLatitude": north}
    inner = "".join(
        f"<gmd:{name}><gco:Decimal>{side}</gco:Decimal></gmd:{name}>" for name, side in sides.items()
    )
    shape = f"<gmd:EX_GeographicBoundingBox>{inner}</gmd:EX_GeographicBoundingBox>"
    return f"<gmd:extent><gmd:EX_Extent><gmd:geographicElement>{shape}</gmd:geographicElement></gmd:EX_Extent></gmd:extent>"


def _distribution(dataset: Dataset) -> str:
    files = "".join(_online(each) for each in dataset.resources if each.url)
    if not files:
        return ""
    options = f"<gmd:transferOptions><gmd:MD_DigitalTransferOptions>{files}</gmd:MD_DigitalTransferOptions></gmd:transferOptions>"
    return (
        f"<gmd:distributionInfo><gmd:MD_Distribution>{options}</gmd:MD_Distribution></gmd:distributionInfo>"
    )


def _online(resource: Resource) -> str:
    function = _code("CI_OnLineFunctionCode", "download")
    return (
        f"<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage>{element('gmd:URL', resource.url)}</gmd:linkage>"
        f"{_said('protocol', resource.format)}{_said('name', resource.title)}"
        f"<gmd:function>{function}</gmd:function></gmd:CI_OnlineResource></gmd:onLine>"
    )
